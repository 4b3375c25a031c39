"""Permissions evaluated again: without changes the same graph, with one what edited evidence would give."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.build import build_snapshot
from graph.changes import RemoveGrant
from graph.errors import GraphError
from graph.rebuild import rebuild
from graph.snapshot import open_snapshot
from graph.snapshot.write import write_snapshot
from tests.graph.edges_aws.random_worlds import Spec, specs
from tests.graph.snapshot_worlds import META, small_graph
from tests.repository import ROOT
from tests.worlds.aws import World
from tests.worlds.keep import keep, view_of
from tests.worlds.statements import Json, allow

pytestmark = pytest.mark.usefixtures("quick_writes")

INERT = allow("nhi:nothing")


@pytest.mark.needs_checkout
def test_the_sample_company_without_changes_is_itself(tmp_path: Path) -> None:
    built = build_snapshot([ROOT / "sample_data" / "evidence"], tmp_path / "w", product_version="0.1.0")
    snapshot = open_snapshot(built.snapshot_id, tmp_path / "w")
    again = rebuild(snapshot, [], tmp_path / "again")
    assert again.id == snapshot.id
    assert again.manifest.facts == snapshot.manifest.facts
    assert again.manifest.files == snapshot.manifest.files
    assert rebuild(snapshot, [], tmp_path / "w").folder == snapshot.folder


@given(specs(), st.booleans())
@settings(deadline=None, max_examples=15)
def test_a_random_world_without_changes_is_itself(
    tmp_path_factory: pytest.TempPathFactory, spec: Spec, backwards: bool
) -> None:
    folder = tmp_path_factory.mktemp("world")
    snapshot = keep(spec.world(backwards=backwards), folder)
    assert rebuild(snapshot, [], folder / "again").id == snapshot.id


@given(specs(), st.data())
@settings(deadline=None, max_examples=25)
def test_a_removed_statement_is_as_if_the_evidence_had_none(
    tmp_path_factory: pytest.TempPathFactory, spec: Spec, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("world")
    world = spec.world()
    snapshot = keep(world, folder / "before")
    kinds = ("statement", "trust")
    grants = [row for row in snapshot.table("grants").rows() if row["kind"] in kinds]
    if not grants:
        return
    chosen = data.draw(st.lists(st.sampled_from([row["id"] for row in grants]), min_size=1, max_size=3, unique=True))
    after = rebuild(snapshot, [RemoveGrant(grant) for grant in chosen], folder / "after")
    for grant in chosen:
        _blank(world, grant)
    wanted = keep(world, folder / "wanted")
    assert set(view_of(after).all_hops) == set(view_of(wanted).all_hops)
    left = {row["id"] for row in after.table("grants").rows()}
    assert left == {row["id"] for row in grants_of(snapshot)} - set(chosen)


def grants_of(snapshot: object) -> list[dict[str, str]]:
    """Rows of grants."""
    return snapshot.table("grants").rows()  # type: ignore[attr-defined, no-any-return]  # a Snapshot


def _blank(world: World, grant: str) -> None:
    """Write a statement that says nothing where the evidence has the grant's."""
    place, _, index = grant.rpartition("#")
    kind, _, rest = place.removeprefix("aws:").partition(":")
    account = world.accounts[rest.split(":")[4]]
    name = rest.split("/")[1].partition(":")[0]
    if kind == "trust":
        trusts: list[Json] = account.roles[name]["AssumeRolePolicyDocument"]["Statement"]
        trusts[int(index)] = {**trusts[int(index)], "Effect": "Allow", "Action": "nhi:nothing"}
    elif ":inline:" in rest:
        who = "User" if ":user/" in rest else "Role"
        holder = (account.users if who == "User" else account.roles)[name]
        policy = next(row for row in holder[f"{who}PolicyList"] if row["PolicyName"] == rest.partition(":inline:")[2])
        policy["PolicyDocument"]["Statement"][int(index)] = INERT
    else:
        versions = account.policies[rest]["PolicyVersionList"]
        versions[0]["Document"]["Statement"][int(index)] = INERT


def test_a_snapshot_without_records_cannot(tmp_path: Path) -> None:
    snapshot = open_snapshot(write_snapshot(small_graph(), tmp_path, META, ()), tmp_path)
    with pytest.raises(GraphError, match="keeps no records"):
        rebuild(snapshot, [RemoveGrant("g:trust")], tmp_path / "again")
