"""Questions about every identity at once: exact reach counts, and the worst class that each one reaches.

Input: ``GraphArrays``, a mask of edges in force, what to count or to compare. Output: one number per source or node.
Not handled: attacker contexts, which differ by credential; a sweep names the one mask that it used.

Both follow the condensation, sinks first. Counts go in blocks of 512 targets, one bit each; the sweep over a block
touches only components that lead on (the core), since a leaf's bit is set straight in its predecessors.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graph.arrays import CATEGORY_CODES, BoolArray, GraphArrays, Int32Array, Int64Array
from graph.engine_condense import Condensation, condense, levels_of
from graph.engine_search import NodeNumbers
from graph.kinds import Category

__all__ = ["BLOCK", "Speed", "reach_counts", "worst_value"]

Speed = Literal["auto", "numba", "numpy"]
"""``numba`` needs the extra ``speed``; ``auto`` takes it when it is there and the work is worth its start-up."""

BLOCK = 512
"""Targets per block."""

_WORDS = BLOCK // 64
_WORTH_STARTING = 20_000_000
"""Block × edge steps from which numba's start-up (about a second) pays."""


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """The core of a condensation, and where the bits of each block begin."""

    indptr: Int64Array
    indices: Int32Array
    """CSR of the core: components with successors, renumbered in order."""
    readers: Int32Array
    """Core components whose counts are asked for."""
    block_weight: Int64Array
    """How many counted nodes one bit of a block stands for."""
    block_start: Int64Array
    """``blocks + 1``: the block's range in the two arrays below."""
    seed_node: Int32Array
    """Core component in which a bit is set before the sweep."""
    seed_bit: Int32Array
    """Which bit of the block, 0 to 511."""

    @property
    def blocks(self) -> int:
        """Return the number of blocks."""
        return int(self.block_weight.size)


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
    wanted = np.asarray(sources, dtype=np.int64)
    mask = counted if isinstance(counted, np.ndarray) else _of_categories(arrays, counted)
    graph = condense(arrays, alive)
    weight = np.bincount(graph.component[mask], minlength=graph.count).astype(np.int64)
    component = graph.component[wanted]
    plan, core = _plan(graph, weight, component)
    if _use_numba(speed, plan.blocks * (plan.indices.size + plan.indptr.size)):
        from graph.engine_numba import sweep_counts

        core_counts = sweep_counts(plan, threads)
    else:
        core_counts = _sweep_counts(plan)
    inside = core[component]
    return np.where(inside >= 0, core_counts[inside], weight[component]) - mask[wanted]


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
    graph = condense(arrays, alive)
    lowest = np.full(graph.count, nothing, dtype=np.int8)
    valued = np.flatnonzero(node_value)
    np.minimum.at(lowest, graph.component[valued], node_value[valued].astype(np.int8))
    if edge_value is not None:
        edges = np.flatnonzero(alive & (edge_value != 0))
        np.minimum.at(lowest, graph.component[arrays.edge_source[edges]], edge_value[edges].astype(np.int8))
    if _use_numba(speed, graph.indices.size):
        from graph.engine_numba import sweep_lowest

        sweep_lowest(graph.indptr, graph.indices, lowest)
    else:
        for level in levels_of(graph.indptr, graph.indices):
            best = np.minimum.reduceat(lowest[graph.indices[level.edges]], level.starts)
            lowest[level.nodes] = np.minimum(lowest[level.nodes], best)
    lowest[lowest == nothing] = 0
    return lowest[graph.component]


def _of_categories(arrays: GraphArrays, categories: Collection[Category]) -> BoolArray:
    codes = [CATEGORY_CODES.index(category) for category in categories]
    return np.isin(arrays.node_category, codes)


def _use_numba(speed: Speed, work: int) -> bool:
    if speed != "auto":
        return speed == "numba"
    if work < _WORTH_STARTING:
        return False
    from importlib.util import find_spec

    return find_spec("numba") is not None


