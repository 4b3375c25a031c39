"""apps: OAuth applications, whose they are, what they were given and by whom, how far they get, and why they are risky.

Input: a snapshot, thresholds of nhi.toml. Output: applications in the form that was asked for.
Not handled: finding them (``analytics.third_party.find``); nothing is ever changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.commands.findings import PolicyOption, settings
from nhigraph.commands.questions import asked_subject, now
from nhigraph.config import open_question, workspace_of
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.apps_rows import COLUMNS, FLAT, app_data, flat_row, table_row, tenant_data
from nhigraph.output.apps_story import app_lines, tenant_line
from nhigraph.output.console import note, warn
from nhigraph.output.envelope import envelope
from nhigraph.output.names import told as named
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.third_party.find import AppReport
    from graph.snapshot import Snapshot

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(apps)


def apps(
    who: Annotated[
        str | None, typer.Argument(help="Only this application, with everything that is known.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also own applications and Microsoft's that act as nobody.")
    ] = False,
    third_party: Annotated[bool, typer.Option("--third-party", help="Only those of other tenants.")] = False,
    risky: Annotated[bool, typer.Option("--risky", help="Only those with a reason that holds.")] = False,
    never_used: Annotated[bool, typer.Option("--never-used", help="Only those that never signed in.")] = False,
    sort: Annotated[str, typer.Option(help="risk, impact, reach, users, used or name.")] = "risk",
    users: Annotated[int, typer.Option(min=0, help="People listed of those who consented; counts stay exact.")] = 25,
    config: PolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List OAuth applications: whose, what they may, who consented, how far they get, why they are risky."""
    from analytics.errors import AnalyticsError
    from analytics.third_party.find import SORTS, AppQuestion
    from analytics.third_party.find import apps as ask

    if sort not in SORTS:
        raise typer.BadParameter(f"`{sort}` is none of {', '.join(SORTS)}", param_hint="--sort")
    if everything and third_party:
        raise typer.BadParameter("`--all` and `--third-party` exclude each other", param_hint="--third-party")
    policy = settings(config)
    opened = open_question(workspace, snapshot)
    node = _meant(opened, who) if who else ""
    question = AppQuestion(node, everything, third_party, risky, never_used, sort, limit, users)
    report = ask(opened, policy, question, workspace_of(workspace))
    for line in report.notes:
        warn(line)
    if who and not report.apps:
        raise AnalyticsError(f"`{node}` is no OAuth application of a tenant that was collected")
    head = {
        **envelope(opened, now()),
        "truncated": len(report.apps) < report.count,
        "count": report.count,
        "counts": dict(report.counts),
        "tenants": [tenant_data(each) for each in report.tenants],
        "reasons": {"yes": dict(report.reasons), "unknown": dict(report.undecided)},
    }
    _write(form, head, report, bool(who))


def _meant(opened: Snapshot, who: str) -> str:
    """Return the node of the identity that a person means; a registration means the identity that it has here."""
    from graph.kinds import NodeKind

    subject = asked_subject(opened, who)
    node = subject.node
    if node is not None and node.kind in (NodeKind.ENTRA_APPLICATION, NodeKind.ENTRA_BLUEPRINT):
        return asked_subject(opened, str(node.attributes["app_id"])).id
    return subject.id


def _write(form: Format, head: dict[str, Any], report: AppReport, one: bool) -> None:
    if form in (Format.JSON, Format.JSONL):
        write_answer(form, head, "apps", [app_data(app) for app in report.apps], [])
        return
    if form is Format.CSV:
        write_answer(form, head, "apps", [flat_row(app_data(app)) for app in report.apps], FLAT)
        return
    if one:
        _story(head, report)
        return
    write_answer(form, head, "apps", [table_row(app_data(app)) for app in report.apps], COLUMNS)
    for tenant in head["tenants"]:
        note(tenant_line(tenant))
    if not report.counts["all"]:
        note("No tenant was collected, so there is no application to tell of.")
    if len(report.apps) < report.count:
        note(f"{report.count - len(report.apps)} more applications; raise --limit")
    if report.counts["undecided"]:
        note(f"{report.counts['undecided']} of all applications could be risky: what would tell was not looked at.")


def _story(head: dict[str, Any], report: AppReport) -> None:
    from rich.markup import escape

    from nhigraph.output.console import output_console, plain
    from nhigraph.output.story import coverage_line

    console = output_console()
    lines = [line for app in report.apps for line in app_lines(app_data(app))]
    for line in [*lines, coverage_line(head)]:
        console.print(named(plain(escape(line)), markup=True), soft_wrap=True)
