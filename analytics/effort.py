"""What a way costs whoever takes it: the published cost of each step's technique, from 1 (quiet) to 5 (loud).

Input: a snapshot. Output: cost by edge, and what the engine's search by hops needs to rank by cost instead.
Handled: classes: ``caller -> class -> target`` is one step and costs once, where the class is entered.
Not handled: what a defender would notice in one estate; the catalogue's numbers are an order, no measurement.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.arrays import Int32Array
from graph.catalog.loader import edge_kinds
from graph.catalog.loader import techniques as all_techniques
from graph.kinds import EdgeKind
from graph.snapshot import Snapshot

__all__ = ["cost_of", "edge_costs", "extra_hops"]


def edge_costs(snapshot: Snapshot, edges: Int32Array | None = None) -> Int32Array:
    """Return the cost of some edges (default: all): its technique's, else its kind's, at least 1; 0 out of a class.

    Notes
    -----
    O(edges asked about): two look-ups by code.
    """
    arrays = snapshot.arrays
    rows, known = edge_kinds(), all_techniques()
    by_kind = np.array([rows[EdgeKind(name)].cost for name in snapshot.manifest.codes["edge_kind"]], dtype=np.int32)
    names = snapshot.manifest.codes["edge_technique"]
    by_technique = np.array([known[name].cost if name in known else 0 for name in names], dtype=np.int32)
    chosen = slice(None) if edges is None else edges
    techniques, kinds = arrays.edge_technique[chosen], arrays.edge_kind[chosen]
    if not techniques.size:
        return np.zeros(0, dtype=np.int32)
    own = by_technique[techniques]
    costs = np.maximum(np.where(own > 0, own, by_kind[kinds]), 1).astype(np.int32)
    costs[arrays.hub[arrays.edge_source[chosen]]] = 0
    return costs


def extra_hops(snapshot: Snapshot) -> Int32Array:
    """Return what each edge takes beside its hop (``m``), so that a search by fewest hops finds the cheapest way."""
    return np.maximum(edge_costs(snapshot) - 1, 0).astype(np.int32)


def cost_of(snapshot: Snapshot, edges: Sequence[int]) -> int:
    """Return the cost of a way."""
    return int(edge_costs(snapshot, np.asarray(edges, dtype=np.int32)).sum())
