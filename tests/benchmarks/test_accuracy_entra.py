"""The held-out set for Entra ID and Azure: it is well formed, balanced, and imports nothing of the product."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.accuracy.entra.case import Case, write_case
from benchmarks.accuracy.entra.cases import all_cases

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
        if file.name == "ours.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.split(".")[0] not in {"graph", "analytics", "collectors", "dashboard", "nhigraph"}, file
