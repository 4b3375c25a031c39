"""Commands that bring evidence in: collect, build, permissions.

Input: sources, evidence folders and dumps. Output: evidence, snapshots. Not handled: judging.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collectors.errors import CollectorError
from nhigraph import __version__
from nhigraph.config import fingerprint_key, workspace_of
from nhigraph.options import DepthOption, OrganizationOption, SubscriptionOption, TenantOption, WorkspaceOption
from nhigraph.output.console import note, warn
from nhigraph.output.joints import joint_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.build import BuildResult
    from nhigraph.commands.collecting import CollectOptions

__all__ = ["build_evidence", "register"]

INCOMPLETE = 3


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(collect)
    app.command()(build)
    app.command()(permissions)


def collect(
    sources: Annotated[list[str], typer.Argument(help="Sources: `aws`, `azure`, `entra`, `github`.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Evidence folder; default one for each account.", show_default=False),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="AWS profile; default: the ordinary credential chain.", show_default=False)
    ] = "",
    region: Annotated[
        list[str] | None,
        typer.Option(help="Region to look at; may be repeated; default: every enabled one.", show_default=False),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Service to leave out; may be repeated.", show_default=False)
    ] = None,
    accounts_role: Annotated[
        str,
        typer.Option(
            help="Role name: collect every account of the organization through it, each into its own folder.",
            show_default=False,
        ),
    ] = "",
    account: Annotated[
        list[str] | None,
        typer.Option(help="With --accounts-role: only this account; may be repeated.", show_default=False),
    ] = None,
    accounts_at_once: Annotated[int, typer.Option(min=1, help="Accounts that are collected at the same time.")] = 2,
    external_id: Annotated[
        str, typer.Option(help="With --accounts-role: the external id that the role asks for.", show_default=False)
    ] = "",
    time_limit: Annotated[
        float | None,
        typer.Option(
            help="Minutes for an account; then nothing more is asked, and the same command goes on from there.",
            show_default=False,
        ),
    ] = None,
    last_accessed: Annotated[
        bool,
        typer.Option(
            "--last-accessed",
            help="AWS: also ask when each identity last used each service; two calls an identity. "
            "Entra: also when each signed in last; needs a P1 or P2 licence.",
        ),
    ] = False,
    last_accessed_actions: Annotated[
        bool, typer.Option("--last-accessed-actions", help="The same, by action where AWS tells.")
    ] = False,
    tenant: TenantOption = "",
    cloud: Annotated[
        str,
        typer.Option(
            help="Entra, Azure: public, usgov, usgov-dod or china; default: by AZURE_AUTHORITY_HOST, else public.",
            show_default=False,
        ),
    ] = "",
    subscription: SubscriptionOption = None,
    app_settings: Annotated[
        bool,
        typer.Option(
            "--app-settings",
            help="Azure: also names of application settings; a call an app, whose values are taken out at once.",
        ),
    ] = False,
    organization: OrganizationOption = "",
    depth: DepthOption = "",
    audit_log: Annotated[
        int, typer.Option(min=0, help="GitHub: also what tokens did in so many days; needs Enterprise Cloud.")
    ] = 0,
    earlier: Annotated[
        Path | None,
        typer.Option(
            help="GitHub: evidence folder of an earlier collection; what did not change since costs nothing.",
            show_default=False,
        ),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Say how many calls it would make, and make three (Entra: five).")
    ] = False,
    allow_incomplete: Annotated[
        bool, typer.Option("--allow-incomplete", help="Exit 0 although something could not be looked at.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Fetch evidence from live systems (read-only); an interrupted run is resumed."""
    from nhigraph.commands.collecting import CollectOptions, collect_source, given_settings

    if (account or external_id) and not accounts_role:
        raise typer.BadParameter("needs --accounts-role", param_hint="--account" if account else "--external-id")
    home = workspace_of(workspace)
    options = CollectOptions(
        profile=profile,
        regions=region or [],
        without=without or [],
        accounts_role=accounts_role,
        accounts=account or [],
        accounts_at_once=accounts_at_once,
        external_id=external_id,
        time_limit_minutes=time_limit,
        extra={
            **_last_accessed(last_accessed, last_accessed_actions),
            **given_settings(tenant=tenant, cloud=cloud, subscriptions=subscription, app_settings=app_settings),
            **given_settings(organization=organization, depth=depth, audit_log_days=audit_log, earlier=earlier),
        },
        several=len(sources) > 1,
    )
    if estimate:
        for source in sources:
            _estimate(source, output, home, options)
        return
    everything = True
    for source in sources:
        for collected in collect_source(source, output, home, options):
            everything = everything and collected.complete
            sys.stdout.write(f"{collected.folder}\n")
    if not everything and not allow_incomplete:
        raise typer.Exit(INCOMPLETE)


