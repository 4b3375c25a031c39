"""Read the evidence of workloads on servers and containers.

Input: a ``Reading``. Output: records. Not handled: evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass

from collectors.aws.records_fields import Reading
from collectors.aws.resource_types import AwsResource
from collectors.aws.workload_types import AwsCluster, AwsLaunchTemplate, AwsTrigger, AwsWorkload

__all__ = ["ComputeRecords", "read_compute"]


@dataclass(frozen=True, slots=True)
class ComputeRecords:
    """What this family adds to ``AwsRecords``, field for field."""

    workloads: tuple[AwsWorkload, ...] = ()
    triggers: tuple[AwsTrigger, ...] = ()
    launch_templates: tuple[AwsLaunchTemplate, ...] = ()
    clusters: tuple[AwsCluster, ...] = ()
    resources: tuple[AwsResource, ...] = ()


def read_compute(reading: Reading) -> ComputeRecords:
    """Return the records of this family, unsorted."""
    return ComputeRecords()
