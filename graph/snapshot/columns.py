"""Python values to Arrow columns, straight from buffers.

Input: sequences of plain values. Output: Arrow arrays without nulls, and their digest.
Not handled: other types than those of ``graph.snapshot.schema``.

``pyarrow.array`` and ``pyarrow.scalar`` import pandas to recognise its objects, which costs every build and look-up
half a second; buffers need no such help.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.arrays import Int64Array
from graph.snapshot.encode import utf8

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow_column", "arrow_text", "hash_column"]


def arrow_column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return values as an Arrow array of a type of ``arrow_schema``; texts that UTF-8 cannot hold are escaped."""
    import pyarrow as pa

    if pa.types.is_large_list(kind):
        flat = arrow_column(list(chain.from_iterable(values)), kind.value_type)
        offsets = pa.py_buffer(_offsets(list(map(len, values))))
        return pa.Array.from_buffers(kind, len(values), [None, offsets], children=[flat])
    if pa.types.is_large_string(kind):
        encoded = {value: utf8(value) for value in set(values)}  # most columns repeat a few texts
        texts = [encoded[value] for value in values]
        offsets = pa.py_buffer(_offsets(list(map(len, texts))))
        return pa.Array.from_buffers(kind, len(texts), [None, offsets, pa.py_buffer(b"".join(texts))])
    if pa.types.is_boolean(kind):
        packed = np.packbits(np.array(values, dtype=np.bool_), bitorder="little")
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(packed)])
    numbers = np.array(values, dtype=kind.to_pandas_dtype())
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers)])


def hash_column(digest: hashlib._Hash, array: pa.Array) -> None:
    """Feed the meaning of an Arrow array without nulls to a digest: lengths, then values, however laid out."""
    import pyarrow as pa

    kind, first, count = array.type, array.offset, len(array)
    if pa.types.is_large_list(kind):
        offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[first : first + count + 1]
        digest.update(np.diff(offsets).tobytes())
        hash_column(digest, array.flatten())
    elif pa.types.is_large_string(kind):
        _, buffer, data = array.buffers()
        offsets = np.frombuffer(buffer, dtype=np.int64)[first : first + count + 1]
        digest.update(np.diff(offsets).tobytes())
        digest.update(memoryview(data)[int(offsets[0]) : int(offsets[-1])])
    elif pa.types.is_boolean(kind):
        bits = np.frombuffer(array.buffers()[1], dtype=np.uint8)
        digest.update(np.unpackbits(bits, bitorder="little")[first : first + count].tobytes())
    else:
        numbers = np.frombuffer(array.buffers()[1], dtype=kind.to_pandas_dtype())
        digest.update(numbers[first : first + count].tobytes())


def arrow_text(text: str) -> pa.Scalar:
    """Return a text as an Arrow scalar."""
    import pyarrow as pa

    return arrow_column([text], pa.large_string())[0]


def _offsets(lengths: Sequence[int]) -> Int64Array:
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets
