"""Where the workspace is and which snapshot a question is about.

Input: options and the environment. Output: paths and an open snapshot.
Not handled: thresholds, which are ``analytics.policy``'s.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.evidence.fingerprint import FingerprintKey
    from graph.snapshot import Snapshot

__all__ = ["DEFAULT_WORKSPACE", "WORKSPACE_VARIABLE", "fingerprint_key", "open_question", "workspace_of"]

WORKSPACE_VARIABLE = "NHI_WORKSPACE"
DEFAULT_WORKSPACE = ".nhi"


def workspace_of(option: Path | None) -> Path:
    """Return the workspace: the option, else ``NHI_WORKSPACE``, else ``.nhi`` in the working directory."""
    return option or Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE)


def fingerprint_key(workspace: Path) -> FingerprintKey:
    """Return the workspace's key for fingerprints, made on first use (its own file, mode 0600)."""
    from collectors.evidence.fingerprint import FingerprintKey

    workspace.mkdir(parents=True, exist_ok=True)
    return FingerprintKey.load_or_create(workspace / "fingerprint.key")


def open_question(workspace: Path | None, snapshot: str | None) -> Snapshot:
    """Open the snapshot that a question is about.

    Parameters
    ----------
    snapshot
        Id or path; default: the newest of the workspace.

    Raises
    ------
    graph.errors.SnapshotError
        There is none, it is damaged, or it is of a newer schema.
    """
    from graph.snapshot import open_snapshot
    from nhigraph.output.names import tell_about

    opened = open_snapshot(snapshot, workspace_of(workspace))
    tell_about(opened)
    return opened
