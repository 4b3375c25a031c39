"""WHO: every form of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.nhigraph.people import NAMES, OUTSIDE, A, key_of, people
from tests.nhigraph.running import Command
from tests.worlds.aws import World, unique_id, world
from tests.worlds.statements import allow, trust

Build = Callable[[World], Command]


@pytest.fixture
def estate(built: Build) -> Command:
    return built(people())


@pytest.mark.parametrize(
    ("who", "subject"),
    [
        (NAMES.user("plain"), NAMES.user("plain")),
        ("plain", NAMES.user("plain")),
        (unique_id("AIDA", NAMES.user("plain")), NAMES.user("plain")),
        (unique_id("AROA", NAMES.role("ci/runner")), NAMES.role("ci/runner")),
        (unique_id("AROA", NAMES.role("ci/runner")) + ":build-7", NAMES.role("ci/runner")),
        (f"arn:aws:sts::{A}:assumed-role/runner/build-7", NAMES.role("ci/runner")),
        (f"arn:aws:sts::{A}:assumed-role/open/x", NAMES.role("open")),
        (NAMES.role("ci/runner"), NAMES.role("ci/runner")),
        ("runner", NAMES.role("ci/runner")),
        (key_of("plain"), f"aws:key:{key_of('plain')}"),
        (A, f"aws:account:{A}"),
        (NAMES.user("twice"), NAMES.user("twice")),
    ],
)
def test_forms(estate: Command, who: str, subject: str) -> None:
    assert estate.radius(who)["subject"] == subject


def test_a_name_that_several_bear_lists_them(estate: Command) -> None:
    answer = estate("blast-radius", "twice")
    assert answer.code == 2
    assert NAMES.user("twice") in answer.err
    assert NAMES.role("twice") in answer.err


def test_a_part_of_a_name_is_a_hint_and_no_answer(estate: Command) -> None:
    answer = estate("blast-radius", "runne")
    assert answer.code == 2
    assert f"did you mean {NAMES.role('ci/runner')}" in answer.err


def test_the_root_of_an_account_that_is_not_ours(built: Build) -> None:
    command = built(world().account(A).role("vendor", allow("s3:*"), trusts=trust(OUTSIDE)))
    for who in (OUTSIDE, f"arn:aws:iam::{OUTSIDE}:root"):
        data = command.radius(who)
        assert data["subject"] == f"aws:account:{OUTSIDE}"
        assert data["reaches"][0]["id"] == NAMES.role("vendor")


def test_an_account_of_ours_is_nobody(estate: Command) -> None:
    data = estate.radius(A)
    assert data["counts"]["total"] == 0
    assert data["notes"]
