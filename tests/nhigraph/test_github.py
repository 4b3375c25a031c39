"""The commands on GitHub evidence beside an account that trusts its tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.graph.edges_github.technique_case import role, trusting
from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import validator
from tests.worlds.entra import ADMIN, app_id, entra, node, secret
from tests.worlds.github import GitHubWorldFiles, github, place

MAIN = "repo:acme/app:ref:refs/heads/main"


def _app(**branch: Any) -> GitHubWorldFiles:
    world = github().owner("olga").user("bob", "ann").repo("app").access("bob", "write").access("ann", "read")
    return world.branch("main", **branch).secret("KEY").deploy_key(7)


def _company(folder: Path, world: GitHubWorldFiles) -> Command:
    evidence = trusting(MAIN, exact=True).build(folder / "evidence")
    command = Command(folder / "ws")
    built = command("build", world.build(evidence), "--as-of", "2026-06-01T00:00:00Z")
    assert built.code == 0, built.err
    return command


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Command:
    return _company(tmp_path_factory.mktemp("company"), _app(approvals=1))


def _ways(command: Command, source: str) -> list[str]:
    answer = command("path", source, role(), "--format", "json").json
    return [way["state"] for way in answer["paths"]]


@pytest.mark.parametrize(
    ("source", "state"),
    [("bob", "conditional"), ("acme/app", "conditional"), ("github:key:7", "conditional"), ("olga", "verified")],
)
def test_from_a_person_a_repository_or_a_key_into_a_role(company: Command, source: str, state: str) -> None:
    assert _ways(company, source)[0] == state


def test_who_reads_has_no_way(company: Command) -> None:
    assert _ways(company, "ann") == []


@pytest.mark.needs_checkout
def test_answers_fit_their_schemas(company: Command) -> None:
    validator("path").validate(company("path", "bob", role(), "--format", "json").json)
    inventory = company("inventory", "--format", "json").json
    validator("inventory").validate(inventory)
    kinds = {row["kind"] for row in inventory["identities"]}
    assert "GitHubActionsIdentity" in kinds
    validator("blast-radius").validate(company("blast-radius", "olga", "--format", "json").json)


def test_full_control_of_an_organization(company: Command) -> None:
    found = company("blast-radius", "olga", "--format", "json").json["admin_of"]
    assert [(row["scope"], row["state"], len(row["steps"])) for row in found] == [("github:org:acme", "verified", 0)]


def test_a_cut_is_evaluated_again(company: Command) -> None:
    shown = company("cut", "--from", "bob", "--to", role())
    assert "evaluated again without these grants leave no such way" in shown.out


def test_roles_that_were_not_looked_at_leave_the_way_unverified(tmp_path: Path) -> None:
    world = _app(protected=False).without("repos.list-collaborators")
    assert _ways(_company(tmp_path, world), "ann") == ["unverified"]


def test_the_coverage_names_what_was_not_looked_at(tmp_path: Path) -> None:
    command = _company(tmp_path, _app(approvals=1).without("teams.list"))
    rows = command("path", "bob", role(), "--format", "json").json["coverage"]
    (row,) = (row for row in rows if row["operation"] == "teams.list")
    assert (row["source"], row["scope"], row["presence"]) == ("github", "acme", "absent")
    assert row["permission"] == "organization members: read"


HELD = place("secret:app:AZURE_CLIENT_SECRET")


def _tenant_behind(folder: Path, client: str) -> Command:
    """Build an organization whose secret is, by the variable beside it, that of an application that rules a tenant."""
    world = _app().secret("AZURE_CLIENT_SECRET", updated="2025-03-01T00:00:00Z").variable("AZURE_CLIENT_ID", client)
    tenant = entra().app("hr", secrets=[secret("one")]).grants("hr", "RoleManagement.ReadWrite.Directory")
    command = Command(folder / "ws")
    evidence = tenant.build(world.build(folder / "evidence"))
    built = command("build", evidence, "--as-of", "2026-06-01T00:00:00Z")
    assert built.code == 0, built.err
    assert "Actions secret to credential" in built.err
    return command


@pytest.mark.needs_checkout
def test_from_a_push_through_an_actions_secret_to_control_of_a_tenant(tmp_path: Path) -> None:
    command = _tenant_behind(tmp_path, app_id("hr"))
    answer = command("path", "bob", ADMIN, "--format", "json").json
    validator("path").validate(answer)
    (way, *_) = answer["paths"]
    assert way["state"] == "verified"
    steps = [(step["kind"], step["source"]) for step in way["steps"]]
    assert steps[:3] == [
        ("CAN_TAKE_OVER", place("bob")),
        ("CAN_ACCESS", place("actions:app")),
        ("AUTHENTICATES_AS", HELD),
    ]
    assert way["steps"][-1]["target"] == ADMIN
    radius = command("blast-radius", "github:acme/app/AZURE_CLIENT_SECRET", "--format", "json").json
    assert [(row["scope"], row["state"]) for row in radius["admin_of"]] == [
        (ADMIN.replace("admin", "tenant"), "verified")
    ]
    assert node("sp:hr") in {row["id"] for row in command("inventory", "--format", "json").json["identities"]}


def test_the_twin_whose_id_is_of_another_application(tmp_path: Path) -> None:
    command = _tenant_behind(tmp_path, app_id("mail"))
    assert command("path", "bob", ADMIN, "--format", "json").json["paths"] == []
