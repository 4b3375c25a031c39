"""leak: whose a credential is; the secret part goes nowhere. Key-like texts are put together here, none is stored."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analytics.leaks.aws import account_of_key_id
from analytics.leaks.aws_context import caller_hints
from tests.nhigraph.running import Command, start
from tests.worlds.aws import World, unique_id, world
from tests.worlds.names import Names
from tests.worlds.statements import allow, trust

Build = Callable[[World], Command]
A = "111111111111"
NAMES = Names(A)
SECRET = "wJalr" + "XUtnFEMI" + "K7MDENGbPxRfiCY" + "SENTINEL9"
"""No live secret: put together from parts, so that no scanner takes it for one."""


def key_id(account: str, prefix: str = "ASIA", tail: int = 0) -> str:
    """Return a made-up key id that encodes an account."""
    head = (1 << 47) | (int(account) << 7) | (tail & 0x7F)
    return prefix + base64.b32encode(head.to_bytes(6, "big") + bytes(4)).decode()


def rows(command: Command, *arguments: str | Path, text: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = command("leak", *arguments, "--format", "json", text=text).json["credentials"]
    return found


@pytest.fixture
def estate(built: Build) -> Command:
    return built(
        world()
        .account(A)
        .user("ci", allow("sts:AssumeRole"), keys=2)
        .user("human", mfa=True)
        .role("runner", allow("s3:GetObject"), trusts=trust(A), path="/ci/")
        .role("other", trusts=trust(A))
        .bucket("data")
    )


@pytest.mark.parametrize(
    ("value", "account"),
    [
        ("ASIA" + "Y34FZKBOKMUTVV7A", "609629065308"),
        ("ASIA" + "QNZGKIQY56JQ7WML", "029608264753"),
        ("AKIA" + "RZPUZDIKGB2VALC4", "123456789012"),
        ("ASIA" + "QAAAAAAAGMKEM7X5", "000000000000"),
        ("AKIA" + "SP2TPHJSQH3FJRUX", "171436882533"),
        ("AKIA" + "IOSFODNN7EXAMPLE", None),
    ],
)
def test_accounts_of_key_ids(sample: Command, value: str, account: str | None) -> None:
    assert account_of_key_id(value) == account
    (row,) = rows(sample, value)
    assert row["account"] == account
    assert row["account_source"] == ("key id" if account else "")
    assert row["identity"] is None
    assert row["blast_radius"] is None
    assert row["note"]
    if account == "171436882533":
        assert "canary" in row["note"]
        assert "do not test" in row["note"]


@pytest.mark.parametrize(
    "value",
    [
        "AKIA" + "RZPUZDIKGB2VALC",
        "AKIA" + "RZPUZDIKGB2VALC45",
        "AKIA" + "0ZPUZDIKGB2VALC4",
        "akia" + "rzpuzdikgb2valc4",
    ],
)
def test_what_is_no_key_id(sample: Command, value: str) -> None:
    assert account_of_key_id(value) is None
    assert sample("leak", value).code == 2


def test_an_unknown_account(sample: Command) -> None:
    (row,) = rows(sample, "AKIA" + "RZPUZDIKGB2VALC4")
    assert row["candidates"] == []
    assert "123456789012 is not in the inventory" in row["note"]


def test_a_key_of_the_inventory(estate: Command) -> None:
    value = "AKIA" + unique_id("AIDA", NAMES.user("ci"))[4:19] + "A"
    (row,) = rows(estate, value)
    assert row["identity"] == NAMES.user("ci")
    assert row["credential"] == f"aws:key:{value}"
    assert (row["matched_by"], row["active"], row["account_source"]) == ("exact id", True, "inventory")
    assert row["blast_radius"]["subject"] == f"aws:key:{value}"
    assert NAMES.role("other") in {found["id"] for found in row["blast_radius"]["reaches"]}


def test_unique_ids(estate: Command) -> None:
    user, role = unique_id("AIDA", NAMES.user("ci")), unique_id("AROA", NAMES.role("ci/runner"))
    found = rows(estate, f"{user} {role} AROA{'X' * 17}")
    assert [row["identity"] for row in found] == [NAMES.user("ci"), NAMES.role("ci/runner"), None]
    assert "deleted" in found[2]["note"]


def test_an_inactive_key_says_so(sample: Command, evidence: Path) -> None:
    inactive = next(
        row
        for row in sample("inventory", "--kind", "AwsUser", "--format", "json").json["identities"]
        if row["name"] == "svc-route-planner"
    )
    keys = {
        entry["AccessKeyId"]
        for line in (evidence / "aws" / "222233334444" / "iam.list_access_keys.jsonl").read_text().splitlines()
        for entry in json.loads(line)["response"]["AccessKeyMetadata"]
        if entry["UserName"] == "svc-route-planner" and entry["Status"] == "Inactive"
    }
    (value,) = keys
    assert value not in inactive["credentials"]
    (row,) = rows(sample, value)
    assert row["active"] is False
    assert "cannot be used now" in row["note"]
    assert row["blast_radius"]["counts"]["total"] == 0
    assert "inactive" in sample("leak", value).out


def report_only(tmp_path: Path) -> World:
    return world().account(A).user("ci", keys=1).user("none").without("iam.list_access_keys")


def test_a_key_that_only_the_report_shows_has_candidates(built: Build, tmp_path: Path) -> None:
    command = built(report_only(tmp_path))
    (row,) = rows(command, key_id(A, "AKIA"))
    assert row["identity"] is None
    assert row["matched_by"] == "account"
    assert row["candidates"] == [NAMES.user("ci")]
    assert row["blast_radius"] is None
    (old,) = rows(command, "AKIA" + "IOSFODNN7EXAMPLE")
    assert old["candidates"] == [NAMES.user("ci")], "the id tells no account, so any key without id may be it"


def test_a_key_that_the_inventory_would_show(estate: Command) -> None:
    (row,) = rows(estate, key_id(A, "AKIA"))
    assert row["candidates"] == []
    assert "newer than the snapshot, or deleted" in row["note"]


def test_a_temporary_key_alone_has_candidates(estate: Command) -> None:
    (row,) = rows(estate, key_id(A))
    assert row["kind"].startswith("temporary")
    assert set(row["candidates"]) >= {NAMES.role("ci/runner"), NAMES.role("other"), NAMES.user("ci")}
    assert "session ARN" in row["note"]


def user_identity(role: str = "runner", key: str = "") -> dict[str, Any]:
    arn = NAMES.role("ci/runner") if role == "runner" else NAMES.role(role)
    return {
        "type": "AssumedRole",
        "principalId": f"{unique_id('AROA', arn)}:build-7",
        "arn": f"arn:aws:sts::{A}:assumed-role/{role}/build-7",
        "accountId": A,
        "accessKeyId": key or key_id(A),
        "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": unique_id("AROA", arn), "arn": arn}},
    }


def credentials(key: str) -> dict[str, str]:
    return {"AccessKeyId": key, "SecretAccessKey": SECRET, "SessionToken": SECRET * 3}


CALLERS: dict[str, Callable[[], str]] = {
    "user identity": lambda: json.dumps(user_identity()),
    "event": lambda: json.dumps({"eventName": "GetObject", "userIdentity": user_identity()}),
    "log line": lambda: f"2026-01-01 WARN {json.dumps({'userIdentity': user_identity()})} trailing",
    "principal id alone": lambda: json.dumps(
        {"accessKeyId": key_id(A), "principalId": f"{unique_id('AROA', NAMES.role('ci/runner'))}:x1"}
    ),
    "sts answer": lambda: json.dumps(
        {
            "Credentials": credentials(key_id(A)),
            "AssumedRoleUser": {
                "Arn": f"arn:aws:sts::{A}:assumed-role/runner/build-7",
                "AssumedRoleId": "AROAZ:build-7",
            },
        }
    ),
    "plain text": lambda: f"key {key_id(A)} of arn:aws:sts::{A}:assumed-role/runner/build-7",
}


@pytest.mark.parametrize("name", CALLERS)
def test_a_temporary_key_beside_its_caller(estate: Command, name: str) -> None:
    (row,) = rows(estate, text=CALLERS[name]())
    assert row["identity"] == NAMES.role("ci/runner")
    assert row["matched_by"] == "caller"
    assert row["candidates"] == []
    assert row["blast_radius"]["subject"] == NAMES.role("ci/runner")
    assert row["blast_radius"]["context"]["name"].startswith("session ")
    assert NAMES.bucket("data") in {found["id"] for found in row["blast_radius"]["reaches"]}


def test_each_of_several_events_has_its_own_caller(estate: Command) -> None:
    first, second = key_id(A, tail=1), key_id(A, tail=2)
    events = [{"userIdentity": user_identity("runner", first)}, {"userIdentity": user_identity("other", second)}]
    for text in (json.dumps({"Records": events}), "\n".join(json.dumps(event) for event in events)):
        assert {row["id"]: row["identity"] for row in rows(estate, text=text)} == {
            first: NAMES.role("ci/runner"),
            second: NAMES.role("other"),
        }


def test_the_key_that_was_issued_is_not_the_callers(estate: Command) -> None:
    caller = "AKIA" + unique_id("AIDA", NAMES.user("ci"))[4:19] + "A"
    event = {
        "userIdentity": {"type": "IAMUser", "arn": NAMES.user("ci"), "accessKeyId": caller},
        "responseElements": {
            "credentials": {"accessKeyId": key_id(A), "sessionToken": SECRET},
            "assumedRoleUser": {"arn": f"arn:aws:sts::{A}:assumed-role/runner/build-7"},
        },
    }
    found = {row["id"]: row["identity"] for row in rows(estate, text=json.dumps(event))}
    assert found == {caller: NAMES.user("ci"), key_id(A): NAMES.role("ci/runner")}


def test_callers_that_disagree_or_are_of_another_account_tell_nothing(estate: Command) -> None:
    arns = [f"arn:aws:sts::{A}:assumed-role/{role}/s1" for role in ("runner", "other")]
    (row,) = rows(estate, text=json.dumps({"key": key_id(A), "callers": arns}))
    assert row["identity"] is None
    foreign = json.dumps({**user_identity(), "accessKeyId": key_id("222222222222")})
    found = [row for row in rows(estate, text=foreign) if row["id"] == key_id("222222222222")]
    assert found[0]["identity"] is None
    assert "another account" in found[0]["note"]


def test_two_keys_in_plain_text_tell_nothing() -> None:
    text = f"{key_id(A, tail=1)} {key_id(A, tail=2)} arn:aws:sts::{A}:assumed-role/runner/x1"
    assert caller_hints(text) == {}


def test_a_bedrock_key_opens_bedrock_alone(sample: Command) -> None:
    body = b"BedrockAPIKey-k3fw-at-444455556666:" + SECRET.encode()
    token = "ABSK" + base64.b64encode(body).decode()
    answer = sample("leak", "--format", "json", text=f"export KEY={token}\n")
    (row,) = answer.json["credentials"]
    assert row["identity"] == "arn:aws:iam::444455556666:user/BedrockAPIKey-k3fw"
    assert row["account_source"] == "key text"
    assert row["blast_radius"] is None, "the paths of the user do not follow from this key"
    assert "Bedrock" in row["note"]
    assert SECRET not in answer.out


def test_from_argument_file_and_standard_input(sample: Command, tmp_path: Path) -> None:
    value = "AKIATHPRDSKWOABHLRME"
    file = tmp_path / "dump.env"
    file.write_bytes(b"\xff\x00" + f"AWS_ACCESS_KEY_ID={value}\n".encode())
    assert rows(sample, value) == rows(sample, "--file", file) == rows(sample, text=f"x={value}")
    assert sample("leak", "--file", tmp_path / "none").code == 2
    assert sample("leak", value, "--file", file).code == 2
    assert sample("leak", "--file", tmp_path).code == 2


def test_the_secret_goes_nowhere(sample: Command, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import shutil

    workspace = tmp_path / "workspace"
    shutil.copytree(sample.workspace, workspace)
    here = Command(workspace)
    value = "AKIATHPRDSKWOABHLRME"
    texts = [
        f"aws_access_key_id = {value}\naws_secret_access_key = {SECRET}\n",
        json.dumps({"Credentials": credentials(value)}),
        f"{{broken json {value} {SECRET}",
        f"nothing but {SECRET}",
    ]
    for text in texts:
        for form in ("table", "json", "csv"):
            for more in ([], ["--verbose"]):
                answer = here(*more, "leak", "--format", form, text=text)
                assert answer.code in (0, 2)
                assert SECRET not in answer.out + answer.err
    # Nothing passes by the streams that the command was given, and nothing is told when a process ends.
    assert SECRET not in "".join(capfd.readouterr())
    for text in texts:
        answer = start("--verbose", "leak", "--workspace", workspace, cwd=tmp_path, text=text)
        assert answer.code in (0, 2)
        assert SECRET not in answer.out + answer.err
    found = [path for path in workspace.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert not found
