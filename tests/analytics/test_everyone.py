"""What everyone reaches, by sweeps, equals one search for each subject."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings

from analytics import everyone as module
from analytics.everyone import LEVELS, Everyone, Sweep, everyone, witness_to_jewel
from analytics.holder import held_levels, held_nodes, search
from analytics.jewel_reach import jewel_reach
from analytics.jewels import Jewel, jewels
from analytics.new_keys import NewKeys
from analytics.reach import all_blast_radii, identities
from analytics.subjects import Subject, question_time, resolve_subject
from analytics.witness import Contradictions
from graph.attacker import baseline, edge_levels
from graph.decision import ALWAYS, Residual
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node
from graph.snapshot import Snapshot, open_snapshot, write_snapshot
from tests.analytics.holder_worlds import HERE, META, MFA, SCOPE, THERE, estates

HIDDEN = ("hub", "privilege", "identity-state")


def _snapshot(world: IdentityGraph, folder: str) -> Snapshot:
    write_snapshot(world, Path(folder), META, ())
    return open_snapshot(workspace=Path(folder))


def _by_id(snapshot: Snapshot, answer: Everyone, who: str) -> dict[str, dict[str, int]]:
    row = answer.row(snapshot.node_index(who))
    return {
        level.word: {
            kind: int(count)
            for kind, count in zip(answer.kinds, answer.by_kind[row, place].tolist(), strict=True)
            if count
        }
        for place, level in enumerate(LEVELS)
    }


def _counted(rows: list[tuple[str, str]]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {level.word: {} for level in LEVELS}
    for kind, state in rows:
        counts[state][kind] = counts[state].get(kind, 0) + 1
    return counts


def _agrees(world: IdentityGraph) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _snapshot(world, folder)
        answer = everyone(snapshot)
        assert answer.exact.all()
        for radius in all_blast_radii(snapshot, limit=None):
            who = radius.subject.id
            expected = _counted([(row.kind, row.state.word) for row in radius.reaches])
            assert _by_id(snapshot, answer, who) == expected, who
            row = answer.row(snapshot.node_index(who))
            states = [item.state for item in radius.admin_of]
            assert answer.control[row].tolist() == [states.count(level) for level in LEVELS], who
            best = next(iter(radius.admin_of), None)
            assert answer.nearest_scope.state[row] == (best.state if best else 0)
            impacts = [int(name[1:]) for name in radius.counts["by_impact"]]
            if impacts:
                assert 0 < answer.worst[row, -1] <= min(impacts)


def _comes_back(world: IdentityGraph) -> bool:
    """Return whether a way leads back to an identity that a key leads to."""
    for who in {edge.target for edge in world.edges if edge.technique == "iam-002" or edge.source.startswith("key-")}:
        seen = {edge.target for edge in world.edges if edge.source == who and edge.target != who}
        while more := {edge.target for edge in world.edges if edge.source in seen} - seen:
            seen |= more
        if who in seen:
            return True
    return False


def _walked(snapshot: Snapshot, start: int) -> list[int]:
    """Return by node the best state of any walk, told apart by whether an identity is held by a key alone."""
    arrays = snapshot.arrays
    base = edge_levels(snapshot, baseline(question_time(snapshot)))
    keys = NewKeys.of(snapshot)
    node = snapshot.node(start)
    subject = Subject(node.id, node.kind.value, node.name, (start,), baseline(None), node)
    levels = keys.living(arrays, base, held_nodes(snapshot, subject))
    changes = snapshot.edge_kind_code(EdgeKind.CAN_CHANGE_STATE)
    best = [0] * arrays.node_count
    for level in LEVELS:
        seen, waiting = {(start, False)}, [(start, False)]
        while waiting:
            source, by_key = waiting.pop()
            for edge in range(int(arrays.indptr[source]), int(arrays.indptr[source + 1])):
                target = int(arrays.indices[edge])
                if levels[edge] < level or (by_key and (keys.needs_mfa[edge] or target == source)):
                    continue
                stays = by_key and (arrays.hub[target] or arrays.edge_kind[edge] == changes)
                state = (target, bool(stays or (keys.brings_key[edge] and not arrays.hub[target])))
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        for number, _ in seen:
            best[number] = best[number] or int(level)
    return best


@settings(max_examples=150, deadline=None)
@given(estates())
def test_sweeps_equal_searches(world: IdentityGraph) -> None:
    if not _comes_back(world):
        _agrees(world)
        return
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _snapshot(world, folder)
        sweep = Sweep(snapshot, jewels(snapshot))
        assume(not sweep.graph.marks.any())  # walks know nothing of conditions that exclude each other
        answer = sweep.answer()
        for number in identities(snapshot).tolist():
            best = _walked(snapshot, number)
            rows = [
                (snapshot.node(other).kind.value, State(state).word)
                for other, state in enumerate(best)
                if state and other != number and snapshot.node(other).category.value not in HIDDEN
            ]
            assert _by_id(snapshot, answer, snapshot.node_id(number)) == _counted(rows)


@settings(max_examples=80, deadline=None)
@given(estates(conditions=(ALWAYS, MFA, HERE, THERE)))
def test_sweeps_equal_searches_where_conditions_exclude_each_other(world: IdentityGraph) -> None:
    assume(not _comes_back(world))
    _agrees(world)


@settings(max_examples=100, deadline=None)
@given(estates())
def test_a_credential_meets_what_its_holder_can_present(world: IdentityGraph) -> None:
    proven = {edge.source: edge.target for edge in world.edges if edge.kind.value == "AUTHENTICATES_AS"}
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _snapshot(world, folder)
        answer = everyone(snapshot)
        for who in (name for name in proven if world.nodes[name].category is Category.CREDENTIAL):
            subject = resolve_subject(snapshot, who)
            levels = held_levels(snapshot, subject)
            found = Contradictions(snapshot, levels.own).settle(subject.starts, search(snapshot, subject, levels))
            rows = [
                (snapshot.node(number).kind.value, State(int(found.best[number])).word)
                for number in np.flatnonzero(found.best).tolist()
                if number not in subject.starts and snapshot.node(number).category.value not in HIDDEN
            ]
            swept, alone = _by_id(snapshot, answer, who), _counted(rows)
            others = {edge.source for edge in world.edges if edge.target == proven[who]} - {who}
            if not others and not _comes_back(world):
                assert swept == alone, who
            else:  # who comes back to an identity by another way counts as whoever came that way
                assert sum(map(_total, swept.values())) >= sum(map(_total, alone.values())), who


def _total(kinds: dict[str, int]) -> int:
    return sum(kinds.values())


def _world(*edges: Edge) -> IdentityGraph:
    world = IdentityGraph()
    for name, kind in NODES.items():
        world.add_node(Node(name, kind, name, "aws", "111111111111", impact="H1" if name == SCOPE else ""))
    world.add_edges(edges)
    return world


NODES = {
    "key": NodeKind.AWS_ACCESS_KEY,
    "word": NodeKind.AWS_PASSWORD,
    "user": NodeKind.AWS_USER,
    "other": NodeKind.AWS_USER,
    "role": NodeKind.AWS_ROLE,
    "bucket": NodeKind.S3_BUCKET,
    "table": NodeKind.DYNAMODB_TABLE,
    SCOPE: NodeKind.SCOPE_ADMIN,
}
PROOFS = (
    Edge("key", "user", EdgeKind.AUTHENTICATES_AS, True),
    Edge("word", "user", EdgeKind.AUTHENTICATES_AS, True),
)


def _row(answer: Everyone, snapshot: Snapshot, who: str) -> int:
    return answer.row(snapshot.node_index(who))


@pytest.mark.parametrize(("condition", "states"), [(MFA, (0, 2, 2)), (ALWAYS, (3, 3, 3))], ids=["mfa", "twin"])
def test_a_long_term_key_carries_no_mfa(condition: Residual, states: tuple[int, ...], tmp_path: Path) -> None:
    world = _world(*PROOFS, Edge("user", "role", EdgeKind.CAN_ASSUME, True, conditions=condition))
    world.add_edge(Edge("role", "bucket", EdgeKind.CAN_ACCESS, True, impact="H5"))
    snapshot = _snapshot(world, str(tmp_path))
    bucket = Jewel(snapshot.node_index("bucket"), "bucket", "AwsS3Bucket", "bucket", "H5", "declared")
    answer = everyone(snapshot, (bucket,))
    rows = [_row(answer, snapshot, who) for who in ("key", "word", "user")]
    assert tuple(answer.nearest_jewel.state[rows].tolist()) == states
    assert answer.jewels.sum(axis=1)[rows].tolist() == [1 if state else 0 for state in states]
    assert answer.nearest_jewel.hops[rows].tolist() == [3 if states[0] else -1, 3, 2]
    kinds = [_by_id(snapshot, answer, who) for who in ("key", "word")]
    assert sum(map(_total, kinds[0].values())) == (3 if states[0] else 1)
    assert sum(map(_total, kinds[1].values())) == 3
    told = witness_to_jewel(snapshot, answer, rows[1])
    assert [snapshot.edge(edge).target for edge in told] == ["user", "role", "bucket"]


@pytest.mark.parametrize(("condition", "onward"), [(MFA, 0), (ALWAYS, 1)], ids=["mfa", "twin"])
@pytest.mark.parametrize("behind", ["group assumes", "group is administrator", "user of the account"])
def test_a_key_that_only_the_own_holder_can_make_carries_no_mfa(
    behind: str, condition: Residual, onward: int, tmp_path: Path
) -> None:
    # Others hold the user by its key alone, so nobody else passes the MFA that making the next key needs.
    world = _world(PROOFS[0])
    world.add_node(Node("group", NodeKind.AWS_GROUP, "group", "aws", "111111111111"))
    world.add_node(Node("user?tag", NodeKind.AWS_CHANGED_IDENTITY, "user?tag", "aws", "111111111111"))
    world.add_edge(Edge("user", "user?tag", EdgeKind.CAN_CHANGE_STATE, True))
    made, kind = ("other", "AwsUser") if behind == "user of the account" else ("group", "AwsGroup")
    world.add_edge(Edge("user", made, EdgeKind.CAN_CREATE_CREDENTIAL, True, "iam-002", conditions=MFA))
    if behind == "user of the account":
        world.add_edges(Edge(SCOPE, who, EdgeKind.CONTROLS, True) for who in ("user", "other"))
    if behind == "group is administrator":
        world.add_edge(Edge(made, SCOPE, EdgeKind.ADMIN_OF, True, conditions=condition))
    else:
        world.add_edge(Edge(made, "role", EdgeKind.CAN_ASSUME, True, conditions=condition))
    _agrees(world)
    snapshot = _snapshot(world, str(tmp_path))
    answer = everyone(snapshot)
    row = _row(answer, snapshot, "user")
    control = onward if behind == "group is administrator" else 0
    reached = {kind: 1} | ({"AwsRole": 1} if onward > control else {})
    assert _by_id(snapshot, answer, "user") == {"verified": {}, "conditional": reached, "unverified": {}}
    assert answer.control[row].tolist() == [0, control, 0]
    assert _by_id(snapshot, answer, "key") == {"verified": {"AwsUser": 1}, "conditional": {}, "unverified": {}}


def test_a_class_that_leads_to_itself_is_still_entered_as_its_holder_does(tmp_path: Path) -> None:
    world = _world(Edge("hub", "role", EdgeKind.CAN_ASSUME, True, conditions=MFA))
    world.add_node(Node("hub", NodeKind.HUB, "hub", "aws", "111111111111"))
    world.add_node(Node("plain", NodeKind.AWS_USER, "plain", "aws", "111111111111", {"mfa_active": False}))
    world.add_edges(Edge(who, "hub", EdgeKind.CAN_ASSUME, True) for who in ("plain", "user", "hub"))
    _agrees(world)
    snapshot = _snapshot(world, str(tmp_path))
    answer = everyone(snapshot)
    assert [_by_id(snapshot, answer, who)["conditional"] for who in ("plain", "user")] == [{}, {"AwsRole": 1}]


def test_a_jewel_looks_for_the_others(tmp_path: Path) -> None:
    world = _world(
        Edge("user", "role", EdgeKind.CAN_ASSUME, True),
        Edge("role", "other", EdgeKind.CAN_ASSUME, True),
        Edge("other", "bucket", EdgeKind.CAN_ACCESS, True),
    )
    snapshot = _snapshot(world, str(tmp_path))
    treasure = [
        Jewel(snapshot.node_index(name), name, NODES[name].value, name, "H3", "zone z")
        for name in ("user", "role", "other", "bucket")
    ]
    answer = everyone(snapshot, treasure)
    near = [snapshot.node_id(int(answer.nearest_jewel.node[_row(answer, snapshot, who)])) for who in ("user", "role")]
    assert near == ["role", "other"]
    assert answer.nearest_jewel.hops[_row(answer, snapshot, "other")] == 1
    assert answer.jewels[_row(answer, snapshot, "user"), 0] == 3


def test_beyond_the_bound_rows_say_that_they_are_upper_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = _world(
        Edge("user", "role", EdgeKind.CAN_ASSUME, True, conditions=HERE),
        Edge("role", "bucket", EdgeKind.CAN_ACCESS, True, conditions=THERE),
        Edge("other", "table", EdgeKind.CAN_ACCESS, True, conditions=HERE),
    )
    snapshot = _snapshot(world, str(tmp_path))
    exact = everyone(snapshot)
    assert _by_id(snapshot, exact, "user")["conditional"] == {"AwsRole": 1}, "no place is both here and there"
    assert exact.exact.all()
    monkeypatch.setattr(module, "LOOKS_ALONE", 0)
    bounded = everyone(snapshot)
    assert _by_id(snapshot, bounded, "user")["conditional"] == {"AwsRole": 1, "AwsS3Bucket": 1}
    assert not bounded.exact[_row(bounded, snapshot, "user")]
    assert bounded.exact[_row(bounded, snapshot, "other")], "its ways meet one condition alone"


@settings(max_examples=60, deadline=None)
@given(estates(conditions=(ALWAYS, MFA, HERE, THERE)))
def test_who_reaches_a_jewel_is_everyone_read_backwards(world: IdentityGraph) -> None:
    assume(not _comes_back(world))
    with tempfile.TemporaryDirectory() as folder:
        snapshot = _snapshot(world, folder)
        kinds = snapshot.manifest.codes["node_kind"]
        treasure = [
            Jewel(number, snapshot.node_id(number), kinds[snapshot.arrays.node_kind[number]], "", "H3", "zone all")
            for number in range(snapshot.node_count)
            if snapshot.node(number).category.value not in ("hub", "identity-state")
        ]
        sweep = Sweep(snapshot, treasure)
        answer = sweep.answer()
        found = jewel_reach(sweep, answer)
        expected = {jewel.id: [0, 0, 0] for jewel in treasure}
        hops: dict[str, tuple[int, int]] = {}
        for radius in all_blast_radii(snapshot, limit=None):
            row = answer.row(radius.subject.starts[0])
            assert answer.jewels[row].sum() == len(radius.reaches) + len(radius.admin_of)
            for item in radius.reaches:
                expected[item.id][LEVELS.index(item.state)] += 1
                best = hops.get(item.id, (0, 0))
                if (item.state, -item.hops) > (best[0], -best[1]):
                    hops[item.id] = (item.state, item.hops)
            for control in radius.admin_of:
                expected[SCOPE][LEVELS.index(control.state)] += 1
        for place, jewel in enumerate(treasure):
            assert found.by_state[place].tolist() == expected[jewel.id], jewel.id
            if jewel.id in hops and not sweep.graph.marks.any():
                assert (found.nearest.state[place], found.nearest.hops[place]) == hops[jewel.id], jewel.id
