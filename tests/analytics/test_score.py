"""The score: monotonic, unknown is not good, blockers are floors."""

from __future__ import annotations

import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.analysis_store import analysis
from analytics.score import MOST, Facts, estate_score, score_of
from analytics.score_facts import facts_of_everyone
from graph.kinds import State
from graph.model import Edge, IdentityGraph
from graph.snapshot import open_snapshot, write_snapshot
from tests.analytics.holder_worlds import META, estates

CLASS = st.integers(0, 11)
COUNT = st.integers(0, 60)
OPEN: dict[str, list[Any]] = {
    "outside": [State.VOID, State.UNVERIFIED, State.CONDITIONAL, State.VERIFIED],
    "consumers": [0, 1, 2, 9],
    "standing": [False, True],
    "unused": [False, True],
    "credential_days": [0, 90, 900],
    "owner": ["active", "left", "none"],
    "chain_gain": [0, 11, 1],
    "root_key": [False, True],
}
"""Values of what may be unknown, best first."""


def _badness(code: int) -> int:
    return 12 - code if code else 0


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    codes = sorted(draw(st.lists(CLASS, min_size=3, max_size=3)), key=_badness)
    counts = [draw(st.tuples(COUNT, COUNT, COUNT)) for _ in range(3)]
    unknown = {name: draw(st.sampled_from([None, *values])) for name, values in OPEN.items()}
    return Facts(
        own=draw(CLASS),
        worst=(codes[0], codes[1], codes[2]),
        jewels=counts[0],
        reached=counts[1],
        control=counts[2],
        exact=draw(st.booleans()),
        unseen=draw(st.sampled_from([State.VOID, State.VOID, *State])),
        **unknown,
    )


@settings(max_examples=300, deadline=None)
@given(facts(), st.sampled_from(["jewels", "reached", "control"]), st.integers(0, 2))
def test_more_reach_never_lowers_it(known: Facts, name: str, place: int) -> None:
    counts = list(getattr(known, name))
    counts[place] += 1
    more = replace(known, **{name: tuple(counts)})
    assert score_of(more).score >= score_of(known).score
    assert score_of(more).low >= score_of(known).low
    if place:  # and what becomes surer
        counts[place] -= 1
        counts[place - 1] += bool(counts[place])
        counts[place] -= bool(counts[place])
        surer = replace(known, **{name: tuple(counts)})
        assert score_of(surer).score >= score_of(known).score


@settings(max_examples=300, deadline=None)
@given(facts(), CLASS, st.integers(0, 3))
def test_a_worse_class_never_lowers_it(known: Facts, code: int, place: int) -> None:
    def worse(old: int) -> int:
        return max(old, code, key=_badness)

    if place == 3:
        other = replace(known, own=worse(known.own))
    else:
        worst = [worse(old) if number >= place else old for number, old in enumerate(known.worst)]
        other = replace(known, worst=(worst[0], worst[1], worst[2]))
    assert score_of(other).score >= score_of(known).score
    assert score_of(other).low >= score_of(known).low


@settings(max_examples=300, deadline=None)
@given(facts(), st.sampled_from(sorted(OPEN)), st.integers(0, 3))
def test_learning_or_resolving_a_fact_never_raises_it(known: Facts, name: str, place: int) -> None:
    values = OPEN[name]
    before = score_of(replace(known, **{name: None}))
    learned = score_of(replace(known, **{name: values[min(place, len(values) - 1)]}))
    assert before.low <= learned.low <= learned.score <= before.score
    best = score_of(replace(known, **{name: values[0]}))
    assert best.score <= learned.score
    assert best.low <= learned.low


