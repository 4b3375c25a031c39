"""Tables of Markdown that both held-out sets of claims are shown in.

Input: counts and records. Output: rows and their Markdown. Not handled: what stands around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from benchmarks.accuracy.entra.score import Counts, Line, count

__all__ = ["HEAD", "area_rows", "cells", "judged", "table"]

HEAD: Final = ("claims", "hold", "found", "false", "missed", "quiet", "unknown", "precision", "recall")


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first row is its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * (lines[0].count("|") - 1))
    return "\n".join(lines)


def cells(counts: Counts) -> Sequence[str]:
    """Return a row below ``HEAD``."""
    numbers = (counts.asked, counts.positive, counts.found, counts.false, counts.missed, counts.quiet, counts.unknown)
    return *(str(each) for each in numbers), _share(counts.precision), _share(counts.recall)


def judged(first: Iterable[Line], now: Iterable[Line]) -> Sequence[Line]:
    """Return the answers of the first run beside what is expected today."""
    today = {(one.case, one.subject, one.target): one.expect for one in now}
    known = ((one, today.get((one.case, one.subject, one.target))) for one in first)
    return [replace(one, expect=expect) for one, expect in known if expect]


def area_rows(
    areas: Mapping[str, int], now: Sequence[Line], first: Sequence[Line], things: str
) -> Iterator[Sequence[str]]:
    """Yield a row an area (the first part of a case's name), with the first run in brackets where it was another.

    Parameters
    ----------
    areas
        How many cases each area has, in the order of the table.
    now, first
        Answers of the two runs.
    things
        What a case is called in the head.
    """
    yield "area", things, "claims", "precision", "recall", "false", "missed", "unknown"
    for area, cases in areas.items():
        is_now, was = (count(one for one in lines if one.case.split("/", 1)[0] == area) for lines in (now, first))
        if not is_now.asked:
            continue
        pairs = [
            (_share(is_now.precision), _share(was.precision)),
            (_share(is_now.recall), _share(was.recall)),
            *((str(getattr(is_now, name)), str(getattr(was, name))) for name in ("false", "missed", "unknown")),
        ]
        yield area, str(cases), str(is_now.asked), *(_both(one, other, was) for one, other in pairs)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _both(one: str, other: str, was: Counts) -> str:
    return one if one == other or not was.asked else f"{one} [{other}]"
