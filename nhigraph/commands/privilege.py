"""Privilege: orphaned, dormant, standing, unused, crossing; yes, no or unknown of every identity and credential.

Input: a snapshot, thresholds of nhi.toml. Output: one row an identity, or one a question in JSON and CSV.
Not handled: how the questions are judged (``analytics.privilege``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.findings import PolicyOption, settings
from nhigraph.commands.questions import asked_subject, now
from nhigraph.config import open_question
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.console import note
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.privilege import Judgement

__all__ = ["register"]

COLUMNS = ["id", "kind", "question", "verdict", "reason", "since", "last_used", "state"]
_VERDICTS = ("yes", "no", "unknown")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(privilege)


def privilege(
    who: Annotated[
        str | None, typer.Argument(help="Only this identity or credential, with the reasons.", show_default=False)
    ] = None,
    question: Annotated[
        list[str] | None,
        typer.Option(help="orphaned, dormant, standing, unused or crossing; may be repeated.", show_default=False),
    ] = None,
    verdict: Annotated[
        str, typer.Option(help="Only rows with this answer: yes, no or unknown.", show_default=False)
    ] = "",
    config: PolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Say which identities are orphaned, dormant, standing, unused or crossing."""
    from analytics.errors import AnalyticsError
    from analytics.privilege import QUESTIONS
    from analytics.privilege import privilege as ask

    asked = list(question or QUESTIONS)
    for name in asked:
        if name not in QUESTIONS:
            raise typer.BadParameter(f"`{name}` is none of {', '.join(QUESTIONS)}", param_hint="--question")
    if verdict and verdict not in _VERDICTS:
        raise typer.BadParameter(f"`{verdict}` is none of {', '.join(_VERDICTS)}", param_hint="--verdict")
    policy = settings(config)
    opened = open_question(workspace, snapshot)
    subject = asked_subject(opened, who) if who else None
    only = subject.id if subject else ""
    rows = [row for row in ask(opened, policy, questions=asked) if only in ("", row.id)]
    if subject and not rows:
        # Every collected identity and credential has a row a question.
        what = f"`{subject.id}` ({subject.kind}) is no collected identity or credential"
        raise AnalyticsError(f"{what}, so questions of privilege do not ask about it")
    counts = {
        name: {each: sum(row.question == name and row.verdict == each for row in rows) for each in _VERDICTS}
        for name in QUESTIONS
        if name in asked
    }
    chosen = [_data(row) for row in rows if verdict in ("", row.verdict)]
    by_identity = form is Format.TABLE and not who
    told = _by_identity(chosen, list(counts)) if by_identity else chosen
    shown = told[:limit] if limit else told
    head = {**envelope(opened, now()), "truncated": len(shown) < len(told), "counts": counts}
    columns = (
        ["id", "kind", *counts]
        if by_identity
        else ["question", "verdict", "reason"]
        if form is Format.TABLE
        else COLUMNS
    )
    write_answer(form, head, "identities", shown, columns)
    if len(shown) < len(told):
        note(f"{len(told) - len(shown)} more rows; raise --limit")


def _data(row: Judgement) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "question": row.question,
        "verdict": row.verdict.value,
        "reason": row.reason,
        "signs": list(row.signs),
        "since": row.since,
        "last_used": row.last_used,
        "state": row.state.word,
        "looked_at": list(row.looked_at),
        "missing": list(row.missing),
        "grants": list(row.grants),
        "steps": [step.data() for step in row.steps],
    }


def _by_identity(rows: Sequence[dict[str, Any]], questions: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row an identity, with a column a question; those with the most yes first."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        told = found.setdefault(row["id"], {"id": row["id"], "kind": row["kind"]})
        told[row["question"]] = row["verdict"]
    order = sorted(found.values(), key=lambda told: -sum(told.get(name) == "yes" for name in questions))
    return [{**dict.fromkeys(questions, ""), **told} for told in order]
