"""Condition operators, absent and unknown keys, set operators, variables, atoms."""

from __future__ import annotations

from typing import Any

import pytest

from graph.decision import Atom, Truth
from graph.evaluate.aws.conditions import evaluate_conditions, negated_residual, test_atom
from graph.evaluate.aws.context import ABSENT, UNKNOWN, KeyFamily, Request, Resource, key_family, request_context
from graph.evaluate.aws.document import compile_policy
from tests.graph.evaluate_aws.builders import HOME, OBJECT, policy, role, session, statement, user

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def truth(
    operator: str, values: Any, given: tuple[str, ...] | None, key: str = "x:k", version: str = "2012-10-17"
) -> Truth:
    """Evaluate one test; ``None`` means that the key is absent."""
    body = policy(statement(Condition={operator: {key: values}}), version=version)
    stated = {} if given is None else {key: given}
    absent = frozenset({key}) if given is None else frozenset()
    context = request_context(
        Request(user(tags={"team": "red", "star": "*"}), "s3:GetObject", Resource(OBJECT), stated, absent)
    )
    return evaluate_conditions(compile_policy(body).statements[0].conditions, context).truth


@pytest.mark.parametrize(
    ("operator", "values", "given", "want"),
    [
        ("StringEquals", "a", ("a",), T),
        ("StringEquals", "a", ("A",), F),
        ("StringEquals", "a*", ("ab",), F),
        ("StringEquals", "a*", ("a*",), T),
        ("StringEquals", ["x", "a"], ("a",), T),
        ("StringNotEquals", ["x", "a"], ("a",), F),
        ("StringNotEquals", ["x", "y"], ("a",), T),
        ("StringEqualsIgnoreCase", "ABC", ("abc",), T),
        ("StringNotEqualsIgnoreCase", "ABC", ("abc",), F),
        ("StringLike", "a?c*", ("abcd",), T),
        ("StringNotLike", "a*", ("b",), T),
        ("NumericLessThanEquals", "10", ("10.0",), T),
        ("NumericGreaterThan", "9", ("10",), T),
        ("NumericEquals", "10", ("ten",), F),
        ("NumericNotEquals", "10", ("11",), T),
        ("DateLessThan", "2026-01-01T00:00:00Z", ("2025-12-31T23:59:59Z",), T),
        ("DateGreaterThan", "1700000000", ("2026-01-01",), T),
        ("DateEquals", "2026-01-01T00:00:00Z", ("1767225600",), T),
        ("Bool", "true", ("True",), T),
        ("Bool", "false", ("true",), F),
        ("BinaryEquals", "QUI=", ("AB",), T),
        ("BinaryEquals", "QUI=", ("BA",), F),
        ("IpAddress", "203.0.113.0/24", ("203.0.113.9",), T),
        ("IpAddress", "203.0.113.9", ("203.0.113.9",), T),
        ("NotIpAddress", "203.0.113.0/24", ("198.51.100.1",), T),
        ("IpAddress", "2001:DB8::/32", ("2001:db8::1",), T),
        ("IpAddress", "0.0.0.0/0", ("2001:db8::1",), F),
        ("ArnEquals", "arn:aws:sns:*:1:t*", ("arn:aws:sns:eu-west-1:1:topic",), T),
        ("ArnNotLike", "arn:aws:sns:*:1:t*", ("arn:aws:sns:eu-west-1:2:topic",), T),
        ("Null", "true", ("a",), F),
        ("Null", "false", ("a",), T),
    ],
)
def test_operators(operator: str, values: Any, given: tuple[str, ...], want: Truth) -> None:
    assert truth(operator, values, given) is want


