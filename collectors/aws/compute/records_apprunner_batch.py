"""App Runner services, and Batch compute environments and job definitions.

Input: ``apprunner`` and ``batch`` answers. Output: workloads.
Not handled: environment variables of an App Runner service that its repository's own file sets; jobs of Batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from collectors.aws.compute.answers import each_object, settings_of
from collectors.aws.compute.container_facts import container_facts
from collectors.aws.compute.instance_roles import InstanceRoles
from collectors.aws.records_environment import Environment, of_variables
from collectors.aws.records_fields import Fields, Reading, arn_account, arn_region
from collectors.aws.records_tags import TagIndex, read_tags
from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call

__all__ = ["read_apprunner", "read_batch"]

_SERVICES, _SERVICE = "apprunner.list_services", "apprunner.describe_service"
_ENVIRONMENTS, _DEFINITIONS = "batch.describe_compute_environments", "batch.describe_job_definitions"


def read_apprunner(reading: Reading) -> tuple[AwsWorkload, ...]:
    """Return App Runner services: those described, and those that only the list names."""
    found: dict[str, AwsWorkload] = {}
    for account in reading.accounts:
        build = _service_builder(read_tags(reading, account))
        for service in each_object(reading, _SERVICE, account, "Service", build):
            found.setdefault(service.arn, service)
        for service in reading.each(_SERVICES, account, "ServiceSummaryList", _listed_service):
            found.setdefault(service.arn, service)
    return tuple(found.values())


def read_batch(reading: Reading, account: str, roles: InstanceRoles) -> tuple[AwsWorkload, ...]:
    """Return one account's compute environments and job definitions."""
    environments = reading.each(_ENVIRONMENTS, account, "computeEnvironments", _environment_builder(roles))
    return (*environments, *reading.each(_DEFINITIONS, account, "jobDefinitions", _definition))


def _service_builder(tags: TagIndex) -> Callable[[Fields, Fields, str, Call], AwsWorkload]:
    def build(item: Fields, _answer: Fields, region: str, _call: Call) -> AwsWorkload:
        arn = item.arn("ServiceArn")
        source = item.inner("SourceConfiguration")
        environment = _service_environment(source)
        exposed = item.inner("NetworkConfiguration").inner("IngressConfiguration")
        return AwsWorkload(
            arn=arn,
            name=item.text("ServiceName") or arn.rpartition("/")[2],
            kind=WorkloadKind.APPRUNNER_SERVICE,
            account=arn_account(arn),
            region=arn_region(arn) or region,
            ref=item.ref,
            role_arn=item.inner("InstanceConfiguration").text("InstanceRoleArn"),
            service_role_arn=source.inner("AuthenticationConfiguration").text("AccessRoleArn"),
            running=item.text("Status") == "RUNNING",
            environment_names=environment.names,
            environment_ids=environment.ids,
            environment_secrets=environment.secrets,
            environment_kinds=environment.kinds,
            environment_hints=environment.hints,
            settings={
                **settings_of(item, "Status"),
                **settings_of(source, "AutoDeploymentsEnabled"),
                **settings_of(source.inner("ImageRepository"), "ImageRepositoryType"),
                **settings_of(source.inner("CodeRepository").inner("CodeConfiguration"), "ConfigurationSource"),
                **settings_of(exposed, "IsPubliclyAccessible"),
            },
            tags=dict(tags.by_id.get(arn, {})),
            tags_known=arn in tags.by_id,
        )

    return build


def _service_environment(source: Fields) -> Environment:
    image = source.inner("ImageRepository").inner("ImageConfiguration")
    code = source.inner("CodeRepository").inner("CodeConfiguration").inner("CodeConfigurationValues")
    settings = image if image.body else code
    plain = of_variables(settings.inner("RuntimeEnvironmentVariables").body)
    sources = settings.inner("RuntimeEnvironmentSecrets")
    ids = {name: sources.text(name) for name in sources.body if sources.text(name)}
    return Environment(
        tuple(sorted({*plain.names, *ids})), {**plain.ids, **ids}, plain.secrets, plain.kinds, plain.hints
    )


