"""The edges that the sources of a question meet, for a cut: one subject with all that it presents, or many at once.

Input: a snapshot, subjects, target nodes, the state that counts. Output: ``Ground``.
Handled: for one subject, edges of its own credential and those of identities that it becomes (a class that both enter,
with different conditions, is two nodes here), and which nodes an edge needs to be held (``nhi:holds``); for many, the
graph of the sweeps (``analytics.holder_graph``): holders without MFA, keys that open less than their identity.
Not handled: the search among edges with needs (``analytics.cuts.held``); for many, sequences by several identities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.cuts.network import WayEdges
from analytics.holder_graph import holder_graph
from analytics.sequences import search_sets
from analytics.subjects import Subject, question_time
from analytics.witness import Contradictions
from graph.arrays import BoolArray, Int8Array, Int32Array, Int64Array
from graph.attacker import baseline, edge_levels
from graph.engine import reach
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["Ground", "ground_of_many", "ground_of_subject"]


@dataclass(frozen=True)
class Ground:
    """Edges in force between the ends, with nodes of their own: the snapshot's, and copies behind them."""

    edges: WayEdges
    """``edge`` is -1 where an edge only joins a copy to what it is a copy of."""
    node: Int32Array
    """The snapshot's node behind each node; -1 for none."""
    starts: Mapping[int, int]
    """Where the search from each of the snapshot's source nodes begins."""
    ends: Mapping[int, int] = field(default_factory=dict)
    """Where each of the snapshot's target nodes is reached, if not at its own number."""
    needs: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Place in ``edges`` to the nodes that must be held while the edge is taken."""

    def sources(self, numbers: Int32Array) -> Int32Array:
        """Return the nodes where the search from some of the snapshot's nodes begins."""
        return np.array([self.starts[int(number)] for number in numbers], dtype=np.int32)

    def targets(self, numbers: Int32Array) -> Int32Array:
        """Return the nodes where some of the snapshot's nodes are reached."""
        return np.array([self.ends.get(int(number), int(number)) for number in numbers], dtype=np.int32)


def ground_of_many(snapshot: Snapshot, sources: Int32Array, targets: Int32Array, state: State) -> Ground:
    """Return the edges on ways from many sources, each as its own holder meets them; O(conditions + edges)."""
    base = edge_levels(snapshot, baseline(question_time(snapshot)))
    found = holder_graph(snapshot, sources, Contradictions(snapshot, base), base)
    tokens = {int(target): found.tokens[int(target)] for target in targets if int(target) in found.tokens}
    ends = np.array([tokens.get(int(target), int(target)) for target in targets], dtype=np.int32)
    alive = np.asarray(found.level >= state)
    edges = WayEdges.of(found.arrays, alive, np.asarray(found.starts, dtype=np.int32), ends)
    origin = found.origin[edges.edge]
    grant_set = np.where(origin >= 0, snapshot.arrays.edge_grant_set[np.maximum(origin, 0)], 0)
    return Ground(
        WayEdges(edges.node_count, edges.source, edges.target, grant_set.astype(np.int32), origin.astype(np.int32)),
        found.node.astype(np.int32),
        dict(zip(sources.tolist(), found.starts.tolist(), strict=True)),
        tokens,
    )


def ground_of_subject(snapshot: Snapshot, subject: Subject, state: State) -> Ground:
    """Return the edges in force for a subject that lead on from it; O(conditions + edges)."""
    arrays = snapshot.arrays
    sets = search_sets(snapshot, subject)
    levels = sets.levels
    own = np.asarray(levels.own >= state)
    place = np.flatnonzero(own)
    source, target = arrays.edge_source[place], arrays.indices[place]
    node = np.arange(arrays.node_count, dtype=np.int32)
    if levels.shared:
        source, target, place = _split(snapshot, levels.later, levels.held, levels.shared, state, own)
        node = np.concatenate((node, np.asarray(levels.shared, dtype=np.int32)))
    edges = WayEdges(int(node.size), source, target, np.asarray(arrays.edge_grant_set[place]), place.astype(np.int32))
    everything = np.ones(edges.count, dtype=np.bool_)
    starts = np.asarray(subject.starts, dtype=np.int32)
    ahead = np.asarray(reach(edges.arrays, starts, everything).hops >= 0)
    edges = edges.kept(ahead[edges.source])
    needs = {
        position: sets.needs[int(edge)] for position, edge in enumerate(edges.edge.tolist()) if int(edge) in sets.needs
    }
    return Ground(edges, node, {number: number for number in subject.starts}, {}, needs)


def _split(
    snapshot: Snapshot, later: Int8Array, held: Sequence[int], shared: Sequence[int], state: State, own: BoolArray
) -> tuple[Int32Array, Int32Array, Int64Array]:
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
    )
