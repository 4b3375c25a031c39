"""Small policies over a small alphabet, and all actions and resources that are worth asking about.

Input: none. Output: Hypothesis strategies, a principal, layers out of documents, lists of texts.
Not handled: policies of resources.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import strategies as st

from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers
from graph.evaluate.aws.context import Principal, PrincipalKind
from graph.evaluate.aws.document import compile_policy
from tests.reference.aws_world import Json, What, Who, World

__all__ = ["ACCOUNT", "ACTIONS", "RESOURCES", "Layers", "documents", "layers", "principal", "world"]

ACCOUNT = "111111111111"
Layers = dict[str, Any]
"""``identity`` (list), ``boundary`` (document or None), ``scps`` (list of levels), all JSON."""


def _texts(letters: str, longest: int) -> list[str]:
    return ["".join(each) for length in range(1, longest + 1) for each in product(letters, repeat=length)]


ACTIONS = [f"{service}:{name}" for service in ("a", "b", "ab", "c") for name in _texts("abc", 2)]
"""Two services that patterns name, one that begins like them, one that nobody names; ``c`` is in no pattern."""
RESOURCES = [
    "*",
    *(f"arn:aws:s:::{name}" for name in _texts("abc", 3)),
    f"arn:aws:s:r:{ACCOUNT}:a",
    f"arn:aws:t::{ACCOUNT}:b",
]

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
)
CONDITIONS: tuple[Json, ...] = (
    {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    {"StringEquals": {"aws:SourceVpc": "vpc-2"}},
    {"Bool": {"aws:SecureTransport": "true"}},
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


def documents(conditions: bool) -> st.SearchStrategy[Json]:
    """Return a strategy of policy documents."""
    return st.lists(_statement(conditions), min_size=1, max_size=3).map(
        lambda statements: {"Version": "2012-10-17", "Statement": statements}
    )


@st.composite
def layers(draw: st.DrawFn, conditions: bool = False) -> Layers:
    """Return a strategy of everything in force on a principal."""
    some = documents(conditions)
    return {
        "identity": draw(st.lists(some, max_size=2)),
        "boundary": draw(st.one_of(st.none(), st.none(), some)),
        "scps": draw(st.one_of(st.just([]), st.lists(st.lists(some, min_size=1, max_size=2), max_size=2))),
    }


def principal(name: str, kind: PrincipalKind = PrincipalKind.USER) -> Principal:
    """Return a user of the account."""
    return Principal(kind, f"arn:aws:iam::{ACCOUNT}:user/{name}", ACCOUNT, name=name, tags={}, organization_id="")


def compiled(found: Layers) -> PolicyLayers:
    """Return the layers as the product takes them."""

    def label(body: Json, name: str) -> LabelledDocument:
        return LabelledDocument(name, compile_policy(body))

    return PolicyLayers(
        identity=tuple(label(body, f"p{place}") for place, body in enumerate(found["identity"])),
        boundary=label(found["boundary"], "b") if found["boundary"] else None,
        scps=tuple(tuple(label(body, "s") for body in level) for level in found["scps"]),
    )


def world(found: Layers, name: str, action: str, resource: str, context: dict[str, tuple[str, ...]]) -> World:
    """Return the same as the reference takes it."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    who = Who("user", arn, ACCOUNT, tags={}, organization_id="")
    return World(
        who,
        action,
        What(resource, ACCOUNT),
        context,
        identity=tuple(found["identity"]),
        boundary=found["boundary"],
        scps=tuple(tuple(level) for level in found["scps"]),
    )
