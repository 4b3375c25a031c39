"""Differences of two graphs as every output carries them.

Input: rows of ``analytics.reach_change`` and ``analytics.what_if``. Output: JSON-ready rows, counts, lines for people.
Not handled: finding differences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nhigraph.output.console import output_console, plain
from nhigraph.output.write import write_table

if TYPE_CHECKING:
    from analytics.reach_change import ReachChange
    from analytics.what_if import Way

__all__ = ["REACH", "ROWS", "line", "reach_data", "reach_story", "reach_totals", "way_data"]

ROWS = 100
"""Rows of each list, unless ``--limit`` says otherwise; counts stay exact."""
REACH = [
    *("id", "kind", "control_before", "control_after", "jewels_before", "jewels_after", "worst_before", "worst_after"),
    *("lost", "gained", "weaker", "surer"),
]
"""Columns of ``reach_data`` in CSV."""
_TOLD = ["id", "kind", "full_control", "jewels", "worst", "lost", "gained", "weaker", "surer"]


def line(text: str) -> None:
    """Print one line for people."""
    output_console().print(plain(text), markup=False, soft_wrap=True)


def reach_data(row: ReachChange, limit: int) -> dict[str, Any]:
    """Return how the reach of one identity differs; at most so many jewels by name."""
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "control_before": row.control[0],
        "control_after": row.control[1],
        "jewels_before": row.jewels[0],
        "jewels_after": row.jewels[1],
        "worst_before": row.worst[0] or None,
        "worst_after": row.worst[1] or None,
        "lost": row.lost,
        "gained": row.gained,
        "weaker": row.weaker,
        "surer": row.surer,
        "exact": row.exact,
        "jewels": [
            {"id": each.id, "kind": each.kind, "name": each.name, "before": each.before.word, "after": each.after.word}
            for each in row.changes[:limit]
        ],
    }


def reach_totals(rows: Sequence[ReachChange]) -> dict[str, int]:
    """Return how many identities and credentials lose or gain."""
    return {
        "identities": len(rows),
        "lost_control": sum(row.control[1] < row.control[0] for row in rows),
        "gained_control": sum(row.control[1] > row.control[0] for row in rows),
        "less": sum(row.less for row in rows),
        "more": sum(row.more for row in rows),
    }


def way_data(way: Way) -> dict[str, Any]:
    """Return a way that ends or appears."""
    return {
        "source": way.source,
        "target": way.target,
        "kind": way.kind,
        "technique": way.technique,
        "state": way.state.word,
        "use": way.use,
    }


def reach_story(counts: Mapping[str, int], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print who loses and gains."""
    line(
        f"{counts['lost_control']} lose full control, {counts['gained_control']} gain it; {counts['less']} reach fewer "
        f"jewels or less surely, {counts['more']} more."
    )
    if rows:
        write_table([_told(row) for row in rows], _TOLD)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    def both(name: str) -> str:
        before, after = (row[f"{name}_{side}"] for side in ("before", "after"))
        return str(before or "-") if before == after else f"{before or '-'} → {after or '-'}"

    numbers = {name: row[name] or "" for name in ("lost", "gained", "weaker", "surer")}
    return {**row, **numbers, "full_control": both("control"), "jewels": both("jewels"), "worst": both("worst")}
