"""Answers of GitHub's API into records: forms of lists, refusals, what is missing, what is taken out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.evidence.reader import read_evidence
from collectors.github.operations import FILES, OPERATIONS
from collectors.github.permissions import operations_table, permissions_needed
from collectors.github.records import GitHubOrganizationRecords, GitHubRecords, GitHubRepository
from collectors.github.to_records import to_records
from collectors.interface import Presence
from graph.build import build_snapshot
from graph.records import read_records
from graph.snapshot import open_snapshot
from tests.repository import ROOT
from tests.worlds.github import ORG, GitHubWorldFiles, github

REPO = {"id": 7, "full_name": "Acme/App", "owner": {"id": 5}, "visibility": "private", "default_branch": "main"}


def _write(folder: Path, **files: Any) -> Path:
    root = folder / "github" / ORG
    root.mkdir(parents=True, exist_ok=True)
    for name, body in {"repos.list-for-org": [REPO], **files}.items():
        lines = OPERATIONS[name].per_object
        text = "".join(json.dumps(each) + "\n" for each in body) if lines else json.dumps(body)
        (root / f"{name}.{'jsonl' if lines else 'json'}").write_text(text)
    return folder


def _records(folder: Path) -> GitHubRecords:
    return to_records(read_evidence([folder]))


def _organization(folder: Path) -> GitHubOrganizationRecords:
    (found,) = _records(folder).organizations
    return found


def _repository(folder: Path, **files: Any) -> GitHubRepository:
    (found,) = _organization(_write(folder, **files)).repositories
    return found


def _about(response: Any = None, **more: Any) -> dict[str, Any]:
    asked = {"owner": "acme", "repo": "app", **more.pop("asked", {})}
    return {"request": asked, **({"response": response} if response is not None else {}), **more}


def test_a_list_as_the_whole_answer(tmp_path: Path) -> None:
    found = _organization(_write(tmp_path)).repositories
    assert [(each.full_name, each.spelled, str(each.ref)) for each in found] == [
        ("acme/app", "Acme/App", "github/acme/repos.list-for-org.json#/0")
    ]


def test_an_empty_list_is_an_answer(tmp_path: Path) -> None:
    folder = _write(tmp_path, **{"repos.list-for-org": [], "orgs.get": {"login": "acme", "id": 5}})
    found = _organization(folder)
    assert found.repositories == ()
    assert found.presence["repos.list-for-org"] is Presence.EMPTY
    assert found.presence["teams.list"] is Presence.ABSENT


def test_pages_one_after_the_other(tmp_path: Path) -> None:
    _write(tmp_path)
    second = {**REPO, "id": 8, "full_name": "acme/web"}
    path = tmp_path / "github" / ORG / "repos.list-for-org.json"
    path.write_text(json.dumps([REPO]) + json.dumps([second]))
    assert [each.full_name for each in _organization(tmp_path).repositories] == ["acme/app", "acme/web"]


def test_owners_are_known_only_where_members_were_asked_for_by_role(tmp_path: Path) -> None:
    people = [{"login": "Olga", "id": 1}]
    asked = {"org": "acme"}
    by_role = {"orgs.list-members": [{"request": {**asked, "role": "admin"}, "response": people}]}
    found = _organization(_write(tmp_path / "a", **by_role))
    assert found.organization.owners_known
    assert [(user.login, user.name, user.role) for user in found.users] == [("olga", "Olga", "admin")]
    plain = _write(tmp_path / "b", **{"orgs.list-members": [{"request": asked, "response": people}]})
    assert not _organization(plain).organization.owners_known
    assert any("by role" in gap.reason for gap in _records(plain).gaps)


@pytest.mark.parametrize(
    ("answer", "known", "classic"),
    [
        ({"error": {"code": "404", "message": "Branch not protected"}}, True, False),
        ({"error": {"code": "404", "message": "Not Found"}}, False, None),
        ({"error": {"code": "403", "message": "Resource not accessible by integration"}}, False, None),
        ({"response": {"enforce_admins": {"enabled": False}}}, True, True),
    ],
)
def test_a_branch_that_is_not_protected_and_one_that_was_not_shown(
    answer: dict[str, Any], known: bool, classic: bool | None, tmp_path: Path
) -> None:
    listed = _about([{"name": "main", "protected": True}])
    asked = _about(asked={"branch": "main"}, **answer)
    found = _repository(tmp_path, **{"repos.list-branches": [listed], "repos.get-branch-protection": [asked]})
    (branch,) = found.branches
    assert (branch.known, branch.classic) == (known, classic)


def test_a_refusal_is_a_gap_with_its_permission(tmp_path: Path) -> None:
    refused = _about(error={"code": "403", "message": "Resource not accessible by integration"})
    evidence = read_evidence([_write(tmp_path, **{"repos.list-deploy-keys": [refused]})])
    (gap,) = (gap for gap in evidence.gaps if gap.operation == "repos.list-deploy-keys")
    assert gap.permission == "repository administration: read"
    assert evidence.presence("github", ORG, "repos.list-deploy-keys") is Presence.FAILED


def test_an_object_without_its_name_is_a_gap_and_the_rest_is_read(tmp_path: Path) -> None:
    records = _records(_write(tmp_path, **{"repos.list-for-org": [{"id": 1}, REPO]}))
    assert [each.full_name for each in records.organizations[0].repositories] == ["acme/app"]
    assert [gap.reason for gap in records.gaps] == [
        "github/acme/repos.list-for-org.json#/0/full_name: is missing",
    ]


def test_a_custom_role_counts_as_the_permissions_that_it_has(tmp_path: Path) -> None:
    row = {"login": "bob", "role_name": "release-manager", "permissions": {"pull": True, "push": True, "admin": False}}
    found = _repository(tmp_path, **{"repos.list-collaborators": [_about([row])]})
    assert [(each.login, each.role, each.direct) for each in found.collaborators] == [("bob", "write", False)]


def _with_workflow(folder: Path, text: str, name: str = "ci.yml") -> Path:
    place = _write(folder) / "github" / ORG / "files" / "app" / ".github" / "workflows"
    place.mkdir(parents=True)
    (place / name).write_text(text)
    return folder


def test_workflow_files_stand_where_they_stand_in_the_repository(tmp_path: Path) -> None:
    folder = _with_workflow(tmp_path, "on: push\njobs: {build: {runs-on: x}}\n")
    (repository,) = _organization(folder).repositories
    (workflow,) = repository.workflows
    assert (workflow.path, [job.id for job in workflow.jobs]) == (".github/workflows/ci.yml", ["build"])
    assert workflow.ref.file == "github/acme/files/app/.github/workflows/ci.yml"


def test_a_secret_that_somebody_wrote_into_a_workflow_is_taken_out(tmp_path: Path) -> None:
    secret = "ghp_" + "A" * 30 + "0uCPlr"
    folder = _with_workflow(tmp_path, f"on: push\njobs: {{build: {{runs-on: x, env: {{T: {secret}}}}}}}\n")
    evidence = read_evidence([folder])
    assert [item.ref.file for item in evidence.redactions] == ["github/acme/files/app/.github/workflows/ci.yml"]
    assert secret not in repr(list(evidence.calls("github", ORG, FILES)))


def test_a_broken_workflow_is_a_gap_that_names_file_and_line(tmp_path: Path) -> None:
    records = _records(_with_workflow(tmp_path, "on: push\njobs: [\n"))
    assert [gap.reason for gap in records.gaps] == [
        "github/acme/files/app/.github/workflows/ci.yml: is not YAML (line 3)"
    ]


def test_other_hidden_folders_are_not_read(tmp_path: Path) -> None:
    folder = _write(tmp_path)
    hidden = folder / "github" / ORG / "files" / "app" / ".git"
    hidden.mkdir(parents=True)
    (hidden / "config.yml").write_text("x")
    assert any(".git: hidden" in gap.reason for gap in read_evidence([folder]).gaps)


def _everything() -> GitHubWorldFiles:
    return (
        github()
        .owner("olga")
        .user("bob")
        .repo("app")
        .access("bob", "write")
        .team("ops", "bob", app="admin")
        .branch("main", approvals=1, checks=True, pushers=["bob"])
        .environment("prod", reviewers=["bob"], branches=["main"])
        .secret("KEY")
        .secret("KEY", environment="prod")
        .org_secret("KEY")
        .deploy_key(7)
        .app(8, contents="write")
        .token(9, "bob", contents="write")
        .runner(1)
        .org_runner(2)
        .workflow("ci.yml", "on: push\npermissions: {id-token: write}\njobs: {build: {runs-on: x}}\n")
    )


def test_records_come_back_from_a_snapshot(tmp_path: Path) -> None:
    evidence = _everything().build(tmp_path / "evidence")
    result = build_snapshot([evidence], tmp_path / "workspace", product_version="0")
    kept = read_records(open_snapshot(tmp_path / "workspace" / "snapshots" / result.snapshot_id))
    assert kept.github == to_records(read_evidence([evidence]))
    assert kept.github.organizations[0].runners


def test_no_value_of_a_variable_is_kept(tmp_path: Path) -> None:
    row = {"name": "PLACE", "value": "some-inner-host"}
    found = _repository(tmp_path, **{"actions.list-repo-variables": [_about({"variables": [row]})]})
    assert found.variables == ("PLACE",)
    assert "some-inner-host" not in repr(found)


def test_each_operation_says_what_is_lost_without_it() -> None:
    assert all(each.lost_without.endswith(".") and each.permission for each in OPERATIONS.values())
    assert "organization members: read" in permissions_needed()


@pytest.mark.needs_checkout
def test_the_page_has_the_table() -> None:
    page = ROOT / "docs" / "collectors" / "github.md"
    assert f"\n{operations_table()}\n" in page.read_text(encoding="utf-8")


def test_of_variables_public_ids_are_kept_and_survive_a_snapshot(tmp_path: Path) -> None:
    app, key = "00000000-0000-4000-8000-00000000000a", "AKIAIOSFODNN7EXAMPLE"
    world = github().repo("app").variable("HR_CLIENT_ID", app).variable("HR_CLIENT_SECRET", "Zx81-a-plain-value")
    world.variable("AWS_ACCESS_KEY_ID", key, environment="prod").variable("SESSION_ID", app)
    world.variable("AZURE_TENANT_ID", app, organization=True, visibility="private").variable("FLAG", "true")
    evidence = read_evidence([world.build(tmp_path / "evidence")])
    records = to_records(evidence)
    (found,) = records.organizations
    (repository,) = found.repositories
    assert repository.variables == ("HR_CLIENT_ID", "HR_CLIENT_SECRET", "SESSION_ID", "FLAG")
    assert [(each.name, each.public_id, each.environment) for each in repository.known_variables] == [
        ("HR_CLIENT_ID", app, ""),
        ("AWS_ACCESS_KEY_ID", key, "prod"),
    ]
    assert [(each.name, each.public_id, each.visibility) for each in found.variables] == [
        ("AZURE_TENANT_ID", app, "private")
    ]
    assert "Zx81" not in repr(records)
    assert "Zx81" not in repr(list(evidence.calls("github", ORG, "actions.list-repo-variables")))
    built = build_snapshot([tmp_path / "evidence"], tmp_path / "workspace", product_version="0")
    assert read_records(open_snapshot(tmp_path / "workspace" / "snapshots" / built.snapshot_id)).github == records
