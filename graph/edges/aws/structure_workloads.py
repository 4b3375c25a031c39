"""Workloads beside functions and instances as nodes: what runs with a role, what starts it, clusters, templates.

Input: the world. Output: nodes, CONTAINS and RUNS_AS edges.
Handled: RUNS_AS to the role whose credentials the code holds, or that the service uses as the definition says
(CloudFormation, Step Functions); instance profiles through launch templates; pods of an EKS cluster.
Not handled: a service's own role (ECS execution role, pipeline role), which no code of it holds: an attribute.
"""

from __future__ import annotations

from typing import Any

from collectors.aws.workload_types import AwsCluster, AwsLaunchTemplate, AwsTrigger, AwsWorkload, WorkloadKind
from graph.edges.aws.run_as import EC2, POD_IDENTITY, RunningRoles, running_edges, workload_ways
from graph.edges.aws.structure_facts import common_attributes, contain, environment_facts
from graph.edges.aws.workloads import (
    acting_role,
    profile_roles,
    takes_role,
    template_of,
    template_roles,
    templates_by_name,
)
from graph.edges.aws.world import AwsWorld
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["build_more_workloads"]

_KINDS = {
    WorkloadKind.APPRUNNER_SERVICE: NodeKind.APPRUNNER_SERVICE,
    WorkloadKind.AUTO_SCALING_GROUP: NodeKind.AUTO_SCALING_GROUP,
    WorkloadKind.BATCH_JOB_DEFINITION: NodeKind.BATCH_JOB_DEFINITION,
    WorkloadKind.BATCH_COMPUTE_ENVIRONMENT: NodeKind.BATCH_COMPUTE_ENVIRONMENT,
    WorkloadKind.BEDROCK_CODE_INTERPRETER: NodeKind.BEDROCK_CODE_INTERPRETER,
    WorkloadKind.BEDROCK_AGENT_RUNTIME: NodeKind.BEDROCK_AGENT_RUNTIME,
    WorkloadKind.CLOUDFORMATION_STACK: NodeKind.CLOUDFORMATION_STACK,
    WorkloadKind.CLOUDFORMATION_STACK_SET: NodeKind.CLOUDFORMATION_STACK_SET,
    WorkloadKind.CODEBUILD_PROJECT: NodeKind.CODEBUILD_PROJECT,
    WorkloadKind.CODEPIPELINE: NodeKind.CODEPIPELINE,
    WorkloadKind.DATA_PIPELINE: NodeKind.DATA_PIPELINE,
    WorkloadKind.ECS_TASK_DEFINITION: NodeKind.ECS_TASK_DEFINITION,
    WorkloadKind.ECS_SERVICE: NodeKind.ECS_SERVICE,
    WorkloadKind.ECS_TASK: NodeKind.ECS_TASK,
    WorkloadKind.GLUE_DEV_ENDPOINT: NodeKind.GLUE_DEV_ENDPOINT,
    WorkloadKind.GLUE_JOB: NodeKind.GLUE_JOB,
    WorkloadKind.SAGEMAKER_NOTEBOOK: NodeKind.SAGEMAKER_NOTEBOOK,
    WorkloadKind.SAGEMAKER_STUDIO_APP: NodeKind.SAGEMAKER_STUDIO_APP,
    WorkloadKind.SSM_AUTOMATION: NodeKind.SSM_AUTOMATION,
    WorkloadKind.STATE_MACHINE: NodeKind.STATE_MACHINE,
}


def build_more_workloads(world: AwsWorld) -> None:
    """Add workloads, triggers, launch templates and EKS clusters with the roles that they run as."""
    profiles, templates = profile_roles(world), templates_by_name(world)
    running = RunningRoles(world)
    for workload in world.records.workloads:
        template = template_of(workload, templates)
        _workload(world, running, workload, template_roles(template, profiles) if template is not None else ())
    for trigger in world.records.triggers:
        _trigger(world, trigger)
    for template in world.records.launch_templates:
        _template(world, running, template, template_roles(template, profiles))
    for cluster in world.records.clusters:
        _cluster(world, running, cluster)


