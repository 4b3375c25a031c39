"""Rule aws-admin-identity: an identity has full control of its account.

Input: a snapshot. Output: one verdict for each user and role.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._administrators import administrator, direct_ways
from analytics.rules._context import RuleContext
from analytics.rules._identities import identities, policies_seen
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-admin-identity",
    title="Identity is administrator",
    question="Does this identity have full control of its account at once, without any further step?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "A workload, pipeline or key that is administrator turns every leak of its credential into the loss of the "
        "account. Few machine identities need it, and those that do deserve a decision with an owner and an end."
    ),
    remediation=(
        "Replace the administrator grant by the permissions in use (last accessed information shows them), or put a "
        "permissions boundary on the identity. Where it must stay, suppress the finding with reason, owner and expiry."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html"),
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
    since="0.1.0",
    limits=(
        "Administrator means passing every published probe of the catalogue; full control of one service does not "
        "count.",
        "The root user is not reported; every account has one.",
        "Roles of IAM Identity Center and service-linked roles are not looked at.",
        "Whether the identity is a person's or a break-glass user is not known; suppress it where it is meant.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity."""
    for node in identities(context):
        ways = direct_ways(snapshot, context, node.id)
        best = max((state for _, state in ways), default=State.VOID)
        if best >= State.CONDITIONAL:
            yield administrator(node, [edge for edge, state in ways if state is best], best)
        elif best is State.UNVERIFIED:
            notes = sorted({edge.note for edge, _ in ways if edge.note})
            yield Verdict.not_judged(
                node.id, " ".join(notes) or "Whether it is administrator rests on missing evidence."
            )
        elif policies_seen(node):
            yield Verdict.passed(node.id)
        else:
            yield Verdict.not_judged(node.id, "Its policies are not in the evidence.")
