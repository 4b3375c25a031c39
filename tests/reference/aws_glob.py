"""Wildcard matching by a table of prefixes, and policy variables resolved to literal characters.

Input: a pattern, and a way to look up context keys. Output: tokens and whether they match a text.
Not handled: case (the caller folds it); a wildcard inside a variable's value, which stays literal here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

ANY = "any run"
ONE = "any one"
Token = tuple[str, str]
"""("char", c), ("wild", ANY) or ("wild", ONE)."""
Lookup = Callable[[str], str | None]


class Unresolvable(Exception):
    """A variable without value and without default."""


def tokens(pattern: str, lookup: Lookup | None) -> list[Token]:
    """Return the pattern's tokens; ``lookup`` is ``None`` where variables are ordinary text."""
    found: list[Token] = []
    position = 0
    while position < len(pattern):
        if lookup is not None and pattern.startswith("${", position):
            end = pattern.find("}", position)
            if end > 0:
                found.extend(("char", c) for c in _resolve(pattern[position + 2 : end], lookup))
                position = end + 1
                continue
        char = pattern[position]
        found.append({"*": ("wild", ANY), "?": ("wild", ONE)}.get(char, ("char", char)))
        position += 1
    return found


def _resolve(inside: str, lookup: Lookup) -> str:
    if inside in ("*", "?", "$"):
        return inside
    name, comma, default = inside.partition(",")
    value = lookup(name.strip())
    if value is not None:
        return value
    if comma:
        return default.strip().strip("'")
    raise Unresolvable(inside)


def literal(pattern: Sequence[Token]) -> str:
    """Return the text of tokens with wildcards as ordinary characters."""
    return "".join({ANY: "*", ONE: "?"}[value] if kind == "wild" else value for kind, value in pattern)


def matches(pattern: Sequence[Token], text: str) -> bool:
    """Return whether the whole text matches: row i of the table tells which prefixes the first i tokens match."""
    row = [True] + [False] * len(text)
    for kind, value in pattern:
        following = [False] * (len(text) + 1)
        if (kind, value) == ("wild", ANY):
            following[0] = row[0]
            for i in range(1, len(text) + 1):
                following[i] = row[i] or following[i - 1]
        else:
            for i in range(1, len(text) + 1):
                fits = kind == "wild" or text[i - 1] == value
                following[i] = row[i - 1] and fits
        row = following
    return row[len(text)]


def folded(pattern: Sequence[Token]) -> list[Token]:
    """Return the pattern with its literal characters in lower case."""
    return [(kind, value.lower() if kind == "char" else value) for kind, value in pattern]


def arn_matches(pattern: Sequence[Token], text: str) -> bool:
    """Match the six components of an ARN one by one."""
    wanted: list[list[Token]] = [[]]
    for token in pattern:
        if token == ("char", ":") and len(wanted) < 6:
            wanted.append([])
        else:
            wanted[-1].append(token)
    given = text.split(":", 5)
    return len(wanted) == len(given) == 6 and all(matches(w, g) for w, g in zip(wanted, given, strict=True))
