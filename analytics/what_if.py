"""What would be different if changes were made: evaluated again in full, then compared.

Input: a snapshot that keeps its records, and changes. Output: ``WhatIf`` with ``Effects``: ways that end or appear,
other use that stops, and whose reach differs.
Handled: everything that a build handles; changes that take away a guard, which may open more than they close.
Not handled: what calls nobody models as an edge (``sqs:SendMessage`` …) stop to work with a statement that also allowed
them: its text is in the snapshot. Cost is that of a build, about 4 ms a principal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.compare import Comparison, compare
from analytics.policy import Policy
from analytics.reach_change import ReachChange, reach_changes
from analytics.subjects import question_time
from graph.arrays import Int8Array
from graph.attacker import baseline, edge_levels
from graph.changes import Change
from graph.changing import opens
from graph.kinds import EdgeKind, State
from graph.rebuild import rebuild
from graph.records import read_records
from graph.snapshot import Snapshot

__all__ = ["USES", "Effects", "Way", "WhatIf", "effects", "what_if"]

USES = frozenset(
    {
        EdgeKind.CAN_ACCESS,
        EdgeKind.CAN_ASSUME,
        EdgeKind.FEDERATES_INTO,
        EdgeKind.AUTHENTICATES_AS,
        EdgeKind.RUNS_AS,
        EdgeKind.MEMBER_OF,
    }
)
"""Kinds of edges that people and workloads use on purpose, beside those that only an attacker takes."""


@dataclass(frozen=True, slots=True)
class Way:
    """A direct gain, without regard to which grants or conditions give it."""

    source: str
    """Node id; of a class of callers where many have the same."""
    target: str
    kind: str
    technique: str
    """Technique id; ``""`` for structure and plain access."""
    state: State
    """The best one of it, under the baseline context."""
    use: bool
    """Of a kind that people and workloads use on purpose."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a second snapshot has otherwise than a first one."""

    lost: tuple[Way, ...]
    """Ways an attacker could take and can no longer, by ids."""
    gained: tuple[Way, ...]
    """Ways that appeared."""
    stopped: tuple[Way, ...]
    """Use that worked and no longer does: ``lost`` ones of kinds in ``USES``, and facts such as memberships."""
    reach: tuple[ReachChange, ...]
    """Identities and credentials whose full control, jewels or worst class differ."""
    counts: Mapping[str, Mapping[str, int]]
    """Rows removed, added and changed by table, as ``Comparison.counts``."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer to changes."""

    before: Snapshot
    after: Snapshot
    opens: tuple[str, ...]
    """A sentence for each change that takes away a guard."""
    effects: Effects


def what_if(
    snapshot: Snapshot,
    changes: Sequence[Change],
    workspace: Path,
    *,
    product_version: str | None = None,
    policy: Policy | None = None,
) -> WhatIf:
    """Return what would be different.

    Parameters
    ----------
    workspace
        For what is hypothetical; not the snapshot's own.
    product_version
        What evaluates. Where the snapshot names another one, it is evaluated again without changes as well, so that
        nothing counts as an effect of the changes that is one of the version.
    policy
        Tags and zones of jewels.

    Raises
    ------
    GraphError
        The snapshot keeps no records, or a change cannot be made.

    Notes
    -----
    One build, or two; then sweeps of both graphs.
    """
    told = opens(read_records(snapshot), snapshot, changes)
    after = rebuild(snapshot, changes, workspace, product_version=product_version)
    before = snapshot
    if product_version is not None and product_version != snapshot.manifest.product_version:
        before = rebuild(snapshot, [], workspace, product_version=product_version)
    return WhatIf(before, after, told, effects(before, after, policy=policy))


