"""Parse an IAM policy document into frozen statements.

Input: the JSON object of a policy (identity, resource, trust, boundary, SCP, RCP or session).
Output: ``PolicyDocument``; what cannot be a policy raises ``PolicySyntaxError`` with a JSON pointer, what is only not
understood (an unknown operator or element) becomes a problem of its statement, whose truth is then unknown.
Not handled: checks that need to know where the policy is attached (such as an identity policy with a ``Principal``).

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from graph.evaluate.aws.globs import glob_matches

__all__ = [
    "ConditionTest",
    "Effect",
    "PolicyDocument",
    "PolicyLibrary",
    "PolicySyntaxError",
    "PrincipalElement",
    "REMOVED",
    "Statement",
    "compile_policy",
    "parse_operator",
]

VARIABLES_SINCE: Final = "2012-10-17"
"""The first (and only) language version with policy variables."""
REMOVED: Final[Mapping[str, str]] = {"Effect": "Deny", "Action": "nhi:removed", "Resource": "*"}
"""What stands where a hypothetical change took a statement out: no service has the action, so it says nothing, and the
statements behind it keep their places, which grants are named by. A compiled document leaves it out."""
_DEFAULT_VERSION: Final = "2008-10-17"
_VERSIONS: Final = frozenset({_DEFAULT_VERSION, VARIABLES_SINCE})
_STATEMENT_ELEMENTS: Final = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"}
)
_QUANTIFIERS: Final = {"forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}
_IF_EXISTS: Final = "IfExists"
_PRINCIPAL_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")

_OPERATOR_NAMES: Final = (
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike "
    "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan "
    "NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan "
    "DateGreaterThanEquals Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null"
)
_OPERATORS: Final = {name.lower(): name for name in _OPERATOR_NAMES.split()}


class PolicySyntaxError(ValueError):
    """A policy document that IAM could not have accepted."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"policy document at {place or '/'}: {message}")
        self.place = place
        """JSON pointer inside the document; empty for the document itself."""
        self.message = message


class Effect(StrEnum):
    """What a statement does when it applies."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class ConditionTest:
    """One operator, one key and its values: the unit of a ``Condition`` block."""

    operator: str
    """Base operator in AWS's spelling (``StringLike``), or the written text when it is not known."""
    if_exists: bool
    quantifier: str
    """``ForAllValues``, ``ForAnyValue`` or empty."""
    key: str
    """Lower case."""
    values: tuple[str, ...]
    """In the notation of version 2012-10-17; a ``$`` of an older document is written ``${$}``."""
    policy_version: str

    @property
    def known(self) -> bool:
        """False when the operator is not one that AWS documents."""
        return _OPERATORS.get(self.operator.lower()) == self.operator

    @property
    def name(self) -> str:
        """The operator with its prefix and suffix, as a vendor would write it."""
        prefix = f"{self.quantifier}:" if self.quantifier else ""
        return f"{prefix}{self.operator}{_IF_EXISTS if self.if_exists else ''}"


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """A ``Principal`` or ``NotPrincipal`` element."""

    aws: tuple[str, ...] = ()
    """ARNs, account ids, unique ids or ``*``."""
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()
    canonical: tuple[str, ...] = ()
    not_principal: bool = False
    anyone: bool = False
    """Written as the bare string ``"*"``."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, ready to be matched."""

    index: int
    """Zero-based place in the document."""
    sid: str
    effect: Effect
    actions: tuple[str, ...]
    """Patterns of ``Action`` or ``NotAction``, lower case."""
    not_action: bool
    resources: tuple[str, ...]
    """Patterns of ``Resource`` or ``NotResource``; empty when the element is missing (trust policies)."""
    not_resource: bool
    principals: PrincipalElement | None
    conditions: tuple[ConditionTest, ...]
    problems: tuple[str, ...] = ()
    """What was not understood; while not empty, the statement is at best possibly true."""

    def covers_action(self, action: str) -> bool:
        """Tell whether the statement speaks of an action; upper and lower case are the same to IAM."""
        folded = action.lower()
        return any(glob_matches(pattern, folded) for pattern in self.actions) != self.not_action


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A parsed policy."""

    version: str
    statements: tuple[Statement, ...]
    digest: str
    """SHA-256 of the canonical JSON, hexadecimal; equal documents have equal digests."""


def _fail(place: str, message: str) -> PolicySyntaxError:
    return PolicySyntaxError(place, message)


def _strings(value: object, place: str) -> tuple[str, ...]:
    """Read a string or a list of strings."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        for index, item in enumerate(value):
            if not isinstance(item, str):
                raise _fail(f"{place}/{index}", "must be a string")
        return tuple(value)
    raise _fail(place, "must be a string or a list of strings")


