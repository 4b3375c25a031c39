"""The cheapest set of grants that closes every way: exact with a proof, or a cut and a bound with the gap between them.

Input: a ``WaySearch``, a whole weight for each grant. Output: ``Solved``, further cuts of equal cost.
Method: the cheapest set that hits every way found so far is a lower bound of every cut; what it leaves open is found,
added, and the set sought again (the problem is NP-hard, the ways that matter are few). First in fractions, where the
solver's dual values are checked here and the bound holds whatever the solver says; then in whole numbers by HiGHS
(``scipy.optimize.milp``), whose dual bound counts at any time. Upper bounds: fractions rounded, ways closed greedily,
and grants that the cut does not need taken out again.
Not handled: what grants mean.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics.cuts.master import Master
from analytics.cuts.search import Way, WaySearch
from graph.arrays import BoolArray, Int64Array

__all__ = ["Effort", "Solved", "Solver"]

_MOST = 2_000
"""Ways added in one round."""
_EPSILON = 1e-6
"""Relative slack that a bound from floating point is lowered by before it is rounded up."""
_GENTLE = 5.0
"""Seconds at most for the choice among cuts of equal cost."""
_STALE = 8
"""Rounds in fractions that barely raise the bound before whole numbers are tried."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look."""

    seconds: float = 60.0
    rounds: int | None = None
    """Sets sought at most; ``None``: as many as the time allows."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A cut and how far it may be from the cheapest one."""

    removed: tuple[int, ...]
    """Grant numbers, ascending; without any one of them a way opens."""
    cost: int
    lower: int
    """No cut costs less; equal to ``cost``: proven cheapest."""
    proof: str
    """What the bound rests on: ``no way``, ``separate ways`` (that share no grant), ``weighted ways`` or ``search``."""
    ways: int
    """Ways found that every cut must close: the constraints of the last set sought."""
    rounds: int
    dual_bound: float
    """The bound before it was rounded up."""

    @property
    def optimal(self) -> bool:
        """Return whether no cheaper cut exists."""
        return self.lower >= self.cost


