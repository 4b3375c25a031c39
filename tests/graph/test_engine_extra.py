"""Edges that take more hops than one: searches against Dijkstra on small random worlds."""

from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.arrays import GraphArrays
from graph.engine import k_shortest_paths, reach
from tests.graph.test_engine import World, cost, worlds


@st.composite
def lengthened(draw: st.DrawFn) -> tuple[World, np.ndarray]:
    arrays, level = draw(worlds())
    extra = draw(st.lists(st.integers(0, 3), min_size=arrays.edge_count, max_size=arrays.edge_count))
    return (arrays, level), np.array(extra, dtype=np.int32)


def slow_hops(arrays: GraphArrays, source: int, alive: np.ndarray, extra: np.ndarray) -> list[int]:
    best = {source: 0}
    heap = [(0, source)]
    while heap:
        far, node = heapq.heappop(heap)
        for edge in np.flatnonzero(alive & (arrays.edge_source == node)).tolist():
            there, distance = int(arrays.indices[edge]), far + cost(arrays, edge) + int(extra[edge])
            if distance < best.get(there, 10**6):
                best[there] = distance
                heapq.heappush(heap, (distance, there))
    return [best.get(node, -1) for node in range(arrays.node_count)]


def length(arrays: GraphArrays, path: tuple[int, ...], extra: np.ndarray) -> int:
    return sum(cost(arrays, edge) + int(extra[edge]) for edge in path)


@settings(max_examples=150, deadline=None)
@given(lengthened())
def test_reach_counts_the_further_hops(drawn: tuple[World, np.ndarray]) -> None:
    (arrays, level), extra = drawn
    alive = level > 0
    found = reach(arrays, [0], alive, extra=extra)
    expected = slow_hops(arrays, 0, alive, extra)
    assert found.hops.tolist() == expected
    for node in np.flatnonzero(found.hops >= 0).tolist():
        assert length(arrays, found.path_to(arrays, node), extra) == expected[node]
    near = reach(arrays, [0], alive, extra=extra, max_hops=2)
    assert near.hops.tolist() == [hops if hops <= 2 else -1 for hops in expected]


@settings(max_examples=150, deadline=None)
@given(lengthened())
def test_without_further_hops_nothing_differs(drawn: tuple[World, np.ndarray]) -> None:
    (arrays, level), extra = drawn
    found, plain = reach(arrays, [0], level > 0, extra=extra * 0), reach(arrays, [0], level > 0)
    assert found.hops.tolist() == plain.hops.tolist()
    assert found.parent_edge.tolist() == plain.parent_edge.tolist()


@settings(max_examples=150, deadline=None)
@given(lengthened())
def test_the_first_path_is_the_shortest(drawn: tuple[World, np.ndarray]) -> None:
    (arrays, level), extra = drawn
    alive, target = level > 0, arrays.node_count - 1
    paths = k_shortest_paths(arrays, [0], [target], alive, 4, extra=extra).paths
    expected = slow_hops(arrays, 0, alive, extra)[target]
    assert (paths[0].hops if paths else -1) == expected
    assert [path.hops for path in paths] == sorted(path.hops for path in paths)
    assert [path.hops for path in paths] == [length(arrays, path.edges, extra) for path in paths]
