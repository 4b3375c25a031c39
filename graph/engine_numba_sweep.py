"""The sweep over blocks of counted things compiled by numba (extra ``speed``), giving equal numbers.

Input: a ``SweepPlan``. Output: counts by core component and group.
Not handled: absence of numba, which ``graph.engine_numba.pays`` looks for.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.arrays import Int64Array
from graph.engine_numba import compiled

if TYPE_CHECKING:
    from graph.engine_plan import SweepPlan

__all__ = ["sweep_counts"]


def sweep_counts(plan: SweepPlan, threads: int) -> Int64Array:
    """Return by reader, in the plan's order, and group what ``reach_counts_by`` asks.

    Parameters
    ----------
    threads
        Each takes a share of the blocks, and 64 bytes a core component and 8 a reader and group.
    """
    kernel = compiled(_count_blocks)
    size = plan.indptr.size - 1
    # Rows that many lead to lie together, so that they stay in the cache.
    row = np.empty(size, dtype=np.uint32)
    row[np.argsort(-np.bincount(plan.indices, minlength=size), kind="stable")] = np.arange(size, dtype=np.uint32)
    below, seed_row = row[plan.indices], row[plan.seed_node]
    reader_at = np.full(size, -1, dtype=np.int32)
    reader_at[plan.readers] = np.arange(plan.readers.size, dtype=np.int32)
    workers = max(1, min(threads, plan.blocks))
    bounds = np.linspace(0, plan.blocks, workers + 1).astype(np.int64)

    def share(worker: int) -> Int64Array:
        counts = np.zeros((plan.readers.size, plan.groups), dtype=np.int64)
        kernel(
            plan.indptr,
            below,
            row,
            reader_at,
            plan.word_weight,
            plan.word_group,
            plan.block_start,
            seed_row,
            plan.seed_bit,
            bounds[worker],
            bounds[worker + 1],
            np.zeros(size * 8, dtype=np.uint64),
            counts,
        )
        return counts

    if workers == 1:
        return share(0)
    with ThreadPoolExecutor(workers) as pool:
        first, *others = pool.map(share, range(workers))
    for counts in others:
        first += counts
    return first


def _count_blocks(
    indptr: Any,
    below: Any,
    row: Any,
    reader_at: Any,
    word_weight: Any,
    word_group: Any,
    block_start: Any,
    seed_row: Any,
    seed_bit: Any,
    begin: int,
    end: int,
    bits: Any,
    counts: Any,
) -> None:
    one = np.uint64(1)
    m1, m2, m4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
    h01 = np.uint64(0x0101010101010101)
    s1, s2, s4, s56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
    eight = np.uint64(8)
    word = np.zeros(8, dtype=np.uint64)
    for block in range(begin, end):
        bits[:] = np.uint64(0)
        for seed in range(block_start[block], block_start[block + 1]):
            at = np.uint64(seed_row[seed]) * eight + np.uint64(seed_bit[seed] >> 6)
            bits[at] |= one << np.uint64(seed_bit[seed] & 63)
        for node in range(indptr.size - 1):
            own = np.uint64(row[node]) * eight
            b0, b1, b2, b3 = bits[own], bits[own + np.uint64(1)], bits[own + np.uint64(2)], bits[own + np.uint64(3)]
            b4, b5 = bits[own + np.uint64(4)], bits[own + np.uint64(5)]
            b6, b7 = bits[own + np.uint64(6)], bits[own + np.uint64(7)]
            for edge in range(indptr[node], indptr[node + 1]):
                at = np.uint64(below[edge]) * eight
                b0 |= bits[at]
                b1 |= bits[at + np.uint64(1)]
                b2 |= bits[at + np.uint64(2)]
                b3 |= bits[at + np.uint64(3)]
                b4 |= bits[at + np.uint64(4)]
                b5 |= bits[at + np.uint64(5)]
                b6 |= bits[at + np.uint64(6)]
                b7 |= bits[at + np.uint64(7)]
            bits[own], bits[own + np.uint64(1)], bits[own + np.uint64(2)], bits[own + np.uint64(3)] = b0, b1, b2, b3
            bits[own + np.uint64(4)], bits[own + np.uint64(5)] = b4, b5
            bits[own + np.uint64(6)], bits[own + np.uint64(7)] = b6, b7
            reader = reader_at[node]
            if reader < 0:
                continue
            word[0], word[1], word[2], word[3] = b0, b1, b2, b3
            word[4], word[5], word[6], word[7] = b4, b5, b6, b7
            for place in range(8):
                value = word[place]
                if value == 0:
                    continue
                value = value - ((value >> s1) & m1)
                value = (value & m2) + ((value >> s2) & m2)
                value = (value + (value >> s4)) & m4
                ones = np.int64((value * h01) >> s56)
                counts[reader, word_group[block * 8 + place]] += word_weight[block * 8 + place] * ones
