"""The held-out set for joints: it is well formed, more than half silent, and imports nothing of the product."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.accuracy.entra.score import Line, read_lines
from benchmarks.accuracy.joints.case import Case, write_case
from benchmarks.accuracy.joints.cases import all_cases
from benchmarks.accuracy.joints.ours import Given, ask_us
from benchmarks.accuracy.joints.report import BEGIN, END, report

_SET = Path(__file__).parents[2] / "benchmarks" / "accuracy" / "joints"
_ANSWERS = {"yes", "no", "conditional", "unknown"}
_PAGES = (
    "docs/joints.md#",
    "docs/adr/",
    "docs/collectors/",
    "https://developer.hashicorp.com/",
    "https://docs.aws.amazon.com/",
    "https://docs.github.com/",
    "https://docs.gitlab.com/",
    "https://kubernetes.io/docs/",
    "https://learn.microsoft.com/",
    "https://spiffe.io/docs/",
)


def test_there_are_enough_estates_and_more_than_half_of_the_claims_are_silent() -> None:
    claims = [claim for one in all_cases() for claim in one.claims]
    assert len(all_cases()) >= 50
    assert len(claims) >= 130
    assert sum(not claim.positive for claim in claims) > len(claims) / 2
    assert max(Counter(one.name for one in all_cases()).values()) == 1


@pytest.mark.parametrize("one", all_cases(), ids=lambda one: one.name)
def test_each_case_names_things_that_are_there_and_a_page(one: Case, tmp_path: Path) -> None:
    assert one.source.startswith(_PAGES)
    assert one.why.endswith(".")
    assert max(Counter((claim.subject, claim.target) for claim in one.claims).values()) == 1
    write_case(tmp_path, one)
    evidence = "".join(file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.json*"))
    for claim in one.claims:
        assert set(claim.accepted) < _ANSWERS
        kind, _, name = claim.subject.partition(":")
        if kind == "state":
            assert name in one.states
        else:
            assert f'"{name.rpartition(":")[2].rpartition("/")[2]}"' in evidence
    for file in tmp_path.rglob("*.json"):
        json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.needs_checkout
@pytest.mark.parametrize("one", all_cases(), ids=lambda one: one.name)
def test_a_page_of_this_product_is_there(one: Case) -> None:
    if one.source.startswith("docs/"):
        page, _, place = one.source.partition("#")
        text = (_SET.parents[2] / page).read_text(encoding="utf-8")
        headings = [line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line.startswith("#")]
        assert not place or place in headings


@pytest.mark.needs_checkout
def test_the_set_imports_nothing_of_the_product() -> None:
    for file in _SET.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.split(".")[0] not in {"graph", "analytics", "collectors", "dashboard", "nhigraph"}, file


_SAMPLE = (
    "chain/GitHub to tenant",
    "gitlab to AWS/a protected branch",
    "person/another domain",
    "person/declared by login",
    "state/who may read the object in S3",
    "stored secret/tenant that was not collected",
)


@pytest.mark.parametrize("name", _SAMPLE)
def test_our_tool_answers_a_sample(name: str, tmp_path: Path) -> None:
    one = next(each for each in all_cases() if each.name == name)
    given = list(ask_us(one, tmp_path))
    assert len(given) == len(one.claims)
    assert not [each for each in given if not each.right]


def test_the_record_of_the_first_run_holds_every_claim() -> None:
    known = {(one.name, claim.subject, claim.target) for one in all_cases() for claim in one.claims}
    lines = list(read_lines(_SET / "first_joints.jsonl"))
    assert {(line.case, line.subject, line.target) for line in lines} == known
    assert len(lines) == len(known)


def test_the_report_says_what_differs() -> None:
    one = next(each for each in all_cases() if each.name == "state/dependency alone")
    given = [Given(one, claim, "no") for claim in one.claims]
    first = [Line(one.name, claim.subject, claim.target, claim.expect, "yes") for claim in one.claims]
    text = report([one], given, first, "Here.")
    assert "| first, held out | 3 | 1 | 0 | 2 | 1 | 0 | 0 | 0.000 | 0.000 |" in text
    assert "| now | 3 | 1 | 0 | 0 | 1 | 2 | 0 | – | 0.000 |" in text
    assert "- `state/dependency alone`, user:rita → entra:hr-provisioning: expected unknown, answered no." in text


@pytest.mark.needs_checkout
def test_the_document_is_about_this_set() -> None:
    text = (_SET.parents[2] / "docs" / "accuracy.md").read_text(encoding="utf-8")
    written = text[text.index(BEGIN) : text.index(END)]
    claims = [claim for one in all_cases() for claim in one.claims]
    holds = sum(claim.positive for claim in claims)
    told = (
        f"{len(all_cases())} small estates, {len(claims)} claims: {holds} that hold, {len(claims) - holds} that do not."
    )
    assert told in written
    for area, estates in Counter(one.area for one in all_cases()).items():
        asked = sum(len(one.claims) for one in all_cases() if one.area == area)
        assert f"| {area} | {estates} | {asked} |" in written
