"""What full control of one account opens in another, and classes of callers that must not be mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.reach import admin_witnesses, all_blast_radii, blast_radius
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import State
from graph.snapshot import open_snapshot
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, OTHER, A, B, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, public, trust
from tests.worlds.view import look

ASSUME = allow("sts:AssumeRole")
EC2 = trust(service="ec2.amazonaws.com")
READ = allow("s3:GetObject", on=["arn:aws:s3:::open-1/*", "arn:aws:s3:::open-2/*"])
TOP = B.role("top")


def _named(*statements: Json) -> World:
    """Account A with a role `tool` and an administrator; account B with a role that trusts `tool` by name."""
    where = here().role("tool", *statements, trusts=EC2).user("root-like", allow("*"))
    return where.account(OTHER).role("top", allow("*"), trusts=trust(A.role("tool")))


def test_an_administrator_gives_a_named_role_the_allow_that_it_lacks(tmp_path: Path) -> None:
    view = look(_named(), tmp_path)
    assert view.state(A.role("tool"), TOP) is State.VOID, "the role itself has no allow"
    (hop,) = view.hops("sts-001", ADMIN, TOP)
    assert (hop.state, hop.via) == (State.VERIFIED, A.role("tool"))
    assert hop.grants == (f"aws:trust:{TOP}#0",)


@pytest.mark.parametrize(
    "where",
    [
        pytest.param(
            here()
            .role("tool", trusts=EC2)
            .account(OTHER)
            .role("top", allow("*"), trusts=[trust(A.role("tool")), trust(A.role("tool"), effect="Deny")]),
            id="the trust denies it again",
        ),
        pytest.param(
            here().role("tool", trusts=EC2).account(OTHER).role("top", allow("*"), trusts=trust(A.role("gone"))),
            id="the trust names somebody who is not there",
        ),
    ],
)
def test_an_administrator_gets_nowhere_by_a_name_that_is_not_let_in(where: World, tmp_path: Path) -> None:
    assert look(where, tmp_path).state(ADMIN, TOP) is State.VOID


def test_a_service_linked_role_cannot_be_given_anything(tmp_path: Path) -> None:
    path = "/aws-service-role/x.amazonaws.com/"
    where = here().role("Linked", path=path, trusts=trust(service="x.amazonaws.com")).account(OTHER)
    where.role("top", allow("*"), trusts=trust(A.role(f"{path[1:]}Linked")))
    assert look(where, tmp_path).state(ADMIN, TOP) is State.VOID


@pytest.mark.parametrize(("action", "state"), [("sts:TagSession", State.VERIFIED), ("sts:AssumeRole", State.VOID)])
def test_a_deny_of_session_tags_is_no_deny_of_the_assumption(action: str, state: State, tmp_path: Path) -> None:
    statements = [trust(ACCOUNT), trust(ACCOUNT, action=action, effect="Deny")]
    where = here().user("root-like", allow("*")).account(OTHER).role("top", allow("*"), trusts=statements)
    assert look(where, tmp_path).state(ADMIN, TOP) is state


def test_who_needs_no_allow_is_not_mixed_up_with_who_has_one(tmp_path: Path) -> None:
    """Two open buckets and two administrators once shared a class, which led everybody to every bucket."""
    where = here().user("one", allow("*")).user("two", allow("*")).role("plain", trusts=EC2).role("other", trusts=EC2)
    where.bucket("open-1", public(READ)).bucket("open-2", public(READ)).bucket("private").bucket("closed")
    view = look(where, tmp_path)
    for bucket in ("open-1", "open-2"):
        assert view.state(A.role("plain"), A.bucket(bucket)) is State.VERIFIED
    for bucket in ("private", "closed"):
        assert view.state(A.role("plain"), A.bucket(bucket)) is State.VOID
        assert view.state(A.user("one"), A.bucket(bucket)) is State.VERIFIED


@pytest.mark.parametrize(("device", "state"), [(True, State.CONDITIONAL), (False, State.VOID)])
def test_a_user_without_a_device_passes_no_mfa_in_sweeps_either(device: bool, state: State, tmp_path: Path) -> None:
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    where = (
        here().user("ci", ASSUME, password=True, mfa=device).role("top", allow("*"), trusts=trust(ACCOUNT, when=mfa))
    )
    build_snapshot([where.build(tmp_path / "evidence")], tmp_path / "workspace", product_version="0")
    snapshot = open_snapshot(None, tmp_path / "workspace")
    asked = blast_radius(snapshot, resolve_subject(snapshot, CI)).admin_of
    swept = next(row for row in all_blast_radii(snapshot) if row.subject.id == CI).admin_of
    witness = admin_witnesses(snapshot).get(CI)
    assert max((row.state for row in asked), default=State.VOID) is state
    assert max((row.state for row in swept), default=State.VOID) is state
    assert (witness.state if witness else State.VOID) is state


def test_denying_somebody_else_changes_nothing(tmp_path: Path) -> None:
    where = here().role("tool", ASSUME, deny("s3:*"), trusts=EC2).account(OTHER)
    where.role("top", allow("*"), trusts=trust(A.role("tool")))
    assert look(where, tmp_path).state(A.role("tool"), TOP) is State.VERIFIED
