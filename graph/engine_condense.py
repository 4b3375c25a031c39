"""Strongly connected components and what remains when each becomes one node: an acyclic graph that sweeps can follow.

Input: ``GraphArrays`` and a mask of edges in force. Output: ``Condensation``.
Not handled: questions; ``graph.engine_sweep`` asks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graph.arrays import BoolArray, GraphArrays, Int32Array, Int64Array
from graph.engine_numba import Speed, pays

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Condensation", "Level", "condense", "levels_of"]


@dataclass(frozen=True, slots=True)
class Condensation:
    """The components of a graph and the distinct edges between them.

    INVARIANT: every edge goes to a lower number, so ascending order visits successors first.
    """

    component: Int32Array
    """Component of each node (``n``)."""
    indptr: Int64Array
    """CSR over components (``c + 1``)."""
    indices: Int32Array

    @property
    def count(self) -> int:
        """Return the number of components."""
        return int(self.indptr.size - 1)

    @property
    def edge_source(self) -> Int32Array:
        """Return the source component of each edge."""
        return np.repeat(np.arange(self.count, dtype=np.int32), np.diff(self.indptr))


@dataclass(frozen=True, slots=True)
class Level:
    """Nodes of an acyclic graph whose successors all lie on lower levels."""

    nodes: Int64Array
    edges: Int64Array
    """Edges out of ``nodes``, node by node."""
    starts: Int64Array
    """Where each node's edges begin in ``edges``; no node has none."""


def condense(arrays: GraphArrays, alive: BoolArray, *, speed: Speed = "auto") -> Condensation:
    """Return the condensation of the edges in force; linear in nodes and edges.

    Notes
    -----
    The two ways find the same components and edges; they may number components differently.
    """
    if pays(speed, arrays.edge_count):
        from graph.engine_numba_condense import between, strong_components

        numbered = strong_components(arrays, alive)
        return Condensation(numbered[0], *between(arrays, alive, *numbered))
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    n = arrays.node_count
    kept = np.flatnonzero(alive)
    passed = np.zeros(arrays.edge_count + 1, dtype=np.int64)
    np.cumsum(alive, out=passed[1:])
    targets = arrays.indices[kept]
    live = csr_matrix((np.ones(kept.size, dtype=np.int8), targets, passed[arrays.indptr]), shape=(n, n))
    count, component = connected_components(live, directed=True, connection="strong")
    source, target = component[arrays.edge_source[kept]], component[targets]
    between = source != target
    matrix = _distinct(source[between], target[between], int(count))
    if np.any(_sources(matrix) <= matrix.indices):
        # scipy numbers sinks first but does not promise it, so the order is made here when it does not hold.
        rank = _rank(matrix.indptr.astype(np.int64), np.asarray(matrix.indices, dtype=np.int32))
        component = rank[component]
        matrix = _distinct(rank[_sources(matrix)], rank[matrix.indices], int(count))
    return Condensation(
        component.astype(np.int32), matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32, copy=False)
    )


def levels_of(indptr: Int64Array, indices: Int32Array) -> list[Level]:
    """Split an acyclic graph into levels, lowest first; nodes without successors belong to none.

    Parameters
    ----------
    indptr, indices
        CSR whose every edge goes to a lower number.
    """
    height = _heights(indptr, indices)
    order = np.argsort(height, kind="stable")
    bounds = np.searchsorted(height[order], np.arange(1, (int(height.max()) if height.size else 0) + 2))
    levels = []
    for low, high in pairwise(bounds.tolist()):
        nodes = order[low:high].astype(np.int64)
        first, counts = indptr[nodes], indptr[nodes + 1] - indptr[nodes]
        starts = np.cumsum(counts) - counts
        edges = np.arange(int(counts.sum())) + np.repeat(first - starts, counts)
        levels.append(Level(nodes, edges, starts))
    return levels


def _distinct(source: NDArray[np.integer], target: NDArray[np.integer], count: int) -> csr_matrix:
    from scipy.sparse import csr_matrix

    matrix = csr_matrix((np.ones(source.size, dtype=np.int8), (source, target)), shape=(count, count))
    matrix.sum_duplicates()
    return matrix


def _sources(matrix: csr_matrix) -> NDArray[np.integer]:
    return np.repeat(np.arange(matrix.indptr.size - 1), np.diff(matrix.indptr))


def _rank(indptr: Int64Array, indices: Int32Array) -> NDArray[np.int64]:
    """Give numbers to the nodes of an acyclic graph so that every edge goes to a lower number."""
    rank = np.empty(indptr.size - 1, dtype=np.int64)
    rank[np.argsort(_heights(indptr, indices), kind="stable")] = np.arange(indptr.size - 1)
    return rank


def _heights(indptr: Int64Array, indices: Int32Array) -> NDArray[np.int64]:
    """Return for each node the edges of the longest way to a sink, peeling sinks off in rounds."""
    count = indptr.size - 1
    left = np.diff(indptr)
    source = np.repeat(np.arange(count), left)
    order = np.argsort(indices, kind="stable")
    before = source[order]
    r_indptr = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(indices, minlength=count), out=r_indptr[1:])
    height = np.zeros(count, dtype=np.int64)
    wave = np.flatnonzero(left == 0)
    level = 0
    while wave.size:
        height[wave] = level
        counts = r_indptr[wave + 1] - r_indptr[wave]
        starts = np.cumsum(counts) - counts
        callers = before[np.arange(int(counts.sum())) + np.repeat(r_indptr[wave] - starts, counts)]
        touched, times = np.unique(callers, return_counts=True)
        left[touched] -= times
        wave = touched[left[touched] == 0]
        level += 1
    return height
