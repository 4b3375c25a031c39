"""The held-out set for Entra ID and Azure: it is well formed, balanced, and imports nothing of the product."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.accuracy.entra.case import Case, write_case
from benchmarks.accuracy.entra.cases import all_cases
from benchmarks.accuracy.entra.ours import Given, ask_us
from benchmarks.accuracy.entra.peers import asked
from benchmarks.accuracy.entra.report import report
from benchmarks.accuracy.entra.score import Line, count, read_lines, write_lines

_SET = Path(__file__).parents[2] / "benchmarks" / "accuracy" / "entra"
_ANSWERS = {"yes", "no", "conditional", "unknown"}


def test_there_are_enough_tenants_of_both_providers() -> None:
    by_provider = Counter(one.provider for one in all_cases())
    assert by_provider["Entra"] >= 120
    assert by_provider["Azure"] >= 60


def test_half_of_the_claims_must_be_silent() -> None:
    claims = [claim for one in all_cases() for claim in one.claims]
    silent = sum(not claim.positive for claim in claims)
    assert 0.45 <= silent / len(claims) <= 0.6


@pytest.mark.parametrize("one", all_cases(), ids=lambda one: one.name)
def test_each_case_names_things_that_are_there_and_a_page(one: Case, tmp_path: Path) -> None:
    assert one.source.startswith("https://")
    assert one.why.endswith(".")
    for claim in one.claims:
        assert set(claim.accepted) < _ANSWERS
        for name in (claim.subject, claim.target):
            kind = name.split(":", 1)[0] if ":" in name or name == "admin" else ""
            if kind in ("sub", "mg", "vault"):
                assert one.scope is not None
                one.scope.path(f"at:{name[6:]}" if kind == "vault" else name)
            elif kind not in ("admin", "key", "oidc"):
                assert one.tenant.id(name)
    write_case(tmp_path, one)
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


_SAMPLE = ("lock/service-principal-owner", "azure-admin/not-actions", "azure-vault/access-policy", "credentials/secret")


@pytest.mark.parametrize("name", _SAMPLE)
def test_our_tool_answers_a_sample(name: str, tmp_path: Path) -> None:
    one = next(each for each in all_cases() if each.name == name)
    given = list(ask_us(one, tmp_path))
    assert len(given) == len(one.claims)
    assert not [each for each in given if each.verdict == "error"]


def test_answers_are_counted_as_they_stand() -> None:
    answers = {
        ("yes", "yes"): "found",
        ("yes", "conditional"): "missed",
        ("yes", "no"): "missed",
        ("yes", "unknown"): "unknown",
        ("conditional", "yes"): "false",
        ("conditional", "conditional"): "found",
        ("conditional", "no"): "missed",
        ("yes|conditional", "conditional"): "found",
        ("yes|conditional|unknown", "unknown"): "found",
        ("no", "no"): "quiet",
        ("no", "conditional"): "false",
        ("no", "yes"): "false",
        ("no", "error"): "unknown",
        ("no|conditional", "conditional"): "quiet",
        ("no|conditional", "yes"): "false",
        ("no|conditional|unknown", "unknown"): "quiet",
    }
    for (expect, given), kind in answers.items():
        counts = count([Line("case", "ann", "admin", expect, given)])
        assert getattr(counts, kind) == 1, (expect, given)
        assert counts.found + counts.quiet + counts.false + counts.missed + counts.unknown == 1


def test_shares() -> None:
    lines = [
        Line("case", "ann", "admin", *each) for each in (("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no"))
    ]
    counts = count(lines)
    assert counts.precision == counts.recall == 0.5
    assert count([]).precision is None
    assert count([]).recall is None


def test_records_of_first_runs_hold_every_claim_that_was_asked() -> None:
    known = {(one.name, claim.subject, claim.target) for one in all_cases() for claim in one.claims}
    lines = [
        line for name in ("first_entra", "first_azure", "first_second") for line in read_lines(_SET / f"{name}.jsonl")
    ]
    assert {(line.case, line.subject, line.target) for line in lines} == known
    assert len(lines) == len(known)


def test_the_report_says_what_differs(tmp_path: Path) -> None:
    one = next(each for each in all_cases() if each.name == "roles/global-administrator")
    given = [Given(one, claim, "no") for claim in one.claims]
    first = [Line(one.name, claim.subject, claim.target, claim.expect, "yes") for claim in one.claims]
    peer = [Line(one.name, claim.subject, claim.target, claim.expect, claim.expect) for claim in one.claims]
    text = report([one], given, first, peer, "Here.")
    assert "| Entra | first | first | 3 | 1 | 1 | 2 | 0 | 0 | 0 | 0.333 | 1.000 |" in text
    assert "| Entra | first | now | 3 | 1 | 0 | 0 | 1 | 2 | 0 | – | 0.000 |" in text
    assert "| azath | 3 | 1 | 1 | 0 | 0 | 2 | 0 | 1.000 | 1.000 |" in text
    assert "- `roles/global-administrator`, ann → admin: expected yes, answered no." in text
    write_lines(tmp_path / "record.jsonl", first)
    assert list(read_lines(tmp_path / "record.jsonl")) == first


def test_azath_is_asked_what_it_claims_to_answer() -> None:
    claims = [(one, claim) for one in all_cases() for claim in one.claims if asked(one, claim)]
    assert {claim.target.split(":", 1)[0] for _, claim in claims} == {"sub", "mg"}
    assert not [claim for _, claim in claims if claim.subject.startswith(("key:", "oidc:"))]
