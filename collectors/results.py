"""What a collection did and would cost, in the words that every source shares.

Input: none (types only). Output: ``CollectResult``, ``Estimate``, ``CallEstimate``.
Not handled: what one source alone tells; it adds fields of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.interface import Gap

__all__ = ["CallEstimate", "CollectResult", "Estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectResult:
    """What one collection did."""

    account: str
    """Account, tenant or organization."""
    calls: Mapping[str, Mapping[str, int]]
    """Calls of this run by level (``global``, ``resource`` …; ``REST``, ``GraphQL``), then operation; retries are not
    among them."""
    retries: int
    """Attempts beyond the first of a call."""
    kept: int
    """Operations that an earlier, interrupted run had completed."""
    gaps: tuple[Gap, ...]
    """What could not be looked at; sorted."""
    stopped: str
    """Why the run gave up early, e.g. because the credentials ended; empty otherwise. Then close the writer instead of
    finishing it, so that the same command goes on from here."""

    @property
    def complete(self) -> bool:
        """True when every operation that was wanted gave an answer for every object."""
        return not self.gaps and not self.stopped


@dataclass(frozen=True, slots=True)
class CallEstimate:
    """What one operation would cost."""

    operation: str
    level: str
    calls: int
    bound: str
    """``exactly``, ``at least``, ``at most``, or ``last time``: as many as the last collection made."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a collection of one account, tenant or organization would cost."""

    account: str
    rows: tuple[CallEstimate, ...]
    regions: int = 0
    """0 where a source has none."""
    left: Mapping[str, int] = field(default_factory=dict)
    """What a rate budget has left now, by level; empty without limits."""

    @property
    def total(self) -> int:
        """Sum of the rows: at least so many where a row says ``at least``."""
        return sum(row.calls for row in self.rows)

    @property
    def open(self) -> bool:
        """True when some row is a lower bound only."""
        return any(row.bound == "at least" for row in self.rows)
