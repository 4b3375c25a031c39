"""Sessions of roles: their names, the clock, their policies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.nhigraph.people import MFA, NAMES, A, B, key_of, people
from tests.nhigraph.running import Command
from tests.worlds.aws import World, world
from tests.worlds.statements import allow, document, trust

Build = Callable[[World], Command]


@pytest.fixture
def estate(built: Build) -> Command:
    return built(people())


def test_a_trust_in_one_session_alone(built: Build) -> None:
    session = f"arn:aws:sts::{A}:assumed-role/runner/deploy-7"
    command = built(
        world().account(A).role("runner", allow("sts:AssumeRole"), trusts=trust(A)).role("end", trusts=trust(session))
    )
    end = NAMES.role("end")
    assert command.state("runner", end) == "conditional", "whoever begins the session names it"
    assert command.state(session, end) == "verified"
    assert command.state(f"arn:aws:sts::{A}:assumed-role/runner/other", end) == "no"


def test_conditions_on_the_clock(built: Build, tmp_path: Path) -> None:
    early = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    user, old = NAMES.user("u"), NAMES.role("old")
    command = built(world().account(A).user("u").role("old", trusts=trust(user, when=early)))
    assert command.state("u", old) == "no", "the evidence is of 2025 or later"
    explained = command("explain", "u", "sts:AssumeRole", old, "--format", "json").json
    assert explained["state"] == "void"

    timeless = {
        "UserDetailList": [{"UserName": "u", "UserId": "AIDAUEXAMPLE12345678", "Arn": user, "Path": "/"}],
        "RoleDetailList": [
            {
                "RoleName": "old",
                "RoleId": "AROAOEXAMPLE12345678",
                "Arn": old,
                "Path": "/",
                "AssumeRolePolicyDocument": document(trust(user, when=early)),
            }
        ],
        "GroupDetailList": [],
        "Policies": [],
    }
    file = tmp_path / "timeless.json"
    file.write_text(json.dumps(timeless))
    empty = Command(tmp_path / "another" / "workspace")
    empty.workspace.parent.mkdir()
    empty.build(file)
    data = empty.radius("u")
    assert (data["as_of"], data["as_of_known"], data["age"]) == (None, False, "unknown")
    assert empty.state("u", old) == "conditional", "what is not known stays open"
    assert "of an unknown time" in empty("blast-radius", "u").out
    assert empty("findings", "--format", "json").json["as_of"] is None


@pytest.fixture
def session_world(built: Build) -> Command:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    return built(
        world()
        .account(A)
        .role("worker", allow("iam:CreateAccessKey"), allow("s3:GetObject"), allow("sts:AssumeRole"), trusts=trust(B))
        .role("boss", attached=[admin], trusts=trust(B))
        .role("next", trusts=trust(A))
        .role("friend", trusts=trust(NAMES.role("worker")))
        .user("victim")
        .bucket("data")
    )


def policy(path: Path, *statements: object) -> Path:
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    return path


def test_a_session_policy_limits_what_leaves_the_role(session_world: Command, tmp_path: Path) -> None:
    def states(*statements: object) -> dict[str, str]:
        file = policy(tmp_path / "p.json", *statements)
        return {
            name: session_world.state("worker", target, "--session-policy", file)
            for name, target in (
                ("key", NAMES.user("victim")), ("data", NAMES.bucket("data")), ("role", NAMES.role("next")),
                ("friend", NAMES.role("friend")),
            )
        }  # fmt: skip

    everything = {"key": "verified", "data": "verified", "role": "verified", "friend": "verified"}
    assert states(allow("*")) == everything
    # `friend` trusts the role, not one of its sessions: what the session is allowed limits that as well.
    assert states(allow("s3:*")) == {**everything, "key": "no", "role": "no", "friend": "no"}
    some = states(allow("iam:*", on=NAMES.user("someone")), allow("sts:*"))
    assert some == {**everything, "key": "unverified", "data": "no"}
    assert states(allow("*", when=MFA))["key"] == "unverified"
    assert states(allow("*"), {**allow("iam:*"), "Effect": "Deny"})["key"] == "unverified"


def test_a_session_policy_and_full_control(session_world: Command, tmp_path: Path) -> None:
    def admin(*statements: object) -> list[str]:
        file = policy(tmp_path / "p.json", *statements)
        data = session_world.radius("boss", "--session-policy", file)
        assert "session policy p.json" in data["context"]["name"]
        assert any("session policy" in note for note in data["notes"])
        return [row["state"] for row in data["admin_of"]]

    assert admin(allow("*")) == ["verified"]
    assert admin(allow("s3:GetObject")) == []
    assert admin(allow("*", on="arn:aws:s3:::x")) == ["unverified"]


def test_explain_evaluates_a_session_policy_in_full(session_world: Command, tmp_path: Path) -> None:
    file = policy(tmp_path / "p.json", allow("s3:GetObject", on="arn:aws:s3:::data/public/*"))

    def decision(*question: str) -> str:
        answer = session_world("explain", "worker", *question, "--session-policy", file, "--format", "json").json
        return str(answer["decision"])

    assert decision("s3:GetObject", "arn:aws:s3:::data/public/x") == "allowed"
    assert decision("s3:GetObject", "arn:aws:s3:::data/private") == "not_allowed"
    assert decision("iam:CreateAccessKey", NAMES.user("victim")) == "not_allowed"


def test_only_roles_have_sessions_with_a_policy(estate: Command, tmp_path: Path) -> None:
    file = policy(tmp_path / "p.json", allow("*"))
    for who in ("plain", key_of("plain"), A):
        answer = estate("blast-radius", who, "--session-policy", file)
        assert answer.code == 2
        assert "session of a role" in answer.err
