"""Compare one policy value with one request value, for each family of condition operators.

Input: a base operator, a value of the policy, a value of the request. Output: ``Truth``.
Not handled: sets of values, absent keys, negation and variables; ``conditions`` adds them.

A policy value that its operator cannot read gives ``UNKNOWN``; so does a request value that a negated operator cannot
read.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import operator as comparisons
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

from graph.decision import Truth
from graph.evaluate.aws.globs import arn_like, glob_matches, unescape

__all__ = ["NEGATED", "compare", "equals_pattern", "instant", "is_text", "takes_variables"]

NEGATED: Final = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
"""Negated operator to the one that it negates."""

_ORDER: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "Equals": comparisons.eq,
    "LessThan": comparisons.lt,
    "LessThanEquals": comparisons.le,
    "GreaterThan": comparisons.gt,
    "GreaterThanEquals": comparisons.ge,
}
_YEAR_DIGITS: Final = 4


def is_text(operator: str) -> bool:
    """Tell whether an operator compares strings."""
    return operator.startswith("String")


def takes_variables(operator: str) -> bool:
    """Tell whether policy variables are replaced in the values of an operator."""
    return operator.startswith(("String", "Arn")) or operator == "Bool"


def equals_pattern(value: str) -> str:
    """Write a ``StringEquals`` value as a pattern: its wildcards are literal, ``${…}`` stays."""
    if "*" not in value and "?" not in value:
        return value
    parts: list[str] = []
    at = 0
    while at < len(value):
        if value.startswith("${", at):
            end = value.find("}", at)
            end = len(value) if end < 0 else end + 1
            parts.append(value[at:end])
            at = end
            continue
        parts.append(f"${{{value[at]}}}" if value[at] in "*?" else value[at])
        at += 1
    return "".join(parts)


def compare(operator: str, negated: bool, expected: str, actual: str) -> Truth:
    """Compare a policy value with a request value.

    Parameters
    ----------
    operator
        Base operator in its positive form (``StringEquals``, not ``StringNotEquals``).
    negated
        Whether the result will be negated; decides what an unreadable request value means.
    expected
        Policy value, variables substituted.
    actual
        Request value.
    """
    if operator in ("StringEquals", "StringLike", "StringEqualsIgnoreCase"):
        pattern = expected if operator == "StringLike" else equals_pattern(expected)
        if operator == "StringEqualsIgnoreCase":
            return Truth.of(glob_matches(pattern.lower(), actual.lower()))
        return Truth.of(glob_matches(pattern, actual))
    if operator in ("ArnLike", "ArnEquals"):
        matched = arn_like(expected, actual)
        return Truth.UNKNOWN if matched is None else Truth.of(matched)
    unread = Truth.UNKNOWN if negated else Truth.FALSE
    if operator == "Bool":
        wanted, given = unescape(expected).lower(), actual.lower()
        if wanted not in ("true", "false"):
            return Truth.UNKNOWN
        return Truth.of(wanted == given)
    if operator == "BinaryEquals":
        return _binary(expected, actual)
    if operator == "IpAddress":
        return _address(expected, actual, unread)
    read = _number if operator.startswith("Numeric") else instant
    left, right = read(actual), read(expected)
    if right is None:
        return Truth.UNKNOWN
    if left is None:
        return unread
    return Truth.of(_ORDER[operator.removeprefix("Numeric").removeprefix("Date")](left, right))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@lru_cache(maxsize=4096)
def instant(text: str) -> Decimal | None:
    """Read an ISO 8601 date or Unix seconds as Unix seconds; four digits could be either and are not read."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) == _YEAR_DIGITS:
        return None
    number = _number(text)
    if number is not None:
        return number
    padded = f"{text}-01" if text.count("-") == 1 and "T" not in text else text
    try:
        moment = datetime.fromisoformat(padded)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days * 86400 + since.seconds) + Decimal(since.microseconds) / 1_000_000


def _binary(expected: str, actual: str) -> Truth:
    if expected == actual:
        return Truth.TRUE
    try:
        return Truth.of(base64.b64decode(expected, validate=True) == actual.encode())
    except (binascii.Error, ValueError):
        return Truth.UNKNOWN


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        # AWS accepts a range with host bits set; a bare address is a range of one.
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _address(expected: str, actual: str, unread: Truth) -> Truth:
    network = _network(expected)
    if network is None:
        return Truth.UNKNOWN
    try:
        address = ipaddress.ip_address(actual.strip())
    except ValueError:
        return unread
    return Truth.of(address.version == network.version and address in network)
