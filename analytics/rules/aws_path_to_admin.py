"""Rule aws-path-to-admin: an identity that is no administrator can become one.

Input: a snapshot. Output: one verdict for each user and role that is not administrator already.
Not handled: see ``META.limits``; direct administrators are the rule aws-admin-identity's.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._administrators import can_become
from analytics.rules._context import RuleContext
from analytics.rules._identities import identities, policies_seen
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-path-to-admin",
    title="Identity can become administrator",
    question="Can this identity, which is no administrator, obtain full control of an account?",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rationale=(
        "Whoever holds a credential of this identity holds the account: each step of the path uses permissions that "
        "are granted today. Reviews of single policies miss it, because no policy on the way says administrator."
    ),
    remediation=(
        "Remove one of the listed grants, or narrow it to the roles and policies that the identity needs; any step "
        "that falls ends this path. Then look again, since a longer path may remain."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "NIST SP 800-53 AC-6(7)",
        "CIS Controls 8.1 5.4",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.1.0",
    limits=(
        "Only the shortest path is shown; others may remain after it is closed.",
        "Single-principal steps: sequences of changes made by several identities together are not searched.",
        "Network reachability is not looked at.",
        "An identity whose only paths rest on missing evidence is not judged; its blast radius shows them.",
        "Administrators of one account that can become administrator of another are not reported here.",
        "Roles of IAM Identity Center and service-linked roles are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity; a conditional path is a finding, one that lacks evidence is not judged."""
    for node in identities(context):
        witness = context.admins.get(node.id)
        if witness is None:
            yield (
                Verdict.passed(node.id)
                if policies_seen(node)
                else Verdict.not_judged(node.id, "Its policies are not in the evidence.")
            )
        elif witness.steps:
            yield can_become(node, witness, witness.scope.removeprefix("aws:").replace(":", " "))
