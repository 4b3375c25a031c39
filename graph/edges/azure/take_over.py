"""CAN_TAKE_OVER: running code in an existing workload, whose identities are then got by its RUNS_AS edges.

Input: rights, workloads. Output: edges through classes of workloads by scope.
Handled: what a workload's own settings decide (log-in with Entra, local accounts of a cluster …).
Not handled: network reachability; locks, which are not collected, stop writes of the control plane.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from collectors.azure.records import AzureWorkload
from graph.edges.azure.classes import Gain, TargetClass
from graph.edges.azure.context import AzureRights
from graph.edges.azure.take_over_table import TAKEN, Taken
from graph.evaluate.azure.ids import scope_node
from graph.kinds import EdgeKind, State

__all__ = ["build_take_overs"]


def build_take_overs(rights: AzureRights) -> None:
    """Add the edges."""
    by_type: dict[str, list[AzureWorkload]] = defaultdict(list)
    for workload in rights.records.workloads:
        by_type[workload.type].append(workload)
    classes: dict[str, TargetClass] = {}
    for taken in TAKEN:
        if taken.family not in classes:
            gains = _gains(taken, by_type)
            classes[taken.family] = rights.target_class(taken.family, taken.words, EdgeKind.CAN_TAKE_OVER, gains)
        if classes[taken.family].gains:
            rights.reach(taken.id, taken.needs, classes[taken.family])


def _gains(taken: Taken, by_type: dict[str, list[AzureWorkload]]) -> Iterator[Gain]:
    for kind in taken.types:
        for workload in by_type.get(kind, ()):
            state, note = taken.sure(workload)
            if state is not State.VOID:
                yield Gain(workload.id, scope_node(workload.id), state, note=note)
