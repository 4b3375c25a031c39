"""CodePipeline pipelines, and what their actions start.

Input: ``codepipeline`` answers. Output: workloads and triggers.
Not handled: deploy actions' targets, disabled transitions, custom action types; role names inside of parameter
overrides (never written).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.automation.joined import filled, items_of, own_arn
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsTrigger, AwsWorkload, WorkloadKind

__all__ = ["read_codepipeline"]

_LISTING, _DETAILS = "codepipeline.list_pipelines", "codepipeline.get_pipeline"
_STARTED = {
    "CodeBuild": ("codebuild", "project/", "ProjectName"),
    "Lambda": ("lambda", "function:", "FunctionName"),
    "CodePipeline": ("codepipeline", "", "PipelineName"),
}
"""Action provider to service, beginning of the resource's name, and field of the configuration that names it.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html (read 2026-11)
"""
_SOURCE_FIELDS = ("FullRepositoryId", "RepositoryName", "Repo", "S3Bucket")
_SHELL = "Commands"
"""Runs shell commands with the pipeline's own role, or the action's where it names one.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html (read 2026-11)
"""


def read_codepipeline(reading: Reading, account: str) -> Iterator[AwsWorkload | AwsTrigger]:
    """Yield the pipelines of one account and what their actions start."""
    seen = set()
    for region, _, answer in reading.answers(_DETAILS, account):
        pipeline = answer.inner("pipeline")
        try:
            workload = _pipeline(pipeline, answer.inner("metadata").text("pipelineArn"), account, region)
        except FieldError as error:
            reading.gap(_DETAILS, account, region, str(error))
            continue
        seen.add((region, workload.name))
        yield workload
        yield from _triggers(pipeline, workload)
    for region, item in items_of(reading, _LISTING, account, "pipelines"):
        name = item.text("name")
        if name and (region, name) not in seen:
            arn = own_arn("codepipeline", region, account, name)
            yield AwsWorkload(arn, name, WorkloadKind.CODEPIPELINE, account, region, item.ref, role_known=False)


def _actions(pipeline: Fields) -> Iterator[tuple[str, Fields]]:
    for stage in pipeline.items("stages"):
        for action in stage.items("actions"):
            yield stage.text("name"), action


def _provider(action: Fields) -> str:
    kind = action.inner("actionTypeId")
    return kind.text("provider") if kind.text("owner") in ("AWS", "ThirdParty", "") else ""


def _pipeline(pipeline: Fields, arn: str, account: str, region: str) -> AwsWorkload:
    name = pipeline.required("name")
    own_role = pipeline.text("roleArn")
    actions = [action for _, action in _actions(pipeline)]
    roles = {action.text("roleArn") for action in actions}
    roles |= {action.inner("configuration").text("RoleArn") for action in actions}
    shells = [action for action in actions if _provider(action) == _SHELL]
    return AwsWorkload(
        arn=arn or own_arn("codepipeline", region, account, name),
        name=name,
        kind=WorkloadKind.CODEPIPELINE,
        account=arn_account(arn) or account,
        region=arn_region(arn) or region,
        ref=pipeline.ref,
        role_arn=(shells[0].text("roleArn") or own_role) if shells else "",
        service_role_arn=own_role,
        further_role_arns=tuple(sorted(roles - {"", own_role})),
        settings=filled(
            pipelineType=pipeline.text("pipelineType"),
            sources=tuple(sorted(filter(None, (_source(action) for action in actions)))),
            artifactBucket=pipeline.inner("artifactStore").text("location"),
        ),
    )


def _source(action: Fields) -> str:
    """Return where a source action takes its code from, after its provider; empty for other actions."""
    kind = action.inner("actionTypeId")
    if kind.text("category") != "Source":
        return ""
    configuration = action.inner("configuration")
    place = next(filter(None, (configuration.text(name) for name in _SOURCE_FIELDS)), "")
    owner = configuration.text("Owner")
    more = configuration.text("S3ObjectKey") if configuration.text("S3Bucket") else ""
    return f"{kind.text('provider')}:{'/'.join(filter(None, (owner, place, more)))}"


def _triggers(pipeline: Fields, workload: AwsWorkload) -> Iterator[AwsTrigger]:
    for stage, action in _actions(pipeline):
        role = action.text("roleArn") or workload.service_role_arn
        target = _started(action, role, workload)
        if target:
            yield AwsTrigger(
                id=f"{workload.arn}#{stage}/{action.text('name')}",
                kind="pipeline",
                account=workload.account,
                region=workload.region,
                target_arn=target,
                ref=action.ref,
                source_arn=workload.arn,
                role_arn=role,
                input_free=True,
            )


def _started(action: Fields, role: str, workload: AwsWorkload) -> str:
    """Return the ARN of what an action starts; empty when it starts nothing that is known."""
    provider, configuration = _provider(action), action.inner("configuration")
    if provider == "StepFunctions":
        return configuration.text("StateMachineArn")
    service, beginning, field = _STARTED.get(provider, ("", "", ""))
    name = configuration.text(field) if field else ""
    if not name or name.startswith("arn:"):
        return name
    # An action with a role of another account acts there:
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html (read 2026-11).
    account = arn_account(role) or workload.account
    return own_arn(service, action.text("region") or workload.region, account, beginning + name)
