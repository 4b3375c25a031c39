"""Terraform: bring state and plan files into evidence, and ask what a plan would change.

Input: files of Terraform or OpenTofu. Output: an evidence folder; a file of changes for ``nhi what-if``.
Not handled: calling Terraform or any backend.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from nhigraph import __version__
from nhigraph.config import fingerprint_key, open_question, workspace_of
from nhigraph.options import SnapshotOption, WorkspaceOption
from nhigraph.output.console import note

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_files)
    app.command("plan-changes")(plan_changes)


def import_files(
    source: Annotated[str, typer.Argument(help="What wrote the files: `terraform` (OpenTofu as well).")],
    files: Annotated[
        list[Path],
        typer.Argument(help="States (`terraform.tfstate`), what `terraform show -json` prints, a note of the backend."),
    ],
    name: Annotated[
        str, typer.Option("--name", help="Workspace of all files; default: by where each stands.", show_default=False)
    ] = "",
    stored_in: Annotated[
        str,
        typer.Option(
            "--stored-in", help="Where the state is kept, e.g. `s3://BUCKET/KEY`: who reads that.", show_default=False
        ),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Evidence folder; default one for each workspace.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Make evidence of state and plan files: secrets are taken out before anything is written."""
    from collectors.errors import CollectorError
    from collectors.evidence.redact import Redactor
    from collectors.evidence.writer import EvidenceWriter
    from collectors.terraform.bring import bring, read_files
    from nhigraph.commands.collecting import evidence_folder

    if source != "terraform":
        raise CollectorError(f"`{source}` is no source of files that are imported; known: terraform")
    home = workspace_of(workspace)
    read = read_files(files, name)
    redactor = Redactor(fingerprint_key(home))
    groups = {each.workspace: [item for item in read if item.workspace == each.workspace] for each in read}
    batches = [read] if output is not None else list(groups.values())
    prepared = [bring(batch, redactor, stored_in) for batch in batches]
    for batch, ready in zip(batches, prepared, strict=True):
        folder = output or evidence_folder(home, source, batch[0].workspace)
        writer = EvidenceWriter(folder, __version__, lambda: datetime.now(UTC), redactor, resume=False)
        try:
            found = ready.write(writer)
            writer.finish()
        finally:
            writer.close()
        for each in found:
            note(
                f"{each.path}: {each.operation} of workspace {each.workspace}: {each.read} resources read, "
                f"{each.skipped} of other types skipped, {each.redacted} secrets taken out"
            )
        sys.stdout.write(f"{folder}\n")


def plan_changes(
    plan: Annotated[Path, typer.Argument(help="What `terraform show -json PLANFILE` prints.")],
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Print a plan's grants as a file of changes for `nhi what-if`; what cannot be one is told on standard error."""
    from analytics.plan_changes import changes_of_plan

    found = changes_of_plan(plan, open_question(workspace, snapshot))
    for text in found.left_out:
        note(f"left out: {text}")
    note(f"{len(found.changes)} changes, {len(found.left_out)} left out")
    json.dump({"changes": found.changes}, sys.stdout, indent=2)
    sys.stdout.write("\n")
