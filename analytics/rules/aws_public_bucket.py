"""Rule aws-public-bucket: a bucket is open to everybody.

Input: a snapshot. Output: one verdict or two for each bucket: by its policy, by its access control list.
Handled: both blocks on public access, the bucket's and its account's; conditions, denies and RCPs, by the evaluator.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from analytics.rules._context import RuleContext
from analytics.rules._open_resources import openings_by_caller, verdict_of
from analytics.rules._outsiders import ANYONE, Probe
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.edges.aws.public_bucket import keeps_others_out
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["BUCKET_PROBES", "META", "evaluate"]

META = RuleMeta(
    id="aws-public-bucket",
    title="Bucket open to everybody",
    question="Can everybody use this bucket, by its policy or its access control list?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "What a public bucket holds is copied by whoever finds its name, and what it takes is put there by whoever "
        "likes: programs that read it trust content that nobody of yours wrote."
    ),
    remediation=(
        "Turn on Block Public Access for the account and the bucket. Serve public content through CloudFront with "
        "origin access control, and name the principals that need the rest."
    ),
    references=(
        Reference(
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html", "2026-11"
        ),
        Reference("https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"),
    ),
    frameworks=(
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST CSF 2.0 PR.DS-01",
        "NIST SP 800-53 AC-3",
        "CIS Controls 8.1 3.3",
        "PCI DSS 4.0.1 7.2.5",
        "ISO/IEC 27001:2022 A.8.3",
    ),
    since="0.2.0",
    limits=(
        "Access control lists of single objects, access points and presigned addresses are not looked at.",
        "A block on public access that the evidence does not show counts as off; confidence is then medium.",
        "A bucket that is public on purpose, such as a web site, is reported; suppress it.",
        "Other accounts that the policy names are asked about by `aws-open-resource-policy`.",
    ),
)

_H, _M = Severity.HIGH, Severity.MEDIUM
BUCKET_PROBES = (
    Probe("s3:GetObject", "read objects", _H, True),
    Probe("s3:PutObject", "write objects", _H, True),
    Probe("s3:DeleteObject", "delete objects", _H, True),
    Probe("s3:PutObjectAcl", "open objects to others", _H, True),
    Probe("s3:ListBucket", "list objects", _M),
    Probe("s3:PutBucketPolicy", "rewrite the bucket's policy", Severity.CRITICAL),
    Probe("s3:PutBucketAcl", "rewrite the bucket's access control list", Severity.CRITICAL),
    Probe("s3:DeleteBucket", "delete the bucket", _H),
)
_BY_LIST: Mapping[str, tuple[str, Severity]] = {
    "READ": ("list objects", _M),
    "WRITE": ("write and delete objects", _H),
    "READ_ACP": ("read the access control list", Severity.LOW),
    "WRITE_ACP": ("rewrite the access control list", Severity.CRITICAL),
    "FULL_CONTROL": ("list and write objects and rewrite the access control list", Severity.CRITICAL),
}
_GROUPS = {"AllUsers": "Anyone", "AuthenticatedUsers": "Anyone with an AWS account"}
_UNKNOWN_BLOCK = "The evidence does not show whether a block on public access stops it."
Blocks = tuple[Mapping[str, bool] | None, Mapping[str, bool] | None]


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each way in, else one that passes; what was not looked at is not judged."""
    for policy in PolicyReader(snapshot, context).policies(NodeKind.S3_BUCKET):
        blocks = _blocks(policy, context)
        verdicts = [*_by_policy(policy, blocks, context), *_by_list(policy, blocks)]
        yield from verdicts if verdicts else [Verdict.passed(policy.node.id)]


def _blocks(policy: ResourcePolicy, context: RuleContext) -> Blocks:
    account = context.accounts.get(policy.node.scope)
    return (
        policy.node.attributes.get("public_access_block"),
        account.attributes.get("public_access_block") if account is not None else None,
    )


def _on(blocks: Blocks, setting: str) -> bool:
    return any(block is not None and bool(block.get(setting)) for block in blocks)


def _doubted(verdict: Verdict, blocks: Blocks) -> Verdict:
    """Return the finding with medium confidence where a block might stop what it says."""
    if None not in blocks:
        return verdict
    return replace(verdict, message=f"{verdict.message} {_UNKNOWN_BLOCK}", confidence=Confidence.MEDIUM)


# ---- policy --------------------------------------------------------------------------------------------------------


def _by_policy(policy: ResourcePolicy, blocks: Blocks, context: RuleContext) -> Iterator[Verdict]:
    if policy.gap:
        if not _on(blocks, "RestrictPublicBuckets"):
            yield Verdict.not_judged(policy.node.id, policy.gap)
        return
    if keeps_others_out(policy.document, blocks):
        return
    by_caller, reasons = openings_by_caller(policy, BUCKET_PROBES, context)
    if ANYONE in by_caller:
        yield _doubted(verdict_of(policy, ANYONE, by_caller[ANYONE], context), blocks)
    for each in reasons:
        if each.whom in ("", ANYONE):
            yield Verdict.not_judged(policy.node.id, each.reason)


# ---- access control list -------------------------------------------------------------------------------------------


def _by_list(policy: ResourcePolicy, blocks: Blocks) -> Iterator[Verdict]:
    if _on(blocks, "IgnorePublicAcls"):
        return
    groups = policy.node.attributes.get("acl_groups")
    if groups is None:
        yield Verdict.not_judged(policy.node.id, "Its access control list is not in the evidence.")
        return
    for group, permissions in sorted(groups.items()):
        known = [_BY_LIST[name] for name in permissions if name in _BY_LIST]
        if known:
            words = " and ".join(words for words, _ in known)
            found = Verdict(
                Outcome.FAILED,
                policy.node.id,
                f"{_GROUPS.get(group, group)} can {words}, by the bucket's access control list.",
                key=f"acl:{group}",
                severity=max(weight for _, weight in known),
                evidence=(policy.node.evidence,),
            )
            yield _doubted(found, blocks)
