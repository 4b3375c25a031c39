"""Rule entra-internal-app-open: an application that no publisher stands for lets in users of other tenants.

Input: a snapshot. Output: one verdict for each application registered here that has app roles.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named, rows_of
from analytics.rules._entra_admin import unseen_grants
from analytics.rules._entra_apps import is_multi_tenant
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-internal-app-open",
    title="Internal application lets in other tenants",
    question=(
        "May users of other tenants sign in to an application with permissions of its own that is no published product?"
    ),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    rationale=(
        "An audience of many tenants lets anybody with a work account sign in. An internal application that "
        "then trusts whoever has a token shows its data, or uses its own permissions, for strangers."
    ),
    remediation=(
        "Set the audience to this tenant alone. Where it is a product, verify the publisher, and check "
        "issuer and tenant in the code."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity-platform/howto-convert-app-to-be-multi-tenant"),
        Reference("https://learn.microsoft.com/graph/api/resources/application"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 AC-3",
        "ISO/IEC 27001:2022 A.8.9",
    ),
    since="0.2.0",
    limits=(
        "Internal means that no verified publisher stands for it; a product of your own without one is reported too.",
        "Whether the application checks the tenant of its users is in its code, not in the evidence.",
        "An application without permissions of its own is not judged.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an application with permissions."""
    known = estate(context)
    yield from unseen_grants(known)
    yield from known.not_looked_at("applications", "Other applications may let in other tenants")
    for application in known.applications:
        identity, facts = known.identity_of(application), application.attributes
        held = rows_of(identity, "app_permissions")
        if not held:
            continue
        if not facts.get("audience"):
            yield Verdict.not_judged(application.id, "Its audience is not in the evidence.")
        elif not is_multi_tenant(application) or facts.get("verified_publisher"):
            yield Verdict.passed(application.id)
        elif not facts.get("verified_publisher_known"):
            yield Verdict.not_judged(application.id, "Whether its publisher is verified was not asked for.")
        else:
            yield Verdict(
                Outcome.FAILED,
                application.id,
                f"Users of any tenant may sign in to {identity.name}; by itself it holds "
                f"{named([row['name'] or 'an app role' for row in held])}.",
                severity=known.severity(identity, Severity.LOW),
                related=(identity.id,),
            )
