"""Files that stand alone: what ``az`` prints, bare answers of ARM, exports of Azure Resource Graph."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.azure.records import AzureRecords
from collectors.azure.to_records import to_records
from collectors.errors import CollectorError
from collectors.evidence.reader import read_evidence
from tests.worlds.azure import azure, subscription_id
from tests.worlds.entra import TENANT, entra, oid

PROD, TEST = subscription_id("prod"), subscription_id("test")
SUB = f"/subscriptions/{PROD}"
RG = f"{SUB}/resourceGroups/rg"
OWNER = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CORP = "/providers/Microsoft.Management/managementGroups/corp"
IDENTITY = f"{RG}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deploy"


def _resource(type_: str, name: str, **more: Any) -> dict[str, Any]:
    """Return an object as ``az … list`` prints it: fields beside the id."""
    return {
        "id": f"{RG}/providers/{type_}/{name}",
        "name": name,
        "type": type_,
        "location": "westeurope",
        "resourceGroup": "rg",
        "tags": {"env": "prod"},
        **more,
    }


ASSIGNMENT = {
    "condition": None,
    "conditionVersion": None,
    "createdOn": "2026-03-01T09:00:00.1234567+00:00",
    "id": f"{SUB}/providers/Microsoft.Authorization/roleAssignments/{oid('a')}",
    "name": oid("a"),
    "principalId": oid("sp:deploy").upper(),
    "principalName": "deploy-bot",
    "principalType": "ServicePrincipal",
    "roleDefinitionId": OWNER,
    "roleDefinitionName": "Owner",
    "scope": SUB,
    "type": "Microsoft.Authorization/roleAssignments",
    "updatedOn": "2026-03-02T09:00:00.000000+00:00",
}
INHERITED = ASSIGNMENT | {
    "id": f"/providers/Microsoft.Authorization/roleAssignments/{oid('b')}",
    "scope": "/",
    "principalType": "User",
}
DEFINITION = {
    "assignableScopes": ["/"],
    "id": OWNER,
    "name": OWNER.rpartition("/")[2],
    "permissions": [{"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}],
    "roleName": "Owner",
    "roleType": "BuiltInRole",
    "type": "Microsoft.Authorization/roleDefinitions",
}
MACHINE = _resource(
    "Microsoft.Compute/virtualMachines",
    "web",
    identity={
        "principalId": oid("sp:web"),
        "tenantId": TENANT,
        "type": "SystemAssigned, UserAssigned",
        "userAssignedIdentities": {IDENTITY: {"clientId": "c", "principalId": oid("sp:deploy")}},
    },
    hardwareProfile={"vmSize": "s"},
    storageProfile={"osDisk": {"osType": "Linux"}},
    resources=None,
)
SITE = _resource(
    "Microsoft.Web/sites", "shop", kind="functionapp,linux", state="Running", siteConfig={"appSettings": None}
)
VAULT = {key: value for key, value in _resource("Microsoft.KeyVault/vaults", "kv").items() if key != "kind"}
SHOWN_VAULT = VAULT | {"properties": {"enableRbacAuthorization": True, "tenantId": TENANT, "accessPolicies": []}}
USER_ASSIGNED = {
    "clientId": oid("client"),
    "id": IDENTITY,
    "location": "westeurope",
    "name": "deploy",
    "principalId": oid("sp:deploy"),
    "resourceGroup": "rg",
    "systemData": {"createdAt": "2026-02-01T00:00:00Z"},
    "tags": {},
    "tenantId": TENANT,
    "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
}
ACCOUNT = {
    "cloudName": "AzureCloud",
    "homeTenantId": TENANT,
    "id": PROD,
    "isDefault": True,
    "managedByTenants": [],
    "name": "production",
    "state": "Enabled",
    "tenantId": TENANT,
    "user": {"name": "alice@nordlicht.example", "type": "user"},
}
GROUP = {
    "displayName": "Corp",
    "id": "/providers/Microsoft.Management/managementGroups/corp",
    "name": "corp",
    "tenantId": TENANT,
    "type": "Microsoft.Management/managementGroups",
}
LISTED = _resource(
    "Microsoft.Compute/virtualMachines",
    "web",
    createdTime="2026-01-01T00:00:00Z",
    changedTime="2026-01-02T00:00:00Z",
    identity={
        "type": "SystemAssigned",
        "principalId": oid("sp:web"),
        "tenantId": TENANT,
        "userAssignedIdentities": None,
    },
    properties=None,
    provisioningState="Succeeded",
)
CLUSTER = _resource(
    "Microsoft.ContainerService/managedClusters",
    "k8s",
    dnsPrefix="k8s",
    nodeResourceGroup="MC_k8s",
    identityProfile={"kubeletidentity": {"clientId": "c", "objectId": oid("sp:kubelet"), "resourceId": IDENTITY}},
    oidcIssuerProfile={"enabled": True, "issuerUrl": "https://oic.example/"},
    disableLocalAccounts=True,
    aadProfile={"managed": True, "enableAzureRbac": True},
    enableRbac=True,
    servicePrincipalProfile={"clientId": "msi"},
)


def _write(folder: Path, name: str, body: Any) -> Path:
    place = folder / name
    place.write_text(json.dumps(body), encoding="utf-8")
    return place


def _records(*files: Path) -> AzureRecords:
    evidence = read_evidence(list(files))
    records = to_records(evidence)
    assert (evidence.gaps, records.gaps) == ((), ())
    return records


@pytest.mark.parametrize(
    ("body", "scope", "operation"),
    [
        ([ASSIGNMENT, INHERITED], PROD, "authorization.roleAssignments"),
        ([DEFINITION], PROD, "authorization.roleDefinitions"),
        ([MACHINE], PROD, "compute.virtualMachines"),
        ([SITE], PROD, "web.sites"),
        ([VAULT], PROD, "keyvault.vaults"),
        (SHOWN_VAULT, PROD, "keyvault.vaults"),
        ([USER_ASSIGNED], PROD, "managedidentity.userAssignedIdentities"),
        ([ACCOUNT], TENANT, "subscriptions"),
        ([GROUP], TENANT, "managementGroups"),
        ([LISTED], PROD, "resources"),
        ([CLUSTER], PROD, "containerservice.managedClusters"),
        ([_resource("Microsoft.Logic/workflows", "flow", state="Enabled")], PROD, "logic.workflows"),
        ([_resource("Microsoft.Automation/AutomationAccounts", "a")], PROD, "automation.automationAccounts"),
        ([_resource("Microsoft.App/containerApps", "c", properties={})], PROD, "app.containerApps"),
        ([_resource("Microsoft.Sql/servers", "s", properties={})], PROD, "resources"),
        ({"value": [MACHINE]}, PROD, "compute.virtualMachines"),
        (
            {"value": [{"id": SUB, "subscriptionId": PROD, "tenantId": TENANT, "state": "Enabled"}]},
            TENANT,
            "subscriptions",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_dump_is(tmp_path: Path, body: Any, scope: str, operation: str) -> None:
    evidence = read_evidence([_write(tmp_path, "dump.json", body)])
    assert set(evidence.store) == {("azure", scope, "", operation)}


def test_role_assignments_of_az(tmp_path: Path) -> None:
    records = _records(_write(tmp_path, "assignments.json", [ASSIGNMENT, INHERITED]))
    by_scope = {each.scope: each for each in records.role_assignments}
    found = by_scope[SUB]
    assert (found.principal_id, found.role_name, found.principal_name) == (oid("sp:deploy"), "Owner", "deploy-bot")
    assert found.created_at == datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
    assert found.ref.pointer == "/0"
    assert by_scope["/"].principal_type == "User"
    assert [each.id for each in records.subscriptions] == [SUB]
    assert records.as_of == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert records.told_at is None


def test_files_of_az_join(tmp_path: Path) -> None:
    bodies = {
        "accounts": [ACCOUNT],
        "groups": [GROUP],
        "vms": [MACHINE],
        "sites": [SITE],
        "vaults": [VAULT],
        "vault": SHOWN_VAULT,
        "identities": [USER_ASSIGNED],
        "clusters": [CLUSTER],
        "definitions": [DEFINITION],
    }
    records = _records(*(_write(tmp_path, f"{name}.json", body) for name, body in bodies.items()))
    (subscription,) = records.subscriptions
    assert (subscription.name, subscription.tenant, subscription.scope) == ("production", TENANT, PROD)
    assert (records.management_groups[0].name, records.management_groups[0].parent_known) == ("corp", False)
    machine = next(each for each in records.workloads if each.name == "web")
    assert (machine.os, machine.system_principal_id) == ("Linux", oid("sp:web"))
    assert list(machine.user_principals.values()) == [oid("sp:deploy")]
    cluster = next(each for each in records.workloads if each.name == "k8s")
    assert cluster.node_principals == {oid("sp:kubelet"): "kubelet"}
    assert (cluster.facts["azure_rbac"], cluster.facts["kubernetes_rbac"], cluster.facts["local_accounts"]) == (
        "true",
        "true",
        "false",
    )
    (vault,) = records.vaults
    assert vault.rbac is True, "the file that shows its properties counts, whichever is read first"
    (identity,) = records.managed_identities
    assert (identity.principal_id, identity.created_at) == (oid("sp:deploy"), datetime(2026, 2, 1, tzinfo=UTC))
    assert not identity.federated_known
    assert records.role_definitions[0].built_in


def test_the_general_list_of_az(tmp_path: Path) -> None:
    vault = VAULT | {"createdTime": "2026-01-01T00:00:00Z", "changedTime": "2026-01-01T00:00:00Z", "properties": None}
    records = _records(_write(tmp_path, "resources.json", [LISTED, vault]))
    assert [each.system_principal_id for each in records.workloads] == [oid("sp:web")]
    assert records.vaults[0].rbac is None


def test_an_export_of_resource_graph(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"{RG}/providers/Microsoft.Compute/virtualMachines/web",
            "name": "web",
            "type": "microsoft.compute/virtualmachines",
            "subscriptionId": PROD,
            "tenantId": TENANT,
            "properties": {"storageProfile": {"osDisk": {"osType": "Windows"}}},
        },
        {
            "id": f"/subscriptions/{TEST}/resourceGroups/rg/providers/Microsoft.Sql/servers/db",
            "name": "db",
            "type": "microsoft.sql/servers",
            "tenantId": TENANT,
            "properties": {},
        },
        {
            "id": f"{SUB}/providers/Microsoft.Authorization/RoleAssignments/{oid('a')}",
            "name": oid("a"),
            "type": "microsoft.authorization/roleassignments",
            "tenantId": TENANT,
            "properties": {"principalId": oid("alice"), "roleDefinitionId": OWNER, "scope": SUB},
        },
        {
            "id": f"{CORP}/providers/Microsoft.Authorization/RoleAssignments/{oid('b')}",
            "type": "microsoft.authorization/roleassignments",
            "tenantId": TENANT,
            "properties": {
                "principalId": oid("bob"),
                "roleDefinitionId": OWNER,
                "scope": CORP,
            },
        },
        {
            "id": SUB,
            "name": "production",
            "type": "microsoft.resources/subscriptions",
            "subscriptionId": PROD,
            "tenantId": TENANT,
            "properties": {"state": "Enabled", "managementGroupAncestorsChain": [{"name": "corp"}, {"name": TENANT}]},
        },
    ]
    place = _write(tmp_path, "graph.json", {"count": 5, "data": rows, "skip_token": None, "total_records": 5})
    evidence = read_evidence([place])
    assert {key[1:] for key in evidence.store} == {
        (PROD, "", "compute.virtualMachines"),
        (TEST, "", "resources"),
        (PROD, "", "authorization.roleAssignments"),
        (TENANT, "", "authorization.roleAssignments"),
        (TENANT, "", "subscriptions"),
    }
    records = _records(place)
    assert records.workloads[0].os == "Windows"
    assert records.workloads[0].ref.pointer == "/data/0"
    by_guid = {each.id: each for each in records.subscriptions}
    assert by_guid[SUB].parent == "/providers/microsoft.management/managementgroups/corp"
    assert (by_guid[SUB].state, by_guid[SUB].name) == ("Enabled", "production")
    assert not by_guid[f"/subscriptions/{TEST}"].parent_known
    assert {each.tenant for each in records.role_assignments} == {"", TENANT}


def test_a_cut_export_of_resource_graph_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "azure" / PROD
    folder.mkdir(parents=True)
    body = {"data": [MACHINE], "skip_token": "next"}
    (folder / "resources.json").write_text(json.dumps(body), encoding="utf-8")
    assert "more pages follow" in read_evidence([tmp_path]).gaps[0].reason


def test_extensions_and_runbooks_of_az_say_whose_they_are(tmp_path: Path) -> None:
    extension = {
        "id": f"{MACHINE['id']}/extensions/AADSSHLoginForLinux",
        "name": "AADSSHLoginForLinux",
        "publisher": "Microsoft.Azure.ActiveDirectory",
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "typePropertiesType": "AADSSHLoginForLinux",
        "typeHandlerVersion": "1.0",
        "settings": {"mdmId": ""},
    }
    files = [_write(tmp_path, "vms.json", [MACHINE]), _write(tmp_path, "extensions.json", [extension])]
    assert _records(*files).workloads[0].facts["aad_login"] == "AADSSHLoginForLinux"


def test_lines_of_calls(tmp_path: Path) -> None:
    lines = tmp_path / "calls.jsonl"
    lines.write_text(json.dumps({"request": {"id": SUB}, "response": {"value": [ASSIGNMENT]}}) + "\n", encoding="utf-8")
    (found,) = _records(lines).role_assignments
    assert found.ref.pointer == "/0/response/value/0"


def test_dumps_join_a_folder(tmp_path: Path) -> None:
    folder = azure().subscription("prod").without("compute.virtualMachines").build(tmp_path / "evidence")
    entra().build(folder)
    evidence = read_evidence([folder, _write(tmp_path, "vms.json", [MACHINE])])
    assert evidence.scopes("azure") == tuple(sorted((PROD, TENANT)))
    assert [each.name for each in to_records(evidence).workloads] == ["web"]


def test_what_names_no_subscription_goes_to_the_tenant(tmp_path: Path) -> None:
    above = {key: value for key, value in INHERITED.items() if key != "tenantId"}
    evidence = read_evidence([_write(tmp_path, "a.json", [above]), _write(tmp_path, "g.json", [GROUP])])
    assert evidence.scopes("azure") == (TENANT,)
    assert to_records(evidence).role_assignments[0].tenant == TENANT


@pytest.mark.parametrize(
    "body",
    [
        {"value": []},
        [{"id": SUB}, {"id": "1", "appId": "2", "servicePrincipalType": "x"}],
        [{"name": "DB", "value": "x", "slotSetting": False}],
        [{"id": f"{SUB}/resourceGroups/rg", "name": "rg"}],
    ],
    ids=["nothing", "two vendors", "settings of an app that is not named", "without a type"],
)
def test_dumps_that_do_not_say_what_they_are(tmp_path: Path, body: Any) -> None:
    with pytest.raises(CollectorError):
        read_evidence([_write(tmp_path, "dump.json", body)])
