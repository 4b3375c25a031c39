"""``to_records`` on answers of Azure Resource Manager: joined, tolerant, each thing once."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.azure.access_types import AzurePermission
from collectors.azure.operations import OPERATIONS, SUBSCRIPTION_OPERATIONS, TENANT_OPERATIONS, operation_of_type
from collectors.azure.permissions import least_policy, operations_table, permissions_needed
from collectors.azure.records import AzureRecords, AzureWorkload
from collectors.azure.to_records import stands_here, to_records
from collectors.evidence.evidence import EvidenceSet
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from collectors.interface import EvidenceRef, Presence
from tests.repository import ROOT
from tests.worlds.azure import AzureWorldFiles, azure, role_guid, subscription_id
from tests.worlds.azure_roles import BUILT_IN
from tests.worlds.entra import TENANT, app_id, oid, token

PROD = subscription_id("prod")
SUB = f"/subscriptions/{PROD}"
GROUP = f"{SUB}/resourcegroups/rg"
ROLES = "/providers/microsoft.authorization/roledefinitions"
KEY = FingerprintKey(bytes(32))


def _read(folder: Path) -> tuple[EvidenceSet, AzureRecords]:
    evidence = read_evidence([folder], key=KEY)
    return evidence, to_records(evidence)


def _records(world: AzureWorldFiles, folder: Path) -> AzureRecords:
    evidence, records = _read(world.build(folder))
    assert (evidence.gaps, records.gaps) == ((), ())
    return records


def _put(folder: Path, scope: str, name: str, body: Any) -> str:
    place = folder / "azure" / scope / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return f"azure/{scope}/{name}"


def _workload(records: AzureRecords, name: str) -> AzureWorkload:
    return next(each for each in records.workloads if each.name == name)


def everything() -> AzureWorldFiles:
    """Return a world in which every field of every record is filled somewhere."""
    return (
        azure()
        .management_group("corp")
        .subscription("prod", parent="corp", tags={"env": "prod"})
        .resource_group("rg", tags={"team": "shop"})
        .identity(
            "deploy", federated=[token("repo:o/r:ref:refs/heads/main")], tags={"owner": "alice@nordlicht.example"}
        )
        .identity("matched", federated=[token(expression="claims['sub'] matches 'repo:o/*'", name="flexible")])
        .scale_set("pool")
        .vm("web", system=True, identities=["deploy"], login=True, scale_set="pool", tags={"env": "prod"})
        .site(
            "shop",
            function=True,
            system=True,
            settings={
                "DB_PASSWORD": "hunter2hunter2",
                "MODE": "fast",
                "KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                "CLIENT_SECRET": "abc8Q~" + 34 * "x",
            },
            references={"API_KEY": ("kv", "api")},
        )
        .cluster("k8s", kubelet="deploy", system=True)
        .vault(
            "kv",
            rbac=False,
            secrets=["api"],
            written={"api": _WRITTEN},
            tags={"env": "prod"},
            policies={"alice": _RIGHTS},
        )
        .storage("data", system=True, identities=["deploy"], tags={"env": "prod"})
        .custom_role("Robot", "Microsoft.Web/*", not_actions=["Microsoft.Web/sites/delete"], **_DATA)
        .role_assignment("sp:deploy", "Robot", scope="sub:prod", condition="@Resource[a:b] StringEquals 'c'")
        .role_assignment("alice", "Owner", scope="mg:corp", eligible=True, until="2027-01-01T00:00:00Z")
        .role_assignment("bob", "Reader", scope="sub:prod", until="2026-12-01T00:00:00Z", activated=True)
        .role_assignment("carol", "User Access Administrator", scope="root")
        .role_assignment("carol", "Virtual Machine Data Access Administrator (preview)", scope="rg:rg")
        .activation("Owner", scope="mg:corp", mfa=True, approvers=["bob"])
        .deny("locked", "*/delete", scope="rg:rg", excluded=["carol"], children=False, condition="x")
        .deny("alone", "*/write", scope="rg:rg", data_actions=["*"], principals=["bob"])
    )


_WRITTEN = {
    "tags": {"app-id": "a"},
    "properties": {
        "contentType": "client secret",
        "attributes": {"enabled": True, "created": 1735689600, "updated": 1738368000, "exp": 1767225600},
    },
}
_RIGHTS = {"secrets": ["Get", "List"], "keys": ["sign"], "certificates": ["import"], "storage": ["get"]}
_DATA: dict[str, Any] = {"data_actions": ["Microsoft.KeyVault/*"], "not_data_actions": ["Microsoft.KeyVault/x/y"]}
_NOT_FROM_ARM = {
    ("AzureRoleAssignment", "role_name"),
    ("AzureRoleAssignment", "principal_name"),
    ("AzureRolePolicy", "authentication_context"),
    ("AzureRolePolicy", "rules_known"),
    ("AzureManagementGroup", "parent_known"),
    ("AzureSubscription", "parent_known"),
    ("AzureAccessPolicy", "application_id"),
    ("AzureManagedIdentity", "created_at"),
    ("AzureFederatedCredential", "expression_version"),
    ("AzureRecords", "gaps"),
    ("AzureRecords", "told_at"),
}
"""Filled by tests of their own below, or in the other file."""


def _filled(value: Any, found: dict[tuple[str, str], bool]) -> None:
    if isinstance(value, tuple):
        for each in value:
            _filled(each, found)
    elif is_dataclass(value) and not isinstance(value, EvidenceRef):
        for item in fields(value):
            key = (type(value).__name__, item.name)
            inner = getattr(value, item.name)
            has_default = item.default.__class__.__name__ != "_MISSING_TYPE"
            found[key] = found.get(key, False) or (inner != item.default if has_default else bool(inner))
            _filled(inner, found)


def test_every_field_is_filled_somewhere(tmp_path: Path) -> None:
    found: dict[tuple[str, str], bool] = {}
    _filled(_records(everything(), tmp_path), found)
    assert len(found) > 90
    empty = {key for key, filled in found.items() if not filled}
    assert empty == _NOT_FROM_ARM


def test_scopes(tmp_path: Path) -> None:
    records = _records(everything(), tmp_path)
    groups = {each.name: each for each in records.management_groups}
    assert set(groups) == {TENANT, "corp"}
    assert (groups[TENANT].parent, groups[TENANT].parent_known) == ("", True)
    assert groups["corp"].parent == groups[TENANT].id == f"/providers/microsoft.management/managementgroups/{TENANT}"
    (subscription,) = records.subscriptions
    assert (subscription.id, subscription.name, subscription.scope) == (SUB, "prod", PROD)
    assert (subscription.parent, subscription.state) == (groups["corp"].id, "Enabled")
    assert subscription.tags == {"env": "prod"}


@pytest.mark.parametrize(
    "body",
    [
        {"details": {"parent": {"id": "/providers/Microsoft.Management/managementGroups/Top"}}},
        {"details": {"managementGroupAncestorsChain": [{"name": "Top"}, {"name": TENANT}]}},
        {"properties": {"details": {"parent": {"name": "Top", "displayName": "t"}}}},
    ],
    ids=["details", "chain of Resource Graph", "below properties"],
)
def test_the_parent_of_a_group(tmp_path: Path, body: Any) -> None:
    group = {"id": "/providers/Microsoft.Management/managementGroups/Corp", "name": "Corp"}
    _put(tmp_path, TENANT, "managementGroups.json", {"value": [group | body]})
    (found,) = _read(tmp_path)[1].management_groups
    assert (found.parent, found.parent_known) == ("/providers/microsoft.management/managementgroups/top", True)


def test_children_that_are_expanded_tell_parents(tmp_path: Path) -> None:
    below = [{"id": f"/subscriptions/{PROD}", "type": "/subscriptions", "name": PROD, "displayName": "prod"}]
    corp = {"id": "/providers/Microsoft.Management/managementGroups/corp", "name": "corp", "children": below}
    root = {"id": f"/providers/Microsoft.Management/managementGroups/{TENANT}", "name": TENANT, "tenantId": TENANT}
    _put(tmp_path, TENANT, "managementGroups.json", {"value": [root | {"properties": {"children": [corp]}}]})
    records = _read(tmp_path)[1]
    assert {each.name: each.parent.rpartition("/")[2] for each in records.management_groups} == {
        TENANT: "",
        "corp": TENANT,
    }
    (subscription,) = records.subscriptions
    assert (subscription.name, subscription.parent.rpartition("/")[2]) == ("prod", "corp")


def test_a_subscription_that_only_its_resources_show(tmp_path: Path) -> None:
    _put(
        tmp_path,
        PROD,
        "compute.virtualMachines.json",
        {"value": [{"id": f"{SUB}/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM"}]},
    )
    _put(tmp_path, subscription_id("empty"), "compute.virtualMachines.json", {"value": []})
    records = _read(tmp_path)[1]
    assert {each.id for each in records.subscriptions} == {SUB, f"/subscriptions/{subscription_id('empty')}"}
    assert not any(each.parent_known for each in records.subscriptions)
    (machine,) = records.workloads
    assert (machine.id, machine.name, machine.type) == (
        f"{GROUP}/providers/microsoft.compute/virtualmachines/vm",
        "vm",
        "microsoft.compute/virtualmachines",
    )
    assert machine.given_id.endswith("/virtualMachines/VM")


def test_what_is_listed_in_every_subscription_is_one(tmp_path: Path) -> None:
    world = azure().subscription("prod").subscription("test").role_assignment("alice", "Owner", scope="mg:root")
    records = _records(world.role_assignment("bob", "Owner", scope="root"), tmp_path)
    assert sorted(each.scope for each in records.role_assignments) == [
        "/",
        f"/providers/microsoft.management/managementgroups/{TENANT}",
    ]
    assert {each.tenant for each in records.role_assignments} == {TENANT}
    assert [each.id for each in records.role_definitions] == [f"{ROLES}/{role_guid('Owner')}"]
    assert {each.role_definition_id for each in records.role_assignments} == {f"{ROLES}/{role_guid('Owner')}"}


def test_roles(tmp_path: Path) -> None:
    records = _records(everything(), tmp_path)
    by_name = {each.name: each for each in records.role_definitions}
    assert by_name["Owner"].built_in
    assert by_name["Owner"].assignable_scopes == ("/",)
    assert by_name["Owner"].permissions == (AzurePermission(("*",)),)
    robot = by_name["Robot"]
    assert (robot.built_in, robot.role_id) == (False, role_guid("Robot"))
    assert robot.permissions[0].not_data_actions == ("Microsoft.KeyVault/x/y",)
    limited = by_name["Virtual Machine Data Access Administrator (preview)"].permissions[0]
    assert limited.condition.startswith("((!(ActionMatches{")
    assert limited.condition_version == "2.0"


def test_assignments(tmp_path: Path) -> None:
    records = _records(everything(), tmp_path)
    by_holder = {(each.principal_id, each.eligible): each for each in records.role_assignments}
    robot = by_holder[oid("sp:deploy"), False]
    assert (robot.scope, robot.principal_type, robot.condition_version) == (SUB, "ServicePrincipal", "2.0")
    waiting = by_holder[oid("alice"), True]
    assert (waiting.ends_at, waiting.tenant) == (datetime(2027, 1, 1, tzinfo=UTC), TENANT)
    active = by_holder[oid("bob"), False]
    assert (active.activated, active.ends_at) == (True, datetime(2026, 12, 1, tzinfo=UTC))
    assert active.id.endswith(f"/roleassignments/{active.id.rpartition('/')[2]}")
    (policy,) = records.role_policies
    assert (policy.scope, policy.role_definition_id) == (waiting.scope, waiting.role_definition_id)
    assert (policy.needs_mfa, policy.needs_approval, policy.approvers) == (True, True, (oid("bob"),))


def test_an_active_assignment_that_only_its_instance_shows(tmp_path: Path) -> None:
    world = azure().subscription("prod").role_assignment("bob", "Owner", scope="sub:prod", until="2026-12-01T00:00:00Z")
    records = _records(world.without("authorization.roleAssignments"), tmp_path)
    (found,) = records.role_assignments
    assert "/roleassignments/" in found.id
    assert (found.principal_id, found.ends_at) == (oid("bob"), datetime(2026, 12, 1, tzinfo=UTC))
    assert not found.activated


def test_policies_of_roles_that_nobody_waits_for_are_not_kept(tmp_path: Path) -> None:
    world = azure().subscription("prod").activation("Owner", scope="sub:prod", mfa=True)
    assert _records(world, tmp_path).role_policies == ()


def test_a_policy_with_an_authentication_context_or_without_rules(tmp_path: Path) -> None:
    world = azure().subscription("prod").role_assignment("bob", "Owner", scope="sub:prod", eligible=True)
    world.role_assignment("bob", "Reader", scope="sub:prod", eligible=True)
    folder = world.build(tmp_path)
    rule = {"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": True, "claimValue": "c1"}
    rows = [
        {
            "id": f"{SUB}/x",
            "properties": {"scope": SUB, "roleDefinitionId": role_guid("Owner"), "effectiveRules": [rule]},
        },
        {"id": f"{SUB}/y", "properties": {"scope": SUB, "roleDefinitionId": role_guid("Reader"), "policyId": "p"}},
    ]
    _put(folder, PROD, "authorization.roleManagementPolicyAssignments.json", {"value": rows})
    found = {each.role_definition_id.rpartition("/")[2]: each for each in _read(folder)[1].role_policies}
    assert found[role_guid("Owner")].authentication_context == "c1"
    assert found[role_guid("Owner")].rules_known
    assert not found[role_guid("Reader")].rules_known


def test_deny_assignments(tmp_path: Path) -> None:
    found = {each.name: each for each in _records(everything(), tmp_path).deny_assignments}
    locked, alone = found["locked"], found["alone"]
    assert (locked.everyone, locked.principals, locked.excluded) == (True, (), (oid("carol"),))
    assert (locked.scope, locked.children, locked.permissions[0].actions) == (GROUP, False, ("*/delete",))
    assert (alone.everyone, alone.principals, alone.children) == (False, (oid("bob"),), True)
    assert alone.permissions[0].data_actions == ("*",)


def test_identities(tmp_path: Path) -> None:
    records = _records(everything(), tmp_path)
    deploy = next(each for each in records.managed_identities if each.name == "deploy")
    assert (deploy.principal_id, deploy.client_id, deploy.tenant) == (oid("sp:deploy"), app_id("deploy"), TENANT)
    assert deploy.federated_known
    assert (deploy.federated[0].issuer, deploy.federated[0].subject) == (
        "https://token.actions.githubusercontent.com",
        "repo:o/r:ref:refs/heads/main",
    )
    matched = next(each for each in records.managed_identities if each.name == "matched")
    assert matched.federated[0].expression == "claims['sub'] matches 'repo:o/*'"
    machine = _workload(records, "web")
    assert machine.system_principal_id == oid("sp:web")
    assert machine.user_assigned == (deploy.id,)
    assert machine.user_principals == {deploy.id: oid("sp:deploy")}
    storage = next(each for each in records.resources if each.name == "data")
    assert (storage.system_principal_id, storage.type) == (oid("sp:data"), "microsoft.storage/storageaccounts")
    assert not any(each.name == "deploy" for each in records.resources)


def test_an_identity_whose_principal_is_not_told_is_a_resource(tmp_path: Path) -> None:
    body = {
        "id": f"{SUB}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x",
        "name": "x",
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
    }
    _put(tmp_path, PROD, "resources.json", {"value": [body]})
    records = _read(tmp_path)[1]
    assert records.managed_identities == ()
    assert [each.name for each in records.resources] == ["x"]
    assert records.gaps == ()


def test_machines(tmp_path: Path) -> None:
    world = (
        azure()
        .subscription("prod")
        .scale_set("pool", os="Windows")
        .vm("in", login=True, os="Windows", scale_set="pool")
    )
    records = _records(world.vm("off"), tmp_path / "1")
    inside, off, pool = (_workload(records, name) for name in ("in", "off", "pool"))
    assert (inside.os, inside.facts["aad_login"], inside.scale_set) == ("Windows", "AADLoginForWindows", pool.id)
    assert (off.os, off.facts["aad_login"]) == ("Linux", "")
    assert (pool.os, pool.facts["aad_login"]) == ("Windows", "")
    blind = _records(
        azure().subscription("prod").vm("off").without("compute.virtualMachines.extensions"), tmp_path / "2"
    )
    assert "aad_login" not in _workload(blind, "off").facts, "what was not looked at is not told"


def test_clusters(tmp_path: Path) -> None:
    world = azure().subscription("prod").identity("kubelet").identity("monitor").identity("plane")
    world.cluster("k8s", kubelet="kubelet", addons={"omsagent": "monitor"}, identities=["plane"], local_accounts=False)
    found = _workload(_records(world, tmp_path), "k8s")
    assert found.node_principals == {oid("sp:kubelet"): "kubelet", oid("sp:monitor"): "omsagent"}
    assert found.user_principals[found.user_assigned[0]] == oid("sp:plane")
    assert found.facts == {
        "node_resource_group": "mc_k8s",
        "oidc_issuer": f"https://westeurope.oic.prod-aks.azure.com/{oid('issuer:k8s')}/",
        "workload_identity": "true",
        "local_accounts": "false",
        "entra_login": "false",
    }


def test_automation_accounts(tmp_path: Path) -> None:
    world = azure().subscription("prod").automation("a", runbooks=["b", "a"], hybrid=["dc"], run_as="old", system=True)
    facts = _workload(_records(world, tmp_path / "1"), "a").facts
    assert facts == {"runbooks": "a, b", "hybrid_worker_groups": "dc", "run_as_application": app_id("old")}
    blind = azure().subscription("prod").automation("a").without("automation.automationAccounts.runbooks")
    assert "runbooks" not in _workload(_records(blind, tmp_path / "2"), "a").facts


def test_settings_by_name(tmp_path: Path) -> None:
    settings = {
        "DB_PASSWORD": "hunter2hunter2",
        "FROM_URI": "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/Db/)",
        "FROM_NAME": "@Microsoft.KeyVault(VaultName=KV;SecretName=db)",
        "MODE": "true",
    }
    world = azure().subscription("prod").site("shop", settings=settings, references={"MORE": ("kv", "more")})
    evidence, records = _read(world.build(tmp_path))
    found = _workload(records, "shop")
    assert found.environment["FROM_URI"] == found.environment["FROM_NAME"] == "reference:kv/db"
    assert found.environment["MORE"] == "reference:kv/more"
    assert found.environment["DB_PASSWORD"].startswith(f"hmac-sha256:{KEY.key_id}:")
    assert (found.environment["MODE"], found.environment_known) == ("", True)
    assert found.environment_secrets == {"DB_PASSWORD": "environment_secret"}
    assert [item.kind for item in evidence.redactions] == ["environment_secret"]
    assert "hunter2" not in repr(records)


def test_settings_as_az_prints_them(tmp_path: Path) -> None:
    folder = azure().subscription("prod").site("shop").build(tmp_path)
    rows = [{"name": "A_PASSWORD", "slotSetting": False, "value": "hunter2hunter2"}]
    own = f"{SUB}/resourceGroups/rg/providers/Microsoft.Web/sites/shop"
    line = {"request": {"id": own}, "response": {"value": rows}}
    _put(folder, PROD, "web.sites.config.appsettings.jsonl", line)
    found = _workload(_read(folder)[1], "shop")
    assert found.environment_known
    assert found.environment["A_PASSWORD"].startswith("hmac-sha256:")


def test_settings_that_were_not_asked_for(tmp_path: Path) -> None:
    found = _workload(_records(azure().subscription("prod").site("shop"), tmp_path), "shop")
    assert (found.environment, found.environment_known) == ({}, False)


def test_settings_of_containers(tmp_path: Path) -> None:
    stored = [
        {"name": "db", "keyVaultUrl": "https://kv.vault.azure.net/secrets/db"},
        {"name": "own", "value": "s3cr3ts3cr3t"},
    ]
    env = [{"name": "DB", "secretRef": "db"}, {"name": "OWN", "secretRef": "own"}, {"name": "PLAIN", "value": "x"}]
    world = (
        azure()
        .subscription("prod")
        .container_app("app", env=env, secrets=stored)
        .container_app("job", job=True, env=env)
    )
    world.container_group(
        "aci", env=[{"name": "A_TOKEN", "value": "abcdefgh12345678"}, {"name": "B", "secureValue": None}]
    )
    evidence, records = _read(world.build(tmp_path))
    app = _workload(records, "app")
    assert (app.environment["DB"], app.environment["OWN"]) == ("reference:kv/db", "secret:own")
    assert app.environment_known
    assert _workload(records, "job").environment["DB"] == "secret:db"
    assert _workload(records, "aci").environment_secrets == {"A_TOKEN": "environment_secret"}
    assert "secret_value" in {item.kind for item in evidence.redactions}
    assert "s3cr3t" not in repr(evidence.store)


def test_vaults(tmp_path: Path) -> None:
    world = azure().subscription("prod").vault("roles").vault("old", rbac=None, public=False, secrets=["b", "a"])
    vaults = {each.name: each for each in _records(world, tmp_path).vaults}
    assert (vaults["roles"].rbac, vaults["roles"].public, vaults["roles"].secrets) == (True, True, ())
    assert vaults["roles"].secrets_known
    assert (vaults["old"].rbac, vaults["old"].public, vaults["old"].secrets) == (False, False, ("a", "b"))


def test_a_vault_without_its_properties_does_not_tell_its_model(tmp_path: Path) -> None:
    world = azure().subscription("prod").vault("kv").without("keyvault.vaults", "keyvault.vaults.secrets")
    (vault,) = _records(world, tmp_path).vaults
    assert (vault.rbac, vault.public, vault.secrets_known) == (None, None, False)


def test_resources_of_types_without_a_list_of_their_own(tmp_path: Path) -> None:
    world = azure().subscription("prod").place("arc", "edge", type_="Microsoft.HybridCompute/machines", system=True)
    records = _records(world.place("sql", "db", type_="Microsoft.Sql/servers", system=True), tmp_path)
    assert [(each.name, each.type) for each in records.workloads] == [("edge", "microsoft.hybridcompute/machines")]
    assert {each.name: each.system_principal_id for each in records.resources} == {"db": oid("sp:db"), "rg": ""}


def test_without_a_type_s_own_list_the_general_one_counts(tmp_path: Path) -> None:
    world = azure().subscription("prod").vm("web", system=True).without("compute.virtualMachines")
    found = _workload(_records(world, tmp_path), "web")
    assert (found.system_principal_id, found.os) == (oid("sp:web"), "")


def test_absent_empty_and_present(tmp_path: Path) -> None:
    records = _records(azure().subscription("prod").vm("web").without("web.sites"), tmp_path)
    assert records.presence[PROD, "web.sites"] is Presence.ABSENT
    assert records.presence[PROD, "logic.workflows"] is Presence.EMPTY
    assert records.presence[PROD, "compute.virtualMachines"] is Presence.PRESENT
    assert records.presence[TENANT, "managementGroups"] is Presence.PRESENT


def test_where_operations_stand(tmp_path: Path) -> None:
    evidence = read_evidence([azure().subscription("prod").without("web.sites").build(tmp_path)])
    assert stands_here(evidence, PROD, "web.sites")
    assert not stands_here(evidence, TENANT, "web.sites")
    assert stands_here(evidence, TENANT, "authorization.roleAssignments")


def test_a_refused_call_is_a_gap(tmp_path: Path) -> None:
    folder = azure().subscription("prod").vault("kv").build(tmp_path)
    own = f"{SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
    line = {"request": {"id": own}, "error": {"code": "AuthorizationFailed", "message": "no"}}
    _put(folder, PROD, "keyvault.vaults.secrets.jsonl", line)
    evidence, records = _read(folder)
    assert not records.vaults[0].secrets_known
    assert [(gap.operation, gap.permission, gap.subject) for gap in evidence.gaps] == [
        ("keyvault.vaults.secrets", "Microsoft.KeyVault/vaults/secrets/read", own)
    ]


def test_a_provider_that_is_not_registered_has_nothing(tmp_path: Path) -> None:
    folder = azure().subscription("prod").build(tmp_path)
    answer = {"request": {}, "error": {"code": "MissingSubscriptionRegistration", "message": "no"}}
    _put(folder, PROD, "app.jobs.json", answer)
    evidence, records = _read(folder)
    assert evidence.gaps == ()
    assert records.presence[PROD, "app.jobs"] is Presence.EMPTY


def test_more_pages_to_come_are_told(tmp_path: Path) -> None:
    folder = azure().subscription("prod").build(tmp_path)
    _put(folder, PROD, "web.sites.json", {"value": [], "nextLink": "https://management.azure.com/next"})
    evidence, records = _read(folder)
    assert records.presence[PROD, "web.sites"] is Presence.PARTIAL
    assert "more pages follow" in evidence.gaps[0].reason


def test_wrong_fields_are_gaps_with_their_place(tmp_path: Path) -> None:
    machines = _put(
        tmp_path,
        PROD,
        "compute.virtualMachines.json",
        {
            "value": [
                {
                    "id": f"{SUB}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a",
                    "identity": {"principalId": 7},
                },
                {"name": "without id"},
                "text",
                {"id": "relative/path"},
                {"id": f"{SUB}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/b", "tags": {"a": 1}},
            ]
        },
    )
    assignments = _put(
        tmp_path,
        PROD,
        "authorization.roleAssignments.json",
        {
            "value": [
                {"id": f"{SUB}/providers/Microsoft.Authorization/roleAssignments/1", "properties": {"principalId": "p"}}
            ]
        },
    )
    denies = _put(
        tmp_path,
        PROD,
        "authorization.denyAssignments.json",
        {
            "value": [
                {"id": f"{SUB}/providers/Microsoft.Authorization/denyAssignments/1", "properties": {"permissions": {}}}
            ]
        },
    )
    vaults = _put(
        tmp_path,
        PROD,
        "keyvault.vaults.json",
        {
            "value": [
                {
                    "id": f"{SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/v",
                    "properties": {"accessPolicies": [{"permissions": {"keys": [1]}}], "enableRbacAuthorization": "no"},
                }
            ]
        },
    )
    _, records = _read(tmp_path)
    assert [each.name for each in records.workloads] == ["a", "b"]
    reasons = " | ".join(gap.reason for gap in records.gaps)
    for part in (
        f"{machines}#/value/0/identity/principalId: must be text",
        f"{machines}#/value/1/id: is missing",
        f"{machines}#/value/2: must be an object",
        f"{machines}#/value/3/id: 'relative/path' is not an ARM id",
        f"{machines}#/value/4/tags/a: must be text",
        f"{assignments}#/value/0/properties/roleDefinitionId: is missing",
        f"{denies}#/value/0: the deny assignment names no principal",
        f"{vaults}#/value/0/properties/accessPolicies/0/objectId: is missing",
        f"{vaults}#/value/0/properties/enableRbacAuthorization: must be true or false",
    ):
        assert part in reasons
    assert {(gap.source, gap.scope) for gap in records.gaps} == {("azure", PROD)}
    assert all(gap.permission and gap.lost for gap in records.gaps)


def test_a_management_group_of_two_tenants_is_told(tmp_path: Path) -> None:
    for tenant in (TENANT, subscription_id("other tenant")):
        group = {"id": "/providers/Microsoft.Management/managementGroups/corp", "name": "corp", "tenantId": tenant}
        _put(tmp_path, tenant, "managementGroups.json", {"value": [group]})
    records = _read(tmp_path)[1]
    assert len(records.management_groups) == 1
    assert "is of two tenants" in records.gaps[0].reason


def test_an_application_acting_for_a_user_in_an_access_policy(tmp_path: Path) -> None:
    policy = {"objectId": oid("alice"), "applicationId": app_id("crm"), "permissions": {"secrets": ["get"]}}
    body = {
        "id": f"{SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/v",
        "properties": {"accessPolicies": [policy]},
    }
    _put(tmp_path, PROD, "keyvault.vaults.json", {"value": [body]})
    (vault,) = _read(tmp_path)[1].vaults
    assert (vault.policies[0].application_id, vault.rbac) == (app_id("crm"), False)


def test_permissions() -> None:
    needed = permissions_needed()
    assert needed == sorted(set(needed))
    assert all(each.endswith("/read") for each in needed)
    assert set(permissions_needed(opted=True)) - set(needed) == {"Microsoft.Web/sites/config/list/action"}
    assert "Microsoft.Web/sites/read" not in permissions_needed(without=["web"])
    role = least_policy(scopes=[f"/subscriptions/{PROD}"])
    assert role["Actions"] == needed
    assert least_policy(["web"])["Actions"] == permissions_needed(["web"])
    assert (role["DataActions"], role["AssignableScopes"]) == ([], [f"/subscriptions/{PROD}"])


def test_operations_are_declared_whole() -> None:
    assert all(each.permission and each.lost_without.endswith(".") for each in OPERATIONS.values())
    assert {*TENANT_OPERATIONS, *SUBSCRIPTION_OPERATIONS} == set(OPERATIONS)
    assert operation_of_type("microsoft.insights/components") == ""


def test_the_roles_of_worlds_are_the_published_ones() -> None:
    assert role_guid("Owner") == "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
    assert len({row.guid for row in BUILT_IN.values()}) == len(BUILT_IN)


@pytest.mark.needs_checkout
def test_the_documentation_has_the_table() -> None:
    page = ROOT / "docs" / "collectors" / "azure.md"
    assert f"\n{operations_table()}\n" in page.read_text(encoding="utf-8")


def test_what_is_written_on_a_secret_of_a_vault(tmp_path: Path) -> None:
    world = azure().subscription("prod").vault("kv", secrets=["api", "bare"], written={"api": _WRITTEN})
    (vault,) = _records(world, tmp_path).vaults
    api, bare = vault.stored
    assert (api.name, api.content_type, api.tags, api.enabled) == ("api", "client secret", {"app-id": "a"}, True)
    times = [each.date().isoformat() for each in (api.created_at, api.updated_at, api.expires_at) if each]
    assert times == ["2025-01-01", "2025-02-01", "2026-01-01"]
    assert (bare.name, bare.enabled, bare.created_at, dict(bare.tags)) == ("bare", None, None, {})
    assert vault.secrets == ("api", "bare")
