"""A cut by maximum flow: every edge counts alone, so that grants behind several edges are paid several times.

Input: a network, weights, prices that hint at grants worth removing. Output: a mask of grants that cuts the network.
Not handled: the cheapest cut; grants that the cut does not need are taken out by whoever asks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.cuts.network import SINK, SOURCE, GrantSets, Network
from graph.arrays import BoolArray, Int64Array

__all__ = ["flow_cut"]

_FINE = 1_000.0
"""Units of flow for one unit of weight, unless that would overflow what scipy counts with."""
_MOST = 4e8
_NEVER = 1_000_000_000
"""Capacity of edges that nothing removes: above all others together, and still no overflow when flow is added."""


def flow_cut(
    network: Network, sets: GrantSets, weight: Int64Array, price: NDArray[np.float64], removed: BoolArray
) -> BoolArray:
    """Return a mask of grants that, with those removed already, separates node 0 from node 1.

    Parameters
    ----------
    price
        From 0 to 1 by grant; at 1 the edges of a grant cost nothing.
    removed
        Grants that are removed whatever happens here; their edges cost nothing.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    chosen, cost = _best_grants(network, sets, weight, np.where(removed, 1.0, price))
    capacity = np.add.reduceat(cost, network.pair_start)
    scale = min(_FINE, _MOST / max(1.0, float(capacity.sum())))
    units = np.ceil(capacity * scale).astype(np.int32)
    units[network.pair[sets.free[network.grant_set]]] = _NEVER
    first = network.pair_start
    shape = (network.node_count, network.node_count)
    ends = network.tail[first], network.head[first]
    flow = maximum_flow(csr_matrix((units, ends), shape=shape, dtype=np.int32), SOURCE, SINK).flow
    left = (csr_matrix((units, ends), shape=shape, dtype=np.int64) - flow).tocsr()
    left.data = np.maximum(left.data, 0)
    left.eliminate_zeros()
    ahead = np.zeros(network.node_count, dtype=np.bool_)
    ahead[breadth_first_order(left, SOURCE, return_predecessors=False)] = True
    crossing = ahead[network.tail] & ~ahead[network.head] & ~sets.hit(removed)[network.grant_set]
    cut = np.zeros(weight.size, dtype=np.bool_)
    cut[chosen[crossing]] = True
    return cut


def _best_grants(
    network: Network, sets: GrantSets, weight: Int64Array, price: NDArray[np.float64]
) -> tuple[Int64Array, NDArray[np.float64]]:
    """Return for each edge the grant to remove, and what the edge counts for: its share of the grant's open weight."""
    carried = np.bincount(network.grant_set, minlength=sets.count)
    edges = np.bincount(sets.members, carried[sets.owner], minlength=weight.size)
    share = weight * (1.0 - price) / np.maximum(edges, 1.0)
    order = np.lexsort((sets.members, share[sets.members], sets.owner))
    sizes = np.diff(sets.start)
    best = np.zeros(sets.count, dtype=np.int64)
    best[sizes > 0] = sets.members[order[sets.start[:-1][sizes > 0]]]
    grant = best[network.grant_set]
    return grant, np.where(sizes[network.grant_set] > 0, share[grant], 0.0)
