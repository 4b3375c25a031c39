"""Tables of other systems to records.

Input: evidence with ``other/<system>/<scope>/*.csv|*.jsonl``. Output: ``OtherRecords``; a gap, naming file, line and
column, for what cannot be used.
Handled: values that are no time, no truth value, no known word; unknown columns; ids that are secrets or given twice.
Not handled: ids that nothing describes; the graph sees those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from collectors.errors import EvidenceError
from collectors.evidence.evidence import Call, EvidenceSet
from collectors.evidence.redact import is_redacted
from collectors.evidence.rows import RowFields
from collectors.evidence.some import SomeProblems
from collectors.interface import EvidenceRef, Gap
from collectors.other.operations import COLUMNS, OPERATIONS
from collectors.other.records import (
    GRANT_KINDS,
    GRANT_STATES,
    IDENTITY_KINDS,
    NON_IDENTITY_KINDS,
    OtherCredential,
    OtherGrant,
    OtherIdentity,
    OtherRecords,
    OtherSystem,
    OtherUse,
)

__all__ = ["to_records"]

Row = OtherIdentity | OtherCredential | OtherGrant | OtherUse
_IMPACTS = frozenset({"", *(f"H{number}" for number in range(1, 12))})
_T = TypeVar("_T")
_NEVER = "never"


def to_records(evidence: EvidenceSet, as_of: datetime | None = None) -> OtherRecords:
    """Return the records of every table; ``as_of`` is the time to judge by, by default the evidence's own.

    Notes
    -----
    Linear in rows.
    """
    found: dict[str, list[Any]] = {table: [] for table in COLUMNS}
    gaps: list[Gap] = []
    systems = evidence.scopes("other")
    if not systems:
        return OtherRecords()
    for system in systems:
        for table in COLUMNS:
            rows, problems = _table(system, table, evidence.calls("other", system, table))
            found[table].extend(rows)
            gaps.extend(problems)
    return OtherRecords(
        systems=tuple(map(OtherSystem, systems)),
        identities=tuple(found["identities"]),
        credentials=tuple(found["credentials"]),
        grants=tuple(found["grants"]),
        uses=tuple(found["uses"]),
        gaps=tuple(gaps),
        as_of=as_of or evidence.as_of,
    )


def _table(system: str, table: str, calls: Iterable[Call]) -> tuple[list[Row], list[Gap]]:
    rows: list[Row] = []
    problems: dict[str, SomeProblems] = {}
    strangers: set[tuple[str, str]] = set()
    seen: dict[str, str] = {}
    for call in calls:
        file, line = call.ref.file, _line(call)
        if file not in problems:
            problems[file] = SomeProblems("other", system, table, file, OPERATIONS[table].lost_without)
        told = problems[file]
        body: Mapping[str, Any] = call.response or {}
        for name in sorted(set(body) - set(COLUMNS[table])):
            if (file, name) not in strangers:
                strangers.add((file, name))
                told.add(f"line {line}", f"column {name!r} is not known ({', '.join(COLUMNS[table])}); it is not kept")
        try:
            row = _BUILD[table](system, _Cells(body), EvidenceRef(file, call.ref.pointer), line)
            _once(table, row, seen)
        except EvidenceError as error:
            told.add(f"line {line}", f"{error}; the row is left out")
        else:
            rows.append(row)
    return rows, [gap for told in problems.values() for gap in told.gaps()]


def _line(call: Call) -> int:
    return int(call.request.get("line", 0))


def _once(table: str, row: Row, seen: dict[str, str]) -> None:
    """Let an id stand once in a table of a system; ``uses`` have none."""
    if isinstance(row, OtherUse):
        return
    where = f"{row.ref.file} line {row.line}"
    if seen.setdefault(row.id, where) != where:
        raise EvidenceError(f"column 'id': {row.id!r} stands in {seen[row.id]} already")


class _Cells:
    """The cells of a row; every error names the column."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body
        self._fields = RowFields({name: None if is_redacted(value) else value for name, value in body.items()})

    def text(self, name: str) -> str:
        return self._of(name, self._fields.text)

    def id(self, name: str, *, optional: bool = False) -> str:
        """Return an id, which must not be a secret."""
        if is_redacted(self._body.get(name)):
            raise EvidenceError(f"column {name!r}: the value is a secret, which cannot be an id")
        return self._of(name, self._fields.text if optional else self._fields.required)

    def flag(self, name: str) -> bool | None:
        return self._of(name, self._fields.flag)

    def moment(self, name: str) -> datetime | None:
        return self._of(name, self._fields.moment)

    def count(self, name: str) -> int | None:
        return self._of(name, self._fields.count)

    def last_use(self) -> tuple[datetime | None, bool]:
        """Return the last use and whether it is known; ``never`` is known."""
        if self.text("last_used_at").lower() == _NEVER:
            return None, True
        moment = self.moment("last_used_at")
        return moment, moment is not None

    def word(self, name: str, allowed: frozenset[str], default: str = "") -> str:
        """Return one of some words in lower case, impact classes in upper case."""
        value = self.text(name)
        value = (value.upper() if allowed is _IMPACTS else value.lower().replace(" ", "_")) or default
        if value not in allowed:
            known = ", ".join(
                sorted(allowed - {""}, key=lambda each: (len(each), each) if allowed is _IMPACTS else each)
            )
            raise EvidenceError(f"column {name!r}: must be one of {known}, not {value!r}")
        return value

    def redacted(self, name: str) -> Mapping[str, Any]:
        """Return what the redactor left of a cell; empty where it left it alone."""
        value = self._body.get(name)
        return value if isinstance(value, Mapping) and is_redacted(value) else {}

    def _of(self, name: str, read: Callable[[str], _T]) -> _T:
        try:
            return read(name)
        except EvidenceError as error:
            raise EvidenceError(f"column {name!r}: {str(error).removeprefix(name).strip()}") from error