def _last_accessed(wanted: bool, by_action: bool) -> dict[str, bool]:
    """Return the settings of a source that knows last use; none where nobody asks, so that other sources need none."""
    if not wanted and not by_action:
        return {}
    return {"service_last_accessed": True, "service_last_accessed_actions": by_action}


def _estimate(source: str, output: Path | None, workspace: Path, options: CollectOptions) -> None:
    from collectors.registry import load
    from nhigraph.commands.collecting import collector_of, evidence_folder, source_settings
    from nhigraph.output.write import write_table

    entry = collector_of(source)
    if not entry.estimate:
        raise CollectorError(f"{source} cannot be estimated")
    settings = source_settings(entry, options)
    who = load(f"{entry.collect.partition(':')[0]}:check_credentials")(settings)
    found = load(entry.estimate)(settings, output or evidence_folder(workspace, source, who.account))
    columns = ("operation", "level", "calls", "bound")
    write_table([{name: getattr(row, name) for name in columns} for row in found.rows], columns)
    more = ", and one for each object that only the listings show" if found.open else ""
    regions = f", {found.regions} regions" if found.regions else ""
    note(f"{source} account {found.account}{regions}: about {found.total} calls{more}")
    for level, left in getattr(found, "left", {}).items():
        calls = sum(row.calls for row in found.rows if row.level == level)
        unit = "points" if level == "GraphQL" else "calls"
        note(f"{level}: about {calls} calls; {left} {unit} left of the rate budget")
    if options.accounts_role:
        note("every other account of the organization comes on top; estimate it with its own credentials")


def build_evidence(paths: Sequence[Path], workspace: Path, as_of: datetime | None) -> BuildResult:
    """Build a snapshot and tell on standard error what was redacted and what could not be read."""
    from graph.build import build_snapshot

    result = build_snapshot(paths, workspace, product_version=__version__, as_of=as_of, key=fingerprint_key(workspace))
    time = result.as_of.isoformat() if result.as_of_known else "an unknown time"
    note(f"{result.nodes} nodes, {result.edges} edges, as of {time}")
    for text in joint_texts(asdict(count) for count in result.joints):
        note(f"joint {text}")
    for item in result.redactions:
        note(f"redacted a {item.kind} at {item.ref}")
    for gap in result.gaps[:20]:
        warn(f"gap: {gap.scope} {gap.operation}: {gap.reason}")
    if len(result.gaps) > 20:
        warn(f"and {len(result.gaps) - 20} more gaps; all are in the snapshot's manifest")
    return result


def build(
    evidence: Annotated[list[Path], typer.Argument(help="Evidence folders, or dumps made with the vendor's own CLI.")],
    as_of: Annotated[
        datetime | None, typer.Option(help="Judge as of this time; default: the evidence's own.", show_default=False)
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Build a snapshot from evidence; the last line printed is its id."""
    time = as_of.replace(tzinfo=UTC) if as_of is not None and as_of.tzinfo is None else as_of
    result = build_evidence(evidence, workspace_of(workspace), time)
    sys.stdout.write(f"{result.snapshot_id}\n")


def permissions(
    source: Annotated[str, typer.Argument(help="Source: `aws`, `azure`, `entra` or `github`.")],
    plain: Annotated[bool, typer.Option("--list", help="One permission a line instead of a policy.")] = False,
    without: Annotated[
        list[str] | None, typer.Option(help="Service to leave out; may be repeated.", show_default=False)
    ] = None,
    last_accessed: Annotated[
        bool,
        typer.Option("--last-accessed", help="Also what `nhi collect --last-accessed` asks for."),
    ] = False,
    app_settings: Annotated[
        bool, typer.Option("--app-settings", help="Azure: also what `nhi collect --app-settings` asks for.")
    ] = False,
    depth: Annotated[
        str, typer.Option(help="GitHub: `full` adds what `nhi collect --depth full` asks for.", show_default=False)
    ] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="Azure: ARM id of the management group or subscription where the role can be assigned; may be "
            "repeated. Default: the tenant's root group.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print the least read-only policy that collecting needs.

    Entra: application permissions; Azure: a custom role; GitHub: an app's manifest.
    """
    from collectors.registry import load
    from nhigraph.commands.collecting import collector_of

    entry = collector_of(source)
    given = {"--app-settings": app_settings, "--scope": scope, "--last-accessed": last_accessed, "--depth": depth}
    own = {"azure": ("--app-settings", "--scope"), "github": ("--depth",)}.get(source, ("--last-accessed",))
    if wrong := next((option for option, value in given.items() if value and option not in own), ""):
        raise CollectorError(f"`{source}` has no {wrong}")
    opted = last_accessed or app_settings or depth == "full"
    if plain:
        sys.stdout.write("\n".join(load(entry.permissions)(without or (), opted=opted)) + "\n")
        return
    where = {"scopes": scope} if scope else {}
    json.dump(load(entry.least_policy)(without or (), opted=opted, **where), sys.stdout, indent=2)
    sys.stdout.write("\n")
