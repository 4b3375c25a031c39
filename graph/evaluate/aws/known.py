"""What can be known of a condition key: its values, that it is absent, a pattern, a few possible states, or nothing.

Input: none (types only). Output: ``Known``, ``Shape``, ``OneOf``.
Not handled: how it comes to be known; see ``context`` and ``derived``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["ABSENT", "UNKNOWN", "Detail", "Known", "Marker", "OneOf", "Shape"]


class Marker(Enum):
    """What stands in place of values."""

    ABSENT = "absent"
    """The request does not carry the key."""
    UNKNOWN = "unknown"


ABSENT: Final = Marker.ABSENT
UNKNOWN: Final = Marker.UNKNOWN
Known = tuple[str, ...] | Marker


@dataclass(frozen=True, slots=True)
class Shape:
    """The key is present with one value, of which only a pattern is known."""

    pattern: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The key is in one of a few known states."""

    candidates: tuple[Known, ...]


Detail = Known | Shape | OneOf
"""All that is known of a key."""