@pytest.mark.parametrize(
    ("operator", "want"),
    [
        ("StringEquals", F), ("StringNotEquals", T), ("ArnNotLike", T), ("NotIpAddress", T), ("NumericLessThan", F),
        ("Bool", F), ("StringEqualsIfExists", T), ("BoolIfExists", T), ("ForAllValues:StringEquals", T),
        ("ForAllValues:StringNotEquals", T), ("ForAnyValue:StringEquals", F), ("ForAnyValue:StringNotEquals", F),
    ],
)  # fmt: skip
def test_absent_key(operator: str, want: Truth) -> None:
    assert truth(operator, "true", None) is want


def test_null_on_absent_key() -> None:
    assert truth("Null", "true", None) is T
    assert truth("Null", "false", None) is F


@pytest.mark.parametrize(
    ("operator", "given", "want"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), T),
        ("ForAllValues:StringEquals", ("a", "z"), F),
        ("ForAnyValue:StringEquals", ("z", "a"), T),
        ("ForAnyValue:StringEquals", ("z",), F),
        ("ForAllValues:StringNotEquals", ("y", "z"), T),
        ("ForAllValues:StringNotEquals", ("a", "z"), F),
        ("ForAnyValue:StringNotEquals", ("a", "z"), T),
        ("ForAnyValue:StringNotEquals", ("a", "b"), F),
        ("ForAllValues:StringEquals", ("",), T),
        ("ForAnyValue:StringEquals", ("",), F),
        ("StringEquals", ("a", "b"), T),
        ("StringEquals", ("a", "z"), U),
    ],
)
def test_several_request_values(operator: str, given: tuple[str, ...], want: Truth) -> None:
    assert truth(operator, ["a", "b"], given) is want


@pytest.mark.parametrize(
    ("operator", "value", "given", "want"),
    [
        ("StringEquals", "${aws:username}", ("alice",), T),
        ("StringLike", "home/${aws:username}/*", ("home/alice/x",), T),
        ("StringEquals", "${aws:PrincipalTag/TEAM}", ("red",), T),
        ("StringLike", "${aws:PrincipalTag/star}", ("anything",), F),
        ("StringLike", "${*}x", ("*x",), T),
        ("StringLike", "${*}x", ("yx",), F),
        ("StringEquals", "${aws:PrincipalTag/none, 'blue'}", ("blue",), T),
        ("StringEquals", "${aws:PrincipalTag/none}", ("blue",), F),
        ("StringNotEquals", "${aws:PrincipalTag/none}", ("blue",), U),
        ("StringEquals", "${aws:SourceVpc}", ("vpc-1",), U),
        ("StringLike", "a/${aws:SourceVpc}", ("b/vpc-1",), F),
    ],
)
def test_variables(operator: str, value: str, given: tuple[str, ...], want: Truth) -> None:
    assert truth(operator, value, given) is want


def test_old_documents_have_no_variables() -> None:
    assert truth("StringEquals", "${aws:username}", ("alice",), version="2008-10-17") is F
    assert truth("StringEquals", "${aws:username}", ("${aws:username}",), version="2008-10-17") is T


def test_unknown_keys_give_residual_atoms() -> None:
    block = {
        "StringEquals": {"aws:SourceVpc": "vpc-1", "aws:username": "alice"},
        "Bool": {"aws:SecureTransport": "true"},
    }
    tests = compile_policy(policy(statement(Condition=block))).statements[0].conditions
    outcome = evaluate_conditions(tests, request_context(Request(user(), "s3:GetObject", Resource(OBJECT))))
    assert outcome.truth is U
    transport, vpc = Atom("aws:securetransport", "Bool", ("true",)), Atom("aws:sourcevpc", "StringEquals", ("vpc-1",))
    assert outcome.residual == ((transport,), (vpc,))
    assert {atom.negated for atom in negated_residual(outcome.residual)} == {True}
    told = request_context(
        Request(
            user(), "s3:GetObject", Resource(OBJECT), {"aws:SourceVpc": ("vpc-2",), "aws:SecureTransport": ("true",)}
        )
    )
    assert [test_atom(clause[0], told) for clause in outcome.residual] == [T, F]
    assert [test_atom(atom, told) for atom in negated_residual(outcome.residual)] == [F, T]


