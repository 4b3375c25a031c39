"""Records of workloads, triggers, templates and clusters for worlds of AWS, laid over what the evidence says.

Input: ``put(world, workload(WorkloadKind.GLUE_JOB, arn, "app"))``. Output: the world, amended.
Not handled: evidence files; readers of those have tests of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from collectors.aws.records import AwsRecords
from collectors.aws.workload_types import (
    AwsCluster,
    AwsEcsCluster,
    AwsLaunchTemplate,
    AwsTrigger,
    AwsWorkload,
    WorkloadKind,
)
from collectors.interface import EvidenceRef, Presence
from tests.worlds.aws import World
from tests.worlds.names import REGION, Names

__all__ = ["cluster", "ecs_cluster", "looked_at", "put", "template", "trigger", "workload"]

Record = AwsWorkload | AwsTrigger | AwsLaunchTemplate | AwsCluster | AwsEcsCluster
_REF = EvidenceRef("made-by-a-test.json")
_FIELDS: dict[type, str] = {
    AwsWorkload: "workloads",
    AwsTrigger: "triggers",
    AwsLaunchTemplate: "launch_templates",
    AwsCluster: "clusters",
    AwsEcsCluster: "ecs_clusters",
}


def _account(arn: str) -> str:
    return arn.split(":")[4]


def workload(kind: WorkloadKind, arn: str, role: str = "", **facts: Any) -> AwsWorkload:
    """Return a workload that acts as a role of its account (friendly name); ``facts`` are fields of the record."""
    role_arn = Names(_account(arn)).role(role) if role else ""
    name = arn.rpartition("/")[2] or arn
    return AwsWorkload(arn, name, kind, _account(arn), REGION, _REF, role_arn=role_arn, **facts)


def trigger(kind: str, target: str, **facts: Any) -> AwsTrigger:
    """Return what starts a target."""
    return AwsTrigger(facts.pop("id", f"{target}#{kind}"), kind, _account(target), REGION, target, _REF, **facts)


def template(arn: str, profile: str, **facts: Any) -> AwsLaunchTemplate:
    """Return a launch template whose default version names the instance profile of a role (friendly name)."""
    name = arn.rpartition("/")[2]
    profile_arn = Names(_account(arn)).profile(profile) if profile else ""
    return AwsLaunchTemplate(arn, name, name, _account(arn), REGION, _REF, profile_arn=profile_arn, **facts)


def cluster(arn: str, **facts: Any) -> AwsCluster:
    """Return an EKS cluster."""
    return AwsCluster(arn, arn.rpartition("/")[2], _account(arn), REGION, _REF, **facts)


def ecs_cluster(arn: str, container_instances: int | None = 0, status: str = "ACTIVE") -> AwsEcsCluster:
    """Return an ECS cluster."""
    name, account = arn.rpartition("/")[2], _account(arn)
    return AwsEcsCluster(arn, name, account, REGION, _REF, status=status, container_instances=container_instances)


def put(where: World, *records: Record) -> World:
    """Add records to a world."""

    def change(known: AwsRecords) -> AwsRecords:
        for record in records:
            name = _FIELDS[type(record)]
            more: dict[str, Any] = {name: (*getattr(known, name), record)}
            known = replace(known, **more)
        return known

    return where.amend(change)


def looked_at(where: World, account: str, *operations: str) -> World:
    """Say that regional operations were asked in the account and answered with nothing."""
    seen = {(f"{account}/{REGION}", operation): Presence.EMPTY for operation in operations}

    def change(known: AwsRecords) -> AwsRecords:
        kept = {key: value for key, value in known.presence.items() if key[1] not in operations}
        return replace(known, presence={**kept, **seen})

    return where.amend(change)
