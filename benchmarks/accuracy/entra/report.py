"""Write the result of the held-out set as Markdown between two markers of a document.

Input: cases, our answers now, and the records of first runs. Output: tables and the list of disagreements.
Not handled: the rest of the document, which stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from benchmarks.accuracy.entra.case import Case
from benchmarks.accuracy.entra.ours import Given
from benchmarks.accuracy.entra.peers import AZATH
from benchmarks.accuracy.entra.score import Line, count
from benchmarks.accuracy.tables import HEAD, area_rows, cells, judged, table

__all__ = ["BEGIN", "END", "report"]

BEGIN: Final = "<!-- accuracy_entra: begin, written by python -m benchmarks.accuracy_entra -->"
END: Final = "<!-- accuracy_entra: end -->"


def report(
    cases: Sequence[Case], given: Sequence[Given], first: Sequence[Line], other: Sequence[Line] | str, where: str
) -> str:
    """Return the section's Markdown.

    Parameters
    ----------
    cases
        The whole set.
    given
        Our answers now.
    first
        Our answers when the product saw the set for the first time, with the expectations of that day.
    other
        What azath answered to the claims that it was asked, or why it was not run.
    where
        One sentence: command, machine, versions, date.
    """
    now = [_line(one) for one in given]
    parts = {one.name: (one.provider, one.batch) for one in cases}
    blocks = [
        _head(cases, where),
        table(_overall(now, first, parts)),
        *_peer(now, other),
        "By area, now (first run in brackets where it was another):",
        table(area_rows(_areas(cases), now, first, "tenants")),
        _differing(given),
    ]
    return "\n\n".join(blocks)


def _peer(now: Sequence[Line], other: Sequence[Line] | str) -> Iterator[str]:
    """Yield what the other tool said, beside ours on the same claims."""
    if isinstance(other, str):
        if other:
            yield f"azath was not run: {other}"
        return
    same = {(one.case, one.subject, one.target) for one in other}
    ours = [one for one in now if (one.case, one.subject, one.target) in same]
    wrong = ", ".join(f"`{one.case}`" for one in other if not one.right)
    yield f"On the claims that {AZATH} answers (who reaches full control of a subscription or management group):"
    rows = [("azath", *cells(count(other))), ("ours", *cells(count(ours)))]
    yield table([("tool", *HEAD), *rows])
    yield (
        f"azath differs on {wrong}: it reads no conditions, no deny assignments and no state of accounts, resets "
        "nobody, and names the machine rather than who manages it."
    )


def _line(one: Given) -> Line:
    return Line(one.case.name, one.claim.subject, one.claim.target, one.claim.expect, one.verdict)


def _head(cases: Sequence[Case], where: str) -> str:
    claims = [claim for one in cases for claim in one.claims]
    holds = sum(claim.positive for claim in claims)
    return (
        f"{len(cases)} small tenants, {len(claims)} claims: {holds} that hold, {len(claims) - holds} that do not. "
        "Each case names the page that it was written from; they stand in `benchmarks/accuracy/entra/cases/`. "
        "Precision is found / (found + false), recall is found / claims that hold. *Conditional* where the "
        "documentation says yes is a miss, where it says no false; *unknown* (our *unverified*, or a failure) is "
        "neither, but lowers recall. "
        f"{where}"
    )


def _overall(
    now: Sequence[Line], first: Sequence[Line], parts: Mapping[str, tuple[str, str]]
) -> Iterator[Sequence[str]]:
    yield "provider", "batch", "run", *HEAD
    runs = (("first", first), ("first, by today's expectations", judged(first, now)), ("now", now))
    for part in dict.fromkeys(parts.values()):
        for run, lines in runs:
            some = [one for one in lines if parts.get(one.case) == part]
            if some:
                yield *part, run, *cells(count(some))


def _areas(cases: Sequence[Case]) -> Mapping[str, int]:
    return Counter(one.area for one in cases)


def _differing(given: Sequence[Given]) -> str:
    wrong = [one for one in given if not one.right]
    if not wrong:
        return "Ours differs from the set on no claim."
    lines = ["Ours differs from the set on:", ""]
    for one in wrong:
        claim, case = one.claim, one.case
        note = f" ({one.note})" if one.note else ""
        lines.append(
            f"- `{case.name}`, {claim.subject} → {claim.target}: expected {claim.expect.replace('|', ' or ')}, "
            f"answered {one.verdict}{note}. {claim.why or case.why} {claim.source or case.source}"
        )
    return "\n".join(lines)
