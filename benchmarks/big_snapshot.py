"""Write a snapshot of up to 10,000,000 edges straight from arrays, in the documented form, without an object an edge.

Input: ``World`` and a workspace. Output: the id of a snapshot that ``open_snapshot`` opens and ``verify`` accepts; for
a changed one, what differs. Command: ``python -m benchmarks.big_snapshot WORKSPACE [--edges N] [--share S]``.
Not handled: policy documents (the tables are empty), so nothing that evaluates permissions again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.big_estate import (
    EDGE_KINDS,
    NODE_KINDS,
    TECHNIQUES,
    Changed,
    Estate,
    change_estate,
    estate_of,
)
from benchmarks.big_tables import TABLE_ROWS
from benchmarks.world import World, big_world
from graph.arrays import CATEGORY_CODES, TRAVERSABLE
from graph.kinds import EdgeKind, category_of
from graph.snapshot.disk import make_temporary, publish, write_file
from graph.snapshot.encode import time_to_text
from graph.snapshot.manifest import MANIFEST, snapshots_folder
from graph.snapshot.schema import ARRAYS, SCHEMA_VERSION, TABLES, arrow_schema

__all__ = ["BASE_TIME", "Changed", "main", "write_big_snapshot", "write_changed_snapshot"]

pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

BASE_TIME = datetime(2026, 11, 1, 6, tzinfo=UTC)
CHANGED_TIME = datetime(2026, 11, 8, 6, tzinfo=UTC)


def write_big_snapshot(world: World, workspace: Path, *, as_of: datetime = BASE_TIME, seed: int = 7) -> str:
    """Write the estate of a world into ``workspace/snapshots/`` and return the snapshot's id.

    Parameters
    ----------
    as_of
        Time of the evidence; the newest is what commands open by default.
    seed
        Of everything that the world does not say: accounts, kinds of resources, conditions, administrators.
    """
    return _write(estate_of(world, seed), workspace, as_of)


def write_changed_snapshot(
    world: World, workspace: Path, share: float, *, as_of: datetime = CHANGED_TIME, seed: int = 7
) -> tuple[str, Changed]:
    """Write the same estate with some edges and nodes changed; return the id and exactly what differs.

    Parameters
    ----------
    share
        Of all edges: as many are removed (and those into removed nodes), added, and given another grant set; a tenth of
        this share of all nodes is removed and added (buckets).
    """
    estate, changed = change_estate(estate_of(world, seed), share)
    return _write(estate, workspace, as_of), changed


def _write(estate: Estate, workspace: Path, as_of: datetime) -> str:
    parent = snapshots_folder(workspace)
    parent.mkdir(parents=True, exist_ok=True)
    arrays = _arrays(estate)
    digest = hashlib.sha256(as_of.isoformat().encode())
    for name in ("indptr", "indices", "edge_kind", "edge_grant_set", "node_id_bytes"):
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    snapshot_id = f"{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest.hexdigest()[:12]}"
    if (parent / snapshot_id).exists():
        return snapshot_id
    temporary = make_temporary(parent, snapshot_id)
    try:
        counts, files = {}, {}
        for name in TABLES:
            rows, chunks = TABLE_ROWS[name](estate)
            counts[name] = rows
            files[f"{name}.parquet"] = write_file(temporary / f"{name}.parquet", partial(_put_table, name, chunks))
        for name, array in arrays.items():
            files[f"{name}.npy"] = write_file(temporary / f"{name}.npy", partial(_put_array, array))
        body = {
            "schema_version": SCHEMA_VERSION,
            "id": snapshot_id,
            "as_of": time_to_text(as_of),
            "product_version": "benchmark",
            "counts": counts,
            "codes": {
                "edge_kind": [kind.value for kind in EDGE_KINDS],
                "edge_technique": list(TECHNIQUES),
                "node_kind": [kind.value for kind in NODE_KINDS],
            },
            "files": {name: asdict(record) for name, record in files.items()},
        }
        write_file(temporary / MANIFEST, partial(_put_text, json.dumps(body, indent=2)))
        publish(temporary, parent / snapshot_id)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return snapshot_id


def _put_table(name: str, chunks: Iterator[dict[str, Any]], stream: BinaryIO) -> None:
    schema = arrow_schema(name)
    with pq.ParquetWriter(stream, schema, compression="zstd", write_page_checksum=True) as writer:
        for columns in chunks:
            writer.write_table(
                pa.Table.from_arrays([_column(columns[each.name], each.type) for each in schema], schema=schema)
            )


def _column(values: Any, kind: pa.DataType) -> pa.Array:
    return values.cast(kind) if isinstance(values, pa.Array) else pa.array(values, kind)


def _put_array(array: NDArray[Any], stream: BinaryIO) -> None:
    np.save(stream, array, allow_pickle=False)


def _put_text(text: str, stream: BinaryIO) -> None:
    stream.write(text.encode())


# ---- arrays


def _arrays(estate: Estate) -> dict[str, NDArray[Any]]:
    from scipy.sparse import csr_matrix

    n, m = estate.kind.size, estate.source.size
    indptr = np.searchsorted(estate.source, np.arange(n + 1)).astype(np.int64)
    # Numbers from 1, since a stored 0 might be dropped.
    reverse = csr_matrix((np.arange(1, m + 1, dtype=np.int32), estate.target, indptr), shape=(n, n)).tocsc()
    category = np.array([CATEGORY_CODES.index(category_of(kind)) for kind in NODE_KINDS])
    passive = EDGE_KINDS.index(EdgeKind.CONTAINS)
    _, offsets, data = estate.ids.buffers()
    made: dict[str, NDArray[Any]] = {
        "indptr": indptr,
        "indices": estate.target,
        "r_indptr": reverse.indptr,
        "r_indices": reverse.indices,
        "r_edge": reverse.data - 1,
        "edge_kind": estate.edge_kind,
        "edge_technique": estate.technique,
        "edge_flags": np.where(estate.edge_kind == passive, 0, TRAVERSABLE),
        "edge_state": estate.state,
        "edge_condition": estate.condition,
        "edge_grant_set": estate.grant_set,
        "edge_impact": estate.edge_impact,
        "node_category": category[estate.kind],
        "node_kind": estate.kind,
        "node_impact": estate.impact,
        "node_id_offsets": np.frombuffer(offsets, dtype=np.int64)[: n + 1],
        "node_id_bytes": np.frombuffer(data, dtype=np.uint8),
    }
    made["node_id_bytes"] = made["node_id_bytes"][: made["node_id_offsets"][-1]]
    return {name: made[name].astype(spec.dtype, copy=False) for name, spec in ARRAYS.items()}


def main(arguments: list[str] | None = None) -> int:
    """Write a snapshot, and with ``--share`` a changed one beside it; print the ids."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.big_snapshot", description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--share", type=float, default=0.0)
    options = parser.parse_args(arguments)
    world = big_world(options.edges)
    sys.stdout.write(write_big_snapshot(world, options.workspace) + "\n")
    if options.share:
        changed_id, changed = write_changed_snapshot(world, options.workspace, options.share)
        sizes = {name: len(rows) for name, rows in asdict(changed).items()}
        sys.stdout.write(f"{changed_id} {json.dumps(sizes)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