def _plan(graph: Condensation, weight: Int64Array, readers: Int32Array) -> tuple[SweepPlan, Int64Array]:
    """Return the plan, and the core number of each component (-1 outside the core)."""
    source = graph.edge_source
    useful = _closure(graph.indices, source, weight > 0) & _closure(source, graph.indices, _marked(graph, readers))
    kept = useful[source] & useful[graph.indices]
    source, target = source[kept], graph.indices[kept]
    inner = np.zeros(graph.count, dtype=np.bool_)
    inner[source] = True
    core = np.where(inner, np.cumsum(inner) - 1, -1)
    both = inner[target]
    indptr = np.zeros(int(inner.sum()) + 1, dtype=np.int64)
    np.cumsum(np.bincount(core[source[both]], minlength=indptr.size - 1), out=indptr[1:])
    block, bit, block_weight = _blocks(weight, useful)
    counted_core = np.flatnonzero(inner & (block >= 0))
    to_leaf = ~both & (block[target] >= 0)
    seed_node = np.concatenate((core[counted_core], core[source[to_leaf]]))
    seed_target = np.concatenate((counted_core, target[to_leaf]))
    order = np.argsort(block[seed_target], kind="stable")
    block_start = np.searchsorted(block[seed_target][order], np.arange(block_weight.size + 1))
    asked = core[readers]
    plan = SweepPlan(
        indptr=indptr,
        indices=core[target[both]].astype(np.int32),
        readers=np.unique(asked[asked >= 0]).astype(np.int32),
        block_weight=block_weight,
        block_start=block_start.astype(np.int64),
        seed_node=seed_node[order].astype(np.int32),
        seed_bit=bit[seed_target][order].astype(np.int32),
    )
    return plan, core


def _marked(graph: Condensation, components: Int32Array) -> BoolArray:
    mask = np.zeros(graph.count, dtype=np.bool_)
    mask[components] = True
    return mask


def _closure(tail: Int32Array, head: Int32Array, start: BoolArray) -> BoolArray:
    """Return what ``start`` reaches when edges lead from ``tail`` to ``head``."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order

    count = start.size
    first = np.flatnonzero(start)
    matrix = csr_matrix(
        (
            np.ones(tail.size + first.size, dtype=np.int8),
            (np.concatenate((tail, np.full(first.size, count))), np.concatenate((head, first))),
        ),
        shape=(count + 1, count + 1),
    )
    found = np.zeros(count + 1, dtype=np.bool_)
    found[breadth_first_order(matrix, count, directed=True, return_predecessors=False)] = True
    return found[:count]


def _blocks(weight: Int64Array, useful: BoolArray) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Give every counted component a block and a bit such that all bits of a block weigh the same."""
    block = np.full(weight.size, -1, dtype=np.int64)
    bit = np.full(weight.size, -1, dtype=np.int64)
    weights: list[int] = []
    counted = np.flatnonzero((weight > 0) & useful)
    for value in np.unique(weight[counted]).tolist():
        members = counted[weight[counted] == value]
        place = np.arange(members.size)
        block[members] = len(weights) + place // BLOCK
        bit[members] = place % BLOCK
        weights.extend([value] * (-(-members.size // BLOCK)))
    return block, bit, np.array(weights, dtype=np.int64)


def _sweep_counts(plan: SweepPlan) -> Int64Array:
    size = plan.indptr.size - 1
    counts = np.zeros(size + 1, dtype=np.int64)  # the last is what -1 reads, and is never used
    levels = levels_of(plan.indptr, plan.indices)
    for block in range(plan.blocks):
        seeds = slice(int(plan.block_start[block]), int(plan.block_start[block + 1]))
        bits = np.zeros((size, _WORDS), dtype=np.uint64)
        place = plan.seed_bit[seeds]
        np.bitwise_or.at(bits, (plan.seed_node[seeds], place // 64), np.uint64(1) << (place % 64).astype(np.uint64))
        for level in levels:
            below = np.bitwise_or.reduceat(bits[plan.indices[level.edges]], level.starts, axis=0)
            bits[level.nodes] |= below
        counts[plan.readers] += plan.block_weight[block] * _ones(bits[plan.readers])
    return counts


def _ones(bits: NDArray[np.uint64]) -> Int64Array:
    """Return the number of set bits per row."""
    if hasattr(np, "bitwise_count"):  # numpy 2
        return np.asarray(np.bitwise_count(bits).sum(axis=1, dtype=np.int64))
    flat = np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=1)
    return np.asarray(flat.sum(axis=1, dtype=np.int64))
