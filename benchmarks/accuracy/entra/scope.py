"""A small Azure estate in the words of Azure Resource Manager: scopes, roles, assignments, resources with identities.

Input: calls of ``Scope``, things by name. Output: ``files()``, one body an operation and scope.
Handled: every operation is present, empty where there is none. Not handled: Entra's side (``tenant``), which it fills
with the managed identities that it makes.

Places are written ``sub:NAME``, ``rg:SUBSCRIPTION/GROUP``, ``mg:NAME``, ``root`` or ``at:RESOURCE``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.accuracy.entra.azure_roles import AZURE_ROLES, AzureRole
from benchmarks.accuracy.entra.tenant import EARLIER, TENANT, Json, Tenant, identifier

__all__ = ["EVERYBODY", "Scope"]

EVERYBODY: Final = "everybody"
_AUTHORIZATION: Final = "Microsoft.Authorization"
_GROUPS: Final = "/providers/Microsoft.Management/managementGroups/"
_PER_SUBSCRIPTION: Final = (
    "resources",
    "compute.virtualMachines",
    "web.sites",
    "logic.workflows",
    "automation.automationAccounts",
    "containerservice.managedClusters",
    "app.containerApps",
    "managedidentity.userAssignedIdentities",
    "keyvault.vaults",
)


@dataclass(slots=True)
class Scope:
    """Subscriptions of a tenant; every method that adds returns the scope."""

    tenant: Tenant
    subscriptions: dict[str, str | None] = field(default_factory=dict)
    """Management group by subscription."""
    groups: dict[str, str | None] = field(default_factory=dict)
    """Parent by management group."""
    definitions: dict[str, Json] = field(default_factory=dict)
    assignments: list[Json] = field(default_factory=list)
    denials: list[Json] = field(default_factory=list)
    resources: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    """By subscription and operation."""
    places: dict[str, str] = field(default_factory=dict)
    """Resource id by name."""

    # ---- scopes
    def subscription(self, name: str, *, group: str | None = None) -> Scope:
        """Add a subscription, in a management group or directly below the root."""
        self.subscriptions[name] = group
        return self

    def group(self, name: str, *, parent: str | None = None) -> Scope:
        """Add a management group."""
        self.groups[name] = parent
        return self

    # ---- who may do what
    def custom(
        self,
        name: str,
        *actions: str,
        not_actions: Sequence[str] = (),
        data_actions: Sequence[str] = (),
        not_data_actions: Sequence[str] = (),
        at: Sequence[str] = ("sub:main",),
    ) -> Scope:
        """Define a custom role, assignable ``at`` these places."""
        role = AzureRole(
            identifier("azurerole", name), actions, tuple(not_actions), tuple(data_actions), tuple(not_data_actions)
        )
        return self._define(name, role, [self.path(one) for one in at])

    def assign(self, who: str, role: str, at: str = "sub:main", *, condition: str | None = None) -> Scope:
        """Assign a role to somebody at a place."""
        if role not in self.definitions:
            self._define(role, AZURE_ROLES[role], ["/"])
        place = self.path(at)
        own = identifier("azureassignment", f"{who}{role}{at}")
        return self._keep(
            self.assignments,
            place,
            "roleAssignments",
            own,
            roleDefinitionId=self.definitions[role]["id"],
            principalId=self.tenant.id(who),
            principalType={"user": "User", "group": "Group", "sp": "ServicePrincipal"}[self.tenant.kinds[who]],
            scope=place,
            condition=condition,
            conditionVersion="2.0" if condition else None,
            createdOn=EARLIER,
            updatedOn=EARLIER,
        )

    def deny(
        self,
        name: str,
        *actions: str,
        at: str = "sub:main",
        who: Sequence[str] = (EVERYBODY,),
        but: Sequence[str] = (),
        not_actions: Sequence[str] = (),
        data_actions: Sequence[str] = (),
        children: bool = True,
    ) -> Scope:
        """Add a deny assignment for some, or for everybody ``but`` some."""
        everybody = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
        place = self.path(at)
        return self._keep(
            self.denials,
            place,
            "denyAssignments",
            identifier("azuredeny", name),
            denyAssignmentName=name,
            description=name,
            permissions=[
                {
                    "actions": list(actions),
                    "notActions": list(not_actions),
                    "dataActions": list(data_actions),
                    "notDataActions": [],
                }
            ],
            scope=place,
            doNotApplyToChildScopes=not children,
            principals=[everybody if one == EVERYBODY else self._principal(one) for one in who],
            excludePrincipals=[self._principal(one) for one in but],
            isSystemProtected=True,
        )

    # ---- resources
    def identity(self, name: str, *, at: str = "rg:main/app") -> Scope:
        """Add a user-assigned managed identity; its name is that of its service principal as well."""
        path = self._resource(name, "managedidentity.userAssignedIdentities", at, _UAMI, None, {})
        self.tenant.managed(name, path, user_assigned=True)
        kept = self.resources[self._subscription(at)]["managedidentity.userAssignedIdentities"][-1]
        kept["properties"] = {
            "tenantId": TENANT,
            "principalId": self.tenant.id(name),
            "clientId": identifier("client", name),
        }
        return self

    def machine(self, name: str, *, runs: str | None = None, has: Sequence[str] = (), at: str = "rg:main/app") -> Scope:
        """Add a virtual machine; ``runs`` names a system-assigned identity, ``has`` user-assigned ones."""
        body = {
            "vmId": identifier("vm", name),
            "provisioningState": "Succeeded",
            "hardwareProfile": {"vmSize": "Standard_B1s"},
            "osProfile": {"computerName": name, "adminUsername": "operator", "allowExtensionOperations": True},
            "storageProfile": {"osDisk": {"osType": "Linux", "createOption": "FromImage"}},
        }
        return self._runs(name, "compute.virtualMachines", at, "Microsoft.Compute/virtualMachines", runs, has, body)

    def site(self, name: str, *, runs: str | None = None, has: Sequence[str] = (), at: str = "rg:main/app") -> Scope:
        """Add a function app."""
        body = {"state": "Running", "enabled": True, "defaultHostName": f"{name}.azurewebsites.net"}
        self._runs(name, "web.sites", at, "Microsoft.Web/sites", runs, has, body)
        self.resources[self._subscription(at)]["web.sites"][-1]["kind"] = "functionapp,linux"
        return self

    def workflow(self, name: str, *, runs: str, at: str = "rg:main/app") -> Scope:
        """Add a logic app."""
        body = {"state": "Enabled", "provisioningState": "Succeeded", "definition": {"actions": {}, "triggers": {}}}
        return self._runs(name, "logic.workflows", at, "Microsoft.Logic/workflows", runs, (), body)

    def automation(self, name: str, *, runs: str, at: str = "rg:main/app") -> Scope:
        """Add an automation account."""
        body = {"state": "Ok", "sku": {"name": "Basic"}}
        return self._runs(
            name, "automation.automationAccounts", at, "Microsoft.Automation/automationAccounts", runs, (), body
        )

    def container_app(self, name: str, *, runs: str, at: str = "rg:main/app") -> Scope:
        """Add a container app."""
        body = {"provisioningState": "Succeeded", "configuration": {}, "template": {"containers": []}}
        return self._runs(name, "app.containerApps", at, "Microsoft.App/containerApps", runs, (), body)

    def cluster(self, name: str, *, nodes: str, at: str = "rg:main/app") -> Scope:
        """Add a Kubernetes cluster; its nodes have the user-assigned identity ``nodes``."""
        body = {
            "provisioningState": "Succeeded",
            "powerState": {"code": "Running"},
            "disableLocalAccounts": False,
            "enableRBAC": True,
            "nodeResourceGroup": f"MC_app_{name}",
            "identityProfile": {
                "kubeletidentity": {
                    "resourceId": self.places[nodes],
                    "clientId": identifier("client", nodes),
                    "objectId": self.tenant.id(nodes),
                }
            },
        }
        return self._runs(
            name, "containerservice.managedClusters", at, "Microsoft.ContainerService/managedClusters", None, (), body
        )

    def vault(
        self,
        name: str,
        *,
        rbac: bool,
        policies: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        at: str = "rg:main/app",
    ) -> Scope:
        """Add a key vault; ``policies`` are permissions by holder's name, as access policies list them."""
        listed = [
            {
                "tenantId": TENANT,
                "objectId": self.tenant.id(who),
                "permissions": {"keys": [], "secrets": [], "certificates": [], "storage": []}
                | {kind: list(verbs) for kind, verbs in allowed.items()},
            }
            for who, allowed in (policies or {}).items()
        ]
        body = {
            "tenantId": TENANT,
            "sku": {"family": "A", "name": "standard"},
            "accessPolicies": listed,
            "enabledForDeployment": False,
            "enabledForDiskEncryption": False,
            "enabledForTemplateDeployment": False,
            "enableSoftDelete": True,
            "enableRbacAuthorization": rbac,
            "vaultUri": f"https://{name}.vault.azure.net/",
            "publicNetworkAccess": "Enabled",
            "provisioningState": "Succeeded",
        }
        self._resource(name, "keyvault.vaults", at, "Microsoft.KeyVault/vaults", None, body)
        return self

    # ---- what it gives
    def path(self, place: str) -> str:
        """Return the resource id behind a place."""
        if place == "root":
            return "/"
        kind, name = place.split(":", 1)
        if kind == "sub":
            return f"/subscriptions/{identifier('subscription', name)}"
        if kind == "rg":
            subscription, group = name.split("/", 1)
            return f"{self.path(f'sub:{subscription}')}/resourceGroups/{group}"
        return _GROUPS + name if kind == "mg" else self.places[name]

    def covering(self, place: str) -> list[str]:
        """Return the ids of a place and of everything above it, lower case."""
        kind, name = place.split(":", 1)
        group = self.subscriptions[name] if kind == "sub" else self.groups[name]
        found = [self.path(place), "/"]
        while group:
            found.append(_GROUPS + group)
            group = self.groups[group]
        return [each.lower() for each in found]

    def files(self) -> Iterator[tuple[str, str, Json]]:
        """Yield folder, name and body of each operation."""
        yield TENANT, "managementGroups", {"value": list(self._management_groups())}
        for name in self.subscriptions:
            own = identifier("subscription", name)
            yield own, "subscriptions", {"value": [self._subscribed(name)]}
            above = self._above(name)
            for operation, all_of in (("roleAssignments", self.assignments), ("denyAssignments", self.denials)):
                seen = [one for one in all_of if self._concerns(one["properties"]["scope"], own, above)]
                yield own, f"authorization.{operation}", {"value": seen}
            yield own, "authorization.roleDefinitions", {"value": list(self.definitions.values())}
            for operation in _PER_SUBSCRIPTION:
                yield own, operation, {"value": self.resources.get(name, {}).get(operation, [])}

    # ---- inside
    def _define(self, name: str, role: AzureRole, scopes: Sequence[str]) -> Scope:
        self.definitions[name] = {
            "id": f"/providers/{_AUTHORIZATION}/roleDefinitions/{role.id}",
            "name": role.id,
            "type": f"{_AUTHORIZATION}/roleDefinitions",
            "properties": {
                "roleName": name,
                "type": "BuiltInRole" if name in AZURE_ROLES else "CustomRole",
                "description": name,
                "assignableScopes": list(scopes),
                "permissions": [
                    {
                        "actions": list(role.actions),
                        "notActions": list(role.not_actions),
                        "dataActions": list(role.data_actions),
                        "notDataActions": list(role.not_data_actions),
                    }
                ],
            },
        }
        return self

    def _keep(self, into: list[Json], place: str, kind: str, own: str, **properties: Any) -> Scope:
        base = "" if place == "/" else place
        into.append(
            {
                "id": f"{base}/providers/{_AUTHORIZATION}/{kind}/{own}",
                "name": own,
                "type": f"{_AUTHORIZATION}/{kind}",
                "properties": properties,
            }
        )
        return self

    def _principal(self, who: str) -> Json:
        kind = {"user": "User", "group": "Group", "sp": "ServicePrincipal"}[self.tenant.kinds[who]]
        return {"id": self.tenant.id(who), "type": kind}

    @staticmethod
    def _subscription(at: str) -> str:
        return at.split(":", 1)[1].split("/", 1)[0]

    def _resource(self, name: str, operation: str, at: str, kind: str, identity: Json | None, body: Json) -> str:
        path = f"{self.path(at)}/providers/{kind}/{name}"
        self.places[name] = path
        line: Json = {"id": path, "name": name, "type": kind, "location": "westeurope", "tags": {}}
        if identity:
            line["identity"] = identity
        mine = self.resources.setdefault(self._subscription(at), {})
        mine.setdefault("resources", []).append(dict(line))
        mine.setdefault(operation, []).append(line | {"properties": body})
        return path

    def _runs(
        self, name: str, operation: str, at: str, kind: str, runs: str | None, has: Sequence[str], body: Json
    ) -> Scope:
        path = f"{self.path(at)}/providers/{kind}/{name}"
        identity: Json = {}
        if runs:
            self.tenant.managed(runs, path)
            identity |= {"principalId": self.tenant.id(runs), "tenantId": TENANT}
        if has:
            identity["userAssignedIdentities"] = {
                self.places[one]: {"principalId": self.tenant.id(one), "clientId": identifier("client", one)}
                for one in has
            }
        kinds = (["SystemAssigned"] if runs else []) + (["UserAssigned"] if has else [])
        if kinds:
            identity["type"] = ", ".join(kinds)
        self._resource(name, operation, at, kind, identity or None, body)
        return self

    def _management_groups(self) -> Iterator[Json]:
        for name, parent in self.groups.items():
            below = [
                {"id": _GROUPS + one, "type": "Microsoft.Management/managementGroups", "name": one, "displayName": one}
                for one, above in self.groups.items()
                if above == name
            ] + [
                {"id": self.path(f"sub:{one}"), "type": "/subscriptions", "name": identifier("subscription", one)}
                | {"displayName": one}
                for one, above in self.subscriptions.items()
                if above == name
            ]
            details: Json = {"version": 1, "updatedTime": EARLIER}
            if parent:
                details["parent"] = {"id": _GROUPS + parent, "name": parent, "displayName": parent}
            yield {
                "id": _GROUPS + name,
                "type": "Microsoft.Management/managementGroups",
                "name": name,
                "properties": {"tenantId": TENANT, "displayName": name, "details": details, "children": below},
            }

    def _subscribed(self, name: str) -> Json:
        return {
            "id": self.path(f"sub:{name}"),
            "subscriptionId": identifier("subscription", name),
            "tenantId": TENANT,
            "displayName": name,
            "state": "Enabled",
            "subscriptionPolicies": {"quotaId": "PayAsYouGo_2014-09-01", "spendingLimit": "Off"},
        }

    def _above(self, subscription: str) -> set[str]:
        found: set[str] = {"/"}
        group = self.subscriptions[subscription]
        while group:
            found.add(_GROUPS + group)
            group = self.groups[group]
        return found

    @staticmethod
    def _concerns(place: str, subscription: str, above: set[str]) -> bool:
        here = f"/subscriptions/{subscription}"
        return place in above or place == here or place.startswith(here + "/")


_UAMI: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"
