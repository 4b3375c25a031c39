"""CAN_CHANGE_OWN_POLICY and CAN_JOIN_GROUP: taking away what the activation of an eligible role or membership asks for.

Input: what everybody holds, who is eligible, what activation asks for. Output: edges of who writes those policies.
Handled: an eligible administrator whose activation needs a factor, an approval or an authentication context; the same
for members of groups. The eligible user must be held as well: the policy alone makes nobody eligible.
Not handled: making an activation last. Who approves is a condition of the activation and takes nothing, since nobody
approves an own request.
Errs towards: silence where activation asks for nothing, because nothing is gained then.

References
----------
https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicyrule-update (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from collectors.entra.role_types import EntraRolePolicy
from graph.decision import Residual, merge_residuals
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import ACTIVATION, USER_HELD, open_condition
from graph.evaluate.entra.ids import admin_node, node_of
from graph.evaluate.entra.rights import Right, rights_of_role
from graph.kinds import EdgeKind, Impact, State
from graph.model import Edge

__all__ = ["build_role_policies"]

_SHOWN = 3
_ADMIN = frozenset({Right.ADMINISTRATE, Right.ASSIGN_ROLES})
_UNREAD = "What activation asks for was not looked at; where it asks for nothing, nothing is gained."


def build_role_policies(world: EntraWorld) -> None:
    """Add the edges."""
    _roles(world)
    _groups(world)


def _gain(policy: EntraRolePolicy | None) -> State:
    """Return how sure it is that taking a policy's demands away gains something; void where it demands nothing."""
    if policy is None or not policy.rules_known:
        return State.UNVERIFIED
    guarded = policy.needs_mfa or policy.needs_approval or bool(policy.authentication_context)
    return State.VERIFIED if guarded else State.VOID


def _roles(world: EntraWorld) -> None:
    policies = {each.role_id: each for each in world.records.role_policies if not each.group_id}
    found: dict[State, dict[str, list[str]]] = {State.VERIFIED: {}, State.UNVERIFIED: {}}
    for each in world.records.role_assignments:
        if not each.eligible or each.scope != "/":
            continue
        given = rights_of_role(each.role_id, world.definitions.get(each.role_id))
        state = _gain(policies.get(each.role_id))
        if state is not State.VOID and any(row.right in _ADMIN for row in given):
            found[state].setdefault(given[0].means, []).append(world.name_of(each.principal_id))
    state = State.VERIFIED if found[State.VERIFIED] else State.UNVERIFIED
    if not found[state]:
        return
    users = [name for names in found[state].values() for name in names]
    waits = merge_residuals([_held(users), open_condition(ACTIVATION, *sorted(found[state]))])
    for principal, holding in world.held(Right.CHANGE_ROLE_POLICY):
        sure = world.unsure(holding, state, _UNREAD)
        edge = world.edge_of(sure, principal, admin_node(world.tenant), EdgeKind.CAN_CHANGE_OWN_POLICY)
        world.refer(principal)
        conditions = merge_residuals([edge.conditions, waits])
        world.add(replace(edge, conditions=conditions, impact=Impact.H1.value))


def _groups(world: EntraWorld) -> None:
    for principal, holding in world.held(Right.CHANGE_GROUP_POLICY):
        hub, new = world.hub("groups:eligible-members", "groups whose membership somebody can activate")
        if new:
            for edge in _joinable(world, hub):
                world.add(edge)
        world.add(world.edge_of(holding, principal, hub, EdgeKind.CAN_JOIN_GROUP))


def _joinable(world: EntraWorld, hub: str) -> Iterator[Edge]:
    members: dict[str, list[str]] = {}
    for each in world.records.group_eligibilities:
        if each.access == "member" and each.group_id in world.groups:
            members.setdefault(each.group_id, []).append(world.name_of(each.principal_id))
    for group, names in members.items():
        state = _gain(world.group_policy(group, "member"))
        if state is State.VOID:
            continue
        note = _UNREAD if state is State.UNVERIFIED else ""
        activation = open_condition(ACTIVATION, f"member of {world.name_of(group)}")
        waits = merge_residuals([_held(names), activation])
        yield Edge(hub, node_of(group), EdgeKind.CAN_JOIN_GROUP, True, conditions=waits, state=state, note=note)


def _held(names: Iterable[str]) -> Residual:
    found = sorted(dict.fromkeys(names))
    return open_condition(USER_HELD, *found[:_SHOWN], *(("and others",) if len(found) > _SHOWN else ()))
