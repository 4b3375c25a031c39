"""Tests of writing and opening snapshots: round trip, determinism, damage, look-ups, the documented form."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.arrays import CATEGORY_CODES, IMPACT_CODES
from graph.decision import Atom
from graph.engine import reach
from graph.errors import GraphError, NodeNotFoundError, SnapshotError
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Grant, IdentityGraph, Node
from graph.snapshot import Snapshot, open_snapshot, write_snapshot
from graph.snapshot.encode import residual_from_text, residual_to_text
from graph.snapshot.schema import FILES, TABLES
from tests.graph.snapshot_worlds import (
    ACCOUNT,
    ADMIN,
    AS_OF,
    BUCKET,
    CI,
    COVERAGE,
    KEY,
    META,
    credentials,
    edges,
    grants,
    nodes,
    small_graph,
    uses,
)  # fmt: skip

LATER = dataclasses.replace(META, as_of=AS_OF + timedelta(hours=1))


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    write_snapshot(small_graph(), tmp_path, META, COVERAGE)
    return open_snapshot(workspace=tmp_path)


def test_every_field_comes_back(snapshot: Snapshot) -> None:
    assert [snapshot.node(i) for i in range(snapshot.node_count)] == sorted(nodes(), key=lambda node: node.id)
    assert {snapshot.edge(e) for e in range(snapshot.edge_count)} == set(edges())
    assert snapshot.credential(KEY) == credentials()[0]
    assert set(snapshot.document_uses(CI)) | set(snapshot.document_uses(ADMIN)) == set(uses())
    assert snapshot.document_uses("nobody") == ()
    assert snapshot.document("d2") == {"Version": "2012-10-17"}
    assert snapshot.manifest.facts == {"own_accounts": [ACCOUNT]}
    assert snapshot.manifest.created_from == META.created_from
    assert (snapshot.manifest.as_of, snapshot.manifest.product_version) == (AS_OF, "0.1.0")
    by_operation = {row["operation"]: row for row in snapshot.coverage}
    assert by_operation["s3.get_bucket_policy"]["guard"] is True
    assert by_operation["iam.list_roles"]["objects"] == 9
    snapshot.verify()


def test_edge_numbers_are_positions_in_the_arrays(snapshot: Snapshot) -> None:
    arrays = snapshot.arrays
    known = {grant.id: grant for grant in grants()}
    for number in range(snapshot.edge_count):
        edge = snapshot.edge(number)
        assert snapshot.node_id(int(arrays.edge_source[number])) == edge.source
        assert snapshot.node_id(int(arrays.indices[number])) == edge.target
        assert arrays.edge_kind[number] == snapshot.edge_kind_code(edge.kind)
        assert snapshot.technique(int(arrays.edge_technique[number])) == edge.technique
        assert bool(arrays.traversable[number]) is edge.traversable
        assert arrays.edge_state[number] == edge.state
        assert snapshot.condition(int(arrays.edge_condition[number])) == edge.conditions
        assert (arrays.edge_condition[number] == 0) is np.bool_(edge.conditions == ())
        assert IMPACT_CODES[arrays.edge_impact[number]] == edge.impact
        assert snapshot.grants_of(number) == tuple(known[grant] for grant in edge.grants)
        reverse = np.flatnonzero(arrays.r_edge == number)
        assert arrays.r_indices[reverse].tolist() == [arrays.edge_source[number]]
    for index in range(snapshot.node_count):
        node = snapshot.node(index)
        assert snapshot.node_index(node.id) == index
        assert CATEGORY_CODES[arrays.node_category[index]] is node.category
        assert IMPACT_CODES[arrays.node_impact[index]] == node.impact
        assert index in snapshot.nodes_of_kind(node.kind).tolist()
    assert snapshot.edge_kind_code(EdgeKind.CAN_JOIN_GROUP) == -1
    assert snapshot.nodes_of_kind(NodeKind.LAMBDA_FUNCTION).tolist() == []
    key, admin = snapshot.node_index(KEY), snapshot.node_index(ADMIN)
    assert reach(arrays, [key], arrays.traversable).hops[admin] == 2


def test_find_nodes_puts_the_surest_first(snapshot: Snapshot) -> None:
    def ids(text: str, **options: bool) -> list[str]:
        return [snapshot.node_id(i) for i in snapshot.find_nodes(text, **options)]

    assert ids("AROACI") == [CI]
    assert ids("boss") == [ADMIN]
    assert ids(CI) == [CI]
    assert ids("ci") == [CI]
    assert ids("AKIAEXAMPLE") == [KEY]
    assert ids("PAYROLL") == [BUCKET]
    assert ids("PAYROLL", exact=True) == []
    assert len(ids("a")) > 1
    assert snapshot.find_nodes("a", limit=1) == snapshot.find_nodes("a")[:1]
    assert ids("") == []
    assert ids("(") == []


def test_credentials_are_found_by_what_a_leak_shows(snapshot: Snapshot) -> None:
    want = tuple(credentials())
    assert snapshot.credentials_with_public_id("AKIAEXAMPLE") == want
    assert snapshot.credentials_with_fingerprint("f" * 64) == want
    assert snapshot.credentials_of(CI) == want
    assert snapshot.credentials_with_public_id("") == ()
    assert snapshot.credential(CI) is None
    assert list(snapshot.credentials.columns) == list(TABLES["credentials"])


def test_frames_have_the_documented_columns(snapshot: Snapshot) -> None:
    frame = snapshot.nodes_table()
    assert list(frame.columns) == list(TABLES["nodes"])
    assert frame["node"].tolist() == list(range(snapshot.node_count))
    frame = snapshot.edges_table()
    assert list(frame.columns) == [*TABLES["edges"], "grants"]
    first = frame.iloc[-1]
    edge = snapshot.edge(snapshot.edge_count - 1)
    assert (first["source"], first["target"], first["state"]) == (edge.source, edge.target, edge.state.word)
    assert first["grants"] == edge.grants


def test_unknown_ids_are_said(snapshot: Snapshot) -> None:
    for text in ("", "aaa", "zzz", CI + "x", CI[:-1]):
        with pytest.raises(NodeNotFoundError, match="holds no node"):
            snapshot.node_index(text)
    with pytest.raises(NodeNotFoundError):
        snapshot.node(99)
    with pytest.raises(GraphError, match="no document `d9`"):
        snapshot.document("d9")


def file_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_graph_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    ids = {
        write_snapshot(small_graph(seed), tmp_path / str(seed), META, COVERAGE[:: 1 - 2 * (seed % 2)])
        for seed in range(4)
    }
    assert len(ids) == 1
    (snapshot_id,) = ids
    assert re.fullmatch(r"20261120T093000Z-[0-9a-f]{12}", snapshot_id)
    worlds = [file_bytes(tmp_path / str(seed) / "snapshots" / snapshot_id) for seed in range(4)]
    assert all(world == worlds[0] for world in worlds)
    assert sorted(worlds[0]) == sorted([*FILES, "manifest.json"])


def test_the_id_follows_evidence_and_time_but_not_the_product(tmp_path: Path) -> None:
    def written(identity_graph: IdentityGraph, **changes: Any) -> str:
        return write_snapshot(identity_graph, tmp_path, dataclasses.replace(META, **changes), COVERAGE)

    base = written(small_graph())
    assert written(small_graph(), product_version="9") == base
    others = {
        written(small_graph(extra_edges=[Edge(CI, BUCKET, EdgeKind.CAN_ACCESS, False)])),
        written(small_graph(), created_from={"estate": "cd" * 32}),
        written(small_graph(), as_of=AS_OF + timedelta(microseconds=1)),
        write_snapshot(small_graph(), tmp_path, META, COVERAGE[:1]),
    }
    assert len(others | {base}) == 5


def test_an_existing_snapshot_is_kept_and_never_rewritten(tmp_path: Path) -> None:
    first = write_snapshot(small_graph(), tmp_path, META, COVERAGE)
    folder = tmp_path / "snapshots" / first
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert write_snapshot(small_graph(3), tmp_path, META, COVERAGE) == first
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    (folder / "edges.parquet").unlink()
    with pytest.raises(SnapshotError, match=r"edges\.parquet"):
        write_snapshot(small_graph(), tmp_path, META, COVERAGE)


def test_the_newest_is_by_as_of(tmp_path: Path) -> None:
    later = write_snapshot(small_graph(), tmp_path, LATER, COVERAGE)
    earlier = write_snapshot(small_graph(), tmp_path, META, COVERAGE)
    assert open_snapshot(workspace=tmp_path).id == later
    assert open_snapshot(earlier, tmp_path).id == earlier
    assert open_snapshot(tmp_path / "snapshots" / earlier).id == earlier
    same_second = dataclasses.replace(LATER, as_of=LATER.as_of + timedelta(milliseconds=5))
    newest = write_snapshot(small_graph(), tmp_path, same_second, COVERAGE)
    assert open_snapshot(workspace=tmp_path).id == newest


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="holds no snapshot"):
        open_snapshot(workspace=tmp_path)
    with pytest.raises(SnapshotError, match="no snapshot `20200101"):
        open_snapshot("20200101T000000Z-000000000000", tmp_path)
    with pytest.raises(SnapshotError, match=r"manifest\.json is missing"):
        open_snapshot(tmp_path)


def test_a_graph_that_refers_to_nothing_is_refused(tmp_path: Path) -> None:
    def refused(message: str, *, edge: Edge | None = None, node: Node | None = None) -> None:
        identity_graph = small_graph()
        if edge:
            identity_graph.add_edge(edge)
        if node:
            identity_graph.add_node(node)
        with pytest.raises(GraphError, match=message):
            write_snapshot(identity_graph, tmp_path, META, ())

    refused("names node `arn:nobody`", edge=Edge(CI, "arn:nobody", EdgeKind.CAN_ASSUME, True))
    refused("names grant `g:none`", edge=Edge(CI, ADMIN, EdgeKind.CAN_ASSUME, True, "", ("g:none",)))
    refused("impact `H99`", edge=Edge(CI, ADMIN, EdgeKind.CAN_ASSUME, True, impact="H99"))
    refused("not JSON-ready", node=Node("n", NodeKind.AWS_ROLE, "n", "aws", "1", {"x": {1, 2}}))
    refused("not JSON-ready", node=Node("n", NodeKind.AWS_ROLE, "n", "aws", "1", {"x": float("nan")}))
    assert not list(tmp_path.glob("snapshots/*"))


def test_text_that_utf8_cannot_hold_does_not_stop_a_build(tmp_path: Path) -> None:
    identity_graph = small_graph()
    identity_graph.add_node(Node("arn:\ud800", NodeKind.AWS_ROLE, "bad \udfff", "aws", "1", {"tags": {"a": "\ud800"}}))
    write_snapshot(identity_graph, tmp_path, META, ())
    snapshot = open_snapshot(workspace=tmp_path)
    assert snapshot.node(snapshot.node_index("arn:\ud800")).name == "bad \\udfff"


def test_an_empty_graph_is_a_snapshot(tmp_path: Path) -> None:
    write_snapshot(IdentityGraph(), tmp_path, META, ())
    snapshot = open_snapshot(workspace=tmp_path)
    assert (snapshot.node_count, snapshot.edge_count, snapshot.condition_count) == (0, 0, 1)
    assert snapshot.arrays.node_count == 0
    assert snapshot.find_nodes("x") == []
    assert snapshot.edges_table().empty
    assert snapshot.condition(0) == ()
    snapshot.verify()


def test_many_rows_span_row_groups(tmp_path: Path) -> None:
    identity_graph = IdentityGraph()
    count = 40_000
    for number in range(count):
        identity_graph.add_node(Node(f"n{number:05}", NodeKind.AWS_ROLE, str(number), "aws", "1"))
    identity_graph.add_edges(Edge(f"n{i:05}", f"n{i * 7 % count:05}", EdgeKind.CAN_ASSUME, True) for i in range(count))
    write_snapshot(identity_graph, tmp_path, META, ())
    snapshot = open_snapshot(workspace=tmp_path)
    for index in (0, 16_383, 16_384, 39_999):
        assert snapshot.node(index).id == f"n{index:05}"
        assert snapshot.edge(index).target == f"n{index * 7 % count:05}"


def test_a_cell_is_what_its_row_holds(tmp_path: Path) -> None:
    world = IdentityGraph()
    for number in range(20_000):
        world.add_node(Node(f"n{number:05d}", NodeKind.AWS_ROLE, f"name {number}", "aws", "1"))
    write_snapshot(world, tmp_path, META, ())
    places = (0, 63, 64, 16_383, 16_384, 19_999)
    cells = open_snapshot(workspace=tmp_path).table("nodes")
    rows = open_snapshot(workspace=tmp_path).table("nodes")
    assert [cells.cell(place, "name") for place in places] == [rows.row(place)["name"] for place in places]
    assert cells.cell(16_384, "id") == rows.cell(16_384, "id") == "n16384"
    for outside in (-1, 20_000):
        with pytest.raises(IndexError):
            cells.cell(outside, "id")


texts = st.text(st.characters(codec="utf-8"), max_size=6)
atoms = st.builds(Atom, texts, texts, st.lists(texts, max_size=3).map(tuple), st.booleans(), texts)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(atoms, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple))
def test_residuals_survive_text(residual: tuple[tuple[Atom, ...], ...]) -> None:
    assert residual_from_text(residual_to_text(residual)) == residual


def test_condition_and_grant_set_zero_mean_none_whatever_else_there_is(tmp_path: Path) -> None:
    identity_graph = small_graph()
    identity_graph.add_grant(Grant("", "statement", CI, "an id that sorts first"))
    identity_graph.add_edge(Edge(CI, BUCKET, EdgeKind.CAN_ACCESS, False, "", ("",)))
    write_snapshot(identity_graph, tmp_path, META, ())
    snapshot = open_snapshot(workspace=tmp_path)
    assert snapshot.condition(0) == ()
    assert all(snapshot.condition(number) for number in range(1, snapshot.condition_count))
    for number in range(snapshot.edge_count):
        assert (snapshot.arrays.edge_grant_set[number] == 0) == (snapshot.edge(number).grants == ())


def test_sha256_in_the_manifest_is_of_the_file(snapshot: Snapshot) -> None:
    for name, record in snapshot.manifest.files.items():
        data = (snapshot.folder / name).read_bytes()
        assert (record.size, record.sha256) == (len(data), hashlib.sha256(data).hexdigest())
