"""Resources whose policy, or KMS grants, an identity may write to reach their data: one row for each technique.

Input: the world's buckets, keys, secrets and further resources. Output: ``Writing`` rows.
Handled: the KMS key of a secret, parameter or queue, which must consent beside the new policy.
Not handled: who can (``resource_policies``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.aws.resource_types import ResourceKind
from graph.edges.aws.access_assets import KeyRing, Protected, Stated, key_of_secret, key_resource, secret_resource
from graph.edges.aws.access_assets_resources import of_resource
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.principals import Resource
from graph.kinds import Impact

__all__ = ["Writing", "writings_of"]

_DIRECT: Stated = (("kms:viaservice", ()), ("kms:grantisforawsresource", ("false",)))
"""The caller asks KMS itself, for itself."""
_RESOURCES = {
    ResourceKind.SQS_QUEUE: ("nhi-sqs-setqueueattributes", "sqs:SetQueueAttributes", "sqs:ReceiveMessage"),
    ResourceKind.SNS_TOPIC: ("nhi-sns-settopicattributes", "sns:SetTopicAttributes", "sns:Subscribe"),
    ResourceKind.DYNAMODB_TABLE: ("nhi-dynamodb-putresourcepolicy", "dynamodb:PutResourcePolicy", "dynamodb:GetItem"),
    ResourceKind.ECR_REPOSITORY: ("nhi-ecr-setrepositorypolicy", "ecr:SetRepositoryPolicy", "ecr:BatchGetImage"),
}


@dataclass(frozen=True, slots=True)
class Writing:
    """A resource and what writing its policy takes."""

    technique: str
    parts: tuple[Protected, ...]
    """The permission on the data, which the new policy gives; the right to write; the key's consent."""
    impact: Impact
    note: str = ""

    @property
    def data(self) -> Protected:
        """Return the permission that is gained."""
        return self.parts[0]

    @property
    def node(self) -> str:
        """Return the node that the edges point to."""
        return self.parts[0].node

    @property
    def account(self) -> str:
        """Return the owning account; ``""`` when unknown."""
        return self.parts[0].resource.account or ""


def writings_of(world: AwsWorld) -> Iterator[Writing]:
    """Yield a row for every technique and resource."""
    ring = KeyRing(world)
    yield from _buckets(world)
    yield from _keys(world)
    yield from _secrets(world, ring)
    yield from _resources(world, ring)


def _buckets(world: AwsWorld) -> Iterator[Writing]:
    for bucket in world.records.buckets:
        organization = world.organization_of(bucket.account)
        data = Resource(arn=f"{bucket.arn}/nhi-probe-7f3a9c", account=bucket.account, organization_id=organization)
        itself = Resource(arn=bucket.arn, account=bucket.account, organization_id=organization)
        policy = world.resource_policies.get(bucket.arn)
        yield Writing(
            "nhi-s3-putbucketpolicy",
            (
                Protected("s3:GetObject", data, bucket.arn, None, False),
                Protected("s3:PutBucketPolicy", itself, bucket.arn, policy, False),
            ),
            Impact.H5,
        )


def _keys(world: AwsWorld) -> Iterator[Writing]:
    for key in world.records.kms_keys:
        policy = world.resource_policies.get(key.arn)
        if key.manager != "CUSTOMER" or policy is None:
            continue
        target = key_resource(world, key)
        for technique, action, kept in (
            ("nhi-kms-putkeypolicy", "kms:PutKeyPolicy", None),
            ("nhi-kms-creategrant", "kms:CreateGrant", policy),
        ):
            yield Writing(
                technique,
                (
                    Protected("kms:Decrypt", target, key.arn, kept, True),
                    Protected(action, target, key.arn, policy, True, _DIRECT),
                ),
                Impact.H4,
            )


def _secrets(world: AwsWorld, ring: KeyRing) -> Iterator[Writing]:
    for secret in world.records.secrets:
        target, policy = secret_resource(world, secret), world.resource_policies.get(secret.arn)
        consent = key_of_secret(secret, ring)
        yield Writing(
            "nhi-secretsmanager-putresourcepolicy",
            (
                Protected("secretsmanager:GetSecretValue", target, secret.arn, None, False),
                Protected("secretsmanager:PutResourcePolicy", target, secret.arn, policy, False),
                *consent.parts,
            ),
            Impact.H4,
            consent.note,
        )


def _resources(world: AwsWorld, ring: KeyRing) -> Iterator[Writing]:
    for resource in world.records.resources:
        row = _RESOURCES.get(resource.kind)
        if row is None:
            continue
        technique, write, read = row
        target, policy = of_resource(world, resource), world.resource_policies.get(resource.arn)
        parts: tuple[Protected, ...] = (
            Protected(read, target, resource.arn, None, False),
            Protected(write, target, resource.arn, policy, False),
        )
        note = ""
        if resource.kind is ResourceKind.SQS_QUEUE and resource.kms_key_id:
            consent = ring.consent(resource.kms_key_id, "alias/aws/sqs", "sqs", resource)
            parts, note = (*parts, *consent.parts), consent.note
        yield Writing(technique, parts, Impact.H5, note)
