"""Parsing: accepted forms, errors with their place, problems that are not errors."""

from __future__ import annotations

from typing import Any

import pytest

from graph.evaluate.aws.document import Effect, PolicyLibrary, PolicySyntaxError, compile_policy
from tests.graph.evaluate_aws.builders import policy, statement


def test_single_objects_and_strings_are_accepted() -> None:
    found = compile_policy({"Statement": {"Effect": "Deny", "Action": "S3:Get*", "Resource": "*"}})
    assert found.version == "2008-10-17"
    only = found.statements[0]
    assert (only.effect, only.actions, only.resources, only.principals) == (Effect.DENY, ("s3:get*",), ("*",), None)
    assert only.covers_action("s3:GETOBJECT")
    assert not only.covers_action("s3:PutObject")


def test_not_action_covers_the_rest() -> None:
    only = compile_policy(policy(statement(action=None, NotAction=["iam:*", "sts:*"]))).statements[0]
    assert only.covers_action("s3:GetObject")
    assert not only.covers_action("IAM:CreateUser")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], ""),
        ({}, ""),
        ({"Statement": "x"}, "/Statement"),
        ({"Version": 2012, "Statement": []}, "/Version"),
        (policy({"Action": "a:b", "Resource": "*"}), "/Statement/0"),
        (policy({"Effect": "Allow", "Resource": "*"}), "/Statement/0"),
        (policy(statement(effect="Maybe")), "/Statement/0/Effect"),
        (policy(statement(), statement(action=[1])), "/Statement/1/Action/0"),
        (policy(statement(resource={"a": 1})), "/Statement/0/Resource"),
        (policy(statement(NotAction="a:b")), "/Statement/0"),
        (policy(statement(Principal="arn:aws:iam::1:root")), "/Statement/0/Principal"),
        (policy(statement(Principal={"AWS": 12})), "/Statement/0/Principal/AWS"),
        (policy(statement(Condition=[])), "/Statement/0/Condition"),
        (policy(statement(Condition={"Bool": {"a/b": {}}})), "/Statement/0/Condition/Bool/a~1b"),
        (policy(statement(Sid=1)), "/Statement/0/Sid"),
        ({"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": 5}}, "/Statement/Resource"),
    ],
)
def test_errors_name_their_place(body: Any, place: str) -> None:
    with pytest.raises(PolicySyntaxError) as caught:
        compile_policy(body)
    assert caught.value.place == place
    assert caught.value.message


@pytest.mark.parametrize(
    "odd",
    [
        statement(Condition={"StringSounds": {"a:b": "c"}}),
        statement(Condition={"NullIfExists": {"a:b": "true"}}),
        statement(Colour="blue"),
        statement(Principal={"Martian": "x"}),
        statement(resource=None),
    ],
)
def test_what_is_not_understood_is_a_problem_not_an_error(odd: dict[str, Any]) -> None:
    assert compile_policy(policy(odd)).statements[0].problems


def test_unknown_version_is_a_problem() -> None:
    assert compile_policy(policy(statement(), version="2030-01-01")).statements[0].problems


def test_condition_operators_are_split() -> None:
    block = {
        "ForAnyValue:StringLikeIfExists": {"AWS:TagKeys": ["a", "b"]},
        "Bool": {"x:y": True},
        "numericequals": {"n:m": 3},
    }
    tests = compile_policy(policy(statement(Condition=block))).statements[0].conditions
    assert [(test.name, test.key, test.values) for test in tests] == [
        ("ForAnyValue:StringLikeIfExists", "aws:tagkeys", ("a", "b")),
        ("Bool", "x:y", ("true",)),
        ("NumericEquals", "n:m", ("3",)),
    ]


def test_library_keeps_one_object_for_equal_documents() -> None:
    library = PolicyLibrary()
    first = library.compile({"Version": "2012-10-17", "Statement": [statement()]})
    assert library.compile({"Statement": [statement()], "Version": "2012-10-17"}) is first
    assert library.compile(policy(statement(effect="Deny"))) is not first
    assert len(library) == 2
    assert first.digest == compile_policy(policy(statement())).digest
