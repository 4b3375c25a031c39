"""Ways that a set of grants leaves open: found, told by their grants, or shown to be none.

Input: networks of ``analytics.cuts.network``. Output: ways as tuples of grant numbers; a verdict; a lean cut.
Handled: fractional prices of grants (the cheapest way by the sum over its edges; the ways returned are told by the
union of their grants, which may cost less), many ways in one look that share no grant.
Not handled: which grants to remove; ``analytics.cuts.solve`` decides that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analytics.cuts.network import SINK, SOURCE, GrantSets, Network
from graph.arrays import BoolArray, Int64Array
from graph.engine import reach, reverse_reach

__all__ = ["OPEN_BELOW", "NetworkSearch", "Way", "WaySearch"]

Way = tuple[int, ...]
"""The grants of one way, ascending: removing any one of them closes it."""
OPEN_BELOW = 1 - 1e-4
"""A way whose grants cost less than this is open: under whole prices, one of which nothing is removed."""
_TIE = 1e-9
"""Price of a grant's mere presence: of equally cheap ways the one of fewest grants constrains most."""
_TREES = 8
"""Times in one look that prices are set anew."""
_MISSES = 500
"""Ways walked in a row that share grants with those found already, before prices are set anew."""


class WaySearch(Protocol):
    """What the solver asks about ways."""

    def ways(self, price: NDArray[np.float64], most: int) -> list[Way]:
        """Return open ways under prices from 0 to 1 by grant; an empty list means that there is none.

        With prices of 0 and 1 that is exact; with others, a way of several edges that share grants may be missed.
        """
        ...

    def cut(self, weight: Int64Array, price: NDArray[np.float64]) -> BoolArray:
        """Return some cut, preferring grants of high price and low weight."""
        ...

    def lean(self, removed: BoolArray, weight: Int64Array) -> BoolArray:
        """Return a subset of a cut that is one as well, and is none any more without any one of its grants."""
        ...


@dataclass(frozen=True)
class _Prepared:
    """A network with what each look needs."""

    network: Network

    @cached_property
    def key(self) -> Int64Array:
        """Return tail and head of each pair as one number, ascending."""
        first = self.network.pair_start
        return self.network.tail[first].astype(np.int64) * self.network.node_count + self.network.head[first]

    @cached_property
    def backwards(self) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Return the pairs as CSR by head: order of pairs, row pointer, tails."""
        first = self.network.pair_start
        tail, head = self.network.tail[first], self.network.head[first]
        order = np.lexsort((tail, head))
        pointer = np.zeros(self.network.node_count + 1, dtype=np.int64)
        np.cumsum(np.bincount(head, minlength=self.network.node_count), out=pointer[1:])
        return order, pointer, tail[order].astype(np.int64)

    def tree(self, length: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[int], Int64Array]:
        """Return the distance of each node to the sink, the next pair on the way, and the best edge of each pair."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        network = self.network
        best = np.lexsort((length, network.pair))[network.pair_start]
        order, pointer, tails = self.backwards
        shape = (network.node_count, network.node_count)
        matrix = csr_matrix((length[best][order], tails, pointer), shape=shape)
        far, following = dijkstra(matrix, indices=SINK, return_predecessors=True, limit=1.0)
        following = following.astype(np.int64)
        known = np.flatnonzero(following >= 0)
        onward = np.full(network.node_count, -1, dtype=np.int64)
        onward[known] = np.searchsorted(self.key, known * network.node_count + following[known])
        return far, onward.tolist(), best


