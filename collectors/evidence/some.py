"""Tell the first of many problems of one file singly and count the others, so that a broken table stays readable.

Input: problems as they are found. Output: gaps. Not handled: which problems there are.
"""

from __future__ import annotations

from collectors.interface import Gap

__all__ = ["SHOWN", "SomeProblems"]

SHOWN = 20
"""Problems of one file that are told singly."""


class SomeProblems:
    """Problems of one file."""

    def __init__(self, source: str, scope: str, operation: str, file: str, lost: str) -> None:
        self._of = (source, scope, operation)
        self._file = file
        self._lost = lost
        self._told: list[str] = []
        self._more = 0

    def add(self, place: str, problem: str) -> None:
        """Note a problem; ``place`` names row and column, or what stands there in a JSON file."""
        if len(self._told) < SHOWN:
            self._told.append(f"{self._file}: {place}: {problem}")
        else:
            self._more += 1

    def gaps(self) -> tuple[Gap, ...]:
        """Return what was noted, in order."""
        reasons = list(self._told)
        if self._more:
            reasons.append(f"{self._file}: and {self._more} more problems of this file that are not told singly")
        return tuple(Gap(*self._of, reason, lost=self._lost) for reason in reasons)
