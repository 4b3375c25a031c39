"""The corpus of Azure evaluation cases: its own soundness, the reference evaluator on it, and the product on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from graph.catalog.azure import azure_roles
from tests.cases.azure_loader import AzureCase, load_azure_cases
from tests.graph.azure_worlds import decide_row, keys_of
from tests.reference.azure_reference import decide

CASES = load_azure_cases()
PUBLISHED: Mapping[str, Mapping[str, Any]] = {
    role.name: {
        "actions": role.permissions[0].actions,
        "not_actions": role.permissions[0].not_actions,
        "data_actions": role.permissions[0].data_actions,
        "not_data_actions": role.permissions[0].not_data_actions,
        "condition": role.permissions[0].condition,
    }
    for role in azure_roles().values()
}
SPELLED = {"identity-operator-assigns"}
"""Where the vendor spells one action in two ways; the reference matches text alone."""


def test_the_corpus_is_large_enough_and_names_its_sources() -> None:
    assert len(CASES) >= 120
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert [case.name for case in CASES if len(case.rule) < 20] == []
    assert [case.name for case in CASES if not case.source.startswith("https://learn.microsoft.com/")] == []


@pytest.mark.parametrize("case", [case for case in CASES if case.want not in ("unverified",)], ids=str)
def test_the_reference_agrees(case: AzureCase) -> None:
    if case.name in SPELLED:
        return
    found = decide(case.row, PUBLISHED)
    assert found == {"conditional": "open"}.get(case.want, case.want), case.rule


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_product_agrees(case: AzureCase) -> None:
    decision = decide_row(case.row)
    assert decision.outcome.value == case.want, f"{case.rule} ({case.source}); {decision}"
    if case.want == "conditional":
        assert case.want_keys, "a conditional case names what is open"
        assert set(case.want_keys) <= keys_of(decision), decision
        if case.row.get("want_keys_exactly"):
            assert set(case.want_keys) == keys_of(decision)
    if case.want in ("allowed", "denied"):
        assert decision.deciding
    if case.want == "unverified":
        assert decision.notes
