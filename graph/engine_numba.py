"""The sweeps of ``graph.engine_sweep`` compiled by numba (extra ``speed``), giving equal numbers.

Input: a ``SweepPlan``, or the condensation's CSR. Output: counts by core component; lowest values in place.
Not handled: absence of numba, which ``speed="auto"`` looks for. Compiled code is cached beside the source where that
can be written; otherwise each process compiles anew (about 3 s).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Int32Array, Int64Array

if TYPE_CHECKING:
    from graph.engine_sweep import SweepPlan

__all__ = ["sweep_counts", "sweep_lowest"]

_WORDS = 8


def sweep_counts(plan: SweepPlan, threads: int) -> Int64Array:
    """Return by core component what ``reach_counts`` asks; one more entry at the end, unused.

    Parameters
    ----------
    threads
        Each takes a share of the blocks and 64 bytes a core component.
    """
    kernel = _compiled(_count_blocks)
    size = plan.indptr.size - 1
    workers = max(1, min(threads, plan.blocks))
    bounds = np.linspace(0, plan.blocks, workers + 1).astype(np.int64)

    def share(worker: int) -> Int64Array:
        counts = np.zeros(size + 1, dtype=np.int64)
        kernel(
            np.asarray(plan.indptr),
            np.asarray(plan.indices),
            plan.readers,
            plan.block_weight,
            plan.block_start,
            plan.seed_node,
            plan.seed_bit,
            bounds[worker],
            bounds[worker + 1],
            np.zeros((size, _WORDS), dtype=np.uint64),
            counts,
        )
        return counts

    if workers == 1:
        return share(0)
    with ThreadPoolExecutor(workers) as pool:
        total = np.zeros(size + 1, dtype=np.int64)
        for counts in pool.map(share, range(workers)):
            total += counts
    return total


def sweep_lowest(indptr: Int64Array, indices: Int32Array, lowest: NDArray[np.int8]) -> None:
    """Lower each component's value, in place, to the lowest of its successors; edges go to lower numbers."""
    _compiled(_lower)(indptr, indices, lowest)


@cache
def _compiled(function: Callable[..., None]) -> Callable[..., None]:
    from numba import njit

    try:
        kernel: Any = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to cache in
        kernel = njit(nogil=True)(function)
    compiled: Callable[..., None] = kernel
    return compiled


def _count_blocks(
    indptr: Any,
    indices: Any,
    readers: Any,
    block_weight: Any,
    block_start: Any,
    seed_node: Any,
    seed_bit: Any,
    first: int,
    last: int,
    bits: Any,
    counts: Any,
) -> None:
    one = np.uint64(1)
    m1, m2, m4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
    h01 = np.uint64(0x0101010101010101)
    s1, s2, s4, s56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
    for block in range(first, last):
        bits[:] = np.uint64(0)
        for seed in range(block_start[block], block_start[block + 1]):
            bits[seed_node[seed], seed_bit[seed] >> 6] |= one << np.uint64(seed_bit[seed] & 63)
        for node in range(indptr.size - 1):
            for edge in range(indptr[node], indptr[node + 1]):
                below = indices[edge]
                for word in range(8):
                    bits[node, word] |= bits[below, word]
        for reader in readers:
            ones = np.int64(0)
            for word in range(8):
                value = bits[reader, word]
                value = value - ((value >> s1) & m1)
                value = (value & m2) + ((value >> s2) & m2)
                value = (value + (value >> s4)) & m4
                ones += np.int64((value * h01) >> s56)
            counts[reader] += block_weight[block] * ones


def _lower(indptr: Any, indices: Any, lowest: Any) -> None:
    for node in range(indptr.size - 1):
        for edge in range(indptr[node], indptr[node + 1]):
            lowest[node] = min(lowest[node], lowest[indices[edge]])
