"""Identity: who it is, how it may be entered, what it reaches, drawn and as a table, with the steps to any of it.

Input: the chosen snapshot, the query parameter ``id``. Output: a page; any node has one, not only identities.
Not handled: asking as a holder who presents more (``nhi blast-radius --context``).
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.findings import Finding
from dashboard import data
from dashboard.components.markup import anchor, badge, code, escape, plain
from dashboard.components.radius import control_cards, drawing, reach_table
from dashboard.components.tables import choosable, table
from dashboard.entries import Entry
from dashboard.words import brief, date_text, kind_word, owner_state, plural, scope_word
from graph.kinds import Category

OWNER_STYLES = {"in office": "good", "has left": "warn", "nobody named": "warn"}


def _facts(at: data.Chosen, thing: data.Thing) -> None:
    node, attributes = thing.node, thing.node.attributes
    moment = data.as_of(at)
    owner = escape(attributes.get("owner") or "")
    source = f' <span class="nhi-sub">by {escape(attributes["owner_source"])}</span>' if attributes.get("owner") else ""
    state = owner_state(attributes)
    rows: list[tuple[str, str]] = []
    if node.category in (Category.IDENTITY, Category.WORKLOAD):
        rows.append(("Owner", f"{owner} {badge(state, OWNER_STYLES.get(state, 'quiet'))}{source}"))
    if node.category is Category.CREDENTIAL and attributes.get("identity"):
        whose = str(attributes["identity"])
        rows.append(("Proves", anchor(whose, at.snapshot, brief(whose, data.account_names(at)))))
    if attributes.get("owner_team"):
        rows.append(("Team", escape(attributes["owner_team"])))
    if attributes.get("environment"):
        rows.append(("Environment", escape(attributes["environment"])))
    if attributes.get("created_at"):
        rows.append(("Created", escape(date_text(str(attributes["created_at"]), moment))))
    if node.category is Category.IDENTITY:
        rows.append(("Last used", escape(date_text(_last_used(at, node.id), moment))))
    if node.category is Category.IDENTITY and node.source == "aws":
        rows.append(("Boundary", code(attributes["boundary"]) if attributes.get("boundary") else "none"))
    policies = [*(attributes.get("attached_policies") or ()), *(attributes.get("inline_policies") or ())]
    if policies:
        names = data.account_names(at)
        shown = " ".join(
            f'<span title="{escape(row)}">{badge(brief(str(row), names), "quiet")}</span>' for row in policies
        )
        rows.append(("Policies", shown))
    if attributes.get("managed_by"):
        rows.append(("Managed by", " ".join(badge(str(text), "quiet") for text in attributes["managed_by"])))
    tags = attributes.get("tags") or {}
    if tags:
        rows.append(("Tags", " ".join(badge(f"{key} = {value}", "quiet") for key, value in sorted(tags.items()))))
    if node.evidence:
        rows.append(("Evidence", code(node.evidence)))
    st.html('<dl class="nhi-facts">' + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>")


def _last_used(at: data.Chosen, node_id: str) -> str:
    frame = data.identities(at)
    found = frame.loc[frame["id"] == node_id, "last_used"]
    return str(found.iloc[0]) if len(found) else "unknown"


def _credentials(at: data.Chosen, thing: data.Thing) -> None:
    moment = data.as_of(at)
    rows = pd.DataFrame(
        [
            {
                "kind": row.kind.replace("_", " "),
                "id": row.public_id or "none",
                "state": "active" if row.active else "inactive",
                "created": date_text(row.created_at, moment) or "unknown",
                "used": date_text(row.last_used_at, moment) or ("never" if row.last_used_known else "unknown"),
                "expires": date_text(row.expires_at, moment) or "not stated",
            }
            for row in thing.credentials
        ]
    )
    columns = {"kind": "Kind", "id": "Id", "state": "State", "created": "Created", "used": "Last used"}
    table(rows, {**columns, "expires": "Expires"}, key="credentials")


def _entries(at: data.Chosen, node_id: str) -> None:
    st.subheader("Who can become it")
    entries = data.entries(at, node_id)
    if not entries.rows:
        st.info("No way in was found in what was collected.", icon=":material/login:")
        return
    names = data.account_names(at)
    sources: dict[str, list[Entry]] = {}
    for entry in entries.rows:
        sources.setdefault(entry.step.source, []).append(entry)
    rows = pd.DataFrame(
        [
            {
                "source": brief(source, names),
                "kind": kind_word(ways[0].kind),
                "state": ways[0].step.state.word,
                "ways": len(ways),
                "text": ways[0].step.text,
                "conditions": "; ".join(" or ".join(map(str, clause)) for clause in ways[0].step.conditions),
                "id": source,
            }
            for source, ways in sources.items()
        ]
    )
    st.caption(
        f"In one step, when nothing is stated about the caller: {plural(len(rows), 'source')}, the surest way of each. "
        "Click a row to open it." + (" There are more; these are the first." if entries.cut else "")
    )
    columns = {
        "source": "From",
        "kind": "Kind",
        "state": st.column_config.TextColumn("State", width="small"),
        "ways": st.column_config.NumberColumn("Ways", width="small"),
        "text": st.column_config.TextColumn("How, the surest way", width="large"),
        "conditions": "Only if",
        "id": "Id",
    }
    if not rows["conditions"].any():
        del columns["conditions"]
    position = choosable(rows, columns, key=f"entries {node_id}")
    if position is not None:
        st.switch_page("views/identity.py", query_params={"id": str(rows["id"][position])})


def _found(at: data.Chosen, node_id: str) -> None:
    report = data.findings(at)
    mine = [row for row in report.findings if row.subject == node_id and not row.suppressed_by]
    unjudged = [row for row in report.not_judged if row.subject == node_id]
    if unjudged:
        words = "; ".join(f"{row.rule}: {row.reason}" for row in unjudged)
        st.html(f'<span class="nhi-sub">Not judged: {escape(words)}</span>')
    if not mine:
        st.html('<span class="nhi-sub">No rule failed on it.</span>')
        return
    rows = "".join(
        f"<li>{badge(row.severity.word, row.severity.word)} <b>{escape(row.title)}</b><br>{escape(_short(row))}</li>"
        for row in mine
    )
    st.html(f'<ul class="nhi-cards">{rows}</ul>')


def _short(finding: Finding) -> str:
    """Return the message without the path that follows it: the steps are shown below."""
    return f"{finding.message.partition(': ')[0]}." if finding.steps else finding.message


def _reach(at: data.Chosen, node_id: str) -> None:
    radius = data.radius(at, node_id)
    st.subheader("What its holder reaches")
    for note in radius.subject.notes:
        st.info(plain(note), icon=":material/info:")
    st.caption(plain(f"Judged as: {radius.context['name']}. It reaches {plural(radius.counts['total'], 'thing')}."))
    if not radius.admin_of and not radius.reaches:
        st.info("Nothing beyond itself was found in what was collected.", icon=":material/check:")
        return
    drawing(at, radius)
    control_cards(at, radius)
    for pool in radius.pools:
        st.html(
            f'<span class="nhi-sub">Shared: {code(str(pool["identity"]))} is used by '
            f"{escape(plural(int(pool['consumer_count']), 'consumer'))}.</span>"
        )
    if radius.reaches:
        st.subheader("Everything it reaches")
        reach_table(at, radius)


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    node_id = st.query_params.get("id", "")
    if not node_id:
        st.title("Identity")
        st.info("Choose an identity in the inventory.", icon=":material/badge:")
        st.page_link("views/inventory.py", label="Open the inventory", icon=":material/badge:")
        return
    thing = data.thing(at, node_id)
    names = data.account_names(at)
    node = thing.node
    st.title(plain(brief(node.id, names) if node.category is not Category.IDENTITY else node.name), anchor=False)
    control = [badge(f"full control of {scope_word(row.scope, names)}", row.state.word)
               for row in data.radius(at, node_id).admin_of]  # fmt: skip
    account = badge(names.get(node.scope, node.scope), "quiet") if node.scope else ""
    outside = "" if node.collected else badge("referred to, not collected", "warn")
    st.html(f"{badge(kind_word(node.kind.value), 'quiet')} {account} {' '.join(control)} {outside}<br>{code(node.id)}")
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.subheader("Who it is")
        _facts(at, thing)
    with right:
        st.subheader("Findings")
        _found(at, node_id)
    if thing.credentials:
        st.subheader("Credentials")
        _credentials(at, thing)
    _reach(at, node_id)
    _entries(at, node_id)


render()
