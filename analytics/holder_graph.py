"""One graph for every holder at once: what a holder meets otherwise than everybody else becomes a copy of its own.

Input: a snapshot and the subjects of a sweep. Output: ``HolderGraph``: the snapshot's nodes with their own numbers,
copies behind them, so that plain sweeps answer for each subject what a search of its own would.
Handled: the holder of a long-term key, or of a user without a device, presents no MFA on its own first steps; who came
to a user by a new or found key passes no condition on MFA there; edges that only the source's own holder takes.
An identity that is come to by a key, and from there in another way as well, is held in that other way too: a search for
one subject follows simple paths and does not see that.
Not handled: sequences of changes by several identities; conditions that exclude each other far apart on one path:
subjects that could meet two such reach two of ``marks``, and the caller looks at them one by one.

Why copies: the state of an edge depends on how its source is held. Layer ``own``: a start as its own holder meets it;
one layer for each context that presents less; layer ``by key``: an identity as those hold it who came by a key. A
copied thing is counted through a token that all of its copies lead to. Sizes grow with the edges that differ; classes
are copied once a layer, never once a holder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analytics.devices import without_device
from analytics.subjects import holder_context, question_time
from analytics.witness import Contradictions
from graph.arrays import (
    CATEGORY_CODES,
    BoolArray,
    GraphArrays,
    Int8Array,
    Int32Array,
    Int64Array,
    arrays_from_edges,
)
from graph.attacker import baseline, edge_levels
from graph.errors import NodeNotFoundError
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["HolderGraph", "holder_graph"]

_NOTHING = [CATEGORY_CODES.index(item) for item in (Category.HUB, Category.IDENTITY_STATE)]
"""Never something reached."""
_BY_KEY = "by key"
_OWN = "own"


@dataclass(frozen=True, slots=True)
class HolderGraph:
    """The snapshot's graph with copies; node and edge numbers below are of ``arrays``."""

    arrays: GraphArrays
    level: Int8Array
    """State of each edge."""
    origin: Int32Array
    """The snapshot's edge behind each edge; -1 for the way to a token."""
    node: Int32Array
    """The snapshot's node behind each node; -1 for a mark of a condition."""
    counts: BoolArray
    """Nodes that stand for themselves in counts: originals without copies, and tokens."""
    starts: Int32Array
    """Where each subject's search begins."""
    walked: int
    """How many nodes are originals or copies; tokens and marks come behind."""
    tokens: Mapping[int, int] = field(default_factory=dict)
    """Token by the snapshot's node number."""
    marks: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """Nodes that stand for a condition which may exclude another."""

    def standing(self, nodes: Int32Array) -> Int32Array:
        """Return every node, copies included, that is one of the snapshot's nodes; tokens left out."""
        return np.flatnonzero(np.isin(self.node[: self.walked], nodes)).astype(np.int32)


class _Layer:
    """Copies for one way of holding things."""

    def __init__(self, name: str, level: Int8Array, nodes: Int64Array, first: int, node_count: int) -> None:
        self.name = name
        self.level = level
        self.nodes = nodes
        self.copy = np.full(node_count, -1, dtype=np.int64)
        self.copy[nodes] = first + np.arange(nodes.size)


def holder_graph(snapshot: Snapshot, subjects: Int32Array, check: Contradictions, base: Int8Array) -> HolderGraph:
    """Return the graph for the sweeps over some identities and credentials.

    Parameters
    ----------
    subjects
        Node numbers.
    check
        For the states below.
    base
        State of every edge under the baseline context.
    """
    return _Builder(snapshot, subjects, check, base).build()


