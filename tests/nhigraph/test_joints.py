"""The commands across systems: a path from a role of AWS through a stored secret to control of the tenant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.graph.edges_aws.technique_case import A, here
from tests.nhigraph.running import Answer, Command
from tests.nhigraph.test_answers import validator
from tests.worlds.entra import ADMIN, TENANT, app_id, entra, node, oid, secret
from tests.worlds.statements import allow, trust

ROLE, STORED = A.role("worker"), A.secret("hr")
ACCOUNT = A.account
PASSWORD = f"entra:password:{oid('app:hr-provisioning')}:{secret('one')['keyId']}"
TAG = {"entra-app-id": app_id("hr-provisioning")}


def _company(
    folder: Path, *, tags: dict[str, str], read: bool = True, declared: dict[str, str] | None = None
) -> Command:
    rights = allow("secretsmanager:GetSecretValue" if read else "s3:ListAllMyBuckets")
    aws = here().secret("hr", tags=tags).role("worker", rights, trusts=trust(service="lambda.amazonaws.com"))
    if declared:
        aws.declared("secrets", {"secret": STORED, **declared})
    tenant = entra().app("hr-provisioning", secrets=[secret("one")])
    tenant.grants("hr-provisioning", "RoleManagement.ReadWrite.Directory")
    command = Command(folder / "ws")
    evidence = aws.build(folder / "evidence")
    built = command("build", tenant.build(evidence), "--as-of", "2026-06-01T00:00:00Z")
    assert built.code == 0, built.err
    return command


def _path(command: Command, *more: str) -> Answer:
    return command("path", ROLE, "admin:nordlicht.example", "--format", "json", *more)


@pytest.mark.needs_checkout
@pytest.mark.parametrize(
    ("tags", "declared", "state"),
    [
        (TAG, None, "verified"),
        ({}, {"identity": app_id("hr-provisioning"), "type": "client_secret"}, "verified"),
        ({"purpose": app_id("hr-provisioning")}, None, "unverified"),
    ],
)
def test_a_path_from_aws_to_control_of_the_tenant(
    tags: dict[str, str], declared: dict[str, str] | None, state: str, tmp_path: Path
) -> None:
    answer = _path(_company(tmp_path, tags=tags, declared=declared)).json
    validator("path").validate(answer)
    (path, *_) = answer["paths"]
    assert path["state"] == state
    steps = [(step["kind"], step["source"]) for step in path["steps"]]
    assert steps[:2] == [("CAN_ACCESS", ROLE), ("AUTHENTICATES_AS", STORED)]
    assert path["steps"][-1]["source"] == node("sp:hr-provisioning")
    assert path["steps"][-1]["target"] == ADMIN
    assert all(step["grants"] for step in path["steps"]), "each hop says what removes it"
    assert "secretsmanager:GetSecretValue" in path["steps"][1]["text"]


def test_the_terminal_marks_where_the_system_changes(tmp_path: Path) -> None:
    shown = _company(tmp_path, tags=TAG)("path", ROLE, "admin:nordlicht.example", "-k", "1").out
    assert f"Systems: AWS → Entra (AWS account {ACCOUNT}; Entra tenant Nordlicht)" in shown
    crossed = [line.strip() for line in shown.splitlines() if line.strip().startswith("crosses ")]
    assert crossed == [f"crosses AWS account {ACCOUNT} → Entra tenant Nordlicht: stored secret"]
    assert "to confirm:" not in shown


def test_within_one_system_nothing_is_marked(tmp_path: Path) -> None:
    shown = _company(tmp_path, tags=TAG)("path", ROLE, STORED).out
    assert "Way 1: 1 hop" in shown
    assert "Systems:" not in shown and "crosses" not in shown


def test_json_tells_the_system_of_each_step(tmp_path: Path) -> None:
    command = _company(tmp_path, tags={"purpose": app_id("hr-provisioning")})
    (path, *_) = _path(command).json["paths"]
    assert [system["id"] for system in path["systems"]] == [f"aws:{ACCOUNT}", f"entra:{TENANT}"]
    assert [system["vendor"] for system in path["systems"]] == ["AWS", "Entra"]
    assert [step["crossing"] for step in path["steps"]] == ["", "stored secret", "", ""]
    assert path["steps"][1]["source_system"] == f"aws:{ACCOUNT}"
    assert path["steps"][1]["target_system"] == f"entra:{TENANT}"
    assert [bool(step["confirm"]) for step in path["steps"]] == [False, True, False, False]
    assert "declared/secrets" in command("path", ROLE, "admin:nordlicht.example").out
    many = command("path", "--from", ROLE, "--to", "admin:nordlicht.example", "--format", "json").json
    assert many["ways"][0]["systems"] == path["systems"]


@pytest.mark.parametrize(
    ("tags", "read"), [({"created-by": app_id("hr-provisioning")}, True), (TAG, False)], ids=["other tag", "no reader"]
)
def test_the_twin_has_no_path(tags: dict[str, str], read: bool, tmp_path: Path) -> None:
    answer = _path(_company(tmp_path, tags=tags, read=read)).json
    assert answer["paths"] == []


def test_the_question_after_the_secret_ended(tmp_path: Path) -> None:
    command = _company(tmp_path, tags=TAG)
    for year, there in ((2026, True), (2027, False)):
        answer = _path(command, "--context", f"nhi:currenttime={year}-07-01T00:00:00Z").json
        assert bool(answer["paths"]) is there


def test_figures_are_told(tmp_path: Path) -> None:
    command = _company(tmp_path, tags=TAG)
    doctor = command("doctor")
    assert "ok   joint: stored secret to credential: 1 matched\n" in doctor.out
    (snapshot,) = (command.workspace / "snapshots").iterdir()
    joints = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))["facts"]["joints"]
    assert {row["joint"]: row["matched"] for row in joints}["stored secret to credential"] == 1


@pytest.mark.parametrize("declared", [True, False])
def test_what_if_takes_a_link_away(declared: bool, tmp_path: Path) -> None:
    row = {"identity": app_id("hr-provisioning")} if declared else None
    command = _company(tmp_path, tags={} if declared else TAG, declared=row)
    grant = f"declared:secret:{STORED}:{node('sp:hr-provisioning')}" if declared else PASSWORD
    kept = tmp_path / "kept"
    answer = command("what-if", "--remove", grant, "--who", ROLE, "--keep", kept, "--format", "json")
    assert answer.code == 0, answer.err
    after = Command(kept)("path", ROLE, "admin:nordlicht.example", "--format", "json")
    assert _path(command).json["paths"] != []
    assert after.json["paths"] == []
