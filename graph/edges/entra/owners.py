"""CAN_CREATE_CREDENTIAL: adding a secret to an application, a service principal or a blueprint by owning it.

Input: owners. Output: edges of people who own; a service principal needs a permission beside (``add_credential``).
Handled: guests (unverified), the instance property lock, a blueprint, whose credential proves its agents as well.
Not handled: sponsors, who answer for an agent and cannot change it.
"""

from __future__ import annotations

from dataclasses import replace

from collectors.entra.records import EntraUser
from graph.edges.entra.add_credential import on_application, on_principal
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.ids import node_of, ownership_grant
from graph.kinds import State
from graph.model import Edge

__all__ = ["GUEST", "build_owners"]

GUEST = "Microsoft's page on default permissions gives guests no right over what they own."


def build_owners(world: EntraWorld) -> None:
    """Add the edges."""
    for application in world.records.applications:
        note = world.restrictions.of_application(application).note
        edge = replace(on_application(world, application), state=State.VERIFIED, note=note)
        technique = "entra-blueprint-owner" if application.blueprint else "entra-application-owner"
        for owner in application.owners:
            _own(world, owner, application.id, edge, technique)
    for principal in world.records.service_principals:
        own = on_principal(world, principal)
        for owner in principal.owners if own is not None else ():
            assert own is not None
            _own(world, owner, principal.id, own, "entra-serviceprincipal-owner")


def _own(world: EntraWorld, owner: str, owned: str, edge: Edge, technique: str) -> None:
    user = world.users.get(owner)
    if user is None and owner in world.principals:
        return
    state, note = _sure(user, world, edge)
    world.add(
        replace(
            edge,
            source=node_of(owner),
            technique=technique,
            grants=(ownership_grant(owned, owner),),
            state=state,
            note=note,
        )
    )


def _sure(user: EntraUser | None, world: EntraWorld, edge: Edge) -> tuple[State, str]:
    if user is None:
        return State.UNVERIFIED, "Who the owner is was not collected."
    if user.guest:
        return State.UNVERIFIED, GUEST
    return edge.state, edge.note
