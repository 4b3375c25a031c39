"""What a user reaches by joining a group: the group's permissions under the user's own limits."""

from __future__ import annotations

from pathlib import Path

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ADMIN, CI, A, here
from tests.worlds.aws import World
from tests.worlds.statements import allow, deny, trust
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
    where = here().group("admins", allow("*")).user("ci", ADD, deny("iam:Put*", "iam:Attach*")).user("bob", ADD)
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
