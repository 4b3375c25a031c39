"""Read a page of the tested app: its HTML, its text, its tables.

Input: an ``AppTest`` after a run. Output: text, tables. Not handled: what a browser makes of it (``test_browser``).
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from tests.dashboard.conftest import APP, WORKSPACE_VARIABLE

if TYPE_CHECKING:
    import pytest
    from streamlit.testing.v1 import AppTest

__all__ = ["body", "choose", "escaped", "frame", "page_of", "sound", "text"]


def page_of(workspace: Path, page: str, monkeypatch: pytest.MonkeyPatch, away: Path, **query: str) -> AppTest:
    """Return the app at a page of a workspace, run in a directory without settings."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(WORKSPACE_VARIABLE, str(workspace))
    monkeypatch.chdir(away)
    st.cache_data.clear()
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.run()
    app.switch_page(f"views/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def sound(app: AppTest) -> None:
    """Check that the page shows no error."""
    assert not app.exception
    assert not app.error


def body(app: AppTest) -> str:
    """Return the page's own HTML."""
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def text(app: AppTest) -> str:
    """Return the text of the page's own HTML."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body(app))))


def frame(app: AppTest, column: str) -> pd.DataFrame:
    """Return the first table with that column."""
    return next(element.value for element in app.dataframe if column in element.value.columns)


def choose(app: AppTest, key: str, row: int) -> AppTest:
    """Click a row of a table, which the testing tool cannot: its selection is put into the state."""
    app.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return app.run()


def escaped(app: AppTest) -> None:
    """Check that no evidence is markup."""
    shown = body(app)
    assert "<img" not in shown and "<script" not in shown and "\u202e" not in shown
    for element in (*app.markdown, *app.title, *app.subheader, *app.caption, *app.info, *app.warning):
        unescaped = re.sub(r"\\.", "", element.value)
        assert "![" not in unescaped and "<img" not in unescaped
