"""Questions about one snapshot: inventory, blast-radius, path, explain, who-can, leak.

Input: a snapshot and WHO. Output: answers in the form that was asked for. Not handled: how answers are found (``analytics``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.config import open_question
from nhigraph.options import ContextOption, FormatOption, LimitOption, SnapshotOption, WorkspaceOption, stated_context
from nhigraph.output.console import note, output_console
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json, write_rows

if TYPE_CHECKING:
    from rich.console import Console

    from analytics.reach import BlastRadius
    from analytics.subjects import Subject
    from graph.snapshot import Snapshot

__all__ = ["register", "told_radius"]

WRONG = 2


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(inventory)
    app.command("blast-radius")(blast_radius)
    app.command()(path)
    app.command()(explain)
    app.command("who-can")(who_can)
    app.command()(leak)


def _now() -> datetime:
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

    opened = open_question(workspace, snapshot)
    rows = inventory_rows(opened, kind=kind, search=search, everything=everything)
    shown = rows[:limit] if limit else rows
    if len(shown) < len(rows):
        note(f"{len(rows) - len(shown)} more rows; raise --limit")
    columns = ["id", "kind", "name", "scope", "owner", "environment", "credentials", "last_used_at", "impact"]
    write_answer(form, {**envelope(opened, _now()), "truncated": len(shown) < len(rows)}, "identities", shown, columns)


def _subject(opened: Snapshot, who: str, context: list[str] | None, claims: Path | None) -> Subject:
    from analytics.subjects import resolve_subject

    return resolve_subject(opened, who, stated=stated_context(context), claims=_claims(claims))


def _claims(file: Path | None) -> Mapping[str, str | tuple[str, ...]] | None:
    if file is None:
        return None
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="--claims") from error
    except json.JSONDecodeError as error:
        raise typer.BadParameter(f"{file}: line {error.lineno}: {error.msg}", param_hint="--claims") from error
    if not isinstance(body, dict):
        raise typer.BadParameter(f"{file}: must be a JSON object of claims", param_hint="--claims")
    return {str(key): tuple(map(str, value)) if isinstance(value, list) else str(value) for key, value in body.items()}


def _radius_data(radius: BlastRadius) -> dict[str, Any]:
    subject = radius.subject
    return {
        "subject": subject.id,
        "subject_kind": subject.kind,
        "subject_name": subject.name,
        "context": dict(radius.context),
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
        "truncated": radius.truncated or radius.techniques_truncated,
    }


def blast_radius(
    who: Annotated[
        str | None,
        typer.Argument(help="ARN, id, key id, session ARN, name, or oidc://ISSUER/SUBJECT.", show_default=False),
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every identity, under the baseline context.")] = False,
    context: ContextOption = None,
    claims: Annotated[
        Path | None, typer.Option(help="JSON file with exactly the claims of a token.", show_default=False)
    ] = None,
    max_hops: Annotated[int | None, typer.Option(min=1, help="Look no further.", show_default=False)] = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Show what an identity or credential reaches, becomes and controls."""
    from analytics.reach import all_blast_radii
    from analytics.reach import blast_radius as ask

    if everyone == (who is not None):
        raise typer.BadParameter("name one subject, or --all", param_hint="WHO")
    opened = open_question(workspace, snapshot)
    head = envelope(opened, _now())
    if everyone:
        rows = (_radius_data(radius) for radius in all_blast_radii(opened, limit=limit or 100))
        if form is Format.JSONL:
            write_rows(
                {"snapshot": head["snapshot"], "as_of": head["as_of"], "coverage_missing": len(head["coverage"]), **row}
                for row in rows
            )
        else:
            write_answer(
                form,
                head,
                "identities",
                [_summary(row) if form is not Format.JSON else row for row in rows],
                ["subject", "admin_of", "reaches", "worst_impact"],
            )
        return
    assert who is not None
    radius = ask(opened, _subject(opened, who, context, claims), limit=limit, max_hops=max_hops)
    data = _radius_data(radius)
    if form is Format.JSON:
        write_json({**head, **data})
    elif form is Format.JSONL:
        write_rows([{"snapshot": head["snapshot"], "as_of": head["as_of"], **data}])
    elif form is Format.CSV:
        write_answer(form, head, "reaches", data["reaches"], ["id", "kind", "impact", "state", "hops"])
    else:
        from nhigraph.output.story import radius_story

        radius_story(output_console(), head, data, limit or 25)


def told_radius(console: Console, opened: Snapshot, who: str, limit: int) -> None:
    """Tell one blast radius on a console."""
    from analytics.reach import blast_radius as ask
    from nhigraph.output.story import radius_story

    radius_story(console, envelope(opened, _now()), _radius_data(ask(opened, _subject(opened, who, None, None))), limit)


def _summary(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": row["subject"],
        "admin_of": ", ".join(
            f"{item['scope']} ({item['state']}, {len(item['steps'])} steps)" for item in row["admin_of"]
        ),
        "reaches": row["counts"]["total"],
        "worst_impact": next(iter(row["counts"]["by_impact"]), ""),
    }