@settings(max_examples=300, deadline=None)
@given(facts(), st.sampled_from([State.UNVERIFIED, State.CONDITIONAL, State.VERIFIED]))
def test_seeing_policies_never_raises_it(known: Facts, surest: State) -> None:
    """Whatever the policies say, as surely as their holder is reached, the range without them held it."""
    seen = replace(known, unseen=State.VOID)
    sure = State.VERIFIED - surest
    before = Facts(
        **{field.name: getattr(seen, field.name) for field in fields(Facts)}
        | {name: tuple(n if place < sure or not place else 0 for place, n in enumerate(getattr(seen, name)))
           for name in ("jewels", "reached", "control")}
        | {"unseen": surest}
    )  # fmt: skip
    assert score_of(seen).score <= score_of(before).score
    assert score_of(before).low <= score_of(seen).low
    assert {"jewels", "reach"} <= set(score_of(before).unknown)
    assert set(score_of(before).blockers) <= set(score_of(seen).blockers)


@settings(max_examples=200, deadline=None)
@given(facts())
def test_inputs_add_up_and_blockers_are_floors(known: Facts) -> None:
    row = score_of(known)
    assert 0 <= row.low <= row.score <= 100
    assert tuple(item.name for item in row.inputs) == tuple(MOST)
    assert all(0 <= item.low <= item.points <= item.most + 0.05 for item in row.inputs)
    assert row.score >= min(100, sum(item.points for item in row.inputs)) - 0.6
    if known.control[0]:
        assert row.score >= 70
        assert row.blockers
    if known.control[0] and known.outside is State.VERIFIED:
        assert row.score >= 95
        assert "outside" in row.blockers[0]
    unknown = {name for name in OPEN if getattr(known, name) is None}
    full = known.exact and 1 in (known.own, known.worst[0])
    settled = known.exact and not known.unseen
    assert len(row.unknown) == len(unknown) + (0 if settled else 2 if full else 3)
    assert not set(row.blockers) & set(row.possible_blockers)


@settings(max_examples=100, deadline=None)
@given(st.lists(facts(), min_size=1, max_size=8), st.integers(0, 7), facts())
def test_the_estate_never_hides_its_worst(everybody: list[Facts], place: int, other: Facts) -> None:
    scores = [score_of(row) for row in everybody]
    estate = estate_score(scores)
    assert estate.score >= max(row.score for row in scores) - 0.05
    assert estate.low <= estate.score <= 100
    assert estate_score([*scores, score_of(other)]).score >= estate.score, "one more identity does not dilute"
    lower = [*scores]
    lower[place % len(lower)] = score_of(Facts(consumers=0, standing=False, unused=False, chain_gain=0, owner="active"))
    if lower[place % len(lower)].score <= scores[place % len(lower)].score:
        assert estate_score(lower).score <= estate.score
    assert estate_score([]).score == 0


def _scores(world: IdentityGraph) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        write_snapshot(world, Path(folder), META, ())
        snapshot = open_snapshot(workspace=Path(folder))
        rows = facts_of_everyone(snapshot, analysis(snapshot, None))
        return {node.id: (score_of(row).score, score_of(row).low) for node, row in rows}


@settings(max_examples=60, deadline=None)
@given(estates(), st.integers(0, 100))
def test_removing_an_edge_never_raises_a_score(world: IdentityGraph, place: int) -> None:
    edges = list(world.edges)
    before = _scores(world)
    gone: Edge = edges[place % len(edges)]
    del world.edges[gone]
    after = _scores(world)
    for who, (score, low) in after.items():
        assert score <= before[who][0] + 1e-9, who
        assert low <= before[who][1] + 1e-9, who


def test_unknown_is_told() -> None:
    row = score_of(Facts(outside=None))
    assert "outside" in row.unknown
    assert row.low < row.score


@pytest.mark.parametrize(("outside", "floor"), [(State.VERIFIED, 95), (State.CONDITIONAL, 80), (State.VOID, 70)])
def test_full_control_is_never_averaged_away(outside: State, floor: float) -> None:
    good = Facts(
        worst=(1, 1, 1), control=(1, 0, 0), outside=outside, consumers=0, standing=False, unused=False,
        credential_days=0, owner="active", chain_gain=0,
    )  # fmt: skip
    assert score_of(good).score >= floor
    assert score_of(good).low >= floor
