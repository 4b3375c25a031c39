"""What a tool answered to a case, and how often that was right.

Input: cases and answers. Output: ``Counts`` by technique family, and the cases on which a tool differs.
Not handled: asking.

A tool says yes, no, conditional (*could*, when a condition holds that evidence cannot decide), unknown, or error.
An answer counts as it stands: conditional is not yes. Where the case itself is conditional, a tool that knows only yes
and no is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks.accuracy.case import Case

__all__ = ["Answer", "Counts", "Verdict", "count", "differing"]

Verdict: TypeAlias = Literal["yes", "no", "conditional", "unknown", "error"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One tool's answer to one case."""

    case: str
    verdict: Verdict
    techniques: tuple[str, ...] = ()
    """Ids that the tool names on the way, where it uses the same ids."""
    note: str = ""


@dataclass(slots=True)
class Counts:
    """How often a tool was right."""

    asked: int = 0
    found: int = 0
    """Reachable, and said so."""
    quiet: int = 0
    """Not reachable, and said so."""
    false: int = 0
    """Not reachable (or only conditionally), and said to be."""
    missed: int = 0
    """Reachable, and said not to be, or only conditionally."""
    unknown: int = 0
    """The tool said that it cannot know, or failed."""

    def add(self, one: Case, verdict: Verdict) -> None:
        """Count one answer."""
        self.asked += 1
        if verdict in ("unknown", "error"):
            self.unknown += 1
        elif verdict == one.expect:
            if one.positive:
                self.found += 1
            else:
                self.quiet += 1
        elif verdict == "no" or (verdict == "conditional" and one.expect == "yes"):
            self.missed += 1
        else:
            self.false += 1

    @property
    def precision(self) -> float | None:
        """Return found / (found + false); ``None``: it never said yes."""
        said = self.found + self.false
        return self.found / said if said else None

    def recall(self, positives: int) -> float | None:
        """Return found / positives asked; ``None``: there were none."""
        return self.found / positives if positives else None


def count(cases: Iterable[Case], answers: Mapping[str, Answer]) -> Counts:
    """Count the answers to those of the cases that were asked."""
    counts = Counts()
    for one in cases:
        if one.name in answers:
            counts.add(one, answers[one.name].verdict)
    return counts


def differing(cases: Iterable[Case], answers: Mapping[str, Answer]) -> list[tuple[Case, Answer]]:
    """Return the cases that were answered otherwise than expected, in the set's order."""
    return [
        (one, answers[one.name]) for one in cases if one.name in answers and answers[one.name].verdict != one.expect
    ]
