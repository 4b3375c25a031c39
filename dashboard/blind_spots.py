"""What could hide a way that was not found: calls at its ends, systems that were only referred to, sources never read.

Input: a snapshot and the systems of both ends. Output: ``Blind``.
Handled: calls that could only take permission away hide no way and are left out.
Not handled: which of it really hides one; that is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.systems import System, vendor_word
from dashboard.frames import SCOPE_KINDS
from graph.snapshot import Snapshot

__all__ = ["READ_SOURCES", "Blind", "blind_spots", "never_read", "referred_to"]

READ_SOURCES = ("aws", "entra", "azure", "github")
"""Sources that are read in their vendor's own words."""
_MISSING = ("failed", "partial", "absent")
MOST = 12


@dataclass(frozen=True, slots=True)
class Blind:
    """What was not looked at, seen from two ends."""

    here: tuple[Mapping[str, Any], ...]
    """Rows of coverage in the systems of the ends, refused first; ``MOST`` at most."""
    here_count: int
    elsewhere_count: int
    """Such calls in all other systems."""
    outside: tuple[str, ...]
    """Systems that something refers to and nobody collected; ``MOST`` at most."""
    outside_count: int
    never: tuple[str, ...]
    """Vendors of whom there is no evidence at all."""


def blind_spots(snapshot: Snapshot, ends: Sequence[System]) -> Blind:
    """Return what could hide a way between two ends; linear in the rows of coverage."""
    at_ends = {end.id.lower() for end in ends}
    missing = [row for row in snapshot.coverage if row["presence"] in _MISSING and not row.get("guard")]
    here = [row for row in missing if f"{row['source']}:{row['scope']}".lower() in at_ends]
    here.sort(key=lambda row: (_MISSING.index(row["presence"]), row["operation"]))
    outside = referred_to(snapshot)
    return Blind(
        tuple({name: row[name] for name in ("presence", "operation", "permission", "lost", "scope")} for row in here)[
            :MOST
        ],
        len(here),
        len(missing) - len(here),
        outside[:MOST],
        len(outside),
        never_read(snapshot),
    )


def referred_to(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the accounts, tenants, subscriptions and organizations that something refers to and nobody collected."""
    nodes = (snapshot.node(int(number)) for number in snapshot.nodes_of_kind(*SCOPE_KINDS))
    return tuple(
        f"{vendor_word(node.source)} {node.name or node.scope}".strip() for node in nodes if not node.collected
    )


def never_read(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the vendors that have a collector or a file form and of whom the snapshot holds no evidence."""
    told = {row["source"] for row in snapshot.coverage}
    return tuple(vendor_word(source) for source in READ_SOURCES if source not in told)
