"""One question about cuts, on numbers alone: edges with grant sets, demands, weights, grants that must stay.

Input: ``WayEdges``, ``GrantSets``, demands. Output: ``Problem``: its networks, what cannot be separated and why, and a
search for the solver.
Handled: several demands that one cut must meet together; pairs that no removal separates are left out and told.
Not handled: solving (``analytics.cuts.solve``) and names (``analytics.cuts.find``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.cuts.bundles import Bundles
from analytics.cuts.network import Demand, GrantSets, Network, WayEdges, make_network, on_ways
from analytics.cuts.search import NetworkSearch
from analytics.cuts.solve import Effort, Solver
from graph.arrays import BoolArray, Int32Array, Int64Array
from graph.engine import reach, reverse_reach

__all__ = ["Problem", "Stuck", "weights_as_whole_numbers"]

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Stuck:
    """A source and a target that no removal of grants separates."""

    demand: int
    """Place of the demand in the question."""
    source: int
    target: int
    """The same node when the source is a target itself."""
    edges: tuple[int, ...]
    """Numbers in the snapshot: a way of edges none of which may or can be stopped."""


@dataclass(frozen=True)
class Problem:
    """A question that the solver can answer."""

    edges: WayEdges
    """On a way of some demand."""
    sets: GrantSets
    """What may be removed of each set."""
    weight: Int64Array
    demands: tuple[Demand, ...]
    """Without the pairs that are stuck: a source that freely reaches some targets has a demand for the others."""
    parts: tuple[WayEdges, ...]
    """The edges on ways of each demand."""
    networks: tuple[Network, ...]
    """Each part, contracted."""
    stuck: tuple[Stuck, ...]

    @staticmethod
    def of(
        edges: WayEdges, sets: GrantSets, weight: Int64Array, demands: Sequence[Demand], kept: BoolArray | None = None
    ) -> Problem:
        """Return the problem, pruned.

        Parameters
        ----------
        sets
            Grants behind each edge, whole.
        kept
            Mask of grants that must stay.
        """
        removable = sets if kept is None else sets.without(kept)
        possible: list[Demand] = []
        parts: list[WayEdges] = []
        stuck: list[Stuck] = []
        used = np.zeros(edges.count, dtype=np.bool_)
        numbered = replace(edges, edge=np.arange(edges.count, dtype=np.int32))
        for number, demand in enumerate(demands):
            mine = on_ways(numbered, demand)
            caught, rest = _separable(number, mine, edges, removable, demand)
            stuck += caught
            for part in rest:
                part_edges = on_ways(mine, part) if caught else mine
                used[part_edges.edge] = True
                begins = np.zeros(edges.node_count, dtype=np.bool_)
                begins[part_edges.source] = True
                possible.append(Demand(part.sources[begins[part.sources]], part.targets))
                parts.append(replace(part_edges, edge=edges.edge[part_edges.edge]))
        networks = [make_network(part, removable, each) for part, each in zip(parts, possible, strict=True)]
        return Problem(
            edges.kept(used), removable, weight, tuple(possible), tuple(parts), tuple(networks), tuple(stuck)
        )

    @cached_property
    def bundles(self) -> Bundles:
        """Return the networks over units: grants that go together are one."""
        return Bundles.of(self.networks, self.sets, self.weight)

    def solver(self, effort: Effort) -> Solver:
        """Return the solver of the problem, over units; its clock runs from now."""
        bundles = self.bundles
        return Solver(NetworkSearch(bundles.networks, bundles.sets), bundles.weight, effort)

    def grants(self, units: Iterable[int]) -> tuple[int, ...]:
        """Return the grants of some units of the solver, ascending."""
        return self.bundles.grants(units)

    def by_unit(self, value: Int64Array) -> Int64Array:
        """Return a value of grants by unit of the solver."""
        return self.bundles.summed(value)

    def open_count(self, removed: BoolArray) -> int:
        """Return how many sources still reach a target."""
        found = self.open_sources(removed)
        return int(np.unique(np.concatenate(found)).size) if found else 0

    def open_sources(self, removed: BoolArray) -> list[Int32Array]:
        """Return for each demand the sources that still reach a target, looked up on the edges themselves."""
        stopped = self.sets.hit(removed)
        return [self.open_of(number, stopped) for number in range(len(self.demands))]

    def open_of(self, number: int, stopped: BoolArray) -> Int32Array:
        """Return the sources of one demand that reach a target when some grant sets are stopped."""
        part, demand = self.parts[number], self.demands[number]
        alive = ~stopped[part.grant_set][part.arrays.edge_condition]
        hops = reverse_reach(part.arrays, demand.targets, alive).hops
        return demand.sources[hops[demand.sources] >= 0]

    def an_open_way(self, removed: BoolArray) -> tuple[int, ...]:
        """Return the snapshot's edges of a way that is still open; ``()`` when there is none."""
        stopped = self.sets.hit(removed)
        for part, demand in zip(self.parts, self.demands, strict=True):
            arrays = part.arrays
            found = reverse_reach(arrays, demand.targets, ~stopped[part.grant_set][arrays.edge_condition])
            begins = demand.sources[found.hops[demand.sources] >= 0]
            if begins.size:
                path = found.path_from(arrays, int(begins[0]))
                return tuple(int(part.edge[arrays.edge_condition[edge]]) for edge in path)
        return ()


