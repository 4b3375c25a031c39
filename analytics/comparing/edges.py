"""Edges of two snapshots side by side.

Input: two snapshots and the numbering of their nodes together. Output: ``EdgeChanges`` by edge numbers.
Handled: edges of the same ends, kind and technique are one edge that may have changed; among several of them those that
say the same are paired first. Conditions and grant sets compare by content.
Not handled: guards, ``via``, notes and places of evidence, which explain an edge and are not what it says.

Both edge lists are in order of source, target, kind and technique, and stay so under the common numbering, so that one
merge finds everything. A foreign snapshot whose edges are in another order is compared as truly, in more time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.comparing.merged import Merged, binary_lists, codes_of
from analytics.errors import AnalyticsError
from graph.arrays import GraphArrays, Int64Array
from graph.snapshot import Snapshot

__all__ = ["EdgeChanges", "edge_changes"]

_WORD = 63
"""Bits of a signed integer that may be used."""
_BLOCK = 65_536
"""Edges looked at together: what fits into the caches of a processor."""


@dataclass(frozen=True, slots=True)
class EdgeChanges:
    """Edge numbers, ascending."""

    added: Int64Array
    """In the later snapshot."""
    removed: Int64Array
    """In the earlier one."""
    changed_before: Int64Array
    changed_after: Int64Array
    """The same edges in the later snapshot, in the same order."""


def edge_changes(before: Snapshot, after: Snapshot, nodes: Merged, grants: Merged) -> EdgeChanges:
    """Return which edges differ; O(edges), in blocks of sources, so that memory grows with the differences alone."""
    sides = _sides(before, after, nodes, grants)
    parts = [_block(sides, spans) for spans in _blocks(sides)]
    added, removed, old, new = (np.concatenate([each[column] for each in parts]) for column in range(4))
    order = np.argsort(old, kind="stable")
    return EdgeChanges(np.sort(added), np.sort(removed), old[order], new[order])


@dataclass(frozen=True, slots=True)
class _Side:
    """One snapshot with the codes that both share."""

    arrays: GraphArrays
    number: Int64Array
    """Common number of each node."""
    kind: Int64Array
    technique: Int64Array
    grant_set: Int64Array
    condition: Int64Array
    bits: tuple[int, int, int, int]
    """Of a node, a kind, a technique, a condition."""

    def keys(self, span: tuple[int, int]) -> Int64Array:
        """Return source, target, kind and technique of the edges of a span of sources as one number, ascending."""
        arrays, (first, last) = self.arrays, span
        edges = slice(int(arrays.indptr[first]), int(arrays.indptr[last]))
        node, kind, technique, _ = self.bits
        key = np.repeat(self.number[first:last] << node, np.diff(arrays.indptr[first : last + 1]))
        key |= self.number[arrays.indices[edges]]
        key <<= kind
        key |= self.kind[arrays.edge_kind[edges]]
        key <<= technique
        key |= self.technique[arrays.edge_technique[edges]]
        return key

    def words(self, span: tuple[int, int]) -> Int64Array:
        """Return what those edges say (grants, conditions, state, impact, traversable) as one number."""
        arrays = self.arrays
        edges = slice(int(arrays.indptr[span[0]]), int(arrays.indptr[span[1]]))
        word = self.grant_set[arrays.edge_grant_set[edges]]
        word <<= self.bits[3]
        word |= self.condition[arrays.edge_condition[edges]]
        word <<= 2
        word |= arrays.edge_state[edges]
        word <<= 4
        word |= arrays.edge_impact[edges]
        word <<= 1
        word |= arrays.edge_flags[edges] & 1
        return word


_Sides = tuple[_Side, _Side]
_Spans = tuple[tuple[int, int], tuple[int, int]]
_Found = tuple[Int64Array, Int64Array, Int64Array, Int64Array]
"""Added, removed, changed before, changed after."""


def _sides(before: Snapshot, after: Snapshot, nodes: Merged, grants: Merged) -> _Sides:
    kinds, techniques = (_word_codes(before, after, name) for name in ("edge_kind", "edge_technique"))
    sets, conditions = _grant_set_codes(before, after, grants), _condition_codes(before, after)
    bits = (_bits(nodes.count), _bits(kinds[2]), _bits(techniques[2]), _bits(conditions[2]))
    _fits(2 * bits[0] + bits[1] + bits[2], "nodes, edge kinds and techniques")
    _fits(_bits(sets[2]) + bits[3] + 7, "grant sets and conditions")
    return (
        _Side(before.arrays, nodes.before, kinds[0], techniques[0], sets[0], conditions[0], bits),
        _Side(after.arrays, nodes.after, kinds[1], techniques[1], sets[1], conditions[1], bits),
    )


def _blocks(sides: _Sides) -> Iterator[_Spans]:
    """Yield spans of sources of both sides that belong together, of about ``_BLOCK`` edges a side."""
    cuts = [np.zeros(1, dtype=np.int64)]
    for side in sides:
        if side.number.size:
            ends = np.searchsorted(side.arrays.indptr, np.arange(_BLOCK, side.arrays.edge_count, _BLOCK))
            cuts.append(side.number[np.minimum(ends, side.number.size - 1)])
    edges = np.unique(np.concatenate(cuts))
    first, second = (np.append(np.searchsorted(side.number, edges), side.number.size).tolist() for side in sides)
    for place in range(edges.size):
        yield (first[place], first[place + 1]), (second[place], second[place + 1])


def _block(sides: _Sides, spans: _Spans) -> _Found:
    """Return what differs among the edges of a span of sources."""
    keys = sides[0].keys(spans[0]), sides[1].keys(spans[1])
    words = sides[0].words(spans[0]), sides[1].words(spans[1])
    if np.array_equal(keys[0], keys[1]) and np.array_equal(words[0], words[1]):
        none = np.empty(0, dtype=np.int64)
        return none, none, none, none
    first = keys[0].size
    both = np.concatenate(keys)
    order = np.argsort(both, kind="stable")  # two ascending runs, which are merged rather than sorted
    ordered = both[order]
    fresh = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    starts = np.flatnonzero(fresh)
    sizes = np.diff(np.append(starts, order.size))
    later = order >= first
    alone = starts[sizes == 1]
    # The stable order puts the earlier snapshot's edge first, so two of one key are mostly one from each.
    two = starts[sizes == 2]
    pairs = two[~later[two] & later[two + 1]]
    old, new = order[pairs], order[pairs + 1]
    differs = words[0][old] != words[1][new - first]
    settled = np.zeros(order.size, dtype=np.bool_)
    for places in (alone, pairs, pairs + 1):
        settled[places] = True
    rest = np.flatnonzero(~settled)
    left, right, single = _among_parallels(np.cumsum(fresh)[rest], order[rest], first, words)
    single = np.concatenate([order[alone], single])
    starts_at = [int(side.arrays.indptr[span[0]]) for side, span in zip(sides, spans, strict=True)]
    return (
        single[single >= first] - first + starts_at[1],
        single[single < first] + starts_at[0],
        np.concatenate([old[differs], left]) + starts_at[0],
        np.concatenate([new[differs], right]) - first + starts_at[1],
    )


def _among_parallels(
    group: NDArray[Any], number: Int64Array, first: int, words: tuple[Int64Array, Int64Array]
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Pair edges that share their key: those that say the same are no change, the others change one into another.

    Returns
    -------
    tuple
        Changed edges before and after, and those without a partner; numbers after ``first`` are of the later snapshot.
    """
    later = number >= first
    word = np.empty(number.size, dtype=np.int64)
    word[~later] = words[0][number[~later]]
    word[later] = words[1][number[later] - first]
    one, other = _partners((group, word), later)
    left = np.ones(number.size, dtype=np.bool_)
    left[one] = left[other] = False
    kept = np.flatnonzero(left)
    one, other = _partners((group[kept],), later[kept])
    single = np.ones(kept.size, dtype=np.bool_)
    single[one] = single[other] = False
    return number[kept[one]], number[kept[other]], number[kept[single]]


