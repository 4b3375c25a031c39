"""Direct gains that one of two graphs has and the other has not, whatever classes they go through.

Input: two snapshots, their differing edges, edge states. Output: ``OneSided`` rows.
Handled: ``caller -> class -> target`` is one way from caller to target: a class that splits, or melts into a plain
edge, is no difference; parallel edges of one kind and technique are one way.
Not handled: the same way with other grants or conditions (``analytics.compare`` has the edges).
Bounded: ``PAIRS`` ways of a side; more are counted in ``complete`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.comparing.merged import Merged
from graph.arrays import TRAVERSABLE, Int8Array
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["PAIRS", "OneSided", "WaysOfTwo"]

PAIRS = 200_000
_Key = tuple[int, int, str, str, bool]
"""Source and target by their common numbers, kind, technique, and whether an attacker's position improves."""


@dataclass(frozen=True, slots=True)
class OneSided:
    """A way that only one side has."""

    source: str
    """Node id."""
    target: str
    kind: str
    technique: str
    traversable: bool
    state: State


@dataclass(frozen=True, slots=True)
class _Side:
    snapshot: Snapshot
    levels: Int8Array
    common: Sequence[int]
    """Common number of each node."""
    own: Sequence[int]
    """Own number of each common one; -1: no such node here."""

    def live(self, edge: int) -> bool:
        arrays = self.snapshot.arrays
        return not arrays.edge_flags[edge] & TRAVERSABLE or self.levels[edge] > 0

    def out(self, node: int) -> range:
        arrays = self.snapshot.arrays
        return range(int(arrays.indptr[node]), int(arrays.indptr[node + 1]))

    def between(self, node: int, target: int) -> Iterator[int]:
        """Yield the edges from one node to another; edges of a node are sorted by target."""
        arrays, span = self.snapshot.arrays, self.out(node)
        part = arrays.indices[span.start : span.stop]
        first, last = np.searchsorted(part, [target, target + 1])
        yield from range(span.start + int(first), span.start + int(last))

    def way(self, edges: tuple[int, ...]) -> tuple[_Key, int]:
        """Return what a direct edge, or an edge into a class and one out of it, is together, and how sure it is."""
        arrays, codes = self.snapshot.arrays, self.snapshot.manifest.codes
        names = [codes["edge_technique"][int(arrays.edge_technique[edge])] for edge in reversed(edges)]
        last = edges[-1]
        traversable = bool(arrays.edge_flags[last] & TRAVERSABLE)
        key = (
            int(self.common[int(arrays.edge_source[edges[0]])]),
            int(self.common[int(arrays.indices[last])]),
            codes["edge_kind"][int(arrays.edge_kind[last])],
            next(filter(None, names), ""),
            traversable,
        )
        return key, min(int(self.levels[edge]) for edge in edges)


class WaysOfTwo:
    """The ways behind differing edges of two snapshots."""

    def __init__(
        self,
        sides: tuple[Snapshot, Snapshot],
        levels: tuple[Int8Array, Int8Array],
        numbering: Merged,
        differing: tuple[Sequence[int], Sequence[int]],
    ) -> None:
        self.complete = True
        """Whether every differing way was looked at."""
        self._sides = tuple(
            _Side(snapshot, states, common.tolist(), _inverse(common, numbering.count))
            for snapshot, states, common in zip(sides, levels, (numbering.before, numbering.after), strict=True)
        )
        self._found = tuple(self._ways(side, edges) for side, edges in zip(self._sides, differing, strict=True))

    def only_in(self, place: int) -> list[OneSided]:
        """Return the ways that only one side (0: before, 1: after) has, in no order."""
        side, other = self._sides[place], self._sides[1 - place]
        rows = []
        for key, state in self._found[place].items():
            if key in self._found[1 - place] or _has(other, key):
                continue
            source, target = (side.snapshot.node_id(int(side.own[number])) for number in key[:2])
            rows.append(OneSided(source, target, key[2], key[3], key[4], State(state)))
        return rows

    def _ways(self, side: _Side, edges: Sequence[int]) -> dict[_Key, int]:
        found: dict[_Key, int] = {}
        for edge in edges:
            for way in _through_classes(side, int(edge)):
                if len(found) >= PAIRS:
                    self.complete = False
                    return found
                key, state = side.way(way)
                found[key] = max(state, found.get(key, 0))
        return found


def _inverse(common: np.ndarray, count: int) -> list[int]:
    own = np.full(count, -1, dtype=np.int64)
    own[common] = np.arange(common.size)
    numbers: list[int] = own.tolist()
    return numbers


def _through_classes(side: _Side, edge: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways that an edge is part of, itself alone where it touches no class."""
    if not side.live(edge):
        return
    arrays = side.snapshot.arrays
    source, target = int(arrays.edge_source[edge]), int(arrays.indices[edge])
    if arrays.hub[target]:
        yield from ((edge, onward) for onward in side.out(target) if side.live(onward))
    elif arrays.hub[source]:
        span = range(int(arrays.r_indptr[source]), int(arrays.r_indptr[source + 1]))
        into = (int(arrays.r_edge[position]) for position in span)
        yield from ((before, edge) for before in into if side.live(before))
    else:
        yield (edge,)


def _has(side: _Side, key: _Key) -> bool:
    """Return whether a side has a way, directly or through a class."""
    source, target = side.own[key[0]], side.own[key[1]]
    if source < 0 or target < 0:
        return False
    arrays = side.snapshot.arrays
    if any(side.live(edge) and side.way((edge,))[0] == key for edge in side.between(source, target)):
        return True
    for edge in side.out(source):
        hub = int(arrays.indices[edge])
        if not arrays.hub[hub] or not side.live(edge):
            continue
        if any(side.live(onward) and side.way((edge, onward))[0] == key for onward in side.between(hub, target)):
            return True
    return False
