"""Rule aws-old-key: an active access key is older than the policy allows.

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
    id="aws-old-key",
    title="Old access key",
    question="Is this active access key older than the policy allows?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "An access key works until somebody deactivates it. The longer it lives, the more copies of it lie in files, "
        "logs and laptops, and the fewer people know where."
    ),
    remediation=(
        "Best: replace the key by temporary credentials (a role for the workload, OIDC for the pipeline). Else rotate "
        "it: create a second key, move every consumer, deactivate the old one, delete it when nothing breaks."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=(
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.1.0",
    limits=(
        "Where only the credential report is at hand, a change of a key's status may count as its creation.",
        "Keys of other kinds (service-specific credentials, certificates) are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an active key; without a known creation time it is not judged."""
    yield from accounts_not_looked_at(context)
    for key in access_keys(context):
        if key.active:
            yield _judge(key, context)


def _judge(key: AccessKey, context: RuleContext) -> Verdict:
    if context.as_of is None:
        return Verdict.not_judged(key.identity, f"Access key {key.label}: {NO_TIME}")
    if key.created_at is None:
        return Verdict.not_judged(
            key.identity, f"Access key {key.label}: the evidence does not say when it was created."
        )
    limit = context.policy.old_key_days
    if context.as_of - key.created_at <= timedelta(days=limit):
        if context.as_of_is_lower_bound:
            return Verdict.not_judged(key.identity, f"Access key {key.label}: {LOWER_BOUND}")
        return Verdict.passed(key.identity)
    age = days_between(key.created_at, context.as_of)
    return Verdict(
        Outcome.FAILED,
        key.identity,
        f"Access key {key.label} is {age} days old; the policy allows {limit}.",
        key=key.node,
        severity=context.severity_for(key.identity, Severity.MEDIUM),
        grants=(key.node,),
        evidence=(key.evidence,),
        related=(key.node,),
    )
