"""Snapshots for tests of pools: from a world in code, its amendments included, or from nodes and edges by hand.

Input: ``World`` or ``IdentityGraph``. Output: ``Snapshot``. Not handled: documents of graphs made by hand.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.aws.operations import OPERATIONS
from collectors.aws.to_records import to_records
from collectors.evidence.coverage import coverage_summary
from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.model import IdentityGraph
from graph.snapshot import Snapshot, SnapshotMeta, open_snapshot, write_snapshot
from tests.worlds.aws import World

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


def written(graph: IdentityGraph, folder: Path, coverage: Sequence[Mapping[str, Any]] = ()) -> Snapshot:
    """Write a graph and open it."""
    meta = SnapshotMeta(AS_OF, "test", {"world": "ab" * 32}, {"as_of_known": True})
    return open_snapshot(write_snapshot(graph, folder, meta, coverage), folder)


def opened(graph: IdentityGraph) -> Snapshot:
    """Write a graph into a folder of its own and open it; the folder lives as long as the snapshot."""
    folder = tempfile.TemporaryDirectory(prefix="pools-")
    snapshot = written(graph, Path(folder.name))
    snapshot._folder_of_the_test = folder  # type: ignore[attr-defined]
    return snapshot


def snapshot_of_world(world: World, folder: Path) -> Snapshot:
    """Build a world, with the records that tests lay over its evidence."""
    evidence = read_evidence([world.build(folder / "evidence")])
    records = to_records(evidence)
    for change in world.amendments:
        records = change(records)
    graph, _ = build_graph(evidence, records)
    rows = [
        {"source": "aws", "scope": row.scope, "region": row.region, "operation": row.operation}
        | {"presence": row.presence.value}
        for row in coverage_summary(evidence, OPERATIONS)
    ]
    return written(graph, folder / "workspace", rows)
