"""Rule aws-stale-trust: a trust policy names a principal that does not exist any more.

Input: a snapshot. Output: one verdict or more for each role.
Handled: conditions and denies of the trust policy and the account's RCPs, through the evaluator.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._outside_trust import TrustFault, evaluate_trust
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-stale-trust",
    title="Trust in a deleted principal",
    question="Does the trust policy name a principal that does not exist any more?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "Nobody can enter by such a line, so it shows a door that nobody looks after. Where the line names an ARN "
        "that AWS has not yet turned into an id, a new principal of that name would enter."
    ),
    remediation="Remove the statement, or name the principal that took over.",
    references=(
        Reference("https://repost.aws/knowledge-center/iam-resource-policy-format", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"),
    ),
    frameworks=("NHI1:2025", "NIST CSF 2.0 PR.AA-05", "NIST SP 800-53 AC-2", "ISO/IEC 27001:2022 A.5.18"),
    since="0.2.0",
    limits=(
        "Principals of accounts that were not collected are not known to be gone.",
        "A role that a session ARN names cannot be looked up, since that ARN does not tell the role's path.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each such line of a role's trust, or one that passes or is not judged."""
    yield from evaluate_trust(snapshot, context, TrustFault.STALE)
