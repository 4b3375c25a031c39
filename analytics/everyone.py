"""What every identity and credential reaches, exactly, in a few sweeps instead of one search each.

Input: a snapshot and its jewels. Output: ``Everyone``: per subject counts by kind and state, the worst class, jewels,
full control, and the nearest of both.
Handled: the baseline context; static edges and changes that one identity makes of itself, as ``all_blast_radii`` does;
what keys, and passwords without a device, cannot present; what a new key cannot pass (``analytics.holder_graph``).
Subjects that could meet conditions which exclude each other are searched one by one, up to ``LOOKS_ALONE``
(fewer in very large graphs); the rows of further ones are upper bounds and say ``exact`` false.
Not handled: sequences of changes by several identities, which only a question about one subject replays; so a row may
say less than ``nhi blast-radius WHO``. It may say more where ways come back: an identity that was come to by a key, and
from there in another way as well, is held in that other way too, which a search along simple paths does not see.

``worst``: the worst class among the edges that a subject can take and the things that they lead to; what it may do
itself (the node's own impact) counts only where a way leads back to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics.holder import HeldLevels, held_levels, held_nodes, search
from analytics.holder_graph import HolderGraph, holder_graph
from analytics.jewels import Jewel, jewels
from analytics.nearest import Nearest
from analytics.reach import identities
from analytics.subjects import Subject, holder_context, question_time
from analytics.witness import Contradictions
from graph.arrays import CATEGORY_CODES, BoolArray, Int8Array, Int32Array
from graph.attacker import baseline, edge_levels
from graph.engine import Speed, nearest_target, reach, reach_counts, reach_counts_by, worst_value
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["LEVELS", "LOOKS_ALONE", "Everyone", "Sweep", "everyone", "witness_to_jewel"]

LEVELS = (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED)
"""Order of the state columns of ``Everyone``."""
LOOKS_ALONE = 256
"""Subjects that are searched one by one because conditions on their ways may exclude each other."""
LOOKED_EDGES = 200_000_000
"""So many edges at most are looked at by these searches together; at least ``LEAST_LOOKS`` are made."""
LEAST_LOOKS = 8
_UNCOUNTED = (Category.HUB, Category.PRIVILEGE, Category.IDENTITY_STATE)
_NONE = -1


@dataclass(frozen=True, slots=True)
class Everyone:
    """One row for each subject; state columns as in ``LEVELS``, each thing counted once at its best state."""

    subjects: Int32Array
    """Node numbers of identities and credentials, ascending."""
    kinds: tuple[str, ...]
    """Node kinds that can be counted."""
    by_kind: NDArray[np.int32]
    """subjects × states × kinds."""
    worst: NDArray[np.int8]
    """subjects × states: worst class (0 none, 1 to 11) of what is reached at this state or a surer one."""
    jewels: NDArray[np.int32]
    """subjects × states."""
    control: NDArray[np.int32]
    """subjects × states: scopes under full control."""
    nearest_jewel: Nearest
    nearest_scope: Nearest
    exact: BoolArray
    """False: conditions that exclude each other may lie on the ways, and the row is an upper bound."""

    def reached(self) -> NDArray[np.int32]:
        """Return subjects × states: how many things, whatever their kind."""
        return np.asarray(self.by_kind.sum(axis=2, dtype=np.int32))

    def worst_with_state(self) -> tuple[Int8Array, Int8Array]:
        """Return each subject's worst class at any state, and the surest state at which it is gained; 0 for none."""
        worst = self.worst[:, -1]
        state = np.zeros(worst.size, dtype=np.int8)
        for place in reversed(range(len(LEVELS))):
            state[(worst > 0) & (self.worst[:, place] == worst)] = LEVELS[place]
        return worst, state

    def row(self, node: int) -> int:
        """Return the row of a node number, -1 when it is none of the subjects."""
        place = int(np.searchsorted(self.subjects, node))
        return place if place < self.subjects.size and int(self.subjects[place]) == node else _NONE


