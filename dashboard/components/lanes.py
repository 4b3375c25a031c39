"""A way drawn as lanes, one column a system: it runs downwards, and changes the column where it changes the system.

Input: hops of one way, the boxes on it. Output: HTML, everything escaped; colours and strokes of ``style.css``.
Handled: ways of any length (it grows downwards); a system that the way comes back to keeps its lane.
Not handled: more than one way in one drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.hops import Hop, systems_of
from analytics.systems import System
from dashboard.components.markup import anchor, badge, escape, shorten
from dashboard.components.path_graph import box_colours
from dashboard.data_paths import Box
from dashboard.words import VERBS, brief, kind_word

__all__ = ["box_name", "lanes"]

_NAME_LENGTH = 56


def box_name(node_id: str, box: Box, system: System) -> str:
    """Return what people call a node: its name, the end of its ARN, or full control of which system."""
    if node_id.startswith("aws:admin:") and system.name:
        return f"full control of {system.name}"
    return brief(node_id, {}) if node_id.startswith(("arn:", "aws:arn:")) else box.name or brief(node_id, {})


def lanes(hops: Sequence[Hop], boxes: Mapping[str, Box], begin: str, snapshot: str) -> str:
    """Return the drawing of a way of at least one hop.

    Parameters
    ----------
    begin
        Id of what the way begins at, where that is a token subject and no node; it stands in the first box.
    snapshot
        Id, for the links.
    """
    place = {system.id: number for number, system in enumerate(systems_of(hops), start=1)}
    rows = 2 * len(hops) + 2
    parts = [
        f'<div class="nhi-lane" style="grid-column:{number};grid-row:1 / span {rows}"></div>'
        f'<div class="nhi-lane-head" style="grid-column:{number};grid-row:1">{escape(system.kind)}'
        f"<b>{escape(system.name)}</b></div>"
        for number, system in enumerate(systems_of(hops), start=1)
    ]
    first = begin if begin in boxes and not boxes[begin].is_node else hops[0].step.source
    parts.append(_stop(first, boxes[first], hops[0].source, place, 2, snapshot))
    for number, hop in enumerate(hops, start=1):
        parts.append(_arrow(number, hop, place))
        target = hop.step.target
        parts.append(_stop(target, boxes[target], hop.target, place, 2 * number + 2, snapshot))
    return f'<div class="nhi-scroll"><div class="nhi-lanes" style="--lanes:{len(place)}">{"".join(parts)}</div></div>'


def _stop(node_id: str, box: Box, system: System, place: Mapping[str, int], row: int, snapshot: str) -> str:
    fill, ink, quiet = box_colours(box.kind)
    name = shorten(box_name(node_id, box, system), _NAME_LENGTH)
    shown = anchor(node_id, snapshot, name) if box.is_node else escape(name)
    word = kind_word(box.kind) if box.collected else f"{kind_word(box.kind)}, not collected"
    outside = "" if box.collected else " nhi-outside"
    return (
        f'<div class="nhi-stop{outside}" title="{escape(node_id)}" style="grid-column:{place[system.id]};'
        f'grid-row:{row};background:{fill};color:{ink}"><b>{shown}</b>'
        f'<span style="color:{quiet}">{escape(word)}</span></div>'
    )


def _arrow(number: int, hop: Hop, place: Mapping[str, int]) -> str:
    begin, end = place[hop.source.id], place[hop.target.id]
    span = abs(end - begin) + 1
    word = hop.crossing or VERBS.get(hop.step.kind, "")
    if span == 1:
        lines = '<i class="nhi-go-down"></i><i class="nhi-tip" style="left:50%"></i>'
        label = f'<span class="nhi-go-verb">{number} · {escape(word)}</span>'
    else:
        side = 50 / span
        way = "right" if end > begin else "left"
        lines = (
            f'<i class="nhi-go-out nhi-to-{way}" style="left:{side:.3f}%;right:{side:.3f}%"></i>'
            f'<i class="nhi-go-in nhi-to-{way}" style="left:{side:.3f}%;right:{side:.3f}%"></i>'
            f'<i class="nhi-tip" style="left:{side if way == "left" else 100 - side:.3f}%"></i>'
        )
        label = f'<span class="nhi-go-joint">{badge(f"{number} · {word}", hop.step.state.word)}</span>'
    return (
        f'<div class="nhi-go nhi-line-{hop.step.state.word}" title="{escape(hop.step.text)}" '
        f'style="grid-column:{min(begin, end)} / span {span};grid-row:{2 * number + 1}">{lines}{label}</div>'
    )
