"""Cuts where steps need several identities held at once: closing the way to one of them closes the step.

Input: ``Ground``, grant sets, one demand. Output: ``HeldProblem``, which answers what ``Problem`` does.
Handled: a fixpoint over what is held at each look; a way is told with all that it needs.
Not handled: whether a step undoes what a later one needs: such ways are closed as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.cuts.choke import Choke
from analytics.cuts.ground import Ground
from analytics.cuts.network import Demand, GrantSets, WayEdges
from analytics.cuts.problem import Stuck
from analytics.cuts.search import Way
from analytics.cuts.solve import Effort, Solver
from graph.arrays import BoolArray, Int64Array
from graph.engine import Reach, reach

__all__ = ["HeldProblem", "HeldSearch"]


class HeldSearch:
    """``WaySearch`` of one demand where edges need further nodes to be held; one fixpoint a look."""

    def __init__(self, ground: Ground, sets: GrantSets, demand: Demand) -> None:
        self.sets = sets
        self._edges = ground.edges
        self._demand = demand
        self._arrays = ground.edges.arrays
        self._place = self._arrays.edge_condition
        self._set = ground.edges.grant_set[self._place]
        at = np.empty(ground.edges.count, dtype=np.int64)
        at[self._place] = np.arange(ground.edges.count)
        self._needs = {int(at[place]): nodes for place, nodes in ground.needs.items()}

    def ways(self, price: NDArray[np.float64], most: int) -> list[Way]:
        """Return open ways that take no grant with a price, and share none."""
        removed = price > 0
        found: list[Way] = []
        while len(found) < most:
            way = self.way(removed)
            if way is None:
                break
            grants = self._grants(way)
            found.append(grants)
            if not grants:
                break
            removed[list(grants)] = True
        return found

    def way(self, removed: BoolArray) -> tuple[int, ...] | None:
        """Return the edges, in order, by which a target is reached with all that the way needs; ``None``: none is."""
        alive = ~self.sets.hit(removed)[self._set]
        waiting = {edge: nodes for edge, nodes in self._needs.items() if alive[edge]}
        alive[list(waiting)] = False
        settled: dict[int, Reach] = {}
        while True:
            found = reach(self._arrays, self._demand.sources, alive)
            ready = [edge for edge, nodes in waiting.items() if all(found.hops[node] >= 0 for node in nodes)]
            hit = self._demand.targets[found.hops[self._demand.targets] >= 0]
            if hit.size:
                told: dict[int, None] = {}
                self._tell(found.path_to(self._arrays, int(hit[0])), settled, told)
                return tuple(told)
            if not ready:
                return None
            for edge in ready:
                settled[edge] = found
                alive[edge] = True
                del waiting[edge]

    def _tell(self, path: Sequence[int], settled: Mapping[int, Reach], told: dict[int, None]) -> None:
        for edge in path:
            if edge in settled and edge not in told:
                for node in self._needs[edge]:
                    self._tell(settled[edge].path_to(self._arrays, node), settled, told)
            told.setdefault(edge)

    def snapshot_edges(self, way: Sequence[int]) -> tuple[int, ...]:
        """Return the snapshot's numbers of a way's edges."""
        return tuple(int(self._edges.edge[self._place[edge]]) for edge in way)

    def end_of(self, way: Sequence[int]) -> int:
        """Return the target at the end of a way; of one without edges, a source that is a target."""
        if way:
            return int(self._arrays.indices[way[-1]])
        return int(np.intersect1d(self._demand.sources, self._demand.targets)[0])

    def begin_of(self, way: Sequence[int]) -> int:
        """Return where a way with edges begins."""
        return int(self._arrays.edge_source[way[0]])

    def _grants(self, way: Sequence[int]) -> Way:
        return tuple(sorted({grant for edge in way for grant in self.sets.of_set(int(self._set[edge]))}))

    def cut(self, weight: Int64Array, price: NDArray[np.float64]) -> BoolArray:
        """Return a cut that takes the grants of high price and low weight of each way that is open."""
        removed = np.zeros(weight.size, dtype=np.bool_)
        while way := self.ways(removed.astype(np.float64), 1):
            removed[max(way[0], key=lambda grant: (price[grant] / weight[grant], -weight[grant], -grant))] = True
        return removed

    def lean(self, removed: BoolArray, weight: Int64Array) -> BoolArray:
        """Return a cut without the grants that it does not need, dearest first."""
        removed = removed.copy()
        grants = np.flatnonzero(removed)
        for grant in grants[np.lexsort((grants, -weight[grants]))].tolist():
            removed[grant] = False
            removed[grant] = self.way(removed) is not None
        return removed


@dataclass(frozen=True)
class HeldProblem:
    """The question of one subject some of whose steps need further identities."""

    ground: Ground
    sets: GrantSets
    weight: Int64Array
    demand: Demand
    """Without targets that nothing separates from the subject."""
    stuck: tuple[Stuck, ...]

    @property
    def edges(self) -> WayEdges:
        """Return the edges that lead on from the subject."""
        return self.ground.edges

    @property
    def demands(self) -> tuple[Demand, ...]:
        """Return the one demand."""
        return (self.demand,)

    @staticmethod
    def of(
        ground: Ground, sets: GrantSets, weight: Int64Array, demand: Demand, kept: BoolArray | None = None
    ) -> HeldProblem:
        """Return the problem; parameters as for ``Problem.of``."""
        removable = sets if kept is None else sets.without(kept)
        everything = np.ones(weight.size, dtype=np.bool_)
        stuck: list[Stuck] = []
        targets = demand.targets
        while targets.size:
            search = HeldSearch(ground, removable, Demand(demand.sources, targets))
            way = search.way(everything)
            if way is None:
                break
            edges = search.snapshot_edges(way)
            target = search.end_of(way)
            stuck.append(Stuck(0, search.begin_of(way) if edges else target, target, edges))
            targets = targets[targets != target]
        return HeldProblem(ground, removable, weight, Demand(demand.sources, targets), tuple(stuck))

    @cached_property
    def search(self) -> HeldSearch:
        """Return the search of the problem."""
        return HeldSearch(self.ground, self.sets, self.demand)

    def solver(self, effort: Effort) -> Solver:
        """Return the solver; its clock runs from now."""
        return Solver(self.search, self.weight, effort)

    def grants(self, units: Iterable[int]) -> tuple[int, ...]:
        """Return the grants of some units: the solver counts in grants here."""
        return tuple(sorted(units))

    def by_unit(self, value: Int64Array) -> Int64Array:
        """Return a value of grants as it is."""
        return value

    def an_open_way(self, removed: BoolArray) -> tuple[int, ...]:
        """Return the snapshot's edges of a way that is still open; ``()`` when there is none."""
        way = self.search.way(removed)
        return () if way is None else self.search.snapshot_edges(way)

    def open_count(self, removed: BoolArray) -> int:
        """Return 1 while a way is open, else 0: there is one subject."""
        return int(self.search.way(removed) is not None)

    def freed(self, grant: int) -> int:
        """Return 1 when the subject loses all its ways with one grant."""
        removed = np.zeros(self.weight.size, dtype=np.bool_)
        before = self.open_count(removed)
        removed[grant] = True
        return before - self.open_count(removed)

    def chokes(self, most: int, seconds: float) -> tuple[tuple[Choke, ...], bool]:
        """Return the grants that stop the subject alone, then others of a shortest way."""
        del seconds
        ways = self.search.ways(np.zeros(self.weight.size), 1)
        rows = [Choke(grant, self.freed(grant), 1) for grant in (ways[0] if ways else ())]
        rows.sort(key=lambda row: (-row.sources_freed, row.grant))
        return tuple(rows[:most]), True
