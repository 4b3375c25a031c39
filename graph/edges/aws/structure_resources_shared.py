"""Resources that carry a policy of their own as nodes: queues, topics, tables, repositories, parameters and the like.

Input: the world. Output: nodes and CONTAINS edges. Not handled: buckets, keys and secrets (``structure_resources``);
who can use them (``access``); shares of Resource Access Manager.
"""

from __future__ import annotations

from collectors.aws.resource_types import ResourceKind
from collectors.interface import Presence
from graph.edges.aws.structure_facts import common_attributes, contain, iso_time
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
    """Add a node for every resource of ``AwsRecords.resources``."""
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
                    "policy_looked_at": resource.policy_presence is not Presence.ABSENT,
                    "settings": dict(sorted(resource.settings.items())),
                    "last_changed_at": iso_time(resource.last_changed_at),
                },
                evidence=str(resource.ref),
            )
        )
        contain(world, resource.account, resource.arn)
