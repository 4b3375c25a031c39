"""Rule entra-disabled-privileged: a disabled identity still holds what reaches far.

Input: a snapshot. Output: one verdict for each disabled identity.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import HIGH_CLASSES, estate, named, privileges_of, worst_class
from analytics.rules._entra_admin import grants_seen, unseen_grants
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-disabled-privileged",
    title="Disabled identity keeps its grants",
    question="Does a disabled application, managed identity or agent still hold far-reaching permissions?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "Disabling stops sign-ins, and one click, or one call of whoever manages applications, brings them "
        "back with everything that was granted. Offboarding ends when the grants are gone."
    ),
    remediation=("Remove the listed grants, then delete the identity when nothing needs it."),
    references=(Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal"),),
    frameworks=(
        "NHI1:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-2",
        "CIS Controls 8.1 6.2",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Far-reaching is what the product's tiering gives a class, and full control of anything.",
        "Delegated consents are not looked at: they need a sign-in.",
        "Disabled people are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a disabled identity."""
    known = estate(context)
    yield from unseen_grants(known)
    for node in known.identities:
        if node.attributes.get("active") is not False:
            continue
        given = privileges_of(node)
        if not given:
            if grants_seen(known, node):
                yield Verdict.passed(node.id)
            continue
        worst = worst_class(node.attributes.get("impact_classes") or ())
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"{node.name} is disabled and still holds {named([name for _, name in given])} ({worst}).",
            severity=Severity.MEDIUM if worst in HIGH_CLASSES else Severity.LOW,
            grants=tuple(dict.fromkeys(grant for grant, _ in given)),
        )
