"""A subscription while it is written down: resources by name, kept as the answers of Azure Resource Manager.

Input: calls of ``Subscription``'s methods. Output: ``lists`` and ``lines``, keyed by operation.
Not handled: properties that the collector does not read; judgement of any kind.
Role ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sample_data._make.azure.roles import ROLES, definition
from sample_data._make.entra.names import TENANT, guid
from sample_data._make.identifiers import days_ago

__all__ = ["MANAGEMENT_GROUP", "REGION", "Subscription", "management_group_id"]

Json = dict[str, Any]
REGION = "germanywestcentral"
MANAGEMENT_GROUP = "nordlicht"


def management_group_id(name: str) -> str:
    """Return the ARM id of a management group."""
    return f"/providers/Microsoft.Management/managementGroups/{name}"


@dataclass(slots=True)
class Subscription:
    """One subscription and everything in it."""

    name: str
    environment: str
    lists: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, dict[str, list[Json]]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def guid(self) -> str:
        """Return its GUID."""
        return guid("subscription", self.name)

    @property
    def id(self) -> str:
        """Return its ARM id."""
        return f"/subscriptions/{self.guid}"

    def group(self, name: str) -> str:
        """Return the ARM id of a resource group, adding the group at its first mention."""
        identity = f"{self.id}/resourceGroups/{name}"
        if identity not in {each["id"] for each in self.lists["resourceGroups"]}:
            self.lists["resourceGroups"].append(
                {
                    "id": identity,
                    "name": name,
                    "type": "Microsoft.Resources/resourceGroups",
                    "location": REGION,
                    "tags": {"environment": self.environment},
                    "properties": {"provisioningState": "Succeeded"},
                }
            )
        return identity

    def resource(
        self,
        operation: str,
        arm_type: str,
        group: str,
        name: str,
        properties: Mapping[str, Any],
        *,
        identity: Json | None = None,
        **more: Any,
    ) -> str:
        """Add a resource to its own listing and to that of all resources; return its ARM id."""
        path = f"{self.group(group)}/providers/{arm_type}/{name}"
        body: Json = {
            "id": path,
            "name": name,
            "type": arm_type,
            "location": REGION,
            "tags": more.pop("tags", {}),
            **more,
        }
        if identity is not None:
            body["identity"] = identity
        self.lists["resources"].append(dict(body))
        self.lists[operation].append({**body, "properties": dict(properties)})
        return path

    def system(self, name: str) -> Json:
        """Return the system-assigned identity of a resource, as ARM shows it."""
        return {"type": "SystemAssigned", "principalId": guid("principal", name), "tenantId": TENANT}

    def assigned(self, *identities: str) -> Json:
        """Return user-assigned identities, by ARM id, as ARM shows them on the resource that carries them."""
        rows = {
            path: {
                "principalId": guid("principal", path.rpartition("/")[2]),
                "clientId": guid("appid", path.rpartition("/")[2]),
            }
            for path in identities
        }
        return {"type": "UserAssigned", "userAssignedIdentities": rows}

    def identity(self, group: str, name: str, *, outside: Sequence[Json] = ()) -> str:
        """Add a user-assigned managed identity with its federated credentials; return its ARM id."""
        operation = "managedidentity.userAssignedIdentities"
        facts = {
            "tenantId": TENANT,
            "principalId": guid("principal", name),
            "clientId": guid("appid", name),
        }
        path = self.resource(operation, "Microsoft.ManagedIdentity/userAssignedIdentities", group, name, facts)
        self.lines[f"{operation}.federatedIdentityCredentials"][path] = [
            {
                "id": f"{path}/federatedIdentityCredentials/{each['name']}",
                "name": each["name"],
                "type": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
                "properties": {key: each[key] for key in ("issuer", "subject", "audiences")},
            }
            for each in outside
        ]
        return path

    def assign(self, holder: str, role: str, scope: str, *, condition: str = "", kind: str = "") -> Json:
        """Assign a role to ``user/NAME``, ``group/NAME`` or ``principal/NAME``."""
        what, _, name = holder.partition("/")
        types = {"user": "User", "group": "Group", "principal": "ServicePrincipal"}
        number = guid("assignment", f"{holder}/{role}/{scope}")
        body: Json = {
            "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{number}",
            "name": number,
            "type": "Microsoft.Authorization/roleAssignments",
            "properties": {
                "roleDefinitionId": f"{self.id}/providers/Microsoft.Authorization/roleDefinitions/{ROLES[role]}",
                "principalId": guid(what, name),
                "principalType": kind or types[what],
                "scope": scope,
                "condition": condition or None,
                "conditionVersion": "2.0" if condition else None,
                "createdOn": days_ago(300),
            },
        }
        self.inherit(body)
        return body

    def inherit(self, assignment: Json) -> None:
        """List an assignment here, and the role that it names."""
        self.lists["authorization.roleAssignments"].append(assignment)
        number = assignment["properties"]["roleDefinitionId"].rpartition("/")[2]
        if number not in {each["name"] for each in self.lists["authorization.roleDefinitions"]}:
            self.lists["authorization.roleDefinitions"].append(definition(number, self.id))
