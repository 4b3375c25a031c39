"""CloudFormation stacks and stack sets with the roles that CloudFormation acts with.

Input: ``cloudformation`` answers. Output: workloads.
Not handled: templates; where a stack set has its instances. A stack's role stands as its role, because whoever writes
the template decides what CloudFormation calls with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectors.aws.automation.joined import Variables, filled, own_arn, variables_of_pairs
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call

__all__ = ["read_cloudformation"]

_STACKS, _LISTING, _DETAILS = (
    "cloudformation.describe_stacks",
    "cloudformation.list_stack_sets",
    "cloudformation.describe_stack_set",
)
_INSTANCE_NAME = re.compile(r"StackSet-.+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Name that a stack set gives to its stacks."""
_SERVICE_ROLE = re.compile(r":role/(?:aws-service-role/|stacksets-exec-)")
"""Roles that only a service may take: service-linked ones, and those of stack sets with service-managed permissions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html (read 2026-11)
"""
_GONE = "DELETE_COMPLETE"


def read_cloudformation(reading: Reading, account: str) -> Iterator[AwsWorkload]:
    """Yield the stacks and stack sets of one account."""

    def stack(item: Fields, region: str, _call: Call) -> AwsWorkload | None:
        return _stack(item, region) if item.text("StackStatus") != _GONE else None

    yield from filter(None, reading.each(_STACKS, account, "Stacks", stack))
    seen = set()
    for region, _, answer in reading.answers(_DETAILS, account):
        found = answer.inner("StackSet")
        try:
            workload = _stack_set(found, account, region, described=True)
        except FieldError as error:
            reading.gap(_DETAILS, account, region, str(error))
            continue
        seen.add(workload.arn)
        yield workload

    def listed(item: Fields, region: str, _call: Call) -> AwsWorkload:
        return _stack_set(item, account, region, described=False)

    for workload in reading.each(_LISTING, account, "Summaries", listed):
        if workload.arn not in seen and workload.settings.get("Status") != "DELETED":
            yield workload


def _stack(item: Fields, region: str) -> AwsWorkload:
    arn = item.arn("StackId")
    name, role = item.text("StackName") or arn.split("/")[1], item.text("RoleARN")
    parameters = _parameters(item)
    outputs = variables_of_pairs(item.items("Outputs"), "OutputKey", "OutputValue", "Outputs.")
    return AwsWorkload(
        arn=arn,
        name=name,
        kind=WorkloadKind.CLOUDFORMATION_STACK,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=role,
        managed_elsewhere=bool(_INSTANCE_NAME.fullmatch(name) or _SERVICE_ROLE.search(role)),
        environment_names=(*parameters.names, *outputs.names),
        environment_ids={**parameters.ids, **outputs.ids},
        environment_secrets={**parameters.secrets, **outputs.secrets},
        settings=filled(
            StackStatus=item.text("StackStatus"),
            Capabilities=tuple(sorted(item.texts("Capabilities"))),
            EnableTerminationProtection=item.flag("EnableTerminationProtection"),
            ParentId=item.text("ParentId"),
            RootId=item.text("RootId"),
        ),
        tags=item.tags(),
        tags_known=True,
    )


def _stack_set(item: Fields, account: str, region: str, *, described: bool) -> AwsWorkload:
    name = item.required("StackSetName")
    arn = item.text("StackSetARN") or own_arn(
        "cloudformation", region, account, f"stackset/{item.required('StackSetId')}"
    )
    parameters = _parameters(item)
    return AwsWorkload(
        arn=arn,
        name=name,
        kind=WorkloadKind.CLOUDFORMATION_STACK_SET,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=item.text("AdministrationRoleARN"),
        role_known=described,
        managed_elsewhere=bool(_SERVICE_ROLE.search(item.text("AdministrationRoleARN"))),
        environment_names=parameters.names,
        environment_ids=parameters.ids,
        environment_secrets=parameters.secrets,
        settings=filled(
            Status=item.text("Status"),
            PermissionModel=item.text("PermissionModel"),
            ExecutionRoleName=item.text("ExecutionRoleName"),
            AutoDeployment=item.inner("AutoDeployment").flag("Enabled"),
            OrganizationalUnitIds=item.texts("OrganizationalUnitIds"),
            Capabilities=tuple(sorted(item.texts("Capabilities"))),
        ),
        tags=item.tags(),
        tags_known=described,
    )


def _parameters(item: Fields) -> Variables:
    return variables_of_pairs(item.items("Parameters"), "ParameterKey", "ParameterValue")
