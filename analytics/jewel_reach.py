"""Who reaches each jewel: how many identities at which state, and which one is nearest.

Input: the sweep over everyone and its answer. Output: ``JewelReach``.
Handled: the same rules as for everyone (``analytics.everyone``), read backwards in one sweep a state; identities whose
ways may contradict themselves count as their own searches found them.
Not handled: credentials, which lead to identities that are counted. The nearest identity of a jewel that is itself an
identity is looked for in ``OWN_LOOKS`` cases only; further ones name none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics.everyone import LEVELS, Everyone, Sweep
from analytics.nearest import Nearest
from graph.arrays import CATEGORY_CODES, BoolArray, GraphArrays, Int32Array
from graph.engine import reach, reach_counts
from graph.kinds import Category

__all__ = ["OWN_LOOKS", "JewelReach", "jewel_reach"]

OWN_LOOKS = 64
"""Jewels that are identities for which the nearest other identity is searched."""


@dataclass(frozen=True, slots=True)
class JewelReach:
    """One row for each jewel, in the order of ``jewels``."""

    by_state: NDArray[np.int32]
    """jewels × states (as ``LEVELS``): identities by the best state at which they reach it; itself never counted."""
    nearest: Nearest
    """The identity with the fewest hops at the best state that any has; node -1 when none reaches it."""
    exact: BoolArray
    """False: some identities were not searched alone, and the counts are upper bounds."""


def jewel_reach(sweep: Sweep, answer: Everyone) -> JewelReach:
    """Return who reaches each jewel of a sweep."""
    graph = sweep.graph
    identity = sweep.arrays.node_category[sweep.subjects] == CATEGORY_CODES.index(Category.IDENTITY)
    alone = np.zeros(sweep.subjects.size, dtype=np.bool_)
    alone[list(sweep.alone)] = True
    starting = np.zeros(graph.node.size, dtype=np.bool_)
    starting[graph.starts[identity & ~alone]] = True
    ends = np.asarray([graph.tokens.get(node, node) for node in sweep.treasure.tolist()], dtype=np.int64)
    by_state = np.zeros((ends.size, len(LEVELS)), dtype=np.int32)
    backwards = _reversed(graph.arrays)
    for place, level in enumerate(LEVELS):
        alive = np.asarray(graph.level >= level)[graph.arrays.r_edge]
        by_state[:, place] = reach_counts(backwards, ends, alive, starting, speed=sweep.speed, threads=sweep.threads)
    # A copied identity reaches the token that stands for itself.
    itself = np.isin(sweep.treasure, sweep.subjects[identity & ~alone]) & (ends != sweep.treasure)
    by_state -= itself[:, None]
    by_state[:, 1:] -= by_state[:, :-1].copy()
    for row, states in sweep.alone.items():
        for place, level in enumerate(LEVELS):
            by_state[:, place] += (states == level) & identity[row]
    unsure = bool((~answer.exact & identity).any())
    return JewelReach(by_state, _nearest(sweep, identity), np.full(ends.size, not unsure, dtype=np.bool_))


def _reversed(arrays: GraphArrays) -> GraphArrays:
    back = np.empty(arrays.edge_count, dtype=np.int32)
    back[arrays.r_edge] = np.arange(arrays.edge_count, dtype=np.int32)
    order = back[np.arange(arrays.edge_count)]
    return replace(
        arrays,
        indptr=arrays.r_indptr,
        indices=arrays.r_indices,
        r_indptr=arrays.indptr,
        r_indices=arrays.indices,
        r_edge=order,
    )


def _nearest(sweep: Sweep, identity: BoolArray) -> Nearest:
    result = Nearest.none(sweep.treasure.size)
    own = np.flatnonzero(np.isin(sweep.treasure, sweep.subjects[identity]))
    others = np.setdiff1d(np.arange(sweep.treasure.size), own)
    _look(sweep, result, others, sweep.graph.starts[identity])
    for row in own[:OWN_LOOKS].tolist():
        _look(sweep, result, np.asarray([row]), sweep.graph.starts[identity & (sweep.subjects != sweep.treasure[row])])
    return result


def _look(sweep: Sweep, result: Nearest, rows: NDArray[np.integer], starts: Int32Array) -> None:
    """Fill rows with the nearest of some starts."""
    graph = sweep.graph
    if not rows.size or not starts.size:
        return
    standing = graph.standing(sweep.treasure[rows])
    for level in LEVELS:
        found = reach(graph.arrays, starts, np.asarray((graph.level >= level) & (graph.origin >= 0)))
        order = np.lexsort((standing, found.hops[standing]))
        best = {int(graph.node[end]): int(end) for end in standing[order][::-1] if found.hops[end] >= 0}
        for row in rows.tolist():
            end = best.get(int(sweep.treasure[row]))
            if end is None or result.node[row] >= 0:
                continue
            path = found.path_to(graph.arrays, end)
            first = int(graph.arrays.edge_source[path[0]]) if path else end
            result.node[row], result.hops[row] = int(graph.node[first]), int(found.hops[end])
            result.state[row] = int(level)
