"""What a tenant holds: collections, relationships and policies, as the worlds of Entra describe them.

Input: ``EntraWorldFiles``. Output: ``GraphTenant``.
Handled: an app role assignment is seen from both of its ends; general lists hold the derived types as well.
Not handled: anything that changes while it is read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.worlds.entra import TENANT, EntraWorldFiles

__all__ = ["GraphTenant", "tenant_of"]

Json = dict[str, Any]
_DERIVED = {
    "applications/microsoft.graph.agentIdentityBlueprint": "applications",
    "servicePrincipals/microsoft.graph.agentIdentity": "servicePrincipals",
    "servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal": "servicePrincipals",
    "users/microsoft.graph.agentUser": "users",
}
_RELATIONS = {
    "groups.members": ("groups", "members"),
    "groups.owners": ("groups", "owners"),
    "applications.owners": ("applications", "owners"),
    "applications.federatedIdentityCredentials": ("applications", "federatedIdentityCredentials"),
    "servicePrincipals.owners": ("servicePrincipals", "owners"),
    "servicePrincipals.federatedIdentityCredentials": ("servicePrincipals", "federatedIdentityCredentials"),
    "servicePrincipals.delegatedPermissionClassifications": (
        "servicePrincipals",
        "delegatedPermissionClassifications",
    ),
    "policies.appManagementPolicies.appliesTo": ("policies/appManagementPolicies", "appliesTo"),
    "directory.administrativeUnits.members": ("directory/administrativeUnits", "members"),
    "servicePrincipals.microsoft.graph.agentIdentity.sponsors": ("servicePrincipals", "sponsors"),
    "applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions": (
        "applications",
        "inheritablePermissions",
    ),
}


@dataclass(slots=True)
class GraphTenant:
    """A tenant's directory."""

    id: str = TENANT
    collections: dict[str, list[Json]] = field(default_factory=dict)
    """By path below the version."""
    relations: dict[tuple[str, str], dict[str, list[Json]]] = field(default_factory=dict)
    """By collection and relationship, then by the object's id."""
    singles: dict[str, Json] = field(default_factory=dict)
    licensed: bool = True
    """Has the licence that sign-in activity needs."""
    _ids: dict[str, set[str]] = field(default_factory=dict)

    def related(self, collection: str, relation: str, identity: str) -> list[Json]:
        """Return what an object is related to."""
        return self.relations.get((collection, relation), {}).get(identity, [])

    def has(self, collection: str, identity: str) -> bool:
        """Tell whether a collection holds an object."""
        return identity in self._index(collection)

    def is_principal(self, identity: str) -> bool:
        """Tell whether an id is of a service principal."""
        return self.has("servicePrincipals", identity)

    def _index(self, collection: str) -> set[str]:
        if collection not in self._ids:
            self._ids[collection] = {str(each["id"]).lower() for each in self.collections.get(collection, ())}
        return self._ids[collection]


def tenant_of(files: EntraWorldFiles) -> GraphTenant:
    """Return the tenant that a world describes."""
    tenant = GraphTenant()
    for name, items in files.lists.items():
        path = _path(name)
        tenant.collections.setdefault(path, []).extend(items)
        if base := _DERIVED.get(path):
            kind = f"#{path.partition('/')[2]}"
            tenant.collections.setdefault(base, []).extend({"@odata.type": kind, **each} for each in items)
    assigned_to: defaultdict[str, list[Json]] = defaultdict(list)
    for name, rows in files.lines.items():
        if name in _RELATIONS:
            tenant.relations.setdefault(_RELATIONS[name], {}).update(rows)
        elif name.startswith("identityGovernance"):
            tenant.collections[_path(name)] = [each for found in rows.values() for each in found]
        elif name == "servicePrincipals.appRoleAssignments":
            tenant.relations["servicePrincipals", "appRoleAssignments"] = dict(rows)
            for found in rows.values():
                for each in found:
                    assigned_to[each["resourceId"]].append(each)
    tenant.relations["servicePrincipals", "appRoleAssignedTo"] = dict(assigned_to)
    for name, body in files.singles.items():
        tenant.singles[_path(name)] = body
    return tenant


def _path(operation: str) -> str:
    """Return the path of an operation: dots for slashes, but for the names of derived types."""
    head, found, kind = operation.partition("microsoft.graph.")
    return head.replace(".", "/") + (f"microsoft.graph.{kind}" if found else "")
