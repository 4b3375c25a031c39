"""Rule entra-mailbox-consent: another tenant's application may go on reading mail or files of its users.

Input: a snapshot. Output: one verdict for each foreign application that has consents.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted, estate, named, rows_of
from analytics.rules._entra_consents import keeps_mail_or_files, mail_or_files
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-mailbox-consent",
    title="Lasting consent to mail or files for another tenant's application",
    question="May another tenant's application go on reading mail or files of our users when they are not there?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "With offline access the application holds a refresh token: it reads the mailbox or the files for "
        "months, from its own servers, whatever password or second factor the user changes. Consent phishing "
        "asks for exactly this."
    ),
    remediation=(
        "Find out who asked for it. Revoke the consent and the user's refresh tokens where nobody needs it; "
        "else keep it for the users who do, and without offline access where the application works without."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity-platform/scopes-oidc"),
        Reference("https://learn.microsoft.com/defender-office-365/detect-and-remediate-illicit-consent-grants"),
    ),
    frameworks=(
        "NHI3:2025",
        "NHI5:2025",
        "NIST CSF 2.0 GV.SC-07",
        "NIST SP 800-53 AC-20",
        "CIS Controls 8.1 15.3",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.2.0",
    limits=(
        "Mail without bodies, single chosen files and an application's own folder do not count.",
        "Whether a refresh token was given out and is still in use is not known.",
        "Applications of one's own tenant are not looked at; those of Microsoft are not either.",
        "Scopes of other APIs than Microsoft's mail and files are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a consent of that kind, else one a foreign application with consents."""
    known = estate(context)
    yield from known.homes_not_known()
    yield from known.not_looked_at("oauth2PermissionGrants", "Who consented to what is not known in full")
    for node in known.identities:
        rows = rows_of(node, "consents")
        if not node.attributes.get("foreign") or not rows:
            continue
        found = [row for row in rows if keeps_mail_or_files(node, row, rows)]
        if not found:
            yield Verdict.passed(node.id)
        for row in found:
            whose = "every user" if row["everyone"] else counted(row["users"], "user")
            yield Verdict(
                Outcome.FAILED,
                node.id,
                f"{node.name}, an application of another tenant, may go on using {named(mail_or_files(row['scopes']))} "
                f"of {row['api']} as {whose} when nobody signs in.",
                key=row["grants"][0],
                severity=Severity.HIGH if row["everyone"] else Severity.MEDIUM,
                grants=tuple(row["grants"]),
            )
