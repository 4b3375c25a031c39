"""Built-in roles of Azure that the estate uses, by name, with what each allows.

Input: role ids. Output: ``ROLES``, ``definition``. Not handled: roles that nobody here has.
Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (2026-11), shortened to what decides.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

__all__ = ["ROLES", "definition"]

ROLES = MappingProxyType(
    {
        "Automation Contributor": "f353d9bd-d4a6-484e-a77a-8050b599b867",
        "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
        "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "Website Contributor": "de139f84-1756-47ae-9be6-808fbbe84772",
    }
)
_SUPPORT = [
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
]
_ALLOWS: dict[str, dict[str, list[str]]] = {
    "Automation Contributor": {
        "actions": [
            "Microsoft.Automation/automationAccounts/*",
            "Microsoft.Authorization/*/read",
            "Microsoft.Insights/ActionGroups/*",
            "Microsoft.Insights/ActivityLogAlerts/*",
            "Microsoft.Insights/MetricAlerts/*",
            "Microsoft.Insights/ScheduledQueryRules/*",
            "Microsoft.Insights/diagnosticSettings/*",
            "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
            *_SUPPORT,
        ]
    },
    "Contributor": {
        "actions": ["*"],
        "notActions": [
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
            "Microsoft.Purview/consents/write",
            "Microsoft.Purview/consents/delete",
            "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
        ],
    },
    "Key Vault Secrets User": {
        "dataActions": [
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ]
    },
    "Owner": {"actions": ["*"]},
    "Reader": {"actions": ["*/read"]},
    "Role Based Access Control Administrator": {
        "actions": [
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ]
    },
    "User Access Administrator": {"actions": ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"]},
    "Website Contributor": {
        "actions": [
            "Microsoft.Authorization/*/read",
            "Microsoft.Insights/alertRules/*",
            "Microsoft.Insights/components/*",
            "Microsoft.ResourceHealth/availabilityStatuses/read",
            "Microsoft.Web/certificates/*",
            "Microsoft.Web/listSitesAssignedToHostName/read",
            "Microsoft.Web/serverFarms/join/action",
            "Microsoft.Web/serverFarms/read",
            "Microsoft.Web/sites/*",
            *_SUPPORT,
        ]
    },
}
"""What each allows; kinds of permission that are left out are empty."""


def definition(role_id: str, subscription: str) -> dict[str, Any]:
    """Return a role definition as ARM lists it in a subscription."""
    name = next(each for each, number in ROLES.items() if number == role_id)
    allowed = {kind: _ALLOWS[name].get(kind, []) for kind in ("actions", "notActions", "dataActions", "notDataActions")}
    return {
        "id": f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role_id}",
        "name": role_id,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": name,
            "type": "BuiltInRole",
            "assignableScopes": ["/"],
            "permissions": [allowed],
        },
    }
