"""Further assets of CAN_ACCESS: SecureString parameters, queues, topics, tables and repositories.

Input: ``AwsRecords.resources`` and their policies. Output: ``Asset`` rows.
Handled: each read permission by itself where the vendor has several; the KMS key of a parameter or a queue;
messages of a topic as H10 (sent on in the owner's name) beside reading them.
Not handled: parameters that are no secret, images pushed into a repository, streams, APIs, layers and documents.
Errs towards: leaving a state as it is where a resource policy was not looked at (coverage names it).

References
----------
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html (each read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.resource_types import AwsResource, ResourceKind
from graph.edges.aws.access_assets import Asset, KeyRing, Protected
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.principals import Resource
from graph.kinds import Impact

__all__ = ["of_resource", "resource_assets"]

READS: dict[ResourceKind, tuple[tuple[tuple[str, ...], Impact], ...]] = {
    ResourceKind.SSM_PARAMETER: (
        (("ssm:GetParameter",), Impact.H4),
        (("ssm:GetParameters",), Impact.H4),
        (("ssm:GetParameterHistory",), Impact.H4),
    ),
    ResourceKind.SQS_QUEUE: ((("sqs:ReceiveMessage",), Impact.H5),),
    ResourceKind.SNS_TOPIC: ((("sns:Subscribe",), Impact.H5), (("sns:Publish",), Impact.H10)),
    ResourceKind.DYNAMODB_TABLE: (
        (("dynamodb:GetItem",), Impact.H5),
        (("dynamodb:Query",), Impact.H5),
        (("dynamodb:Scan",), Impact.H5),
    ),
    ResourceKind.ECR_REPOSITORY: ((("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"), Impact.H5),),
}
"""Permissions that together read a resource, and what its reader holds. A topic is read by a subscription of one's own;
an image needs its manifest and its layers."""
_ENCRYPTED = {
    ResourceKind.SSM_PARAMETER: ("ssm", "alias/aws/ssm"),
    ResourceKind.SQS_QUEUE: ("sqs", "alias/aws/sqs"),
}
"""Services that ask KMS in the reader's name, and AWS's own key for them. Readers of a topic, a table or an image need
no key: SNS, DynamoDB and ECR decrypt in their own name."""


def resource_assets(world: AwsWorld) -> Iterator[Asset]:
    """Yield the assets of every resource that holds secrets or data."""
    keys = KeyRing(world)
    for resource in world.records.resources:
        if resource.kind is ResourceKind.SSM_PARAMETER and not resource.secret:
            continue
        for actions, impact in READS.get(resource.kind, ()):
            yield _asset(world, keys, resource, actions, impact)


def of_resource(world: AwsWorld, resource: AwsResource) -> Resource:
    """Return what is known of a resource as a target."""
    return Resource(
        arn=resource.arn,
        account=resource.account,
        tags=dict(resource.tags) if resource.tags_known or resource.tags else None,
        organization_id=world.organization_of(resource.account),
    )


def _asset(world: AwsWorld, keys: KeyRing, resource: AwsResource, actions: tuple[str, ...], impact: Impact) -> Asset:
    target, policy = of_resource(world, resource), world.resource_policies.get(resource.arn)
    parts = tuple(Protected(action, target, resource.arn, policy, False) for action in actions)
    service, default = _ENCRYPTED.get(resource.kind, ("", ""))
    if not service:
        return Asset(parts, impact)
    if not resource.kms_key_id and resource.kind is not ResourceKind.SSM_PARAMETER:
        # Keys that the service owns itself ask nobody for consent.
        return Asset(parts, impact)
    found = keys.consent(resource.kms_key_id, default, service, resource)
    return Asset((*parts, *found.parts), impact, found.note, home_only=found.home_only)
