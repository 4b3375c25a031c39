"""The declared permissions are what Graph asks for: with them nothing is missing, without one its operations are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from collectors.entra.app_roles import APP_ROLE_IDS, GRAPH_APP_ID
from collectors.entra.graph_calls import CALLS
from collectors.entra.operations import OPERATIONS
from collectors.entra.permissions import least_policy, permissions_needed
from collectors.registry import COLLECTORS, load
from tests.collectors.entra_live.conftest import Graph
from tests.collectors.entra_live.running import collect, coverage, gaps, world
from tests.fakes.graph.permissions import ACCEPTED
from tests.fakes.graph.tenant import tenant_of
from tests.repository import ROOT

NEEDED = permissions_needed()
BROAD = "Directory.Read.All"
NEVER_ASKED = "servicePrincipals.appRoleAssignments"
"""The API's end says the same."""
LISTED_BY = {
    "applications.owners": "applications",
    "applications.federatedIdentityCredentials": "applications",
    "applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions": (
        "applications.microsoft.graph.agentIdentityBlueprint"
    ),
    "directory.administrativeUnits.members": "directory.administrativeUnits",
    "groups.members": "groups",
    "groups.owners": "groups",
    "identityGovernance.privilegedAccess.group.assignmentScheduleInstances": "groups",
    "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances": "groups",
    "policies.appManagementPolicies.appliesTo": "policies.appManagementPolicies",
    "servicePrincipals.appRoleAssignedTo": "servicePrincipals",
    "servicePrincipals.delegatedPermissionClassifications": "oauth2PermissionGrants",
    "servicePrincipals.federatedIdentityCredentials": "servicePrincipals",
    "servicePrincipals.microsoft.graph.agentIdentity.sponsors": "servicePrincipals.microsoft.graph.agentIdentity",
    "servicePrincipals.owners": "servicePrincipals",
}
"""Which list names the objects that an operation is asked of."""


def path_of(name: str) -> str:
    """Return the path that is asked first of an operation."""
    call = CALLS[name]
    return (call.expansion.path if call.expansion else call.path).strip("/")


def declaring(*permissions: str) -> set[str]:
    return {
        name for name, operation in OPERATIONS.items() if operation.permission in permissions and not operation.opt_in
    }


@pytest.mark.needs_msgraph
@pytest.mark.usefixtures("quick_writes")
def test_the_printed_permissions_suffice(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()), permissions_needed(opted=True))
    assert collect(tmp_path, service_last_accessed=True).gaps == ()


@pytest.mark.needs_msgraph
@pytest.mark.usefixtures("quick_writes")
@pytest.mark.parametrize("missing", NEEDED)
def test_without_one_its_operations_are_the_gap(graph: Graph, tmp_path: Path, missing: str) -> None:
    """It is taken away with all others that Graph takes in its place; what it is declared for is the gap."""
    declared = {name for name in declaring(missing) if name != NEVER_ASKED}
    granted = set(NEEDED) - {missing}.union(*(ACCEPTED[path_of(name)] for name in declared))
    graph(tenant_of(world()), granted)
    result = collect(tmp_path)
    refused = {name for name in OPERATIONS if not ACCEPTED[path_of(name)] & granted and name != NEVER_ASKED}
    refused -= {name for name, operation in OPERATIONS.items() if operation.opt_in}
    blocked = {gap.operation for gap in result.gaps if "did not say what there is" in gap.reason}
    assert declared <= refused
    assert gaps(result) == refused | blocked
    assert all(LISTED_BY[name] in refused for name in blocked)
    for gap in result.gaps:
        assert gap.permission == OPERATIONS[gap.operation].permission
        assert gap.lost == OPERATIONS[gap.operation].lost_without


@pytest.mark.needs_msgraph
@pytest.mark.usefixtures("quick_writes")
@pytest.mark.parametrize("missing", ["Application.Read.All", "Policy.Read.All", "AgentIdentity.Read.All"])
def test_with_all_others_the_gap_is_no_larger(graph: Graph, tmp_path: Path, missing: str) -> None:
    graph(tenant_of(world()), set(NEEDED) - {missing})
    found = gaps(collect(tmp_path))
    assert found
    assert found <= declaring(missing) | {name for name, by in LISTED_BY.items() if by in declaring(missing)}


