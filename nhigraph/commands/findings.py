"""Findings: judge a snapshot by the rules; scan does everything from collecting to reporting.

Input: a snapshot, thresholds of nhi.toml. Output: findings in the form that was asked for, exit code 1 at or above
--fail-on.
Not handled: what rules ask (``analytics.rules``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhigraph.config import open_question, workspace_of
from nhigraph.options import (
    DepthOption,
    FormatOption,
    LimitOption,
    OrganizationOption,
    SnapshotOption,
    SubscriptionOption,
    TenantOption,
    WorkspaceOption,
)
from nhigraph.output.console import note, warn
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from rich.console import Console

    from analytics.policy import Policy
    from analytics.verdicts import Finding, RuleReport
    from graph.snapshot import Snapshot

__all__ = ["judge", "register", "settings", "told_findings"]

FOUND = 1
INCOMPLETE = 3
COLUMNS = ["severity", "rule", "subject", "message", "owner", "id"]
_ORDER = ("critical", "high", "medium", "low")

FailOnOption = Annotated[
    str | None,
    typer.Option(
        help="Exit 1 when a finding of this severity or a worse one is open: critical, high, medium, low.",
        show_default=False,
    ),
]
PolicyOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="Thresholds; default `nhi.toml` in the working directory, if there.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(findings)
    app.command()(scan)


def settings(config: Path | None) -> Policy:
    """Return the thresholds of the file named, else of `nhi.toml` in the working directory, else the defaults."""
    from analytics.policy import Policy, read_policy

    file = config or (Path("nhi.toml") if Path("nhi.toml").exists() else None)
    return read_policy(file) if file else Policy()


def judge(opened: Snapshot, workspace: Path, policy: Policy | None = None) -> RuleReport:
    """Return the report of all rules, with first and last seen and suppressions from the workspace's state."""
    from analytics.findings import evaluate
    from analytics.state import StateStore

    report = evaluate(opened, policy or settings(None))
    with StateStore(workspace) as store:
        store.record(report)
        return store.apply(report)


def _head(opened: Snapshot, report: RuleReport) -> dict[str, Any]:
    from analytics.findings_document import report_data

    head = envelope(opened, datetime.now(UTC))
    body = report_data(replace(report, findings=()), head["coverage"])
    return {**head, **{key: value for key, value in body.items() if key not in (*head, "findings")}}


def _wanted(report: RuleReport, severities: tuple[str, ...], rule: str = "") -> list[Finding]:
    return [
        finding
        for finding in report.findings
        if finding.severity.word in severities and (not rule or finding.rule == rule)
    ]


def _write(opened: Snapshot, report: RuleReport, chosen: list[Finding], form: Format, limit: int | None) -> None:
    from analytics.findings_document import finding_data

    shown = chosen[:limit] if limit else chosen
    head = {**_head(opened, report), "truncated": len(shown) < len(chosen)}
    write_answer(form, head, "findings", [finding_data(finding) for finding in shown], COLUMNS)
    for notice in report.notices:
        warn(notice)
    note(_tally(report))


def findings(
    severity: Annotated[str, typer.Option(help="Only this severity and worse.", show_default=False)] = "low",
    rule: Annotated[str, typer.Option(help="Only this rule id.", show_default=False)] = "",
    fail_on: FailOnOption = None,
    config: PolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List findings of the rules on a snapshot, worst first."""
    wanted = _known_severity(severity, "--severity")
    failing = _known_severity(fail_on, "--fail-on") if fail_on else ()
    _check_rule(rule)
    policy = settings(config)
    opened = open_question(workspace, snapshot)
    report = judge(opened, workspace_of(workspace), policy)
    _write(opened, report, _wanted(report, wanted, rule), form, limit)
    _fail(report, failing)


def _tally(report: RuleReport) -> str:
    counts = {name: sum(1 for finding in report.findings if finding.severity.word == name) for name in _ORDER}
    found = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "no findings"
    return f"{found}; {sum(report.passed.values())} checks passed, {len(report.not_judged)} not judged"


def _check_rule(rule: str) -> None:
    from analytics.rules import RULES

    if rule and rule not in RULES:
        raise typer.BadParameter(f"`{rule}` is none of {', '.join(sorted(RULES))}", param_hint="--rule")


def _known_severity(name: str, option: str) -> tuple[str, ...]:
    """Return the severity and every worse one."""
    if name not in _ORDER:
        raise typer.BadParameter(f"`{name}` is none of {', '.join(_ORDER)}", param_hint=option)
    return _ORDER[: _ORDER.index(name) + 1]


def _fail(report: RuleReport, severities: tuple[str, ...]) -> None:
    open_ones = [
        finding for finding in report.findings if finding.severity.word in severities and not finding.suppressed_by
    ]
    if open_ones:
        raise typer.Exit(FOUND)


def told_findings(console: Console, opened: Snapshot, workspace: Path, count: int) -> None:
    """Tell the worst findings on a console."""
    from rich.markup import escape

    report = judge(opened, workspace)
    console.print(f"[bold]Worst findings[/] ({_tally(report)})")
    for finding in report.findings[:count]:
        console.print(
            f"  [bold]{finding.severity.word:8}[/] {escape(finding.message)} [dim]{finding.rule}[/]", soft_wrap=True
        )


def scan(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Sources to collect first: `aws`, `azure`, `entra`, `github`.", show_default=False),
    ] = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option(
            "--evidence", help="Evidence folder or dump to judge instead of, or beside, collecting.", show_default=False
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="AWS profile; default: the ordinary credential chain.", show_default=False)
    ] = "",
    region: Annotated[
        list[str] | None, typer.Option(help="Region to look at; may be repeated.", show_default=False)
    ] = None,
    accounts_role: Annotated[
        str, typer.Option(help="Role name: collect every account of the organization.", show_default=False)
    ] = "",
    tenant: TenantOption = "",
    subscription: SubscriptionOption = None,
    organization: OrganizationOption = "",
    depth: DepthOption = "",
    fail_on: FailOnOption = None,
    allow_incomplete: Annotated[
        bool, typer.Option("--allow-incomplete", help="Do not exit 3 although something could not be looked at.")
    ] = False,
    config: PolicyOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """Collect, build, judge and report: the command for a scheduled run."""
    from analytics.analysis_store import analysis
    from nhigraph.commands.collecting import CollectOptions, collect_source, given_settings
    from nhigraph.commands.evidence import build_evidence

    if not sources and not evidence:
        raise typer.BadParameter("name a source to collect, or --evidence", param_hint="SOURCES")
    failing = _known_severity(fail_on, "--fail-on") if fail_on else ()
    policy = settings(config)
    home = workspace_of(workspace)
    paths = list(evidence or [])
    everything = True
    options = CollectOptions(
        profile=profile,
        regions=region or [],
        accounts_role=accounts_role,
        extra=given_settings(tenant=tenant, subscriptions=subscription, organization=organization, depth=depth),
        several=len(sources or ()) > 1,
    )
    for source in sources or []:
        for collected in collect_source(source, None, home, options):
            everything = everything and collected.complete
            paths.append(collected.folder)
    result = build_evidence(list(dict.fromkeys(paths)), home, None)
    opened = open_question(home, result.snapshot_id)
    for line in analysis(opened, home, policy).notes:
        warn(line)
    report = judge(opened, home, policy)
    _write(opened, report, list(report.findings), form, limit)
    if not everything and not allow_incomplete:
        warn("the collection is incomplete; see the gaps above")
        raise typer.Exit(INCOMPLETE)
    _fail(report, failing)
