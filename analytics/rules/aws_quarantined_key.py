"""Rule aws-quarantined-key: AWS itself found a key in public and put its user under quarantine.

Input: a snapshot. Output: one verdict for each access key of a user.
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
    id="aws-quarantined-key",
    title="Access key under quarantine",
    question="Did AWS put the user of this key under quarantine?",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rationale=(
        "AWS attaches a policy named AWSCompromisedKeyQuarantine to a user whose key it found in public. The policy "
        "denies the most costly actions only: everything else that the user may do stays open to whoever has the key."
    ),
    remediation=(
        "Treat it as an incident: see what the key reaches (`nhi leak`), create another key where something needs it, "
        "deactivate and delete this one, look through the trail, then detach the quarantine policy."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html"),
        Reference("https://repost.aws/knowledge-center/potential-account-compromise"),
    ),
    frameworks=(
        "NHI2:2025",
        "NIST CSF 2.0 RS.MI-01",
        "NIST SP 800-53 IA-5",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.5.24",
    ),
    since="0.2.0",
    limits=(
        "Which of the user's keys was found is not in the evidence, so each of them is reported.",
        "A user from whom somebody detached the policy passes.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a key."""
    yield from accounts_not_looked_at(context)
    for key in access_keys(context):
        node = context.node(key.node)
        if node is None or not node.attributes.get("quarantined"):
            yield Verdict.passed(key.identity)
            continue
        yield Verdict(
            Outcome.FAILED,
            key.identity,
            f"AWS put the user of access key {key.label} under quarantine; the key is "
            f"{'still active' if key.active else 'inactive'}.",
            key=key.node,
            severity=Severity.CRITICAL if key.active else Severity.MEDIUM,
            grants=(key.node,),
            evidence=(key.evidence,),
            related=(key.node,),
        )
