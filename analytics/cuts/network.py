"""The part of a graph that a cut is about: edges on a way from a source to a target, each with the grants behind it.

Input: edge lists, one grant set an edge, demands (sources that must not reach targets). Output: ``Network`` per demand,
contracted to what can still be cut.
Handled: parallel edges, grants that stand behind many edges, edges without a grant and kept grants (nothing removes
them: what they join is one node), everything that is freely reached from a source or freely reaches a target.
Not handled: which edges are in force for whom; names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graph.arrays import BoolArray, GraphArrays, Int32Array, Int64Array, arrays_from_edges
from graph.engine import condense, reach, reverse_reach

__all__ = ["Demand", "GrantSets", "Network", "WayEdges", "make_network", "on_ways"]

SOURCE, SINK = 0, 1
"""The nodes of a ``Network`` that stand for all sources and for all targets."""


@dataclass(frozen=True)
class GrantSets:
    """The grants behind each grant set: all are needed, so removing any one stops the edges that carry the set."""

    start: Int64Array
    """``sets + 1``: members of set ``s`` are ``members[start[s]:start[s + 1]]``."""
    members: Int32Array
    """Grant numbers, ascending within a set."""

    @staticmethod
    def of(sets: Iterable[Iterable[int]]) -> GrantSets:
        """Return the sets given as lists of grant numbers."""
        rows = [sorted(set(row)) for row in sets]
        start = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=start[1:])
        return GrantSets(start, np.array([grant for row in rows for grant in row], dtype=np.int32))

    @property
    def count(self) -> int:
        """Return the number of sets."""
        return int(self.start.size - 1)

    def without(self, kept: BoolArray) -> GrantSets:
        """Return the sets without grants that must stay: what is left is what a cut may remove."""
        if not kept.any():
            return self
        removable = ~kept[self.members]
        before = np.concatenate(([0], np.cumsum(removable)))
        return GrantSets(before[self.start].astype(np.int64), self.members[removable])

    @property
    def free(self) -> BoolArray:
        """Return a mask of the sets that no removal stops."""
        return np.asarray(np.diff(self.start) == 0)

    def total(self, value: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Return for each set the sum of its grants' values."""
        sums = np.concatenate(([0.0], np.cumsum(value[self.members], dtype=np.float64)))
        return np.asarray(sums[self.start[1:]] - sums[self.start[:-1]])

    def hit(self, removed: BoolArray) -> BoolArray:
        """Return a mask of the sets that a removal stops."""
        return np.asarray(self.total(removed.astype(np.int64)) > 0)

    def of_set(self, number: int) -> tuple[int, ...]:
        """Return the grants of one set."""
        return tuple(self.members[self.start[number] : self.start[number + 1]].tolist())

    @cached_property
    def owner(self) -> Int64Array:
        """Return for each entry of ``members`` the set that it belongs to."""
        return np.repeat(np.arange(self.count), np.diff(self.start))

    @cached_property
    def _by_grant(self) -> tuple[Int64Array, Int64Array]:
        return _grouped(self.members, self.owner)

    def holding(self, grant: int) -> Int64Array:
        """Return the sets that hold a grant."""
        pointer, owner = self._by_grant
        return owner[pointer[grant] : pointer[grant + 1]] if grant + 1 < pointer.size else owner[:0]