def path(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Where the path begins.")],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="Where it ends; `admin:ACCOUNT` for full control of an account.")
    ],
    count: Annotated[int, typer.Option("-k", min=1, max=100, help="Distinct witnesses to show.")] = 3,
    max_hops: Annotated[int | None, typer.Option(min=1, help="Leave out longer ones.", show_default=False)] = None,
    context: ContextOption = None,
    claims: Annotated[
        Path | None, typer.Option(help="JSON file with exactly the claims of a token.", show_default=False)
    ] = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show the shortest distinct ways from one subject to one target, each step with grants and conditions."""
    from analytics.paths import find_paths

    opened = open_question(workspace, snapshot)
    end = f"aws:admin:{target.removeprefix('admin:')}" if target.startswith("admin:") else target
    answer = find_paths(
        opened, _subject(opened, source, context, claims), _subject(opened, end, None, None), k=count, max_hops=max_hops
    )
    rows = [
        {"state": found.state.word, "hops": found.hops, "steps": [step.data() for step in found.steps]}
        for found in answer.paths
    ]
    head = envelope(opened, _now())
    data = {
        "from": answer.source.id,
        "to": answer.target.id,
        "context": answer.context,
        "paths": rows,
        "cut_by": answer.cut_by,
    }
    if form is Format.JSON:
        write_json({**head, **data})
    elif form is Format.TABLE:
        from nhigraph.output.story import path_story

        path_story(output_console(), head, data)
    else:
        write_answer(form, head, "paths", rows, ["state", "hops", "steps"])


def explain(
    principal: Annotated[str, typer.Argument(help="User, role or root user, or a credential of one.")],
    action: Annotated[str, typer.Argument(help="service:Action")],
    resource: Annotated[str, typer.Argument(help="ARN, or * for an action without a resource.")] = "*",
    context: ContextOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say whether a principal may do an action on a resource, and which statements decide it."""
    from analytics.evaluate import Evaluator

    opened = open_question(workspace, snapshot)
    found = Evaluator(opened).explain(_subject(opened, principal, context, None), action, resource)
    data = _decision_data(found)
    head = envelope(opened, _now())
    if form is Format.JSON:
        write_json({**head, **data})
    elif form is Format.TABLE:
        from nhigraph.output.story import decision_story

        decision_story(output_console(), head, data)
    else:
        write_answer(form, head, "decision", [data], list(data))


def _decision_data(found: Any) -> dict[str, Any]:
    from analytics.steps import conditions_data

    return {
        "principal": found.principal,
        "action": found.action,
        "resource": found.resource,
        "decision": found.outcome.value,
        "state": found.state.word,
        "deciding": [
            {
                "layer": item.layer,
                "effect": item.effect,
                "document": item.document,
                "statement": item.statement,
                "sid": item.sid,
            }
            for item in found.deciding
        ],
        "grants": list(found.grants),
        "conditions": [conditions_data(residual) for residual in found.alternatives],
        "notes": list(found.notes),
        "layers": dict(found.layers),
    }


def who_can(
    action: Annotated[str, typer.Argument(help="service:Action")],
    resource: Annotated[str, typer.Argument(help="ARN, or * for an action without a resource.")] = "*",
    context: ContextOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List every principal that can do an action on a resource by its own permissions."""
    from analytics.evaluate import Evaluator
    from graph.attacker import baseline

    opened = open_question(workspace, snapshot)
    attacker = baseline(opened.manifest.as_of).knowing(stated_context(context))
    rows = list(_who_rows(Evaluator(opened).who_can(action, resource, attacker)))
    shown = rows[:limit] if limit else rows
    head = {**envelope(opened, _now()), "action": action, "resource": resource, "truncated": len(shown) < len(rows)}
    write_answer(form, head, "principals", shown, ["principal", "state", "decision", "grants"])


def _who_rows(found: Iterator[Any]) -> Iterator[dict[str, Any]]:
    for item in found:
        data = _decision_data(item)
        yield {key: data[key] for key in ("principal", "state", "decision", "grants", "conditions", "notes")}


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
    from analytics.reach import blast_radius as ask
    from analytics.subjects import resolve_subject

    opened = open_question(workspace, snapshot)
    rows = []
    for match in find_leaks(opened, _leaked_text(value, file)):
        row: dict[str, Any] = {
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
            "blast_radius": None,
        }
        known = match.credential or match.identity
        if known:
            row["blast_radius"] = _radius_data(ask(opened, resolve_subject(opened, known), limit=limit))
        rows.append(row)
    head = envelope(opened, _now())
    if not rows:
        raise typer.BadParameter("the input holds no AWS key id, unique id or Bedrock API key", param_hint="VALUE")
    if form is Format.TABLE:
        from nhigraph.output.story import leak_story

        leak_story(output_console(), head, rows)
    else:
        write_answer(
            form, head, "credentials", rows, ["id", "kind", "account", "identity", "matched_by", "active", "note"]
        )


def _leaked_text(value: str | None, file: Path | None) -> str:
    if value is not None:
        return value
    if file is not None:
        try:
            return file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="--file") from error
    return sys.stdin.read()
