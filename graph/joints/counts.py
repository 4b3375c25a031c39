"""How a joint came out: what was matched, what stayed ambiguous, what could not be, what nothing was found for.

Input: outcomes, one for each thing that a joint looked at. Output: ``JointCount`` rows, kept with the snapshot.
Not handled: what the joints add to the graph.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["JointCount", "Outcome", "Tally"]


class Outcome(StrEnum):
    """What became of one thing that a joint looked at."""

    MATCHED = "matched"
    """One counterpart, and evidence that names it."""
    UNVERIFIED = "unverified"
    """One counterpart, by evidence that nobody confirmed (a hint, a name)."""
    AMBIGUOUS = "ambiguous"
    """Several counterparts; all are kept, none is sure."""
    IMPOSSIBLE = "impossible"
    """Evidence names a counterpart, and something else rules it out."""
    UNMATCHED = "unmatched"
    """No evidence leads to a counterpart."""


@dataclass(frozen=True, slots=True)
class JointCount:
    """Figures of one joint; every thing looked at is counted once."""

    joint: str
    of: str
    """What is counted, in words."""
    matched: int = 0
    unverified: int = 0
    ambiguous: int = 0
    impossible: int = 0
    unmatched: int = 0

    @property
    def total(self) -> int:
        """Return how many things were looked at."""
        return self.matched + self.unverified + self.ambiguous + self.impossible + self.unmatched


@dataclass(slots=True)
class Tally:
    """Counts outcomes of one joint while it works."""

    joint: str
    of: str
    seen: Counter[Outcome] = field(default_factory=Counter)

    def add(self, outcome: Outcome, number: int = 1) -> None:
        """Count things with the same outcome."""
        self.seen[outcome] += number

    def done(self) -> JointCount:
        """Return the figures."""
        return JointCount(self.joint, self.of, **{outcome.value: self.seen[outcome] for outcome in Outcome})
