"""MFA: what a credential can present, and what the next one cannot take over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.nhigraph.people import MFA, NAMES, A, key_of, people
from tests.nhigraph.running import Command
from tests.worlds.aws import World, unique_id, world
from tests.worlds.statements import allow, trust

Build = Callable[[World], Command]


@pytest.fixture
def estate(built: Build) -> Command:
    return built(people())


def test_mfa_by_credential(estate: Command) -> None:
    guarded = NAMES.role("guarded")
    states = {
        "careful": "conditional",  # has a device: could
        "plain": "no",  # has none
        key_of("plain"): "no",
        key_of("careful"): "no",  # a long-term key carries no MFA, whoever it belongs to
        f"aws:password:{NAMES.user('careful')}": "conditional",
    }
    assert {who: estate.state(who, guarded) for who in states} == states


def test_mfa_that_is_stated(estate: Command) -> None:
    guarded = NAMES.role("guarded")
    for who in ("careful", "plain", key_of("plain")):
        assert estate.state(who, guarded, "--context", "aws:MultiFactorAuthPresent=true") == "verified"
        assert estate.state(who, guarded, "--context", "aws:multifactorauthpresent=false") == "no"
        assert estate.state(who, NAMES.role("open")) == "verified"


def test_a_role_never_passes_mfa(estate: Command) -> None:
    guarded = NAMES.role("guarded")
    for who in ("runner", f"arn:aws:sts::{A}:assumed-role/runner/x"):
        assert estate.state(who, guarded) == "no"
        assert estate.state(who, guarded, "--context", "aws:MultiFactorAuthPresent=true") == "no"
        answer = estate("explain", who, "sts:AssumeRole", guarded, "--context", "aws:MultiFactorAuthPresent=true")
        assert "not_allowed" in answer.out


def onward() -> World:
    """A user without a device who can change the password of one that needs MFA, behind one class of users."""
    return (
        world()
        .account(A)
        .user("first", allow("sts:AssumeRole"), allow("iam:UpdateLoginProfile", on=NAMES.user("second")), keys=1)
        .user("second", allow("sts:AssumeRole"), password=True)
        .role("guarded", trusts=trust(A, when=MFA))
        .role("also", trusts=trust(A, when=MFA))
    )


def test_the_next_identity_has_credentials_of_its_own(built: Build) -> None:
    command = built(onward())
    second, guarded = NAMES.user("second"), NAMES.role("guarded")
    for who in ("first", "AKIA" + unique_id("AIDA", NAMES.user("first"))[4:19] + "A"):
        data = command.radius(who)
        found = {row["id"]: row for row in data["reaches"]}
        assert found[second]["state"] == "verified"
        assert found[guarded]["state"] == "conditional"
        assert found[guarded]["hops"] > found[second]["hops"], "through the second user, not by itself"
        way = command("path", who, guarded, "--format", "json").json["paths"][0]
        assert way["state"] == "conditional"
        assert way["steps"][-1]["source"] == second
    assert command.state("first", guarded, "--max-hops", "1") == "no"


def test_what_is_stated_of_one_credential_is_not_true_of_the_next(built: Build) -> None:
    only_second = trust(NAMES.user("second"), when=MFA)
    command = built(onward().role("private", trusts=only_second))
    stated = ("--context", "aws:MultiFactorAuthPresent=true")
    assert command.state("first", NAMES.role("guarded"), *stated) == "verified"
    assert command.state("first", NAMES.role("private"), *stated) == "conditional"
