"""The calls for ECS, EKS, App Runner and Batch.

Input: none (data only). Output: a tuple that ``operations`` joins. Not handled: making the calls.
Permission names and error codes: each service's API reference (read 2026-11).
"""

from __future__ import annotations

from collectors.interface import Operation

__all__ = ["CONTAINERS_REGIONAL"]


def _per_object(name: str, permission: str, lost: str, *not_found: str) -> Operation:
    return Operation(name, permission, lost, level="resource", per_object=True, not_found_codes=not_found)


_ECS = (
    Operation("ecs.list_clusters", "ecs:ListClusters", "ECS clusters, their services and tasks.", level="regional"),
    _per_object("ecs.describe_clusters", "ecs:DescribeClusters", "Whether a cluster has instances to run tasks on."),
    _per_object("ecs.list_services", "ecs:ListServices", "Services of a cluster.", "ClusterNotFoundException"),
    _per_object(
        "ecs.describe_services",
        "ecs:DescribeServices",
        "Which task definition a service runs, and whether a shell can be opened in it.",
        "ClusterNotFoundException",
    ),
    _per_object("ecs.list_tasks", "ecs:ListTasks", "Running tasks of a cluster.", "ClusterNotFoundException"),
    _per_object(
        "ecs.describe_tasks",
        "ecs:DescribeTasks",
        "The role of a running task, and whether a shell can be opened in it.",
        "ClusterNotFoundException",
    ),
    Operation(
        "ecs.list_task_definitions", "ecs:ListTaskDefinitions", "Task definitions that could be run.", level="regional"
    ),
    _per_object(
        "ecs.describe_task_definition",
        "ecs:DescribeTaskDefinition",
        "The roles of a task definition and the names of its environment variables.",
    ),
)

_EKS = (
    Operation("eks.list_clusters", "eks:ListClusters", "EKS clusters.", level="regional"),
    _per_object(
        "eks.describe_cluster",
        "eks:DescribeCluster",
        "A cluster's role, OIDC issuer and authentication mode.",
        "ResourceNotFoundException",
    ),
    _per_object(
        "eks.list_access_entries",
        "eks:ListAccessEntries",
        "Which IAM principals may enter a cluster.",
        "ResourceNotFoundException",
    ),
    _per_object(
        "eks.describe_access_entry",
        "eks:DescribeAccessEntry",
        "Which Kubernetes groups an IAM principal has in a cluster.",
        "ResourceNotFoundException",
    ),
    _per_object(
        "eks.list_associated_access_policies",
        "eks:ListAssociatedAccessPolicies",
        "What an IAM principal may do in a cluster.",
        "ResourceNotFoundException",
    ),
    _per_object(
        "eks.list_pod_identity_associations",
        "eks:ListPodIdentityAssociations",
        "Which service accounts of a cluster have an IAM role by pod identity.",
        "ResourceNotFoundException",
    ),
    _per_object(
        "eks.describe_pod_identity_association",
        "eks:DescribePodIdentityAssociation",
        "The IAM role of a pod identity association.",
        "ResourceNotFoundException",
    ),
    _per_object("eks.list_nodegroups", "eks:ListNodegroups", "Managed node groups.", "ResourceNotFoundException"),
    _per_object(
        "eks.describe_nodegroup",
        "eks:DescribeNodegroup",
        "The IAM role of a cluster's nodes.",
        "ResourceNotFoundException",
    ),
)

_OTHERS = (
    Operation("apprunner.list_services", "apprunner:ListServices", "App Runner services.", level="regional"),
    _per_object(
        "apprunner.describe_service",
        "apprunner:DescribeService",
        "The roles of an App Runner service.",
        "ResourceNotFoundException",
    ),
    Operation(
        "batch.describe_compute_environments",
        "batch:DescribeComputeEnvironments",
        "Batch compute environments and the instance profile of each.",
        level="regional",
    ),
    Operation(
        "batch.describe_job_definitions",
        "batch:DescribeJobDefinitions",
        "Batch job definitions and their roles.",
        level="regional",
    ),
)

CONTAINERS_REGIONAL: tuple[Operation, ...] = (*_ECS, *_EKS, *_OTHERS)
"""In the order in which they are best made."""
