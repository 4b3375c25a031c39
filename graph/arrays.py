"""The arrays of one graph as the engine sees them: forward and reverse CSR, one small code per node and edge.

Input: numpy arrays, usually memory-mapped by ``graph.snapshot``. Output: ``GraphArrays``, and the codes fixed by
``docs/snapshot.md``. Not handled: names, conditions and grants, which the snapshot's tables hold by the same
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.errors import GraphError
from graph.kinds import Category, Impact

__all__ = [
    "CATEGORY_CODES",
    "IMPACT_CODES",
    "TRAVERSABLE",
    "BoolArray",
    "GraphArrays",
    "Int8Array",
    "Int16Array",
    "Int32Array",
    "Int64Array",
    "arrays_from_edges",
    "edges_into",
    "portions",
    "spans",
]

BoolArray = NDArray[np.bool_]
Int8Array = NDArray[np.int8]
Int16Array = NDArray[np.int16]
Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]

CATEGORY_CODES: tuple[Category, ...] = (
    Category.IDENTITY,
    Category.HUMAN,
    Category.GROUP,
    Category.CREDENTIAL,
    Category.WORKLOAD,
    Category.RESOURCE,
    Category.SECRET,
    Category.SCOPE,
    Category.FEDERATION,
    Category.PRIVILEGE,
    Category.HUB,
    Category.IDENTITY_STATE,
)
"""Category of each ``node_category`` code. INVARIANT: stored in snapshots, so entries are only ever appended."""

IMPACT_CODES: tuple[str, ...] = ("", *(impact.value for impact in Impact))
"""Text of each ``edge_impact`` and ``node_impact`` code: 0 is none, 1 to 11 are H1 (worst) to H11."""

TRAVERSABLE = 1
"""Bit of ``edge_flags``: an attacker at the source gains the target."""

_PORTION = 1 << 18
"""Edges looked at together."""
HUB_CODE = CATEGORY_CODES.index(Category.HUB)


@dataclass(frozen=True)
class GraphArrays:
    """One graph of ``n`` nodes and ``m`` edges; an edge id is a position in the forward CSR.

    INVARIANT: within one source, edges are sorted by target; ``r_edge`` is ascending within one target.
    """

    indptr: Int64Array
    """``n + 1``: edges of source ``u`` are ``indptr[u]:indptr[u + 1]``."""
    indices: Int32Array
    """``m``: target of each edge."""
    r_indptr: Int64Array
    """``n + 1``: edges into target ``v`` are ``r_indptr[v]:r_indptr[v + 1]`` of the two arrays below."""
    r_indices: Int32Array
    """``m``: source of each edge, by target."""
    r_edge: Int32Array
    """``m``: edge id, by target."""
    edge_kind: Int16Array
    edge_technique: Int16Array
    edge_flags: NDArray[np.uint8]
    edge_state: Int8Array
    edge_condition: Int32Array
    edge_grant_set: Int32Array
    edge_impact: Int8Array
    node_category: Int8Array
    node_kind: Int16Array
    node_impact: Int8Array

    @property
    def node_count(self) -> int:
        """Return ``n``."""
        return int(self.indptr.size - 1)

    @property
    def edge_count(self) -> int:
        """Return ``m``."""
        return int(self.indices.size)

    @cached_property
    def edge_source(self) -> Int32Array:
        """Return the source of each edge (``m``), made on first use."""
        counts = np.diff(self.indptr)
        return np.repeat(np.arange(self.node_count, dtype=np.int32), counts)

    @cached_property
    def traversable(self) -> BoolArray:
        """Return a mask (``m``) of edges that give an attacker the target, made on first use."""
        return np.asarray((self.edge_flags & TRAVERSABLE) != 0, dtype=np.bool_)

    @cached_property
    def conditioned(self) -> Int64Array:
        """Return the edges that a condition stands on, ascending, made on first use."""
        return np.flatnonzero(self.edge_condition)

    @cached_property
    def hub(self) -> BoolArray:
        """Return a mask (``n``) of hubs, made on first use."""
        return np.asarray(self.node_category == HUB_CODE)

    @cached_property
    def leads_on(self) -> BoolArray:
        """Return a mask (``n``) of nodes that edges leave, made on first use."""
        return np.asarray(np.diff(self.indptr) > 0)

    def check(self) -> None:
        """Raise ``GraphError`` when the arrays do not fit together, so that no kernel reads out of bounds."""
        n, m = self.node_count, self.edge_count
        for name in ("indptr", "r_indptr"):
            pointer = getattr(self, name)
            if pointer.size != n + 1 or n < 0 or pointer[0] != 0 or pointer[-1] != m or np.any(np.diff(pointer) < 0):
                raise GraphError(f"array `{name}` does not describe {n} nodes and {m} edges")
        for name, bound in (("indices", n), ("r_indices", n), ("r_edge", m)):
            array = getattr(self, name)
            if array.size != m or (m and (array.min() < 0 or array.max() >= bound)):
                raise GraphError(f"array `{name}` holds numbers outside 0 to {bound - 1}, or not {m} of them")
        for name in ("kind", "technique", "flags", "state", "condition", "grant_set", "impact"):
            if getattr(self, f"edge_{name}").size != m:
                raise GraphError(f"array `edge_{name}` does not hold {m} numbers")
        for name in ("category", "kind", "impact"):
            if getattr(self, f"node_{name}").size != n:
                raise GraphError(f"array `node_{name}` does not hold {n} numbers")


def spans(pointer: Int64Array, nodes: NDArray[np.integer]) -> Int64Array:
    """Return the concatenated ranges ``pointer[u]:pointer[u + 1]`` of some nodes."""
    first = pointer[nodes]
    counts = pointer[nodes + 1] - first
    ends = np.cumsum(counts)
    result = np.repeat(first - (ends - counts), counts)
    result += np.arange(result.size)
    return np.asarray(result)


def portions(pointer: Int64Array, nodes: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield the nodes in portions whose ranges together are short enough to stay in the processor's cache."""
    if nodes.size < 2:
        yield nodes
        return
    passed = np.cumsum(pointer[nodes + 1] - pointer[nodes]) // _PORTION
    yield from np.split(nodes, np.flatnonzero(passed[1:] != passed[:-1]) + 1)


