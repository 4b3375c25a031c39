"""Rows of a table that people or their tools wrote: CSV with a header, or one JSON object a line.

Input: the text of a file. Output: rows with line numbers and pointers, an error in place of one that is none; typed
fields of a row.
Handled: ``;`` as separator, blank lines, too many cells. Not handled: what columns mean.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from collectors.errors import EvidenceError
from collectors.evidence.times import parse_time

__all__ = ["RowFields", "csv_rows", "json_rows"]

_TRUE = frozenset({"true", "yes", "1", "y"})
_FALSE = frozenset({"false", "no", "0", "n"})


class RowFields:
    """One row's fields, read by name; a wrong one raises with its name."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row

    def text(self, name: str) -> str:
        """Return a field's text; empty where there is none."""
        value = self._row.get(name)
        if value is None:
            return ""
        if isinstance(value, bool | dict | list):
            raise EvidenceError(f"{name} must be text")
        return str(value).strip()

    def required(self, name: str) -> str:
        """Return a field's text, which must not be empty."""
        value = self.text(name)
        if not value:
            raise EvidenceError(f"{name} is missing")
        return value

    def flag(self, name: str) -> bool | None:
        """Return a truth value; ``None``: not stated."""
        value = self._row.get(name)
        word = value.strip().lower() if isinstance(value, str) else value
        if word is None or word == "":
            return None
        if word is True or word in _TRUE:
            return True
        if word is False or word in _FALSE:
            return False
        raise EvidenceError(f"{name} must be true or false, not {value!r}")

    def one_of(self, name: str, allowed: frozenset[str]) -> str:
        """Return a field's text, which must be one of some words."""
        value = self.required(name)
        if value not in allowed:
            raise EvidenceError(f"{name} must be one of {', '.join(sorted(allowed, key=_natural))}, not {value!r}")
        return value

    def match(self) -> str:
        """Return the pattern that a row is about."""
        value = self.required("match")
        if value.startswith("tag:") and not ("=" in value and value[4:].split("=", 1)[0]):
            raise EvidenceError(f"match {value!r} must read tag:KEY=VALUE")
        return value

    def account(self) -> str:
        """Return an account id."""
        value = self.required("account")
        # A spreadsheet drops the leading zeros of an AWS account id.
        return value.zfill(12) if value.isdigit() else value

    def moment(self, name: str) -> datetime | None:
        """Return a time in UTC; ``None``: not stated."""
        value = self.text(name)
        found = parse_time(value)
        if value and found is None:
            raise EvidenceError(f"{name} must be a time such as 2026-01-31 or 2026-01-31T08:00:00Z, not {value!r}")
        return found

    def count(self, name: str) -> int | None:
        """Return a whole number of at least 0; ``None``: not stated."""
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit() and len(value) < 16):
            raise EvidenceError(f"{name} must be a whole number, not {value!r}")
        return int(value) if value else None


def _natural(word: str) -> tuple[int, str]:
    return len(word), word


def json_rows(text: str) -> Iterator[tuple[int, str, dict[str, Any] | EvidenceError]]:
    """Yield line number, pointer and row of JSON Lines."""
    for index, line in enumerate(text.split("\n")):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield index + 1, f"/{index}", EvidenceError("not JSON")
            continue
        if isinstance(row, dict):
            yield index + 1, f"/{index}", row
        else:
            yield index + 1, f"/{index}", EvidenceError("must be a JSON object")


def csv_rows(text: str) -> Iterator[tuple[int, str, dict[str, Any] | EvidenceError]]:
    """Yield line number, pointer and row of CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header: list[str] | None = None
    count = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield reader.line_num, "", EvidenceError(f"not CSV: {error}")
            return
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            continue
        pointer, count = f"/{count}", count + 1
        if len(cells) > len(header):
            yield reader.line_num, pointer, EvidenceError(f"has {len(cells)} fields, the header has {len(header)}")
        else:
            yield reader.line_num, pointer, dict(zip(header, cells, strict=False))


def _delimiter(text: str) -> str:
    """Return ``;`` for files that a spreadsheet saved in a country where the comma is the decimal sign."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return ";" if ";" in first and "," not in first else ","
