"""Text of the evidence shows as it is, in HTML, Markdown and DOT."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.markup import dot_text, escape, identity_link, plain, shorten, visible
from dashboard.words import kind_word
from graph.kinds import NodeKind


@given(st.text())
def test_html_cannot_be_left(text: str) -> None:
    escaped = escape(text)
    assert not set(escaped) & set("<>\"'")
    assert html.unescape(escaped) == visible(text)


@given(st.text())
def test_dot_strings_and_labels_cannot_be_left(text: str) -> None:
    assert not set(dot_text(text)) & set('<>"\\\n')


@given(st.text(alphabet="!-/:@[]`{}~\\ab*_#&<>|()$"))
def test_every_sign_of_markdown_is_escaped(text: str) -> None:
    rest = plain(text).replace("\u2060", "")
    signs = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    position = 0
    while position < len(rest):
        if rest[position] == "\\":
            assert rest[position + 1] in signs
            position += 2
        else:
            assert rest[position] not in signs
            position += 1


@pytest.mark.parametrize("sign", ["\u202e", "\n", "\x00", "\u200b", "\u2028"])
def test_signs_that_hide_or_reorder_are_written_out(sign: str) -> None:
    assert visible(f"a{sign}b") == f"a\\u{ord(sign):04x}b"


def test_a_shortcode_stays_text() -> None:
    assert plain(":key:").replace("\u2060", "|") == r"\:|key\:"


def test_the_address_of_a_page_holds_one_id() -> None:
    assert identity_link("a&id=b#c", "s") == "identity?id=a%26id%3Db%23c&snapshot=s"


def test_both_ends_of_a_long_name_stay() -> None:
    assert shorten("abcdefghij", 7) == "abcd…ij"
    assert shorten("abc", 7) == "abc"


def test_every_kind_of_node_has_a_word() -> None:
    assert all(kind_word(kind.value) != kind.value for kind in NodeKind)
