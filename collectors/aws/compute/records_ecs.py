"""ECS clusters, task definitions, services and running tasks.

Input: ``ecs`` answers. Output: clusters and workloads.
Not handled: the instances that a cluster runs tasks on, which carry roles of their own; stopped tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from collectors.aws.compute.answers import each_object, settings_of
from collectors.aws.compute.container_facts import ContainerFacts, container_facts
from collectors.aws.compute.fetch_ecs import newest_revisions
from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsEcsCluster, AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call
from collectors.interface import EvidenceRef

__all__ = ["read_ecs_clusters", "read_ecs_workloads"]

_DEFINITIONS, _DEFINITION = "ecs.list_task_definitions", "ecs.describe_task_definition"
_DEFINITION_SETTINGS = ("family", "revision", "status", "networkMode", "pidMode")
_SERVICE_SETTINGS = ("status", "launchType", "desiredCount", "schedulingStrategy")
_TASK_SETTINGS = ("lastStatus", "launchType", "group", "startedBy")


@dataclass(frozen=True, slots=True)
class _Definition:
    """What tasks of one definition run with."""

    role: str
    service_role: str
    containers: ContainerFacts


def read_ecs_clusters(reading: Reading) -> tuple[AwsEcsCluster, ...]:
    """Return clusters: those described, and those that only the list names."""
    found: dict[str, AwsEcsCluster] = {}
    for account in reading.accounts:
        for cluster in reading.each("ecs.describe_clusters", account, "clusters", _cluster):
            found.setdefault(cluster.arn, cluster)
        for region, arn, ref in _listed(reading, "ecs.list_clusters", account, "clusterArns"):
            listed = AwsEcsCluster(arn, arn.rpartition("/")[2], arn_account(arn), arn_region(arn) or region, ref)
            found.setdefault(arn, listed)
    return tuple(found.values())


def read_ecs_workloads(reading: Reading) -> tuple[AwsWorkload, ...]:
    """Return task definitions, services and tasks."""
    found: list[AwsWorkload] = []
    for account in reading.accounts:
        definitions: dict[str, _Definition] = {}
        described = list(each_object(reading, _DEFINITION, account, "taskDefinition", _definition_builder(definitions)))
        found += described
        found += _undescribed(reading, account, {each.arn for each in described})
        services = reading.each("ecs.describe_services", account, "services", _service_builder(definitions))
        tasks = reading.each("ecs.describe_tasks", account, "tasks", _task_builder(definitions))
        found += (*services, *tasks)
    return tuple(found)


def _definition_builder(
    definitions: dict[str, _Definition],
) -> Callable[[Fields, Fields, str, Call], AwsWorkload]:
    def build(item: Fields, answer: Fields, region: str, call: Call) -> AwsWorkload:
        arn = item.arn("taskDefinitionArn")
        containers = container_facts(item.items("containerDefinitions"), arn)
        facts = _Definition(item.text("taskRoleArn"), item.text("executionRoleArn"), containers)
        definitions[arn] = facts
        compatibilities = ",".join(item.texts("requiresCompatibilities"))
        settings = settings_of(item, *_DEFINITION_SETTINGS)
        return AwsWorkload(
            arn=arn,
            name=arn.rpartition("/")[2],
            kind=WorkloadKind.ECS_TASK_DEFINITION,
            account=arn_account(arn),
            region=arn_region(arn) or region,
            ref=item.ref,
            role_arn=facts.role,
            service_role_arn=facts.service_role,
            privileged=containers.privileged,
            environment_names=containers.environment.names,
            environment_ids=containers.environment.ids,
            environment_secrets=containers.environment.secrets,
            environment_kinds=containers.environment.kinds,
            environment_hints=containers.environment.hints,
            settings=settings | ({"requiresCompatibilities": compatibilities} if compatibilities else {}),
            tags=answer.tags("tags", "key", "value"),
            tags_known=_asked_tags(call),
        )

    return build


def _undescribed(reading: Reading, account: str, described: set[str]) -> Iterator[AwsWorkload]:
    """Yield the newest revisions that are listed, and whose roles were not seen."""
    listed = {arn: (region, ref) for region, arn, ref in _listed(reading, _DEFINITIONS, account, "taskDefinitionArns")}
    for arn in newest_revisions(listed):
        if arn in listed and arn not in described:
            yield AwsWorkload(
                arn=arn,
                name=arn.rpartition("/")[2],
                kind=WorkloadKind.ECS_TASK_DEFINITION,
                account=arn_account(arn),
                region=arn_region(arn) or listed[arn][0],
                ref=listed[arn][1],
                role_known=False,
            )


def _service_builder(definitions: Mapping[str, _Definition]) -> Callable[[Fields, str, Call], AwsWorkload]:
    def build(item: Fields, region: str, call: Call) -> AwsWorkload:
        arn = item.arn("serviceArn")
        definition = definitions.get(item.text("taskDefinition"))
        return AwsWorkload(
            arn=arn,
            name=item.text("serviceName") or arn.rpartition("/")[2],
            kind=WorkloadKind.ECS_SERVICE,
            account=arn_account(arn),
            region=arn_region(arn) or region,
            ref=item.ref,
            role_arn=definition.role if definition else "",
            role_known=definition is not None,
            service_role_arn=item.text("roleArn"),
            running=(item.number("runningCount") or 0) > 0,
            exec_enabled=item.flag("enableExecuteCommand"),
            privileged=definition.containers.privileged if definition else None,
            definition_arn=item.text("taskDefinition"),
            cluster_arn=item.text("clusterArn"),
            settings=settings_of(item, *_SERVICE_SETTINGS),
            tags=item.tags("tags", "key", "value"),
            tags_known=_asked_tags(call),
        )

    return build


def _task_builder(definitions: Mapping[str, _Definition]) -> Callable[[Fields, str, Call], AwsWorkload]:
    def build(item: Fields, region: str, call: Call) -> AwsWorkload:
        arn = item.arn("taskArn")
        overrides = item.inner("overrides")
        definition = definitions.get(item.text("taskDefinitionArn"))
        # A task that was started with another role runs with that one:
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
        own_role = overrides.text("taskRoleArn")
        own = container_facts(overrides.items("containerOverrides"), arn).environment
        return AwsWorkload(
            arn=arn,
            name=arn.rpartition("/")[2],
            kind=WorkloadKind.ECS_TASK,
            account=arn_account(arn),
            region=arn_region(arn) or region,
            ref=item.ref,
            role_arn=own_role or (definition.role if definition else ""),
            role_known=bool(own_role) or definition is not None,
            service_role_arn=overrides.text("executionRoleArn") or (definition.service_role if definition else ""),
            running=item.text("lastStatus") == "RUNNING",
            exec_enabled=item.flag("enableExecuteCommand"),
            privileged=definition.containers.privileged if definition else None,
            definition_arn=item.text("taskDefinitionArn"),
            cluster_arn=item.text("clusterArn"),
            environment_names=own.names,
            environment_ids=own.ids,
            environment_secrets=own.secrets,
            environment_kinds=own.kinds,
            environment_hints=own.hints,
            settings=settings_of(item, *_TASK_SETTINGS) | _exec_agent(item),
            tags=item.tags("tags", "key", "value"),
            tags_known=_asked_tags(call),
        )

    return build


def _exec_agent(task: Fields) -> dict[str, str]:
    """Return the state of the agent that ECS exec talks to: ``RUNNING`` if it runs in any container."""
    states = {
        agent.text("lastStatus")
        for container in task.items("containers")
        for agent in container.items("managedAgents")
        if agent.text("name") == "ExecuteCommandAgent"
    }
    return {"ExecuteCommandAgent": "RUNNING" if "RUNNING" in states else min(states)} if states else {}


def _cluster(item: Fields, region: str, _call: Call) -> AwsEcsCluster:
    arn = item.arn("clusterArn")
    return AwsEcsCluster(
        arn=arn,
        name=item.text("clusterName") or arn.rpartition("/")[2],
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        status=item.text("status"),
        container_instances=item.number("registeredContainerInstancesCount"),
        capacity_providers=item.texts("capacityProviders"),
        exec_logging=item.inner("configuration").inner("executeCommandConfiguration").text("logging"),
        tags=item.tags("tags", "key", "value"),
    )


def _listed(reading: Reading, operation: str, account: str, key: str) -> Iterator[tuple[str, str, EvidenceRef]]:
    """Yield region, ARN and place of what a list of ARNs names."""
    for region, _, answer in reading.answers(operation, account):
        for index, arn in enumerate(answer.texts(key)):
            yield region, arn, answer.ref.child(key, index)


def _asked_tags(call: Call) -> bool:
    """Tell whether the call asked for tags; ECS leaves them out unless told otherwise."""
    return "TAGS" in (call.request.get("include") or ())
