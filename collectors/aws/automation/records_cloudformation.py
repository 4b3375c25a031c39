"""CloudFormation stacks and stack sets with the roles that CloudFormation acts with.

Input: ``cloudformation`` answers. Output: workloads.
Not handled: templates; the organizational units that service-managed stack sets deploy to. A stack's role stands as its
role, because whoever writes the template decides what CloudFormation calls with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from collectors.aws.automation.joined import Variables, filled, own_arn, variables_of_pairs
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call

__all__ = ["read_cloudformation"]

_STACKS, _LISTING, _DETAILS, _PLACES = (
    "cloudformation.describe_stacks",
    "cloudformation.list_stack_sets",
    "cloudformation.describe_stack_set",
    "cloudformation.list_stack_instances",
)
_INSTANCE_NAME = re.compile(r"StackSet-.+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Name that a stack set gives to its stacks."""
_SERVICE_ROLE = re.compile(r":role/(?:aws-service-role/|stacksets-exec-)")
"""Roles that only a service may take: service-linked ones, and those of stack sets with service-managed permissions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html (read 2026-11)
"""
_GONE = "DELETE_COMPLETE"
_LEFT_OUT = "INOPERABLE"
"""Status of a stack instance that updates of its stack set leave out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html (read 2026-11)
"""


def read_cloudformation(reading: Reading, account: str) -> Iterator[AwsWorkload]:
    """Yield the stacks and stack sets of one account."""

    def stack(item: Fields, region: str, _call: Call) -> AwsWorkload | None:
        return _stack(item, region) if item.text("StackStatus") != _GONE else None

    yield from filter(None, reading.each(_STACKS, account, "Stacks", stack))
    instances = _instances(reading, account)
    seen = set()
    for region, _, answer in reading.answers(_DETAILS, account):
        found = answer.inner("StackSet")
        try:
            workload = _stack_set(found, account, region, instances, described=True)
        except FieldError as error:
            reading.gap(_DETAILS, account, region, str(error))
            continue
        seen.add(workload.arn)
        yield workload

    def listed(item: Fields, region: str, _call: Call) -> AwsWorkload:
        return _stack_set(item, account, region, instances, described=False)

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
        environment_kinds={**parameters.kinds, **outputs.kinds},
        environment_hints={**parameters.hints, **outputs.hints},
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


def _instances(reading: Reading, account: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the accounts that updates reach, by region and name of the stack set; no entry where that is not known."""
    found = {}
    for region, call, answer in reading.answers(_PLACES, account):
        name = call.request.get("StackSetName")
        if not isinstance(name, str):
            continue
        try:
            accounts = {
                item.required("Account")
                for item in answer.items("Summaries")
                if _LEFT_OUT not in (item.text("Status"), item.inner("StackInstanceStatus").text("DetailedStatus"))
            }
        except FieldError as error:
            reading.gap(_PLACES, account, region, str(error), name)
            continue
        found[region, name] = tuple(sorted(accounts))
    return found


def _stack_set(
    item: Fields, account: str, region: str, instances: Mapping[tuple[str, str], tuple[str, ...]], *, described: bool
) -> AwsWorkload:
    name = item.required("StackSetName")
    places = instances.get((region, name))
    # Always there when it is known: an empty text says that there are no instances.
    known = {} if places is None else {"InstanceAccounts": ",".join(places)}
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
        environment_kinds=parameters.kinds,
        environment_hints=parameters.hints,
        settings=filled(
            Status=item.text("Status"),
            PermissionModel=item.text("PermissionModel"),
            ExecutionRoleName=item.text("ExecutionRoleName"),
            AutoDeployment=item.inner("AutoDeployment").flag("Enabled"),
            OrganizationalUnitIds=item.texts("OrganizationalUnitIds"),
            Capabilities=tuple(sorted(item.texts("Capabilities"))),
        )
        | known,
        tags=item.tags(),
        tags_known=described,
    )


def _parameters(item: Fields) -> Variables:
    return variables_of_pairs(item.items("Parameters"), "ParameterKey", "ParameterValue")
