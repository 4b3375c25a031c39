"""What else a cut stops: what each holder of a removed grant could do in one step before and cannot any more.

Input: the snapshot, the one without the grants, the grants, the edges that were on a way. Output: ``Stopped`` rows.
Handled: classes (one step through them), other grants that still allow the same, holders that are groups or workloads.
Not handled: what follows from it further on; ``nhi diff`` compares reach. At most ``_MOST`` holders are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.cuts.network import GrantSets, WayEdges
from analytics.subjects import question_time
from graph.arrays import CATEGORY_CODES, BoolArray, Int32Array
from graph.attacker import baseline, edge_levels
from graph.engine import reach
from graph.errors import NodeNotFoundError
from graph.kinds import Category, State
from graph.snapshot import Snapshot

__all__ = ["Stopped", "also_stopped"]

_MOST = 1_000
_HIDDEN = (Category.HUB, Category.IDENTITY_STATE)
_HOLDERS = (
    Category.IDENTITY,
    Category.HUMAN,
    Category.GROUP,
    Category.CREDENTIAL,
    Category.WORKLOAD,
    Category.FEDERATION,
)


@dataclass(frozen=True, slots=True)
class Stopped:
    """What one holder loses."""

    id: str
    kind: str
    loses: tuple[str, ...]
    """Ids of what it gained in one step and does not any more."""
    off_ways: int
    """How many of them lay on no way that the cut was asked to close."""


def also_stopped(
    before: Snapshot, after: Snapshot, grants: Sequence[int], sets: GrantSets, ways: WayEdges
) -> tuple[tuple[Stopped, ...], bool]:
    """Return what holders lose, those that lose most off the ways first, and whether all holders were compared.

    Parameters
    ----------
    grants
        Numbers in ``before`` of the removed grants.
    ways
        Edges on a way, by their numbers in ``before``.
    """
    arrays = before.arrays
    alive, alive_after = (_in_force(snapshot) for snapshot in (before, after))
    holders = _holders(before, grants, sets, alive)
    on_way = _pairs(before, ways)
    rows = []
    for holder in holders[:_MOST].tolist():
        gone = sorted(_direct(before, holder, alive) - _after(before, after, holder, alive_after))
        if gone:
            off = sum(not _lay_on_way(before, on_way, holder, number) for number in gone)
            kind = before.manifest.codes["node_kind"][int(arrays.node_kind[holder])]
            ids = tuple(before.node_id(number) for number in gone)
            rows.append(Stopped(before.node_id(holder), kind, ids, off))
    rows.sort(key=lambda row: (-row.off_ways, -len(row.loses), row.id))
    return tuple(rows), holders.size <= _MOST


def _in_force(snapshot: Snapshot) -> BoolArray:
    levels = edge_levels(snapshot, baseline(question_time(snapshot)))
    return np.asarray(levels >= State.CONDITIONAL)


def _holders(before: Snapshot, grants: Sequence[int], sets: GrantSets, alive: BoolArray) -> Int32Array:
    """Return who takes an edge that a removed grant stands behind, through a class too; ascending."""
    arrays = before.arrays
    carrying = np.zeros(sets.count, dtype=np.bool_)
    for grant in grants:
        carrying[sets.holding(grant)] = True
    touched = np.zeros(arrays.node_count, dtype=np.bool_)
    touched[arrays.edge_source[alive & carrying[arrays.edge_grant_set]]] = True
    into_class = alive & touched[arrays.indices] & arrays.hub[arrays.indices]
    touched[arrays.edge_source[np.asarray(into_class)]] = True
    kinds = np.isin(arrays.node_category, [CATEGORY_CODES.index(item) for item in _HOLDERS])
    return np.flatnonzero(touched & kinds).astype(np.int32)


def _direct(snapshot: Snapshot, holder: int, alive: BoolArray) -> set[int]:
    arrays = snapshot.arrays
    hidden = [CATEGORY_CODES.index(item) for item in _HIDDEN]
    found = np.flatnonzero(reach(arrays, [holder], alive, max_hops=1).hops == 1)
    return set(found[~np.isin(arrays.node_category[found], hidden)].tolist())


def _after(before: Snapshot, after: Snapshot, holder: int, alive: BoolArray) -> set[int]:
    """Return what a holder still gains in one step, by numbers of ``before``."""
    try:
        number = after.node_index(before.node_id(holder))
    except NodeNotFoundError:
        return set()
    kept = set()
    for target in _direct(after, number, alive):
        try:
            kept.add(before.node_index(after.node_id(target)))
        except NodeNotFoundError:
            continue  # what is new was not lost
    return kept


def _pairs(before: Snapshot, ways: WayEdges) -> set[tuple[int, int]]:
    arrays = before.arrays
    edges = ways.edge[ways.edge >= 0]
    return set(zip(arrays.edge_source[edges].tolist(), arrays.indices[edges].tolist(), strict=True))


def _lay_on_way(before: Snapshot, pairs: set[tuple[int, int]], holder: int, target: int) -> bool:
    arrays = before.arrays
    if (holder, target) in pairs:
        return True
    onward = arrays.indices[arrays.indptr[holder] : arrays.indptr[holder + 1]]
    classes = set(onward[arrays.hub[onward]].tolist())
    return any((holder, each) in pairs and (each, target) in pairs for each in classes)
