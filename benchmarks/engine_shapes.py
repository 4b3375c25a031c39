"""Shapes that break path tools, each at three sizes: time for an edge must not grow with the size.

Input: none. Output: a Markdown table.
Handled: hubs of 100,000 edges, one giant component, trust in the account's root, administrators of many resources.
Not handled: what the builder makes of such evidence (``benchmarks.build_aws``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.measure import figure, measure, table
from graph.arrays import GraphArrays, arrays_from_edges
from graph.engine import k_shortest_paths, reach, reach_counts, reverse_reach, worst_value

__all__ = ["main"]


def _hubs(size: int) -> GraphArrays:
    """Hubs of 100,000 callers and 100,000 roles; the callers and roles are the same for all."""
    degree, count = 100_000, size // 200_000
    hub = np.zeros(2 * degree + count, dtype=bool)
    hub[2 * degree :] = True
    middle = np.repeat(np.arange(count), degree) + 2 * degree
    callers, roles = np.tile(np.arange(degree), count), np.tile(np.arange(degree), count) + degree
    return arrays_from_edges(hub.size, np.concatenate((callers, middle)), np.concatenate((middle, roles)), hub)


def _giant(size: int) -> GraphArrays:
    """One component: a ring with nine further random edges a node."""
    count = size // 10
    random = np.random.default_rng(3)
    ring = np.arange(count)
    source = np.concatenate((ring, random.integers(0, count, 9 * count)))
    return arrays_from_edges(count, source, np.concatenate(((ring + 1) % count, random.integers(0, count, 9 * count))))


def _root_trust(size: int) -> GraphArrays:
    """Callers and roles of one account whose roles trust the account's root: a class between them."""
    count = size // 2
    hub = np.zeros(2 * count + 1, dtype=bool)
    hub[count] = True
    middle = np.full(count, count)
    source = np.concatenate((np.arange(count), middle))
    return arrays_from_edges(hub.size, source, np.concatenate((middle, np.arange(count) + count + 1)), hub)


def _administrators(size: int) -> GraphArrays:
    """200 administrators, each with an edge of its own to every resource."""
    count = size // 200
    source = np.repeat(np.arange(200), count)
    return arrays_from_edges(200 + count, source, np.tile(np.arange(count), 200) + 200)


_SHAPES: dict[str, tuple[Callable[[int], GraphArrays], tuple[int, ...]]] = {
    "hubs of 100,000 callers and 100,000 roles": (_hubs, (200_000, 2_000_000, 10_000_000)),
    "one giant component": (_giant, (100_000, 1_000_000, 10_000_000)),
    "account-root trust, callers × roles in a class": (_root_trust, (2_000, 20_000, 200_000)),
    "200 administrators × resources": (_administrators, (100_000, 1_000_000, 10_000_000)),
}


def main(*, quick: bool = False) -> None:
    """Print the table; ``quick`` leaves the largest size out."""
    rows = []
    for title, (make, sizes) in _SHAPES.items():
        for size in sizes[:-1] if quick else sizes:
            arrays = make(size)
            alive = np.ones(arrays.edge_count, dtype=bool)
            last = arrays.node_count - 1
            sources = np.arange(min(arrays.node_count, 100_000))
            every = np.ones(arrays.node_count, dtype=bool)
            works: tuple[Callable[[], object], ...] = (
                partial(reach, arrays, [0], alive, speed="numpy"),
                partial(reach, arrays, [0], alive, speed="numba"),
                partial(reverse_reach, arrays, [last], alive, speed="numba"),
                partial(k_shortest_paths, arrays, [0], [last], alive, 3),
                partial(worst_value, arrays, alive, every * 3, speed="numba"),
                partial(reach_counts, arrays, sources, alive, every, speed="numba"),
            )
            spent = [measure(work, 2).cpu for work in works]
            per_edge = [f"{figure(cpu)} ({cpu / arrays.edge_count * 1e9:.0f})" for cpu in spent]
            rows.append([title, f"{arrays.edge_count:,}", *per_edge])
    table(
        "Bad shapes: CPU seconds (nanoseconds an edge)",
        ["shape", "edges", "blast radius, numpy", "numba", "who reaches it", "three witnesses", "worst class",
         "exact counts of up to 100,000 nodes"],
        rows,
    )  # fmt: skip
