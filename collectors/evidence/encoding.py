"""JSON text of evidence files: how times and bytes are spelled, and how a file is replaced whole.

Input: vendor answers as the SDK parsed them. Output: JSON text; files written beside and renamed.
Not handled: redaction, which comes before.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

__all__ = ["iso", "replace_file", "sync_folder", "to_json"]


def iso(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC; a time without zone counts as UTC, as every vendor here means it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} cannot be written as evidence")


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON text with times in ISO 8601 and bytes in base64.

    Raises
    ------
    TypeError
        The value holds something that has no JSON spelling.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=indent, separators=separators)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, text: str | Iterable[str]) -> None:
    """Write a whole file beside its place and rename it there, so that a reader sees the old or the new one.

    A text that comes in pieces is written piece by piece and need not be held as a whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".writing")
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        for piece in (text,) if isinstance(text, str) else text:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)