def test_unknown_operator_stays_unknown_whatever_is_known() -> None:
    tests = compile_policy(policy(statement(Condition={"StringSounds": {"x:k": "a"}}))).statements[0].conditions
    context = request_context(Request(user(), "a:b", Resource("*"), {"x:k": ("a",)}))
    outcome = evaluate_conditions(tests, context)
    assert outcome.truth is U
    atom = outcome.residual[0][0]
    assert atom.operator == "?"
    assert test_atom(atom, context) is U


def test_context_of_a_role_and_its_session() -> None:
    loose = request_context(Request(role(tags=None), "s3:GetObject", Resource(OBJECT, HOME, {"Team": "a"})))
    assert loose.lookup("AWS:PrincipalArn") == (f"arn:aws:iam::{HOME}:role/worker",)
    assert loose.lookup("aws:username") is ABSENT
    assert loose.lookup("aws:userid") is UNKNOWN
    assert loose.lookup("aws:PrincipalTag/x") is UNKNOWN
    assert loose.lookup("aws:ResourceTag/team") == ("a",)
    assert loose.lookup("iam:ResourceTag/none") is ABSENT
    assert loose.lookup("aws:SourceArn") is ABSENT
    assert loose.lookup("aws:PrincipalOrgID") is UNKNOWN
    held = request_context(Request(session(organization_id=""), "s3:GetObject", Resource(OBJECT)))
    assert held.lookup("aws:userid") == ("AROAWORKER:s1",)
    assert held.lookup("aws:PrincipalOrgID") is ABSENT
    assert held.lookup("aws:PrincipalType") == ("AssumedRole",)


@pytest.mark.parametrize(
    ("operator", "value", "want"),
    [
        ("StringLike", "AROAWORKER:*", T),
        ("StringNotLike", ["AROAWORKER:*", "111111111111"], F),
        ("StringLike", "AROAOTHER:*", F),
        ("StringNotLike", "AIDA*", T),
        ("StringEquals", "AROAWORKER:ci", U),
    ],
)
def test_the_user_id_of_a_role_is_known_up_to_its_session(operator: str, value: Any, want: Truth) -> None:
    tests = compile_policy(policy(statement(Condition={operator: {"aws:userid": value}}))).statements[0].conditions
    assert evaluate_conditions(tests, request_context(Request(role(), "s3:GetObject", Resource(OBJECT)))).truth is want


@pytest.mark.parametrize(
    ("block", "want"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, F),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, T),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, U),
        ({"Null": {"aws:TokenIssueTime": "false"}}, T),
    ],
)
def test_mfa_of_role_sessions(block: dict[str, Any], want: Truth) -> None:
    tests = compile_policy(policy(statement(Condition=block))).statements[0].conditions
    assert (
        evaluate_conditions(tests, request_context(Request(session(), "s3:GetObject", Resource(OBJECT)))).truth is want
    )


@pytest.mark.parametrize(
    ("key", "family"),
    [
        ("aws:PrincipalTag/x", KeyFamily.PRINCIPAL), ("aws:MultiFactorAuthAge", KeyFamily.CREDENTIAL),
        ("token.actions.githubusercontent.com:sub", KeyFamily.CREDENTIAL), ("sts:ExternalId", KeyFamily.SECRET),
        ("aws:RequestTag/a", KeyFamily.CALLER), ("iam:PassedToService", KeyFamily.CALLER),
        ("aws:SourceVpce", KeyFamily.NETWORK), ("ec2:ResourceTag/a", KeyFamily.RESOURCE),
        ("aws:SourceArn", KeyFamily.SERVICE), ("aws:CurrentTime", KeyFamily.DATE), ("x:y", KeyFamily.UNKNOWN),
        ("oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud", KeyFamily.CREDENTIAL),
    ],
)  # fmt: skip
def test_key_families(key: str, family: KeyFamily) -> None:
    assert key_family(key) is family
