"""What the difference of two snapshots means: who gained or lost full control and jewels, and whose worst is another.

Input: two snapshots, and a policy for tags and zones of jewels. Output: ``ReachChange`` rows.
Handled: identities and credentials of either snapshot, jewels of either, each at its best state; one that is new gains
what it reaches, one that is gone loses it.
Not handled: sequences of changes by several identities, which only a question about one subject replays; things that
are no jewels (``analytics.compare`` has the edges).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.comparing.merged import Merged, merge_sorted, node_ids
from analytics.comparing.reached import ReachedSets
from analytics.everyone import LOOKS_ALONE, Everyone, everyone
from analytics.jewels import Jewel, jewels
from analytics.policy import Policy
from graph.arrays import IMPACT_CODES, Int8Array, Int64Array
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["NAMED", "Change", "ReachChange", "reach_changes"]

NAMED = 50
"""Jewels that one row names; counts stay exact."""
_AT_ONCE = 16_000_000
"""Pairs of subject and jewel that one sweep looks at: memory is 8 bytes each, on either side."""


@dataclass(frozen=True, slots=True)
class Change:
    """A jewel that one subject reaches otherwise than before."""

    id: str
    kind: str
    name: str
    before: State
    """``VOID``: not reached."""
    after: State


@dataclass(slots=True)
class ReachChange:
    """How the reach of one identity or credential differs."""

    id: str
    kind: str
    name: str
    control: tuple[int, int] = (0, 0)
    """Scopes under its full control, before and after, at any state."""
    jewels: tuple[int, int] = (0, 0)
    """Jewels that it reaches, full control included, before and after."""
    worst: tuple[str, str] = ("", "")
    """Worst class that it reaches, ``H1`` to ``H11`` or ``""``."""
    lost: int = 0
    """Jewels that it reached and reaches no longer; exact."""
    gained: int = 0
    weaker: int = 0
    """Jewels that it reaches less surely than before."""
    surer: int = 0
    changes: list[Change] = field(default_factory=list)
    """The first ``NAMED`` of these, full control first."""
    exact: bool = True
    """False: conditions that exclude each other may lie on the ways, and the row is an upper bound on either side."""

    @property
    def less(self) -> bool:
        """Whether it lost anything, or holds it less surely."""
        return bool(self.lost or self.weaker or self.control[1] < self.control[0])

    @property
    def more(self) -> bool:
        """Whether it gained anything, or holds it more surely."""
        return bool(self.gained or self.surer or self.control[1] > self.control[0])


def reach_changes(before: Snapshot, after: Snapshot, policy: Policy | None = None) -> tuple[ReachChange, ...]:
    """Return the identities and credentials whose reach of jewels, or worst class, differs.

    Parameters
    ----------
    policy
        Tags and zones of jewels; default: the product's.

    Returns
    -------
    tuple of ReachChange
        Those that gained full control first, then those that lost it, then by how many jewels differ, then by id.

    Notes
    -----
    A few sweeps of each snapshot, and one a state for so many jewels as memory allows together.
    """
    chosen = policy or Policy()
    nodes = merge_sorted(node_ids(before), node_ids(after))
    sides = tuple(_Side(each, chosen) for each in (before, after))
    numbers = (nodes.before, nodes.after)
    subjects = _Together(nodes, *(number[side.sets.subjects] for number, side in zip(numbers, sides, strict=True)))
    rows = _Rows(sides, subjects)
    rows.everyone()
    treasure = [dict(zip(number[side.nodes].tolist(), side.nodes.tolist(), strict=True))
                for number, side in zip(numbers, sides, strict=True)]  # fmt: skip
    both = sorted({*treasure[0], *treasure[1]}, key=lambda each: (not _control(each, treasure, sides), each))
    step = max(1, _AT_ONCE // max(1, subjects.count))
    for place in range(0, len(both), step):
        rows.jewels([(treasure[0].get(each, -1), treasure[1].get(each, -1)) for each in both[place : place + step]])
    return rows.finish()


class _Side:
    """One snapshot with its answers."""

    def __init__(self, snapshot: Snapshot, policy: Policy) -> None:
        self.snapshot = snapshot
        self.treasure: tuple[Jewel, ...] = jewels(snapshot, policy.zones, tags=policy.jewel_tags)
        self.nodes: Int64Array = np.asarray(sorted(jewel.node for jewel in self.treasure), dtype=np.int64)
        self.names = {jewel.node: jewel.name for jewel in self.treasure}
        self.sets = ReachedSets(snapshot)
        self.everyone: Everyone = everyone(snapshot, self.treasure)
        self.doubtful = self.sets.doubtful()
        self.alone: dict[int, Int8Array] = {}

    def states(self, nodes: Sequence[int]) -> Int8Array:
        """Return subjects × nodes; a node of -1 is reached by nobody. Doubtful subjects as far as searched alone."""
        there = [place for place, node in enumerate(nodes) if node >= 0]
        found = np.zeros((self.sets.subjects.size, len(nodes)), dtype=np.int8)
        if there:
            wanted = [nodes[place] for place in there]
            found[:, there] = self.sets.states(wanted)
            for row in np.flatnonzero(self.doubtful)[:LOOKS_ALONE].tolist():
                if row not in self.alone:
                    self.alone[row] = self.sets.alone(row)
                found[row, there] = self.alone[row][wanted]
        return found

    def label(self, node: int) -> tuple[str, str, str]:
        """Return id, kind and name of a node."""
        found = self.snapshot.node(node)
        return found.id, found.kind.value, self.names.get(node, found.name)


class _Together:
    """Subjects of both sides in one list."""

    def __init__(self, nodes: Merged, before: Int64Array, after: Int64Array) -> None:
        self.numbers = np.union1d(before, after)
        self.count = int(self.numbers.size)
        self.rows = tuple(np.searchsorted(self.numbers, each) for each in (before, after))
        """By side, the row of each of its subjects."""


class _Rows:
    """Differences by subject, while they are found."""

    def __init__(self, sides: tuple[_Side, ...], subjects: _Together) -> None:
        self._sides = sides
        self._subjects = subjects
        self._found: dict[int, ReachChange] = {}

    def everyone(self) -> None:
        """Add rows for subjects whose worst class, or count of jewels or scopes, differs."""
        columns = [self._spread(side, place) for place, side in enumerate(self._sides)]
        differs = np.zeros(self._subjects.count, dtype=np.bool_)
        for before, after in zip(*columns, strict=True):
            differs |= before != after
        for row in np.flatnonzero(differs).tolist():
            self._row(row)

    def _spread(self, side: _Side, place: int) -> list[Int64Array]:
        answer = side.everyone
        values = (answer.worst[:, -1], answer.control.sum(axis=1), answer.jewels.sum(axis=1))
        spread = []
        for value in values:
            column = np.zeros(self._subjects.count, dtype=np.int64)
            column[self._subjects.rows[place]] = value
            spread.append(column)
        return spread

    def jewels(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Add what differs of some jewels, given by their numbers on each side (-1: none there)."""
        states = []
        for place, side in enumerate(self._sides):
            table = np.zeros((self._subjects.count, len(pairs)), dtype=np.int8)
            table[self._subjects.rows[place]] = side.states([pair[place] for pair in pairs])
            states.append(table)
        for row, column in np.argwhere(states[0] != states[1]).tolist():
            found = self._row(row)
            before, after = State(int(states[0][row, column])), State(int(states[1][row, column]))
            found.lost += after is State.VOID
            found.gained += before is State.VOID
            found.weaker += State.VOID < after < before
            found.surer += State.VOID < before < after
            if len(found.changes) < NAMED:
                place = 1 if pairs[column][1] >= 0 else 0
                found.changes.append(Change(*self._sides[place].label(pairs[column][place]), before, after))

    def finish(self) -> tuple[ReachChange, ...]:
        """Return the rows in order."""
        return tuple(
            sorted(
                self._found.values(),
                key=lambda row: (
                    row.control[1] <= row.control[0],
                    row.control[1] >= row.control[0],
                    -(row.lost + row.gained + row.weaker + row.surer),
                    row.id,
                ),
            )
        )

    def _row(self, row: int) -> ReachChange:
        if row not in self._found:
            places = [int(np.searchsorted(rows, row)) for rows in self._subjects.rows]
            there = [
                place if place < rows.size and int(rows[place]) == row else -1
                for place, rows in zip(places, self._subjects.rows, strict=True)
            ]
            side = 1 if there[1] >= 0 else 0
            found = ReachChange(*self._sides[side].label(int(self._sides[side].sets.subjects[there[side]])))
            counts = [_counts(side, place) for side, place in zip(self._sides, there, strict=True)]
            found.control, found.jewels, found.worst = ((counts[0][each], counts[1][each]) for each in range(3))  # type: ignore[assignment]  # two of each kind
            found.exact = all(
                place < 0 or bool(side.everyone.exact[place]) for side, place in zip(self._sides, there, strict=True)
            )
            self._found[row] = found
        return self._found[row]


def _counts(side: _Side, place: int) -> tuple[int, int, str]:
    if place < 0:
        return 0, 0, ""
    answer = side.everyone
    worst = IMPACT_CODES[int(answer.worst[place, -1])]
    return int(answer.control[place].sum()), int(answer.jewels[place].sum()), worst


def _control(number: int, treasure: Sequence[dict[int, int]], sides: Sequence[_Side]) -> bool:
    """Tell whether a jewel is full control of a scope."""
    for nodes, side in zip(treasure, sides, strict=True):
        if number in nodes:
            code = int(side.snapshot.arrays.node_kind[nodes[number]])
            return side.snapshot.manifest.codes["node_kind"][code] == NodeKind.SCOPE_ADMIN.value
    return False
