"""Breadth-first search compiled by numba (extra ``speed``): the same hops, and the same lowest edges as witnesses.

Input: CSR arrays, levels of edges, a first wave, result arrays filled with -1. Output: the result arrays, in place.
Not handled: edges that take more than one hop, nodes that end the search: ``graph.engine_search`` does these in numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.arrays import BoolArray, GraphArrays, Int8Array, Int32Array
from graph.engine_numba import compiled

__all__ = ["search_backward", "search_forward"]

_ENDLESS = np.iinfo(np.int32).max


def search_forward(
    arrays: GraphArrays,
    state: Int8Array,
    least: int,
    wave: Int32Array,
    stop: BoolArray | None,
    max_hops: int | None,
    hops: Int32Array,
    parent: Int32Array,
) -> None:
    """Label what the wave, labelled 0 already, reaches; as ``graph.engine_search.reach`` documents."""
    compiled(_forward)(
        arrays.indptr,
        arrays.indices,
        state,
        least,
        arrays.hub,
        arrays.leads_on,
        wave,
        np.zeros(1, dtype=np.bool_) if stop is None else stop,
        stop is not None,
        _ENDLESS if max_hops is None else max_hops,
        hops,
        parent,
    )


def search_backward(
    arrays: GraphArrays,
    state: Int8Array,
    least: int,
    wave: Int32Array,
    max_hops: int | None,
    hops: Int32Array,
    following: Int32Array,
    nearest: Int32Array,
) -> None:
    """Label what reaches the wave, labelled already; as ``graph.engine_search.reverse_reach`` documents."""
    compiled(_backward)(
        arrays.r_indptr,
        arrays.r_indices,
        arrays.r_edge,
        arrays.indices,
        state,
        least,
        arrays.hub,
        wave,
        _ENDLESS if max_hops is None else max_hops,
        hops,
        following,
        nearest,
    )


def _forward(
    indptr: Any,
    indices: Any,
    state: Any,
    least: int,
    hub: Any,
    leads_on: Any,
    wave: Any,
    stop: Any,
    stops: bool,
    max_hops: int,
    hops: Any,
    parent: Any,
) -> None:
    """Take nodes in ascending order, so that the first edge to a node is the lowest of its turn.

    One bit a node tells what is labelled: all of them stay in the cache, and most edges lead to what is labelled.
    """
    n = indptr.size - 1
    known = np.zeros(n // 64 + 1, dtype=np.uint64)
    one = np.uint64(1)
    level_nodes = np.empty(n, dtype=np.int32)  # of this level, that lead on at the cost of a hop
    found = np.empty(n, dtype=np.int32)  # what they reach and what leads on
    classes = np.empty(n, dtype=np.int32)
    inner = np.empty(n, dtype=np.int32)
    reached = 0
    met = False
    for place in range(wave.size):
        node = wave[place]
        known[node >> 6] |= one << np.uint64(node & 63)
        met = met or (stops and stop[node])
        found[reached] = node
        reached += 1
    level = 0
    while reached and not met:
        left = hubs = 0
        for place in range(reached):
            node = found[place]
            if hub[node]:
                classes[hubs] = node
                hubs += 1
            else:
                level_nodes[left] = node
                left += 1
        while hubs:
            classes[:hubs].sort()
            new = 0
            for place in range(hubs):
                for edge in range(indptr[classes[place]], indptr[classes[place] + 1]):
                    target = indices[edge]
                    bit = one << np.uint64(target & 63)
                    if known[target >> 6] & bit or state[edge] < least:
                        continue
                    known[target >> 6] |= bit
                    hops[target] = level
                    parent[target] = edge
                    met = met or (stops and stop[target])
                    if hub[target]:
                        inner[new] = target
                        new += 1
                    else:
                        level_nodes[left] = target
                        left += 1
            if met:
                return
            hubs = new
            classes[:new] = inner[:new]
        if left > n // 64:  # cheaper than to sort
            left = 0
            for node in range(n):
                if hops[node] == level and not hub[node]:
                    level_nodes[left] = node
                    left += 1
        else:
            level_nodes[:left].sort()
        level += 1
        if level > max_hops:
            return
        reached = 0
        for place in range(left):
            node = level_nodes[place]
            for edge in range(indptr[node], indptr[node + 1]):
                target = indices[edge]
                bit = one << np.uint64(target & 63)
                if known[target >> 6] & bit or state[edge] < least:
                    continue
                known[target >> 6] |= bit
                hops[target] = level
                parent[target] = edge
                met = met or (stops and stop[target])
                if leads_on[target]:
                    found[reached] = target
                    reached += 1


def _backward(
    r_indptr: Any,
    r_indices: Any,
    r_edge: Any,
    indices: Any,
    state: Any,
    least: int,
    hub: Any,
    wave: Any,
    max_hops: int,
    hops: Any,
    following: Any,
    nearest: Any,
) -> None:
    n = r_indptr.size - 1
    turn = np.zeros(n, dtype=np.int32)  # in which turn a class was labelled: only then may a lower edge replace its own
    level_nodes = np.empty(n, dtype=np.int32)
    latest = np.empty(n, dtype=np.int32)
    inner = np.empty(n, dtype=np.int32)
    fresh = wave.size
    latest[:fresh] = wave
    level = turns = 0
    while fresh:
        members = 0
        while fresh:  # classes are left at no cost, so they join the level of what they lead to
            turns += 1
            new = 0
            for place in range(fresh):
                node = latest[place]
                level_nodes[members] = node
                members += 1
                for position in range(r_indptr[node], r_indptr[node + 1]):
                    caller, edge = r_indices[position], r_edge[position]
                    if not hub[caller] or state[edge] < least:
                        continue
                    if hops[caller] < 0:
                        hops[caller] = level
                        following[caller] = edge
                        turn[caller] = turns
                        inner[new] = caller
                        new += 1
                    elif turn[caller] == turns and edge < following[caller]:
                        following[caller] = edge
            for place in range(new):
                latest[place] = inner[place]
                nearest[inner[place]] = nearest[indices[following[inner[place]]]]
            fresh = new
        level += 1
        if level > max_hops:
            return
        for place in range(members):
            node = level_nodes[place]
            for position in range(r_indptr[node], r_indptr[node + 1]):
                caller = r_indices[position]
                if hub[caller]:
                    continue
                edge = r_edge[position]
                if hops[caller] < 0:
                    if state[edge] >= least:
                        hops[caller] = level
                        following[caller] = edge
                        latest[fresh] = caller
                        fresh += 1
                elif hops[caller] == level and edge < following[caller] and state[edge] >= least:
                    following[caller] = edge
        for place in range(fresh):
            nearest[latest[place]] = nearest[indices[following[latest[place]]]]
