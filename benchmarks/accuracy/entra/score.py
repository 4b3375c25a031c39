"""How often the answers to claims were right, and the record of first runs.

Input: answers. Output: ``Counts``; lines of a record (``first_entra.jsonl``, ``first_azure.jsonl``) and back.
Not handled: asking.

``found``: a claim that holds, answered as its documentation bears. ``quiet``: one that does not, answered so.
``false``: said to hold, or to hold without the condition, where it does not. ``missed``: said not to hold, or only
under a condition, where it does. ``unknown``: the tool said that it cannot know, or failed; where that is one of the
right answers it is found or quiet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Counts", "Line", "count", "read_lines", "write_lines"]


@dataclass(frozen=True, slots=True)
class Line:
    """One claim as it stood when it was asked, and the answer."""

    case: str
    subject: str
    target: str
    expect: str
    given: str

    @property
    def positive(self) -> bool:
        """Tell whether staying silent is wrong."""
        return "no" not in self.expect.split("|")

    @property
    def right(self) -> bool:
        """Tell whether the answer is one that the documentation bears."""
        return self.given in self.expect.split("|")


@dataclass(slots=True)
class Counts:
    """Answers by kind."""

    asked: int = 0
    positive: int = 0
    found: int = 0
    quiet: int = 0
    false: int = 0
    missed: int = 0
    unknown: int = 0

    def add(self, line: Line) -> None:
        """Count one answer."""
        self.asked += 1
        self.positive += line.positive
        if line.right:
            self.found += line.positive
            self.quiet += not line.positive
        elif line.given in ("unknown", "error"):
            self.unknown += 1
        elif line.positive and not (line.given == "yes" and "conditional" in line.expect):
            self.missed += 1
        else:
            self.false += 1

    @property
    def precision(self) -> float | None:
        """Return found / (found + false); ``None``: nothing was claimed."""
        said = self.found + self.false
        return self.found / said if said else None

    @property
    def recall(self) -> float | None:
        """Return found / claims that hold; ``None``: there were none."""
        return self.found / self.positive if self.positive else None


def count(lines: Iterable[Line]) -> Counts:
    """Count answers."""
    counts = Counts()
    for one in lines:
        counts.add(one)
    return counts


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    """Write a record, one answer a line."""
    path.write_text("".join(json.dumps(asdict(one)) + "\n" for one in lines), encoding="utf-8")


def read_lines(path: Path) -> Iterator[Line]:
    """Read a record; one that is not there has no lines."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Line(**json.loads(line))
