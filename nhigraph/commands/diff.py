"""Diff: what differs between two snapshots.

Input: two snapshots. Output: what was added, removed or changed, and whose reach differs.
Not handled: how that is found (``analytics.compare``, ``analytics.reach_change``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

import typer

from nhigraph.commands.findings import settings
from nhigraph.commands.questions import now
from nhigraph.config import open_question
from nhigraph.options import FormatOption, LimitOption, WorkspaceOption
from nhigraph.output.console import note, warn
from nhigraph.output.differences import ROWS, line, reach_data, reach_story, reach_totals
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json, write_table

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(diff)


def diff(
    before: Annotated[str, typer.Argument(help="Id or path of the earlier snapshot.", show_default=False)],
    after: Annotated[
        str | None, typer.Argument(help="Id or path of the later snapshot; default: the newest.", show_default=False)
    ] = None,
    no_reach: Annotated[
        bool, typer.Option("--no-reach", help="Leave out whose full control and jewels differ; quicker.")
    ] = False,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Compare two snapshots by ids: what was added, removed or changed, and whose reach differs."""
    from analytics.compare import compare, edge_rows, looked_at, table_rows
    from analytics.reach_change import reach_changes

    first, second = open_question(workspace, before), open_question(workspace, after)
    most = limit or ROWS
    found = compare(first, second)
    rows = reach_changes(first, second, settings(None)) if not no_reach else ()
    counts = found.counts()
    lists = {
        "nodes": _cut(table_rows(found, "nodes"), most),
        "edges": _cut(edge_rows(found), most),
        "grants": _cut(table_rows(found, "grants"), most),
        "credentials": _cut(table_rows(found, "credentials"), most),
        "documents": _cut(table_rows(found, "documents"), most),
    }
    seen = looked_at(first, second)
    head = envelope(second, now())
    data = {
        **head,
        "before": {key: envelope(first, now())[key] for key in ("snapshot", "as_of", "as_of_known")},
        "counts": counts,
        "looked_at": seen,
        "identities": [reach_data(row, most) for row in rows[:most]] if not no_reach else None,
        "reach": reach_totals(rows) if not no_reach else None,
        **lists,
        "truncated": len(rows) > most or any(sum(part.values()) > most for part in counts.values()),
    }
    if seen:
        warn(f"{len(seen)} operations were looked at in one and not in the other: a difference may come of that alone")
    if form is Format.JSON:
        write_json(data)
    elif form is Format.TABLE:
        _diff_story(data)
    else:
        columns = ["what", "change", "id", "kind", "source", "technique", "target", "differs"]
        write_answer(form, head, "changes", list(_flat_changes(lists)), columns)


def _cut(rows: Iterable[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    return list(islice(rows, limit))


def _flat_changes(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of all lists with the same columns."""
    for name, rows in lists.items():
        for row in rows:
            yield {
                "what": name.removesuffix("s"),
                "change": row["change"],
                "id": row.get("id") or row.get("holder") or "",
                "kind": row.get("kind") or row.get("layer") or "",
                "source": row.get("source", ""),
                "technique": row.get("technique", ""),
                "target": row.get("target", ""),
                "differs": list(row["what"]),
            }


def _diff_story(data: Mapping[str, Any]) -> None:
    from nhigraph.output.story import coverage_line

    line(f"From {data['before']['snapshot']} to {data['snapshot']}")
    rows = [{"what": name, **part} for name, part in data["counts"].items()]
    write_table(rows, ["what", "removed", "added", "changed"])
    if data["reach"] is not None:
        reach_story(data["reach"], data["identities"])
    changes = list(_flat_changes({name: data[name] for name in ("nodes", "grants", "credentials")}))
    if changes:
        write_table(changes, ["what", "change", "id", "kind", "differs"])
    edges = list(_flat_changes({"edges": data["edges"]}))
    if edges:
        write_table(edges, ["change", "source", "kind", "technique", "target", "differs"])
    if data["truncated"]:
        note("lists are cut; raise --limit")
    note(coverage_line(data))
