"""Rule entra-secret-on-privileged: a privileged application proves itself with a client secret.

Input: a snapshot. Output: one verdict for each privileged identity that has credentials.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import estate, named
from analytics.rules._entra_admin import unseen_grants
from analytics.rules._entra_credentials import credentials_by_identity, unseen_credentials
from analytics.rules.entra_secret_beside_federation import federating
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-secret-on-privileged",
    title="Privileged application with a client secret",
    question="Does an application that can become other identities prove itself with a client secret?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "A client secret is a password without a second factor: whoever reads it in a file or a log has the "
        "application's tier. A certificate whose key cannot be exported, or a federation, leaves nothing to read."
    ),
    remediation=(
        "Use a managed identity or a federated credential, or a certificate whose key stays in a key vault or in "
        "hardware, and delete the secret."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity-platform/security-best-practices-for-app-registration"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-5(2)",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "An application that federates as well is the rule entra-secret-beside-federation's.",
        "Where a certificate's key is kept is not known, so a certificate passes.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a privileged identity with credentials."""
    known = estate(context)
    yield from unseen_grants(known)
    yield from unseen_credentials(known)
    ways = federating(context)
    for identity, rows in sorted(credentials_by_identity(context).items()):
        node = rows[0].identity
        if not known.high(node) or identity in ways:
            continue
        secrets = [row for row in rows if row.active and row.is_secret]
        if not secrets or node.attributes.get("active") is False:
            yield Verdict.passed(identity)
            continue
        yield Verdict(
            Outcome.FAILED,
            identity,
            f"{node.name} can become other identities and proves itself with the "
            f"{named([row.node.name for row in secrets])}.",
            severity=Severity.HIGH,
            grants=tuple(row.id for row in secrets),
            evidence=tuple(row.node.evidence for row in secrets),
            related=tuple(row.id for row in secrets),
        )
