"""Findings: what the rules found, with evidence, steps and grants to remove; what passed, and what was not judged.

Input: the chosen snapshot. Output: a page. Not handled: accepting findings, which is not done here.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.findings import Finding, RuleReport, Severity
from analytics.rules import RULES
from dashboard import data
from dashboard.components.markup import badge, code, escape, link, path_link, plain, visible
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.steps import grant_ids, step_list
from dashboard.components.tables import choosable, table
from dashboard.words import plural

SEVERITIES = [severity.word for severity in sorted(Severity, reverse=True)]


def _frame(report: RuleReport, accounts: dict[str, str]) -> pd.DataFrame:
    rows = [
        {
            "severity": row.severity.word,
            "title": row.title,
            "name": row.subject_name,
            "account": accounts.get(row.scope, row.scope),
            "state": row.state.word,
            "owner": row.owner,
            "first_seen": f"{row.first_seen:%Y-%m-%d}" if row.first_seen else "",
            "suppressed": row.suppressed_by,
            "rule": row.rule,
            "message": row.message,
            "id": row.id,
        }
        for row in report.findings
    ]
    columns = ["severity", "title", "name", "account", "state", "owner", "first_seen", "suppressed", "rule", "message"]
    return pd.DataFrame(rows, columns=[*columns, "id"])


def _filtered(frame: pd.DataFrame) -> pd.DataFrame:
    places = st.columns(3)
    for place, column, label, options in (
        (places[0], "severity", "Severity", SEVERITIES),
        (places[1], "rule", "Rule", sorted(set(frame["rule"]))),
        (places[2], "account", "Account", sorted(set(frame["account"]))),
    ):
        with place:
            wanted = st.multiselect(label, options, key=f"finding_{column}", placeholder="all", format_func=visible)
        if wanted:
            frame = frame[frame[column].isin(wanted)]
    return frame.reset_index(drop=True)


def _detail(at: data.Chosen, finding: Finding) -> None:
    meta = RULES[finding.rule].META
    with st.container(border=True):
        st.html(
            f"<h3>{escape(finding.title)}</h3>{badge(finding.severity.word, finding.severity.word)} "
            f"{badge(finding.state.word, finding.state.word)} "
            f"{badge(f'confidence {finding.confidence.value}', 'quiet')} {badge(finding.rule, 'quiet')}"
            f"<p><b>{escape(finding.subject_name)}</b><br>{code(finding.subject)}</p><p>{escape(finding.message)}</p>"
        )
        st.page_link(
            "views/identity.py",
            label=plain(f"Open {finding.subject_name}"),
            icon=":material/account_tree:",
            query_params={"id": finding.subject},
        )
        left, right = st.columns(2, gap="large")
        with left:
            if finding.steps:
                way = path_link(finding.steps[0].source, finding.steps[-1].target, at.snapshot)
                st.html(
                    f"<h4>Steps</h4>{step_list(finding.steps, data.grants(at, grant_ids(finding.steps)))}"
                    f"{link(way, 'Show the way with its systems')}"
                )
            if finding.grants:
                rows = "".join(f"<li>{escape(row.text)}<br>{code(row.id)}</li>" for row in finding.grants)
                st.html(f'<h4>Grants whose removal ends it</h4><ul class="nhi-list">{rows}</ul>')
            st.html(f"<h4>What to do</h4><p>{escape(finding.remediation)}</p>")
        with right:
            evidence = "".join(f"<li>{code(row)}</li>" for row in finding.evidence)
            st.html(f'<h4>Evidence</h4><ul class="nhi-list">{evidence or "<li>none recorded</li>"}</ul>')
            st.html(f"<h4>Why it matters</h4><p>{escape(meta.rationale)}</p>")
            limits = "".join(f"<li>{escape(row)}</li>" for row in meta.limits)
            st.html(f'<h4>What the rule does not see</h4><ul class="nhi-list">{limits}</ul>')
            frameworks = " ".join(badge(row, "quiet") for row in finding.frameworks)
            st.html(f"<h4>Frameworks</h4><p>{frameworks}</p><p>{code(finding.id)}</p>")


def _judged(report: RuleReport) -> None:
    st.subheader("What was judged")
    failed = pd.Series([row.rule for row in report.findings], dtype=object).value_counts()
    unjudged = pd.Series([row.rule for row in report.not_judged], dtype=object).value_counts()
    rows = pd.DataFrame(
        [
            {
                "rule": rule,
                "question": RULES[rule].META.question,
                "failed": int(failed.get(rule, 0)),
                "passed": passed,
                "not_judged": int(unjudged.get(rule, 0)),
            }
            for rule, passed in sorted(report.passed.items())
        ],
        columns=["rule", "question", "failed", "passed", "not_judged"],
    )
    table(
        rows,
        {
            "rule": "Rule",
            "question": st.column_config.TextColumn("Question", width="large"),
            "failed": "Failed",
            "passed": "Passed",
            "not_judged": "Not judged",
        },
    )
    if report.disabled:
        st.html(f"<p>Turned off by nhi.toml: {escape(', '.join(report.disabled))}</p>")
    if report.not_judged:
        with st.expander(plain(f"{plural(len(report.not_judged), 'subject')} not judged, and why")):
            table(
                pd.DataFrame([{"rule": r.rule, "subject": r.subject, "reason": r.reason} for r in report.not_judged]),
                {"rule": "Rule", "subject": "Subject", "reason": st.column_config.TextColumn("Reason", width="large")},
            )


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Findings")
    report = data.findings(at)
    counts = {word: sum(1 for row in report.findings if row.severity.word == word) for word in SEVERITIES}
    metric_row(
        [
            *(Metric(word.capitalize(), count) for word, count in counts.items()),
            Metric("Checks passed", sum(report.passed.values()), "Subjects that a rule looked at and found fine."),
            Metric("Not judged", len(report.not_judged), "The evidence does not allow it; that is not a pass."),
        ]
    )
    for notice in report.notices:
        st.warning(plain(notice), icon=":material/notifications:")
    frame = _frame(report, dict(data.account_names(at)))
    found = _filtered(frame)
    st.caption(f"{plural(len(found), 'finding')} of {len(frame):,}. Click a row to see its evidence.")
    if found.empty:
        st.info("No finding here. What was judged, and what was not, is below.", icon=":material/info:")
    else:
        columns = {
            "severity": st.column_config.TextColumn("Severity", width="small"),
            "title": "Finding",
            "name": "Identity",
            "account": "Account",
            "state": st.column_config.TextColumn("State", width="small"),
            "owner": "Owner",
            "message": st.column_config.TextColumn("In words", width="large"),
        }
        if frame["first_seen"].any():
            columns["first_seen"] = st.column_config.TextColumn("First seen", width="small")
        if frame["suppressed"].any():
            columns["suppressed"] = st.column_config.TextColumn("Accepted by", width="small")
        position = choosable(found, columns, key="findings")
        if position is not None:
            _detail(at, next(row for row in report.findings if row.id == found["id"][position]))
    _judged(report)


render()
