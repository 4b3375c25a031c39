"""The sweep over blocks of counted things compiled by numba (extra ``speed``), giving equal numbers.

Input: a ``SweepPlan``. Output: counts by core component and group.
Not handled: absence of numba, which ``graph.engine_numba.pays`` looks for.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

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
    from graph.engine_numba_rows import count_blocks

    kernel = compiled(count_blocks)
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
