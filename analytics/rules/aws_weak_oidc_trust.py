"""Rule aws-weak-oidc-trust: a role accepts tokens of more subjects than it means.

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
    id="aws-weak-oidc-trust",
    title="Weak OIDC trust",
    question="Does the role accept tokens of subjects that it does not mean?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "The issuers of pipelines sign tokens for every customer. Only the tests on `sub` and `aud` tell your "
        "pipeline from anybody else's: a wildcard too early, or a missing test, opens the role to strangers."
    ),
    remediation=(
        "Test `aud` with StringEquals, and `sub` with StringEquals or a StringLike whose wildcard stands after the "
        "full name of owner and repository (or group and project, namespace and service account). Drop ForAllValues."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"),
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
        Reference(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
            "reference_policies_condition-single-vs-multi-valued-context-keys.html",
            "2026-11",
        ),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI6:2025",
        "ASI04",
        "NIST CSF 2.0 PR.AA-04",
        "NIST SP 800-53 IA-9",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.1.0",
    limits=(
        "Which organization or group of an issuer is yours is not known: a foreign owner written out in full passes.",
        "Every branch, tag and pull request of one repository (`repo:owner/name:*`) passes.",
        "For issuers whose form of subjects is not known, a wildcard after other text is not judged.",
        "SAML trust is not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each such line of a role's OIDC trust, or one that passes or is not judged."""
    yield from evaluate_oidc(snapshot, context, dead=False)
