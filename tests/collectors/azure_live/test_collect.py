"""An Azure is collected as its files would say it: complete, by few requests, read-only, without secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from collectors.azure.operations import OPERATIONS, SUBSCRIPTION_OPERATIONS, TENANT_OPERATIONS
from collectors.azure.to_records import to_records
from collectors.evidence.reader import read_evidence
from collectors.interface import EvidenceRef, Presence
from tests.collectors.azure_live.conftest import Arm
from tests.collectors.azure_live.running import PROD, TEST, collect, coverage, files, gaps, lines, values, world
from tests.fakes.arm.azure import world_of
from tests.worlds.azure import AzureWorldFiles, azure, subscription_id
from tests.worlds.entra import TENANT

pytestmark = [pytest.mark.needs_azure, pytest.mark.usefixtures("quick_writes")]

ROOT = f"/providers/Microsoft.Management/managementGroups/{TENANT}"
DEFINITIONS = "authorization.roleDefinitions"
ACTIVATION = "authorization.roleManagementPolicyAssignments"


def plain(value: Any) -> Any:
    """Return records without the places that they were read from, and without what was looked at."""
    if isinstance(value, EvidenceRef):
        return None
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__ if name != "presence"}
    return value


def records(folder: Path) -> Any:
    return plain(to_records(read_evidence([folder])))


def built(folder: Path) -> dict[str, list[Any]]:
    """Return nodes and edges of a snapshot, without the places that they were read from."""
    from graph.build import build_snapshot
    from graph.snapshot import open_snapshot

    workspace = folder.with_suffix(".workspace")
    opened = open_snapshot(build_snapshot([folder], workspace, product_version="test").snapshot_id, workspace)
    places = {"evidence", "grant_set"}
    return {
        name: [{key: value for key, value in row.items() if key not in places} for row in opened.table(name).rows()]
        for name in ("nodes", "edges", "grants")
    }


def as_files(folder: Path) -> Path:
    """Write the evidence of the world; what is asked only when wanted is left out, as a run without options does."""
    return world().without("web.sites.config.appsettings").build(folder)


def test_what_is_collected_says_what_azure_is(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    result = collect(tmp_path / "live")
    assert (result.account, result.subscriptions) == (TENANT, 2)
    assert result.complete
    live, told = records(tmp_path / "live"), records(as_files(tmp_path / "files"))
    for each in (live, told):
        each.pop("as_of"), each.pop("told_at")
    for name in told:
        assert live[name] == told[name], name


def test_the_graph_is_the_same_as_from_files(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    collect(tmp_path / "live")
    live, told = built(tmp_path / "live"), built(as_files(tmp_path / "files"))
    for name in told:
        assert live[name] == told[name], name


def test_pages_say_the_same(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world())).state.page = 1
    assert collect(tmp_path / "live").complete
    assert built(tmp_path / "live") == built(as_files(tmp_path / "files"))


def test_every_operation_is_recorded(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    collect(tmp_path)
    told = coverage(tmp_path)
    assert {name for scope, name in told if scope == TENANT} == set(TENANT_OPERATIONS)
    for scope in (PROD, TEST):
        assert {name for each, name in told if each == scope} == set(SUBSCRIPTION_OPERATIONS)
    for (_, name), record in told.items():
        assert record["outcome"] == ("skipped" if OPERATIONS[name].opt_in else "ok"), name
        assert record["permission"] == OPERATIONS[name].permission


def test_nothing_is_written_to_azure(arm: Arm, tmp_path: Path) -> None:
    """Not even what Microsoft's clients do by themselves: register a provider that a subscription does not have."""
    holding = world_of(world())
    holding.unregistered = {(TEST, "app.jobs"), (PROD, "datafactory.factories")}
    server = arm(holding)
    result = collect(tmp_path)
    assert result.complete
    assert {each.method for each in server.log} == {"GET"}
    told = coverage(tmp_path)
    assert (told[TEST, "app.jobs"]["outcome"], told[TEST, "app.jobs"]["code"]) == (
        "none",
        "MissingSubscriptionRegistration",
    )
    assert told[PROD, "app.jobs"]["outcome"] == "ok"


