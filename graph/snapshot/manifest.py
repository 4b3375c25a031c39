"""The manifest of a snapshot: what it is, from what it was made, and which files belong to it.

Input: ``manifest.json``. Output: ``Manifest``, the folder of a snapshot id, the newest id of a workspace.
Not handled: what the other files hold; ``check_files`` looks at presence and size, ``graph.snapshot.read`` at the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from graph.errors import SnapshotError
from graph.kinds import EdgeKind, NodeKind
from graph.snapshot.disk import FileRecord
from graph.snapshot.encode import time_from_text
from graph.snapshot.schema import FILES, OPTIONAL_FILES, SCHEMA_VERSION

__all__ = ["MANIFEST", "Manifest", "check_files", "files_of", "newest_folder", "read_manifest", "snapshots_folder"]

MANIFEST = "manifest.json"
_ID = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{12}")
_CODES = ("edge_kind", "edge_technique", "node_kind")


@dataclass(frozen=True, slots=True)
class Manifest:
    """``manifest.json`` of one snapshot."""

    id: str
    schema_version: str
    as_of: datetime
    """Time of the evidence, UTC."""
    product_version: str
    created_from: Mapping[str, str]
    """SHA-256 by name of what was read."""
    facts: Mapping[str, Any]
    """What the builder wanted to keep beside the graph, JSON-ready."""
    counts: Mapping[str, int]
    """Rows by table."""
    codes: Mapping[str, tuple[str, ...]]
    """Names by code, for ``edge_kind``, ``edge_technique`` and ``node_kind``."""
    files: Mapping[str, FileRecord]


def snapshots_folder(workspace: Path) -> Path:
    """Return the folder that holds the snapshots of a workspace."""
    return workspace / "snapshots"


def read_manifest(folder: Path) -> Manifest:
    """Read and validate ``manifest.json``.

    Raises
    ------
    SnapshotError
        It is missing, malformed, of a newer major schema, or names kinds that this version does not know.
    """
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise SnapshotError(f"`{folder}` is not a snapshot: {MANIFEST} is missing") from error
    except (OSError, ValueError) as error:
        raise SnapshotError(f"`{path}` cannot be read: {error}") from error
    if not isinstance(raw, dict):
        raise SnapshotError(f"`{path}` is not a JSON object")
    _check_schema(path, raw.get("schema_version"))
    try:
        manifest = Manifest(
            id=str(raw["id"]),
            schema_version=str(raw["schema_version"]),
            as_of=time_from_text(str(raw["as_of"])),
            product_version=str(raw.get("product_version", "")),
            created_from={str(name): str(digest) for name, digest in raw.get("created_from", {}).items()},
            facts=dict(raw.get("facts", {})),
            counts={str(name): int(count) for name, count in raw["counts"].items()},
            codes={name: tuple(str(word) for word in raw["codes"][name]) for name in _CODES},
            files={str(name): FileRecord(int(row["size"]), str(row["sha256"])) for name, row in raw["files"].items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"`{path}` lacks or garbles a documented field: {error!r}") from error
    _check_names(path, manifest)
    return manifest


def files_of(manifest: Manifest) -> tuple[str, ...]:
    """Return the files that a snapshot consists of: all that it must have, and what else it lists and we know."""
    return (*FILES, *(name for name in OPTIONAL_FILES if name in manifest.files))


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise ``SnapshotError`` naming the first file that is unlisted, missing, or not as long as the manifest says."""
    for name in files_of(manifest):
        record = manifest.files.get(name)
        if record is None:
            raise SnapshotError(f"`{folder / MANIFEST}` does not list {name}")
        try:
            size = (folder / name).stat().st_size
        except OSError as error:
            raise SnapshotError(f"`{folder / name}` is missing: build the snapshot again") from error
        if size != record.size:
            raise SnapshotError(
                f"`{folder / name}` is damaged ({size} bytes instead of {record.size}): build the snapshot again"
            )


def newest_folder(workspace: Path) -> Path:
    """Return the folder of the newest snapshot by ``as_of``, then by when it was written, then id.

    Only folders named like ids count; others open when they are named. The name begins with ``as_of`` to the second,
    so manifests are read only where that ties.
    """
    parent = snapshots_folder(workspace)
    names = [entry.name for entry in parent.iterdir() if _ID.fullmatch(entry.name)] if parent.is_dir() else []
    if not names:
        raise SnapshotError(f"`{workspace}` holds no snapshot: run `nhi build` first")
    latest = max(names)[:16]
    tied = [parent / name for name in names if name.startswith(latest)]
    if len(tied) == 1:
        return tied[0]
    # Evidence built again (with declared files added, by a newer version) has the same time: the later build counts.
    return max(
        tied, key=lambda folder: (read_manifest(folder).as_of, (folder / MANIFEST).stat().st_mtime_ns, folder.name)
    )


def _check_schema(path: Path, version: object) -> None:
    major = str(version).partition(".")[0]
    if not major.isdigit():
        raise SnapshotError(f"`{path}` has no readable `schema_version`")
    if int(major) != int(SCHEMA_VERSION.partition(".")[0]):
        raise SnapshotError(
            f"`{path}` has schema {version}, this version reads {SCHEMA_VERSION}: upgrade, or build the snapshot again"
        )


def _check_names(path: Path, manifest: Manifest) -> None:
    for name, known in (("edge_kind", EdgeKind), ("node_kind", NodeKind)):
        words: set[str] = {member.value for member in known}
        for word in manifest.codes[name]:
            if word not in words:
                raise SnapshotError(f"`{path}` uses {name} `{word}`, which this version does not know")
