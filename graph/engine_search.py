"""Breadth-first search on the arrays: who is reached, from whom, in how many hops, through which edges.

Input: ``GraphArrays``, node numbers, a mask of edges in force. Output: hops and one witness edge per node.
Not handled: whether an edge is in force for an attacker, which the caller resolves into the mask; what nodes mean.

A hop is an edge whose source is not a hub: an edge into a hub costs one, edges out of a hub cost nothing, so that
``caller -> hub -> role`` is one step. Witnesses are deterministic: among the edges that reach a node first, the lowest.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graph.arrays import BoolArray, GraphArrays, Int8Array, Int32Array, portions, spans
from graph.engine_numba import Speed
from graph.engine_reached import BestReach, Reach, ReverseReach
from graph.errors import GraphError

__all__ = [
    "BestReach",
    "InForce",
    "NodeNumbers",
    "Reach",
    "ReverseReach",
    "best_state_reach",
    "edge_states",
    "nearest_target",
    "reach",
    "reverse_reach",
]

NodeNumbers = Sequence[int] | NDArray[np.integer]
InForce = BoolArray | Int8Array
"""Which edges are in force: a mask, or levels together with the least that counts."""

_Alive = tuple[Int8Array, int]
_Edges = NDArray[np.int64]
_FEW = 1024
_LARGE = 100_000
"""Edges from which a compiled search is quicker."""


def reach(
    arrays: GraphArrays,
    sources: NodeNumbers,
    alive: InForce,
    *,
    targets: NodeNumbers | None = None,
    max_hops: int | None = None,
    extra: Int32Array | None = None,
    ends: NodeNumbers = (),
    least: int = 1,
    speed: Speed = "auto",
) -> Reach:
    """Find what the sources reach.

    Parameters
    ----------
    sources
        Node numbers; each is reached in 0 hops.
    alive
        Mask of edges in force, or their levels (``m``).
    targets
        Stop as soon as one of these is reached; hops and parents of what was reached until then are final.
    max_hops
        Do not go further than this.
    extra
        Hops that an edge takes beside its own (``m``), 0 for most; not together with ``targets`` or ``ends``.
    ends
        Nodes behind which nothing is looked for.
    least
        Where ``alive`` are levels, the least that counts as in force: no mask needs to be made for one question.
    speed
        Both ways give equal answers; ``auto`` takes numba only where it has been started already.

    Notes
    -----
    Linear in the edges out of what is reached, plus two ``n``-sized arrays.
    """
    state = edge_states(alive)
    if extra is not None:
        return _reach_with_extra(arrays, sources, (state, least), extra, max_hops)
    hops, parent = _empty(arrays)
    stop = None if targets is None else _mask(arrays, targets)
    wave = _start(arrays, hops, sources)
    if not len(ends) and _compiled(speed, arrays):
        from graph.engine_numba_search import search_forward

        search_forward(arrays, state, least, wave, stop, max_hops, hops, parent)
        return Reach(hops, parent)
    barred = _numbers(arrays, ends)
    level = 0
    while wave.size:
        if stop is not None and stop[wave].any():
            break
        wave = _without(wave, barred)
        spent = [wave[~arrays.hub[wave]]]
        hubs = wave[arrays.hub[wave]]
        while hubs.size:
            new = _claim_behind(arrays, hops, parent, hubs, (state, least), level)
            if stop is not None and stop[new].any():
                return Reach(hops, parent)
            new = _without(new, barred)
            inner = arrays.hub[new]
            spent.append(new[~inner])
            hubs = new[inner]
        level += 1
        if max_hops is not None and level > max_hops:
            break
        members = spent[0] if len(spent) == 1 else np.sort(np.concatenate(spent))
        wave = _claim_behind(arrays, hops, parent, members, (state, least), level)
    return Reach(hops, parent)


def _reach_with_extra(
    arrays: GraphArrays, sources: NodeNumbers, alive: _Alive, extra: Int32Array, max_hops: int | None
) -> Reach:
    """Search in the order of hops where some edges take more than one: their targets wait until it is their turn."""
    hops, parent = _empty(arrays)
    due: dict[int, list[_Edges]] = {}
    wave = _start(arrays, hops, sources)
    level = 0
    while wave.size or due:
        members = wave
        while members.size:
            _, edges = _out_edges(arrays, members, alive)
            lengths = extra[edges] + np.where(arrays.hub[arrays.edge_source[edges]], 0, 1)
            for length in set(lengths[lengths > 0].tolist()):
                due.setdefault(level + length, []).append(edges[lengths == length])
            free = edges[lengths == 0]
            members = _claim(hops, parent, arrays.indices[free], free, level)
        level = min(due, default=level)
        if level not in due or (max_hops is not None and level > max_hops):
            break
        edges = np.sort(np.concatenate(due.pop(level)))
        wave = _claim(hops, parent, arrays.indices[edges], edges, level)
    return Reach(hops, parent)


def reverse_reach(
    arrays: GraphArrays,
    targets: NodeNumbers,
    alive: InForce,
    *,
    max_hops: int | None = None,
    within: BoolArray | None = None,
    ends: NodeNumbers = (),
    least: int = 1,
    speed: Speed = "auto",
) -> ReverseReach:
    """Find who reaches the targets, and for each the first edge of a shortest way to the nearest one.

    Parameters
    ----------
    within
        Nodes (``n``) that take part; default: all. Costs no more than the edges into those that do.
    ends
        Nodes behind which nothing is looked for.
    alive, max_hops, least, speed
        As in ``reach``.

    Notes
    -----
    One reverse search for all nodes together: a witness to any target for every identity costs as much as for one.
    """
    state = edge_states(alive)
    hops, following = _empty(arrays)
    nearest = np.full(arrays.node_count, -1, dtype=np.int32)
    wave = _start(arrays, hops, targets)
    nearest[wave] = wave
    if within is None and not len(ends) and _compiled(speed, arrays):
        from graph.engine_numba_search import search_backward

        search_backward(arrays, state, least, wave, max_hops, hops, following, nearest)
        return ReverseReach(hops, following, nearest)
    barred = _numbers(arrays, ends)
    level = 0
    while wave.size:
        waiting: list[tuple[Int32Array, _Edges]] = []
        while wave.size:
            nodes, edges = _in_edges(arrays, _without(wave, barred), (state, least))
            if within is not None:
                nodes, edges = nodes[within[nodes]], edges[within[nodes]]
            free = arrays.hub[nodes]
            waiting.append((nodes[~free], edges[~free]))
            wave = _claim(hops, following, *_ascending(nodes[free], edges[free]), level)
            nearest[wave] = nearest[arrays.indices[following[wave]]]
        level += 1
        if max_hops is not None and level > max_hops:
            break
        nodes = np.concatenate([part for part, _ in waiting])
        edges = np.concatenate([part for _, part in waiting])
        wave = _claim(hops, following, *_ascending(nodes, edges), level)
        nearest[wave] = nearest[arrays.indices[following[wave]]]
    return ReverseReach(hops, following, nearest)


def nearest_target(arrays: GraphArrays, targets: NodeNumbers, alive: BoolArray) -> ReverseReach:
    """Return, for every node, its nearest target and the next edge towards it (``reverse_reach`` without a limit)."""
    return reverse_reach(arrays, targets, alive)


def best_state_reach(
    arrays: GraphArrays,
    sources: NodeNumbers,
    level: Int8Array,
    *,
    max_hops: int | None = None,
    levels: Sequence[int] = (3, 2, 1),
    extra: Int32Array | None = None,
    speed: Speed = "auto",
) -> BestReach:
    """Find what the sources reach and the best path's weakest edge (a widest path over a few levels).

    Parameters
    ----------
    level
        State of each edge after resolution (``m``): 0 is not in force, higher is surer.
    levels
        The levels that occur, best first.
    extra, speed
        As in ``reach``.

    Notes
    -----
    One search per level that occurs among the edges out of what is reached. Where a better path is longer, ``hops`` is
    the longer one: what the witness of ``best`` takes.
    """
    best = np.zeros(arrays.node_count, dtype=np.int8)
    hops = np.full(arrays.node_count, -1, dtype=np.int32)
    by_level: dict[int, Reach] = {}
    found: Reach | None = None
    for step in levels:
        if found is None or _meets(arrays, found, level, step):
            found = reach(arrays, sources, level, max_hops=max_hops, extra=extra, least=step, speed=speed)
        by_level[step] = found
        new = (best == 0) & (found.hops >= 0)
        best[new] = step
        hops[new] = found.hops[new]
    return BestReach(best, hops, by_level)


def _meets(arrays: GraphArrays, found: Reach, level: Int8Array, step: int) -> bool:
    """Return whether an edge of exactly this level leaves what is reached, so that one more level may reach more."""
    reached = np.flatnonzero(found.hops >= 0)
    return any(bool(np.any(level[spans(arrays.indptr, some)] == step)) for some in portions(arrays.indptr, reached))


def edge_states(alive: InForce) -> Int8Array:
    """Return levels of edges; a mask counts as levels 0 and 1."""
    levels: Int8Array = alive.view(np.int8)  # one byte each, whatever they are
    return levels


def _compiled(speed: Speed, arrays: GraphArrays) -> bool:
    if speed != "auto":
        return speed == "numba"
    return arrays.edge_count >= _LARGE and "numba" in sys.modules


def _empty(arrays: GraphArrays) -> tuple[Int32Array, Int32Array]:
    shape = arrays.node_count
    return np.full(shape, -1, dtype=np.int32), np.full(shape, -1, dtype=np.int32)


def _mask(arrays: GraphArrays, nodes: NodeNumbers) -> BoolArray:
    mask = np.zeros(arrays.node_count, dtype=np.bool_)
    mask[_numbers(arrays, nodes)] = True
    return mask


def _numbers(arrays: GraphArrays, nodes: NodeNumbers) -> Int32Array:
    given = np.asarray(nodes, dtype=np.int64)
    # np.unique imports all of numpy.ma on first use: a tenth of what one question from the shell costs.
    numbers = np.unique(given) if given.size > _FEW else np.array(sorted(set(given.tolist())), dtype=np.int64)
    if numbers.size and (numbers[0] < 0 or numbers[-1] >= arrays.node_count):
        raise GraphError(f"node numbers go from 0 to {arrays.node_count - 1}; asked for {numbers[0]} to {numbers[-1]}")
    return numbers.astype(np.int32)


def _start(arrays: GraphArrays, hops: Int32Array, nodes: NodeNumbers) -> Int32Array:
    wave = _numbers(arrays, nodes)
    hops[wave] = 0
    return wave


def _out_edges(arrays: GraphArrays, nodes: Int32Array, alive: _Alive) -> tuple[Int32Array, _Edges]:
    """Return targets and edges out of sorted nodes; edges ascend."""
    state, least = alive
    if nodes.size == 1:
        edges = np.arange(int(arrays.indptr[nodes[0]]), int(arrays.indptr[int(nodes[0]) + 1]))
    else:
        edges = spans(arrays.indptr, nodes)
    edges = edges[state[edges] >= least]
    return arrays.indices[edges], edges


def _in_edges(arrays: GraphArrays, nodes: Int32Array, alive: _Alive) -> tuple[Int32Array, _Edges]:
    """Return sources and edges into nodes, in no order."""
    state, least = alive
    positions = spans(arrays.r_indptr, nodes)
    edges = arrays.r_edge[positions]
    kept = state[edges] >= least
    return arrays.r_indices[positions[kept]], edges[kept].astype(np.int64)


def _without(wave: Int32Array, barred: Int32Array) -> Int32Array:
    return wave[~np.isin(wave, barred)] if barred.size else wave


def _ascending(nodes: Int32Array, edges: _Edges) -> tuple[Int32Array, _Edges]:
    order = np.argsort(edges)
    return nodes[order], edges[order]


def _claim_behind(
    arrays: GraphArrays, hops: Int32Array, through: Int32Array, nodes: Int32Array, alive: _Alive, level: int
) -> Int32Array:
    """Label what sorted nodes lead to and return it sorted; portion by portion, as their edges ascend."""
    parts = [_claim(hops, through, *_out_edges(arrays, some, alive), level) for some in portions(arrays.indptr, nodes)]
    return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))


def _claim(hops: Int32Array, through: Int32Array, nodes: Int32Array, edges: _Edges, level: int) -> Int32Array:
    """Label the nodes not yet labelled and return them sorted; ``edges`` ascends, so the lowest edge is kept."""
    fresh = hops[nodes] < 0
    nodes, edges = nodes[fresh], edges[fresh]
    if not nodes.size:
        return nodes
    through[nodes[::-1]] = edges[::-1]  # of repeated indexes numpy keeps the last value assigned: the lowest edge
    new = nodes[through[nodes] == edges]
    hops[new] = level
    return np.sort(new)
