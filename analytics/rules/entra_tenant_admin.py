"""Rule entra-tenant-admin: an identity that is no person has full control of its tenant.

Input: a snapshot. Output: one verdict for each enabled identity.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.rules._administrators import administrator, direct_ways
from analytics.rules._context import RuleContext
from analytics.rules._entra import Estate, estate
from analytics.rules._entra_admin import grants_seen, non_human, tenant_text, unseen_grants
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.kinds import State
from graph.model import Edge, Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate", "is_administrator"]

META = RuleMeta(
    id="entra-tenant-admin",
    title="Identity is administrator of the tenant",
    question="Does this identity, which is no person, have full control of its tenant without any further step?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "An application or agent that is Global Administrator turns every leak of its credential into the loss of the "
        "tenant. It signs in without a second factor, and privileged identity management cannot make its role "
        "eligible."
    ),
    remediation=(
        "Replace the role by the permissions of Microsoft Graph that the workload uses, or by a role at the scope of "
        "an administrative unit. Where it must stay, give the assignment an end and suppress the finding with reason, "
        "owner and expiry."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices"),
        Reference(
            "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-deployment-plan",
            "2026-11",
        ),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6(5)",
        "CIS Controls 8.1 5.4",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "People are not looked at here; entra-standing-role asks about theirs.",
        "Disabled identities are the rule entra-disabled-privileged's.",
        "Microsoft's own applications are not looked at.",
    ),
)


def is_administrator(snapshot: Snapshot, context: RuleContext, node: Node) -> bool:
    """Return whether the rule has a finding on an identity, so that no other rule need tell it."""
    return _best(_ways(snapshot, context, estate(context), node)) >= State.CONDITIONAL


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity."""
    known = estate(context)
    yield from unseen_grants(known)
    for node in non_human(context):
        ways = _ways(snapshot, context, known, node)
        best = _best(ways)
        if best >= State.CONDITIONAL:
            yield _failed(context, known, node, [edge for edge, state in ways if state is best], best)
        elif best is State.UNVERIFIED:
            yield Verdict.not_judged(node.id, "Whether it is administrator rests on missing evidence.")
        elif grants_seen(known, node):
            yield Verdict.passed(node.id)


def _ways(snapshot: Snapshot, context: RuleContext, known: Estate, node: Node) -> list[tuple[Edge, State]]:
    found = [way for holder in (node.id, *known.groups_of(node.id)) for way in direct_ways(snapshot, context, holder)]
    return [(edge, state) for edge, state in found if edge.target.startswith("entra:admin:")]


def _best(ways: list[tuple[Edge, State]]) -> State:
    return max((state for _, state in ways), default=State.VOID)


def _failed(context: RuleContext, known: Estate, node: Node, ways: list[Edge], state: State) -> Verdict:
    scope = f"full control of {tenant_text(context, f'entra:tenant:{node.scope}')}"
    found = administrator(node, ways, state, scope)
    groups = sorted({known.by_id[edge.source].name for edge in ways if edge.source in known.by_id} - {node.name})
    if not groups:
        return found
    return replace(found, message=f"{found.message} It comes by the group {', '.join(groups)}.")
