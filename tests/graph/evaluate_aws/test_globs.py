"""Patterns: matching, intersection, cover, ARN comparison."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.evaluate.aws.globs import arn_like, escape, glob_covers, glob_matches, globs_intersect, unescape

TEXTS = ["".join(letters) for size in range(6) for letters in itertools.product("ab", repeat=size)]
patterns = st.text(alphabet="ab*?", max_size=6)


def slow_match(pattern: str, text: str) -> bool:
    """Match by dynamic programming over both strings."""
    row = [True] + [False] * len(text)
    for mark in pattern:
        following = [row[0] and mark == "*"]
        for at, char in enumerate(text):
            if mark == "*":
                following.append(row[at + 1] or following[at])
            else:
                following.append(row[at] and mark in ("?", char))
        row = following
    return row[-1]


@given(patterns, st.text(alphabet="ab", max_size=9))
def test_matching_agrees_with_the_table_method(pattern: str, text: str) -> None:
    assert glob_matches(pattern, text) == slow_match(pattern, text)


@given(patterns, patterns)
def test_intersection_and_cover_agree_with_enumeration(left: str, right: str) -> None:
    of_left = {text for text in TEXTS if slow_match(left, text)}
    of_right = {text for text in TEXTS if slow_match(right, text)}
    if of_left & of_right:
        assert globs_intersect(left, right)
    if glob_covers(left, right):
        assert of_right <= of_left
    assert globs_intersect(left, right) == globs_intersect(right, left)


@pytest.mark.parametrize(
    ("left", "right", "meet"),
    [
        ("a*", "*b", True),
        ("a*", "b*", False),
        ("a?c", "a??", True),
        ("*x*", "ab", False),
        ("", "*", True),
        ("?", "", False),
    ],
)
def test_intersection(left: str, right: str, meet: bool) -> None:
    assert globs_intersect(left, right) is meet


@pytest.mark.parametrize(
    ("outer", "inner", "covers"),
    [
        ("*", "a*b", True),
        ("a*", "ab*", True),
        ("a?*", "a*", False),
        ("?*", "*?", True),
        ("a*c", "abc", True),
        ("ab", "a?", False),
    ],
)
def test_cover(outer: str, inner: str, covers: bool) -> None:
    assert glob_covers(outer, inner) is covers


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "*a?" * 30 + "b", "*" * 200 + "b", "?*" * 50 + "c"])
def test_hostile_patterns_end(pattern: str) -> None:
    """A matcher that goes back over its choices would not end here within a lifetime."""
    assert not glob_matches(pattern, "a" * 20_000)


@pytest.mark.parametrize("text", ["plain", "a*b", "a?b", "cost$", "${aws:username}", "${*}", "*?${"])
def test_escaped_text_matches_itself_only(text: str) -> None:
    assert glob_matches(escape(text), text)
    assert unescape(escape(text)) == text
    assert not glob_matches(escape(text), text + "x")
    assert not glob_matches(escape("a*b"), "axb")


@pytest.mark.parametrize(
    ("pattern", "arn", "same"),
    [
        ("arn:aws:s3:::b*", "arn:aws:s3:::bucket", True),
        ("arn:aws:*:us-east-1:*:q", "arn:aws:sqs:us-east-1:1:q", True),
        ("arn:aws:x:*:111122223333:finance/*", "arn:aws:x:us-east-2:999999999999:s/abc:111122223333:finance/d", False),
        ("arn:aws:lambda:*:1:function:*", "arn:aws:lambda:eu-west-1:1:function:f:alias", True),
        ("arn:aws:iam::1:role/X", "arn:aws:iam::1:role/x", False),
        ("*", "arn:aws:iam::1:role/x", None),
        ("user/*", "arn:aws:iam::1:role/x", False),
        ("arn:aws:iam::1:role/x", "not an arn", False),
    ],
)
def test_arn_like(pattern: str, arn: str, same: bool | None) -> None:
    assert arn_like(pattern, arn) is same


def test_resource_star_runs_over_colons_where_arn_like_does_not() -> None:
    pattern, arn = "arn:aws:x:*:111122223333:f/*", "arn:aws:x:us-east-2:9:s/a:111122223333:f/d"
    assert glob_matches(pattern, arn)
    assert arn_like(pattern, arn) is False
