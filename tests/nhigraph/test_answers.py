"""Every answer in every form, JSON against its published schema."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.nhigraph.running import Command
from tests.repository import ROOT

pytestmark = pytest.mark.needs_checkout

SCHEMAS = ROOT / "docs" / "schemas"
HEAD = {"snapshot", "as_of", "as_of_known", "age", "coverage"}
SUMMARISER = "arn:aws:iam::444455556666:role/service/ai-summariser"
TWIN = "arn:aws:iam::222233334444:user/service/svc-reporting"
POLICY = "arn:aws:iam::222233334444:policy/service/svc-reporting-access"
SECRET = "arn:aws:secretsmanager:eu-central-1:444455556666:secret:data/customer-pseudonyms-dykxsn"
QUESTIONS: dict[str, tuple[list[str], str]] = {
    "inventory": (["inventory", "--all"], "identities"),
    "findings": (["findings"], "findings"),
    "blast-radius": (["blast-radius", SUMMARISER], ""),
    "blast-radius-all": (["blast-radius", "--all", "--limit", "3"], "identities"),
    "path": (["path", "arn:aws:iam::333344445555:role/ci/ci-runner", "admin:222233334444"], "paths"),
    "path-many": (["path", "--from", "arn:aws:iam::*:role/ci/*", "--to", "jewels", "--limit", "5"], "ways"),
    "cut": (["cut", "--alternatives", "2"], "grants"),
    "chains": (["chains", "--limit", "4"], "chains"),
    "explain": (["explain", TWIN, "iam:CreatePolicyVersion", POLICY], ""),
    "who-can": (["who-can", "secretsmanager:GetSecretValue", SECRET], "principals"),
    "jewels": (["jewels"], "jewels"),
    "score": (["score"], "scores"),
    "leak": (["leak", "AKIATHPRDSKWOABHLRME"], "credentials"),
    "what-if": (
        ["what-if", "--remove", "aws:statement:arn:aws:iam::222233334444:role/ci/release-manager:inline:release#0"],
        "identities",
    ),
    "pools": (["pools"], "pools"),
    "privilege": (["privilege"], "identities"),
}
"""Schema → question, and the key of its rows."""


@cache
def _registry() -> Registry[Any]:
    return Registry().with_resources(
        (path.name, Resource.from_contents(json.loads(path.read_text(encoding="utf-8"))))
        for path in sorted(SCHEMAS.glob("*.json"))
    )


def validator(name: str) -> Draft202012Validator:
    body = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(body, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name)
def test_the_schema_is_one(path: Path) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(body)
    assert body["title"]
    assert body["description"]
    if path.name != "common.schema.json":
        assert body["additionalProperties"] is False
        forms = [set(form["required"]) for form in body.get("oneOf", [body])]  # in some answers each vendor has its own
        assert sorted(key for form in forms for key in form) == sorted(body["properties"]), "every key always occurs"


@pytest.mark.parametrize("name", QUESTIONS)
def test_json_follows_its_schema(sample: Command, name: str) -> None:
    question, rows = QUESTIONS[name]
    data = sample(*question, "--format", "json").json
    assert not [error.message for error in validator(name).iter_errors(data)]
    assert data.keys() >= HEAD
    assert data["age"] != "unknown"
    assert data["coverage"], "the sample company was not looked at in every corner"
    if rows:
        assert data[rows], "the question must have an answer for this test to mean anything"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_snapshot_gives_the_same_bytes_again(sample: Command, name: str) -> None:
    question, _ = QUESTIONS[name]
    first, second = (sample(*question, "--format", "json").out for _ in range(2))
    ages = {json.loads(text)["age"] for text in (first, second)}
    for age in ages:
        first, second = first.replace(f'"age": "{age}"', ""), second.replace(f'"age": "{age}"', "")
    assert first == second


@pytest.mark.parametrize("name", [name for name in QUESTIONS if QUESTIONS[name][1]])
def test_json_lines_are_the_rows(sample: Command, name: str) -> None:
    question, rows = QUESTIONS[name]
    data = sample(*question, "--format", "json").json
    lines = sample(*question, "--format", "jsonl").lines
    added = {"snapshot", "as_of", "coverage_missing"}
    assert [{key: row[key] for key in row if key not in added} for row in lines] == data[rows]
    assert all(row["snapshot"] == data["snapshot"] and row["as_of"] == data["as_of"] for row in lines)


@pytest.mark.parametrize("name", QUESTIONS)
def test_csv_has_a_header_and_equally_long_rows(sample: Command, name: str) -> None:
    question, _ = QUESTIONS[name]
    rows = list(csv.reader(io.StringIO(sample(*question, "--format", "csv").out)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_table_tells_snapshot_and_coverage(sample: Command, name: str) -> None:
    question, _ = QUESTIONS[name]
    answer = sample(*question)
    assert answer.code == 0
    assert "Not looked at: " in answer.out + answer.err
    assert "㊙" not in answer.out, "an ARN is text, not markup"


def test_single_answers_as_json_lines(sample: Command) -> None:
    for name in ("blast-radius", "explain"):
        question, _ = QUESTIONS[name]
        (row,) = sample(*question, "--format", "jsonl").lines
        data = sample(*question, "--format", "json").json
        assert row == {key: data[key] for key in data if key not in HEAD - {"snapshot", "as_of"}}


def test_the_permissions_are_a_policy_and_a_list(sample: Command) -> None:
    policy = sample("permissions", "aws").json
    assert not list(validator("permissions").iter_errors(policy))
    listed = sample("permissions", "aws", "--list").out.split()
    assert listed == sorted(listed)
    granted = {action for row in policy["Statement"] for action in row["Action"]}
    assert set(listed) - granted == {"sts:GetCallerIdentity"}, "which nobody needs to be allowed"
    without = sample("permissions", "aws", "--list", "--without", "kms").out
    assert "iam:" in without
    assert "kms:" not in without
    more = sample("permissions", "aws", "--list", "--last-accessed").out.split()
    assert {"iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails"} <= set(more) - set(listed)
    wider = sample("permissions", "aws", "--last-accessed").json
    assert set(more) - {action for row in wider["Statement"] for action in row["Action"]} == {"sts:GetCallerIdentity"}


def test_limits_cut_rows_and_say_so(sample: Command) -> None:
    assert sample("inventory", "--limit", "2", "--format", "json").json["truncated"] is True
    assert len(sample("findings", "--limit", "2", "--format", "json").json["findings"]) == 2
    whole = sample.radius(SUMMARISER)
    cut = sample.radius(SUMMARISER, "--limit", "2")
    assert cut["truncated"] is True
    assert cut["reaches"] == whole["reaches"][:2]
    assert cut["counts"] == whole["counts"]


def test_filters(sample: Command) -> None:
    roles = sample("inventory", "--kind", "AwsRole", "--format", "json").json["identities"]
    assert {row["kind"] for row in roles} == {"AwsRole"}
    found = sample("inventory", "--search", "svc-tracking", "--format", "json").json["identities"]
    assert [row["name"] for row in found] == ["svc-tracking"]
    whole = sample.radius(SUMMARISER)
    secrets = sample.radius(SUMMARISER, "--impact", "H4", "--state", "verified", "--kind", "AwsSecret")
    assert secrets["reaches"] == [
        row for row in whole["reaches"] if (row["impact"], row["state"], row["kind"]) == ("H4", "verified", "AwsSecret")
    ]
    assert secrets["reaches"] and secrets["matched"] == len(secrets["reaches"])
    assert (secrets["counts"], secrets["admin_of"]) == (whole["counts"], []), "counts are of everything"
    in_aws, in_tenant = (sample.radius(SUMMARISER, "--system", name)["reaches"] for name in ("aws", "entra"))
    assert in_aws == [row for row in whole["reaches"] if row["kind"].startswith("Aws")]
    assert in_tenant == [row for row in whole["reaches"] if row["kind"].startswith("Entra")] != []
    assert sample.radius(SUMMARISER, "--system", "github")["matched"] == 0
    assert sample.radius(SUMMARISER, "--impact", "H1")["admin_of"] == whole["admin_of"]
    high = sample("findings", "--severity", "high", "--format", "json").json["findings"]
    assert {row["severity"] for row in high} <= {"critical", "high"}
    ruled = sample("findings", "--rule", "aws-old-key", "--format", "json").json["findings"]
    assert {row["rule"] for row in ruled} == {"aws-old-key"}


def test_the_witness_attains_the_state_that_is_stated(sample: Command) -> None:
    order = ["unverified", "conditional", "verified"]
    for row in sample("blast-radius", "--all", "--format", "jsonl").lines:
        for admin in row["admin_of"]:
            weakest = min((order.index(step["state"]) for step in admin["steps"]), default=2)
            assert not admin["steps"] or order[weakest] == admin["state"]
            ends = [step["source"] for step in admin["steps"][1:]]
            assert ends == [step["target"] for step in admin["steps"][:-1]]
            assert not admin["steps"] or admin["steps"][0]["source"] == row["subject"]


def test_the_demo_tells_all_its_parts(empty: Command) -> None:
    answer = empty("demo")
    assert answer.code == 0, answer.err
    for part in ("Worst findings", "One blast radius", "Full control of", "Try next"):
        assert part in answer.out
    snapshot = answer.out.splitlines()[-1]
    assert (empty.workspace / "snapshots" / snapshot).is_dir()
    shown = [line.split() for line in answer.out.splitlines() if line.startswith("  nhi ")]
    for line in shown:
        if line[1] != "dashboard":
            assert empty(*(word.strip("'") for word in line[1:])).code == 0, line


def test_doctor(sample: Command, empty: Command) -> None:
    answer = sample("doctor")
    assert answer.code == 0
    assert "is whole" in answer.out
    assert "not looked at" in answer.out
    assert empty("doctor").code == 0
    assert not empty.workspace.exists(), "doctor only looks"


def test_a_way_that_goes_on_from_one_told_before_refers_to_it(sample: Command) -> None:
    told = sample("blast-radius", SUMMARISER).out
    tenant = "full control of Nordlicht Versand (entra:tenant:14f2efe1-1b69-5948-b03e-e6ae11889722)"
    assert f"  1. to 4. as above, to {tenant}\n  5. full control of tenant Nordlicht Versand can give itself" in told
    assert told.count("release-bot can give itself full control of tenant") == 1
    assert told.count("can run code in function:platform-maintenance") == 1


def test_one_consumer_that_stands_for_several_is_told_so(sample: Command) -> None:
    told = sample("blast-radius", "gha-azure-tools").out
    assert "is used by 1 or more consumers: oidc://token.actions.githubusercontent.com/repo:nordlicht/*" in told
