"""Rule aws-two-active-keys: a user has two active access keys.

Input: a snapshot. Output: one verdict for each user or root user with an active access key.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._keys import AccessKey, access_keys, accounts_not_looked_at
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-two-active-keys",
    title="Two active access keys",
    question="Does this user have more than one active access key?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "The second key exists for rotation. Two that stay active mean a rotation that was never finished, or two "
        "systems that share one identity, so that neither can be revoked or told apart in the log."
    ),
    remediation=(
        "Find out which system uses which key. Finish the rotation and delete the older key, or give the second "
        "system an identity of its own."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=(
        "NHI7:2025",
        "NHI9:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "PCI DSS 4.0.1 8.6.3",
    ),
    since="0.1.0",
    limits=("A rotation under way looks the same for its duration.",),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a user with an active key."""
    yield from accounts_not_looked_at(context)
    active: defaultdict[str, list[AccessKey]] = defaultdict(list)
    for key in access_keys(context):
        if key.active:
            active[key.identity].append(key)
    for identity, keys in sorted(active.items()):
        if len(keys) < 2:
            yield Verdict.passed(identity)
            continue
        yield Verdict(
            Outcome.FAILED,
            identity,
            f"Access keys {' and '.join(key.label for key in keys)} are both active.",
            severity=context.severity_for(identity, Severity.LOW),
            evidence=tuple(key.evidence for key in keys),
            related=tuple(key.node for key in keys),
        )
