"""ADMIN_OF, CAN_CHANGE_OWN_POLICY and CONTROLS: who has full control of a tenant, who can take it, what it reaches.

Input: what everybody holds. Output: edges into ``ScopeAdmin`` of the tenant and out of it.
Handled: Global Administrator (no step); roles and permissions that assign it; those that do it only with a person who
signs in, a user that is held as well, or an activation (conditional); those that are not documented well enough
(unverified). A consent for everybody needs an administrator who signs in and an application to sign in to.
Not handled: what full control of the tenant gives in Azure: a Global Administrator can raise itself to User Access
Administrator there, so managed identities are reached unverified.
"""

from __future__ import annotations

from dataclasses import replace

from graph.decision import merge_residuals
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import USER_HELD, USER_SIGN_IN, open_condition
from graph.evaluate.entra.credentials import is_first_party
from graph.evaluate.entra.holdings import Holding
from graph.evaluate.entra.ids import admin_node, node_of
from graph.evaluate.entra.rights import Right
from graph.kinds import EdgeKind, Impact, State
from graph.model import Edge

__all__ = ["build_admin"]

_TAKES = (
    Right.ASSIGN_ROLES,
    Right.GRANT_APP_ROLES,
    Right.MAKE_ELIGIBLE,
    Right.CONSENT_DELEGATED,
    Right.FEDERATE_DOMAIN,
    Right.SYNCHRONIZE,
)
_AZURE = "A Global Administrator can raise itself to administrator of Azure; its evidence shows whether it gets here."


def build_admin(world: EntraWorld) -> None:
    """Add the edges; ``ScopeAdmin`` of the tenant is there already."""
    target = admin_node(world.tenant)
    for principal, holding in world.held(Right.ADMINISTRATE):
        if holding.scope == "/":
            kind = EdgeKind.ADMIN_OF if not holding.technique else EdgeKind.CAN_CHANGE_OWN_POLICY
            _to_admin(world, principal, holding, kind, target)
    administrators = _administrators(world)
    for principal, holding in world.held(*_TAKES):
        if holding.right is Right.CONSENT_DELEGATED and not _can_be_used(world, principal, administrators):
            continue
        if holding.scope == "/":
            _to_admin(world, principal, _waiting(holding), EdgeKind.CAN_CHANGE_OWN_POLICY, target)
    _controls(world, target)


def _to_admin(world: EntraWorld, principal: str, holding: Holding, kind: EdgeKind, target: str) -> None:
    world.refer(principal)
    world.add(replace(world.edge_of(holding, principal, target, kind), impact=Impact.H1.value))


def _administrators(world: EntraWorld) -> frozenset[str] | None:
    """Return people and groups who assign roles, now or by activation; ``None`` where roles were not looked at."""
    if not world.looked_at("roleManagement.directory.roleAssignments"):
        return None
    held = (Right.ADMINISTRATE, Right.ASSIGN_ROLES, Right.GRANT_APP_ROLES)
    return frozenset(principal for principal, _ in world.held(*held) if not world.is_principal(principal))


def _can_be_used(world: EntraWorld, principal: str, administrators: frozenset[str] | None) -> bool:
    """Return whether a consent for everybody can come to anything.

    Somebody else must be there who signs in as an administrator, and the holder must have an application that is signed
    in to: itself, one that it may register, or one that is registered here and might be taken.
    """
    if administrators is not None and not administrators - {principal}:
        return False
    if world.is_principal(principal) or world.records.policies.users_register_applications is not False:
        return True
    makes = any(each.right is Right.APPLICATION_CREDENTIALS for each in world.holdings.by_principal[principal])
    return makes or bool(world.records.applications) or not world.looked_at("applications")


def _waiting(holding: Holding) -> Holding:
    """Return a holding with what must come about beside it."""
    if holding.right is Right.CONSENT_DELEGATED:
        waits = open_condition(USER_SIGN_IN, "an administrator")
    elif holding.right is Right.MAKE_ELIGIBLE:
        waits = open_condition(USER_HELD, "a user")
    else:
        return holding
    return replace(holding, conditions=merge_residuals([holding.conditions, waits]))


def _controls(world: EntraWorld, admin: str) -> None:
    records = world.records
    for user in records.users:
        _control(world, admin, user.id)
    for group in records.groups:
        _control(world, admin, group.id)
    for application in records.applications:
        if application.app_id not in world.principal_of:
            _control(world, admin, application.id)
    for principal in records.service_principals:
        if is_first_party(principal):
            continue
        if principal.kind == "managed_identity":
            _control(world, admin, principal.id, State.UNVERIFIED, _AZURE)
        elif world.application_behind(principal) is not None or principal.kind == "agent":
            _control(world, admin, principal.id)
        else:
            _control(
                world,
                admin,
                principal.id,
                State.UNVERIFIED,
                "Its application is not registered here, and with it stands whether the instance is locked.",
            )


def _control(world: EntraWorld, admin: str, object_id: str, state: State = State.VERIFIED, note: str = "") -> None:
    world.add(Edge(admin, node_of(object_id), EdgeKind.CONTROLS, True, state=state, impact=Impact.H1.value, note=note))
