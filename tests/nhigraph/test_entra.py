"""The commands on a tenant alone: build, inventory, blast radius, path, what-if, in the forms of the schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import validator
from tests.worlds.entra import ADMIN, TENANT, app_id, entra, node, oid, secret

TIME = ("--as-of", "2026-06-01T00:00:00Z")


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("tenant")
    world = (
        entra()
        .user("alice")
        .user("bob")
        .role("alice", "Privileged Role Administrator", eligible=True)
        .app("deploy", owners=["bob"], secrets=[secret("k")])
        .grants("deploy", "RoleManagement.ReadWrite.Directory", "Teapot.ReadWrite.All")
    )
    command = Command(folder / "ws")
    built = command("build", world.build(folder / "evidence"), *TIME)
    assert built.code == 0, built.err
    return command


@pytest.mark.needs_checkout
def test_inventory(tenant: Command) -> None:
    answer = tenant("inventory", "--format", "json").json
    validator("inventory").validate(answer)
    (row,) = answer["identities"]
    assert (row["name"], row["owner"], row["impact"]) == ("deploy", "bob@nordlicht.example", "H1")
    assert tenant("inventory", "--kind", "EntraUser", "--format", "json").json["identities"][0]["kind"] == "EntraUser"


@pytest.mark.needs_checkout
def test_blast_radius(tenant: Command) -> None:
    answer = tenant("blast-radius", secret("k")["keyId"], "--format", "json").json
    validator("blast-radius").validate(answer)
    assert answer["admin_of"][0]["scope"] == f"entra:tenant:{TENANT}"
    told = tenant("blast-radius", "bob@nordlicht.example").out
    assert "Bob can make a credential of deploy by ownership of the application" in told


@pytest.mark.needs_checkout
def test_path(tenant: Command) -> None:
    answer = tenant("path", "deploy", f"admin:{TENANT}", "--format", "json").json
    validator("path").validate(answer)
    assert answer["to"] == ADMIN
    assert [step["technique"] for step in answer["paths"][0]["steps"]] == ["entra-rolemanagement-readwrite-directory"]


def test_a_stated_activation(tenant: Command) -> None:
    def state(*context: str) -> str:
        given = [part for each in context for part in ("--context", each)]
        return str(
            tenant("path", "alice@nordlicht.example", ADMIN, *given, "--format", "json").json["paths"][0]["state"]
        )

    assert state() == "conditional"
    assert state("entra:activation=Privileged Role Administrator") == "verified"


@pytest.mark.needs_checkout
def test_what_if(tenant: Command) -> None:
    grant = "entra:app-role-assignment:a-deploy-RoleManagement.ReadWrite.Directory"
    answer = tenant("what-if", "--remove", grant, "--format", "json").json
    validator("what-if").validate(answer)
    assert node("sp:deploy") in {row["id"] for row in answer["identities"]}


def test_a_single_dump(tmp_path: Path) -> None:
    rows = [
        {
            "id": oid("sp:deploy"),
            "appId": app_id("deploy"),
            "displayName": "deploy",
            "servicePrincipalType": "Application",
        }
    ]
    dump = tmp_path / "sp.json"
    dump.write_text(json.dumps(rows), encoding="utf-8")
    command = Command(tmp_path / "ws")
    assert command("build", dump).code == 0
    answer = command("inventory", "--format", "json").json
    assert [row["name"] for row in answer["identities"]] == ["deploy"]
    missing = {row["operation"] for row in answer["coverage"] if row["presence"] == "absent"}
    assert "roleManagement.directory.roleAssignments" in missing


def test_people_are_told_names_and_programs_are_told_ids(tenant: Command) -> None:
    told = tenant("path", "bob@nordlicht.example", f"admin:{TENANT}").out
    assert f"From Bob ({node('bob')}) to full control of tenant Nordlicht ({ADMIN})" in told
    assert "by bob@nordlicht.example owns deploy (entra:ownership:" in told
    table = tenant("jewels").out
    assert "deploy" in table and "full control of tenant Nordlicht" in table
    assert "(entra:" not in tenant("jewels", "--format", "csv").out
    assert "(entra:" not in tenant("path", "bob@nordlicht.example", f"admin:{TENANT}", "--format", "json").out
