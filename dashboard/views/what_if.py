"""What if: changes that nobody made, all permissions evaluated again, and what would be different.

Input: the chosen snapshot, a change file as text. Output: a page. Not handled: making the changes anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.reach_change import ReachChange
from analytics.what_if import Way
from dashboard import data
from dashboard.components.markup import plain
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.tables import table
from dashboard.words import brief, kind_word, plural

SHOWN = 2_000
EXAMPLE = '{"changes": [{"remove": "GRANT"}, {"disable": "WHO"}, {"add": {"holder": "WHO", "attach": "POLICY"}}]}'


def _reach(at: data.Chosen, rows: Sequence[ReachChange]) -> None:
    st.subheader("Whose reach differs")
    if not rows:
        st.caption("Nobody's full control, jewels or worst class.")
        return
    names = data.account_names(at)
    table(
        pd.DataFrame(
            [
                {
                    "name": brief(row.id, names),
                    "kind": kind_word(row.kind),
                    "control": f"{row.control[0]} → {row.control[1]}",
                    "jewels": f"{row.jewels[0]} → {row.jewels[1]}",
                    "worst": f"{row.worst[0] or 'none'} → {row.worst[1] or 'none'}",
                    "lost": row.lost,
                    "gained": row.gained,
                    "exact": "yes" if row.exact else "upper bound",
                    "id": row.id,
                }
                for row in rows[:SHOWN]
            ]
        ),
        {
            "name": "Who",
            "kind": "Kind",
            "control": "Full control of scopes",
            "jewels": "Jewels",
            "worst": "Worst class",
            "lost": st.column_config.NumberColumn("Jewels lost", width="small"),
            "gained": st.column_config.NumberColumn("Jewels gained", width="small"),
            "exact": "Exact",
            "id": "Id",
        },
        key="reach changes",
    )


def _ways(at: data.Chosen, title: str, rows: Sequence[Way], key: str) -> None:
    st.subheader(title)
    if not rows:
        st.caption("None.")
        return
    names = data.account_names(at)
    if len(rows) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(rows):,}.")
    table(
        pd.DataFrame(
            [
                {
                    "source": brief(row.source, names),
                    "kind": row.kind,
                    "technique": row.technique,
                    "target": brief(row.target, names),
                    "state": row.state.word,
                    "source_id": row.source,
                    "target_id": row.target,
                }
                for row in rows[:SHOWN]
            ]
        ),
        {
            "source": "From",
            "kind": "How",
            "technique": "Technique",
            "target": "To",
            "state": st.column_config.TextColumn("State", width="small"),
            "source_id": "Id of the one",
            "target_id": "Id of the other",
        },
        key=key,
    )


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("What if")
    # Another page may have left a text; a widget keeps its own value only while its page is shown.
    left = st.session_state.pop("what_if_text", None)
    if left is not None:
        st.session_state["what_if_changes"] = left
    text = st.text_area("Changes (JSON)", placeholder=EXAMPLE, key="what_if_changes", height=160).strip()
    if not text:
        st.info(
            plain("Remove, add or replace grants, or disable an identity; the form is that of `nhi what-if`."),
            icon=":material/science:",
        )
        return
    found = data.what_if(at, text)
    effects = found.effects
    for sentence in found.opens:
        st.warning(plain(sentence), icon=":material/lock_open:")
    metric_row(
        [
            Metric("Reach less", sum(1 for row in effects.reach if row.less), "identities and credentials"),
            Metric("Reach more", sum(1 for row in effects.reach if row.more), "identities and credentials"),
            Metric("Ways that end", len(effects.lost)),
            Metric("Ways that appear", len(effects.gained)),
            Metric("Use that stops", len(effects.stopped), "access and assumption that people or workloads may need"),
        ]
    )
    st.caption(f"Evaluated again in full; {plural(len(effects.reach), 'row')} differ. Nothing was changed anywhere.")
    _reach(at, effects.reach)
    _ways(at, "Use that stops to work", effects.stopped, "stopped use")
    _ways(at, "Ways that appear", effects.gained, "gained ways")
    _ways(at, "Ways that end", effects.lost, "lost ways")


render()
