"""Chains: authority passed on from identity to identity, with what every hop gains beyond the one before.

Input: the chosen snapshot, what is typed. Output: a page; a click on a row tells one chain.
Not handled: an approved envelope of one's own (``nhi chains --approved``).
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.delegation.chains import LIMITS, Chain, ChainsAnswer, JudgedHop
from analytics.delegation.gain import UNCLASSIFIED, Gain
from analytics.delegation.verdicts import Verdict
from dashboard import data
from dashboard.components.markup import anchor, badge, code, escape, plain
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.steps import grant_list
from dashboard.components.tables import choosable
from dashboard.frames import impact_titles
from dashboard.words import brief, impact_text, plural
from graph.kinds import State

STATES = {state.word: state for state in (State.UNVERIFIED, State.CONDITIONAL, State.VERIFIED)}
STYLES = {Verdict.RESET_GAIN: "verified", Verdict.WIDENED: "verified", Verdict.UNPROVABLE: "unverified"}
CUTS = {
    "ends": "ends looked at",
    "sources": "sources looked at",
    "per_source": "chains of one source",
    "per_end": "chains to one end",
    "judged": "chains compared",
    "time": "time",
    "limit": "chains listed",
}


def _frame(at: data.Chosen, found: tuple[Chain, ...]) -> pd.DataFrame:
    names, titles = data.account_names(at), impact_titles()
    return pd.DataFrame(
        [
            {
                "source": brief(row.source, names),
                "target": brief(row.target, names),
                "hops": len(row.hops),
                "verdicts": ", ".join(hop.verdict.verdict.value for hop in row.hops),
                "worst": impact_text(row.worst, titles),
                "control": ", ".join(brief(scope, names) for scope in row.full_control),
                "bound": row.end_to_end.bound.value,
                "state": row.state.word,
                "id": row.source,
            }
            for row in found
        ]
    )


def _gain(gain: Gain) -> str:
    titles = impact_titles()
    rows = "".join(
        f"<li>{badge('in no class' if name == UNCLASSIFIED else impact_text(name, titles), 'quiet')} "
        + ", ".join(
            f"{escape(each.action)} on {code(each.resource)}{' if conditions hold' if each.conditional else ''}"
            for each in found
        )
        + "</li>"
        for name, found in gain.by_class.items()
    )
    return f'<ul class="nhi-list">{rows}</ul>' if rows else ""


def _hop(at: data.Chosen, number: int, row: JudgedHop) -> str:
    hop, found = row.hop, row.verdict
    names, grants = data.account_names(at), data.grants(at, tuple(sorted(hop.grants)))
    ends = f"{anchor(hop.source, at.snapshot, brief(hop.source, names))} → " + anchor(
        hop.target, at.snapshot, brief(hop.target, names)
    )
    text = " ".join(step.text for step in hop.steps)
    return (
        f'<li data-number="{number}"><b>{ends}</b> '
        f"{badge(found.verdict.value, STYLES.get(found.verdict, 'good'))} {badge(hop.state.word, hop.state.word)}"
        f'<div class="nhi-why">{escape(text)}</div>'
        + (f'<div class="nhi-why nhi-sub">{escape(found.reason)}</div>' if found.reason else "")
        + (f'<div class="nhi-why">gains, for example:{_gain(found.gain)}</div>' if found.gain.by_class else "")
        + f'<details class="nhi-why"><summary>{escape(plural(len(hop.grants), "grant"))}</summary>'
        f"{grant_list(hop.grants, grants)}</details></li>"
    )


def _detail(at: data.Chosen, chain: Chain) -> None:
    names = data.account_names(at)
    end, together = chain.end_to_end, chain.adds_up
    against = "what was stated" if end.approved == "stated" else f"what {brief(end.approved, names)} may do itself"
    with st.container(border=True):
        st.html(
            f'<div class="nhi-title">{escape(brief(chain.source, names))} to {escape(brief(chain.target, names))}</div>'
            f'<ol class="nhi-steps">{"".join(_hop(at, n, row) for n, row in enumerate(chain.hops, start=1))}</ol>'
        )
        st.html(
            f"<h4>End to end</h4><p>The last identity, against {escape(against)}: "
            f"{badge(end.bound.value, 'warn' if end.bound.value != 'within' else 'good')} {escape(end.reason)}</p>"
            f"{_gain(end.gain)}"
        )
        if together.members:
            rows = "".join(
                f"<li>{anchor(member, at.snapshot, brief(member, names))}: "
                f"{escape(', '.join(classes) or 'nothing')}</li>"
                for member, classes in together.members
            )
            only = " No single one of them has all of it." if together.only_together else ""
            st.html(
                f"<h4>What they hold together</h4><p>{badge(together.bound.value, 'quiet')} {escape(together.reason)}"
                f'{only}</p><ul class="nhi-list">{rows}</ul>'
            )


def _tell(answer: ChainsAnswer) -> None:
    verdicts = answer.verdicts
    metric_row(
        [
            Metric("Chains", len(answer.chains), "Worst first; one chain for each pair of ends."),
            Metric(
                "Hops that gain", verdicts.get("reset-gain", 0) + verdicts.get("widened", 0), "Proven, with examples."
            ),
            Metric("Contained", verdicts.get("reset-contained", 0), "The next identity may do nothing more."),
            Metric(
                "Unprovable", verdicts.get("unprovable", 0), "Conditions or missing evidence; neither safe nor not."
            ),
        ]
    )
    if answer.cut_by:
        told = ", ".join(CUTS.get(each, each) for each in answer.cut_by)
        st.caption(f"There are or may be more chains: the search is bounded in {told}.")


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Chains of delegation")
    first, second, third, fourth = st.columns([3, 3, 1, 1])
    with first:
        begin = st.text_input("From", placeholder="anyone", key="chains_from").strip()
    with second:
        end = st.text_input("To", placeholder="anyone, or admin:SCOPE", key="chains_to").strip()
    with third:
        hops = st.number_input("Hops at least", min_value=1, value=2, key="chains_hops")
    with fourth:
        word = st.selectbox("At least", list(STATES), key="chains_state", help="less sure chains are not listed")
    answer = data.chains(at, begin, end, STATES[word or "unverified"], int(hops))
    _tell(answer)
    if not answer.chains:
        st.info("No chain of that kind gains anything in what was collected.", icon=":material/link_off:")
    else:
        position = choosable(
            _frame(at, answer.chains),
            {
                "source": st.column_config.TextColumn("From", pinned=True),
                "target": "To",
                "hops": st.column_config.NumberColumn("Hops", width="small"),
                "verdicts": "Verdict of each hop",
                "worst": "Worst class gained",
                "control": "Full control gained",
                "bound": "End to end",
                "state": st.column_config.TextColumn("State", width="small"),
            },
            key=f"chains {begin} {end} {hops} {word}",
        )
        if position is not None:
            _detail(at, answer.chains[position])
    with st.expander("What this does not see"):
        for limit in LIMITS:
            st.caption(plain(limit))


render()
