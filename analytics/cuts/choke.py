"""Choke points: grants by how many sources lose all their ways to the targets when that grant alone goes.

Input: a ``Problem``. Output: ``Choke`` rows, best first, and whether the order is proven.
Handled: sources of several demands (one is freed when no demand of its is left open), grants behind many edges.
Method: a grant can free only sources whose nearest way takes it, so the sources on the nearest ways bound every grant;
grants are tried in the order of that bound until no other can be better.
Not handled: what two grants free together; ``analytics.cuts.solve`` seeks sets.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.cuts.problem import Problem
from graph.arrays import Int32Array, Int64Array
from graph.engine import ReverseReach, reverse_reach

__all__ = ["Choke", "Chokes"]

_LEAST = 25
"""Grants tried whatever the time."""


@dataclass(frozen=True, slots=True)
class Choke:
    """What one grant is for the ways."""

    grant: int
    sources_freed: int
    """Sources that lose all their ways when it goes."""
    nearest_ways: int
    """Sources whose nearest way (one each) takes it."""


class Chokes:
    """Counts what single grants free."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        nothing = np.zeros(problem.sets.count, dtype=np.bool_)
        self._open = [problem.open_of(number, nothing) for number in range(len(problem.demands))]
        self._ways = np.zeros(problem.edges.node_count, dtype=np.int64)
        for sources in self._open:
            self._ways[sources] += 1

    @property
    def sources(self) -> Int32Array:
        """Return the sources that have a way, ascending."""
        return np.flatnonzero(self._ways).astype(np.int32)

    def freed(self, grant: int) -> int:
        """Return how many sources lose all their ways when one grant goes; one search a demand that it bears on."""
        if not self._bound[grant]:
            return 0
        stopped = np.zeros(self._problem.sets.count, dtype=np.bool_)
        stopped[self._problem.sets.holding(grant)] = True
        left = self._ways.copy()
        for number, part in enumerate(self._problem.parts):
            if stopped[part.grant_set].any():
                left[self._open[number]] -= 1
                left[self._problem.open_of(number, stopped)] += 1
        return int(np.count_nonzero((self._ways > 0) & (left == 0)))

    def best(self, most: int, seconds: float) -> tuple[tuple[Choke, ...], bool]:
        """Return the grants that free the most sources, then those on most nearest ways.

        Returns
        -------
        tuple
            Rows, best first, and whether no grant left out frees more than the last.
        """
        end = time.perf_counter() + seconds
        bound = self._bound
        order = np.lexsort((np.arange(bound.size), -bound))
        order = order[bound[order] > 0]
        tried: list[tuple[int, int]] = []
        best: list[int] = []
        proven = True
        for count, grant in enumerate(order.tolist()):
            if len(best) >= most and bound[grant] <= best[most - 1]:
                break
            if count >= _LEAST and time.perf_counter() > end:
                proven = False
                break
            tried.append((self.freed(grant), grant))
            best = sorted((freed for freed, _ in tried), reverse=True)[:most]
        nearest = {
            grant: self._nearest(grant) for _, grant in sorted(tried, key=lambda row: (-row[0], row[1]))[: 4 * most]
        }
        rows = [Choke(grant, freed, nearest[grant]) for freed, grant in tried if grant in nearest]
        rows.sort(key=lambda row: (-row.sources_freed, -row.nearest_ways, row.grant))
        return tuple(rows[:most]), proven

    @cached_property
    def _trees(self) -> list[_Tree]:
        """Return for each demand its nearest ways, told for sources that no demand before told of."""
        told = np.zeros(self._problem.edges.node_count, dtype=np.bool_)
        trees = []
        for number, (part, demand) in enumerate(zip(self._problem.parts, self._problem.demands, strict=True)):
            mine = self._open[number][~told[self._open[number]]]
            told[mine] = True
            if mine.size:
                found = reverse_reach(part.arrays, demand.targets, np.ones(part.count, dtype=np.bool_))
                trees.append(_Tree(part.arrays.indices, part.grant_set[part.arrays.edge_condition], found, mine))
        return trees

    @cached_property
    def _bound(self) -> Int64Array:
        """Return for each grant at least the number of sources whose nearest way takes it."""
        through = np.zeros(self._problem.sets.count, dtype=np.int64)
        for tree in self._trees:
            count = np.zeros(tree.found.hops.size, dtype=np.int64)
            count[tree.sources] = 1
            for nodes in tree.levels[::-1]:
                edges = tree.found.next_edge[nodes]
                np.add.at(count, tree.head[edges], count[nodes])
                np.add.at(through, tree.grant_set[edges], count[nodes])
        sets = self._problem.sets
        total = np.zeros(self._problem.weight.size, dtype=np.int64)
        np.add.at(total, sets.members, through[sets.owner])
        return total

    def _nearest(self, grant: int) -> int:
        """Return how many sources' nearest way takes a grant."""
        holds = np.zeros(self._problem.sets.count, dtype=np.bool_)
        holds[self._problem.sets.holding(grant)] = True
        total = 0
        for tree in self._trees:
            takes = np.zeros(tree.found.hops.size, dtype=np.bool_)
            for nodes in tree.levels:
                edges = tree.found.next_edge[nodes]
                takes[nodes] = holds[tree.grant_set[edges]] | takes[tree.head[edges]]
            total += int(takes[tree.sources].sum())
        return total


@dataclass(frozen=True)
class _Tree:
    """Nearest ways of one demand."""

    head: Int32Array
    """By edge."""
    grant_set: Int32Array
    """By edge."""
    found: ReverseReach
    sources: Int32Array

    @cached_property
    def levels(self) -> list[Int64Array]:
        """Return the nodes by hops to the targets, nearest first, targets left out."""
        return _levels(self.found)


def _levels(found: ReverseReach) -> list[Int64Array]:
    """Return the nodes by hops to the targets, nearest first, targets left out."""
    nodes = np.flatnonzero(found.hops > 0)
    nodes = nodes[np.argsort(found.hops[nodes], kind="stable")]
    ends = np.flatnonzero(np.diff(found.hops[nodes])) + 1
    return [part for part in np.split(nodes, ends) if part.size]
