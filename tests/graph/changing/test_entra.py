"""Taking grants out of a tenant, and disabling its identities, as a what-if does."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.build import build_snapshot
from graph.changes import DisableIdentity, RemoveGrant
from graph.errors import ChangeError
from graph.rebuild import rebuild
from graph.records import read_records
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.aws import world as aws_world
from tests.worlds.entra import ADMIN, entra, node, secret, token
from tests.worlds.statements import allow


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("tenant")
    world = (
        entra()
        .user("alice")
        .user("gaby")
        .role("gaby", "Global Administrator")
        .role("alice", "User Administrator", eligible=True)
        .app("pay", owners=["alice"], sp_owners=["gaby"], secrets=[secret("k")], federated=[token("repo:o/r")])
        .grants("pay", "RoleManagement.ReadWrite.Directory")
        .consent("pay", "Mail.Read")
        .group("ops", "alice", owners=["gaby"])
        .group_eligible("gaby", "ops")
        .sp("crm")
        .blueprint("bp")
        .agent("bot", "bp")
    )
    evidence = world.build(folder / "evidence")
    aws_world().account("111111111111").user("ci", allow("iam:*")).build(evidence)
    result = build_snapshot([evidence], folder / "ws", product_version="0")
    return open_snapshot(result.snapshot_id, folder / "ws")


def _grants(of: Snapshot) -> dict[str, str]:
    return {row["id"]: row["kind"] for row in of.table("grants").rows() if row["id"].startswith("entra:")}


def test_records_come_back_equal(snapshot: Snapshot, tmp_path: Path) -> None:
    again = rebuild(snapshot, [], tmp_path)
    assert again.id == snapshot.id
    assert read_records(again) == read_records(snapshot)


def test_every_grant_that_can_be_taken_away_is(snapshot: Snapshot, tmp_path: Path) -> None:
    removable = {grant: kind for grant, kind in _grants(snapshot).items() if kind != "blueprint"}
    assert set(removable.values()) == {
        "app_role_assignment",
        "consent",
        "directory_role_assignment",
        "federated_credential",
        "membership",
        "ownership",
        "password",
        "service_principal",
    }
    for number, grant in enumerate(sorted(removable)):
        after = rebuild(snapshot, [RemoveGrant(grant)], tmp_path / str(number))
        assert grant not in _grants(after)
    aws = [change for change in snapshot.table("grants").rows() if change["id"].startswith("aws:statement:")]
    after = rebuild(snapshot, [RemoveGrant(aws[0]["id"])], tmp_path / "aws")
    assert _grants(after) == _grants(snapshot), "the tenant stays when the account changes"


def test_ties_of_agents_stay(snapshot: Snapshot, tmp_path: Path) -> None:
    (grant,) = (grant for grant, kind in _grants(snapshot).items() if kind == "blueprint")
    with pytest.raises(ChangeError, match="cannot be removed"):
        rebuild(snapshot, [RemoveGrant(grant)], tmp_path)


def test_disabling(snapshot: Snapshot, tmp_path: Path) -> None:
    after = rebuild(snapshot, [DisableIdentity(node("sp:pay"))], tmp_path)
    number = after.node_index(node("sp:pay"))
    assert after.node(number).attributes["active"] is False
    edges = [after.edge(each) for each in range(after.edge_count)]
    assert all(edge.conditions for edge in edges if edge.source == node("sp:pay") and edge.target == ADMIN)
    with pytest.raises(ChangeError, match="no user or service principal"):
        rebuild(snapshot, [DisableIdentity(node("group:ops"))], tmp_path / "2")
