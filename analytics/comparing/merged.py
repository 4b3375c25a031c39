"""One numbering for what two snapshots number each for itself.

Input: ids, texts or sets of two snapshots, as Arrow columns. Output: ``Merged`` and codes.
Handled: sorted ids, whose numbers stay in order on both sides, so that what is sorted by them stays sorted.
Not handled: what the things say beyond their ids. Nothing here is hashed to a shorter value: equal means equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.arrays import BoolArray, Int64Array
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Merged", "binary_lists", "codes_of", "merge_sorted", "node_ids"]


@dataclass(frozen=True, slots=True)
class Merged:
    """A numbering of two sorted lists together."""

    before: Int64Array
    """Number of each item of the first list; ascending."""
    after: Int64Array
    """Number of each item of the second list; ascending. Equal items have equal numbers."""
    count: int

    @property
    def removed(self) -> BoolArray:
        """Mask over the first list: what the second lacks."""
        return self._missing(self.before, self.after)

    @property
    def added(self) -> BoolArray:
        """Mask over the second list: what the first lacks."""
        return self._missing(self.after, self.before)

    def both(self) -> tuple[Int64Array, Int64Array]:
        """Return the places, in each list, of what is in both, in order."""
        return np.flatnonzero(~self.removed), np.flatnonzero(~self.added)

    def _missing(self, own: Int64Array, other: Int64Array) -> BoolArray:
        there = np.zeros(self.count, dtype=np.bool_)
        there[other] = True
        return np.asarray(~there[own])


def node_ids(snapshot: Snapshot) -> pa.Array:
    """Return the ids of all nodes, in the order of numbers, without copying them."""
    import pyarrow as pa

    offsets, data = snapshot.node_id_arrays
    return pa.Array.from_buffers(
        pa.large_binary(), snapshot.node_count, [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )


def merge_sorted(before: pa.Array, after: pa.Array) -> Merged:
    """Give two ascending columns without repeats one numbering; O(items)."""
    match = _places(after, before)
    fresh = np.flatnonzero(match < 0)
    # What only the second has goes before the next item that both have; so both sides stay in order.
    following = np.full(match.size + 1, len(before), dtype=np.int64)
    known = np.flatnonzero(match >= 0)
    following[known] = match[known]
    following = np.minimum.accumulate(following[::-1])[::-1][:-1]
    place = following[fresh] + np.arange(fresh.size)
    shift = np.searchsorted(following[fresh], np.arange(len(before)), side="right")
    first = np.arange(len(before), dtype=np.int64) + shift
    second = np.empty(match.size, dtype=np.int64)
    second[known] = first[match[known]]
    second[fresh] = place
    return Merged(first, second, len(before) + int(fresh.size))


def codes_of(before: pa.Array, after: pa.Array) -> tuple[Int64Array, Int64Array, int]:
    """Return codes of two columns, equal for equal values, and how many there are; in no order."""
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

    both = pa.chunked_array([before, after])
    encoded = pc.dictionary_encode(both)
    parts = [np.asarray(chunk.indices.to_numpy(zero_copy_only=False), dtype=np.int64) for chunk in encoded.chunks]
    values = len(encoded.chunks[-1].dictionary) if encoded.chunks else 0
    return parts[0], parts[1], values


def binary_lists(numbers: Int64Array, offsets: Int64Array) -> pa.Array:
    """Return lists of numbers as bytes, so that equal lists are equal values."""
    import pyarrow as pa

    data = np.ascontiguousarray(numbers, dtype=np.int64)
    ends = np.ascontiguousarray(offsets, dtype=np.int64) * data.itemsize
    return pa.Array.from_buffers(pa.large_binary(), ends.size - 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])


def _places(wanted: pa.Array, among: pa.Array) -> Int64Array:
    """Return the place of each value among others, -1 where it is not."""
    import pyarrow.compute

    pc: Any = pyarrow.compute  # as above

    found = pc.fill_null(pc.index_in(wanted, value_set=among), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)
