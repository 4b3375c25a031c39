"""What Azure Resource Manager serves: paths, the action that each asks for, and the versions that it has.

Input: none (data only). Output: ``ROUTES``, ``route_of``. Not handled: writing.
Actions are from https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations and the page
of each call below https://learn.microsoft.com/rest/api (read 2026-11), never from what the collector declares. Versions
are folders of https://github.com/Azure/azure-rest-api-specs, some of them, and those of the installed clients.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ROUTES", "Route", "route_of"]

_SUB = r"(?P<scope>/subscriptions/[^/]+)"
_SCOPE = r"(?P<scope>/subscriptions/[^/]+(?:/.+?)?|/providers/Microsoft\.Management/managementGroups/[^/]+|)"
_OBJECT = r"(?P<scope>/subscriptions/[^/]+/resourceGroups/[^/]+/providers/{kind}/[^/]+)"


@dataclass(frozen=True, slots=True)
class Route:
    """One path."""

    operation: str
    """As the worlds name it."""
    path: re.Pattern[str]
    action: str
    """Empty where none is needed."""
    versions: frozenset[str]
    method: str = "GET"
    listed: str = ""
    """For what is asked of an object: the operation that lists the objects."""


def _route(operation: str, path: str, action: str, versions: str, method: str = "GET", listed: str = "") -> Route:
    pattern = re.compile(path, re.IGNORECASE)
    return Route(operation, pattern, action, frozenset(versions.split()), method, listed)


def _all(operation: str, kind: str, versions: str) -> Route:
    return _route(operation, f"{_SUB}/providers/{re.escape(kind)}", f"{kind}/read", versions)


def _of(operation: str, listed: str, kind: str, below: str, action: str, versions: str, method: str = "GET") -> Route:
    path = f"{_OBJECT.replace('{kind}', re.escape(kind))}/{below}"
    return _route(operation, path, f"{kind}/{action}", versions, method, listed)


_AUTHORIZATION = "Microsoft.Authorization"
_GROUPS = "Microsoft.Management/managementGroups"
_ACCOUNTS = "Microsoft.Automation/automationAccounts"
_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
_COMPUTE = "2023-09-01 2024-03-01 2024-07-01 2026-04-01"
_WEB = "2022-03-01 2023-12-01 2024-04-01 2025-05-01"
_AUTOMATION = "2022-08-08 2023-11-01 2024-10-23"
_MSI = "2018-11-30 2023-01-31 2024-11-30"
_VAULT = "2022-07-01 2023-07-01 2026-05-15"
_APP = "2023-05-01 2024-03-01 2025-01-01 2026-07-01"


def _access(kind: str, versions: str) -> Route:
    path = f"{_SCOPE}/providers/{re.escape(_AUTHORIZATION)}/{kind}"
    return _route(f"authorization.{kind}", path, f"{_AUTHORIZATION}/{kind}/read", versions)


ROUTES: tuple[Route, ...] = (
    _route("tenants", "/tenants", "", "2020-01-01 2022-12-01"),
    _route("subscriptions", "/subscriptions", "", "2020-01-01 2022-12-01"),
    _route(
        "managementGroups", f"/providers/{re.escape(_GROUPS)}", f"{_GROUPS}/read", "2020-05-01 2021-04-01 2023-04-01"
    ),
    _route(
        "managementGroups.descendants",
        f"(?P<scope>/providers/{re.escape(_GROUPS)}/[^/]+)/descendants",
        f"{_GROUPS}/descendants/read",
        "2020-05-01 2021-04-01 2023-04-01",
    ),
    _access("roleDefinitions", "2018-01-01-preview 2022-04-01 2022-05-01-preview"),
    _access("roleAssignments", "2020-04-01-preview 2022-04-01"),
    _access("denyAssignments", "2018-07-01-preview 2022-04-01"),
    _access("roleEligibilityScheduleInstances", "2020-10-01"),
    _access("roleAssignmentScheduleInstances", "2020-10-01"),
    _access("roleManagementPolicyAssignments", "2020-10-01"),
    _route(
        "resourceGroups",
        f"{_SUB}/resourcegroups",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "2021-04-01 2022-09-01 2025-04-01",
    ),
    _route(
        "resources",
        f"{_SUB}/resources",
        "Microsoft.Resources/subscriptions/resources/read",
        "2021-04-01 2022-09-01 2025-04-01",
    ),
    _all("managedidentity.userAssignedIdentities", _IDENTITIES, _MSI),
    _of(
        "managedidentity.userAssignedIdentities.federatedIdentityCredentials",
        "managedidentity.userAssignedIdentities",
        _IDENTITIES,
        "federatedIdentityCredentials",
        "federatedIdentityCredentials/read",
        "2023-01-31 2024-11-30",
    ),
    _all("compute.virtualMachines", "Microsoft.Compute/virtualMachines", _COMPUTE),
    _of(
        "compute.virtualMachines.extensions",
        "compute.virtualMachines",
        "Microsoft.Compute/virtualMachines",
        "extensions",
        "extensions/read",
        _COMPUTE,
    ),
    _all("compute.virtualMachineScaleSets", "Microsoft.Compute/virtualMachineScaleSets", _COMPUTE),
    _all("web.sites", "Microsoft.Web/sites", _WEB),
    _of(
        "web.sites.config.configreferences.appsettings",
        "web.sites",
        "Microsoft.Web/sites",
        "config/configreferences/appsettings",
        "config/read",
        _WEB,
    ),
    _of(
        "web.sites.config.appsettings",
        "web.sites",
        "Microsoft.Web/sites",
        "config/appsettings/list",
        "config/list/action",
        _WEB,
        "POST",
    ),
    _all("logic.workflows", "Microsoft.Logic/workflows", "2016-06-01 2019-05-01"),
    _all("automation.automationAccounts", _ACCOUNTS, _AUTOMATION),
    *(
        _of(
            f"automation.automationAccounts.{part}",
            "automation.automationAccounts",
            _ACCOUNTS,
            part,
            f"{part}/read",
            _AUTOMATION,
        )
        for part in ("runbooks", "hybridRunbookWorkerGroups", "connections")
    ),
    _all(
        "containerservice.managedClusters",
        "Microsoft.ContainerService/managedClusters",
        "2024-09-01 2025-01-01 2026-08-01",
    ),
    _all("app.containerApps", "Microsoft.App/containerApps", _APP),
    _all("app.jobs", "Microsoft.App/jobs", _APP),
    _all("containerinstance.containerGroups", "Microsoft.ContainerInstance/containerGroups", "2021-09-01 2023-05-01"),
    _all("datafactory.factories", "Microsoft.DataFactory/factories", "2018-06-01"),
    _all("machinelearningservices.workspaces", "Microsoft.MachineLearningServices/workspaces", "2023-10-01 2024-04-01"),
    _all("cognitiveservices.accounts", "Microsoft.CognitiveServices/accounts", "2023-05-01 2025-06-01"),
    _of(
        "cognitiveservices.accounts.projects",
        "cognitiveservices.accounts",
        "Microsoft.CognitiveServices/accounts",
        "projects",
        "projects/read",
        "2025-06-01",
    ),
    _all("keyvault.vaults", "Microsoft.KeyVault/vaults", _VAULT),
    _of("keyvault.vaults.secrets", "keyvault.vaults", "Microsoft.KeyVault/vaults", "secrets", "secrets/read", _VAULT),
    _all("storage.storageAccounts", "Microsoft.Storage/storageAccounts", "2022-09-01 2023-05-01"),
)
"""In an order in which the first that matches is the right one."""


def route_of(method: str, path: str) -> tuple[Route, str] | None:
    """Return the route of a path and the scope in it; ``None`` where ARM has no such thing."""
    for route in ROUTES:
        match = route.path.fullmatch(path)
        if match and route.method == method:
            return route, match.groupdict().get("scope") or ""
    return None
