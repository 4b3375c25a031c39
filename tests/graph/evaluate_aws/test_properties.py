"""Laws that hold whatever the policies are."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.decision import Decision, Outcome, Truth
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.bulk import PrincipalLayers, ResourceLayers, allowed_pairs, layers_of
from graph.evaluate.aws.conditions import test_atom
from graph.evaluate.aws.context import Request, request_context
from graph.evaluate.aws.document import compile_policy
from tests.graph.evaluate_aws.builders import policy
from tests.graph.evaluate_aws.worlds import ACTION, bodies, principal_layers, resource_layers, statements

REACH = {Outcome.DENIED: 0, Outcome.NOT_ALLOWED: 0, Outcome.UNVERIFIED: 1, Outcome.CONDITIONAL: 2, Outcome.ALLOWED: 3}
STATED = {"aws:SourceIp": ("10.1.1.1",), "aws:SecureTransport": ("true",)}
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
nature = st.sampled_from([{}, STATED])


def decide(who: PrincipalLayers, what: ResourceLayers, stated: dict[str, Any], layers: PolicyLayers) -> Decision:
    return authorize(Request(who.principal, ACTION, what.resource, stated), layers)


def labelled(body: dict[str, Any]) -> LabelledDocument:
    return LabelledDocument("own", compile_policy(body))


@quick
@given(principal_layers, resource_layers, nature, st.sampled_from(["identity", "scps"]), statements(effect="Deny"))
def test_a_deny_never_adds(
    who: PrincipalLayers, what: ResourceLayers, stated: dict[str, Any], place: str, deny: dict[str, Any]
) -> None:
    before = layers_of(who, what)
    added = labelled(policy(deny))
    if place == "identity":
        after = dataclasses.replace(before, identity=(*before.identity, added))
    else:
        after = dataclasses.replace(before, scps=tuple((*level, added) for level in before.scps))
    assert REACH[decide(who, what, stated, after).outcome] <= REACH[decide(who, what, stated, before).outcome]


@quick
@given(principal_layers, resource_layers, nature, statements(effect="Allow"))
def test_an_allow_never_removes(
    who: PrincipalLayers, what: ResourceLayers, stated: dict[str, Any], allow: dict[str, Any]
) -> None:
    before = layers_of(who, what)
    after = dataclasses.replace(before, identity=(*before.identity, labelled(policy(allow))))
    assert REACH[decide(who, what, stated, after).outcome] >= REACH[decide(who, what, stated, before).outcome]


@quick
@given(principal_layers, resource_layers, nature)
def test_removing_a_boundary_never_narrows(who: PrincipalLayers, what: ResourceLayers, stated: dict[str, Any]) -> None:
    before = layers_of(who, what)
    after = dataclasses.replace(before, boundary=None)
    assert REACH[decide(who, what, stated, after).outcome] >= REACH[decide(who, what, stated, before).outcome]


def split(body: dict[str, Any]) -> dict[str, Any]:
    """Give every action and resource a statement of its own, last first."""
    parts = []
    for item in body["Statement"]:
        actions = item.get("Action", [None])
        found = item.get("Resource", [None])
        for action in [actions] if isinstance(actions, str) else actions:
            for resource in [found] if isinstance(found, str) else found:
                one = dict(item)
                if action is not None:
                    one["Action"] = action
                if resource is not None:
                    one["Resource"] = resource
                parts.append(one)
    return policy(*reversed(parts))


@quick
@given(principal_layers, resource_layers, nature, bodies())
def test_splitting_and_reordering_statements_changes_nothing(
    who: PrincipalLayers, what: ResourceLayers, stated: dict[str, Any], body: dict[str, Any]
) -> None:
    before = layers_of(who, what)
    whole = dataclasses.replace(before, identity=(*before.identity, labelled(body)))
    parts = dataclasses.replace(before, identity=(labelled(split(body)), *before.identity))
    one, other = decide(who, what, stated, whole), decide(who, what, stated, parts)
    assert one.outcome is other.outcome
    assert set(one.alternatives) == set(other.alternatives)


@quick
@given(principal_layers, resource_layers, nature, bodies())
def test_equivalent_spellings_change_nothing(
    who: PrincipalLayers, what: ResourceLayers, stated: dict[str, Any], body: dict[str, Any]
) -> None:
    spelled = {"*": "**", "s3:GetObject": "S3:GETobject", "arn:aws:s3:::a/*": "arn:aws:s3:::a/***"}

    def respell(value: Any) -> Any:
        return [respell(item) for item in value] if isinstance(value, list) else spelled.get(value, value)

    fields = ("Action", "NotAction", "Resource", "NotResource")
    other = policy(
        *(
            {key: respell(value) if key in fields else value for key, value in item.items()}
            for item in body["Statement"]
        )
    )
    before = layers_of(who, what)
    one = dataclasses.replace(before, identity=(labelled(body),))
    two = dataclasses.replace(before, identity=(labelled(other),))
    assert decide(who, what, stated, one).outcome is decide(who, what, stated, two).outcome


@quick
@given(principal_layers, resource_layers)
def test_an_alternative_that_holds_gives_an_allow(who: PrincipalLayers, what: ResourceLayers) -> None:
    """State what the asker did not know: the decision then must agree with what the alternatives promised."""
    layers = layers_of(who, what)
    loose = decide(who, what, {}, layers)
    if loose.outcome is not Outcome.CONDITIONAL:
        return
    told = Request(who.principal, ACTION, what.resource, STATED)
    context = request_context(told)
    holds = any(
        all(any(test_atom(atom, context) is Truth.TRUE for atom in clause) for clause in residual)
        for residual in loose.alternatives
    )
    if holds:
        assert authorize(told, layers).outcome is Outcome.ALLOWED


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(principal_layers, min_size=1, max_size=4),
    st.lists(resource_layers, min_size=1, max_size=4),
    nature,
)
def test_bulk_equals_pair_by_pair(
    principals: list[PrincipalLayers], targets: list[ResourceLayers], stated: dict[str, Any]
) -> None:
    result = allowed_pairs(ACTION, principals, targets, stated=stated)
    found = {(pair.principal, pair.resource): pair.outcome for pair in result}
    wanted = {}
    for i, who in enumerate(principals):
        for j, what in enumerate(targets):
            outcome = decide(who, what, stated, layers_of(who, what)).outcome
            if REACH[outcome]:
                wanted[i, j] = outcome
    assert found == wanted
    assert result.total == len(principals) * len(targets) == result.evaluated + result.certain + result.excluded
