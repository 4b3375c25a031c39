"""leak: whose a leaked credential is and what it reaches; the secret part is never stored or printed.

Input: an id as an argument, a file, or standard input. Output: a row for each id or credential, with its blast radius.
Not handled: how they are recognised (``analytics.leaks``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from nhigraph.commands.questions import asked_subject, now, radius_data
from nhigraph.config import open_question, workspace_of
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.console import note, output_console
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.leaks.match import LeakMatch
    from analytics.reach import BlastRadius
    from collectors.evidence.fingerprint import FingerprintKey
    from graph.snapshot import Snapshot

__all__ = ["register"]

COLUMNS = ["id", "kind", "line", "account", "identity", "resource", "matched_by", "active", "note"]
_MOST_JUDGED = 10
"""Alternatives whose reach is told; the likelier come first."""


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(cls=_WithoutSecrets)(leak)


class _WithoutSecrets(typer.core.TyperCommand):
    """A command that refuses secrets among its arguments before any of them is repeated in a message."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, unless one of them is a secret."""
        from analytics.leaks.sightings import holds_secret

        if any(map(holds_secret, args)):
            raise typer.BadParameter(
                "one of the arguments is a secret, and arguments are seen by other programs and kept by the shell; "
                "give it on standard input or with --file",
                ctx=ctx,
            )
        return super().parse_args(ctx, args)


def leak(
    value: Annotated[
        str | None,
        typer.Argument(help="An id, never a secret; default: read standard input.", show_default=False),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Read this file instead.", show_default=False)] = None,
    app: Annotated[
        str | None,
        typer.Option(help="Application of an Entra client secret: app id, object id or name.", show_default=False),
    ] = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = 200,
) -> None:
    """Say whose a leaked credential is and what it reaches; the secret is never stored or printed."""
    from analytics.leaks.find import find_leaks

    if value is not None and file is not None:
        raise typer.BadParameter("give an id or a file, not both", param_hint="VALUE")
    opened = open_question(workspace, snapshot)
    asked = now()
    matches = find_leaks(opened, _leaked_text(value, file), at=asked, app=app, key=_key(workspace))
    if not matches:
        raise typer.BadParameter(
            "the input holds no id and no credential of a known form (see the documentation of this command)",
            param_hint="VALUE",
        )
    rows = [_row(opened, match, limit) for match in matches]
    head = envelope(opened, asked)
    if form is Format.TABLE:
        from nhigraph.output.leak_story import leak_story

        leak_story(output_console(), head, rows)
    else:
        write_answer(form, head, "credentials", rows, COLUMNS)


def _key(workspace: Path | None) -> FingerprintKey | None:
    """Return the workspace's key for fingerprints, if it has one; asking makes none."""
    from nhigraph.config import fingerprint_key

    place = workspace_of(workspace)
    return fingerprint_key(place) if (place / "fingerprint.key").is_file() else None


def _radius(opened: Snapshot, match: LeakMatch, limit: int | None) -> BlastRadius:
    from analytics.leaks.audience import levels_of_token
    from analytics.reach import blast_radius
    from analytics.subjects import resolve_subject

    subject = resolve_subject(opened, match.who, claims=match.claims)
    if match.claims is None:
        return blast_radius(opened, subject, limit=limit)
    audience = match.claims.get("aud", ())
    audiences = (audience,) if isinstance(audience, str) else audience
    return blast_radius(opened, subject, limit=limit, levels=levels_of_token(opened, subject, audiences))


def _row(opened: Snapshot, match: LeakMatch, limit: int | None) -> dict[str, Any]:
    radius = _radius(opened, match, limit) if match.who else None
    return {
        "id": match.public_id,
        "kind": match.kind,
        "system": match.system or None,
        "line": match.line,
        "account": match.account or None,
        "account_source": match.account_source,
        "identity": match.identity or None,
        "credential": match.credential or None,
        "resource": match.resource or None,
        "matched_by": match.matched_by,
        "active": match.active,
        "expires_at": match.expires_at or None,
        "checksum": match.checksum,
        "digests": dict(match.digests),
        "claims": dict(match.shown_claims),
        "found_in": list(match.found_in),
        "candidates": list(match.candidates),
        "alternatives": _alternatives(opened, match),
        "note": match.note,
        "blast_radius": radius_data(radius) if radius else None,
    }


def _alternatives(opened: Snapshot, match: LeakMatch) -> list[dict[str, Any]]:
    """Return what it may be, the likelier first; of the first few with what each would reach."""
    from analytics.reach import blast_radius

    rows = []
    for number, each in enumerate(match.alternatives):
        judged = number < _MOST_JUDGED and len(match.alternatives) > 1
        radius = blast_radius(opened, asked_subject(opened, each.credential), limit=1) if judged else None
        rows.append(
            {
                "credential": each.credential,
                "identity": each.identity,
                "reason": each.reason,
                "active": each.active,
                "created_at": each.created_at or None,
                "expires_at": each.expires_at or None,
                "reaches": radius.counts["total"] if radius else None,
                "admin_of": [row.scope for row in radius.admin_of] if radius else [],
            }
        )
    return rows


def _leaked_text(value: str | None, file: Path | None) -> str:
    if value is not None:
        return value
    if file is not None:
        try:
            return file.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise typer.BadParameter(f"{file}: {error.strerror or error}", param_hint="--file") from error
    if sys.stdin.isatty():
        note("reading standard input; end it with Ctrl-D")
    return sys.stdin.buffer.read().decode("utf-8", "replace")
