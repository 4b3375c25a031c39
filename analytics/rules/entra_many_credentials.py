"""Rule entra-many-credentials: an application has more credentials in force than a rotation needs.

Input: a snapshot. Output: one verdict for each identity that has any.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named
from analytics.rules._entra_credentials import EntraCredential, credentials_by_identity, unseen_credentials
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-many-credentials",
    title="Many credentials on one application",
    question="Does this application have more secrets and certificates in force than a rotation needs?",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    rationale=(
        "A rotation needs two credentials for a while. More of them are rotations that nobody finished, or several "
        "consumers that share one identity; each copy opens the same doors, and none can be revoked without asking "
        "whom it hurts."
    ),
    remediation=(
        "Find out who uses which (the sign-in log names the key id), delete what nobody uses, and give consumers that "
        "do not belong together an application each."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity-platform/security-best-practices-for-app-registration"),
    ),
    frameworks=("NHI7:2025", "NHI9:2025", "NIST CSF 2.0 PR.AA-01", "NIST SP 800-53 IA-5", "ISO/IEC 27001:2022 A.5.17"),
    since="0.2.0",
    limits=(
        "Federated credentials are not counted: they are nothing that can be copied.",
        "Secrets of the application and of its service principal count together, as they open the same identity.",
        "Which of them is in use is not known.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity with any secret or certificate."""
    known = estate(context)
    yield from unseen_credentials(known)
    limit = context.policy.entra_active_credentials
    for identity, rows in sorted(credentials_by_identity(context).items()):
        active = sorted((row for row in rows if row.active), key=_age)
        if len(active) <= limit:
            yield Verdict.passed(identity)
            continue
        node = active[0].identity
        yield Verdict(
            Outcome.FAILED,
            identity,
            f"{node.name} has {len(active)} secrets and certificates in force "
            f"({named([row.node.name for row in active])}); a rotation needs {limit}.",
            severity=known.severity(node, Severity.LOW),
            grants=tuple(row.id for row in active[:-1]),
            evidence=tuple(row.node.evidence for row in active),
            related=tuple(row.id for row in active),
        )


def _age(item: EntraCredential) -> tuple[str, str]:
    """Return what sorts credentials oldest first."""
    return (item.starts_at.isoformat() if item.starts_at else "", item.id)
