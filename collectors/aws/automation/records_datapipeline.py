"""Data Pipeline pipelines with the role of the service and the role of the servers that they start.

Input: ``datapipeline`` answers. Output: workloads.
Not handled: task runners on servers of one's own; roles that a parameter names (``#{myRole}``), which are not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.automation.joined import RoleNames, filled, items_of, own_arn
from collectors.aws.records_fields import Fields, Reading
from collectors.aws.workload_types import AwsWorkload, WorkloadKind

__all__ = ["read_datapipeline"]

_LISTING, _STATES, _DEFINITIONS = (
    "datapipeline.list_pipelines",
    "datapipeline.describe_pipelines",
    "datapipeline.get_pipeline_definition",
)
_RUNNING = {"SCHEDULED": True, "PENDING": False, "INACTIVE": False, "FINISHED": False}
_EXPRESSION = "#{"
"""https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-pipeline-expressions.html (read 2026-11)"""


def read_datapipeline(reading: Reading, account: str, roles: RoleNames) -> Iterator[AwsWorkload]:
    """Yield the pipelines of one account."""
    states = {
        (region, item.text("pipelineId")): item
        for region, item in items_of(reading, _STATES, account, "pipelineDescriptionList")
    }
    definitions = {
        (region, str(call.request.get("pipelineId") or "")): answer
        for region, call, answer in reading.answers(_DEFINITIONS, account)
    }
    listed = {
        (region, item.text("id")): item for region, item in items_of(reading, _LISTING, account, "pipelineIdList")
    }
    for key in sorted({*states, *definitions, *listed}):
        if key[1]:
            yield _pipeline(key, states.get(key), definitions.get(key), listed.get(key), account, roles)


def _pipeline(
    key: tuple[str, str],
    state: Fields | None,
    definition: Fields | None,
    listed: Fields | None,
    account: str,
    roles: RoleNames,
) -> AwsWorkload:
    region, pipeline_id = key
    shown = definition or state or listed
    assert shown is not None  # the key is of one of them
    named = tuple(_roles(definition)) if definition else ()
    servers = tuple(dict.fromkeys(role for field, role in named if field == "resourceRole"))
    known = [role for role in servers if _EXPRESSION not in role]
    service = next((role for field, role in named if field == "role" and _EXPRESSION not in role), "")
    fields = _values(state) if state else {}
    status = fields.get("@pipelineState", "")
    return AwsWorkload(
        arn=own_arn("datapipeline", region, account, f"pipeline/{pipeline_id}"),
        name=(state.text("name") if state else "") or (listed.text("name") if listed else "") or pipeline_id,
        kind=WorkloadKind.DATA_PIPELINE,
        account=account,
        region=region,
        ref=shown.ref,
        role_arn=roles.arn(known[0], region) if known else "",
        role_known=definition is not None and len(known) == len(servers),
        service_role_arn=roles.arn(service, region),
        further_role_arns=tuple(roles.arn(each, region) for each in known[1:]),
        running=_RUNNING.get(status),
        settings=filled(pipelineState=status, pipelineId=pipeline_id),
        tags=state.tags("tags", "key", "value") if state else {},
        tags_known=state is not None,
    )


def _roles(definition: Fields) -> Iterator[tuple[str, str]]:
    """Yield field and role name of a definition's objects, those of the default object first."""
    for item in sorted(definition.items("pipelineObjects"), key=lambda item: item.text("id") != "Default"):
        for name, value in _values(item).items():
            if name in ("role", "resourceRole") and value:
                yield name, value


def _values(item: Fields) -> dict[str, str]:
    return {field.text("key"): field.text("stringValue") for field in item.items("fields")}
