"""Privilege that an identity holds by itself: full control, H1 to H4, techniques of escalation; how surely, how long.

Input: a snapshot, ``RuleContext``, an identity. Output: ``Held``, the best that it holds.
Handled: edges of its own and those of the classes that it is in; conditions, for the holder of a bare credential; the
classes that the builder found to hold without any condition.
Not handled: what further steps obtain; use of a KMS key alone, which opens nothing without the ciphertext.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics.privilege.durations import Duration, durations_of
from analytics.rules._context import RuleContext
from analytics.rules._impact_reach import CLASSES, held_classes
from analytics.steps import conditions_data, short_name
from graph.arrays import IMPACT_CODES, Int64Array
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["Held", "held_by"]

_MEANT = (EdgeKind.CAN_ASSUME, EdgeKind.FEDERATES_INTO, EdgeKind.CAN_GRANT, EdgeKind.CAN_ACCESS)
"""Edges whose technique alone is no privilege: only the class that is gained makes it one."""


_DIFFERENT = 2


@dataclass(frozen=True, slots=True)
class Held:
    """The best privilege that an identity holds itself."""

    words: str
    duration: Duration
    state: State
    """How surely its holder has it with a bare credential."""
    edges: tuple[int, ...] = ()
    """Edges that give it; empty: the builder's classes."""
    why: str = ""
    """Conditions that are open, or what is not in the evidence."""
    control: bool = False
    """Full control of a scope."""

    @property
    def rank(self) -> int:
        """Return 0 for what is there at all times, 1 for what is not known to be, 2 for what is limited."""
        if self.duration is Duration.LIMITED:
            return 2
        sure = self.state is State.VERIFIED or (self.control and self.state is State.CONDITIONAL)
        return 0 if sure and self.duration is Duration.STANDING else 1


@dataclass(frozen=True, slots=True)
class _Way:
    """One kind of edge that gives privilege, with the first edge of that kind."""

    edges: tuple[int, ...]
    state: State
    duration: Duration


def held_by(snapshot: Snapshot, context: RuleContext, node: Node) -> Held | None:
    """Return the best privilege that an identity holds itself; ``None``: none."""
    found = [_told(snapshot, way) for way in _ways(snapshot, context, snapshot.node_index(node.id))]
    classes = held_classes(node.attributes)
    if classes:
        # The classes of the builder are those that hold without any condition.
        words = ", ".join(impact.value for impact in classes)
        found.append(Held(words, Duration.STANDING, State.VERIFIED))
    return min(found, key=lambda held: (held.rank, not held.control, -held.state, held.words, held.edges), default=None)


def _ways(snapshot: Snapshot, context: RuleContext, number: int) -> Iterator[_Way]:
    arrays = snapshot.arrays
    span = np.arange(int(arrays.indptr[number]), int(arrays.indptr[number + 1]), dtype=np.int64)
    span = span[context.levels[span] > 0]
    durations = durations_of(snapshot, context)
    for edge in _kinds_of(snapshot, context, _privileged(snapshot, context, span, number)):
        yield _way(snapshot, context, (edge,))
    into = span[arrays.hub[arrays.indices[span]].astype(bool)]
    for edge in into.tolist():
        hub = int(arrays.indices[edge])
        first, _ = durations.of(int(arrays.edge_condition[edge]))
        for onward, whom in context.shared(f"privilege of class {hub}", partial(_of_class, snapshot, context, hub)):
            if whom == number:
                continue
            way = _way(snapshot, context, (edge, onward))
            yield _Way(way.edges, way.state, max(way.duration, first))


def _of_class(snapshot: Snapshot, context: RuleContext, hub: int) -> tuple[tuple[int, int], ...]:
    """Return edges that give a class privilege, and the member to whom each gives nothing new (-1: none).

    Notes
    -----
    Of edges that say the same two are kept, with different members, so that each member has one that counts.
    """
    arrays = snapshot.arrays
    span = np.arange(int(arrays.indptr[hub]), int(arrays.indptr[hub + 1]), dtype=np.int64)
    edges = _privileged(snapshot, context, span[context.levels[span] > 0], hub)
    kept: defaultdict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
    for edge, row in zip(edges.tolist(), _says(snapshot, context, edges).T.tolist(), strict=True):
        mine = kept[tuple(row)]
        if len(mine) < _DIFFERENT:
            mine.setdefault(_nothing_new_to(snapshot, edge), edge)
    return tuple((edge, whom) for mine in kept.values() for whom, edge in mine.items())


