"""Standing privilege under conditions on MFA and time: what limits it beside a near twin that does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.privilege import Judgement
from tests.analytics.rules.building import ACCOUNT
from tests.analytics.test_privilege import APP, CI, account, ask
from tests.worlds.aws import world
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, deny, trust

MFA, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"
NOW, EPOCH, ISSUED = "aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"
PAST, FUTURE = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
CASES: list[tuple[str, dict[str, dict[str, str]], str]] = [
    ("deny", {"Bool": {MFA: "false"}}, "yes"),
    ("deny", {"BoolIfExists": {MFA: "false"}}, "no"),
    ("allow", {"BoolIfExists": {MFA: "true"}}, "yes"),
    ("allow", {"Bool": {MFA: "true"}}, "no"),
    ("deny", {"NumericGreaterThan": {AGE: "3600"}}, "yes"),
    ("allow", {"NumericLessThan": {AGE: "3600"}}, "no"),
    ("deny", {"Null": {MFA: "true"}}, "no"),
    ("allow", {"DateGreaterThan": {NOW: PAST}}, "yes"),
    ("allow", {"DateLessThan": {NOW: FUTURE}}, "no"),
    ("allow", {"DateGreaterThan": {NOW: FUTURE}}, "no"),
    ("allow", {"DateLessThan": {NOW: PAST}}, "no"),
    ("deny", {"DateLessThan": {NOW: PAST}}, "yes"),
    ("deny", {"DateGreaterThan": {NOW: FUTURE}}, "no"),
    ("allow", {"DateGreaterThan": {EPOCH: "1700000000"}}, "yes"),
    ("allow", {"DateLessThanEquals": {EPOCH: "1900000000"}}, "no"),
    ("allow", {"DateGreaterThan": {NOW: PAST}, "DateLessThan": {EPOCH: "1900000000"}}, "no"),
    ("deny", {"DateLessThan": {ISSUED: PAST}}, "yes"),
    ("allow", {"DateGreaterThan": {ISSUED: PAST}}, "yes"),
    ("allow", {"DateLessThan": {ISSUED: PAST}}, "no"),
    ("deny", {"Bool": {MFA: "false"}, "DateGreaterThan": {NOW: FUTURE}}, "yes"),
    ("deny", {"BoolIfExists": {MFA: "false"}, "DateGreaterThan": {NOW: PAST}}, "no"),
]
"""How a statement on everything is conditioned, and whether a user with a key holds it at all times."""
NAMES = [f"{effect} {when}" for effect, when, _ in CASES]


def user(folder: Path, *statements: Any, **more: Any) -> Judgement:
    return ask("standing", world().account(ACCOUNT).user("ci", *statements, keys=1, **more), folder, who=CI)


@pytest.mark.parametrize(("effect", "when", "verdict"), CASES, ids=NAMES)
def test_full_control_under_a_condition(tmp_path: Path, effect: str, when: Any, verdict: str) -> None:
    row = (
        user(tmp_path, deny("*", when=when), attached=[ADMINISTRATOR], mfa=True)
        if effect == "deny"
        else user(tmp_path, allow("*", when=when), mfa=True)
    )
    assert row.verdict == verdict, row.reason


@pytest.mark.parametrize(("effect", "when", "verdict"), CASES, ids=NAMES)
def test_a_way_in_under_a_condition(tmp_path: Path, effect: str, when: Any, verdict: str) -> None:
    rest = {"Principal": {"AWS": CI}, "Action": "sts:AssumeRole"}
    trusts = [trust(CI), {"Effect": "Deny", **rest, "Condition": when}] if effect == "deny" else trust(CI, when=when)
    where = account(trusts, attached=[ADMINISTRATOR]).user("ci", keys=1, mfa=True)
    row = ask("standing", where, tmp_path, who=APP)
    assert row.verdict == verdict, row.reason


@pytest.mark.parametrize(("keys", "verdict"), [(0, "no"), (1, "yes")])
def test_a_password_alone_is_told_from_a_key(tmp_path: Path, keys: int, verdict: str) -> None:
    """AWS says of a sign-in without MFA that there was none, and of a long-term key nothing."""
    when = {"Bool": {MFA: "false"}}
    where = world().account(ACCOUNT)
    where.user("ci", deny("*", when=when), attached=[ADMINISTRATOR], password=True, mfa=True, keys=keys)
    assert ask("standing", where, tmp_path / "1", who=CI).verdict == verdict
    trusts = trust(CI, when={"BoolIfExists": {MFA: "true"}})
    entered = account(trusts, attached=[ADMINISTRATOR]).user("ci", password=True, mfa=True, keys=keys)
    assert ask("standing", entered, tmp_path / "2", who=APP).verdict == verdict
    free = world().account(ACCOUNT).user("ci", attached=[ADMINISTRATOR], password=True, keys=keys)
    assert ask("standing", free, tmp_path / "3", who=CI).verdict == "yes"
