"""The declared actions are what Azure asks for: with them nothing is missing, without one its operations are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from collectors.azure.arm_calls import CALLS
from collectors.azure.asked import CAUSES
from collectors.azure.operations import OPERATIONS
from collectors.azure.permissions import ROOT_GROUP, least_policy, permissions_needed
from collectors.registry import COLLECTORS, load
from tests.collectors.azure_live.conftest import Arm
from tests.collectors.azure_live.running import PROD, TEST, collect, gaps, world
from tests.fakes.arm.azure import world_of
from tests.fakes.arm.routes import ROUTES
from tests.repository import ROOT
from tests.worlds.entra import TENANT

NEEDED = permissions_needed()
ACTIVATION = "authorization.roleManagementPolicyAssignments"
ELIGIBLE = "authorization.roleEligibilityScheduleInstances"
SEEN = "Microsoft.Resources/subscriptions/read"


def declaring(action: str) -> set[str]:
    return {name for name, operation in OPERATIONS.items() if operation.permission == action}


@pytest.mark.needs_azure
@pytest.mark.usefixtures("quick_writes")
def test_the_printed_role_suffices(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()), least_policy(opted=True)["Actions"])
    assert collect(tmp_path, app_settings=True).gaps == ()


@pytest.mark.needs_azure
@pytest.mark.usefixtures("quick_writes")
def test_the_role_without_options_suffices_without_options(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()), least_policy()["Actions"])
    assert collect(tmp_path).gaps == ()


@pytest.mark.needs_azure
@pytest.mark.usefixtures("quick_writes")
@pytest.mark.parametrize("missing", [action for action in NEEDED if action != SEEN])
def test_without_one_its_operations_are_the_gap(arm: Arm, tmp_path: Path, missing: str) -> None:
    arm(world_of(world()), set(NEEDED) - {missing})
    result = collect(tmp_path)
    declared = declaring(missing)
    [name] = declared
    blocked = {each for each, cause in CAUSES.items() if cause == name and not OPERATIONS[each].opt_in}
    blocked |= {ACTIVATION} if name == ELIGIBLE else set()
    found = {operation for _, operation in gaps(result)}
    assert found == declared | blocked
    for gap in result.gaps:
        assert gap.permission == OPERATIONS[gap.operation].permission
        assert gap.lost == OPERATIONS[gap.operation].lost_without
        if gap.operation == name:
            assert "AuthorizationFailed" in gap.reason
        else:
            assert gap.reason == f"NotAsked: not asked: {name} did not say what there is"
    scopes = {scope for scope, operation in gaps(result) if operation == name}
    with_objects = {PROD} if OPERATIONS[name].per_object and name in CAUSES else {PROD, TEST}
    if name.startswith("managementGroups"):
        assert scopes == {TENANT}
    elif name == ACTIVATION:
        assert scopes == {TENANT, PROD}
    elif name.startswith("authorization."):
        assert scopes == {TENANT, PROD, TEST}
    else:
        assert scopes == with_objects


@pytest.mark.needs_azure
@pytest.mark.usefixtures("quick_writes")
def test_subscriptions_that_may_not_be_listed(arm: Arm, tmp_path: Path) -> None:
    """ARM leaves them out without a word; management groups still name them, and everything else is read."""
    arm(world_of(world()), set(NEEDED) - {SEEN})
    result = collect(tmp_path)
    [gap] = result.gaps
    assert (gap.operation, gap.permission) == ("subscriptions", SEEN)
    assert result.subscriptions == 2


@pytest.mark.needs_azure
@pytest.mark.usefixtures("quick_writes")
def test_without_any_everything_that_can_be_asked_is_a_gap(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()), ())
    result = collect(tmp_path)
    assert gaps(result) == {
        (TENANT, name) for name in ("managementGroups", "managementGroups.descendants", "subscriptions")
    }
    assert not result.stopped


@pytest.mark.needs_azure
@pytest.mark.usefixtures("quick_writes")
def test_reader_reads_all_but_application_settings(arm: Arm, tmp_path: Path) -> None:
    arm(world_of(world()), ("*/read",))
    assert collect(tmp_path / "default").gaps == ()
    result = collect(tmp_path / "opted", app_settings=True)
    assert gaps(result) == {(PROD, "web.sites.config.appsettings")}


def test_each_declared_action_is_the_one_that_the_path_asks_for() -> None:
    routes = {route.operation: route for route in ROUTES}
    for name, operation in OPERATIONS.items():
        if name != "subscriptions":  # filtered, not refused
            assert routes[name].action == operation.permission, name
        assert CALLS[name].version in routes[name].versions, name
        assert "preview" not in CALLS[name].version, name
        assert routes[name].method == CALLS[name].method, name
    assert CALLS.keys() == OPERATIONS.keys()


def test_no_action_writes() -> None:
    actions = permissions_needed(opted=True)
    assert [each for each in actions if not each.endswith("/read")] == ["Microsoft.Web/sites/config/list/action"]
    assert all(each.endswith("/read") for each in permissions_needed())


def test_the_role_is_one_that_a_management_group_can_have() -> None:
    """A custom role with data actions cannot be assigned at one."""
    role = least_policy()
    assert (role["DataActions"], role["NotActions"], role["AssignableScopes"]) == ([], [], [ROOT_GROUP])
    assert not [each for each in role["Actions"] if "*" in each]
    assert load(COLLECTORS["azure"].least_policy) is least_policy


def nhi(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from nhigraph.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_prints_it() -> None:
    printed = json.loads(nhi("permissions", "azure").stdout)
    assert printed == least_policy()
    scoped = json.loads(nhi("permissions", "azure", "--scope", f"/subscriptions/{PROD}", "--without", "web").stdout)
    assert scoped == least_policy(("web",), scopes=[f"/subscriptions/{PROD}"])
    assert nhi("permissions", "azure", "--list", "--app-settings").stdout.split() == permissions_needed(opted=True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("azure", "--last-accessed"), "`azure` has no --last-accessed"),
        (("entra", "--app-settings"), "`entra` has no --app-settings"),
        (("aws", "--scope", "/"), "`aws` has no --scope"),
    ],
)
def test_wrong_options_are_one_line(arguments: tuple[str, ...], told: str) -> None:
    result = nhi("permissions", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.strip().endswith(told)
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.needs_checkout
def test_the_answer_has_its_schema() -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / "permissions.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(least_policy(opted=True))
    assert not validator.is_valid({**least_policy(), "Statement": []})
    assert not validator.is_valid({**least_policy(), "Actions": "*"})
