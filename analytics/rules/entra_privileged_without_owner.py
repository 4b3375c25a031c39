"""Rule entra-privileged-without-owner: nobody is named for an application that holds much.

Input: a snapshot. Output: one verdict for each application or service principal that can become other identities.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named, privileges_of
from analytics.rules._entra_admin import unseen_grants
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-privileged-without-owner",
    title="Privileged application without an owner",
    question="Does nobody answer for an application that can become other identities?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "An application with rights over other identities deserves a person who reviews them, rotates its credentials "
        "and notices when it is no longer needed. Without one nobody is asked, and nobody is told."
    ),
    remediation=(
        "Name at least one person, better two, who hold the application's rights anyway, as owners or in "
        "`declared/owners.csv`. If nobody claims the application, disable it and delete it when nothing breaks."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners"),
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
    ),
    frameworks=(
        "NHI1:2025",
        "ASI10",
        "NIST CSF 2.0 GV.RR-02",
        "NIST CSF 2.0 ID.AM-08",
        "NIST SP 800-53 AC-2",
        "CIS Controls 8.1 5.5",
        "ISO/IEC 27001:2022 A.5.9",
    ),
    since="0.2.0",
    limits=(
        "Owners of the application and of its service principal count alike, and so do declared ones.",
        "Owners whose account is disabled are the rule entra-departed-owner's.",
        "Managed identities have no owners in the directory, and agent identities have sponsors: neither is judged.",
    ),
)
_OWNED = (NodeKind.ENTRA_SERVICE_PRINCIPAL, NodeKind.ENTRA_BLUEPRINT_PRINCIPAL, NodeKind.ENTRA_APPLICATION)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a privileged application."""
    known = estate(context)
    yield from unseen_grants(known)
    for node in known.acting:
        if node.kind not in _OWNED or not known.high(node):
            continue
        facts = node.attributes
        if facts.get("owner") or facts.get("owners") or facts.get("sponsors"):
            yield Verdict.passed(node.id)
        elif not facts.get("owners_known"):
            yield Verdict.not_judged(node.id, "Its owners are not in the evidence.")
        else:
            holds = named([name for _, name in privileges_of(node)]) or "a way to full control"
            yield Verdict(
                Outcome.FAILED,
                node.id,
                f"Nobody owns {node.name}, which holds {holds}.",
                severity=context.severity_for(node.id, Severity.MEDIUM),
            )
