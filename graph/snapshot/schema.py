"""Every file and column of a snapshot, once, as data.

Input: none. Output: ``SCHEMA_VERSION``, ``TABLES``, ``OPTIONAL_TABLES``, ``ARRAYS``, their Arrow schema.
Not handled: what the columns mean in prose; that is ``docs/snapshot.md``, which a test holds against this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "ARRAYS",
    "FILES",
    "OPTIONAL_FILES",
    "OPTIONAL_TABLES",
    "SCHEMA_VERSION",
    "TABLES",
    "ArraySpec",
    "arrow_schema",
    "columns_of",
]

SCHEMA_VERSION = "1.1"
"""``major.minor``: a reader refuses a newer major; a minor only adds columns and files."""

TABLES: dict[str, dict[str, str]] = {
    "nodes": {
        "node": "int32",
        "id": "string",
        "kind": "string",
        "category": "string",
        "name": "string",
        "source": "string",
        "scope": "string",
        "collected": "bool",
        "impact": "string",
        "unique_id": "string",
        "aliases": "list<string>",
        "attributes": "string",
        "evidence": "string",
    },
    "edges": {
        "edge": "int32",
        "source": "int32",
        "target": "int32",
        "kind": "string",
        "traversable": "bool",
        "technique": "string",
        "state": "int8",
        "condition": "int32",
        "grant_set": "int32",
        "impact": "string",
        "guards": "list<string>",
        "via": "string",
        "evidence": "string",
        "note": "string",
    },
    "grants": {
        "grant": "int32",
        "id": "string",
        "kind": "string",
        "holder": "string",
        "text": "string",
        "evidence": "string",
    },
    "grant_sets": {"grant_set": "int32", "grants": "list<int32>"},
    "conditions": {"condition": "int32", "residual": "string"},
    "credentials": {
        "node": "string",
        "identity": "string",
        "kind": "string",
        "public_id": "string",
        "active": "bool",
        "hint": "string",
        "fingerprint": "string",
        "created_at": "string",
        "expires_at": "string",
        "last_used_at": "string",
        "last_used_known": "bool",
    },
    "documents": {"digest": "string", "body": "string"},
    "document_uses": {
        "holder": "string",
        "layer": "string",
        "label": "string",
        "digest": "string",
        "grant_prefix": "string",
        "per_statement": "bool",
        "evidence": "string",
        "order": "int32",
    },
    "coverage": {
        "source": "string",
        "scope": "string",
        "region": "string",
        "operation": "string",
        "presence": "string",
        "calls": "int64",
        "objects": "int64",
        "permission": "string",
        "lost": "string",
        "reason": "string",
        "extra": "string",
    },
}
"""Column name to type, by table; the file is ``<table>.parquet``."""

OPTIONAL_TABLES: dict[str, dict[str, str]] = {
    "records": {"provider": "string", "kind": "string", "key": "string", "body": "string"},
}
"""The same for tables that a snapshot may lack: those of schema 1.0, and those that other programs write."""


@dataclass(frozen=True, slots=True)
class ArraySpec:
    """One ``.npy`` file."""

    dtype: str
    length: str
    """``nodes``, ``nodes + 1``, ``edges``, or ``any``."""


ARRAYS: dict[str, ArraySpec] = {
    "indptr": ArraySpec("int64", "nodes + 1"),
    "indices": ArraySpec("int32", "edges"),
    "r_indptr": ArraySpec("int64", "nodes + 1"),
    "r_indices": ArraySpec("int32", "edges"),
    "r_edge": ArraySpec("int32", "edges"),
    "edge_kind": ArraySpec("int16", "edges"),
    "edge_technique": ArraySpec("int16", "edges"),
    "edge_flags": ArraySpec("uint8", "edges"),
    "edge_state": ArraySpec("int8", "edges"),
    "edge_condition": ArraySpec("int32", "edges"),
    "edge_grant_set": ArraySpec("int32", "edges"),
    "edge_impact": ArraySpec("int8", "edges"),
    "node_category": ArraySpec("int8", "nodes"),
    "node_kind": ArraySpec("int16", "nodes"),
    "node_impact": ArraySpec("int8", "nodes"),
    "node_id_offsets": ArraySpec("int64", "nodes + 1"),
    "node_id_bytes": ArraySpec("uint8", "any"),
}
"""Type and length, by array; the file is ``<array>.npy``."""

FILES: tuple[str, ...] = (*(f"{name}.parquet" for name in TABLES), *(f"{name}.npy" for name in ARRAYS))
"""Every file of a snapshot beside ``manifest.json``."""

OPTIONAL_FILES: tuple[str, ...] = tuple(f"{name}.parquet" for name in OPTIONAL_TABLES)
"""Files that belong to a snapshot when its manifest lists them."""


def columns_of(table: str) -> dict[str, str]:
    """Return column name to type of one table of ``TABLES`` or ``OPTIONAL_TABLES``."""
    return TABLES[table] if table in TABLES else OPTIONAL_TABLES[table]


def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of one table; no column may hold nulls."""
    import pyarrow as pa

    types = {
        "bool": pa.bool_(),
        "int8": pa.int8(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "string": pa.large_string(),
        "list<int32>": pa.large_list(pa.int32()),
        "list<string>": pa.large_list(pa.large_string()),
    }
    return pa.schema([pa.field(name, types[text]) for name, text in columns_of(table).items()])
