"""Small policies over a small alphabet, and the sets that they allow, by plain enumeration.

Input: none. Output: Hypothesis strategies; the product's set and the reference's world of the same policies; `allowed`,
the matrix of actions and resources that they allow, by set algebra on lists of texts that patterns match.
Not handled: policies of resources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from analytics.delegation.sets import PermissionSet, permission_set
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers
from graph.evaluate.aws.context import Principal, PrincipalKind
from graph.evaluate.aws.document import compile_policy
from tests.reference.aws_world import Json, What, Who, World

__all__ = [
    "ACCOUNT",
    "ACTIONS",
    "CONTEXTS",
    "RESOURCES",
    "Layers",
    "allowed",
    "compiled",
    "layers",
    "principal",
    "set_of",
    "world",
]

ACCOUNT = "111111111111"
Layers = dict[str, Any]
"""``identity`` (list), ``boundary`` (document or None), ``scps`` (list of levels), all JSON."""
Matrix = NDArray[np.bool_]
Holding = dict[str, tuple[str, ...]]
"""Condition keys with their values."""


def _texts(letters: str, longest: int) -> list[str]:
    return ["".join(each) for length in range(1, longest + 1) for each in product(letters, repeat=length)]


ACTIONS = [f"{service}:{name}" for service in ("a", "b", "ab", "c") for name in _texts("abc", 3)]
"""Two services that patterns name, one that begins like them, one that nobody names; ``c`` is in no pattern."""
RESOURCES = ["*", *(f"arn:aws:s:::{name}" for name in _texts("abc", 4))]
RESOURCES += [f"arn:aws:s:r:{ACCOUNT}:a", f"arn:aws:t::{ACCOUNT}:b"]
CONTEXTS: tuple[Holding, ...] = tuple(
    {"aws:SourceVpc": (vpc,), "aws:SecureTransport": (secure,), "aws:UserAgent": (agent,)}
    for vpc, secure, agent in product(("vpc-1", "vpc-2"), ("true", "false"), ("x", "y"))
)
"""Every combination of the conditions below: they are independent of each other."""
CONDITIONS: tuple[Json, ...] = (
    {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringEquals": {"aws:UserAgent": "x"}},
    {"StringEquals": {"aws:SourceVpc": "vpc-1"}, "Bool": {"aws:SecureTransport": "true"}},
)

_name = st.text("abA*?", min_size=1, max_size=3)
_action = st.one_of(
    st.just("*"),
    _name.map(lambda name: f"a:{name}"),
    _name.map(lambda name: f"b:{name}"),
    st.tuples(st.text("ab*?", min_size=1, max_size=2), _name).map(":".join),
    st.sampled_from(["*a", "a*", "?:*", "*:*b"]),
)
_resource = st.one_of(
    st.just("*"),
    st.text("ab*?", min_size=1, max_size=3).map(lambda name: f"arn:aws:s:::{name}"),
    st.sampled_from(["arn:*", "*a", "arn:aws:?::*:b", f"arn:aws:s:r:{ACCOUNT}:*", "arn:aws:s:*:222222222222:*", "*:a"]),
    st.sampled_from(["arn:aws:s:::${aws:username}*", "arn:aws:s:::${aws:username}", "arn:aws:s:::a${*}"]),
)


@st.composite
def _statement(draw: st.DrawFn, conditions: bool) -> Json:
    action = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    resource = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))
    body: dict[str, Any] = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"])),
        action: draw(st.lists(_action, min_size=1, max_size=3)),
        resource: draw(st.lists(_resource, min_size=1, max_size=2)),
    }
    if conditions and draw(st.booleans()):
        body["Condition"] = draw(st.sampled_from(CONDITIONS))
    return body


def _documents(conditions: bool) -> st.SearchStrategy[Json]:
    return st.lists(_statement(conditions), min_size=1, max_size=3).map(
        lambda statements: {"Version": "2012-10-17", "Statement": statements}
    )


@st.composite
def layers(draw: st.DrawFn, conditions: bool = False) -> Layers:
    """Return a strategy of everything in force on a principal."""
    some = _documents(conditions)
    return {
        "identity": draw(st.lists(some, max_size=2)),
        "boundary": draw(st.one_of(st.none(), st.none(), some)),
        "scps": draw(st.one_of(st.just([]), st.lists(st.lists(some, min_size=1, max_size=2), max_size=2))),
    }


def principal(name: str) -> Principal:
    """Return a user of the account."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return Principal(PrincipalKind.USER, arn, ACCOUNT, name=name, tags={}, organization_id="")


def compiled(found: Layers) -> PolicyLayers:
    """Return the layers as the product takes them."""

    def label(body: Json, name: str) -> LabelledDocument:
        return LabelledDocument(name, compile_policy(body))

    return PolicyLayers(
        identity=tuple(label(body, f"p{place}") for place, body in enumerate(found["identity"])),
        boundary=label(found["boundary"], "b") if found["boundary"] else None,
        scps=tuple(tuple(label(body, "s") for body in level) for level in found["scps"]),
    )


def set_of(found: Layers, name: str) -> PermissionSet:
    """Return the product's effective set."""
    return permission_set(principal(name), compiled(found))


def world(found: Layers, name: str, action: str, resource: str, holding: Holding) -> World:
    """Return one request as the reference takes it."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return World(
        Who("user", arn, ACCOUNT, tags={}, organization_id=""),
        action,
        What(resource, ACCOUNT),
        holding,
        identity=tuple(found["identity"]),
        boundary=found["boundary"],
        scps=tuple(tuple(level) for level in found["scps"]),
    )


@cache
def _matching(pattern: str, texts: str) -> Matrix:
    listed, flags = (ACTIONS, re.IGNORECASE) if texts == "actions" else (RESOURCES, 0)
    literal = pattern.replace("${*}", "\0")
    written = re.escape(literal).replace(r"\*", ".*").replace(r"\?", ".").replace("\0", r"\*")
    found = re.compile(written, flags | re.DOTALL)
    return np.array([found.fullmatch(text) is not None for text in listed])


def _speaks(patterns: Sequence[str], texts: str, negated: bool) -> Matrix:
    found: Matrix = np.logical_or.reduce([_matching(pattern, texts) for pattern in patterns])
    return ~found if negated else found


def _holds(condition: Json, holding: Holding) -> bool:
    return all(holding[key] == (value,) for keys in condition.values() for key, value in keys.items())


def _part(documents: Sequence[Json], effect: str, name: str, holding: Holding) -> Matrix:
    found = np.zeros((len(ACTIONS), len(RESOURCES)), dtype=np.bool_)
    for body in documents:
        for item in body["Statement"]:
            if item["Effect"] == effect and _holds(item.get("Condition", {}), holding):
                resources = item.get("Resource", item.get("NotResource"))
                named = [pattern.replace("${aws:username}", name) for pattern in resources]
                found |= np.outer(
                    _speaks(item.get("Action", item.get("NotAction")), "actions", "NotAction" in item),
                    _speaks(named, "resources", "NotResource" in item),
                )
    return found


def allowed(found: Layers, name: str, holding: Holding) -> Matrix:
    """Return by action and resource whether it is allowed: what AWS's page on evaluation logic says, as set algebra."""
    boundary = [found["boundary"]] if found["boundary"] else []
    everything = [*found["identity"], *boundary, *(body for level in found["scps"] for body in level)]
    result = _part(found["identity"], "Allow", name, holding) & ~_part(everything, "Deny", name, holding)
    for layer in (*([boundary] if boundary else []), *found["scps"]):
        result &= _part(layer, "Allow", name, holding)
    return result
