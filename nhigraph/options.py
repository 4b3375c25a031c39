"""Options that many commands share, declared once.

Input: none. Output: annotated types for typer. Not handled: options of one command.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nhigraph.output.write import Format

__all__ = ["ContextOption", "FormatOption", "LimitOption", "SnapshotOption", "WorkspaceOption", "stated_context"]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", envvar="NHI_WORKSPACE", help="Workspace folder; default `.nhi`.", show_default=False),
]
SnapshotOption = Annotated[
    str | None, typer.Option("--snapshot", help="Snapshot id or path; default: the newest.", show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of the answer.")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Cut long lists after so many rows.", show_default=False)
]
ContextOption = Annotated[
    list[str] | None,
    typer.Option(
        "--context",
        help="KEY=VALUE that the holder presents, e.g. `sts:ExternalId=x1`; may be repeated.",
        show_default=False,
    ),
]


def stated_context(pairs: list[str] | None) -> dict[str, tuple[str, ...]]:
    """Return stated condition keys; a key given twice has several values.

    Raises
    ------
    typer.BadParameter
        A pair without ``=``.
    """
    stated: dict[str, tuple[str, ...]] = {}
    for pair in pairs or []:
        key, mark, value = pair.partition("=")
        if not mark or not key:
            raise typer.BadParameter(f"`{pair}` is not KEY=VALUE", param_hint="--context")
        stated[key.lower()] = (*stated.get(key.lower(), ()), value)
    return stated
