"""The question which grants to take away: nhi cut.

Input: a snapshot, ends, weights, grants that must stay. Output: the cheapest cut in the form that was asked for.
Not handled: how it is found (``analytics.cuts.find``) and evaluated again (``analytics.cuts.recheck``).
"""

from __future__ import annotations

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
    WorkspaceOption,
    asked_state,
)
from nhigraph.output.console import note, output_console
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json

if TYPE_CHECKING:
    from analytics.cuts.find import CutGrant
    from analytics.cuts.recheck import CheckedCut
    from analytics.subjects import Subject
    from graph.snapshot import Snapshot

__all__ = ["cut_data", "register"]

_ROWS = 100
"""Rows of long lists, unless ``--limit`` says otherwise; counts stay exact."""


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(cut)


def cut(
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            help="WHO, or a pattern of ids with `*`; may be repeated. Default: every identity, for each target without "
            "those entitled to it.",
            show_default=False,
        ),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            help="WHO, a pattern, `admin:SCOPE` or `jewels`; may be repeated. Default: jewels.",
            show_default=False,
        ),
    ] = None,
    state: Annotated[str, typer.Option(help="Close ways at least so sure: verified, conditional, unverified.")] = (
        "conditional"
    ),
    weights: Annotated[
        Path | None, typer.Option(help="CSV file: grant glob, weight; the last row that matches counts.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="Glob of grants that must stay; may be repeated.", show_default=False)
    ] = None,
    alternatives: Annotated[int, typer.Option(min=0, max=100, help="Further cuts of equal cost to show.")] = 0,
    time_limit: Annotated[float, typer.Option(min=0, help="Seconds to search before a bound is told.")] = 60.0,
    no_recheck: Annotated[
        bool, typer.Option("--no-recheck", help="Do not evaluate permissions again without the grants.")
    ] = False,
    context: ContextOption = None,
    claims: ClaimsOption = None,
    session_policy: SessionPolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Show the fewest, or cheapest, grants whose removal leaves no way from sources to targets."""
    from analytics.cuts.find import CutQuestion
    from analytics.cuts.recheck import find_checked_cut
    from analytics.cuts.solve import Effort
    from analytics.cuts.weights import Weights, read_weights
    from analytics.ends import JEWELS, target_numbers

    least = asked_state(state)
    opened = open_question(workspace, snapshot)
    question = CutQuestion(
        targets=target_numbers(opened, targets or [JEWELS], settings(None)),
        sources=_sources(opened, sources or [], context, claims, session_policy),
        state=least,
        weights=Weights(read_weights(weights) if weights else (), tuple(keep or ())),
        alternatives=alternatives,
        effort=Effort(time_limit),
    )
    found = find_checked_cut(opened, question, recheck=not no_recheck)
    head = envelope(opened, now())
    data = cut_data(found, limit or _ROWS)
    note(f"searched for {found.answer.seconds:.2f} seconds")
    if form is Format.JSON:
        write_json({**head, **data})
    elif form is Format.TABLE:
        from nhigraph.output.cut_story import cut_story

        cut_story(output_console(), head, data)
    else:
        columns = ["id", "kind", "holder", "text", "evidence", "weight", "edges", "sources_freed"]
        write_answer(form, head, "grants", data["grants"], columns)


def _sources(
    opened: Snapshot, texts: list[str], context: list[str] | None, claims: Path | None, session_policy: Path | None
) -> tuple[Subject, ...]:
    from analytics.ends import source_subjects

    if len(texts) == 1 and ("*" not in texts[0] or texts[0].startswith("oidc://")):
        return (asked_subject(opened, texts[0], context, claims, session_policy),)
    if context or claims or session_policy:
        raise typer.BadParameter("what a holder presents is told of one source: name one WHO", param_hint="--from")
    return source_subjects(opened, texts)


def cut_data(found: CheckedCut, limit: int) -> dict[str, Any]:
    """Return a cut as every output carries it; long lists cut at ``limit``, grants and alternatives whole."""
    answer = found.answer
    stopped = found.also_stopped
    return {
        "from": list(answer.sources),
        "to": list(answer.targets),
        "state": answer.state.word,
        "status": answer.status,
        "cost": answer.cost,
        "lower_bound": answer.lower_bound,
        "gap": answer.gap,
        "certificate": dict(answer.certificate),
        "sources": {
            "asked": answer.sources_asked,
            "entitled": answer.sources_entitled,
            "reaching": answer.sources_reaching,
        },
        "grants": [_grant(row) for row in answer.grants],
        "alternatives": [list(cut) for cut in answer.alternatives],
        "alternatives_complete": answer.alternatives_complete,
        "kept": list(answer.kept),
        "uncuttable": [
            {
                "source": row.source,
                "target": row.target,
                "kept": list(row.kept),
                "steps": [step.data() for step in row.steps],
            }
            for row in answer.uncuttable[:limit]
        ],
        "uncuttable_count": answer.uncuttable_count,
        "choke_points": [{**_grant(row), "nearest_ways": row.nearest_ways} for row in answer.choke_points[:limit]],
        "choke_points_exact": answer.choke_points_exact,
        "checked": found.checked,
        "not_checked_because": found.why,
        "added_by_check": list(found.added),
        "also_stopped": [
            {
                "id": row.id,
                "kind": row.kind,
                "loses": list(row.loses[:limit]),
                "count": len(row.loses),
                "off_ways": row.off_ways,
            }
            for row in stopped[:limit]
        ],
        "also_stopped_count": len(stopped),
        "also_stopped_complete": found.also_stopped_complete,
        "limits": list(answer.limits),
    }


def _grant(row: CutGrant) -> dict[str, Any]:
    grant = row.grant
    return {
        "id": grant.id,
        "kind": grant.kind,
        "holder": grant.holder,
        "text": grant.text,
        "evidence": grant.evidence,
        "weight": row.weight,
        "edges": row.edges,
        "sources_freed": row.sources_freed,
    }
