"""Read the evidence of build, data, deployment and event services.

Input: a ``Reading``. Output: records. Not handled: evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.aws.automation.joined import RoleNames
from collectors.aws.automation.records_agentcore import read_agentcore
from collectors.aws.automation.records_cloudformation import read_cloudformation
from collectors.aws.automation.records_codebuild import read_codebuild
from collectors.aws.automation.records_codepipeline import read_codepipeline
from collectors.aws.automation.records_datapipeline import read_datapipeline
from collectors.aws.automation.records_events import read_buses, read_rules, read_schedules
from collectors.aws.automation.records_glue import read_glue
from collectors.aws.automation.records_sagemaker import read_sagemaker
from collectors.aws.automation.records_stepfunctions import read_stepfunctions
from collectors.aws.records_fields import Reading
from collectors.aws.resource_types import AwsResource
from collectors.aws.workload_types import AwsTrigger, AwsWorkload

__all__ = ["AutomationRecords", "read_automation"]


@dataclass(frozen=True, slots=True)
class AutomationRecords:
    """What this family adds to ``AwsRecords``, field for field."""

    workloads: tuple[AwsWorkload, ...] = ()
    triggers: tuple[AwsTrigger, ...] = ()
    resources: tuple[AwsResource, ...] = ()


def read_automation(reading: Reading) -> AutomationRecords:
    """Return the records of this family, unsorted."""
    found = [record for account in reading.accounts for record in _records(reading, account)]
    return AutomationRecords(
        workloads=tuple(record for record in found if isinstance(record, AwsWorkload)),
        triggers=tuple(record for record in found if isinstance(record, AwsTrigger)),
        resources=tuple(resource for account in reading.accounts for resource in read_buses(reading, account)),
    )


def _records(reading: Reading, account: str) -> Iterator[AwsWorkload | AwsTrigger]:
    roles = RoleNames(reading, account)
    yield from read_agentcore(reading, account)
    yield from read_cloudformation(reading, account)
    yield from read_codebuild(reading, account)
    yield from read_codepipeline(reading, account)
    yield from read_datapipeline(reading, account, roles)
    yield from read_glue(reading, account, roles)
    yield from read_rules(reading, account)
    yield from read_sagemaker(reading, account)
    yield from read_schedules(reading, account)
    yield from read_stepfunctions(reading, account)
