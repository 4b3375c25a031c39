"""Cuts: the fewest grants whose removal leaves no way from some sources to some targets, and what else would stop.

Input: the chosen snapshot, what is typed. Output: a page. Not handled: removing anything; weights of grants
(``nhi cut --weights``).
"""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from analytics.cuts.find import CutAnswer, CutGrant
from analytics.cuts.recheck import CheckedCut
from dashboard import data
from dashboard.components.markup import anchor, badge, code, escape, plain
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.steps import grant_ids, step_list
from dashboard.components.tables import table
from dashboard.words import brief, kind_word, plural
from graph.kinds import State

STATES = {state.word: state for state in (State.CONDITIONAL, State.VERIFIED, State.UNVERIFIED)}
SECONDS = 20.0
SHOWN = 50
STATUS = {"optimal": "proven fewest", "bounded": "bounded", "uncuttable": "nothing to cut"}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.splitlines())))


def _asked() -> data.CutAsked | None:
    first, second, third = st.columns([3, 3, 2])
    with first:
        sources = st.text_area(
            "From, one a line", placeholder="every identity that is not entitled", key="cut_from", height=88
        )
    with second:
        targets = st.text_area("To, one a line", value="jewels", key="cut_to", height=88)
    with third:
        word = st.selectbox("Ways at least", list(STATES), key="cut_state")
        keep = st.text_input("Keep grants (glob)", placeholder="*AdministratorAccess", key="cut_keep").strip()
    if not st.button("Find the fewest grants", key="cut_go", type="primary") and "cut_asked" not in st.session_state:
        return None
    asked = data.CutAsked(
        _lines(sources), _lines(targets) or ("jewels",), STATES[word or "conditional"], (keep,) if keep else (), SECONDS
    )
    st.session_state["cut_asked"] = True
    return asked


def _proof(answer: CutAnswer) -> str:
    if answer.cost is None:
        return "Nothing that was asked for can be separated by removing grants."
    if answer.status == "optimal":
        return f"No cut is cheaper than {answer.cost:g}: the bound of the solver meets it."
    gap = f", a gap of {answer.gap:.0%}" if answer.gap is not None else ""
    return (
        f"It costs {answer.cost:g}; none costs less than {answer.lower_bound:g}{gap}. The search was cut by its time."
    )


def _alone(row: CutGrant) -> str:
    """Return what a grant frees alone; nothing is said where the time did not allow to count it."""
    return "" if row.sources_freed is None else f", alone it frees {plural(row.sources_freed, 'source')}"


def _grants(at: data.Chosen, rows: tuple[CutGrant, ...]) -> None:
    names = data.account_names(at)
    shown = "".join(
        f'<li data-number="{number}"><b>{escape(row.grant.text)}</b> {badge(row.grant.kind.replace("_", " "), "quiet")}'
        f'<div class="nhi-why">of {anchor(row.grant.holder, at.snapshot, brief(row.grant.holder, names))}; stops '
        f"{escape(plural(row.edges, 'edge'))}{escape(_alone(row))}</div>"
        f"{code(row.grant.id)}" + (f"<br>{code(row.grant.evidence)}" if row.grant.evidence else "") + "</li>"
        for number, row in enumerate(rows, start=1)
    )
    st.html(f'<ol class="nhi-steps">{shown}</ol>')


def _stopped(at: data.Chosen, found: CheckedCut) -> None:
    st.subheader("What else stops")
    if not found.checked:
        st.warning(plain(f"Permissions were not evaluated again: {found.why}."), icon=":material/rule:")
    else:
        st.success(
            "Permissions were evaluated again without these grants: no such way is left.", icon=":material/rule:"
        )
    if found.added:
        st.caption(plain(f"{plural(len(found.added), 'grant')} of these only the evaluation showed to be needed."))
    names = data.account_names(at)
    rows = pd.DataFrame(
        [
            {
                "name": brief(row.id, names),
                "kind": kind_word(row.kind),
                "loses": len(row.loses),
                "beside": row.off_ways,
                "what": ", ".join(brief(each, names) for each in row.loses[:SHOWN]),
                "id": row.id,
            }
            for row in found.also_stopped
        ]
    )
    if rows.empty:
        st.caption("Nothing else was found to stop.")
        return
    table(
        rows,
        {
            "name": "Holder",
            "kind": "Kind",
            "loses": st.column_config.NumberColumn("Loses", width="small"),
            "beside": st.column_config.NumberColumn(
                "On no such way", width="small", help="work that may be legitimate"
            ),
            "what": st.column_config.TextColumn("What it can no longer use or become", width="large"),
            "id": "Id",
        },
        key="stopped",
    )


def _chokes(at: data.Chosen, answer: CutAnswer) -> None:
    if not answer.choke_points:
        return
    st.subheader("Choke points")
    names = data.account_names(at)
    st.caption("Each grant taken away alone: how many sources lose every way.")
    table(
        pd.DataFrame(
            [
                {
                    "grant": row.grant.text,
                    "holder": brief(row.grant.holder, names),
                    "frees": row.sources_freed,
                    "nearest": row.nearest_ways,
                    "id": row.grant.id,
                }
                for row in answer.choke_points
            ]
        ),
        {
            "grant": "Grant",
            "holder": "Holder",
            "frees": st.column_config.NumberColumn("Frees", width="small"),
            "nearest": st.column_config.NumberColumn("On nearest ways", width="small"),
            "id": "Id",
        },
        key="chokes",
    )


def _uncuttable(at: data.Chosen, answer: CutAnswer) -> None:
    if not answer.uncuttable_count:
        return
    with st.expander(
        plain(f"{plural(answer.uncuttable_count, 'pair')} that no removal of grants separates"), expanded=True
    ):
        names = data.account_names(at)
        for row in answer.uncuttable[:SHOWN]:
            kept = f"kept: {', '.join(row.kept)}" if row.kept else "no grant stands behind it"
            st.html(
                f"<b>{escape(brief(row.source, names))}</b> to <b>{escape(brief(row.target, names))}</b>; "
                f"{escape(kept)}"
            )
            if row.steps:
                st.html(step_list(row.steps, data.grants(at, grant_ids(row.steps))))


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Cuts")
    asked = _asked()
    if asked is None:
        st.info("Say from where, to what, and look for the fewest grants to take away.", icon=":material/content_cut:")
        return
    found = data.cut(at, asked)
    answer = found.answer
    metric_row(
        [
            Metric("Grants to take away", len(answer.grants)),
            Metric("Sources with a way", answer.sources_reaching, "of those asked about"),
            Metric("Entitled", answer.sources_entitled, "left out for targets that they administer anyway"),
        ]
    )
    st.html(
        f"{badge(STATUS[answer.status], 'good' if answer.status == 'optimal' else 'warn')} {escape(_proof(answer))}"
    )
    _uncuttable(at, answer)
    if answer.grants:
        _grants(at, answer.grants)
        removed = {"changes": [{"remove": row.grant.id} for row in answer.grants]}
        if st.button("Suppose they were gone", key="cut_suppose"):
            st.session_state["what_if_text"] = json.dumps(removed, indent=2)
            st.switch_page("views/what_if.py")
        _stopped(at, found)
    _chokes(at, answer)
    with st.expander("What this does not see"):
        for limit in answer.limits:
            st.caption(plain(limit))


render()
