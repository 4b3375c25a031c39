"""Whose leaked credentials are and what they reach, told in a terminal.

Input: the same data that JSON carries. Output: text on the console given. Not handled: how it was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from nhigraph.output.story import coverage_line, print_lines, radius_story

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["leak_story"]

_SHOWN = 5
_PLACE = {"aws": "account", "entra": "tenant", "azure": "subscription"}
_STATUS = {True: "active", False: "inactive", None: "status unknown"}


def leak_story(console: Console, head: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Tell whose leaked credentials are and what they reach."""
    for row in rows:
        print_lines(console, list(_lines(row, several=len(rows) > 1)))
        if row["blast_radius"]:
            radius_story(console, head, row["blast_radius"], 15)
    if not any(row["blast_radius"] for row in rows):
        print_lines(console, [f"[dim]{escape(coverage_line(head))}[/]"])


def _lines(row: Mapping[str, Any], *, several: bool) -> Iterator[str]:
    place = _PLACE.get(row["system"] or "")
    account = ""
    if row["account"]:
        account = f", {place or 'account'} {row['account']} (from {row['account_source']})"
    elif row["system"] == "aws":
        account = ", account unknown"
    where = f" (line {row['line']})" if several else ""
    yield f"[bold]{escape(row['id'])}[/]{where}: {escape(row['kind'])}{account}, matched by {row['matched_by']}"
    if row["identity"]:
        yield f"  belongs to {escape(row['identity'])} ({_STATUS[row['active']]})"
    if row["resource"]:
        yield f"  names {escape(row['resource'])}"
    if row["alternatives"] and not row["identity"]:
        yield from _alternatives(row["alternatives"])
    elif row["candidates"]:
        yield f"  may belong to {len(row['candidates'])}: {escape(_some(row['candidates']))}"
    if row["checksum"] is True:
        yield "  its checksum is right"
    for name, value in row["digests"].items():
        yield f"  {name}: {escape(value)}"
    if row["found_in"]:
        yield f"  the same value stands in {len(row['found_in'])}: {escape(_some(row['found_in']))}"
    if row["note"]:
        yield f"  {escape(row['note'])}"


def _alternatives(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"  may be {len(rows)}, the likelier first:"
    for row in rows[:_SHOWN]:
        control = f", full control of {', '.join(row['admin_of'])}" if row["admin_of"] else ""
        reach = "" if row["reaches"] is None else f"; reaches {row['reaches']}{control}"
        who = f"{row['identity']} ({_STATUS[row['active']]}{reach})"
        yield f"    {escape(who)} by {escape(row['credential'])}: {escape(row['reason'])}"
    if len(rows) > _SHOWN:
        yield f"    … {len(rows) - _SHOWN} more; use --format json"


def _some(values: Sequence[str]) -> str:
    return ", ".join(values[:_SHOWN]) + (f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else "")
