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
from analytics.steps import called, conditions_data
from graph.arrays import IMPACT_CODES, BoolArray, Int64Array
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["Held", "held_by"]

_MEANT = (
    EdgeKind.CAN_ASSUME,
    EdgeKind.FEDERATES_INTO,
    EdgeKind.CAN_GRANT,
    EdgeKind.CAN_ACCESS,
    EdgeKind.CAN_CHANGE_STATE,
    EdgeKind.CAN_IMPERSONATE,
)
"""Edges whose technique alone is no privilege: only the class that is gained makes it one, or what a changed state (an
own MFA device, say) lets do next."""
_DIFFERENT = 2
"""Edges kept of those of a class that say the same."""


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
        return _rank(self.duration, self.state, self.control)


def _rank(duration: Duration, state: State, control: bool) -> int:
    if duration is Duration.LIMITED:
        return 2
    sure = state is State.VERIFIED or (control and state is State.CONDITIONAL)
    return 0 if sure and duration is Duration.STANDING else 1


@dataclass(frozen=True, slots=True)
class _Way:
    """One kind of edge that gives privilege, with the first edge of that kind."""

    edges: tuple[int, ...]
    state: State
    duration: Duration
    control: bool
    impact: int
    """Code of the class; a high number for none."""

    @property
    def rank(self) -> int:
        """Return what ``Held.rank`` returns."""
        return _rank(self.duration, self.state, self.control)

    @property
    def order(self) -> tuple[int, ...]:
        """Return what sorts the best first."""
        return (self.rank, not self.control, -self.state, self.impact, *self.edges)


def held_by(snapshot: Snapshot, context: RuleContext, node: Node) -> Held | None:
    """Return the best privilege that an identity holds itself; ``None``: none."""
    best = min(_ways(snapshot, context, snapshot.node_index(node.id)), key=lambda way: way.order, default=None)
    classes = held_classes(node.attributes)
    if classes and (best is None or best.rank > 0 or not best.control):
        # The classes of the builder are those that hold without any condition.
        return Held(", ".join(impact.value for impact in classes), Duration.STANDING, State.VERIFIED)
    return _told(snapshot, best) if best else None


def _ways(snapshot: Snapshot, context: RuleContext, number: int) -> Iterator[_Way]:
    arrays = snapshot.arrays
    span = np.arange(int(arrays.indptr[number]), int(arrays.indptr[number + 1]), dtype=np.int64)
    span = span[context.levels[span] > 0]
    for edge in _kinds_of(snapshot, context, _privileged(snapshot, context, span, number)):
        yield _way(snapshot, context, (edge,))
    into = span[arrays.hub[arrays.indices[span]].astype(bool)]
    for edge in into.tolist():
        hub = int(arrays.indices[edge])
        for onward, whom in context.shared(f"privilege of class {hub}", partial(_of_class, snapshot, context, hub)):
            if whom == number:
                continue
            yield _way(snapshot, context, (edge, onward))


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
    gains, techniques = context.shared("edges of privilege", lambda: _edges_of_privilege(snapshot))
    own = span[techniques[span] & ~gains[span]].tolist()
    nothing = [
        edge
        for edge in own
        if number == arrays.indices[edge] or _roles_of(snapshot, int(arrays.indices[edge])) == {number}
    ]
    return span[(gains[span] | techniques[span]) & ~np.isin(span, nothing)]


def _edges_of_privilege(snapshot: Snapshot) -> tuple[BoolArray, BoolArray]:
    """Return which edges give full control or a class, and which are techniques of escalation, into no hub."""
    arrays = snapshot.arrays
    codes = [IMPACT_CODES.index(impact.value) for impact in CLASSES]
    keys = snapshot.nodes_of_kind(NodeKind.KMS_KEY)
    gains = np.isin(arrays.edge_impact, codes) & ~np.isin(arrays.indices, keys)
    gains |= arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
    names = snapshot.manifest.codes["edge_technique"]
    without = names.index("") if "" in names else -1
    meant = [snapshot.edge_kind_code(kind) for kind in _MEANT]
    techniques = (arrays.edge_technique != without) & ~np.isin(arrays.edge_kind, meant)
    ends = ~arrays.hub[arrays.indices].astype(bool)
    return np.asarray(gains & ends), np.asarray(techniques & ends)


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
    durations = durations_of(snapshot, context, int(arrays.edge_source[edges[0]]))
    states, longest = [State.VERIFIED], Duration.STANDING
    for edge in edges:
        duration, bare = durations.of(int(arrays.edge_condition[edge]))
        level = State(int(context.levels[edge]))
        # What the baseline leaves open, a bare credential may decide; what it decides against is told by the duration.
        states.append(max(level, min(bare, State(int(arrays.edge_state[edge])))))
        longest = max(longest, duration)
    control = int(arrays.edge_kind[edges[-1]]) == snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
    return _Way(edges, min(states), longest, control, int(arrays.edge_impact[edges[-1]]) or len(IMPACT_CODES))


def _told(snapshot: Snapshot, way: _Way) -> Held:
    edge = snapshot.edge(way.edges[-1])
    control = edge.kind is EdgeKind.ADMIN_OF
    words = called(snapshot, edge.target) if control else edge.impact if edge.impact in CLASSES else ""
    words = words or f"technique {edge.technique} on {called(snapshot, edge.target)}"
    rows = [snapshot.edge(number) for number in way.edges]
    texts = [item["text"] for row in rows for item in conditions_data(row.conditions)]
    notes = [row.note for row in rows if row.note]
    why = "; ".join(dict.fromkeys([*notes, *texts] if way.state is State.UNVERIFIED else texts))
    return Held(words, way.duration, way.state, way.edges, why, control)
