"""Evaluate the condition of a role assignment: exactly where everything is known, else with what stays open.

Input: a condition's text and the request. Output: ``Verdict``: true, false, or the conditions that are left.
Handled: attributes that the request states; the time of the call (``@Environment[UtcNow]``); comparisons of unknown
attributes, which stay open as atoms under ``azure:<source>:<attribute>``.
Not handled: attributes compared with each other, hours of the day, quantifiers over all values of an unknown attribute:
what rests on them is told as not understood.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/conditions-format (read 2026-11).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graph.decision import ALWAYS, Atom, Residual, Truth, merge_residuals
from graph.evaluate.azure.condition_parse import (
    ActionMatches,
    AllOf,
    AnyOf,
    Attribute,
    Comparison,
    ConditionError,
    Exists,
    Expression,
    Not,
    SubOperationMatches,
    parse_condition,
)
from graph.evaluate.azure.patterns import means
from graph.evaluate.entra.conditions import NOW

__all__ = ["NOT_UNDERSTOOD", "Asked", "Verdict", "evaluate_condition", "negated"]

NOT_UNDERSTOOD = "azure:condition"
"""Key of an atom that stands for a condition, or a part of one, that is not understood."""
_MOST = 64
"""Clauses of one condition; a condition with more is told as not understood."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a condition is asked about."""

    action: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``<source>:<attribute>`` in lower case to its values; an attribute without values is known to be missing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition comes to."""

    truth: Truth
    left: Residual = ALWAYS
    """Where the truth is unknown: what must hold for it to be true."""


_TRUE, _FALSE = Verdict(Truth.TRUE), Verdict(Truth.FALSE)


def evaluate_condition(text: str, asked: Asked) -> Verdict:
    """Return what a condition comes to; an empty one holds."""
    if not text.strip():
        return _TRUE
    try:
        tree = parse_condition(text)
    except ConditionError as error:
        return _open(_unread(f"{error}"))
    return _evaluate(tree, asked, wanted=True)


def negated(verdict: Verdict) -> Verdict:
    """Return the contrary of a verdict that stays open in clauses of atoms."""
    if verdict.truth is not Truth.UNKNOWN:
        return _FALSE if verdict.truth is Truth.TRUE else _TRUE
    contrary = [tuple((_flipped(atom),) for atom in clause) for clause in verdict.left]
    return _any([Verdict(Truth.UNKNOWN, merge_residuals([(clause,) for clause in part])) for part in contrary])


def _flipped(atom: Atom) -> Atom:
    return atom if atom.operator == "?" else Atom(atom.key, atom.operator, atom.values, not atom.negated, "azure")


def _unread(what: str) -> Atom:
    return Atom(NOT_UNDERSTOOD, "?", (what,), provider="azure")


def _open(atom: Atom) -> Verdict:
    return Verdict(Truth.UNKNOWN, ((atom,),))


def _evaluate(tree: Expression, asked: Asked, *, wanted: bool) -> Verdict:
    """Return what a tree comes to, or with ``wanted`` false what its contrary comes to."""
    match tree:
        case Not():
            return _evaluate(tree.inner, asked, wanted=not wanted)
        case AllOf() | AnyOf():
            parts = [_evaluate(part, asked, wanted=wanted) for part in tree.parts]
            return _all(parts) if isinstance(tree, AllOf) is wanted else _any(parts)
        case ActionMatches():
            return _known(means(tree.pattern, asked.action), wanted)
        case SubOperationMatches():
            values = asked.attributes.get("request:suboperation")
            if values is not None:
                return _known(tree.name.lower() in {value.lower() for value in values}, wanted)
            return _open(_atom("azure:request:suboperation", "StringEqualsIgnoreCase", (tree.name,), wanted))
        case Exists():
            values = asked.attributes.get(_key(tree.attribute))
            if values is not None:
                return _known(bool(values), wanted)
            return _open(_atom(_atom_key(tree.attribute), "Null", ("false",), wanted))
        case Comparison():
            return _compare(tree, asked, wanted)


def _known(truth: bool, wanted: bool) -> Verdict:
    return _TRUE if truth is wanted else _FALSE


def _all(parts: list[Verdict]) -> Verdict:
    if any(part.truth is Truth.FALSE for part in parts):
        return _FALSE
    left = [part.left for part in parts if part.truth is Truth.UNKNOWN]
    return Verdict(Truth.UNKNOWN, merge_residuals(left)) if left else _TRUE


def _any(parts: list[Verdict]) -> Verdict:
    if any(part.truth is Truth.TRUE for part in parts):
        return _TRUE
    left = [part.left for part in parts if part.truth is Truth.UNKNOWN]
    if not left:
        return _FALSE
    size = 1
    for each in left:
        size *= len(each)
    if size > _MOST:
        return _open(_unread("it has too many alternatives"))
    clauses = {tuple(sorted({atom for clause in choice for atom in clause})) for choice in itertools.product(*left)}
    return Verdict(Truth.UNKNOWN, tuple(sorted(clauses)))


# ---- comparisons


def _key(attribute: Attribute) -> str:
    return f"{attribute.source}:{attribute.name}"


def _atom_key(attribute: Attribute) -> str:
    key = _key(attribute)
    return NOW if key == "environment:utcnow" else f"azure:{key}"


def _atom(key: str, operator: str, values: tuple[str, ...], wanted: bool) -> Atom:
    return Atom(key, operator, values, not wanted, "azure")


def _compare(test: Comparison, asked: Asked, wanted: bool) -> Verdict:
    compare, operator, contrary = _operator(test.operator)
    if compare is None:
        return _open(_unread(f"the operator {test.operator}"))
    left, right = _values(test.left, asked), _values(test.right, asked)
    if left is not None and right is not None:
        if not left or not right:
            # A comparison with what is missing holds for no value; what its negative form gives is not written.
            return _open(_unread(f"{test.operator} of a missing attribute")) if contrary else _known(False, wanted)
        return _known(_quantified(test.quantifier, compare, contrary, left, right), wanted)
    if not isinstance(test.left, Attribute) or right is None:
        return _open(_unread("attributes that are compared with each other"))
    if len(right) > 1 and test.quantifier.endswith("OfAllValues") is not contrary:
        # "Equal to each of several" and "unlike one or the other of several" are no test of one list of values.
        return _open(_unread(f"{test.quantifier or 'no quantifier'} of {test.operator} and several values"))
    if not operator:
        return _open(_unread(f"the operator {test.operator} of an unknown attribute"))
    if test.quantifier.startswith("ForAllOf"):
        operator = f"ForAllValues:{operator}"
    values = tuple(f"{value}*" for value in right) if "StartsWith" in test.operator else right
    return _open(_atom(_atom_key(test.left), operator, values, wanted is not contrary))


def _values(operand: Attribute | tuple[str, ...], asked: Asked) -> tuple[str, ...] | None:
    return asked.attributes.get(_key(operand)) if isinstance(operand, Attribute) else operand


def _quantified(
    quantifier: str, compare: Callable[[str, str], bool], contrary: bool, left: tuple[str, ...], right: tuple[str, ...]
) -> bool:
    over_left = all if quantifier.startswith("ForAllOf") else any
    over_right = all if quantifier.endswith("OfAllValues") else any
    return over_left(over_right(compare(one, other) is not contrary for other in right) for one in left)


_Compare = Callable[[str, str], bool]


def _operator(name: str) -> tuple[_Compare | None, str, bool]:
    """Return how values are compared, the operator of an atom (empty: none), and whether the name says ``Not``."""
    contrary = "Not" in name
    plain = name.replace("Not", "", 1)
    ignore = plain.endswith("IgnoreCase")
    found = _OPERATORS.get(plain.removesuffix("IgnoreCase"))
    if found is None:
        return None, "", contrary
    compare, operator = found
    if ignore:
        operator = "StringEqualsIgnoreCase" if operator == "StringEquals" else operator

        def caseless(one: str, other: str) -> bool:
            return compare(one.lower(), other.lower())

        return caseless, operator, contrary
    return compare, operator, contrary


def _like(one: str, pattern: str) -> bool:
    parts = re.split(r"(\\[*?]|[*?])", pattern)
    spelled = {"*": ".*", "?": "."}
    text = "".join(spelled.get(part, re.escape(part[1:] if part[:1] == "\\" else part)) for part in parts)
    return re.fullmatch(text, one, re.DOTALL) is not None


def _equal(one: str, other: str) -> bool:
    return one == other


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _number(compare: Callable[[int, int], bool]) -> _Compare:
    def of(one: str, other: str) -> bool:
        try:
            return compare(int(one), int(other))
        except ValueError:
            return False

    return of


def _time(compare: Callable[[str, str], bool]) -> _Compare:
    def of(one: str, other: str) -> bool:
        return compare(_padded(one), _padded(other))

    return of


def _padded(time: str) -> str:
    """Return a time with seven digits after the second, so that texts compare as times do."""
    whole, _, part = time.upper().removesuffix("Z").partition(".")
    return f"{whole}.{part:0<7}"


_OPERATORS: Mapping[str, tuple[_Compare, str]] = {
    "StringEquals": (_equal, "StringEquals"),
    "StringLike": (_like, "StringLike"),
    "StringStartsWith": (str.startswith, "StringLike"),
    "GuidEquals": (_same, "StringEqualsIgnoreCase"),
    "BoolEquals": (_same, "Bool"),
    "NumericEquals": (_number(int.__eq__), "NumericEquals"),
    "NumericLessThan": (_number(int.__lt__), "NumericLessThan"),
    "NumericLessThanEquals": (_number(int.__le__), "NumericLessThanEquals"),
    "NumericGreaterThan": (_number(int.__gt__), "NumericGreaterThan"),
    "NumericGreaterThanEquals": (_number(int.__ge__), "NumericGreaterThanEquals"),
    "DateTimeEquals": (_time(str.__eq__), "DateEquals"),
    "DateTimeLessThan": (_time(str.__lt__), "DateLessThan"),
    "DateTimeLessThanEquals": (_time(str.__le__), "DateLessThanEquals"),
    "DateTimeGreaterThan": (_time(str.__gt__), "DateGreaterThan"),
    "DateTimeGreaterThanEquals": (_time(str.__ge__), "DateGreaterThanEquals"),
}
"""By operator without ``Not`` and ``IgnoreCase``: how known values compare, and the atom's operator for unknown."""
