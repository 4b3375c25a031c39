"""Cuts: the fewest, or cheapest, grants whose removal leaves no way from some sources to some targets.

Input: a snapshot and a ``CutQuestion``. Output: ``CutAnswer``: the grants, proven cheapest or with a bound and its gap,
other cuts of equal cost, ways that nothing cuts, choke points. Of cuts of equal cost the one whose grants stand behind
the fewest edges is told.
Handled: an edge stops when any grant of its set goes, parallel edges are alternatives, one grant stands behind many
edges, classes; weights; grants that must stay; one subject with what it presents and what it holds together.
Not handled: paths whose conditions contradict each other are cut as well; several subjects, and all identities, are
asked as sweeps ask: with changes that one identity makes of itself. Whether the permissions really end is
looked at by ``analytics.cuts.recheck``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.cuts.choke import Choke, Chokes
from analytics.cuts.held import HeldProblem
from analytics.cuts.problem import Problem, Stuck
from analytics.cuts.situation import CutQuestion, Situation
from analytics.cuts.solve import Solved, Solver
from analytics.steps import Step, steps_of
from graph.kinds import State
from graph.model import Grant
from graph.snapshot import Snapshot

__all__ = ["CutAnswer", "CutGrant", "CutQuestion", "Uncuttable", "answer_of", "find_cut"]

_CHOKES = 10
_CHOKE_SECONDS = 5.0
_STUCK = 100
"""Ways told that nothing cuts; ``uncuttable_count`` counts all."""


@dataclass(frozen=True, slots=True)
class CutGrant:
    """One grant of a cut, or a choke point."""

    grant: Grant
    weight: float
    edges: int
    """Edges on a way that it stops."""
    sources_freed: int | None
    """Sources that lose all their ways when it alone goes; ``None``: time ended before it was counted."""
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

    sources: tuple[str, ...]
    """Ids, or the words for all identities."""
    targets: tuple[str, ...]
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
    sources_asked: int
    sources_entitled: int
    """Of all identities: left out for some target because they are entitled to it."""
    sources_reaching: int
    """Sources with a way that can be cut."""
    choke_points: tuple[CutGrant, ...]
    choke_points_exact: bool
    """False: a grant left out may free more sources than the last one listed."""
    limits: tuple[str, ...]
    seconds: float
    """Seconds that the search took."""

    @property
    def gap(self) -> float | None:
        """Return how far the cost may be above the least, as a share of the cost."""
        if self.cost is None or self.lower_bound is None:
            return None
        return (self.cost - self.lower_bound) / self.cost if self.cost else 0.0


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
    if solved.optimal and solved.removed:
        solved = solver.gentlest(solved, problem.by_unit(situation.burden))
    removed = problem.grants(solved.removed)
    alternatives, complete = _alternatives(question, problem, solver, solved)
    factor = situation.weight[1]
    nothing = np.zeros(len(situation.grant_ids), dtype=np.bool_)
    reaching = problem.open_count(nothing)
    uncuttable = problem.stuck
    hopeless = bool(uncuttable) and reaching == 0
    chokes, exact = _choke_points(problem)
    return CutAnswer(
        sources=question.told_sources,
        targets=tuple(situation.snapshot.node_id(number) for number in question.targets),
        state=question.state,
        status="uncuttable" if hopeless else "optimal" if solved.optimal else "bounded",
        cost=None if hopeless else solved.cost / factor,
        lower_bound=None if hopeless else solved.lower / factor,
        certificate=_certificate(solved, problem, factor),
        grants=_told(situation, removed),
        alternatives=tuple(tuple(situation.grant_ids[grant] for grant in cut) for cut in alternatives),
        alternatives_complete=complete,
        kept=tuple(situation.grant_ids[grant] for grant in np.flatnonzero(situation.kept).tolist()),
        uncuttable=tuple(_uncuttable(situation, place) for place in uncuttable[:_STUCK]),
        uncuttable_count=len(uncuttable),
        sources_asked=situation.sources,
        sources_entitled=situation.entitled,
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
    counter = problem if isinstance(problem, HeldProblem) else Chokes(problem)
    end = time.perf_counter() + _CHOKE_SECONDS
    rows = []
    for number, grant in enumerate(grants):
        late = number >= _CHOKES and time.perf_counter() > end
        rows.append(_grant_row(situation, grant, None if late else counter.freed(grant)))
    return tuple(sorted(rows, key=lambda row: (-(row.sources_freed or 0), -row.edges, row.grant.id)))


def _told_chokes(situation: Situation, chokes: Sequence[Choke]) -> tuple[CutGrant, ...]:
    return tuple(_grant_row(situation, row.grant, row.sources_freed, row.nearest_ways) for row in chokes)


def _grant_row(situation: Situation, grant: int, freed: int | None, nearest: int | None = None) -> CutGrant:
    row = dict(situation.snapshot.table("grants").row(grant))
    del row["grant"]
    weight, factor = situation.weight
    edges = int(situation.carried[situation.sets.holding(grant)].sum())
    return CutGrant(Grant(**row), int(weight[grant]) / factor, edges, freed, nearest)


def _uncuttable(situation: Situation, place: Stuck) -> Uncuttable:
    snapshot, node = situation.snapshot, situation.ground.node
    edges = [edge for edge in place.edges if edge >= 0]
    kept = {grant.id for edge in edges for grant in snapshot.grants_of(edge)}
    return Uncuttable(
        snapshot.node_id(int(node[place.source])),
        snapshot.node_id(int(node[place.target])),
        tuple(sorted(kept)),
        tuple(steps_of(snapshot, edges, np.asarray(snapshot.arrays.edge_state))),
    )


def _limits(situation: Situation) -> tuple[str, ...]:
    limits = [
        "Alternatives and choke points are of the graph; only the cut itself is evaluated again.",
        "What a boundary or an organization's policy allows is no grant here: taking it away may be cheaper.",
        "Ways whose conditions contradict each other are cut as well: the cost is then an upper bound of the need.",
    ]
    if len(situation.question.sources) != 1:
        limits.append(
            "Several sources are asked about as sweeps are, under the baseline context; steps that need "
            "several identities held at once are only found for one source (--from one WHO)."
        )
    elif isinstance(situation.problem, HeldProblem):
        limits.append("Steps that need several identities held at once are cut, replayed or not.")
    return tuple(limits)
