"""Tests of what a snapshot says when it is damaged, half written, or of another version."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import SnapshotError
from graph.snapshot import Snapshot, open_snapshot, write_snapshot
from graph.snapshot.schema import FILES
from tests.graph.snapshot_worlds import CI, COVERAGE, META, small_graph


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    write_snapshot(small_graph(), tmp_path, META, COVERAGE)
    return open_snapshot(workspace=tmp_path)


def use_everything(folder: Path) -> None:
    snapshot = open_snapshot(folder)
    _ = snapshot.arrays, snapshot.coverage, snapshot.credentials
    snapshot.node_index(CI)
    for number in range(snapshot.edge_count):
        snapshot.edge(number)
    snapshot.node(0)
    snapshot.document("d1")
    snapshot.document_uses(CI)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", ["missing", "short", "flipped", "empty"])
def test_a_damaged_file_is_named(tmp_path: Path, snapshot: Snapshot, name: str, harm: str) -> None:
    path = snapshot.folder / name
    data = path.read_bytes()
    if harm == "missing":
        path.unlink()
    elif harm == "flipped":
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 0x55]) + data[middle + 1 :])
    else:
        path.write_bytes(data[:-1] if harm == "short" else b"")
    with pytest.raises(SnapshotError, match=re.escape(name)) as caught:
        use_everything(snapshot.folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": "2.0"}, "has schema 2.0, this version reads 1.1"),
        ({"schema_version": None}, "no readable `schema_version`"),
        ({"as_of": "yesterday"}, "not an ISO 8601 time"),
        ({"counts": None}, "lacks or garbles"),
        ({"files": {}}, "does not list"),
        ({"codes": {"edge_kind": ["CAN_FLY"], "edge_technique": [""], "node_kind": []}}, "`CAN_FLY`"),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(snapshot: Snapshot, change: dict[str, object], message: str) -> None:
    path = snapshot.folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(SnapshotError, match=message) as caught:
        open_snapshot(snapshot.folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nodes", "edges"])
def test_a_flip_in_a_table_too_large_to_hash_is_noticed(
    snapshot: Snapshot, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.snapshot.load.HASHED_BELOW", 0)
    path = snapshot.folder / f"{name}.parquet"
    data, want = path.read_bytes(), snapshot.table(name).rows()
    noticed = 0
    for place in range(4, len(data), 293):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            got = open_snapshot(snapshot.folder).table(name).rows()
        except SnapshotError as error:
            assert path.name in str(error)
            noticed += 1
        else:
            assert got == want  # the byte said nothing about the rows
    assert noticed > 5


def test_a_newer_minor_schema_opens(snapshot: Snapshot) -> None:
    path = snapshot.folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": "1.7", "new": 1}))
    use_everything(snapshot.folder)


def test_leftovers_of_dead_writers_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    parent = tmp_path / "snapshots"
    names = {who: f".tmp-20200101T000000Z-000000000000-ab12-{who}" for who in (int(dead.stdout), os.getpid())}
    for name in names.values():
        (parent / name).mkdir(parents=True)
        (parent / name / "nodes.parquet").write_bytes(b"half")
    write_snapshot(small_graph(), tmp_path, META, ())
    assert [path.name for path in parent.glob(".tmp-*")] == [names[os.getpid()]]
    assert open_snapshot(workspace=tmp_path).node_count == 5


def test_a_full_device_leaves_nothing_and_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SnapshotError, match="No space left on device") as caught:
        write_snapshot(small_graph(), tmp_path, META, ())
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "snapshots").glob("*"))


def test_two_writers_of_one_id_both_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def overtaken(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "rename", rename)
        write_snapshot(small_graph(), tmp_path, META, ())
        rename(source, target)

    monkeypatch.setattr(os, "rename", overtaken)
    snapshot_id = write_snapshot(small_graph(), tmp_path, META, ())
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [snapshot_id]
    open_snapshot(workspace=tmp_path).verify()
