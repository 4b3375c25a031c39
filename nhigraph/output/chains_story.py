"""Chains of delegation told in a terminal: hop by hop, what each gains, and where the chain ends up.

Input: the same data that JSON carries. Output: text on the console given. Not handled: the table of many sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from nhigraph.output.console import plain
from nhigraph.output.names import told
from nhigraph.output.story import coverage_line

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["chains_story"]

_COLOURS = {
    "reset-gain": "red",
    "widened": "red",
    "exceeds": "red",
    "unprovable": "yellow",
    "conditional": "yellow",
    "unverified": "magenta",
    "verified": "red",
}
SHOWN = 2
"""Witnesses told for a class."""


def _word(word: str) -> str:
    return f"[{_COLOURS.get(word, 'green')}]{word}[/]"


def chains_story(
    console: Console, head: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], cut_by: Sequence[str]
) -> None:
    """Tell chains, one after the other."""
    lines: list[str] = []
    if not rows:
        lines.append("No chain. What was not looked at could still hide one; see the last line.")
    for number, row in enumerate(rows, start=1):
        lines.extend(_chain(number, row))
    if cut_by:
        lines.append(f"More chains exist or may exist; the search was cut by {', '.join(cut_by)}.")
    lines.append(f"[dim]{escape(coverage_line(head))}[/]")
    for line in lines:
        console.print(told(plain(line), markup=True), soft_wrap=True)


def _chain(number: int, row: Mapping[str, Any]) -> list[str]:
    risk = row["risk"]
    ends = [f"worst gain {risk['worst']}"] if risk["worst"] else []
    ends += [f"full control of {scope.removeprefix('aws:admin:')}" for scope in risk["full_control"]]
    told = f", {', '.join(ends)}" if ends else ""
    hops = f"{len(row['hops'])} hop{'s' if len(row['hops']) != 1 else ''}"
    ends_at = f"from [bold]{escape(row['from'])}[/] to"
    lines = [f"Chain {number} {ends_at} [bold]{escape(row['to'])}[/]: {hops}, {_word(row['state'])}{told}"]
    for place, hop in enumerate(row["hops"], start=1):
        technique = f" [dim]{hop['technique']}[/]" if hop["technique"] else ""
        lines.append(f"  {place}. {escape(hop['text'])}{technique} {_word(hop['verdict'])}")
        lines.extend(f"       {line}" for line in _gain(hop["gain"]))
        if hop["reason"]:
            lines.append(f"       not proven: {escape(hop['reason'])}")
        if hop["grants"]:
            lines.append(f"       by {escape(', '.join(hop['grants']))}")
        lines.extend(f"       if {escape(condition['text'])}" for condition in hop["conditions"])
    bound, together = row["end_to_end"], row["adds_up"]
    against = "the approved envelope" if bound["approved"] == "stated" else "what the first may do itself"
    lines.append(f"  End to end: {_word(bound['verdict'])} {against}.")
    if together["only_together"]:
        each = "; ".join(
            f"{member['id'].rsplit('/', 1)[-1]} {', '.join(member['classes']) or 'none'}"
            for member in together["members"]
        )
        lines.append(f"  Adds up: no member has all of it ({escape(each)}).")
    return lines


def _gain(gain: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    return [
        f"gains {name}: " + escape(", ".join(f"{item['action']} on {item['resource']}" for item in witnesses[:SHOWN]))
        for name, witnesses in gain.items()
        if name != "unclassified" or len(gain) == 1
    ]
