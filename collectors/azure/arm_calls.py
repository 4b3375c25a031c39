"""How each operation is asked of Azure Resource Manager: path, API version, filter.

Input: none (data only). Output: ``CALLS``, ``path_of``. Not handled: permissions, which ``operations`` declares.

Versions are stable ones that all clouds of Microsoft have had for a while; what answers of later ones have besides is
not read. They are those of https://github.com/Azure/azure-rest-api-specs (read 2026-11). Where a cloud does not have a
version it names those that it has (``supported_version``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

__all__ = ["CALLS", "TENANTS", "ArmCall", "path_of", "supported_version"]

_RBAC, _PIM = "2022-04-01", "2020-10-01"
_SUPPORTED = re.compile(r"supported (?:api-)?versions are '([^']*)'", re.IGNORECASE)
"""https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider
(read 2026-11)."""
_STABLE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class ArmCall:
    """One kind of call."""

    path: str
    """Below the root, beginning with ``/``; ``{scope}`` is a subscription, a management group or an object."""
    version: str
    method: str = "GET"
    """ARM reads by ``POST`` what it takes for secret."""


def _provider(kind: str, version: str) -> ArmCall:
    """Return the call that lists all resources of a type in a subscription."""
    return ArmCall(f"{{scope}}/providers/{kind}", version)


_AUTHORIZATION = "{scope}/providers/Microsoft.Authorization"

CALLS: Mapping[str, ArmCall] = MappingProxyType(
    {
        "managementGroups": ArmCall("/providers/Microsoft.Management/managementGroups", "2020-05-01"),
        "managementGroups.descendants": ArmCall("{scope}/descendants", "2020-05-01"),
        "subscriptions": ArmCall("/subscriptions", "2022-12-01"),
        "authorization.roleDefinitions": ArmCall(f"{_AUTHORIZATION}/roleDefinitions", _RBAC),
        "authorization.roleAssignments": ArmCall(f"{_AUTHORIZATION}/roleAssignments", _RBAC),
        "authorization.denyAssignments": ArmCall(f"{_AUTHORIZATION}/denyAssignments", _RBAC),
        **{
            f"authorization.{name}": ArmCall(f"{_AUTHORIZATION}/{name}", _PIM)
            for name in (
                "roleEligibilityScheduleInstances",
                "roleAssignmentScheduleInstances",
                "roleManagementPolicyAssignments",
            )
        },
        "resourceGroups": ArmCall("{scope}/resourcegroups", "2021-04-01"),
        "resources": ArmCall("{scope}/resources", "2021-04-01"),
        "managedidentity.userAssignedIdentities": _provider(
            "Microsoft.ManagedIdentity/userAssignedIdentities", "2023-01-31"
        ),
        "managedidentity.userAssignedIdentities.federatedIdentityCredentials": ArmCall(
            "{scope}/federatedIdentityCredentials", "2023-01-31"
        ),
        "compute.virtualMachines": _provider("Microsoft.Compute/virtualMachines", "2024-07-01"),
        "compute.virtualMachines.extensions": ArmCall("{scope}/extensions", "2024-07-01"),
        "compute.virtualMachineScaleSets": _provider("Microsoft.Compute/virtualMachineScaleSets", "2024-07-01"),
        "web.sites": _provider("Microsoft.Web/sites", "2023-12-01"),
        "web.sites.config.configreferences.appsettings": ArmCall(
            "{scope}/config/configreferences/appsettings", "2023-12-01"
        ),
        "web.sites.config.appsettings": ArmCall("{scope}/config/appsettings/list", "2023-12-01", method="POST"),
        "logic.workflows": _provider("Microsoft.Logic/workflows", "2019-05-01"),
        "automation.automationAccounts": _provider("Microsoft.Automation/automationAccounts", "2023-11-01"),
        **{
            f"automation.automationAccounts.{name}": ArmCall(f"{{scope}}/{name}", "2023-11-01")
            for name in ("runbooks", "hybridRunbookWorkerGroups", "connections")
        },
        "containerservice.managedClusters": _provider("Microsoft.ContainerService/managedClusters", "2024-09-01"),
        "app.containerApps": _provider("Microsoft.App/containerApps", "2024-03-01"),
        "app.jobs": _provider("Microsoft.App/jobs", "2024-03-01"),
        "containerinstance.containerGroups": _provider("Microsoft.ContainerInstance/containerGroups", "2023-05-01"),
        "datafactory.factories": _provider("Microsoft.DataFactory/factories", "2018-06-01"),
        "machinelearningservices.workspaces": _provider("Microsoft.MachineLearningServices/workspaces", "2024-04-01"),
        "cognitiveservices.accounts": _provider("Microsoft.CognitiveServices/accounts", "2025-06-01"),
        "cognitiveservices.accounts.projects": ArmCall("{scope}/projects", "2025-06-01"),
        "keyvault.vaults": ArmCall("{scope}/providers/Microsoft.KeyVault/vaults", "2023-07-01"),
        "keyvault.vaults.secrets": ArmCall("{scope}/secrets", "2023-07-01"),
        "storage.storageAccounts": _provider("Microsoft.Storage/storageAccounts", "2023-05-01"),
    }
)
"""By operation."""

TENANTS = ArmCall("/tenants", "2022-12-01")
"""Which tenants the caller is of; needs no permission."""


def path_of(call: ArmCall, scope: str = "", filter_: str = "", version: str = "") -> str:
    """Return path and query of a call.

    Parameters
    ----------
    scope
        ARM id of what the call is about; empty where it is about nothing.
    filter_
        ``$filter``.
    version
        Instead of the call's own.

    Examples
    --------
    >>> path_of(CALLS["keyvault.vaults"], "/subscriptions/1")
    '/subscriptions/1/providers/Microsoft.KeyVault/vaults?api-version=2023-07-01'
    """
    options = f"?api-version={version or call.version}"
    if filter_:
        options += f"&$filter={quote(filter_, safe='()')}"
    # Names inside an id may hold characters that an address may not; "%" is not among them.
    return call.path.replace("{scope}", quote(scope.rstrip("/"), safe="/()!*'@:$&+,;=")) + options


def supported_version(call: ArmCall, message: str) -> str:
    """Return the version to ask with instead, when a cloud refuses ours and says which it has; else an empty text.

    The latest stable one up to ours; where all are later, the earliest of them.

    Examples
    --------
    >>> supported_version(CALLS["app.jobs"], "… The supported api-versions are '2023-05-01,2024-08-02-preview'.")
    '2023-05-01'
    """
    found = _SUPPORTED.search(message)
    versions = sorted(each.strip() for each in found[1].split(",")) if found else []
    stable = [each for each in versions if _STABLE.fullmatch(each)]
    earlier = [each for each in stable if each < call.version]
    return earlier[-1] if earlier else stable[0] if stable else ""
