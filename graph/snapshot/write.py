"""Write a snapshot: immutable, whole or absent, the same id for the same evidence.

Input: an ``IdentityGraph``, a workspace folder, ``SnapshotMeta``, coverage rows. Output: the snapshot's id.
Not handled: removing old snapshots; evidence itself, which is never copied.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from graph.errors import SnapshotError
from graph.model import IdentityGraph
from graph.snapshot.content import Content, assemble, content_digest
from graph.snapshot.disk import FileRecord, flush_folder, make_temporary, publish, remove_leftovers, write_file
from graph.snapshot.encode import canonical_json, time_to_text
from graph.snapshot.manifest import MANIFEST, check_files, read_manifest, snapshots_folder
from graph.snapshot.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SnapshotMeta", "write_snapshot"]

_ROW_GROUP = 16_384
"""Rows that one look-up decodes."""


@dataclass(frozen=True, slots=True)
class SnapshotMeta:
    """What a snapshot is made from and when."""

    as_of: datetime
    """Time of the evidence; aware."""
    product_version: str
    created_from: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by name (never a path of this machine) of every evidence folder or file read."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Anything else to keep with the graph, JSON-ready: own accounts, fingerprint key id, redactions …"""


def write_snapshot(
    identity_graph: IdentityGraph,
    workspace: Path,
    meta: SnapshotMeta,
    coverage: Sequence[Mapping[str, Any]],
    records: Iterable[Sequence[str]] | None = None,
) -> str:
    """Write ``workspace/snapshots/<id>/`` and return the id.

    Parameters
    ----------
    identity_graph
        The finished graph.
    workspace
        Created when missing.
    meta
        Its ``as_of`` and ``created_from`` are part of the id; ``product_version`` and ``facts`` are not.
    coverage
        One row per operation and scope; documented columns, any others are kept in ``extra``.
    records
        Rows of ``records.parquet`` (``graph.records.record_rows``); ``None`` writes a snapshot without that file, whose
        permissions cannot be evaluated again.

    Raises
    ------
    GraphError
        The graph refers to what it does not hold.
    SnapshotError
        The folder cannot be written, or a snapshot of this id is there and damaged.

    Notes
    -----
    Nothing appears under the id until every file is on the device, so a crash leaves the previous snapshots whole. A
    snapshot that is already there is kept untouched.
    """
    as_of = time_to_text(meta.as_of)
    try:
        facts = json.loads(canonical_json(dict(meta.facts)))
    except (TypeError, ValueError) as error:
        raise SnapshotError(f"`facts` of the snapshot are not JSON-ready: {error}") from error
    content = assemble(identity_graph, coverage, records)
    digest = content_digest(content, as_of, meta.created_from)
    snapshot_id = f"{meta.as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:12]}"
    parent = snapshots_folder(workspace)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(parent)
        final = parent / snapshot_id
        if final.exists():
            check_files(final, read_manifest(final))
            return snapshot_id
        flush_folder(parent.parent)
        temporary = make_temporary(parent, snapshot_id)
        try:
            files = _write_files(temporary, content)
            _write_manifest(
                temporary,
                {
                    "schema_version": SCHEMA_VERSION,
                    "id": snapshot_id,
                    "content_sha256": digest,
                    "as_of": as_of,
                    "product_version": meta.product_version,
                    "created_from": dict(meta.created_from),
                    "facts": facts,
                    "counts": {name: table.num_rows for name, table in content.tables.items()},
                    "codes": {name: list(words) for name, words in content.codes.items()},
                    "files": {name: asdict(record) for name, record in files.items()},
                },
            )
            publish(temporary, final)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise SnapshotError(f"cannot write a snapshot under `{parent}`: {error}") from error
    return snapshot_id


def _write_files(folder: Path, content: Content) -> dict[str, FileRecord]:
    files = {}
    for name, table in content.tables.items():
        files[f"{name}.parquet"] = write_file(folder / f"{name}.parquet", partial(_put_table, table))
    for name, array in content.arrays.items():
        files[f"{name}.npy"] = write_file(folder / f"{name}.npy", partial(_put_array, array))
    return files


def _put_table(table: pa.Table, stream: BinaryIO) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, stream, compression="zstd", row_group_size=_ROW_GROUP, write_page_checksum=True)


def _put_array(array: NDArray[Any], stream: BinaryIO) -> None:
    np.save(stream, array, allow_pickle=False)


def _write_manifest(folder: Path, body: Mapping[str, Any]) -> None:
    text = json.dumps(body, indent=2, sort_keys=True, ensure_ascii=True) + "\n"
    write_file(folder / MANIFEST, partial(_put_text, text))


def _put_text(text: str, stream: BinaryIO) -> None:
    stream.write(text.encode())
