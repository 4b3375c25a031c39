"""Paths whose open conditions contradict each other are no paths.

Input: a search result and the state of every edge. Output: the result with witnesses that do not contradict themselves,
and without the targets that only contradictory paths reach.
Handled: conditions on the network that no single place satisfies, as long as the holder has not moved onto a workload
(whose network it then has as well); conditions on one credential that no credential satisfies, MFA of a long-term key
among them; parallel edges.
Not handled: keys that the caller chooses anew at each call; ranges of numbers and dates.
Bounded: a few shortest alternatives are tried for each target; when the bound cuts the search the target is unverified.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from ipaddress import ip_network
from itertools import product

import numpy as np

from analytics.holder import Found
from analytics.new_keys import NewKeys
from graph.arrays import BoolArray, GraphArrays, Int8Array
from graph.attacker import contradict
from graph.decision import Atom
from graph.engine import BestReach, Outlook, Reach, k_shortest_paths
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.kinds import EdgeKind, State
from graph.snapshot import Snapshot

__all__ = ["Contradictions", "takes"]

ALTERNATIVES = 8
LOOKS = 64
"""Targets for which alternatives are searched; further ones stay unverified."""
PARALLEL = 256
"""Combinations of parallel edges of one path that are tried."""
_MOVES = (EdgeKind.RUNS_AS, EdgeKind.CAN_PASS_ROLE)
"""After these the holder runs code elsewhere, and may call from there."""


class Contradictions:
    """Checks witnesses of one snapshot under one set of edge states."""

    def __init__(self, snapshot: Snapshot, levels: Int8Array) -> None:
        self._snapshot = snapshot
        self._levels = levels
        self._moves = {snapshot.edge_kind_code(kind) for kind in _MOVES}
        self._changes = snapshot.edge_kind_code(EdgeKind.CAN_CHANGE_STATE)
        self._proof = snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS)
        self._known: dict[tuple[int, ...], BestReach] = {}
        self._outlooks: dict[tuple[tuple[int, ...], int], Outlook] = {}

    def settle(self, starts: Sequence[int], found: Found | BestReach, *, unbounded: bool = False) -> Found:
        """Return the result with another witness, state 0 or unverified where the first contradicts itself.

        Parameters
        ----------
        unbounded
            The result was found with the same states and without a bound on hops, so that it need not be searched anew.
        """
        result = found if isinstance(found, Found) else Found.of(found)
        if not self.possible:
            return result
        if unbounded:
            self._known[tuple(starts)] = result.base
        best, hops = result.best.copy(), result.hops.copy()
        replaced = dict(result.replaced)
        looks = 0
        for number in self._in_doubt(result):
            path = result.path_to(self._snapshot.arrays, number)
            consistent = self.consistent(path)
            if consistent is None and (onward := self._behind(path, replaced, int(result.best[number]))):
                consistent, hops[number] = onward, self._length(onward)
            elif consistent is None:
                looks += 1
                level = int(result.best[number])
                bounded = looks > LOOKS
                state, other, length = (
                    (int(State.UNVERIFIED), path, int(hops[number]))
                    if bounded
                    else self._second_look(starts, number, level)
                )
                best[number], hops[number] = state, length if state else -1
                consistent = other or path
            if consistent != path:
                replaced[number] = consistent
        return replace(result, best=best, hops=hops, replaced=replaced)

    def _in_doubt(self, result: Found) -> list[int]:
        """Return the nodes, nearest first, whose witness could contradict itself."""
        arrays = self._snapshot.arrays
        doubtful = (result.best > 0) & (result.best < State.VERIFIED)
        if not self._exclusive:
            keys = self.new_keys
            passes = np.zeros(arrays.node_count, dtype=np.bool_)
            for level, tree in result.base.by_level.items():
                if not np.any(doubtful & (result.best == level)):
                    continue
                brings = takes(arrays, tree, keys.brings_key)
                if brings.any():
                    passes |= (result.best == level) & brings & takes(arrays, tree, keys.needs_mfa)
            passes[list(result.replaced)] = True
            doubtful &= passes | (result.best != result.base.best)
        numbers = np.flatnonzero(doubtful)
        return [int(number) for number in numbers[np.argsort(result.hops[numbers], kind="stable")]]

    def _behind(self, path: Sequence[int], replaced: Mapping[int, tuple[int, ...]], level: int) -> tuple[int, ...]:
        """Return the way that another witness of a node on the path opens to its end; empty when none is known."""
        sources = self._snapshot.arrays.edge_source
        for position in range(len(path) - 1, 0, -1):
            before = replaced.get(int(sources[path[position]]))
            if before is not None:
                whole = (*before, *(int(edge) for edge in path[position:]))
                if min(int(self._levels[edge]) for edge in whole) >= level:
                    return self.consistent(whole) or ()
        return ()

    def _length(self, path: Sequence[int]) -> int:
        arrays = self._snapshot.arrays
        return sum(1 for edge in path if not arrays.hub[int(arrays.edge_source[edge])])

    @cached_property
    def new_keys(self) -> NewKeys:
        """Which edges bring a long-term key and which it cannot take."""
        return NewKeys.of(self._snapshot)

    @cached_property
    def possible(self) -> bool:
        """Whether any two conditions in force could contradict each other: in most estates none do."""
        return self._exclusive or self.new_keys.matter

    @cached_property
    def _exclusive(self) -> bool:
        if not self._excluded(range(1, self._snapshot.condition_count)):
            return False
        arrays = self._snapshot.arrays
        open_ones = arrays.conditioned
        levels = self._levels[open_ones]
        open_ones = open_ones[(levels > 0) & (levels < State.VERIFIED)]
        return self._excluded(set(arrays.edge_condition[open_ones].tolist()))

    def _excluded(self, conditions: Iterable[int]) -> bool:
        """Return whether any two of some conditions exclude each other on one path."""
        atoms: dict[str, set[Atom]] = defaultdict(set)
        for number in conditions:
            for atom in self._atoms(number):
                atoms[atom.key].add(atom)
        return any(_exclude(group) for group in atoms.values())

    def exclusive_conditions(self) -> dict[int, int]:
        """Return the open conditions that may exclude another on some path; 2 for one that excludes itself, else 1.

        Notes
        -----
        Conditions on the credential count only beside a class: elsewhere they end with the hop. Conditions on MFA of
        long-term keys are ``new_keys``' part.
        """
        if not self._exclusive:
            return {}
        arrays = self._snapshot.arrays
        open_ones = np.asarray((self._levels > 0) & (self._levels < State.VERIFIED))
        beside = open_ones & (arrays.hub[arrays.edge_source] | arrays.hub[arrays.indices])
        classes = set(np.unique(arrays.edge_condition[beside]).tolist())
        atoms: dict[str, set[Atom]] = defaultdict(set)
        bearers: dict[str, set[int]] = defaultdict(set)
        found: dict[int, int] = {}
        for number in np.unique(arrays.edge_condition[open_ones]).tolist():
            own: dict[str, set[Atom]] = defaultdict(set)
            for atom in self._atoms(number):
                own[atom.key].add(atom)
                if number in classes or key_family(atom.key) is KeyFamily.NETWORK:
                    atoms[atom.key].add(atom)
                    bearers[atom.key].add(number)
            if any(_exclude(group) for group in own.values()):
                found[number] = 2
        for key, group in atoms.items():
            if _exclude(group):
                found |= {number: found.get(number, 1) for number in bearers[key]}
        return found

    def _atoms(self, condition: int) -> list[Atom]:
        return [
            clause[0]
            for clause in self._snapshot.condition(condition)
            if len(clause) == 1 and key_family(clause[0].key) in (KeyFamily.NETWORK, KeyFamily.CREDENTIAL)
        ]

    def contradictory(self, path: Sequence[int]) -> bool:
        """Return whether the open conditions of a path exclude each other, whatever parallel edges there are."""
        return self.consistent(path) is None

    def consistent(self, path: Sequence[int]) -> tuple[int, ...] | None:
        """Return the path, or the same steps over parallel edges, whose conditions can hold together; else ``None``."""
        first = tuple(int(edge) for edge in path)
        if not self._conflict(first):
            return first
        level = min(int(self._levels[edge]) for edge in first)
        choices = [self._parallel(edge, level) for edge in first]
        for count, option in enumerate(product(*choices)):
            if count >= PARALLEL:
                break
            if not self._conflict(option):
                return option
        return None

    def _parallel(self, edge: int, level: int) -> list[int]:
        arrays = self._snapshot.arrays
        source, target = int(arrays.edge_source[edge]), int(arrays.indices[edge])
        first, stop = int(arrays.indptr[source]), int(arrays.indptr[source + 1])
        alike = (arrays.indices[first:stop] == target) & (self._levels[first:stop] >= level)
        others: list[int] = (np.flatnonzero(alike) + first).tolist()
        return others

    def _conflict(self, path: Sequence[int]) -> bool:
        arrays = self._snapshot.arrays
        place: dict[str, set[Atom]] = defaultdict(set)
        credential: dict[str, set[Atom]] = defaultdict(set)
        by_key = to_be_by_key = False
        for position, edge in enumerate(path):
            if not arrays.hub[int(arrays.edge_source[edge])]:
                credential.clear()
                by_key = to_be_by_key
            if by_key and self.new_keys.needs_mfa[edge]:
                return True
            # What the holder of a first key presents is the question's own: see ``analytics.subjects``.
            stays = by_key and int(arrays.edge_kind[edge]) == self._changes
            to_be_by_key = stays or (bool(self.new_keys.brings_key[edge]) and (position > 0 or not self._proves(edge)))
            for atom in self._atoms(int(arrays.edge_condition[edge])):
                group = place if key_family(atom.key) is KeyFamily.NETWORK else credential
                group[atom.key].add(atom)
            if any(_exclude(group) for group in (*place.values(), *credential.values())):
                return True
            if int(arrays.edge_kind[edge]) in self._moves:
                place.clear()
        return False

    def _proves(self, edge: int) -> bool:
        return int(self._snapshot.arrays.edge_kind[edge]) == self._proof

    def _second_look(self, starts: Sequence[int], target: int, best: int) -> tuple[int, tuple[int, ...], int]:
        """Try the next shortest paths; return the state that the target keeps, a witness, and its hops."""
        cut = False
        for level in range(best, 0, -1):
            others = k_shortest_paths(
                self._snapshot.arrays,
                list(starts),
                [target],
                self._levels,
                ALTERNATIVES,
                least=level,
                outlook=self._outlook(starts, level),
            )
            for path in others.paths:
                consistent = self.consistent(path.edges)
                if consistent is not None:
                    return level, consistent, path.hops
            cut = cut or bool(others.cut_by)
            if cut and others.paths:
                return int(State.UNVERIFIED), others.paths[0].edges, others.paths[0].hops
        return int(State.VOID), (), -1

    def _outlook(self, starts: Sequence[int], level: int) -> Outlook:
        """Return what the starts reach at a level, searched once for all targets that are looked at again."""
        key = (tuple(starts), level)
        if key not in self._outlooks:
            known = self._known.get(tuple(starts))
            reached = None if known is None else np.asarray(known.by_level[level].hops >= 0)
            self._outlooks[key] = Outlook(
                self._snapshot.arrays, list(starts), self._levels, least=level, reached=reached
            )
        return self._outlooks[key]


def takes(arrays: GraphArrays, tree: Reach, edges: BoolArray) -> BoolArray:
    """Return by node whether the way to it in a search's tree takes one of some edges; by doubling of steps."""
    passed = np.zeros(arrays.node_count, dtype=np.bool_)
    nodes = np.flatnonzero(tree.parent_edge >= 0)
    entered = edges[tree.parent_edge[nodes]]
    if not entered.any():
        return passed
    # Numbers among the nodes entered; a start, which nothing enters in the tree, stands behind the last one.
    place = np.full(arrays.node_count, nodes.size)
    place[nodes] = np.arange(nodes.size)
    parents = np.append(place[arrays.edge_source[tree.parent_edge[nodes]]], nodes.size)
    here = np.append(entered, False)
    while True:
        further = here | here[parents]
        above = parents[parents]
        if np.array_equal(above, parents) and np.array_equal(further, here):
            passed[nodes] = here[:-1]
            return passed
        here, parents = further, above


def _exclude(atoms: Iterable[Atom]) -> bool:
    """Return whether no single value of one key satisfies all atoms."""
    group = sorted(atoms)
    texts = [atom for atom in group if not atom.operator.startswith("IpAddress")]
    return contradict(texts) or _apart([atom for atom in group if atom.operator == "IpAddress" and not atom.negated])


def _apart(atoms: Sequence[Atom]) -> bool:
    """Return whether address conditions leave no address: networks overlap only where one lies in the other."""
    if len(atoms) < 2:
        return False
    try:
        left, *others = [[ip_network(value, strict=False) for value in atom.values] for atom in atoms]
    except ValueError:
        return False
    for networks in others:
        left = [
            max(first, second, key=lambda network: network.prefixlen)
            for first, second in product(left, networks)
            if first.version == second.version and first.overlaps(second)
        ]
    return not left
