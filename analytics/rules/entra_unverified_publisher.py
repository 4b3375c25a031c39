"""Rule entra-unverified-publisher: a foreign application that holds much has no verified publisher.

Input: a snapshot. Output: one verdict for each foreign application that holds a classified permission.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import HIGH_CLASSES, estate, named, privileges_of, rows_of, worst_class
from analytics.rules._entra_admin import unseen_grants
from analytics.rules._entra_consents import far_reaching
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-unverified-publisher",
    title="Far-reaching application of an unverified publisher",
    question=(
        "Does another tenant's application hold far-reaching permissions although nobody verified who publishes it?"
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Anybody may register an application in a tenant of their own and give it any name. A verified "
        "publisher is at least a company that Microsoft knows; without one, a name is all that tells the "
        "vendor from an impostor."
    ),
    remediation=(
        "Confirm with the vendor that the application id is theirs. If nobody can, disable the application, "
        "revoke its grants and look at its sign-ins; else ask the vendor to verify, and suppress the finding "
        "meanwhile."
    ),
    references=(Reference("https://learn.microsoft.com/entra/identity-platform/publisher-verification-overview"),),
    frameworks=(
        "NHI3:2025",
        "ASI04",
        "NIST CSF 2.0 GV.SC-07",
        "NIST SP 800-53 SA-9",
        "CIS Controls 8.1 15.1",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.2.0",
    limits=(
        "A verified publisher says who published, not that the application is safe.",
        "Where nothing tells which tenant is one's own, no application is known to be foreign, and none is judged.",
        "Far-reaching is what the product's tiering gives a class.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a foreign application that holds a classified permission."""
    known = estate(context)
    yield from unseen_grants(known)
    yield from known.homes_not_known()
    yield from known.not_looked_at("servicePrincipals", "Other applications of other tenants may exist")
    for node in known.identities:
        facts = node.attributes
        if node.kind is not NodeKind.ENTRA_SERVICE_PRINCIPAL or not facts.get("foreign"):
            continue
        consents = [row for row in rows_of(node, "consents") if row["classes"]]
        given = privileges_of(node)
        classes = [*(facts.get("impact_classes") or ()), *(each for row in consents for each in row["classes"])]
        if not classes:
            continue
        if facts.get("verified_publisher"):
            yield Verdict.passed(node.id)
        elif not facts.get("verified_publisher_known"):
            yield Verdict.not_judged(node.id, "Whether its publisher is verified was not asked for.")
        else:
            names = [name for _, name in given] + [
                f"{scope} as a user" for row in consents for scope in far_reaching(row)
            ]
            worst = worst_class(classes)
            applies = worst in HIGH_CLASSES and bool(given)
            yield Verdict(
                Outcome.FAILED,
                node.id,
                f"{node.name} of tenant {facts.get('app_owner_organization_id')} has no verified publisher and holds "
                f"{named(names)} ({worst}).",
                severity=Severity.HIGH if applies else Severity.MEDIUM,
                grants=tuple(sorted({grant for grant, _ in given} | {g for row in consents for g in row["grants"]})),
            )
