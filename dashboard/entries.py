"""Who can become a thing: the traversable edges into it, with classes of callers resolved into who they are.

Input: a snapshot, a node id. Output: ``Entries``, one row a way in, surest first.
Handled: hubs (``caller -> hub -> node`` is one row), the baseline context (nothing is stated).
Not handled: ways of more than one step; the page of the source has those of the step before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.steps import Step, steps_of
from analytics.subjects import question_time
from graph.arrays import GraphArrays
from graph.attacker import baseline, edge_levels
from graph.snapshot import Snapshot

__all__ = ["ENTRY_LIMIT", "Entries", "Entry", "entries_into"]

ENTRY_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in."""

    kind: str
    """Node kind of the source."""
    step: Step


@dataclass(frozen=True, slots=True)
class Entries:
    """The ways into one node."""

    rows: tuple[Entry, ...]
    """Surest first, then by source id."""
    cut: bool
    """There are more than ``ENTRY_LIMIT``."""


def entries_into(snapshot: Snapshot, node_id: str) -> Entries:
    """Return who can become a node in one step.

    Raises
    ------
    NodeNotFoundError
        The id is unknown.

    Notes
    -----
    O(edges) to decide the states, then O(edges into the node and into the hubs before it).
    """
    levels = edge_levels(snapshot, baseline(question_time(snapshot)))
    arrays = snapshot.arrays
    rows: dict[Entry, None] = {}
    for path in _paths_into(arrays, levels, snapshot.node_index(node_id)):
        step = steps_of(snapshot, path, levels)[0]
        if step.source == node_id:
            continue
        source = snapshot.node(int(arrays.edge_source[path[0]]))
        rows[Entry(source.kind.value, step)] = None
        if len(rows) > ENTRY_LIMIT:
            break
    ordered = sorted(rows, key=lambda row: (-row.step.state, row.step.source, row.step.kind, row.step.technique))
    return Entries(tuple(ordered[:ENTRY_LIMIT]), len(rows) > ENTRY_LIMIT)


def _paths_into(arrays: GraphArrays, levels: NDArray[np.int8], node: int) -> Iterator[tuple[int, ...]]:
    """Yield edge numbers ending at the node: one edge, or two with a hub between."""
    for edge, source in _live_into(arrays, levels, node):
        if not arrays.hub[source]:
            yield (edge,)
            continue
        for first, _ in _live_into(arrays, levels, source):
            yield (first, edge)


def _live_into(arrays: GraphArrays, levels: NDArray[np.int8], node: int) -> Iterator[tuple[int, int]]:
    for place in range(int(arrays.r_indptr[node]), int(arrays.r_indptr[node + 1])):
        edge = int(arrays.r_edge[place])
        if levels[edge] > 0:
            yield edge, int(arrays.r_indices[place])
