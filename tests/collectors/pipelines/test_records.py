"""Evidence of GitLab and Bitbucket: places, requests, gaps, and values that never stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectors.bitbucket.to_records import to_records as of_bitbucket
from collectors.ci.table import operations_table
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from collectors.gitlab.to_records import to_records as of_gitlab
from tests.worlds.pipelines import bitbucket, gitlab, number, uuid

KEY = FingerprintKey(bytes(range(32)))
VALUE = "correct-horse-battery"


def test_a_value_is_taken_out_and_known_by_its_fingerprint(tmp_path: Path) -> None:
    evidence = read_evidence([gitlab().project("api").variable("api", "DEPLOY_NOTE", VALUE).build(tmp_path)], key=KEY)
    assert VALUE not in repr(evidence.store)
    (project,) = of_gitlab(evidence).scopes[0].projects
    (variable,) = project.variables
    assert variable.name == "DEPLOY_NOTE"
    assert variable.fingerprint == KEY.fingerprint(VALUE)
    assert VALUE not in repr(project)
    assert [item.kind for item in evidence.redactions] == ["environment_variable"]


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        ("AZURE_CLIENT_ID", "11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-555555555555"),
        ("DB_PASSWORD", VALUE, ""),
    ],
)
def test_only_public_ids_stay(tmp_path: Path, key: str, value: str, hint: str) -> None:
    evidence = read_evidence(
        [gitlab().project("api").variable("api", key, value, masked=True).build(tmp_path)], key=KEY
    )
    (variable,) = of_gitlab(evidence).scopes[0].projects[0].variables
    assert (variable.hint, variable.masked) == (hint, True)
    assert hint or value not in repr(evidence)


def test_values_of_bitbucket_and_of_groups_go_too(tmp_path: Path) -> None:
    rows = {"values": [{"key": "A", "value": VALUE, "secured": False}, {"key": "B", "secured": True}]}
    world = bitbucket().project("api").line("repositories.pipelines_config.variables", {"repo_slug": "api"}, rows)
    world = world.single("workspaces.pipelines-config.variables", rows).environment("api", "production")
    place = {"repo_slug": "api", "environment_uuid": uuid("env:production")}
    world = world.line("repositories.deployments_config.environments.variables", place, rows)
    evidence = read_evidence([world.build(tmp_path)], key=KEY)
    assert VALUE not in repr(evidence.store)
    (scope,) = of_bitbucket(evidence).scopes
    found = [(each.name, each.environment, each.masked) for each in scope.projects[0].variables]
    assert found == [("A", "*", False), ("B", "*", True), ("A", "production", False), ("B", "production", True)]
    assert [each.name for each in scope.variables["acme"]] == ["A", "B"]
    group = [{"key": "A", "value": VALUE, "variable_type": "file"}]
    there = gitlab().line("groups.variables", {"id": "acme"}, group).build(tmp_path / "group")
    assert VALUE not in repr(read_evidence([there], key=KEY).store)


def test_a_token_in_a_file_is_taken_out(tmp_path: Path) -> None:
    token = "glpat-" + "a1b2c3d4e5f6g7h8i9j0"
    world = gitlab().project("api", file=f"job:\n  script: ['curl -H token:{token} x']\n")
    evidence = read_evidence([world.build(tmp_path)], key=KEY)
    assert token not in repr(evidence.store)
    assert [item.kind for item in evidence.redactions] == ["gitlab_token"]
    assert "curl" not in repr(of_gitlab(evidence))


@pytest.mark.parametrize("name", [str(number("api")), "acme/api", "acme%2Fapi"])
def test_a_request_names_a_project_by_id_or_path(tmp_path: Path, name: str) -> None:
    world = gitlab().project("api").line("projects.protected_branches", {"id": name}, [{"name": "main"}])
    (project,) = of_gitlab(read_evidence([world.build(tmp_path)])).scopes[0].projects
    assert (project.protected_branches, project.protection_known) == (("main",), True)


def test_paths_below_subgroups_and_with_the_group_before_them(tmp_path: Path) -> None:
    world = gitlab().project("team/api", file="job: {script: [x]}\n", listed=False)
    world = world.project("acme/web", file="job: {script: [x]}\n", listed=False)
    found = of_gitlab(read_evidence([world.build(tmp_path)])).scopes[0].projects
    assert [each.path for each in found] == ["acme/team/api", "acme/web"]


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    world = gitlab().project("api").project("web", file="job: [\n", listed=False)
    world = world.line("projects.variables", {"id": 1}, []).line("projects.variables", {}, [])
    reasons = [gap.reason for gap in of_gitlab(read_evidence([world.build(tmp_path)])).gaps]
    for words in ("that no list of projects has", "is not YAML", "has project 1", "does not say what it is about"):
        assert any(words in reason for reason in reasons), words


def test_a_refused_call_is_a_gap_and_no_answer(tmp_path: Path) -> None:
    gitlab().project("api").build(tmp_path)
    line = {"request": {"id": 5}, "error": {"code": "403", "message": "Forbidden"}}
    (tmp_path / "gitlab" / "acme" / "projects.variables.jsonl").write_text(json.dumps(line) + "\n")
    evidence = read_evidence([tmp_path])
    assert any("403" in gap.reason for gap in evidence.gaps)
    assert not of_gitlab(evidence).scopes[0].projects[0].variables_known


def test_another_file_of_a_repository_is_not_taken(tmp_path: Path) -> None:
    place = gitlab().project("api", file="job: {script: [x]}\n").build(tmp_path) / "gitlab" / "acme" / "files" / "api"
    (place / "deploy.yml").write_text("x: 1\n")
    evidence = read_evidence([tmp_path])
    assert any("deploy.yml: not recognised" in gap.reason for gap in evidence.gaps)
    assert len(list(evidence.calls("gitlab", "acme", "projects.repository.files"))) == 1


@pytest.mark.needs_checkout
def test_the_page_tells_every_operation() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "collectors" / "pipelines.md"
    assert f"\n{operations_table()}\n" in page.read_text(encoding="utf-8")
