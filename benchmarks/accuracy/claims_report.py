"""What the reports of all held-out sets of claims show in the same way.

Input: answers of the product, the record of the first run. Output: rows and Markdown.
Not handled: what stands around them, which each set says for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.accuracy.asking import Given
from benchmarks.accuracy.entra.score import Line, count
from benchmarks.accuracy.tables import HEAD, cells, judged

__all__ = ["differing", "line_of", "overall_rows"]


def line_of(one: Given[Any]) -> Line:
    """Return an answer as a line of a record."""
    return Line(one.case.name, one.claim.subject, one.claim.target, one.claim.expect, one.verdict)


def overall_rows(now: Sequence[Line], first: Sequence[Line]) -> Iterator[Sequence[str]]:
    """Yield the rows of the first run, as expected then and today, and of now."""
    yield "run", *HEAD
    for run, lines in (
        ("first, held out", first),
        ("first, by today's expectations", judged(first, now)),
        ("now", now),
    ):
        if lines:
            yield run, *cells(count(lines))


def differing(given: Sequence[Given[Any]]) -> str:
    """Return the list of claims on which the product differs from the set."""
    wrong = [one for one in given if not one.right]
    if not wrong:
        return "Ours differs from the set on no claim."
    lines = ["Ours differs from the set on:", ""]
    for one in wrong:
        claim, case = one.claim, one.case
        note = f" ({one.note})" if one.note else ""
        lines.append(
            f"- `{case.name}`, {claim.subject} → {claim.target}: expected {claim.expect.replace('|', ' or ')}, "
            f"answered {one.verdict}{note}. {claim.why or case.why} {case.source}"
        )
    return "\n".join(lines)
