"""The files that a workspace of Terraform may have in the evidence, and what each one tells.

Input: none (data only). Output: ``OPERATIONS``, ``READABLE``, ``REGIONAL``.
Not handled: the content (``clean``, ``to_records``).
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.interface import Operation

__all__ = ["BACKEND", "OPERATIONS", "PLAN", "READABLE", "REGIONAL", "SOURCE", "STATE"]

SOURCE = "terraform"
STATE, PLAN, BACKEND = "state", "plan", "backend"
OPERATIONS: Mapping[str, Operation] = {
    STATE: Operation(
        STATE,
        "",
        "Which identities and secrets Terraform manages and where, and whose secrets lie in its state.",
        may_be_empty=True,
    ),
    PLAN: Operation(
        PLAN,
        "",
        "Which identities and role attachments a plan would make or take away.",
        may_be_empty=True,
        opt_in=True,
    ),
    BACKEND: Operation(
        BACKEND, "", "Where the state is kept: without it nobody is known to read it.", may_be_empty=True, opt_in=True
    ),
}
"""By file stem; nobody asks a vendor for them, so they need no permission."""
READABLE = OPERATIONS
REGIONAL: frozenset[str] = frozenset()
