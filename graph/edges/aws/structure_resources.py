"""Workloads and resources of AWS accounts as nodes, and which role a workload runs as.

Input: the world. Output: nodes, CONTAINS and RUNS_AS edges. Not handled: who can use them (``access``, ``take_over``).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from graph.edges.aws.run_as import EC2, LAMBDA, RunningRoles, running_edges
from graph.edges.aws.structure_facts import SEEN, common_attributes, contain, environment_facts, iso_time
from graph.edges.aws.world import AwsWorld, account_id_of
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["build_resources", "build_workloads"]


def build_workloads(world: AwsWorld) -> None:
    """Add functions and instances with the roles that they run as."""
    graph, running = world.identity_graph, RunningRoles(world)
    profiles = {profile.arn: profile.role_arns for profile in world.records.instance_profiles}
    for role in world.roles.values():
        for profile in role.instance_profiles:
            profiles.setdefault(profile, (role.arn,))
    for function in world.records.functions:
        graph.add_node(
            Node(
                function.arn,
                NodeKind.LAMBDA_FUNCTION,
                function.name,
                "aws",
                function.account,
                common_attributes(function.tags)
                | {
                    "role": function.role_arn,
                    "region": function.region,
                    **environment_facts(function),
                    "policy_looked_at": function.policy_presence in SEEN,
                },
                evidence=str(function.ref),
            )
        )
        contain(world, function.account, function.arn)
        if function.role_arn in world.roles:
            ways = running.ways(function.role_arn, LAMBDA, function.arn, function.region)
            graph.add_edges(running_edges(function.arn, function.role_arn, ways, str(function.ref)))
    for instance in world.records.instances:
        roles = profiles.get(instance.profile_arn, ()) if instance.profile_arn else ()
        graph.add_node(
            Node(
                instance.arn,
                NodeKind.EC2_INSTANCE,
                instance.tags.get("Name", instance.id),
                "aws",
                instance.account,
                common_attributes(instance.tags)
                | {
                    "profile": instance.profile_arn,
                    "state": instance.state,
                    "roles": list(roles),
                    "ssm_managed": instance.ssm_managed,
                    "region": instance.region,
                    "aliases": [instance.id],
                },
                evidence=str(instance.ref),
            )
        )
        contain(world, instance.account, instance.arn)
        for role_arn in roles:
            if role_arn in world.roles:
                ways = running.ways(role_arn, EC2, instance.arn, instance.region)
                graph.add_edges(running_edges(instance.arn, role_arn, ways, str(instance.ref)))


def build_resources(world: AwsWorld) -> None:
    """Add buckets, keys and secrets."""
    graph = world.identity_graph
    for bucket in world.records.buckets:
        graph.add_node(
            Node(
                bucket.arn,
                NodeKind.S3_BUCKET,
                bucket.name,
                "aws",
                bucket.account,
                common_attributes(bucket.tags)
                | {
                    "region": bucket.region,
                    "public_access_block": dict(bucket.public_access_block)
                    if bucket.public_access_block is not None
                    else None,
                    "policy_looked_at": bucket.policy_presence in SEEN,
                    "acl_groups": {group: list(names) for group, names in bucket.acl_groups.items()}
                    if bucket.acl_groups is not None
                    else None,
                },
                evidence=str(bucket.ref),
            )
        )
        contain(world, bucket.account, bucket.arn)
    outside = _outside_grants(world)
    for key in world.records.kms_keys:
        graph.add_node(
            Node(
                key.arn,
                NodeKind.KMS_KEY,
                key.aliases[0] if key.aliases else key.id,
                "aws",
                key.account,
                common_attributes(key.tags)
                | {
                    "manager": key.manager,
                    "region": key.region,
                    "aliases": [key.id, *key.aliases],
                    "policy_looked_at": key.policy_presence in SEEN,
                    "outside_grants": outside.get(key.arn, []),
                },
                evidence=str(key.ref),
            )
        )
        contain(world, key.account, key.arn)
    for secret in world.records.secrets:
        graph.add_node(
            Node(
                secret.arn,
                NodeKind.SECRET,
                secret.name,
                "aws",
                secret.account,
                common_attributes(secret.tags, secret.created_at)
                | {
                    "description": secret.description,
                    "kms_key_id": secret.kms_key_id,
                    "rotation_enabled": secret.rotation_enabled,
                    "region": secret.region,
                    "last_changed_at": iso_time(secret.last_changed_at),
                    "deleted_at": iso_time(secret.deleted_at),
                    "last_accessed_at": iso_time(secret.last_accessed_at),
                    "last_rotated_at": iso_time(secret.last_rotated_at),
                    "rotation_function": secret.rotation_function_arn,
                    "owning_service": secret.owning_service,
                    "current_version": secret.current_version,
                    "policy_looked_at": secret.policy_presence in SEEN,
                },
                evidence=str(secret.ref),
            )
        )
        contain(world, secret.account, secret.arn)


def _outside_grants(world: AwsWorld) -> dict[str, list[dict[str, Any]]]:
    """Return by key the KMS grants whose grantee is a principal of another account."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for grant in world.records.kms_grants:
        account = account_id_of(grant.grantee)
        if account.isdigit() and account != grant.account:
            found[grant.key_arn].append(
                {
                    "id": grant.id,
                    "grantee": grant.grantee,
                    "operations": list(grant.operations),
                    "constrained": bool(grant.encryption_context),
                    "evidence": str(grant.ref),
                }
            )
    return found
