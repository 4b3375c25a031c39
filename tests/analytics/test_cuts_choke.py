"""Choke points and bundles against trying every grant, on small random worlds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cuts.choke import Chokes
from analytics.cuts.solve import Effort
from tests.analytics.test_cuts_solve import Small, worlds


def _sources(world: Small, removed: frozenset[int]) -> set[int]:
    return {source for _, source, _ in world.reaching(removed) - world.stuck()}


@settings(max_examples=300, deadline=None)
@given(worlds(), st.integers(1, 9))
def test_choke_points_are_the_grants_that_free_the_most(world: Small, most: int) -> None:
    problem = world.problem()
    chokes = Chokes(problem)
    everyone = _sources(world, frozenset())
    assert set(chokes.sources.tolist()) == everyone
    free = sorted(set(range(len(world.weight))) - world.kept)
    freed = {grant: len(everyone) - len(_sources(world, frozenset({grant}))) for grant in free}
    assert {grant: chokes.freed(grant) for grant in free} == freed
    rows, exact = chokes.best(most, 60.0)
    assert exact
    told = [row.sources_freed for row in rows]
    assert told == sorted(told, reverse=True)
    assert all(row.sources_freed == freed[row.grant] for row in rows)
    best = sorted((number for number in freed.values() if number), reverse=True)[:most]
    assert [number for number in told if number] == best
    assert all(row.sources_freed <= row.nearest_ways <= len(everyone) for row in rows)
    hurried, _ = chokes.best(most, 0.0)
    assert [row.sources_freed for row in hurried] == told, "so few grants are tried whatever the time"


@settings(max_examples=200, deadline=None)
@given(worlds(nodes=4, grants=8))
def test_grants_that_go_together_are_one_unit_and_no_cut_is_lost(world: Small) -> None:
    problem = world.problem()
    bundles = problem.bundles
    on_ways = {
        grant
        for network in problem.networks
        for number in np.unique(network.grant_set).tolist()
        for grant in problem.sets.of_set(number)
    }
    assert {grant for grant in range(len(world.weight)) if bundles.unit[grant] >= 0} == on_ways
    assert bundles.weight.sum() == sum(world.weight[grant] for grant in on_ways)
    units, complete = problem.solver(Effort()), True
    answer = units.solve()
    others, complete = units.others(answer, 50)
    _, cuts = world.cheapest()
    assert complete
    assert {bundles.grants(cut) for cut in (answer.removed, *others)} == cuts


def test_a_thousand_memberships_are_one_unit() -> None:
    edges = (*((0, 1, frozenset({grant})) for grant in range(1, 1001)), (1, 2, frozenset({0})))
    world = Small(3, edges, (1,) * 1001, frozenset(), ((frozenset({0}), frozenset({2})),))
    problem = world.problem()
    assert sorted(problem.bundles.weight.tolist()) == [1, 1000]
    answer = problem.solver(Effort()).solve()
    assert problem.bundles.grants(answer.removed) == (0,)