def effects(before: Snapshot, after: Snapshot, *, policy: Policy | None = None) -> Effects:
    """Return what a second snapshot has otherwise than a first one, in ways and in reach.

    Notes
    -----
    O(nodes + edges), and Python work only for what differs.
    """
    found = compare(before, after)
    levels = tuple(edge_levels(each, baseline(question_time(each))) for each in (before, after))
    ways = _Ways(found, (before, after), levels)
    lost, facts = ways.only_in(0)
    gained, _ = ways.only_in(1)
    return Effects(
        lost=lost,
        gained=gained,
        stopped=tuple(sorted((*(way for way in lost if way.use), *facts), key=_order)),
        reach=reach_changes(before, after, policy),
        counts=found.counts(),
    )


_Key = tuple[int, int, str, str, bool]
"""Common numbers of source and target, kind, technique, and whether an attacker's position improves."""


class _Ways:
    """Differing edges as ways: parallel edges of one kind and technique are one way."""

    def __init__(self, found: Comparison, sides: tuple[Snapshot, Snapshot], levels: tuple[Int8Array, ...]) -> None:
        numbering, edges = found.numbering, found.edges
        self._numbers = (numbering.before, numbering.after)
        self._sides, self._levels = sides, levels
        differing = (
            np.concatenate([edges.removed, edges.changed_before]),
            np.concatenate([edges.added, edges.changed_after]),
        )
        self._touched = [self._standing(place, numbers.tolist()) for place, numbers in enumerate(differing)]
        # A parallel edge that did not change keeps a way open: all edges between the ends in question count.
        sources = {key[0] for side in self._touched for key in side}
        targets = {key[1] for side in self._touched for key in side}
        self._whole = [self._standing(place, self._edges_between(place, sources, targets)) for place in range(2)]

    def only_in(self, side: int) -> tuple[tuple[Way, ...], tuple[Way, ...]]:
        """Return ways for an attacker, and facts of use, that only one side has; each by ids."""
        own, other = self._touched[side], self._whole[1 - side]
        ways = [self._way(side, key, number) for key, number in own.items() if key not in other]
        steps = [way for way, key in ways if key[4]]
        return (
            tuple(sorted(steps, key=_order)),
            tuple(sorted((way for way, key in ways if not key[4] and way.use), key=_order)),
        )

    def _way(self, side: int, key: _Key, number: int) -> tuple[Way, _Key]:
        snapshot, arrays = self._sides[side], self._sides[side].arrays
        kind = key[2]
        way = Way(
            source=snapshot.node_id(int(arrays.edge_source[number])),
            target=snapshot.node_id(int(arrays.indices[number])),
            kind=kind,
            technique=key[3],
            state=State(int(self._levels[side][number])),
            use=EdgeKind(kind) in USES,
        )
        return way, key

    def _standing(self, side: int, numbers: Sequence[int]) -> dict[_Key, int]:
        """Return ways among edges that are not void, with the surest edge of each."""
        snapshot, levels = self._sides[side], self._levels[side]
        arrays, names = snapshot.arrays, self._numbers[side]
        kinds, techniques = (snapshot.manifest.codes[name] for name in ("edge_kind", "edge_technique"))
        found: dict[_Key, int] = {}
        for number in numbers:
            traversable = bool(arrays.edge_flags[number] & 1)
            if traversable and levels[number] <= 0:
                continue
            key = (
                int(names[arrays.edge_source[number]]),
                int(names[arrays.indices[number]]),
                kinds[int(arrays.edge_kind[number])],
                techniques[int(arrays.edge_technique[number])],
                traversable,
            )
            if key not in found or levels[number] > levels[found[key]]:
                found[key] = number
        return found

    def _edges_between(self, side: int, sources: set[int], targets: set[int]) -> list[int]:
        """Return the edges from some nodes to some nodes, both given by their common numbers."""
        names, arrays = self._numbers[side], self._sides[side].arrays
        starts, ends = (np.isin(names, np.asarray(sorted(each), dtype=np.int64)) for each in (sources, targets))
        spans = [np.arange(arrays.indptr[node], arrays.indptr[node + 1]) for node in np.flatnonzero(starts).tolist()]
        edges = np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)
        found: list[int] = edges[ends[arrays.indices[edges]]].tolist()
        return found


def _order(way: Way) -> tuple[str, str, str, str]:
    return way.source, way.target, way.kind, way.technique
