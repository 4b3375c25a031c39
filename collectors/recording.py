"""Coverage records, gaps and progress of one scope under way, the same for every source.

Input: how calls ended. Output: records in the writer, gaps, one line of progress an operation; what an earlier run of
the same collection completed is known. Not handled: making calls and writing answers; that is each source's part.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.errors import EvidenceError
from collectors.evidence.encoding import iso
from collectors.evidence.layout import Location, relative_path
from collectors.evidence.writer import EvidenceWriter
from collectors.interface import CallOutcome, CoverageRecord, Gap, Operation

__all__ = ["NOT_ASKED", "Ended", "Line", "Recording"]

NOT_ASKED = "NotAsked"
"""Our own code for a call that was given up before it was made; no vendor code has this spelling."""
_LOOKED = (CallOutcome.OK, CallOutcome.NONE)
_REFUSED = (CallOutcome.DENIED, CallOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an operation ended."""

    outcome: CallOutcome
    code: str = ""
    message: str = ""
    calls: int = 0
    objects: int = 0
    note: str = ""
    """Why these objects were asked, or none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a per-object operation's evidence."""

    request: Mapping[str, Any]
    response: Mapping[str, Any] | None
    code: str = ""
    message: str = ""


class Recording:
    """What one scope's collection has to say about itself.

    Parameters
    ----------
    writer
        Where evidence goes.
    source, scope
        First two parts of every path.
    operations
        Declared operations by name.
    outcome_of
        What a vendor's error code means for an operation.
    clock
        Times of the records; without one they carry none.
    progress
        Told one line an operation.
    """

    def __init__(
        self,
        writer: EvidenceWriter,
        source: str,
        scope: str,
        operations: Mapping[str, Operation],
        outcome_of: Callable[[Operation, str], CallOutcome],
        clock: Callable[[], datetime] | None,
        progress: Callable[[str], None],
    ) -> None:
        self.writer = writer
        self.source = source
        self.scope = scope
        self.operations = operations
        self._outcome_of = outcome_of
        self._clock = clock
        self._progress = progress
        self._lock = threading.Lock()
        self._gaps: list[Gap] = []
        self.kept = 0
        """Operations that an earlier run had completed."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be looked at, sorted by scope, operation and subject."""
        return tuple(sorted(self._gaps, key=lambda gap: (gap.scope, gap.operation, gap.subject, gap.reason)))

    def now(self) -> str:
        """Return the present time as records have it; empty without a clock."""
        return iso(self._clock()) if self._clock else ""

    def needed(self, name: str, region: str = "") -> bool:
        """Tell whether an operation is to be asked; one that an earlier run completed is counted as kept."""
        written = any(self.path(name, region, lines=lines).is_file() for lines in (False, True))
        if written and self.known(name, region):
            self.keep_earlier()
            return False
        return True

    def keep_earlier(self, operations: int = 1) -> None:
        """Count operations that an earlier run had completed."""
        with self._lock:
            self.kept += operations

    def known(self, name: str, region: str = "") -> bool:
        """Tell whether this collection has a usable answer of an operation."""
        return self._outcome(name, region) in _LOOKED

    def asked(self, name: str, region: str = "") -> bool:
        """Tell whether this collection has any record of an operation."""
        return self._outcome(name, region) is not None

    def left_out(self, name: str) -> bool:
        """Tell whether the settings leave an operation out of the whole collection."""
        return self._outcome(name, "") is CallOutcome.SKIPPED

    def skipped(self, name: str, reason: str, region: str = "") -> None:
        """Note that an operation was left out on purpose; that is no gap."""
        self.record(name, Ended(CallOutcome.SKIPPED, message=reason), "", region)

    def unneeded(self, name: str, reason: str) -> None:
        """Note that an operation was not asked because another answer already says all that it could."""
        self.record(name, Ended(CallOutcome.OK, note=f"not needed: {reason}"), "")

    def record(self, name: str, ended: Ended, started: str, region: str = "", *, gap: bool = True) -> None:
        """Note how an operation ended; refused ones are gaps unless ``gap`` is false."""
        operation = self.operations[name]
        if gap and ended.outcome in _REFUSED:
            self.gap(name, f"{ended.code}: {ended.message}", region=region)
        self.writer.record(
            CoverageRecord(
                self.source,
                self.scope,
                name,
                ended.outcome,
                ended.calls,
                ended.objects,
                ended.code,
                ended.message,
                operation.permission,
                started,
                self.now(),
                region,
                {"note": ended.note} if ended.note else {},
            )
        )
        place = f"{self.source}/{self.scope}{'/' + region if region else ''}"
        with self._lock:
            self._progress(f"{place} {name}: {ended.outcome.value}{' ' + ended.code if ended.code else ''}")

    def record_lines(
        self, name: str, started: str, note: str = "", region: str = "", *, answered: int = 0
    ) -> CallOutcome:
        """Record a per-object operation by what its file says, lines of an earlier run included.

        Parameters
        ----------
        answered
            Lines whose answers came together in one list, so that they were no calls of their own.
        """
        operation = self.operations[name]
        lines = objects = 0
        failures: dict[str, list[Line]] = {}
        for line in self.lines(name, region):
            lines += 1
            objects += line.response is not None
            if line.response is None and self._outcome_of(operation, line.code) is not CallOutcome.NONE:
                failures.setdefault(line.code, []).append(line)
        calls = max(lines - answered, 0)
        if not failures:
            self.record(name, Ended(CallOutcome.OK, calls=calls, objects=objects, note=note), started, region)
            return CallOutcome.OK
        outcomes = {code: self._outcome_of(operation, code) for code in failures}
        code = min(failures, key=lambda code: (outcomes[code] is CallOutcome.DENIED, -len(failures[code]), code))
        for each in sorted(failures):
            first = failures[each][0]
            reason = f"{each}: {len(failures[each])} of {lines} objects, first: {first.message}"
            self.gap(name, reason, next((str(value) for value in first.request.values()), ""), region)
        ended = Ended(outcomes[code], code, failures[code][0].message, calls, objects, note)
        self.record(name, ended, started, region, gap=False)
        return ended.outcome

    def gap(self, name: str, reason: str, subject: str = "", region: str = "") -> None:
        """Note something that could not be looked at."""
        operation = self.operations[name]
        scope = f"{self.scope}/{region}" if region else self.scope
        found = Gap(self.source, scope, name, reason, operation.permission, subject, operation.lost_without)
        with self._lock:
            self._gaps.append(found)

    def lines(self, name: str, region: str = "") -> Iterator[Line]:
        """Yield the lines of a per-object operation as the evidence has them."""
        path = self.path(name, region, lines=True)
        if not path.is_file():
            return
        with path.open("rb") as file:
            for text in file:
                try:
                    line = json.loads(text)
                except ValueError as error:
                    raise EvidenceError(f"{path}: not JSON: {error}; delete it to collect it again") from error
                told = line.get("error") or {}
                yield Line(line["request"], line.get("response"), told.get("code", ""), told.get("message", ""))

    def path(self, name: str, region: str = "", *, lines: bool) -> Path:
        """Return where an operation's file stands."""
        return self.writer.root / relative_path(Location(self.source, self.scope, region, name, lines))

    def _outcome(self, name: str, region: str) -> CallOutcome | None:
        record = self.writer.recorded(self.source, self.scope, name, region)
        return record.outcome if record is not None else None
