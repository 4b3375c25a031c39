"""Two snapshots compared: equal to a comparison of plain sets, whatever the numbers on either side."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.compare import Comparison, compare, edge_rows, looked_at, table_rows
from analytics.comparing import edges as edges_module
from analytics.comparing.merged import merge_sorted
from graph.decision import ALWAYS, Atom, Residual
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Credential, DocumentUse, Edge, Grant, IdentityGraph, Node
from graph.snapshot import Snapshot, open_snapshot, write_snapshot
from graph.snapshot.columns import arrow_column
from tests.graph.snapshot_worlds import META

pytestmark = pytest.mark.usefixtures("quick_writes")

NODES = ("a", "b", "c", "é", "z")
GRANTS = ("g1", "g2", "g3")
MFA: Residual = ((Atom("aws:multifactorauthpresent", "Bool", ("true",)),),)
EDGES = st.builds(
    Edge,
    st.sampled_from(NODES),
    st.sampled_from(NODES),
    st.sampled_from((EdgeKind.CAN_ASSUME, EdgeKind.AUTHENTICATES_AS)),
    st.booleans(),
    st.sampled_from(("", "t-1", "t-2")),
    st.sampled_from(((), ("g1",), ("g1", "g2"), ("g3",))),
    st.sampled_from((ALWAYS, MFA)),
    state=st.sampled_from((State.VERIFIED, State.UNVERIFIED)),
    impact=st.sampled_from(("", "H4")),
    via=st.sampled_from(("", "v1", "v2")),
)


@st.composite
def graphs(draw: st.DrawFn) -> IdentityGraph:
    """Draw a small graph; edges repeat ends, kind and technique on purpose."""
    graph = IdentityGraph()
    edges = draw(st.lists(EDGES, max_size=12))
    used = {end for edge in edges for end in (edge.source, edge.target)}
    for name in sorted(used | draw(st.sets(st.sampled_from(NODES)))):
        impact, tags = draw(st.sampled_from(("", "H1"))), draw(st.sampled_from(({}, {"t": "1"})))
        graph.add_node(Node(name, draw(st.sampled_from((NodeKind.AWS_USER, NodeKind.AWS_ROLE))), name, "aws", "1",
                            {"tags": tags}, impact=impact))  # fmt: skip
    for name in sorted({grant for edge in edges for grant in edge.grants} | draw(st.sets(st.sampled_from(GRANTS)))):
        graph.add_grant(Grant(name, "statement", "a", draw(st.sampled_from(("x", "y")))))
    graph.add_edges(edges)
    return graph


def kept(graph: IdentityGraph, folder: Path, name: str) -> Snapshot:
    """Write and open."""
    return open_snapshot(write_snapshot(graph, folder / name, META, ()), folder / name)


def said(edge: Edge) -> tuple[Any, ...]:
    """What of an edge may change."""
    return edge.traversable, edge.state, edge.impact, edge.grants, edge.conditions


def brute(before: IdentityGraph, after: IdentityGraph) -> tuple[int, int, int]:
    """Count removed, added and changed edges with multisets."""
    found = [0, 0, 0]
    keys = {(e.source, e.target, e.kind, e.technique) for graph in (before, after) for e in graph.edges}
    for key in keys:
        one, other = (
            Counter(said(e) for e in graph.edges if (e.source, e.target, e.kind, e.technique) == key)
            for graph in (before, after)
        )
        left, right = (one - other).total(), (other - one).total()
        found[2] += min(left, right)
        found[0] += left - min(left, right)
        found[1] += right - min(left, right)
    return found[0], found[1], found[2]


def check(found: Comparison, before: IdentityGraph, after: IdentityGraph) -> None:
    """Compare with plain sets."""
    counts = found.counts()
    removed, added, changed = brute(before, after)
    assert counts["edges"] == {"removed": removed, "added": added, "changed": changed}
    assert {row["id"] for row in table_rows(found, "nodes") if row["change"] == "removed"} == (
        before.nodes.keys() - after.nodes.keys()
    )
    assert {row["id"] for row in table_rows(found, "nodes") if row["change"] == "added"} == (
        after.nodes.keys() - before.nodes.keys()
    )
    both = before.nodes.keys() & after.nodes.keys()
    assert {row["id"] for row in table_rows(found, "nodes") if row["change"] == "changed"} == {
        name for name in both if before.nodes[name] != after.nodes[name]
    }
    grants = before.grants.keys() & after.grants.keys()
    assert counts["grants"] == {
        "removed": len(before.grants.keys() - grants),
        "added": len(after.grants.keys() - grants),
        "changed": sum(before.grants[name].text != after.grants[name].text for name in grants),
    }
    rows = list(edge_rows(found))
    assert Counter(row["change"] for row in rows) == Counter(
        {name: count for name, count in counts["edges"].items() if count}
    )
    for row in rows:
        assert bool(row["what"]) == (row["change"] == "changed")
        assert (row["before"] is not None) == (row["change"] == "changed")


@given(graphs(), graphs(), st.sampled_from((1, 3, 65_536)))
@settings(deadline=None, max_examples=60)
def test_equal_to_plain_sets(
    tmp_path_factory: pytest.TempPathFactory, before: IdentityGraph, after: IdentityGraph, block: int
) -> None:
    folder = tmp_path_factory.mktemp("compare")
    sides = kept(before, folder, "before"), kept(after, folder, "after")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edges_module, "_BLOCK", block)
        found = compare(*sides)
        back = compare(*reversed(sides))
    check(found, before, after)
    assert {name: (part["added"], part["removed"], part["changed"]) for name, part in back.counts().items()} == {
        name: (part["removed"], part["added"], part["changed"]) for name, part in found.counts().items()
    }
    assert compare(sides[0], sides[0]).equal


@given(st.sets(st.text(max_size=3)), st.sets(st.text(max_size=3)))
@settings(deadline=None, max_examples=200)
def test_a_common_numbering_keeps_the_order_of_both(before: set[str], after: set[str]) -> None:
    import pyarrow as pa

    lists = [sorted(each, key=str.encode) for each in (before, after)]
    found = merge_sorted(*(arrow_column(each, pa.large_string()) for each in lists))
    for numbers in (found.before, found.after):
        assert (np.diff(numbers) > 0).all()
    assert found.count == len(before | after)
    numbered = [
        dict(zip(names, numbers.tolist(), strict=True))
        for names, numbers in zip(lists, (found.before, found.after), strict=True)
    ]
    assert {name for name in before & after if numbered[0][name] != numbered[1][name]} == set()
    assert set(found.before.tolist()) | set(found.after.tolist()) == set(range(found.count))
    assert [lists[0][place] for place in np.flatnonzero(found.removed)] == sorted(before - after, key=str.encode)


def test_what_a_changed_thing_says_otherwise(tmp_path: Path) -> None:
    def graph(*, later: bool) -> IdentityGraph:
        made = IdentityGraph()
        made.add_node(Node("u", NodeKind.AWS_USER, "u", "aws", "1", {"mfa_active": later, "path": "/"}, impact="H1"))
        made.add_node(Node("k", NodeKind.AWS_ACCESS_KEY, "k", "aws", "1"))
        made.add_grant(Grant("g", "key", "u", "key"))
        made.add_edge(Edge("k", "u", EdgeKind.AUTHENTICATES_AS, not later, grants=("g",), evidence=str(later)))
        made.add_credential(Credential("k", "u", "access_key", "AKIA", not later))
        made.add_document("d1" if later else "d0", {"Version": "x"})
        made.add_document_use(DocumentUse("u", "identity", "own", "d1" if later else "d0", "p", True))
        made.add_document_use(DocumentUse("u", "identity", "other", "", "q", True, evidence=str(later)))
        return made

    found = compare(kept(graph(later=False), tmp_path, "1"), kept(graph(later=True), tmp_path, "2"))
    assert {name: part["changed"] for name, part in found.counts().items()} == {
        "nodes": 1, "edges": 1, "grants": 0, "credentials": 1, "documents": 1,
    }  # fmt: skip
    assert [row["what"] for row in table_rows(found, "nodes")] == [["mfa_active"]]
    assert [row["what"] for row in table_rows(found, "credentials")] == [["active"]]
    assert [(row["label"], row["what"]) for row in table_rows(found, "documents")] == [("own", ["digest"])]
    (edge,) = edge_rows(found)
    assert (edge["what"], edge["before"]) == (["traversable"], {"traversable": True})


def test_what_was_looked_at_in_one_alone_is_told(tmp_path: Path) -> None:
    row = {"source": "aws", "scope": "1", "operation": "iam.list_roles", "presence": "present"}
    other = {**row, "operation": "s3.list_buckets"}
    graph = IdentityGraph()
    graph.add_node(Node("u", NodeKind.AWS_USER, "u", "aws", "1"))
    sides = [
        open_snapshot(write_snapshot(graph, tmp_path / str(number), META, rows), tmp_path / str(number))
        for number, rows in enumerate(([row, other], [{**row, "presence": "empty"}, {**other, "presence": "failed"}]))
    ]
    (told,) = looked_at(*sides)
    assert (told["operation"], told["before"], told["after"]) == ("s3.list_buckets", "present", "failed")
