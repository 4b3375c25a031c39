"""The corpus of AWS evaluation cases: its own soundness, the reference evaluator on it, and the product on it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.cases.loader import Case, load_cases
from tests.graph.aws_worlds import decide_case, residual_keys
from tests.reference.aws_completions import answers
from tests.reference.aws_reference import decide, possible
from tests.reference.aws_world import Unspecified, Unstated

CASES = load_cases()
LAYERS = {
    "identity", "group", "resource", "trust", "boundary", "scp", "rcp", "session", "cross-account", "kms", "combined",
}  # fmt: skip
FAMILIES = {
    "string", "stringlike", "numeric", "date", "bool", "binary", "ipaddress", "arn", "null", "ifexists",
    "forallvalues", "foranyvalue", "variables", "tags", "action-notaction", "resource-notresource",
    "principal-notprincipal", "oidc-saml", "externalid-confused-deputy",
    "organization-keys", "identity-keys", "iam-keys", "via-service", "network", "session-name", "deny-list",
    "explicit-deny", "implicit-deny", "grant-path", "exemption", "incomplete-evidence", "unknown-context",
}  # fmt: skip
SETTLED = ("allowed", "denied", "not_allowed")


def test_the_corpus_is_large_enough_everywhere() -> None:
    assert len(CASES) >= 700
    layers, families = Counter(case.layer for case in CASES), Counter(case.family for case in CASES)
    assert set(layers) == LAYERS
    assert set(families) == FAMILIES
    assert {name: n for name, n in (layers + families).items() if n < 10} == {}


def test_every_case_has_its_own_name_a_rule_and_a_vendor_page() -> None:
    assert [name for name, n in Counter(case.name for case in CASES).items() if n > 1] == []
    assert [case.name for case in CASES if len(case.rule) < 20 or "\n" in case.rule] == []
    vendors = ("https://docs.aws.amazon.com/", "https://aws.amazon.com/", "https://docs.github.com/")
    assert [case.name for case in CASES if not case.source.startswith(vendors)] == []


@pytest.mark.parametrize("case", [c for c in CASES if c.want in SETTLED and not c.missing], ids=str)
def test_the_reference_agrees(case: Case) -> None:
    try:
        found = possible(case.world)
    except Unstated:
        found = set(answers(case.world).values())
    if case.want == "not_allowed":  # a deny that may or may not hold beside a missing allow refuses either way
        found = {"not_allowed" if answer == "denied" else answer for answer in found} if len(found) > 1 else found
    assert found == {case.want}, case.rule


@pytest.mark.parametrize("case", [c for c in CASES if c.want == "conditional"], ids=str)
def test_a_conditional_case_can_go_either_way(case: Case) -> None:
    found = answers(case.world)
    assert "allowed" in found.values(), case.rule
    assert set(found.values()) & {"denied", "not_allowed"}, case.rule
    undecided = {key for completion in found for key, _ in completion}
    assert set(case.want_residual_keys) <= undecided
    assert case.want_residual_keys


@pytest.mark.parametrize("case", [c for c in CASES if c.want == "unverified"], ids=str)
def test_an_unverified_case_has_a_reason(case: Case) -> None:
    if not case.missing:
        with pytest.raises(Unspecified):
            decide(case.world)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_product_agrees(case: Case) -> None:
    decision = decide_case(case)
    assert decision.outcome.value == case.want, f"{case.rule} ({case.source}); {decision}"
    if case.want == "conditional":
        assert set(case.want_residual_keys) <= residual_keys(decision), decision
