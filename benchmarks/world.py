"""Synthetic identity graphs as arrays, seeded: what every benchmark of the engine runs on.

Input: numbers of edges, nodes and identities. Output: ``World``.
Not handled: names, conditions and grants, which ``benchmarks.big_snapshot`` adds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graph.arrays import BoolArray, GraphArrays, Int64Array, arrays_from_edges

__all__ = ["World", "big_world", "build_world"]

_CLASSES = ("identity", "group", "hub", "role", "resource")


@dataclass(frozen=True)
class World:
    """One synthetic graph."""

    arrays: GraphArrays
    alive: BoolArray
    """Every edge."""
    identities: Int64Array
    """Node numbers of the identities that nothing leads to."""
    jewels: Int64Array
    """Node numbers of 0.1 % of the nodes."""
    source: Int64Array
    """Edges as they were drawn, not sorted; some are drawn twice."""
    target: Int64Array
    first: Mapping[str, int] = field(default_factory=dict)
    """First node number of ``identity``, ``group``, ``hub``, ``role`` and ``resource``, in this order; and ``end``."""

    def numbers(self, name: str) -> NDArray[np.int64]:
        """Return the node numbers of a class."""
        names = (*_CLASSES, "end")
        return np.arange(self.first[name], self.first[names[names.index(name) + 1]])


def build_world(edges: int, seed: int = 7, *, nodes: int | None = None, identities: int | None = None) -> World:
    """Make a graph of about ``edges`` edges: identities -> groups and hubs -> roles -> resources.

    Parameters
    ----------
    nodes
        Default: about a fifth of the edges.
    identities
        Default: an eleventh of the edges.
    """
    random = np.random.default_rng(seed)
    people = identities if identities is not None else edges // 11
    groups, hubs = edges // 200, max(2, edges // 20_000)
    roles, things = edges // 40, edges // 11
    if nodes is not None:
        roles = min(roles, nodes // 20)
        things = nodes - people - groups - hubs - roles
    sizes = dict(zip(_CLASSES, (people, groups, hubs, roles, things), strict=True))
    first = np.cumsum([0, *sizes.values()])
    start = dict(zip((*_CLASSES, "end"), first.tolist(), strict=True))

    def popular(count: int, size: int) -> Int64Array:
        return np.minimum((random.pareto(1.1, count) * size * 0.01).astype(np.int64), size - 1)

    def pairs(kind: str, other: str, share: float, skewed: bool = True) -> tuple[Int64Array, Int64Array]:
        count = int(edges * share)
        heads = popular(count, sizes[other]) if skewed else random.integers(0, sizes[other], count)
        tails = start[kind] + random.integers(0, sizes[kind], count)
        return tails, start[other] + random.permutation(sizes[other])[heads]

    chain = np.arange(roles - 1)  # chained roles; every tenth chain closes into a cycle
    kept = chain[chain % 12 != 11]
    back = chain[(chain % 120 == 10)]
    parts = [
        pairs("identity", "group", 0.30),
        pairs("identity", "hub", 0.05, skewed=False),
        pairs("hub", "role", 0.05, skewed=False),
        pairs("group", "role", 0.10),
        pairs("role", "resource", 0.35),
        pairs("identity", "resource", 0.12),
        (start["role"] + kept, start["role"] + kept + 1),
        (start["role"] + back, start["role"] + back - 10),
    ]
    source, target = (np.concatenate([part[end] for part in parts]) for end in (0, 1))
    category = np.zeros(start["end"], dtype=np.int8)
    category[start["hub"] : start["role"]] = 10
    category[start["resource"] :] = 5
    arrays = arrays_from_edges(category.size, source, target, columns={"node_category": category})
    jewels = start["resource"] + random.choice(things, max(1, category.size // 1000), replace=False)
    alive = np.ones(arrays.edge_count, dtype=bool)
    return World(arrays, alive, np.arange(people), jewels, source, target, start)


def big_world(edges: int = 10_000_000, seed: int = 7) -> World:
    """Make the estate of the scale table: a tenth as many nodes as edges, 88,000 identities to 10,000,000 edges."""
    return build_world(edges, seed, nodes=edges // 10, identities=edges * 88 // 10_000)
