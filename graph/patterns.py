"""Find which of many declared patterns match a thing, without trying every pattern on every thing.

Input: rows with a pattern each: a ``*`` glob on the id, or ``tag:KEY=VALUE``. Output: the rows that match a node, in
their order.
Handled: patterns without wildcards by look-up; tags by their key; globs that hold an account's number by that number.
Not handled: globs without such a number, which are tried one by one on every thing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from graph.evaluate.aws.globs import glob_matches
from graph.model import Node

__all__ = ["PatternRows"]

_Row = TypeVar("_Row")
_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)")


class PatternRows(Generic[_Row]):
    """Rows by what their patterns ask for."""

    def __init__(self, rows: Iterable[_Row], pattern_of: Callable[[_Row], str]) -> None:
        self._exact: defaultdict[str, list[tuple[int, _Row]]] = defaultdict(list)
        self._tags: defaultdict[str, list[tuple[int, str, _Row]]] = defaultdict(list)
        self._numbered: defaultdict[str, list[tuple[int, str, _Row]]] = defaultdict(list)
        self._globs: list[tuple[int, str, _Row]] = []
        for place, row in enumerate(rows):
            pattern = pattern_of(row)
            if pattern.startswith("tag:"):
                key, _, value = pattern[4:].partition("=")
                self._tags[key].append((place, value or "*", row))
            elif not any(sign in pattern for sign in "*?$"):
                self._exact[pattern].append((place, row))
            elif (number := _number(pattern)) is not None:
                self._numbered[number].append((place, pattern, row))
            else:
                self._globs.append((place, pattern, row))

    def matching(self, node: Node) -> list[_Row]:
        """Return the rows whose pattern matches the node, in the order given."""
        found = list(self._exact.get(node.id, ()))
        globs = list(self._globs)
        if self._numbered:
            for number in set(_NUMBER.findall(node.id)):
                globs += self._numbered.get(number, ())
        found += [(place, row) for place, pattern, row in globs if glob_matches(pattern, node.id)]
        if self._tags:
            for key, text in (node.attributes.get("tags") or {}).items():
                found += [
                    (place, row) for place, value, row in self._tags.get(key, ()) if glob_matches(value, str(text))
                ]
        found.sort(key=lambda each: each[0])
        return [row for _, row in found]


def _number(pattern: str) -> str | None:
    """Return an account's number that every match of a glob holds, standing alone between colons; ``None``: none."""
    found = re.search(r":(\d{12}):", pattern)
    return found.group(1) if found else None
