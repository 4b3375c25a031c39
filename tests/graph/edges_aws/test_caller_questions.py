"""Conditions on the caller's tags and ARN: right for each caller, and as many decisions as callers, not as pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.decision import Atom, Decision, Residual, Truth
from graph.edges.aws.caller_questions import CallerQuestions
from graph.edges.aws.capability import PrincipalView
from graph.evaluate.aws.authorize import authorize
from graph.evaluate.aws.conditions import test_atom
from graph.evaluate.aws.principals import Principal, PrincipalKind, Resource
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, A, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust
from tests.worlds.view import look

TEAM = "aws:PrincipalTag/team"
TEAMS = 4
ROLE = Resource(arn=A.role("target"), account=ACCOUNT, tags={})


def _asking(names: list[str], residual: Residual, tags: dict[str, dict[str, str]] | None = None) -> dict[str, Residual]:
    """Return what stays open for each role that passes."""
    views = [
        PrincipalView(
            A.role(name), Principal(PrincipalKind.ROLE, A.role(name), ACCOUNT, tags=(tags or {}).get(name)), ()
        )
        for name in names
    ]
    questions = CallerQuestions(views)
    answers = {answer.group: answer.still_open for answer in questions.ask(ACCOUNT, PrincipalKind.ROLE, residual, ROLE)}
    return {
        view.principal.friendly_name: answers[group]
        for view in views
        for group in questions.groups_of(view)
        if group in answers
    }


def _atom(key: str, operator: str, *values: str, negated: bool = False) -> Atom:
    return Atom(key.lower(), operator, values, negated)


def test_a_tag_lets_those_pass_who_bear_it() -> None:
    tags = {"web": {"team": "web"}, "Web": {"Team": "web"}, "data": {"team": "data"}, "none": {}}
    assert set(_asking(list(tags), ((_atom(TEAM, "StringEquals", "web"),),), tags)) == {"web", "Web"}


def test_a_deny_of_other_teams_lets_the_same_pass() -> None:
    tags = {"web": {"team": "web"}, "data": {"team": "data"}, "none": {}}
    assert set(_asking(list(tags), ((_atom(TEAM, "StringNotEquals", "web", negated=True),),), tags)) == {"web"}


def test_an_inequality_lets_those_without_the_tag_pass() -> None:
    tags = {"web": {"team": "web"}, "data": {"team": "data"}, "none": {}}
    assert set(_asking(list(tags), ((_atom(TEAM, "StringNotEquals", "web"),),), tags)) == {"data", "none"}


def test_tags_that_are_not_known_leave_the_question_open() -> None:
    question = ((_atom(TEAM, "StringEquals", "web"),),)
    assert _asking(["unknown", "none"], question, {"none": {}}) == {"unknown": question}


@pytest.mark.parametrize(
    ("operator", "pattern", "negated", "passing"),
    [
        ("ArnLike", A.role("ci-*"), False, {"ci-a", "ci-b"}),
        ("ArnEquals", A.role("ci-?"), False, {"ci-a", "ci-b"}),
        ("StringEquals", A.role("ci-a"), False, {"ci-a"}),
        ("StringEquals", A.role("ci-*"), False, set()),
        ("StringNotLike", A.role("ci-*"), True, {"ci-a", "ci-b"}),
        ("ArnNotLike", A.role("ci-*"), False, {"web"}),
        ("StringLike", "*/ci-b", False, {"ci-b"}),
    ],
)
def test_arns(operator: str, pattern: str, negated: bool, passing: set[str]) -> None:
    question = ((_atom("aws:PrincipalArn", operator, pattern, negated=negated),),)
    assert set(_asking(["ci-a", "ci-b", "web"], question)) == passing


def test_what_is_not_about_the_caller_stays_open() -> None:
    outside = (_atom("sts:ExternalId", "StringEquals", "x"),)
    either = (_atom("aws:SourceIp", "IpAddress", "192.0.2.0/24"), _atom("aws:PrincipalArn", "ArnLike", A.role("web")))
    assert _asking(["web", "data"], (outside, either)) == {"web": (outside,), "data": (either[:1], outside)}


def test_a_variable_that_the_target_does_not_bear_matches_nobody() -> None:
    question = ((_atom(TEAM, "StringEquals", "${aws:ResourceTag/team}"),),)
    assert _asking(["web"], question, {"web": {"team": "web"}}) == {}


# ---- an estate of teams


def _team(number: int) -> str:
    return f"team-{number % TEAMS}"


def _of_team(wanted: str, effect: str = "StringEquals") -> Json:
    return {effect: {TEAM: wanted}}


def _estate(count: int) -> World:
    """Roles of teams; each may ask for any role and object, and trusts, or is let in by, its own team alone."""
    where = here().role("tagger", allow("iam:TagRole"))
    for number in range(count):
        wanted = _team(number) if number % 2 else "${aws:ResourceTag/team}"
        trusted = trust(ACCOUNT, when=_of_team(wanted))
        rights = allow("sts:AssumeRole", "s3:GetObject")
        where.role(f"r{number}", rights, trusts=trusted, tags={"team": _team(number)})
        if number % 4 == 0:
            others = {**deny("s3:*", when=_of_team(_team(number // 4), "StringNotEquals")), "Principal": "*"}
            where.bucket(f"b{number // 4}", others)
    return where


def test_teams_reach_their_own_alone(tmp_path: Path) -> None:
    view = look(_estate(24), tmp_path)
    assert view.state(A.role("r0"), A.role("r4")) is State.VERIFIED
    assert view.state(A.role("r0"), A.role("r1")) is State.VOID
    assert view.state(A.role("r1"), A.role("r5")) is State.VERIFIED
    assert view.state(A.role("r1"), A.bucket("b1")) is State.VERIFIED
    assert view.state(A.role("r0"), A.bucket("b1")) is State.VOID
    assert view.targets(A.role("r2"), EdgeKind.CAN_ASSUME) - {A.role("r2")} == {
        A.role(f"r{number}") for number in range(24) if number % TEAMS == 2 and number != 2
    }


def _work(count: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, int]:
    """Return the decisions of the full evaluator, the tests of one condition for one caller, and the edges."""
    spent = {"decided": 0, "tested": 0}

    def decide(*arguments: Any) -> Decision:
        spent["decided"] += 1
        return authorize(*arguments)

    def test(*arguments: Any) -> Truth:
        spent["tested"] += 1
        return test_atom(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("graph.edges.aws.layers.authorize", decide)
        patch.setattr("graph.edges.aws.caller_questions.test_atom", test)
        graph = look(_estate(count), folder).graph
    return spent["decided"], spent["tested"], len(graph.edges)


def test_work_grows_with_callers_and_not_with_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = _work(24, tmp_path / "few", monkeypatch)
    many = _work(96, tmp_path / "many", monkeypatch)
    assert few[1] and few[2]
    # Four times the roles: pairs would be sixteen times as many.
    assert all(more <= 5 * less for less, more in zip(few, many, strict=True)), (few, many)
