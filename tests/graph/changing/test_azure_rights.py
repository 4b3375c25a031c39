"""What taking grants out of Azure, and disabling principals, does to edges of rights."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.build import build_snapshot
from graph.changes import DisableIdentity, RemoveGrant
from graph.kinds import EdgeKind, State
from graph.rebuild import rebuild
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import entra, node, token
from tests.worlds.keep import view_of


def _world() -> AzureWorldFiles:
    world = azure().management_group("corp").subscription("prod", parent="corp")
    world.identity("ci", federated=[token("repo:o/r")]).vm("m", system=True, identities=["ci"])
    world.vault("safe", rbac=False, policies={"alice": {"secrets": ["Get"]}}, secrets=["db"])
    world.role_assignment("alice", "Owner", scope="sub:prod")
    world.role_assignment("sp:m", "Contributor", scope="rg:rg")
    return world.role_assignment("alice", "Reader", scope="sub:prod", eligible=True)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("azure")
    evidence = entra().user("alice").build(folder / "evidence")
    _world().build(evidence)
    result = build_snapshot([evidence], folder / "ws", product_version="0")
    return open_snapshot(result.snapshot_id, folder / "ws")


def _grants(of: Snapshot) -> dict[str, str]:
    return {row["id"]: row["kind"] for row in of.table("grants").rows() if row["id"].startswith("azure:")}


def test_every_grant_can_be_taken_away_and_no_edge_rests_on_it_then(snapshot: Snapshot, tmp_path: Path) -> None:
    grants = _grants(snapshot)
    assert set(grants.values()) == {
        "role_assignment",
        "role_eligibility",
        "access_policy",
        "identity",
        "federated_credential",
    }
    for number, grant in enumerate(sorted(grants)):
        after = rebuild(snapshot, [RemoveGrant(grant)], tmp_path / str(number))
        assert grant not in _grants(after)
        assert {each for each in grants if each != grant} <= set(_grants(after)), grant
        assert all(grant not in after.edge(edge).grants for edge in range(after.edge_count)), grant


def test_an_owner_without_its_assignment_is_none(snapshot: Snapshot, tmp_path: Path) -> None:
    admin = _world().admin("sub:prod")
    before = view_of(snapshot)
    assert before.state(node("alice"), admin, kind=EdgeKind.ADMIN_OF) is State.VERIFIED
    (hop,) = before.hops(source=node("alice"), kind=EdgeKind.ADMIN_OF)
    after = view_of(rebuild(snapshot, [RemoveGrant(hop.grants[0])], tmp_path))
    assert after.hops(source=node("alice"), kind=EdgeKind.ADMIN_OF) == ()


def test_a_disabled_user_is_owner_once_it_is_enabled(snapshot: Snapshot, tmp_path: Path) -> None:
    after = view_of(rebuild(snapshot, [DisableIdentity(node("alice"))], tmp_path))
    (hop,) = after.hops(source=node("alice"), kind=EdgeKind.ADMIN_OF)
    assert hop.keys == {"entra:enabled"}
    assert all("entra:enabled" in hop.keys for hop in after.hops(source=node("alice")))
