"""A blast radius on a page: drawn, full control with its steps, and everything reached as a table.

Input: the chosen snapshot and a ``BlastRadius``. Output: drawn on the page. Not handled: who asks with which context.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.reach import AdminOf, BlastRadius, Reached
from dashboard import data
from dashboard.components.markup import anchor, badge, code, escape, link, path_link
from dashboard.components.path_graph import MAX_NODES, Drawing, Look, Palette, draw
from dashboard.components.steps import grant_ids, legend, step_list
from dashboard.components.tables import choosable
from dashboard.frames import impact_titles
from dashboard.witnesses import Witness, control_witness
from dashboard.words import brief, impact_text, kind_word, plural, scope_word
from graph.kinds import Impact, State

__all__ = ["control_cards", "drawing", "reach_table"]

DRAWN_AT_MOST = 500
"""Witnesses looked up, of which few fit."""
LONG = 6
"""Boxes on the longest way beyond which a drawing keeps its size and scrolls."""
_MORE = "More ways, with their systems"
_RANK = {impact.value: place for place, impact in enumerate(Impact)}


def control_cards(at: data.Chosen, radius: BlastRadius, stated: data.Stated = ()) -> None:
    """Tell each full control with its steps.

    Parameters
    ----------
    stated
        What the radius was asked with.
    """
    names, nodes = data.account_names(at), data.control_nodes(at)
    for row in radius.admin_of:
        with st.container(border=True):
            st.html(
                f'<div class="nhi-title">Full control of {escape(scope_word(row.scope, names))} '
                f"{badge(row.state.word, row.state.word)}</div>"
                f'<span class="nhi-sub">{escape(_how(row))} {code(row.scope)}</span>'
            )
            if row.steps:
                way = path_link(radius.subject.id, nodes[row.scope], at.snapshot, stated)
                st.html(step_list(row.steps, data.grants(at, grant_ids(row.steps))) + link(way, _MORE))


def _how(row: AdminOf) -> str:
    return f"in {plural(len(row.steps), 'step')}" if row.steps else "as it stands, in no step"


def _worst_first(row: Reached) -> tuple[int, int, int, str]:
    return (_RANK.get(row.impact, len(_RANK)), -row.state, row.hops, row.id)


def drawing(at: data.Chosen, radius: BlastRadius, stated: data.Stated = ()) -> None:
    """Draw one way to each thing, worst first, with what the states mean above and what is left out below.

    Parameters
    ----------
    stated
        What the radius was asked with.
    """
    nodes, subject = data.control_nodes(at), radius.subject.id
    ways = {nodes[row.scope]: control_witness(subject, row, nodes[row.scope]) for row in radius.admin_of}
    reached = tuple(row.id for row in sorted(radius.reaches, key=_worst_first))
    ways |= data.witnesses(at, subject, reached[:DRAWN_AT_MOST], stated)
    ends = {end for way in ways.values() for step in way.steps for end in (step.source, step.target)}
    drawn = draw(
        subject,
        ways,
        data.kinds(at, tuple(sorted({*ends, *ways, subject}))),
        Look(
            data.account_names(at),
            frozenset(
                row.identity for row in data.admins(at).values() if row.state is State.VERIFIED and not row.steps
            ),
            at.snapshot,
            Palette.of(str(st.context.theme.type)),
        ),
    )
    states = sorted({step.state for way in ways.values() for step in way.steps}, reverse=True)
    st.html(legend(states))
    # Long chains keep their size and scroll; see style.css.
    with st.container(key="nhi-drawing-long" if drawn.ranks > LONG else "nhi-drawing"):
        st.graphviz_chart(drawn.dot, width="stretch")
    if drawn.ranks > LONG:
        st.caption("The drawing is wider than the page; scroll it sideways.")
    st.caption(_drawn(drawn, len(radius.reaches) - len(reached[:DRAWN_AT_MOST])))


def _drawn(drawing: Drawing, not_tried: int) -> str:
    parts = [f"One way to each of {plural(len(drawing.drawn), 'thing')}; click a name to open it."]
    if behind := sum(drawing.folded.values()):
        parts.append(f"Not drawn: {plural(behind, 'thing')} that full control gives beside these (dashed box).")
    if left_out := drawing.left_out + not_tried:
        parts.append(f"Not drawn: {left_out} more, since a drawing holds {MAX_NODES} things; the table has them.")
    return " ".join(parts)


def reach_table(at: data.Chosen, radius: BlastRadius, stated: data.Stated = ()) -> None:
    """List what is reached, worst first; a click on a row shows one way to it.

    Parameters
    ----------
    stated
        What the radius was asked with.
    """
    names, titles = data.account_names(at), impact_titles()
    ranked = sorted(radius.reaches, key=_worst_first)
    rows = pd.DataFrame(
        [
            {
                "name": brief(row.id, names),
                "kind": kind_word(row.kind),
                "impact": impact_text(row.impact, titles),
                "state": row.state.word,
                "hops": row.hops,
                "id": row.id,
            }
            for row in ranked
        ]
    )
    if len(rows) < radius.matched:
        st.caption(f"The first {len(rows):,} of {radius.matched:,}.")
    st.caption("Worst first. Click a row for one way to it.")
    position = choosable(
        rows,
        {
            "name": "Name",
            "kind": "Kind",
            "impact": "Impact",
            "state": st.column_config.TextColumn("State", width="small"),
            "hops": st.column_config.NumberColumn("Hops", width="small"),
            "id": "Id",
        },
        key=f"reach {radius.subject.id} {stated}",
    )
    if position is not None:
        target = str(rows["id"][position])
        way = data.witnesses(at, radius.subject.id, (target,), stated).get(target)
        _way(at, target, way, path_link(radius.subject.id, target, at.snapshot, stated))


def _way(at: data.Chosen, target: str, way: Witness | None, more: str) -> None:
    with st.container(border=True):
        st.html(
            f'<div class="nhi-title">One way to {escape(brief(target, data.account_names(at)))}</div>'
            f"{code(target)} {anchor(target, at.snapshot, 'open it')}"
        )
        if way is None:
            st.html("<p>No way without conditions that contradict each other was found within the bound.</p>")
        else:
            st.html(step_list(way.steps, data.grants(at, grant_ids(way.steps))) + link(more, _MORE))
