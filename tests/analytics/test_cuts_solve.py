"""Cheapest cuts against trying every subset of grants, on small random worlds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cuts.network import Demand, GrantSets, WayEdges
from analytics.cuts.problem import Problem, weights_as_whole_numbers
from analytics.cuts.solve import Effort, Solved, Solver


@dataclass(frozen=True)
class Small:
    """A world small enough to try everything."""

    nodes: int
    edges: tuple[tuple[int, int, frozenset[int]], ...]
    weight: tuple[int, ...]
    kept: frozenset[int]
    demands: tuple[tuple[frozenset[int], frozenset[int]], ...]

    def problem(self) -> Problem:
        sets = sorted({grants for _, _, grants in self.edges}, key=sorted)
        ends = np.array([(a, b) for a, b, _ in self.edges], dtype=np.int32).reshape(-1, 2)
        numbers = np.array([sets.index(grants) for _, _, grants in self.edges], dtype=np.int32)
        places = np.arange(len(self.edges), dtype=np.int32)
        kept = np.isin(np.arange(len(self.weight)), sorted(self.kept))
        demands = [Demand(*(np.array(sorted(end), dtype=np.int32) for end in demand)) for demand in self.demands]
        edges = WayEdges(self.nodes, ends[:, 0], ends[:, 1], numbers, places)
        return Problem.of(edges, GrantSets.of(sets), np.array(self.weight, dtype=np.int64), demands, kept)

    def reaching(self, removed: frozenset[int]) -> set[tuple[int, int, int]]:
        """Demand, source and target of every way that is open, found edge by edge."""
        found = set()
        for number, (sources, targets) in enumerate(self.demands):
            for target in targets:
                back = {target}
                while more := {a for a, b, held in self.edges if b in back and a not in back and not held & removed}:
                    back |= more
                found |= {(number, source, target) for source in sources & back}
        return found

    def stuck(self) -> set[tuple[int, int, int]]:
        return self.reaching(frozenset(range(len(self.weight))) - self.kept)

    def cheapest(self) -> tuple[int, set[tuple[int, ...]]]:
        """The least cost and every cut of that cost without a needless grant."""
        stuck = self.stuck()
        free = sorted(set(range(len(self.weight))) - self.kept)
        cuts: dict[int, set[tuple[int, ...]]] = {}
        for size in range(len(free) + 1):
            for removed in itertools.combinations(free, size):
                if self.reaching(frozenset(removed)) == stuck:
                    cuts.setdefault(sum(self.weight[grant] for grant in removed), set()).add(removed)
        least = min(cuts)
        return least, cuts[least]


@st.composite
def worlds(draw: st.DrawFn, nodes: int = 8, grants: int = 8, demands: int = 2) -> Small:
    n = draw(st.integers(2, nodes))
    count = draw(st.integers(1, grants))
    node = st.integers(0, n - 1)
    held = st.frozensets(st.integers(0, count - 1), max_size=3)
    edges = draw(st.lists(st.tuples(node, node, held), max_size=18))
    free = draw(st.integers(1, 4))
    # Some edges carry nothing: with more of them nearly every world has a way that cannot be cut.
    edges = [(a, b, grants or ([] if (a + b) % free else [(a + b) % count])) for a, b, grants in edges]
    edges = [(a, b, frozenset(grants)) for a, b, grants in edges]
    ends = st.frozensets(node, min_size=1, max_size=3)
    return Small(
        n,
        tuple(edges),
        tuple(draw(st.lists(st.integers(1, 4), min_size=count, max_size=count))),
        draw(st.frozensets(st.integers(0, count - 1), max_size=2)),
        tuple(draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=demands))),
    )


def solved(problem: Problem, effort: Effort | None = None) -> tuple[Solver, Solved]:
    solver = problem.solver(effort or Effort())
    answer = solver.solve()
    return solver, replace(answer, removed=problem.bundles.grants(answer.removed))


@settings(max_examples=600, deadline=None)
@given(worlds())
def test_the_cost_is_that_of_trying_every_subset(world: Small) -> None:
    problem = world.problem()
    _, answer = solved(problem)
    least, cuts = world.cheapest()
    assert answer.optimal
    assert answer.cost == answer.lower == least
    assert answer.removed in cuts
    assert not set(answer.removed) & world.kept
    for grant in answer.removed:
        assert world.reaching(frozenset(answer.removed) - {grant}) > world.stuck(), "no grant is removed for nothing"


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_pairs_that_nothing_separates_are_named_with_a_way(world: Small) -> None:
    problem = world.problem()
    assert {(place.demand, place.source, place.target) for place in problem.stuck} == world.stuck()
    for place in problem.stuck:
        node = place.source
        for number in place.edges:
            tail, head, grants = world.edges[number]
            assert tail == node
            assert grants <= world.kept
            node = head
        assert node == place.target
        assert node in world.demands[place.demand][1]
    removed = np.zeros(len(world.weight), dtype=bool)
    told = {source for row in problem.open_sources(removed) for source in row.tolist()}
    assert told == {source for _, source, _ in world.reaching(frozenset()) - world.stuck()}


@settings(max_examples=150, deadline=None)
@given(worlds(nodes=6, grants=7), st.integers(1, 4))
def test_alternatives_are_the_other_cuts_of_equal_cost(world: Small, most: int) -> None:
    problem = world.problem()
    solver = problem.solver(Effort())
    answer = solver.solve()
    _, cuts = world.cheapest()
    units, complete = solver.others(answer, most)
    others = [problem.bundles.grants(each) for each in units]
    answer = replace(answer, removed=problem.bundles.grants(answer.removed))
    assert len({answer.removed, *others}) == len(others) + 1
    assert {answer.removed, *others} <= cuts
    assert len(others) == min(most, len(cuts) - 1)
    assert complete == (len(others) == len(cuts) - 1)


@settings(max_examples=250, deadline=None)
@given(worlds(), st.integers(0, 2), st.booleans())
def test_bounds_hold_when_the_search_is_cut_short(world: Small, rounds: int, no_time: bool) -> None:
    problem = world.problem()
    _, answer = solved(problem, Effort(0.0, rounds) if no_time else Effort(60.0, rounds))
    least, _ = world.cheapest()
    assert answer.lower <= least <= answer.cost
    assert answer.cost == sum(world.weight[grant] for grant in answer.removed)
    assert world.reaching(frozenset(answer.removed)) == world.stuck(), "what is told is a cut all the same"
    assert answer.optimal == (answer.lower == answer.cost)
    for grant in answer.removed:
        assert world.reaching(frozenset(answer.removed) - {grant}) > world.stuck()
    mask = np.isin(np.arange(len(world.weight)), answer.removed)
    assert not any(row.size for row in problem.open_sources(mask))
    assert problem.an_open_way(mask) == ()


def fano() -> Small:
    """Seven ways of three grants, any two of which share one: fractions cost 7/3, whole grants 3."""
    lines = ((0, 1, 2), (0, 3, 4), (0, 5, 6), (1, 3, 5), (1, 4, 6), (2, 3, 6), (2, 4, 5))
    edges = tuple((0, 1, frozenset(line)) for line in lines)
    return Small(2, edges, (1,) * 7, frozenset(), ((frozenset({0}), frozenset({1})),))


def layered(layers: int, random: np.random.Generator) -> Small:
    """Ways of many edges over few grants: whole grants must be searched for."""
    edges = []
    for layer in range(layers):
        for a, b in itertools.product(range(3), range(3)):
            edges.append((1 + layer * 3 + a, 4 + layer * 3 + b, frozenset(random.integers(0, 12, 1).tolist())))
    last = 1 + layers * 3
    edges += [(0, 1 + a, frozenset(random.integers(0, 12, 1).tolist())) for a in range(3)]
    edges += [(last + a, last + 3, frozenset(random.integers(0, 12, 1).tolist())) for a in range(3)]
    return Small(last + 4, tuple(edges), (1,) * 12, frozenset(), ((frozenset({0}), frozenset({last + 3})),))


def test_a_gap_between_fractions_and_whole_grants_is_closed_by_search() -> None:
    _, answer = solved(fano().problem())
    assert (answer.cost, answer.lower, answer.proof) == (3, 3, "weighted ways")
    random = np.random.default_rng(3)
    proofs = set()
    for _ in range(25):
        world = layered(3, random)
        _, answer = solved(world.problem())
        assert answer.optimal
        assert answer.cost == world.cheapest()[0]
        proofs.add(answer.proof)
    assert proofs & {"weighted ways", "search"}


def test_weights_are_exact() -> None:
    whole, factor = weights_as_whole_numbers([0.1, 0.2, 3, 1])
    assert (whole.tolist(), factor) == ([1, 2, 30, 10], 10)
    assert weights_as_whole_numbers([1, 1, 5])[1] == 1
    for wrong in ([0.0], [-1.0], [float("nan")], [1e9], [1e-7], [0.1234567]):
        with pytest.raises(ValueError, match="weight"):
            weights_as_whole_numbers(wrong)
