"""Rule entra-expired-credential: a secret or certificate is over and was never removed.

Input: a snapshot. Output: one verdict for each secret and certificate.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext
from analytics.rules._entra import counted, estate
from analytics.rules._entra_credentials import credentials, unseen_credentials
from analytics.rules._keys import days_between
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-expired-credential",
    title="Expired credential still present",
    question="Is this secret or certificate over and still listed?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "What is over opens nothing, but it hides what still does: lists of credentials that nobody cleans are lists "
        "that nobody reads, and an added secret does not stand out among ten dead ones."
    ),
    remediation="Remove the secret or certificate from the application.",
    references=(
        Reference("https://learn.microsoft.com/entra/identity-platform/security-best-practices-for-app-registration"),
    ),
    frameworks=("NHI1:2025", "NIST CSF 2.0 PR.AA-01", "NIST SP 800-53 IA-5", "ISO/IEC 27001:2022 A.5.17"),
    since="0.2.0",
    limits=(
        "Certificates that sign tokens for single sign-on, and the passwords of their keys, are left out.",
        "Whether a workload fails for want of a new one is not known.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a secret or certificate."""
    yield from unseen_credentials(estate(context))
    for item in credentials(context):
        if item.expired is None:
            why = NO_TIME if context.as_of is None else LOWER_BOUND
            yield Verdict.not_judged(item.identity.id, f"{item.node.name}: {why}")
        elif item.expired and item.ends_at is not None and context.as_of is not None:
            ago = days_between(item.ends_at, context.as_of)
            yield Verdict(
                Outcome.FAILED,
                item.identity.id,
                f"The {item.node.name} of {item.identity.name} ended {counted(ago, 'day')} ago and is still listed.",
                key=item.id,
                severity=Severity.LOW,
                grants=(item.id,),
                evidence=(item.node.evidence,),
                related=(item.id,),
            )
        else:
            yield Verdict.passed(item.identity.id)
