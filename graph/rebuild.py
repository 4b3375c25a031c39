"""Evaluate all permissions again, from the records that a snapshot keeps, with changes applied.

Input: a snapshot, changes, a workspace for what is hypothetical. Output: the snapshot that would be.
Handled: changes of one snapshot upon another hypothetical one. Without changes the same graph comes out.
Not handled: a part of the estate alone; evaluation costs what a build costs, about 4 ms a principal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from graph.build import graph_of, plain_gaps
from graph.changes import Change, change_data
from graph.changing import apply_changes
from graph.errors import ChangeError
from graph.joints.build import plain_counts
from graph.records import read_records, record_rows
from graph.snapshot import Snapshot, SnapshotMeta, open_snapshot, write_snapshot
from graph.snapshot.encode import canonical_json

__all__ = ["rebuild"]


def rebuild(
    snapshot: Snapshot, changes: Sequence[Change], workspace: Path, *, product_version: str | None = None
) -> Snapshot:
    """Return the snapshot that would be, had the changes been made before the evidence was collected.

    Parameters
    ----------
    snapshot
        One that keeps its records.
    changes
        Applied in order. With none, a snapshot of the same graph comes out.
    workspace
        Where it is written; not the workspace of ``snapshot``, since it would pass for the newest evidence there.
    product_version
        What evaluates; default: what the snapshot names.

    Raises
    ------
    GraphError
        The snapshot keeps no records.
    ChangeError
        A change names what is not there or cannot be made, or ``workspace`` is the snapshot's own.

    Notes
    -----
    The result says in its manifest's ``facts`` that it is ``hypothetical``: of which snapshot, and with what changes.
    CPU and memory are those of a build; nothing of the network or of the evidence is read.
    """
    if changes and (workspace / "snapshots").resolve() == snapshot.folder.resolve().parent:
        raise ChangeError(f"`{workspace}` holds real snapshots: write what is hypothetical into another workspace")
    kept = read_records(snapshot)
    changed = apply_changes(kept, snapshot, changes) if changes else kept
    manifest = snapshot.manifest
    identity_graph, gaps = graph_of(changed, str(manifest.facts.get("evidence", snapshot.id)))
    facts = {**manifest.facts, "gaps": plain_gaps(gaps), "joints": plain_counts(identity_graph)}
    created_from = dict(manifest.created_from)
    if changes:
        data = change_data(changes)
        earlier = manifest.facts.get("hypothetical") or {"of": snapshot.id, "changes": []}
        facts["hypothetical"] = {"of": earlier["of"], "changes": [*earlier["changes"], *data]}
        created_from["changes"] = hashlib.sha256(canonical_json(facts["hypothetical"]).encode()).hexdigest()
    meta = SnapshotMeta(manifest.as_of, product_version or manifest.product_version, created_from, facts)
    written = write_snapshot(identity_graph, workspace, meta, snapshot.coverage, record_rows(changed))
    return open_snapshot(written, workspace)
