"""Paths whose open conditions contradict each other are no paths.

Input: a search result and the state of every edge. Output: the result without targets that only contradictory paths reach.
Handled: conditions on one key that no single value satisfies (two networks, two external ids), when every edge of the path
would have to be passed by one holder from one place.
Not handled: keys that may differ from call to call (the caller chooses them), ranges of numbers and networks.
Bounded: a few shortest alternatives are tried for each target; when the bound cuts the search the target is unverified.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graph.attacker import contradict
from graph.decision import Atom
from graph.engine import BestReach, k_shortest_paths
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["Contradictions"]

_HELD = frozenset({KeyFamily.NETWORK, KeyFamily.CREDENTIAL})
"""Facts about the holder or its place, the same at every step. An external id may differ from role to role."""
ALTERNATIVES = 8


class Contradictions:
    """Checks witnesses of one snapshot under one set of edge states."""

    def __init__(self, snapshot: Snapshot, levels: NDArray[np.int8]) -> None:
        self._snapshot = snapshot
        self._levels = levels

    def settle(self, starts: Sequence[int], found: BestReach) -> BestReach:
        """Return the result with contradictory targets taken out (state 0) or put down to unverified."""
        if not self._possible():
            return found
        best = found.best.copy()
        for number in np.flatnonzero(found.best == State.CONDITIONAL):
            if not self.contradictory(found.path_to(self._snapshot.arrays, int(number))):
                continue
            best[number] = self._second_look(starts, int(number))
        return replace(found, best=best)

    def _possible(self) -> bool:
        """Return whether any two conditions in force could contradict each other: most estates have none."""
        arrays = self._snapshot.arrays
        live = np.unique(arrays.edge_condition[self._levels == State.CONDITIONAL])
        atoms: dict[str, set[Atom]] = defaultdict(set)
        for number in live:
            for key, atom in self._atoms(int(number)):
                atoms[key].add(atom)
        return any(contradict(sorted(group)) for group in atoms.values())

    def _atoms(self, condition: int) -> list[tuple[str, Atom]]:
        return [
            (clause[0].key, clause[0])
            for clause in self._snapshot.condition(condition)
            if len(clause) == 1 and key_family(clause[0].key) in _HELD
        ]

    def contradictory(self, path: Sequence[int]) -> bool:
        """Return whether the open conditions of a path exclude each other."""
        atoms: dict[str, set[Atom]] = defaultdict(set)
        for edge in path:
            for key, atom in self._atoms(int(self._snapshot.arrays.edge_condition[edge])):
                atoms[key].add(atom)
        return any(contradict(sorted(group)) for group in atoms.values())

    def _second_look(self, starts: Sequence[int], target: int) -> int:
        """Try the next shortest paths; return the state that the target keeps."""
        alive = np.asarray(self._levels >= State.CONDITIONAL)
        others = k_shortest_paths(self._snapshot.arrays, list(starts), [target], alive, ALTERNATIVES)
        if any(not self.contradictory(path.edges) for path in others.paths):
            return int(State.CONDITIONAL)
        return int(State.UNVERIFIED if others.cut_by else State.VOID)
