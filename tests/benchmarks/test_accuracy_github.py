"""The held-out set for GitHub: it is well formed, more than half silent, and imports nothing of the product."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks.accuracy.entra.score import Line, read_lines
from benchmarks.accuracy.github.answers import number
from benchmarks.accuracy.github.case import Case, write_case
from benchmarks.accuracy.github.cases import all_cases
from benchmarks.accuracy.github.organization import Organization
from benchmarks.accuracy.github.ours import Given, ask_us
from benchmarks.accuracy.github.peers import asked
from benchmarks.accuracy.github.report import report

_SET = Path(__file__).parents[2] / "benchmarks" / "accuracy" / "github"
_ANSWERS = {"yes", "no", "conditional", "unknown"}
_PAGES = (
    "https://docs.github.com/",
    "https://github.blog/",
    "https://securitylab.github.com/",
    "https://docs.aws.amazon.com/",
    "https://learn.microsoft.com/",
)


def test_there_are_enough_organizations_and_more_than_half_of_the_claims_are_silent() -> None:
    claims = [claim for one in all_cases() for claim in one.claims]
    assert len(all_cases()) >= 80
    assert len(claims) >= 250
    assert sum(not claim.positive for claim in claims) > len(claims) / 2


def _people(one: Case) -> set[str]:
    found: set[str] = {"anyone"}
    for organization in one.organizations:
        found |= organization.members.keys()
        found |= {login for repo in organization.repos.values() for login in repo["people"]}
    return found


@pytest.mark.parametrize("one", all_cases(), ids=lambda one: one.name)
def test_each_case_names_things_that_are_there_and_a_page(one: Case, tmp_path: Path) -> None:
    assert one.source.startswith(_PAGES)
    assert one.why.endswith(".")
    asked_ = Counter((claim.subject, claim.target) for claim in one.claims)
    assert max(asked_.values()) == 1
    write_case(tmp_path, one)
    evidence = "".join(file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.json*"))
    for claim in one.claims:
        assert set(claim.accepted) < _ANSWERS
        kind, _, name = claim.subject.rpartition(":")
        if kind:
            kinds = {"app": "installation", "classic": "classic", "key": "key", "token": "token"}
            assert str(number(kinds[kind], name)) in evidence
        else:
            assert name in _people(one)
        assert f'"{claim.target.rpartition(":")[2].rpartition("/")[2]}"' in evidence or claim.target in (
            "org",
            "tenant",
        )
    for file in tmp_path.rglob("*.yml"):
        assert yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
    for file in tmp_path.rglob("*.json"):
        json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.needs_checkout
def test_the_set_imports_nothing_of_the_product() -> None:
    for file in _SET.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.split(".")[0] not in {"graph", "analytics", "collectors", "dashboard", "nhigraph"}, file


_SAMPLE = ("people/five-roles", "forks/target-with-a-token", "entra/chain-to-the-tenant", "tokens/deploy-keys")


@pytest.mark.parametrize("name", _SAMPLE)
def test_our_tool_answers_a_sample(name: str, tmp_path: Path) -> None:
    one = next(each for each in all_cases() if each.name == name)
    given = list(ask_us(one, tmp_path))
    assert len(given) == len(one.claims)
    assert not [each for each in given if not each.right]


def test_what_nobody_asked_is_not_written() -> None:
    organization = Organization().repo("app").repo("web").branch("main", repo="web")
    whole = dict(organization.files())
    assert [one["request"]["repo"] for one in whole["repos.list-branches"]] == ["app", "web"]
    less = dict(organization.without("repos.list-branches", "web").without("orgs.get").files())
    assert [one["request"]["repo"] for one in less["repos.list-branches"]] == ["app"]
    assert "orgs.get" not in less


def test_the_list_of_a_team_holds_the_members_of_those_below() -> None:
    organization = Organization().member("ann", "bob").team("all", "ann").team("core", "bob", parent="all")
    lines = dict(organization.files())["teams.list-members-in-org"]
    listed = {one["request"]["team_slug"]: [each["login"] for each in one["response"]] for one in lines}
    assert listed == {"all": ["ann", "bob"], "core": ["bob"]}


def test_the_record_of_the_first_run_holds_every_claim() -> None:
    known = {(one.name, claim.subject, claim.target) for one in all_cases() for claim in one.claims}
    lines = list(read_lines(_SET / "first_github.jsonl"))
    assert {(line.case, line.subject, line.target) for line in lines} == known
    assert len(lines) == len(known)


def test_the_report_says_what_differs() -> None:
    one = next(each for each in all_cases() if each.name == "people/base-read")
    given = [Given(one, claim, "no") for claim in one.claims]
    first = [Line(one.name, claim.subject, claim.target, claim.expect, "yes") for claim in one.claims]
    text = report([one], given, first, first, "Here.")
    assert "| first, held out | 3 | 1 | 1 | 2 | 0 | 0 | 0 | 0.333 | 1.000 |" in text
    assert "| now | 3 | 1 | 0 | 0 | 1 | 2 | 0 | – | 0.000 |" in text
    assert "| zizmor | 3 | 1 | 1 | 2 | 0 | 0 | 0 | 0.333 | 1.000 |" in text
    assert "- `people/base-read`, olga → secret:app/DEPLOY: expected yes, answered no." in text


def test_zizmor_is_asked_about_workflow_files_alone() -> None:
    claims = [(one, claim) for one in all_cases() if (claim := asked(one)) is not None]
    assert len(claims) >= 40
    assert {claim.subject for _, claim in claims} == {"anyone"}
    assert all(one.organizations[0].workflows for one, _ in claims)