def everyone(
    snapshot: Snapshot, treasure: Sequence[Jewel] | None = None, *, speed: Speed = "auto", threads: int = 2
) -> Everyone:
    """Return what every identity and credential reaches under the baseline context.

    Parameters
    ----------
    treasure
        Default: the jewels without zones.
    speed, threads
        As in ``graph.engine.reach_counts``.

    Notes
    -----
    A few sweeps a state, whatever the number of subjects.
    """
    return Sweep(snapshot, jewels(snapshot) if treasure is None else treasure, speed, threads).answer()


def witness_to_jewel(snapshot: Snapshot, answer: Everyone, row: int) -> tuple[int, ...]:
    """Return the edges of a shortest way of a row to its nearest jewel, as surely as it says; ``()`` for none."""
    if answer.nearest_jewel.node[row] < 0:
        return ()
    sweep = Sweep(snapshot, (), "auto", 1)
    graph = sweep.graph
    start = int(graph.starts[answer.row(int(answer.subjects[row]))])
    ends = graph.standing(answer.nearest_jewel.node[row : row + 1])
    alive = np.asarray((graph.level >= answer.nearest_jewel.state[row]) & (graph.origin >= 0))
    found = reach(graph.arrays, [start], alive, targets=ends)
    nearest = min((int(found.hops[end]), int(end)) for end in ends if found.hops[end] > 0)[1]
    return tuple(int(graph.origin[edge]) for edge in found.path_to(graph.arrays, nearest))


