"""The tables that ``other/<system>/<scope>/`` may hold, and what each one tells.

Input: none (data only). Output: ``OPERATIONS``, ``READABLE``, ``REGIONAL``, ``COLUMNS``.
Not handled: the meaning of a row (``to_records``).
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.interface import Operation

__all__ = ["COLUMNS", "OPERATIONS", "READABLE", "REGIONAL"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "identities": (
        *("id", "kind", "name", "scope", "owner", "environment", "active", "created_at", "last_used_at", "impact"),
        *("issuer", "subject"),
    ),
    "credentials": ("id", "identity", "kind", "created_at", "expires_at", "last_used_at", "active", "hint"),
    "grants": ("id", "holder", "target", "kind", "permission", "impact", "condition", "state"),
    "uses": ("consumer", "identity", "credential", "first_seen", "last_seen", "count"),
}
"""Columns of each table, in the order in which the documentation tells them."""

_LOST = {
    "identities": "Which identities, groups, workloads, resources and scopes the system has, and who owns them.",
    "credentials": "Which credentials prove its identities, how old they are and whether they are used.",
    "grants": "Who may do what there: without it nothing is known to be reached.",
    "uses": "Which workloads use its identities and credentials.",
}
OPERATIONS: Mapping[str, Operation] = {name: Operation(name, "", _LOST[name], may_be_empty=True) for name in COLUMNS}
"""By file stem; nobody asks a vendor for them, so they need no permission."""
READABLE = OPERATIONS
REGIONAL: frozenset[str] = frozenset()
