"""Write an answer as table, JSON, JSON Lines or CSV.

Input: rows and a head. Output: text on standard output. Not handled: progress and logs, which go to standard error.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from nhigraph.output.console import note, output_console, plain
from nhigraph.output.names import told

__all__ = ["Format", "write_answer", "write_json", "write_rows", "write_table"]


class Format(StrEnum):
    """Forms of an answer."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def write_json(answer: Mapping[str, Any]) -> None:
    """Write one JSON object, indented, keys in the order given."""
    json.dump(answer, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def write_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines: one object a row, as the rows come."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def _flat(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _told(value: object) -> str:
    """Return a value as a table shows it: lists by comma."""
    return ", ".join(_flat(item) for item in value) if isinstance(value, list | tuple) else _flat(value)


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_flat(row.get(column)) for column in columns])


def _cell(row: Mapping[str, Any], column: str, named: bool) -> str:
    """Return a cell; beside a column of names the id stands alone."""
    text = plain(_told(row.get(column)))
    return text if named and column == "id" else told(text)


def write_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write rows as a table for people."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(row, column, "name" in columns)) for column in columns))
    output_console().print(table)


def write_answer(
    form: Format, head: Mapping[str, Any], name: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]
) -> None:
    """Write a list answer.

    Parameters
    ----------
    head
        See ``envelope``; JSON carries it beside the rows.
    name
        Key of the rows in JSON.
    columns
        Columns of table and CSV, in order.
    """
    if form is Format.JSON:
        write_json({**head, name: list(rows)})
    elif form is Format.JSONL:
        write_rows({"snapshot": head["snapshot"], "as_of": head["as_of"], **row} for row in rows)
    elif form is Format.CSV:
        _csv(rows, columns)
    else:
        from nhigraph.output.story import coverage_line

        write_table(rows, columns)
        note(coverage_line(head))
