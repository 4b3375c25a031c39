"""A snapshot with pipelines keeps what it was built from, so that it can be evaluated again without a trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.build import build_snapshot
from graph.changes import RemoveGrant
from graph.rebuild import rebuild
from graph.snapshot import open_snapshot
from tests.graph.joints.trusts import ROLE, trusting
from tests.worlds.pipelines import bitbucket, gitlab

pytestmark = pytest.mark.usefixtures("quick_writes")
FILE = "job:\n  id_tokens: {A: {aud: sts.amazonaws.com}}\n  script: ['echo $TOKEN']\n"


def test_evaluated_again(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    world = gitlab().project("api", file=FILE).protected("api", "main").variable("api", "TOKEN")
    world.line("groups.variables", {"id": "acme"}, [{"key": "SHARED"}]).build(folder)
    bitbucket().project("web").environment("web", "production").build(folder)
    trusting("gitlab.com", "project_path:acme/api:*", like=True).build(folder)
    built = build_snapshot([folder], tmp_path / "w", product_version="0.1.0")
    snapshot = open_snapshot(built.snapshot_id, tmp_path / "w")
    assert rebuild(snapshot, [], tmp_path / "again").id == snapshot.id
    (grant,) = [
        row["id"] for row in snapshot.table("grants").rows() if row["kind"] == "trust" and row["holder"] == ROLE
    ]
    without = rebuild(snapshot, [RemoveGrant(grant)], tmp_path / "without")
    joints = {row["joint"]: row["matched"] for row in without.manifest.facts["joints"]}
    assert {row["joint"]: row["matched"] for row in snapshot.manifest.facts["joints"]}["OIDC subject: GitLab"] == 1
    assert "OIDC subject: GitLab" not in joints