def edges_into(arrays: GraphArrays, nodes: NDArray[np.integer]) -> Int64Array:
    """Return the edges into some nodes, node by node, ascending within one."""
    return np.asarray(arrays.r_edge[spans(arrays.r_indptr, nodes)], dtype=np.int64)


def arrays_from_edges(
    node_count: int,
    source: NDArray[np.integer],
    target: NDArray[np.integer],
    hub: BoolArray | None = None,
    columns: Mapping[str, NDArray[Any]] | None = None,
) -> GraphArrays:
    """Build both CSR forms from edge lists.

    Parameters
    ----------
    node_count
        ``n``.
    source, target
        ``m`` node numbers each. Edges already sorted by (source, target) keep their order and so their ids; others are
        sorted, ties in the order given.
    hub
        Mask of hubs (``n``); categories become ``HUB`` and ``IDENTITY``. Ignored when ``columns`` has
        ``node_category``.
    columns
        Further arrays of ``GraphArrays`` by name, edge columns in the order of ``source``; zero when missing, except
        ``edge_flags`` (traversable) and ``edge_state`` (verified).
    """
    source = np.asarray(source, dtype=np.int64)
    target = np.asarray(target, dtype=np.int64)
    given = dict(columns or {})
    order = np.lexsort((target, source))
    source, target = source[order], target[order]
    reverse = np.lexsort((source, target))
    if "node_category" not in given:
        mask = np.zeros(node_count, dtype=bool) if hub is None else hub
        given["node_category"] = np.where(mask, HUB_CODE, CATEGORY_CODES.index(Category.IDENTITY))

    def edge_column(name: str, dtype: type, default: int = 0) -> NDArray[Any]:
        column = given.get(name)
        return np.full(source.size, default, dtype=dtype) if column is None else column[order].astype(dtype)

    def node_column(name: str, dtype: type) -> NDArray[Any]:
        column = given.get(name)
        return np.zeros(node_count, dtype=dtype) if column is None else column.astype(dtype)

    return GraphArrays(
        indptr=_pointer(source, node_count),
        indices=target.astype(np.int32),
        r_indptr=_pointer(target, node_count),
        r_indices=source[reverse].astype(np.int32),
        r_edge=reverse.astype(np.int32),
        edge_kind=edge_column("edge_kind", np.int16),
        edge_technique=edge_column("edge_technique", np.int16),
        edge_flags=edge_column("edge_flags", np.uint8, TRAVERSABLE),
        edge_state=edge_column("edge_state", np.int8, 3),
        edge_condition=edge_column("edge_condition", np.int32),
        edge_grant_set=edge_column("edge_grant_set", np.int32),
        edge_impact=edge_column("edge_impact", np.int8),
        node_category=node_column("node_category", np.int8),
        node_kind=node_column("node_kind", np.int16),
        node_impact=node_column("node_impact", np.int8),
    )


def _pointer(ends: NDArray[np.integer], node_count: int) -> Int64Array:
    pointer = np.zeros(node_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=node_count), out=pointer[1:])
    return pointer