def _workload(world: AwsWorld, running: RunningRoles, workload: AwsWorkload, launched: tuple[str, ...]) -> None:
    facts: dict[str, Any] = {
        "region": workload.region,
        "role": acting_role(workload),
        "role_known": workload.role_known,
        "service_role": workload.service_role_arn,
        "further_roles": list(workload.further_role_arns),
        "running": workload.running,
        "exec_enabled": workload.exec_enabled,
        "privileged": workload.privileged,
        "definition": workload.definition_arn,
        "cluster": workload.cluster_arn,
        "managed_elsewhere": workload.managed_elsewhere,
        **environment_facts(workload),
        "settings": dict(sorted(workload.settings.items())),
    }
    world.identity_graph.add_node(
        Node(
            workload.arn,
            _KINDS[workload.kind],
            workload.name,
            "aws",
            workload.account,
            common_attributes(workload.tags) | facts,
            evidence=str(workload.ref),
        )
    )
    contain(world, workload.account, workload.arn)
    for role in dict.fromkeys((acting_role(workload), *launched)):
        if takes_role(world, role, workload.account) is not None:
            ways = workload_ways(running, workload, role)
            world.identity_graph.add_edges(running_edges(workload.arn, role, ways, str(workload.ref)))


def _trigger(world: AwsWorld, trigger: AwsTrigger) -> None:
    facts: dict[str, Any] = {
        "region": trigger.region,
        "kind": trigger.kind,
        "target": trigger.target_arn,
        "source": trigger.source_arn,
        "service_role": trigger.role_arn,
        "enabled": trigger.enabled,
        "public": trigger.public,
    }
    name = trigger.id.rsplit("/", 1)[-1]
    world.identity_graph.add_node(
        Node(trigger.id, NodeKind.EVENT_TRIGGER, name, "aws", trigger.account, facts, evidence=str(trigger.ref))
    )
    contain(world, trigger.account, trigger.id)


def _template(world: AwsWorld, running: RunningRoles, template: AwsLaunchTemplate, roles: tuple[str, ...]) -> None:
    facts: dict[str, Any] = {
        "region": template.region,
        "profile": template.profile_arn,
        "roles": list(roles),
        "default_version": template.default_version,
        "latest_version": template.latest_version,
        "has_user_data": template.has_user_data,
        "launch_configuration": template.launch_configuration,
        "aliases": [template.id] if template.id else [],
    }
    world.identity_graph.add_node(
        Node(
            template.arn,
            NodeKind.LAUNCH_TEMPLATE,
            template.name,
            "aws",
            template.account,
            common_attributes(template.tags) | facts,
            evidence=str(template.ref),
        )
    )
    contain(world, template.account, template.arn)
    for role in roles:
        if takes_role(world, role, template.account) is not None:
            ways = running.ways(role, EC2, region=template.region)
            world.identity_graph.add_edges(running_edges(template.arn, role, ways, str(template.ref)))


def _cluster(world: AwsWorld, running: RunningRoles, cluster: AwsCluster) -> None:
    facts: dict[str, Any] = {
        "region": cluster.region,
        "service_role": cluster.role_arn,
        "oidc_issuer": cluster.oidc_issuer,
        "authentication_mode": cluster.authentication_mode,
        "endpoint_public": cluster.endpoint_public,
        "node_roles": list(cluster.node_role_arns),
        "pod_identities": [list(each) for each in cluster.pod_identities],
    }
    world.identity_graph.add_node(
        Node(
            cluster.arn,
            NodeKind.EKS_CLUSTER,
            cluster.name,
            "aws",
            cluster.account,
            common_attributes(cluster.tags) | facts,
            evidence=str(cluster.ref),
        )
    )
    contain(world, cluster.account, cluster.arn)
    evidence = str(cluster.ref)
    for namespace, name, role in cluster.pod_identities:
        # A target role may be of another account.
        owner = world.roles[role].account if role in world.roles else cluster.account
        if takes_role(world, role, owner) is not None:
            ways = running.ways(role, POD_IDENTITY, cluster.arn) or running.chained(role)
            note = f"Pods of service account {namespace}/{name}."
            world.identity_graph.add_edges(running_edges(cluster.arn, role, ways, evidence, note))
    for role in cluster.node_role_arns:
        # A pod with host networking reaches the node's metadata service whatever its hop limit is:
        # https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html (read 2026-11).
        if takes_role(world, role, cluster.account) is not None:
            ways = running.ways(role, EC2, region=cluster.region)
            note = "Credentials of the nodes."
            world.identity_graph.add_edges(running_edges(cluster.arn, role, ways, evidence, note))
