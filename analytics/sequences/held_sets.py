"""What several held identities do together: one acts on another that the attacker holds as well.

Input: a snapshot and a subject. Output: ``SetReach``: edge states with every condition on ``nhi:holds`` settled, what
is reached, and the steps of any witness in order: each identity is held before it is needed.
Handled: a fixpoint over the held set under delete-relaxation (what was once held stays held); an edge is at best as
sure as the surest way to hold what it needs, and as long as the steps that hold it and its own together.
Not handled: whether an earlier step undoes what a later one needs; ``replay`` looks at that.
Complexity: one search a round; a round makes at least one edge surer, and a snapshot without such edges takes one. One
more search finds the shortest ways where an edge in force has needs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analytics.holder import Found, HeldLevels, held_levels, search
from analytics.subjects import Subject
from graph.arrays import GraphArrays, Int8Array, Int32Array, Int64Array
from graph.decision import HOLDS
from graph.engine import k_shortest_paths
from graph.snapshot import Snapshot

__all__ = ["SetReach", "search_sets"]

Hop = tuple[int, ...]
"""Edges of one step: into a class and out of it, or one alone."""


WAYS = 3
"""Ways to hold one thing that a step needs, tried where the shortest does not work in order."""
CHOICES = 16


@dataclass(frozen=True, slots=True)
class Round:
    """One search of the fixpoint, and the edge states that it was made with."""

    found: Found
    levels: HeldLevels


@dataclass(frozen=True, slots=True)
class Choice:
    """How what a witness needs comes to be held."""

    ways: Mapping[int, tuple[int, ...]]
    """Edge of the witness to the way to what it needs."""
    early: bool
    """True: before the first step of the witness, not just before the step that needs it."""


@dataclass(frozen=True, slots=True)
class SetReach:
    """What a subject reaches with all the identities that it comes to hold."""

    levels: HeldLevels
    found: Found
    needs: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Edge to the nodes that must be held while it is taken."""
    settled_in: Mapping[int, Round] = field(default_factory=dict)
    """Edge to the round that held what it needs: its witnesses never use the edge itself."""
    extra: Int32Array | None = None
    """Hops to what an edge needs, beside its own, by edge; ``None``: no edge in force needs anything."""

    def in_order(self, arrays: GraphArrays, path: Sequence[int], choice: Choice | None = None) -> tuple[int, ...]:
        """Return the edges of a witness with what must be held before each step put before it, none twice.

        Parameters
        ----------
        choice
            Which ways to what is needed are taken, and when; default: the shortest ones, as late as they can be.
        """
        if not self.needs:
            return tuple(path)
        told: dict[Hop, None] = {}
        if choice is not None and choice.early:
            for edge in path:
                self._tell_needs(arrays, edge, told, choice)
        self._tell(arrays, path, told, choice)
        return tuple(edge for hop in told for edge in hop)

    def told_hops(self, arrays: GraphArrays, path: Sequence[int]) -> int:
        """Return how many steps a witness tells, with those by which what it needs comes to be held."""
        return len(tuple(_hops(arrays, self.in_order(arrays, path))))

    def has_needs(self, path: Sequence[int]) -> bool:
        """Return whether a witness needs identities beside those that it passes."""
        return any(int(edge) in self.needs for edge in path)

    def choices(self, arrays: GraphArrays, path: Sequence[int], starts: Sequence[int]) -> tuple[list[Choice], bool]:
        """Return other ways to hold what a witness needs and other moments for it; and whether a bound cut them."""
        edges = [int(edge) for edge in path if int(edge) in self.settled_in]
        options: list[list[tuple[int, ...]]] = []
        cut = False
        for edge in edges:
            level = max(int(self.levels.own[edge]), 1)
            own = self.settled_in[edge].levels.own
            found = k_shortest_paths(
                arrays, list(starts), list(self.needs[edge]), own, WAYS, least=level, extra=self.extra
            )
            cut = cut or bool(found.cut_by) or len(self.needs[edge]) > 1
            options.append([way.edges for way in found.paths] or [()])
        chosen = [
            Choice(dict(zip(edges, ways, strict=True)), early)
            for ways in itertools.islice(itertools.product(*options), CHOICES)
            for early in (False, True)
        ]
        return chosen, cut or len(chosen) >= 2 * CHOICES

    def _tell(self, arrays: GraphArrays, path: Sequence[int], told: dict[Hop, None], choice: Choice | None) -> None:
        for hop in _hops(arrays, path):
            for edge in hop:
                self._tell_needs(arrays, edge, told, choice)
            told.setdefault(hop)

    def _tell_needs(self, arrays: GraphArrays, edge: int, told: dict[Hop, None], choice: Choice | None) -> None:
        settled = self.settled_in.get(int(edge))
        if settled is None:
            return
        if choice is not None and int(edge) in choice.ways:
            self._tell(arrays, choice.ways[int(edge)], told, None)
            return
        for node in self.needs[int(edge)]:
            self._tell(arrays, settled.found.path_to(arrays, node), told, None)