class Sweep:
    """The sweeps over one snapshot."""

    def __init__(self, snapshot: Snapshot, treasure: Sequence[Jewel], speed: Speed = "auto", threads: int = 2) -> None:
        self.snapshot = snapshot
        self.arrays = snapshot.arrays
        self.speed: Speed = speed
        self.threads = threads
        credentials = self.arrays.node_category == CATEGORY_CODES.index(Category.CREDENTIAL)
        self.subjects = np.union1d(identities(snapshot), np.flatnonzero(credentials)).astype(np.int32)
        self.treasure = np.asarray(sorted(jewel.node for jewel in treasure), dtype=np.int32)
        self.scopes = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN)
        self.base = edge_levels(snapshot, baseline(question_time(snapshot)))
        self.check = Contradictions(snapshot, self.base)
        self.graph: HolderGraph = holder_graph(snapshot, self.subjects, self.check, self.base)
        shown = ~np.isin(self.arrays.node_category, [CATEGORY_CODES.index(item) for item in _UNCOUNTED])
        self.shown: BoolArray = np.asarray(shown)
        codes = np.unique(self.arrays.node_kind[shown])
        self.codes: NDArray[np.integer] = codes
        self.kinds = tuple(snapshot.manifest.codes["node_kind"][int(code)] for code in codes)
        self.group, self.groups = self._grouped()
        self.alone: dict[int, Int8Array] = {}
        """By row that was searched alone: the state of each jewel, in the order of ``treasure``."""

    def _grouped(self) -> tuple[NDArray[np.int32], list[tuple[int, bool]]]:
        """Return each node's group (-1: not counted), and of each group its place in ``kinds`` and whether of jewels.

        A group holds one kind, jewels apart; place -1 is full control, which counts as no kind.
        """
        counted = self.shown.copy()
        counted[self.scopes] = True
        place = np.full(self.arrays.node_count, -1, dtype=np.int64)
        place[self.shown] = np.searchsorted(self.codes, self.arrays.node_kind[self.shown])
        precious = np.zeros(self.arrays.node_count, dtype=np.int64)
        precious[self.treasure] = 1
        number = np.where(counted, (place + 1) * 2 + precious, -1)
        found, group = np.unique(number[counted], return_inverse=True)
        result = np.full(self.arrays.node_count, -1, dtype=np.int32)
        result[counted] = group
        return result, [(code // 2 - 1, code % 2 == 1) for code in found.tolist()]

    def answer(self) -> Everyone:
        """Return the table of all subjects."""
        count = self.subjects.size
        by_kind = np.zeros((count, len(LEVELS), self.codes.size), dtype=np.int32)
        worst = np.zeros((count, len(LEVELS)), dtype=np.int8)
        treasure = np.zeros((count, len(LEVELS)), dtype=np.int32)
        control = np.zeros((count, len(LEVELS)), dtype=np.int32)
        for place, level in enumerate(LEVELS):
            if place and not (self.graph.level == level).any():
                for table in (by_kind, worst, treasure, control):
                    table[:, place] = table[:, place - 1]
                continue
            alive = np.asarray(self.graph.level >= level)
            found = self._count(alive)
            for column, (number, precious) in enumerate(self.groups):
                if number >= 0:
                    by_kind[:, place, number] += found[:, column]
                else:
                    control[:, place] += found[:, column]
                if precious:
                    treasure[:, place] += found[:, column]
            worst[:, place] = self._worst(alive)
        for table in (by_kind, treasure, control):
            table[:, 1:] -= table[:, :-1].copy()
        answer = Everyone(
            subjects=self.subjects,
            kinds=self.kinds,
            by_kind=by_kind,
            worst=worst,
            jewels=treasure,
            control=control,
            nearest_jewel=self._nearest_jewel(),
            nearest_scope=self._nearest_scope(),
            exact=np.ones(count, dtype=np.bool_),
        )
        return self._settled(answer)

    def _count(self, alive: BoolArray) -> NDArray[np.int32]:
        """Count the nodes of every group for each subject, itself never."""
        graph = self.graph
        behind = np.where(graph.node >= 0, graph.node, 0)
        group = np.where(graph.counts & (graph.node >= 0), self.group[behind], -1)
        found = reach_counts_by(
            graph.arrays, graph.starts, alive, group, len(self.groups), speed=self.speed, threads=self.threads
        ).astype(np.int32)
        if graph.tokens:  # a copied subject always reaches the token that stands for itself
            twins = np.flatnonzero(np.isin(self.subjects, np.fromiter(graph.tokens, dtype=np.int64)))
            own = self.group[self.subjects[twins]]
            found[twins[own >= 0], own[own >= 0]] -= 1
        return found

    def _worst(self, alive: BoolArray) -> Int8Array:
        graph = self.graph
        arrays = graph.arrays
        gained = _worse(arrays.edge_impact, arrays.node_impact[arrays.indices])
        nothing = np.zeros(arrays.node_count, dtype=np.int8)
        return np.asarray(worst_value(arrays, alive, nothing, gained, speed=self.speed)[graph.starts])

    def _nearest_jewel(self) -> Nearest:
        """Return the nearest jewel; a subject that is one itself looks at the others."""
        own = np.flatnonzero(np.isin(self.subjects, self.treasure))
        found = self._nearest(self.treasure)
        if not own.size:
            return found
        rank = np.arange(own.size)
        merged = Nearest.none(own.size)
        # Two jewels differ in some bit of their rank: of that bit's half, each one's other half holds the other.
        for bit in range(max(1, (own.size - 1).bit_length())):
            for value in (0, 1):
                mine = (rank >> bit) & 1 == value
                left_out = self.subjects[own[mine]]
                others = self._nearest(self.treasure[~np.isin(self.treasure, left_out)])
                merged = merged.better(mine, others.rows(own))
        return found.put(own, merged)

    def _nearest(self, targets: Int32Array) -> Nearest:
        graph = self.graph
        result = Nearest.none(self.subjects.size)
        ends = graph.standing(targets)
        if not ends.size:
            return result
        for level in LEVELS:
            ways = nearest_target(graph.arrays, ends, np.asarray((graph.level >= level) & (graph.origin >= 0)))
            fresh = (result.node < 0) & (ways.hops[graph.starts] >= 0)
            starts = graph.starts[fresh]
            result.node[fresh] = graph.node[ways.target[starts]]
            result.hops[fresh] = ways.hops[starts]
            result.state[fresh] = level
        return result

    def _nearest_scope(self) -> Nearest:
        """Return the nearest full control: being administrator is no hop, so whoever is one is a target as well."""
        graph = self.graph
        arrays = graph.arrays
        result = Nearest.none(self.subjects.size)
        code = self.snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
        direct = np.flatnonzero((arrays.edge_kind == code) & (graph.origin >= 0))
        scopes = graph.standing(self.scopes)
        for level in LEVELS:
            alive = np.asarray((graph.level >= level) & (graph.origin >= 0))
            sure = direct[alive[direct]][::-1]
            become = np.arange(arrays.node_count)
            become[arrays.edge_source[sure]] = arrays.indices[sure]
            ends = np.union1d(scopes, arrays.edge_source[sure])
            if not ends.size:
                continue
            ways = nearest_target(arrays, ends, alive)
            fresh = (result.node < 0) & (ways.hops[graph.starts] >= 0)
            starts = graph.starts[fresh]
            result.node[fresh] = graph.node[become[ways.target[starts]]]
            result.hops[fresh] = ways.hops[starts]
            result.state[fresh] = level
        return result

    def _settled(self, answer: Everyone) -> Everyone:
        """Search again, alone, the subjects whose ways could contradict themselves."""
        marks = self.graph.marks
        if not marks.any():
            return answer
        alive = np.asarray(self.graph.level > 0)
        met = reach_counts(self.graph.arrays, self.graph.starts, alive, marks, speed=self.speed)
        doubtful = np.flatnonzero(met > 1)
        most = min(LOOKS_ALONE, max(LEAST_LOOKS, LOOKED_EDGES // max(1, self.arrays.edge_count)))
        for row in doubtful[:most].tolist():
            self._alone(answer, row)
        exact = answer.exact.copy()
        exact[doubtful[most:]] = False
        return replace(answer, exact=exact)

    def _alone(self, answer: Everyone, row: int) -> None:
        arrays = self.arrays
        number = int(self.subjects[row])
        node = self.snapshot.node(number)
        time = baseline(question_time(self.snapshot))
        attacker = holder_context(node, time) if node.category is Category.CREDENTIAL else time
        subject = Subject(node.id, node.kind.value, node.name, (number,), attacker, node)
        if attacker == time:
            own = self.check.new_keys.living(arrays, self.base, held_nodes(self.snapshot, subject))
            levels, check = HeldLevels(own, own, subject.starts), self.check
        else:
            levels = held_levels(self.snapshot, subject)
            check = Contradictions(self.snapshot, levels.own)
        found = check.settle(subject.starts, search(self.snapshot, subject, levels))
        best = found.best.copy()
        best[number] = 0
        self.alone[row] = best[self.treasure]
        for place, level in enumerate(LEVELS):
            here = best == level
            kinds = np.bincount(arrays.node_kind[here & self.shown], minlength=int(self.codes.max()) + 1)
            answer.by_kind[row, place] = kinds[self.codes]
            answer.jewels[row, place] = int(here[self.treasure].sum())
            answer.control[row, place] = int(here[self.scopes].sum())
            answer.worst[row, place] = self._worst_alone(number, best >= level, levels.own >= level)
        for nearest, targets in ((answer.nearest_jewel, self.treasure), (answer.nearest_scope, self.scopes)):
            ends = targets[best[targets] > 0]
            order = np.lexsort((ends, found.hops[ends], -best[ends].astype(np.int64)))
            end = int(ends[order[0]]) if ends.size else _NONE
            nearest.node[row], nearest.state[row] = end, best[end] if ends.size else 0
            nearest.hops[row] = self._told_hops(found.path_to(arrays, end), found.hops[end]) if ends.size else _NONE

    def _told_hops(self, path: Sequence[int], hops: int) -> int:
        """Return hops without a last step that only says "is administrator"."""
        code = self.snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
        return int(hops) - (1 if path and int(self.arrays.edge_kind[path[-1]]) == code else 0)

    def _worst_alone(self, number: int, reached: BoolArray, alive: BoolArray) -> int:
        arrays = self.arrays
        held = reached.copy()
        held[number] = True
        taken = alive & held[arrays.edge_source] & held[arrays.indices]
        values = _worse(arrays.edge_impact, arrays.node_impact[arrays.indices])[taken]
        values = values[values > 0]
        return int(values.min()) if values.size else 0


def _worse(first: Int8Array, second: Int8Array) -> Int8Array:
    """Return the lower of two classes, where 0 is none."""
    return np.where((first > 0) & ((second == 0) | (first < second)), first, second).astype(np.int8)
