"""Self-hosted runners as the rules see them: who runs code on one, and whose jobs they meet there.

Input: ``RuleContext``. Output: ``Runner`` rows, made once. Not handled: groups for selected repositories (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.rules._context import RuleContext
from analytics.rules._github import GitHubEstate, github_estate, repository_of
from analytics.rules._github_stakes import Stake, stakes
from graph.kinds import NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["Runner", "runners"]


@dataclass(frozen=True, slots=True)
class Runner:
    """A self-hosted machine."""

    node: Node
    ephemeral: bool
    """Whether it is known to be made anew for each job."""
    forks: tuple[int, State] | None
    """The surest edge by which a fork's code runs on it."""
    strong: tuple[str, ...]
    """Node ids of the jobs on it that lead furthest."""
    stake: Stake
    """What those lead to."""
    others: int
    """How many repositories run code on it that have none of those jobs."""
    state: State
    """How sure it is that those meet the jobs."""


def runners(context: RuleContext) -> tuple[Runner, ...]:
    """Return every self-hosted runner, by node id.

    Notes
    -----
    Classes of runs and of jobs are looked through once each, however many runners share them.
    """

    def make() -> tuple[Runner, ...]:
        seen = _Classes(context)
        return tuple(_runner(context, seen, node) for node in context.nodes(NodeKind.GITHUB_RUNNER))

    return context.shared("github runners", make)


class _Classes:
    """Repositories behind a source of runs, and the strongest jobs behind a target; hubs are unfolded once."""

    def __init__(self, context: RuleContext) -> None:
        self._context = context
        self.known: GitHubEstate = github_estate(context)
        self.snapshot: Snapshot = context.snapshot
        self._entering: dict[int, frozenset[str]] = {}
        self._met: dict[int, tuple[Stake, tuple[str, ...]]] = {}
        codes = self.snapshot.manifest.codes["edge_technique"]
        self.code: Mapping[str, int] = {
            name: codes.index(name) if name in codes else -1
            for name in ("github-fork-runner", "github-shared-runner", "github-use-runner")
        }

    def entering(self, source: int) -> frozenset[str]:
        """Return the repositories whose runs come by a source: one, or a class of them."""
        if source not in self._entering:
            arrays = self.snapshot.arrays
            numbers = [source]
            if arrays.hub[source]:
                numbers = arrays.r_indices[arrays.r_indptr[source] : arrays.r_indptr[source + 1]].tolist()
            names = (repository_of(self.snapshot.node_id(number)) for number in numbers)
            self._entering[source] = frozenset(names) - {""}
        return self._entering[source]

    def met(self, target: int) -> tuple[Stake, tuple[str, ...]]:
        """Return what the strongest jobs behind a target lead to, and which those are."""
        if target not in self._met:
            arrays, known = self.snapshot.arrays, stakes(self._context)
            numbers = [target]
            if arrays.hub[target]:
                numbers = arrays.indices[arrays.indptr[target] : arrays.indptr[target + 1]].tolist()
            worst = max((known.of_number(number) for number in numbers), default=Stake.NONE)
            strong = [self.snapshot.node_id(number) for number in numbers if known.of_number(number) is worst]
            self._met[target] = (worst, tuple(sorted(strong)) if worst >= Stake.IDENTITY else ())
        return self._met[target]


def _runner(context: RuleContext, seen: _Classes, node: Node) -> Runner:
    arrays, levels = context.snapshot.arrays, context.levels
    number = context.snapshot.node_index(node.id)
    into = arrays.r_edge[arrays.r_indptr[number] : arrays.r_indptr[number + 1]]
    into = into[levels[into] > 0]
    fork = arrays.edge_technique[into] == seen.code["github-fork-runner"]
    forks = max(((int(levels[edge]), -edge) for edge in into[fork].tolist()), default=None)
    entering: set[str] = set()
    state = State.UNVERIFIED
    for edge in into[~fork].tolist():
        entering |= seen.entering(int(arrays.edge_source[edge]))
        state = max(state, State(int(levels[edge])))
    out = np.arange(arrays.indptr[number], arrays.indptr[number + 1])
    out = out[(arrays.edge_technique[out] == seen.code["github-shared-runner"]) & (levels[out] > 0)]
    met = [(*seen.met(int(arrays.indices[edge])), State(int(levels[edge]))) for edge in out.tolist()]
    stake = max((row[0] for row in met), default=Stake.NONE)
    strong = tuple(dict.fromkeys(job for row in met if row[0] is stake for job in row[1]))
    surest = max((row[2] for row in met if row[0] is stake), default=State.UNVERIFIED)
    return Runner(
        node,
        node.attributes.get("ephemeral") is True,
        None if forks is None else (-forks[1], State(forks[0])),
        strong,
        stake,
        len(entering - {repository_of(job) for job in strong}),
        min(state, surest),
    )
