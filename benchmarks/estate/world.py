"""All that is planted in an estate: accounts, truth, and what people declare.

Input: the seed and the accounts. Output: ``Estate``, which planted cases fill.
Not handled: the background, which is made while it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.estate.account import Planted
from benchmarks.estate.truth import Door, Truth

__all__ = ["Estate"]


@dataclass(slots=True)
class Estate:
    """All that is planted."""

    seed: int
    organization: str
    manager: str
    members: list[Planted]
    truths: list[Truth] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)
    """Ways for administrators of one account into another one."""
    secrets: list[tuple[str, str, str]] = field(default_factory=list)
    """Declared: secret, access key, user."""
    vendors: list[str] = field(default_factory=list)
    departed: list[str] = field(default_factory=list)
    """People who left."""
    present: list[str] = field(default_factory=list)
    """People who are named and still here."""