def _listed_service(item: Fields, region: str, _call: Call) -> AwsWorkload:
    arn = item.arn("ServiceArn")
    return AwsWorkload(
        arn=arn,
        name=item.text("ServiceName"),
        kind=WorkloadKind.APPRUNNER_SERVICE,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_known=False,
        running=item.text("Status") == "RUNNING",
        settings=settings_of(item, "Status"),
    )


def _environment_builder(roles: InstanceRoles) -> Callable[[Fields, str, Call], AwsWorkload]:
    def build(item: Fields, region: str, _call: Call) -> AwsWorkload:
        arn = item.arn("computeEnvironmentArn")
        resources = item.inner("computeResources")
        # An instance profile by name or ARN, whatever the field is called:
        # https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html (read 2026-11)
        role, known = roles.role_of(resources.text("instanceRole"), arn_account(arn))
        template = resources.inner("launchTemplate")
        return AwsWorkload(
            arn=arn,
            name=item.text("computeEnvironmentName") or arn.rpartition("/")[2],
            kind=WorkloadKind.BATCH_COMPUTE_ENVIRONMENT,
            account=arn_account(arn),
            region=arn_region(arn) or region,
            ref=item.ref,
            role_arn=role,
            role_known=known,
            service_role_arn=item.text("serviceRole"),
            definition_arn=template.text("launchTemplateId") or template.text("launchTemplateName"),
            cluster_arn=item.text("ecsClusterArn") or item.inner("eksConfiguration").text("eksClusterArn"),
            settings={**settings_of(item, "state", "status"), **settings_of(resources, "type", "instanceRole")},
            tags=item.tags("tags"),
            tags_known="tags" in item.body,
        )

    return build


def _definition(item: Fields, region: str, _call: Call) -> AwsWorkload:
    arn = item.arn("jobDefinitionArn")
    holders = list(_role_holders(item))
    roles = list(dict.fromkeys(filter(None, (each.text("jobRoleArn") or each.text("taskRoleArn") for each in holders))))
    facts = container_facts((container for each in holders for container in _containers(each)), arn)
    pod = item.inner("eksProperties").inner("podProperties")
    return AwsWorkload(
        arn=arn,
        name=f"{item.text('jobDefinitionName')}:{item.number('revision') or ''}".rstrip(":"),
        kind=WorkloadKind.BATCH_JOB_DEFINITION,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=roles[0] if roles else "",
        # A job on EKS has the role of its service account, which the definition does not name.
        role_known=not pod.body,
        further_role_arns=tuple(roles[1:]),
        service_role_arn=next(filter(None, (each.text("executionRoleArn") for each in holders)), ""),
        exec_enabled=next((each.flag("enableExecuteCommand") for each in holders), None),
        privileged=facts.privileged if holders else None,
        environment_names=facts.environment.names,
        environment_ids=facts.environment.ids,
        environment_secrets=facts.environment.secrets,
        environment_kinds=facts.environment.kinds,
        environment_hints=facts.environment.hints,
        settings={**settings_of(item, "status", "type", "revision"), **settings_of(pod, "serviceAccountName")},
        tags=item.tags("tags"),
        tags_known="tags" in item.body,
    )


def _role_holders(item: Fields) -> Iterator[Fields]:
    """Yield what names the roles: properties of a container or of an ECS task, for each group of nodes."""
    for part in (item, *item.inner("nodeProperties").items("nodeRangeProperties")):
        for name in ("containerProperties", "container"):
            if part.body.get(name):
                yield part.inner(name)
        yield from part.inner("ecsProperties").items("taskProperties")


def _containers(holder: Fields) -> Iterator[Fields]:
    """Yield the containers of an ECS task, or the one that properties of a container are."""
    if "containers" in holder.body:
        yield from holder.items("containers")
    else:
        yield holder