def _partners(columns: tuple[NDArray[Any], ...], later: NDArray[np.bool_]) -> tuple[Int64Array, Int64Array]:
    """Return places of rows with equal columns, the n-th of the earlier side with the n-th of the later one."""
    order = np.lexsort((later, *columns[::-1]))
    rank = np.arange(order.size) - np.repeat(*_runs(order, (*columns, later)))
    ranks = np.empty(order.size, dtype=np.int64)
    ranks[order] = rank
    order = np.lexsort((later, ranks, *columns[::-1]))
    same = np.ones(max(0, order.size - 1), dtype=np.bool_)
    for column in (*columns, ranks):
        same &= column[order][1:] == column[order][:-1]
    place = np.flatnonzero(same)
    return order[place], order[place + 1]


def _runs(order: Int64Array, columns: tuple[NDArray[Any], ...]) -> tuple[Int64Array, Int64Array]:
    """Return the first place of every run of equal rows, and its length."""
    fresh = np.zeros(order.size, dtype=np.bool_)
    fresh[:1] = True
    for column in columns:
        fresh[1:] |= column[order][1:] != column[order][:-1]
    starts = np.flatnonzero(fresh)
    return starts, np.diff(np.append(starts, order.size))


# ---- codes that both snapshots share


def _word_codes(before: Snapshot, after: Snapshot, name: str) -> tuple[Int64Array, Int64Array, int]:
    """Return for each code of two snapshots the place of its word in the order of words, which edges are sorted by."""
    ours, theirs = before.manifest.codes[name], after.manifest.codes[name]
    words = {word: place for place, word in enumerate(sorted({*ours, *theirs}))}
    return (
        np.array([words[word] for word in ours], dtype=np.int64),
        np.array([words[word] for word in theirs], dtype=np.int64),
        len(words),
    )


def _condition_codes(before: Snapshot, after: Snapshot) -> tuple[Int64Array, Int64Array, int]:
    ours, theirs = (each.table("conditions").columns(["residual"])["residual"] for each in (before, after))
    return codes_of(ours.combine_chunks(), theirs.combine_chunks())


def _grant_set_codes(before: Snapshot, after: Snapshot, grants: Merged) -> tuple[Int64Array, Int64Array, int]:
    lists = []
    for snapshot, number in ((before, grants.before), (after, grants.after)):
        column = snapshot.table("grant_sets").columns(["grants"])["grants"].combine_chunks()
        offsets = np.asarray(column.offsets.to_numpy(zero_copy_only=False), dtype=np.int64)
        members = np.asarray(column.flatten().to_numpy(zero_copy_only=False), dtype=np.int64)
        lists.append(binary_lists(number[members], offsets - offsets[0]))
    return codes_of(lists[0], lists[1])


def _bits(count: int) -> int:
    return max(1, int(count - 1).bit_length())


def _fits(bits: int, what: str) -> None:
    if bits > _WORD:
        raise AnalyticsError(f"these snapshots hold too many {what} to be compared (they need {bits} bits of {_WORD})")
