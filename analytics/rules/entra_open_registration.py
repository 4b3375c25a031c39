"""Rule entra-open-registration: every user may register applications.

Input: a snapshot. Output: one verdict for each tenant.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-open-registration",
    title="Every user may register applications",
    question="May every user of this tenant register applications?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "Each registered application is an identity with an owner who can add secrets to it, made without "
        "review. Intruders register one to stay; employees leave theirs behind."
    ),
    remediation=("Turn the setting off and give the role Application Developer to those who need it."),
    references=(
        Reference("https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-app-roles"),
        Reference("https://learn.microsoft.com/entra/fundamentals/users-default-permissions", "2026-11"),
    ),
    frameworks=(
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Roles that let some users register applications are not looked at.",
        "What users may consent to is the rule entra-open-consent's.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a tenant."""
    for tenant in estate(context).tenants:
        allowed = tenant.attributes.get("users_register_applications")
        if allowed is None:
            yield Verdict.not_judged(tenant.id, "Whether users may register applications is not in the evidence.")
        elif allowed:
            yield Verdict(Outcome.FAILED, tenant.id, f"Every user of {tenant.name} may register applications.")
        else:
            yield Verdict.passed(tenant.id)
