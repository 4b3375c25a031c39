"""The hops of a way as a table: where, by what, with which grant, under which condition, where the evidence says so.

Input: hops of one way, boxes and grants. Output: HTML, everything escaped. Not handled: finding the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.hops import Hop
from analytics.steps import conditions_data
from dashboard.components.lanes import box_name
from dashboard.components.markup import anchor, badge, code, escape
from dashboard.data_paths import Box
from graph.model import Grant

__all__ = ["hop_table"]

_HEADS = ("", "System", "From", "Technique", "To", "Grant and evidence", "State")
"""A second row of each hop has the sentence, the conditions, and what would confirm it."""


def hop_table(
    hops: Sequence[Hop], boxes: Mapping[str, Box], grants: Mapping[str, Grant], begin: str, snapshot: str
) -> str:
    """Return the table, one row a hop.

    Parameters
    ----------
    begin
        Id of what the way begins at, where that is a token subject and no node.
    """
    first = begin if begin in boxes and not boxes[begin].is_node else hops[0].step.source
    head = "".join(f"<th>{escape(each)}</th>" for each in _HEADS)
    rows = "".join(
        _row(number, hop, boxes, grants, first if number == 1 else hop.step.source, snapshot)
        for number, hop in enumerate(hops, start=1)
    )
    return f'<table class="nhi-hops"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(
    number: int, hop: Hop, boxes: Mapping[str, Box], grants: Mapping[str, Grant], source: str, snapshot: str
) -> str:
    step, target = hop.step, hop.step.target
    where = escape(hop.source.text)
    if hop.crossing:
        where += f"<br>→ {escape(hop.target.text)}<br>{badge(hop.crossing, step.state.word)}"
    begin = box_name(source, boxes[source], hop.source)
    shown = anchor(source, snapshot, begin) if boxes[source].is_node else escape(begin)
    granted = "".join(
        f'<div title="{escape(grant)}">{escape(grants[grant].text if grant in grants else grant)}</div>'
        for grant in step.grants
    )
    proof = "".join(f"<div>{code(each)}</div>" for each in hop.evidence)
    end = anchor(target, snapshot, box_name(target, boxes[target], hop.target))
    cells = (
        str(number),
        where,
        shown,
        code(step.technique) if step.technique else "",
        end,
        (granted or "<div>no grant of its own</div>")
        + (proof or '<div class="nhi-sub">follows from the hop before</div>'),
        badge(step.state.word, step.state.word),
    )
    return (
        f'<tr class="nhi-hop">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        f'<tr><td></td><td colspan="{len(cells) - 1}">{_words(hop)}</td></tr>'
    )


def _words(hop: Hop) -> str:
    """Return the hop in a sentence, what it depends on, and what would confirm it."""
    conditions = "".join(
        f"<div>only if <b>{escape(row['text'])}</b></div>" for row in conditions_data(hop.step.conditions)
    )
    guards = f'<div class="nhi-sub">shaped by {escape(", ".join(hop.step.guards))}</div>' if hop.step.guards else ""
    confirm = f'<div class="nhi-confirm">To confirm it: {escape(hop.confirm)}</div>' if hop.confirm else ""
    return f"{escape(hop.step.text)}{conditions}{guards}{confirm}"
