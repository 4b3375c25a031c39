"""Regions of texts against all texts up to a length, and the languages that they come from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.delegation.regions import TooManyError, example_regions, regions
from analytics.delegation.texts import ActionTexts, ResourceTexts, Texts, TextState
from tests.reference.aws_glob import matches, tokens

ACCOUNT = "111111111111"


@dataclass(frozen=True)
class AllTexts:
    """Every text that is not empty."""

    letters: frozenset[str] = frozenset()
    start: TextState = (0, "")

    def step(self, state: TextState, letter: str) -> TextState:
        return (1, "")

    def telling(self, state: TextState) -> str:
        return ""

    def accepts(self, state: TextState) -> bool:
        return state[0] == 1


TEXTS = ["".join(each) for length in range(1, 7) for each in product("abz", repeat=length)]
PATTERN = st.text("ab*?", min_size=1, max_size=4)


def _matched(patterns: tuple[str, ...], text: str) -> frozenset[int]:
    return frozenset(place for place, pattern in enumerate(patterns) if matches(tokens(pattern, None), text))


@given(st.lists(PATTERN, min_size=1, max_size=4, unique=True).map(tuple))
@settings(max_examples=250, deadline=None)
def test_regions_are_exactly_the_combinations_that_some_text_matches(patterns: tuple[str, ...]) -> None:
    found = {region.matched: region for region in regions(patterns, AllTexts())}
    assert {_matched(patterns, text) for text in TEXTS} <= found.keys()
    for matched, region in found.items():
        assert _matched(patterns, region.text) == matched, "the text proves that the region is not empty"


@given(st.lists(PATTERN, min_size=2, max_size=4, unique=True).map(tuple), st.lists(st.sampled_from(TEXTS), max_size=5))
@settings(max_examples=150, deadline=None)
def test_needed_patterns_leave_out_the_other_regions_only(patterns: tuple[str, ...], wished: list[str]) -> None:
    every = regions(patterns, AllTexts(), tuple(wished))
    needed = ((0,), (1, len(patterns) - 1))
    wanted = [region for region in every if 0 in region.matched and region.matched & {1, len(patterns) - 1}]
    key = sorted(map(sorted, (region.matched for region in wanted)))
    assert sorted(sorted(region.matched) for region in regions(patterns, AllTexts(), tuple(wished), needed)) == key
    for region in example_regions(patterns, AllTexts(), tuple(wished), needed):
        assert region.matched in {each.matched for each in wanted}
        assert set(region.wished) <= set(wished)


def test_a_bound_is_an_error_and_no_answer() -> None:
    with pytest.raises(TooManyError):
        regions(("*a*b*", "*b*a*", "*c*d*e*"), AllTexts(), limit=20)


def test_a_wished_for_text_is_the_example_of_its_region() -> None:
    (region,) = [item for item in regions(("a*",), AllTexts(), ("abba", "b")) if item.matched]
    assert (region.example, region.text) == ("abba", "a")


def _in(texts: Texts, text: str) -> bool:
    state: TextState | None = texts.start
    for letter in text:
        state = texts.step(state, letter) if state is not None else None
    return state is not None and texts.accepts(state)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("*", True),
        ("**", False),
        ("arn:aws:s3:::b", True),
        ("arn:aws:s3:::b/k:x", True),
        ("arn:aws:s3:::", False),
        ("arn:aws:s3::b", False),
        (f"arn:aws:iam::{ACCOUNT}:role/a", True),
        (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q", True),
        ("arn:aws:iam:::role/a", False),
        ("arn:aws:iamx:::role/a", True),
        ("arn:aws:iam::222222222222:role/a", False),
        ("arn:aws:iam::aws:policy/a", False),
        ("arn:aws:iam::1111:role/a", False),
        (f"arn:aws:iam::{ACCOUNT}:x:role/a", False),
        (f"arn:aws:iam::{ACCOUNT}:role/a:b", False),
        (f"arn:aws:iam::{ACCOUNT}:root", True),
        (f"arn:aws:lambda:x:{ACCOUNT}:function:a:1", True),
        ("arn::iam:::role/a", False),
        ("arn:aws::::a", False),
        ("b", False),
        ("", False),
    ],
)
def test_resources_of_an_account(text: str, inside: bool) -> None:
    assert _in(ResourceTexts(ACCOUNT), text) is inside


def test_resources_of_any_account() -> None:
    assert _in(ResourceTexts(""), "arn:aws:iam::222222222222:role/a")
    assert not _in(ResourceTexts(""), "arn:aws:iam:::role/a")


def test_actions_are_a_service_and_a_name() -> None:
    assert _in(ActionTexts("s3"), "s3:getobject")
    assert not _in(ActionTexts("s3"), "s3x:getobject")
    assert not _in(ActionTexts("s3"), "s3:")
    assert not _in(ActionTexts("s3"), "s3:a:b")
    others = ActionTexts("", frozenset({"s3", "sqs"}))
    assert _in(others, "s3x:a")
    assert _in(others, "s:a")
    assert not _in(others, "s3:a")
    assert not _in(others, "sqs:a")
    assert not _in(others, ":a")


@given(st.sampled_from([ActionTexts("", frozenset({"ab", "b"})), ActionTexts("ab"), ResourceTexts(ACCOUNT)]), st.data())
@settings(max_examples=200, deadline=None)
def test_characters_that_do_not_tell_are_alike(texts: Texts, data: st.DataObject) -> None:
    """The search walks one character for all others: they must lead to the same state."""
    state: TextState | None = texts.start
    for _ in range(data.draw(st.integers(0, 30))):
        assert state is not None
        letter = data.draw(st.sampled_from([*sorted(set(texts.telling(state))), "Z"]))
        onward = texts.step(state, letter)
        state = onward if onward is not None else state
    assert state is not None
    plain = [letter for letter in "abmnrs:*1!/+" if letter not in texts.telling(state)]
    assert len({texts.step(state, letter) for letter in [*plain, "Z"]}) == 1
