"""The compiled ways and the numpy ways of the engine give equal answers, and both equal an obvious one."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.engine import (
    Outlook,
    best_state_reach,
    condense,
    k_shortest_paths,
    reach,
    reach_counts_by,
    reverse_reach,
    worst_value,
)
from tests.graph.test_engine import World, power_law, worlds

pytestmark = pytest.mark.skipif(find_spec("numba") is None, reason="needs numba (extra speed)")


def same(one: object, other: object, *names: str) -> None:
    for name in names:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@given(worlds(), st.data())
@settings(max_examples=300, deadline=None)
def test_searches(world: World, data: st.DataObject) -> None:
    arrays, level = world
    node = st.integers(0, arrays.node_count - 1)
    nodes = data.draw(st.lists(node, min_size=1, max_size=3))
    hops = data.draw(st.none() | st.integers(0, 4))
    targets = data.draw(st.none() | st.lists(node, min_size=1, max_size=2))
    least = data.draw(st.integers(1, 3))
    ways = ("numpy", "numba")
    ahead = [reach(arrays, nodes, level, targets=targets, max_hops=hops, least=least, speed=way) for way in ways]
    same(*ahead, "hops", "parent_edge")
    masked = reach(arrays, nodes, level >= least, targets=targets, max_hops=hops, speed="numpy")
    same(ahead[0], masked, "hops", "parent_edge")
    behind = [reverse_reach(arrays, nodes, level, max_hops=hops, least=least, speed=way) for way in ways]
    same(*behind, "hops", "next_edge", "target")
    best = [best_state_reach(arrays, nodes, level, max_hops=hops, speed=way) for way in ways]
    same(*best, "best", "hops")
    for step in (1, 2, 3):
        plain = reach(arrays, nodes, level >= step, max_hops=hops, speed="numpy")
        for found in best:
            same(found.by_level[step], plain, "hops", "parent_edge")


@given(worlds(), st.data())
@settings(max_examples=200, deadline=None)
def test_ends_and_within_are_a_smaller_graph(world: World, data: st.DataObject) -> None:
    arrays, level = world
    node = st.integers(0, arrays.node_count - 1)
    nodes, ends = data.draw(st.lists(node, min_size=1, max_size=3)), data.draw(st.lists(node, max_size=3))
    within = np.array(data.draw(st.lists(st.booleans(), min_size=arrays.node_count, max_size=arrays.node_count)))
    same(
        reach(arrays, nodes, level, ends=ends),
        reach(arrays, nodes, (level > 0) & ~np.isin(arrays.edge_source, ends)),
        "hops", "parent_edge",
    )  # fmt: skip
    within[nodes] = True
    alive = (level > 0) & ~np.isin(arrays.indices, ends) & within[arrays.edge_source] & within[arrays.indices]
    same(
        reverse_reach(arrays, nodes, level, within=within, ends=ends),
        reverse_reach(arrays, nodes, alive),
        "hops", "next_edge", "target",
    )  # fmt: skip


@given(worlds(), st.data())
@settings(max_examples=200, deadline=None)
def test_paths_on_a_search_made_before(world: World, data: st.DataObject) -> None:
    arrays, level = world
    node = st.integers(0, arrays.node_count - 1)
    start, end = data.draw(node), data.draw(node)
    plain = k_shortest_paths(arrays, [start], [end], level >= 2, 4)
    levels = k_shortest_paths(arrays, [start], [end], level, 4, least=2)
    assert levels == plain
    outlook = Outlook(arrays, [start], level, least=2)
    for target in (*data.draw(st.lists(node, max_size=6)), end):
        plain = k_shortest_paths(arrays, [start], [target], level >= 2, 4)
        known = k_shortest_paths(arrays, [start], [target], level, 4, least=2, outlook=outlook)
        assert (known.paths, known.cut_by) == (plain.paths, plain.cut_by)


@given(worlds(), st.data())
@settings(max_examples=200, deadline=None)
def test_counts_by_group(world: World, data: st.DataObject) -> None:
    arrays, level = world
    n = arrays.node_count
    alive = level > 0
    groups = data.draw(st.integers(1, 4))
    group = np.array(data.draw(st.lists(st.integers(-1, groups - 1), min_size=n, max_size=n)))
    sources = data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=6))
    want = []
    for source in sources:
        others = [number for number in reach(arrays, [source], alive).reached().tolist() if number != source]
        want.append([sum(group[number] == each for number in others) for each in range(groups)])
    for way in ("numpy", "numba"):
        assert reach_counts_by(arrays, sources, alive, group, groups, speed=way).tolist() == want


@pytest.mark.parametrize("seed", range(4))
def test_larger_graphs(seed: int) -> None:
    arrays = power_law(seed)
    random = np.random.default_rng(seed)
    alive = random.random(arrays.edge_count) < 0.9
    everyone = np.arange(arrays.node_count)
    group = random.integers(-1, 7, arrays.node_count)
    slow, fast = (reach_counts_by(arrays, everyone, alive, group, 7, speed=way) for way in ("numpy", "numba"))
    assert np.array_equal(slow, fast)
    assert np.array_equal(fast, reach_counts_by(arrays, everyone, alive, group, 7, speed="numba", threads=1))
    for source in (3, 77):
        found = reach(arrays, [source], alive).reached()
        found = found[(found != source) & (group[found] >= 0)]
        assert np.array_equal(fast[source], np.bincount(group[found], minlength=7))
    value = random.integers(0, 12, arrays.node_count)
    through = random.integers(0, 12, arrays.edge_count)
    ways = [worst_value(arrays, alive, value, through, speed=way) for way in ("numpy", "numba")]
    assert np.array_equal(*ways)
    for source in (5, 900):
        same(*(reach(arrays, [source], alive, speed=way) for way in ("numpy", "numba")), "hops", "parent_edge")
        same(
            *(reverse_reach(arrays, [source], alive, speed=way) for way in ("numpy", "numba")),
            "hops", "next_edge", "target",
        )  # fmt: skip


@given(worlds())
@settings(max_examples=200, deadline=None)
def test_components(world: World) -> None:
    arrays, level = world
    one, other = (condense(arrays, level > 0, speed=way) for way in ("numpy", "numba"))
    pairs = set(zip(one.component.tolist(), other.component.tolist(), strict=True))
    assert len(pairs) == one.count == other.count
    assert np.all(other.edge_source > other.indices)
    renamed = dict(pairs)
    ours = {(renamed[a], renamed[b]) for a, b in zip(one.edge_source.tolist(), one.indices.tolist(), strict=True)}
    theirs = list(zip(other.edge_source.tolist(), other.indices.tolist(), strict=True))
    assert sorted(ours) == sorted(theirs)