def _nothing_new_to(snapshot: Snapshot, edge: int) -> int:
    """Return the identity that an edge leads to or takes over, which gains nothing by it; -1: none or several."""
    arrays = snapshot.arrays
    target = int(arrays.indices[edge])
    roles = _roles_of(snapshot, target)
    if arrays.edge_impact[edge] or len(roles) > 1:
        return -1
    return next(iter(roles), target)


def _privileged(snapshot: Snapshot, context: RuleContext, span: Int64Array, number: int) -> Int64Array:
    """Return the edges that give privilege; a technique on what runs as the identity alone gives it nothing new."""
    arrays = snapshot.arrays
    keys = snapshot.nodes_of_kind(NodeKind.KMS_KEY)
    codes = [IMPACT_CODES.index(impact.value) for impact in CLASSES]
    gains = np.isin(arrays.edge_impact[span], codes) & ~np.isin(arrays.indices[span], keys)
    names = snapshot.manifest.codes["edge_technique"]
    without = names.index("") if "" in names else -1
    meant = [snapshot.edge_kind_code(kind) for kind in _MEANT]
    technique = (arrays.edge_technique[span] != without) & ~np.isin(arrays.edge_kind[span], meant)
    technique &= arrays.indices[span] != number
    for at in np.flatnonzero(technique & ~gains).tolist():
        technique[at] = _roles_of(snapshot, int(arrays.indices[span[at]])) != {number}
    kind = arrays.edge_kind[span] == snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
    return span[(gains | technique | kind) & ~arrays.hub[arrays.indices[span]].astype(bool)]


def _roles_of(snapshot: Snapshot, workload: int) -> set[int]:
    arrays = snapshot.arrays
    span = np.arange(int(arrays.indptr[workload]), int(arrays.indptr[workload + 1]))
    runs = arrays.edge_kind[span] == snapshot.edge_kind_code(EdgeKind.RUNS_AS)
    return set(arrays.indices[span[runs]].tolist())


def _says(snapshot: Snapshot, context: RuleContext, edges: Int64Array) -> Int64Array:
    """Return a column an edge with what tells it from others: condition, state, class and kind."""
    arrays = snapshot.arrays
    rows = (arrays.edge_condition, context.levels, arrays.edge_impact, arrays.edge_kind)
    return np.stack([row[edges].astype(np.int64) for row in rows])


def _kinds_of(snapshot: Snapshot, context: RuleContext, edges: Int64Array) -> tuple[int, ...]:
    """Return the first of the edges that say the same."""
    _, first = np.unique(_says(snapshot, context, edges), axis=1, return_index=True)
    return tuple(edges[np.sort(first)].tolist())


def _way(snapshot: Snapshot, context: RuleContext, edges: tuple[int, ...]) -> _Way:
    arrays = snapshot.arrays
    durations = durations_of(snapshot, context)
    states, longest = [State.VERIFIED], Duration.STANDING
    for edge in edges:
        duration, bare = durations.of(int(arrays.edge_condition[edge]))
        level = State(int(context.levels[edge]))
        # What the baseline leaves open, a bare credential may decide; what it decides against is told by the duration.
        states.append(max(level, min(bare, State(int(arrays.edge_state[edge])))))
        longest = max(longest, duration)
    return _Way(edges, min(states), longest)


def _told(snapshot: Snapshot, way: _Way) -> Held:
    edge = snapshot.edge(way.edges[-1])
    control = edge.kind is EdgeKind.ADMIN_OF
    words = short_name(edge.target) if control else edge.impact if edge.impact in CLASSES else ""
    words = words or f"technique {edge.technique} on {short_name(edge.target)}"
    rows = [snapshot.edge(number) for number in way.edges]
    texts = [item["text"] for row in rows for item in conditions_data(row.conditions)]
    notes = [row.note for row in rows if row.note]
    why = "; ".join(dict.fromkeys([*notes, *texts] if way.state is State.UNVERIFIED else texts))
    return Held(words, way.duration, way.state, way.edges, why, control)
