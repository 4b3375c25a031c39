"""CAN_CHANGE_OWN_POLICY: widening a consent policy under which somebody consents.

Input: what everybody holds; under which policies users and custom roles consent. Output: edges into full control.
Handled: custom policies of roles that consent for everybody (whoever has such a role must be held, unless it is the
same), a custom policy of all users (an administrator must sign in and consent), built-in policies, which nobody edits.
Not handled: making oneself the holder of such a role.
Errs towards: unverified where who consents under which policy was not looked at.

References
----------
https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graph.decision import ALWAYS, Residual, merge_residuals
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import USER_HELD, USER_SIGN_IN, open_condition
from graph.evaluate.entra.ids import admin_node
from graph.evaluate.entra.rights import Right
from graph.kinds import EdgeKind, Impact, State

__all__ = ["build_consent_policies"]

_FOR_ALL, _FOR_SELF = "/serviceprincipals/managepermissiongrantsforall.", "managepermissiongrantsforself."
_BUILT_IN = "microsoft-"
_SHOWN = 3
_UNREAD = "Who consents under which policy was not looked at as a whole."


def build_consent_policies(world: EntraWorld) -> None:
    """Add the edges."""
    holders = tuple(dict.fromkeys(_holders(world)))
    for principal, holding in world.held(Right.CHANGE_CONSENT_POLICY):
        if holding.scope != "/":
            continue
        waits, state = _waits(world, principal, holders)
        if state is State.VOID:
            continue
        edge = world.edge_of(
            world.unsure(holding, state, _UNREAD),
            principal,
            admin_node(world.tenant),
            EdgeKind.CAN_CHANGE_OWN_POLICY,
        )
        world.refer(principal)
        conditions = merge_residuals([edge.conditions, waits])
        world.add(replace(edge, conditions=conditions, impact=Impact.H1.value))


def _holders(world: EntraWorld) -> Iterator[str]:
    """Yield who has a custom role that consents for everybody under a policy that can be edited."""
    for assignment in world.records.role_assignments:
        definition = world.definitions.get(assignment.role_id)
        if assignment.scope != "/" or definition is None or definition.built_in or not definition.enabled:
            continue
        policies = (action.lower().partition(_FOR_ALL)[2] for action in definition.actions)
        if any(policy and not policy.startswith(_BUILT_IN) for policy in policies):
            yield assignment.principal_id


def _waits(world: EntraWorld, principal: str, holders: tuple[str, ...]) -> tuple[Residual, State]:
    """Return what must come about beside the permission, and how sure the step is."""
    if principal in holders:
        return ALWAYS, State.VERIFIED
    if holders:
        names = [world.name_of(each) for each in holders]
        shown = names[:_SHOWN] + (["and others"] if len(names) > _SHOWN else [])
        return open_condition(USER_HELD, *shown), State.VERIFIED
    policies = world.records.policies.user_consent_policies
    own = [each.lower().rpartition(_FOR_SELF)[2] for each in policies or () if _FOR_SELF in each.lower()]
    if any(not policy.startswith(_BUILT_IN) for policy in own):
        return open_condition(USER_SIGN_IN, "an administrator"), State.VERIFIED
    looked = ("roleManagement.directory.roleDefinitions", "roleManagement.directory.roleAssignments")
    known = policies is not None and all(world.looked_at(name) for name in looked)
    return ALWAYS, State.VOID if known else State.UNVERIFIED
