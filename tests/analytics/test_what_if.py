"""What would be different: reach by sets against one blast radius each, ways by ids, versions apart from changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.jewels import jewels
from analytics.reach import all_blast_radii
from analytics.reach_change import reach_changes
from analytics.what_if import Way, effects, what_if
from graph.changes import DisableIdentity, RemoveGrant
from graph.kinds import NodeKind, State
from graph.rebuild import rebuild
from graph.snapshot import Snapshot
from tests.graph.edges_aws.random_worlds import Spec, specs
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, A, here
from tests.worlds.keep import keep
from tests.worlds.statements import allow, trust

pytestmark = pytest.mark.usefixtures("quick_writes")

ROLE, BOB = A.role("app"), A.user("bob")


def reached(snapshot: Snapshot) -> dict[tuple[str, str], State]:
    """Best state of each identity and jewel, one blast radius an identity."""
    wanted = {jewel.id for jewel in jewels(snapshot)}
    found = {}
    for radius in all_blast_radii(snapshot, limit=None):
        for row in radius.reaches:
            if row.id in wanted:
                found[radius.subject.id, row.id] = row.state
        for scope in radius.admin_of:
            account = scope.scope.removeprefix("aws:account:")
            found[radius.subject.id, f"aws:admin:{account}"] = scope.state
    return found


@given(specs(), st.data())
@settings(deadline=None, max_examples=25)
def test_reach_by_sets_is_that_of_one_radius_each(
    tmp_path_factory: pytest.TempPathFactory, spec: Spec, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("reach")
    before = keep(spec.world(), folder)
    grants = [row["id"] for row in before.table("grants").rows()]
    if not grants:
        return
    chosen = data.draw(st.lists(st.sampled_from(grants), min_size=1, max_size=3, unique=True))
    after = rebuild(before, [RemoveGrant(grant) for grant in chosen], folder / "after")
    one, other = reached(before), reached(after)
    wanted = {
        (who, what): (one.get((who, what), State.VOID), other.get((who, what), State.VOID))
        for who, what in {*one, *other}
        if one.get((who, what)) != other.get((who, what))
    }
    kinds = {NodeKind.AWS_USER.value, NodeKind.AWS_ROLE.value, NodeKind.AWS_ROOT.value}
    rows = [row for row in reach_changes(before, after) if row.kind in kinds]
    assert {(row.id, each.id): (each.before, each.after) for row in rows for each in row.changes} == wanted
    for row in rows:
        pairs = [pair for (who, _), pair in wanted.items() if who == row.id]
        assert row.lost == sum(new is State.VOID for _, new in pairs)
        assert row.gained == sum(old is State.VOID for old, _ in pairs)
        assert row.jewels == tuple(len([1 for who, _ in side if who == row.id]) for side in (one, other))
        assert row.exact


def _chain(tmp_path: Path) -> Snapshot:
    made = here().user("ci", allow("sts:AssumeRole"), keys=1).user("bob", allow("sts:AssumeRole"))
    return keep(made.role("app", allow("*"), trusts=[trust(CI), trust(BOB)]).bucket("data"), tmp_path)


def test_ways_end_by_ids_and_use_is_told_apart(tmp_path: Path) -> None:
    snapshot = _chain(tmp_path)
    found = what_if(snapshot, [RemoveGrant(f"aws:trust:{ROLE}#0")], tmp_path / "after")
    gone = Way(CI, ROLE, "CAN_ASSUME", "sts-001", State.VERIFIED, use=True)
    assert found.effects.lost == (gone,)
    assert found.effects.stopped == (gone,)
    assert found.effects.gained == found.opens == ()
    rows = {row.id: row for row in found.effects.reach}
    assert BOB not in rows
    assert (rows[CI].control, rows[CI].worst) == ((1, 0), ("H1", ""))
    assert rows[CI].changes[0].id == ADMIN
    assert {row.kind for row in rows.values()} == {"AwsUser", "AwsAccessKey"}
    back = effects(found.after, found.before)
    assert back.gained == found.effects.lost
    assert back.lost == ()


def test_a_way_that_stands_by_another_grant_is_not_lost(tmp_path: Path) -> None:
    made = here().user("ci", allow("sts:AssumeRole"), allow("sts:AssumeRole", on=ROLE))
    snapshot = keep(made.role("app", allow("*"), trusts=trust(ACCOUNT)), tmp_path)
    found = what_if(snapshot, [RemoveGrant(f"aws:statement:{CI}:inline:inline-2#0")], tmp_path / "after")
    assert found.effects.lost == found.effects.reach == ()


def test_nothing_changes_by_nothing(tmp_path: Path) -> None:
    snapshot = _chain(tmp_path)
    found = effects(snapshot, rebuild(snapshot, [], tmp_path / "after"))
    assert (found.lost, found.gained, found.stopped, found.reach) == ((), (), (), ())
    assert all(count == 0 for part in found.counts.values() for count in part.values())


def test_another_version_is_no_effect_of_a_change(tmp_path: Path) -> None:
    snapshot = _chain(tmp_path)
    assert what_if(snapshot, [DisableIdentity(BOB)], tmp_path / "1", product_version="test").before is snapshot
    found = what_if(snapshot, [DisableIdentity(BOB)], tmp_path / "2", product_version="newer")
    assert found.before.folder != snapshot.folder
    assert "hypothetical" not in found.before.manifest.facts
    assert {way.source for way in found.effects.lost} == {BOB}
