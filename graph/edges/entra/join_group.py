"""CAN_JOIN_GROUP: adding oneself to a group and having what it is assigned.

Input: what everybody holds; owners of groups. Output: edges through classes of groups, and direct ones of owners.
Handled: role-assignable groups (only their owners and role administrators manage them), computed membership and groups
from premises (nobody adds to them here), Microsoft 365 groups (only users can be members), administrative units, who
can activate ownership. Members of a group in a restricted unit are managed by roles at the scope of such a unit alone.
Not handled: rewriting the rule of a dynamic group; that is ``dynamic_groups``.

References
----------
https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management and
https://learn.microsoft.com/entra/agent-id/authorization-agent-id (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from collectors.entra.records import EntraGroup
from graph.decision import ALWAYS, Residual, merge_residuals
from graph.edges.entra.owners import GUEST
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import USER_HELD, open_condition, until
from graph.evaluate.entra.holdings import Holding
from graph.evaluate.entra.ids import eligibility_grant, node_of, ownership_grant
from graph.evaluate.entra.rights import Right
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_joined_groups"]

_KIND = EdgeKind.CAN_JOIN_GROUP
_UNITS = "/administrativeUnits/"
_SECURITY, _UNIFIED, _ROLE = "security", "unified", "role-assignable"
_COVERS = {
    Right.GROUP_MEMBERS: (_SECURITY, _UNIFIED),
    Right.SECURITY_GROUP_MEMBERS: (_SECURITY,),
    Right.UNIFIED_GROUP_MEMBERS: (_UNIFIED,),
    Right.ROLE_GROUP_MEMBERS: (_ROLE,),
}
_OWNER = "entra-group-owner"
_ASSIGNABLE = "Whether roles can be assigned to it was not asked for (`isAssignableToRole`)."
_APPLICATION = "Microsoft's pages name a permission that an application needs beside the ownership."


def _class_of(group: EntraGroup) -> str:
    """Return which class of groups that take members a group is in; empty for none."""
    if group.dynamic or group.synced:
        return ""
    if group.role_assignable:
        return _ROLE
    return _UNIFIED if group.unified else _SECURITY


def build_joined_groups(world: EntraWorld) -> None:
    """Add the edges."""
    for principal, holding in world.held(*_COVERS):
        for name in _COVERS[holding.right]:
            waits = _as_user(world, principal, name)
            _joins(world, principal, _with(holding, waits), name)
    _owners(world)


def _as_user(world: EntraWorld, principal: str, name: str) -> Residual:
    """Return that a user must be held as well, for who cannot itself be a member of a class of groups.

    No application can be in a Microsoft 365 group, no agent and no agent's user account in a role-assignable one.
    """
    outside = name == _UNIFIED and world.is_principal(principal)
    outside = outside or (name == _ROLE and world.is_agent(principal))
    return open_condition(USER_HELD, "a user") if outside else ALWAYS


def _with(holding: Holding, waits: Residual) -> Holding:
    return replace(holding, conditions=merge_residuals([holding.conditions, waits])) if waits else holding


def _joins(world: EntraWorld, principal: str, holding: Holding, name: str) -> None:
    if holding.scope == "/":
        hub, new = world.hub(f"groups:{name}", f"{name} groups that take members")
        if new:
            _members(world, hub, (group for group in world.records.groups if group.id not in world.restricted), name)
    elif holding.scope.startswith(_UNITS):
        unit = world.units.get(holding.scope.removeprefix(_UNITS))
        if unit is None or name == _ROLE:
            return
        hub, new = world.hub(f"groups:{name}:{unit.id}", f"{name} groups of {unit.name}")
        if new:
            inside = (world.groups[each] for each in unit.members if each in world.groups)
            _members(world, hub, (each for each in inside if unit.restricted or each.id not in world.restricted), name)
    else:
        group = world.groups.get(holding.scope.strip("/"))
        if group is not None and _class_of(group) == name and group.id not in world.restricted:
            world.add(world.edge_of(holding, principal, node_of(group.id), _KIND))
        return
    world.add(world.edge_of(holding, principal, hub, _KIND))


def _members(world: EntraWorld, hub: str, groups: Iterable[EntraGroup], name: str) -> None:
    for group in groups:
        if _class_of(group) == name:
            known = group.role_assignable_known
            state, note = (State.VERIFIED, "") if known else (State.UNVERIFIED, _ASSIGNABLE)
            world.add(Edge(hub, node_of(group.id), _KIND, True, state=state, note=note))


def _owners(world: EntraWorld) -> None:
    for group in world.records.groups:
        for owner in group.owners:
            ends = until(world.ends.get((group.id, owner, "owner")))
            _own(world, group, owner, ownership_grant(group.id, owner), ends)
    for each in world.records.group_eligibilities:
        target = world.groups.get(each.group_id)
        if each.access == "owner" and target is not None:
            _own(world, target, each.principal_id, eligibility_grant(each.id), world.activation(each))


def _own(world: EntraWorld, group: EntraGroup, owner: str, grant: str, waits: Residual) -> None:
    name = _class_of(group)
    if not name or group.id in world.restricted:
        return
    user = world.users.get(owner)
    state, note = State.VERIFIED, ""
    if user is None:
        state, note = State.UNVERIFIED, _APPLICATION if owner in world.principals else "The owner was not collected."
    elif user.guest:
        state, note = State.UNVERIFIED, GUEST
    waits = merge_residuals([waits, _as_user(world, owner, name)])
    source = world.refer(owner)
    world.add(Edge(source, node_of(group.id), _KIND, True, _OWNER, (grant,), waits, state=state, note=note))
