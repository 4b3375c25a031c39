"""Session tags and source identities in a trust: sts:TagSession and sts:SetSourceIdentity are asked on both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.reach import blast_radius
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import EdgeKind, State
from graph.snapshot import open_snapshot
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, B, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust
from tests.worlds.view import look

APP, BOB = A.role("app"), A.user("bob")
ASSUME, TAG, SOURCE = "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"
TEAM: dict[str, Any] = {"StringEquals": {"aws:RequestTag/team": "x"}}
KEYS: dict[str, Any] = {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}
TRANSITIVE: dict[str, Any] = {"ForAnyValue:StringEquals": {"sts:TransitiveTagKeys": "team"}}
NAMED: dict[str, Any] = {"StringEquals": {"sts:SourceIdentity": "x"}}


def _possible(where: World, folder: Path, source: str = CI) -> bool:
    return look(where, folder).state(source, APP, "sts-001") is not State.VOID


def _world(trusts: Json | list[Json], *may: str) -> World:
    return here().user("ci", allow(*may)).user("bob", allow(ASSUME)).role("app", allow("s3:*"), trusts=trusts)


@pytest.mark.parametrize("who", [ACCOUNT, CI, "*"], ids=["account", "user", "anyone"])
@pytest.mark.parametrize(
    ("when", "beside"), [(TEAM, TAG), (KEYS, TAG), (TRANSITIVE, TAG), (NAMED, SOURCE)], ids=["tag", "key", "on", "name"]
)
def test_the_trust_must_allow_it(who: str, when: dict[str, Any], beside: str, tmp_path: Path) -> None:
    both = trust(who, action=[ASSUME, beside], when=when)
    assert _possible(_world(both, ASSUME, beside), tmp_path / "1")
    assert not _possible(_world(trust(who, when=when), ASSUME, beside), tmp_path / "2")
    apart = [trust(who, when=when), trust(who, action=beside)]
    assert _possible(_world(apart, ASSUME, beside), tmp_path / "3")


@pytest.mark.parametrize(("when", "beside"), [(TEAM, TAG), (NAMED, SOURCE)], ids=["tag", "name"])
def test_the_caller_must_be_allowed_it(when: dict[str, Any], beside: str, tmp_path: Path) -> None:
    both = trust(ACCOUNT, action=[ASSUME, beside], when=when)
    assert not _possible(_world(both, ASSUME), tmp_path / "1")
    away = here().role("app", trusts=trust(B.user("ci"), action=[ASSUME, beside], when=when))
    assert not _possible(away.account(OTHER).user("ci", allow(ASSUME)), tmp_path / "2", B.user("ci"))
    away = here().role("app", trusts=trust(B.user("ci"), action=[ASSUME, beside], when=when))
    assert _possible(away.account(OTHER).user("ci", allow(ASSUME, beside)), tmp_path / "3", B.user("ci"))


def test_a_deny_of_tags(tmp_path: Path) -> None:
    where = here().role("app", trusts=trust(ACCOUNT, action=[ASSUME, TAG], when=TEAM))
    assert not _possible(where.user("ci", allow("sts:*"), deny(TAG)), tmp_path)


def test_tags_and_a_source_identity(tmp_path: Path) -> None:
    when = {"StringEquals": {"aws:RequestTag/team": "x", "sts:SourceIdentity": "x"}}
    where = _world(trust(ACCOUNT, action=[ASSUME, TAG, SOURCE], when=when), ASSUME, TAG, SOURCE)
    assert _possible(where, tmp_path / "1")
    assert not _possible(_world(trust(ACCOUNT, action=[ASSUME, TAG, SOURCE], when=when), ASSUME, TAG), tmp_path / "2")


@pytest.mark.parametrize(
    "when",
    [
        {"StringNotEquals": {"aws:RequestTag/team": "x"}},
        {"StringEqualsIfExists": {"aws:RequestTag/team": "x"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}},
        {"Null": {"sts:SourceIdentity": "true"}},
    ],
)
def test_a_condition_that_a_call_without_tags_meets(when: dict[str, Any], tmp_path: Path) -> None:
    view = look(_world(trust(ACCOUNT, when=when), ASSUME), tmp_path)
    assert view.state(CI, APP, "sts-001") is State.VERIFIED


def test_an_account_outside(tmp_path: Path) -> None:
    reached = look(here().role("app", trusts=trust(OTHER, action=[ASSUME, TAG], when=TEAM)), tmp_path / "1")
    assert reached.state(f"aws:account:{OTHER}", APP, kind=EdgeKind.CAN_ASSUME) is not State.VOID
    shut = look(here().role("app", trusts=trust(OTHER, when=TEAM)), tmp_path / "2")
    assert shut.state(f"aws:account:{OTHER}", APP, kind=EdgeKind.CAN_ASSUME) is State.VOID


def test_the_grants_of_both_permissions(tmp_path: Path) -> None:
    where = here().user("ci", allow(ASSUME), allow(TAG)).user("bob", allow(ASSUME), allow(TAG))
    where.role("app", trusts=trust(ACCOUNT, action=[ASSUME, TAG], when=TEAM))
    (hop,) = look(where, tmp_path).hops("sts-001", CI, APP)
    assert {grant.split("inline:")[-1] for grant in hop.grants} >= {"inline-1#0", "inline-2#0"}


def test_the_caller_chooses_the_tag(tmp_path: Path) -> None:
    where = _world(trust(ACCOUNT, action=[ASSUME, TAG], when=TEAM), ASSUME, TAG)
    build_snapshot([where.build(tmp_path / "evidence")], tmp_path / "workspace", product_version="0")
    snapshot = open_snapshot(None, tmp_path / "workspace")
    reached = {row.id: row.state for row in blast_radius(snapshot, resolve_subject(snapshot, CI)).reaches}
    assert reached[APP] is State.VERIFIED
    assert APP not in {row.id for row in blast_radius(snapshot, resolve_subject(snapshot, BOB)).reaches}
