"""Resources of Azure for worlds in code: what carries identities and what holds data, as ARM answers them.

Input: calls of the world's methods. Output: objects in the lists of a subscription.
Not handled: fields that nothing reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from tests.worlds.entra import TENANT, app_id, oid

__all__ = ["AzureResources", "Json"]

Json = dict[str, Any]
_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
_NAMES = {
    "vm": ("compute.virtualMachines", "Microsoft.Compute/virtualMachines"),
    "vmss": ("compute.virtualMachineScaleSets", "Microsoft.Compute/virtualMachineScaleSets"),
    "site": ("web.sites", "Microsoft.Web/sites"),
    "logic": ("logic.workflows", "Microsoft.Logic/workflows"),
    "automation": ("automation.automationAccounts", "Microsoft.Automation/automationAccounts"),
    "aks": ("containerservice.managedClusters", "Microsoft.ContainerService/managedClusters"),
    "app": ("app.containerApps", "Microsoft.App/containerApps"),
    "job": ("app.jobs", "Microsoft.App/jobs"),
    "aci": ("containerinstance.containerGroups", "Microsoft.ContainerInstance/containerGroups"),
    "factory": ("datafactory.factories", "Microsoft.DataFactory/factories"),
    "workspace": ("machinelearningservices.workspaces", "Microsoft.MachineLearningServices/workspaces"),
    "ai": ("cognitiveservices.accounts", "Microsoft.CognitiveServices/accounts"),
    "vault": ("keyvault.vaults", "Microsoft.KeyVault/vaults"),
    "storage": ("storage.storageAccounts", "Microsoft.Storage/storageAccounts"),
    "identity": ("managedidentity.userAssignedIdentities", _IDENTITIES),
}


@dataclass(slots=True)
class AzureResources:
    """Resources of subscriptions; every method adds to them and returns them."""

    places: dict[str, str] = field(default_factory=dict)
    """ARM id by name."""
    lists: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    """By scope and operation."""
    lines: dict[str, dict[str, dict[str, list[Json]]]] = field(default_factory=dict)
    """By scope, operation and the object asked about."""
    current: str = ""
    """GUID of the subscription named last."""

    def add(self, operation: str, body: Json, *, scope: str = "") -> Self:
        """Add an object to a listing of a subscription, by default the one named last."""
        self.lists.setdefault(scope or self.current, {}).setdefault(operation, []).append(body)
        return self

    def line(self, operation: str, owner: str, *found: Json, scope: str = "") -> Self:
        """Add objects to the answer about one object."""
        rows = self.lines.setdefault(scope or self.current, {}).setdefault(operation, {})
        rows.setdefault(owner, []).extend(found)
        return self

    def resource_group(self, name: str, *, tags: Mapping[str, str] | None = None) -> Self:
        """Add a resource group."""
        identity = f"/subscriptions/{self.current}/resourceGroups/{name}"
        self.places[f"rg:{name}"] = identity
        kind = "Microsoft.Resources/resourceGroups"
        return self.add("resourceGroups", {"id": identity, "name": name, "type": kind, "tags": dict(tags or {})})

    def place(
        self,
        short: str,
        name: str,
        *,
        group: str = "rg",
        system: bool = False,
        identities: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        kind: str = "",
        type_: str = "",
        **properties: Any,
    ) -> Self:
        """Add a resource of any type, to its own list and to the list of all resources.

        Parameters
        ----------
        short
            Prefix of its name as a place; one of those of this module, or any with ``type_``.
        """
        operation, arm_type = _NAMES.get(short, ("", type_))
        home = f"/subscriptions/{self.current}/resourceGroups/{group}"
        if self.places.get(f"rg:{group}") != home:
            self.resource_group(group)
        identity = f"{home}/providers/{arm_type}/{name}"
        self.places[f"{short}:{name}"] = identity
        body: Json = {
            "id": identity,
            "name": name,
            "type": arm_type,
            "location": "westeurope",
            "tags": dict(tags or {}),
        }
        if kind:
            body["kind"] = kind
        if system or identities:
            kinds = ["SystemAssigned"] * system + ["UserAssigned"] * bool(identities)
            own: Json = {"type": ", ".join(kinds), "tenantId": TENANT}
            if system:
                own["principalId"] = oid(f"sp:{name}")
            if identities:
                own["userAssignedIdentities"] = {
                    self.places[f"identity:{each}"]: {"principalId": oid(f"sp:{each}"), "clientId": app_id(each)}
                    for each in identities
                }
            body["identity"] = own
        self.add("resources", body)
        return self.add(operation, body | {"properties": properties}) if operation else self

    def identity(
        self,
        name: str,
        *,
        group: str = "rg",
        federated: Sequence[Json] = (),
        tags: Mapping[str, str] | None = None,
    ) -> Self:
        """Add a user-assigned managed identity; ``federated`` as ``tests.worlds.entra.token`` makes them."""
        facts: Json = {"tenantId": TENANT, "principalId": oid(f"sp:{name}"), "clientId": app_id(name)}
        self.place("identity", name, group=group, tags=tags, **facts)
        own = self.places[f"identity:{name}"]
        rows = [
            {
                "id": f"{own}/federatedIdentityCredentials/{each['name']}",
                "name": each["name"],
                "type": f"{_IDENTITIES}/federatedIdentityCredentials",
                "properties": {key: value for key, value in each.items() if key not in ("id", "name")},
            }
            for each in federated
        ]
        return self.line("managedidentity.userAssignedIdentities.federatedIdentityCredentials", own, *rows)

    def vm(
        self,
        name: str,
        *,
        os: str = "Linux",
        login: bool = False,
        scale_set: str = "",
        **more: Any,
    ) -> Self:
        """Add a virtual machine; with ``login`` Entra users can log in."""
        facts: Json = {"storageProfile": {"osDisk": {"osType": os}}}
        if scale_set:
            facts["virtualMachineScaleSet"] = {"id": self.places[f"vmss:{scale_set}"]}
        self.place("vm", name, **facts, **more)
        own = self.places[f"vm:{name}"]
        found = "AADLoginForWindows" if os == "Windows" else "AADSSHLoginForLinux"
        row = {
            "id": f"{own}/extensions/{found}",
            "name": found,
            "type": "Microsoft.Compute/virtualMachines/extensions",
            "properties": {"publisher": "Microsoft.Azure.ActiveDirectory", "type": found, "typeHandlerVersion": "1.0"},
        }
        return self.line("compute.virtualMachines.extensions", own, *([row] if login else []))

    def scale_set(self, name: str, *, os: str = "Linux", **more: Any) -> Self:
        """Add a scale set."""
        profile = {"storageProfile": {"osDisk": {"osType": os}}}
        return self.place("vmss", name, virtualMachineProfile=profile, **more)

    def site(
        self,
        name: str,
        *,
        function: bool = False,
        settings: Mapping[str, str] | None = None,
        references: Mapping[str, tuple[str, str]] | None = None,
        **more: Any,
    ) -> Self:
        """Add a web or function app.

        Parameters
        ----------
        settings
            Application settings with their values; given, they were asked for.
        references
            Settings that are taken from a vault's secret.
        """
        self.place("site", name, kind="functionapp,linux" if function else "app,linux", state="Running", **more)
        own = self.places[f"site:{name}"]
        if settings is not None:
            body = {"id": f"{own}/config/appsettings", "name": "appsettings", "type": "Microsoft.Web/sites/config"}
            self.line("web.sites.config.appsettings", own, body | {"properties": dict(settings)})
        rows = [
            {
                "id": f"{own}/config/configreferences/appsettings/{key}",
                "name": key,
                "properties": {"vaultName": vault, "secretName": secret},
            }
            for key, (vault, secret) in (references or {}).items()
        ]
        return self.line("web.sites.config.configreferences.appsettings", own, *rows)

    def logic_app(self, name: str, **more: Any) -> Self:
        """Add a logic app."""
        return self.place("logic", name, state="Enabled", **more)

    def automation(
        self,
        name: str,
        *,
        runbooks: Sequence[str] = (),
        hybrid: Sequence[str] = (),
        run_as: str = "",
        **more: Any,
    ) -> Self:
        """Add an automation account; ``run_as`` is the application of a Run As account."""
        self.place("automation", name, **more)
        own = self.places[f"automation:{name}"]
        parts = {"runbooks": runbooks, "hybridRunbookWorkerGroups": hybrid}
        for part, names in parts.items():
            rows = [{"id": f"{own}/{part}/{each}", "name": each} for each in names]
            self.line(f"automation.automationAccounts.{part}", own, *rows)
        connection = {
            "id": f"{own}/connections/AzureRunAsConnection",
            "name": "AzureRunAsConnection",
            "properties": {
                "connectionType": {"name": "AzureServicePrincipal"},
                "fieldDefinitionValues": {"ApplicationId": app_id(run_as), "TenantId": TENANT},
            },
        }
        return self.line("automation.automationAccounts.connections", own, *([connection] if run_as else []))

    def cluster(
        self,
        name: str,
        *,
        kubelet: str = "",
        addons: Mapping[str, str] | None = None,
        local_accounts: bool = True,
        azure_rbac: bool = False,
        service_principal: str = "",
        **more: Any,
    ) -> Self:
        """Add a Kubernetes cluster; ``kubelet`` and ``addons`` name identities of its nodes, else an application."""
        guid = oid(f"issuer:{name}")
        facts: Json = {
            "dnsPrefix": name,
            "nodeResourceGroup": f"MC_{name}",
            "oidcIssuerProfile": {"enabled": True, "issuerURL": f"https://westeurope.oic.prod-aks.azure.com/{guid}/"},
            "securityProfile": {"workloadIdentity": {"enabled": True}},
            "disableLocalAccounts": not local_accounts,
            "aadProfile": {"managed": True, "enableAzureRBAC": azure_rbac} if azure_rbac else None,
            "servicePrincipalProfile": {"clientId": app_id(service_principal) if service_principal else "msi"},
        }
        if kubelet:
            facts["identityProfile"] = {"kubeletidentity": {"objectId": oid(f"sp:{kubelet}")}}
        facts["addonProfiles"] = {
            addon: {"enabled": True, "identity": {"objectId": oid(f"sp:{each}")}}
            for addon, each in (addons or {}).items()
        }
        return self.place("aks", name, **facts, **more)

    def container_app(
        self,
        name: str,
        *,
        env: Sequence[Json] = (),
        secrets: Sequence[Json] = (),
        job: bool = False,
        **more: Any,
    ) -> Self:
        """Add a container app, or a job of one."""
        template = {"containers": [{"name": "main", "image": "example.azurecr.io/x", "env": list(env)}]}
        configuration = {"secrets": list(secrets)}
        return self.place("job" if job else "app", name, template=template, configuration=configuration, **more)

    def container_group(self, name: str, *, env: Sequence[Json] = (), **more: Any) -> Self:
        """Add container instances."""
        containers = [{"name": "main", "properties": {"environmentVariables": list(env)}}]
        return self.place("aci", name, containers=containers, osType="Linux", **more)

    def vault(
        self,
        name: str,
        *,
        rbac: bool | None = True,
        policies: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        secrets: Sequence[str] = (),
        written: Mapping[str, Json] | None = None,
        public: bool = True,
        **more: Any,
    ) -> Self:
        """Add a key vault; ``policies`` maps a principal to its permissions by kind of object.

        ``written`` says of a secret what the listing tells beside its name.
        """
        facts: Json = {
            "tenantId": TENANT,
            "enableRbacAuthorization": rbac,
            "vaultUri": f"https://{name}.vault.azure.net/",
            "publicNetworkAccess": "Enabled" if public else "Disabled",
            "accessPolicies": [
                {
                    "tenantId": TENANT,
                    "objectId": oid(who),
                    "permissions": {key: list(each) for key, each in what.items()},
                }
                for who, what in (policies or {}).items()
            ],
        }
        self.place("vault", name, **facts, **more)
        own = self.places[f"vault:{name}"]
        kind = "Microsoft.KeyVault/vaults/secrets"
        rows = [
            {"id": f"{own}/secrets/{each}", "name": each, "type": kind, "properties": {}}
            | (written or {}).get(each, {})
            for each in secrets
        ]
        return self.line("keyvault.vaults.secrets", own, *rows)

    def storage(self, name: str, **more: Any) -> Self:
        """Add a storage account."""
        return self.place("storage", name, kind="StorageV2", **more)
