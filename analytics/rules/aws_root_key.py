"""Rule aws-root-key: the root user of an account has an access key.

Input: a snapshot. Output: one verdict for each collected account.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._keys import AccessKey, access_keys
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-root-key",
    title="Access key of the root user",
    question="Does the root user of the account have an access key?",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rationale=(
        "The root user can do everything in its account and no policy of the account limits it. A long-term key of it "
        "is full control for whoever copies it, without MFA."
    ),
    remediation=(
        "Move what uses the key to a role, then delete the key as the root user. In an organization, remove root "
        "credentials of member accounts centrally."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=(
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6(9)",
        "CIS Controls 8.1 5.4",
        "PCI DSS 4.0.1 8.6.1",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "Keys of the root user are shown by the credential report and the account summary alone; without both an "
        "account is not judged.",
    ),
)
_REPORT, _SUMMARY = "iam.get_credential_report", "iam.get_account_summary"


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a key of a root user, or one for its account."""
    keys: dict[str, list[AccessKey]] = {}
    for key in access_keys(context):
        keys.setdefault(key.identity, []).append(key)
    partitions = {node.scope: node.id.split(":")[1] for node in context.nodes(NodeKind.AWS_USER, NodeKind.AWS_ROLE)}
    for account, partition in sorted(partitions.items()):
        root = f"arn:{partition}:iam::{account}:root"
        if keys.get(root):
            yield from (_failed(root, key) for key in keys[root])
        elif context.looked_at(account, _REPORT) or context.looked_at(account, _SUMMARY):
            yield Verdict.passed(root)
        else:
            yield Verdict.not_judged(root, "Neither the credential report nor the account summary is in the evidence.")


def _failed(root: str, key: AccessKey) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        root,
        f"The root user has {'an active' if key.active else 'an inactive'} access key ({key.label}).",
        key=key.node,
        severity=Severity.CRITICAL if key.active else Severity.HIGH,
        grants=(key.node,),
        evidence=(key.evidence,),
        related=(key.node,),
    )
