"""What each principal holds in Azure: its assignments, and those that it can give itself below a subscription.

Input: ``AzureAuthority``, memberships, kinds of principals. Output: ``Held`` rows by principal.
Handled: who may write role assignments at a resource group or a resource without limit holds every role there; who may
write some roles alone (a condition) holds those, as far as they are known; a principal that a deny assignment spares
although its group is denied holds what the group holds.
Not handled: what full control of a subscription or of what is above gives; that is ``scope_admin``.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.azure.access_types import AzurePermission
from graph.decision import Truth, merge_residuals
from graph.evaluate.azure.assignments import Standing
from graph.evaluate.azure.authorize import AzureAuthority
from graph.evaluate.azure.conditions import Asked, Verdict, evaluate_condition
from graph.evaluate.azure.definitions import Role
from graph.evaluate.azure.ids import principal_node, role_grant
from graph.evaluate.azure.patterns import permits
from graph.evaluate.entra.ids import membership_grant

__all__ = ["OWNER", "WRITE_ASSIGNMENTS", "Held", "assignable", "assigning", "held_by_principal", "is_wide"]

WRITE_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments/write"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
_GROUPS = "/providers/microsoft.management/managementgroups/"
_DEPTH = 4
"""Slashes of a management group's id."""
_PREFIX = "request:microsoft.authorization/roleassignments:"
_EVERYTHING = Role("*", "any role", (AzurePermission(("*",), (), ("*",), ()),), True, True)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An assignment that somebody holds or can give itself; two are the same only when they are one object."""

    principal: str
    standing: Standing
    grants: tuple[str, ...]
    note: str = ""
    own: bool = True
    """False for what it can give itself."""

    @property
    def scope(self) -> str:
        """Return where it holds."""
        return self.standing.assignment.scope


def is_wide(scope: str) -> bool:
    """Return whether a scope is the root, a management group or a subscription: one that has an administrator."""
    if scope.startswith("/subscriptions/"):
        return scope.count("/") == 2
    return scope == "/" or (scope.startswith(_GROUPS) and scope.count("/") == _DEPTH)


def held_by_principal(
    authority: AzureAuthority, groups_of: Mapping[str, tuple[str, ...]], kinds: Mapping[str, str]
) -> dict[str, list[Held]]:
    """Return what everybody holds.

    Parameters
    ----------
    groups_of
        Groups of each member.
    kinds
        ``User``, ``Group`` or ``ServicePrincipal`` of principals that were collected, for conditions on the type.

    Notes
    -----
    Linear in assignments; a condition that names roles adds a row for each of them.
    """
    found: dict[str, list[Held]] = defaultdict(list)
    for standing in authority.standings:
        each = standing.assignment
        held = Held(each.principal_id, standing, (role_grant(each.id, each.eligible),))
        found[each.principal_id].append(held)
    for principal, group in _spared(authority, groups_of):
        own = found[principal]
        for held in tuple(found.get(group, ())):
            if held.own:
                grants = tuple(sorted({*held.grants, membership_grant(group, principal)}))
                own.append(Held(principal, held.standing, grants, f"As a member of {principal_node(group)}."))
    for principal in tuple(found):
        for held in tuple(found[principal]):
            found[principal] += _given_to_itself(authority, held, groups_of, kinds)
    return found


def _spared(authority: AzureAuthority, groups_of: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield principals that a deny assignment spares, with groups of theirs that it does not spare."""
    pairs = {
        (principal, group)
        for deny in authority.records.deny_assignments
        for principal in deny.excluded
        for group in groups_of.get(principal, ())
        if group not in deny.excluded
    }
    yield from sorted(pairs)


def assigning(
    authority: AzureAuthority,
    held: Held,
    role: str,
    groups_of: Mapping[str, tuple[str, ...]],
    kinds: Mapping[str, str],
) -> Verdict | None:
    """Return whether a holder may give itself a role by an assignment that it holds.

    Parameters
    ----------
    role
        GUID of the role that it would give itself, or a group of its own.

    Returns
    -------
    Verdict | None
        The best over itself and its groups, what the assignment waits for left out; ``None`` where the assignment's
        role does not write role assignments.
    """
    found: Verdict | None = None
    for permission in held.standing.role.permissions if held.standing.role else ():
        if not permits(permission, WRITE_ASSIGNMENTS):
            continue
        for attributes in _requests(held, role, groups_of, kinds):
            asked = Asked(WRITE_ASSIGNMENTS, attributes)
            parts = [
                evaluate_condition(text, asked) for text in (permission.condition, held.standing.assignment.condition)
            ]
            verdict = _both(parts)
            if found is None or verdict.truth.value > found.truth.value:
                found = verdict
    return found


def _both(parts: list[Verdict]) -> Verdict:
    if any(part.truth is Truth.FALSE for part in parts):
        return Verdict(Truth.FALSE)
    left = merge_residuals(part.left for part in parts)
    return Verdict(Truth.UNKNOWN, left) if left else Verdict(Truth.TRUE)


def _requests(
    held: Held, role: str, groups_of: Mapping[str, tuple[str, ...]], kinds: Mapping[str, str]
) -> Iterator[Mapping[str, tuple[str, ...]]]:
    """Yield the attributes of requests that would give a role to the holder: to itself, or to a group that it is in."""
    told = held.standing.assignment.principal_type
    for principal in (held.principal, *groups_of.get(held.principal, ())):
        kind = kinds.get(principal) or (told if principal == held.standing.assignment.principal_id else "")
        attributes = {f"{_PREFIX}roledefinitionid": (role,), f"{_PREFIX}principalid": (principal,)}
        if kind:
            attributes[f"{_PREFIX}principaltype"] = (kind,)
        yield attributes
        if kind == "Group":
            # A member gives the role to itself; who that is nobody says here.
            for member in ("User", "ServicePrincipal"):
                yield {f"{_PREFIX}roledefinitionid": (role,), f"{_PREFIX}principaltype": (member,)}


def _given_to_itself(
    authority: AzureAuthority, held: Held, groups_of: Mapping[str, tuple[str, ...]], kinds: Mapping[str, str]
) -> Iterator[Held]:
    verdict = assigning(authority, held, OWNER, groups_of, kinds)
    if verdict is None:
        return
    if verdict.truth is not Truth.FALSE:
        if not is_wide(held.scope):
            yield _with(held, _EVERYTHING, verdict, "After giving itself a role.")
        return
    for role in authority.roles.known():
        if not assignable(authority, role, held.scope):
            continue
        given = assigning(authority, held, role.guid, groups_of, kinds)
        if given is not None and given.truth is not Truth.FALSE:
            yield _with(held, role, given, f"After giving itself {role.name}.")


def assignable(authority: AzureAuthority, role: Role, scope: str) -> bool:
    """Return whether a role can be assigned at a scope; one whose definition names no scopes can everywhere."""
    return not role.assignable_scopes or any(authority.scopes.holds(place, scope) for place in role.assignable_scopes)


def _with(held: Held, role: Role, verdict: Verdict, note: str) -> Held:
    standing = replace(
        held.standing,
        assignment=replace(held.standing.assignment, condition=""),
        role=role,
        role_name=role.name,
        waits=merge_residuals([held.standing.waits, verdict.left]),
    )
    return Held(held.principal, standing, held.grants, note, own=False)
