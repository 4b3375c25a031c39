"""The nearest of some targets, one row for each subject or jewel.

Input: arrays that a search filled. Output: ``Nearest``. Not handled: the search itself (``analytics.everyone``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.arrays import BoolArray, Int8Array, Int32Array

__all__ = ["Nearest"]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest of some targets, by subject, at the best state that any of them has."""

    node: Int32Array
    """Node number; -1 when none is reached."""
    hops: Int32Array
    """-1 when none is reached; 0 for an administrator where full control is asked for."""
    state: Int8Array

    @staticmethod
    def none(count: int) -> Nearest:
        """Return the answer of subjects that reach nothing."""
        return Nearest(np.full(count, -1, np.int32), np.full(count, -1, np.int32), np.zeros(count, np.int8))

    def rows(self, rows: NDArray[np.integer]) -> Nearest:
        """Return some rows."""
        return Nearest(self.node[rows], self.hops[rows], self.state[rows])

    def better(self, where: BoolArray, other: Nearest) -> Nearest:
        """Return, where asked, the surer, then nearer, then lower of both; elsewhere this."""
        nearer = (other.hops < self.hops) | ((other.hops == self.hops) & (other.node < self.node))
        surer = (other.state > self.state) | ((other.state == self.state) & nearer)
        take = where & (other.node >= 0) & surer
        return Nearest(
            np.where(take, other.node, self.node).astype(np.int32),
            np.where(take, other.hops, self.hops).astype(np.int32),
            np.where(take, other.state, self.state).astype(np.int8),
        )

    def put(self, rows: NDArray[np.integer], part: Nearest) -> Nearest:
        """Return this with some rows replaced."""
        result = Nearest(self.node.copy(), self.hops.copy(), self.state.copy())
        result.node[rows], result.hops[rows], result.state[rows] = part.node, part.hops, part.state
        return result
