"""Rule aws-inactive-key: an access key was deactivated and kept.

Input: a snapshot. Output: one verdict for each access key.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._keys import access_keys, accounts_not_looked_at
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-inactive-key",
    title="Inactive access key kept",
    question="Was this access key deactivated and never deleted?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "Whoever may update the user's keys brings an inactive key back to life, with every old copy of its secret. "
        "It also takes one of two places that the next rotation needs."
    ),
    remediation="Delete the key once it is certain that nothing needs it.",
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=("NHI1:2025", "NIST CSF 2.0 PR.AA-01", "NIST SP 800-53 AC-2(3)", "PCI DSS 4.0.1 8.2.6"),
    since="0.1.0",
    limits=("The vendor does not say since when a key is inactive, so the last days of a rotation look the same.",),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a key."""
    yield from accounts_not_looked_at(context)
    for key in access_keys(context):
        if key.active:
            yield Verdict.passed(key.identity)
            continue
        yield Verdict(
            Outcome.FAILED,
            key.identity,
            f"Access key {key.label} is inactive and still there.",
            key=key.node,
            grants=(key.node,),
            evidence=(key.evidence,),
            related=(key.node,),
        )
