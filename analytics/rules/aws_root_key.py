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
from graph.model import Node
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
        "account is not judged. The summary says that there is a key, not whether it is active: it counts as active.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a key of a root user, or one for its account."""
    keys: dict[str, list[AccessKey]] = {}
    for key in access_keys(context):
        keys.setdefault(key.identity, []).append(key)
    kinds = (NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_ROOT)
    partitions = {node.scope: node.id.split(":")[1] for node in context.nodes(*kinds)}
    for account, partition in sorted(partitions.items()):
        root = f"arn:{partition}:iam::{account}:root"
        node = context.node(root)
        present = node.attributes.get("keys_present") if node is not None else None
        if keys.get(root):
            yield from (_failed(root, key) for key in keys[root])
        elif node is not None and present is True:
            yield _of_summary(node)
        elif present is False:
            yield Verdict.passed(root)
        else:
            yield Verdict.not_judged(root, "Neither a credential report nor an account summary tells of its keys.")


def _of_summary(root: Node) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        root.id,
        "The root user has an access key, by the account summary; the evidence does not say whether it is active.",
        key="summary",
        severity=Severity.CRITICAL,
        evidence=(root.evidence,) if root.evidence else (),
    )


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
