"""Read the evidence of workloads on servers and containers.

Input: a ``Reading``. Output: records. Not handled: evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass

from collectors.aws.compute.instance_roles import InstanceRoles
from collectors.aws.compute.records_apprunner_batch import read_apprunner, read_batch
from collectors.aws.compute.records_autoscaling import read_groups
from collectors.aws.compute.records_ecs import read_ecs_clusters, read_ecs_workloads
from collectors.aws.compute.records_eks import read_clusters
from collectors.aws.compute.records_lambda import read_function_triggers, read_layers
from collectors.aws.compute.records_servers import read_endpoints
from collectors.aws.compute.records_ssm import read_ssm
from collectors.aws.compute.records_templates import read_templates
from collectors.aws.records_fields import Reading
from collectors.aws.resource_types import AwsResource
from collectors.aws.workload_types import (
    AwsCluster,
    AwsEcsCluster,
    AwsInstanceConnectEndpoint,
    AwsLaunchTemplate,
    AwsTrigger,
    AwsWorkload,
)

__all__ = ["ComputeRecords", "read_compute"]


@dataclass(frozen=True, slots=True)
class ComputeRecords:
    """What this family adds to ``AwsRecords``, field for field."""

    workloads: tuple[AwsWorkload, ...] = ()
    triggers: tuple[AwsTrigger, ...] = ()
    launch_templates: tuple[AwsLaunchTemplate, ...] = ()
    clusters: tuple[AwsCluster, ...] = ()
    ecs_clusters: tuple[AwsEcsCluster, ...] = ()
    instance_connect_endpoints: tuple[AwsInstanceConnectEndpoint, ...] = ()
    resources: tuple[AwsResource, ...] = ()


def read_compute(reading: Reading) -> ComputeRecords:
    """Return the records of this family, unsorted."""
    roles = InstanceRoles(reading)
    templates = {account: read_templates(reading, account) for account in reading.accounts}
    groups = (each for account in reading.accounts for each in read_groups(reading, account, templates[account], roles))
    batch = (each for account in reading.accounts for each in read_batch(reading, account, roles))
    return ComputeRecords(
        workloads=(*groups, *read_ecs_workloads(reading), *read_apprunner(reading), *batch),
        triggers=read_function_triggers(reading),
        launch_templates=tuple(each for account in reading.accounts for each in templates[account].records),
        clusters=read_clusters(reading),
        ecs_clusters=read_ecs_clusters(reading),
        instance_connect_endpoints=read_endpoints(reading),
        resources=(*read_layers(reading), *read_ssm(reading)),
    )
