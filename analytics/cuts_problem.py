"""One question about cuts, on numbers alone: edges with grant sets, demands, weights, grants that must stay.

Input: ``WayEdges``, ``GrantSets``, demands. Output: ``Problem``: its networks, what cannot be separated and why, and a
search for the solver.
Handled: several demands that one cut must meet together; sources that no removal separates are left out and told.
Not handled: solving (``analytics.cuts_solve``) and names (``analytics.cuts``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analytics.cuts_bundles import Bundles
from analytics.cuts_network import Demand, GrantSets, Network, WayEdges, make_network, on_ways, stuck_sources
from analytics.cuts_search import NetworkSearch
from analytics.cuts_solve import Effort, Solver
from graph.arrays import BoolArray, Int32Array, Int64Array
from graph.engine import reach, reverse_reach

__all__ = ["Problem", "Stuck", "weights_as_whole_numbers"]

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Stuck:
    """A source that no removal of grants separates from a target."""

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
    """Without the sources that are stuck; none without sources."""
    networks: tuple[Network, ...]
    """One a demand."""
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
        networks: list[Network] = []
        stuck: list[Stuck] = []
        used = np.zeros(edges.count, dtype=np.bool_)
        place = np.arange(edges.count, dtype=np.int32)
        numbered = replace(edges, edge=place)
        for number, demand in enumerate(demands):
            mine = on_ways(numbered, demand)
            caught = stuck_sources(mine, removable, demand)
            stuck += _stuck(number, mine, edges, removable, demand, caught)
            rest = Demand(np.setdiff1d(demand.sources, caught).astype(np.int32), demand.targets)
            if rest.sources.size:
                mine = on_ways(mine, rest) if caught.size else mine
                possible.append(rest)
                networks.append(make_network(mine, removable, rest))
                used[mine.edge] = True
        return Problem(
            edges.kept(used),
            removable,
            weight,
            tuple(possible),
            tuple(replace(network, edge=edges.edge[network.edge]) for network in networks),
            tuple(stuck),
        )

    @cached_property
    def bundles(self) -> Bundles:
        """Return the networks over units: grants that go together are one."""
        return Bundles.of(self.networks, self.sets, self.weight)

    def solver(self, effort: Effort) -> Solver:
        """Return the solver of the problem, over units; its clock runs from now."""
        bundles = self.bundles
        return Solver(NetworkSearch(bundles.networks, bundles.sets), bundles.weight, effort)

    def open_sources(self, removed: BoolArray) -> list[Int32Array]:
        """Return for each demand the sources that still reach a target, looked up on the edges themselves."""
        alive = ~self.sets.hit(removed)[self.edges.grant_set]
        arrays = self.edges.arrays
        found = []
        for demand in self.demands:
            hops = reverse_reach(arrays, demand.targets, alive[arrays.edge_condition]).hops
            found.append(demand.sources[hops[demand.sources] >= 0])
        return found

    def an_open_way(self, removed: BoolArray) -> tuple[int, ...]:
        """Return the snapshot's edges of a way that is still open; ``()`` when there is none."""
        alive = ~self.sets.hit(removed)[self.edges.grant_set]
        arrays = self.edges.arrays
        for demand in self.demands:
            found = reach(arrays, demand.sources, alive[arrays.edge_condition], targets=demand.targets)
            hit = demand.targets[found.hops[demand.targets] >= 0]
            if hit.size:
                path = found.path_to(arrays, int(hit[0]))
                return tuple(int(self.edges.edge[arrays.edge_condition[edge]]) for edge in path)
        return ()


def _stuck(
    number: int, mine: WayEdges, edges: WayEdges, sets: GrantSets, demand: Demand, caught: Int32Array
) -> list[Stuck]:
    if not caught.size:
        return []
    arrays = mine.arrays
    free = sets.free[mine.grant_set][arrays.edge_condition]
    found = reverse_reach(arrays, demand.targets, free)
    rows = []
    for source in caught.tolist():
        path = found.path_from(arrays, source)
        places = [int(mine.edge[arrays.edge_condition[edge]]) for edge in path]
        rows.append(Stuck(number, source, int(found.target[source]), tuple(int(edges.edge[place]) for place in places)))
    return rows


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
