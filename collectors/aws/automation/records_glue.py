"""Glue jobs, development endpoints, and the triggers that start jobs.

Input: ``glue`` answers. Output: workloads and triggers.
Not handled: crawlers, interactive sessions; triggers that somebody starts (``ON_DEMAND``); tags (a call each).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.automation.joined import RoleNames, filled, own_arn, variables_of
from collectors.aws.records_fields import Fields, Reading
from collectors.aws.workload_types import AwsTrigger, AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call

__all__ = ["read_glue"]

_KINDS = {"SCHEDULED": "schedule", "EVENT": "event-rule", "CONDITIONAL": "event-rule"}
_STATES = {"ACTIVATED": True, "CREATED": False, "DEACTIVATED": False}
"""https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-trigger.html (read 2026-11)"""
_GONE = frozenset({"FAILED", "TERMINATED", "TERMINATING"})


def read_glue(reading: Reading, account: str, roles: RoleNames) -> Iterator[AwsWorkload | AwsTrigger]:
    """Yield jobs, development endpoints and triggers of one account."""

    def job(item: Fields, region: str, _call: Call) -> AwsWorkload:
        return _job(item, account, region, roles)

    def endpoint(item: Fields, region: str, _call: Call) -> AwsWorkload:
        return _endpoint(item, account, region, roles)

    def triggers(item: Fields, region: str, _call: Call) -> tuple[AwsTrigger, ...]:
        return tuple(_triggers(item, account, region))

    yield from reading.each("glue.get_jobs", account, "Jobs", job)
    yield from reading.each("glue.get_dev_endpoints", account, "DevEndpoints", endpoint)
    for found in reading.each("glue.get_triggers", account, "Triggers", triggers):
        yield from found


def _job(item: Fields, account: str, region: str, roles: RoleNames) -> AwsWorkload:
    name = item.required("Name")
    command, control = item.inner("Command"), item.inner("SourceControlDetails")
    given = {**item.inner("DefaultArguments").body, **item.inner("NonOverridableArguments").body}
    arguments = variables_of(given)
    repository = "/".join(filter(None, (control.text("Owner"), control.text("Repository"))))
    return AwsWorkload(
        arn=own_arn("glue", region, account, f"job/{name}"),
        name=name,
        kind=WorkloadKind.GLUE_JOB,
        account=account,
        region=region,
        ref=item.ref,
        role_arn=roles.arn(item.text("Role"), region),
        environment_names=arguments.names,
        environment_ids=arguments.ids,
        environment_secrets=arguments.secrets,
        environment_kinds=arguments.kinds,
        environment_hints=arguments.hints,
        settings=filled(
            ScriptLocation=command.text("ScriptLocation"),
            CommandName=command.text("Name"),
            JobMode=item.text("JobMode"),
            Connections=item.inner("Connections").texts("Connections"),
            SourceControlProvider=control.text("Provider"),
            SourceControlRepository=repository,
        ),
    )


def _endpoint(item: Fields, account: str, region: str, roles: RoleNames) -> AwsWorkload:
    name = item.required("EndpointName")
    status = item.text("Status")
    keys = item.texts("PublicKeys") or ((item.text("PublicKey"),) if item.text("PublicKey") else ())
    arguments = variables_of(item.inner("Arguments").body)
    return AwsWorkload(
        arn=own_arn("glue", region, account, f"devEndpoint/{name}"),
        name=name,
        kind=WorkloadKind.GLUE_DEV_ENDPOINT,
        account=account,
        region=region,
        ref=item.ref,
        role_arn=roles.arn(item.text("RoleArn"), region),
        running=True if status == "READY" else False if status in _GONE else None,
        exec_enabled=bool(keys),
        environment_names=arguments.names,
        environment_ids=arguments.ids,
        environment_secrets=arguments.secrets,
        environment_kinds=arguments.kinds,
        environment_hints=arguments.hints,
        settings=filled(Status=status, PublicKeys=str(len(keys)), PublicAddress=item.text("PublicAddress")),
    )


def _triggers(item: Fields, account: str, region: str) -> Iterator[AwsTrigger]:
    name, kind = item.required("Name"), _KINDS.get(item.text("Type"), "")
    if not kind:
        return
    conditions = {each.text("JobName") for each in item.inner("Predicate").items("Conditions")} - {""}
    source = own_arn("glue", region, account, f"job/{conditions.pop()}") if len(conditions) == 1 else ""
    arn = own_arn("glue", region, account, f"trigger/{name}")
    for action in item.items("Actions"):
        job = action.text("JobName")
        if job:
            yield AwsTrigger(
                id=f"{arn}#{job}",
                kind=kind,
                account=account,
                region=region,
                target_arn=own_arn("glue", region, account, f"job/{job}"),
                ref=item.ref,
                source_arn=source,
                enabled=_STATES.get(item.text("State")),
                input_free=True,
            )
