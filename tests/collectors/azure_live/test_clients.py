"""Microsoft's own clients ask the same of ARM as the collector does, and the local ARM answers them.

What the collector asks is data of ours: here the clients of the extra say what the paths, methods and answers are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from collectors.azure.arm_calls import CALLS
from collectors.azure.operations import OPERATIONS
from tests.collectors.azure_live.conftest import Arm
from tests.collectors.azure_live.running import PROD, collect, lines, values, world
from tests.fakes.arm.azure import world_of
from tests.fakes.arm.server import ArmServer
from tests.worlds.entra import TENANT

pytestmark = [pytest.mark.needs_azure, pytest.mark.usefixtures("quick_writes")]

GROUP = "rg"
SCOPE = f"/subscriptions/{PROD}"
WITHOUT_CLIENT = {
    "cognitiveservices.accounts",
    "cognitiveservices.accounts.projects",
    "datafactory.factories",
    "machinelearningservices.workspaces",
    "storage.storageAccounts",
}
"""Providers whose client is not in the extra."""


def _client(server: ArmServer, module: str, name: str, *more: str) -> Any:
    """Return a client as anybody makes it, but for the address and for plain http."""
    import importlib

    from azure.core.pipeline.policies import SansIOHTTPPolicy
    from azure.identity import DefaultAzureCredential

    class PlainHere(SansIOHTTPPolicy):  # type: ignore[misc]
        """A token over plain http, to this machine."""

        def on_request(self, request: Any) -> None:
            request.context.options["enforce_https"] = False

    made = getattr(importlib.import_module(f"azure.mgmt.{module}"), name)
    return made(
        DefaultAzureCredential(),
        *more,
        base_url=server.url,
        credential_scopes=["https://management.azure.com/.default"],
        per_call_policies=[PlainHere()],
        retry_total=0,
    )


def _authorization(server: ArmServer) -> Any:
    return _client(server, "authorization", "AuthorizationManagementClient", PROD)


def _of(module: str, name: str, ask: Callable[[Any], Any]) -> Callable[[ArmServer], Any]:
    return lambda server: ask(_client(server, module, name, PROD))


CLIENTS: dict[str, Callable[[ArmServer], Any]] = {
    "managementGroups": lambda server: _client(
        server, "managementgroups", "ManagementGroupsMgmtClient"
    ).management_groups.list(),
    "managementGroups.descendants": lambda server: _client(
        server, "managementgroups", "ManagementGroupsMgmtClient"
    ).management_groups.get_descendants(TENANT),
    "subscriptions": lambda server: _client(
        server, "resource.subscriptions", "SubscriptionClient"
    ).subscriptions.list(),
    "authorization.roleDefinitions": lambda server: _authorization(server).role_definitions.list(SCOPE),
    "authorization.roleAssignments": lambda server: _authorization(server).role_assignments.list_for_scope(SCOPE),
    "authorization.denyAssignments": lambda server: _authorization(server).deny_assignments.list_for_scope(SCOPE),
    "authorization.roleEligibilityScheduleInstances": lambda server: _authorization(
        server
    ).role_eligibility_schedule_instances.list_for_scope(SCOPE),
    "authorization.roleAssignmentScheduleInstances": lambda server: _authorization(
        server
    ).role_assignment_schedule_instances.list_for_scope(SCOPE),
    "authorization.roleManagementPolicyAssignments": lambda server: _authorization(
        server
    ).role_management_policy_assignments.list_for_scope(SCOPE),
    "resourceGroups": _of(
        "resource.resources", "ResourceManagementClient", lambda client: client.resource_groups.list()
    ),
    "resources": _of("resource.resources", "ResourceManagementClient", lambda client: client.resources.list()),
    "managedidentity.userAssignedIdentities": _of(
        "msi", "ManagedServiceIdentityClient", lambda client: client.user_assigned_identities.list_by_subscription()
    ),
    "managedidentity.userAssignedIdentities.federatedIdentityCredentials": _of(
        "msi",
        "ManagedServiceIdentityClient",
        lambda client: client.federated_identity_credentials.list(GROUP, "deployer"),
    ),
    "compute.virtualMachines": _of(
        "compute", "ComputeManagementClient", lambda client: client.virtual_machines.list_all()
    ),
    "compute.virtualMachineScaleSets": _of(
        "compute", "ComputeManagementClient", lambda client: client.virtual_machine_scale_sets.list_all()
    ),
    "compute.virtualMachines.extensions": _of(
        "compute", "ComputeManagementClient", lambda client: client.virtual_machine_extensions.list(GROUP, "web")
    ),
    "web.sites": _of("web", "WebSiteManagementClient", lambda client: client.web_apps.list()),
    "web.sites.config.configreferences.appsettings": _of(
        "web",
        "WebSiteManagementClient",
        lambda client: client.web_apps.get_app_settings_key_vault_references(GROUP, "shop"),
    ),
    "web.sites.config.appsettings": _of(
        "web", "WebSiteManagementClient", lambda client: client.web_apps.list_application_settings(GROUP, "shop")
    ),
    "logic.workflows": _of("logic", "LogicManagementClient", lambda client: client.workflows.list_by_subscription()),
    "automation.automationAccounts": _of(
        "automation", "AutomationClient", lambda client: client.automation_account.list()
    ),
    "automation.automationAccounts.runbooks": _of(
        "automation", "AutomationClient", lambda client: client.runbook.list_by_automation_account(GROUP, "ops")
    ),
    "automation.automationAccounts.hybridRunbookWorkerGroups": _of(
        "automation",
        "AutomationClient",
        lambda client: client.hybrid_runbook_worker_group.list_by_automation_account(GROUP, "ops"),
    ),
    "automation.automationAccounts.connections": _of(
        "automation", "AutomationClient", lambda client: client.connection.list_by_automation_account(GROUP, "ops")
    ),
    "containerservice.managedClusters": _of(
        "containerservice", "ContainerServiceClient", lambda client: client.managed_clusters.list()
    ),
    "app.containerApps": _of(
        "appcontainers", "ContainerAppsAPIClient", lambda client: client.container_apps.list_by_subscription()
    ),
    "app.jobs": _of("appcontainers", "ContainerAppsAPIClient", lambda client: client.jobs.list_by_subscription()),
    "containerinstance.containerGroups": _of(
        "containerinstance", "ContainerInstanceManagementClient", lambda client: client.container_groups.list()
    ),
    "keyvault.vaults": _of("keyvault", "KeyVaultManagementClient", lambda client: client.vaults.list_by_subscription()),
    "keyvault.vaults.secrets": _of(
        "keyvault", "KeyVaultManagementClient", lambda client: client.secrets.list(GROUP, "corp-vault")
    ),
}


def test_every_operation_with_a_client_is_compared() -> None:
    assert set(CLIENTS) | WITHOUT_CLIENT == set(OPERATIONS)
    assert not set(CLIENTS) & WITHOUT_CLIENT


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_a_client_asks_the_same(arm: Arm, tmp_path: Path, name: str) -> None:
    server = arm(world_of(world()))
    collect(tmp_path, app_settings=True)
    ours = {_place(each.method, each.target) for each in server.log if each.operation == name}
    before = len(server.log)
    answer = CLIENTS[name](server)
    items = [answer] if name == "web.sites.config.appsettings" else list(answer)
    theirs = server.log[before:]
    assert [each.operation for each in theirs] == [name]
    assert _place(theirs[0].method, theirs[0].target) in ours
    assert theirs[0].method == CALLS[name].method
    assert items
    if name in ("web.sites.config.appsettings", "managementGroups.descendants"):
        return
    scope = TENANT if name in ("managementGroups", "subscriptions") else PROD
    if OPERATIONS[name].per_object or name == "authorization.roleManagementPolicyAssignments":
        told = next(rows for rows in lines(tmp_path, scope, name).values() if rows)
    else:
        told = values(tmp_path, scope, name)
    filtered = name == "authorization.roleDefinitions"  # built-in ones are listed above
    assert len(told) == len(items) or (filtered and len(told) < len(items))


def _place(method: str, target: str) -> tuple[str, str]:
    """Return method and path; ARM compares paths without case."""
    return method, unquote(urlsplit(target).path).lower()
