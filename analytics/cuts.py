"""Cuts: the fewest, or cheapest, grants whose removal leaves no way from some sources to some targets.

Input: a snapshot and a ``CutQuestion``. Output: ``CutAnswer``: the grants, proven cheapest or with a bound and its gap,
other cuts of equal cost, ways that nothing cuts, choke points.
Handled: an edge stops when any grant of its set goes, parallel edges are alternatives, one grant stands behind many
edges, classes; weights; grants that must stay; one subject with what it presents and what it holds together.
Not handled: paths whose conditions contradict each other are cut as well; several subjects, and all identities, are
asked under the baseline context with changes that one identity makes of itself. Whether the permissions really end is
looked at by ``analytics.cuts_recheck``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from analytics.cuts_choke import Choke, Chokes
from analytics.cuts_ends import Ends, ends_of
from analytics.cuts_held import HeldProblem
from analytics.cuts_network import Demand, GrantSets, WayEdges, on_ways
from analytics.cuts_problem import Problem, Stuck
from analytics.cuts_solve import Effort, Solved, Solver
from analytics.cuts_subject import SubjectEdges, subject_edges
from analytics.cuts_weights import Weights
from analytics.steps import Step, steps_of
from analytics.subjects import Subject, question_time
from analytics.zones import JEWEL_TAGS, Zone
from graph.arrays import BoolArray
from graph.attacker import baseline, edge_levels
from graph.kinds import State
from graph.model import Grant
from graph.snapshot import Snapshot

__all__ = ["Choke", "CutAnswer", "CutGrant", "CutQuestion", "Situation", "Uncuttable", "find_cut"]

_CHOKES = 10
_CHOKE_SECONDS = 5.0
_STUCK = 100
"""Ways told that nothing cuts; ``uncuttable_count`` counts all."""


@dataclass(frozen=True, slots=True)
class CutQuestion:
    """What is asked."""

    sources: tuple[Subject, ...] = ()
    """Empty: every collected identity that is not entitled to the target in question."""
    targets: tuple[Subject, ...] = ()
    """Empty: the jewels."""
    state: State = State.CONDITIONAL
    """Ways at least as sure count."""
    weights: Weights = field(default_factory=Weights)
    alternatives: int = 0
    """Further cuts of equal cost, at most so many."""
    effort: Effort = field(default_factory=Effort)
    zones: tuple[Zone, ...] = ()
    tags: tuple[str, ...] = JEWEL_TAGS


@dataclass(frozen=True, slots=True)
class CutGrant:
    """One grant of a cut, or a choke point."""

    grant: Grant
    weight: float
    edges: int
    """Edges on a way that it stops."""
    sources_freed: int
    """Sources that lose all their ways when it alone goes."""
    nearest_ways: int | None = None
    """Sources whose nearest way takes it; counted for choke points."""


@dataclass(frozen=True, slots=True)
class Uncuttable:
    """A pair that no removal of grants separates."""

    source: str
    target: str
    kept: tuple[str, ...]
    """Grants of the way that must stay; empty: no grant stands behind it."""
    steps: tuple[Step, ...]
    """Empty when the source is a target itself."""


@dataclass(frozen=True)
class CutAnswer:
    """The answer."""

    ends: Ends
    state: State
    status: str
    """``optimal``, ``bounded`` or ``uncuttable`` (nothing asked for can be separated)."""
    cost: float | None
    lower_bound: float | None
    certificate: dict[str, Any]
    grants: tuple[CutGrant, ...]
    alternatives: tuple[tuple[str, ...], ...]
    alternatives_complete: bool
    kept: tuple[str, ...]
    """Grants on a way that must stay."""
    uncuttable: tuple[Uncuttable, ...]
    uncuttable_count: int
    sources_reaching: int
    """Sources with a way that can be cut."""
    choke_points: tuple[CutGrant, ...]
    choke_points_exact: bool
    """False: a grant left out may free more sources than the last one listed."""
    limits: tuple[str, ...]
    seconds: float

    @property
    def gap(self) -> float | None:
        """Return how far the cost may be above the least, as a share of the cost."""
        if self.cost is None or self.lower_bound is None:
            return None
        return (self.cost - self.lower_bound) / self.cost if self.cost else 0.0


@dataclass(frozen=True)
class Situation:
    """One question upon one snapshot, in numbers."""

    snapshot: Snapshot
    question: CutQuestion
    ends: Ends
    found: SubjectEdges
    """Edges in force between the ends."""
    sets: GrantSets

    @staticmethod
    def of(snapshot: Snapshot, question: CutQuestion) -> Situation:
        """Return the edges between the ends, and what they are.

        Notes
        -----
        O(conditions + edges), and one search a target where the sources are all identities.
        """
        arrays = snapshot.arrays
        attacker = baseline(question_time(snapshot))
        alive = np.asarray(edge_levels(snapshot, attacker) >= question.state)
        ends = ends_of(
            snapshot, alive, question.sources, question.targets, zones=question.zones, tags=question.tags
        )
        if len(question.sources) == 1:
            found = subject_edges(snapshot, question.sources[0], question.state)
        else:
            found = SubjectEdges(WayEdges.of(arrays, alive, ends.sources, ends.targets))
        return Situation(snapshot, question, ends, found, _grant_sets(snapshot))

    @cached_property
    def grant_ids(self) -> list[str]:
        """Return the id of each grant of the snapshot."""
        ids: list[str] = self.snapshot.table("grants").columns(["id"])["id"].to_pylist()
        return ids

    @cached_property
    def on_ways(self) -> BoolArray:
        """Return a mask of the grants that stand behind an edge between the ends."""
        used = np.zeros(self.sets.count, dtype=np.bool_)
        used[self.found.edges.grant_set] = True
        mask = np.zeros(len(self.grant_ids), dtype=np.bool_)
        mask[self.sets.members[used[self.sets.owner]]] = True
        return mask

    @cached_property
    def kept(self) -> BoolArray:
        """Return a mask of the grants on a way that must stay."""
        return self.question.weights.kept(self.grant_ids, self.on_ways)

    @cached_property
    def problem(self) -> Problem | HeldProblem:
        """Return the problem to solve."""
        weight, _ = self.weight
        if self._needs_matter:
            return HeldProblem.of(self.found, self.sets, weight, self.ends.demands[0], self.kept)
        return Problem.of(self.found.edges, self.sets, weight, self.ends.demands, self.kept)

    @cached_property
    def weight(self) -> tuple[Any, int]:
        """Return the whole weight of each grant, and what weights were multiplied by."""
        return self.question.weights.of(self.grant_ids, self.on_ways)

    @property
    def _needs_matter(self) -> bool:
        """Whether an edge that needs further identities lies on a way, when what it needs is taken as held."""
        if not self.found.needs:
            return False
        edges = self.found.edges
        places = WayEdges(edges.node_count, edges.source, edges.target, edges.grant_set, np.arange(edges.count, dtype=np.int32))
        used = set(on_ways(places, self.ends.demands[0]).edge.tolist())
        return not used.isdisjoint(self.found.needs)


def _grant_sets(snapshot: Snapshot) -> GrantSets:
    column = snapshot.table("grant_sets").columns(["grants"])["grants"].combine_chunks()
    start = column.offsets.to_numpy().astype(np.int64)
    return GrantSets(start - start[0], column.flatten().to_numpy().astype(np.int32))


def find_cut(snapshot: Snapshot, question: CutQuestion) -> CutAnswer:
    """Return the cheapest cut that is found, and how far it may be from the cheapest there is.

    Notes
    -----
    NP-hard in general; linear until it comes to the solver, which works on the edges of some way alone, and ends at the
    time limit of ``question.effort`` with a cut that holds and a bound that holds.
    """
    return answer_of(Situation.of(snapshot, question))


def answer_of(situation: Situation) -> CutAnswer:
    """Return the answer upon a situation."""
    begun = time.perf_counter()
    question, problem = situation.question, situation.problem
    solver = problem.solver(question.effort)
    solved = solver.solve()
    removed = problem.grants(solved.removed)
    alternatives, complete = _alternatives(question, problem, solver, solved)
    factor = situation.weight[1]
    nothing = np.zeros(len(situation.grant_ids), dtype=np.bool_)
    reaching = problem.open_count(nothing)
    uncuttable = problem.stuck
    hopeless = bool(uncuttable) and reaching == 0
    chokes, exact = _choke_points(problem)
    return CutAnswer(
        ends=situation.ends,
        state=question.state,
        status="uncuttable" if hopeless else "optimal" if solved.optimal else "bounded",
        cost=None if hopeless else solved.cost / factor,
        lower_bound=None if hopeless else min(solved.lower, solved.cost) / factor,
        certificate=_certificate(solved, problem, factor),
        grants=_told(situation, removed),
        alternatives=tuple(tuple(situation.grant_ids[grant] for grant in cut) for cut in alternatives),
        alternatives_complete=complete,
        kept=tuple(situation.grant_ids[grant] for grant in np.flatnonzero(situation.kept).tolist()),
        uncuttable=tuple(_uncuttable(situation, place) for place in uncuttable[:_STUCK]),
        uncuttable_count=len(uncuttable),
        sources_reaching=reaching,
        choke_points=_told_chokes(situation, chokes),
        choke_points_exact=exact,
        limits=_limits(situation),
        seconds=round(time.perf_counter() - begun, 3),
    )


def _alternatives(
    question: CutQuestion, problem: Problem | HeldProblem, solver: Solver, solved: Solved
) -> tuple[list[tuple[int, ...]], bool]:
    if not question.alternatives or not solved.optimal or not solved.removed:
        return [], bool(solved.optimal and not solved.removed)
    units, complete = solver.others(solved, question.alternatives)
    return [problem.grants(cut) for cut in units], complete


def _choke_points(problem: Problem | HeldProblem) -> tuple[tuple[Choke, ...], bool]:
    if isinstance(problem, HeldProblem):
        return problem.chokes(_CHOKES, _CHOKE_SECONDS)
    return Chokes(problem).best(_CHOKES, _CHOKE_SECONDS)


def _certificate(solved: Solved, problem: Problem | HeldProblem, factor: int) -> dict[str, Any]:
    networks = problem.bundles.networks if isinstance(problem, Problem) else ()
    return {
        "proof": solved.proof,
        "dual_bound": round(solved.dual_bound / factor, 6),
        "ways": solved.ways,
        "rounds": solved.rounds,
        "edges_on_ways": problem.edges.count,
        "edges_contracted": sum(int(network.tail.size) for network in networks) if networks else problem.edges.count,
    }


def _told(situation: Situation, grants: Sequence[int]) -> tuple[CutGrant, ...]:
    """Return grants with what each does, those that free the most sources first."""
    problem = situation.problem
    freed = problem.freed if isinstance(problem, HeldProblem) else Chokes(problem).freed
    rows = [_grant_row(situation, grant, freed(grant)) for grant in grants]
    return tuple(sorted(rows, key=lambda row: (-row.sources_freed, -row.edges, row.grant.id)))


def _told_chokes(situation: Situation, chokes: Sequence[Choke]) -> tuple[CutGrant, ...]:
    return tuple(_grant_row(situation, row.grant, row.sources_freed, row.nearest_ways) for row in chokes)


def _grant_row(situation: Situation, grant: int, freed: int, nearest: int | None = None) -> CutGrant:
    row = dict(situation.snapshot.table("grants").row(grant))
    del row["grant"]
    weight, factor = situation.weight
    carried = np.isin(situation.problem.edges.grant_set, situation.sets.holding(grant))
    return CutGrant(Grant(**row), int(weight[grant]) / factor, int(carried.sum()), freed, nearest)


def _uncuttable(situation: Situation, place: Stuck) -> Uncuttable:
    snapshot = situation.snapshot
    levels = np.asarray(snapshot.arrays.edge_state)
    kept = {grant.id for edge in place.edges for grant in snapshot.grants_of(edge)}
    return Uncuttable(
        snapshot.node_id(place.source),
        snapshot.node_id(place.target),
        tuple(sorted(kept)),
        tuple(steps_of(snapshot, place.edges, levels)),
    )


def _limits(situation: Situation) -> tuple[str, ...]:
    limits = ["Ways whose conditions contradict each other are cut as well: the cost is then an upper bound of the need."]
    if len(situation.question.sources) != 1:
        limits.append(
            "Several sources are asked about under the baseline context; steps that need several identities held at "
            "once are only found for one source (--from one WHO)."
        )
    elif isinstance(situation.problem, HeldProblem):
        limits.append("Steps that need several identities held at once are cut, replayed or not.")
    return tuple(limits)
