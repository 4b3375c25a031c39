"""Pools: which identities and credentials several consumers share, and what separating them takes.

Input: a snapshot, thresholds of nhi.toml. Output: pools in the form that was asked for.
Not handled: finding them (``analytics.pools.find``); nothing is ever changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.findings import PolicyOption, settings
from nhigraph.commands.questions import asked_subject, now
from nhigraph.config import open_question
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.console import note
from nhigraph.output.envelope import envelope
from nhigraph.output.names import told as named
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.pools.answer import Consumer, Pool
    from analytics.pools.facts import Fact
    from graph.snapshot import Snapshot

__all__ = ["pool_data", "register"]

COLUMNS = ["kind", "credential", "consumers", "basis", "crosses", "worst_impact", "full_control", "not_looked_at"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(pools)


def pools(
    who: Annotated[
        str | None,
        typer.Argument(help="Only pools of this identity or credential, with each consumer.", show_default=False),
    ] = None,
    kind: Annotated[str, typer.Option(help="Only this kind, e.g. execution_role.", show_default=False)] = "",
    consumers: Annotated[int, typer.Option(min=1, help="Consumers listed for each pool; counts stay exact.")] = 25,
    config: PolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List identities and credentials that several consumers share."""
    from analytics.pools.find import KINDS
    from analytics.pools.find import pools as ask

    if kind and kind not in KINDS:
        raise typer.BadParameter(f"`{kind}` is none of {', '.join(KINDS)}", param_hint="--kind")
    policy = settings(config)
    opened = open_question(workspace, snapshot)
    credential = _meant(opened, who) if who else ""
    report = ask(opened, policy, kind=kind, credential=credential, limit=limit, shown=consumers)
    if who and not report.count:
        asked_subject(opened, who)  # what is no pool must at least be something
    head = {**envelope(opened, now()), "truncated": len(report.pools) < report.count, "count": report.count}
    rows = [pool_data(pool) for pool in report.pools]
    if form in (Format.JSON, Format.JSONL):
        write_answer(form, head, "pools", rows, [])
    elif form is Format.TABLE and who:
        _story(head, rows)
    else:
        write_answer(form, head, "pools", [_told(row) for row in rows], COLUMNS)
        if len(report.pools) < report.count:
            note(f"{report.count - len(report.pools)} more pools; raise --limit")


def _meant(opened: Snapshot, who: str) -> str:
    """Return the node that a person means; a value, or a key that the inventory lacks, is no node and named as told."""
    return who if who.startswith(("fingerprint:", "aws:key:")) else asked_subject(opened, who).id


def pool_data(pool: Pool) -> dict[str, Any]:
    """Return a pool as every output carries it."""
    found = pool.reaches
    return {
        "credential": pool.credential,
        "identity": pool.identity,
        "kind": pool.kind,
        "basis": pool.basis,
        "consumers": [_consumer(consumer) for consumer in pool.consumers],
        "consumer_count": pool.consumer_count,
        "configured_count": pool.configured_count,
        "open_ended": pool.open_ended,
        "consumers_truncated": len(pool.consumers) < pool.consumer_count,
        "left_out": {"people": pool.left_out.people, "administrators": pool.left_out.administrators},
        "account": _fact(pool.account),
        "environment": _fact(pool.environment),
        "owner": _fact(pool.owner),
        "deployment": _fact(pool.deployment),
        "crosses": list(pool.crosses),
        "last_used_at": pool.last_used_at,
        "reaches": found
        and {
            "context": "baseline",
            "total": found.total,
            "by_kind": dict(found.by_kind),
            "worst_impact": found.worst_impact or None,
            "admin_of": [{"scope": scope, "state": state.word} for scope, state in found.admin_of],
            "jewels": {"count": found.jewels.count, "ids": list(found.jewels.ids)},
        },
        "separation": {
            "basis": pool.separation.basis,
            "services_used": list(pool.separation.services_used),
            "services_unused": list(pool.separation.services_unused),
            "grants": list(pool.separation.grants),
            "grant_count": pool.separation.grant_count,
        },
        "unknown": [
            {"operation": row.operation, "presence": row.presence, "places": list(row.places), "count": row.count}
            for row in pool.unknown
        ],
    }


def _consumer(consumer: Consumer) -> dict[str, Any]:
    return {
        "id": consumer.id,
        "kind": consumer.kind,
        "evidence": [{"kind": row.kind, "pointer": row.pointer, "state": row.state} for row in consumer.evidence],
        "observed": consumer.observed,
        "size": consumer.size,
        "open_ended": consumer.open_ended,
        "account": consumer.account,
        "environment": consumer.environment,
        "owner": consumer.owner,
        "deployment": consumer.deployment,
        "separate": list(consumer.separate),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"same": fact.same, "values": list(fact.values), "count": fact.count, "without": fact.without}


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    reaches = row["reaches"]
    return {
        "kind": row["kind"],
        "credential": row["credential"],
        "consumers": f"{row['consumer_count']}{' or more' if row['open_ended'] else ''}",
        "basis": row["basis"],
        "crosses": ", ".join(row["crosses"]),
        "worst_impact": (reaches["worst_impact"] or "") if reaches else "unknown",
        "full_control": ", ".join(each["scope"] for each in reaches["admin_of"]) if reaches else "unknown",
        "not_looked_at": len(row["unknown"]),
    }


def _story(head: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape

    from nhigraph.output.console import output_console, plain
    from nhigraph.output.story import coverage_line

    console = output_console()
    lines = [line for row in rows for line in _pool_lines(row)] or ["No pool: fewer than two consumers are seen."]
    for line in [*lines, coverage_line(head)]:
        console.print(named(plain(escape(line)), markup=True), soft_wrap=True)


def _pool_lines(row: Mapping[str, Any]) -> list[str]:
    told = _told(row)
    lines = [f"{row['kind']}: {row['credential']} has {told['consumers']} consumers ({row['basis']})"]
    for each in row["consumers"]:
        shown = "; ".join(f"{item['kind']} ({item['state']})" for item in each["evidence"])
        lines.append(f"  {each['id']} ({each['kind']}): {shown}; seen using it: {each['observed']}")
        lines.extend(f"       {step}" for step in each["separate"])
    if row["consumers_truncated"]:
        lines.append(f"  … {row['consumer_count'] - len(row['consumers'])} more; raise --consumers")
    left = row["left_out"]
    if left["people"] or left["administrators"]:
        lines.append(f"  Not counted: {left['people']} people, {left['administrators']} administrators.")
    if row["reaches"]:
        control = f", full control of {told['full_control']}" if told["full_control"] else ""
        jewels = row["reaches"]["jewels"]["count"]
        lines.append(f"  Together they reach {row['reaches']['total']}{control}; {jewels} jewels among them.")
    lines.append(f"  What each one needs: {row['separation']['basis']}.")
    missing = [f"{each['operation']} ({each['presence']})" for each in row["unknown"]]
    if missing:
        lines.append(f"  Others may be where nobody looked: {', '.join(missing)}.")
    return lines