def _scalar(value: object, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    raise _fail(place, "must be a string, a number or a boolean")


def _pointer(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def _modern(patterns: tuple[str, ...], version: str) -> tuple[str, ...]:
    """Write patterns of an older document so that nothing in them reads as a variable."""
    if version == VARIABLES_SINCE:
        return patterns
    return tuple(pattern.replace("${", "${$}{") for pattern in patterns)


def parse_operator(written: str) -> tuple[str, str, bool]:
    """Split ``ForAnyValue:StringLikeIfExists`` into quantifier, base operator and IfExists.

    Returns
    -------
    tuple
        Quantifier or empty, the operator in AWS's spelling (as written when not known), and whether IfExists is on it.
    """
    head, colon, tail = written.partition(":")
    quantifier = _QUANTIFIERS.get(head.lower(), "") if colon else ""
    rest = tail if quantifier else written
    if_exists = rest.lower().endswith(_IF_EXISTS.lower())
    base = rest[: -len(_IF_EXISTS)] if if_exists else rest
    name = _OPERATORS.get(base.lower())
    if name is None or (name == "Null" and (if_exists or quantifier)):
        return "", written, False
    return quantifier, name, if_exists


def _conditions(block: object, version: str, place: str) -> tuple[tuple[ConditionTest, ...], tuple[str, ...]]:
    if not isinstance(block, Mapping):
        raise _fail(place, "Condition must be an object")
    tests: list[ConditionTest] = []
    problems: list[str] = []
    for written, keys in block.items():
        here = f"{place}/{_pointer(str(written))}"
        if not isinstance(keys, Mapping):
            raise _fail(here, "a condition operator must hold an object of keys")
        quantifier, operator, if_exists = parse_operator(str(written))
        if operator.lower() not in _OPERATORS:
            problems.append(f"condition operator {written!s} is not known")
        for key, value in keys.items():
            spot = f"{here}/{_pointer(str(key))}"
            listed = value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else [value]
            values = tuple(_scalar(item, spot) for item in listed)
            tests.append(
                ConditionTest(operator, if_exists, quantifier, str(key).lower(), _modern(values, version), version)
            )
    return tuple(tests), tuple(problems)


def _principals(value: object, negated: bool, place: str) -> tuple[PrincipalElement, tuple[str, ...]]:
    if isinstance(value, str):
        if value == "*":
            return PrincipalElement(not_principal=negated, anyone=True), ()
        raise _fail(place, 'a principal given as a string can only be "*"')
    if not isinstance(value, Mapping):
        raise _fail(place, 'must be "*" or an object')
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for kind, listed in value.items():
        if kind in _PRINCIPAL_KINDS:
            found[kind] = _strings(listed, f"{place}/{_pointer(str(kind))}")
        else:
            problems.append(f"principal type {kind!s} is not known")
    aws, service, federated, canonical = (found.get(kind, ()) for kind in _PRINCIPAL_KINDS)
    return PrincipalElement(aws, service, federated, canonical, not_principal=negated), tuple(problems)


def _pair(body: Mapping[str, Any], name: str, place: str) -> tuple[object, bool] | None:
    """Return the value of an element or of its ``Not`` form, and whether it was the latter."""
    plain, negated = name in body, f"Not{name}" in body
    if plain and negated:
        raise _fail(place, f"holds both {name} and Not{name}")
    if not plain and not negated:
        return None
    return body[name if plain else f"Not{name}"], negated


def _statement(body: object, index: int, version: str, place: str) -> Statement:
    if not isinstance(body, Mapping):
        raise _fail(place, "a statement must be an object")
    problems = [f"element {key!s} is not known" for key in body if key not in _STATEMENT_ELEMENTS]
    if version not in _VERSIONS:
        problems.append(f"language version {version} is not known")
    if "Effect" not in body:
        raise _fail(place, "Effect is missing")
    try:
        effect = Effect(body["Effect"])
    except ValueError:
        raise _fail(f"{place}/Effect", "Effect must be Allow or Deny") from None
    sid = body.get("Sid", "")
    if not isinstance(sid, str):
        raise _fail(f"{place}/Sid", "must be a string")

    action = _pair(body, "Action", place)
    if action is None:
        raise _fail(place, "Action is missing")
    actions = _strings(action[0], f"{place}/{'NotAction' if action[1] else 'Action'}")
    principal = _pair(body, "Principal", place)
    principals: PrincipalElement | None = None
    if principal is not None:
        name = "NotPrincipal" if principal[1] else "Principal"
        principals, more = _principals(principal[0], principal[1], f"{place}/{name}")
        problems += more
    resource = _pair(body, "Resource", place)
    resources: tuple[str, ...] = ()
    if resource is not None:
        resources = _strings(resource[0], f"{place}/{'NotResource' if resource[1] else 'Resource'}")
    elif principals is None:
        problems.append("Resource is missing")
    conditions: tuple[ConditionTest, ...] = ()
    if "Condition" in body:
        conditions, more = _conditions(body["Condition"], version, f"{place}/Condition")
        problems += more
    return Statement(
        index=index,
        sid=sid,
        effect=effect,
        actions=tuple(pattern.lower() for pattern in actions),
        not_action=action[1],
        resources=_modern(resources, version),
        not_resource=resource is not None and resource[1],
        principals=principals,
        conditions=conditions,
        problems=tuple(problems),
    )


def _canonical(body: object) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)


def compile_policy(body: Mapping[str, Any]) -> PolicyDocument:
    """Parse a policy document.

    Parameters
    ----------
    body
        The document as a JSON object; a single statement object and single strings in place of lists are accepted.

    Returns
    -------
    PolicyDocument
        Statements in the order of the document, without those that a hypothetical change removed.

    Raises
    ------
    PolicySyntaxError
        Wrong types, no Statement, missing or unknown Effect, missing Action, an element together with its ``Not`` form.
    """
    if not isinstance(body, Mapping):
        raise _fail("", "must be a JSON object")
    version = body.get("Version", _DEFAULT_VERSION)
    if not isinstance(version, str):
        raise _fail("/Version", "must be a string")
    if "Statement" not in body:
        raise _fail("", "Statement is missing")
    listed = body["Statement"]
    if isinstance(listed, Mapping):
        statements: tuple[Statement, ...] = () if listed == REMOVED else (_statement(listed, 0, version, "/Statement"),)
    elif isinstance(listed, Sequence) and not isinstance(listed, (str, bytes)):
        statements = tuple(
            _statement(item, index, version, f"/Statement/{index}")
            for index, item in enumerate(listed)
            if item != REMOVED
        )
    else:
        raise _fail("/Statement", "must be an object or a list of objects")
    digest = hashlib.sha256(_canonical(body).encode()).hexdigest()
    return PolicyDocument(version, statements, digest)


class PolicyLibrary:
    """Compile policies and keep one object for equal documents, however often they occur."""

    def __init__(self) -> None:
        self._known: dict[str, PolicyDocument] = {}

    def __len__(self) -> int:
        return len(self._known)

    def compile(self, body: Mapping[str, Any]) -> PolicyDocument:
        """Return the parsed document, the same object for equal JSON.

        Raises
        ------
        PolicySyntaxError
            As ``compile_policy``.
        """
        key = _canonical(body)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = compile_policy(body)
        return found
