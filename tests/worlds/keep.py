"""A world as a snapshot with its records, and a snapshot as a view, for tests of what would be.

Input: a world, or a snapshot. Output: ``Snapshot``, ``View``.
Not handled: coverage, which changes nothing of a graph.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from graph.build import graph_of
from graph.model import IdentityGraph
from graph.records import BuildInput, ReadingGaps, record_rows
from graph.snapshot import Snapshot, SnapshotMeta, open_snapshot, write_snapshot
from tests.worlds.aws import World
from tests.worlds.view import View

__all__ = ["AS_OF", "build_input", "keep", "keep_input", "view_of"]

AS_OF = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def build_input(world: World, folder: Path) -> BuildInput:
    """Write a world's evidence and return what the product builds its graph from."""
    evidence = read_evidence([world.build(folder)])
    records = to_records(evidence)
    for change in world.amendments:
        records = change(records)
    return BuildInput(records, evidence.declared, ReadingGaps(evidence.gaps))


def keep_input(kept: BuildInput, workspace: Path) -> Snapshot:
    """Return the snapshot of records."""
    identity_graph, _ = graph_of(kept, "world")
    meta = SnapshotMeta(AS_OF, "test", {"world": "00"}, {"as_of_known": True})
    return open_snapshot(write_snapshot(identity_graph, workspace, meta, (), record_rows(kept)), workspace)


def keep(world: World, folder: Path) -> Snapshot:
    """Return the snapshot of a world; evidence and workspace go into ``folder``."""
    return keep_input(build_input(world, folder / "evidence"), folder / "workspace")


def view_of(snapshot: Snapshot) -> View:
    """Return a snapshot's edges with hubs resolved."""
    identity_graph = IdentityGraph()
    for number in range(snapshot.node_count):
        identity_graph.add_node(snapshot.node(number))
    identity_graph.add_edges(snapshot.edge(number) for number in range(snapshot.edge_count))
    return View(identity_graph)
