"""The question who passes authority on to whom, and whether it widens on the way: chains.

Input: a snapshot; where chains begin and end; an approved envelope. Output: answers in the form that was asked for.
Not handled: how hops are judged (``analytics.delegation``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.questions import asked_subject, now
from nhigraph.config import open_question
from nhigraph.options import (
    FormatOption,
    LimitOption,
    SessionPolicyOption,
    SnapshotOption,
    WorkspaceOption,
)
from nhigraph.output.console import note, output_console
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json

if TYPE_CHECKING:
    from analytics.delegation.chains import Chain, JudgedHop

__all__ = ["register"]

LIMIT = 25


class LeastState(StrEnum):
    """Least sure chains that are wanted."""

    VERIFIED = "verified"
    CONDITIONAL = "conditional"
    UNVERIFIED = "unverified"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(chains)


def chains(
    begin: Annotated[
        str | None, typer.Option("--from", metavar="WHO", help="Only chains of this subject.", show_default=False)
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="WHO",
            help="Only chains to this identity; `admin:SCOPE` for full control of one.",
            show_default=False,
        ),
    ] = None,
    approved: Annotated[
        Path | None,
        typer.Option(
            "--approved",
            help="JSON list of Allow and Deny statements that the workflow may use; default: the first identity's own.",
            show_default=False,
        ),
    ] = None,
    min_hops: Annotated[int, typer.Option(min=1, help="Leave out shorter chains.")] = 2,
    state: Annotated[LeastState, typer.Option(help="Leave out chains that are less sure.")] = LeastState.UNVERIFIED,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0, help="Seconds after which no further chain is compared.")
    ] = 60.0,
    session_policy: SessionPolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Show chains of delegation, worst first: what every hop gains, and whether the end exceeds what was approved."""
    from analytics.delegation.approved import read_approved
    from analytics.delegation.chains import LIMITS, find_chains
    from graph.kinds import State

    if session_policy is not None and begin is None:
        raise typer.BadParameter("name the role whose session it limits with --from", param_hint="--session-policy")
    opened = open_question(workspace, snapshot)
    target = f"aws:admin:{end.removeprefix('admin:')}" if end is not None and end.startswith("admin:") else end
    answer = find_chains(
        opened,
        source=asked_subject(opened, begin, session_policy=session_policy) if begin is not None else None,
        target=asked_subject(opened, target) if target is not None else None,
        approved=read_approved(approved) if approved is not None else None,
        min_hops=min_hops,
        limit=limit or LIMIT,
        least=State[state.name],
        time_limit=time_limit,
    )
    head = envelope(opened, now())
    rows = [_chain_data(chain) for chain in answer.chains]
    if form is Format.JSON:
        data = {
            "chains": rows,
            "judged": answer.judged,
            "verdicts": answer.verdicts,
            "cut_by": list(answer.cut_by),
            "limits": list(LIMITS),
        }
        write_json({**head, **data})
    elif form is Format.TABLE and begin is not None:
        from nhigraph.output.chains_story import chains_story

        chains_story(output_console(), head, rows, answer.cut_by)
    else:
        columns = ["from", "to", "hops", "verdicts", "worst", "full_control", "end_to_end", "state"]
        table = rows if form is Format.JSONL else [_summary(row) for row in rows]
        write_answer(form, head, "chains", table, columns)
        if answer.cut_by:
            note(f"More chains exist or may exist; the search was cut by {', '.join(answer.cut_by)}")


def _chain_data(chain: Chain) -> dict[str, Any]:
    bound, together = chain.end_to_end, chain.adds_up
    return {
        "from": chain.source,
        "to": chain.target,
        "state": chain.state.word,
        "risk": {
            "worst": chain.worst or None,
            "full_control": list(chain.full_control),
            "widens": chain.widens,
            "unprovable": chain.unprovable,
        },
        "hops": [_hop_data(row) for row in chain.hops],
        "end_to_end": {
            "verdict": bound.bound.value,
            "approved": bound.approved,
            "gain": bound.gain.data(),
            "reason": bound.reason,
        },
        "adds_up": {
            "verdict": together.bound.value,
            "gain": together.gain.data(),
            "members": [{"id": name, "classes": list(classes)} for name, classes in together.members],
            "only_together": together.only_together,
            "reason": together.reason,
        },
    }


def _hop_data(row: JudgedHop) -> dict[str, Any]:
    from analytics.steps import conditions_data

    hop, found = row.hop, row.verdict
    return {
        "kind": hop.kind,
        "source": hop.source,
        "target": hop.target,
        "technique": hop.technique,
        "via": list(hop.via),
        "grants": list(hop.grants),
        "conditions": conditions_data(hop.conditions),
        "state": hop.state.word,
        "verdict": found.verdict.value,
        "gain": found.gain.data(),
        "gained_actions": list(found.gain.actions),
        "reason": found.reason,
        "text": " ".join(step.text for step in hop.steps) or "The session is limited by its session policy.",
    }


def _summary(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "from": row["from"],
        "to": row["to"],
        "hops": len(row["hops"]),
        "verdicts": [hop["verdict"] for hop in row["hops"]],
        "worst": row["risk"]["worst"] or "-",
        "full_control": [scope.rpartition(":")[2] for scope in row["risk"]["full_control"]],
        "end_to_end": row["end_to_end"]["verdict"],
        "state": row["state"],
    }
