"""The commands on imported tables and graphs: nothing was written for the system, and every question has an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.graph.edges_other.folders import ROLE, aws, edge, node, open_graph, own, write
from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import validator

AS_OF = ("--as-of", "2026-03-01T00:00:00Z")
TABLES = {
    "identities": (
        "id,kind,name,scope,owner,environment,active,created_at,last_used_at\n"
        "deployer,service_account,Deployer,prod,alice,production,true,2024-01-01,2026-02-20\n"
        "builder,service_account,Builder,,bob,,true,2024-01-01,never\n"
        "reader,service_account,Reader,,,,true,2024-01-01,2026-02-20\n"
        "admins,group,Administrators,,,,,,\n"
        "orders,resource,Orders,prod,,,,,\n"
    ),
    "credentials": "id,identity,kind,created_at,expires_at,last_used_at\n"
    "tok-1,deployer,token,2025-01-01,2027-01-01,2026-02-20\n",
    "grants": (
        "id,holder,target,kind,permission,impact,condition,state\n"
        "g1,admins,jenkins/ci,admin,Overall/Administer,,,\n"
        "g2,builder,admins,member,,,,\n"
        f"g3,deployer,{ROLE},assume,stored key,,,\n"
        "g4,reader,orders,access,read,H4,from the office,\n"
    ),
    "uses": "consumer,identity,credential,first_seen,last_seen,count\n"
    "job-a,,tok-1,,2026-02-20,5\njob-b,,tok-1,,,\njob-c,reader,,,,\n",
}
PEOPLE = "login,person,active\nalice,Alice,true\nbob,Bob,false\n"


def folder(root: Path) -> Path:
    """Write the tables beside an AWS account."""
    files = {f"other/jenkins/ci/{name}.csv": text for name, text in TABLES.items()}
    return write(aws(root), {**files, "declared/people.csv": PEOPLE})


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Command:
    root = tmp_path_factory.mktemp("imported")
    command = Command(root / "ws")
    built = command("build", folder(root / "evidence"), *AS_OF)
    assert built.code == 0, built.err
    return command


@pytest.mark.needs_checkout
def test_inventory_holds_both_sources(company: Command) -> None:
    answer = company("inventory", "--format", "json").json
    validator("inventory").validate(answer)
    rows = {row["id"]: row for row in answer["identities"]}
    assert set(rows) == {own("deployer"), own("builder"), own("reader"), ROLE}
    assert rows[own("deployer")]["credentials"] == ["tok-1"]
    assert (rows[own("builder")]["owner"], rows[own("builder")]["owner_active"]) == ("bob", False)
    assert rows[own("builder")]["last_used_at"] == "never"
    assert not [row for row in answer["coverage"] if row["source"] == "other"]


@pytest.mark.needs_checkout
def test_blast_radius_of_a_token_crosses_into_aws(company: Command) -> None:
    answer = company.radius("tok-1")
    validator("blast-radius").validate(answer)
    assert [(row["scope"], row["state"]) for row in answer["admin_of"]] == [("aws:account:111111111111", "verified")]


def test_condition_in_words_is_decided_by_the_asker(company: Command) -> None:
    assert company.state("reader", own("orders")) == "conditional"
    assert company.state("reader", own("orders"), "--context", "nhi:stated:from the office=true") == "verified"


def test_path_names_every_grant(company: Command) -> None:
    answer = company("path", "job-a", ROLE, "--format", "json").json
    steps = answer["paths"][0]["steps"]
    assert [step["kind"] for step in steps] == ["RUNS_AS", "AUTHENTICATES_AS", "CAN_ASSUME"]
    assert [grant for step in steps for grant in step["grants"]] == [
        "other:use:jenkins/ci:job-a:tok-1", "other:credential:jenkins/ci:tok-1", "other:grant:jenkins/ci:g3",
    ]  # fmt: skip


def test_what_has_no_way_stays_without_one(company: Command) -> None:
    assert company.state("reader", ROLE) == "no"
    assert company.radius("reader")["admin_of"] == []


@pytest.mark.needs_checkout
def test_token_that_two_jobs_use_is_a_pool(company: Command) -> None:
    answer = company("pools", "--format", "json").json
    validator("pools").validate(answer)
    found = {row["credential"]: row for row in answer["pools"]}
    assert found[own("tok-1")]["kind"] == "shared_key"
    assert {each["id"] for each in found[own("tok-1")]["consumers"]} == {own("job-a"), own("job-b")}
    assert own("reader") not in found  # one consumer


def test_privilege(company: Command) -> None:
    rows: list[dict[str, Any]] = company("privilege", "--format", "jsonl").lines
    verdicts = {(row["id"], row["question"]): row["verdict"] for row in rows}
    assert [verdicts[own(name), "orphaned"] for name in ("deployer", "builder", "reader")] == ["no", "yes", "yes"]
    assert [verdicts[own(name), "dormant"] for name in ("deployer", "builder", "reader")] == ["no", "yes", "no"]
    assert [verdicts[own(name), "standing"] for name in ("deployer", "builder", "reader")] == ["no", "yes", "unknown"]
    assert verdicts[own("builder"), "unused"] == "yes"
    assert [verdicts[own(name), "crossing"] for name in ("deployer", "builder")] == ["no", "unknown"]  # no environment


def test_findings_about_owners(company: Command) -> None:
    rows = [row for row in company("findings", "--format", "jsonl").lines if row["rule"] == "no-living-owner"]
    assert {row["subject"] for row in rows} >= {own("builder"), own("reader")}
    assert own("deployer") not in {row["subject"] for row in rows}


@pytest.mark.parametrize("grant", ["other:grant:jenkins/ci:g3", "other:credential:jenkins/ci:tok-1"])
def test_what_if_takes_a_stated_grant_away(company: Command, grant: str) -> None:
    answer = company("what-if", "--remove", grant, "--format", "json")
    assert answer.code == 0, answer.err
    assert own("deployer") in answer.out


def test_cut_is_checked_by_building_again(company: Command) -> None:
    answer = company("cut", "--from", own("builder"), "--to", "other:admin:other:jenkins/ci")
    assert answer.code == 0, answer.err
    assert "Checked: permissions evaluated again without these grants leave no such way." in answer.out


def test_tables_that_are_missing_or_partly_unusable_are_not_looked_at(tmp_path: Path) -> None:
    root = folder(tmp_path / "evidence")
    (root / "other/jenkins/ci/uses.csv").unlink()
    write(root, {"other/jenkins/ci/grants.csv": "id,holder,target\ng,ghost,orders\n"})
    command = Command(tmp_path / "ws")
    built = command("build", root, *AS_OF)
    assert "grants.csv: line 2: column 'holder': nothing in the evidence describes 'ghost'" in built.err
    coverage = command("inventory", "--format", "json").json["coverage"]
    assert {(row["operation"], row["presence"]) for row in coverage if row["source"] == "other"} == {
        ("uses", "absent"), ("grants", "partial"),
    }  # fmt: skip
    rows = command("privilege", "--question", "standing", "--format", "jsonl").lines
    assert {row["verdict"] for row in rows if row["id"] == own("deployer")} == {"unknown"}


# ---- OpenGraph


NODES = [
    node("U1", "GH_User", name="mallory"),
    node("R1", "GH_RepoRole", name="shop\\write"),
    node("REPO", "GH_Repository", name="acme/shop"),
    node("BOT", "GH_AppInstallation", name="bot"),
]
LINKS = [
    edge("GH_HasRole", "U1", "R1"),
    edge("GH_CanWriteBranch", "R1", "REPO"),
    edge("GH_CanAssumeIdentity", "REPO", ROLE),
    edge("GH_CanAccess", "BOT", "REPO"),
]


@pytest.fixture(scope="module")
def graphed(tmp_path_factory: pytest.TempPathFactory) -> Command:
    root = tmp_path_factory.mktemp("graphed")
    command = Command(root / "ws")
    write(root, {"graph.json": open_graph(NODES, LINKS)})
    built = command("build", root / "graph.json", aws(root / "evidence"))
    assert built.code == 0, built.err
    assert "1 edges are kept as facts and not as steps, since their kind is not known: GH_CanAccess (1)" in built.err
    return command


def test_graph_leads_into_collected_evidence(graphed: Command) -> None:
    radius = graphed.radius("mallory")
    assert [(row["scope"], row["state"]) for row in radius["admin_of"]] == [("aws:account:111111111111", "verified")]
    assert graphed.radius("bot")["admin_of"] == []


def test_graph_of_which_something_is_a_fact_was_not_looked_at_in_full(graphed: Command) -> None:
    coverage = graphed("inventory", "--format", "json").json["coverage"]
    (row,) = [row for row in coverage if row["source"] == "opengraph"]
    assert (row["scope"], row["operation"], row["presence"]) == ("GitHub", "graph", "partial")
    assert "GH_CanAccess (1)" in row["reason"]


def test_what_if_takes_a_step_of_the_graph_away(graphed: Command) -> None:
    answer = graphed("what-if", "--remove", "opengraph:edge:GitHub:GH_CanWriteBranch:R1>REPO", "--format", "json")
    assert answer.code == 0, answer.err
    assert "opengraph:GitHub:REPO" in answer.out


def test_no_rule_calls_what_a_graph_describes_clean(graphed: Command) -> None:
    rows = graphed("privilege", "--format", "jsonl").lines
    found = {row["question"]: row["verdict"] for row in rows if row["id"] == "opengraph:GitHub:BOT"}
    assert found == dict.fromkeys(("orphaned", "dormant", "standing", "unused", "crossing"), "unknown")
