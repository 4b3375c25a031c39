"""Rule entra-unlocked-multitenant-app: a privileged multi-tenant application leaves its instances unlocked.

Input: a snapshot. Output: one verdict for each multi-tenant application that holds a classified permission here.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named, privileges_of
from analytics.rules._entra_admin import unseen_grants
from analytics.rules._entra_apps import is_multi_tenant
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-unlocked-multitenant-app",
    title="Multi-tenant application without instance lock",
    question=(
        "Can credentials be added to the instances of a multi-tenant application that holds far-reaching permissions?"
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Without the instance property lock whoever manages service principals in any tenant where the "
        "application is used can add a credential to its instance there, and act as the application in that "
        "tenant."
    ),
    remediation=(
        "Turn on the app instance property lock for all properties, or at least for credentials that verify. "
        "Remove credentials from existing instances first."
    ),
    references=(
        Reference(
            "https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks", "2026-11"
        ),
    ),
    frameworks=(
        "NHI4:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 CM-5",
        "ISO/IEC 27001:2022 A.8.9",
    ),
    since="0.2.0",
    limits=(
        "Rights are those of the instance in this tenant; what customers granted elsewhere is not known.",
        "Single-tenant applications are not judged.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a privileged multi-tenant application."""
    known = estate(context)
    yield from unseen_grants(known)
    yield from known.not_looked_at("applications", "Other multi-tenant applications may exist")
    for application in known.applications:
        identity, facts = known.identity_of(application), application.attributes
        given = privileges_of(identity)
        if not given or not is_multi_tenant(application):
            continue
        if facts.get("instance_lock"):
            yield Verdict.passed(application.id)
        elif not facts.get("instance_lock_known"):
            yield Verdict.not_judged(application.id, "Whether its instances are locked was not asked for.")
        else:
            yield Verdict(
                Outcome.FAILED,
                application.id,
                f"Instances of {identity.name}, which other tenants may use too, take credentials of their own; here "
                f"it holds {named([name for _, name in given])}.",
                severity=known.severity(identity, Severity.MEDIUM),
                related=(identity.id,),
            )
