"""Parse the condition of a role assignment (attribute-based access control) into a tree.

Input: the condition's text. Output: ``Expression``.
Handled: version 2.0 as Microsoft documents it: ``ActionMatches``, ``SubOperationMatches``, ``Exists``, attributes of
request, resource, principal and environment, every comparison with its quantifier, ``AND`` ``OR`` ``NOT`` and their
signs, parentheses, sets of strings, numbers, GUIDs and truth values.
Not handled: ``AND`` and ``OR`` side by side without parentheses, which Azure does not take either.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/conditions-format (read 2026-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "ActionMatches",
    "AllOf",
    "AnyOf",
    "Attribute",
    "Comparison",
    "ConditionError",
    "Exists",
    "Expression",
    "Not",
    "Operand",
    "SubOperationMatches",
    "parse_condition",
]


class ConditionError(ValueError):
    """A condition that is not written as Microsoft documents it."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of one of the four sources."""

    source: str
    """``request``, ``resource``, ``principal`` or ``environment``."""
    name: str
    """Lower case, without the brackets."""


Operand = Attribute | tuple[str, ...]
"""What a comparison is about: an attribute, or values."""


@dataclass(frozen=True, slots=True)
class ActionMatches:
    """The action asked for is meant by a pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class SubOperationMatches:
    """The part of an action that is asked for, such as ``Blob.List``."""

    name: str


@dataclass(frozen=True, slots=True)
class Exists:
    """An attribute has a value at all."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Comparison:
    """An attribute compared with values, or with another attribute."""

    left: Operand
    quantifier: str
    """``ForAnyOfAnyValues`` …, or empty."""
    operator: str
    """In Microsoft's spelling, without the quantifier."""
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds."""

    parts: tuple[Expression, ...]


Expression = ActionMatches | SubOperationMatches | Exists | Comparison | Not | AllOf | AnyOf

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:\\.|[^'\\])*')
      | (?P<attribute>@(?:Request|Resource|Principal|Environment)\s*\[[^\[\]]+\])
      | (?P<sign>&&|\|\||[(){}!,])
      | (?P<word>[A-Za-z0-9_][A-Za-z0-9_:.\-]*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_AND, _OR, _NOT = ("AND", "&&"), ("OR", "||"), ("NOT", "!")
_QUANTIFIERS = {
    name.lower(): name for name in ("ForAnyOfAnyValues", "ForAllOfAnyValues", "ForAnyOfAllValues", "ForAllOfAllValues")
}
_GIVEN_DEPTH = 60
"""Parentheses in parentheses; Azure's own limit on the text (8 KB) allows more than anybody writes."""


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Expression:
    """Return the tree of a condition.

    Raises
    ------
    ConditionError
        It is not written as documented; the text names the place.
    """
    parser = _Parser(_tokens(text))
    found = parser.any_of(0)
    parser.finish()
    return found


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    place = 0
    while place < len(text) and text[place:].strip():
        found = _TOKEN.match(text, place)
        if found is None:
            raise ConditionError(f"not understood at {text[place : place + 20]!r}")
        tokens.append(found.group(found.lastgroup or 0))
        place = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    def finish(self) -> None:
        """Raise where something is left over."""
        if self._peek():
            raise ConditionError(f"not understood at {self._peek()!r}")

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise ConditionError(f"{wanted or 'more'!r} expected instead of {token or 'the end'!r}")
        self._place += 1
        return token

    def _is(self, words: tuple[str, ...]) -> bool:
        return self._peek().upper() in words

    def any_of(self, depth: int) -> Expression:
        """Return what stands up to a closing parenthesis or the end: parts joined by one kind of joint."""
        parts = [self._single(depth)]
        joint = _AND if self._is(_AND) else _OR
        while self._is(joint):
            self._take()
            parts.append(self._single(depth))
        if self._is(_AND) or self._is(_OR):
            raise ConditionError("AND and OR stand side by side without parentheses")
        if len(parts) == 1:
            return parts[0]
        return AllOf(tuple(parts)) if joint is _AND else AnyOf(tuple(parts))

    def _single(self, depth: int) -> Expression:
        if depth > _GIVEN_DEPTH:
            raise ConditionError("too many parentheses in each other")
        if self._is(_NOT):
            self._take()
            return Not(self._single(depth + 1))
        if self._peek() == "(":
            self._take()
            inner = self.any_of(depth + 1)
            self._take(")")
            return inner
        word = self._peek().lower()
        if word in ("actionmatches", "suboperationmatches"):
            self._take()
            values = self._set()
            if len(values) != 1:
                raise ConditionError(f"{word} takes one value")
            return ActionMatches(values[0]) if word == "actionmatches" else SubOperationMatches(values[0])
        if word == "exists":
            self._take()
            operand = self._operand()
            if not isinstance(operand, Attribute):
                raise ConditionError("Exists takes an attribute")
            return Exists(operand)
        return self._comparison()

    def _comparison(self) -> Comparison:
        left = self._operand()
        name = self._take()
        quantifier, colon, operator = name.partition(":")
        if not colon:
            quantifier, operator = "", name
        elif quantifier.lower() not in _QUANTIFIERS:
            raise ConditionError(f"{quantifier!r} is no quantifier")
        return Comparison(left, _QUANTIFIERS.get(quantifier.lower(), ""), operator, self._operand())

    def _operand(self) -> Operand:
        token = self._peek()
        if token.startswith("@"):
            self._take()
            source, _, name = token[1:-1].partition("[")
            return Attribute(source.strip().lower(), name.strip().lower())
        return self._set() if token == "{" else (self._value(),)

    def _set(self) -> tuple[str, ...]:
        self._take("{")
        values = [self._value()]
        while self._peek() == ",":
            self._take()
            values.append(self._value())
        self._take("}")
        return tuple(values)

    def _value(self) -> str:
        token = self._take()
        if token.startswith("'"):
            return re.sub(r"\\(['\\])", r"\1", token[1:-1])
        if token[0] in "(){}!,&|@" or token.upper() in (*_AND, *_OR, *_NOT):
            raise ConditionError(f"a value expected instead of {token!r}")
        return token
