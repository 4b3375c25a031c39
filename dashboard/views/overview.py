"""Overview: what is there, the worst findings, who has full control, what was not looked at.

Input: the chosen snapshot. Output: a page. Not handled: details, which the other pages have.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.markup import anchor, badge, escape, plain
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.tables import choosable, table
from dashboard.words import CONTROL_WORDS, plural, scope_word

WORST = 6
CONTROL_MEANINGS = {
    "direct": "is an administrator as it stands",
    "by steps": "becomes one with what it may do already",
    "conditional": "becomes one when named conditions are met",
    "unverified": "may become one; evidence is missing or was not understood",
}


def _numbers(at: data.Chosen, identities: pd.DataFrame) -> None:
    credentials = data.credentials(at)
    control = identities["control"].value_counts()
    opened = [finding for finding in data.findings(at).findings if not finding.suppressed_by]
    severe = sum(1 for finding in opened if finding.severity.word in ("critical", "high"))
    metric_row(
        [
            Metric("Identities", len(identities), "Users, roles and root users of the accounts that were collected."),
            Metric("Credentials", int(credentials["active"].sum()), "Active keys, passwords and the like."),
            Metric(
                "Administrators",
                int(control.get("direct", 0)),
                "Identities with full control of an account as they stand.",
            ),
            Metric(
                "Can become one",
                int(control.get("by steps", 0)),
                "Identities that obtain full control by steps that they may take already.",
            ),
            Metric("Severe findings", severe, "Critical and high, open; the findings page has all."),
            Metric(
                "Blind spots", len(data.coverage(at)), "Calls not made, refused or incomplete, by account; see below."
            ),
        ]
    )


def _worst(at: data.Chosen) -> None:
    st.subheader("Worst findings")
    report = data.findings(at)
    opened = [finding for finding in report.findings if not finding.suppressed_by]
    if not opened:
        st.info("No finding is open. That says nothing about what was not looked at.", icon=":material/info:")
    accounts = data.account_names(at)
    rows = "".join(
        f"<li>{badge(row.severity.word, row.severity.word)} "
        f"<b>{anchor(row.subject, at.snapshot, row.subject_name)}</b> "
        f'<span class="nhi-sub">{escape(accounts.get(row.scope, row.scope))}</span><br>{escape(row.title)}</li>'
        for row in opened[:WORST]
    )
    st.html(f'<ul class="nhi-cards">{rows}</ul>')
    st.page_link("views/findings.py", label=plain(f"All {plural(len(opened), 'finding')}"), icon=":material/report:")


def _control(at: data.Chosen, identities: pd.DataFrame) -> None:
    st.subheader("Who has full control of a scope")
    counts = identities["control"].value_counts()
    rows = "".join(
        f"<dt>{badge(str(int(counts.get(word, 0))), 'quiet')} <b>{escape(word)}</b></dt>"
        f"<dd>{escape(CONTROL_MEANINGS[word])}</dd>"
        for word in CONTROL_WORDS
        if word in CONTROL_MEANINGS
    )
    st.html(f'<dl class="nhi-facts">{rows}</dl>')
    accounts, ways = data.account_names(at), data.admins(at)
    order = {word: place for place, word in enumerate(("by steps", "conditional", "direct", "unverified"))}
    found = identities[identities["control"].isin(order)].copy()
    if found.empty:
        st.info("No identity was found to have it.", icon=":material/info:")
        return
    found["of"] = [scope_word(ways[node].scope, accounts) for node in found["id"]]
    found["steps"] = [len(ways[node].steps) for node in found["id"]]
    found["place"] = found["control"].map(order)
    found = found.sort_values(["place", "steps", "name", "id"]).reset_index(drop=True)
    position = choosable(
        found,
        {
            "name": "Identity",
            "control": "How",
            "steps": st.column_config.NumberColumn("Steps", width="small"),
            "of": "Full control of",
            "owner": "Owner",
        },
        key="control",
    )
    if position is not None:
        st.switch_page("views/identity.py", query_params={"id": str(found["id"][position])})


def _inventory(at: data.Chosen, identities: pd.DataFrame) -> None:
    st.subheader("What is there")
    counted = identities.groupby(["account", "kind"]).size().unstack(fill_value=0)
    counted["all"] = counted.sum(axis=1)
    counted = counted.reset_index()
    table(counted, {"account": "Account", **{name: name for name in counted.columns if name != "account"}})
    others = data.scopes(at)
    others = others[~others["collected"]]
    if len(others):
        words = ", ".join(f"{row.name} ({row.relation})" for row in others.itertuples(index=False))
        st.html(f'<span class="nhi-sub">Referred to, not collected: {escape(words)}</span>')
    st.page_link("views/inventory.py", label="Open the inventory", icon=":material/badge:")


def _credentials(at: data.Chosen) -> None:
    st.subheader("Credentials")
    table(
        data.credentials(at),
        {
            "kind": "Kind",
            "active": "Active",
            "inactive": "Inactive",
            "oldest_days": st.column_config.NumberColumn("Oldest active (days)"),
            "never_used": "Never used",
            "use_unknown": "Use not known",
        },
    )


def _coverage(at: data.Chosen) -> None:
    st.subheader("What was not looked at")
    missing = data.coverage(at)
    if missing.empty:
        st.info("Every call that the collectors know was made and answered.", icon=":material/check:")
        return
    st.caption(
        "An answer that these calls could change is not known, never clean. Refused calls come first; "
        "the permission named is the one that would let them through."
    )
    words = {"failed": "refused", "partial": "incomplete", "absent": "not made"}
    grouped = (
        missing.assign(presence=missing["presence"].map(words))
        .groupby(["presence", "operation", "lost", "permission"], sort=False)
        .agg(accounts=("account", lambda names: ", ".join(dict.fromkeys(names))))
        .reset_index()
    )
    table(
        grouped,
        {
            "presence": st.column_config.TextColumn("State", width="small"),
            "operation": "Call",
            "accounts": "Accounts",
            "lost": st.column_config.TextColumn("What is lost", width="large"),
            "permission": "Permission",
        },
    )


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Overview")
    identities = data.identities(at)
    _numbers(at, identities)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _control(at, identities)
    with right:
        _worst(at)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _inventory(at, identities)
    with right:
        _credentials(at)
    _coverage(at)


render()
