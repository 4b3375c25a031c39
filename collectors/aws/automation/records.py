"""Read the evidence of build, data, deployment and event services.

Input: a ``Reading``. Output: records. Not handled: evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    return AutomationRecords()
