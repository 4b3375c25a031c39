"""The cheapest set of grants that hits every way known, as a program for HiGHS: in fractions, or whole.

Input: ways, weights. Output: prices or a set, and a bound that every cut keeps.
Handled: the fractional bound is computed here from the solver's dual values, so that it holds whatever the solver says.
Not handled: ways that are not known yet; ``analytics.cuts.solve`` finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.cuts.search import Way
from graph.arrays import BoolArray, Int64Array

__all__ = ["Master"]

_OPTIMAL, _INFEASIBLE = 0, 2
"""Status numbers of ``scipy.optimize.milp`` that say something final."""


@dataclass(frozen=True)
class Master:
    """The cheapest set of grants that hits every way known."""

    grants: Int64Array
    """Grants on a way, ascending: the columns."""
    matrix: Any
    """Ways by grants, 0 and 1 (scipy CSR)."""
    weight: Int64Array
    """By column."""
    size: int
    """Grants in all."""
    ways: int = field(default=0)

    @staticmethod
    def of(ways: Sequence[Way], weight: Int64Array) -> Master:
        """Return the program of some ways, of which there is at least one."""
        from scipy.sparse import csr_matrix

        flat = np.array([grant for way in ways for grant in way], dtype=np.int64)
        grants, columns = np.unique(flat, return_inverse=True)
        pointer = np.concatenate(([0], np.cumsum([len(way) for way in ways])))
        matrix = csr_matrix((np.ones(flat.size), columns, pointer), shape=(len(ways), grants.size))
        return Master(grants, matrix, weight[grants], int(weight.size), len(ways))

    def fractional(self, seconds: float) -> tuple[NDArray[np.float64], float] | None:
        """Return prices of least total and a bound that its dual values prove; ``None`` when time ran out."""
        from scipy.optimize import linprog

        answer = linprog(
            self.weight,
            A_ub=-self.matrix,
            b_ub=-np.ones(self.ways),
            bounds=(0, None),
            method="highs",
            options={"time_limit": max(seconds, 0.01)},
        )
        if answer.status != 0:
            return None
        worth = np.maximum(-np.asarray(answer.ineqlin.marginals), 0.0)
        # A grant may be paid at most its weight by the ways that it closes: scaled to that, the payments prove a bound.
        over = float(np.max(self.matrix.T @ worth / self.weight, initial=1.0))
        price = np.zeros(self.size)
        price[self.grants] = np.clip(answer.x, 0.0, 1.0)
        return price, float(worth.sum()) / over

    def whole(
        self,
        seconds: float,
        forbidden: Sequence[tuple[int, ...]] = (),
        *,
        objective: Int64Array | None = None,
        at_most: int | None = None,
    ) -> tuple[BoolArray | None, float, bool]:
        """Return the cheapest set (or the best found in time, or ``None``), the solver's bound, and whether it is sure.

        Parameters
        ----------
        forbidden
            Sets none of which the answer may hold whole.
        objective
            By grant, in place of the weights.
        at_most
            What the answer may weigh.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        constraints = [LinearConstraint(self.matrix, lb=1)]
        for cut in forbidden:
            row = np.isin(self.grants, cut).astype(np.float64)
            constraints.append(LinearConstraint(row[np.newaxis, :], ub=len(cut) - 1))
        if at_most is not None:
            constraints.append(LinearConstraint(self.weight[np.newaxis, :].astype(np.float64), ub=at_most))
        answer = milp(
            self.weight if objective is None else objective[self.grants],
            integrality=np.ones(self.grants.size),
            bounds=Bounds(0, 1),
            constraints=constraints,
            options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
        )
        told = answer.mip_dual_bound
        bound = float(told) if told is not None and np.isfinite(told) else 0.0
        sure = answer.status in (_OPTIMAL, _INFEASIBLE)
        if answer.x is None:
            return None, bound, sure
        chosen = np.zeros(self.size, dtype=np.bool_)
        chosen[self.grants[np.asarray(answer.x) > 0.5]] = True
        return chosen, bound, sure
