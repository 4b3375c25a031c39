"""From whom, to what: the demands of a question about cuts.

Input: a snapshot, the ground of the question, sources and targets. Output: demands in the ground's nodes.
Handled: where the sources are all identities, those entitled to a target are left out for it: full control that stands,
its consequences, and access of their own are no attack.
Not handled: whether such access should stand; rules and ``nhi who-can`` tell that.
"""

from __future__ import annotations

import numpy as np

from analytics.cuts.ground import Ground
from analytics.cuts.network import Demand
from analytics.reach import identities
from graph.arrays import BoolArray, Int32Array
from graph.engine import reverse_reach
from graph.kinds import EdgeKind
from graph.snapshot import Snapshot

__all__ = ["EVERYONE", "collected_identities", "demands_without_entitled"]

EVERYONE = "every identity that is not entitled"
"""Told as the source when none was named."""
_ENTITLED = (EdgeKind.ADMIN_OF, EdgeKind.CONTROLS, EdgeKind.CAN_ACCESS)


def collected_identities(snapshot: Snapshot) -> Int32Array:
    """Return the identities that were collected, ascending."""
    numbers = identities(snapshot)
    collected = snapshot.table("nodes").columns(["collected"])["collected"].to_numpy()
    return np.asarray(numbers[collected[numbers]], dtype=np.int32)


def demands_without_entitled(
    snapshot: Snapshot, ground: Ground, sources: Int32Array, targets: Int32Array
) -> tuple[tuple[Demand, ...], int]:
    """Return one demand for all targets that the same sources are entitled to, and how many are entitled to some.

    Notes
    -----
    Entitled is who gets there by full control, its consequences, access of its own, and what needs no grant at all.
    One search a target, on the edges of some way.
    """
    edges = ground.edges
    kinds = [snapshot.edge_kind_code(kind) for kind in _ENTITLED]
    kind = snapshot.arrays.edge_kind[np.maximum(edges.edge, 0)]
    standing = (edges.edge < 0) | (edges.grant_set == 0) | np.isin(kind, kinds)
    alive = standing[edges.arrays.edge_condition]
    starts, ends = ground.sources(sources), ground.targets(targets)
    alike: dict[bytes, list[int]] = {}
    masks: dict[bytes, BoolArray] = {}
    someone = np.zeros(starts.size, dtype=np.bool_)
    for end in ends.tolist():
        entitled = np.asarray(reverse_reach(edges.arrays, [end], alive).hops[starts] >= 0)
        someone |= entitled
        key = np.packbits(entitled).tobytes()
        alike.setdefault(key, []).append(end)
        masks[key] = entitled
    demands = [Demand(starts[~masks[key]], np.asarray(group, dtype=np.int32)) for key, group in alike.items()]
    return tuple(demand for demand in demands if demand.sources.size), int(someone.sum())
