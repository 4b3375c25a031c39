"""CAN_ACCESS: which APIs an identity uses with app roles of its own, or as the user who signs in to it.

Input: app role assignments and consents. Output: a node for each API that is granted, edges with their class.
Handled: permissions of Microsoft Graph, Exchange, SharePoint and Defender by the tiering; names that write everywhere
and are not in it, and those that reach what single sites or mailboxes grant, told as such.
Not handled: what other APIs' app roles mean: their edges have no class.
"""

from __future__ import annotations

from collections.abc import Callable

from graph.decision import ALWAYS, Residual
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import USER_SIGN_IN, open_condition
from graph.evaluate.entra.holdings import MICROSOFT_GRAPH
from graph.evaluate.entra.ids import api_node, consent_grant, node_of
from graph.evaluate.entra.rights import (
    has_unknown_reach,
    impact_of_permission,
    is_unclassified,
    note_of_permission,
    worst,
)
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["build_api_access"]

_BASIC = frozenset({"openid", "profile", "email", "offline_access", "user.read"})
"""Scopes with which an application learns who signs in, and nothing else."""


def build_api_access(world: EntraWorld) -> None:
    """Add the edges."""
    for each in world.holdings.assigned:
        impact = impact_of_permission(each.name, each.api_key)
        note = _note(each.name, api=each.api_key, narrowed=lambda _name, _api: True)
        if each.inherited:
            note = f"{note} It comes from the blueprint.".strip()
        _access(world, each.principal, each.api, each.grants, ALWAYS, impact, note)
    for consent in world.records.consents:
        scopes = [scope for scope in consent.scopes if scope.lower() not in _BASIC]
        api = world.principals.get(consent.resource_id)
        if not scopes:
            continue
        graph = api is not None and api.app_id == MICROSOFT_GRAPH
        key = "" if graph else api.app_id if api else "?"
        classes = worst([impact_of_permission(scope, key) for scope in scopes])
        user = world.users.get(consent.principal_id)
        who = "anybody of the tenant" if consent.everyone else user.principal_name if user else consent.principal_id
        # What narrows app roles to some mailboxes does not narrow what a user may in its own.
        note = _note(*scopes, api=key, narrowed=has_unknown_reach)
        waits = open_condition(USER_SIGN_IN, who)
        impact = next(iter(classes), "")
        _access(world, consent.client_id, consent.resource_id, (consent_grant(consent.id),), waits, impact, note)


def _note(*names: str, api: str, narrowed: Callable[[str, str], bool]) -> str:
    known = [note for name in names if narrowed(name, api) and (note := note_of_permission(name, api))]
    unknown = [name for name in names if is_unclassified(name, api)]
    told = [f"Not classified: {', '.join(unknown)}."] if unknown else []
    return " ".join(dict.fromkeys([*told, *known]))


def _access(
    world: EntraWorld,
    principal: str,
    resource: str,
    grants: tuple[str, ...],
    waits: Residual,
    impact: str,
    note: str,
) -> None:
    api = world.principals.get(resource)
    node = api_node(resource)
    world.identity_graph.add_node(
        Node(
            node,
            NodeKind.ENTRA_API,
            f"{api.name if api else resource} (API)",
            "entra",
            world.tenant,
            {"app_id": api.app_id if api else "", "service_principal": node_of(resource)},
            collected=api is not None,
            evidence=str(api.ref) if api else "",
        )
    )
    source = world.refer(principal)
    world.add(Edge(source, node, EdgeKind.CAN_ACCESS, True, "", grants, waits, impact=impact, note=note))
