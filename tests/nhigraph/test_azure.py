"""The commands on Azure evidence: a world with its tenant, and dumps alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import validator
from tests.worlds.azure import azure, subscription_id
from tests.worlds.entra import TENANT, app_id, entra, node, oid, secret

PROD = subscription_id("prod")
WORLD = (
    azure()
    .management_group("corp")
    .subscription("prod", parent="corp")
    .identity("deploy", tags={"owner": "alice@nordlicht.example"})
    .vm("web", system=True, identities=["deploy"])
    .role_assignment("sp:deploy", "Contributor", scope="sub:prod")
    .without("web.sites")
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("company")
    evidence = WORLD.build(folder / "evidence")
    tenant = entra().user("alice").app("ci", secrets=[secret("k")]).managed_identity("deploy")
    command = Command(folder / "ws")
    built = command("build", tenant.build(evidence), "--as-of", "2026-06-01T00:00:00Z")
    assert built.code == 0, built.err
    return command


@pytest.mark.needs_checkout
def test_inventory(company: Command) -> None:
    answer = company("inventory", "--format", "json").json
    validator("inventory").validate(answer)
    rows = {row["id"]: row for row in answer["identities"]}
    assert rows[node("sp:deploy")]["owner"] == "alice@nordlicht.example"
    assert rows[node("sp:web")]["kind"] == "EntraManagedIdentity"
    missing = {(row["scope"], row["operation"]) for row in answer["coverage"] if row["presence"] == "absent"}
    assert (PROD, "web.sites") in missing
    assert (TENANT, "web.sites") not in missing
    machines = company("inventory", "--kind", "AzureVirtualMachine", "--format", "json").json["identities"]
    assert [(row["name"], row["scope"]) for row in machines] == [("web", PROD)]


@pytest.mark.needs_checkout
@pytest.mark.parametrize("who", [WORLD.arm("vm:web"), WORLD.arm("vm:web").lower(), WORLD.node("vm:web")])
def test_blast_radius_of_a_machine(company: Command, who: str) -> None:
    answer = company("blast-radius", who, "--format", "json").json
    validator("blast-radius").validate(answer)
    assert {row["id"]: row["state"] for row in answer["reaches"]} == {
        node("sp:deploy"): "verified",
        node("sp:web"): "verified",
    }


def test_blast_radius_in_words(company: Command) -> None:
    told = company("path", WORLD.arm("vm:web"), "deploy").out
    print(told)
    assert "web runs as deploy" in told


@pytest.mark.parametrize("who", ["deploy", app_id("deploy"), WORLD.arm("identity:deploy"), oid("sp:deploy")])
def test_what_an_identity_is_called(company: Command, who: str) -> None:
    assert company("blast-radius", who, "--format", "json").json["subject"] == node("sp:deploy")


def test_full_control_by_its_path(company: Command) -> None:
    answer = company("path", "deploy", f"admin:/subscriptions/{PROD}", "--format", "json").json
    assert answer["to"] == WORLD.admin("sub:prod")


@pytest.mark.needs_checkout
def test_what_if(company: Command) -> None:
    grant = f"azure:identity:{WORLD.arm('vm:web').lower()}#{oid('sp:deploy')}"
    answer = company("what-if", "--remove", grant, "--format", "json").json
    validator("what-if").validate(answer)


def test_dumps_alone(tmp_path: Path) -> None:
    identity = f"/subscriptions/{PROD}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bot"
    group = f"/subscriptions/{PROD}/resourceGroups/rg"
    bodies = {
        "assignments": [
            {
                "id": f"/subscriptions/{PROD}/providers/Microsoft.Authorization/roleAssignments/1",
                "principalId": oid("sp:bot"),
                "principalName": "bot",
                "principalType": "ServicePrincipal",
                "roleDefinitionId": f"/subscriptions/{PROD}/providers/Microsoft.Authorization/roleDefinitions/2",
                "roleDefinitionName": "Reader",
                "scope": group,
                "type": "Microsoft.Authorization/roleAssignments",
            }
        ],
        "vms": [
            {
                "id": f"{group}/providers/Microsoft.Compute/virtualMachines/web",
                "identity": {
                    "type": "UserAssigned",
                    "userAssignedIdentities": {identity: {"principalId": oid("sp:bot")}},
                },
                "name": "web",
                "osProfile": {"adminPassword": "hunter2-hunter2"},
                "storageProfile": {"osDisk": {"osType": "Linux"}},
                "type": "Microsoft.Compute/virtualMachines",
            }
        ],
    }
    for name, body in bodies.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
    command = Command(tmp_path / "ws")
    built = command("build", *(tmp_path / f"{name}.json" for name in bodies))
    assert built.code == 0, built.err
    rows = command("inventory", "--format", "json").json["identities"]
    assert [(row["name"], row["kind"]) for row in rows] == [("bot", "EntraManagedIdentity")]
    files = [path for path in (tmp_path / "ws").rglob("*") if path.is_file()]
    assert not any(b"hunter2" in path.read_bytes() for path in files)


def test_a_broken_dump_is_told_in_one_line(tmp_path: Path) -> None:
    dump = tmp_path / "vms.json"
    dump.write_text('[{"id": "/subscriptions/1", "type": 7}]', encoding="utf-8")
    answer = Command(tmp_path / "ws")("build", dump)
    assert answer.code == 2
    assert str(dump.name) in answer.err
    assert "Traceback" not in answer.err
