"""Rule entra-tenant-wide-consent: an administrator consented for everybody to scopes that reach far.

Input: a snapshot. Output: one verdict for each service principal that has consents.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.reach import AdminWitness
from analytics.rules._context import RuleContext
from analytics.rules._entra import HIGH_CLASSES, estate, named, rows_of, worst_class
from analytics.rules._entra_admin import tenant_witnesses
from analytics.rules._entra_consents import far_reaching, keeps_mail_or_files
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-tenant-wide-consent",
    title="Consent for everybody to far-reaching scopes",
    question="Was this application granted far-reaching delegated permissions for every user of the tenant?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "With a consent for everybody the application acts as whoever signs in to it, administrators "
        "included, and nobody is asked again. Its permissions then reach as far as its most powerful user."
    ),
    remediation=(
        "Replace it by consents of the users or groups that need the application, require assignment, and "
        "keep only the scopes that it uses."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent"),
        Reference("https://learn.microsoft.com/graph/permissions-reference"),
    ),
    frameworks=(
        "NHI5:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Far-reaching is what the product's tiering gives a class; scopes that it does not know are not reported.",
        "Delegated permissions work only while a user signs in, and never beyond what that user may.",
        "Mail and files that another tenant's application may keep reading are the rule entra-mailbox-consent's.",
        "A consent that is a step to full control of the tenant is told by entra-path-to-admin alone.",
        "Microsoft's own applications are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a consent for everybody that reaches far, else one an identity with consents."""
    known = estate(context)
    yield from known.not_looked_at("oauth2PermissionGrants", "Who consented to what is not known in full")
    witnesses = tenant_witnesses(snapshot, context)
    for node in known.identities:
        rows = rows_of(node, "consents")
        told = _grants_of_path(witnesses.get(node.id)) if node.attributes.get("active") is not False else set()
        found = False
        for row in rows:
            scopes = far_reaching(row)
            if not row["everyone"] or not scopes or keeps_mail_or_files(node, row, rows, only=scopes):
                continue
            found = True
            if told & set(row["grants"]):
                continue  # the path to full control says it
            worst = worst_class(row["classes"])
            yield Verdict(
                Outcome.FAILED,
                node.id,
                f"{node.name} may use {named(scopes)} of {row['api']} as any user who signs in ({worst}).",
                key=row["grants"][0],
                severity=Severity.HIGH if worst in (*HIGH_CLASSES, "H3") else Severity.MEDIUM,
                grants=tuple(row["grants"]),
            )
        if rows and not found:
            yield Verdict.passed(node.id)


def _grants_of_path(witness: AdminWitness | None) -> set[str]:
    """Return the grants of the first step of a way that is a finding."""
    if witness is None or witness.state < State.CONDITIONAL or not witness.steps:
        return set()
    return set(witness.steps[0].grants)
