"""Declared patterns found by index are those that trying each of them finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.evaluate.aws.globs import glob_matches
from graph.kinds import NodeKind
from graph.model import Node
from graph.patterns import PatternRows

ACCOUNTS = ("111111111111", "222222222222")
_PARTS = ("*", "arn:aws:iam::", "arn:aws:s3:::", ":111111111111:", ":222222222222:", "role/", "a", "1111", "?", "prod")
patterns = st.one_of(
    st.lists(st.sampled_from(_PARTS), min_size=1, max_size=4).map("".join),
    st.tuples(st.sampled_from(["team", "env"]), st.sampled_from(["", "=a", "=pay*", "=*"])).map(
        lambda p: f"tag:{p[0]}{p[1]}"
    ),
)
ids = st.one_of(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(["role/a", "user/prod", "role/1111"])).map(
        lambda p: f"arn:aws:iam::{p[0]}:{p[1]}"
    ),
    st.sampled_from(["arn:aws:s3:::prod", "aws:account:111111111111", "arn:aws:s3:::1111111111112", "a"]),
)
tags = st.dictionaries(st.sampled_from(["team", "env"]), st.sampled_from(["a", "pay", "payments"]), max_size=2)


def _matches(pattern: str, node: Node) -> bool:
    if pattern.startswith("tag:"):
        key, _, value = pattern[4:].partition("=")
        return any(name == key and glob_matches(value or "*", text) for name, text in node.attributes["tags"].items())
    return glob_matches(pattern, node.id)


@settings(max_examples=400, deadline=None)
@given(st.lists(patterns, max_size=6), ids, tags)
def test_the_index_finds_what_trying_each_finds(rows: list[str], node_id: str, given_tags: dict[str, str]) -> None:
    node = Node(node_id, NodeKind.AWS_ROLE, "", "aws", "", {"tags": given_tags})
    numbered = list(enumerate(rows))
    index = PatternRows(numbered, lambda row: row[1])
    assert index.matching(node) == [row for row in numbered if _matches(row[1], node)]