def test_no_secret_is_written(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    collect(tmp_path, app_settings=True)
    assert not [name for name, content in files(tmp_path).items() if b"hunter2" in content]
    assert json.loads((tmp_path / "manifest.json").read_bytes())["redactions"] == {
        "environment_secret": 1,
        "environment_variable": 1,
    }


def test_application_settings_are_asked_when_wanted(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    assert collect(tmp_path, app_settings=True).complete
    [posted] = [each for each in server.log if each.method == "POST"]
    assert posted.target.partition("?")[0].endswith("/sites/shop/config/appsettings/list")
    text = (tmp_path / "azure" / PROD / "web.sites.config.appsettings.jsonl").read_text(encoding="utf-8")
    assert list(json.loads(text)["response"]["properties"]) == ["TOKEN"]


def test_one_call_lists_a_type_in_a_subscription(arm: Arm, tmp_path: Path) -> None:
    """30 machines, vaults and resource groups: the same lists as one."""
    small, large = azure().subscription("prod").vm("one"), azure().subscription("prod")
    for each in range(30):
        large.vm(f"machine {each}", group=f"group {each}").storage(f"store{each}")
    counted = []
    for number, files_ in enumerate((small, large)):
        arm(world_of(files_))
        counted.append(collect(tmp_path / str(number)).calls)
    assert counted[0] == counted[1]


def test_what_a_list_tells_is_not_asked_again(arm: Arm, tmp_path: Path) -> None:
    """Of 40 machines two have extensions, of which one is told whole by the list."""
    files_ = azure().subscription("prod").vm("login", login=True).vm("told", login=True)
    for each in range(38):
        files_.vm(f"machine {each}")
    holding = world_of(files_)
    whole = next(row for row in holding.lists[PROD, "compute.virtualMachines"] if row["name"] == "told")
    whole["resources"] = holding.objects["compute.virtualMachines.extensions", whole["id"].lower()]
    server = arm(holding)
    collect(tmp_path)
    [asked] = [each.target for each in server.log if "/extensions" in each.target]
    assert "/virtualMachines/login/" in asked
    found = lines(tmp_path, PROD, "compute.virtualMachines.extensions")
    assert len(found) == 40
    assert sorted(name.rpartition("/")[2] for name, rows in found.items() if rows) == ["login", "told"]
    told = coverage(tmp_path)[PROD, "compute.virtualMachines.extensions"]
    assert (told["calls"], told["objects"]) == (1, 40)


def test_without_the_list_of_resources_machines_are_asked(arm: Arm, tmp_path: Path) -> None:
    """That a machine's own row names no extension is not enough to say that it has none."""
    files_ = azure().subscription("prod").vm("one").vm("two", login=True)
    server = arm(world_of(files_))
    server.rule(rf"/subscriptions/{PROD}/resources\?", status=403, code="AuthorizationFailed")
    result = collect(tmp_path)
    assert gaps(result) == {(PROD, "resources")}
    assert len([each for each in server.log if "/extensions" in each.target]) == 2


def test_only_accounts_that_can_have_projects_are_asked(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    collect(tmp_path)
    asked = [each.target for each in server.log if "/projects" in each.target]
    assert len(asked) == 1
    assert "/accounts/foundry/" in asked[0]


def test_built_in_roles_are_told_once(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    collect(tmp_path)
    asked = [each.target for each in server.log if "/managementGroups/" in each.target and "/roleDef" in each.target]
    whole = [target for target in asked if "CustomRole" not in target]
    assert [target.partition("/providers/Microsoft.Auth")[0] for target in whole] == [ROOT]
    told = lines(tmp_path, TENANT, DEFINITIONS)
    assert "BuiltInRole" in {each["properties"]["type"] for each in told[ROOT]}
    for scope in (PROD, TEST):
        assert {each["properties"]["type"] for each in values(tmp_path, scope, DEFINITIONS)} <= {"CustomRole"}


def test_roles_of_a_resource_group_alone_are_told(arm: Arm, tmp_path: Path) -> None:
    """A list without a filter gives what can be assigned at the subscription and above."""
    arm(world_of(world()))
    collect(tmp_path)
    found = {each["properties"]["roleName"] for each in values(tmp_path, PROD, DEFINITIONS)}
    assert found == {"Local", "Restarter"}


def test_without_management_groups_each_subscription_lists_them(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    result = collect(tmp_path, without=frozenset({"managementGroups"}))
    assert result.complete
    told = coverage(tmp_path)
    assert told[TENANT, "managementGroups"]["outcome"] == "skipped"
    assert told[TENANT, "authorization.roleAssignments"]["outcome"] == "skipped"
    for scope in (PROD, TEST):
        assert "Owner" in [each["properties"]["roleName"] for each in values(tmp_path, scope, DEFINITIONS)]
    # What is assigned above is seen from below.
    above = [each["properties"]["scope"] for each in values(tmp_path, TEST, "authorization.roleAssignments")]
    assert {"/", "/providers/Microsoft.Management/managementGroups/corp"} <= set(above)


def test_assignments_below_are_in_the_list_of_the_subscription(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    collect(tmp_path)
    scopes = [each["properties"]["scope"] for each in values(tmp_path, PROD, "authorization.roleAssignments")]
    assert any(scope.endswith("/vaults/corp-vault") for scope in scopes)
    assert any(scope.endswith("/resourceGroups/rg") for scope in scopes)


def test_an_empty_management_group_is_looked_at(arm: Arm, tmp_path: Path) -> None:
    """No subscription below it would show what is assigned at it."""
    files_ = world().management_group("empty").role_assignment("eve", "Owner", scope="mg:empty")
    arm(world_of(files_))
    collect(tmp_path)
    found = lines(tmp_path, TENANT, "authorization.roleAssignments")
    empty = found["/providers/Microsoft.Management/managementGroups/empty"]
    assert "/providers/Microsoft.Management/managementGroups/empty" in [row["properties"]["scope"] for row in empty]


def test_what_activation_asks_for_is_asked_where_somebody_is_eligible(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world().activation("Reader", scope="sub:test", mfa=True)))
    collect(tmp_path)
    asked = [each.target for each in server.log if each.operation == ACTIVATION]
    assert len(asked) == 2
    assert list(lines(tmp_path, PROD, ACTIVATION)) == [f"/subscriptions/{PROD}"]
    assert list(lines(tmp_path, TENANT, ACTIVATION)) == ["/providers/Microsoft.Management/managementGroups/corp"]
    assert lines(tmp_path, TEST, ACTIVATION) == {}


def test_a_role_whose_id_is_spelled_otherwise_is_found(arm: Arm, tmp_path: Path) -> None:
    holding = world_of(world())
    for row in holding.access[ACTIVATION]:
        row["properties"]["roleDefinitionId"] = "/providers/Other" + row["properties"]["roleDefinitionId"]
    unrelated = json.loads(json.dumps(holding.access[ACTIVATION][0]))
    unrelated["properties"]["roleDefinitionId"] = "/providers/Microsoft.Authorization/roleDefinitions/other"
    holding.access[ACTIVATION].append(unrelated)
    arm(holding)
    collect(tmp_path)
    [[found]] = lines(tmp_path, PROD, ACTIVATION).values()
    assert found["properties"]["effectiveRules"][0]["enabledRules"] == ["MultiFactorAuthentication"]


def test_only_the_subscriptions_that_are_named(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    result = collect(tmp_path, subscriptions=(TEST.upper(),))
    assert (result.subscriptions, result.complete) == (1, True)
    assert not [each for each in server.log if f"/subscriptions/{PROD}" in each.target]
    assert not (tmp_path / "azure" / PROD).exists()
    assert len(values(tmp_path, TENANT, "subscriptions")) == 2


def test_a_subscription_that_is_named_and_not_there(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    result = collect(tmp_path, subscriptions=(subscription_id("other"),))
    assert gaps(result) == {(TENANT, "subscriptions"), (subscription_id("other"), "resources")}
    assert result.subscriptions == 0


def test_a_subscription_without_any_role_is_a_gap(arm: Arm, tmp_path: Path) -> None:
    """Management groups show it, the list does not; it is tried once and not in every operation."""
    server = arm(world_of(world()))
    server.state.hidden = frozenset({TEST})
    result = collect(tmp_path)
    assert gaps(result) == {(TENANT, "subscriptions"), (TEST, "resources")}
    assert len([each for each in server.log if f"/subscriptions/{TEST}/" in each.target]) == 1
    [gap] = [gap for gap in result.gaps if gap.scope == TENANT]
    assert (gap.subject, gap.permission) == (TEST, "Microsoft.Resources/subscriptions/read")
    assert result.subscriptions == 1


def test_no_subscription_at_all_is_a_gap(arm: Arm, tmp_path: Path) -> None:
    """ARM answers an empty list to a caller without any role."""
    arm(world_of(azure()), ())
    result = collect(tmp_path)
    assert (TENANT, "subscriptions") in gaps(result)
    assert result.subscriptions == 0


def test_part_of_the_hierarchy(arm: Arm, tmp_path: Path) -> None:
    """With a role at one group only, it is the topmost one that is listed, and asked."""
    holding = world_of(world())
    holding.groups = [each for each in holding.groups if each["name"] in ("corp", "sandbox")]
    server = arm(holding)
    result = collect(tmp_path)
    assert result.complete
    asked = [each.target for each in server.log if each.operation == "managementGroups.descendants"]
    assert len(asked) == 1
    assert "/corp/" in asked[0]


def test_a_tenant_without_management_groups(arm: Arm, tmp_path: Path) -> None:
    files_ = AzureWorldFiles(places={"mg:root": ROOT, "root": "/"}).subscription("prod").vm("web", system=True)
    holding = world_of(files_)
    holding.groups, holding.parents = [], {}
    arm(holding)
    result = collect(tmp_path)
    assert result.complete
    assert coverage(tmp_path)[TENANT, "managementGroups.descendants"]["outcome"] == "ok"
    assert lines(tmp_path, TENANT, "authorization.roleAssignments") == {}


def test_no_group_in_sight_is_not_no_group(arm: Arm, tmp_path: Path) -> None:
    """The list is empty and the root group may not be read: what is assigned above is not known, not none."""
    holding = world_of(world())
    holding.groups = []
    arm(holding).rule(r"/descendants", status=403, code="AuthorizationFailed", times=-1)
    result = collect(tmp_path)
    assert gaps(result) == {(TENANT, "managementGroups.descendants")}
    evidence = read_evidence([tmp_path])
    for name in ("authorization.roleAssignments", DEFINITIONS, ACTIVATION):
        assert evidence.presence("azure", TENANT, name) is Presence.ABSENT
    assert "Owner" in [each["properties"]["roleName"] for each in values(tmp_path, PROD, DEFINITIONS)]


def test_left_out_parts_are_no_gap(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    result = collect(tmp_path, without=frozenset({"keyvault", "compute", "resources"}))
    assert result.complete
    assert not [each for each in server.log if re.search(r"Microsoft\.(KeyVault|Compute)|/resources\?", each.target)]
    assert coverage(tmp_path)[PROD, "keyvault.vaults.secrets"]["outcome"] == "skipped"


def test_more_objects_than_the_limit_are_a_gap(arm: Arm, tmp_path: Path) -> None:
    files_ = azure().subscription("prod")
    for each in range(7):
        files_.vault(f"vault{each}")
    arm(world_of(files_))
    result = collect(tmp_path, objects_limit=5)
    [gap] = result.gaps
    assert gap.operation == "keyvault.vaults.secrets"
    assert gap.reason.startswith("TooManyObjects: 2 of 7 objects")
    assert list(lines(tmp_path, PROD, "keyvault.vaults.secrets").values()).count("TooManyObjects") == 2


def test_the_same_however_many_workers(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()))
    collect(tmp_path / "one", workers=1)
    collect(tmp_path / "many", workers=16)
    left, right = files(tmp_path / "one"), files(tmp_path / "many")
    assert left.keys() == right.keys()
    assert {name for name in left if left[name] != right[name]} == set()
