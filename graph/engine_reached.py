"""What a search found: hops and one witness edge per node.

Input: arrays that ``graph.engine_search`` filled. Output: ``Reach``, ``ReverseReach``, ``BestReach``.
Not handled: the search itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.arrays import GraphArrays, Int8Array, Int32Array
from graph.errors import GraphError

__all__ = ["BestReach", "Reach", "ReverseReach"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What some sources reach."""

    hops: Int32Array
    """Fewest hops by node; -1 when not reached."""
    parent_edge: Int32Array
    """Last edge of the witness by node; -1 at sources and where not reached."""

    def reached(self) -> Int32Array:
        """Return the numbers, ascending, of the nodes reached, sources included."""
        return np.flatnonzero(self.hops >= 0).astype(np.int32)

    def path_to(self, arrays: GraphArrays, node: int) -> tuple[int, ...]:
        """Return the edges of the witness, source first; ``()`` for a source; raise ``GraphError`` when not reached."""
        if self.hops[node] < 0:
            raise GraphError(f"node number {node} is not reached")
        edges = []
        while (edge := int(self.parent_edge[node])) >= 0:
            edges.append(edge)
            node = int(arrays.edge_source[edge])
        return tuple(reversed(edges))


@dataclass(frozen=True, slots=True)
class ReverseReach:
    """Who reaches some targets."""

    hops: Int32Array
    """Fewest hops to a target by node; -1 when none is reached."""
    next_edge: Int32Array
    """First edge of the witness by node; -1 at targets and where none is reached."""
    target: Int32Array
    """The target at the end of the witness by node; -1 when none is reached."""

    def reached(self) -> Int32Array:
        """Return the numbers, ascending, of the nodes that reach a target, targets included."""
        return np.flatnonzero(self.hops >= 0).astype(np.int32)

    def path_from(self, arrays: GraphArrays, node: int) -> tuple[int, ...]:
        """Return the edges of the witness from a node to its target; raise ``GraphError`` when there is none."""
        if self.hops[node] < 0:
            raise GraphError(f"node number {node} reaches no target")
        edges = []
        while (edge := int(self.next_edge[node])) >= 0:
            edges.append(edge)
            node = int(arrays.indices[edge])
        return tuple(edges)


@dataclass(frozen=True, slots=True)
class BestReach:
    """What some sources reach, and how surely."""

    best: Int8Array
    """By node, the best over paths of the weakest edge's level; 0 when not reached. Sources have the top level."""
    hops: Int32Array
    """Fewest hops among the paths that attain ``best``; -1 when not reached."""
    by_level: Mapping[int, Reach]
    """For each level, what is reached through edges of at least that level."""

    def path_to(self, arrays: GraphArrays, node: int) -> tuple[int, ...]:
        """Return the edges of a witness that attains ``best``, source first; raise ``GraphError`` when not reached."""
        if self.best[node] <= 0:
            raise GraphError(f"node number {node} is not reached")
        return self.by_level[int(self.best[node])].path_to(arrays, node)
