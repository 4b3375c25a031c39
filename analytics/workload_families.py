"""What a workload is part of: one thing that shows as several nodes, and what was deployed together.

Input: a workload's node. Output: keys that the parts of one thing share, and whether a workload is there at all.
Handled: a stack, an ECS family with its services and tasks, an Auto Scaling group or launch template with its
instances, a cluster with its nodes, a Studio domain.
Not handled: names that look alike; nothing is guessed from them.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["deployment_of", "family_of", "is_there", "template_of"]

_STACK = "aws:cloudformation:stack-id"
_GROUP, _TEMPLATE = "aws:autoscaling:groupName", "aws:ec2launchtemplate:id"
_CLUSTER, _NODE_OF = ("eks:cluster-name", "eks:eks-cluster-name"), "kubernetes.io/cluster/"
_OF_BATCH = "AWSBatchServiceTag"
"""Tags that AWS's services themselves put on what they start."""


def is_there(workload: Node) -> bool:
    """Return whether a workload exists; the instances of a Batch environment stand for nothing beside it."""
    return workload.collected and workload.attributes.get("state") != "terminated" and _OF_BATCH not in _tags(workload)


def deployment_of(workload: Node) -> str:
    """Return the stack that made a workload; ``""`` when no tag says so."""
    return str(_tags(workload).get(_STACK) or "")


def template_of(workload: Node) -> str:
    """Return the launch template (id, or ARN) that an instance or group was started from, or that the node is."""
    if workload.kind is NodeKind.LAUNCH_TEMPLATE:
        return str(next(iter(workload.attributes.get("aliases") or ()), workload.id))
    if workload.kind is NodeKind.EC2_INSTANCE:
        return str(_tags(workload).get(_TEMPLATE) or "")
    return str(workload.attributes.get("definition") or "") if workload.kind is NodeKind.AUTO_SCALING_GROUP else ""


def family_of(workload: Node, *, by_stack: bool) -> str:
    """Return what a workload belongs to, so that parts of one thing count once.

    Parameters
    ----------
    by_stack
        What one stack made counts as one thing, too.
    """
    facts, tags = workload.attributes, _tags(workload)
    place = f"{workload.scope}:{facts.get('region')}"
    cluster = workload.name if workload.kind is NodeKind.EKS_CLUSTER else _cluster_of(tags)
    if cluster:
        return f"{place}:cluster:{cluster}"
    if by_stack and tags.get(_STACK):
        return str(tags[_STACK])
    if workload.kind is NodeKind.AUTO_SCALING_GROUP:
        return f"{place}:group:{workload.name}"
    if workload.kind is NodeKind.EC2_INSTANCE:
        if tags.get(_GROUP):
            return f"{place}:group:{tags[_GROUP]}"
        return f"{place}:template:{tags[_TEMPLATE]}" if tags.get(_TEMPLATE) else workload.id
    if workload.kind is NodeKind.SAGEMAKER_STUDIO_APP:
        return workload.id.partition(":app/")[2].partition("/")[0] or workload.id
    definition = workload.id if workload.kind is NodeKind.ECS_TASK_DEFINITION else str(facts.get("definition") or "")
    return definition.rpartition(":")[0] if ":task-definition/" in definition else workload.id


def _tags(workload: Node) -> Mapping[str, str]:
    tags: Mapping[str, str] = workload.attributes.get("tags") or {}
    return tags


def _cluster_of(tags: Mapping[str, str]) -> str:
    """Return the EKS cluster that an instance or group is a node of."""
    named = next((str(tags[key]) for key in _CLUSTER if tags.get(key)), "")
    return named or next((key.removeprefix(_NODE_OF) for key in sorted(tags) if key.startswith(_NODE_OF)), "")