def _hops(arrays: GraphArrays, path: Sequence[int]) -> Iterator[Hop]:
    hop: list[int] = []
    for edge in path:
        if hop and not arrays.hub[int(arrays.edge_source[edge])]:
            yield tuple(hop)
            hop = []
        hop.append(int(edge))
    if hop:
        yield tuple(hop)


def search_sets(snapshot: Snapshot, subject: Subject, *, max_hops: int | None = None) -> SetReach:
    """Return what a subject reaches, edges that need further identities included.

    Parameters
    ----------
    max_hops
        Look no further, in every round.
    """
    needs = _needs(snapshot)
    if not needs:
        levels = held_levels(snapshot, subject)
        return SetReach(levels, search(snapshot, subject, levels, max_hops=max_hops))
    at_best = held_levels(snapshot, _holding_all(subject))
    edges = np.asarray(sorted(needs), dtype=np.int64)
    own, later = at_best.own.copy(), at_best.later.copy()
    own[edges] = 0
    later[edges] = 0
    settled: dict[int, Round] = {}
    while True:
        levels = replace(at_best, own=own, later=later)
        found = search(snapshot, subject, levels, max_hops=max_hops)
        surer = _surer(found, needs, edges, at_best, own, later)
        if not surer.size:
            reached = SetReach(levels, found, needs, settled)
            return _shortest(snapshot, subject, reached, max_hops) if settled else reached
        own, later = own.copy(), later.copy()
        for edge in surer.tolist():
            cap = min(int(found.best[node]) for node in needs[edge])
            own[edge] = min(int(at_best.own[edge]), cap)
            later[edge] = min(int(at_best.later[edge]), cap)
            settled[edge] = Round(found, levels)


def _shortest(snapshot: Snapshot, subject: Subject, sets: SetReach, max_hops: int | None) -> SetReach:
    """Return the same reach by the shortest ways: an edge with needs counts the steps that hold them as well."""
    arrays = snapshot.arrays
    extra = np.zeros(arrays.edge_count, dtype=np.int32)
    for edge in _on_shortest(arrays, sets).tolist():
        source = int(arrays.edge_source[edge])
        before = sets.found.path_to(arrays, source)
        own = 0 if arrays.hub[source] else 1
        extra[edge] = sets.told_hops(arrays, (*before, edge)) - sets.told_hops(arrays, before) - own
    if not extra.any():
        return replace(sets, extra=extra)
    return replace(sets, found=search(snapshot, subject, sets.levels, max_hops=max_hops, extra=extra), extra=extra)


def _on_shortest(arrays: GraphArrays, sets: SetReach) -> Int64Array:
    """Return the edges with needs that could end a shortest way: a longer edge is none of the others."""
    edges = np.asarray(sorted(sets.settled_in), dtype=np.int64)
    source, target = arrays.edge_source[edges], arrays.indices[edges]
    best, hops = sets.found.best, sets.found.hops
    state = np.minimum(np.maximum(sets.levels.own[edges], sets.levels.later[edges]), best[source])
    nearer = (state == best[target]) & (hops[target] >= hops[source] + np.where(arrays.hub[source], 0, 1))
    return np.asarray(edges[(state > 0) & nearer], dtype=np.int64)


def _holding_all(subject: Subject) -> Subject:
    attacker = subject.attacker.knowing({HOLDS: ("any",)}, name=subject.attacker.name)
    return replace(subject, attacker=attacker)


def _surer(
    found: Found,
    needs: Mapping[int, tuple[int, ...]],
    edges: Int64Array,
    at_best: HeldLevels,
    own: Int8Array,
    later: Int8Array,
) -> Int32Array:
    """Return the edges that what is held now makes surer than they are."""
    caps = np.asarray([min(int(found.best[node]) for node in needs[int(edge)]) for edge in edges], dtype=np.int8)
    better = (np.minimum(at_best.own[edges], caps) > own[edges]) | (
        np.minimum(at_best.later[edges], caps) > later[edges]
    )
    return np.asarray(edges[better], dtype=np.int32)


def _needs(snapshot: Snapshot) -> dict[int, tuple[int, ...]]:
    """Return the edges that need further identities to be held, with the nodes of those."""
    arrays = snapshot.arrays
    nodes: dict[int, tuple[int, ...]] = {}
    for number in range(1, snapshot.condition_count):
        held = {
            value
            for clause in snapshot.condition(number)
            for atom in clause
            if atom.key == HOLDS
            for value in atom.values
        }
        if held:
            nodes[number] = tuple(sorted(snapshot.node_index(value) for value in held))
    if not nodes:
        return {}
    wanted = np.asarray(sorted(nodes), dtype=np.int64)
    edges = np.flatnonzero(np.isin(arrays.edge_condition, wanted) & np.asarray(arrays.traversable))
    return {int(edge): nodes[int(arrays.edge_condition[edge])] for edge in edges}
