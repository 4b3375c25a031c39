"""Questions about every identity at once: exact reach counts, and the worst class that each one reaches.

Input: ``GraphArrays``, a mask of edges in force, what to count or to compare. Output: one number per source or node.
Not handled: attacker contexts, which differ by credential; a sweep names the one mask that it used.

Both follow the condensation, sinks first. Counts go in blocks of 512 bits, of which each stands for what
``graph.engine_plan`` found to be reached by the same; a block's sweep touches only components that lead on.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from graph.arrays import CATEGORY_CODES, BoolArray, GraphArrays, Int64Array
from graph.engine_condense import condense, levels_of
from graph.engine_numba import Speed, pays
from graph.engine_plan import WORDS, SweepPlan, plan_sweep
from graph.engine_search import NodeNumbers
from graph.kinds import Category

__all__ = ["Speed", "reach_counts", "reach_counts_by", "worst_value"]


def reach_counts(
    arrays: GraphArrays,
    sources: NodeNumbers,
    alive: BoolArray,
    counted: BoolArray | Collection[Category],
    *,
    speed: Speed = "auto",
    threads: int = 2,
) -> Int64Array:
    """Count exactly, for each source, the counted nodes that it reaches; the source itself is never counted.

    Parameters
    ----------
    sources
        Node numbers, in any order, repeats allowed.
    alive
        Mask of edges in force (``m``).
    counted
        Mask of nodes (``n``), or categories.
    speed
        Both ways give equal numbers.
    threads
        Used by numba alone; 64 bytes a core component each.

    Returns
    -------
    numpy.ndarray
        int64, in the order of ``sources``.
    """
    mask = counted if isinstance(counted, np.ndarray) else _of_categories(arrays, counted)
    group = np.where(mask, 0, -1).astype(np.int8)
    return reach_counts_by(arrays, sources, alive, group, 1, speed=speed, threads=threads)[:, 0]


def reach_counts_by(
    arrays: GraphArrays,
    sources: NodeNumbers,
    alive: BoolArray,
    group: NDArray[np.integer],
    groups: int,
    *,
    speed: Speed = "auto",
    threads: int = 2,
) -> Int64Array:
    """Count exactly, for each source, the nodes of each group that it reaches, in one sweep for all groups.

    Parameters
    ----------
    group
        By node (``n``): 0 to ``groups - 1``, e.g. its kind; -1 for what is not counted.
    sources, alive, speed, threads
        As for ``reach_counts``; memory grows by 8 bytes a source, group and thread.

    Returns
    -------
    numpy.ndarray
        int64, sources × groups; the source itself is never counted.
    """
    wanted = np.asarray(sources, dtype=np.int64)
    plan, asked = plan_sweep(arrays, wanted, alive, group, groups, speed)
    counts = asked.own
    inside = asked.reader >= 0
    if inside.any():
        if pays(speed, plan.blocks * (plan.indices.size + plan.indptr.size)):
            from graph.engine_numba_sweep import sweep_counts

            swept = sweep_counts(plan, threads)
        else:
            swept = _sweep_counts(plan)
        counts[inside] += swept[asked.reader[inside]]
    own = group[wanted]
    itself = np.flatnonzero(own >= 0)
    counts[itself, own[itself]] -= 1
    return counts


def worst_value(
    arrays: GraphArrays,
    alive: BoolArray,
    node_value: NDArray[np.integer],
    edge_value: NDArray[np.integer] | None = None,
    *,
    speed: Speed = "auto",
) -> NDArray[np.int8]:
    """Return for each node the lowest value above 0 of anything that it reaches; 0 when there is none.

    Parameters
    ----------
    node_value
        By node (``n``), 0 to 126; 0 says nothing. A node reaches itself.
    edge_value
        By edge (``m``), likewise; an edge in force counts for whoever reaches its source.
    """
    nothing = np.int8(127)
    own = np.where(node_value > 0, node_value, nothing).astype(np.int8)
    if edge_value is not None:
        edges = np.flatnonzero(alive & (edge_value != 0))
        np.minimum.at(own, arrays.edge_source[edges], edge_value[edges].astype(np.int8))
    valued = np.flatnonzero(own < nothing)
    if pays(speed, arrays.edge_count):
        from graph.engine_numba_condense import lower_along, strong_components

        component, members, first = strong_components(arrays, alive)
        lowest = np.full(first.size - 1, nothing, dtype=np.int8)
        np.minimum.at(lowest, component[valued], own[valued])
        lower_along(arrays, alive, component, members, first, lowest)
    else:
        graph = condense(arrays, alive, speed="numpy")
        component = graph.component
        lowest = np.full(graph.count, nothing, dtype=np.int8)
        np.minimum.at(lowest, component[valued], own[valued])
        for level in levels_of(graph.indptr, graph.indices):
            best = np.minimum.reduceat(lowest[graph.indices[level.edges]], level.starts)
            lowest[level.nodes] = np.minimum(lowest[level.nodes], best)
    lowest[lowest == nothing] = 0
    return np.asarray(lowest[component])


def _of_categories(arrays: GraphArrays, categories: Collection[Category]) -> BoolArray:
    codes = [CATEGORY_CODES.index(category) for category in categories]
    return np.isin(arrays.node_category, codes)


def _sweep_counts(plan: SweepPlan) -> Int64Array:
    size = plan.indptr.size - 1
    counts = np.zeros((plan.readers.size, plan.groups), dtype=np.int64)
    levels = levels_of(plan.indptr, plan.indices)
    for block in range(plan.blocks):
        seeds = slice(int(plan.block_start[block]), int(plan.block_start[block + 1]))
        bits = np.zeros((size, WORDS), dtype=np.uint64)
        place = plan.seed_bit[seeds]
        np.bitwise_or.at(bits, (plan.seed_node[seeds], place // 64), np.uint64(1) << (place % 64).astype(np.uint64))
        for level in levels:
            below = np.bitwise_or.reduceat(bits[plan.indices[level.edges]], level.starts, axis=0)
            bits[level.nodes] |= below
        ones = _ones(bits[plan.readers])
        for word in range(WORDS):
            at = block * WORDS + word
            counts[:, plan.word_group[at]] += plan.word_weight[at] * ones[:, word]
    return counts


def _ones(bits: NDArray[np.uint64]) -> Int64Array:
    """Return the number of set bits of every word."""
    if hasattr(np, "bitwise_count"):  # numpy 2
        return np.asarray(np.bitwise_count(bits).astype(np.int64))
    flat = np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=1)
    return np.asarray(flat.reshape(bits.shape[0], bits.shape[1], 64).sum(axis=2, dtype=np.int64))
