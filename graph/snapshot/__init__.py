"""Snapshots: one immutable identity graph on disk, written once and opened lazily.

Input: an ``IdentityGraph`` to write, or an id or folder to open. Output: a snapshot id, or a ``Snapshot``.
Not handled: analyses and people's state, which live beside ``snapshots/`` in the workspace.
"""

from graph.snapshot.manifest import Manifest
from graph.snapshot.read import Snapshot, open_snapshot
from graph.snapshot.write import SnapshotMeta, write_snapshot

__all__ = ["Manifest", "Snapshot", "SnapshotMeta", "open_snapshot", "write_snapshot"]
