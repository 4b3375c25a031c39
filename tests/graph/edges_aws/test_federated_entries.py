"""Who is in already: Identity Center assignments, certificates, guests of identity pools, EKS access entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.aws.access_types import AwsAccountAssignment, AwsIdentityCenterUser
from graph.edges.aws.identity_center import identity_center_node
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.cases_entries import ANYWHERE, COGNITO, anywhere_trust, pool_trust
from tests.graph.edges_aws.cases_identity_center import ROLE, reserved
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, A, here
from tests.worlds.lay import REF, anchor, cluster, entry, lay, permission_set, pool, profile
from tests.worlds.statements import trust, web_trust
from tests.worlds.view import View, look

APP, KIND, ANYONE = A.role("app"), EdgeKind.FEDERATES_INTO, "aws:anyone"
SET = permission_set(ACCOUNT, "ops")
POOL = f"aws:identity-pool:{ACCOUNT}:eu-west-1:pool-1"


def test_assignments_lead_into_the_reserved_role(tmp_path: Path) -> None:
    users = (
        AwsIdentityCenterUser("u-1", "ada", "USER", "d-1", REF, groups=("g-1",)),
        AwsIdentityCenterUser("u-2", "bob", "USER", "d-1", REF),
        AwsIdentityCenterUser("g-1", "ops", "GROUP", "d-1", REF),
    )
    given = AwsAccountAssignment(SET.arn, ACCOUNT, "GROUP", "g-1", REF)
    elsewhere = AwsAccountAssignment(SET.arn, "333333333333", "USER", "u-2", REF)
    where = reserved(here()).amend(lay("permission_sets", SET)).amend(lay("identity_center_users", *users))
    view = look(where.amend(lay("account_assignments", given, elsewhere)), tmp_path)
    group, ada, bob = (identity_center_node(each) for each in ("g-1", "u-1", "u-2"))
    assert view.state(group, ROLE, kind=KIND) is State.VERIFIED
    assert view.state(ada, group, kind=KIND) is State.VERIFIED
    assert view.hops(source=bob) == ()
    (hop,) = view.hops(source=group, target=ROLE)
    assert hop.grants == (f"aws:assignment:{SET.arn}:{ACCOUNT}:g-1",)
    assert view.graph.nodes[ada].attributes["aliases"] == ["u-1"]


def _certificates(folder: Path, when: dict[str, Any] | None = None, **more: Any) -> View:
    enabled = more.pop("enabled", True)
    action = more.pop("action", ANYWHERE)
    listed = more.pop("listed", (APP,))
    where = here().role("app", trusts=anywhere_trust(when, action))
    where.amend(lay("trust_anchors", anchor(ACCOUNT, "corp", enabled=enabled)))
    return look(where.amend(lay("roles_anywhere_profiles", profile(ACCOUNT, "jobs", *listed, **more))), folder)


CORP = anchor(ACCOUNT, "corp").arn
NAMED = {"ArnEquals": {"aws:SourceArn": CORP}}
OTHER_ANCHOR = {"ArnEquals": {"aws:SourceArn": anchor(ACCOUNT, "x").arn}}
SUBJECT = {"StringEquals": {"aws:PrincipalTag/x509Subject/CN": "web"}}


@pytest.mark.parametrize(
    ("when", "more", "state"),
    [
        (None, {}, State.VERIFIED),
        (NAMED, {}, State.VERIFIED),
        (OTHER_ANCHOR, {}, State.VOID),
        (SUBJECT, {}, State.CONDITIONAL),
        (None, {"enabled": False}, State.VOID),
        (None, {"enabled": None}, State.UNVERIFIED),
        (None, {"listed": ()}, State.VOID),
        (None, {"session_policy": "{}"}, State.CONDITIONAL),
        (None, {"action": ("sts:AssumeRole",)}, State.VOID),
    ],
)
def test_certificates(when: dict[str, Any] | None, more: dict[str, Any], state: State, tmp_path: Path) -> None:
    assert _certificates(tmp_path, when, **more).state(CORP, APP, kind=KIND) is state


def test_what_a_trust_asks_of_the_certificate_stays_open(tmp_path: Path) -> None:
    (hop,) = _certificates(tmp_path, SUBJECT).hops(source=CORP, target=APP)
    assert hop.keys == {"aws:principaltag/x509subject/cn"}


def _pool(folder: Path, strength: str = "unauthenticated", **more: Any) -> View:
    return look(
        here().role("app", trusts=pool_trust(strength)).amend(lay("identity_pools", pool(ACCOUNT, **more))), folder
    )


@pytest.mark.parametrize(
    ("strength", "more", "guests", "users"),
    [
        ("unauthenticated", {"allows_guests": True, "guest_role_arn": APP}, State.CONDITIONAL, State.VOID),
        ("unauthenticated", {"allows_guests": True, "classic_flow": True}, State.VERIFIED, State.VOID),
        ("unauthenticated", {"allows_guests": False, "guest_role_arn": APP}, State.VOID, State.VOID),
        ("unauthenticated", {"guest_role_arn": APP, "classic_flow": True}, State.UNVERIFIED, State.VOID),
        ("unauthenticated", {"allows_guests": True}, State.VOID, State.VOID),
        ("authenticated", {"allows_guests": True, "user_role_arn": APP}, State.VOID, State.VERIFIED),
        ("authenticated", {"allows_guests": True, "mapped_role_arns": (APP,)}, State.VOID, State.VERIFIED),
        ("authenticated", {"allows_guests": True, "guest_role_arn": APP}, State.VOID, State.VOID),
    ],
)
def test_pools(strength: str, more: dict[str, Any], guests: State, users: State, tmp_path: Path) -> None:
    view = _pool(tmp_path, strength, **more)
    assert view.state(ANYONE, APP, kind=KIND) is guests
    assert view.state(POOL, APP, kind=KIND) is users


def test_a_trust_that_names_no_pool_is_open_to_everybody(tmp_path: Path) -> None:
    view = look(here().role("app", trusts=web_trust(COGNITO)), tmp_path / "open")
    assert view.state(ANYONE, APP, kind=KIND) is State.VERIFIED
    view = look(here().role("app", trusts=pool_trust()), tmp_path / "pinned")
    assert view.state(ANYONE, APP, kind=KIND) is State.VOID


@pytest.mark.parametrize(
    ("policy", "scope", "more", "state"),
    [
        ("AmazonEKSClusterAdminPolicy", "cluster", {}, State.VERIFIED),
        ("AmazonEKSEditPolicy", "cluster", {}, State.VERIFIED),
        ("AmazonEKSViewPolicy", "cluster", {}, State.VOID),
        ("AmazonEKSAdminPolicy", "namespace:web", {}, State.VOID),
        ("", "", {}, State.VOID),
        ("AmazonEKSClusterAdminPolicy", "cluster", {"mode": "CONFIG_MAP"}, State.VOID),
        ("AmazonEKSClusterAdminPolicy", "cluster", {"endpoint_public": False}, State.CONDITIONAL),
    ],
)
def test_access_entries(policy: str, scope: str, more: dict[str, Any], state: State, tmp_path: Path) -> None:
    there = cluster(ACCOUNT, access_entries=(entry(CI, policy, scope),), **more)
    view = look(here().user("ci").role("x", trusts=trust(ACCOUNT)).amend(lay("clusters", there)), tmp_path)
    assert view.state(CI, there.arn, kind=EdgeKind.CAN_ACCESS) is state
