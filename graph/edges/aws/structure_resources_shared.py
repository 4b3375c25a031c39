"""Resources that carry a policy of their own as nodes: queues, topics, tables, repositories, parameters; trails.

Input: the world. Output: nodes and CONTAINS edges. Not handled: buckets, keys and secrets (``structure_resources``);
who can use them (``access``); shares of Resource Access Manager.
"""

from __future__ import annotations

from collectors.aws.resource_types import ResourceKind
from graph.edges.aws.structure_facts import SEEN, common_attributes, contain, iso_time
from graph.edges.aws.world import AwsWorld
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["build_shared_resources"]

_KINDS = {
    ResourceKind.API: NodeKind.API,
    ResourceKind.API_AUTHORIZER: NodeKind.API_AUTHORIZER,
    ResourceKind.DYNAMODB_TABLE: NodeKind.DYNAMODB_TABLE,
    ResourceKind.DYNAMODB_STREAM: NodeKind.DYNAMODB_STREAM,
    ResourceKind.ECR_REPOSITORY: NodeKind.ECR_REPOSITORY,
    ResourceKind.EVENT_BUS: NodeKind.EVENT_BUS,
    ResourceKind.LAMBDA_LAYER: NodeKind.LAMBDA_LAYER,
    ResourceKind.SNS_TOPIC: NodeKind.SNS_TOPIC,
    ResourceKind.SQS_QUEUE: NodeKind.SQS_QUEUE,
    ResourceKind.SSM_DOCUMENT: NodeKind.SSM_DOCUMENT,
    ResourceKind.SSM_PARAMETER: NodeKind.SSM_PARAMETER,
}


def build_shared_resources(world: AwsWorld) -> None:
    """Add a node for every resource of ``AwsRecords.resources``, and for every trail."""
    for trail in world.records.trails:
        world.identity_graph.add_node(
            Node(
                trail.arn,
                NodeKind.TRAIL,
                trail.name,
                "aws",
                trail.account,
                {
                    "region": trail.region,
                    "logging": trail.logging,
                    "multi_region": trail.multi_region,
                    "organization": trail.organization,
                    "log_validation": trail.log_validation,
                    "bucket": trail.bucket,
                    "kms_key_id": trail.kms_key_id,
                    "management_events": trail.management_events,
                    "last_delivered_at": iso_time(trail.last_delivered_at),
                    "delivery_error": trail.delivery_error,
                },
                evidence=str(trail.ref),
            )
        )
        contain(world, trail.account, trail.arn)
    for resource in world.records.resources:
        world.identity_graph.add_node(
            Node(
                resource.arn,
                _KINDS[resource.kind],
                resource.name,
                "aws",
                resource.account,
                common_attributes(resource.tags)
                | {
                    "region": resource.region,
                    "kms_key_id": resource.kms_key_id,
                    "secret": resource.secret,
                    "policy_looked_at": resource.policy_presence in SEEN,
                    "settings": dict(sorted(resource.settings.items())),
                    "last_changed_at": iso_time(resource.last_changed_at),
                },
                evidence=str(resource.ref),
            )
        )
        contain(world, resource.account, resource.arn)
