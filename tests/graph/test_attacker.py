"""What a holder can present of itself: keys that it leaves out, keys that it chooses."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.attacker import baseline, residual_state
from graph.decision import Atom, Residual
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import CI, A, here
from tests.worlds.statements import allow, trust
from tests.worlds.view import look

EXTERNAL_ID, STAGE = "sts:externalid", "secretsmanager:versionstage"


def _one(key: str, operator: str, *values: str, negated: bool = False) -> Residual:
    return ((Atom(key, operator, values, negated),),)


CHOICES: dict[str, tuple[Residual, State]] = {
    "no external id may be given": (_one(EXTERNAL_ID, "Null", "true"), State.VERIFIED),
    "some external id must be given": (_one(EXTERNAL_ID, "Null", "false"), State.CONDITIONAL),
    "one external id": (_one(EXTERNAL_ID, "StringEquals", "x"), State.CONDITIONAL),
    "one external id or none": (_one(EXTERNAL_ID, "StringEqualsIfExists", "x"), State.VERIFIED),
    "any external id but one": (_one(EXTERNAL_ID, "StringNotEquals", "x"), State.VERIFIED),
    "not that one external id": (_one(EXTERNAL_ID, "StringEquals", "x", negated=True), State.VERIFIED),
    "none and one": (
        (*_one(EXTERNAL_ID, "Null", "true"), *_one(EXTERNAL_ID, "StringEquals", "x")), State.VOID,
    ),
    "the current version of a secret": (_one(STAGE, "StringEquals", "AWSCURRENT"), State.VERIFIED),
    "two stages at once": (
        (*_one(STAGE, "StringEquals", "AWSCURRENT"), *_one(STAGE, "StringEquals", "AWSPREVIOUS")), State.VOID,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHOICES)
def test_choices_of_the_holder(name: str) -> None:
    residual, state = CHOICES[name]
    assert residual_state(residual, baseline(None).evaluator_context()) is state


def test_an_external_id_that_is_given_is_given() -> None:
    context = baseline(None).knowing({"sts:ExternalId": ("x",)}).evaluator_context()
    assert residual_state(_one(EXTERNAL_ID, "Null", "true"), context) is State.VOID
    assert residual_state(_one(EXTERNAL_ID, "StringEquals", "x"), context) is State.VERIFIED


def _keys_of(folder: Path, tags: dict[str, str], when: dict[str, dict[str, str]]) -> State:
    where = here().user("victim", tags={"t": "x"}).user("ci", allow("iam:CreateAccessKey", when=when), tags=tags)
    hops = look(where, folder).hops(source=CI, target=A.user("victim"), kind=EdgeKind.CAN_CREATE_CREDENTIAL)
    context = baseline(None).evaluator_context()
    return max((min(hop.state, residual_state(hop.conditions, context)) for hop in hops), default=State.VOID)


SAME_TAG = {"StringEquals": {"aws:ResourceTag/t": "${aws:PrincipalTag/t}"}}


def test_a_tag_that_the_caller_does_not_have_equals_no_tag(tmp_path: Path) -> None:
    assert _keys_of(tmp_path / "same", {"t": "x"}, SAME_TAG) is State.VERIFIED
    assert _keys_of(tmp_path / "none", {}, SAME_TAG) is State.VOID
    default = {"StringEquals": {"aws:ResourceTag/t": "${aws:PrincipalTag/t, 'x'}"}}
    assert _keys_of(tmp_path / "default", {}, default) is State.VERIFIED


def test_a_trust_that_forbids_an_external_id_is_open(tmp_path: Path) -> None:
    where = here().user("ci", allow("sts:AssumeRole"))
    where.role("app", trusts=trust(A.root, when={"Null": {"sts:ExternalId": "true"}}))
    (hop,) = look(where, tmp_path).hops(source=CI, target=A.role("app"), kind=EdgeKind.CAN_ASSUME)
    assert residual_state(hop.conditions, baseline(None).evaluator_context()) is State.VERIFIED
