"""Questions about one permission: explain (one principal, why or why not) and who-can (all principals).

Input: a snapshot, an action, a resource. Output: decisions in the form that was asked for.
Not handled: permissions that a principal obtains through others; blast-radius and path follow those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.questions import asked_subject, now
from nhigraph.config import open_question
from nhigraph.options import (
    ContextOption,
    FormatOption,
    LimitOption,
    SessionPolicyOption,
    SnapshotOption,
    WorkspaceOption,
    stated_context,
)
from nhigraph.output.console import output_console
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer, write_json

if TYPE_CHECKING:
    from analytics.evaluate import Evaluator, Explanation
    from analytics.evaluate_azure import AzureEvaluator
    from graph.snapshot import Snapshot

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(explain)
    app.command("who-can")(who_can)


def explain(
    principal: Annotated[str, typer.Argument(help="A principal, or a credential of one.")],
    action: Annotated[
        str, typer.Argument(help="service:Action of AWS; Microsoft.Compute/… of Azure, data: before it for data.")
    ],
    resource: Annotated[
        str, typer.Argument(help="ARN, or * for an action without a resource; ARM id for Azure.")
    ] = "*",
    context: ContextOption = None,
    session_policy: SessionPolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say whether a principal may do an action on a resource, and which statements decide it."""
    opened = open_question(workspace, snapshot)
    subject = asked_subject(opened, principal, context, session_policy=session_policy)
    data = _decision_data(_evaluator(opened, action).explain(subject, action, resource))
    head = envelope(opened, now())
    if form is Format.JSON:
        write_json({**head, **data})
    elif form is Format.TABLE:
        from nhigraph.output.story import decision_story

        decision_story(output_console(), head, data)
    else:
        write_answer(form, head, "decision", [data], list(data))


def _evaluator(opened: Snapshot, action: str) -> Evaluator | AzureEvaluator:
    """Return who answers questions about an action: the evaluator of the provider that writes actions so."""
    from analytics.evaluate import Evaluator
    from analytics.evaluate_azure import AzureEvaluator, is_azure_action

    return AzureEvaluator(opened) if is_azure_action(action) else Evaluator(opened)


def _decision_data(found: Explanation) -> dict[str, Any]:
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
    action: Annotated[
        str, typer.Argument(help="service:Action of AWS; Microsoft.Compute/… of Azure, data: before it for data.")
    ],
    resource: Annotated[
        str, typer.Argument(help="ARN, or * for an action without a resource; ARM id for Azure.")
    ] = "*",
    context: ContextOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List every principal that can do an action on a resource by its own permissions."""
    from analytics.subjects import question_time
    from graph.attacker import baseline

    opened = open_question(workspace, snapshot)
    attacker = baseline(question_time(opened)).knowing(stated_context(context))
    keys = ("principal", "state", "decision", "grants", "conditions", "notes")
    found = (_decision_data(item) for item in _evaluator(opened, action).who_can(action, resource, attacker))
    rows = [{key: data[key] for key in keys} for data in found]
    shown = rows[:limit] if limit else rows
    head = {**envelope(opened, now()), "action": action, "resource": resource, "truncated": len(shown) < len(rows)}
    write_answer(form, head, "principals", shown, ["principal", "state", "decision", "grants"])
