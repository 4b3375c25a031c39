"""Questions about what is there and what it reaches: inventory, blast-radius.

Input: a snapshot and WHO. Output: answers in the form that was asked for.
Not handled: how answers are found (``analytics``); ways (``path``), permissions (``decisions``), leaks (``leak``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.config import open_question, workspace_of
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
    read_claims,
    stated_context,
)
from nhigraph.output.console import note, output_console, warn
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json, write_rows

if TYPE_CHECKING:
    from rich.console import Console

    from analytics.analysis_store import Analysis
    from analytics.everyone import Everyone
    from analytics.filters import Filters
    from analytics.reach import BlastRadius
    from analytics.subjects import Subject
    from graph.snapshot import Snapshot

__all__ = ["asked_subject", "kept_analysis", "now", "radius_data", "register", "told_radius"]

_SYSTEMS = ("aws", "azure", "bitbucket", "entra", "github", "gitlab", "terraform")
ALL_LIMIT = 100
"""Rows of ``reaches`` for each identity of ``--all``, unless ``--limit`` says otherwise; ``counts`` stay exact."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(inventory)
    app.command("blast-radius")(blast_radius)


def now() -> datetime:
    """Return the time of asking, from which the age of the evidence is told."""
    return datetime.now(UTC)


def inventory(
    kind: Annotated[str, typer.Option(help="Only this kind, e.g. AwsRole.", show_default=False)] = "",
    search: Annotated[str, typer.Option(help="Only rows whose id or name contains this.", show_default=False)] = "",
    everything: Annotated[bool, typer.Option("--all", help="Credentials, workloads and resources too.")] = False,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List identities: what each is, who owns it, when it was used, what it may do at worst."""
    from analytics.inventory import inventory_rows
    from graph.kinds import NodeKind

    hidden = (NodeKind.HUB, NodeKind.SCOPE_ADMIN, NodeKind.AWS_CHANGED_IDENTITY)
    known = sorted(each.value for each in NodeKind if each not in hidden)
    if kind and kind not in known:
        raise typer.BadParameter(f"`{kind}` is none of {', '.join(known)}", param_hint="--kind")
    opened = open_question(workspace, snapshot)
    reach = kept_analysis(opened, workspace).everyone
    rows = inventory_rows(opened, kind=kind, search=search, everything=everything, reach=reach)
    shown = rows[:limit] if limit else rows
    if len(shown) < len(rows):
        note(f"{len(rows) - len(shown)} more rows; raise --limit")
    columns = ["id", "kind", "name", "scope", "owner", "environment", "credentials", "last_used_at", "impact"]
    columns += ["reaches", "worst_impact", "jewels", "control"]
    if any(row["reach_exact"] is False for row in shown):
        note("Some reach is an upper bound (`reach_exact` false): conditions on the way may exclude each other.")
    write_answer(form, {**envelope(opened, now()), "truncated": len(shown) < len(rows)}, "identities", shown, columns)


def asked_subject(
    opened: Snapshot,
    who: str,
    context: list[str] | None = None,
    claims: Path | None = None,
    session_policy: Path | None = None,
) -> Subject:
    """Return the subject that WHO and the options beside it mean."""
    from analytics.session_policy import read_session_policy
    from analytics.subjects import resolve_subject

    return resolve_subject(
        opened,
        who,
        stated=stated_context(context),
        claims=read_claims(claims),
        session=read_session_policy(session_policy) if session_policy else None,
    )


def radius_data(radius: BlastRadius) -> dict[str, Any]:
    """Return a blast radius as every output carries it."""
    subject = radius.subject
    return {
        "subject": subject.id,
        "subject_kind": subject.kind,
        "subject_name": subject.name,
        "context": dict(radius.context),
        "notes": list(subject.notes),
        "admin_of": [
            {"scope": row.scope, "state": row.state.word, "steps": [step.data() for step in row.steps]}
            for row in radius.admin_of
        ],
        "reaches": [
            {"id": row.id, "kind": row.kind, "impact": row.impact or None, "state": row.state.word, "hops": row.hops}
            for row in radius.reaches
        ],
        "techniques": [
            {
                "id": row.id,
                "source": row.source,
                "target": row.target,
                "state": row.state.word,
                "grants": list(row.grants),
                "via": row.via,
                "conditions": list(row.conditions),
            }
            for row in radius.techniques
        ],
        "pools": [dict(row) for row in radius.pools],
        "counts": dict(radius.counts),
        "matched": radius.matched,
        "truncated": radius.truncated or radius.techniques_truncated,
    }


def blast_radius(
    who: Annotated[
        str | None,
        typer.Argument(help="ARN, id, key id, session ARN, name, or oidc://ISSUER/SUBJECT.", show_default=False),
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every identity, under the baseline context.")] = False,
    context: ContextOption = None,
    claims: ClaimsOption = None,
    session_policy: SessionPolicyOption = None,
    max_hops: Annotated[int | None, typer.Option(min=1, help="Look no further.", show_default=False)] = None,
    state: StateOption = None,
    impact: Annotated[
        list[str] | None,
        typer.Option(help="List only this impact class, H1 to H11; may be repeated.", show_default=False),
    ] = None,
    system: Annotated[
        list[str] | None, typer.Option(help="List only this system, e.g. `aws`; may be repeated.", show_default=False)
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="List only this kind, e.g. AwsSecret; may be repeated.", show_default=False)
    ] = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Show what an identity or credential reaches, becomes and controls."""
    from analytics.reach import blast_radius as ask

    if everyone == (who is not None):
        raise typer.BadParameter("name one subject, or --all", param_hint="WHO")
    if everyone and (context or claims or session_policy or max_hops):
        raise typer.BadParameter("--all asks about every identity under the baseline context", param_hint="--all")
    filters = _filters(state, impact, system, kind)
    if everyone and filters is not None:
        raise typer.BadParameter("--all lists everything; filter its rows instead", param_hint="--all")
    opened = open_question(workspace, snapshot)
    head = envelope(opened, now())
    if who is None:
        _every_radius(opened, workspace, head, form, limit or ALL_LIMIT)
        return
    subject = asked_subject(opened, who, context, claims, session_policy)
    data = radius_data(ask(opened, subject, limit=limit, max_hops=max_hops, filters=filters))
    if form is Format.JSON:
        write_json({**head, **data})
    elif form is Format.JSONL:
        write_rows([{"snapshot": head["snapshot"], "as_of": head["as_of"], **data}])
    elif form is Format.CSV:
        write_answer(form, head, "reaches", data["reaches"], ["id", "kind", "impact", "state", "hops"])
    else:
        from nhigraph.output.story import radius_story

        radius_story(output_console(), head, data, limit or 25)


def _filters(
    state: str | None, impact: list[str] | None, system: list[str] | None, kind: list[str] | None
) -> Filters | None:
    """Return what to list; ``None`` for everything."""
    if not (state or impact or system or kind):
        return None
    from analytics.filters import Filters
    from graph.kinds import Impact, NodeKind

    classes = {each.value: each for each in Impact}
    if wrong := [name for name in impact or [] if name not in classes]:
        raise typer.BadParameter(f"`{wrong[0]}` is none of {', '.join(classes)}", param_hint="--impact")
    if wrong := [name for name in system or [] if name not in _SYSTEMS]:
        raise typer.BadParameter(f"`{wrong[0]}` is none of {', '.join(_SYSTEMS)}", param_hint="--system")
    kinds = sorted(each.value for each in NodeKind if each not in (NodeKind.HUB, NodeKind.AWS_CHANGED_IDENTITY))
    if wrong := [name for name in kind or [] if name not in kinds]:
        raise typer.BadParameter(f"`{wrong[0]}` is none of {', '.join(kinds)}", param_hint="--kind")
    return Filters(
        asked_state(state), tuple(classes[name] for name in impact or []), tuple(system or []), tuple(kind or [])
    )


def _every_radius(opened: Snapshot, workspace: Path | None, head: Mapping[str, Any], form: Format, limit: int) -> None:
    if form in (Format.TABLE, Format.CSV):
        columns = ["subject", "admin_of", "reaches", "worst_impact", "jewels"]
        write_answer(form, head, "identities", summaries(opened, kept_analysis(opened, workspace).everyone), columns)
        return
    from analytics.reach import all_blast_radii

    rows = (radius_data(radius) for radius in all_blast_radii(opened, limit=limit))
    if form is Format.JSONL:
        write_rows(
            {"snapshot": head["snapshot"], "as_of": head["as_of"], "coverage_missing": len(head["coverage"]), **row}
            for row in rows
        )
    else:
        write_answer(form, head, "identities", list(rows), [])


def told_radius(console: Console, opened: Snapshot, who: str, limit: int) -> None:
    """Tell one blast radius on a console."""
    from analytics.reach import blast_radius as ask
    from nhigraph.output.story import radius_story

    radius_story(console, envelope(opened, now()), radius_data(ask(opened, asked_subject(opened, who))), limit)


def kept_analysis(opened: Snapshot, workspace: Path | None, config: Path | None = None) -> Analysis:
    """Return the analysis of a snapshot, from the workspace where it is kept; tell what happened to it."""
    from analytics.analysis_store import analysis
    from nhigraph.commands.findings import settings

    found = analysis(opened, workspace_of(workspace), settings(config))
    for line in found.notes:
        warn(line)
    return found


def summaries(opened: Snapshot, found: Everyone) -> list[dict[str, Any]]:
    """Return what the table of everyone says of each identity."""
    from analytics.reach import identities
    from graph.arrays import IMPACT_CODES
    from graph.kinds import State

    reached, worst = found.reached().sum(axis=1), found.worst_with_state()[0]
    jewels, control = found.jewels.sum(axis=1), found.control.sum(axis=1)
    nearest = found.nearest_scope
    rows = []
    for number in identities(opened).tolist():
        place = found.row(number)
        told = ""
        if nearest.node[place] >= 0:
            scope = opened.node(int(nearest.node[place])).attributes.get("scope", "")
            told = f"{scope} ({State(int(nearest.state[place])).word}, {nearest.hops[place]} steps)"
            told += f" and {control[place] - 1} more" if control[place] > 1 else ""
        bound = "" if found.exact[place] else "at most "
        rows.append(
            {
                "subject": opened.node_id(number),
                "admin_of": told,
                "reaches": f"{bound}{reached[place]}",
                "worst_impact": IMPACT_CODES[int(worst[place])],
                "jewels": f"{bound}{jewels[place]}",
            }
        )
    return rows
