"""Built-in roles of Azure with their real GUIDs and permissions, for worlds in code.

Input: none (data only). Output: ``BUILT_IN`` by name. Not handled: descriptions.
From https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BUILT_IN", "BuiltIn"]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One built-in role."""

    guid: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    condition: str = ""


_READ_ROLES = "Microsoft.Authorization/*/read"
_GROUP = "Microsoft.Resources/subscriptions/resourceGroups/read"
_DEPLOY = "Microsoft.Resources/deployments/*"
_ALERTS = "Microsoft.Insights/alertRules/*"
_SUPPORT = "Microsoft.Support/*"
_HEALTH = "Microsoft.ResourceHealth/availabilityStatuses/read"
_VAULT = (
    _READ_ROLES,
    _ALERTS,
    _DEPLOY,
    _GROUP,
    _SUPPORT,
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
)
_LOGIN = (
    "Microsoft.Network/publicIPAddresses/read",
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/loadBalancers/read",
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Compute/virtualMachines/*/read",
    "Microsoft.HybridCompute/machines/*/read",
    "Microsoft.HybridConnectivity/endpoints/listCredentials/action",
)
_LOGINS = ("Microsoft.Compute/virtualMachines/login/action", "Microsoft.HybridCompute/machines/login/action")
_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
_BACKUP = "Microsoft.RecoveryServices/Vaults/backupFabrics"
_MACHINE_ROLES = "1c0163c0-47e6-4577-8991-ea5c82e286e4, fb879df8-f326-4884-b1cf-06f3ad86be52"

