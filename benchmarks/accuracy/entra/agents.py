"""Agent identities of a small tenant: blueprint, its principal, one agent identity.

Input: a tenant and names. Output: the tenant with them. Not handled: agent users, inheritable permissions.
"""

from __future__ import annotations

from benchmarks.accuracy.entra.tenant import EARLIER, LATER, TENANT, Tenant, identifier

__all__ = ["agents"]


def agents(
    tenant: Tenant, blueprint: str, agent: str, *, owner: str, sponsor: str, key: str, end: str = LATER
) -> Tenant:
    """Add a blueprint with a secret, and an agent identity made from it."""
    tenant.app(blueprint, owners=(owner,)).secret(blueprint, key, end=end)
    application = dict(tenant.lists["applications"][-1], **{"@odata.type": "#microsoft.graph.agentIdentityBlueprint"})
    tenant.lists.setdefault("applications.microsoft.graph.agentIdentityBlueprint", []).append(application)
    tenant.lists["applications"][-1]["@odata.type"] = "#microsoft.graph.agentIdentityBlueprint"
    principal = tenant.lists["servicePrincipals"][-1]
    principal["@odata.type"] = "#microsoft.graph.agentIdentityBlueprintPrincipal"
    tenant.lists.setdefault("servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal", []).append(
        dict(principal)
    )
    tenant.kinds[agent] = "sp"
    own = identifier("sp", agent)
    identity = {
        "@odata.type": "#microsoft.graph.agentIdentity",
        "id": own,
        "appId": own,
        "displayName": agent,
        "accountEnabled": True,
        "agentIdentityBlueprintId": application["appId"],
        "createdDateTime": EARLIER,
        "servicePrincipalType": "ServiceIdentity",
        "appOwnerOrganizationId": TENANT,
        "appRoles": [],
        "alternativeNames": [],
        "passwordCredentials": [],
        "keyCredentials": [],
        "tags": [],
    }
    tenant.lists["servicePrincipals"].append(identity)
    tenant.lists.setdefault("servicePrincipals.microsoft.graph.agentIdentity", []).append(dict(identity))
    tenant.objects.setdefault("servicePrincipals.appRoleAssignments", {}).setdefault(own, [])
    tenant.links.setdefault("servicePrincipals.microsoft.graph.agentIdentity.sponsors", {})[own] = [sponsor]
    tenant.links.setdefault("servicePrincipals.owners", {})[own] = []
    return tenant
