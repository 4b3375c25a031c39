"""leak: whose a leaked credential is and what it reaches; the secret part is never stored or printed.

Input: an id as an argument, a file, or standard input. Output: one row for each id, with its blast radius.
Not handled: how ids are recognised (``analytics.leak``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.questions import asked_subject, now, radius_data
from nhigraph.config import open_question
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.console import note, output_console
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.leak import LeakMatch
    from graph.snapshot import Snapshot

__all__ = ["register"]

COLUMNS = ["id", "kind", "account", "identity", "matched_by", "active", "note"]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(leak)


def leak(
    value: Annotated[
        str | None,
        typer.Argument(help="Key id or unique id (not a secret); default: read standard input.", show_default=False),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Read this file instead.", show_default=False)] = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = 200,
) -> None:
    """Say whose a leaked credential is and what it reaches; the secret is never stored or printed."""
    from analytics.leak import find_leaks

    if value is not None and file is not None:
        raise typer.BadParameter("give an id or a file, not both", param_hint="VALUE")
    opened = open_question(workspace, snapshot)
    rows = [_row(opened, match, limit) for match in find_leaks(opened, _leaked_text(value, file))]
    if not rows:
        raise typer.BadParameter("the input holds no AWS key id, unique id or Bedrock API key", param_hint="VALUE")
    head = envelope(opened, now())
    if form is Format.TABLE:
        from nhigraph.output.story import leak_story

        leak_story(output_console(), head, rows)
    else:
        write_answer(form, head, "credentials", rows, COLUMNS)


def _row(opened: Snapshot, match: LeakMatch, limit: int | None) -> dict[str, Any]:
    from analytics.reach import blast_radius

    radius = blast_radius(opened, asked_subject(opened, match.who), limit=limit) if match.who else None
    return {
        "id": match.public_id,
        "kind": match.kind,
        "account": match.account or None,
        "account_source": match.account_source,
        "identity": match.identity or None,
        "credential": match.credential or None,
        "matched_by": match.matched_by,
        "active": match.active,
        "candidates": list(match.candidates),
        "note": match.note,
        "blast_radius": radius_data(radius) if radius else None,
    }


def _leaked_text(value: str | None, file: Path | None) -> str:
    if value is not None:
        return value
    if file is not None:
        try:
            return file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise typer.BadParameter(f"{file}: {error.strerror or error}", param_hint="--file") from error
    if sys.stdin.isatty():
        note("reading standard input; end it with Ctrl-D")
    return sys.stdin.buffer.read().decode("utf-8", "replace")
