"""Grants of a tenant as removable units: app role assignments, consents, directory roles and eligibilities.

Input: the world. Output: grants; nodes of principals that a grant names and that were not collected.
Not handled: what they give; edges rest on these grants.
"""

from __future__ import annotations

from graph.catalog.entra import entra_catalog
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.ids import app_role_grant, consent_grant, eligibility_grant, node_of, role_grant

__all__ = ["build_grants"]


def build_grants(world: EntraWorld) -> None:
    """Add the grants that edges of this tenant rest on."""
    records = world.records
    names = {each.grants[0]: each.name for each in world.holdings.assigned if not each.inherited}
    for each in records.app_role_assignments:
        grant = app_role_grant(each.id)
        api = world.principals.get(each.resource_id)
        of = api.name if api else each.resource_name or each.resource_id
        text = f"app role {names.get(grant) or each.app_role_id} of {of}"
        world.grant(grant, "app_role_assignment", world.refer(each.principal_id), text, str(each.ref))
    for consent in records.consents:
        api = world.principals.get(consent.resource_id)
        whom = "everybody" if consent.everyone else _name(world, consent.principal_id)
        text = f"consent of {whom} to {' '.join(consent.scopes)} of {api.name if api else consent.resource_id}"
        world.grant(consent_grant(consent.id), "consent", world.refer(consent.client_id), text, str(consent.ref))
    definitions = {each.id: each for each in records.role_definitions}
    for role in records.role_assignments:
        definition = definitions.get(role.role_id)
        row = entra_catalog().role(role.role_id, "")
        name = definition.name if definition else row.name if row else role.role_id
        where = "" if role.scope == "/" else f" at {role.scope}"
        text = f"{'eligible for ' if role.eligible else ''}{name}{where}"
        holder = world.refer(role.principal_id)
        world.grant(role_grant(role.id, role.eligible), "directory_role_assignment", holder, text, str(role.ref))
    for eligibility in records.group_eligibilities:
        group = world.groups.get(eligibility.group_id)
        text = f"eligible {eligibility.access} of {group.name if group else eligibility.group_id}"
        world.grant(
            eligibility_grant(eligibility.id),
            "membership" if eligibility.access == "member" else "ownership",
            world.refer(eligibility.principal_id),
            text,
            str(eligibility.ref),
        )


def _name(world: EntraWorld, object_id: str) -> str:
    user = world.users.get(object_id)
    known = world.identity_graph.nodes.get(node_of(object_id))
    return user.principal_name if user and user.principal_name else known.name if known else object_id