def _grouped(key: Int32Array, value: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Return values by key: those of key ``k`` are ``values[pointer[k]:pointer[k + 1]]``."""
    pointer = np.concatenate(([0], np.cumsum(np.bincount(key)))).astype(np.int64)
    return pointer, value[np.argsort(key, kind="stable")]


@dataclass(frozen=True)
class WayEdges:
    """Edges in force, in any order."""

    node_count: int
    source: Int32Array
    target: Int32Array
    grant_set: Int32Array
    edge: Int32Array
    """Number of each edge in the snapshot."""

    @staticmethod
    def of(arrays: GraphArrays, alive: BoolArray, sources: Int32Array, targets: Int32Array) -> WayEdges:
        """Return the edges in force that lie on a way from a source to a target of any demand."""
        ahead = reach(arrays, sources, alive).hops >= 0
        back = reverse_reach(arrays, targets, alive).hops >= 0
        edges = np.flatnonzero(alive & back[arrays.indices])
        edges = edges[ahead[arrays.edge_source[edges]]]
        return WayEdges(
            arrays.node_count,
            np.asarray(arrays.edge_source[edges]),
            np.asarray(arrays.indices[edges]),
            np.asarray(arrays.edge_grant_set[edges]),
            edges.astype(np.int32),
        )

    @property
    def count(self) -> int:
        """Return the number of edges."""
        return int(self.source.size)

    def kept(self, mask: BoolArray) -> WayEdges:
        """Return some of the edges; nodes keep their numbers."""
        return WayEdges(self.node_count, self.source[mask], self.target[mask], self.grant_set[mask], self.edge[mask])

    @cached_property
    def arrays(self) -> GraphArrays:
        """Return the CSR form; ``edge_condition`` holds the place of each of its edges here."""
        return _csr(self.node_count, self.source, self.target)


@dataclass(frozen=True, slots=True)
class Demand:
    """No source may reach a target."""

    sources: Int32Array
    targets: Int32Array


def _csr(node_count: int, source: NDArray[np.integer], target: NDArray[np.integer]) -> GraphArrays:
    return arrays_from_edges(node_count, source, target, columns={"edge_condition": np.arange(source.size)})


def _reached(arrays: GraphArrays, nodes: Int32Array, alive: BoolArray) -> BoolArray:
    if not nodes.size:
        return np.zeros(arrays.node_count, dtype=np.bool_)
    return np.asarray(reach(arrays, nodes, alive[arrays.edge_condition]).hops >= 0)


def _reaching(arrays: GraphArrays, nodes: Int32Array, alive: BoolArray) -> BoolArray:
    return np.asarray(reverse_reach(arrays, nodes, alive[arrays.edge_condition]).hops >= 0)


def on_ways(edges: WayEdges, demand: Demand) -> WayEdges:
    """Return the edges on some way from a source to a target.

    Notes
    -----
    First the edges that lead to a target, then of those what is reached: linear in the former but for one mask.
    """
    back = _reaching(edges.arrays, demand.targets, np.ones(edges.count, dtype=np.bool_))
    leading = edges.kept(back[edges.target])
    sources = demand.sources[back[demand.sources]]
    ahead = _reached(leading.arrays, sources, np.ones(leading.count, dtype=np.bool_))
    return leading.kept(ahead[leading.source])


@dataclass(frozen=True)
class Network:
    """One demand, contracted: node 0 stands for the sources, node 1 for the targets.

    INVARIANT: a set of grants separates node 0 from node 1 exactly when it separates the demand; edges are sorted by
    (tail, head) and no two edges of one pair carry the same set.
    """

    node_count: int
    tail: Int32Array
    head: Int32Array
    grant_set: Int32Array
    edge: Int32Array
    """Number in the snapshot of one edge that it stands for."""

    @cached_property
    def arrays(self) -> GraphArrays:
        """Return the CSR form; edges keep their numbers."""
        return arrays_from_edges(self.node_count, self.tail, self.head)

    @cached_property
    def pair_start(self) -> Int64Array:
        """Return the first edge of each pair of nodes."""
        if not self.tail.size:
            return np.empty(0, dtype=np.int64)
        new = (np.diff(self.tail) != 0) | (np.diff(self.head) != 0)
        return np.concatenate(([0], np.flatnonzero(new) + 1)).astype(np.int64)

    @cached_property
    def pair(self) -> Int64Array:
        """Return the pair of nodes that each edge joins, by number."""
        return np.repeat(np.arange(self.pair_start.size), np.diff(np.append(self.pair_start, self.tail.size)))

    @cached_property
    def _by_set(self) -> tuple[Int64Array, Int64Array]:
        return _grouped(self.grant_set, np.arange(self.tail.size))

    def carrying(self, sets: Int64Array) -> Int64Array:
        """Return the edges that carry one of some sets."""
        pointer, edges = self._by_set
        parts = [edges[pointer[number] : pointer[number + 1]] for number in sets.tolist() if number + 1 < pointer.size]
        return np.concatenate(parts) if parts else edges[:0]


def make_network(edges: WayEdges, sets: GrantSets, demand: Demand) -> Network:
    """Return the contracted network of a demand none of whose sources freely reaches a target.

    Parameters
    ----------
    edges
        Those on ways of the demand.

    Notes
    -----
    Linear in the edges but for one sort. What is freely reached from a source is a source, what freely reaches a target
    is a target; nodes that freely reach each other are one; edges into sources, out of targets and off every way go.
    """
    free = sets.free[edges.grant_set]
    begin = _reached(edges.arrays, demand.sources, free)
    end = _reaching(edges.arrays, demand.targets, free)
    label = np.full(edges.node_count, -1, dtype=np.int64)
    label[begin], label[end] = SOURCE, SINK
    inside = np.flatnonzero(label < 0)
    if free.any():
        together = condense(edges.arrays, free[edges.arrays.edge_condition]).component
        label[inside] = 2 + np.unique(together[inside], return_inverse=True)[1]
    else:
        label[inside] = 2 + np.arange(inside.size)
    tail, head = label[edges.source], label[edges.target]
    useful = (tail != head) & (head != SOURCE) & (tail != SINK)
    return _distinct(tail[useful], head[useful], edges.grant_set[useful], edges.edge[useful])


def _distinct(tail: NDArray[np.int64], head: NDArray[np.int64], grant_set: Int32Array, edge: Int32Array) -> Network:
    """Return the network of some edges: pruned, renumbered, sorted, each (tail, head, set) once."""
    count = int(max(tail.max(initial=1), head.max(initial=1))) + 1
    arrays = _csr(count, tail, head)
    everything = np.ones(tail.size, dtype=np.bool_)
    ends = np.array([SOURCE], dtype=np.int32), np.array([SINK], dtype=np.int32)
    kept = _reached(arrays, ends[0], everything)[tail] & _reaching(arrays, ends[1], everything)[head]
    tail, head, grant_set, edge = tail[kept], head[kept], grant_set[kept], edge[kept]
    used = np.unique(np.concatenate((ends[0], ends[1], tail, head)))
    tail, head = np.searchsorted(used, tail), np.searchsorted(used, head)
    order = np.lexsort((edge, grant_set, head, tail))
    tail, head, grant_set, edge = tail[order], head[order], grant_set[order], edge[order]
    new = np.ones(tail.size, dtype=np.bool_)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0) | (np.diff(grant_set) != 0)
    return Network(int(used.size), tail[new].astype(np.int32), head[new].astype(np.int32), grant_set[new], edge[new])
