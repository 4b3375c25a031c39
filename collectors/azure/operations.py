"""Every call of Azure Resource Manager whose answer is read, with the least permission and what is lost without it.

Input: none (data only). Output: ``OPERATIONS``, ``READABLE``, ``REGIONAL``, what stands where, ``operation_of_type``.
Not handled: making the calls.
A name is the resource provider without ``Microsoft.``, in lower case, and the type of what is listed below it.
Permissions are actions of Azure RBAC, from
https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations (2026-11).
Evidence of management groups and of the list of subscriptions stands under the tenant's GUID, everything else under the
subscription's; ``authorization.*`` may stand under both, since assignments are made above subscriptions too.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collectors.interface import Operation

__all__ = ["OPERATIONS", "READABLE", "REGIONAL", "SUBSCRIPTION_OPERATIONS", "TENANT_OPERATIONS", "operation_of_type"]

_GONE = ("ResourceNotFound", "ResourceGroupNotFound", "NotFound", "ParentResourceNotFound")
"""Codes that ARM answers for an object that is not there (any more)."""
_UNREGISTERED = ("MissingSubscriptionRegistration", "InvalidResourceNamespace")
"""What a subscription without the resource provider answers, and a cloud without it: there is none of its resources.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider (2026-11).
"""
_UNLICENSED = ("AadPremiumLicenseRequired",)
"""Without the licence of Privileged Identity Management nobody can activate a role, and eligibilities are removed:
https://learn.microsoft.com/entra/id-governance/licensing-fundamentals (2026-11)."""


def _list(name: str, permission: str, lost: str, *, guard: bool = False) -> Operation:
    """Return an operation that lists what a subscription has."""
    return Operation(name, permission, lost, guard=guard, not_found_codes=_UNREGISTERED)


def _pim(name: str, lost: str, *, guard: bool = False) -> Operation:
    """Return an operation of Privileged Identity Management."""
    permission = f"Microsoft.Authorization/{name}/read"
    return Operation(f"authorization.{name}", permission, lost, guard=guard, not_found_codes=_UNLICENSED)


def _each(name: str, permission: str, lost: str, *, opt_in: bool = False) -> Operation:
    """Return an operation that is called once an object."""
    return Operation(name, permission, lost, level="resource", per_object=True, not_found_codes=_GONE, opt_in=opt_in)


_TENANT = (
    Operation(
        "managementGroups",
        "Microsoft.Management/managementGroups/read",
        "Management groups: what is assigned at one holds for every subscription below it.",
        level="organization",
    ),
    Operation(
        "managementGroups.descendants",
        "Microsoft.Management/managementGroups/descendants/read",
        "Which management group each subscription and management group is in.",
        level="organization",
        per_object=True,
        not_found_codes=_GONE,
    ),
    Operation(
        "subscriptions",
        "Microsoft.Resources/subscriptions/read",
        "The names of subscriptions, and which there are beside those that were looked at.",
        level="organization",
    ),
)

_ACCESS = (
    _list(
        "authorization.roleDefinitions",
        "Microsoft.Authorization/roleDefinitions/read",
        "What roles allow, custom ones above all.",
    ),
    _list(
        "authorization.roleAssignments",
        "Microsoft.Authorization/roleAssignments/read",
        "Who has which role where: without it nobody's access to Azure is known.",
    ),
    _list(
        "authorization.denyAssignments",
        "Microsoft.Authorization/denyAssignments/read",
        "What deny assignments of deployment stacks and managed applications take away.",
        guard=True,
    ),
    _pim(
        "roleEligibilityScheduleInstances",
        "Who can activate a role (Privileged Identity Management).",
    ),
    _pim(
        "roleAssignmentScheduleInstances",
        "Which assignments are activated ones, and when an assignment ends.",
    ),
    _pim(
        "roleManagementPolicyAssignments",
        "What activating a role asks for: a second factor, approval, and whose.",
        guard=True,
    ),
)

_SUBSCRIPTION = (
    _list(
        "resourceGroups",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Resource groups with their tags, empty ones too.",
    ),
    _list(
        "resources",
        "Microsoft.Resources/subscriptions/resources/read",
        "Every resource by name and type, with the identities of those whose own list is missing.",
    ),
    _list(
        "managedidentity.userAssignedIdentities",
        "Microsoft.ManagedIdentity/userAssignedIdentities/read",
        "User-assigned managed identities, and which principal each one is.",
    ),
    _each(
        "managedidentity.userAssignedIdentities.federatedIdentityCredentials",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
        "Which outside workloads become a user-assigned managed identity.",
    ),
)

