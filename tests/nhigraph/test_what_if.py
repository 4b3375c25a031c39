"""nhi what-if and nhi diff: true on the sample company, and one clear line for what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import validator
from tests.worlds.aws import World
from tests.worlds.names import Names
from tests.worlds.statements import allow, deny

RUNNER = "arn:aws:iam::333344445555:role/ci/ci-runner"
RELEASE = "arn:aws:iam::222233334444:role/ci/release-manager"
STATEMENT = f"aws:statement:{RELEASE}:inline:release#0"
ADMIN = "aws:admin:222233334444"
A = Names("111111111111")


def _changes(folder: Path, *changes: Any) -> Path:
    file = folder / "changes.json"
    file.write_text(json.dumps({"changes": list(changes)}))
    return file


@pytest.mark.needs_checkout
def test_without_a_statement_the_way_ends(sample: Command, tmp_path: Path) -> None:
    asked = ["what-if", _changes(tmp_path, {"remove": STATEMENT}), "--who", RUNNER, "--keep", tmp_path / "kept"]
    data = sample(*asked, "--format", "json").json
    assert not [error.message for error in validator("what-if").iter_errors(data)]
    assert data["changes"] == [{"remove": STATEMENT}]
    assert [(row["source"], row["technique"], row["target"]) for row in data["lost"]] == [(RELEASE, "iam-009", ADMIN)]
    assert data["gained"] == data["stopped"] == data["opens"] == []
    runner = next(row for row in data["identities"] if row["id"] == RUNNER)
    assert (runner["control_before"], runner["control_after"]) == (1, 0)
    assert runner["jewels"][0] == {
        "id": ADMIN, "kind": "ScopeAdmin", "name": runner["jewels"][0]["name"], "before": "verified", "after": "void",
    }  # fmt: skip
    assert [row["scope"] for row in data["who"]["before"]["admin_of"]] == ["aws:account:222233334444"]
    assert data["who"]["after"]["admin_of"] == []
    kept = Command(tmp_path / "kept")
    assert kept("path", RUNNER, "admin:222233334444", "--format", "json").json["paths"] == []


def test_nothing_stays_behind(sample: Command) -> None:
    before = sorted(path.name for path in (sample.workspace / "snapshots").iterdir())
    assert sample("what-if", "--disable", RUNNER, "--format", "json").json["hypothetical"] is None
    assert sorted(path.name for path in (sample.workspace / "snapshots").iterdir()) == before


@pytest.mark.needs_checkout
def test_diff_tells_the_same_as_what_if(sample: Command, tmp_path: Path) -> None:
    found = sample("what-if", "--remove", STATEMENT, "--keep", tmp_path, "--format", "json").json
    (before,) = (sample.workspace / "snapshots").iterdir()
    (after,) = (tmp_path / "snapshots").iterdir()
    data = sample("diff", before, after, "--format", "json").json
    assert not [error.message for error in validator("diff").iter_errors(data)]
    assert data["identities"] == found["identities"]
    assert data["counts"]["edges"] == {"removed": 1, "added": 0, "changed": 0}
    assert [row["id"] for row in data["grants"]] == [STATEMENT]
    assert [(row["change"], row["technique"]) for row in data["edges"]] == [("removed", "iam-009")]
    assert data["before"]["snapshot"] == before.name
    assert data["looked_at"] == []
    back = sample("diff", after, before, "--no-reach", "--format", "json").json
    assert back["identities"] is back["reach"] is None
    assert [row["change"] for row in back["edges"]] == ["added"]
    same = sample("diff", before, "--format", "json").json
    assert all(count == 0 for part in same["counts"].values() for count in part.values())
    assert same["identities"] == []
    for form in ("table", "csv", "jsonl"):
        answer = sample("diff", before, after, "--format", form)
        assert answer.code == 0
        assert STATEMENT.rpartition(":")[2] in answer.out.replace("\n", "") or form == "table"


def test_a_guard_that_goes_is_told(built: Any) -> None:
    made = World().account("111111111111").policy("edge", deny("*")).user("ci", allow("*"), boundary="edge")
    nhi = built(made)
    answer = nhi("what-if", "--remove", f"aws:boundary:{A.user('ci')}", "--format", "json")
    assert "permissions boundary" in answer.err
    data = answer.json
    assert len(data["opens"]) == 1
    assert data["counts"]["gained_control"] == 1
    assert data["gained"]


def test_coverage_that_differs_is_told(sample: Command, tmp_path: Path, evidence: Path) -> None:
    less = tmp_path / "evidence"
    shutil.copytree(evidence, less)
    for path in less.rglob("s3.get_bucket_policy.jsonl"):
        path.unlink()
    other = Command(tmp_path / "workspace")
    other.build(less)
    (before,) = (sample.workspace / "snapshots").iterdir()
    answer = other("diff", before, "--no-reach", "--format", "json")
    assert {row["operation"] for row in answer.json["looked_at"]} == {"s3.get_bucket_policy"}
    assert "looked at in one and not in the other" in answer.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "must be a JSON object"),
        ("{", "line 1, column"),
        ('{"changes": []}', "at least one change"),
        ('{"changes": [{"remove": "x"}], "note": 1}', "key 'note' is not known"),
        ('{"changes": ["x"]}', "change 1: must be a JSON object"),
        ('{"changes": [{"remove": 7}]}', "change 1: remove: must be text"),
        ('{"changes": [{"drop": "x"}]}', "change 1: must have remove"),
        ('{"changes": [{}]}', "not nothing"),
        ('{"changes": [{"replace": "x", "with": []}]}', "change 1: with: must be one statement"),
        ('{"changes": [{"add": 1}]}', "change 1: add: must be a JSON object"),
        ('{"changes": [{"add": {"holder": "x"}}]}', "change 1: add: must have holder and statement"),
        ('{"changes": [{"add": {"holder": "relese", "attach": "x"}}]}', "change 1: add: holder: snapshot"),
        ('{"changes": [{"disable": "release"}]}', "change 1: disable: snapshot"),
        ('{"changes": [{"disable": "release-manager"}, {"remove": "aws:x"}]}', "change 2: there is no grant `aws:x`"),
        (f'{{"changes": [{{"remove": "{STATEMENT[:-1]}9"}}]}}', f"`{STATEMENT}`"),
        (
            '{"changes": [{"add": {"holder": "release-manager", "statement": {"Effect": "Allow"}}}]}',
            "Action is missing",
        ),
    ],
)
def test_what_is_wrong_is_one_line(sample: Command, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "changes.json").write_text(content)
    answer = sample("what-if", tmp_path / "changes.json")
    assert answer.code == 2
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert not answer.out


def test_asking_nothing_is_wrong_use(sample: Command, tmp_path: Path) -> None:
    assert sample("what-if").code == 2
    assert sample("what-if", tmp_path / "none.json").code == 2
    answer = sample("what-if", "--disable", RUNNER, "--keep", sample.workspace)
    assert answer.code == 2
    assert "holds real snapshots" in answer.err
    assert sample("diff", "20200101T000000Z-000000000000").code == 2
