"""Answers told in a terminal: who, how sure, by which steps, with what grant.

Input: the same data that JSON carries. Output: text on the console given. Not handled: lists, which are tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from nhigraph.output.console import plain
from nhigraph.output.names import told

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["coverage_line", "decision_story", "path_story", "print_lines", "radius_story", "step_lines", "ways_story"]

_COLOURS = {"verified": "red", "conditional": "yellow", "unverified": "magenta", "void": "green"}
MAX_COVERAGE = 4


def _state(word: str) -> str:
    return f"[{_COLOURS.get(word, 'white')}]{word}[/]"


def _hops(count: int) -> str:
    return f"{count} hop{'s' if count != 1 else ''}"


def coverage_line(head: Mapping[str, Any]) -> str:
    """Return one line on age and on what was not looked at."""
    missing = [row for row in head["coverage"]]
    names = list(dict.fromkeys(f"{row['operation']} in {row['scope']}" for row in missing))
    shown = ", ".join(names[:MAX_COVERAGE]) + (
        f" and {len(names) - MAX_COVERAGE} more" if len(names) > MAX_COVERAGE else ""
    )
    seen = f"Not looked at: {shown}." if names else "Everything that is known how to look at was looked at."
    time = f"as of {head['as_of']} ({_old(head['age'])})" if head["as_of"] else "of an unknown time"
    return f"Snapshot {head['snapshot']}, {time}. {seen}"


def _old(age: str) -> str:
    return age if age == "in the future" else f"{age} old"


def step_lines(
    steps: Sequence[Mapping[str, Any]], systems: Sequence[Mapping[str, Any]] = (), first: int = 1
) -> list[str]:
    """Return numbered lines for the steps of a path, with technique, grants and conditions.

    Parameters
    ----------
    systems
        Those of the way, where its steps say in which they happen (``nhi path``): a step is marked where it leaves one.
    first
        Number of the first step.
    """
    names = {each["id"]: f"{each['kind']} {each['name']}".strip() for each in systems}
    lines = []
    for number, step in enumerate(steps, start=first):
        technique = f" [dim]{step['technique']}[/]" if step["technique"] else ""
        lines.append(f"  {number}. {escape(step['text'])}{technique} {_state(step['state'])}")
        if step["grants"]:
            lines.append(f"       by {escape(', '.join(step['grants']))}")
        for condition in step["conditions"]:
            lines.append(f"       if {escape(condition['text'])}")
        if step.get("crossing"):
            ends = f"{names[step['source_system']]} → {names[step['target_system']]}"
            lines.append(f"       [bold]crosses[/] {escape(ends)}: {escape(step['crossing'])}")
        if step.get("confirm"):
            lines.append(f"       to confirm: {escape(step['confirm'])}")
    return lines


def _system_lines(row: Mapping[str, Any]) -> list[str]:
    """Return the head line of a way over several systems: their vendors in order, then what they are."""
    if len(row["systems"]) < 2:
        return []
    vendor = {each["id"]: each["vendor"] for each in row["systems"]}
    words: list[str] = []
    for step in row["steps"]:
        for end in (step["source_system"], step["target_system"]):
            if not words or words[-1] != vendor[end]:
                words.append(vendor[end])
    names = "; ".join(f"{each['kind']} {each['name']}".strip() for each in row["systems"])
    return [f"  Systems: [bold]{escape(' → '.join(words))}[/] ({escape(names)})"]


def print_lines(console: Console, lines: Sequence[str]) -> None:
    """Print lines of markup; names stand beside ids, and no control character gets through."""
    for line in lines:
        console.print(told(plain(line), markup=True), soft_wrap=True)


def radius_story(console: Console, head: Mapping[str, Any], data: Mapping[str, Any], limit: int) -> None:
    """Tell a blast radius."""
    lines = [
        f"[bold]{escape(str(data['subject']))}[/] ({data['subject_kind']}), context: {escape(data['context']['name'])}"
    ]
    lines.extend(f"Note: {escape(text)}" for text in data["notes"])
    before: list[Mapping[str, Any]] = []
    for row in data["admin_of"]:
        how = "directly" if not row["steps"] else f"in {len(row['steps'])} step{'s' if len(row['steps']) > 1 else ''}"
        lines.append(f"[bold]Full control of {row['scope']}[/] {how}: {_state(row['state'])}")
        lines.extend(_further_steps(row["steps"], before))
        before.append(row)
    counts = data["counts"]
    kinds = ", ".join(f"{number} {kind}" for kind, number in counts["by_kind"].items())
    lines.append(f"Reaches {counts['total']}: {kinds or 'nothing'}.")
    if data["matched"] < counts["total"]:
        lines.append(f"Of these, {data['matched']} are of what was asked for:")
    for row in data["reaches"][:limit]:
        what = f"{row['impact'] or '-':4} {escape(row['id'])} ({row['kind']})"
        lines.append(f"  {_hops(row['hops'])}  {_state(row['state'])}  {what}")
    if len(data["reaches"]) > limit:
        lines.append(f"  … {len(data['reaches']) - limit} more; use --format json or --limit")
    for row in data["pools"]:
        count, users = row["consumer_count"], row["consumers"]
        more = f" and {count - len(users)} more" if count > len(users) else ""
        # One consumer makes a pool only where it stands for several, such as a wide pattern of tokens.
        who = f"{count}{'' if count > 1 else ' or more'} consumers: {', '.join(users)}{more}"
        lines.append(f"Shared: {escape(row['identity'])} is used by {escape(who)}")
    lines.append(f"[dim]{escape(coverage_line(head))}[/]")
    print_lines(console, lines)


def _further_steps(steps: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a way; the longest of those told before that it begins with is referred to, not repeated."""
    whole = [row for row in before if row["steps"] and list(steps[: len(row["steps"])]) == list(row["steps"])]
    if not whole:
        return step_lines(steps)
    longest = max(whole, key=lambda row: len(row["steps"]))
    number = len(longest["steps"])
    return [
        f"  1.{f' to {number}.' if number > 1 else ''} as above, to full control of {longest['scope']}",
        *step_lines(steps[number:], first=number + 1),
    ]


