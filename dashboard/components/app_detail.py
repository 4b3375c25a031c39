"""One OAuth application on a page: who publishes it, why it is risky, what it may, who consented and could, its use.

Input: the chosen snapshot and an ``App``. Output: drawn on the page; words that the table of the page shares.
Not handled: which application is told; the steps to what it reaches, which its identity page has.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.privilege.answers import Answer
from analytics.third_party.app import App, Consenter, ConsenterState, Permission, PermissionKind, Risk
from dashboard import data
from dashboard.components.markup import anchor, badge, code, escape
from dashboard.components.tables import table
from dashboard.frames import impact_titles
from dashboard.words import date_text, impact_text, kind_word, plural, scope_word

__all__ = ["VERIFIED", "app_detail", "home_word", "reason_word"]

HOMES = {"own": "registered here", "foreign": "another tenant", "microsoft": "Microsoft", "unknown": "not known"}
VERIFIED = {"yes": "verified", "no": "not verified", "unknown": "not asked for"}
STATES = {ConsenterState.HERE: "quiet", ConsenterState.DEPARTED: "warn", ConsenterState.UNKNOWN: "unverified"}


def reason_word(reason: str) -> str:
    """Return a reason, or a kind, as people read it."""
    return reason.replace("_", " ")


def home_word(app: App) -> str:
    """Return where an application is registered."""
    return f"{HOMES[app.home.value]}{f', declared {app.home_declared}' if app.home_declared else ''}"


def _permission_frame(app: App) -> pd.DataFrame:
    titles = impact_titles()
    return pd.DataFrame(
        [
            {
                "permission": row.name,
                "api": row.api,
                "acts": "as itself" if row.kind is PermissionKind.APPLICATION else "as the user",
                "class": impact_text(row.impact, titles) or ("none" if row.classified else "not known"),
                "for": _whom(row),
                "unused": {None: "", Answer.YES: "unused", Answer.NO: "in use", Answer.UNKNOWN: "not known"}[
                    row.unused
                ],
                "since": row.since[:10],
            }
            for row in app.permissions
        ]
    )


def _whom(row: Permission) -> str:
    if row.kind is PermissionKind.APPLICATION:
        return "from its blueprint" if row.inherited else ""
    people = plural(row.users, "user") if row.users else ""
    return ", ".join(each for each in ("everybody" if row.everyone else "", people) if each)


def _risks(rows: list[Risk], style: str) -> str:
    return "".join(
        f"<li>{badge(reason_word(row.reason.value), style)} {escape(row.text)}"
        + (f"<br>{code(', '.join(row.missing))}" if row.missing else "")
        + "</li>"
        for row in rows
    )


def _person(at: data.Chosen, row: Consenter) -> str:
    why = f": {escape(row.why)}" if row.why else ""
    name = anchor(row.id, at.snapshot, row.name) if row.collected else code(row.name)
    return f"<li>{name} {badge(row.state.value, STATES[row.state])}{why}</li>"


def app_detail(at: data.Chosen, app: App) -> None:
    """Draw everything that is known of one application."""
    enabled = {True: ("enabled", "quiet"), False: ("disabled", "warn"), None: ("enabled: not known", "unverified")}
    with st.container(border=True):
        home = f"{home_word(app)} {code(app.home_tenant)}" if app.home_tenant else escape(home_word(app))
        st.html(
            f"<h3>{anchor(app.id, at.snapshot, app.name)}</h3>{badge(kind_word(app.kind), 'quiet')} "
            f"{badge(*enabled[app.enabled])} "
            f"{badge(f'publisher {VERIFIED[app.publisher.verified.value]}', 'quiet')}"
            '<dl class="nhi-facts">'
            f"<dt>Publisher</dt><dd>{escape(app.publisher.name or 'not told')}</dd>"
            f"<dt>Home</dt><dd>{home}</dd>"
            f"<dt>Made here</dt><dd>{escape(date_text(app.created_at, data.as_of(at)) or 'not told')}</dd>"
            f"<dt>Home page</dt><dd>{escape(app.homepage or 'none')}</dd>"
            f"<dt>App id</dt><dd>{code(app.app_id)}</dd><dt>Id</dt><dd>{code(app.id)}</dd></dl>"
        )
        sure = [each for each in app.risks if each.verdict is Answer.YES]
        unsure = [each for each in app.risks if each.verdict is Answer.UNKNOWN]
        disabled = " It is disabled, so it gets no token." if app.enabled is False else ""
        st.html(
            "<h4>Reasons of risk</h4>"
            + (f'<ul class="nhi-list">{_risks(sure, "warn")}</ul>' if sure else f"<p>None holds.{disabled}</p>")
            + (f'<h4>Not known</h4><ul class="nhi-list">{_risks(unsure, "unverified")}</ul>' if unsure else "")
        )
        _permissions(app)
        left, right = st.columns(2, gap="large")
        with left:
            _who(at, app)
        with right:
            _could(app)
            _use(at, app)
            _reach(at, app)


def _permissions(app: App) -> None:
    st.html("<h4>What it may</h4>")
    missing = [kind.value for kind in PermissionKind if not app.permissions_known.get(kind, False)]
    if missing:
        st.caption(f"Not all {' and '.join(missing)} permissions were looked at.")
    if not app.permissions:
        st.html("<p>No permission is seen.</p>")
        return
    columns = {"permission": "Permission", "api": "API", "acts": "Acts", "class": "Worst class", "for": "Consented for"}
    table(
        _permission_frame(app),
        {**columns, "unused": "Signed in that way", "since": "Since"},
        key=f"permissions {app.id}",
    )


def _who(at: data.Chosen, app: App) -> None:
    consents = app.consents
    wide = {
        Answer.YES: "An administrator consented for everybody; which one is not recorded.",
        Answer.NO: "Nobody consented for everybody.",
        Answer.UNKNOWN: "Whether somebody consented for everybody was not looked at.",
    }[consents.tenant_wide]
    people = "".join(_person(at, row) for row in consents.listed)
    more = consents.users - len(consents.listed)
    st.html(
        f"<h4>Who consented</h4><p>{escape(wide)}</p>"
        + (
            f'<p>{escape(plural(consents.users, "user"))} one by one:</p><ul class="nhi-list">{people}</ul>'
            if people
            else ""
        )
        + (f"<p>and {more:,} more</p>" if more > 0 else "")
    )


def _could(app: App) -> None:
    could = app.could
    users = {
        None: "It has no delegated permission that a user could consent to.",
        Answer.YES: "Every user, for themselves.",
        Answer.NO: "No user for themselves.",
        Answer.UNKNOWN: "Whether users could for themselves is not known.",
    }[could.users]
    rows = "".join(
        f"<li>{escape(row.means)}: {row.holders:,} now, {row.conditional:,} under conditions"
        f"{'' if row.verdict is Answer.YES else ' ' + badge('not known for all', 'unverified')}"
        f"<br>{escape(', '.join(row.names))}</li>"
        for row in could.means
    )
    st.html(
        f"<h4>Who could consent to all of it</h4><p>{escape(users)} {escape(could.why if could.users else '')}</p>"
        f'<ul class="nhi-list">{rows}</ul>'
        + (f"<p>Others could, where nobody looked: {code(', '.join(could.missing))}</p>" if could.missing else "")
    )


def _use(at: data.Chosen, app: App) -> None:
    moment, use = data.as_of(at), app.use
    split = (
        f"<dt>As a user</dt><dd>{escape(date_text(use.delegated_at or 'never', moment))}</dd>"
        f"<dt>As itself</dt><dd>{escape(date_text(use.application_at or 'never', moment))}</dd>"
        if use.split and use.last_at
        else ""
    )
    credentials = ", ".join(f"{each.active} active {reason_word(each.kind)}" for each in app.credentials if each.active)
    elsewhere = "" if app.home.value == "own" else "; those in its home tenant are not seen"
    st.html(
        f'<h4>Use</h4><dl class="nhi-facts"><dt>Last sign-in</dt><dd>{escape(date_text(use.word, moment))}</dd>{split}'
        f"<dt>Credentials here</dt><dd>{escape(credentials or 'none')}{elsewhere}</dd></dl>"
    )


def _reach(at: data.Chosen, app: App) -> None:
    radius, titles, names = app.radius, impact_titles(), data.account_names(at)
    if radius is None:
        st.html("<h4>How far it gets</h4><p>Not computed; its own page tells.</p>")
        return
    scope = radius.nearest_control
    control = "".join(
        f"<li>full control of {count} {'scope' if count == 1 else 'scopes'} {badge(state, state)}</li>"
        for state, count in radius.control.items()
    )
    bound = "" if radius.exact else " at most: conditions on the way may exclude each other"
    least = "" if all(app.permissions_known.values()) else "At least "
    st.html(
        f"<h4>How far it gets</h4><p>{least}{escape(plural(radius.reaches, 'thing'))}{bound}, worst impact "
        f"{escape(impact_text(radius.worst_impact, titles) or 'none')}"
        f"{' ' + badge(radius.worst_state, radius.worst_state) if radius.worst_state else ''}, "
        f'{escape(plural(radius.jewels, "jewel"))}</p><ul class="nhi-list">{control}</ul>'
        + (
            f"<p>Nearest: {escape(scope_word(scope, names))}. {anchor(app.id, at.snapshot, 'The steps')}</p>"
            if scope
            else ""
        )
    )
