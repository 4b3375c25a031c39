"""Tests that docs/snapshot.md tells the truth: it names every column, and a snapshot written from it alone opens."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from graph.arrays import CATEGORY_CODES, IMPACT_CODES
from graph.decision import Atom
from graph.engine import nearest_target, reach
from graph.kinds import Category, EdgeKind, State
from graph.snapshot import open_snapshot
from graph.snapshot.schema import ARRAYS, OPTIONAL_TABLES, TABLES

PAGE = Path(__file__).parents[2] / "docs" / "snapshot.md"


def documented() -> dict[str, dict[str, str]]:
    """Columns and types by file, as the tables of the page give them; arrays with their length."""
    found: dict[str, dict[str, str]] = {}
    here: dict[str, str] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if heading := re.fullmatch(r"### `(.+)`", line):
            here = found.setdefault(heading[1], {})
        elif line.startswith("#"):
            here = {}
        elif line.startswith("| `"):
            here[cells[0]] = ", ".join(cells[1:-1])
    return found


@pytest.mark.needs_checkout
def test_the_page_and_the_files_agree() -> None:
    page = documented()
    assert page.pop("*.npy") == {name: f"{spec.dtype}, {spec.length}" for name, spec in ARRAYS.items()}
    assert page == {f"{name}.parquet": columns for name, columns in {**TABLES, **OPTIONAL_TABLES}.items()}


@pytest.mark.needs_checkout
def test_the_page_gives_the_fixed_codes() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert ", ".join(f"{code} {category.value}" for code, category in enumerate(CATEGORY_CODES)) in page
    assert set(CATEGORY_CODES) == set(Category)
    assert ("", *(f"H{number}" for number in range(1, 12))) == IMPACT_CODES


def foreign(folder: Path) -> None:
    """Write key -> ci -> admin with DuckDB, numpy and json, knowing nothing but the page."""
    folder.mkdir()
    admin, ci, key = "arn:aws:iam::111111111111:role/admin", "arn:aws:iam::111111111111:role/ci", "zz:key"
    ids = [admin, ci, key]
    atom = {"key": "k", "operator": "Bool", "values": ["true"], "negated": False, "provider": "aws"}
    tables: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
        "nodes": (
            "node INT, id TEXT, kind TEXT, category TEXT, name TEXT, source TEXT, scope TEXT, collected BOOL,"
            " impact TEXT, unique_id TEXT, aliases TEXT[], attributes TEXT, evidence TEXT, private_column INT",
            [
                (0, admin, "AwsRole", "identity", "admin", "aws", "1", True, "H1", "", ["boss"], "{}", "", 1),
                (1, ci, "AwsRole", "identity", "ci", "aws", "1", True, "", "AROACI", [], '{"tags": {}}', "", 2),
                (2, key, "AwsAccessKey", "credential", "key", "aws", "1", True, "", "", [], "{}", "", 3),
            ],
        ),
        "edges": (
            "edge BIGINT, source INT, target INT, kind TEXT, traversable BOOL, technique TEXT, state TINYINT,"
            " condition INT, grant_set INT, impact TEXT, guards TEXT[], via TEXT, evidence TEXT, note TEXT",
            [
                (0, 1, 0, "CAN_ASSUME", True, "T-1", 3, 1, 1, "", ["scp"], "", "", "n"),
                (1, 2, 1, "AUTHENTICATES_AS", True, "", 3, 0, 0, "", [], "", "", ""),
            ],
        ),
        "grants": (
            '"grant" INT, id TEXT, kind TEXT, holder TEXT, text TEXT, evidence TEXT',
            [(0, "g", "trust", admin, "t", "")],
        ),
        "grant_sets": ("grant_set INT, grants INT[]", [(0, []), (1, [0])]),
        "conditions": ("condition INT, residual TEXT", [(0, "[]"), (1, json.dumps([[atom]]))]),
        "credentials": (
            "node TEXT, identity TEXT, kind TEXT, public_id TEXT, active BOOL, hint TEXT, fingerprint TEXT,"
            " created_at TEXT, expires_at TEXT, last_used_at TEXT, last_used_known BOOL",
            [(key, ci, "AwsAccessKey", "AKIAX", True, "", "", "", "", "", False)],
        ),
        "documents": ("digest TEXT, body TEXT", [("d", '{"Version": "2012-10-17"}')]),
        "document_uses": (
            "holder TEXT, layer TEXT, label TEXT, digest TEXT, grant_prefix TEXT, per_statement BOOL, evidence TEXT,"
            ' "order" INT',
            [(ci, "identity", "l", "d", "p", True, "", 0)],
        ),
        "coverage": (
            "source TEXT, scope TEXT, region TEXT, operation TEXT, presence TEXT, calls BIGINT, objects BIGINT,"
            " permission TEXT, lost TEXT, reason TEXT, extra TEXT",
            [("aws", "1", "", "iam.list_roles", "present", 1, 2, "iam:ListRoles", "", "", "{}")],
        ),
    }
    with duckdb.connect() as database:
        for name, (columns, rows) in tables.items():
            database.execute(f"CREATE TABLE {name} ({columns})")
            database.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
            database.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
    blob = "".join(ids).encode()
    arrays = {
        "indptr": np.array([0, 0, 1, 2], "<i8"), "indices": np.array([0, 1], "<i4"),
        "r_indptr": np.array([0, 1, 2, 2], "<i8"), "r_indices": np.array([1, 2], "<i4"),
        "r_edge": np.array([0, 1], "<i4"), "edge_kind": np.array([1, 0], "<i2"),
        "edge_technique": np.array([1, 0], "<i2"), "edge_flags": np.array([1, 1], "u1"),
        "edge_state": np.array([3, 3], "i1"), "edge_condition": np.array([1, 0], "<i4"),
        "edge_grant_set": np.array([1, 0], "<i4"), "edge_impact": np.array([0, 0], "i1"),
        "node_category": np.array([0, 0, 3], "i1"), "node_kind": np.array([0, 0, 1], "<i2"),
        "node_impact": np.array([1, 0, 0], "i1"),
        "node_id_offsets": np.cumsum([0, *map(len, ids)]).astype("<i8"), "node_id_bytes": np.frombuffer(blob, "u1"),
    }  # fmt: skip
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    files = {
        path.name: {"size": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in folder.iterdir()
    }
    manifest = {
        "schema_version": "1.0",
        "id": folder.name,
        "as_of": "2026-11-20T10:00:00+01:00",
        "counts": {name: len(rows) for name, (_, rows) in tables.items()},
        "codes": {
            "edge_kind": ["AUTHENTICATES_AS", "CAN_ASSUME"],
            "edge_technique": ["", "T-1"],
            "node_kind": ["AwsRole", "AwsAccessKey"],
        },
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_snapshot_written_by_another_program_opens(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    foreign(tmp_path / "snapshots" / "20261120T090000Z-0123456789ab")
    snapshot = open_snapshot(workspace=tmp_path)
    snapshot.verify()
    key, ci, admin = (snapshot.node_index(name) for name in ("zz:key", snapshot.node_id(1), snapshot.node_id(0)))
    arrays = snapshot.arrays
    assert reach(arrays, [key], arrays.traversable).hops.tolist() == [2, 1, 0]
    assert nearest_target(arrays, [admin], arrays.traversable).path_from(arrays, key) == (1, 0)
    edge = snapshot.edge(0)
    assert (edge.kind, edge.grants, edge.guards, edge.state) == (EdgeKind.CAN_ASSUME, ("g",), ("scp",), State.VERIFIED)
    assert edge.conditions == ((Atom("k", "Bool", ("true",)),),)
    assert [grant.holder for grant in snapshot.grants_of(0)] == [snapshot.node_id(admin)]
    assert snapshot.find_nodes("boss") == [admin]
    assert snapshot.find_nodes("AROACI") == [ci]
    assert snapshot.credentials_with_public_id("AKIAX")[0].identity == snapshot.node_id(ci)
    assert snapshot.document("d")["Version"] == "2012-10-17"
    assert snapshot.document_uses(snapshot.node_id(ci))[0].label == "l"
    assert snapshot.coverage[0]["objects"] == 2
    assert list(snapshot.nodes_table().columns) == list(TABLES["nodes"])
    assert isinstance(snapshot.edges_table(), pd.DataFrame)
