"""Rule aws-open-resource-policy: the policy of a resource lets in anyone, or an account that nobody declared.

Input: a snapshot. Output: one verdict or more for each resource.
Handled: queues, topics, tables and streams, image repositories, event buses, layers; of buckets and functions, accounts
that their policies name; conditions, denies and RCPs, by the evaluator; S3's blocks on public access.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analytics.rules._context import RuleContext
from analytics.rules._open_resources import openings_by_caller, verdict_of
from analytics.rules._outsiders import ANYONE, Probe
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy
from analytics.rules.aws_public_bucket import BUCKET_PROBES
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.edges.aws.public_bucket import keeps_others_out
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-open-resource-policy",
    title="Resource open to outsiders",
    question="Does the resource's own policy let in anyone, or an account that nobody declared?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A resource policy is a door beside all roles: no identity of yours has to be taken over. Messages, rows and "
        "images leave through it, and what comes in through it is trusted by whatever reads the resource."
    ),
    remediation=(
        "Name the principals or the organization that need it. Declare your own and your vendors' accounts in "
        "`declared/accounts.csv`, and remove what nobody recognises."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"),
    ),
    frameworks=(
        "NHI3:2025",
        "NIST CSF 2.0 GV.SC-07",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-20",
        "CIS Controls 8.1 3.3",
        "PCI DSS 4.0.1 12.8",
        "ISO/IEC 27001:2022 A.5.19",
    ),
    since="0.2.0",
    limits=(
        "Declared vendors are known and not reported.",
        "Buckets and functions that are open to everybody are asked about by `aws-public-bucket` and "
        "`aws-public-function`; secrets and KMS keys have rules of their own.",
        "APIs, which are meant to be called from outside, and shares of Resource Access Manager are not looked at.",
        "Only the actions named on the rule's page are tried.",
    ),
)

_H, _M, _L = Severity.HIGH, Severity.MEDIUM, Severity.LOW
_TABLE = (
    Probe("dynamodb:Scan", "read every item", _H),
    Probe("dynamodb:GetItem", "read items", _H),
    Probe("dynamodb:PutItem", "write items", _H),
    Probe("dynamodb:DeleteItem", "delete items", _H),
)
PROBES: Mapping[NodeKind, Sequence[Probe]] = {
    NodeKind.S3_BUCKET: BUCKET_PROBES,
    NodeKind.LAMBDA_FUNCTION: (
        Probe("lambda:InvokeFunction", "invoke it", _M),
        Probe("lambda:UpdateFunctionCode", "replace its code", Severity.CRITICAL),
        Probe("lambda:AddPermission", "rewrite its policy", Severity.CRITICAL),
    ),
    NodeKind.SQS_QUEUE: (
        Probe("sqs:ReceiveMessage", "receive messages", _H),
        Probe("sqs:SendMessage", "send messages", _M),
        Probe("sqs:DeleteMessage", "delete messages", _M),
        Probe("sqs:PurgeQueue", "purge the queue", _M),
    ),
    NodeKind.SNS_TOPIC: (
        Probe("sns:Subscribe", "subscribe to all messages", _H),
        Probe("sns:Publish", "publish messages", _M),
    ),
    NodeKind.DYNAMODB_TABLE: _TABLE,
    NodeKind.DYNAMODB_STREAM: (Probe("dynamodb:GetRecords", "read the stream", _H),),
    NodeKind.ECR_REPOSITORY: (
        Probe("ecr:BatchGetImage", "pull images", _M),
        Probe("ecr:PutImage", "push images", Severity.CRITICAL),
        Probe("ecr:SetRepositoryPolicy", "rewrite the repository's policy", Severity.CRITICAL),
    ),
    NodeKind.EVENT_BUS: (
        Probe("events:PutEvents", "send events", _M),
        Probe("events:PutRule", "add rules", _H),
    ),
    NodeKind.LAMBDA_LAYER: (Probe("lambda:GetLayerVersion", "download the layer's code", _L),),
}
_NAMED_ONLY = frozenset({NodeKind.S3_BUCKET, NodeKind.LAMBDA_FUNCTION})
"""Kinds whose openness to everybody is a rule of its own."""


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each outsider, else one that passes or is not judged."""
    for policy in PolicyReader(snapshot, context).policies(*PROBES):
        yield from _judge(policy, context)


def _judge(policy: ResourcePolicy, context: RuleContext) -> Iterator[Verdict]:
    if policy.gap:
        yield Verdict.not_judged(policy.node.id, policy.gap)
        return
    if policy.node.kind is NodeKind.S3_BUCKET and keeps_others_out(policy.document, _blocks(policy, context)):
        yield Verdict.passed(policy.node.id)
        return
    by_caller, reasons = openings_by_caller(policy, PROBES[policy.node.kind], context)
    if policy.node.kind in _NAMED_ONLY:
        by_caller.pop(ANYONE, None)
        reasons = tuple(each for each in reasons if each.whom != ANYONE)
    for whom, found in by_caller.items():
        yield verdict_of(policy, whom, found, context)
    for each in reasons:
        yield Verdict.not_judged(policy.node.id, each.reason)
    if not by_caller and not reasons:
        yield Verdict.passed(policy.node.id)


def _blocks(policy: ResourcePolicy, context: RuleContext) -> tuple[Mapping[str, bool] | None, ...]:
    account = context.accounts.get(policy.node.scope)
    own = account.attributes.get("public_access_block") if account is not None else None
    return policy.node.attributes.get("public_access_block"), own
