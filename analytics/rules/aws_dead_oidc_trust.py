"""Rule aws-dead-oidc-trust: a role accepts only tokens that nobody can have.

Input: a snapshot. Output: one verdict or more for each role that trusts an OIDC provider.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._oidc_trust import evaluate_oidc
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-dead-oidc-trust",
    title="OIDC trust that nobody can use",
    question="Does the role accept only tokens that nobody can have?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "A test that can never hold, or a provider that the account does not have, hides that nobody looks after the "
        "role; the pipeline that was meant enters by some other, often wider, way."
    ),
    remediation=(
        "Use StringLike where the value holds a wildcard, create the provider that is meant, or remove the statement."
    ),
    references=(
        Reference(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
        ),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"),
    ),
    frameworks=("NHI1:2025", "NIST CSF 2.0 PR.AA-05", "NIST SP 800-53 AC-2", "ISO/IEC 27001:2022 A.5.18"),
    since="0.2.0",
    limits=(
        "Whether repositories use GitHub's subjects with numeric ids is not known, so a pattern that only fits the "
        "older form is not reported as dead.",
        "Whether the repository, branch or environment of a subject still exists is not known here.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each such line of a role's OIDC trust, or one that passes or is not judged."""
    yield from evaluate_oidc(snapshot, context, dead=True)
