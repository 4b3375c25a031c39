"""Pools: identities and credentials that several consumers use, what each opens, and what separating it takes.

Input: the chosen snapshot. Output: a page; a click on a row tells one pool.
Not handled: separating anything; the steps are text.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.pools.answer import Consumer, Pool
from analytics.pools.find import KINDS
from dashboard import data
from dashboard.components.markup import anchor, badge, code, escape, plain, visible
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.tables import choosable
from dashboard.frames import impact_titles
from dashboard.words import brief, impact_text, kind_word, plural, scope_word

BASES = {"configuration": "set up so", "permission": "permitted"}


def _kind(kind: str) -> str:
    return kind.replace("_", " ")


def _frame(at: data.Chosen, found: tuple[Pool, ...]) -> pd.DataFrame:
    names, titles = data.account_names(at), impact_titles()
    return pd.DataFrame(
        [
            {
                "name": brief(row.credential, names),
                "kind": _kind(row.kind),
                "basis": BASES[row.basis],
                "consumers": f"{row.consumer_count:,}" + (" or more" if row.open_ended else ""),
                "reaches": row.reaches.total if row.reaches else None,
                "impact": impact_text(row.reaches.worst_impact, titles) if row.reaches else "not known",
                "jewels": row.reaches.jewels.count if row.reaches else None,
                "control": len(row.reaches.admin_of) if row.reaches else None,
                "crosses": ", ".join(row.crosses),
                "id": row.credential,
            }
            for row in found
        ]
    )


def _consumers(at: data.Chosen, rows: tuple[Consumer, ...]) -> str:
    names = data.account_names(at)
    return "".join(
        f"<li><b>{anchor(row.id, at.snapshot, brief(row.id, names))}</b> {badge(kind_word(row.kind), 'quiet')} "
        f"{escape(', '.join(sorted({each.kind.replace('_', ' ') for each in row.evidence})))}; "
        f"observed: {escape(row.observed)}<br>{code(row.id)}"
        + "".join(f"<br>{code(each.pointer)}" for each in row.evidence if each.pointer)
        + (f"<br>{escape(' '.join(row.separate))}" if row.separate else "")
        + "</li>"
        for row in rows
    )


def _detail(at: data.Chosen, pool: Pool) -> None:
    names = data.account_names(at)
    with st.container(border=True):
        crossing = " ".join(badge(f"crosses {name}", "warn") for name in pool.crosses)
        st.html(
            f"<h3>{escape(brief(pool.credential, names))}</h3>{badge(_kind(pool.kind), 'quiet')} "
            f"{badge(BASES[pool.basis], 'quiet')} {crossing}<br>{code(pool.credential)}"
        )
        left, right = st.columns(2, gap="large")
        with left:
            more = pool.consumer_count - len(pool.consumers)
            at_least = "At least " if pool.open_ended else ""
            st.html(
                f"<h4>{at_least}{escape(plural(pool.consumer_count, 'consumer'))}</h4>"
                f'<ul class="nhi-list">{_consumers(at, pool.consumers)}</ul>'
                + (f"<p>and {more:,} more, not listed</p>" if more else "")
            )
            beside = pool.left_out
            if beside.people or beside.administrators:
                st.caption(
                    f"Not counted: {plural(beside.people, 'person', 'people')} and "
                    f"{plural(beside.administrators, 'administrator')} who may use it too."
                )
        with right:
            _reach(at, pool)
            if pool.unknown:
                rows = "".join(
                    f"<li>{escape(row.operation)}, {escape(row.presence)} in "
                    f"{escape(plural(row.count, 'place'))}: {code(', '.join(row.places))}</li>"
                    for row in pool.unknown
                )
                st.html(f'<h4>What was not looked at could add consumers</h4><ul class="nhi-list">{rows}</ul>')


def _reach(at: data.Chosen, pool: Pool) -> None:
    names, titles = data.account_names(at), impact_titles()
    if pool.reaches is None:
        st.html("<h4>What it opens</h4><p>Not known: nothing in the evidence says what this credential is for.</p>")
        return
    together = pool.reaches
    kinds = ", ".join(f"{number:,} {kind_word(kind)}" for kind, number in together.by_kind.items())
    control = "".join(
        f"<li>full control of {escape(scope_word(scope, names))} {badge(state.word, state.word)}</li>"
        for scope, state in together.admin_of
    )
    jewels = "".join(f"<li>{anchor(each, at.snapshot, brief(each, names))}</li>" for each in together.jewels.ids)
    more = together.jewels.count - len(together.jewels.ids)
    st.html(
        f"<h4>What whoever holds it reaches</h4><p>{escape(plural(together.total, 'thing'))}, worst impact "
        f"{escape(impact_text(together.worst_impact, titles) or 'none')}: {escape(kinds or 'nothing')}</p>"
        f'<ul class="nhi-list">{control}</ul>'
        + (f'<h4>Jewels among it</h4><ul class="nhi-list">{jewels}</ul>' if jewels else "")
        + (f"<p>and {more:,} more</p>" if more > 0 else "")
    )


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Pools")
    report = data.pools(at)
    metric_row(
        [
            Metric("Pools", report.count, "Two or more consumers of one identity or credential."),
            Metric("Crossing", sum(1 for row in report.pools if row.crosses), "environments, owners or accounts"),
            Metric(
                "With full control",
                sum(1 for row in report.pools if row.reaches and row.reaches.admin_of),
                "Whoever holds what is shared obtains full control of an account.",
            ),
        ]
    )
    wanted = st.multiselect("Kind", KINDS, key="pool_kind", placeholder="all", format_func=lambda k: visible(_kind(k)))
    found = tuple(row for row in report.pools if not wanted or row.kind in wanted)
    if len(report.pools) < report.count:
        st.caption(f"The first {len(report.pools):,} of {report.count:,}; `nhi pools` lists all.")
    if not found:
        st.info("No pool of that kind was found in what was collected.", icon=":material/group_work:")
        return
    st.caption("A click on a row tells who uses it, how that is known, and what it opens.")
    position = choosable(
        _frame(at, found),
        {
            "name": st.column_config.TextColumn("What is shared", pinned=True),
            "kind": "Kind",
            "basis": "Basis",
            "consumers": st.column_config.TextColumn("Consumers", width="small"),
            "reaches": st.column_config.NumberColumn("Reaches", width="small"),
            "impact": "Worst impact",
            "jewels": st.column_config.NumberColumn("Jewels", width="small"),
            "control": st.column_config.NumberColumn("Full control", width="small"),
            "crosses": "Crosses",
            "id": "Id",
        },
        key="pools",
    )
    if position is not None:
        _detail(at, found[position])
    st.caption(plain("Who merely may use it counts as permitted; configured consumers alone make a pool set up so."))


render()
