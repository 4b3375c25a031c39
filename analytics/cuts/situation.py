"""One question about cuts upon one snapshot: whom and what it is about, and the problem that it makes.

Input: a snapshot, a ``CutQuestion``. Output: ``Situation``.
Handled: one subject with what it presents, several, all identities without those entitled; weights; grants that stay.
Not handled: solving and telling (``analytics.cuts.find``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from analytics.cuts.ends import EVERYONE, collected_identities, demands_without_entitled
from analytics.cuts.ground import Ground, ground_of_many, ground_of_subject
from analytics.cuts.held import HeldProblem
from analytics.cuts.network import Demand, GrantSets, WayEdges, on_ways
from analytics.cuts.problem import Problem
from analytics.cuts.solve import Effort
from analytics.cuts.weights import Weights
from analytics.subjects import Subject
from graph.arrays import BoolArray, Int64Array
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["CutQuestion", "Situation", "grant_sets"]


@dataclass(frozen=True, slots=True)
class CutQuestion:
    """What is asked."""

    targets: tuple[int, ...]
    """Node numbers."""
    sources: tuple[Subject, ...] = ()
    """Empty: every collected identity, for each target without those entitled to it."""
    state: State = State.CONDITIONAL
    """Ways at least as sure count."""
    weights: Weights = field(default_factory=Weights)
    alternatives: int = 0
    """Further cuts of equal cost, at most so many."""
    effort: Effort = field(default_factory=Effort)

    @property
    def told_sources(self) -> tuple[str, ...]:
        """Return what the sources are called."""
        return tuple(subject.id for subject in self.sources) or (EVERYONE,)


@dataclass(frozen=True)
class Situation:
    """One question upon one snapshot, in numbers."""

    snapshot: Snapshot
    question: CutQuestion
    ground: Ground
    sets: GrantSets
    demands: tuple[Demand, ...]
    """In the ground's nodes."""
    sources: int
    """How many were asked about."""
    entitled: int

    @staticmethod
    def of(snapshot: Snapshot, question: CutQuestion) -> Situation:
        """Return the edges between the ends, and what they are.

        Notes
        -----
        O(conditions + edges), and one search a target where the sources are all identities.
        """
        targets = np.asarray(question.targets, dtype=np.int32)
        sources = np.unique(np.asarray([n for each in question.sources for n in each.starts], dtype=np.int32))
        entitled = 0
        if len(question.sources) == 1:
            ground = ground_of_subject(snapshot, question.sources[0], question.state)
        else:
            sources = sources if question.sources else collected_identities(snapshot)
            ground = ground_of_many(snapshot, sources, targets, question.state)
        demands: tuple[Demand, ...] = (Demand(ground.sources(sources), ground.targets(targets)),)
        if not question.sources:
            demands, entitled = demands_without_entitled(snapshot, ground, sources, targets)
        return Situation(snapshot, question, ground, grant_sets(snapshot), demands, int(sources.size), entitled)

    @cached_property
    def grant_ids(self) -> list[str]:
        """Return the id of each grant of the snapshot."""
        ids: list[str] = self.snapshot.table("grants").columns(["id"])["id"].to_pylist()
        return ids

    @cached_property
    def on_ways(self) -> BoolArray:
        """Return a mask of the grants that stand behind an edge between the ends."""
        used = np.zeros(self.sets.count, dtype=np.bool_)
        used[self.ground.edges.grant_set] = True
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
            return HeldProblem.of(self.ground, self.sets, weight, self.demands[0], self.kept)
        return Problem.of(self.ground.edges, self.sets, weight, self.demands, self.kept)

    @cached_property
    def weight(self) -> tuple[Int64Array, int]:
        """Return the whole weight of each grant, and what weights were multiplied by."""
        return self.question.weights.of(self.grant_ids, self.on_ways)

    @cached_property
    def burden(self) -> Int64Array:
        """Return how many edges of the snapshot each grant stands behind: of equal cuts the one that stops least."""
        arrays = self.snapshot.arrays
        carried = np.bincount(arrays.edge_grant_set[arrays.traversable], minlength=self.sets.count)
        burden = np.zeros(len(self.grant_ids), dtype=np.int64)
        np.add.at(burden, self.sets.members, carried[self.sets.owner])
        return burden

    @cached_property
    def carried(self) -> Int64Array:
        """Return how many edges on a way carry each grant set."""
        return np.bincount(self.problem.edges.grant_set, minlength=self.sets.count).astype(np.int64)

    @property
    def _needs_matter(self) -> bool:
        """Whether an edge that needs further identities lies on a way, when what it needs is taken as held."""
        if not self.ground.needs:
            return False
        edges = self.ground.edges
        places = WayEdges(
            edges.node_count, edges.source, edges.target, edges.grant_set, np.arange(edges.count, dtype=np.int32)
        )
        used = set(on_ways(places, self.demands[0]).edge.tolist())
        return not used.isdisjoint(self.ground.needs)


def grant_sets(snapshot: Snapshot) -> GrantSets:
    """Return the grants behind each grant set of a snapshot."""
    column = snapshot.table("grant_sets").columns(["grants"])["grants"].combine_chunks()
    start = column.offsets.to_numpy().astype(np.int64)
    return GrantSets(start - start[0], column.flatten().to_numpy().astype(np.int32))
