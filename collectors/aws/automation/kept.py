"""What is written of the answers that carry definitions: the parts that are read, and no scripts, inputs or templates.

Input: answers of build, data and event services. Output: copies with less in them.
Not handled: values of variables and parameters, which the redactor replaces by fingerprints.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from collectors.aws.automation.state_language import kept_definition

__all__ = [
    "INLINE",
    "keep_definition",
    "keep_jobs",
    "keep_objects",
    "keep_pipeline",
    "keep_projects",
    "keep_schedule",
    "keep_stack_instances",
    "keep_stack_set",
    "keep_targets",
]

INLINE = "inline"
"""What stands in place of a build specification that the project itself holds."""

_ACTION_FIELDS = (
    "ActionMode",
    "BranchName",
    "BucketName",
    "ClusterName",
    "ConnectionArn",
    "FullRepositoryId",
    "FunctionName",
    "ImageName",
    "Owner",
    "PipelineName",
    "PrimarySource",
    "ProjectName",
    "Repo",
    "RepositoryName",
    "RoleArn",
    "S3Bucket",
    "S3ObjectKey",
    "ServiceName",
    "StackName",
    "StackSetName",
    "StateMachineArn",
)
"""Names and places in the configuration of a pipeline's action.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html (read 2026-11)
"""
_ACTION = ("name", "actionTypeId", "runOrder", "roleArn", "region", "namespace")
_TARGET = ("Id", "Arn", "RoleArn", "InputPath")
_PARAMETERS = (("EcsParameters", "TaskDefinitionArn"), ("BatchParameters", "JobDefinition"))
_OBJECT_FIELDS = frozenset({"type", "role", "resourceRole", "scheduleType", "schedule", "parent", "runsOn"})


def keep_projects(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep CodeBuild projects without inline build specifications and webhook secrets."""
    return {**body, "projects": _each(body.get("projects"), _project)}


def keep_pipeline(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a pipeline's roles and the names and places in its actions' configuration."""
    pipeline = body.get("pipeline")
    if not isinstance(pipeline, Mapping):
        return body
    stages = _each(pipeline.get("stages"), _stage)
    variables = _each(pipeline.get("variables"), lambda item: _only(item, ("name",)))
    return {**body, "pipeline": {**pipeline, "stages": stages, **({"variables": variables} if variables else {})}}


def keep_jobs(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep Glue jobs without the nodes that their scripts are generated from."""
    return {**body, "Jobs": _each(body.get("Jobs"), lambda job: _without(job, "CodeGenConfigurationNodes"))}


def keep_stack_set(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a stack set without its template."""
    found = body.get("StackSet")
    return {**body, "StackSet": _without(found, "TemplateBody")} if isinstance(found, Mapping) else body


def keep_stack_instances(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep where a stack set has instances, and whether updates reach them."""
    return {**body, "Summaries": _each(body.get("Summaries"), _stack_instance)}


def keep_definition(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep of a state machine's definition which services it calls and with which roles."""
    text = body.get("definition")
    if not isinstance(text, str):
        return body
    return {**_without(body, "variableReferences"), "definition": json.dumps(kept_definition(text), sort_keys=True)}


def keep_targets(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep which targets a rule has and their roles, without what they are given."""
    return {**body, "Targets": _each(body.get("Targets"), _target)}


def keep_schedule(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a schedule without what its target is given."""
    target = body.get("Target")
    return {**body, "Target": _target(target)} if isinstance(target, Mapping) else body


def keep_objects(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep of a Data Pipeline definition the kinds and roles of its objects, and the names of its parameters."""
    return {
        "pipelineObjects": _each(body.get("pipelineObjects"), _object),
        "parameterObjects": _each(body.get("parameterObjects"), lambda item: _only(item, ("id",))),
    }


def _project(project: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {**project}
    for name in ("source", "webhook"):
        if isinstance(project.get(name), Mapping):
            kept[name] = _without(_source(project[name]), "secret")
    if "secondarySources" in project:
        kept["secondarySources"] = _each(project["secondarySources"], _source)
    return kept


def _source(source: Mapping[str, Any]) -> Mapping[str, Any]:
    text = source.get("buildspec")
    # A path or an ARN is one line and no YAML mapping; see ProjectSource in CodeBuild's API reference.
    inline = isinstance(text, str) and ("\n" in text or text.lstrip().startswith(("{", "version:")))
    return {**source, "buildspec": INLINE} if inline else source


def _stack_instance(item: Mapping[str, Any]) -> Mapping[str, Any]:
    kept, state = _only(item, ("Account", "Region", "Status")), item.get("StackInstanceStatus")
    return {**kept, "StackInstanceStatus": _only(state, ("DetailedStatus",))} if isinstance(state, Mapping) else kept


def _stage(stage: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"name": stage.get("name", ""), "actions": _each(stage.get("actions"), _action)}


def _action(action: Mapping[str, Any]) -> Mapping[str, Any]:
    configuration = action.get("configuration")
    if not isinstance(configuration, Mapping):
        return _only(action, _ACTION)
    return {**_only(action, _ACTION), "configuration": _only(configuration, _ACTION_FIELDS)}


def _target(target: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {**_only(target, _TARGET)}
    for name, field in _PARAMETERS:
        if isinstance(target.get(name), Mapping):
            kept[name] = _only(target[name], (field,))
    return kept


def _object(item: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = item.get("fields")
    fields = fields if isinstance(fields, list) else []
    kept = [field for field in fields if isinstance(field, Mapping) and field.get("key") in _OBJECT_FIELDS]
    return {**_only(item, ("id", "name")), "fields": kept}


def _each(items: object, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> list[Any]:
    return [change(item) if isinstance(item, Mapping) else item for item in items] if isinstance(items, list) else []


def _only(item: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: item[name] for name in names if name in item}


def _without(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {key: value for key, value in item.items() if key != name}
