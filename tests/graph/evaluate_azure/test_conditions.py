"""Conditions of assignments: how they are read, and what is left of them where something is unknown."""

from __future__ import annotations

import pytest

from graph.decision import Truth
from graph.evaluate.azure.condition_parse import ConditionError, parse_condition
from graph.evaluate.azure.conditions import Asked, evaluate_condition, negated

NAME = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]"
KEY = "resource:microsoft.storage/storageaccounts/blobservices/containers:name"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(",
        f"{NAME} StringEquals",
        f"{NAME} StringEquals 'a' AND",
        f"{NAME} StringEquals 'a' {NAME} StringEquals 'b'",
        f"{NAME} StringEquals 'a' AND {NAME} StringEquals 'b' OR {NAME} StringEquals 'c'",
        f"{NAME} ForSomeValues:StringEquals 'a'",
        "ActionMatches{'a', 'b'}",
        "Exists 'a'",
        f"{NAME} StringEquals {{'a'",
        "@Somewhere[x] StringEquals 'a'",
        "(" * 100 + f"{NAME} StringEquals 'a'" + ")" * 100,
    ],
)
def test_what_is_not_a_condition(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A AND B", "A && B"),
        ("A OR B", "A || B"),
        ("NOT A", "!A"),
        ("NOT (A AND B)", "!(A&&B)"),
        ("A and B", "A AND B"),
        ("A\n AND\n B", "A AND B"),
    ],
)
def test_two_ways_to_write_the_same(one: str, other: str) -> None:
    def written(text: str) -> str:
        return text.replace("A", f"{NAME} StringEquals 'a'", 1).replace("B", f"{NAME} StringEquals 'b'")

    assert parse_condition(written(one)) == parse_condition(written(other))


def test_a_quote_in_a_text() -> None:
    asked = Asked("x", {KEY: ("it's",)})
    assert evaluate_condition(rf"{NAME} StringEquals 'it\'s'", asked).truth is Truth.TRUE


def test_not_of_what_is_open_turns_every_test() -> None:
    verdict = evaluate_condition(f"NOT ({NAME} StringEquals 'a' OR {NAME} StringEquals 'b')", Asked("x"))
    assert {(atom.values, atom.negated) for clause in verdict.left for atom in clause} == {
        (("a",), True),
        (("b",), True),
    }
    assert all(len(clause) == 1 for clause in verdict.left)


def test_the_contrary_of_a_verdict() -> None:
    verdict = evaluate_condition(f"{NAME} StringEquals 'a' AND {NAME} StringEquals 'b'", Asked("x"))
    contrary = negated(verdict)
    assert len(contrary.left) == 1 and all(atom.negated for atom in contrary.left[0])
    assert negated(evaluate_condition("", Asked("x"))).truth is Truth.FALSE


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME} StringEquals @Principal[Microsoft.Directory/CustomSecurityAttributes/Id:a_b]",
        f"{NAME} ForAnyOfAllValues:StringEquals {{'a', 'b'}}",
        f"{NAME} ForAnyOfAnyValues:StringNotEquals {{'a', 'b'}}",
        f"{NAME} TimeOfDayEquals '09:00'",
    ],
)
def test_what_stays_not_understood(text: str) -> None:
    verdict = evaluate_condition(text, Asked("x"))
    assert verdict.truth is Truth.UNKNOWN
    assert {atom.operator for clause in verdict.left for atom in clause} == {"?"}


def test_unlike_all_of_several_is_one_test() -> None:
    verdict = evaluate_condition(f"{NAME} ForAnyOfAllValues:StringNotEquals {{'a', 'b'}}", Asked("x"))
    assert [(atom.operator, atom.values, atom.negated) for clause in verdict.left for atom in clause] == [
        ("StringEquals", ("a", "b"), True)
    ]


def test_what_is_missing_satisfies_no_positive_test() -> None:
    asked = Asked("x", {KEY: ()})
    assert evaluate_condition(f"{NAME} StringEquals 'a'", asked).truth is Truth.FALSE
    assert evaluate_condition(f"NOT {NAME} StringEquals 'a'", asked).truth is Truth.TRUE
    assert evaluate_condition(f"{NAME} StringNotEquals 'a'", asked).truth is Truth.UNKNOWN


def test_times_compare_as_times() -> None:
    text = "@Request[x:versionId] DateTimeLessThan '2026-01-01T00:00:00.0Z'"
    for value, truth in (("2025-12-31T23:59:59.9999999Z", Truth.TRUE), ("2026-01-01T00:00:00Z", Truth.FALSE)):
        assert evaluate_condition(text, Asked("x", {"request:x:versionid": (value,)})).truth is truth