class _Builder:
    """Makes one ``HolderGraph``."""

    def __init__(self, snapshot: Snapshot, subjects: Int32Array, check: Contradictions, base: Int8Array) -> None:
        self.snapshot = snapshot
        self.arrays = snapshot.arrays
        self.subjects = subjects
        self.check = check
        self.base = base
        self.keys = check.new_keys
        self.usual = np.where(self.keys.dead, 0, base).astype(np.int8)
        self.owner = _owners(snapshot)
        self.proves = np.asarray(self.arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS))
        self.next = self.arrays.node_count
        self.layers: list[_Layer] = []
        self.by_key: _Layer | None = None

    def build(self) -> HolderGraph:
        starts = self.subjects.astype(np.int32).copy()
        if self.keys.matter:
            level = np.where(self.keys.needs_mfa, 0, self.usual).astype(np.int8)
            self.by_key = self._add(_BY_KEY, level, self._come_by_key())
        identity = self._of_category(Category.IDENTITY)
        without = np.intersect1d(without_device(self.snapshot), self.subjects).astype(np.int32)
        asked = self.subjects[identity[self.subjects] & ~np.isin(self.subjects, without)]
        contexts = [(_OWN, self.base, asked), *self._contexts(without)]
        for name, level, who in contexts:
            differing = self._differing(level)
            started = who[differing[who]]
            layer = self._add(name, level, self._held(started, level))
            if layer is not None:
                here = np.isin(self.subjects, started)
                starts[here] = layer.copy[self.subjects[here]]
        marked = self.check.exclusive_conditions()
        if not self.layers and not marked:
            shown = ~np.isin(self.arrays.node_category, _NOTHING)
            everything = np.arange(self.arrays.edge_count, dtype=np.int32)
            nodes = np.arange(self.arrays.node_count, dtype=np.int32)
            none = np.zeros(nodes.size, dtype=np.bool_)
            return HolderGraph(
                self.arrays, self.usual, everything, nodes, np.asarray(shown), starts, nodes.size, {}, none
            )
        return self._compose(starts, marked)

    def _add(self, name: str, level: Int8Array, nodes: Int64Array) -> _Layer | None:
        if not nodes.size:
            return None
        layer = _Layer(name, level, nodes, self.next, self.arrays.node_count)
        self.next += nodes.size
        self.layers.append(layer)
        return layer

    def _of_category(self, category: Category) -> BoolArray:
        return np.asarray(self.arrays.node_category == CATEGORY_CODES.index(category))

    def _sources(self, edges: BoolArray) -> BoolArray:
        return np.bincount(self.arrays.edge_source[edges], minlength=self.arrays.node_count) > 0

    def _contexts(self, without: Int32Array) -> list[tuple[str, Int8Array, Int32Array]]:
        """Return what holders of keys, and of users ``without`` a device, meet: less than the baseline leaves open."""
        time = baseline(question_time(self.snapshot))
        keys = np.intersect1d(self.snapshot.nodes_of_kind(NodeKind.AWS_ACCESS_KEY), self.subjects).astype(np.int32)
        groups = []
        for who in (keys, without):
            if who.size:  # what they present depends on the kind of credential alone
                attacker = holder_context(self.snapshot.node(int(who[0])), time)
                groups.append((attacker.name, edge_levels(self.snapshot, attacker), who))
        return groups

    def _differing(self, level: Int8Array) -> BoolArray:
        """Return the nodes whose holder, in that layer, meets something otherwise on the first steps."""
        arrays = self.arrays
        differs = np.asarray(level != self.usual)
        if not differs.any():
            return np.zeros(arrays.node_count, dtype=np.bool_)
        nodes = self._sources(differs)
        entered = (np.maximum(level, self.usual) > 0) & arrays.hub[arrays.indices] & nodes[arrays.indices]
        nodes = (nodes | self._sources(np.asarray(entered))) & ~np.asarray(arrays.hub)
        changed = np.flatnonzero((self.owner >= 0) & nodes)
        nodes[self.owner[changed]] = True
        proof = np.flatnonzero(self.proves & nodes[arrays.indices])
        nodes[arrays.edge_source[proof]] = True
        return np.asarray(nodes)

    def _held(self, starts: Int32Array, level: Int8Array) -> Int64Array:
        """Return what to copy for some starts: what they hold, and the classes that differ for them."""
        arrays = self.arrays
        held = np.zeros(arrays.node_count, dtype=np.bool_)
        held[starts] = True
        proof = np.flatnonzero(self.proves & held[arrays.edge_source])
        held[arrays.indices[proof]] = True
        states = np.flatnonzero(self.owner >= 0)
        held[states[held[self.owner[states]]]] = True
        differs = self._sources(np.asarray(level != self.usual)) & arrays.hub
        edges = _out(arrays, np.flatnonzero(held))
        classes = arrays.indices[edges]
        held[classes[differs[classes] & (level[edges] > 0)]] = True
        return np.flatnonzero(held)

    def _come_by_key(self) -> Int64Array:
        """Return what to copy for those who come by a key: where conditions on MFA follow."""
        arrays = self.arrays
        needs = self._sources(self.keys.needs_mfa & (self.usual > 0))
        classes = needs & arrays.hub
        entered = np.asarray((self.usual > 0) & classes[arrays.indices])
        needs |= self._sources(entered)
        changes = np.asarray(arrays.edge_kind == self.snapshot.edge_kind_code(EdgeKind.CAN_CHANGE_STATE))
        changes &= self.usual > 0
        came = np.zeros(arrays.node_count, dtype=np.bool_)
        # Those by edges that nobody but the source's own holder takes too: the key that it makes is one like any other.
        came[arrays.indices[self.keys.brings_key & (self.base > 0)]] = True
        came &= ~np.asarray(arrays.hub)
        came = self._grown(came, changes)
        while True:  # where a changed state needs MFA, the way to it must be a copy as well
            above = needs | self._sources(changes & needs[arrays.indices])
            above |= self._sources(np.asarray((self.usual > 0) & above[arrays.indices] & arrays.hub[arrays.indices]))
            if np.array_equal(above, needs):
                break
            needs = above
        copied = came & needs
        edges = _out(arrays, np.flatnonzero(copied))
        entered_from = arrays.indices[edges[self.usual[edges] > 0]]
        copied[entered_from[arrays.hub[entered_from] & needs[entered_from]]] = True
        return np.flatnonzero(copied)

    def _grown(self, came: BoolArray, changes: BoolArray) -> BoolArray:
        """Return identities and what they become by changes of their own state, through classes too."""
        arrays = self.arrays
        while True:
            entered = (self.usual > 0) & came[arrays.edge_source] & arrays.hub[arrays.indices]
            inside = came.copy()
            inside[arrays.indices[np.asarray(entered)]] = True
            grown = came.copy()
            grown[arrays.indices[changes & inside[arrays.edge_source]]] = True
            grown &= ~np.asarray(arrays.hub)
            if np.array_equal(grown, came):
                return came
            came = grown

    def _compose(self, starts: Int32Array, marked: Mapping[int, int]) -> HolderGraph:
        arrays = self.arrays
        every = np.arange(arrays.edge_count, dtype=np.int64)
        tails, heads = [arrays.edge_source.astype(np.int64)], [self._redirected(every, arrays.indices)]
        origins, levels = [every], [self.usual]
        for layer in self.layers:
            edges = _out(arrays, layer.nodes)
            loop = (arrays.indices[edges] == arrays.edge_source[edges]) & ~arrays.hub[arrays.edge_source[edges]]
            edges = edges[(layer.level[edges] > 0) & ~loop]  # coming straight back to itself gives nothing
            tails.append(layer.copy[arrays.edge_source[edges]])
            heads.append(self._heads(layer, edges))
            origins.append(edges)
            levels.append(layer.level[edges])
        nodes = np.concatenate([np.arange(arrays.node_count), *(layer.nodes for layer in self.layers)])
        hidden = np.isin(arrays.node_category, _NOTHING)
        counts = ~hidden[nodes]
        copies = np.flatnonzero(counts[arrays.node_count :]) + arrays.node_count
        twins = np.unique(nodes[copies])
        tokens = {int(node): nodes.size + place for place, node in enumerate(twins.tolist())}
        counts[copies] = False
        counts[twins] = False
        tails += [twins, copies]
        token_of = np.asarray([tokens[int(node)] for node in nodes[copies].tolist()], dtype=np.int64)
        heads += [nodes.size + np.arange(twins.size), token_of]
        origins.append(np.full(twins.size + copies.size, -1))
        levels.append(np.full(twins.size + copies.size, State.VERIFIED, dtype=np.int8))
        nodes = np.concatenate([nodes, twins])
        counts = np.concatenate([counts, np.ones(twins.size, dtype=np.bool_)])
        marks = self._mark(nodes.size, marked, (tails, heads, origins, levels))
        nodes = np.concatenate([nodes, np.full(marks, -1)])
        counts = np.concatenate([counts, np.zeros(marks, dtype=np.bool_)])
        return self._finish(starts, nodes, counts, tokens, marks, tails, heads, origins, levels)

    def _redirected(self, edges: Int64Array, heads: Int32Array) -> Int64Array:
        """Return where edges end: who comes by a key arrives at the copy that a key opens."""
        ends = np.asarray(heads, dtype=np.int64).copy()
        if self.by_key is None:
            return ends
        copies = self.by_key.copy[ends]
        by_key = self.keys.brings_key[edges] & (copies >= 0) & ~self.arrays.hub[ends]
        return np.where(by_key, copies, ends)

    def _heads(self, layer: _Layer, edges: Int64Array) -> Int64Array:
        """Return where the edges of a layer's copies end."""
        arrays = self.arrays
        source, target = arrays.edge_source[edges], arrays.indices[edges]
        ends = self._redirected(edges, target)
        copies = layer.copy[target]
        if layer.name == _BY_KEY:
            changes = arrays.edge_kind[edges] == self.snapshot.edge_kind_code(EdgeKind.CAN_CHANGE_STATE)
            stays = arrays.hub[target] | changes
        else:
            entered = arrays.hub[target] & (~arrays.hub[source] | (source == target))
            stays = entered | (self.owner[target] == source) | self._proof(edges)
        return np.where(stays & (copies >= 0), copies, ends)

    def _proof(self, edges: Int64Array) -> BoolArray:
        credentials = self._of_category(Category.CREDENTIAL)
        return np.asarray(self.proves[edges] & credentials[self.arrays.edge_source[edges]])

    def _mark(
        self,
        first: int,
        marked: Mapping[int, int],
        lists: tuple[list[Int64Array], list[Int64Array], list[Int64Array], list[Int8Array]],
    ) -> int:
        """Add an edge from every source of a marked condition to its marks; return how many marks there are."""
        tails, heads, origins, levels = lists
        tail, origin, level = np.concatenate(tails), np.concatenate(origins), np.concatenate(levels)
        condition = np.where(origin >= 0, self.arrays.edge_condition[np.where(origin >= 0, origin, 0)], 0)
        wanted: list[tuple[Int64Array, Int8Array]] = []
        for number, times in sorted(marked.items()):
            here = np.flatnonzero((condition == number) & (level > 0) & (level < State.VERIFIED))
            wanted += [(tail[here], level[here])] * times
        for place, (sources, states) in enumerate(wanted):
            tails.append(sources)
            heads.append(np.full(sources.size, first + place))
            origins.append(np.full(sources.size, -1))
            levels.append(states)
        return len(wanted)

    def _finish(
        self,
        starts: Int32Array,
        nodes: Int64Array,
        counts: BoolArray,
        tokens: Mapping[int, int],
        marks: int,
        tails: list[Int64Array],
        heads: list[Int64Array],
        origins: list[Int64Array],
        levels: list[Int8Array],
    ) -> HolderGraph:
        arrays = self.arrays
        tail, head = np.concatenate(tails), np.concatenate(heads)
        origin, level = np.concatenate(origins).astype(np.int32), np.concatenate(levels)
        order = np.lexsort((head, tail))
        behind = np.where(nodes >= 0, nodes, 0)
        kind = np.where(origin >= 0, arrays.edge_kind[np.where(origin >= 0, origin, 0)], 0)
        impact = np.where(origin >= 0, arrays.edge_impact[np.where(origin >= 0, origin, 0)], 0)
        walked = nodes.size - marks - len(tokens)
        columns = {
            "edge_kind": kind,
            "edge_impact": impact,
            "node_category": arrays.node_category[behind],
            "node_kind": arrays.node_kind[behind],
            "node_impact": np.where(np.arange(nodes.size) < walked, arrays.node_impact[behind], 0),
        }
        grown = arrays_from_edges(nodes.size, tail, head, columns=columns)
        marking = np.zeros(nodes.size, dtype=np.bool_)
        marking[nodes.size - marks :] = marks > 0
        return HolderGraph(
            grown, level[order], origin[order], nodes.astype(np.int32), counts, starts, walked, tokens, marking
        )


def _out(arrays: GraphArrays, nodes: Int64Array) -> Int64Array:
    """Return the edges out of some nodes."""
    first = arrays.indptr[nodes]
    lengths = arrays.indptr[nodes + 1] - first
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if ends.size else 0
    return np.asarray(np.arange(total) + np.repeat(first - (ends - lengths), lengths), dtype=np.int64)


def _owners(snapshot: Snapshot) -> Int64Array:
    """Return the identity of each changed state; -1 elsewhere."""
    owner = np.full(snapshot.node_count, -1, dtype=np.int64)
    code = CATEGORY_CODES.index(Category.IDENTITY_STATE)
    for number in np.flatnonzero(snapshot.arrays.node_category == code).tolist():
        try:
            owner[number] = snapshot.node_index(snapshot.node_id(number).partition("?")[0])
        except NodeNotFoundError:
            continue  # a snapshot of another program may name its states otherwise: then it is nobody's
    return owner
