"""The organization as evidence: every operation that the collector asks, answered, and the workflow files.

Input: none. Output: file contents by path below the evidence root, and one coverage record an operation.
Not handled: writing to disk; the manifest, which ``sample_data._make.evidence`` puts together.
"""

from __future__ import annotations

import json
from typing import Any

from collectors.evidence.layout import Location, relative_path
from collectors.github.operations import FILES, OPERATIONS
from collectors.interface import CallOutcome, CoverageRecord, Operation
from sample_data._make.github.answers import answers, workflow_files
from sample_data._make.github.parts import OWNER
from sample_data._make.identifiers import days_ago

__all__ = ["github_files"]

_STARTED, _ENDED = days_ago(0, "05:53:00"), days_ago(0, "05:56:10")
_SKIPPED = {
    "apps.list-installations": "asked with an app's own key only",
}


def github_files() -> tuple[dict[str, str], list[CoverageRecord]]:
    """Return the text of every file and what the manifest says of it."""
    found = answers()
    files: dict[str, str] = {}
    records: list[CoverageRecord] = []
    for name, operation in OPERATIONS.items():
        if name in found:
            files[relative_path(Location("github", OWNER, "", name, operation.per_object))] = _text(
                operation, found[name]
            )
            records.append(_record(operation, found[name]))
        elif name != FILES:
            reason = _SKIPPED.get(name, "asked only when the settings say so")
            records.append(
                CoverageRecord(
                    "github", OWNER, name, CallOutcome.SKIPPED, message=reason, permission=operation.permission
                )
            )
    texts = workflow_files()
    files |= {f"github/{OWNER}/files/{path}": text for path, text in texts.items()}
    records.append(_done(OPERATIONS[FILES], len(texts), len(texts)))
    return files, records


def _text(operation: Operation, answer: Any) -> str:
    if not operation.per_object:
        return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
    rows = []
    for request, response in answer:
        if isinstance(response, tuple):
            row: dict[str, Any] = {"request": request, "error": {"code": response[0], "message": response[1]}}
        else:
            row = {"request": request, "response": response}
        rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(rows)


def _done(operation: Operation, calls: int, objects: int) -> CoverageRecord:
    return CoverageRecord(
        "github",
        OWNER,
        operation.name,
        CallOutcome.OK,
        calls,
        objects,
        permission=operation.permission,
        started_at=_STARTED,
        ended_at=_ENDED,
    )


def _record(operation: Operation, answer: Any) -> CoverageRecord:
    if operation.per_object:
        return _done(operation, len(answer), sum(_objects(each) for _, each in answer))
    return _done(operation, 1, _objects(answer))


def _objects(answer: Any) -> int:
    if isinstance(answer, list):
        return len(answer)
    if isinstance(answer, tuple):
        return 0
    return int(answer.get("total_count", 1))
