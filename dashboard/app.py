"""The dashboard's router and frame: pages, snapshot picker, time and age of the evidence, what was not looked at.

Input: the workspace named by ``NHI_WORKSPACE``. Output: the frame around the chosen page. Not handled: what pages show.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from dashboard import data
from dashboard.components.markup import escape
from dashboard.data_coverage import counts
from dashboard.looked_at import NOT_SEEN
from dashboard.words import age_text, plural, snapshot_text

HERE = Path(__file__).parent
PAGES = (
    ("overview", "Overview", ":material/dashboard:"),
    ("inventory", "Inventory", ":material/badge:"),
    ("findings", "Findings", ":material/report:"),
    ("identity", "Identity", ":material/account_tree:"),
    ("radius", "Blast radius", ":material/hub:"),
    ("path", "Path", ":material/route:"),
    ("pools", "Pools", ":material/group_work:"),
    ("apps", "Apps", ":material/apps:"),
    ("chains", "Chains", ":material/link:"),
    ("cuts", "Cuts", ":material/content_cut:"),
    ("what_if", "What if", ":material/science:"),
    ("coverage", "Coverage", ":material/visibility:"),
)


def _frame() -> None:
    folder = data.workspace()
    names = data.snapshot_ids(folder)
    asked = st.query_params.get(data.SNAPSHOT)
    if asked in names and data.SNAPSHOT not in st.session_state:
        st.session_state[data.SNAPSHOT] = asked
    with st.sidebar:
        st.selectbox("Snapshot", names, key=data.SNAPSHOT, format_func=snapshot_text)
        at = data.chosen()
        moment = data.as_of(at)
        when, age = ("not stated", "not known") if moment is None else _time(moment, datetime.now(UTC))
        seen = counts(at)
        missing, refused = sum(seen[word] for word in NOT_SEEN), seen["refused"] + seen["failed"]
        told = f"{plural(missing, 'call')} not made or refused ({refused} refused)" if missing else "complete"
        st.html(
            '<dl class="nhi-facts">'
            f"<dt>As of</dt><dd>{escape(when)}</dd><dt>Age</dt><dd>{escape(age)}</dd>"
            f"<dt>Coverage</dt><dd>{escape(told)}</dd></dl>"
        )


def _time(moment: datetime, now: datetime) -> tuple[str, str]:
    age = f"{age_text(moment, now)} old" if moment <= now else "ahead of this clock"
    return f"{moment:%Y-%m-%d %H:%M} UTC", age


def _main() -> None:
    st.set_page_config(page_title="NHIGraph", page_icon=HERE / "icon.png", layout="wide")
    st.html(HERE / "components" / "style.css")
    page = st.navigation(
        [
            st.Page(HERE / "views" / f"{name}.py", title=title, icon=icon, url_path=name, default=name == "overview")
            for name, title, icon in PAGES
        ]
    )
    with data.one_line_errors():
        _frame()
        page.run()


_main()
