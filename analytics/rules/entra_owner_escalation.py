"""Rule entra-owner-escalation: the owner of an application holds less than the application does.

Input: a snapshot. Output: one verdict for each identity that owners can act as and that holds anything.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import Estate, estate, named, privileges_of
from analytics.rules._entra_admin import unseen_grants
from analytics.rules._entra_owners import OWNER_TECHNIQUES, Gain, owner_reach
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-owner-escalation",
    title="Owner gains by owning an application",
    question="Does an owner of this application hold less than the application, so that owning it is an escalation?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "An owner may add a secret to the application and act as it, without any administrator's doing. Ownership is "
        "given to developers as a convenience and seldom reviewed, while the application's rights were consented to "
        "by an administrator who looked at the application and not at its owners."
    ),
    remediation=(
        "Remove the owner, or let only people own the application who hold its rights anyway. Give developers an "
        "application of their own for development, and let a pipeline change the privileged one."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/fundamentals/users-default-permissions", "2026-11"),
        Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners"),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "CIS Controls 8.1 5.4",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "Guests are the rule entra-guest-owner's, and owners whose account is disabled entra-departed-owner's.",
        "An owner who holds a right of the same class counts as no less privileged.",
        "Owners that are applications are not looked at; paths show what they can do.",
        "A role that the owner could activate lowers the severity: owning the application goes around the activation.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an owner that gains, else one an identity."""
    known, reach = estate(context), owner_reach(context)
    yield from unseen_grants(known)
    yield from known.not_looked_at("users", "Who the owners are is not known")
    ways: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for edge in known.edges(EdgeKind.CAN_CREATE_CREDENTIAL):
        if edge.technique in OWNER_TECHNIQUES:
            ways[edge.target][edge.source].append(edge)
    for node in known.acting:
        if node.kind is NodeKind.ENTRA_MANAGED_IDENTITY or not reach.worth(node):
            continue
        found = [verdict for owner in sorted(ways[node.id]) for verdict in _judge(known, context, node, ways, owner)]
        if found:
            yield from found
        elif node.attributes.get("owners_known"):
            yield Verdict.passed(node.id)
        else:
            yield Verdict.not_judged(node.id, "Its owners are not in the evidence.")


def _judge(
    known: Estate, context: RuleContext, node: Node, ways: dict[str, dict[str, list[Edge]]], owner_id: str
) -> Iterator[Verdict]:
    owner, edges = known.by_id.get(owner_id), ways[node.id][owner_id]
    if owner is not None and (
        owner.kind is not NodeKind.ENTRA_USER
        or owner.attributes.get("guest")
        or owner.attributes.get("active") is False
    ):
        return
    sure = [edge for edge in edges if edge.state is State.VERIFIED]
    if owner is None or not sure:
        note = next((edge.note for edge in edges if edge.note), "The owner was not collected.")
        yield Verdict.not_judged(node.id, f"Whether an owner can add a credential is not known: {note}")
        return
    gain = owner_reach(context).gain(owner, node)
    if gain is not None:
        yield _failed(node, owner, gain, sure)


def _failed(node: Node, owner: Node, gain: Gain, edges: list[Edge]) -> Verdict:
    holds = named([name for _, name in privileges_of(node)]) or "nothing by itself"
    who = str(owner.attributes.get("user_principal_name") or owner.name)
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{who} owns {node.name}, can add a secret to it, and so gains {gain.what}; {node.name} holds {holds}.",
        key=owner.id,
        severity=gain.severity,
        confidence=Confidence.HIGH if gain.state is State.VERIFIED else Confidence.MEDIUM,
        state=gain.state,
        grants=tuple(sorted({grant for edge in edges for grant in edge.grants})),
        related=(owner.id,),
    )
