"""Rule aws-unused-key: an active access key has not been used for longer than the policy allows.

Input: a snapshot. Output: one verdict for each active access key.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext
from analytics.rules._keys import AccessKey, access_keys, accounts_not_looked_at, days_between
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-unused-key",
    title="Unused access key",
    question="Has this active access key not been used for longer than the policy allows?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A key that nobody uses is one that nobody would miss and that only an intruder gains from. For identities "
        "that are or can become administrator the policy's shorter limit applies."
    ),
    remediation=(
        "Deactivate the key, wait for what breaks, then delete it. If the user has no other purpose, delete the user."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=(
        "NHI1:2025",
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 AC-2(3)",
        "CIS Controls 8.1 5.3",
        "PCI DSS 4.0.1 8.2.6",
    ),
    since="0.1.0",
    limits=(
        "The vendor records the last use of a key, not every use, and only since April 2015.",
        "A key younger than the limit passes even if it was never used.",
        "Without the credential report the last use is not known and the key is not judged.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an active key; a key that was never used counts from its creation."""
    yield from accounts_not_looked_at(context)
    for key in access_keys(context):
        if key.active:
            yield _judge(key, context)


def _judge(key: AccessKey, context: RuleContext) -> Verdict:
    if context.as_of is None:
        return Verdict.not_judged(key.identity, f"Access key {key.label}: {NO_TIME}")
    since = key.last_used_at or key.created_at
    if not key.last_used_known or since is None:
        return Verdict.not_judged(
            key.identity,
            f"Access key {key.label}: the evidence does not say when it was last used (credential report).",
        )
    privileged = context.privileged(key.identity)
    limit = context.policy.unused_privileged_key_days if privileged else context.policy.unused_key_days
    if context.as_of - since <= timedelta(days=limit):
        if context.as_of_is_lower_bound:
            return Verdict.not_judged(key.identity, f"Access key {key.label}: {LOWER_BOUND}")
        return Verdict.passed(key.identity)
    idle = days_between(since, context.as_of)
    what = (
        f"was last used {idle} days ago"
        if key.last_used_at
        else f"was never used in the {idle} days since its creation"
    )
    whose = " for an identity that is or can become administrator" if privileged else ""
    return Verdict(
        Outcome.FAILED,
        key.identity,
        f"Access key {key.label} {what}; the policy allows {limit}{whose}.",
        key=key.node,
        severity=context.severity_for(key.identity, Severity.MEDIUM),
        grants=(key.node,),
        evidence=(key.evidence,),
        related=(key.node,),
    )
