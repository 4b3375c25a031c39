"""Write the result of the held-out set for joints as Markdown between two markers of a document.

Input: cases, our answers now, the record of the first run. Output: tables and the list of disagreements.
Not handled: the rest of the document, which stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from benchmarks.accuracy.claims_report import differing, line_of, overall_rows
from benchmarks.accuracy.entra.score import Line
from benchmarks.accuracy.joints.case import Case
from benchmarks.accuracy.joints.ours import Given
from benchmarks.accuracy.tables import area_rows, table

__all__ = ["BEGIN", "END", "report"]

BEGIN: Final = "<!-- accuracy_joints: begin, written by python -m benchmarks.accuracy_joints -->"
END: Final = "<!-- accuracy_joints: end -->"


def report(cases: Sequence[Case], given: Sequence[Given], first: Sequence[Line], where: str) -> str:
    """Return the section's Markdown.

    Parameters
    ----------
    cases
        The whole set.
    given
        Our answers now.
    first
        Our answers when the product saw the set for the first time, with the expectations of that day.
    where
        One sentence: command, machine, versions, date.
    """
    now = [line_of(one) for one in given]
    claims = [claim for one in cases for claim in one.claims]
    holds = sum(claim.positive for claim in claims)
    blocks = [
        f"{len(cases)} small estates, {len(claims)} claims: {holds} that hold, {len(claims) - holds} that do not. Each "
        "case names the page that it was written from; they stand in `benchmarks/accuracy/joints/cases/`. A claim "
        f"whose expectation is *unknown* (unverified) counts among those that hold, since silence would be wrong. "
        f"{where}",
        table(overall_rows(now, first)),
        "By joint, now (first run in brackets where it was another):",
        table(area_rows(Counter(one.area for one in cases), now, first, "estates")),
        differing(given),
    ]
    return "\n\n".join(blocks)
