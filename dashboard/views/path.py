"""Path: the ways from one end to another, in which system each hop is, and what could hide one where none was found.

Input: the chosen snapshot, what is typed, the query parameters ``from``, ``to`` and ``context``. Output: a page.
Not handled: claims of a token and session policies, many ends at once (``nhi path``).
"""

from __future__ import annotations

import streamlit as st

from analytics.hops import systems_of, vendors_of
from analytics.paths import By
from dashboard import data
from dashboard.blind_spots import Blind
from dashboard.components.asked import stated_keys
from dashboard.components.hop_table import hop_table
from dashboard.components.lanes import lanes
from dashboard.components.markup import badge, code, escape, plain
from dashboard.components.steps import legend
from dashboard.data_paths import PathAsked, PathsTold, ToldWay, ways
from dashboard.words import plural
from graph.kinds import State

STATES = {state.word: state for state in (State.UNVERIFIED, State.CONDITIONAL, State.VERIFIED)}
ORDERS = {"shortest": By.HOPS, "cheapest": By.COST}
WORDS = {"failed": "refused", "partial": "incomplete", "absent": "not made"}
CUTS = {"k": "the number of ways asked for", "max_hops": "the number of hops", "budget": "its bound"}


def _asked() -> PathAsked:
    given = st.query_params
    left, middle, right = st.columns([3, 3, 2])
    with left:
        source = st.text_input(
            "From", value=given.get("from", ""), placeholder="ARN, id, name, or oidc://ISSUER/SUBJECT", key="path_from"
        )
    with middle:
        target = st.text_input(
            "To", value=given.get("to", ""), placeholder="ARN, id, name, or admin:SCOPE", key="path_to"
        )
    with right:
        text = st.text_area(
            "What the holder presents",
            value=given.get("context", ""),
            placeholder="sts:ExternalId=x1",
            height=68,
            key="path_context",
        )
    first, second, third, fourth = st.columns(4)
    with first:
        count = st.number_input("Ways", min_value=1, max_value=20, value=3, key="path_count")
    with second:
        word = st.selectbox("At least", list(STATES), key="path_state", help="less sure ways are not listed")
    with third:
        hops = st.number_input("Hops at most", min_value=0, value=0, key="path_hops", help="0: no bound")
    with fourth:
        order = st.selectbox("First", list(ORDERS), key="path_order", help="among ways that are equally sure")
    return PathAsked(
        source.strip(),
        target.strip(),
        stated_keys(text),
        int(count),
        STATES[word or "unverified"],
        int(hops) or None,
        ORDERS[order or "shortest"],
    )


def _way(at: data.Chosen, told: PathsTold, way: ToldWay) -> None:
    if not way.hops:
        st.html("<p>Both ends are the same thing.</p>")
        return
    several = len(systems_of(way.hops)) > 1
    if several:
        st.html(f'<div class="nhi-headline">{escape(" → ".join(vendors_of(way.hops)))}</div>')
    st.html(lanes(way.hops, told.boxes, told.source, at.snapshot))
    st.html(hop_table(way.hops, told.boxes, told.grants, told.source, at.snapshot))


def _label(number: int, way: ToldWay) -> str:
    line = " → ".join(vendors_of(way.hops)) if len(systems_of(way.hops)) > 1 else ""
    parts = [plural(len(way.hops), "hop"), f"cost {way.cost}", way.state.word, *([line] if line else [])]
    return plain(f"Way {number}: {', '.join(parts)}")


def _no_way(told: PathsTold, asked: PathAsked) -> None:
    bounds = [f"of at most {plural(asked.max_hops, 'hop')}"] if asked.max_hops else []
    bounds += [f"at least {asked.least.word}"] if asked.least is not State.UNVERIFIED else []
    st.warning(
        f"No way {', '.join(bounds)} was found in what was collected.".replace("  ", " ")
        + (" What was not looked at could still hide one." if told.blind else ""),
        icon=":material/route:",
    )
    if told.blind is not None:
        _blind(told.blind)


def _blind(blind: Blind) -> None:
    st.subheader("What could hide one")
    rows = "".join(
        f"<li>{badge(WORDS[row['presence']], 'warn' if row['presence'] != 'absent' else 'quiet')} "
        f"{code(row['operation'])} {escape(row['lost'])}"
        + (f" Permission: {code(row['permission'])}" if row["permission"] else "")
        + "</li>"
        for row in blind.here
    )
    parts = []
    if blind.here_count:
        more = blind.here_count - len(blind.here)
        parts.append(
            f"<h4>In the systems of both ends: {escape(plural(blind.here_count, 'call'))} not made or refused</h4>"
            f'<ul class="nhi-list">{rows}</ul>' + (f"<p>and {more:,} more</p>" if more else "")
        )
    if blind.elsewhere_count:
        parts.append(
            f"<p>In all other systems: {escape(plural(blind.elsewhere_count, 'call'))} not made or refused.</p>"
        )
    if blind.outside_count:
        more = blind.outside_count - len(blind.outside)
        parts.append(
            f"<p>Referred to, not collected: {escape(', '.join(blind.outside))}"
            + (f" and {more:,} more" if more else "")
            + ".</p>"
        )
    if blind.never:
        parts.append(
            f"<p>Of {escape(', '.join(blind.never))} there is no evidence at all: no way over it can be found.</p>"
        )
    parts.append("<p>Kubernetes' own roles, networks and what people do by hand are never looked at.</p>")
    st.html("".join(parts))
    st.page_link("views/coverage.py", label="Open coverage", icon=":material/visibility:")


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Path")
    asked = _asked()
    if not asked.source or not asked.target:
        st.info("Name where the way begins and where it ends.", icon=":material/route:")
        return
    told = ways(at, asked)
    st.html(
        f'<span class="nhi-sub">From {code(told.source)} in {escape(told.ends[0].text)} to {code(told.target)} in '
        f"{escape(told.ends[1].text)}, judged as: {escape(told.context)}.</span>"
    )
    for note in told.notes:
        st.info(plain(note), icon=":material/info:")
    if not told.ways:
        _no_way(told, asked)
        return
    st.html(legend(sorted({hop.step.state for way in told.ways for hop in way.hops}, reverse=True)))
    for number, way in enumerate(told.ways, start=1):
        with st.expander(_label(number, way), expanded=number == 1):
            _way(at, told, way)
    if told.cut_by:
        st.caption(f"More ways exist or may exist: the search was cut by {CUTS.get(told.cut_by, told.cut_by)}.")


render()
