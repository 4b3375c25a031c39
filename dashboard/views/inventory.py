"""Inventory: search, filter and sort identities; a click on a row opens its page.

Input: the chosen snapshot. Output: a page.
Not handled: groups, workloads and resources, which the pages of identities name.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.markup import visible
from dashboard.components.tables import choosable
from dashboard.frames import impact_titles
from dashboard.words import CONTROL_WORDS, OWNER_STATES, impact_text, plural

FILTERS = (
    ("kind", "Kind"),
    ("account", "Account"),
    ("control", "Full control"),
    ("owner_state", "Owner"),
    ("impact", "Worst impact"),
)
SEARCHED = ["name", "id", "owner", "account"]
FIXED_ORDER = {"control": CONTROL_WORDS, "owner_state": OWNER_STATES}


def _options(frame: pd.DataFrame, column: str) -> list[str]:
    there = set(frame[column]) - {""}
    ordered = [word for word in FIXED_ORDER.get(column, ()) if word in there]
    if column == "impact":
        return sorted(there, key=lambda word: int(word[1:]))
    return ordered or sorted(there)


def _filtered(frame: pd.DataFrame) -> pd.DataFrame:
    titles = impact_titles()
    text = st.text_input("Search", placeholder="name, ARN, owner or account", key="search").strip().lower()
    for place, (column, label) in zip(st.columns(len(FILTERS)), FILTERS, strict=True):
        with place:
            wanted = st.multiselect(
                label,
                _options(frame, column),
                key=f"filter_{column}",
                placeholder="all",
                format_func=(lambda word: impact_text(word, titles)) if column == "impact" else visible,
            )
        if wanted:
            frame = frame[frame[column].isin(wanted)]
    if text:
        hit = pd.Series(False, index=frame.index)
        for column in SEARCHED:
            hit |= frame[column].str.lower().str.contains(text, regex=False)
        frame = frame[hit]
    return frame.reset_index(drop=True)


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Inventory")
    everything = data.identities(at)
    found = _filtered(everything)
    st.caption(f"{plural(len(found), 'identity', 'identities')} of {len(everything):,}. Click a row to open it.")
    if found.empty:
        st.info("Nothing matches. Clear the search or a filter.", icon=":material/search_off:")
        return
    titles = impact_titles()
    shown = found.assign(worst=[impact_text(code, titles) for code in found["impact"]])
    position = choosable(
        shown,
        {
            "name": st.column_config.TextColumn("Name", pinned=True),
            "kind": "Kind",
            "account": "Account",
            "control": st.column_config.TextColumn(
                "Full control", help="direct, by steps, conditional or unverified; under the baseline context"
            ),
            "worst": st.column_config.TextColumn("Worst impact", help="of its own permissions; H1 is the worst"),
            "owner": "Owner",
            "owner_state": "Owner state",
            "credentials": st.column_config.NumberColumn("Credentials", width="small", help="active ones"),
            "last_used": st.column_config.TextColumn("Last used", help="date, never, or unknown"),
            "created": "Created",
            "environment": "Environment",
            "id": "Id",
        },
        key="inventory",
    )
    if position is not None:
        st.switch_page("views/identity.py", query_params={"id": str(shown["id"][position])})


render()
