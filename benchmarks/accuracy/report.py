"""Write the comparison as Markdown between two markers of a document.

Input: cases and every tool's answers. Output: tables and the list of disagreements.
Not handled: the rest of the document, which stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.accuracy.answers import Answer, Counts, count, differing
from benchmarks.accuracy.case import Case

__all__ = ["BEGIN", "END", "Outcome", "put_into", "report"]

BEGIN: Final = "<!-- accuracy_aws: begin, written by python -m benchmarks.accuracy_aws -->"
END: Final = "<!-- accuracy_aws: end -->"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one tool."""

    tool: str
    package: str
    claim: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By case name; only cases that it was asked."""
    reason: str = ""
    """Why it was not run; empty: it was."""


def report(cases: Sequence[Case], outcomes: Sequence[Outcome], where: str) -> str:
    """Return the section's Markdown.

    Parameters
    ----------
    cases
        The whole set.
    outcomes
        Ours first.
    where
        One sentence: command, machine, versions, date.
    """
    blocks = [
        _head(cases, where),
        _table(_overall(cases, outcomes)),
        "Asked only what it claims to answer:\n\n" + "\n".join(f"- {one.tool}: {one.claim}" for one in outcomes),
        "On the same cases, ours beside each tool:",
        _table(_beside(cases, outcomes)),
        "Precision / recall by family (found of reachable; false reaches in brackets when there are any):",
        _table(_families(cases, outcomes)),
        "Ours by technique:",
        _table(_techniques(cases, outcomes[0])),
        _ours(cases, outcomes[0]),
    ]
    return "\n\n".join(blocks)


def put_into(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Put the text between two markers of a document; add them at its end when it has none."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if begin in old and end in old:
        before, rest = old.split(begin, 1)
        after = rest.split(end, 1)[1]
    else:
        before, after = old.rstrip() + "\n\n", "\n"
    path.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def _head(cases: Sequence[Case], where: str) -> str:
    sides = {each: sum(one.expect == each for one in cases) for each in ("yes", "conditional", "no")}
    techniques = len({one.technique for one in cases})
    return (
        f"{len(cases)} small accounts, {techniques} techniques: {sides['yes']} where the caller reaches the target, "
        f"{sides['conditional']} where a condition decides that evidence cannot tell, {sides['no']} near-twins where "
        "it does not. Each was written from the page that it names; they stand in "
        "`benchmarks/accuracy/cases/`. Precision is found / (found + false), recall is found / reachable cases asked. "
        "An answer counts as it stands: *conditional* where the case says yes is a miss, where it says no false; "
        f"*unknown* (our *unverified*, or a tool's error) is neither, but lowers recall. {where}"
    )


def _table(rows: Iterator[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * (lines[0].count("|") - 1))
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _asked(cases: Sequence[Case], outcome: Outcome) -> list[Case]:
    return [one for one in cases if one.name in outcome.answers]


def _numbers(cases: Sequence[Case], answers: Mapping[str, Answer]) -> tuple[Counts, int]:
    asked = [one for one in cases if one.name in answers]
    return count(asked, answers), sum(one.positive for one in asked)


def _overall(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Iterator[Sequence[str]]:
    yield "tool", "asked", "reachable", "found", "false", "missed", "quiet", "unknown", "precision", "recall"
    for one in outcomes:
        if one.reason:
            yield one.tool, f"not run: {one.reason}", *[""] * 8
            continue
        counts, positives = _numbers(cases, one.answers)
        whole = (counts.asked, positives, counts.found, counts.false, counts.missed, counts.quiet, counts.unknown)
        shares = (_share(counts.precision), _share(counts.recall(positives)))
        yield f"{one.tool} ({one.package})", *(str(each) for each in whole), *shares


def _beside(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Iterator[Sequence[str]]:
    yield "cases asked of", "cases", "its precision", "its recall", "our precision", "our recall"
    for one in outcomes[1:]:
        asked = _asked(cases, one)
        if not asked:
            continue
        theirs, positives = _numbers(asked, one.answers)
        ours, _ = _numbers(asked, outcomes[0].answers)
        shares = (theirs.precision, theirs.recall(positives), ours.precision, ours.recall(positives))
        yield one.tool, str(len(asked)), *(_share(each) for each in shares)


def _cell(cases: Sequence[Case], answers: Mapping[str, Answer]) -> str:
    counts, positives = _numbers(cases, answers)
    if not counts.asked:
        return ""
    wrong = f" [{counts.false}]" if counts.false else ""
    return f"{_share(counts.precision)} / {_share(counts.recall(positives))} ({counts.found} of {positives}){wrong}"


def _families(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Iterator[Sequence[str]]:
    run = [one for one in outcomes if not one.reason]
    yield "family", "cases", *(one.tool for one in run)
    families: dict[str, list[Case]] = {}
    for one in cases:
        families.setdefault(one.family, []).append(one)
    for family, members in sorted(families.items()):
        yield family, str(len(members)), *(_cell(members, each.answers) for each in run)


def _techniques(cases: Sequence[Case], ours: Outcome) -> Iterator[Sequence[str]]:
    yield "technique", "cases", "found", "missed", "false", "unknown", "precision", "recall", "named by that id"
    by_id: dict[str, list[Case]] = {}
    for one in cases:
        by_id.setdefault(one.technique, []).append(one)
    for technique, members in by_id.items():
        counts, positives = _numbers(members, ours.answers)
        answers = [ours.answers[one.name] for one in members if one.positive and one.name in ours.answers]
        named = sum(technique in answer.techniques for answer in answers)
        told = "" if technique.startswith(("admin-", "guard-")) else f"{named} of {positives}"
        whole = (len(members), f"{counts.found} of {positives}", counts.missed, counts.false, counts.unknown)
        shares = (_share(counts.precision), _share(counts.recall(positives)))
        yield technique, *(str(each) for each in whole), *shares, told


def _ours(cases: Sequence[Case], ours: Outcome) -> str:
    wrong = differing(cases, ours.answers)
    if not wrong:
        return "Ours differs from the set on no case."
    lines = ["Ours differs from the set on:", ""]
    for one, answer in wrong:
        note = f" ({answer.note})" if answer.note else ""
        lines.append(f"- `{one.name}`: expected {one.expect}, answered {answer.verdict}{note}. {one.why} {one.source}")
    return "\n".join(lines)