_COMPUTE = (
    _list(
        "compute.virtualMachines",
        "Microsoft.Compute/virtualMachines/read",
        "Virtual machines: operating system and managed identities, whose tokens code on them gets.",
    ),
    _each(
        "compute.virtualMachines.extensions",
        "Microsoft.Compute/virtualMachines/extensions/read",
        "Whether a machine lets Entra users log in.",
    ),
    _list(
        "compute.virtualMachineScaleSets",
        "Microsoft.Compute/virtualMachineScaleSets/read",
        "Scale sets, nodes of Kubernetes clusters among them, with their managed identities.",
    ),
    _list("web.sites", "Microsoft.Web/sites/read", "Web and function apps with their managed identities."),
    _each(
        "web.sites.config.configreferences.appsettings",
        "Microsoft.Web/sites/config/read",
        "Which application settings are taken from a key vault.",
    ),
    _each(
        "web.sites.config.appsettings",
        "Microsoft.Web/sites/config/list/action",
        "Names of all application settings, and which hold a secret themselves; the call returns their values.",
        opt_in=True,
    ),
    _list("logic.workflows", "Microsoft.Logic/workflows/read", "Logic apps with their managed identities."),
    _list(
        "automation.automationAccounts",
        "Microsoft.Automation/automationAccounts/read",
        "Automation accounts with their managed identities.",
    ),
    _each(
        "automation.automationAccounts.runbooks",
        "Microsoft.Automation/automationAccounts/runbooks/read",
        "Which runbooks an automation account runs.",
    ),
    _each(
        "automation.automationAccounts.hybridRunbookWorkerGroups",
        "Microsoft.Automation/automationAccounts/hybridRunbookWorkerGroups/read",
        "Whether an automation account also runs code on machines of one's own.",
    ),
    _each(
        "automation.automationAccounts.connections",
        "Microsoft.Automation/automationAccounts/connections/read",
        "Which application an automation account still runs as (Run As account).",
    ),
    _list(
        "containerservice.managedClusters",
        "Microsoft.ContainerService/managedClusters/read",
        "Kubernetes clusters: identities of their nodes, issuer of their tokens, node resource group.",
    ),
    _list("app.containerApps", "Microsoft.App/containerApps/read", "Container apps with their managed identities."),
    _list("app.jobs", "Microsoft.App/jobs/read", "Jobs of container apps with their managed identities."),
    _list(
        "containerinstance.containerGroups",
        "Microsoft.ContainerInstance/containerGroups/read",
        "Container instances with their managed identities.",
    ),
    _list(
        "datafactory.factories",
        "Microsoft.DataFactory/factories/read",
        "Data factories with their managed identities.",
    ),
    _list(
        "machinelearningservices.workspaces",
        "Microsoft.MachineLearningServices/workspaces/read",
        "Machine learning workspaces and hubs with their managed identities.",
    ),
    _list(
        "cognitiveservices.accounts",
        "Microsoft.CognitiveServices/accounts/read",
        "AI services and Foundry resources with their managed identities.",
    ),
    _each(
        "cognitiveservices.accounts.projects",
        "Microsoft.CognitiveServices/accounts/projects/read",
        "Foundry projects, whose managed identity their agents use.",
    ),
)

_DATA = (
    _list(
        "keyvault.vaults",
        "Microsoft.KeyVault/vaults/read",
        "Key vaults: whether roles or access policies let somebody in, and the policies.",
    ),
    _each(
        "keyvault.vaults.secrets",
        "Microsoft.KeyVault/vaults/secrets/read",
        "Names of secrets; never their values.",
    ),
    _list("storage.storageAccounts", "Microsoft.Storage/storageAccounts/read", "Storage accounts."),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for operation in (*_TENANT, *_ACCESS, *_SUBSCRIPTION, *_COMPUTE, *_DATA)}
)
"""By name, in the order of the documentation."""

READABLE: Mapping[str, Operation] = OPERATIONS
"""Operations whose files are understood."""

REGIONAL: frozenset[str] = frozenset()
"""None: a subscription's lists hold all its locations."""

TENANT_OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for operation in (*_TENANT, *_ACCESS)}
)
"""What can stand under a tenant's GUID."""

SUBSCRIPTION_OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for operation in (*_ACCESS, *_SUBSCRIPTION, *_COMPUTE, *_DATA)}
)
"""What can stand under a subscription's GUID."""

_OTHER_TYPES = {
    "microsoft.management/managementgroups": "managementGroups",
    "/providers/microsoft.management/managementgroups": "managementGroups",
    "microsoft.resources/subscriptions": "subscriptions",
    "microsoft.resources/resourcegroups": "resourceGroups",
    "microsoft.resources/subscriptions/resourcegroups": "resourceGroups",
}
_BY_TYPE: Mapping[str, str] = MappingProxyType(
    _OTHER_TYPES
    | {
        "microsoft." + name.replace(".", "/").lower(): name
        for name in OPERATIONS
        if "." in name and not name.startswith(("managementGroups", "web.sites.config"))
    }
)


def operation_of_type(arm_type: str) -> str:
    """Return the operation that lists resources of an ARM type; empty where none does but ``resources``.

    Examples
    --------
    >>> operation_of_type("Microsoft.Compute/virtualMachines"), operation_of_type("microsoft.sql/servers")
    ('compute.virtualMachines', '')
    """
    return _BY_TYPE.get(arm_type.lower(), "")
