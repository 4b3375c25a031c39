"""A cut told in a terminal: what to take away, how sure that it is the least, and what else it stops.

Input: the same data that JSON carries. Output: text on the console given. Not handled: lists, which are tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from nhigraph.output.console import plain
from nhigraph.output.names import told
from nhigraph.output.story import coverage_line, step_lines

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["cut_story"]

_SHOWN = 10
_PROOFS = {
    "separate ways": "{dual_bound:g} is what ways that share no grant cost at least",
    "weighted ways": "the ways found prove that nothing below {dual_bound:g} closes them",
    "search": "all cheaper sets of grants were ruled out",
    "no way": "nothing is open",
}


def cut_story(console: Console, head: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Tell a cut."""
    lines = [*_opening(data), *_grants(data), *_uncuttable(data), *_checked(data), *_stopped(data)]
    lines += [*_alternatives(data), *_chokes(data)]
    lines += [f"Limit: {escape(text)}" for text in data["limits"]]
    lines.append(f"[dim]{escape(coverage_line(head))}[/]")
    for line in lines:
        console.print(told(plain(line), markup=True), soft_wrap=True)


def _many(number: float, word: str) -> str:
    return f"{number:g} {word}{'' if number == 1 else 's'}"


def _opening(data: Mapping[str, Any]) -> list[str]:
    sources, targets = data["sources"], data["to"]
    who = escape(data["from"][0]) if len(data["from"]) == 1 else _many(len(data["from"]), "source")
    what = escape(targets[0]) if len(targets) == 1 else _many(len(targets), "target")
    lines = [f"From [bold]{who}[/] to [bold]{what}[/], ways at least {data['state']}"]
    reach = "has a way" if sources["reaching"] == 1 else "have a way"
    entitled = f" ({sources['entitled']} are entitled to some of them)" if sources["entitled"] else ""
    lines.append(f"{sources['reaching']} of {_many(sources['asked'], 'source')} {reach} that can be cut{entitled}.")
    if data["status"] == "uncuttable":
        return [*lines, "[red]No removal of grants separates them.[/]"]
    if not data["grants"]:
        return [*lines, "There is nothing to cut. What was not looked at could still hide a way; see the last line."]
    proof = _PROOFS[data["certificate"]["proof"]].format(**data["certificate"])
    taken = f"Take away {_many(len(data['grants']), 'grant')}, cost {data['cost']:g}"
    if data["status"] == "optimal":
        return [*lines, f"[bold]{taken}; no cut is cheaper[/] ({proof}):"]
    return [*lines, f"[bold]{taken}; the cheapest costs at least {data['lower_bound']:g}[/], gap {data['gap']:.1%}:"]


def _grants(data: Mapping[str, Any]) -> list[str]:
    lines = []
    for number, row in enumerate(data["grants"], start=1):
        alone = f"; alone it frees {_many(row['sources_freed'], 'source')}" if row["sources_freed"] else ""
        weight = f", weight {row['weight']:g}" if row["weight"] != 1 else ""
        lines.append(f"  {number}. {escape(row['text'])}{weight} (stops {_many(row['edges'], 'edge')}{alone})")
        lines.append(f"       {escape(row['id'])}")
        if row["evidence"]:
            lines.append(f"       in {escape(row['evidence'])}")
    return lines


def _uncuttable(data: Mapping[str, Any]) -> list[str]:
    lines = []
    for row in data["uncuttable"][:_SHOWN]:
        why = "grants that must stay carry it" if row["kept"] else "no grant stands behind these steps"
        why = why if row["steps"] else "it is a target itself"
        lines.append(f"Cannot be cut: {escape(row['source'])} to {escape(row['target'])}: {why}")
        lines += step_lines(row["steps"])
    if data["uncuttable_count"] > len(data["uncuttable"][:_SHOWN]):
        lines.append(f"  … {data['uncuttable_count'] - len(data['uncuttable'][:_SHOWN])} more pairs cannot be cut")
    return lines


def _checked(data: Mapping[str, Any]) -> list[str]:
    if data["checked"]:
        lines = ["Checked: permissions evaluated again without these grants leave no such way."]
    elif data["grants"]:
        lines = [f"Not checked by evaluating permissions again: {escape(data['not_checked_because'])}"]
    else:
        lines = []
    if data["added_by_check"]:
        lines.append(f"  only the evaluation showed the need of {escape(', '.join(data['added_by_check']))}")
    return lines


def _stopped(data: Mapping[str, Any]) -> list[str]:
    rows: Sequence[Mapping[str, Any]] = data["also_stopped"]
    lines = ["What the holders lose:"] if rows else []
    for row in rows[:_SHOWN]:
        lines.append(
            f"  {escape(row['id'])}: {_many(row['count'], 'thing')}, {row['off_ways']} of them on no such way: "
            f"{escape(', '.join(row['loses'][:3]))}{' …' if row['count'] > len(row['loses'][:3]) else ''}"
        )
    if data["also_stopped_count"] > len(rows[:_SHOWN]):
        lines.append(f"  … {data['also_stopped_count'] - len(rows[:_SHOWN])} more holders; use --format json")
    if not data["also_stopped_complete"]:
        lines.append("  Not all holders were compared.")
    return lines


def _alternatives(data: Mapping[str, Any]) -> list[str]:
    lines = []
    own = {row["id"] for row in data["grants"]}
    for cut in data["alternatives"]:
        more, less = [grant for grant in cut if grant not in own], sorted(own - set(cut))
        lines.append(f"Just as cheap: {escape(', '.join(more))} in place of {escape(', '.join(less))}")
    if data["alternatives"] and not data["alternatives_complete"]:
        lines.append("More cuts of that cost may exist.")
    return lines


def _chokes(data: Mapping[str, Any]) -> list[str]:
    rows: Sequence[Mapping[str, Any]] = data["choke_points"]
    lines = ["Choke points, each taken away alone:"] if rows else []
    for row in rows[:_SHOWN]:
        lines.append(
            f"  frees {_many(row['sources_freed'], 'source')}, on {_many(row['nearest_ways'], 'nearest way')}: "
            f"{escape(row['id'])}"
        )
    if rows and not data["choke_points_exact"]:
        lines.append("  Time ended before all grants were tried: others may free more.")
    return lines
