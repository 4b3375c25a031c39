"""`nhi explain` and `nhi who-can` on actions of Azure, and the other questions about rights there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import validator
from tests.worlds.azure import azure
from tests.worlds.entra import entra, node, secret

WRITE = "Microsoft.Compute/virtualMachines/write"
GET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
ROLE = "azure:request:microsoft.authorization/roleassignments:roledefinitionid"
BACKUP = "5e467623-bb1f-42f4-a55d-6e525e11384b"
_LIMIT = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
    "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals "
    f"{{{BACKUP}}}))"
)
WORLD = (
    azure()
    .management_group("corp")
    .subscription("prod", parent="corp")
    .vm("web", system=True)
    .vm("safe", group="locked")
    .vault("kv", secrets=["db"])
    .vault("old", rbac=False, policies={"alice": {"secrets": ["Get"]}}, secrets=["x"])
    .role_assignment("group:ops", "Contributor", scope="sub:prod")
    .role_assignment("sp:ci", "Owner", scope="mg:corp")
    .role_assignment("bob", "Owner", scope="rg:rg", eligible=True)
    .role_assignment("bob", "Key Vault Secrets User", scope="vault:kv")
    .role_assignment("carol", "Role Based Access Control Administrator", scope="sub:prod", condition=_LIMIT)
    .deny("stack", "*", not_actions=["*/read"], scope="rg:locked", excluded=["sp:ci"])
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("company")
    tenant = entra().user("alice").user("bob").user("carol").user("gaby").group("ops", "alice")
    tenant.app("ci", secrets=[secret("k")]).role("gaby", "Global Administrator").managed_identity("web")
    command = Command(folder / "ws")
    built = command("build", tenant.build(WORLD.build(folder / "evidence")), "--as-of", "2026-06-01T00:00:00Z")
    assert built.code == 0, built.err
    return command


def _explain(company: Command, who: str, action: str, place: str, *more: str) -> dict[str, Any]:
    answer = company("explain", who, action, WORLD.arm(place), "--format", "json", *more).json
    validator("explain").validate(answer)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.needs_checkout
@pytest.mark.parametrize(
    ("who", "action", "place", "decision", "state"),
    [
        ("alice@nordlicht.example", WRITE, "vm:web", "allowed", "verified"),
        ("bob@nordlicht.example", WRITE, "vm:web", "conditional", "conditional"),
        ("carol@nordlicht.example", WRITE, "vm:web", "not_allowed", "void"),
        ("ci", WRITE, "vm:web", "allowed", "verified"),
        ("alice@nordlicht.example", WRITE, "vm:safe", "denied", "void"),
        ("ci", WRITE, "vm:safe", "allowed", "verified"),
        ("alice@nordlicht.example", "Microsoft.Compute/virtualMachines/read", "vm:safe", "allowed", "verified"),
        ("bob@nordlicht.example", GET, "vault:kv", "allowed", "verified"),
        ("ci", GET, "vault:kv", "not_allowed", "void"),
        ("alice@nordlicht.example", GET, "vault:old", "allowed", "verified"),
        ("bob@nordlicht.example", GET, "vault:old", "not_allowed", "void"),
        ("carol@nordlicht.example", ASSIGN, "sub:prod", "conditional", "conditional"),
    ],
)
def test_explain(company: Command, who: str, action: str, place: str, decision: str, state: str) -> None:
    answer = _explain(company, who, action, place)
    assert (answer["decision"], answer["state"]) == (decision, state), answer


@pytest.mark.needs_checkout
def test_explain_names_what_decides(company: Command) -> None:
    answer = _explain(company, "alice@nordlicht.example", WRITE, "vm:web")
    assert [item["layer"] for item in answer["deciding"]] == ["role_assignment"]
    assert answer["deciding"][0]["sid"] == "Contributor"
    assert len(answer["grants"]) == 1 and answer["grants"][0].startswith("azure:role_assignment:/subscriptions/")
    denied = _explain(company, "alice@nordlicht.example", WRITE, "vm:safe")
    assert [(item["layer"], item["sid"]) for item in denied["deciding"]] == [("deny_assignment", "stack")]
    eligible = _explain(company, "bob@nordlicht.example", WRITE, "vm:web")
    assert eligible["grants"][0].startswith("azure:role_eligibility:")
    policy = _explain(company, "alice@nordlicht.example", GET, "vault:old")
    assert policy["grants"][0].startswith("azure:access_policy:")


@pytest.mark.needs_checkout
@pytest.mark.parametrize(
    ("role", "decision"), [(BACKUP, "allowed"), ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "not_allowed")]
)
def test_what_the_asker_states_settles_a_condition(company: Command, role: str, decision: str) -> None:
    answer = _explain(company, "carol@nordlicht.example", ASSIGN, "sub:prod", "--context", f"{ROLE}={role}")
    assert answer["decision"] == decision


def test_an_action_of_unknown_plane_is_told(company: Command) -> None:
    answer = company("explain", "ci", "Microsoft.Odd/things/do/action", WORLD.arm("sub:prod"), "--format", "json").json
    assert answer["decision"] == "allowed"
    assert any("data:" in note for note in answer["notes"])
    data = company(
        "explain", "ci", "data:Microsoft.Odd/things/do/action", WORLD.arm("sub:prod"), "--format", "json"
    ).json
    assert data["decision"] == "not_allowed"


@pytest.mark.needs_checkout
def test_who_can(company: Command) -> None:
    answer = company("who-can", WRITE, WORLD.arm("vm:web"), "--format", "json").json
    validator("who-can").validate(answer)
    assert {row["principal"]: row["state"] for row in answer["principals"]} == {
        node("alice"): "verified",
        node("bob"): "conditional",
        node("sp:ci"): "verified",
    }
    locked = company("who-can", WRITE, WORLD.arm("vm:safe"), "--format", "json").json
    assert [row["principal"] for row in locked["principals"]] == [node("sp:ci")]
    secrets = company("who-can", GET, WORLD.arm("vault:old"), "--format", "json").json
    assert [row["principal"] for row in secrets["principals"]] == [node("alice")]


def test_a_scope_that_is_none_and_a_principal_that_is_none(company: Command) -> None:
    answer = company("explain", "ci", WRITE, "nowhere")
    assert answer.code == 2 and "ARM id" in answer.err
    answer = company("explain", WORLD.arm("vm:web"), WRITE, WORLD.arm("sub:prod"))
    assert answer.code == 2 and "no user, group, service principal" in answer.err


def test_the_table_is_told(company: Command) -> None:
    answer = company("explain", "bob@nordlicht.example", WRITE, WORLD.arm("vm:web"))
    assert answer.code == 0
    assert "entra:activation" in answer.out


@pytest.mark.needs_checkout
def test_a_global_administrator_has_all_of_azure(company: Command) -> None:
    answer = company("blast-radius", "gaby@nordlicht.example", "--format", "json").json
    validator("blast-radius").validate(answer)
    scopes = {row["scope"]: row["state"] for row in answer["admin_of"]}
    assert scopes[WORLD.node("sub:prod")] == "verified"
    assert node("sp:web") in {row["id"] for row in answer["reaches"]}
