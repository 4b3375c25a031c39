"""Read the spellings of time that vendors and their tools use.

Input: text or seconds since 1970. Output: aware UTC times. Not handled: local times of a named zone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

__all__ = ["parse_time"]


def parse_time(value: Any) -> datetime | None:
    """Return an aware UTC time; ``None`` for anything that states none (empty, ``N/A``, ``no_information``).

    Parameters
    ----------
    value
        ISO 8601 text (a time without zone counts as UTC), seconds since 1970, or a ``datetime``.
    """
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if not isinstance(value, str) or len(value) < len("2020-01-01") or not value[0].isdigit():
            return None
        moment = datetime.fromisoformat(value.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
