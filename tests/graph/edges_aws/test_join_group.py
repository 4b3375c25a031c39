"""What a user reaches by joining a group: the group's permissions under the user's own limits."""

from __future__ import annotations

from pathlib import Path

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ADMIN, CI, A, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust
from tests.worlds.view import View, look

ADD = allow("iam:AddUserToGroup")


def _joined(view: View) -> set[str]:
    return view.targets(CI, EdgeKind.CAN_JOIN_GROUP)


def _administers(where: World, folder: Path) -> State:
    view = look(where, folder)
    return max((view.state(group, ADMIN) for group in _joined(view)), default=State.VOID)


def test_a_group_of_administrators(tmp_path: Path) -> None:
    assert _administers(here().group("admins", allow("*")).user("ci", ADD), tmp_path) is State.VERIFIED


def test_a_boundary_caps_what_the_group_gives(tmp_path: Path) -> None:
    where = here().policy("edge", allow("iam:AddUserToGroup", "s3:*")).group("admins", allow("*"))
    assert _administers(where.user("ci", ADD, boundary="edge"), tmp_path) is State.VOID


def test_own_denies_stay(tmp_path: Path) -> None:
    where = (
        here()
        .group("admins", allow("*"))
        .user("ci", ADD, deny("iam:Put*", "iam:Attach*", "iam:Create*"))
        .user("bob", ADD)
    )
    assert _administers(where, tmp_path) is State.VOID


def test_paths_behind_the_group(tmp_path: Path) -> None:
    where = here().group("ops", allow("iam:CreateAccessKey", "sts:AssumeRole")).user("ci", ADD).user("bob")
    view = look(where.role("app", trusts=trust("111111111111")), tmp_path)
    (group,) = _joined(view)
    assert view.state(group, A.user("bob"), "iam-002") is State.VERIFIED
    assert view.state(group, A.role("app"), "sts-001") is State.VERIFIED


def test_a_group_without_policies_is_no_gain(tmp_path: Path) -> None:
    assert _joined(look(here().group("empty").user("ci", ADD), tmp_path)) == set()


def test_a_group_that_nobody_can_join_is_no_caller(tmp_path: Path) -> None:
    view = look(here().group("ops", allow("iam:CreateAccessKey")).user("ci").user("bob", groups=["ops"]), tmp_path)
    assert view.hops(source=A.group("ops")) == ()


def _full(*inline: Json, from_group: bool = False) -> World:
    """A user of ten groups, the first of which may give the right to join."""
    names = [f"g{number}" for number in range(10)]
    where = here().group("admins", allow("*"))
    for number, name in enumerate(names):
        where.group(name, *((ADD,) if from_group and number == 0 else ()))
    return where.user("ci", *inline, groups=names)


def test_ten_groups_are_in_the_way(tmp_path: Path) -> None:
    assert _joined(look(_full(ADD), tmp_path)) == set()


def test_out_of_one_of_ten_groups_into_another(tmp_path: Path) -> None:
    leave = allow("iam:RemoveUserFromGroup", on=A.group("g3"))
    view = look(_full(ADD, leave), tmp_path)
    assert _joined(view) == {A.group("admins")}
    (hop,) = view.hops("iam-013", CI, A.group("admins"))
    assert len(hop.grants) == 2
    assert _administers(_full(ADD, leave), tmp_path / "2") is State.VERIFIED


def test_the_group_to_leave_gives_the_right_to_join(tmp_path: Path) -> None:
    only = allow("iam:RemoveUserFromGroup", on=A.group("g0"))
    assert _joined(look(_full(only, from_group=True), tmp_path / "1")) == set()
    assert _joined(look(_full(allow("iam:RemoveUserFromGroup"), from_group=True), tmp_path / "2")) == {
        A.group("admins")
    }
