"""Groups of a user who is held: another held identity adds it to one, or rewrites what the group gives; and twins."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.reach import admin_witnesses, blast_radius
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import State
from graph.snapshot import Snapshot, open_snapshot
from tests.graph.edges_aws.technique_case import CI, A, here
from tests.worlds.aws import World
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import Json, allow, deny, trust

BOB, TEAM, ADMINS, MINE = A.user("bob"), A.group("team"), A.group("admins"), A.policy("mine")
KEY = allow("iam:CreateAccessKey", on=BOB)
HARMLESS = allow("s3:ListAllMyBuckets")
ROLL_BACK = "nhi-iam-setdefaultpolicyversion"


def _look(where: World, folder: Path) -> Snapshot:
    build_snapshot([where.build(folder / "evidence")], folder / "workspace", product_version="0")
    return open_snapshot(None, folder / "workspace")


def _admin(snapshot: Snapshot, who: str = CI) -> tuple[State, list[str]]:
    rows = blast_radius(snapshot, resolve_subject(snapshot, who)).admin_of
    return max((row.state for row in rows), default=State.VOID), [step.technique for row in rows for step in row.steps]


NOTHING: tuple[State, list[str]] = (State.VOID, [])

# ---- a held user is added to a group


def _adder(*statements: Json, boundary: str = "") -> World:
    where = here().group("admins", attached=[ADMINISTRATOR]).policy("edge", allow("s3:*"))
    where.user("ci", *statements, boundary=boundary)
    return where.role("adder", allow("iam:AddUserToGroup", on=ADMINS), trusts=trust(CI))


def test_a_role_adds_the_user_who_took_it(tmp_path: Path) -> None:
    snapshot = _look(_adder(), tmp_path)
    assert _admin(snapshot) == (State.VERIFIED, ["sts-001", "iam-013"])
    assert _admin(snapshot, A.role("adder")) == NOTHING, "a role is in no group"
    assert CI not in admin_witnesses(snapshot), "sweeps leave out what needs a second identity"


@pytest.mark.parametrize("limits", [{"boundary": "edge"}, {}], ids=["boundary", "deny"])
def test_what_limits_the_user_stays_in_the_group(limits: dict[str, str], tmp_path: Path) -> None:
    statements = [] if limits else [deny("iam:*")]
    assert _admin(_look(_adder(*statements, **limits), tmp_path)) == NOTHING


def test_another_group_that_gives_little(tmp_path: Path) -> None:
    where = _adder().group("team", HARMLESS)
    where.role("adder", allow("iam:AddUserToGroup", on=TEAM), trusts=trust(CI))
    assert _admin(_look(where, tmp_path)) == NOTHING


def test_a_user_of_ten_groups_joins_no_other(tmp_path: Path) -> None:
    names = [f"g{number}" for number in range(10)]
    where = _adder()
    for name in names:
        where.group(name)
    assert _admin(_look(where.user("ci", groups=names), tmp_path)) == NOTHING


def test_who_adds_itself_needs_nobody(tmp_path: Path) -> None:
    where = here().group("admins", attached=[ADMINISTRATOR]).user("ci", allow("iam:AddUserToGroup")).user("bob")
    snapshot = _look(where, tmp_path)
    assert _admin(snapshot) == (State.VERIFIED, ["iam-013"])
    assert admin_witnesses(snapshot)[CI].state is State.VERIFIED


# ---- what a held user's group gives is rewritten


@pytest.mark.parametrize(
    ("action", "on", "technique"),
    [
        ("iam:PutGroupPolicy", TEAM, "iam-011"),
        ("iam:AttachGroupPolicy", TEAM, "iam-010"),
        ("iam:CreatePolicyVersion", MINE, "iam-001"),
    ],
)
@pytest.mark.parametrize("groups", [("team",), ()], ids=["member", "no-member"])
def test_the_group_of_a_user_taken_by_key(
    action: str, on: str, technique: str, groups: tuple[str, ...], tmp_path: Path
) -> None:
    where = here().policy("mine", HARMLESS).group("team", attached=["mine"])
    where.user("ci", KEY, allow(action, on=on)).user("bob", groups=groups)
    fires = (State.VERIFIED, ["iam-002", technique])
    assert _admin(_look(where, tmp_path)) == (fires if groups else NOTHING)


@pytest.mark.parametrize("action", ["iam:PutGroupPolicy", "iam:CreatePolicyVersion", "iam:AddUserToGroup"])
def test_the_user_must_be_held(action: str, tmp_path: Path) -> None:
    where = here().policy("mine", HARMLESS).group("team", attached=["mine"]).group("admins", attached=[ADMINISTRATOR])
    where.role("writer", allow(action), trusts=trust(CI)).user("ci", deny("iam:*")).user("bob", groups=["team"])
    assert _admin(_look(where, tmp_path)) == NOTHING


def test_a_deny_in_the_rewritten_policy_goes_and_one_beside_it_stays(tmp_path: Path) -> None:
    where = here().policy("mine", deny("s3:*")).group("team", attached=["mine"])
    where.user("ci", KEY, allow("iam:CreatePolicyVersion", on=MINE))
    assert _admin(_look(where.user("bob", groups=["team"]), tmp_path / "one"))[0] is State.VERIFIED
    where.user("bob", deny("s3:*"), groups=["team"])
    assert _admin(_look(where, tmp_path / "two")) == NOTHING


def test_full_policies_need_a_version_deleted(tmp_path: Path) -> None:
    where = here().policy("mine", HARMLESS, older=[HARMLESS] * 4).group("team", attached=["mine"])
    where.user("bob", groups=["team"]).user("ci", KEY, allow("iam:CreatePolicyVersion", on=MINE))
    assert _admin(_look(where, tmp_path / "one")) == NOTHING
    where.user("ci", KEY, allow("iam:CreatePolicyVersion", "iam:DeletePolicyVersion", on=MINE))
    assert _admin(_look(where, tmp_path / "two")) == (State.VERIFIED, ["iam-002", "iam-001"])


# ---- an older version of a held identity's policy


@pytest.mark.parametrize("older", [allow("*"), allow("s3:*")], ids=["all", "little"])
@pytest.mark.parametrize("holder", ["role", "user", "group"])
def test_an_older_version_is_made_the_default(holder: str, older: Json, tmp_path: Path) -> None:
    where = here().policy("mine", HARMLESS, older=[older])
    where.user("ci", KEY, allow("iam:SetDefaultPolicyVersion", on=MINE))
    where.role("app", trusts=trust(CI), attached=["mine"] if holder == "role" else [])
    where.group("team", attached=["mine"] if holder == "group" else [])
    where.user("bob", attached=["mine"] if holder == "user" else [], groups=["team"])
    held = "sts-001" if holder == "role" else "iam-002"
    fires = older == allow("*")
    assert _admin(_look(where, tmp_path)) == ((State.VERIFIED, [held, ROLL_BACK]) if fires else NOTHING)


def test_an_older_version_of_somebody_not_held(tmp_path: Path) -> None:
    where = here().policy("mine", HARMLESS, older=[allow("*")]).role("app", attached=["mine"])
    assert _admin(_look(where.user("ci", allow("iam:SetDefaultPolicyVersion")), tmp_path)) == NOTHING
