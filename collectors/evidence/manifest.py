"""The manifest of an evidence folder: when, with what version, and how every call ended.

Input: a collection's coverage records, or a manifest file. Output: the file, or the typed manifest.
Not handled: folders without a manifest (made by hand), which are complete as far as anyone can tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.errors import EvidenceError, UnusableInputError
from collectors.evidence.encoding import iso
from collectors.evidence.layout import JOURNAL, MANIFEST, SCHEMA_VERSION
from collectors.evidence.times import parse_time
from collectors.interface import CallOutcome, CoverageRecord

__all__ = ["Manifest", "coverage_from_json", "coverage_to_json", "latest_records", "read_manifest"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a collection says about itself."""

    schema_version: str = SCHEMA_VERSION
    product_version: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    complete: bool = False
    """False while a collection runs, and for one that was killed; says nothing about refused calls."""
    fingerprint_key_id: str = ""
    """Fingerprints made under another key cannot be joined with these."""
    coverage: tuple[CoverageRecord, ...] = ()
    """Sorted by source, scope, region and operation."""
    redactions: Mapping[str, int] = field(default_factory=dict)
    """How many secrets of which kind were taken out before writing."""

    def to_json(self) -> dict[str, Any]:
        """Return the manifest in its file form."""
        return {
            "schema_version": self.schema_version,
            "product_version": self.product_version,
            "started_at": iso(self.started_at) if self.started_at else None,
            "ended_at": iso(self.ended_at) if self.ended_at else None,
            "complete": self.complete,
            "fingerprint_key_id": self.fingerprint_key_id,
            "redactions": dict(sorted(self.redactions.items())),
            "scopes": sorted({f"{record.source}/{record.scope}" for record in self.coverage}),
            "coverage": [coverage_to_json(record) for record in self.coverage],
        }


def coverage_to_json(record: CoverageRecord) -> dict[str, Any]:
    """Return one coverage record in its file form; empty fields are left out."""
    fields: dict[str, Any] = {
        "source": record.source,
        "scope": record.scope,
        "region": record.region,
        "operation": record.operation,
        "outcome": record.outcome.value,
        "calls": record.calls,
        "objects": record.objects,
        "code": record.code,
        "message": record.message,
        "permission": record.permission,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "extra": dict(record.extra),
    }
    return {name: value for name, value in fields.items() if value not in ("", {})}


def coverage_from_json(body: Any, place: str) -> CoverageRecord:
    """Read one coverage record.

    Raises
    ------
    EvidenceError
        A field is missing or has the wrong type; the message begins with ``place``.
    """
    if not isinstance(body, Mapping):
        raise EvidenceError(f"{place}: a coverage record must be an object")
    texts: dict[str, str] = {}
    for name in ("source", "scope", "operation", "code", "message", "permission", "started_at", "ended_at", "region"):
        value = body.get(name, "")
        if not isinstance(value, str):
            raise EvidenceError(f"{place}/{name}: must be text")
        texts[name] = value
    counts: dict[str, int] = {}
    for name in ("calls", "objects"):
        value = body.get(name, 0)
        if not isinstance(value, int):
            raise EvidenceError(f"{place}/{name}: must be a whole number")
        counts[name] = value
    try:
        outcome = CallOutcome(body.get("outcome", ""))
    except ValueError as error:
        raise EvidenceError(f"{place}/outcome: must be one of {', '.join(CallOutcome)}") from error
    if not texts["source"] or not texts["scope"] or not texts["operation"]:
        raise EvidenceError(f"{place}: source, scope and operation must not be empty")
    extra = body.get("extra", {})
    if not isinstance(extra, Mapping):
        raise EvidenceError(f"{place}/extra: must be an object")
    return CoverageRecord(
        texts["source"],
        texts["scope"],
        texts["operation"],
        outcome,
        counts["calls"],
        counts["objects"],
        texts["code"],
        texts["message"],
        texts["permission"],
        texts["started_at"],
        texts["ended_at"],
        texts["region"],
        {str(name): str(value) for name, value in extra.items()},
    )


def read_manifest(root: Path) -> Manifest | None:
    """Read a folder's manifest and, for an unfinished collection, its journal; ``None`` when it has none.

    Raises
    ------
    UnusableInputError
        The manifest is of a newer major schema version.
    EvidenceError
        The manifest does not parse, or a field has the wrong type.
    """
    path = root / MANIFEST
    if not path.is_file():
        return None
    try:
        body = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{path}: not JSON: {error}") from error
    if not isinstance(body, Mapping) or not isinstance(body.get("schema_version"), str):
        raise EvidenceError(f"{path}: not a manifest of this product (schema_version is missing)")
    _check_version(path, body["schema_version"])
    rows = body.get("coverage", [])
    if not isinstance(rows, list):
        raise EvidenceError(f"{path}#/coverage: must be a list")
    records = [coverage_from_json(row, f"{path}#/coverage/{index}") for index, row in enumerate(rows)]
    complete = body.get("complete") is True
    if not complete:
        records += _read_journal(root / JOURNAL)
    redactions = body.get("redactions", {})
    return Manifest(
        body["schema_version"],
        str(body.get("product_version", "")),
        parse_time(body.get("started_at")),
        parse_time(body.get("ended_at")),
        complete,
        str(body.get("fingerprint_key_id", "")),
        tuple(latest_records(records)),
        {str(kind): int(count) for kind, count in redactions.items()} if isinstance(redactions, Mapping) else {},
    )


def latest_records(records: list[CoverageRecord]) -> list[CoverageRecord]:
    """Return one record per source, scope, region and operation, the last stated, in that order."""
    last = {(record.source, record.scope, record.region, record.operation): record for record in records}
    return [last[key] for key in sorted(last)]


def _check_version(path: Path, version: str) -> None:
    major, known = version.split(".", 1)[0], SCHEMA_VERSION.split(".", 1)[0]
    if not major.isdigit():
        raise EvidenceError(f"{path}#/schema_version: {version!r} is not a version")
    if int(major) > int(known):
        raise UnusableInputError(
            f"{path}: schema version {version} is newer than this product reads ({SCHEMA_VERSION}); update nhi"
        )


def _read_journal(path: Path) -> list[CoverageRecord]:
    """Read the journal; a last line that a kill cut off is not a record."""
    if not path.is_file():
        return []
    records = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        try:
            body = json.loads(line)
        except ValueError as error:
            raise EvidenceError(f"{path}: line {number} is not JSON") from error
        records.append(coverage_from_json(body, f"{path}#/{number - 1}"))
    return records
