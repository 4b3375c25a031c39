"""Blast radius: ask for anyone, with what the holder can present, and list only what matters.

Input: the chosen snapshot, what is typed, the query parameter ``who``. Output: a page.
Not handled: claims of a token and session policies (``nhi blast-radius --claims``, ``--session-policy``).
"""

from __future__ import annotations

import streamlit as st

from analytics.filters import Filters
from analytics.reach import BlastRadius
from dashboard import data
from dashboard.components.asked import stated_keys
from dashboard.components.markup import plain, visible
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.radius import control_cards, drawing, reach_table
from dashboard.frames import impact_titles
from dashboard.words import impact_text, kind_word, plural
from graph.kinds import Impact, NodeKind, State

STATES = {state.word: state for state in (State.UNVERIFIED, State.CONDITIONAL, State.VERIFIED)}
HIDDEN = (NodeKind.HUB, NodeKind.SCOPE_ADMIN, NodeKind.AWS_CHANGED_IDENTITY)


def _filters() -> tuple[Filters | None, int | None]:
    titles = impact_titles()
    state, impact, kind, hops = st.columns([1, 2, 2, 1])
    with state:
        word = st.selectbox("At least", list(STATES), key="radius_state", help="less sure things are not listed")
    with impact:
        classes = st.multiselect(
            "Impact",
            [each.value for each in Impact],
            key="radius_impact",
            placeholder="all",
            format_func=lambda code: impact_text(code, titles),
        )
    with kind:
        kinds = st.multiselect(
            "Kind",
            sorted(each.value for each in NodeKind if each not in HIDDEN),
            key="radius_kind",
            placeholder="all",
            format_func=lambda name: visible(kind_word(name)),
        )
    with hops:
        most = st.number_input("Hops at most", min_value=0, value=0, key="radius_hops", help="0: no bound")
    least = STATES[word or "unverified"]
    wanted = least is not State.UNVERIFIED or classes or kinds
    filters = Filters(least, tuple(Impact(code) for code in classes), (), tuple(kinds)) if wanted else None
    return filters, int(most) or None


def _metrics(radius: BlastRadius) -> None:
    counts = radius.counts
    worst = next(iter(counts["by_impact"]), "none")
    metric_row(
        [
            Metric("Reached", counts["total"], "Exact, whatever is listed below."),
            Metric("Listed or cut", radius.matched, "Of these, what passes the choice above."),
            Metric("Full control", len(radius.admin_of), "Scopes of which it has or obtains full control."),
        ]
    )
    states = ", ".join(f"{number:,} {word}" for word, number in counts["by_state"].items())
    kinds = ", ".join(f"{number:,} {kind_word(kind)}" for kind, number in counts["by_kind"].items())
    st.caption(plain(f"Worst impact {worst}. By state: {states or 'none'}. By kind: {kinds or 'none'}."))


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Blast radius")
    left, right = st.columns([3, 2])
    asked = st.query_params.get("who", "")
    with left:
        who = st.text_input(
            "Who",
            value=asked,
            placeholder="ARN, id, key id, session ARN, name, or oidc://ISSUER/SUBJECT",
            key="radius_who",
        ).strip()
    with right:
        stated = stated_keys(
            st.text_area("What the holder presents", placeholder="sts:ExternalId=x1", height=68, key="radius_context")
        )
    filters, most = _filters()
    if not who:
        st.info("Name an identity, a credential or a token.", icon=":material/hub:")
        return
    radius = data.radius(at, who, stated, most, filters)
    st.caption(plain(f"{radius.subject.id}, judged as: {radius.context['name']}."))
    for note in radius.subject.notes:
        st.info(plain(note), icon=":material/info:")
    _metrics(radius)
    if most:
        st.warning(plain(f"Looked no further than {plural(most, 'hop')}."), icon=":material/content_cut:")
    if radius.admin_of or radius.reaches:
        drawing(at, radius, stated)
        control_cards(at, radius, stated)
    else:
        st.info("Nothing of what was asked for was found in what was collected.", icon=":material/check:")
    if radius.reaches:
        st.subheader("What it reaches")
        reach_table(at, radius, stated)


render()
