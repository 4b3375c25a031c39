"""Replay the witnesses that change a state, and look for others where one does not work in order.

Input: what a set search reached. Output: the result with witnesses that survive their replay, states lowered where none
does.
Handled: every reached target whose witness passes a change of state; the next few shortest witnesses.
Not handled: every order of the steps of several identities; what is needed is held early or late.
Bounded: ``ALTERNATIVES`` witnesses a target and state, ``LOOKS`` targets looked at again, a few ways to what a witness
needs; what the bounds cut is unverified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analytics.holder import Found
from analytics.sequences.held_sets import SetReach
from analytics.sequences.replay import Replay
from analytics.subjects import Subject
from analytics.witness import Contradictions, takes
from graph.arrays import BoolArray
from graph.engine import k_shortest_paths
from graph.kinds import EdgeKind, State
from graph.snapshot import Snapshot

__all__ = ["Sequences", "settle_sequences"]

ALTERNATIVES = 8
LOOKS = 64


@dataclass(frozen=True, slots=True)
class Sequences:
    """Tells of witnesses whether they work step by step, and in which order."""

    snapshot: Snapshot
    sets: SetReach
    starts: tuple[int, ...]
    replay: Replay
    _told: dict[tuple[int, ...], tuple[State, tuple[int, ...]]] = field(default_factory=dict)

    @staticmethod
    def of(snapshot: Snapshot, subject: Subject, sets: SetReach) -> Sequences:
        """Return the sequences of one question."""
        held = {snapshot.node_id(node) for node in sets.levels.held}
        return Sequences(snapshot, sets, subject.starts, Replay(snapshot, subject, held))

    def in_order(self, path: Sequence[int]) -> tuple[int, ...]:
        """Return the edges of a witness in an order that works, if one was found; with what must be held before."""
        return self._settled(path)[1]

    def outcome(self, path: Sequence[int]) -> State:
        """Return the best state that a witness can have once it is replayed."""
        return self._settled(path)[0]

    def _settled(self, path: Sequence[int]) -> tuple[State, tuple[int, ...]]:
        key = tuple(int(edge) for edge in path)
        if key not in self._told:
            self._told[key] = self._settle(key)
        return self._told[key]

    def _settle(self, path: tuple[int, ...]) -> tuple[State, tuple[int, ...]]:
        arrays = self.snapshot.arrays
        code = self.snapshot.edge_kind_code(EdgeKind.CAN_CHANGE_STATE)
        first = self.sets.in_order(arrays, path)
        if not any(arrays.edge_kind[edge] == code for edge in first):
            return State.VERIFIED, first
        best = self.replay.outcome(first)
        if best is State.VERIFIED or not self.sets.has_needs(path):
            return best, first
        choices, cut = self.sets.choices(arrays, path, self.starts)
        order = first
        for choice in choices:
            other = self.sets.in_order(arrays, path, choice)
            state = self.replay.outcome(other)
            if state > best:
                best, order = state, other
        return (State.UNVERIFIED if best is State.VOID and cut else best), order


def settle_sequences(sequences: Sequences, starts: Sequence[int], found: Found, check: Contradictions) -> Found:
    """Return the result with a witness that survives its replay for every target, or the state that is left.

    Parameters
    ----------
    found
        Settled as to contradictory conditions already.
    check
        What settled it.
    """
    arrays = sequences.snapshot.arrays
    changing = _passes_change(sequences.snapshot, found)
    numbers = np.flatnonzero(changing & (found.best > 0) & ~np.asarray(arrays.hub))
    if not numbers.size:
        return found
    best, hops = found.best.copy(), found.hops.copy()
    replaced = dict(found.replaced)
    looks = 0
    for number in numbers.tolist():
        level = int(found.best[number])
        outcome = int(sequences.outcome(found.path_to(arrays, number)))
        if outcome >= level:
            continue
        looks += 1
        path = found.path_to(arrays, number)
        state, other, length = (
            _another(sequences, starts, number, level, max(outcome, 0), check)
            if looks <= LOOKS
            else (int(State.UNVERIFIED), path, int(found.hops[number]))
        )
        best[number], hops[number] = state, length if state else -1
        if state and other:
            replaced[number] = other
        elif state:
            replaced[number] = path
            hops[number] = found.hops[number]
    return replace(found, best=best, hops=hops, replaced=replaced)


def _another(
    sequences: Sequences, starts: Sequence[int], target: int, level: int, floor: int, check: Contradictions
) -> tuple[int, tuple[int, ...], int]:
    """Return the best state of the next witnesses, that witness, and its hops; the first one's where it is as good."""
    arrays = sequences.snapshot.arrays
    cut = False
    for state in range(level, floor, -1):
        others = k_shortest_paths(
            arrays,
            list(starts),
            [target],
            sequences.sets.levels.own,
            ALTERNATIVES,
            least=state,
            extra=sequences.sets.extra,
        )
        for path in others.paths:
            edges = check.consistent(path.edges)
            if edges is not None and int(sequences.outcome(edges)) >= state:
                return state, edges, path.hops
        cut = cut or bool(others.cut_by)
    if floor:
        return floor, (), -1
    return (int(State.UNVERIFIED) if cut else int(State.VOID)), (), -1


def _passes_change(snapshot: Snapshot, found: Found) -> BoolArray:
    """Return by node whether its witness passes a change of state or needs further identities."""
    arrays = snapshot.arrays
    code = snapshot.edge_kind_code(EdgeKind.CAN_CHANGE_STATE)
    passes = np.zeros(arrays.node_count, dtype=np.bool_)
    if code < 0:
        return passes
    changes = np.asarray(arrays.edge_kind == code)
    for level, tree in found.base.by_level.items():
        here = found.best == level
        passes[here] = takes(arrays, tree, changes)[here]
    for number in {*found.replaced, *_onward(found)}:
        if found.best[number] > 0:
            passes[number] = any(changes[edge] for edge in found.path_to(arrays, number))
    return passes


def _onward(found: Found) -> list[int]:
    """Return nodes that are reached better by identities that the holder became than by itself."""
    return np.flatnonzero(found.best != found.base.best).tolist() if found.after else []
