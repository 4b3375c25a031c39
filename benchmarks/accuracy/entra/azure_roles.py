"""Azure's built-in roles that the set uses, as their pages list them.

Input: none (data only). Output: ``AZURE_ROLES``. Not handled: actions that play no part in any claim are left out of
the longest lists.

Pages: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["AZURE_ROLES", "AzureRole"]


@dataclass(frozen=True, slots=True)
class AzureRole:
    """What a role allows."""

    id: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


_VAULTS: Final = "Microsoft.KeyVault/vaults/"
_READ_VAULT: Final = ("Microsoft.Authorization/*/read", _VAULTS + "*/read", "Microsoft.KeyVault/operations/read")

AZURE_ROLES: Final[Mapping[str, AzureRole]] = {
    "Owner": AzureRole("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ("*",)),
    "Contributor": AzureRole(
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
    "Reader": AzureRole("acdd72a7-3385-48ef-bd42-f606fba81ae7", ("*/read",)),
    "User Access Administrator": AzureRole(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", ("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*")
    ),
    "Role Based Access Control Administrator": AzureRole(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
    "Managed Identity Contributor": AzureRole(
        "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        (
            "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/write",
            "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
            "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
            "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete",
            "Microsoft.ManagedIdentity/userAssignedIdentities/revokeTokens/action",
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Resources/deployments/*",
        ),
    ),
    "Managed Identity Operator": AzureRole(
        "f1a07417-d97a-45cb-824c-7a7467783830",
        (
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Resources/deployments/*",
        ),
    ),
    "Virtual Machine Contributor": AzureRole(
        "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.Compute/availabilitySets/*",
            "Microsoft.Compute/locations/*",
            "Microsoft.Compute/virtualMachines/*",
            "Microsoft.Compute/virtualMachineScaleSets/*",
            "Microsoft.Compute/disks/write",
            "Microsoft.Compute/disks/read",
            "Microsoft.Compute/disks/delete",
            "Microsoft.Network/networkInterfaces/*",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ),
    ),
    "Virtual Machine Administrator Login": AzureRole(
        "1c0163c0-47e6-4577-8991-ea5c82e286e4",
        ("Microsoft.Network/publicIPAddresses/read", "Microsoft.Compute/virtualMachines/*/read"),
        (),
        (
            "Microsoft.Compute/virtualMachines/login/action",
            "Microsoft.Compute/virtualMachines/loginAsAdmin/action",
        ),
    ),
    "Website Contributor": AzureRole(
        "de139f84-1756-47ae-9be6-808fbbe84772",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Web/certificates/*",
            "Microsoft.Web/serverFarms/join/action",
            "Microsoft.Web/serverFarms/read",
            "Microsoft.Web/sites/*",
        ),
    ),
    "Logic App Contributor": AzureRole(
        "87a39d53-fc1b-424a-814c-f7e04687dc9e",
        ("Microsoft.Authorization/*/read", "Microsoft.Logic/*", "Microsoft.Web/connections/*"),
    ),
    "Logic App Operator": AzureRole(
        "515c2055-d9d4-4321-b1b9-bd0c9a0f79fe",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.Logic/*/read",
            "Microsoft.Logic/workflows/disable/action",
            "Microsoft.Logic/workflows/enable/action",
            "Microsoft.Logic/workflows/validate/action",
        ),
    ),
    "Automation Contributor": AzureRole(
        "f353d9bd-d4a6-484e-a77a-8050b599b867",
        ("Microsoft.Automation/automationAccounts/*", "Microsoft.Authorization/*/read"),
    ),
    "Automation Operator": AzureRole(
        "d3881f73-407a-4167-8283-e981cbba0404",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.Automation/automationAccounts/jobs/read",
            "Microsoft.Automation/automationAccounts/jobs/resume/action",
            "Microsoft.Automation/automationAccounts/jobs/stop/action",
            "Microsoft.Automation/automationAccounts/jobs/write",
            "Microsoft.Automation/automationAccounts/runbooks/read",
            "Microsoft.Automation/automationAccounts/read",
        ),
    ),
    "Azure Kubernetes Service Contributor Role": AzureRole(
        "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8",
        ("Microsoft.ContainerService/locations/*", "Microsoft.ContainerService/managedClusters/*"),
    ),
    "Container Apps Contributor": AzureRole(
        "358470bc-b998-42bd-ab17-a7e34c199c0f",
        (
            "Microsoft.App/containerApps/*/read",
            "Microsoft.App/containerApps/*/write",
            "Microsoft.App/containerApps/write",
            "Microsoft.App/containerApps/read",
            "Microsoft.App/containerApps/*/action",
        ),
    ),
    "Key Vault Administrator": AzureRole("00482a5a-887f-4fb3-b363-3b7fe8e74483", _READ_VAULT, (), (_VAULTS + "*",)),
    "Key Vault Secrets User": AzureRole(
        "4633458b-17de-408a-b874-0445c86b69e6",
        (),
        (),
        (_VAULTS + "secrets/getSecret/action", _VAULTS + "secrets/readMetadata/action"),
    ),
    "Key Vault Secrets Officer": AzureRole(
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", _READ_VAULT, (), (_VAULTS + "secrets/*",)
    ),
    "Key Vault Reader": AzureRole(
        "21090545-7ca7-4776-b22c-e363652d74d2",
        _READ_VAULT,
        (),
        (_VAULTS + "*/read", _VAULTS + "secrets/readMetadata/action"),
    ),
    "Key Vault Crypto User": AzureRole(
        "12338af0-0e69-4776-bea7-57ae8d297424",
        (),
        (),
        (_VAULTS + "keys/read", _VAULTS + "keys/decrypt/action", _VAULTS + "keys/sign/action"),
    ),
    "Key Vault Contributor": AzureRole(
        "f25e0fa2-a7c8-4377-a976-54943a77a395",
        ("Microsoft.Authorization/*/read", "Microsoft.KeyVault/*", "Microsoft.Resources/deployments/*"),
        (
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/hsmPools/*",
            "Microsoft.KeyVault/managedHsms/*",
        ),
    ),
}
