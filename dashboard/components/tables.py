"""Tables in which a click on a row chooses it.

Input: a pandas table. Output: drawn on the page; the position of the chosen row. Not handled: what the choice does.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.markup import visible

__all__ = ["choosable", "table"]

STYLED_ROWS = 5_000
"""Longer tables are not coloured: the browser would get a style for every cell."""
_COLOURS: Mapping[str, str] = {
    "critical": "background-color: #7f1d1d; color: #ffffff",
    "high": "background-color: #c2410c; color: #ffffff",
    "medium": "background-color: #fde68a; color: #713f12",
    "low": "background-color: #e2e8f0; color: #334155",
    "verified": "color: #dc2626",
    "by steps": "color: #dc2626",
    "direct": "color: #dc2626",
    "conditional": "color: #d97706",
    "unverified": "color: #7c3aed",
    "has left": "color: #d97706",
    "nobody named": "color: #d97706",
    "refused": "color: #dc2626",
}
"""Style by word, the same as the badges of ``style.css``."""
_COLOURED = ("severity", "state", "control", "owner_state", "presence")
ROW_HEIGHT = 35
MAX_HEIGHT = 560


def table(frame: pd.DataFrame, columns: Mapping[str, Any], *, key: str | None = None) -> None:
    """Draw a table; ``columns`` says which columns, in which order, under which heading."""
    st.dataframe(
        _shown(frame, columns), column_config=dict(columns), hide_index=True, key=key, height=_height(len(frame))
    )


def choosable(frame: pd.DataFrame, columns: Mapping[str, Any], *, key: str) -> int | None:
    """Draw a table and return the position in ``frame`` of the row that was clicked, however it is sorted; or None."""
    event = st.dataframe(
        _shown(frame, columns),
        column_config=dict(columns),
        hide_index=True,
        key=key,
        height=_height(len(frame)),
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
    )
    chosen = event["selection"]
    if chosen["rows"]:
        position = int(chosen["rows"][0])
    elif chosen["cells"]:
        position = int(chosen["cells"][0][0])
    else:
        return None
    # A filter may have shortened the table since the click.
    return position if position < len(frame) else None


def _shown(frame: pd.DataFrame, columns: Mapping[str, Any]) -> Any:
    """Return the columns as text that hides nothing, coloured (a pandas Styler) unless the table is long."""
    shown = frame[list(columns)].copy()
    for name in shown.columns:
        if not pd.api.types.is_numeric_dtype(shown[name]):
            shown[name] = shown[name].map(visible)
    coloured: list[Hashable] = [name for name in _COLOURED if name in shown.columns]
    if not coloured or len(shown) > STYLED_ROWS:
        return shown
    return shown.style.map(lambda word: _COLOURS.get(str(word), ""), subset=coloured)


def _height(rows: int) -> int:
    return min((rows + 1) * ROW_HEIGHT + 3, MAX_HEIGHT)
