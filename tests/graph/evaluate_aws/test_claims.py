"""Tests on claims of a token, as IAM's documentation of operators tells them."""

from __future__ import annotations

import pytest

from graph.decision import Atom
from graph.evaluate.claims import claim_of, holds, narrowed

ISSUER = "issuer.example"


def _atom(operator: str, *values: str, claim: str = "ref", negated: bool = False) -> Atom:
    return Atom(f"{ISSUER}:{claim}", operator, values, negated)


@pytest.mark.parametrize(
    ("operator", "values", "present", "absent"),
    [
        ("StringEquals", ("main",), True, False),
        ("StringEquals", ("dev",), False, False),
        ("StringEquals", ("Main",), False, False),
        ("StringEqualsIgnoreCase", ("Main",), True, False),
        ("StringNotEqualsIgnoreCase", ("Main",), False, True),
        ("StringLike", ("m*",), True, False),
        ("StringLike", ("M*",), False, False),
        ("StringNotLike", ("m*",), False, True),
        ("StringNotEquals", ("dev",), True, True),
        ("StringEqualsIfExists", ("dev",), False, True),
        ("ForAllValues:StringEquals", ("dev",), False, True),
        ("ForAnyValue:StringEquals", ("main",), True, False),
        ("ForAnyValue:StringNotEquals", ("dev",), True, False),
        ("Null", ("true",), False, True),
        ("Null", ("false",), True, False),
        ("NumericEquals", ("1",), None, False),
        ("StringEquals", ("${aws:username}",), None, False),
    ],
)
def test_an_operator(operator: str, values: tuple[str, ...], present: bool | None, absent: bool) -> None:
    atom = _atom(operator, *values)
    assert holds(atom, ISSUER, {"ref": "main"}) is present
    assert holds(atom, ISSUER, {"ref": ""}) is absent
    assert holds(atom, ISSUER, {}) is None
    denied = _atom(operator, *values, negated=True)
    assert holds(denied, ISSUER, {"ref": ""}) is not absent


def test_another_issuer_s_claim_is_not_this_one() -> None:
    atom = Atom("other.example:ref", "StringEquals", ("main",))
    assert claim_of(atom, ISSUER) == ""
    assert holds(atom, ISSUER, {"ref": "dev"}) is None


def test_what_is_left_of_conditions() -> None:
    main, actor = _atom("StringEquals", "main"), _atom("StringEquals", "bob", claim="actor")
    dev = _atom("StringEquals", "dev")
    known = {"ref": "main"}
    assert narrowed(((main,),), ISSUER, known) == ()
    assert narrowed(((dev,),), ISSUER, known) is None
    assert narrowed(((dev, main),), ISSUER, known) == ()
    assert narrowed(((actor, dev), (main,)), ISSUER, known) == ((actor,),)
    assert narrowed(((actor,), (dev,)), ISSUER, known) is None
