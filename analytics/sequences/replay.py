"""Replay: take the steps of a witness in order on an estate that changes, and look whether each still works.

Input: the edges of a witness in order. Output: how sure the witness is after the replay; ``VOID`` when a step fails.
Handled: a change overwrites what stood in its place (tags, boundary); a step of an identity whose state is another than
the step was found in is asked of the evaluator again; a role whose trust was rewritten lets in only whom it names; two
access keys and ten groups a user.
Not handled: times and eventual consistency; the number of versions of a policy that the evidence holds (the builder
looks at it, and a sequence rewrites a policy once).
Errs towards: unverified where the evaluator cannot be asked about a step in a changed state.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from analytics.sequences.rights import Rights
from analytics.sequences.state import Changes, EstateState, changes_of, difference
from analytics.steps import fold
from analytics.subjects import Subject
from graph.decision import HOLDS
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge
from graph.snapshot import Snapshot

__all__ = ["Replay"]

KEY_SLOTS = 2
MAX_GROUPS = 10
_PASSIVE = (EdgeKind.CONTROLS, EdgeKind.AUTHENTICATES_AS, EdgeKind.RUNS_AS)
"""Edges that no permission of the source stands behind and that change nothing."""
_ON_IDENTITY = (
    EdgeKind.CAN_ASSUME,
    EdgeKind.CAN_CREATE_CREDENTIAL,
    EdgeKind.CAN_CHANGE_TRUST,
    EdgeKind.CAN_CHANGE_STATE,
)


@dataclass(frozen=True, slots=True)
class _Moment:
    """Where a replay stands."""

    estate: EstateState
    state: State


class Replay:
    """Replays witnesses of one subject; what two witnesses begin with alike is replayed once."""

    def __init__(self, snapshot: Snapshot, subject: Subject, held: Collection[str]) -> None:
        self._snapshot = snapshot
        self._rights = Rights(snapshot, subject, held)
        self._passive = {snapshot.edge_kind_code(kind) for kind in _PASSIVE}
        self._known: dict[tuple[int, ...], _Moment] = {(): _Moment(EstateState(), State.VERIFIED)}
        self._changes: dict[str, Changes] = {}

    def outcome(self, path: Sequence[int]) -> State:
        """Return the best state that a witness can have; ``VOID``: a step does not work when it is its turn."""
        return self._moment(tuple(int(edge) for edge in path)).state

    def _moment(self, path: tuple[int, ...]) -> _Moment:
        arrays = self._snapshot.arrays
        waiting: list[tuple[int, ...]] = []
        at = path
        while at not in self._known:
            waiting.append(at)
            cut = len(at) - 1
            while cut and arrays.hub[int(arrays.edge_source[at[cut]])]:
                cut -= 1
            at = at[:cut]
        moment = self._known[at]
        for longer in reversed(waiting):
            moment = self._known[longer] = self._take(moment, longer[len(at) :])
            at = longer
        return moment

    def _take(self, moment: _Moment, hop: tuple[int, ...]) -> _Moment:
        kinds = {int(self._snapshot.arrays.edge_kind[number]) for number in hop}
        if moment.state is State.VOID or kinds <= self._passive:
            return moment
        rows = [(self._snapshot.edge(number), State.VERIFIED) for number in hop]
        hubs = frozenset(edge.target for edge, _ in rows if edge.target.startswith("hub:"))
        for edge, _ in fold(rows, hubs):
            state = self._works(edge, moment.estate)
            if state is State.VOID:
                return _Moment(moment.estate, State.VOID)
            moment = _Moment(self._after(edge, moment.estate), min(moment.state, state))
        return moment

    # ---- one step

    def _works(self, edge: Edge, estate: EstateState) -> State:
        source, target = _identity(edge.source), _identity(edge.target)
        if edge.kind is EdgeKind.CAN_ASSUME and estate.trusts_only.get(target, source) != source:
            return State.VOID
        if edge.kind is EdgeKind.CAN_CREATE_CREDENTIAL and not self._has_slot(edge, target, estate):
            return State.VOID
        if edge.kind is EdgeKind.CAN_JOIN_GROUP and not self._may_join(source, estate):
            return State.VOID
        if estate.of(source) == self._of(edge.source) and self._target_as_found(edge, target, estate):
            return State.VERIFIED
        call = difference(self._before(edge), self._of(edge.target)) if edge.target != target else {}
        found = self._rights.of_step(edge, estate, call)
        return State.UNVERIFIED if found is None else found

    def _target_as_found(self, edge: Edge, target: str, estate: EstateState) -> bool:
        """Return whether the thing acted on is in the state in which the step was found."""
        if edge.kind not in _ON_IDENTITY or target == _identity(edge.source):
            return True
        return estate.of(target) == self._before(edge)

    def _before(self, edge: Edge) -> Changes:
        """Return the state of the target that a step was found in."""
        if edge.kind is not EdgeKind.CAN_CHANGE_STATE:
            return {}
        target = _identity(edge.target)
        held = (value for clause in edge.conditions for atom in clause if atom.key == HOLDS for value in atom.values)
        own = [edge.source] if _identity(edge.source) == target else []
        return next((self._of(node) for node in (*held, *own) if _identity(node) == target), {})

    def _after(self, edge: Edge, estate: EstateState) -> EstateState:
        source, target = _identity(edge.source), _identity(edge.target)
        if edge.kind is EdgeKind.CAN_CHANGE_STATE and edge.target != target:
            return estate.changed(target, difference(self._before(edge), self._of(edge.target)))
        if edge.kind is EdgeKind.CAN_CHANGE_TRUST:
            return estate.trusting(target, source)
        if edge.technique in ("iam-002", "iam-003"):
            return estate.with_key(target)
        if edge.kind is EdgeKind.CAN_JOIN_GROUP:
            return estate.in_group(source, target)
        return estate

    def _has_slot(self, edge: Edge, user: str, estate: EstateState) -> bool:
        if edge.technique != "iam-002" or not estate.new_keys.get(user):
            return True
        held = sum(1 for row in self._snapshot.credentials_of(user) if row.kind == "access_key")
        return held + estate.new_keys[user] < KEY_SLOTS

    def _may_join(self, user: str, estate: EstateState) -> bool:
        joined = estate.new_groups.get(user, frozenset())
        collected = self._snapshot.node(self._snapshot.node_index(user)).attributes.get("groups", ())
        if len(collected) >= MAX_GROUPS:
            # The builder found a group that the user may leave first; a second such step is not known to work.
            return not joined
        return len(collected) + len(joined) < MAX_GROUPS

    def _of(self, node: str) -> Changes:
        if "?" not in node:
            return {}
        if node not in self._changes:
            found = self._snapshot.node(self._snapshot.node_index(node))
            is_state = found.kind is NodeKind.AWS_CHANGED_IDENTITY
            self._changes[node] = changes_of(found.attributes) if is_state else {}
        return self._changes[node]


def _identity(node: str) -> str:
    return node.partition("?")[0]