BUILT_IN = {
    "Owner": BuiltIn("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ("*",)),
    "Contributor": BuiltIn(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        ("*",),
        (
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
            "Microsoft.Purview/consents/write",
            "Microsoft.Purview/consents/delete",
            "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
            "Microsoft.Subscription/cancel/action",
            "Microsoft.Subscription/enable/action",
        ),
    ),
    "Reader": BuiltIn("acdd72a7-3385-48ef-bd42-f606fba81ae7", ("*/read",)),
    "User Access Administrator": BuiltIn(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", ("*/read", "Microsoft.Authorization/*", _SUPPORT)
    ),
    "Role Based Access Control Administrator": BuiltIn(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            _SUPPORT,
        ),
    ),
    "Virtual Machine Contributor": BuiltIn(
        "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
        (
            _READ_ROLES,
            "Microsoft.Compute/availabilitySets/*",
            "Microsoft.Compute/locations/*",
            "Microsoft.Compute/virtualMachines/*",
            "Microsoft.Compute/virtualMachineScaleSets/*",
            "Microsoft.Compute/cloudServices/*",
            "Microsoft.Compute/disks/write",
            "Microsoft.Compute/disks/read",
            "Microsoft.Compute/disks/delete",
            "Microsoft.Compute/hostgroups/write",
            "Microsoft.Compute/hostgroups/hosts/write",
            "Microsoft.DevTestLab/schedules/*",
            _ALERTS,
            "Microsoft.Network/applicationGateways/backendAddressPools/join/action",
            "Microsoft.Network/loadBalancers/backendAddressPools/join/action",
            "Microsoft.Network/loadBalancers/inboundNatPools/join/action",
            "Microsoft.Network/loadBalancers/inboundNatRules/join/action",
            "Microsoft.Network/loadBalancers/probes/join/action",
            "Microsoft.Network/loadBalancers/read",
            "Microsoft.Network/locations/*",
            "Microsoft.Network/networkInterfaces/*",
            "Microsoft.Network/networkSecurityGroups/join/action",
            "Microsoft.Network/networkSecurityGroups/read",
            "Microsoft.Network/publicIPAddresses/join/action",
            "Microsoft.Network/publicIPAddresses/read",
            "Microsoft.Network/virtualNetworks/read",
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            "Microsoft.RecoveryServices/locations/*",
            f"{_BACKUP}/backupProtectionIntent/write",
            f"{_BACKUP}/protectionContainers/protectedItems/*/read",
            f"{_BACKUP}/protectionContainers/protectedItems/read",
            f"{_BACKUP}/protectionContainers/protectedItems/write",
            "Microsoft.RecoveryServices/Vaults/backupPolicies/read",
            "Microsoft.RecoveryServices/Vaults/backupPolicies/write",
            "Microsoft.RecoveryServices/Vaults/read",
            "Microsoft.RecoveryServices/Vaults/usages/read",
            "Microsoft.RecoveryServices/Vaults/write",
            _HEALTH,
            _DEPLOY,
            _GROUP,
            "Microsoft.SerialConsole/serialPorts/connect/action",
            "Microsoft.SqlVirtualMachine/*",
            "Microsoft.Storage/storageAccounts/listKeys/action",
            "Microsoft.Storage/storageAccounts/read",
            _SUPPORT,
        ),
    ),
    "Virtual Machine Administrator Login": BuiltIn(
        "1c0163c0-47e6-4577-8991-ea5c82e286e4",
        _LOGIN,
        data_actions=(
            *_LOGINS,
            "Microsoft.Compute/virtualMachines/loginAsAdmin/action",
            "Microsoft.HybridCompute/machines/loginAsAdmin/action",
        ),
    ),
    "Virtual Machine User Login": BuiltIn("fb879df8-f326-4884-b1cf-06f3ad86be52", _LOGIN, data_actions=_LOGINS),
    "Virtual Machine Data Access Administrator (preview)": BuiltIn(
        "66f75aeb-eabe-4b70-9f1e-c350c4c9ad04",
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            _READ_ROLES,
            _GROUP,
            "Microsoft.Resources/subscriptions/read",
            "Microsoft.Management/managementGroups/read",
            *_LOGIN[:-1],
            _DEPLOY,
            _SUPPORT,
        ),
        condition=(
            "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
            "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{"
            f"{_MACHINE_ROLES}"
            "})) AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR "
            "(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{"
            f"{_MACHINE_ROLES}"
            "}))"
        ),
    ),
    "Managed Identity Contributor": BuiltIn(
        "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        (
            f"{_IDENTITY}/read",
            f"{_IDENTITY}/write",
            f"{_IDENTITY}/delete",
            f"{_IDENTITY}/federatedIdentityCredentials/read",
            f"{_IDENTITY}/federatedIdentityCredentials/write",
            f"{_IDENTITY}/federatedIdentityCredentials/delete",
            f"{_IDENTITY}/revokeTokens/action",
            _READ_ROLES,
            _ALERTS,
            _GROUP,
            _DEPLOY,
            _SUPPORT,
        ),
    ),
    "Managed Identity Operator": BuiltIn(
        "f1a07417-d97a-45cb-824c-7a7467783830",
        (
            f"{_IDENTITY}/*/read",
            f"{_IDENTITY}/*/assign/action",
            _READ_ROLES,
            _ALERTS,
            _GROUP,
            _DEPLOY,
            _SUPPORT,
        ),
    ),
    "Website Contributor": BuiltIn(
        "de139f84-1756-47ae-9be6-808fbbe84772",
        (
            _READ_ROLES,
            _ALERTS,
            "Microsoft.Insights/components/*",
            _HEALTH,
            _DEPLOY,
            _GROUP,
            _SUPPORT,
            "Microsoft.Web/certificates/*",
            "Microsoft.Web/listSitesAssignedToHostName/read",
            "Microsoft.Web/serverFarms/join/action",
            "Microsoft.Web/serverFarms/read",
            "Microsoft.Web/sites/*",
        ),
    ),
    "Storage Account Contributor": BuiltIn(
        "17d1049b-9a84-46fb-8f53-869881c3d3ab",
        (
            _READ_ROLES,
            _ALERTS,
            "Microsoft.Insights/diagnosticSettings/*",
            "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action",
            _HEALTH,
            _DEPLOY,
            _GROUP,
            "Microsoft.Storage/storageAccounts/*",
            _SUPPORT,
        ),
    ),
    "Key Vault Administrator": BuiltIn(
        "00482a5a-887f-4fb3-b363-3b7fe8e74483", _VAULT, data_actions=("Microsoft.KeyVault/vaults/*",)
    ),
    "Key Vault Contributor": BuiltIn(
        "f25e0fa2-a7c8-4377-a976-54943a77a395",
        (_READ_ROLES, _ALERTS, "Microsoft.KeyVault/*", _DEPLOY, _GROUP, _SUPPORT),
        (
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/hsmPools/*",
            "Microsoft.KeyVault/managedHsms/*",
        ),
    ),
    "Key Vault Reader": BuiltIn(
        "21090545-7ca7-4776-b22c-e363652d74d2",
        _VAULT,
        data_actions=("Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/secrets/readMetadata/action"),
    ),
    "Key Vault Secrets Officer": BuiltIn(
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", _VAULT, data_actions=("Microsoft.KeyVault/vaults/secrets/*",)
    ),
    "Key Vault Secrets User": BuiltIn(
        "4633458b-17de-408a-b874-0445c86b69e6",
        data_actions=(
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ),
    ),
    "Key Vault Certificate User": BuiltIn(
        "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
        data_actions=(
            "Microsoft.KeyVault/vaults/certificates/read",
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
            "Microsoft.KeyVault/vaults/keys/read",
        ),
    ),
}
"""By name."""
