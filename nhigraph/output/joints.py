"""Figures of the joints between systems in words.

Input: ``joints`` of a snapshot's manifest, or those of a build. Output: one text a joint.
Not handled: JSON; the figures stand in ``manifest.json`` as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["joint_texts"]

_WORDS = ("matched", "unverified", "ambiguous", "impossible", "unmatched")


def joint_texts(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what came of each joint: how many of what were matched, left ambiguous, ruled out, or not matched.

    Examples
    --------
    >>> joint_texts([{"joint": "login to person", "matched": 9, "ambiguous": 0, "unmatched": 1}])
    ['login to person: 9 matched, 1 unmatched']
    """
    return [f"{row['joint']}: {_figures(row)}" for row in rows]


def _figures(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{row[word]} {word}" for word in _WORDS if row.get(word)) or "nothing to match"
