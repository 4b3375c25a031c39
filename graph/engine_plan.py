"""What a sweep over everything must touch: the core of a condensation, and bits for what is counted.

Input: ``GraphArrays``, a mask of edges in force, a group for each counted node, the nodes asked about.
Output: ``SweepPlan`` and how to read its counts.
Not handled: the sweep itself (``graph.engine_sweep``, ``graph.engine_numba_sweep``).

The core are the components that lead on from what is asked to what is counted. A counted component outside it is a
leaf: its bit is set straight in the core components that lead to it. Leaves that exactly the same lead to share one bit
with their number as its weight, and a leaf that one component alone leads to shares that one's bit. All bits of a word
stand for the same number of nodes of the same group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.arrays import BoolArray, GraphArrays, Int32Array, Int64Array
from graph.engine_condense import Condensation, condense
from graph.engine_numba import Speed, pays

__all__ = ["WORDS", "Asked", "SweepPlan", "plan_sweep"]

WORDS = 8
"""64-bit words of a block: one cache line a component."""


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """The core of a condensation, and where the bits of each block begin."""

    indptr: Int64Array
    indices: Int32Array
    """CSR of the core: components that lead on, renumbered in order; edges go to lower numbers."""
    readers: Int32Array
    """Core components whose counts are asked for, ascending."""
    groups: int
    word_weight: Int64Array
    """How many counted nodes one bit of a word stands for; ``WORDS`` words a block."""
    word_group: Int64Array
    block_start: Int64Array
    """``blocks + 1``: the block's range in the two arrays below."""
    seed_node: Int32Array
    """Core component in which a bit is set before the sweep."""
    seed_bit: Int32Array
    """Which bit of the block, 0 to 511."""

    @property
    def blocks(self) -> int:
        """Return the number of blocks."""
        return int(self.block_start.size - 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the answer for each node asked about is found."""

    reader: Int64Array
    """Place in ``SweepPlan.readers``; -1 when the node leads on to nothing counted."""
    own: Int64Array
    """Asked × groups: what is counted without a sweep, to be added to its counts."""


def plan_sweep(
    arrays: GraphArrays,
    asked: Int64Array,
    alive: BoolArray,
    group: NDArray[np.integer],
    groups: int,
    speed: Speed = "auto",
) -> tuple[SweepPlan, Asked]:
    """Return the plan of a sweep, and where the answers of the asked nodes will be.

    Parameters
    ----------
    group
        By node (``n``): 0 to ``groups - 1``, or -1 for what is not counted.
    """
    nodes = np.flatnonzero(group >= 0)
    graph, useful = _condensed(arrays, alive, nodes, asked, speed)
    if useful is not None:
        graph = _only(graph, useful)
    degree = np.diff(graph.indptr)
    inner = degree > 0
    core = np.where(inner, np.cumsum(inner) - 1, -1).astype(np.int32)
    size = int(core.max(initial=-1)) + 1
    both = inner[graph.indices]
    leaf_edges = np.flatnonzero(~both)
    leaf_source = core[np.searchsorted(graph.indptr, leaf_edges, side="right") - 1]
    key = np.unique(graph.component[nodes].astype(np.int64) * groups + group[nodes], return_counts=True)
    holder, weight = key[0] // groups, key[1].astype(np.int64)
    members, leaders = _holders(core, leaf_source, graph.indices[leaf_edges], holder, size)
    component = graph.component[asked]
    wanted = core[component]
    reads = np.zeros(size + 1, dtype=np.bool_)
    reads[wanted] = True  # the last is what -1 writes
    readers = np.flatnonzero(reads[:size])
    indices = core[graph.indices[both]]
    things = _together(members, key[0] % groups, weight, groups)
    # What only one core component reaches, as nothing leads there, is its own business and needs no bit.
    alone = np.append(np.bincount(indices, minlength=size) == 0, np.zeros(leaders.first.size - size, dtype=np.bool_))
    apart = alone[things.holder]
    bits = _bits(things.only(~apart), leaders)
    plan = SweepPlan(
        indptr=_ends(degree[inner] - np.bincount(leaf_source, minlength=size)),
        indices=indices,
        readers=readers.astype(np.int32),
        groups=groups,
        word_weight=bits.word_weight,
        word_group=bits.word_group,
        block_start=bits.block_start,
        seed_node=bits.seed_node,
        seed_bit=bits.seed_bit,
    )
    place = np.full(size + 1, -1, dtype=np.int64)
    place[readers] = np.arange(readers.size)
    own = np.zeros((asked.size, groups), dtype=np.int64)
    for each in range(groups):
        outside, inside = np.zeros(graph.count, dtype=np.int64), np.zeros(size + 1, dtype=np.int64)
        chosen = key[0] % groups == each
        outside[holder[chosen]] = weight[chosen]
        chosen = apart & (things.group == each)
        inside[things.holder[chosen]] = things.weight[chosen]
        own[:, each] = np.where(wanted < 0, outside[component], inside[wanted])
    return plan, Asked(place[wanted], own)


def _condensed(
    arrays: GraphArrays, alive: BoolArray, counted: Int64Array, asked: Int64Array, speed: Speed
) -> tuple[Condensation, BoolArray | None]:
    """Return a condensation, and which of its components are useful; ``None``: the others have no edges left."""
    if pays(speed, arrays.edge_count):
        from graph.engine_numba_condense import between, strong_components, useful_components

        component, members, first = strong_components(arrays, alive)
        ends = [np.zeros(first.size - 1, dtype=np.bool_) for _ in range(2)]
        for mask, nodes in zip(ends, (counted, asked), strict=True):
            mask[component[nodes]] = True
        useful = useful_components(arrays, alive, component, members, first, *ends)
        return Condensation(component, *between(arrays, alive, component, members, first, useful)), None
    graph = condense(arrays, alive, speed="numpy")
    source = graph.edge_source
    down = _closure(graph.indices, source, graph.component[counted], graph.count)
    up = _closure(source, graph.indices, graph.component[asked], graph.count)
    return graph, down & up


def _only(graph: Condensation, useful: BoolArray) -> Condensation:
    source = graph.edge_source
    kept = useful[source] & useful[graph.indices]
    return Condensation(graph.component, _pointer(source[kept], graph.count), graph.indices[kept])


def _closure(tail: Int32Array, head: Int32Array, first: Int32Array, count: int) -> BoolArray:
    """Return what ``first`` reaches when edges lead from ``tail`` to ``head``."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order

    start = np.unique(first)
    matrix = csr_matrix(
        (
            np.ones(tail.size + start.size, dtype=np.int8),
            (np.concatenate((tail, np.full(start.size, count))), np.concatenate((head, start))),
        ),
        shape=(count + 1, count + 1),
    )
    found = np.zeros(count + 1, dtype=np.bool_)
    found[breadth_first_order(matrix, count, directed=True, return_predecessors=False)] = True
    return found[:count]


@dataclass(frozen=True, slots=True)
class _Leaders:
    """The core components that lead to each holder of a bit, as ranges."""

    first: Int64Array
    count: Int64Array
    nodes: Int32Array


def _holders(
    core: Int32Array, leaf_source: Int32Array, leaf: Int32Array, holder: Int64Array, size: int
) -> tuple[Int64Array, _Leaders]:
    """Return who holds the bit of each counted component (-1: nobody asked reaches it), and who leads to each holder.

    ``leaf_source`` are core numbers, ascending; ``leaf`` the components outside the core that they lead to.
    Holders are the core components, then one leaf for all that the same core components lead to.
    """
    from scipy.sparse import csr_matrix

    pointer = _pointer(leaf_source, size)
    pairs = csr_matrix((np.ones(leaf.size, dtype=np.int8), leaf, pointer), shape=(size, core.size)).tocsc()
    first, nodes = pairs.indptr.astype(np.int64), pairs.indices
    stands_for = np.full(core.size, -1, dtype=np.int64)
    inside = core >= 0
    stands_for[inside] = core[inside]
    leaves = np.flatnonzero(np.diff(first))
    leaves = leaves[np.isin(leaves, holder)]
    counts = first[leaves + 1] - first[leaves]
    single = counts == 1
    stands_for[leaves[single]] = nodes[first[leaves[single]]]
    several = leaves[~single]
    kind = _alike(first[several], counts[~single], nodes)
    shown = several[kind == np.arange(several.size)]
    place = np.zeros(several.size, dtype=np.int64)
    place[kind == np.arange(several.size)] = np.arange(shown.size)
    stands_for[several] = size + place[kind]
    leaders = _Leaders(
        np.concatenate((np.arange(size), size + first[shown])),
        np.concatenate((np.ones(size, dtype=np.int64), first[shown + 1] - first[shown])),
        np.concatenate((np.arange(size, dtype=np.int32), nodes.astype(np.int32))),
    )
    return stands_for[holder], leaders


def _alike(first: Int64Array, count: Int64Array, nodes: NDArray[np.integer]) -> Int64Array:
    """Return for each range of ``nodes`` the first range with exactly the same entries; ranges ascend."""
    own = np.arange(first.size)
    if first.size < 2:
        return own
    mark = np.random.default_rng(0).integers(0, 2**63, int(nodes.max()) + 1, dtype=np.uint64)
    sums = np.zeros(nodes.size + 1, dtype=np.uint64)
    np.cumsum(mark[nodes], out=sums[1:])  # wraps around, as the difference below does
    signature = sums[first + count] - sums[first]
    _, representative, back = np.unique(signature, return_index=True, return_inverse=True)
    other = representative[back]
    # Equal sums nearly always mean equal entries; what they mean is looked at.
    check = np.flatnonzero((other != own) & (count[other] == count))
    if not check.size:
        return own
    starts = np.cumsum(count[check]) - count[check]
    within = np.arange(int(count[check].sum())) - np.repeat(starts, count[check])
    same = (
        nodes[np.repeat(first[check], count[check]) + within]
        == (nodes[np.repeat(first[other[check]], count[check]) + within])
    )
    equal = check[np.logical_and.reduceat(same, starts)]
    own[equal] = other[equal]
    return own


@dataclass(frozen=True, slots=True)
class _Bits:
    """The fields of a plan that say where bits are set and what they weigh."""

    word_weight: Int64Array
    word_group: Int64Array
    block_start: Int64Array
    seed_node: Int32Array
    seed_bit: Int32Array


@dataclass(frozen=True, slots=True)
class _Things:
    """What is counted, by holder and group, none twice."""

    holder: Int64Array
    group: Int64Array
    weight: Int64Array

    def only(self, kept: BoolArray) -> _Things:
        return _Things(self.holder[kept], self.group[kept], self.weight[kept])


def _together(holder: Int64Array, group: Int64Array, weight: Int64Array, groups: int) -> _Things:
    reached = holder >= 0
    key, place = np.unique(holder[reached] * groups + group[reached], return_inverse=True)
    total = np.bincount(place, weights=weight[reached], minlength=key.size).astype(np.int64)
    return _Things(key // groups, key % groups, total)


def _bits(things: _Things, leaders: _Leaders) -> _Bits:
    """Give every holder bits that together weigh what it stands for in each group."""
    holder, group, weight = things.holder, things.group, things.weight
    order = np.lexsort((weight, group))
    holder, group, weight = holder[order], group[order], weight[order]
    place = _place_in_run(group, weight)
    run = np.bincount(np.cumsum(place == 0) - 1) if place.size else np.zeros(0, dtype=np.int64)
    whole = place < np.repeat(run // 64 * 64, run)  # these fill words with their own weight
    parts = [(holder[whole], group[whole], weight[whole])]
    rest = ~whole
    for power in range(int(weight[rest].max(initial=0)).bit_length()):
        chosen = rest & ((weight >> power) & 1 == 1)
        parts.append((holder[chosen], group[chosen], np.full(int(chosen.sum()), 1 << power, dtype=np.int64)))
    holder, group, weight = (np.concatenate([part[column] for part in parts]) for column in range(3))
    order = np.lexsort((weight, group))
    holder, group, weight = holder[order], group[order], weight[order]
    place = _place_in_run(group, weight)
    opens = place % 64 == 0
    word = np.cumsum(opens) - 1
    words = int(opens.sum())
    blocks = -(-words // WORDS)
    word_weight = np.zeros(blocks * WORDS, dtype=np.int64)
    word_group = np.zeros(blocks * WORDS, dtype=np.int64)
    word_weight[:words], word_group[:words] = weight[opens], group[opens]
    counts = leaders.count[holder]
    starts = np.cumsum(counts) - counts
    node = leaders.nodes[np.repeat(leaders.first[holder] - starts, counts) + np.arange(int(counts.sum()))]
    return _Bits(
        word_weight,
        word_group,
        _pointer(np.repeat(word // WORDS, counts), blocks),
        node.astype(np.int32),
        np.repeat(word % WORDS * 64 + place % 64, counts).astype(np.int32),
    )


def _place_in_run(group: Int64Array, weight: Int64Array) -> Int64Array:
    """Return the place of each entry among the adjacent ones of equal group and weight."""
    if not group.size:
        return group
    begins = np.ones(group.size, dtype=np.bool_)
    begins[1:] = (group[1:] != group[:-1]) | (weight[1:] != weight[:-1])
    starts = np.flatnonzero(begins)
    return np.asarray(np.arange(group.size) - np.repeat(starts, np.diff(np.append(starts, group.size))))


def _pointer(ends: NDArray[np.integer], count: int) -> Int64Array:
    return _ends(np.bincount(ends, minlength=count))


def _ends(counts: Int64Array) -> Int64Array:
    pointer = np.zeros(counts.size + 1, dtype=np.int64)
    np.cumsum(counts, out=pointer[1:])
    return pointer
