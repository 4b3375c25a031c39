"""Coverage: what was looked at, what was refused or left out, what that hides, and which answers it touches.

Input: the chosen snapshot, filters, the query parameter ``scope``. Output: a page.
Handled: many rows: operations are counted over all places, and the places of one are shown page by page.
Not handled: collecting again, which is `nhi collect`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from analytics.findings import RuleReport
from analytics.rules import RULES
from analytics.systems import vendor_word
from dashboard import data
from dashboard.components.markup import badge, code, escape, plain, visible
from dashboard.components.metrics import Metric, metric_row
from dashboard.components.tables import choosable, table
from dashboard.data_coverage import Beside, beside, counts, looked_at
from dashboard.looked_at import JOINT_OUTCOMES, NOT_SEEN, OUTCOMES, by_operation, by_system, places
from dashboard.words import age_text, plural

# Comments, since Streamlit would print a text that stands alone.
PAGE = 100  # places shown at a time
JUDGED_AT_ONCE = 20_000  # nodes up to which the rules are asked without a click: a large estate takes minutes
REASONS = 2
_WARN = {"refused": "verified", "failed": "verified", "incomplete": "conditional"}


def _numbers(numbers: dict[str, int], told: Beside) -> None:
    metric_row(
        [
            Metric("Looked at", numbers["read"] + numbers["empty"], "Operations and places that were answered."),
            Metric("Refused", numbers["refused"], OUTCOMES["refused"]),
            Metric("Failed", numbers["failed"] + numbers["incomplete"], "No answer, or not for all objects."),
            Metric("Left out", numbers["skipped"] + numbers["not made"], "Skipped on purpose, or never asked."),
            Metric("Unverified steps", told.unverified, f"Of {told.steps:,} steps of the graph: evidence is missing."),
        ]
    )


def _systems(frame: pd.DataFrame, at: data.Chosen) -> None:
    st.subheader("By system")
    rows = by_system(frame)
    now, moment = datetime.now(UTC), data.as_of(at)
    rows["newest"], rows["age"] = zip(*(_age(str(text), now) for text in rows["ended_at"]), strict=True)
    if (rows["ended_at"] == "").any():
        whole = f"the snapshot is as of {moment:%Y-%m-%d %H:%M} UTC" if moment else "nor is that of the snapshot"
        st.caption(f"Where a folder has no manifest the time of its calls is not stated; {whole}.")
    table(
        rows,
        {
            "system": st.column_config.TextColumn("System", width=240, pinned=True),
            "age": st.column_config.TextColumn("Age", width=75),
            "seen": st.column_config.NumberColumn("Answered", width=75),
            **{word: st.column_config.NumberColumn(word.capitalize(), width=75) for word in NOT_SEEN},
            "calls": st.column_config.NumberColumn("Calls", width=65),
            "objects": st.column_config.NumberColumn("Objects", width=65),
            "newest": "Newest call (UTC)",
            "scope": "Scope",
        },
        key="coverage systems",
    )


def _age(ended_at: str, now: datetime) -> tuple[str, str]:
    """Return the time of the newest call, and its age."""
    try:
        then = datetime.fromisoformat(ended_at)
    except ValueError:
        return "not stated", "not known"
    if then.tzinfo is None:
        return f"{then:%Y-%m-%d %H:%M}, zone not stated", "not known"
    return f"{then.astimezone(UTC):%Y-%m-%d %H:%M}", age_text(then, now)


def _filtered(frame: pd.DataFrame) -> pd.DataFrame:
    first, second, third, fourth = st.columns([2, 3, 3, 2])
    with first:
        sources = st.multiselect(
            "Source",
            sorted(frame["source"].cat.categories),
            key="coverage_source",
            placeholder="all",
            format_func=lambda name: visible(vendor_word(name) or name),
        )
    with second:
        scope = st.text_input(
            "System",
            value=st.query_params.get("scope", ""),
            placeholder="name, number or id, or part of it",
            key="coverage_scope",
        )
    with third:
        outcomes = st.multiselect("Outcome", list(OUTCOMES), default=list(NOT_SEEN), key="coverage_outcome")
    with fourth:
        words = st.text_input("Operation", placeholder="part of its name", key="coverage_operation")
    found = frame[frame["outcome"].isin(outcomes or list(OUTCOMES))]
    if sources:
        found = found[found["source"].isin(sources)]
    for text, columns in ((scope, ("system", "scope")), (words, ("operation", "permission"))):
        if wanted := text.strip().lower():
            found = found[_holds(found, columns, wanted)]
    return found


def _holds(frame: pd.DataFrame, columns: tuple[str, str], wanted: str) -> pd.Series:
    """Return which rows hold the text in one of two columns; each distinct value is looked at once."""
    first, second = (
        frame[name].isin([each for each in frame[name].cat.categories if wanted in str(each).lower()])
        for name in columns
    )
    return first | second


def _operations(frame: pd.DataFrame) -> None:
    st.subheader("What was asked, and what is lost")
    found = _filtered(frame)
    rows = by_operation(found)
    st.caption(
        f"{plural(len(rows), 'operation')} in {plural(len(found), 'place')}. Refused first; the permission is the one "
        "that would help. Click a row for its places."
    )
    if rows.empty:
        st.info("Nothing of that kind.", icon=":material/check:")
        return
    rows["effect"] = rows["guard"].map({True: "could only take away", False: "could show more"})
    position = choosable(
        rows,
        {
            "outcome": st.column_config.TextColumn("Outcome", width="small"),
            "operation": st.column_config.TextColumn("Operation", width=245),
            "places": st.column_config.NumberColumn("Places", width=60),
            "permission": st.column_config.TextColumn("Permission that would help", width=215),
            "lost": st.column_config.TextColumn("What is lost without it", width="large"),
            "effect": "If it were known, it",
            "reason": "Reason",
            "calls": st.column_config.NumberColumn("Calls", width="small"),
            "objects": st.column_config.NumberColumn("Objects", width="small"),
            "source": st.column_config.TextColumn("Source", width="small"),
        },
        key=f"coverage operations {len(rows)}",
    )
    if position is not None:
        _places(found, rows.iloc[position])


def _places(frame: pd.DataFrame, chosen: pd.Series) -> None:
    operation, outcome = str(chosen["operation"]), str(chosen["outcome"])
    with st.container(border=True):
        count = int(((frame["operation"] == operation) & (frame["outcome"] == outcome)).sum())
        pages = max(1, -(-count // PAGE))
        number = 1
        if pages > 1:
            number = int(
                st.number_input(f"Page of {pages:,}", min_value=1, max_value=pages, key=f"places {operation} {outcome}")
            )
        rows, _ = places(frame, operation, outcome, number - 1, PAGE)
        st.html(
            f'<div class="nhi-title">{code(operation)} {badge(outcome, _WARN.get(outcome, "quiet"))} '
            f"{escape(plural(count, 'place'))}</div><p>{escape(chosen['lost'])} "
            f"Permission: {code(str(chosen['permission']) or 'none named')}</p>"
        )
        table(
            rows,
            {
                "system": "System",
                "region": "Region",
                "reason": st.column_config.TextColumn("Reason", width="large"),
                "calls": "Calls",
                "objects": "Objects",
                "ended_at": "Ended",
                "scope": "Scope",
            },
            key="coverage places",
        )


def _answers(frame: pd.DataFrame, at: data.Chosen, told: Beside) -> None:
    st.subheader("Which answers it touches")
    missing = frame[frame["outcome"].isin(NOT_SEEN)]
    guards = int(missing["guard"].sum())
    more = len(missing) - guards
    st.html(
        '<dl class="nhi-facts">'
        f"<dt>{more:,} calls could show more</dt><dd>Overview, Inventory, Identity, Blast radius, Path, Pools, Apps, "
        "Chains and Cuts may lack identities, credentials, ways. A way that only they could show is unverified "
        "or not there; it is never counted as refuted.</dd>"
        f"<dt>{guards:,} calls could only take away</dt><dd>A guard (organization policy, deny) that "
        "was not read: ways are shown as if it were not there, so some may be refused in fact.</dd>"
        f"<dt>{told.unverified:,} steps unverified</dt><dd>Of {told.steps:,}: drawn violet and dotted; "
        "the Path page says what would confirm a hop.</dd></dl>"
    )
    if told.identities > JUDGED_AT_ONCE and not st.toggle(
        "Ask the rules too, which takes a while", key="coverage_judge"
    ):
        return
    _rules(data.findings(at))


def _rules(report: RuleReport) -> None:
    subjects = Counter(row.rule for row in report.not_judged)
    if not subjects:
        st.info("Every rule judged every subject that it is about.", icon=":material/check:")
        return
    reasons: dict[str, Counter[str]] = {}
    for row in report.not_judged:
        reasons.setdefault(row.rule, Counter())[row.reason] += 1
    rows = [
        {
            "rule": rule,
            "question": RULES[rule].META.question if rule in RULES else "",
            "not_judged": count,
            "passed": report.passed.get(rule, 0),
            "why": _why(reasons[rule]),
        }
        for rule, count in subjects.most_common()
    ]
    st.caption(
        f"{plural(len(rows), 'rule')} could not judge {plural(sum(subjects.values()), 'subject')}: not a pass. "
        "The Findings page lists them one by one."
    )
    table(
        pd.DataFrame(rows),
        {
            "rule": "Rule",
            "not_judged": st.column_config.NumberColumn("Not judged", width="small"),
            "passed": st.column_config.NumberColumn("Passed", width="small"),
            "why": st.column_config.TextColumn("Why", width="large"),
            "question": st.column_config.TextColumn("Question", width="medium"),
        },
        key="coverage rules",
    )


def _why(reasons: Counter[str]) -> str:
    most = reasons.most_common(REASONS)
    rest = len(reasons) - len(most)
    return " · ".join(f"{count:,}: {text}" for text, count in most) + (f" · {rest:,} other reasons" if rest else "")


def _joints(told: Beside) -> None:
    st.subheader("Joints between systems")
    if told.joints.empty:
        st.info("The evidence holds nothing that a joint looks at.", icon=":material/link_off:")
        return
    st.caption(
        "Matched: evidence names one counterpart. Unverified: one, by a hint or a name. Ambiguous: several, none is "
        "sure. Impossible: something rules it out. Unmatched: nothing leads anywhere, perhaps for want of a source."
    )
    table(
        told.joints,
        {
            "joint": st.column_config.TextColumn("Joint", width=210),
            **{word: st.column_config.NumberColumn(word.capitalize(), width=80) for word in JOINT_OUTCOMES},
            "of": "Of what",
        },
        key="coverage joints",
    )


def _outside(told: Beside) -> None:
    st.subheader("Outside of what was collected")
    parts = []
    if told.outside:
        more = f" and {len(told.outside) - PAGE:,} more" if len(told.outside) > PAGE else ""
        parts.append(f"<p>Referred to, not collected: {escape(', '.join(told.outside[:PAGE]))}{more}.</p>")
    if told.never:
        parts.append(f"<p>No evidence at all of: {escape(', '.join(told.never))}.</p>")
    parts.append("<p>Never looked at: roles inside of Kubernetes, networks, and what people do by hand.</p>")
    st.html("".join(parts))
    if told.gaps:
        with st.expander(plain(f"{plural(told.gap_count, 'gap')} that the build told")):
            if told.gap_count > len(told.gaps):
                st.caption(f"The first {len(told.gaps):,}; the manifest has all.")
            columns = ["source", "scope", "operation", "subject", "reason", "permission", "lost"]
            rows = pd.DataFrame([{name: str(row.get(name, "")) for name in columns} for row in told.gaps])
            table(rows, {name: name.capitalize() for name in columns}, key="coverage gaps")


def render() -> None:
    """Draw the page."""
    at = data.chosen()
    st.title("Coverage")
    frame, told = looked_at(at), beside(at)
    _numbers(dict(counts(at)), told)
    if frame.empty:
        st.info("The snapshot tells nothing of what was looked at: nothing here is known to be complete.",
                icon=":material/help:")  # fmt: skip
        return
    _systems(frame, at)
    _operations(frame)
    _answers(frame, at, told)
    _joints(told)
    _outside(told)


render()
