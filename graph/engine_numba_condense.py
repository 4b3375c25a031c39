"""Strong components and the part of a condensation that a sweep needs, compiled by numba (extra ``speed``).

Input: CSR arrays and a mask of edges in force. Output: components numbered sinks first; distinct edges between them.
Not handled: absence of numba, which ``graph.engine_numba.pays`` looks for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.arrays import BoolArray, GraphArrays, Int8Array, Int32Array, Int64Array
from graph.engine_numba import compiled

__all__ = ["between", "lower_along", "strong_components", "useful_components"]


def strong_components(arrays: GraphArrays, alive: BoolArray) -> tuple[Int32Array, Int32Array, Int64Array]:
    """Return each node's component, the nodes by component, and where each component's nodes begin.

    Every edge in force goes to a component of the same or a lower number.
    """
    component = np.full(arrays.node_count, -1, dtype=np.int32)
    count = compiled(_tarjan)(arrays.indptr, arrays.indices, alive, component)
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(component, minlength=count), out=first[1:])
    members = np.empty(arrays.node_count, dtype=np.int32)
    compiled(_by_component)(component, first[:-1].copy(), members)
    return component, members, first


def useful_components(
    arrays: GraphArrays,
    alive: BoolArray,
    component: Int32Array,
    members: Int32Array,
    first: Int64Array,
    counted: BoolArray,
    asked: BoolArray,
) -> BoolArray:
    """Return the components that some asked component reaches and that reach a counted one; both masks by component."""
    down, up = counted.copy(), asked.copy()
    shared = (arrays.indptr, arrays.indices, alive, component, members, first, down)
    compiled(_leading)(*shared)
    if not up.all():
        compiled(_reached)(*shared, up)
    return np.asarray(down & up)


def between(
    arrays: GraphArrays,
    alive: BoolArray,
    component: Int32Array,
    members: Int32Array,
    first: Int64Array,
    useful: BoolArray | None = None,
) -> tuple[Int64Array, Int32Array]:
    """Return the distinct edges between components as CSR; only between useful ones where these are told."""
    kept = np.ones(first.size - 1, dtype=np.bool_) if useful is None else useful
    indptr = np.zeros(first.size, dtype=np.int64)
    mark = np.full(first.size - 1, -1, dtype=np.int32)
    indices = np.empty(arrays.edge_count, dtype=np.int32)  # memory is taken only as far as it is written
    count = compiled(_between)(
        arrays.indptr, arrays.indices, alive, component, members, first, kept, indptr, mark, indices
    )
    return indptr, indices[:count]


def lower_along(
    arrays: GraphArrays,
    alive: BoolArray,
    component: Int32Array,
    members: Int32Array,
    first: Int64Array,
    lowest: Int8Array,
) -> None:
    """Lower each component's value, in place, to the lowest that it reaches."""
    compiled(_lower)(arrays.indptr, arrays.indices, alive, component, members, first, lowest)


def _tarjan(indptr: Any, indices: Any, alive: Any, component: Any) -> int:
    n = indptr.size - 1
    index = np.zeros(n, dtype=np.int32)  # 0: not visited
    low = np.zeros(n, dtype=np.int32)
    stack = np.empty(n, dtype=np.int32)
    path = np.empty(n, dtype=np.int32)
    edge_at = indptr[:-1].copy()
    visited = count = stacked = depth = 0
    for root in range(n):
        if index[root]:
            continue
        visited += 1
        index[root] = low[root] = visited
        stack[stacked] = path[depth] = root
        stacked += 1
        depth += 1
        while depth:
            node = path[depth - 1]
            edge, end = edge_at[node], indptr[node + 1]
            deeper = False
            while edge < end:
                if alive[edge]:
                    target = indices[edge]
                    if index[target] == 0:
                        visited += 1
                        index[target] = low[target] = visited
                        if indptr[target] == indptr[target + 1]:  # a sink is a component of its own
                            component[target] = count
                            count += 1
                        else:
                            stack[stacked] = path[depth] = target
                            stacked += 1
                            depth += 1
                            edge_at[node] = edge + 1
                            deeper = True
                            break
                    elif component[target] < 0 and index[target] < low[node]:
                        low[node] = index[target]
                edge += 1
            if deeper:
                continue
            depth -= 1
            if depth and low[node] < low[path[depth - 1]]:
                low[path[depth - 1]] = low[node]
            if low[node] == index[node]:
                while True:
                    stacked -= 1
                    component[stack[stacked]] = count
                    if stack[stacked] == node:
                        break
                count += 1
    return count


def _by_component(component: Any, place: Any, members: Any) -> None:
    for node in range(component.size):
        members[place[component[node]]] = node
        place[component[node]] += 1


def _leading(indptr: Any, indices: Any, alive: Any, component: Any, members: Any, first: Any, down: Any) -> None:
    for each in range(first.size - 1):
        if down[each]:
            continue
        found = False
        for place in range(first[each], first[each + 1]):
            node = members[place]
            for edge in range(indptr[node], indptr[node + 1]):
                if alive[edge] and down[component[indices[edge]]]:
                    found = True
                    break
            if found:
                down[each] = True
                break


def _reached(
    indptr: Any, indices: Any, alive: Any, component: Any, members: Any, first: Any, down: Any, up: Any
) -> None:
    for each in range(first.size - 2, -1, -1):
        if up[each] and down[each]:
            for place in range(first[each], first[each + 1]):
                node = members[place]
                for edge in range(indptr[node], indptr[node + 1]):
                    if alive[edge]:
                        up[component[indices[edge]]] = True


def _between(
    indptr: Any,
    indices: Any,
    alive: Any,
    component: Any,
    members: Any,
    first: Any,
    kept: Any,
    out_indptr: Any,
    mark: Any,
    out_indices: Any,
) -> int:
    at = 0
    for each in range(first.size - 1):
        if kept[each]:
            for place in range(first[each], first[each + 1]):
                node = members[place]
                for edge in range(indptr[node], indptr[node + 1]):
                    if alive[edge]:
                        target = component[indices[edge]]
                        if kept[target] and target != each and mark[target] != each:
                            mark[target] = each
                            out_indices[at] = target
                            at += 1
        out_indptr[each + 1] = at
    return at


def _lower(indptr: Any, indices: Any, alive: Any, component: Any, members: Any, first: Any, lowest: Any) -> None:
    for each in range(first.size - 1):
        best = lowest[each]
        for place in range(first[each], first[each + 1]):
            node = members[place]
            for edge in range(indptr[node], indptr[node + 1]):
                if alive[edge] and lowest[component[indices[edge]]] < best:
                    best = lowest[component[indices[edge]]]
        lowest[each] = best
