"""Grants of Azure as removable units: role assignments, eligibilities, access policies of key vaults.

Input: the world, nodes of principals and scopes. Output: grants in people's words; nodes of what a grant merely names.
Handled: roles whose definition was not collected, by the name that ``az`` prints beside the id.
Not handled: what they give; edges rest on these grants. Deny assignments take away and are no grants.
"""

from __future__ import annotations

from collectors.azure.access_types import AzureAccessPolicy
from graph.edges.azure.world import AzureWorld
from graph.evaluate.azure.ids import access_policy_grant, role_grant

__all__ = ["build_grants"]


def build_grants(world: AzureWorld) -> None:
    """Add the grants that edges rest on."""
    for each in world.records.role_assignments:
        holder = world.refer_principal(each.principal_id, each.principal_type, each.principal_name)
        world.refer_scope(each.scope)
        definition = world.definitions.get(each.role_definition_id)
        role = definition.name if definition else each.role_name or each.role_definition_id.rpartition("/")[2]
        name = world.identity_graph.nodes[holder].name
        words = "eligible for " if each.eligible else "activated " if each.activated else ""
        text = f"{words}{role} at {world.name_of(each.scope)} for {name}"
        kind = "role_eligibility" if each.eligible else "role_assignment"
        world.grant(role_grant(each.id, each.eligible), kind, holder, text, str(each.ref))
    for vault in world.records.vaults:
        for policy in vault.policies:
            holder = world.refer_principal(policy.object_id)
            name = world.identity_graph.nodes[holder].name
            through = f" through application {policy.application_id}" if policy.application_id else ""
            text = f"access policy of key vault {vault.name} for {name}{through}: {_rights(policy)}"
            identity = access_policy_grant(vault.id, policy.object_id, policy.application_id)
            world.grant(identity, "access_policy", holder, text, str(policy.ref))


def _rights(policy: AzureAccessPolicy) -> str:
    parts = {
        "keys": policy.keys,
        "secrets": policy.secrets,
        "certificates": policy.certificates,
        "storage": policy.storage,
    }
    return "; ".join(f"{what} {', '.join(names)}" for what, names in parts.items() if names) or "nothing"