def _identity(system: str, row: _Cells, ref: EvidenceRef, line: int) -> OtherIdentity:
    used, known = row.last_use()
    issuer, subject = row.text("issuer"), row.text("subject")
    if issuer and not subject:
        raise EvidenceError("column 'subject': missing beside an issuer")
    if subject and not issuer and not subject.startswith("spiffe://"):
        raise EvidenceError("column 'issuer': missing beside a subject that is no SPIFFE id")
    return OtherIdentity(
        system, row.id("id"), row.word("kind", IDENTITY_KINDS | NON_IDENTITY_KINDS, "identity"), row.text("name"),
        row.id("scope", optional=True), row.text("owner"), row.text("environment").lower(), row.flag("active"),
        row.moment("created_at"), used, known, row.word("impact", _IMPACTS), ref, line, issuer, subject,
    )  # fmt: skip


def _credential(system: str, row: _Cells, ref: EvidenceRef, line: int) -> OtherCredential:
    used, known = row.last_use()
    taken = row.redacted("hint")
    return OtherCredential(
        system, row.id("id"), row.id("identity"), row.text("kind") or "credential", row.moment("created_at"),
        row.moment("expires_at"), used, known, row.flag("active"),
        str(taken.get("hint", "")) if taken else row.text("hint"), str(taken.get("fingerprint", "")), ref, line,
    )  # fmt: skip


def _grant(system: str, row: _Cells, ref: EvidenceRef, line: int) -> OtherGrant:
    return OtherGrant(
        system, row.id("id"), row.id("holder"), row.id("target"), row.word("kind", GRANT_KINDS, "access"),
        row.text("permission"), row.word("impact", _IMPACTS), row.text("condition"),
        row.word("state", GRANT_STATES), ref, line,
    )  # fmt: skip


def _use(system: str, row: _Cells, ref: EvidenceRef, line: int) -> OtherUse:
    identity, credential = row.id("identity", optional=True), row.id("credential", optional=True)
    if not identity and not credential:
        raise EvidenceError("column 'identity': missing, and 'credential' as well")
    return OtherUse(
        system, row.id("consumer"), identity, credential, row.moment("first_seen"), row.moment("last_seen"),
        row.count("count"), ref, line,
    )  # fmt: skip


_BUILD: Mapping[str, Callable[[str, _Cells, EvidenceRef, int], Row]] = {
    "identities": _identity,
    "credentials": _credential,
    "grants": _grant,
    "uses": _use,
}
