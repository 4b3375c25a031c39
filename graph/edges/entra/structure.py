"""Structure of a tenant: nodes of everything in it, containment, ownership, and what the tiering says of them.

Input: the world. Output: nodes, CONTAINS and OWNS edges, grants of ownership.
Handled: owners and sponsors as owner attributes, foreign and Microsoft's own applications, names that tell an
application from its service principal.
Not handled: anything that needs a right; ownership by itself is no path.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.entra.records import EntraApplication, EntraServicePrincipal, EntraUser
from graph.edges.aws.structure_facts import iso_time
from graph.edges.entra.structure_rights import Rights, rights_by_principal
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.credentials import is_first_party
from graph.evaluate.entra.ids import admin_node, node_of, ownership_grant, tenant_node
from graph.evaluate.entra.rights import (
    has_unknown_reach,
    impact_of_permission,
    impact_of_role,
    is_unclassified,
    unclassified_actions,
    worst,
)
from graph.kinds import EdgeKind, Impact, NodeKind
from graph.model import Edge, Node

__all__ = ["PRINCIPAL_KINDS", "build_structure"]

PRINCIPAL_KINDS = {
    "managed_identity": NodeKind.ENTRA_MANAGED_IDENTITY,
    "agent": NodeKind.ENTRA_AGENT_IDENTITY,
    "blueprint": NodeKind.ENTRA_BLUEPRINT_PRINCIPAL,
}


def build_structure(world: EntraWorld) -> None:
    """Add every node that stands for a thing of the tenant, and structural edges."""
    classes, rights = _classes(world), rights_by_principal(world)
    _tenant(world)
    for user in world.records.users:
        _user(world, user, classes.get(user.id, ()), rights.get(user.id, {}))
    for principal in world.records.service_principals:
        _principal(world, principal, classes.get(principal.id, ()), rights.get(principal.id, {}))
    for application in world.records.applications:
        _application(world, application)
    _groups(world, classes, rights)
    _units(world)
    _owners(world)


def _classes(world: EntraWorld) -> dict[str, tuple[str, ...]]:
    """Return the classes of impact of each principal by what it is granted now and without conditions."""
    found: dict[str, list[str]] = {}
    for each in world.holdings.assigned:
        found.setdefault(each.principal, []).append(impact_of_permission(each.name, each.api_key))
        if is_unclassified(each.name, each.api_key):
            world.unclassified[each.principal].append(each.name)
        if has_unknown_reach(each.name, each.api_key):
            world.unknown_reach[each.principal].append(each.name)
    definitions = {each.id: each for each in world.records.role_definitions}
    for assignment in world.records.role_assignments:
        definition = definitions.get(assignment.role_id)
        if definition is not None and unclassified_actions(definition):
            world.unclassified[assignment.principal_id].append(definition.name)
        if not assignment.eligible:
            found.setdefault(assignment.principal_id, []).append(impact_of_role(assignment.role_id, definition))
    return {principal: worst(names) for principal, names in found.items()}


def _tenant(world: EntraWorld) -> None:
    tenant, policies = world.records.tenant, world.records.policies
    graph = world.identity_graph
    graph.add_node(
        Node(
            tenant_node(tenant.id),
            NodeKind.ENTRA_TENANT,
            tenant.name or tenant.id,
            "entra",
            tenant.id,
            {
                "tenant_id": tenant.id,
                "relation": "own",
                "id_known": tenant.id_known,
                "domains": list(tenant.domains),
                "temporary_access_pass": policies.temporary_access_pass,
                "users_register_applications": policies.users_register_applications,
                "user_consent_policies": list(policies.user_consent_policies or ()),
                "user_consent_known": policies.user_consent_policies is not None,
                "looked_at": sorted(name for name in world.records.presence if world.looked_at(name)),
                "secrets_forbidden": policies.secrets_forbidden,
                "aliases": [tenant.id, *tenant.domains],
            },
            evidence=str(tenant.ref or ""),
        )
    )
    graph.add_node(
        Node(
            admin_node(tenant.id),
            NodeKind.SCOPE_ADMIN,
            f"full control of tenant {tenant.name or tenant.id}",
            "entra",
            tenant.id,
            {"scope": tenant_node(tenant.id)},
            impact=Impact.H1.value,
        )
    )


def _add(world: EntraWorld, node: Node) -> None:
    world.identity_graph.add_node(node)
    world.add(Edge(tenant_node(world.tenant), node.id, EdgeKind.CONTAINS, False))


def _name(world: EntraWorld, object_id: str) -> str:
    if user := world.users.get(object_id):
        return user.principal_name or user.name
    principal = world.principals.get(object_id)
    return principal.name if principal else object_id


def _owned(world: EntraWorld, owners: Iterable[str], sponsors: Iterable[str] = ()) -> dict[str, Any]:
    """Return who answers for an object: the first owner or sponsor that is in office, else the first."""
    owning, sponsoring = list(owners), list(sponsors)
    facts: dict[str, Any] = {
        "owners": [_name(world, each) for each in owning],
        "sponsors": [_name(world, each) for each in sponsoring],
    }
    people = [(each, "owner") for each in owning] + [(each, "sponsor") for each in sponsoring]
    people = [(each, word) for each, word in people if each in world.users]
    if people:
        chosen = next((row for row in people if world.users[row[0]].enabled), people[0])
        facts["owner"] = _name(world, chosen[0])
        facts["owner_source"] = f"Entra {chosen[1]}"
        facts["owner_active"] = world.users[chosen[0]].enabled
    return facts


def _rated(world: EntraWorld, object_id: str, classes: tuple[str, ...]) -> dict[str, Any]:
    facts: dict[str, Any] = {"impact_classes": list(classes)} if classes else {}
    if names := world.unclassified.get(object_id):
        facts["unclassified"] = sorted(set(names))
    if names := world.unknown_reach.get(object_id):
        facts["unknown_reach"] = sorted(set(names))
    roles = world.holdings.roles.get(object_id, frozenset())
    eligible = world.holdings.eligible.get(object_id, frozenset())
    if approves := world.approves.get(object_id):
        facts["approver_of"] = sorted(approves)
    return facts | {"directory_roles": sorted(roles), "eligible_roles": sorted(eligible)}


def _user(world: EntraWorld, user: EntraUser, classes: tuple[str, ...], rights: Rights) -> None:
    attributes = {
        "unique_id": user.id,
        "user_principal_name": user.principal_name,
        "active": user.enabled,
        "guest": user.guest,
        "synced": user.synced,
        "created_at": iso_time(user.created_at),
        "last_used_at": iso_time(user.last_sign_in_at),
        "aliases": [user.principal_name] if user.principal_name else [],
        **_rated(world, user.id, classes),
        **rights,
    }
    if user.agent:
        attributes |= {"agent_identity": user.agent_identity_id, **_owned(world, (), user.sponsors)}
    kind = NodeKind.ENTRA_AGENT_USER if user.agent else NodeKind.ENTRA_USER
    _add(
        world,
        Node(
            node_of(user.id),
            kind,
            user.name or user.principal_name or user.id,
            "entra",
            world.tenant,
            attributes,
            impact=next(iter(classes), ""),
            evidence=str(user.ref),
        ),
    )


def _principal(world: EntraWorld, principal: EntraServicePrincipal, classes: tuple[str, ...], rights: Rights) -> None:
    application = world.application_behind(principal)
    foreign = bool(principal.owner_tenant) and principal.owner_tenant != world.tenant and application is None
    owners = dict.fromkeys((*principal.owners, *(application.owners if application else ())))
    sponsors = principal.sponsors
    attributes: dict[str, Any] = {
        "unique_id": principal.id,
        "app_id": principal.app_id,
        "active": principal.enabled,
        "created_at": iso_time(principal.created_at),
        "last_used_at": iso_time(principal.last_used_at),
        "last_used_known": principal.last_used_known,
        "app_owner_organization_id": principal.owner_tenant,
        "foreign": foreign and world.records.tenant.id_known,
        "first_party": is_first_party(principal),
        "verified_publisher": principal.verified_publisher,
        "verified_publisher_known": principal.verified_publisher_known,
        "application": node_of(application.id) if application else "",
        "owners_known": principal.owners_known and (application is None or application.owners_known),
        "azure_resource": principal.resource_id,
        "addable_credentials": list(world.restrictions.of_principal(principal).names),
        "conditional_access": list(gate.policies) if (gate := world.gate(node_of(principal.id))) else [],
        "blueprint_app_id": principal.blueprint_app_id,
        "labels": list(principal.tags),
        "aliases": [principal.app_id] if principal.app_id and principal.kind != "agent" else [],
        **_owned(world, owners, sponsors),
        **_rated(world, principal.id, classes),
        **rights,
    }
    _add(
        world,
        Node(
            node_of(principal.id),
            _kind(principal),
            principal.name or principal.app_id or principal.id,
            "entra",
            world.tenant,
            attributes,
            impact=next(iter(classes), ""),
            evidence=str(principal.ref),
        ),
    )


def _kind(principal: EntraServicePrincipal) -> NodeKind:
    own = NodeKind.ENTRA_MICROSOFT_PRINCIPAL if is_first_party(principal) else NodeKind.ENTRA_SERVICE_PRINCIPAL
    return PRINCIPAL_KINDS.get(principal.kind, own)


def _application(world: EntraWorld, application: EntraApplication) -> None:
    principal = world.principal_of.get(application.app_id)
    word = "agent blueprint" if application.blueprint else "application"
    name = application.name or application.app_id
    attributes = {
        "unique_id": application.id,
        "app_id": application.app_id,
        "audience": application.audience,
        "created_at": iso_time(application.created_at),
        "publisher_domain": application.publisher_domain,
        "verified_publisher": application.verified_publisher,
        "addable_credentials": list(world.restrictions.of_application(application).names),
        "verified_publisher_known": application.verified_publisher_known,
        "instance_lock": application.lock.stops_secrets if application.lock else None,
        "instance_lock_known": application.lock_known,
        "owners_known": application.owners_known,
        "service_principal": node_of(principal.id) if principal else "",
        "inheritable_roles": list(application.inheritable_roles),
        "inheritable_scopes": list(application.inheritable_scopes),
        # The service principal is who acts, so the app id and the plain name mean it where there is one.
        "aliases": [] if principal else [application.app_id, name],
        **_owned(world, application.owners),
    }
    kind = NodeKind.ENTRA_BLUEPRINT if application.blueprint else NodeKind.ENTRA_APPLICATION
    _add(
        world,
        Node(
            node_of(application.id),
            kind,
            f"{name} ({word})",
            "entra",
            world.tenant,
            attributes,
            evidence=str(application.ref),
        ),
    )


def _groups(world: EntraWorld, classes: dict[str, tuple[str, ...]], rights: dict[str, Rights]) -> None:
    for group in world.records.groups:
        mine = classes.get(group.id, ())
        attributes = {
            "unique_id": group.id,
            "role_assignable": group.role_assignable,
            "dynamic": group.dynamic,
            "unified": group.unified,
            "synced": group.synced,
            "members": len(group.members),
            "members_known": group.members_known,
            "owners_known": group.owners_known,
            **_owned(world, group.owners),
            **_rated(world, group.id, mine),
            **rights.get(group.id, {}),
        }
        _add(
            world,
            Node(
                node_of(group.id),
                NodeKind.ENTRA_GROUP,
                group.name or group.id,
                "entra",
                world.tenant,
                attributes,
                impact=next(iter(mine), ""),
                evidence=str(group.ref),
            ),
        )


def _units(world: EntraWorld) -> None:
    for unit in world.records.administrative_units:
        _add(
            world,
            Node(
                node_of(unit.id),
                NodeKind.ENTRA_ADMINISTRATIVE_UNIT,
                unit.name or unit.id,
                "entra",
                world.tenant,
                {"unique_id": unit.id, "restricted": unit.restricted, "members": len(unit.members)},
                evidence=str(unit.ref),
            ),
        )
        for member in unit.members:
            if node_of(member) in world.identity_graph.nodes:
                world.add(Edge(node_of(unit.id), node_of(member), EdgeKind.CONTAINS, False))


def _owners(world: EntraWorld) -> None:
    records = world.records
    rows: list[tuple[str, str, tuple[str, ...], str]] = [
        (each.id, each.name, each.owners, str(each.ref)) for each in records.applications
    ]
    rows += [(each.id, each.name, each.owners, str(each.ref)) for each in records.service_principals]
    rows += [(each.id, each.name, each.owners, str(each.ref)) for each in records.groups]
    for owned, name, owners, evidence in rows:
        for owner in owners:
            text = f"{_name(world, owner)} owns {name or owned}"
            grant = world.grant(ownership_grant(owned, owner), "ownership", world.refer(owner), text, evidence)
            world.add(Edge(node_of(owner), node_of(owned), EdgeKind.OWNS, False, grants=(grant,)))
