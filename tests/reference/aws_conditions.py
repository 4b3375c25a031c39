"""Condition blocks, operator by operator, as the vendor's operator page tells it.

Input: a ``Condition`` object and a key lookup. Output: whether it holds.
Not handled: operators outside the page (``Unspecified``).

References: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Any

from tests.reference.aws_glob import Lookup, arn_matches, folded, literal, matches, tokens
from tests.reference.aws_keys import Keys
from tests.reference.aws_world import Json, Unspecified

Match = Callable[[str, str, Lookup | None], bool]
"""(wanted by the policy, given in the request, variables) → match."""


def _equals(wanted: str, given: str, lookup: Lookup | None) -> bool:
    return literal(tokens(wanted, lookup)) == given


def _equals_ignoring_case(wanted: str, given: str, lookup: Lookup | None) -> bool:
    return literal(tokens(wanted, lookup)).lower() == given.lower()


def _like(wanted: str, given: str, lookup: Lookup | None) -> bool:
    return matches(tokens(wanted, lookup), given)


def _arn(wanted: str, given: str, lookup: Lookup | None) -> bool:
    return arn_matches(tokens(wanted, lookup), given)


def _bool(wanted: str, given: str, _: Lookup | None) -> bool:
    return wanted.lower() == given.lower()


def _binary(wanted: str, given: str, _: Lookup | None) -> bool:
    try:
        return base64.b64decode(wanted, validate=True) == base64.b64decode(given, validate=True)
    except binascii.Error:
        return False


def _ip(wanted: str, given: str, _: Lookup | None) -> bool:
    network = ipaddress.ip_network(wanted, strict=False)
    address = ipaddress.ip_address(given)
    return network.version == address.version and address in network


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _instant(text: str) -> Decimal | None:
    """Seconds since the epoch."""
    epoch = _number(text)
    if epoch is not None:
        return epoch
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days * 86400 + since.seconds) + Decimal(since.microseconds) / 1_000_000


def _ordered(read: Callable[[str], Decimal | None], compare: Callable[[Any, Any], bool]) -> Match:
    def test(wanted: str, given: str, _: Lookup | None) -> bool:
        bound, value = read(wanted), read(given)
        return bound is not None and value is not None and compare(value, bound)

    return test


ORDERS = {"LessThan": lt, "LessThanEquals": le, "GreaterThan": gt, "GreaterThanEquals": ge}
POSITIVE: dict[str, Match] = {
    "StringEquals": _equals, "StringEqualsIgnoreCase": _equals_ignoring_case, "StringLike": _like,
    "ArnEquals": _arn, "ArnLike": _arn, "Bool": _bool, "BinaryEquals": _binary, "IpAddress": _ip,
    "NumericEquals": _ordered(_number, eq), "DateEquals": _ordered(_instant, eq),
}  # fmt: skip
POSITIVE |= {f"Numeric{name}": _ordered(_number, compare) for name, compare in ORDERS.items()}
POSITIVE |= {f"Date{name}": _ordered(_instant, compare) for name, compare in ORDERS.items()}
NEGATED = {
    "StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike", "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress", "NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals",
}  # fmt: skip
TAKES_VARIABLES = ("String", "Arn")


def holds(block: Json, keys: Keys, *, variables: bool) -> bool:
    """Return whether every operator and every key of the block holds."""
    lookup = _single(keys) if variables else None
    return all(
        _one(operator, listed(wanted), keys(key), lookup)
        for operator, tests in block.items()
        for key, wanted in tests.items()
    )


def _single(keys: Keys) -> Lookup:
    def lookup(key: str) -> str | None:
        values = keys(key)
        return values[0] if values else None

    return lookup


def listed(value: Any) -> list[str]:
    """Return one value or a list of values as text; JSON booleans are written ``true`` and ``false``."""
    values = value if isinstance(value, list) else [value]
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in values]


def _one(operator: str, wanted: list[str], given: tuple[str, ...] | None, lookup: Lookup | None) -> bool:
    qualifier, _, name = operator.rpartition(":")
    present = given is not None and len(given) > 0
    if name == "Null":
        return any((value.lower() == "true") != present for value in wanted)
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    base = NEGATED.get(name, name)
    if base not in POSITIVE:
        raise Unspecified(operator)
    negated = name in NEGATED
    if not given:
        if qualifier == "ForAnyValue":
            if if_exists:
                raise Unspecified("an absent key is true for IfExists and false for ForAnyValue")
            return False
        return if_exists or negated or qualifier == "ForAllValues"
    test = POSITIVE[base]
    variables = lookup if base.startswith(TAKES_VARIABLES) else None
    found = [any(test(w, g, variables) for w in wanted) for g in given]
    if qualifier == "ForAllValues":
        return all(hit != negated for hit in found)
    if qualifier == "ForAnyValue":
        return any(hit != negated for hit in found)
    return not any(found) if negated else any(found)


def pattern_matches(pattern: str, text: str, lookup: Lookup | None, *, ignore_case: bool = False) -> bool:
    """Match an Action or Resource pattern."""
    found = tokens(pattern, lookup)
    return matches(folded(found), text.lower()) if ignore_case else matches(found, text)


def variables_of(keys: Keys) -> Lookup:
    """Return the lookup that variables in a Resource element use."""
    return _single(keys)