@pytest.mark.needs_msgraph
@pytest.mark.usefixtures("quick_writes")
def test_without_the_broad_one_only_consents_are_missing(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()), set(NEEDED) - {BROAD})
    result = collect(tmp_path)
    assert gaps(result) == {"oauth2PermissionGrants", "servicePrincipals.delegatedPermissionClassifications"}
    assert coverage(tmp_path)["oauth2PermissionGrants"]["outcome"] == "denied"


@pytest.mark.needs_msgraph
@pytest.mark.usefixtures("quick_writes")
def test_without_any_everything_is_a_gap(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()), ())
    result = collect(tmp_path)
    asked = {name for name, operation in OPERATIONS.items() if not operation.opt_in}
    assert gaps(result) == asked - {"servicePrincipals.appRoleAssignments"}
    assert result.account == tenant_of(world()).id
    assert not result.stopped


def test_each_declared_permission_is_one_that_graph_accepts() -> None:
    for name, operation in OPERATIONS.items():
        assert operation.permission in ACCEPTED[path_of(name)], name
        if not CALLS[name].no_own_call:
            assert operation.permission in ACCEPTED[CALLS[name].path.strip("/")], name


def test_no_permission_to_write_is_asked_for() -> None:
    assert not [name for name in permissions_needed(opted=True) if "Write" in name or ".Read." not in f"{name}."]


def test_the_manifest_names_each_permission() -> None:
    policy = least_policy(opted=True)
    [api] = policy["requiredResourceAccess"]
    assert api["resourceAppId"] == GRAPH_APP_ID
    assert [each["type"] for each in api["resourceAccess"]] == ["Role"] * len(api["resourceAccess"])
    assert list(policy["permissions"]) == permissions_needed(opted=True)
    known = {identity for identity in policy["permissions"].values() if identity}
    assert {each["id"] for each in api["resourceAccess"]} == known
    assert len(set(APP_ROLE_IDS.values())) == len(APP_ROLE_IDS)


def test_parts_that_are_left_out_ask_for_nothing() -> None:
    assert "PrivilegedEligibilitySchedule.Read.AzureADGroup" not in permissions_needed(["identityGovernance"])
    assert "AuditLog.Read.All" in permissions_needed(opted=True)
    assert "AuditLog.Read.All" not in permissions_needed()


def test_the_registry_resolves() -> None:
    entry = COLLECTORS["entra"]
    assert load(entry.operations) is OPERATIONS
    assert load(entry.permissions) is permissions_needed
    assert load(entry.least_policy) is least_policy
    assert load(entry.settings)().workers >= 1
    assert callable(load(entry.collect)) and callable(load(entry.to_records))


def test_permissions_and_help_import_no_sdk() -> None:
    program = (
        "import sys\n"
        "from nhigraph.cli import app\n"
        "from typer.testing import CliRunner\n"
        "for arguments in (['--help'], ['permissions', 'entra'], ['permissions', 'entra', '--list']):\n"
        "    result = CliRunner().invoke(app, arguments)\n"
        "    assert result.exit_code == 0, result.output\n"
        "import collectors.entra.collect\n"
        "sdk = ('azure', 'msgraph', 'msgraph_core', 'httpx', 'aiohttp', 'msal')\n"
        "bad = [name for name in sdk if name in sys.modules]\n"
        "sys.exit(', '.join(bad) or 0)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_printed_as_json() -> None:
    from typer.testing import CliRunner

    from nhigraph.cli import app

    printed = json.loads(CliRunner().invoke(app, ["permissions", "entra"]).stdout)
    assert printed == least_policy()


@pytest.mark.needs_checkout
def test_what_is_printed_follows_its_schema() -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / "permissions.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(least_policy(opted=True))
    assert not validator.is_valid({**least_policy(), "Statement": []})