def path_story(console: Console, head: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Tell the witnesses of a path question."""
    ends = f"From [bold]{escape(data['from'])}[/] to [bold]{escape(data['to'])}[/]"
    lines = [f"{ends}, context: {escape(data['context']['name'])}"]
    lines.extend(f"Note: {escape(text)}" for text in data["notes"])
    if not data["paths"]:
        lines.append("No path. What was not looked at could still hide one; see the last line.")
    for number, row in enumerate(data["paths"], start=1):
        lines.append(f"Way {number}: {_hops(row['hops'])}, cost {row['cost']}, {_state(row['state'])}")
        lines.extend(_system_lines(row))
        lines.extend(step_lines(row["steps"], row["systems"]))
    if data["cut_by"]:
        lines.append(f"More ways exist or may exist; the search was cut by {data['cut_by']}.")
    lines.append(f"[dim]{escape(coverage_line(head))}[/]")
    print_lines(console, lines)


def ways_story(console: Console, head: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Tell one way for each pair of many ends."""
    lines = [
        f"{head['reached']} of {head['pairs']} pairs of {len(head['from'])} sources and {len(head['to'])} targets "
        "have a way."
    ]
    lines.extend(f"Note: {escape(text)}" for text in head["notes"])
    for row in rows:
        ends = f"[bold]{escape(row['from'])}[/] to [bold]{escape(row['to'])}[/]"
        lines.append(f"{ends}: {_hops(row['hops'])}, cost {row['cost']}, {_state(row['state'])}")
        lines.extend(_system_lines(row))
        lines.extend(step_lines(row["steps"], row["systems"]))
    if head["truncated"]:
        lines.append(f"{head['reached'] - len(rows)} more pairs have a way; raise --limit.")
    lines.append(f"[dim]{escape(coverage_line(head))}[/]")
    print_lines(console, lines)


def decision_story(console: Console, head: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Tell a decision."""
    colour = (
        "red"
        if data["decision"] == "allowed"
        else "green"
        if data["decision"] in ("denied", "not_allowed")
        else "yellow"
    )
    lines = [
        f"{escape(data['principal'])} {escape(data['action'])} {escape(data['resource'])}: "
        f"[{colour}]{data['decision']}[/]"
    ]
    for item in data["deciding"]:
        where = (
            f", statement {item['statement']}{' ' + item['sid'] if item['sid'] else ''}"
            if item["statement"] >= 0
            else ""
        )
        lines.append(f"  {item['layer']}: {item['effect']} by {escape(item['document'])}{escape(where)}")
    for number, alternative in enumerate(data["conditions"], start=1):
        lines.append(
            f"  allowed if (way {number}): " + escape(" and ".join(item["text"] for item in alternative) or "always")
        )
    lines.extend(f"  note: {escape(text)}" for text in data["notes"])
    lines.append(f"[dim]{escape(coverage_line(head))}[/]")
    print_lines(console, lines)
