"""Write large JSON bodies piece by piece.

Input: iterators of members. Output: files. Not handled: reading.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["write_body", "write_calls", "write_csv", "write_report"]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def write_body(path: Path, lists: Mapping[str, Iterable[Any]], rest: Mapping[str, Any] | None = None) -> None:
    """Write one answer; each list is taken from its iterator and never held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("{")
        for number, (key, members) in enumerate(lists.items()):
            file.write(f"{',' if number else ''}{_compact(key)}:[")
            for place, member in enumerate(members):
                file.write(f"{',' if place else ''}\n{_compact(member)}")
            file.write("]")
        for number, (key, value) in enumerate((rest or {}).items()):
            file.write(f"{',' if number or lists else ''}{_compact(key)}:{_compact(value)}")
        file.write("}\n")


def write_calls(path: Path, calls: Iterable[tuple[Mapping[str, Any], Mapping[str, Any] | None, str]]) -> None:
    """Write one line a call: request, response, and the error's code where there is no response."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for request, response, code in calls:
            said = {"response": response} if response is not None else {"error": {"code": code, "message": code}}
            file.write(_compact({"request": request, **said}) + "\n")


def write_csv(path: Path, head: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table whose cells hold no comma."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head + "\n")
        file.writelines(",".join(row) + "\n" for row in rows)


def write_report(path: Path, lines: Iterable[str]) -> None:
    """Write a credential report: lines of CSV as base64 within one JSON string."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = b""
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.write('{"Content":"')
        for line in lines:
            kept += line.encode() + b"\n"
            whole = len(kept) - len(kept) % 3
            file.write(base64.b64encode(kept[:whole]).decode())
            kept = kept[whole:]
        file.write(base64.b64encode(kept).decode())
        file.write(f'","ReportFormat":"text/csv","GeneratedTime":"{_GENERATED}"}}\n')


_GENERATED = "2026-11-01T05:58:00Z"
