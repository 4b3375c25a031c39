"""Taking grants out of Azure, as a what-if does; records in a snapshot and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.build import build_snapshot
from graph.changes import RemoveGrant
from graph.errors import ChangeError
from graph.evaluate.azure.ids import identity_grant
from graph.evaluate.entra.ids import federated_node
from graph.kinds import EdgeKind
from graph.rebuild import rebuild
from graph.records import read_records
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.azure import azure
from tests.worlds.entra import entra, node, oid, token
from tests.worlds.keep import view_of

WORLD = (
    azure()
    .subscription("prod")
    .identity("deploy", federated=[token("repo:o/r"), token("repo:o/second", name="second")])
    .identity("kubelet")
    .vm("web", system=True, identities=["deploy"])
    .cluster("k8s", kubelet="kubelet")
    .storage("data", system=True)
    .vault("kv", rbac=False, policies={"alice": {"secrets": ["get"]}, "bob": {"secrets": ["get"]}})
    .role_assignment("alice", "Owner", scope="sub:prod")
    .role_assignment("alice", "Owner", scope="sub:prod", eligible=True)
)
BOTH = federated_node(oid("sp:deploy"), "fic-ci")
"""Shown by Graph and by ARM."""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("azure")
    tenant = entra().user("alice").user("bob").managed_identity("deploy")
    tenant.line("servicePrincipals.federatedIdentityCredentials", oid("sp:deploy"), token("repo:o/r"))
    evidence = tenant.build(WORLD.build(folder / "evidence"))
    result = build_snapshot([evidence], folder / "ws", product_version="0")
    return open_snapshot(result.snapshot_id, folder / "ws")


def _grants(of: Snapshot) -> dict[str, str]:
    return {row["id"]: row["kind"] for row in of.table("grants").rows() if row["id"].startswith("azure:")}


def test_records_come_back_equal(snapshot: Snapshot, tmp_path: Path) -> None:
    again = rebuild(snapshot, [], tmp_path)
    assert again.id == snapshot.id
    assert read_records(again) == read_records(snapshot)


def test_every_grant_that_can_be_taken_away_is(snapshot: Snapshot, tmp_path: Path) -> None:
    nodes = identity_grant(WORLD.arm("aks:k8s"), oid("sp:kubelet"))
    removable = {grant: kind for grant, kind in _grants(snapshot).items() if grant != nodes}
    assert set(removable.values()) == {
        "role_assignment",
        "role_eligibility",
        "access_policy",
        "identity",
        "federated_credential",
    }
    for number, grant in enumerate(removable):
        changed = rebuild(snapshot, [RemoveGrant(grant)], tmp_path / str(number))
        assert set(_grants(snapshot)) - set(_grants(changed)) == {grant}
    with pytest.raises(ChangeError, match="cannot be removed here"):
        rebuild(snapshot, [RemoveGrant(nodes)], tmp_path / "nodes")


def test_one_identity_of_two_is_taken_away(snapshot: Snapshot, tmp_path: Path) -> None:
    grant = identity_grant(WORLD.arm("vm:web"), oid("sp:deploy"))
    view = view_of(rebuild(snapshot, [RemoveGrant(grant)], tmp_path))
    assert view.targets(WORLD.node("vm:web"), EdgeKind.RUNS_AS) == {node("sp:web")}


def test_a_credential_that_graph_and_arm_show_goes_from_both(snapshot: Snapshot, tmp_path: Path) -> None:
    view = view_of(rebuild(snapshot, [RemoveGrant(BOTH)], tmp_path))
    subjects = {hop.source.rpartition(":")[2] for hop in view.hops(kind=EdgeKind.FEDERATES_INTO)}
    assert "o/second" in subjects
    assert "o/r" not in subjects
