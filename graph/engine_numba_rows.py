"""The innermost loop of the sweep as one vector instruction an edge; imported only where numba is there and wanted.

Input: rows of 512 bits, CSR of what lies below. Output: rows and counts in place.
Not handled: other widths. Written as scalar code, the compiler turns the loop into gathers, three times as slow.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir
import numba.core.cgutils
import numpy as np
from numba.core import types
from numba.extending import intrinsic

__all__ = ["count_blocks", "or_rows"]

ir: Any = llvmlite.ir  # neither package says its types
cgutils: Any = numba.core.cgutils


def _or_rows(typing: Any, bits: Any, below: Any, start: Any, stop: Any, own: Any) -> Any:
    """Join to row ``own`` of ``bits`` the rows named by ``below[start:stop]``."""
    signature = types.void(bits, below, types.int64, types.int64, types.int64)

    def generate(context: Any, builder: Any, made: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        row = ir.VectorType(word, 8)
        table = context.make_array(made.args[0])(context, builder, arguments[0]).data
        names = context.make_array(made.args[1])(context, builder, arguments[1]).data

        def at(number: Any) -> Any:
            place = builder.mul(number, ir.Constant(word, 8))
            return builder.bitcast(builder.gep(table, [place]), row.as_pointer())

        joined = cgutils.alloca_once(builder, row)
        builder.store(builder.load(at(arguments[4]), align=8), joined)
        loop = cgutils.for_range_slice(builder, arguments[2], arguments[3], ir.Constant(word, 1), word)
        with loop as (edge, _):
            other = builder.zext(builder.load(builder.gep(names, [edge])), word)
            builder.store(builder.or_(builder.load(joined), builder.load(at(other), align=8)), joined)
        builder.store(builder.load(joined), at(arguments[4]), align=8)
        return context.get_dummy_value()

    return signature, generate


or_rows: Any = intrinsic(_or_rows)


def count_blocks(
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
    """Sweep some blocks of a plan and add what each reader reaches to ``counts``."""
    one = np.uint64(1)
    m1, m2, m4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
    h01 = np.uint64(0x0101010101010101)
    s1, s2, s4, s56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
    for block in range(begin, end):
        bits[:] = np.uint64(0)
        for seed in range(block_start[block], block_start[block + 1]):
            bits[np.int64(seed_row[seed]) * 8 + (seed_bit[seed] >> 6)] |= one << np.uint64(seed_bit[seed] & 63)
        for node in range(indptr.size - 1):
            own = np.int64(row[node])
            or_rows(bits, below, indptr[node], indptr[node + 1], own)
            reader = reader_at[node]
            if reader < 0:
                continue
            for place in range(8):
                value = bits[own * 8 + place]
                if value == 0:
                    continue
                value = value - ((value >> s1) & m1)
                value = (value & m2) + ((value >> s2) & m2)
                value = (value + (value >> s4)) & m4
                ones = np.int64((value * h01) >> s56)
                counts[reader, word_group[block * 8 + place]] += word_weight[block * 8 + place] * ones
