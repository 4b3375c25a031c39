"""Whom a role can reset: Microsoft's table of who can reset passwords, applied to one user.

Input: the roles that a user holds, or may activate, and its role-assignable groups. Output: a ``State``.
Handled: roles of the table, members and owners of role-assignable groups, roles in restricted administrative units,
guests (their password is at home) and agents (they have none).
Not handled: protected actions, which need an authentication context.

References
----------
https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions (read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.catalog.entra import ResetRow
from graph.kinds import State

__all__ = ["Standing", "reset_state"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What protects a user."""

    roles: frozenset[str]
    """Names of the directory roles that it holds now, at any scope, through groups as well."""
    eligible: frozenset[str]
    """Names of those that it may activate."""
    in_role_group: bool
    """A member or owner of a role-assignable group, or the holder of a role scoped to a restricted unit."""
    restricted: bool
    """In an administrative unit whose members only roles scoped to it manage."""
    known: bool = True
    """False where roles were not looked at."""


def reset_state(row: ResetRow, user: Standing, *, scoped: bool = False) -> State:
    """Return how surely the holder of a role can reset a user.

    Parameters
    ----------
    row
        The role's line of the table.
    scoped
        The role is held for an administrative unit that the user is in: it then reaches users without any role.
    """
    if user.restricted and not scoped:
        return State.VOID
    if row.everybody and not scoped:
        return State.VERIFIED
    allowed = frozenset() if scoped else row.roles
    if user.in_role_group or not user.roles <= allowed:
        return State.VOID
    if not user.eligible <= allowed or not user.known:
        # The table speaks of roles that are assigned; whether one that is only eligible protects is not written.
        return State.UNVERIFIED
    return State.VERIFIED
