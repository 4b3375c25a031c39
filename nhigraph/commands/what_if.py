"""What-if: changes that nobody made, evaluated in full.

Input: a snapshot and changes. Output: whose reach would differ, which ways would end or appear.
Not handled: how that is found (``analytics.what_if``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph import __version__
from nhigraph.commands.findings import settings
from nhigraph.commands.questions import now
from nhigraph.config import open_question
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.console import note, warn
from nhigraph.output.differences import REACH, ROWS, line, reach_data, reach_story, reach_totals, way_data
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json, write_table

if TYPE_CHECKING:
    from analytics.what_if import WhatIf
    from graph.changes import Change
    from graph.snapshot import Snapshot

__all__ = ["register"]

_WAYS = ["source", "kind", "technique", "target", "state"]
ChangesArgument = Annotated[Path | None, typer.Argument(help="JSON file of changes.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("what-if")(what_if)


def what_if(
    changes: ChangesArgument = None,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", help="Id of a grant to take away; may be repeated.", show_default=False),
    ] = None,
    disable: Annotated[
        list[str] | None,
        typer.Option("--disable", help="A user or role to contain; may be repeated.", show_default=False),
    ] = None,
    who: Annotated[
        str | None, typer.Option(help="Whose blast radius to show before and after.", show_default=False)
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Workspace that keeps the hypothetical snapshot.", show_default=False)
    ] = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Evaluate all permissions again with changes applied, and show what would be different; costs a build."""
    from analytics.what_if import what_if as answer

    opened = open_question(workspace, snapshot)
    asked = _asked(opened, changes, remove or [], disable or [])
    policy = settings(None)
    with tempfile.TemporaryDirectory(prefix="nhi-what-if-") as folder:
        found = answer(opened, asked, keep or Path(folder), product_version=__version__, policy=policy)
        _tell(found, asked, who, envelope(opened, now()), bool(keep), form, limit or ROWS)


def _asked(opened: Snapshot, file: Path | None, remove: Sequence[str], disable: Sequence[str]) -> tuple[Change, ...]:
    from analytics.change_file import read_changes
    from analytics.subjects import resolve_subject
    from graph.changes import DisableIdentity, RemoveGrant

    if file is None and not remove and not disable:
        raise typer.BadParameter("name a file of changes, --remove or --disable", param_hint="CHANGES")
    return (
        *(read_changes(file, opened) if file else ()),
        *(RemoveGrant(grant) for grant in remove),
        *(DisableIdentity(resolve_subject(opened, text).id) for text in disable),
    )


def _tell(
    found: WhatIf,
    asked: Sequence[Change],
    who: str | None,
    head: Mapping[str, Any],
    kept: bool,
    form: Format,
    limit: int,
) -> None:
    from graph.changes import change_data

    effects = found.effects
    lists = {
        "identities": [reach_data(row, limit) for row in effects.reach],
        "lost": [way_data(row) for row in effects.lost],
        "gained": [way_data(row) for row in effects.gained],
        "stopped": [way_data(row) for row in effects.stopped],
    }
    data = {
        **head,
        "hypothetical": found.after.id if kept else None,
        "changes": change_data(asked),
        "opens": list(found.opens),
        "counts": {
            **reach_totals(effects.reach),
            **{name: len(rows) for name, rows in lists.items() if name != "identities"},
        },
        **{name: rows[:limit] for name, rows in lists.items()},
        "who": _radii(found, who, limit) if who else None,
        "truncated": not effects.ways_complete or any(len(rows) > limit for rows in lists.values()),
    }
    for sentence in found.opens:
        warn(sentence)
    if form is Format.JSON:
        write_json(data)
    elif form is Format.TABLE:
        _what_if_story(data)
    else:
        write_answer(form, head, "identities", data["identities"], REACH)


def _what_if_story(data: Mapping[str, Any]) -> None:
    from nhigraph.output.story import coverage_line

    counts = data["counts"]
    reach_story(counts, data["identities"])
    for name, title in (
        ("lost", "Ways that end"),
        ("gained", "Ways that appear"),
        ("stopped", "Use that stops to work"),
    ):
        line(f"{title}: {counts[name]}")
        if data[name]:
            write_table(data[name], _WAYS)
    if data["who"]:
        for side in ("before", "after"):
            line(f"{data['who']['subject']} {side}: {_radius_line(data['who'][side])}")
    if data["truncated"]:
        note("lists are cut; raise --limit")
    note(coverage_line(data))


def _radius_line(radius: Mapping[str, Any] | None) -> str:
    if radius is None:
        return "not there"
    scopes = ", ".join(f"{row['scope']} ({row['state']})" for row in radius["admin_of"]) or "nothing"
    return f"full control of {scopes}; reaches {radius['counts']['total']}"


def _radii(found: WhatIf, who: str, limit: int) -> dict[str, Any]:
    """Return the blast radius of WHO in both graphs."""
    from analytics.errors import UnknownSubjectError
    from analytics.reach import blast_radius
    from analytics.subjects import resolve_subject

    subject = resolve_subject(found.before, who)
    sides: list[dict[str, Any] | None] = []
    for opened in (found.before, found.after):
        try:
            radius = blast_radius(opened, resolve_subject(opened, subject.id), limit=limit)
        except UnknownSubjectError:
            sides.append(None)
            continue
        sides.append(
            {
                "admin_of": [{"scope": row.scope, "state": row.state.word} for row in radius.admin_of],
                "reaches": [
                    {"id": row.id, "kind": row.kind, "state": row.state.word, "hops": row.hops}
                    for row in radius.reaches
                ],
                "counts": dict(radius.counts),
                "truncated": radius.truncated,
            }
        )
    return {"subject": subject.id, "before": sides[0], "after": sides[1]}
