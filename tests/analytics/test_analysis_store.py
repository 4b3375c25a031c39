"""The kept analysis: read when it fits, made anew when in doubt, never needed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analytics import analysis_store as module
from analytics.analysis_store import Analysis, analysis, analysis_folder, everyone_frame
from analytics.policy import Policy
from analytics.zones import Zone
from graph.snapshot import Snapshot, open_snapshot, write_snapshot
from graph.snapshot.schema import FILES
from tests.analytics.holder_worlds import META
from tests.graph.snapshot_worlds import COVERAGE, small_graph


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    write_snapshot(small_graph(), tmp_path, META, COVERAGE)
    return open_snapshot(workspace=tmp_path)


def _same(one: Analysis, other: Analysis) -> bool:
    arrays = ("subjects", "by_kind", "worst", "jewels", "control", "exact")
    return one.jewels == other.jewels and all(
        np.array_equal(getattr(one.everyone, name), getattr(other.everyone, name)) for name in arrays
    )


def test_it_is_kept_and_read_again(snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = analysis(snapshot, tmp_path)
    assert not first.notes
    monkeypatch.setattr(module, "_compute", None)
    assert _same(analysis(snapshot, tmp_path), first)


def test_another_policy_is_another_analysis(snapshot: Snapshot, tmp_path: Path) -> None:
    zoned = Policy(zones=(Zone("all", ("arn:*",), "H3"),))
    assert analysis_folder(snapshot, tmp_path, zoned) != analysis_folder(snapshot, tmp_path)
    assert len(analysis(snapshot, tmp_path, zoned).jewels) > len(analysis(snapshot, tmp_path).jewels)


@pytest.mark.parametrize("damage", ["table", "manifest", "missing", "foreign", "form"])
def test_a_damaged_or_foreign_one_is_made_anew(snapshot: Snapshot, tmp_path: Path, damage: str) -> None:
    whole = analysis(snapshot, tmp_path)
    folder = analysis_folder(snapshot, tmp_path)
    manifest = folder / "manifest.json"
    if damage == "table":
        body = (folder / "everyone.parquet").read_bytes()
        (folder / "everyone.parquet").write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    elif damage == "manifest":
        manifest.write_text("{", encoding="utf-8")
    elif damage == "missing":
        (folder / "jewels.parquet").unlink()
    else:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        content["snapshot_manifest" if damage == "foreign" else "form"] = "0" if damage == "foreign" else 0
        manifest.write_text(json.dumps(content), encoding="utf-8")
    again = analysis(snapshot, tmp_path)
    assert _same(again, whole)
    assert "made anew" in again.notes[0]
    assert not analysis(snapshot, tmp_path).notes


def test_a_workspace_that_cannot_be_written(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "analysis").write_text("in the way", encoding="utf-8")
    found = analysis(snapshot, tmp_path)
    assert "not kept" in found.notes[0]
    assert found.everyone.subjects.size


def test_a_missing_workspace_is_not_made(snapshot: Snapshot, tmp_path: Path) -> None:
    assert analysis(snapshot, tmp_path / "nowhere").everyone.subjects.size
    assert not (tmp_path / "nowhere").exists()
    assert analysis(snapshot, None).everyone.subjects.size


def test_the_table_for_people(snapshot: Snapshot, tmp_path: Path) -> None:
    frame = everyone_frame(snapshot, tmp_path).set_index("id")
    row = frame.loc["aws:access-key:AKIAEXAMPLE"]
    assert row["kind"] == "AwsAccessKey"
    assert row["reaches"] == row["reaches_verified"] + row["reaches_conditional"] + row["reaches_unverified"]
    assert set(frame["worst_impact"]) <= {"", *(f"H{number}" for number in range(1, 12))}
    assert FILES, "the snapshot itself is as it was"
