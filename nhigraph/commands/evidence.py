"""Commands that bring evidence in: collect, build, permissions.

Input: sources, evidence folders and dumps. Output: evidence, snapshots. Not handled: judging.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collectors.errors import CollectorError
from nhigraph import __version__
from nhigraph.config import fingerprint_key, workspace_of
from nhigraph.options import WorkspaceOption
from nhigraph.output.console import note, warn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.build import BuildResult

__all__ = ["build_evidence", "collect_source", "register"]

INCOMPLETE = 3


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(collect)
    app.command()(build)
    app.command()(permissions)


def collect_source(
    source: str, output: Path | None, workspace: Path, *, profile: str, regions: Sequence[str], without: Sequence[str]
) -> tuple[Path, bool]:
    """Collect one source into an evidence folder.

    Parameters
    ----------
    output
        The folder; default: ``evidence/<source>-<account>`` in the workspace, so that accounts do not replace one
        another.

    Returns
    -------
    tuple
        The folder, and whether everything could be looked at.

    Raises
    ------
    CollectorError
        The source is not known, its SDK is missing, or its credentials do not work.
    """
    from collectors.evidence.redact import Redactor
    from collectors.evidence.writer import EvidenceWriter
    from collectors.registry import COLLECTORS, load

    entry = COLLECTORS.get(source)
    if entry is None:
        raise CollectorError(f"`{source}` is no source; known: {', '.join(sorted(COLLECTORS))}")
    try:
        settings = load(entry.settings)(profile=profile, regions=tuple(regions), without=frozenset(without))
        run, check = load(entry.collect), load(f"{entry.collect.partition(':')[0]}:check_credentials")
    except ImportError as error:
        raise CollectorError(
            f"collecting {source} needs a package that is not installed ({error.name}): install `nhigraph[{source}]`"
        ) from error
    who = check(settings)
    folder = output or workspace / "evidence" / f"{source}-{who.account}"
    writer = EvidenceWriter(folder, __version__, lambda: datetime.now(UTC), Redactor(fingerprint_key(workspace)))
    result = run(settings, writer, note)
    if result.stopped:
        writer.close()
    else:
        writer.finish()
    total = sum(sum(calls.values()) for calls in result.calls.values())
    by_level = ", ".join(f"{level} {sum(calls.values())}" for level, calls in result.calls.items())
    note(
        f"collected {source} account {result.account}: {total} calls ({by_level}), {result.retries} retries, "
        f"{len(result.gaps)} gaps"
    )
    for gap in result.gaps[:20]:
        warn(
            f"gap: {gap.scope} {gap.operation}: {gap.reason}" + (f" (needs {gap.permission})" if gap.permission else "")
        )
    if len(result.gaps) > 20:
        warn(f"and {len(result.gaps) - 20} more gaps, all in {folder / 'manifest.json'}")
    return folder, not result.gaps and not result.stopped


def collect(
    sources: Annotated[list[str], typer.Argument(help="Sources, e.g. `aws`.")],
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
    allow_incomplete: Annotated[
        bool, typer.Option("--allow-incomplete", help="Exit 0 although something could not be looked at.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Fetch evidence from live systems (read-only); an interrupted run is resumed."""
    home = workspace_of(workspace)
    everything = True
    for source in sources:
        folder, complete = collect_source(
            source, output, home, profile=profile, regions=region or [], without=without or []
        )
        everything = everything and complete
        sys.stdout.write(f"{folder}\n")
    if not everything and not allow_incomplete:
        raise typer.Exit(INCOMPLETE)


def build_evidence(paths: Sequence[Path], workspace: Path, as_of: datetime | None) -> BuildResult:
    """Build a snapshot and tell on standard error what was redacted and what could not be read."""
    from graph.build import build_snapshot

    result = build_snapshot(paths, workspace, product_version=__version__, as_of=as_of, key=fingerprint_key(workspace))
    time = result.as_of.isoformat() if result.as_of_known else "an unknown time"
    note(f"{result.nodes} nodes, {result.edges} edges, as of {time}")
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
    source: Annotated[str, typer.Argument(help="Source, e.g. `aws`.")],
    plain: Annotated[bool, typer.Option("--list", help="One permission a line instead of a policy.")] = False,
    without: Annotated[
        list[str] | None, typer.Option(help="Service to leave out; may be repeated.", show_default=False)
    ] = None,
) -> None:
    """Print the least read-only policy that collecting a source needs."""
    from collectors.registry import COLLECTORS, load

    entry = COLLECTORS.get(source)
    if entry is None:
        raise CollectorError(f"`{source}` is no source; known: {', '.join(sorted(COLLECTORS))}")
    if plain:
        sys.stdout.write("\n".join(load(entry.permissions)(without or ())) + "\n")
        return
    json.dump(load(entry.least_policy)(without or ()), sys.stdout, indent=2)
    sys.stdout.write("\n")
