"""From whom, to what: the demands of a question about cuts.

Input: subjects and targets that were named, or none. Output: ``Ends``.
Handled: by default every collected identity on one side, every jewel on the other, and for each jewel the identities
that are entitled to it taken out: full control that stands, its consequences, and access of their own are no attack.
Not handled: whether such access should stand; rules and ``nhi who-can`` tell that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.cuts_network import Demand
from analytics.jewels import jewels
from analytics.reach import identities
from analytics.subjects import Subject
from analytics.zones import JEWEL_TAGS, Zone
from graph.arrays import BoolArray, Int32Array
from graph.engine import reverse_reach
from graph.kinds import EdgeKind
from graph.snapshot import Snapshot

__all__ = ["EVERYONE", "Ends", "ends_of"]

EVERYONE = "every identity that is not entitled"
"""Told as the source when none was named."""
_ENTITLED = (EdgeKind.ADMIN_OF, EdgeKind.CONTROLS, EdgeKind.CAN_ACCESS)


@dataclass(frozen=True)
class Ends:
    """Both sides of a question."""

    sources: Int32Array
    targets: Int32Array
    told_sources: tuple[str, ...]
    told_targets: tuple[str, ...]
    demands: tuple[Demand, ...]
    entitled: int
    """Identities left out for some target because they are entitled to it."""


def ends_of(
    snapshot: Snapshot,
    alive: BoolArray,
    sources: Sequence[Subject] = (),
    targets: Sequence[Subject] = (),
    *,
    zones: Sequence[Zone] = (),
    tags: Sequence[str] = JEWEL_TAGS,
) -> Ends:
    """Return the demands.

    Parameters
    ----------
    alive
        Mask of edges in force, at the state that counts.
    sources
        Default: every collected identity, for each target without those entitled to it.
    targets
        Default: the jewels.
    zones, tags
        Of the settings, for the jewels.
    """
    wanted = [number for subject in targets for number in subject.starts]
    if not targets:
        wanted = [jewel.node for jewel in jewels(snapshot, zones, tags=tags)]
    ends = np.unique(np.asarray(wanted, dtype=np.int32))
    told_targets = tuple(snapshot.node_id(int(number)) for number in ends)
    if sources:
        starts = np.unique(np.asarray([n for subject in sources for n in subject.starts], dtype=np.int32))
        told = tuple(subject.id for subject in sources)
        return Ends(starts, ends, told, told_targets, (Demand(starts, ends),), 0)
    starts = _collected(snapshot)
    demands, entitled = _without_entitled(snapshot, alive, starts, ends)
    return Ends(starts, ends, (EVERYONE,), told_targets, demands, entitled)


def _collected(snapshot: Snapshot) -> Int32Array:
    numbers = identities(snapshot)
    collected = snapshot.table("nodes").columns(["collected"])["collected"].to_numpy()
    return np.asarray(numbers[collected[numbers]], dtype=np.int32)


def _without_entitled(
    snapshot: Snapshot, alive: BoolArray, starts: Int32Array, ends: Int32Array
) -> tuple[tuple[Demand, ...], int]:
    """Return one demand for all targets that the same identities are entitled to; one search a target.

    Notes
    -----
    Entitled is who gets there by full control, its consequences, access of its own, and what needs no grant at all.
    """
    arrays = snapshot.arrays
    kinds = [snapshot.edge_kind_code(kind) for kind in _ENTITLED]
    standing = alive & (np.isin(arrays.edge_kind, kinds) | (arrays.edge_grant_set == 0))
    alike: dict[bytes, list[int]] = {}
    masks: dict[bytes, BoolArray] = {}
    someone = np.zeros(starts.size, dtype=np.bool_)
    for target in ends.tolist():
        entitled = np.asarray(reverse_reach(arrays, [target], standing).hops[starts] >= 0)
        someone |= entitled
        key = np.packbits(entitled).tobytes()
        alike.setdefault(key, []).append(target)
        masks[key] = entitled
    demands = [
        Demand(starts[~masks[key]], np.asarray(targets, dtype=np.int32)) for key, targets in alike.items()
    ]
    return tuple(demand for demand in demands if demand.sources.size), int(someone.sum())
