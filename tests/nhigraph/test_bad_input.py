"""Bad input: one line that names file and place, the right exit code, a gap where it is one file of a folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.snapshot import open_snapshot
from tests.nhigraph.running import Answer, Command, start
from tests.worlds.aws import world
from tests.worlds.statements import allow

GAAD = "iam.get_account_authorization_details.json"
ACCOUNT = "111111111111"


def one_line(answer: Answer, *parts: str) -> None:
    assert answer.err.count("\n") == 1, answer.err
    assert answer.err.startswith("nhi: ")
    for part in parts:
        assert part in answer.err


def gaad(**changes: Any) -> dict[str, Any]:
    user = {"Path": "/", "UserName": "ci", "UserId": "AIDACIEXAMPLE12345AB", "Arn": f"arn:aws:iam::{ACCOUNT}:user/ci"}
    return {"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], **changes}


NAMED: dict[str, tuple[bytes, str]] = {
    "truncated": (b'{"UserDetailList": [', "line 1"),
    "list": (b"[1, 2]", "#/0"),
    "number": (b"7", "expected an object"),
    "wrong-types": (b'{"UserDetailList": 5, "RoleDetailList": {}}', "must be a list"),
    "unknown-answer": (b'{"something": 1}', "not recognised"),
    "empty-file": (b"", ""),
    "binary": (bytes(range(256)) * 8, "is not utf-"),
    "deep-list": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "deep-object": (b'{"UserDetailList":' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_named_file_that_is_wrong_exits_2(empty: Command, tmp_path: Path, name: str) -> None:
    body, place = NAMED[name]
    file = tmp_path / f"{name}.json"
    file.write_bytes(body)
    answer = empty("build", file)
    assert answer.code == 2
    assert not answer.out
    one_line(answer, str(file), place)


def test_a_missing_path_exits_2(empty: Command, tmp_path: Path) -> None:
    answer = empty("build", tmp_path / "nowhere")
    assert answer.code == 2
    one_line(answer, "nowhere")


@pytest.mark.parametrize("name", NAMED)
def test_one_wrong_file_of_a_folder_is_a_gap(empty: Command, tmp_path: Path, name: str) -> None:
    folder = world().account(ACCOUNT).user("ci", allow("s3:*")).build(tmp_path / "evidence")
    wrong = folder / "aws" / ACCOUNT / "iam.get_account_summary.json"
    wrong.write_bytes(NAMED[name][0])
    snapshot = empty.build(folder)
    gaps = open_snapshot(snapshot, empty.workspace).manifest.facts["gaps"]
    assert [gap for gap in gaps if "iam.get_account_summary" in str(gap)], gaps
    again = empty("build", folder)
    assert again.code == 0
    assert "iam.get_account_summary" in again.err
    found = empty("inventory", "--search", "user/ci", "--format", "json").json["identities"]
    assert [row["name"] for row in found] == ["ci"], "the rest is built"


def test_a_policy_that_does_not_parse_is_a_gap_with_its_place(empty: Command, tmp_path: Path) -> None:
    role = {
        "RoleName": "r",
        "RoleId": "AROAREXAMPLE12345678",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/r",
        "Path": "/",
        "AssumeRolePolicyDocument": {"Statement": "nonsense"},
    }
    file = tmp_path / "gaad.json"
    file.write_text(json.dumps(gaad(RoleDetailList=[role])))
    answer = empty("build", file)
    assert answer.code == 0
    assert "gaad.json#/RoleDetailList/0/AssumeRolePolicyDocument" in answer.err
    facts = open_snapshot(answer.out.strip(), empty.workspace).manifest.facts
    assert any("/RoleDetailList/0/AssumeRolePolicyDocument" in gap["reason"] for gap in facts["gaps"])
    explained = empty("explain", "user/ci", "sts:AssumeRole", str(role["Arn"]), "--format", "json")
    assert explained.code in (0, 2)


def test_wrong_rows_are_gaps_and_the_others_are_read(empty: Command, tmp_path: Path) -> None:
    file = tmp_path / "gaad.json"
    users = ["text", {"Arn": 5}, *gaad()["UserDetailList"]]
    file.write_text(json.dumps(gaad(UserDetailList=users)))
    answer = empty("build", file)
    assert answer.code == 0
    assert "gaad.json#/UserDetailList/0" in answer.err
    assert "gaad.json#/UserDetailList/1" in answer.err
    assert empty.radius("ci")["subject"].endswith(":user/ci")


def test_not_a_number_is_read_or_refused_but_never_printed(empty: Command, tmp_path: Path) -> None:
    file = tmp_path / "gaad.json"
    file.write_text(json.dumps(gaad(IsTruncated=float("nan"))))
    answer = empty("build", file)
    assert answer.code in (0, 2)
    if answer.code == 0:
        assert "NaN" not in empty("inventory", "--all", "--format", "json").out


def test_another_sources_folder_exits_4(empty: Command, tmp_path: Path) -> None:
    folder = tmp_path / "evidence" / "gcp" / "a-project"
    folder.mkdir(parents=True)
    (folder / "iam.roles.list.json").write_text("{}")
    answer = empty("build", tmp_path / "evidence")
    assert answer.code == 4
    one_line(answer, "gcp")


def test_a_folder_whose_only_file_is_wrong_exits_4(empty: Command, tmp_path: Path) -> None:
    folder = tmp_path / "evidence" / "aws" / ACCOUNT
    folder.mkdir(parents=True)
    (folder / GAAD).write_text('{"UserDetailList": [')
    answer = empty("build", tmp_path / "evidence")
    assert answer.code == 4
    one_line(answer, GAAD, "line 1")


def _refuse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Make a folder unreadable, also for a superuser, whom permissions do not stop."""
    listing = os.scandir

    def scandir(path: Any = ".") -> Any:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_folder_that_may_not_be_read_exits_4(empty: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    _refuse(monkeypatch, folder)
    answer = empty("build", folder)
    assert answer.code == 4
    one_line(answer, "Permission denied")


def test_a_part_that_may_not_be_read_is_a_gap(empty: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world().account(ACCOUNT).user("ci").account("222222222222").user("x").build(tmp_path / "evidence")
    _refuse(monkeypatch, folder / "aws" / "222222222222")
    answer = empty("build", folder)
    assert answer.code == 0
    assert "aws/222222222222: Permission denied" in answer.err


def test_an_unknown_subject_is_a_line(sample: Command) -> None:
    arn = "arn:aws:iam::222233334444:role/no-such-role"
    for question in (["blast-radius", arn], ["path", arn, "svc-tracking"], ["explain", arn, "s3:GetObject"]):
        answer = sample(*question)
        assert answer.code == 2
        one_line(answer, arn)


@pytest.mark.parametrize("who", [":root", "a:root", "x:assumed-role/y/z", "arn:", "oidc://", "", "AROA", "admin:", "*"])
def test_malformed_subjects_are_refused(sample: Command, who: str) -> None:
    answer = sample("blast-radius", who)
    assert answer.code == 2
    one_line(answer)


@pytest.fixture
def copied(sample: Command, tmp_path: Path) -> tuple[Command, Path]:
    """A copy of the sample's workspace, and its snapshot folder."""
    workspace = tmp_path / "copied"
    shutil.copytree(sample.workspace, workspace)
    (folder,) = (workspace / "snapshots").iterdir()
    return Command(workspace), folder


def test_a_newer_snapshot_is_refused(copied: tuple[Command, Path]) -> None:
    command, folder = copied
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema_version": "99.0"}))
    for question in (["findings"], ["inventory"], ["blast-radius", "--all"], ["leak", "AKIATHPRDSKWOABHLRME"]):
        answer = command(*question)
        assert answer.code == 2
        one_line(answer, "99.0", "manifest.json")
    assert command("doctor").code == 2


@pytest.mark.parametrize("file", ["nodes.parquet", "indices.npy", "manifest.json", "conditions.parquet"])
@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_damaged_snapshot_is_refused(copied: tuple[Command, Path], file: str, damage: str) -> None:
    command, folder = copied
    path = folder / file
    body = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(body[: len(body) // 2])
    elif damage == "changed":
        middle = len(body) // 2
        path.write_bytes(body[:middle] + bytes(255 - byte for byte in body[middle : middle + 8]) + body[middle + 8 :])
    answer = command("blast-radius", "svc-integration")
    assert answer.code == 2
    one_line(answer, file)
    assert command("doctor").code == 2


def test_a_snapshot_that_is_not_there(sample: Command, tmp_path: Path) -> None:
    for name in ("20200101T000000Z-000000000000", str(tmp_path)):
        answer = sample("findings", "--snapshot", name)
        assert answer.code == 2
        one_line(answer)


def test_a_snapshot_by_path(sample: Command, empty: Command) -> None:
    (folder,) = (sample.workspace / "snapshots").iterdir()
    by_path = empty("inventory", "--snapshot", folder, "--format", "json").json
    assert by_path == sample("inventory", "--format", "json").json


def test_the_later_build_of_the_same_evidence_is_the_newest(empty: Command, tmp_path: Path) -> None:
    folder = world().account(ACCOUNT).user("ci").build(tmp_path / "evidence")
    file = tmp_path / "declared"
    first = empty.build(folder)
    for number in range(3):
        file.mkdir(exist_ok=True)
        (file / "owners.csv").write_text(f"identity,owner,team,active\nci,person-{number}@example.com,t,true\n")
        later = empty.build(folder, file / "owners.csv")
        assert later != first
        assert empty("inventory", "--format", "json").json["snapshot"] == later


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[thresholds]\nold_key_dayz = 3\n", "thresholds.old_key_dayz"),
        ('[thresholds]\nold_key_days = "many"\n', "thresholds.old_key_days"),
        ("[thresholds]\nold_key_days = true\n", "thresholds.old_key_days"),
        ("[threshold]\n", "threshold"),
        ("thresholds = 4\n", "thresholds"),
        ('[rules]\ndisabled = ["no-such-rule"]\n', "no-such-rule"),
        ("[thresholds\n", "line 1"),
    ],
)
def test_a_wrong_settings_file_exits_2(sample: Command, tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "nhi.toml").write_text(text)
    for answer in (
        sample("findings", "--config", tmp_path / "nhi.toml"),
        sample("findings", at=tmp_path),
        sample("scan", "--evidence", tmp_path, at=tmp_path),
    ):
        assert answer.code == 2
        one_line(answer, "nhi.toml", place)


def test_a_settings_file_that_is_missing_or_binary(sample: Command, tmp_path: Path) -> None:
    answer = sample("findings", "--config", tmp_path / "no.toml")
    assert answer.code == 2
    one_line(answer, "no.toml")
    (tmp_path / "junk.toml").write_bytes(b"\xff\xfe\x00")
    assert sample("findings", "--config", tmp_path / "junk.toml").code == 2


def test_settings_count(sample: Command, tmp_path: Path) -> None:
    (tmp_path / "nhi.toml").write_text('[rules]\ndisabled = ["aws-old-key"]\n')
    data = sample("findings", "--format", "json", at=tmp_path).json
    assert data["disabled"] == ["aws-old-key"]
    assert "aws-old-key" not in {row["rule"] for row in data["findings"]}


def test_a_workspace_that_cannot_be_made(empty: Command, evidence: Path, tmp_path: Path) -> None:
    file = tmp_path / "a-file"
    file.write_text("")
    for workspace in (file, file / "below"):
        answer = empty("build", evidence, "--workspace", workspace)
        assert answer.code == 2
        one_line(answer, "a-file")


@pytest.mark.parametrize("command", ["blast-radius", "path", "explain"])
@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff\xfe", b'{"Statement": [{"Effect": "Perhaps"}]}', None, b"[" * 100_000]
)
def test_a_wrong_session_policy_exits_2(sample: Command, tmp_path: Path, command: str, body: bytes | None) -> None:
    file = tmp_path / "session.json"
    if body is not None:
        file.write_bytes(body)
    more = {"blast-radius": [], "path": ["svc-tracking"], "explain": ["s3:GetObject"]}[command]
    answer = sample(command, "ci-runner", *more, "--session-policy", file)
    assert answer.code == 2
    one_line(answer, "session.json")


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", None])
def test_wrong_claims_exit_2(sample: Command, tmp_path: Path, body: bytes | None) -> None:
    file = tmp_path / "claims.json"
    if body is not None:
        file.write_bytes(body)
    answer = sample("blast-radius", "oidc://token.actions.githubusercontent.com/x", "--claims", file)
    assert answer.code == 2
    assert "claims.json" in " ".join(answer.err.split()).replace("- ", "")


def test_names_that_no_terminal_can_show(empty: Command, tmp_path: Path) -> None:
    file = tmp_path / "gaad.json"
    users = [{**gaad()["UserDetailList"][0], "Tags": [{"Key": "owner", "Value": "\ud800 \x1b[31m[red]x[/]"}]}]
    file.write_text(json.dumps(gaad(UserDetailList=users)))
    built = start("build", file, "--workspace", "w", cwd=tmp_path)
    assert "Traceback" not in built.err
    if built.code == 0:
        for form in ("table", "json", "csv"):
            answer = start("inventory", "--format", form, "--workspace", "w", cwd=tmp_path)
            assert answer.code == 0, answer.err
            assert "\x1b[31m" not in answer.out or form == "csv"


def test_every_writer_of_a_folder_shape(built: Callable[..., Command]) -> None:
    command = built(world().account(ACCOUNT).user("ci", keys=1))
    assert command("inventory", "--all", "--format", "json").code == 0
