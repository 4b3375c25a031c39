"""jewels: what is worth protecting above all, why, and who reaches it.

Input: a snapshot, zones and tags of the settings. Output: one row for each jewel.
Not handled: which nodes are jewels (``analytics.jewels``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from nhigraph.commands.findings import PolicyOption
from nhigraph.commands.questions import kept_analysis, now
from nhigraph.config import open_question
from nhigraph.options import FormatOption, LimitOption, SnapshotOption, WorkspaceOption
from nhigraph.output.console import note
from nhigraph.output.envelope import envelope
from nhigraph.output.write import Format, write_answer

if TYPE_CHECKING:
    from analytics.analysis_store import Analysis
    from graph.snapshot import Snapshot

__all__ = ["register"]

COLUMNS = ["impact", "name", "why", "reached_by", "verified", "nearest", "hops", "id"]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(jewels)


def jewels(
    config: PolicyOption = None,
    snapshot: SnapshotOption = None,
    workspace: WorkspaceOption = None,
    form: FormatOption = Format.TABLE,
    limit: LimitOption = None,
) -> None:
    """List what is worth protecting above all: why, how many identities reach it, and which is nearest."""
    opened = open_question(workspace, snapshot)
    found = kept_analysis(opened, workspace, config)
    rows = _rows(opened, found)
    shown = rows[:limit] if limit else rows
    if len(shown) < len(rows):
        note(f"{len(rows) - len(shown)} more rows; raise --limit")
    if not found.reach.exact.all():
        note("Counts are upper bounds (`exact` false): conditions on some ways may exclude each other.")
    write_answer(form, {**envelope(opened, now()), "truncated": len(shown) < len(rows)}, "jewels", shown, COLUMNS)


def _rows(opened: Snapshot, found: Analysis) -> list[dict[str, Any]]:
    """Return jewels, worst class first, most reached first."""
    from graph.arrays import IMPACT_CODES
    from graph.kinds import State

    reach = found.reach
    rows = []
    for place, jewel in enumerate(found.jewels):
        counts = [int(count) for count in reach.by_state[place]]
        nearest = int(reach.nearest.node[place])
        rows.append(
            {
                "id": jewel.id,
                "kind": jewel.kind,
                "name": jewel.name,
                "impact": jewel.impact,
                "why": jewel.why,
                "reached_by": sum(counts),
                "verified": counts[0],
                "conditional": counts[1],
                "unverified": counts[2],
                "nearest": opened.node_id(nearest) if nearest >= 0 else "",
                "hops": int(reach.nearest.hops[place]) if nearest >= 0 else None,
                "state": State(int(reach.nearest.state[place])).word if nearest >= 0 else "",
                "exact": bool(reach.exact[place]),
            }
        )
    return sorted(rows, key=lambda row: (IMPACT_CODES.index(row["impact"]), -row["reached_by"], row["id"]))
