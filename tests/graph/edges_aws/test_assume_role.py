"""Who can assume which role: account trust, named principals, conditions, boundaries, other accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, OTHER, A, B, here
from tests.worlds.aws import World, world
from tests.worlds.statements import allow, deny, public, trust
from tests.worlds.view import look

ASSUME = allow("sts:AssumeRole")
APP, ANYONE, VENDOR = A.role("app"), "aws:anyone", "333333333333"
EC2 = trust(service="ec2.amazonaws.com")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
BOTH = {"r-a1": [OTHER], "ou-1": [ACCOUNT]}
KIND = EdgeKind.CAN_ASSUME


def _state(where: World, folder: Path, source: str = CI, target: str = APP) -> State:
    return look(where, folder).state(source, target, "sts-001")


def test_mfa_is_open_for_users_and_void_for_roles(tmp_path: Path) -> None:
    where = here().user("ci", ASSUME).role("web", ASSUME, trusts=EC2).role("app", trusts=trust(ACCOUNT, when=MFA))
    view = look(where, tmp_path)
    (hop,) = view.hops("sts-001", CI, APP)
    assert hop.state is State.CONDITIONAL
    assert hop.keys == {"aws:multifactorauthpresent"}
    assert view.state(A.role("web"), APP) is State.VOID


@pytest.mark.parametrize("form", [ACCOUNT, A.root])
def test_account_trust_in_either_form(form: str, tmp_path: Path) -> None:
    assert _state(here().user("ci", ASSUME).role("app", trusts=trust(form)), tmp_path) is State.VERIFIED


def test_a_role_named_in_its_own_account_needs_no_allow_but_its_boundary_holds(tmp_path: Path) -> None:
    where = (
        here().policy("edge", allow("s3:*")).role("free", trusts=EC2).role("held", trusts=EC2, boundary="edge")
        .role("app", trusts=trust(A.role("free"), A.role("held")))
    )  # fmt: skip
    view = look(where, tmp_path)
    assert view.state(A.role("free"), APP) is State.VERIFIED
    assert view.state(A.role("held"), APP) is State.VOID


def test_a_user_named_in_its_own_account_needs_its_boundary_to_allow(tmp_path: Path) -> None:
    where = (
        here().policy("edge", allow("s3:*")).policy("wide", allow("sts:*"))
        .user("free").user("held", boundary="edge").user("wide", boundary="wide")
        .role("app", trusts=trust(A.user("free"), A.user("held"), A.user("wide")))
    )  # fmt: skip
    assert look(where, tmp_path).targets(A.user("held"), KIND) == set()
    assert look(where, tmp_path).state(A.user("free"), APP) is State.VERIFIED
    assert look(where, tmp_path).state(A.user("wide"), APP) is State.VERIFIED


def test_rewriting_a_trust_does_not_get_around_the_callers_boundary(tmp_path: Path) -> None:
    where = (
        here().policy("edge", allow("iam:UpdateAssumeRolePolicy")).role("app", trusts=EC2)
        .user("ci", allow("iam:*"), boundary="edge").role("web", allow("iam:*"), trusts=EC2, boundary="edge")
    )  # fmt: skip
    view = look(where, tmp_path)
    assert view.pairs(technique="iam-012") == set()


def test_a_named_principal_is_stopped_by_its_own_deny(tmp_path: Path) -> None:
    assert _state(here().user("ci", deny("sts:*")).role("app", trusts=trust(CI)), tmp_path) is State.VOID


def test_a_deny_in_the_trust_policy(tmp_path: Path) -> None:
    where = here().user("ci", ASSUME).user("bob", ASSUME)
    view = look(where.role("app", trusts=[trust(ACCOUNT), trust(A.user("bob"), effect="Deny")]), tmp_path)
    assert view.targets(CI, KIND) == {APP}
    assert view.targets(A.user("bob"), KIND) == set()


def test_another_account_needs_both_sides(tmp_path: Path) -> None:
    where = here().user("ci", ASSUME).user("bob").account(OTHER).user("eve", ASSUME)
    view = look(where.role("app", trusts=trust(ACCOUNT)).role("named", trusts=trust(A.user("bob"), CI)), tmp_path)
    assert view.targets(CI, KIND) == {B.role("app"), B.role("named")}
    assert view.targets(A.user("bob"), KIND) == set(), "the trust names it, its own account does not allow"
    assert view.targets(B.user("eve"), KIND) == set()


def test_scps_are_of_the_callers_account_and_rcps_of_the_roles(tmp_path: Path) -> None:
    third = "444444444444"
    where = (
        world().account(third).role("app", trusts=[trust(ACCOUNT), trust(OTHER)])
        .account(ACCOUNT).user("ci", ASSUME).account(OTHER).user("eve", ASSUME)
        .organization("555555555555", {"r-a1": ["555555555555"], "ou-1": [ACCOUNT], "ou-2": [OTHER, third]})
        .scp("guard", deny("sts:*"), on="ou-1").scp("here", deny("sts:*"), on=third)
    )  # fmt: skip
    view = look(where, tmp_path / "scp")
    target = f"arn:aws:iam::{third}:role/app"
    assert view.state(CI, target) is State.VOID
    assert view.state(B.user("eve"), target) is State.VERIFIED
    outside = {"StringNotEquals": {"aws:PrincipalAccount": [ACCOUNT]}}
    where.rcp("perimeter", public(deny("sts:AssumeRole", when=outside)), on=third)
    assert look(where, tmp_path / "rcp").state(B.user("eve"), target) is State.VOID


def test_a_role_that_trusts_an_own_account_that_was_not_collected(tmp_path: Path) -> None:
    where = (
        here().user("ci").role("app", trusts=trust(OTHER)).declared("accounts", {"account": OTHER, "relation": "own"})
    )
    view = look(where, tmp_path)
    (hop,) = view.hops("sts-001", B.node, APP)
    assert hop.state is State.UNVERIFIED
    assert not view.graph.nodes[B.node].collected


def test_a_role_that_trusts_a_vendor_is_entered_from_its_account(tmp_path: Path) -> None:
    where = here().user("ci", ASSUME).declared("accounts", {"account": VENDOR, "relation": "vendor"})
    where.role("app", trusts=trust(VENDOR)).role(
        "safe", trusts=trust(VENDOR, when={"StringEquals": {"sts:ExternalId": "e-1"}})
    )
    view = look(where, tmp_path)
    node = f"aws:account:{VENDOR}"
    assert view.state(node, APP) is State.VERIFIED
    (hop,) = view.hops("sts-001", node, A.role("safe"))
    assert hop.state is State.CONDITIONAL
    assert hop.keys == {"sts:externalid"}
    assert view.targets(CI, KIND) == set()
    assert view.graph.nodes[node].attributes["relation"] == "vendor"


def test_a_principal_of_an_account_that_was_not_collected(tmp_path: Path) -> None:
    view = look(here().user("ci").role("app", trusts=trust(B.role("deploy"))), tmp_path)
    (hop,) = view.hops("sts-001", B.role("deploy"), APP)
    assert hop.state is State.UNVERIFIED
    assert hop.note


def test_anyone(tmp_path: Path) -> None:
    where = here().user("ci").user("held", deny("sts:*")).role("app", trusts=trust("*"))
    view = look(where.account(OTHER).user("eve", ASSUME).user("bob"), tmp_path)
    assert view.state(ANYONE, APP) is State.VERIFIED
    assert view.state(CI, APP) is State.VERIFIED, "in its own account the wildcard names every principal"
    assert view.state(A.user("held"), APP) is State.VOID
    assert view.state(B.user("eve"), APP) is State.VERIFIED
    assert view.state(B.user("bob"), APP) is State.VOID, "elsewhere an identity allow is needed too"


def test_a_boundary_and_a_trust_for_everybody(tmp_path: Path) -> None:
    where = here().policy("edge", allow("s3:*")).role("web", trusts=EC2, boundary="edge").user("ci", boundary="edge")
    where.user("bob", boundary="shut").policy("shut", deny("sts:*"))
    view = look(where.role("app", trusts=trust("*")), tmp_path)
    assert view.state(A.role("web"), APP) is State.VERIFIED, "the wildcard names it: only an explicit deny limits"
    (hop,) = view.hops("sts-001", CI, APP)
    assert {atom.operator for clause in hop.conditions for atom in clause} == {"?"}, "AWS leaves this open for users"
    assert view.state(A.user("bob"), APP) is State.VOID


def test_anyone_of_the_organization(tmp_path: Path) -> None:
    inside = {"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}
    where = here().user("ci").role("app", trusts=trust("*", when=inside)).account(OTHER).user("eve", ASSUME)
    view = look(where.organization(OTHER, BOTH), tmp_path)
    assert view.state(CI, APP) is State.VERIFIED
    assert view.state(B.user("eve"), APP) is State.VERIFIED
    assert view.state(ANYONE, APP) in (State.CONDITIONAL, State.VOID)


def test_anyone_but_a_deny_for_those_outside_the_organization(tmp_path: Path) -> None:
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1"}}
    where = here().user("ci").organization(OTHER, BOTH).account(ACCOUNT)
    view = look(where.role("app", trusts=[trust("*"), trust("*", effect="Deny", when=outside)]), tmp_path)
    assert view.state(ANYONE, APP) is not State.VERIFIED
    assert view.state(CI, APP) is State.VERIFIED


def test_a_deny_in_the_trust_policy_holds_for_accounts_that_were_not_collected(tmp_path: Path) -> None:
    barred = trust("*", effect="Deny", when={"StringEquals": {"aws:PrincipalAccount": VENDOR}})
    view = look(here().user("ci").role("app", trusts=[trust(VENDOR), barred]), tmp_path)
    assert view.state(f"aws:account:{VENDOR}", APP) is State.VOID


def test_anyone_of_one_account(tmp_path: Path) -> None:
    one = {"StringEquals": {"aws:PrincipalAccount": VENDOR}}
    view = look(here().user("ci").role("app", trusts=trust("*", when=one)), tmp_path)
    assert view.state(ANYONE, APP) is not State.VERIFIED
    assert view.state(CI, APP) is State.VOID


def test_dead_and_living_unique_ids(tmp_path: Path) -> None:
    dead = look(here().user("ci", ASSUME).role("app", trusts=trust("AROAQQQQQQQQQQQQQQQQQ")), tmp_path / "dead")
    assert dead.hops(kind=KIND, target=APP) == ()
    living = here().user("ci")
    number = living.here.users["ci"]["UserId"]
    assert look(living.role("app", trusts=trust(number)), tmp_path / "living").state(CI, APP) is State.VERIFIED


def test_not_principal_is_unverified_at_most(tmp_path: Path) -> None:
    statement = {**trust(CI), "NotPrincipal": {"AWS": A.user("bob")}}
    del statement["Principal"]
    view = look(here().user("ci").user("bob").role("app", trusts=statement), tmp_path)
    assert {hop.state for hop in view.hops(kind=KIND, target=APP)} <= {State.UNVERIFIED}


def test_a_tag_condition_is_decided_for_each_caller(tmp_path: Path) -> None:
    team = {"StringEquals": {"aws:PrincipalTag/team": "web"}}
    where = here().user("ci", ASSUME, tags={"team": "web"}).user("bob", ASSUME, tags={"team": "pay"})
    view = look(where.user("eve", ASSUME).role("app", trusts=trust(ACCOUNT, when=team)), tmp_path)
    assert view.state(CI, APP) is State.VERIFIED
    assert view.state(A.user("bob"), APP) is State.VOID
    assert view.state(A.user("eve"), APP) is State.VOID


def test_a_tag_of_the_role_decides_the_callers_side(tmp_path: Path) -> None:
    team = {"StringEquals": {"aws:ResourceTag/team": "web"}}
    where = (
        here().user("ci", allow("sts:AssumeRole", when=team)).role("app", trusts=trust(ACCOUNT), tags={"team": "web"})
    )
    view = look(where.role("other", trusts=trust(ACCOUNT), tags={"team": "pay"}), tmp_path)
    assert view.targets(CI, KIND) == {APP}


def test_a_session_named_in_a_trust_policy_stays_conditional_on_its_name(tmp_path: Path) -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/web/nightly"
    for path in ("/", "/team/"):
        where = here().role("web", trusts=EC2, path=path).role("app", trusts=trust(session))
        view = look(where, tmp_path / path.strip("/"))
        assert view.state(A.role(path.lstrip("/") + "web"), APP) is State.CONDITIONAL


def test_the_root_user_assumes_no_role(tmp_path: Path) -> None:
    where = here().user("ci").role("app", trusts=trust("*")).account(OTHER).role("app", trusts=trust(ACCOUNT))
    assert look(where, tmp_path).targets(A.root, KIND) == set()


def test_membership_of_an_account_is_no_path(tmp_path: Path) -> None:
    view = look(here().user("ci").role("app", trusts=trust(ACCOUNT)), tmp_path)
    assert view.hops(source=A.node) == ()
    assert view.hops(source=CI) == ()
    assert view.state(ADMIN, APP) is not State.VOID
