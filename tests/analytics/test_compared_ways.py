"""Ways that only one of two graphs has: classes are seen through, however they are drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.what_if import effects
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, IdentityGraph, Node
from graph.snapshot import Snapshot, SnapshotMeta, open_snapshot, write_snapshot

ROLES = [f"arn:aws:iam::111111111111:role/r{number}" for number in range(5)]
HUBS = [f"hub:h{number}" for number in range(2)]
TECHNIQUES = {EdgeKind.CAN_ASSUME: "sts-001", EdgeKind.CAN_CHANGE_TRUST: "iam-012"}
Pairs = frozenset[tuple[str, str, EdgeKind]]
Link = tuple[str, str, EdgeKind]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Pairs, Pairs]:
    """Two sets of links; a link runs between roles, from a role into a class, or from a class to a role."""
    kinds = st.sampled_from(sorted(TECHNIQUES))
    links = st.one_of(
        st.tuples(st.sampled_from(ROLES), st.sampled_from(ROLES), kinds),
        st.tuples(st.sampled_from(ROLES), st.sampled_from(HUBS), kinds),
        st.tuples(st.sampled_from(HUBS), st.sampled_from(ROLES), kinds),
    )
    common = draw(st.frozensets(links, max_size=10))
    return common | draw(st.frozensets(links, max_size=5)), common | draw(st.frozensets(links, max_size=5))


def _write(links: Pairs, folder: Path) -> Snapshot:
    graph = IdentityGraph()
    for name in ROLES:
        graph.add_node(Node(name, NodeKind.AWS_ROLE, name[-2:], "aws", "111111111111"))
    for name in HUBS:
        graph.add_node(Node(name, NodeKind.HUB, name, "aws", ""))
    graph.add_edges(Edge(source, target, kind, True, TECHNIQUES[kind]) for source, target, kind in links)
    return open_snapshot(write_snapshot(graph, folder, SnapshotMeta(datetime(2026, 1, 1, tzinfo=UTC), "0"), ()), folder)


def _ways(links: Pairs) -> set[Link]:
    """Every way from role to role, directly or through one class; the kind is that of the last link."""
    direct = {link for link in links if not {link[0], link[1]} & set(HUBS)}
    into = [link for link in links if link[1] in HUBS]
    out = [link for link in links if link[0] in HUBS]
    return direct | {(source, target, kind) for source, hub, _ in into for start, target, kind in out if start == hub}


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_lost_and_gained_are_differences_of_ways(pair: tuple[Pairs, Pairs]) -> None:
    with TemporaryDirectory() as folder:
        before, after = (_write(links, Path(folder) / str(place)) for place, links in enumerate(pair))
        found = effects(before, after)
        assert found.ways_complete
        old, new = (_ways(links) for links in pair)
        for rows, want in ((found.lost, old - new), (found.gained, new - old)):
            assert {(row.source, row.target, EdgeKind(row.kind)) for row in rows} == want
            assert all(row.technique == TECHNIQUES[EdgeKind(row.kind)] for row in rows)
        assert {row.kind for row in found.stopped} <= {EdgeKind.CAN_ASSUME.value}


def test_a_class_that_melts_into_plain_edges_is_no_difference(tmp_path: Path) -> None:
    kind = EdgeKind.CAN_ASSUME
    through = frozenset({(ROLES[0], HUBS[0], kind), (HUBS[0], ROLES[1], kind), (HUBS[0], ROLES[2], kind)})
    plain = frozenset({(ROLES[0], ROLES[1], kind), (ROLES[0], ROLES[2], kind)})
    found = effects(_write(through, tmp_path / "a"), _write(plain, tmp_path / "b"))
    assert (found.lost, found.gained, found.stopped) == ((), (), ())
