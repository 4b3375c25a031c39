"""score: one risk score for an identity or the estate, with every input and what it contributes.

Input: a snapshot, WHO or nobody. Output: the score, its range, blockers and inputs; for the estate the worst first.
Handled: one WHO is asked about alone, sequences of changes by several identities included; the estate keeps the sweep.
Not handled: the formula (``analytics.score``, ``docs/score.md``).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.findings import PolicyOption, settings
from nhigraph.commands.questions import asked_subject, kept_analysis, now
from nhigraph.config import open_question
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.console import note, output_console, plain
from nhigraph.output.envelope import envelope
from nhigraph.output.names import told
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.score import Score
    from graph.model import Node

__all__ = ["register"]

SHOWN = 20
"""Identities listed beside the estate's score unless ``--limit`` says otherwise; the score is that of all."""

_SWEPT = (
    "Changes that several identities make for one another are left out of this list; `nhi score WHO` asks for them."
)


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(score)


def score(
    who: Annotated[str | None, typer.Argument(help="An identity; default: the estate.", show_default=False)] = None,
    config: PolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Score the risk of an identity, or of the estate, from 0 to 100, with what it is made of."""
    from analytics.errors import AnalyticsError
    from analytics.score import estate_score, score_of
    from analytics.score_asked import asked_facts
    from analytics.score_facts import facts_of_everyone

    opened = open_question(workspace, snapshot)
    subject = asked_subject(opened, who) if who is not None else None
    wanted = subject.id if subject else None
    found = kept_analysis(opened, workspace, config)
    everyone = list(facts_of_everyone(opened, found, settings(config)))
    scored = [(node, score_of(facts)) for node, facts in everyone]
    estate = estate_score(row for _, row in scored)
    chosen = scored
    if subject is not None:
        mine = [(node, facts) for node, facts in everyone if node.id == subject.id]
        chosen = [(node, score_of(asked_facts(opened, found.jewels, subject, facts))) for node, facts in mine]
    if wanted is not None and not chosen:
        raise AnalyticsError(f"`{wanted}` is no identity of this estate: only identities have a score")
    chosen.sort(key=lambda row: (-row[1].score, row[0].id))
    most = limit or SHOWN
    rows = [_data(node, row) for node, row in chosen[:most]]
    head = {**envelope(opened, now()), "estate": asdict(estate), "truncated": len(rows) < len(chosen)}
    if form is Format.TABLE and wanted is not None:
        _tell(chosen[0][0], chosen[0][1])
        note(_coverage(head))
        return
    if subject is None:
        note(_SWEPT)
    if form is Format.TABLE:
        output_console().print(
            f"Estate: {estate.score} of 100 (at least {estate.low}); worst identity {estate.worst}, "
            f"{estate.spread} more for how many are bad. {estate.identities} identities."
        )
    if len(rows) < len(chosen):
        note(f"{len(chosen) - len(rows)} more rows; raise --limit")
    write_answer(form, head, "scores", rows, ["score", "low", "blockers", "unknown", "id"])


def _data(node: Node, row: Score) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind.value,
        "name": node.name,
        "score": row.score,
        "low": row.low,
        "blockers": list(row.blockers),
        "possible_blockers": list(row.possible_blockers),
        "unknown": list(row.unknown),
        "inputs": [asdict(item) for item in row.inputs],
    }


def _coverage(head: dict[str, Any]) -> str:
    from nhigraph.output.story import coverage_line

    return coverage_line(head)


def _tell(node: Node, row: Score) -> None:
    from rich.markup import escape

    console = output_console()
    least = "" if row.low == row.score else f" (at least {row.low}: the rest depends on what is not known)"
    console.print(f"[bold]{escape(told(plain(node.id)))}[/]: {row.score} of 100{least}", soft_wrap=True)
    for text in row.blockers:
        console.print(f"  blocker: {text}", soft_wrap=True)
    for text in row.possible_blockers:
        console.print(f"  not ruled out: {text}", soft_wrap=True)
    for item in row.inputs:
        value = escape(plain(_value(item.value))) if item.known else "not known"
        console.print(f"  {item.points:5.1f} of {item.most:4.1f}  {item.name}: {value}", soft_wrap=True)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item if item != '' else 'none'}" for name, item in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in ("", None) else str(value)
