"""Small values to text and back: residuals, attributes, times.

Input: ``Residual``, JSON-ready mappings, aware datetimes. Output: canonical text, the same for equal values.
Not handled: files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from graph.decision import ALWAYS, Atom, Residual
from graph.errors import SnapshotError

__all__ = ["canonical_json", "residual_from_text", "residual_to_text", "time_from_text", "time_to_text", "utf8"]


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spaces; ``NaN`` and unknown types raise ``ValueError`` or ``TypeError``."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def utf8(text: str) -> bytes:
    """Return UTF-8; a lone surrogate (possible in JSON input) becomes its escape, since UTF-8 cannot hold it."""
    return text.encode("utf-8", "backslashreplace")


def residual_to_text(residual: Residual) -> str:
    """Return a residual as a JSON list of clauses, each a list of atoms."""
    return canonical_json(
        [
            [
                {
                    "key": atom.key,
                    "operator": atom.operator,
                    "values": list(atom.values),
                    "negated": atom.negated,
                    "provider": atom.provider,
                }
                for atom in clause
            ]
            for clause in residual
        ]
    )


def residual_from_text(text: str) -> Residual:
    """Return the residual written by ``residual_to_text``; raise ``SnapshotError`` on any other form."""
    try:
        return tuple(tuple(_atom(atom) for atom in clause) for clause in json.loads(text)) or ALWAYS
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotError(f"a condition cannot be read ({error}): {text[:80]}") from error


def _atom(row: Mapping[str, Any]) -> Atom:
    return Atom(
        key=str(row["key"]),
        operator=str(row["operator"]),
        values=tuple(str(value) for value in row["values"]),
        negated=bool(row["negated"]),
        provider=str(row["provider"]),
    )


def time_to_text(moment: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC ending in ``Z``."""
    if moment.tzinfo is None:
        raise SnapshotError(f"`as_of` needs a time zone: {moment.isoformat()}")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_from_text(text: str) -> datetime:
    """Return the aware time behind ISO 8601 text; raise ``SnapshotError`` when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SnapshotError(f"`{text}` is not an ISO 8601 time") from error
    if moment.tzinfo is None:
        raise SnapshotError(f"`{text}` has no time zone")
    return moment
