"""Apps: OAuth applications, whose they are, what they were given and by whom, how far they get, why they are risky.

Input: the chosen snapshot. Output: a page; a click on a row tells one application.
Not handled: taking anything away; the steps to what it reaches are on its identity page.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.privilege.answers import Answer
from analytics.third_party.app import App, Reason, TenantConsent
from dashboard import data
from dashboard.components.app_detail import VERIFIED, app_detail, home_word, reason_word
from dashboard.components.markup import code, escape, plain, visible
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.tables import choosable, table
from dashboard.frames import impact_titles
from dashboard.words import impact_text

WHICH = {
    "listed": "of other tenants, or acting as users",
    "third_party": "of other tenants alone",
    "all": "all, own and Microsoft's too",
}


def _consents(app: App) -> str:
    told = {Answer.YES: "everybody", Answer.UNKNOWN: "not known"}.get(app.consents.tenant_wide, "")
    people = f"{app.consents.users:,} one by one" if app.consents.users else ""
    return ", ".join(each for each in (told, people) if each) or "none"


def _control(app: App) -> str:
    if app.radius is None:
        return "not computed"
    return ", ".join(f"{count} {state}" for state, count in app.radius.control.items())


def _reasons(app: App, verdict: Answer) -> str:
    return ", ".join(reason_word(each.reason.value) for each in app.risks if each.verdict is verdict)


def _frame(found: tuple[App, ...]) -> pd.DataFrame:
    titles = impact_titles()
    return pd.DataFrame(
        [
            {
                "name": app.name,
                "home": home_word(app),
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
            format_func=lambda each: visible(reason_word(each)),
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
        app_detail(at, found[position])
    st.caption(plain("Use of a single permission is in no evidence: unused means no sign-in of that way for so long."))


def _meant(app: App, reasons: list[str], text: str) -> bool:
    sure = {each.reason.value for each in app.risks if each.verdict is Answer.YES}
    words = (app.name, app.publisher.name, app.id, app.app_id, app.home_tenant)
    return (not reasons or bool(sure & set(reasons))) and (not text or any(text in word.lower() for word in words))


render()
