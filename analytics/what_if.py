"""What would be different if changes were made: evaluated again in full, then compared.

Input: a snapshot that keeps its records, and changes. Output: ``WhatIf`` with ``Effects``: ways that end or appear,
other use that stops, and whose reach differs.
Handled: everything that a build handles; changes that take away a guard, which may open more than they close.
Not handled: what calls nobody models as an edge (``sqs:SendMessage`` …) stop to work with a statement that also allowed
them: its text is in the snapshot. Cost is that of a build, about 4 ms a principal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.compare import compare
from analytics.comparing.ways import OneSided, WaysOfTwo
from analytics.policy import Policy
from analytics.reach_change import ReachChange, reach_changes
from analytics.subjects import question_time
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
    """Node id; callers of a class are told one by one."""
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
    ways_complete: bool
    """False: more ways differ than were looked at, so that ``lost``, ``gained`` and ``stopped`` are cut."""
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
    edges = found.edges
    ways = WaysOfTwo(
        (before, after),
        (edge_levels(before, baseline(question_time(before))), edge_levels(after, baseline(question_time(after)))),
        found.numbering,
        (
            np.concatenate([edges.removed, edges.changed_before]).tolist(),
            np.concatenate([edges.added, edges.changed_after]).tolist(),
        ),
    )
    gone, new = (ways.only_in(place) for place in range(2))
    return Effects(
        lost=_told(row for row in gone if row.traversable),
        gained=_told(row for row in new if row.traversable),
        stopped=_told(row for row in gone if EdgeKind(row.kind) in USES),
        ways_complete=ways.complete,
        reach=reach_changes(before, after, policy),
        counts=found.counts(),
    )


def _told(rows: Iterable[OneSided]) -> tuple[Way, ...]:
    ways = (Way(row.source, row.target, row.kind, row.technique, row.state, EdgeKind(row.kind) in USES) for row in rows)
    return tuple(sorted(ways, key=_order))


def _order(way: Way) -> tuple[str, str, str, str]:
    return way.source, way.target, way.kind, way.technique
