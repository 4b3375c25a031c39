"""Write an evidence folder so that a kill at any moment leaves either whole files or nothing in their place.

Input: a collector's answers and coverage records. Output: evidence files, a journal while running, a manifest.
Not handled: two collections into one folder at once (the command holds a lock for that).

How it resumes: a coverage record goes into the journal (fsync) after its file was renamed into place, so an operation
is complete exactly when both are there; pages and lines go into ``.partial`` files that are picked up where they end.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.evidence.encoding import replace_file, sync_folder, to_json
from collectors.evidence.layout import JOURNAL, MANIFEST, PARTIAL, Location, relative_path
from collectors.evidence.manifest import Manifest, coverage_to_json, latest_records, read_manifest
from collectors.evidence.partial import LineFile, PageFile
from collectors.evidence.redact import Redaction, Redactor
from collectors.interface import CallOutcome, CoverageRecord, EvidenceRef

__all__ = ["EvidenceWriter", "LineFile", "PageFile"]

_Place = tuple[str, str, str, str]
"""Source, scope, operation, region."""


class EvidenceWriter:
    """One collection into one folder; safe to use from several threads.

    Parameters
    ----------
    root
        The evidence folder; made when missing.
    product_version
        Written into the manifest.
    clock
        Gives the present time, aware; the writer never asks the system.
    redactor
        Everything passes it before it touches the disk.
    resume
        True: go on with an unfinished collection that the folder holds. A folder with a finished one, or
        ``resume=False``, starts anew: the files that the earlier manifest lists are removed, no others.
    """

    def __init__(
        self,
        root: Path,
        product_version: str,
        clock: Callable[[], datetime],
        redactor: Redactor | None = None,
        *,
        resume: bool = True,
    ) -> None:
        self.root = root
        self._clock = clock
        self._redactor = redactor or Redactor()
        self._lock = threading.Lock()
        self._redacted: Counter[str] = Counter()
        root.mkdir(parents=True, exist_ok=True)
        earlier = read_manifest(root)
        self.resumed = resume and earlier is not None and not earlier.complete
        """True when this goes on with an unfinished collection."""
        self._coverage: dict[_Place, CoverageRecord] = {}
        self._started_at = clock()
        if earlier is not None and self.resumed:
            self._coverage = {_place_of(record): record for record in earlier.coverage}
            self._started_at = earlier.started_at or self._started_at
            self._redacted.update(earlier.redactions)
        else:
            self._remove_earlier(earlier)
        self._product_version = product_version
        self._write_manifest(complete=False)
        self._journal = (root / JOURNAL).open("w", encoding="utf-8", newline="\n")

    @staticmethod
    def unfinished(root: Path) -> Manifest | None:
        """Return the manifest of an unfinished collection in a folder, with what its journal holds; else ``None``."""
        manifest = read_manifest(root)
        return manifest if manifest is not None and not manifest.complete else None

    def is_complete(self, source: str, scope: str, operation: str, region: str = "") -> bool:
        """Tell whether an operation need not be asked again in this collection.

        Only an operation that was recorded as ``ok``, ``none`` or ``skipped`` is; denied and failed ones are
        worth another try, and a file without a record was renamed just before a kill.
        """
        record = self.recorded(source, scope, operation, region)
        return record is not None and record.outcome in (CallOutcome.OK, CallOutcome.NONE, CallOutcome.SKIPPED)

    def recorded(self, source: str, scope: str, operation: str, region: str = "") -> CoverageRecord | None:
        """Return how an operation ended last in this collection; ``None`` before it did."""
        return self._coverage.get((source, scope, operation, region))

    def json(self, source: str, scope: str, operation: str, body: Any, region: str = "") -> Path:
        """Write one response body, pages already merged; returns the file."""
        location = Location(source, scope, region, operation)
        path = self._place(location)
        replace_file(path, to_json(self._clean(body, location)) + "\n")
        path.with_suffix(".jsonl").unlink(missing_ok=True)
        return path

    def pages(self, source: str, scope: str, operation: str, region: str = "") -> PageFile:
        """Open a paged answer: add its pages in order, they are merged into one ``.json`` when complete.

        Used as a context manager; leaving it by an exception keeps the pages for a resume.
        """
        location = Location(source, scope, region, operation)
        path = self._place(location)
        return PageFile(path, lambda value: self._clean(value, location))

    def jsonl(self, source: str, scope: str, operation: str, region: str = "") -> LineFile:
        """Open a per-object operation: one line a call, renamed into place when the context ends well."""
        location = Location(source, scope, region, operation, lines=True)
        path = self._place(location)
        return LineFile(path, lambda value: self._clean(value, location))

    def refused(
        self,
        source: str,
        scope: str,
        operation: str,
        code: str,
        message: str,
        region: str = "",
        request: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write the refusal of an operation that is made once; returns the file (``.jsonl`` with one line)."""
        with self.jsonl(source, scope, operation, region) as lines:
            lines.restart()
            lines.error(request or {}, code, message)
        lines.path.with_suffix(".json").unlink(missing_ok=True)
        return lines.path

    def count_redactions(self, redactions: tuple[Redaction, ...]) -> None:
        """Count for the manifest what a source took out itself, before it gave an answer to be written."""
        self._count(redactions)

    def record(self, record: CoverageRecord) -> None:
        """Note how an operation ended; call it after its file is complete."""
        with self._lock:
            self._coverage[_place_of(record)] = record
            self._journal.write(to_json(coverage_to_json(record)) + "\n")
            self._journal.flush()
            os.fsync(self._journal.fileno())

    @property
    def coverage(self) -> tuple[CoverageRecord, ...]:
        """What was recorded so far, earlier runs of this collection included."""
        with self._lock:
            return tuple(latest_records(list(self._coverage.values())))

    def finish(self) -> Path:
        """Write the manifest as complete and remove the journal; returns the manifest."""
        with self._lock:
            path = self._write_manifest(complete=True)
            self._journal.close()
            (self.root / JOURNAL).unlink(missing_ok=True)
            sync_folder(self.root)
        return path

    def close(self) -> None:
        """Stop without finishing: what is there can be resumed."""
        self._journal.close()

    def _remove_earlier(self, earlier: Manifest | None) -> None:
        (self.root / JOURNAL).unlink(missing_ok=True)
        for partial in self.root.rglob("*" + PARTIAL):
            partial.unlink()
        for record in earlier.coverage if earlier else ():
            for lines in (False, True):
                location = Location(record.source, record.scope, record.region, record.operation, lines)
                (self.root / relative_path(location)).unlink(missing_ok=True)

    def _place(self, location: Location) -> Path:
        path = self.root / relative_path(location)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _clean(self, value: Any, location: Location) -> Any:
        cleaned, redactions = self._redactor.clean(value, EvidenceRef(relative_path(location)))
        self._count(redactions)
        return cleaned

    def _count(self, redactions: tuple[Redaction, ...]) -> None:
        if redactions:
            with self._lock:
                self._redacted.update(redaction.kind for redaction in redactions)

    def _write_manifest(self, *, complete: bool) -> Path:
        manifest = Manifest(
            product_version=self._product_version,
            started_at=self._started_at,
            ended_at=self._clock() if complete else None,
            complete=complete,
            fingerprint_key_id=self._redactor.key_id,
            coverage=tuple(latest_records(list(self._coverage.values()))),
            redactions=self._redacted,
        )
        path = self.root / MANIFEST
        replace_file(path, json.dumps(manifest.to_json(), indent=2, ensure_ascii=False) + "\n")
        return path


def _place_of(record: CoverageRecord) -> _Place:
    return record.source, record.scope, record.operation, record.region
