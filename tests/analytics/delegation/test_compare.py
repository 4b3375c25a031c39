"""Comparison of effective sets against asking an independent evaluator about every action and resource."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings

from analytics.delegation.compare import Comparison, compare
from analytics.delegation.sets import PermissionSet, permission_set
from graph.decision import Outcome
from graph.evaluate.aws.authorize import authorize
from graph.evaluate.aws.context import Request, Resource
from tests.analytics.delegation.small_sets import (
    ACCOUNT,
    ACTIONS,
    RESOURCES,
    Layers,
    compiled,
    layers,
    principal,
    world,
)
from tests.reference.aws_reference import ALLOWED, decide

CONTEXTS: tuple[dict[str, tuple[str, ...]], ...] = tuple(
    {"aws:SourceVpc": (vpc,), "aws:SecureTransport": (secure,)}
    for vpc, secure in product(("vpc-1", "vpc-2", "vpc-3"), ("true", "false"))
)


def _set(found: Layers, name: str) -> PermissionSet:
    return permission_set(principal(name), compiled(found))


def _compared(target: Layers, source: Layers) -> Comparison:
    return compare(_set(target, "t"), _set(source, "s"))


def _allowed(found: Layers, name: str, action: str, resource: str, context: dict[str, tuple[str, ...]]) -> bool:
    return decide(world(found, name, action, resource, context)) == ALLOWED


def _beyond(target: Layers, source: Layers) -> tuple[str, str] | None:
    for action in ACTIONS:
        for resource in RESOURCES:
            if _allowed(target, "t", action, resource, CONTEXTS[0]) and not _allowed(
                source, "s", action, resource, CONTEXTS[0]
            ):
                return action, resource
    return None


@given(layers(), layers())
@settings(max_examples=300, deadline=None)
def test_without_conditions_the_answer_is_exact(target: Layers, source: Layers) -> None:
    found = _compared(target, source)
    assert not found.unknown
    if found.contained:
        assert _beyond(target, source) is None
    for gained in found.gained:
        assert not gained.conditional
        for action, resource in product(gained.actions, gained.resources):
            assert _allowed(target, "t", action, resource, CONTEXTS[0])
            assert not _allowed(source, "s", action, resource, CONTEXTS[0])
            _confirmed(target, source, action, resource)


def _confirmed(target: Layers, source: Layers, action: str, resource: str) -> None:
    outcomes = [
        authorize(Request(principal(name), action, Resource(resource, ACCOUNT)), compiled(found)).outcome
        for found, name in ((target, "t"), (source, "s"))
    ]
    assert outcomes[0] in (Outcome.ALLOWED, Outcome.CONDITIONAL)
    assert outcomes[1] in (Outcome.DENIED, Outcome.NOT_ALLOWED)


@given(layers(conditions=True), layers(conditions=True))
@settings(max_examples=150, deadline=None)
def test_conditions_never_give_a_wrong_claim(target: Layers, source: Layers) -> None:
    found = _compared(target, source)
    if found.contained:
        for context in CONTEXTS:
            for action, resource in product(ACTIONS[::5], RESOURCES[::4]):
                assert not _allowed(target, "t", action, resource, context) or _allowed(
                    source, "s", action, resource, context
                )
    for gained in found.gained:
        action, resource = gained.actions[0], gained.resources[0]
        assert not any(_allowed(source, "s", action, resource, context) for context in CONTEXTS)
