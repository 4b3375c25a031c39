"""History and suppressions of findings."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.errors import AnalyticsError
from analytics.state import FILE, StateStore, Suppression
from analytics.verdicts import Confidence, Finding, RuleReport, Severity, finding_id
from graph.kinds import State

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOON = NOW + timedelta(days=30)


def _finding(subject: str, rule: str = "aws-old-key", severity: Severity = Severity.MEDIUM) -> Finding:
    return Finding(
        id=finding_id(rule, subject, ""), rule=rule, title="t", subject=subject, subject_kind="AwsUser",
        subject_name=subject, scope="1", key="", severity=severity, confidence=Confidence.HIGH, state=State.VERIFIED,
        message="m", owner="", owner_active=None, steps=(), grants=(), evidence=(), related=(), remediation="r",
        frameworks=(),
    )  # fmt: skip


def _report(*subjects: str, at: datetime | None = NOW, snapshot: str = "s") -> RuleReport:
    return RuleReport(snapshot, at, tuple(_finding(subject) for subject in subjects), {}, ())


def test_first_and_last_times_do_not_depend_on_the_order_of_analysis(tmp_path: Path) -> None:
    with StateStore(tmp_path) as store:
        for days in (5, 0, 9, 3):
            store.record(_report("a", at=NOW + timedelta(days=days)))
        store.record(_report("b", at=NOW))
        (a, b) = store.apply(_report("a", "b")).findings
    assert (a.first_seen, a.last_seen) == (NOW, NOW + timedelta(days=9))
    assert (b.first_seen, b.last_seen) == (NOW, NOW)


def test_a_report_without_a_time_leaves_no_trace(tmp_path: Path) -> None:
    with StateStore(tmp_path) as store:
        store.record(_report("a", at=None))
        assert store.history([finding_id("aws-old-key", "a", "")]) == {}


def test_suppression_by_id_and_by_rule_and_glob(tmp_path: Path) -> None:
    with StateStore(tmp_path) as store:
        one = store.suppress(Suppression("why", "ada", SOON, finding=finding_id("aws-old-key", "a", "")), now=NOW)
        many = store.suppress(Suppression("why", "ada", SOON, rule="aws-old-key", subject="user/legacy-*"), now=NOW)
        report = store.apply(_report("a", "b", "user/legacy-1"))
    assert {finding.subject: finding.suppressed_by for finding in report.findings} == {
        "a": one.id, "b": "", "user/legacy-1": many.id,
    }  # fmt: skip
    assert report.notices == ()


def test_a_rule_suppression_does_not_cover_another_rule(tmp_path: Path) -> None:
    with StateStore(tmp_path) as store:
        store.suppress(Suppression("why", "ada", SOON, rule="aws-old-key", subject="*"), now=NOW)
        other = RuleReport("s", NOW, (_finding("a", "aws-unused-key"),), {}, ())
        assert store.apply(other).findings[0].suppressed_by == ""


def test_expired_ones_do_not_count_and_are_told(tmp_path: Path) -> None:
    with StateStore(tmp_path) as store:
        made = store.suppress(Suppression("until the move", "ada", SOON, rule="aws-old-key", subject="*"), now=NOW)
        before = store.apply(_report("a"), at=SOON - timedelta(seconds=1))
        after = store.apply(_report("a"), at=SOON)
        assert store.apply(_report(), at=SOON).notices == (), "nothing that it would cover is there"
    assert before.findings[0].suppressed_by == made.id
    assert after.findings[0].suppressed_by == ""
    assert made.id in after.notices[0]
    assert "ada" in after.notices[0]
    assert "until the move" in after.notices[0]


def test_without_any_time_no_suppression_counts(tmp_path: Path) -> None:
    with StateStore(tmp_path) as store:
        store.suppress(Suppression("why", "ada", SOON, rule="aws-old-key", subject="*"), now=NOW)
        report = store.apply(_report("a", at=None))
    assert report.findings[0].suppressed_by == ""
    assert report.notices


GOOD = Suppression("why", "ada", SOON, finding="f-1")


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, reason=" "),
        replace(GOOD, owner=""),
        replace(GOOD, expires=NOW),
        replace(GOOD, expires=datetime(2030, 1, 1)),
        replace(GOOD, finding=""),
        replace(GOOD, finding="", rule="aws-old-key"),
        replace(GOOD, rule="aws-old-key", subject="*"),
    ],
)
def test_incomplete_suppressions_are_refused(tmp_path: Path, bad: Suppression) -> None:
    with StateStore(tmp_path) as store:
        with pytest.raises(AnalyticsError):
            store.suppress(bad, now=NOW)
        assert store.suppressions() == ()


def test_withdrawn_ones_are_gone(tmp_path: Path) -> None:
    with StateStore(tmp_path) as store:
        made = store.suppress(GOOD, now=NOW)
        store.withdraw(made.id)
        assert store.suppressions() == ()
        with pytest.raises(AnalyticsError, match=made.id):
            store.withdraw(made.id)


def test_worst_leaves_out_what_is_suppressed(tmp_path: Path) -> None:
    report = RuleReport("s", NOW, (_finding("a", severity=Severity.HIGH), _finding("b", severity=Severity.LOW)), {}, ())
    assert report.worst is Severity.HIGH
    with StateStore(tmp_path) as store:
        store.suppress(Suppression("why", "ada", SOON, finding=finding_id("aws-old-key", "a", "")), now=NOW)
        assert store.apply(report).worst is Severity.LOW


def test_two_writers_at_once(tmp_path: Path) -> None:
    StateStore(tmp_path).close()

    def write(number: int) -> None:
        with StateStore(tmp_path) as store:
            for step in range(10):
                store.record(_report(f"{number}-{step}", "shared", at=NOW + timedelta(days=number)))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM finding_history").fetchone() == (41,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("this is not a database, and long enough to be told apart from one" * 20)
    with pytest.raises(AnalyticsError, match=r"state\.sqlite"):
        StateStore(tmp_path)
