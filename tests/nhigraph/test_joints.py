"""The commands across systems: a path from a role of AWS through a stored secret to control of the tenant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.graph.edges_aws.technique_case import A, here
from tests.nhigraph.running import Answer, Command
from tests.nhigraph.test_answers import validator
from tests.worlds.entra import ADMIN, app_id, entra, node, oid, secret
from tests.worlds.statements import allow, trust

ROLE, STORED = A.role("worker"), A.secret("hr")
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
