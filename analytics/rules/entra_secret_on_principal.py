"""Rule entra-secret-on-principal: a credential stands on a service principal, where no list of applications shows it.

Input: a snapshot. Output: one verdict for each service principal.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named
from analytics.rules._entra_credentials import credentials_by_identity
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-secret-on-principal",
    title="Credential on the service principal itself",
    question="Does this service principal carry a credential of its own, beside its application's?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A credential of a service principal opens the application's rights in this tenant and appears neither in the "
        "application's list nor in the portal. Intruders add one to stay; on an application of another tenant it lets "
        "somebody here act as the vendor."
    ),
    remediation=(
        "Find out who added it (the audit log says so) and remove it with Microsoft Graph. Lock the instances of your "
        "own applications, so that no more can be added."
    ),
    references=(
        Reference("https://learn.microsoft.com/graph/api/serviceprincipal-removepassword"),
        Reference(
            "https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks", "2026-11"
        ),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "Certificates for single sign-on and the passwords of their keys stand on the service principal by design and "
        "are left out.",
        "Who added the credential is not in the evidence.",
        "Old tools made the credential on the service principal as a matter of course, so age matters.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a service principal."""
    known = estate(context)
    yield from known.not_looked_at("servicePrincipals", "Other service principals may carry credentials")
    found = credentials_by_identity(context)
    for node in known.identities:
        if node.kind is not NodeKind.ENTRA_SERVICE_PRINCIPAL:
            continue
        own = [row for row in found.get(node.id, ()) if row.active and row.on.id == node.id]
        if not own:
            yield Verdict.passed(node.id)
            continue
        foreign = bool(node.attributes.get("foreign"))
        home = " of another tenant" if foreign else ""
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"{node.name}, an application{home}, has on its service principal here: "
            f"{named([row.node.name for row in own])}.",
            severity=known.severity(node, Severity.HIGH if foreign else Severity.MEDIUM),
            grants=tuple(row.id for row in own),
            evidence=tuple(row.node.evidence for row in own),
            related=tuple(row.id for row in own),
        )
