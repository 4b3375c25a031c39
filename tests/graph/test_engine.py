"""Tests of ``graph.engine`` against slow, obvious implementations on small random worlds."""

from __future__ import annotations

import heapq
import itertools
import subprocess
import sys
from importlib.util import find_spec

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.arrays import GraphArrays, arrays_from_edges
from graph.engine import (
    best_state_reach,
    condense,
    k_shortest_paths,
    nearest_target,
    neighbourhood,
    reach,
    reach_counts,
    reverse_reach,
    shortest_path,
    worst_value,
)
from graph.errors import GraphError
from graph.kinds import Category

World = tuple[GraphArrays, np.ndarray]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to 12 nodes, some of them hubs, parallel edges and loops; a level 0 to 3 for each edge."""
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(node, node), max_size=40))
    hub = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool)
    source = np.array([a for a, _ in pairs], dtype=np.int64)
    target = np.array([b for _, b in pairs], dtype=np.int64)
    level = draw(st.lists(st.integers(0, 3), min_size=len(pairs), max_size=len(pairs)))
    return arrays_from_edges(n, source, target, hub), np.array(level, dtype=np.int8)


def cost(arrays: GraphArrays, edge: int) -> int:
    return 0 if arrays.hub[arrays.edge_source[edge]] else 1


def slow_hops(arrays: GraphArrays, sources: list[int], alive: np.ndarray) -> list[int]:
    """Dijkstra, edge by edge."""
    best = {node: 0 for node in sources}
    heap = [(0, node) for node in sources]
    while heap:
        far, node = heapq.heappop(heap)
        if far > best[node]:
            continue
        for edge in range(arrays.edge_count):
            if alive[edge] and arrays.edge_source[edge] == node:
                there, distance = int(arrays.indices[edge]), far + cost(arrays, edge)
                if distance < best.get(there, 10**6):
                    best[there] = distance
                    heapq.heappush(heap, (distance, there))
    return [best.get(node, -1) for node in range(arrays.node_count)]


def slow_paths(
    arrays: GraphArrays, sources: set[int], targets: set[int], alive: np.ndarray
) -> dict[tuple[int, ...], int]:
    """Every simple path by nodes that leaves no target and enters no source again, with its hops."""
    found: dict[tuple[int, ...], int] = {}
    stack: list[tuple[tuple[int, ...], int]] = [((node,), 0) for node in sources]
    while stack:
        nodes, far = stack.pop()
        if nodes[-1] in targets:
            found[nodes] = far
            continue
        for edge in range(arrays.edge_count):
            there = int(arrays.indices[edge])
            if alive[edge] and arrays.edge_source[edge] == nodes[-1] and there not in nodes and there not in sources:
                stack.append(((*nodes, there), far + cost(arrays, edge)))
    return found


def assert_witness(arrays: GraphArrays, edges: tuple[int, ...], alive: np.ndarray, start: set[int], end: int) -> None:
    node = int(arrays.edge_source[edges[0]]) if edges else end
    assert node in start
    for edge in edges:
        assert alive[edge] and arrays.edge_source[edge] == node
        node = int(arrays.indices[edge])
    assert node == end


@settings(max_examples=70, deadline=None)
@given(worlds(), st.data())
def test_reach_is_dijkstra_with_true_witnesses(world: World, data: st.DataObject) -> None:
    arrays, level = world
    sources = data.draw(st.lists(st.integers(0, arrays.node_count - 1), min_size=1, max_size=3))
    alive = level > 0
    found = reach(arrays, sources, alive)
    want = slow_hops(arrays, sources, alive)
    assert found.hops.tolist() == want
    for node in found.reached().tolist():
        edges = found.path_to(arrays, node)
        assert_witness(arrays, edges, alive, set(sources), node)
        assert sum(cost(arrays, edge) for edge in edges) == want[node]
    limit = data.draw(st.integers(0, 3))
    near = reach(arrays, sources, alive, max_hops=limit).hops.tolist()
    assert near == [hops if hops <= limit else -1 for hops in want]
    for target in range(arrays.node_count):
        early = reach(arrays, sources, alive, targets=[target])
        assert early.hops[target] == want[target]


@settings(max_examples=70, deadline=None)
@given(worlds(), st.data())
def test_reverse_reach_is_reach_seen_from_the_targets(world: World, data: st.DataObject) -> None:
    arrays, level = world
    targets = data.draw(st.lists(st.integers(0, arrays.node_count - 1), min_size=1, max_size=3))
    alive = level > 0
    found = nearest_target(arrays, targets, alive)
    for node in range(arrays.node_count):
        forward = slow_hops(arrays, [node], alive)
        want = min((forward[target] for target in targets if forward[target] >= 0), default=-1)
        assert found.hops[node] == want
        if want >= 0:
            edges = found.path_from(arrays, node)
            assert sum(cost(arrays, edge) for edge in edges) == want
            assert int(found.target[node]) in targets
            assert_witness(arrays, edges, alive, {node}, int(found.target[node]))
    limit = data.draw(st.integers(0, 3))
    near = reverse_reach(arrays, targets, alive, max_hops=limit).hops
    assert near.tolist() == [hops if hops <= limit else -1 for hops in found.hops.tolist()]


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_best_state_is_the_best_path_s_weakest_edge(world: World, data: st.DataObject) -> None:
    arrays, level = world
    source = data.draw(st.integers(0, arrays.node_count - 1))
    found = best_state_reach(arrays, [source], level)
    by_level = {step: slow_hops(arrays, [source], level >= step) for step in (3, 2, 1)}
    for node in range(arrays.node_count):
        want = next((step for step in (3, 2, 1) if by_level[step][node] >= 0), 0)
        assert found.best[node] == want
        assert found.hops[node] == (by_level[want][node] if want else -1)
        if want:
            edges = found.path_to(arrays, node)
            assert_witness(arrays, edges, level >= want, {source}, node)
            assert min((int(level[edge]) for edge in edges), default=3) == (want if edges else 3)
            assert sum(cost(arrays, edge) for edge in edges) == found.hops[node]


@settings(max_examples=70, deadline=None)
@given(worlds(), st.data())
def test_k_shortest_paths_are_the_shortest_of_all_simple_paths(world: World, data: st.DataObject) -> None:
    arrays, level = world
    node = st.integers(0, arrays.node_count - 1)
    sources = data.draw(st.sets(node, min_size=1, max_size=2))
    targets = data.draw(st.sets(node, min_size=1, max_size=2))
    k = data.draw(st.integers(1, 6))
    max_hops = data.draw(st.none() | st.integers(0, 4))
    alive = level > 1
    every = slow_paths(arrays, sources, targets, alive)
    within = {nodes: hops for nodes, hops in every.items() if max_hops is None or hops <= max_hops}
    got = k_shortest_paths(arrays, sorted(sources), sorted(targets), alive, k, max_hops=max_hops)
    assert [path.hops for path in got.paths] == sorted(within.values())[:k]
    assert len({path.nodes for path in got.paths}) == len(got.paths)
    for path in got.paths:
        assert within[path.nodes] == path.hops
        assert_witness(arrays, path.edges, alive, sources, path.nodes[-1])
    assert (got.cut_by == "") == (len(got.paths) == len(every))
    assert (got.cut_by == "k") == (len(within) > k)
    one = shortest_path(arrays, sorted(sources), sorted(targets), alive, max_hops=max_hops)
    assert (one.hops if one else None) == (min(within.values()) if within else None)
    if one is not None:
        assert_witness(arrays, one.edges, alive, sources, one.nodes[-1])


@settings(max_examples=70, deadline=None)
@given(worlds(), st.data())
def test_sweeps_equal_one_search_per_source(world: World, data: st.DataObject) -> None:
    arrays, level = world
    n = arrays.node_count
    alive = level > 0
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool)
    value = np.array(data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)), dtype=np.int8)
    edge_value = level * 2
    sources = [*range(n), 0]
    reached = [set(reach(arrays, [node], alive).reached().tolist()) for node in range(n)]
    counts = reach_counts(arrays, sources, alive, counted, speed="numpy")
    assert counts.tolist() == [sum(bool(counted[other]) for other in reached[node] - {node}) for node in sources]
    worst = worst_value(arrays, alive, value, edge_value, speed="numpy")
    for node in range(n):
        values = [int(value[other]) for other in reached[node]]
        values += [
            int(edge_value[edge])
            for edge in range(arrays.edge_count)
            if alive[edge] and int(arrays.edge_source[edge]) in reached[node]
        ]
        assert worst[node] == min((number for number in values if number), default=0)


def power_law(seed: int, n: int = 3000, m: int = 9000) -> GraphArrays:
    """Memberships, chains with cycles and hubs."""
    random = np.random.default_rng(seed)
    source = random.integers(0, n, m)
    target = (random.pareto(1.2, m) * 3).astype(np.int64) % n
    cycle = np.arange(40)
    source = np.concatenate((source, cycle))
    target = np.concatenate((target, (cycle + 1) % 40))
    return arrays_from_edges(n, source, target, random.random(n) < 0.02)


@pytest.mark.skipif(find_spec("numba") is None, reason="needs numba (extra speed)")
@pytest.mark.parametrize("seed", [1, 2])
def test_numba_equals_the_fallback_and_single_searches(seed: int) -> None:
    arrays = power_law(seed)
    alive = np.random.default_rng(seed).random(arrays.edge_count) < 0.5
    everyone = np.arange(arrays.node_count)
    counted = ~arrays.hub
    slow = reach_counts(arrays, everyone, alive, [Category.IDENTITY], speed="numpy")
    fast = reach_counts(arrays, everyone, alive, counted, speed="numba")
    assert np.array_equal(slow, fast)
    for node in range(0, arrays.node_count, 300):
        reached = reach(arrays, [node], alive).reached()
        assert slow[node] == counted[reached].sum() - counted[node]
    value = (np.random.default_rng(seed + 9).random(arrays.node_count) < 0.01) * 4
    assert np.array_equal(
        worst_value(arrays, alive, value, speed="numpy"), worst_value(arrays, alive, value, speed="numba")
    )


def test_condensation_equals_networkx_and_orders_sinks_first() -> None:
    arrays = power_law(5, n=400, m=900)
    alive = np.ones(arrays.edge_count, dtype=bool)
    graph = condense(arrays, alive)
    assert np.all(graph.edge_source > graph.indices)
    whole = nx.DiGraph(zip(arrays.edge_source.tolist(), arrays.indices.tolist(), strict=True))
    whole.add_nodes_from(range(arrays.node_count))
    want = {frozenset(component) for component in nx.strongly_connected_components(whole)}
    got: dict[int, set[int]] = {}
    for node, component in enumerate(graph.component.tolist()):
        got.setdefault(component, set()).add(node)
    assert {frozenset(members) for members in got.values()} == want


def test_a_component_order_that_scipy_does_not_promise_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.sparse import csgraph

    original = csgraph.connected_components

    def upside_down(*args: object, **options: object) -> tuple[int, np.ndarray]:
        count, labels = original(*args, **options)
        return count, count - 1 - labels

    arrays = power_law(6, n=300, m=500)
    alive = np.ones(arrays.edge_count, dtype=bool)
    everyone = np.arange(300)
    want = reach_counts(arrays, everyone, alive, ~arrays.hub, speed="numpy")
    monkeypatch.setattr(csgraph, "connected_components", upside_down)
    graph = condense(arrays, alive)
    assert np.all(graph.edge_source > graph.indices)
    assert np.array_equal(reach_counts(arrays, everyone, alive, ~arrays.hub, speed="numpy"), want)


def test_a_hub_costs_no_hop_and_hubs_chain() -> None:
    # 0 -> hub 1 -> hub 2 -> 3 -> 4
    hub = np.array([False, True, True, False, False])
    arrays = arrays_from_edges(5, np.array([0, 1, 2, 3]), np.array([1, 2, 3, 4]), hub)
    alive = np.ones(4, dtype=bool)
    assert reach(arrays, [0], alive).hops.tolist() == [0, 1, 1, 1, 2]
    assert reverse_reach(arrays, [4], alive).hops.tolist() == [2, 1, 1, 1, 0]
    path = shortest_path(arrays, [0], [4], alive)
    assert path is not None
    assert (path.nodes, path.hops) == ((0, 1, 2, 3, 4), 2)


def test_hubs_in_a_ring_never_become_their_own_witness() -> None:
    # 0 -> hub 1 <-> hub 2 -> 3
    hub = np.array([False, True, True, False])
    arrays = arrays_from_edges(4, np.array([0, 1, 2, 2]), np.array([1, 2, 1, 3]), hub)
    found = reach(arrays, [0], np.ones(4, dtype=bool))
    assert found.path_to(arrays, 3) == (0, 1, 3)
    assert nearest_target(arrays, [3], np.ones(4, dtype=bool)).path_from(arrays, 0) == (0, 1, 3)


def test_parents_are_the_lowest_edges() -> None:
    arrays = arrays_from_edges(4, np.array([0, 0, 1, 2, 1]), np.array([1, 2, 3, 3, 3]))
    found = reach(arrays, [0], np.ones(5, dtype=bool))
    assert found.parent_edge.tolist() == [-1, 0, 1, 2]


def layered(width: int = 9, layers: int = 6) -> GraphArrays:
    """One entry and six full layers of nine roles: 55 nodes, 9 ** 6 simple paths to the last layer."""
    last = [0]
    pairs: list[tuple[int, int]] = []
    for layer in range(layers):
        here = [1 + layer * width + place for place in range(width)]
        pairs.extend(itertools.product(last, here))
        last = here
    source, target = np.array(pairs).T
    return arrays_from_edges(1 + width * layers, source, target)


def test_the_layered_trust_graph_is_answered_without_enumeration() -> None:
    arrays = layered()
    alive = np.ones(arrays.edge_count, dtype=bool)
    found = reach(arrays, [0], alive)
    paths = k_shortest_paths(arrays, [0], [54], alive, 10)
    assert found.hops[54] == 6
    assert [path.hops for path in paths.paths] == [6] * 10
    assert paths.cut_by == "k"


def test_a_budget_is_told_and_still_gives_one_path() -> None:
    arrays = layered()
    alive = np.ones(arrays.edge_count, dtype=bool)
    got = k_shortest_paths(arrays, [0], [54], alive, 10**6, budget=2000)
    assert got.cut_by == "budget"
    assert got.paths
    tight = k_shortest_paths(arrays, [0], [54], alive, 5, budget=0)
    assert tight.cut_by == "budget"
    assert [path.hops for path in tight.paths] == [6]


def test_account_root_trust_over_3000_roles_stays_linear() -> None:
    n = 6001  # 3,000 callers, one hub, 3,000 roles
    callers, hub_node, roles = np.arange(3000), 3000, np.arange(3001, n)
    hub = np.zeros(n, dtype=bool)
    hub[hub_node] = True
    arrays = arrays_from_edges(
        n,
        np.concatenate((callers, np.full(3000, hub_node))),
        np.concatenate((np.full(3000, hub_node), roles)),
        hub,
    )
    alive = np.ones(arrays.edge_count, dtype=bool)
    assert arrays.edge_count == 6000
    assert set(reach(arrays, [7], alive).hops[roles].tolist()) == {1}
    counts = reach_counts(arrays, callers, alive, [Category.IDENTITY], speed="numpy")
    assert set(counts.tolist()) == {3000}
    assert k_shortest_paths(arrays, callers[:50], roles[:5], alive, 3).paths[0].hops == 1


def test_a_neighbourhood_is_bounded_and_says_so() -> None:
    arrays = arrays_from_edges(5, np.array([0, 0, 1, 3, 2]), np.array([1, 1, 2, 1, 4]))
    alive = np.ones(5, dtype=bool)
    near = neighbourhood(arrays, [1], alive, max_hops=1)
    assert dict(near.nodes(data="hops")) == {0: -1, 1: 0, 2: 1, 3: -1}
    assert near[0][1]["edges"] == (0, 1)
    assert near.graph["cut"] is False
    few = neighbourhood(arrays, [1], alive, max_hops=3, max_nodes=2)
    assert sorted(few) == [0, 1]
    assert few.graph["cut"] is True


def test_empty_graphs_and_wrong_numbers() -> None:
    none = np.zeros(0, dtype=np.int64)
    arrays = arrays_from_edges(2, none, none)
    alive = np.zeros(0, dtype=bool)
    assert reach(arrays, [0], alive).hops.tolist() == [0, -1]
    assert reach(arrays, [], alive).reached().tolist() == []
    assert reach_counts(arrays, [0, 1], alive, [Category.IDENTITY]).tolist() == [0, 0]
    assert worst_value(arrays, alive, np.array([3, 0])).tolist() == [3, 0]
    with pytest.raises(GraphError, match="0 to 1"):
        reach(arrays, [2], alive)
    with pytest.raises(GraphError, match="not reached"):
        reach(arrays, [0], alive).path_to(arrays, 1)


@pytest.mark.parametrize("array", ["indices", "r_indices", "r_edge"])
def test_numbers_out_of_bounds_are_refused_before_a_kernel_reads_them(array: str) -> None:
    arrays = layered()
    arrays.check()
    broken = getattr(arrays, array).copy()
    broken[3] = 10**6
    import dataclasses

    with pytest.raises(GraphError, match=array):
        dataclasses.replace(arrays, **{array: broken}).check()


def test_the_engine_imports_neither_scipy_nor_networkx_nor_numba() -> None:
    code = "import sys, graph.engine; print([m for m in ('scipy', 'networkx', 'numba', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
