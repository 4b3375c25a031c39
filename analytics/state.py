"""What people and time change: since when a finding is there, and which findings somebody has accepted.

Input: the workspace's ``state.sqlite`` (WAL), a ``RuleReport``. Output: the report with history and suppressions.
Handled: several processes at once, snapshots analysed in any order, suppressions by finding id or by rule and subject
glob.
Not handled: exceptions and approvals of workflows, which have tables of their own; the clock (times are arguments).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from analytics.errors import AnalyticsError
from analytics.verdicts import Finding, RuleReport
from graph.evaluate.aws.globs import glob_matches

__all__ = ["FILE", "Seen", "StateStore", "Suppression"]

FILE = "state.sqlite"
_BUSY_MILLISECONDS = 10_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS finding_history (
    finding TEXT PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL,
    first_seen TEXT NOT NULL, first_snapshot TEXT NOT NULL, last_seen TEXT NOT NULL, last_snapshot TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS suppressions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, finding TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL,
    reason TEXT NOT NULL, owner TEXT NOT NULL, expires TEXT NOT NULL, created TEXT NOT NULL
);
"""
_RECORD = """
INSERT INTO finding_history VALUES (:finding, :rule, :subject, :seen, :snapshot, :seen, :snapshot)
ON CONFLICT (finding) DO UPDATE SET
    first_snapshot = CASE WHEN excluded.first_seen < first_seen THEN excluded.first_snapshot ELSE first_snapshot END,
    first_seen = min(first_seen, excluded.first_seen),
    last_snapshot = CASE WHEN excluded.last_seen > last_seen THEN excluded.last_snapshot ELSE last_snapshot END,
    last_seen = max(last_seen, excluded.last_seen)
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """When a finding was there, by the snapshots' own times."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Suppression:
    """Somebody's decision to accept findings for a while."""

    reason: str
    owner: str
    expires: datetime
    """From this time on it does not count."""
    finding: str = ""
    """Id of one finding; else ``rule`` and ``subject`` say which."""
    rule: str = ""
    subject: str = ""
    """``*`` glob on the subject's id."""
    id: str = ""
    """Given by the store."""

    def covers(self, finding: Finding) -> bool:
        """Return whether the finding is one that this decision is about."""
        if self.finding:
            return finding.id == self.finding
        return finding.rule == self.rule and glob_matches(self.subject, finding.subject)


class StateStore:
    """The state of one workspace; use it as a context manager.

    Parameters
    ----------
    workspace
        Folder; made when missing.

    Raises
    ------
    AnalyticsError
        The file cannot be opened or is no state of this product.
    """

    def __init__(self, workspace: Path) -> None:
        self._path = workspace / FILE
        try:
            workspace.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, timeout=_BUSY_MILLISECONDS / 1000, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise AnalyticsError(f"`{self._path}` cannot be used: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # History

    def record(self, report: RuleReport) -> None:
        """Remember that the findings of a report were there at its time; a report without a time leaves no trace."""
        if report.as_of is None:
            return
        seen = _text(report.as_of)
        rows = [
            {"finding": row.id, "rule": row.rule, "subject": row.subject, "seen": seen, "snapshot": report.snapshot}
            for row in report.findings
        ]
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(_RECORD, rows)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def history(self, findings: Iterable[str]) -> Mapping[str, Seen]:
        """Return first and last times by finding id; ids never recorded are left out."""
        wanted = set(findings)
        with closing(self._connection.execute("SELECT finding, first_seen, last_seen FROM finding_history")) as rows:
            return {row[0]: Seen(_moment(row[1]), _moment(row[2])) for row in rows if row[0] in wanted}

    # Suppressions

    def suppress(self, suppression: Suppression, *, now: datetime) -> Suppression:
        """Remember a suppression and return it with its id.

        Parameters
        ----------
        now
            Aware time of the decision.

        Raises
        ------
        AnalyticsError
            Reason, owner, or what it is about is missing, or it has expired already.
        """
        _check(suppression, now)
        cursor = self._connection.execute(
            "INSERT INTO suppressions (finding, rule, subject, reason, owner, expires, created) VALUES (?,?,?,?,?,?,?)",
            (suppression.finding, suppression.rule, suppression.subject, suppression.reason.strip(),
             suppression.owner.strip(), _text(suppression.expires), _text(now)),
        )  # fmt: skip
        return replace(suppression, id=f"s-{cursor.lastrowid}")

    def withdraw(self, suppression_id: str) -> None:
        """Delete a suppression; raise ``AnalyticsError`` when there is none of that id."""
        number = suppression_id.removeprefix("s-")
        changed = self._connection.execute("DELETE FROM suppressions WHERE id = ?", (number,)).rowcount
        if not changed:
            raise AnalyticsError(f"there is no suppression `{suppression_id}`")

    def suppressions(self) -> tuple[Suppression, ...]:
        """Return every suppression, expired ones included, in the order of their making."""
        columns = "id, finding, rule, subject, reason, owner, expires"
        with closing(self._connection.execute(f"SELECT {columns} FROM suppressions ORDER BY id")) as rows:
            return tuple(
                Suppression(
                    reason=row[4],
                    owner=row[5],
                    expires=_moment(row[6]),
                    finding=row[1],
                    rule=row[2],
                    subject=row[3],
                    id=f"s-{row[0]}",
                )
                for row in rows
            )

    def apply(self, report: RuleReport, *, at: datetime | None = None) -> RuleReport:
        """Return the report with first and last times, suppressions in force, and notices of expired ones.

        Parameters
        ----------
        at
            Time at which suppressions must be in force, aware; default: the report's. Without any time none counts.
        """
        time = at or report.as_of
        history = self.history(finding.id for finding in report.findings)
        known = self.suppressions()
        valid = [item for item in known if time is not None and time < item.expires]
        expired = [item for item in known if time is not None and time >= item.expires]
        findings = tuple(_with_state(finding, history.get(finding.id), valid) for finding in report.findings)
        notices = [*report.notices]
        for item in expired:
            if any(item.covers(finding) and not finding.suppressed_by for finding in findings):
                notices.append(
                    f"Suppression {item.id} by {item.owner} ({item.reason}) expired on {item.expires.date()} "
                    "and no longer counts."
                )
        if time is None and known:
            notices.append("The evidence states no time, so no suppression counts; give `--as-of`.")
        return replace(report, findings=findings, notices=tuple(notices))


def _with_state(finding: Finding, seen: Seen | None, suppressions: list[Suppression]) -> Finding:
    by = next((item.id for item in suppressions if item.covers(finding)), "")
    return replace(
        finding, first_seen=seen.first if seen else None, last_seen=seen.last if seen else None, suppressed_by=by
    )


def _check(suppression: Suppression, now: datetime) -> None:
    for name in ("reason", "owner"):
        if not getattr(suppression, name).strip():
            raise AnalyticsError(f"a suppression needs its {name}")
    by_rule = bool(suppression.rule and suppression.subject)
    half = bool(suppression.rule or suppression.subject) and not by_rule
    if half or by_rule == bool(suppression.finding):
        raise AnalyticsError("a suppression is about one finding id, or about a rule and a subject glob")
    for name, time in (("expiry", suppression.expires), ("time", now)):
        if time.tzinfo is None:
            raise AnalyticsError(f"the {name} of a suppression needs a time zone")
    if suppression.expires <= now:
        raise AnalyticsError(f"the suppression would have expired already ({suppression.expires.isoformat()})")


def _text(moment: datetime) -> str:
    """Return text that sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