class Solver:
    """Seeks the cheapest cut of one question."""

    def __init__(self, search: WaySearch, weight: Int64Array, effort: Effort) -> None:
        self.search = search
        self.weight = weight
        self.ways: dict[Way, None] = {}
        self.rounds = 0
        self.lower = 0
        self.dual_bound = 0.0
        self.proof = "no way"
        self._best: BoolArray = np.zeros(weight.size, dtype=np.bool_)
        self._cost = -1
        self._unsure = False
        self._effort = effort
        self._end = time.perf_counter() + effort.seconds

    @property
    def left(self) -> float:
        """Return the seconds left."""
        return self._end - time.perf_counter()

    @property
    def _spent(self) -> bool:
        rounds = self._effort.rounds
        return self.left <= 0 or (rounds is not None and self.rounds >= rounds)

    @property
    def _proven(self) -> bool:
        return self.lower >= self._cost

    def solve(self) -> Solved:
        """Return the cheapest cut found, proven or with its bound."""
        nothing = np.zeros(self.weight.size)
        first = self.search.ways(nothing, _MOST)
        self._add(first)
        self._separate(first)
        self._improve(nothing)
        if not self._proven:
            self._fractions()
        if not self._proven:
            self._whole()
        assert self.lower <= self._cost, "a bound above a cut that holds"
        removed = tuple(np.flatnonzero(self._best).tolist())
        return Solved(removed, self._cost, self.lower, self.proof, len(self.ways), self.rounds, float(self.dual_bound))

    def gentlest(self, known: Solved, burden: Int64Array) -> Solved:
        """Return the cut of equal cost that carries the least burden; the known one when time ends before.

        Parameters
        ----------
        known
            A proven cheapest cut.
        burden
            What removing each grant stops beside the ways, from 0.
        """
        end = time.perf_counter() + _GENTLE
        while self.ways and (left := min(self.left, end - time.perf_counter())) > 0:
            master = Master.of(list(self.ways), self.weight)
            chosen, _, sure = master.whole(left, objective=burden, at_most=known.cost)
            if chosen is None or not sure:
                return known
            new = self.search.ways(chosen.astype(np.float64), _MOST)
            if not new:
                removed = tuple(np.flatnonzero(chosen).tolist())
                cost, borne = (int(column[list(removed)].sum()) for column in (self.weight, burden))
                better = cost == known.cost and borne < int(burden[list(known.removed)].sum())
                return replace(known, removed=removed) if better else known
            self._add(new)
        return known

    def others(self, known: Solved, most: int) -> tuple[list[tuple[int, ...]], bool]:
        """Return further cuts of equal cost, ``most`` at most, and whether these are all.

        Parameters
        ----------
        known
            A proven cheapest cut.
        """
        cuts = [known.removed]
        while len(cuts) <= most:
            found = self._another(cuts, known.cost)
            if found is None:
                return cuts[1:], not self._unsure
            cuts.append(found)
        return cuts[1:], self._another(cuts, known.cost) is None and not self._unsure

    def _another(self, cuts: Sequence[tuple[int, ...]], cost: int) -> tuple[int, ...] | None:
        while known_ways := list(self.ways):
            if self.left <= 0:
                self._unsure = True
                return None
            master = Master.of(known_ways, self.weight)
            chosen, bound, sure = master.whole(self.left, forbidden=cuts)
            self._unsure = self._unsure or not sure
            if chosen is None or self._rounded_up(bound) > cost:
                return None
            new = self.search.ways(chosen.astype(np.float64), _MOST)
            if not new:
                removed = np.flatnonzero(chosen)
                return tuple(removed.tolist()) if int(self.weight[removed].sum()) == cost else None
            self._add(new)
        return None

    def _add(self, ways: Sequence[Way]) -> int:
        before = len(self.ways)
        self.ways.update(dict.fromkeys(ways))
        return len(self.ways) - before

    def _rounded_up(self, bound: float) -> int:
        return int(np.ceil(bound - _EPSILON * max(1.0, abs(bound))))

    def _raise(self, bound: float, proof: str) -> None:
        whole = self._rounded_up(bound)
        if whole > self.lower:
            self.lower, self.dual_bound, self.proof = whole, bound, proof

    def _separate(self, ways: Sequence[Way]) -> None:
        """Count the cheapest grant of each way that shares none with those before it: every cut pays all of them."""
        used: set[int] = set()
        total = 0
        for way in ways:
            if used.isdisjoint(way):
                used.update(way)
                total += int(self.weight[list(way)].min())
        self._raise(float(total), "separate ways")

    def _improve(self, price: NDArray[np.float64]) -> None:
        """Make a cut that prefers grants of high price, without needless grants, and keep it if it is better."""
        removed = self.search.cut(self.weight, price)
        while ways := self.search.ways(removed.astype(np.float64), _MOST):
            # INVARIANT: what becomes the answer leaves nothing open, whatever made it.
            removed[[min(way, key=lambda grant: (self.weight[grant], grant)) for way in ways]] = True
        removed = self.search.lean(removed, self.weight)
        cost = int(self.weight[removed].sum())
        if self._cost < 0 or cost < self._cost:
            self._best, self._cost = removed, cost

    def _fractions(self) -> None:
        """Raise the bound by the fractional relaxation until it stands still or nothing is open."""
        stale, before = 0, 0.0
        while not self._spent and not self._proven and stale < _STALE:
            self.rounds += 1
            master = Master.of(list(self.ways), self.weight)
            answer = master.fractional(self.left)
            if answer is None:
                return
            price, bound = answer
            self._raise(bound, "weighted ways")
            stale = stale + 1 if bound < before * 1.001 + 1e-9 else 0
            before = max(before, bound)
            new = self.search.ways(price, _MOST)
            added = self._add(new)
            if not added or self.rounds % 4 == 1 or stale >= _STALE:
                self._improve(price)
            if not added:
                return

    def _whole(self) -> None:
        """Seek whole sets until one closes every way: that one is the cheapest cut."""
        while not self._spent and not self._proven:
            self.rounds += 1
            master = Master.of(list(self.ways), self.weight)
            chosen, bound, sure = master.whole(self.left)
            self._raise(bound, "search")
            if chosen is None or self._proven:
                return
            if not self._add(self.search.ways(chosen.astype(np.float64), _MOST)) and sure:
                # The cheapest set that hits the ways known closes all of them: no cut is cheaper.
                self.lower, self.dual_bound, self.proof = int(self.weight[chosen].sum()), bound, "search"
            self._improve(chosen.astype(np.float64))
