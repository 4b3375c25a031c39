"""Whether an operation that is asked in every region was looked at, by account.

Input: the snapshot's coverage. Output: complete, incomplete or not looked at.
Not handled: which regions an account has enabled; regions that nobody asked are in no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping

from analytics.rules._context import RuleContext

__all__ = ["looked_at_everywhere"]

_SEEN = frozenset({"present", "empty"})


def looked_at_everywhere(context: RuleContext, account: str, operation: str) -> bool:
    """Return whether an operation was answered in full in each region that the evidence holds of an account."""
    found = context.shared("presence by region", lambda: _presences(context)).get((account, operation), frozenset())
    return bool(found) and found <= _SEEN


def _presences(context: RuleContext) -> Mapping[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in context.snapshot.coverage:
        if row["source"] == "aws":
            found.setdefault((str(row["scope"]), str(row["operation"])), set()).add(str(row["presence"]))
    return {key: frozenset(values) for key, values in found.items()}