def _separable(
    number: int, mine: WayEdges, edges: WayEdges, sets: GrantSets, demand: Demand
) -> tuple[list[Stuck], list[Demand]]:
    """Return the pairs that nothing separates, and demands for all others."""
    arrays = mine.arrays
    free = sets.free[mine.grant_set][arrays.edge_condition]
    targets_among = np.isin(demand.sources, demand.targets).any()
    caught = demand.sources[:0]
    if targets_among or free.any():
        caught = demand.sources[reverse_reach(arrays, demand.targets, free).hops[demand.sources] >= 0]
    if not caught.size:
        return [], [demand]
    stuck: list[Stuck] = []
    held: dict[int, list[int]] = {}
    freely = demand.targets[reach(arrays, caught, free).hops[demand.targets] >= 0]
    for target in freely.tolist():
        found = reverse_reach(arrays, [target], free)
        for source in caught[found.hops[caught] >= 0].tolist():
            places = [int(mine.edge[arrays.edge_condition[edge]]) for edge in found.path_from(arrays, source)]
            stuck.append(Stuck(number, source, target, tuple(int(edges.edge[place]) for place in places)))
            held.setdefault(source, []).append(target)
    alike: dict[tuple[int, ...], list[int]] = {}
    for source, targets in held.items():
        alike.setdefault(tuple(targets), []).append(source)
    rest = [Demand(np.setdiff1d(demand.sources, caught).astype(np.int32), demand.targets)]
    rest += [
        Demand(np.array(sources, dtype=np.int32), np.setdiff1d(demand.targets, targets).astype(np.int32))
        for targets, sources in alike.items()
    ]
    return stuck, [part for part in rest if part.sources.size and part.targets.size]


def weights_as_whole_numbers(weights: Sequence[float]) -> tuple[Int64Array, int]:
    """Return weights as whole numbers and what they were multiplied by, so that costs compare exactly.

    Raises
    ------
    ValueError
        A weight is not above zero, not below a billion, or has more than six decimal places.
    """
    scaled = np.asarray(weights, dtype=np.float64) * 10**_DIGITS
    whole = np.rint(scaled)
    if whole.size and (not np.all(np.isfinite(whole)) or whole.min() < 1 or whole.max() >= 10 ** (9 + _DIGITS)):
        raise ValueError("a weight lies above 0 and below 1,000,000,000, with at most six decimal places")
    if np.any(np.abs(scaled - whole) > 1e-3):
        raise ValueError("a weight has at most six decimal places")
    common = int(np.gcd.reduce(np.append(whole.astype(np.int64), 10**_DIGITS)))
    return (whole.astype(np.int64) // common).astype(np.int64), 10**_DIGITS // common
