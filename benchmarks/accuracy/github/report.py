"""Write the result of GitHub's held-out set as Markdown between two markers of a document.

Input: cases, our answers now, the record of the first run, and another tool's answers. Output: tables and the list of
disagreements. Not handled: the rest of the document, which stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.accuracy.claims_report import differing, line_of, overall_rows
from benchmarks.accuracy.entra.score import Line, count
from benchmarks.accuracy.github.case import Case
from benchmarks.accuracy.github.ours import Given
from benchmarks.accuracy.github.peers import ZIZMOR
from benchmarks.accuracy.tables import HEAD, area_rows, cells, table

__all__ = ["BEGIN", "END", "report"]

BEGIN: Final = "<!-- accuracy_github: begin, written by python -m benchmarks.accuracy_github -->"
END: Final = "<!-- accuracy_github: end -->"


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
        What zizmor answered to the claims that it was asked, or why it was not run.
    where
        One sentence: command, machine, versions, date.
    """
    now = [line_of(one) for one in given]
    blocks = [
        _head(cases, where),
        table(overall_rows(now, first)),
        *_peer(now, other),
        "By area, now (first run in brackets where it was another):",
        table(area_rows(Counter(one.area for one in cases), now, first, "organizations")),
        differing(given),
    ]
    return "\n\n".join(blocks)


def _head(cases: Sequence[Case], where: str) -> str:
    claims = [claim for one in cases for claim in one.claims]
    holds = sum(claim.positive for claim in claims)
    return (
        f"{len(cases)} small organizations, {len(claims)} claims: {holds} that hold, {len(claims) - holds} that do "
        "not. Each case names the page that it was written from; they stand in `benchmarks/accuracy/github/cases/`. "
        "Precision, recall and the words are those of the section before; a claim whose expectation is *unknown* "
        f"counts among those that hold, since silence would be wrong. {where}"
    )


def _peer(now: Sequence[Line], other: Sequence[Line] | str) -> Iterator[str]:
    """Yield what the other tool said, beside ours on the same claims."""
    if isinstance(other, str):
        if other:
            yield f"zizmor was not run: {other}"
        return
    same = {(one.case, one.subject, one.target) for one in other}
    ours = [one for one in now if (one.case, one.subject, one.target) in same]
    wrong = ", ".join(f"`{one.case}`" for one in other if not one.right)
    yield f"On the claims that {ZIZMOR} can be asked (does anyone with an account get a secret of the repository):"
    yield table([("tool", *HEAD), ("zizmor", *cells(count(other))), ("ours", *cells(count(ours)))])
    yield (
        f"zizmor differs on {wrong or 'none'}. It warns of what is dangerous in a file and sees no settings, so that "
        "these are warnings without a way in rather than faults of it; its findings `dangerous-triggers` and "
        "`template-injection` count as yes."
    )
