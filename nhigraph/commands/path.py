"""Ways: from one subject to one target, or from many to many.

Input: a snapshot, ends. Output: witnesses in the form that was asked for. Not handled: how they are found
(``analytics.paths`` and ``analytics.ways``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.findings import settings
from nhigraph.commands.questions import asked_subject, now
from nhigraph.config import open_question
from nhigraph.options import (
    ClaimsOption,
    ContextOption,
    FormatOption,
    LimitOption,
    SessionPolicyOption,
    SnapshotOption,
    StateOption,
    WorkspaceOption,
    asked_state,
    stated_context,
)
from nhigraph.output.console import output_console
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.hops import HopReader
    from analytics.paths import By, PathAnswer
    from analytics.steps import Step
    from analytics.ways import Ways
    from graph.snapshot import Snapshot

__all__ = ["register"]

MANY_LIMIT = 100
"""Ways listed between many, unless ``--limit`` says otherwise; the count stays exact."""
_NAMED_TARGETS = 1_000


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(path)


def path(
    source: Annotated[
        str | None, typer.Argument(metavar="FROM", help="Where the path begins.", show_default=False)
    ] = None,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TO",
            help="Where it ends; `admin:SCOPE` for full control of an account, tenant, subscription ….",
            show_default=False,
        ),
    ] = None,
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--from", help="A source, or a pattern of ids with `*`; may be repeated, needs --to.", show_default=False
        ),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            help="A target, a pattern, `admin:SCOPE` or `jewels`; may be repeated, needs --from.",
            show_default=False,
        ),
    ] = None,
    count: Annotated[int, typer.Option("-k", min=1, max=100, help="Distinct witnesses to show.")] = 3,
    by: Annotated[str, typer.Option(help="Shortest (`hops`) or cheapest (`cost`) first.")] = "hops",
    max_hops: Annotated[int | None, typer.Option(min=1, help="Leave out longer ones.", show_default=False)] = None,
    state: StateOption = None,
    context: ContextOption = None,
    claims: ClaimsOption = None,
    session_policy: SessionPolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Show the shortest distinct ways from one subject to one target, or one way for each pair of many."""
    many = bool(sources or targets)
    if many and (source or target or claims or session_policy or by != "hops" or not (sources and targets)):
        raise typer.BadParameter(
            "many ends are --from and --to together, without FROM, TO, --by, --claims and --session-policy",
            param_hint="--from",
        )
    if not many and (source is None or target is None):
        raise typer.BadParameter("name FROM and TO, or --from and --to", param_hint="FROM")
    order = _by(by)
    opened = open_question(workspace, snapshot)
    if many:
        _many(opened, sources or [], targets or [], context, state, max_hops, limit or MANY_LIMIT, form)
        return
    assert source is not None and target is not None
    if limit is not None:
        raise typer.BadParameter("between two ends the number of ways is -k", param_hint="--limit")
    _one(opened, source, target, (context, claims, session_policy), (count, max_hops, order, state), form)


def _by(word: str) -> By:
    from analytics.paths import By

    if word not in set(By):
        raise typer.BadParameter(f"`{word}` is none of {', '.join(By)}", param_hint="--by")
    return By(word)


def _one(
    opened: Snapshot,
    source: str,
    target: str,
    holder: tuple[list[str] | None, Path | None, Path | None],
    bounds: tuple[int, int | None, By, str | None],
    form: Format,
) -> None:
    from analytics.ends import end_name
    from analytics.paths import find_paths

    count, max_hops, by, state = bounds
    begin = asked_subject(opened, source, *holder)
    end = asked_subject(opened, end_name(opened, target))
    answer = find_paths(opened, begin, end, k=count, max_hops=max_hops, by=by, least=asked_state(state))
    head = envelope(opened, now())
    data = _data(opened, answer)
    if form is Format.JSON:
        write_json({**head, **data})
    elif form is Format.TABLE:
        from nhigraph.output.story import path_story

        path_story(output_console(), head, data)
    else:
        write_answer(form, head, "paths", data["paths"], ["state", "hops", "cost", "steps", "systems"])


def _told(reader: HopReader, steps: Sequence[Step], begin: str) -> dict[str, Any]:
    """Return the steps of a way with where each happens, and the systems that it touches."""
    from analytics.hops import systems_of

    hops = reader.hops(steps, begin)
    return {
        "steps": [hop.data() for hop in hops],
        "systems": [
            {"id": each.id, "kind": each.kind, "name": each.name, "vendor": each.vendor} for each in systems_of(hops)
        ],
    }


def _data(opened: Snapshot, answer: PathAnswer) -> dict[str, Any]:
    from analytics.hops import HopReader

    reader = HopReader(opened)
    return {
        "from": answer.source.id,
        "to": answer.target.id,
        "context": answer.context,
        "notes": list(answer.source.notes),
        "paths": [
            {
                "state": found.state.word,
                "hops": found.hops,
                "cost": found.cost,
                **_told(reader, found.steps, answer.source.id),
            }
            for found in answer.paths
        ],
        "cut_by": answer.cut_by,
    }


def _many(
    opened: Snapshot,
    sources: Sequence[str],
    targets: Sequence[str],
    context: list[str] | None,
    state: str | None,
    max_hops: int | None,
    limit: int,
    form: Format,
) -> None:
    from analytics.ends import source_subjects, target_numbers
    from analytics.ways import ways_between

    subjects = source_subjects(opened, sources, stated=stated_context(context))
    numbers = target_numbers(opened, targets, settings(None))
    found = ways_between(opened, subjects, numbers, limit=limit, least=asked_state(state), max_hops=max_hops)
    rows = _rows(opened, found)
    head = {
        **envelope(opened, now()),
        "from": [subject.id for subject in subjects],
        "to": [opened.node_id(number) for number in numbers[:_NAMED_TARGETS]],
        "notes": sorted({note for subject in subjects for note in subject.notes}),
        "pairs": found.pairs,
        "reached": found.reached,
    }
    if form is Format.TABLE:
        from nhigraph.output.story import ways_story

        ways_story(output_console(), {**head, "truncated": found.truncated}, rows)
    elif form is Format.JSON:
        write_json({**head, "ways": rows, "truncated": found.truncated})
    else:
        write_answer(form, head, "ways", rows, ["from", "to", "state", "hops", "cost", "steps", "systems"])


def _rows(opened: Snapshot, found: Ways) -> list[Mapping[str, Any]]:
    from analytics.hops import HopReader

    reader = HopReader(opened)
    return [
        {
            "from": way.source,
            "to": way.target,
            "state": way.state.word,
            "hops": len(way.steps),
            "cost": way.cost,
            **_told(reader, way.steps, way.source),
        }
        for way in found.rows
    ]
