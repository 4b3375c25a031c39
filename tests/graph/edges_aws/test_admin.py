"""Who is administrator of an account: directly, conditionally, not quite, and not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, OTHER, A, B, here
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR, POWER_USER, READ_ONLY
from tests.worlds.statements import allow, deny, trust
from tests.worlds.view import View, look

MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
PROBES = ("iam:*", "s3:*", "secretsmanager:*", "lambda:*", "ec2:*", "dynamodb:*")
BOTH = {"r-a1": [OTHER], "ou-1": [ACCOUNT]}


def _admin(view: View, source: str = CI, target: str = ADMIN) -> State:
    return view.state(source, target, kind=EdgeKind.ADMIN_OF)


ADMINISTRATORS = {
    "AdministratorAccess attached": here().user("ci", attached=[ADMINISTRATOR]),
    "everything inline": here().user("ci", allow("*")),
    "everything by a group": here().group("admins", attached=[ADMINISTRATOR]).user("ci", groups=["admins"]),
    "every service in a statement of its own": here().user("ci", *[allow(each) for each in PROBES]),
    "services of two groups": here()
    .group("x", allow(*PROBES[:3]))
    .group("y", allow(*PROBES[3:]))
    .user("ci", groups=["x", "y"]),
    "a boundary that allows everything": here().user("ci", allow("*"), boundary=ADMINISTRATOR),
    "an SCP for everybody but it": here()
    .user("ci", allow("*"))
    .organization(OTHER, BOTH)
    .scp("guard", deny("*", when={"ArnNotLike": {"aws:PrincipalArn": CI}}), on="ou-1"),
    "the management account is exempt from SCPs": here()
    .user("ci", allow("*"))
    .organization(ACCOUNT, {"r-a1": [ACCOUNT]})
    .scp("guard", deny("*"), on="r-a1"),
}
OTHERS = {
    "PowerUserAccess": here().user("ci", attached=[POWER_USER]),
    "ReadOnlyAccess": here().user("ci", attached=[READ_ONLY]),
    "everything but IAM": here().user("ci", {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
    "a boundary without IAM": here().policy("edge", allow("s3:*", "ec2:*")).user("ci", allow("*"), boundary="edge"),
    "an SCP that denies IAM changes": here()
    .user("ci", allow("*"))
    .organization(OTHER, BOTH)
    .scp("guard", deny("iam:Put*", "iam:Attach*"), on="r-a1"),
    "an SCP list without IAM": here()
    .user("ci", allow("*"))
    .organization(OTHER, BOTH)
    .scp("narrow", allow("s3:*", "ec2:*"), on="ou-1", full=False),
    "a deny of its own": here().user("ci", allow("*"), deny("iam:PutRolePolicy")),
    "everything on one bucket": here().user("ci", allow("*", on=["arn:aws:s3:::b", "arn:aws:s3:::b/*"])),
    "everything on a condition that cannot hold": here().user(
        "ci", allow("*", when={"StringEquals": {"aws:PrincipalAccount": OTHER}})
    ),
}


@pytest.mark.parametrize("name", ADMINISTRATORS)
def test_administrators(name: str, tmp_path: Path) -> None:
    view = look(ADMINISTRATORS[name], tmp_path)
    assert _admin(view) is State.VERIFIED
    assert all(hop.grants for hop in view.hops(source=CI, kind=EdgeKind.ADMIN_OF))
    assert CI in {hop.target for hop in view.hops(source=ADMIN, kind=EdgeKind.CONTROLS)}


@pytest.mark.parametrize("name", OTHERS)
def test_others(name: str, tmp_path: Path) -> None:
    assert _admin(look(OTHERS[name], tmp_path)) is State.VOID


def test_administration_only_with_mfa_is_conditional(tmp_path: Path) -> None:
    view = look(here().user("ci", allow("*", when=MFA)), tmp_path)
    (hop,) = view.hops(source=CI, kind=EdgeKind.ADMIN_OF)
    assert hop.state is State.CONDITIONAL
    assert hop.keys == {"aws:multifactorauthpresent"}


def test_administration_only_with_mfa_is_void_for_a_role(tmp_path: Path) -> None:
    where = here().role("app", allow("*"), deny("*", when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))
    view = look(
        where.user("ci", allow("*"), deny("*", when={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})),
        tmp_path,
    )
    assert _admin(view) is State.CONDITIONAL
    assert _admin(view, A.role("app")) is not State.VERIFIED


def test_a_missing_managed_policy_document_is_unverified(tmp_path: Path) -> None:
    view = look(
        here().policy("wide", allow("*")).user("ci", attached=["wide"]).drop_document(A.policy("wide")), tmp_path
    )
    (hop,) = view.hops(source=CI, kind=EdgeKind.ADMIN_OF)
    assert hop.state is State.UNVERIFIED
    assert "wide" in hop.note
    assert any("wide" in gap.reason for gap in view.gaps)


def test_a_missing_document_makes_nobody_administrator_whom_a_deny_stops(tmp_path: Path) -> None:
    where = here().policy("wide", allow("*")).user("ci", deny("iam:*"), attached=["wide"])
    assert _admin(look(where.drop_document(A.policy("wide")), tmp_path)) is State.VOID


def test_a_missing_boundary_document_leaves_administration_unverified_at_most(tmp_path: Path) -> None:
    where = here().policy("edge", allow("*")).user("ci", allow("*"), boundary="edge")
    view = look(where.drop_document(A.policy("edge")), tmp_path)
    assert _admin(view) is not State.VERIFIED or all(
        atom.operator == "?"
        for hop in view.hops(source=CI, kind=EdgeKind.ADMIN_OF)
        for c in hop.conditions
        for atom in c
    )
    assert all(hop.conditions for hop in view.hops(source=CI, kind=EdgeKind.ADMIN_OF))


def test_the_root_user_is_administrator_unless_an_scp_stops_it(tmp_path: Path) -> None:
    no_root = deny("*", when={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})
    where = world().account(OTHER).user("x").account(ACCOUNT).user("ci").organization(OTHER, BOTH)
    view = look(where.scp("no-root", no_root, on="r-a1"), tmp_path)
    assert _admin(view, B.root, f"aws:admin:{OTHER}") is State.VERIFIED, "the management account is exempt"
    assert _admin(view, A.root) is State.VOID


def test_full_control_reaches_identities_but_no_service_linked_role(tmp_path: Path) -> None:
    path = "/aws-service-role/lambda.amazonaws.com/"
    where = here().user("ci").role("app", trusts=trust(service="ec2.amazonaws.com")).bucket("data").secret("s")
    view = look(where.role("AWSServiceRoleForX", trusts=trust(service="lambda.amazonaws.com"), path=path), tmp_path)
    assert view.targets(ADMIN, EdgeKind.CONTROLS) == {CI, A.role("app"), A.bucket("data"), A.secret("s")}


def test_administrators_of_one_account_are_none_of_another(tmp_path: Path) -> None:
    where: World = here().user("ci", allow("*")).account(OTHER).user("bob")
    view = look(where, tmp_path)
    assert view.targets(CI, EdgeKind.ADMIN_OF) == {ADMIN}
    assert not {target for target in view.targets(ADMIN, EdgeKind.CONTROLS) if f"::{OTHER}:" in target}
