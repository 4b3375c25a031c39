"""The declared permissions are what GitHub asks for: with them nothing is missing, without one its operations are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from collectors.github.asked import CAUSES
from collectors.github.operations import GRAPHQL, OPERATIONS, READABLE
from collectors.github.permissions import APP_PERMISSIONS, least_policy, permissions_needed
from collectors.github.rest_calls import CALLS
from collectors.registry import COLLECTORS, load
from tests.collectors.github_live.conftest import Hub
from tests.collectors.github_live.running import collect, gaps, world
from tests.repository import ROOT

EVERY = permissions_needed(opted=True)
client = pytest.mark.needs_github
_NOT_ASKED = {
    "apps.list-installations",
    "apps.list-repos-accessible-to-installation",
    "repos.get-content",
    "scim.list-provisioned-identities",
}


def given(names: list[str]) -> set[str]:
    return {APP_PERMISSIONS[name] for name in names}


def served() -> Any:
    from tests.fakes.github.organization import organization_of

    found = organization_of(world())
    found.identities = [{"id": "1", "guid": "g", "samlIdentity": {"nameId": "o@example.com"}}]
    setting = "actions.get-github-actions-default-workflow-permissions-organization"
    found.single[setting] = {"default_workflow_permissions": "write"}
    return found


@client
@pytest.mark.usefixtures("quick_writes")
def test_the_printed_permissions_suffice(hub: Hub, tmp_path: Path) -> None:
    hub(served(), least_policy()["default_permissions"])
    assert collect(tmp_path / "usual").gaps == ()
    hub(served(), least_policy(opted=True)["default_permissions"])
    assert collect(tmp_path / "full", depth="full", audit_log_days=7).gaps == ()


@client
@pytest.mark.usefixtures("quick_writes")
@pytest.mark.parametrize("missing", [name for name in EVERY if name != "repository metadata: read"])
@pytest.mark.parametrize("status", [403, 404])
def test_without_one_its_operations_are_the_gap(hub: Hub, tmp_path: Path, missing: str, status: int) -> None:
    """GitHub answers 404 where it does not want to tell that there is something: that is never read as "none"."""
    server = hub(served(), given(EVERY) - {APP_PERMISSIONS[missing]})
    server.state.hidden_as = status
    result = collect(tmp_path, depth="full", audit_log_days=7)
    # What GraphQL says is not asked of REST; lists of chosen repositories only where there are some.
    asked = {name for name in (*CALLS, *GRAPHQL, "graphql.organization-external-identities")} - _NOT_ASKED
    asked -= {"teams.list-members-in-org", "teams.list-repos-in-org"}
    asked -= {name for name in asked if "list-selected-repositories" in name}
    declared = {name for name in asked if READABLE[name].permission == missing}
    blocked = set[str]()
    while more := {name for name, cause in CAUSES.items() if cause in declared | blocked} - declared - blocked:
        blocked |= more
    assert declared
    assert gaps(result) == declared | blocked
    for gap in result.gaps:
        assert gap.permission == READABLE[gap.operation].permission
        assert gap.lost == READABLE[gap.operation].lost_without
        if gap.operation in declared and gap.operation not in CAUSES:
            assert gap.permission == missing
            assert gap.reason.startswith((str(status), "FORBIDDEN", "FieldsMissing"))
    assert not result.stopped


@client
@pytest.mark.usefixtures("quick_writes")
def test_without_any_but_metadata_only_the_list_is_there(hub: Hub, tmp_path: Path) -> None:
    hub(served(), {"metadata"})
    result = collect(tmp_path)
    assert not result.stopped
    assert "repos.list-for-org" not in gaps(result)
    assert "graphql.repository-collaborators" not in gaps(result)
    assert {"graphql.repository-branches", "actions.list-repo-secrets", "orgs.get"} <= gaps(result)


def test_every_operation_is_asked_or_said_otherwise() -> None:
    from collectors.github.graphql_evidence import SAID_BY
    from collectors.github.queries import QUERIES

    asked = {*CALLS, *QUERIES}
    assert GRAPHQL.keys() <= QUERIES.keys()
    left = OPERATIONS.keys() - asked - SAID_BY.keys()
    assert left == _NOT_ASKED - {"repos.get-content"}
    assert CALLS.keys() <= OPERATIONS.keys()


def test_nothing_is_asked_for_but_reading() -> None:
    for opted in (False, True):
        manifest = least_policy(opted=opted)
        assert set(manifest["default_permissions"].values()) == {"read"}
        assert manifest["default_permissions"].keys() == given(permissions_needed(opted=opted))
    assert "repository_hooks" not in least_policy()["default_permissions"]
    assert "repository_hooks" in least_policy(opted=True)["default_permissions"]
    assert load(COLLECTORS["github"].least_policy) is least_policy


def nhi(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from nhigraph.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_prints_it() -> None:
    assert json.loads(nhi("permissions", "github").stdout) == least_policy()
    assert json.loads(nhi("permissions", "github", "--without", "teams").stdout) == least_policy(("teams",))
    assert nhi("permissions", "github", "--depth", "full", "--list").stdout.splitlines() == EVERY
    for arguments, told in (
        (("github", "--last-accessed"), "`github` has no --last-accessed"),
        (("aws", "--depth", "full"), "`aws` has no --depth"),
    ):
        result = nhi("permissions", *arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.strip().endswith(told)


@pytest.mark.needs_checkout
def test_the_answer_has_its_schema() -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / "permissions.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(least_policy(opted=True))
    assert not validator.is_valid({**least_policy(), "default_permissions": {"metadata": "write"}})
    assert not validator.is_valid({**least_policy(), "Statement": []})
