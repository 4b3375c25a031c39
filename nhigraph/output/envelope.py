"""What every JSON answer carries besides its own data: snapshot, time, age and what was not looked at.

Input: a snapshot and the time of asking. Output: a mapping to which the answer is added.
Not handled: judging coverage; it is repeated as the build recorded it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

__all__ = ["age_text", "envelope", "missing_coverage"]


def missing_coverage(snapshot: Snapshot) -> list[Mapping[str, Any]]:
    """Return what was not looked at, or not wholly, sorted as recorded."""
    return [
        {
            "source": row["source"],
            "scope": row["scope"],
            "region": row["region"],
            "operation": row["operation"],
            "presence": row["presence"],
            "permission": row["permission"],
            "lost": row["lost"],
            "reason": row["reason"],
            "guard": bool(row.get("guard")),
        }
        for row in snapshot.coverage
        if row["presence"] in ("absent", "partial", "failed")
    ]


def age_text(as_of: datetime, now: datetime) -> str:
    """Return the age of the evidence in words: ``20 days``, ``3 hours``, ``in the future``."""
    seconds = (now - as_of).total_seconds()
    if seconds < 0:
        return "in the future"
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "under a minute"


def envelope(snapshot: Snapshot, now: datetime) -> dict[str, Any]:
    """Return the head of an answer.

    Returns
    -------
    dict
        ``snapshot`` (id), ``as_of`` (ISO 8601; ``None`` when the evidence states no time), ``as_of_known``, ``age``
        (words), ``coverage`` (list of what was not looked at).
    """
    as_of = snapshot.manifest.as_of
    known = bool(snapshot.manifest.facts.get("as_of_known", True))
    return {
        "snapshot": snapshot.id,
        "as_of": as_of.isoformat().replace("+00:00", "Z") if known else None,
        "as_of_known": known,
        "age": age_text(as_of, now) if known else "unknown",
        "coverage": missing_coverage(snapshot),
    }
