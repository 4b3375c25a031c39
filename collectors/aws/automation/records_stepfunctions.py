"""Step Functions state machines, and which services their definitions call.

Input: ``stepfunctions`` answers. Output: workloads.
Not handled: what a definition passes on; versions and aliases; tags, which need a call each.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.automation.joined import filled
from collectors.aws.automation.state_language import integrations, kept_definition, roles_taken
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsWorkload, WorkloadKind

__all__ = ["read_stepfunctions"]

_LISTING, _DETAILS = "stepfunctions.list_state_machines", "stepfunctions.describe_state_machine"


def read_stepfunctions(reading: Reading, account: str) -> Iterator[AwsWorkload]:
    """Yield the state machines of one account."""
    seen = set()
    for region, _, answer in reading.answers(_DETAILS, account):
        try:
            machine = _machine(answer, region, described=True)
        except FieldError as error:
            reading.gap(_DETAILS, account, region, str(error))
            continue
        seen.add(machine.arn)
        yield machine
    for machine in reading.each(
        _LISTING, account, "stateMachines", lambda item, region, _: _machine(item, region, described=False)
    ):
        if machine.arn not in seen:
            yield machine


def _machine(item: Fields, region: str, *, described: bool) -> AwsWorkload:
    arn = item.arn("stateMachineArn")
    definition = kept_definition(item.text("definition"))
    settings = filled(
        type=item.text("type"),
        status=item.text("status"),
        integrations=integrations(definition),
        kmsKeyId=item.inner("encryptionConfiguration").text("kmsKeyId"),
    )
    return AwsWorkload(
        arn=arn,
        name=item.text("name") or arn.rpartition(":")[2],
        kind=WorkloadKind.STATE_MACHINE,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=item.text("roleArn"),
        role_known=described,
        further_role_arns=roles_taken(definition),
        settings=settings,
    )
