"""CAN_CREATE_CREDENTIAL: taking over a user by resetting its password or its other methods.

Input: what everybody holds, and what protects each user. Output: edges through one class of users for each role.
Handled: Microsoft's table of who can reset whom, role-assignable groups, administrative units and restricted ones,
Temporary Access Passes and the policy that enables them, for all or for groups; guests and agents, who have no password
here; users from premises, whose password goes back only with writeback.
Not handled: what a sign-in asks for: a role that cannot change second factors leaves that open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from collectors.entra.records import EntraUser
from graph.catalog.entra import ResetRow, entra_catalog
from graph.decision import ALWAYS, merge_residuals
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import NO_SECOND_FACTOR, WRITEBACK, open_condition
from graph.evaluate.entra.ids import node_of
from graph.evaluate.entra.protection import Standing, reset_state
from graph.evaluate.entra.rights import Right
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_resets"]

_KIND = EdgeKind.CAN_CREATE_CREDENTIAL
_ELIGIBLE = "It may activate a role; whether that protects it as a standing one does is not written."
_PASSES = "Whether Temporary Access Passes are enabled was not looked at."
_TARGETS = (
    "Whether the policy on Temporary Access Passes covers the user follows from groups that were not read as a whole."
)
_EVERYBODY = "all_users"
_UNITS = "/administrativeUnits/"


def build_resets(world: EntraWorld) -> None:
    """Add the edges."""
    standings = _standings(world)
    for principal, holding in world.held(Right.RESET_PASSWORD):
        row = entra_catalog().resets.get(holding.means)
        if row is None:
            continue
        if holding.scope == "/":
            hub, new = world.hub(f"users-reset:{_slug(row.role)}", f"users whom {row.role} can reset")
            users: Iterable[EntraUser] = world.persons
        elif holding.scope.startswith(_UNITS):
            unit = world.units.get(holding.scope.removeprefix(_UNITS))
            if unit is None:
                continue
            hub, new = world.hub(f"users-reset:{_slug(row.role)}:{unit.id}", f"users of {unit.name} without a role")
            users = [world.users[each] for each in unit.members if each in world.users]
            if not unit.restricted:
                # A role at the scope of a plain unit does not reach who is in a restricted one as well.
                users = [each for each in users if each.id not in world.restricted]
        else:
            continue
        if new:
            _members(world, hub, row, users, standings, scoped=holding.scope != "/")
        edge = world.edge_of(holding, principal, hub, _KIND)
        if not row.methods:
            waits = open_condition(NO_SECOND_FACTOR, "true")
            edge = replace(edge, conditions=merge_residuals([edge.conditions, waits]))
        world.add(edge)
    _passes(world)


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _members(
    world: EntraWorld,
    hub: str,
    row: ResetRow,
    users: Iterable[EntraUser],
    standings: dict[str, Standing],
    *,
    scoped: bool,
) -> None:
    for user in users:
        if user.guest or user.agent:
            continue
        state = reset_state(row, standings[user.id], scoped=scoped)
        if state is State.VOID:
            continue
        waits = open_condition(WRITEBACK, "true") if user.synced else ALWAYS
        note = _ELIGIBLE if state is State.UNVERIFIED else ""
        world.add(Edge(hub, node_of(user.id), _KIND, True, conditions=waits, state=state, note=note))


def _passes(world: EntraWorld) -> None:
    """Add the edges of who can make a Temporary Access Pass for anybody without a role of its own."""
    enabled = world.records.policies.temporary_access_pass
    if enabled is False:
        return
    for principal, holding in world.held(Right.AUTHENTICATION_METHODS):
        if holding.scope != "/":
            continue
        hub, new = world.hub("users-pass", "people who can be given a Temporary Access Pass")
        if new:
            for user, state, note in _who_takes_a_pass(world, enabled=enabled is True):
                world.add(Edge(hub, node_of(user.id), _KIND, True, state=state, note=note))
        world.add(world.edge_of(holding, principal, hub, _KIND))


def _who_takes_a_pass(world: EntraWorld, *, enabled: bool) -> Iterator[tuple[EntraUser, State, str]]:
    """Yield the people who can be given a Temporary Access Pass, and how sure that is.

    The policy enables it for groups, and leaves groups out.
    """
    policies = world.records.policies
    targets, excluded = policies.pass_targets, frozenset(policies.pass_excluded)
    everybody = targets is None or _EVERYBODY in targets
    inside = _members_of(world, targets or ())
    outside = _members_of(world, excluded)
    unread = any(not _listed(world, group) for group in (*(targets or ()), *excluded) if group != _EVERYBODY)
    for user in world.persons:
        if user.guest or user.id in world.restricted:
            continue
        state, note = (State.VERIFIED, "") if enabled else (State.UNVERIFIED, _PASSES)
        named = State.VERIFIED if everybody else inside.get(user.id, State.UNVERIFIED if unread else State.VOID)
        left_out = outside.get(user.id, State.UNVERIFIED if unread and excluded else State.VOID)
        if named is State.VOID or left_out is State.VERIFIED:
            continue
        if State.UNVERIFIED in (named, left_out):
            state, note = State.UNVERIFIED, _TARGETS
        yield user, state, note


def _listed(world: EntraWorld, group: str) -> bool:
    found = world.groups.get(group)
    return found is not None and found.members_known


def _members_of(world: EntraWorld, groups: Iterable[str]) -> dict[str, State]:
    """Return the members of groups: sure of direct ones, not of those in groups within."""
    found: dict[str, State] = {}
    seen: set[str] = set()
    queue = [(group, State.VERIFIED) for group in groups]
    while queue:
        group_id, state = queue.pop()
        group = world.groups.get(group_id)
        if group is None or group_id in seen:
            continue
        seen.add(group_id)
        for member in group.members:
            found[member] = max(state, found.get(member, State.VOID))
            if member in world.groups:
                queue.append((member, State.UNVERIFIED))
    return found


def _standings(world: EntraWorld) -> dict[str, Standing]:
    """Return what protects each user: roles, also through groups; being in, or owning, a role-assignable group."""
    roles: dict[str, set[str]] = defaultdict(set)
    eligible: dict[str, set[str]] = defaultdict(set)
    for principal, names in world.holdings.roles.items():
        roles[principal] |= names
    for principal, names in world.holdings.eligible.items():
        eligible[principal] |= names
    special: set[str] = set()
    for group in world.records.groups:
        if not group.role_assignable:
            continue
        special |= {*group.members, *group.owners}
        for member in group.members:
            roles[member] |= world.holdings.roles.get(group.id, frozenset())
            eligible[member] |= world.holdings.eligible.get(group.id, frozenset())
    units = {unit.id for unit in world.records.administrative_units if unit.restricted}
    special |= {
        each.principal_id for each in world.records.role_assignments if each.scope.removeprefix(_UNITS) in units
    }
    known = world.looked_at("roleManagement.directory.roleAssignments")
    return {
        user.id: Standing(
            frozenset(roles.get(user.id, ())),
            frozenset(eligible.get(user.id, ())),
            user.id in special,
            user.id in world.restricted,
            known,
        )
        for user in world.records.users
    }
