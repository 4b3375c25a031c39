"""Choke points: grants by how many sources lose all their ways to the targets when that grant alone goes.

Input: a ``Problem``. Output: ``Choke`` rows, best first, and whether the order is proven.
Handled: sources of several demands (one is freed when no demand of its is left open), grants behind many edges.
Method: a grant can free only sources whose nearest way takes it, so the sources on the nearest ways bound every grant;
grants are tried in the order of that bound until no other can be better.
Not handled: what two grants free together; ``analytics.cuts_solve`` seeks sets.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.cuts_network import Demand
from analytics.cuts_problem import Problem
from graph.arrays import BoolArray, Int32Array, Int64Array
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
        self._arrays = problem.edges.arrays
        self._sets = problem.edges.grant_set[self._arrays.edge_condition]

    @cached_property
    def sources(self) -> Int32Array:
        """Return the sources that have a way, ascending."""
        return self._open(np.ones(self._arrays.edge_count, dtype=np.bool_))

    def freed(self, grant: int) -> int:
        """Return how many sources lose all their ways when one grant goes; one search a demand."""
        alive = np.ones(self._problem.sets.count, dtype=np.bool_)
        alive[self._problem.sets.holding(grant)] = False
        return int(self.sources.size - self._open(alive[self._sets]).size)

    def best(self, most: int, seconds: float) -> tuple[tuple[Choke, ...], bool]:
        """Return the grants that free the most sources, then those on most nearest ways.

        Returns
        -------
        tuple
            Rows, best first, and whether no grant left out frees more than the last.
        """
        end = time.perf_counter() + seconds
        bound = self._bound()
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

    def _open(self, alive: BoolArray) -> Int32Array:
        found = np.zeros(self._problem.edges.node_count, dtype=np.bool_)
        for demand in self._problem.demands:
            hops = reverse_reach(self._arrays, demand.targets, alive).hops
            found[demand.sources[hops[demand.sources] >= 0]] = True
        return np.flatnonzero(found).astype(np.int32)

    @cached_property
    def _trees(self) -> list[tuple[ReverseReach, Int32Array]]:
        """Return for each demand its nearest ways and the sources that they are told for: each source once."""
        everything = np.ones(self._arrays.edge_count, dtype=np.bool_)
        told = np.zeros(self._problem.edges.node_count, dtype=np.bool_)
        trees = []
        for demand in self._problem.demands:
            found = reverse_reach(self._arrays, demand.targets, everything)
            mine = _new(demand, found, told)
            told[mine] = True
            if mine.size:
                trees.append((found, mine))
        return trees

    def _bound(self) -> Int64Array:
        """Return for each grant at least the number of sources whose nearest way takes it."""
        through = np.zeros(self._problem.sets.count, dtype=np.int64)
        for found, sources in self._trees:
            count = np.zeros(found.hops.size, dtype=np.int64)
            count[sources] = 1
            for nodes in _levels(found)[::-1]:
                edges = found.next_edge[nodes]
                np.add.at(count, self._arrays.indices[edges], count[nodes])
                np.add.at(through, self._sets[edges], count[nodes])
        sets = self._problem.sets
        total = np.zeros(self._problem.weight.size, dtype=np.int64)
        np.add.at(total, sets.members, through[sets.owner])
        return total

    def _nearest(self, grant: int) -> int:
        """Return how many sources' nearest way takes a grant."""
        holds = np.zeros(self._problem.sets.count, dtype=np.bool_)
        holds[self._problem.sets.holding(grant)] = True
        total = 0
        for found, sources in self._trees:
            takes = np.zeros(found.hops.size, dtype=np.bool_)
            for nodes in _levels(found):
                edges = found.next_edge[nodes]
                takes[nodes] = holds[self._sets[edges]] | takes[self._arrays.indices[edges]]
            total += int(takes[sources].sum())
        return total

    def freed_by(self, grants: Iterable[int]) -> dict[int, int]:
        """Return what each of some grants frees alone."""
        return {grant: self.freed(grant) for grant in grants}


def _new(demand: Demand, found: ReverseReach, told: BoolArray) -> Int32Array:
    return demand.sources[(found.hops[demand.sources] > 0) & ~told[demand.sources]]


def _levels(found: ReverseReach) -> list[Int64Array]:
    """Return the nodes by hops to the targets, nearest first, targets left out."""
    nodes = np.flatnonzero(found.hops > 0)
    nodes = nodes[np.argsort(found.hops[nodes], kind="stable")]
    ends = np.flatnonzero(np.diff(found.hops[nodes])) + 1
    return [part for part in np.split(nodes, ends) if part.size]
