"""The edges that one subject meets, for a cut: what it presents, classes that others enter with less, held sets.

Input: a snapshot, a subject, the state that counts. Output: ``SubjectEdges``.
Handled: edges of the subject's own credential and those of identities that it becomes (a class that both enter, with
different conditions, is two nodes here); which nodes an edge needs to be held (``nhi:holds``).
Not handled: the search among edges with needs (``analytics.cuts_held``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.cuts_network import WayEdges
from analytics.sequences import search_sets
from analytics.subjects import Subject
from graph.arrays import BoolArray, Int8Array, Int32Array, Int64Array
from graph.engine import reach
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["SubjectEdges", "subject_edges"]


@dataclass(frozen=True)
class SubjectEdges:
    """What one subject may take."""

    edges: WayEdges
    needs: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Place in ``edges`` to the nodes that must be held while the edge is taken; only edges in force."""


def subject_edges(snapshot: Snapshot, subject: Subject, state: State) -> SubjectEdges:
    """Return the edges in force for a subject that lead on from it; O(conditions + edges)."""
    arrays = snapshot.arrays
    sets = search_sets(snapshot, subject)
    levels = sets.levels
    own = np.asarray(levels.own >= state)
    source, target = arrays.edge_source.copy(), np.array(arrays.indices, dtype=np.int32)
    place = np.flatnonzero(own)
    source, target = source[place], target[place]
    count = arrays.node_count
    if levels.shared:
        source, target, place, count = _split(snapshot, levels.later, levels.held, levels.shared, state, own)
    edges = WayEdges(count, source, target, np.asarray(arrays.edge_grant_set[place]), place.astype(np.int32))
    everything = np.ones(edges.count, dtype=np.bool_)
    starts = np.asarray(subject.starts, dtype=np.int32)
    ahead = np.asarray(reach(edges.arrays, starts, everything).hops >= 0)
    edges = edges.kept(ahead[edges.source])
    needs = {
        position: sets.needs[int(edge)] for position, edge in enumerate(edges.edge.tolist()) if int(edge) in sets.needs
    }
    return SubjectEdges(edges, needs)


def _split(
    snapshot: Snapshot, later: Int8Array, held: Sequence[int], shared: Sequence[int], state: State, own: BoolArray
) -> tuple[Int32Array, Int32Array, Int64Array, int]:
    """Return the edges with each shared class twice: as the holder enters it, and as others do."""
    arrays = snapshot.arrays
    twin = np.arange(arrays.node_count, dtype=np.int32)
    twin[list(shared)] = arrays.node_count + np.arange(len(shared), dtype=np.int32)
    place = np.flatnonzero(own)
    source, target = arrays.edge_source[place], arrays.indices[place]
    by_others = ~np.isin(source, list(held))
    target = np.where(by_others, twin[target], target)
    out = np.flatnonzero(np.isin(arrays.edge_source, list(shared)) & (later >= state))
    return (
        np.concatenate((source, twin[arrays.edge_source[out]])).astype(np.int32),
        np.concatenate((target, twin[arrays.indices[out]])).astype(np.int32),
        np.concatenate((place, out)),
        arrays.node_count + len(shared),
    )
