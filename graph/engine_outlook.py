"""Hops to targets, for paths from the same sources to one target after the other.

Input: ``GraphArrays``, sources, edges in force. Output: ``Outlook``, which guides a search for paths.
Not handled: the search (``graph.engine_paths``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from graph.arrays import BoolArray, GraphArrays, Int32Array, Int64Array, portions, spans
from graph.engine_search import InForce, NodeNumbers, edge_states, reach

__all__ = ["Outlook"]

_WORTH_SORTING_OUT = 4
"""Targets from which it pays to set aside the edges between nodes that the sources reach."""


class Outlook:
    """What some sources reach, and from there the hops to any targets.

    Parameters
    ----------
    alive, least
        As in ``graph.engine_search.reach``.
    ends
        Nodes that every path ends at, when there are no other targets.
    reached
        Mask of what the sources reach through these edges, when the caller has it.
    """

    def __init__(
        self,
        arrays: GraphArrays,
        sources: NodeNumbers,
        alive: InForce,
        least: int = 1,
        ends: NodeNumbers = (),
        reached: BoolArray | None = None,
    ) -> None:
        self.arrays = arrays
        self.state = edge_states(alive)
        self.least = least
        self._first = np.unique(np.asarray(sources, dtype=np.int64))
        if reached is None:
            reached = np.asarray(reach(arrays, sources, self.state, least=least, ends=ends).hops >= 0)
        self._reached = reached
        self._ahead = np.full(arrays.node_count, -1, dtype=np.int32)
        self._uses = 0
        self._r_indptr: Int64Array = arrays.r_indptr
        self._r_indices: Int32Array = arrays.r_indices

    @contextmanager
    def towards(self, targets: NodeNumbers, *, count: bool = True) -> Iterator[tuple[Int32Array, int]]:
        """Give exact hops to the targets where a path may pass (-1 elsewhere), and how many edges a path may take.

        The array is the outlook's own, and is taken back at the end. Edges are -1 when they are not to be counted.
        """
        self._uses += 1
        if self._uses == _WORTH_SORTING_OUT:
            self._sort_out()
        last = np.unique(np.asarray(targets, dtype=np.int64))
        seen = self._label(last[self._reached[last]])
        try:
            yield self._ahead, self._live_edges(seen, last) if count else -1
        finally:
            self._ahead[seen] = -1

    def _label(self, wave: Int64Array) -> Int64Array:
        """Label what reaches the wave, and return it."""
        seen = [wave]
        self._ahead[wave] = 0
        hops = 0
        while wave.size:
            waiting = []
            while wave.size:
                callers = self._callers(wave)
                free = self.arrays.hub[callers]
                waiting.append(callers[~free])
                wave = self._claim(callers[free], hops)
                seen.append(wave)
            hops += 1
            wave = self._claim(np.concatenate(waiting), hops)
            seen.append(wave)
        return np.concatenate(seen)

    def _callers(self, wave: Int64Array) -> Int32Array:
        wave = wave[~np.isin(wave, self._first)]  # no path returns to a source
        positions = spans(self._r_indptr, wave)
        callers = self._r_indices[positions]
        if self._uses < _WORTH_SORTING_OUT:
            kept = self._reached[callers] & (self.state[self.arrays.r_edge[positions]] >= self.least)
            callers = callers[kept]
        return callers

    def _claim(self, nodes: Int32Array, hops: int) -> Int64Array:
        new = np.unique(nodes[self._ahead[nodes] < 0]).astype(np.int64)
        self._ahead[new] = hops
        return new

    def _sort_out(self) -> None:
        """Set aside the edges in force that leave what is reached, by target."""
        arrays = self.arrays
        nodes = np.flatnonzero(self._reached)
        callers, counts = [], []
        for some in portions(arrays.r_indptr, nodes):
            positions = spans(arrays.r_indptr, some)
            sources = arrays.r_indices[positions]
            kept = self._reached[sources]
            kept[kept] = self.state[arrays.r_edge[positions[kept]]] >= self.least
            passed = np.zeros(positions.size + 1, dtype=np.int64)
            np.cumsum(kept, out=passed[1:])
            ends = np.cumsum(arrays.r_indptr[some + 1] - arrays.r_indptr[some])
            counts.append(np.diff(passed[ends], prepend=0))
            callers.append(sources[kept])
        self._r_indptr = np.zeros(arrays.node_count + 1, dtype=np.int64)
        self._r_indptr[nodes + 1] = np.concatenate(counts)
        np.cumsum(self._r_indptr, out=self._r_indptr)
        self._r_indices = np.concatenate(callers)

    def _live_edges(self, seen: Int64Array, last: Int64Array) -> int:
        arrays = self.arrays
        edges = spans(arrays.indptr, seen[~np.isin(seen, last)])
        edges = edges[self.state[edges] >= self.least]
        tips = arrays.indices[edges]
        tips = tips[self._ahead[tips] >= 0]
        return int(np.count_nonzero(~np.isin(tips, self._first)))