class NetworkSearch:
    """``WaySearch`` on contracted networks, one a demand."""

    def __init__(self, networks: Sequence[Network], sets: GrantSets) -> None:
        self.networks = [network for network in networks if network.tail.size]
        self.sets = sets
        self._prepared = [_Prepared(network) for network in self.networks]

    def ways(self, price: NDArray[np.float64], most: int) -> list[Way]:
        """Return open ways; those of one demand share no grant."""
        found: dict[Way, None] = {}
        for prepared in self._prepared:
            if len(found) < most:
                found.update(dict.fromkeys(self._of_network(prepared, price, most - len(found))))
        return list(found)

    def _of_network(self, prepared: _Prepared, price: NDArray[np.float64], most: int) -> list[Way]:
        price = price.copy()
        found: list[Way] = []
        size = np.diff(self.sets.start) + 1.0
        for _ in range(_TREES):
            length = (np.maximum(self.sets.total(price), 0.0) + size * _TIE)[prepared.network.grant_set]
            new = self._disjoint(prepared, length, price, most - len(found))
            found += new
            if not new or len(found) >= most:
                break
            price[[grant for way in new for grant in way]] = 1.0
        return found

    def _disjoint(
        self, prepared: _Prepared, length: NDArray[np.float64], price: NDArray[np.float64], most: int
    ) -> list[Way]:
        """Return ways of one tree of cheapest ways that share no grant, cheapest first."""
        far, onward, best = prepared.tree(length)
        first = prepared.network.pair_start
        exits = int(np.searchsorted(prepared.network.tail[first], SOURCE, side="right"))
        heads = prepared.network.head[first[:exits]]
        total = length[best[:exits]] + far[heads]
        order = np.argsort(total, kind="stable")
        order = order[total[order] < 1.0]
        sets, edges, head = prepared.network.grant_set, best.tolist(), prepared.network.head
        found: list[Way] = []
        used: set[int] = set()
        misses = 0
        for pair in order.tolist():
            grants: set[int] = set()
            while pair >= 0:
                edge = edges[pair]
                grants.update(self.sets.of_set(int(sets[edge])))
                pair = onward[int(head[edge])]
            if not grants.isdisjoint(used) or price[list(grants)].sum() >= OPEN_BELOW:
                misses += 1
                if misses > _MISSES:
                    break
                continue
            misses = 0
            used |= grants
            found.append(tuple(sorted(grants)))
            if len(found) >= most:
                break
        return found

    def cut(self, weight: Int64Array, price: NDArray[np.float64]) -> BoolArray:
        """Return a cut: of each demand the edges of a least cut that counts every edge alone, by their best grants."""
        from analytics.cuts.flow import flow_cut

        removed = np.zeros(weight.size, dtype=np.bool_)
        for network in self.networks:
            removed |= flow_cut(network, self.sets, weight, price, removed)
        return removed

    def lean(self, removed: BoolArray, weight: Int64Array) -> BoolArray:
        """Return a cut without the grants that it does not need, dearest first."""
        removed = removed.copy()
        hits = self.sets.total(removed.astype(np.int64)).astype(np.int64)
        sides = [_Sides(network, hits) for network in self.networks]
        grants = np.flatnonzero(removed)
        order = grants[np.lexsort((grants, -weight[grants]))]
        for grant in order.tolist():
            holding = self.sets.holding(grant)
            reopened = holding[hits[holding] == 1]
            if any(side.opens(reopened) for side in sides):
                continue
            removed[grant] = False
            hits[holding] -= 1
            for side in sides:
                side.settle(reopened)
        return removed


class _Sides:
    """What is reached from the sources, and what reaches the targets, under a cut that grows leaner."""

    def __init__(self, network: Network, hits: Int64Array) -> None:
        self.network = network
        self.alive = np.asarray(hits[network.grant_set] == 0)
        self._look()

    def _look(self) -> None:
        arrays = self.network.arrays
        self.ahead = np.asarray(reach(arrays, [SOURCE], self.alive).hops >= 0)
        self.back = np.asarray(reverse_reach(arrays, [SINK], self.alive).hops >= 0)

    def opens(self, sets: Int64Array) -> bool:
        """Return whether a way opens when these sets are in force again."""
        edges = self.network.carrying(sets)
        tail, head = self.network.tail[edges], self.network.head[edges]
        if np.any(self.ahead[tail] & self.back[head]):
            return True
        if not np.any(self.ahead[tail] & ~self.ahead[head]) or not np.any(self.back[head] & ~self.back[tail]):
            return False
        alive = self.alive.copy()
        alive[edges] = True
        return bool(reach(self.network.arrays, [SOURCE], alive, targets=[SINK]).hops[SINK] >= 0)

    def settle(self, sets: Int64Array) -> None:
        """Bring the sets back into force."""
        edges = self.network.carrying(sets)
        self.alive[edges] = True
        tail, head = self.network.tail[edges], self.network.head[edges]
        if np.any(self.ahead[tail] & ~self.ahead[head]) or np.any(self.back[head] & ~self.back[tail]):
            self._look()
