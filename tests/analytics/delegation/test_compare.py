"""Comparison of effective sets against plain enumeration, and against the independent evaluator."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from analytics.delegation.compare import Comparison, Wishes, compare
from analytics.delegation.sets import nothing, unseen
from graph.decision import Outcome
from graph.evaluate.aws.authorize import authorize
from graph.evaluate.aws.context import Request, Resource
from tests.analytics.delegation.small_sets import (
    ACCOUNT,
    ACTIONS,
    CONTEXTS,
    RESOURCES,
    Layers,
    allowed,
    compiled,
    layers,
    principal,
    set_of,
    world,
)
from tests.reference.aws_reference import ALLOWED, decide

WITHOUT_PERMISSION = "sts:getcalleridentity"


def _compared(target: Layers, source: Layers) -> Comparison:
    return compare(set_of(target, "a"), set_of(source, "b"))


@given(layers(), layers())
@settings(max_examples=300, deadline=None)
def test_without_conditions_containment_and_gain_are_exact(target: Layers, source: Layers) -> None:
    found = _compared(target, source)
    beyond = allowed(target, "a", CONTEXTS[0]) & ~allowed(source, "b", CONTEXTS[0])
    event("contained" if found.contained else "gain")
    assert not found.unknown
    assert not (found.contained and beyond.any())
    for gained in found.gained:
        assert not gained.conditional
        for action, resource in product(gained.actions, gained.resources):
            if action in ACTIONS and resource in RESOURCES:
                assert beyond[ACTIONS.index(action), RESOURCES.index(resource)]
    if found.gained:
        gained = found.gained[0]
        assert decide(world(target, "a", gained.actions[0], gained.resources[0], CONTEXTS[0])) == ALLOWED
        assert decide(world(source, "b", gained.actions[0], gained.resources[0], CONTEXTS[0])) != ALLOWED


@given(layers(), layers())
@settings(max_examples=100, deadline=None)
def test_every_witness_of_a_gain_is_confirmed_by_the_evaluator(target: Layers, source: Layers) -> None:
    for gained in _compared(target, source).gained[:20]:
        for action, resource in product(gained.actions[:2], gained.resources[:2]):
            gets, has = (
                authorize(Request(principal(name), action, Resource(resource, ACCOUNT)), compiled(side)).outcome
                for side, name in ((target, "a"), (source, "b"))
            )
            assert gets is Outcome.ALLOWED
            assert has in (Outcome.DENIED, Outcome.NOT_ALLOWED)


@given(layers(conditions=True), layers(conditions=True))
@settings(max_examples=150, deadline=None)
def test_with_conditions_nothing_wrong_is_claimed_and_nothing_provable_left_open(
    target: Layers, source: Layers
) -> None:
    found = _compared(target, source)
    gets = [allowed(target, "a", holding) for holding in CONTEXTS]
    has = [allowed(source, "b", holding) for holding in CONTEXTS]
    contained = not any((one & ~other).any() for one, other in zip(gets, has, strict=True))
    sure = np.logical_or.reduce(gets) & ~np.logical_or.reduce(has)
    event("contained" if found.contained else "unknown" if found.unknown else "gain")
    assert not (found.contained and not contained)
    assert not sure.any() or found.gained
    for gained in found.gained:
        for action, resource in product(gained.actions, gained.resources):
            if action in ACTIONS and resource in RESOURCES:
                assert sure[ACTIONS.index(action), RESOURCES.index(resource)]
    if not any("Condition" in str(side) for side in (target, source)):
        assert not found.unknown


@given(layers(conditions=True))
@settings(max_examples=60, deadline=None)
def test_a_set_is_contained_in_itself_and_in_what_it_is_narrowed_from(found: Layers) -> None:
    whole = set_of(found, "a")
    narrower = whole.within(set_of(found, "a").allows[:1], set_of(found, "a").allows[1:])
    assert compare(whole, whole).contained
    assert compare(narrower, whole).contained


@given(layers(), st.sampled_from(["222222222222", ACCOUNT]))
@settings(max_examples=60, deadline=None)
def test_a_set_of_another_account_gives_nothing_here(found: Layers, account: str) -> None:
    target = set_of(found, "a")
    other = compare(target, nothing(account))
    assert other == compare(target, nothing(ACCOUNT))
    assert other.contained != bool(other.gained)


def _allow(action: str, resource: str = "*", effect: str = "Allow") -> Layers:
    body = {"Effect": effect, "Action": action, "Resource": resource}
    return {"identity": [{"Version": "2012-10-17", "Statement": [body]}], "boundary": None, "scps": []}


def test_actions_fold_case_and_resources_do_not() -> None:
    assert _compared(_allow("S3:getobject"), _allow("s3:GetObject")).contained
    assert _compared(_allow("s3:*", "arn:aws:s3:::B"), _allow("s3:*", "arn:aws:s3:::b")).gained


def test_resources_of_other_accounts_are_not_compared() -> None:
    everywhere, here = _allow("iam:*", "arn:aws:iam::*:role/*"), _allow("iam:*", f"arn:aws:iam::{ACCOUNT}:role/*")
    assert _compared(everywhere, here).contained


def test_a_call_that_needs_no_permission_is_no_gain() -> None:
    assert _compared(_allow(WITHOUT_PERMISSION), _allow("s3:GetObject")).contained


def test_nothing_is_claimed_of_somebody_who_was_not_seen() -> None:
    target = set_of(_allow("s3:*"), "a")
    assert compare(target, unseen(ACCOUNT, "x")).unknown
    assert not compare(target, unseen(ACCOUNT, "x")).gained
    assert compare(unseen(ACCOUNT, "x"), target).unknown


def test_a_bound_that_is_met_is_told_and_gains_among_the_examples_still_count() -> None:
    wide = [
        f"arn:aws:s3:::*{name}*x*" for name in ("aba", "bab", "abb", "baa", "aab", "bba", "cab", "abc", "bca", "acb")
    ]
    target, source = _allow("s3:Get*"), _allow("s3:Get*")
    target["identity"][0]["Statement"][0]["Resource"] = wide
    source["identity"][0]["Statement"][0]["Resource"] = wide[:5]
    found = _compared(target, source)
    assert found.unknown
    assert "cut" in found.unknown[0]
    assert not found.contained
    assert found.gained
    assert _compared(source, target).contained, "each pattern is one of the other's: no search is needed"


def test_wished_for_examples_come_first_and_act_on_what_they_take() -> None:
    wishes = Wishes(("s3:getobject",), ("arn:aws:s3:::b/k",), {"s3:getobject": ("arn:*:s3:::*/*",)})
    found = compare(set_of(_allow("s3:Get*"), "a"), nothing(ACCOUNT), wishes)
    (fitting,) = [gained for gained in found.gained if gained.fitting]
    assert fitting.actions == ("s3:getobject",)
    assert fitting.resources[0] == "arn:aws:s3:::b/k"
    only_bucket = compare(set_of(_allow("s3:Get*", "arn:aws:s3:::b"), "a"), nothing(ACCOUNT), wishes)
    assert only_bucket.gained
    assert not any(gained.fitting for gained in only_bucket.gained)
