"""Sequences of state changes: one identity, sets of held identities, and steps that close the door of another.

Each world is a short story from AWS's documentation, with the near-twin in which it must not work.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.paths import find_paths
from analytics.reach import BlastRadius, admin_witnesses, all_blast_radii, blast_radius
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import State
from graph.snapshot import Snapshot, open_snapshot
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, A, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ENROL = ("iam:CreateVirtualMFADevice", "iam:EnableMFADevice")
APP, BOB = A.role("app"), A.user("bob")
Look = Callable[[World], Snapshot]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def build(where: World) -> Snapshot:
        build_snapshot([where.build(tmp_path / "evidence")], tmp_path / "workspace", product_version="0")
        return open_snapshot(None, tmp_path / "workspace")

    return build


def _radius(snapshot: Snapshot, who: str = CI) -> BlastRadius:
    return blast_radius(snapshot, resolve_subject(snapshot, who))


def _admin(snapshot: Snapshot, who: str = CI) -> State:
    return max((row.state for row in _radius(snapshot, who).admin_of), default=State.VOID)


def _steps(snapshot: Snapshot, who: str = CI) -> list[str]:
    return [step.technique for row in _radius(snapshot, who).admin_of for step in row.steps]


def _reaches(snapshot: Snapshot, target: str, who: str = CI) -> State:
    return next((row.state for row in _radius(snapshot, who).reaches if row.id == target), State.VOID)


def _asks(tag: str) -> Json:
    return trust(ACCOUNT, when={"StringEquals": {"aws:PrincipalTag/team": tag}})


# ---- one identity changes itself


def test_a_boundary_removed_by_oneself(look: Look) -> None:
    snapshot = look(
        here()
        .policy("edge", allow("s3:*", "iam:DeleteUserPermissionsBoundary"))
        .user("ci", allow("*"), boundary="edge")
    )
    assert _admin(snapshot) is State.VERIFIED
    assert _steps(snapshot) == ["nhi-iam-deleteuserpermissionsboundary"]
    assert admin_witnesses(snapshot)[CI].state is State.VERIFIED, "a change of oneself counts in sweeps"


def test_an_scp_stays_when_the_boundary_is_gone(look: Look) -> None:
    where = (
        here()
        .policy("edge", allow("s3:*", "iam:DeleteUserPermissionsBoundary"))
        .user("ci", allow("*"), boundary="edge")
    )
    where.organization("555555555555", {"r-a1": ["555555555555"], "ou-1": [ACCOUNT]})
    where.scp("no-iam", deny("iam:Create*", "iam:Put*", "iam:Attach*"), on="ou-1")
    assert _admin(look(where)) is State.VOID


def test_two_changes_one_after_the_other(look: Look) -> None:
    bounded = here().policy("edge", allow("s3:*", "iam:DeleteUserPolicy", "iam:DeleteUserPermissionsBoundary"))
    locked = deny("iam:DeleteUserPermissionsBoundary")
    snapshot = look(bounded.user("ci", allow("*"), locked, boundary="edge"))
    assert _steps(snapshot) == ["nhi-iam-deleteuserpolicy", "nhi-iam-deleteuserpermissionsboundary"]
    assert _admin(snapshot) is State.VERIFIED


def test_the_other_order_is_locked(look: Look) -> None:
    bounded = here().policy("edge", allow("s3:*", "iam:DeleteUserPermissionsBoundary"))
    locked = deny("iam:DeleteUserPermissionsBoundary")
    assert _admin(look(bounded.user("ci", allow("*"), locked, boundary="edge"))) is State.VOID


def test_changed_identities_are_no_rows(look: Look) -> None:
    snapshot = look(
        here()
        .policy("edge", allow("s3:*", "iam:DeleteUserPermissionsBoundary"))
        .user("ci", allow("*"), boundary="edge")
    )
    radius = _radius(snapshot)
    assert not any("?" in row.id for row in radius.reaches)
    assert radius.counts["total"] == len(radius.reaches)
    swept = next(row for row in all_blast_radii(snapshot) if row.subject.id == CI)
    assert swept.counts["total"] == len(swept.reaches) == len(radius.reaches)
    assert {row.id for row in radius.techniques} >= {"nhi-iam-deleteuserpermissionsboundary", "iam-007"}


# ---- MFA


def test_a_key_enrols_a_device_and_passes_mfa(look: Look) -> None:
    where = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT, when=MFA))
    snapshot = look(where.user("ci", allow(*ENROL), allow("sts:AssumeRole"), keys=1))
    assert _reaches(snapshot, APP) is State.VERIFIED
    (key,) = (row for row in snapshot.credentials_of(CI))
    assert _reaches(snapshot, APP, key.node) is State.VERIFIED


def test_a_key_without_the_right_to_enrol_does_not(look: Look) -> None:
    where = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT, when=MFA))
    snapshot = look(where.user("ci", allow(ENROL[0]), allow("sts:AssumeRole"), keys=1))
    assert _reaches(snapshot, APP) is State.VOID


def test_without_mfa_a_change_does_not_bring_it(look: Look) -> None:
    """The state after another change is still held with the key that has no MFA."""
    where = here().policy("edge", allow("iam:DeleteUserPermissionsBoundary"))
    where.role("app", allow("s3:*"), trusts=trust(ACCOUNT, when=MFA))
    snapshot = look(where.user("ci", allow("sts:*", "iam:Delete*"), keys=1, boundary="edge"))
    assert _reaches(snapshot, APP) is State.VOID


# ---- sets: one acts on another that is held as well


def _set(who_may: str = "ci", *, assumable: bool = True) -> World:
    delete, assume = allow("iam:DeleteRolePermissionsBoundary"), allow("sts:AssumeRole")
    where = here().policy("edge", allow("s3:*"))
    where.role("app", allow("*"), trusts=trust(ACCOUNT if assumable else BOB), boundary="edge")
    where.user("ci", delete if who_may == "ci" else deny("s3:*"), assume)
    return where.user("bob", delete if who_may == "bob" else assume, assume)


def test_a_held_role_is_freed_by_its_holder(look: Look) -> None:
    snapshot = look(_set())
    assert _admin(snapshot) is State.VERIFIED
    assert _steps(snapshot) == ["sts-001", "nhi-iam-deleterolepermissionsboundary"]
    assert CI not in admin_witnesses(snapshot), "sweeps leave out what needs two identities"


def test_neither_alone_can(look: Look) -> None:
    assert _admin(look(_set("bob"))) is State.VOID


def test_freeing_what_is_not_held_gains_nothing(look: Look) -> None:
    assert _admin(look(_set(assumable=False))) is State.VOID


def test_a_set_is_as_sure_as_its_least_sure_member(look: Look) -> None:
    where = (
        here().policy("edge", allow("s3:*")).role("app", allow("*"), trusts=trust(ACCOUNT, when=MFA), boundary="edge")
    )
    where.user("ci", allow("iam:DeleteRolePermissionsBoundary", "sts:AssumeRole"), mfa=True)
    assert _admin(look(where)) is State.CONDITIONAL


def test_held_through_two_roles(look: Look) -> None:
    where = here().policy("edge", allow("s3:*"))
    where.role("free", allow("iam:DeleteRolePermissionsBoundary"), trusts=trust(ACCOUNT))
    where.role("app", allow("*"), trusts=trust(ACCOUNT), boundary="edge").user("ci", allow("sts:AssumeRole"))
    snapshot = look(where)
    assert _admin(snapshot) is State.VERIFIED
    assert sorted(_steps(snapshot)[:2]) == ["sts-001", "sts-001"]
    assert _steps(snapshot)[2] == "nhi-iam-deleterolepermissionsboundary"
    subject = resolve_subject(snapshot, CI)
    (path, *_) = find_paths(snapshot, subject, resolve_subject(snapshot, ADMIN)).paths
    assert path.state is State.VERIFIED
    assert len(path.steps) == 4


# ---- replay: a change overwrites


def test_two_values_of_one_tag_one_after_the_other(look: Look) -> None:
    where = here().user("ci", allow("iam:TagUser", "sts:AssumeRole"))
    where.role("a", allow("s3:*"), trusts=_asks("x")).role("b", allow("s3:*"), trusts=_asks("y"))
    snapshot = look(where)
    assert _reaches(snapshot, A.role("a")) is _reaches(snapshot, A.role("b")) is State.VERIFIED


def test_two_values_of_one_tag_at_once(look: Look) -> None:
    both = [
        {"StringEquals": {"aws:PrincipalTag/team": "x"}, "ForAnyValue:StringLike": {"aws:PrincipalTag/Team": "y"}},
    ]
    where = here().user("ci", allow("iam:TagUser", "sts:AssumeRole"))
    snapshot = look(where.role("a", allow("s3:*"), trusts=trust(ACCOUNT, when=both[0])))
    assert _reaches(snapshot, A.role("a")) is State.VOID


def _closing_door(may_go_back: bool) -> World:
    """Tag y lets the user become b, b frees the user, and only then tag z, overwritten by y, would open r."""
    only_y = {"StringEquals": {"aws:RequestTag/team": "y"}}
    tag = allow("iam:TagUser") if may_go_back else allow("iam:TagUser", when=only_y)
    where = here().policy("edge", allow("iam:TagUser"), allow("sts:AssumeRole", on=A.role("b")))
    where.user("ci", tag, allow("sts:AssumeRole"), boundary="edge", tags={"team": "z"})
    where.role("b", allow("iam:DeleteUserPermissionsBoundary"), trusts=_asks("y"))
    return where.role("r", allow("s3:*"), trusts=_asks("z"))


def test_a_tag_that_closes_another_door(look: Look) -> None:
    snapshot = look(_closing_door(may_go_back=False))
    assert _reaches(snapshot, A.role("b")) is State.VERIFIED
    assert _reaches(snapshot, A.role("r")) is State.VOID
    subject = resolve_subject(snapshot, CI)
    assert not find_paths(snapshot, subject, resolve_subject(snapshot, A.role("r"))).paths


def test_a_tag_that_can_be_set_back(look: Look) -> None:
    snapshot = look(_closing_door(may_go_back=True))
    assert _reaches(snapshot, A.role("r")) is State.VERIFIED
    subject = resolve_subject(snapshot, CI)
    (path, *_) = find_paths(snapshot, subject, resolve_subject(snapshot, A.role("r"))).paths
    assert [step.technique for step in path.steps] == [
        "nhi-iam-taguser",
        "sts-001",
        "nhi-iam-deleteuserpermissionsboundary",
        "nhi-iam-taguser",
        "sts-001",
    ]


# ---- groups


def test_a_freed_user_joins_a_group(look: Look) -> None:
    where = here().policy("edge", allow("iam:DeleteUserPermissionsBoundary")).group("admins", allow("*"))
    snapshot = look(where.user("ci", allow("iam:AddUserToGroup", "iam:Delete*"), boundary="edge"))
    assert _steps(snapshot) == ["nhi-iam-deleteuserpermissionsboundary", "iam-013"]


def test_a_bounded_user_joins_in_vain(look: Look) -> None:
    where = here().policy("edge", allow("iam:AddUserToGroup")).group("admins", allow("*"))
    snapshot = look(where.user("ci", allow("iam:AddUserToGroup", "iam:Delete*"), boundary="edge"))
    assert _admin(snapshot) is State.VOID


# ---- order: what is needed is held late or early


def _freed_by_another(trust_of_target: Json) -> World:
    """Tag x lets the user become `freer`, which frees the role `app`; the user has to become `app` as well."""
    where = here().policy("edge", allow("s3:*")).user("ci", allow("iam:TagUser", "sts:AssumeRole"), tags={"team": "z"})
    where.role("freer", allow("iam:DeleteRolePermissionsBoundary"), trusts=_asks("x"))
    return where.role("app", allow("*"), trusts=trust_of_target, boundary="edge")


def test_a_step_of_a_changed_identity_is_asked_again(look: Look) -> None:
    """The user becomes `app` with tag x, though the step was found without it."""
    snapshot = look(_freed_by_another(trust(ACCOUNT)))
    assert _admin(snapshot) is State.VERIFIED
    assert _steps(snapshot) == ["nhi-iam-taguser", "sts-001", "sts-001", "nhi-iam-deleterolepermissionsboundary"]


def test_another_order_is_found(look: Look) -> None:
    """`app` must be held before tag z, which its trust asks for, is overwritten."""
    snapshot = look(_freed_by_another(_asks("z")))
    assert _admin(snapshot) is State.VERIFIED
    (row,) = _radius(snapshot).admin_of
    assert [step.target for step in row.steps[:2]] == [APP, f"{CI}?tag:team=x"]


def test_no_order_works(look: Look) -> None:
    """Both roles ask for another tag than the user has, and it may set only one of them."""
    only_x = allow("iam:TagUser", when={"StringEquals": {"aws:RequestTag/team": "x"}})
    where = here().policy("edge", allow("s3:*")).user("ci", only_x, allow("sts:AssumeRole"), tags={"team": "z"})
    where.role("freer", allow("iam:DeleteRolePermissionsBoundary"), trusts=_asks("x"))
    where.role("app", allow("*"), trusts=_asks("y"), boundary="edge")
    assert _admin(look(where)) is State.VOID


def test_ten_groups_and_one_to_leave(look: Look) -> None:
    names = [f"g{number}" for number in range(10)]
    where = here().group("admins", allow("*"))
    for name in names:
        where.group(name)
    may = allow("iam:AddUserToGroup", "iam:RemoveUserFromGroup")
    assert _admin(look(where.user("ci", may, groups=names))) is State.VERIFIED
