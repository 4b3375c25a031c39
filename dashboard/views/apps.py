"""Apps: OAuth applications, whose they are, what they were given and by whom, how far they get, why they are risky.

Input: the chosen snapshot. Output: a page; a click on a row tells one application.
Not handled: taking anything away; the steps to what it reaches are on its identity page.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.privilege.answers import Answer
from analytics.third_party.app import (
    App,
    Consenter,
    ConsenterState,
    Permission,
    PermissionKind,
    Reason,
    Risk,
    TenantConsent,
)
from dashboard import data
from dashboard.components.markup import anchor, badge, code, escape, plain, visible
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.tables import choosable, table
from dashboard.frames import impact_titles
from dashboard.words import date_text, impact_text, kind_word, plural

WHICH = {
    "listed": "of other tenants, or acting as users",
    "third_party": "of other tenants alone",
    "all": "all, own and Microsoft's too",
}
HOMES = {"own": "registered here", "foreign": "another tenant", "microsoft": "Microsoft", "unknown": "not known"}
VERIFIED = {"yes": "verified", "no": "not verified", "unknown": "not asked for"}
STATES = {ConsenterState.HERE: "quiet", ConsenterState.DEPARTED: "warn", ConsenterState.UNKNOWN: "unverified"}


def _reason(reason: str) -> str:
    return reason.replace("_", " ")


def _home(app: App) -> str:
    return f"{HOMES[app.home.value]}{f', declared {app.home_declared}' if app.home_declared else ''}"


def _consents(app: App) -> str:
    told = {Answer.YES: "everybody", Answer.UNKNOWN: "not known"}.get(app.consents.tenant_wide, "")
    people = f"{app.consents.users:,} one by one" if app.consents.users else ""
    return ", ".join(each for each in (told, people) if each) or "none"


def _control(app: App) -> str:
    if app.radius is None:
        return "not computed"
    return ", ".join(f"{count} {state}" for state, count in app.radius.control.items())


def _reasons(app: App, verdict: Answer) -> str:
    return ", ".join(_reason(each.reason.value) for each in app.risks if each.verdict is verdict)


def _frame(found: tuple[App, ...]) -> pd.DataFrame:
    titles = impact_titles()
    return pd.DataFrame(
        [
            {
                "name": app.name,
                "home": _home(app),
                "publisher": app.publisher.name,
                "verified": VERIFIED[app.publisher.verified.value],
                "consents": _consents(app),
                "impact": impact_text(app.worst, titles),
                "used": app.use.word[:10],
                "control": _control(app),
                "risks": _reasons(app, Answer.YES),
                "open": _reasons(app, Answer.UNKNOWN),
                "id": app.id,
            }
            for app in found
        ]
    )


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
        f"<li>{badge(_reason(row.reason.value), style)} {escape(row.text)}"
        + (f"<br>{code(', '.join(row.missing))}" if row.missing else "")
        + "</li>"
        for row in rows
    )


def _person(at: data.Chosen, row: Consenter) -> str:
    why = f": {escape(row.why)}" if row.why else ""
    name = anchor(row.id, at.snapshot, row.name) if row.collected else code(row.name)
    return f"<li>{name} {badge(row.state.value, STATES[row.state])}{why}</li>"


def _detail(at: data.Chosen, app: App) -> None:
    enabled = {True: ("enabled", "quiet"), False: ("disabled", "warn"), None: ("enabled: not known", "unverified")}
    with st.container(border=True):
        home = f"{_home(app)} {code(app.home_tenant)}" if app.home_tenant else escape(_home(app))
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
    credentials = ", ".join(f"{each.active} active {_reason(each.kind)}" for each in app.credentials if each.active)
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
    scope = radius.nearest_control.rpartition(":")[2]
    control = "".join(
        f"<li>full control of {count} {'scope' if count == 1 else 'scopes'} {badge(state, state)}</li>"
        for state, count in radius.control.items()
    )
    bound = "" if radius.exact else " at most: conditions on the way may exclude each other"
    st.html(
        f"<h4>How far it gets</h4><p>{escape(plural(radius.reaches, 'thing'))}{bound}, worst impact "
        f"{escape(impact_text(radius.worst_impact, titles) or 'none')}"
        f"{' ' + badge(radius.worst_state, radius.worst_state) if radius.worst_state else ''}, "
        f'{escape(plural(radius.jewels, "jewel"))}</p><ul class="nhi-list">{control}</ul>'
        + (
            f"<p>Nearest: {escape(names.get(scope, scope))}. {anchor(app.id, at.snapshot, 'The steps')}</p>"
            if scope
            else ""
        )
    )


def _tenants(tenants: tuple[TenantConsent, ...]) -> None:
    """Tell who may consent to what in each tenant."""
    kinds = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "not known"}
    for tenant in tenants:
        if tenant.user_policies is None:
            users = "What users may consent to was not looked at."
        elif tenant.user_policies:
            users = f"Every user may, for themselves, under {', '.join(tenant.user_policies)}."
        else:
            users = "No user may, not even for themselves."
        st.html(f"<h4>{escape(tenant.name)}</h4><p>{escape(users)}</p>")
        if tenant.means:
            frame = pd.DataFrame(
                [
                    {
                        "means": each.means,
                        "whom": "everybody" if each.everybody else "themselves",
                        "delegated": kinds[each.delegated],
                        "application": kinds[each.application],
                        "holders": each.holders,
                        "conditional": each.conditional,
                        "names": ", ".join(each.names),
                    }
                    for each in tenant.means
                ]
            )
            columns = {"means": "By", "whom": "For", "delegated": "As the user", "application": "As itself"}
            counted = {"holders": "Holders now", "conditional": "Under conditions", "names": "Some of them"}
            table(frame, columns | counted, key=f"consent {tenant.id}")
        if tenant.missing:
            st.html(f"<p>Others may, where nobody looked: {code(', '.join(tenant.missing))}</p>")
    st.caption("As itself: app roles of Microsoft Graph. Each application tells who could consent to all that it has.")


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Apps")
    which = st.selectbox("Which", WHICH, key="apps_which", format_func=lambda each: visible(WHICH[each]))
    report = data.apps(at, which)
    if not report.counts["all"]:
        st.info("No tenant was collected, so there is no application to tell of.", icon=":material/apps:")
        return
    counts = report.counts
    metric_row(
        [
            Metric(
                "Applications", counts["all"], "OAuth applications with an identity in a tenant that was collected."
            ),
            Metric("Of other tenants", counts["third_party"], "Or of a home that nothing tells; Microsoft's left out."),
            Metric("Risky", counts["risky"], "A reason of risk holds."),
            Metric("Could be risky", counts["undecided"], "None holds, and what would tell was not looked at."),
            Metric("Never signed in", counts["never_used"], f"Of {counts['use_unknown']} nobody looked."),
        ]
    )
    with st.expander("Who may consent to what", icon=":material/how_to_reg:"):
        _tenants(report.tenants)
    left, right = st.columns([2, 1])
    with left:
        wanted = st.multiselect(
            "Reason",
            [reason.value for reason in Reason],
            key="apps_reason",
            placeholder="all",
            format_func=lambda each: visible(_reason(each)),
        )
    with right:
        text = st.text_input("Search", key="apps_search", placeholder="name, publisher or id").strip().lower()
    found = tuple(app for app in report.apps if _meant(app, wanted, text))
    if len(report.apps) < report.count:
        st.caption(f"The first {len(report.apps):,} of {report.count:,}; `nhi apps` lists all.")
    if not found:
        st.info("No application of that kind was found in what was collected.", icon=":material/apps:")
        return
    st.caption("A click on a row tells what it may, who consented, who could, and how far it gets.")
    position = choosable(
        _frame(found),
        {
            "name": st.column_config.TextColumn("Application", pinned=True),
            "home": "Home",
            "publisher": "Publisher",
            "verified": "Publisher is",
            "consents": "Consents",
            "impact": "Worst permission",
            "used": st.column_config.TextColumn("Last sign-in", width="small"),
            "control": "Full control",
            "risks": st.column_config.TextColumn("Reasons of risk", width="large"),
            "open": "Not known",
            "id": "Id",
        },
        key=f"apps {which}",
    )
    if position is not None:
        _detail(at, found[position])
    st.caption(plain("Use of a single permission is in no evidence: unused means no sign-in of that way for so long."))


def _meant(app: App, reasons: list[str], text: str) -> bool:
    sure = {each.reason.value for each in app.risks if each.verdict is Answer.YES}
    words = (app.name, app.publisher.name, app.id, app.app_id, app.home_tenant)
    return (not reasons or bool(sure & set(reasons))) and (not text or any(text in word.lower() for word in words))


render()
