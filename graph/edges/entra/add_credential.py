"""CAN_CREATE_CREDENTIAL: adding a secret to an application or service principal by a role or a permission.

Input: what everybody holds. Output: edges through classes of targets: applications registered here, single-tenant ones,
service principals, agent identity blueprints; direct ones for a role at the scope of one object and for what is owned.
Handled: a credential of an application proves its service principal here, whatever the lock of its instances says; a
service principal takes credentials of its own where no lock stands against it; app management policies, which leave
some kinds of credential: the edge's note says which.
Errs towards: silence on Microsoft's own applications.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.entra.records import EntraApplication, EntraServicePrincipal
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.credentials import own_credentials
from graph.evaluate.entra.holdings import Holding
from graph.evaluate.entra.ids import node_of, ownership_grant
from graph.evaluate.entra.rights import Right
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_added_credentials", "on_application", "on_principal"]

_CLASSES = {
    Right.APPLICATION_CREDENTIALS: ("applications", "applications registered here"),
    Right.SINGLE_TENANT_CREDENTIALS: ("single-tenant-applications", "single-tenant applications registered here"),
    Right.PRINCIPAL_CREDENTIALS: ("service-principals", "service principals that take credentials"),
    Right.BLUEPRINT_CREDENTIALS: ("blueprints", "agent identity blueprints registered here"),
}
_BLUEPRINT = "Microsoft's pages do not say whether what manages applications manages blueprints."
_KIND = EdgeKind.CAN_CREATE_CREDENTIAL


def on_application(world: EntraWorld, application: EntraApplication) -> Edge:
    """Return the last part of a step that adds a credential to an application; its source is to be set."""
    state, note = (State.UNVERIFIED, _BLUEPRINT) if application.blueprint else (State.VERIFIED, "")
    note = f"{note} {world.restrictions.of_application(application).note}".strip()
    return Edge("", world.identity_of(application), _KIND, True, state=state, via=node_of(application.id), note=note)


def on_principal(world: EntraWorld, principal: EntraServicePrincipal) -> Edge | None:
    """Return the same for a service principal itself; ``None`` where it takes no credential."""
    state, note = own_credentials(principal, world.application_behind(principal))
    addable = world.restrictions.of_principal(principal)
    if state is State.VOID or addable.nothing:
        return None
    if not addable.sure:
        state = State.UNVERIFIED
    note = f"{note} {addable.note}".strip()
    return Edge("", node_of(principal.id), _KIND, True, state=state, note=note)


def build_added_credentials(world: EntraWorld) -> None:
    """Add the edges of everybody who adds credentials by a role or permission."""
    for principal, holding in world.held(*_CLASSES):
        if holding.scope == "/":
            what, name = _CLASSES[holding.right]
            hub, new = world.hub(what, name)
            if new:
                for edge in _members(world, holding.right):
                    world.add(replace(edge, source=hub))
            world.add(world.edge_of(holding, principal, hub, _KIND))
        else:
            _scoped(world, principal, holding)
    for principal, holding in world.held(Right.OWNED_CREDENTIALS):
        _owned(world, principal, holding)


def _members(world: EntraWorld, right: Right) -> Iterator[Edge]:
    if right is Right.PRINCIPAL_CREDENTIALS:
        for principal in world.records.service_principals:
            edge = on_principal(world, principal)
            if edge is not None:
                yield edge
        return
    for application in world.records.applications:
        edge = on_application(world, application)
        if right is Right.BLUEPRINT_CREDENTIALS:
            if application.blueprint:
                yield replace(edge, state=State.VERIFIED, note=world.restrictions.of_application(application).note)
        elif right is Right.APPLICATION_CREDENTIALS or application.audience == "AzureADMyOrg":
            yield edge


def _scoped(world: EntraWorld, source: str, holding: Holding) -> None:
    """Add the edge of a role that is held for one application or one service principal."""
    object_id = holding.scope.strip("/")
    application = world.applications.get(object_id)
    if application is not None and holding.right is not Right.PRINCIPAL_CREDENTIALS:
        _direct(world, source, holding, on_application(world, application))
    principal = world.principals.get(object_id)
    if principal is not None and holding.right is Right.PRINCIPAL_CREDENTIALS:
        _direct(world, source, holding, on_principal(world, principal))


def _owned(world: EntraWorld, source: str, holding: Holding) -> None:
    """Add the edges of a service principal that may manage what it owns."""
    for owned in world.owned.get(source, ()):
        on = on_application(world, owned) if isinstance(owned, EntraApplication) else on_principal(world, owned)
        grants = tuple(sorted({*holding.grants, ownership_grant(owned.id, source)}))
        _direct(world, source, replace(holding, grants=grants), on)


def _direct(world: EntraWorld, source: str, holding: Holding, edge: Edge | None) -> None:
    if edge is None or edge.target == node_of(source):
        return
    sure = world.unsure(holding, edge.state, edge.note)
    world.add(replace(world.edge_of(sure, source, edge.target, _KIND), via=edge.via))
