"""CAN_TAKE_OVER: an identity runs code in an existing workload, by the family of the workload.

Input: principals, workloads of the same account that carry a role. Output: edges to the workload, which RUNS_AS it.
Not handled: here nothing; each family says what it leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.take_over_compute import build_compute_take_over
from graph.edges.aws.take_over_lambda import build_lambda_take_over
from graph.edges.aws.take_over_workloads import build_workload_take_over
from graph.edges.aws.world import AwsWorld

__all__ = ["build_take_over"]


def build_take_over(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_TAKE_OVER edge of the callers given."""
    build_lambda_take_over(world, views)
    build_compute_take_over(world, views)
    build_workload_take_over(world, views)
