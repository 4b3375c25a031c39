"""What the holder presents, as people type it: one KEY=VALUE a line.

Input: text of a field. Output: condition keys with their values. Not handled: claims of a token and session policies.
"""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.components.markup import plain

__all__ = ["stated_keys"]


def stated_keys(text: str) -> data.Stated:
    """Return the condition keys of lines KEY=VALUE; other lines are told and left out."""
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, mark, value = line.partition("=")
        if not mark or not key.strip():
            st.warning(plain(f"`{line}` is not KEY=VALUE and is left out."), icon=":material/edit_off:")
            continue
        name = key.strip().lower()
        found[name] = (*found.get(name, ()), value.strip())
    return tuple(sorted(found.items()))
