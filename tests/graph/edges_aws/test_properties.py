"""Laws of the edge builders on random small worlds, and the pair-by-pair evaluator as their judge."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.decision import Outcome
from graph.evaluate.aws.principals import PrincipalKind
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.random_worlds import DENIES, Person, Spec, specs
from tests.worlds.aws import World
from tests.worlds.view import View, look

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
Key = tuple[str, str, str, str]


def _look(where: World) -> View:
    with tempfile.TemporaryDirectory() as folder:
        return look(where, Path(folder))


def _plain(node: str) -> str:
    """Drop the mark of a group as joined by users with limits of their own, and of an identity as changed.

    What is gained by a change counts as the identity's own: a deny or boundary that can be taken away adds nothing.
    """
    return node.split("?", 1)[0]


def _best(view: View, *, changed: bool = True) -> dict[Key, State]:
    found: dict[Key, State] = {}
    for hop in view.all_hops:
        if hop.kind is EdgeKind.CAN_CHANGE_STATE or ("?" in hop.source and not changed):
            continue
        key = (_plain(hop.source), _plain(hop.target), hop.kind.value, hop.technique)
        if key[0] != key[1]:
            found[key] = max(found.get(key, State.VOID), hop.state)
    return found


def _nowhere_better(after: View, before: View) -> None:
    known = _best(before)
    # Changes by one that has full control anyway, of itself or of others, are not looked for, nor are further ways of
    # its own to full control, so neither is there to compare with.
    full = {key[:2] for key, state in known.items() if key[1].startswith("aws:admin:") and state is State.VERIFIED}
    better = {key: state for key, state in _best(after).items() if state > known.get(key, State.VOID)}
    plain = _best(after, changed=False)
    gained = {key for key, state in better.items() if key[:2] not in full}
    assert not {key for key in gained if not full or plain.get(key, State.VOID) is better[key]}


@few
@given(specs(), st.integers(0, 5), st.sampled_from(DENIES))
def test_a_deny_never_adds(spec: Spec, place: int, statement: dict[str, object]) -> None:
    index = place % len(spec.people)
    people = list(spec.people)
    people[index] = dataclasses.replace(people[index], statements=(*people[index].statements, statement))
    _nowhere_better(_look(dataclasses.replace(spec, people=tuple(people)).world()), _look(spec.world()))


@few
@given(specs())
def test_removing_a_boundary_or_an_scp_never_removes(spec: Spec) -> None:
    open_people = tuple(dataclasses.replace(person, boundary=None) for person in spec.people)
    limited = _look(spec.world())
    _nowhere_better(limited, _look(dataclasses.replace(spec, people=open_people).world()))
    _nowhere_better(limited, _look(dataclasses.replace(spec, scps=()).world()))


@few
@given(specs())
def test_order_does_not_matter(spec: Spec) -> None:
    def edges(view: View) -> set[tuple[object, ...]]:
        return {
            (
                _plain(hop.source),
                _plain(hop.target),
                hop.kind,
                hop.technique,
                hop.conditions,
                hop.state,
                hop.impact,
                len(hop.grants),
            )
            for hop in view.all_hops
            # Names of inline policies, and so of what is without one, follow their order in this world.
            if hop.kind is not EdgeKind.CAN_CHANGE_STATE
        }

    assert edges(_look(spec.world())) == edges(_look(spec.world(backwards=True)))


def _may_make_a_key(spec: Spec, caller: Person, target: Person) -> bool:
    return spec.decide(caller, "iam:CreateAccessKey", target).outcome is Outcome.ALLOWED


def _certain(view: View, kind: EdgeKind, technique: str) -> set[tuple[str, str]]:
    return {
        (hop.source, hop.target)
        for hop in view.hops(technique, kind=kind)
        if hop.state is State.VERIFIED and hop.source != hop.target
    }


@settings(few, max_examples=60)
@given(specs())
def test_assumption_and_keys_pair_by_pair(spec: Spec) -> None:
    view = _look(spec.world())
    people = {person.arn for person in spec.people}
    assumed, keyed, possible = set(), set(), set()
    for caller in spec.people:
        for target in spec.people:
            if caller is target:
                continue
            if target.kind is PrincipalKind.ROLE:
                outcome = spec.decide(caller, "sts:AssumeRole", target).outcome
                if outcome is Outcome.ALLOWED:
                    assumed.add((caller.arn, target.arn))
                elif outcome is not Outcome.DENIED and outcome is not Outcome.NOT_ALLOWED:
                    possible.add((caller.arn, target.arn))
            elif target.keys < 2 and caller.account == target.account and _may_make_a_key(spec, caller, target):
                keyed.add((caller.arn, target.arn))
    found = {pair for pair in _certain(view, EdgeKind.CAN_ASSUME, "sts-001") if pair[0] in people}
    assert found == assumed
    open_pairs = {pair for pair in view.pairs(EdgeKind.CAN_ASSUME) if pair[0] in people and pair[0] != pair[1]}
    assert open_pairs == assumed | possible
    assert {pair for pair in _certain(view, EdgeKind.CAN_CREATE_CREDENTIAL, "iam-002") if pair[0] in people} == keyed
