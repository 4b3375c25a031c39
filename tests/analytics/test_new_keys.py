"""A long-term key carries no MFA: who takes a user by a new key does not get past the user's conditions on MFA."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.paths import find_paths
from analytics.reach import admin_witnesses, all_blast_radii, blast_radius
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import State
from graph.snapshot import Snapshot, open_snapshot
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, OTHER, A, B, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust

BOB, DAN = A.user("bob"), A.user("dan")
KEY = allow("iam:CreateAccessKey", on=BOB)
PASSWORD = allow("iam:UpdateLoginProfile", on=BOB)
WITH_MFA = allow("*", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
FORCED = deny("*", when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})
GUARDS = pytest.mark.parametrize("guard", [(WITH_MFA,), (allow("*"), FORCED)], ids=["allow", "deny"])


def _look(where: World, folder: Path) -> Snapshot:
    build_snapshot([where.build(folder / "evidence")], folder / "workspace", product_version="0")
    return open_snapshot(None, folder / "workspace")


def _answers(snapshot: Snapshot, who: str = CI) -> set[State]:
    """Return the state of full control by every question that there is."""
    subject = resolve_subject(snapshot, who)
    paths = find_paths(snapshot, subject, resolve_subject(snapshot, ADMIN)).paths
    witness = admin_witnesses(snapshot).get(who)
    swept = next(row for row in all_blast_radii(snapshot) if row.subject.id == who)
    return {
        max((row.state for row in blast_radius(snapshot, subject).admin_of), default=State.VOID),
        max((row.state for row in swept.admin_of), default=State.VOID),
        max((row.state for row in paths), default=State.VOID),
        witness.state if witness else State.VOID,
    }


@GUARDS
def test_a_new_key_does_not_get_past_mfa(guard: tuple[Json, ...], tmp_path: Path) -> None:
    snapshot = _look(here().user("ci", KEY).user("bob", *guard, mfa=True).bucket("data"), tmp_path)
    assert _answers(snapshot) == {State.VOID}
    assert _answers(snapshot, BOB) == {State.CONDITIONAL}, "bob itself may have MFA"
    reached = {row.id for row in blast_radius(snapshot, resolve_subject(snapshot, CI)).reaches}
    assert BOB in reached
    assert "arn:aws:s3:::data" not in reached


def test_a_new_key_of_a_user_without_such_a_condition(tmp_path: Path) -> None:
    assert _answers(_look(here().user("ci", KEY).user("bob", allow("*")), tmp_path)) == {State.VERIFIED}


@GUARDS
def test_a_password_may_come_with_mfa(guard: tuple[Json, ...], tmp_path: Path) -> None:
    where = here().user("ci", KEY, PASSWORD).user("bob", *guard, password=True).bucket("data")
    snapshot = _look(where, tmp_path)
    assert _answers(snapshot) == {State.CONDITIONAL}
    radius = blast_radius(snapshot, resolve_subject(snapshot, CI))
    assert {step.technique for step in radius.admin_of[0].steps} == {"iam-006"}
    assert {row.id: row.state for row in radius.reaches}["arn:aws:s3:::data"] is State.CONDITIONAL


def test_a_device_that_is_enrolled_with_the_key(tmp_path: Path) -> None:
    enrol = allow("iam:CreateVirtualMFADevice", "iam:EnableMFADevice")
    snapshot = _look(here().user("ci", KEY).user("bob", WITH_MFA, enrol), tmp_path)
    assert _answers(snapshot) == {State.VERIFIED}


def test_classes_of_users_with_the_same_condition(tmp_path: Path) -> None:
    """Bob and Dan share one class into the roles; only Dan is there by himself."""
    assume = allow("sts:AssumeRole", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    where = here().user("ci", KEY).user("bob", assume, mfa=True).user("dan", assume, mfa=True)
    for name in ("one", "two"):
        where.role(name, allow("*"), trusts=trust(ACCOUNT))
    snapshot = _look(where, tmp_path)
    assert _answers(snapshot) == {State.VOID}
    assert _answers(snapshot, BOB) == _answers(snapshot, DAN) == {State.CONDITIONAL}


def test_full_control_gets_past_a_condition_of_another_account(tmp_path: Path) -> None:
    """Who controls the account enrols a device for Bob and goes on as he does."""
    assume = allow("sts:AssumeRole", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    where = here().user("ci", allow("*")).user("eve", KEY).user("bob", assume)
    where.account(OTHER).role("far", trusts=trust(ACCOUNT))
    snapshot = _look(where, tmp_path)
    far = B.role("far")
    reached = {row.id: row.state for row in blast_radius(snapshot, resolve_subject(snapshot, A.user("eve"))).reaches}
    assert far not in reached
    assert far in {row.id for row in blast_radius(snapshot, resolve_subject(snapshot, CI)).reaches}


@pytest.mark.parametrize("technique", ["iam-015", "iam-018"])
@pytest.mark.parametrize("conditioned", [True, False])
def test_policies_written_for_a_user_taken_by_key(technique: str, conditioned: bool, tmp_path: Path) -> None:
    write = "iam:AttachUserPolicy" if technique == "iam-015" else "iam:PutUserPolicy"
    when = (
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
        if conditioned
        else {"Bool": {"aws:ViaAWSService": "true"}}
    )
    where = here().user("ci", KEY, allow(write, on=BOB)).user("bob", deny("*", when=when))
    snapshot = _look(where, tmp_path)
    rows = [row.id for row in blast_radius(snapshot, resolve_subject(snapshot, CI)).techniques]
    assert (technique in rows) is not conditioned
