"""Eligible and timed memberships: what activation asks for, when it ends, who approves."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_entra.technique_case import look
from tests.worlds.entra import EntraWorldFiles, entra, node
from tests.worlds.view import Hop

ACTIVATION, APPROVAL, MFA = "entra:activation", "entra:approval", "entra:mfa"
CONTEXT, TIME = "entra:authentication-context", "nhi:currenttime"


def _member(world: EntraWorldFiles, folder: Path, kind: EdgeKind = EdgeKind.INHERITS) -> Hop | None:
    hops = look(world, folder).hops(source=node("alice"), target=node("group:ops"), kind=kind)
    assert len(hops) <= 1
    return hops[0] if hops else None


def _eligible(access: str = "member") -> EntraWorldFiles:
    world = entra().user("alice").user("bob").group("ops", role_assignable=True)
    return world.group_eligible("alice", "ops", access)


@pytest.mark.parametrize(
    ("world", "keys"),
    [
        (_eligible(), {ACTIVATION}),
        (_eligible().activation("member", group="ops"), {ACTIVATION}),
        (_eligible().activation("member", group="ops", mfa=True), {ACTIVATION, MFA}),
        (_eligible().activation("member", group="ops", approvers=["bob"]), {ACTIVATION, APPROVAL}),
        (_eligible().activation("member", group="ops", context="c1"), {ACTIVATION, CONTEXT}),
        # The policy of ownership, of another group, or of a role of that name says nothing of this membership.
        (_eligible().activation("owner", group="ops", mfa=True), {ACTIVATION}),
        (_eligible().group("far").activation("member", group="far", mfa=True), {ACTIVATION}),
    ],
)
def test_what_activating_a_membership_asks_for(tmp_path: Path, world: EntraWorldFiles, keys: set[str]) -> None:
    hop = _member(world, tmp_path)
    assert hop is not None
    assert (hop.keys, hop.state) == (keys, State.CONDITIONAL)


def test_what_activating_an_ownership_asks_for(tmp_path: Path) -> None:
    world = _eligible("owner").activation("owner", group="ops", mfa=True)
    hop = _member(world, tmp_path, EdgeKind.CAN_JOIN_GROUP)
    assert hop is not None
    assert hop.keys == {ACTIVATION, MFA}


def test_a_role_is_activated_under_its_own_policy(tmp_path: Path) -> None:
    role = "Privileged Role Administrator"
    world = entra().user("alice").role("alice", role, eligible=True).activation(role, context="c1")
    (hop,) = look(world, tmp_path).hops(source=node("alice"), kind=EdgeKind.CAN_CHANGE_OWN_POLICY)
    assert hop.keys == {ACTIVATION, CONTEXT}


@pytest.mark.parametrize(
    ("until", "keys"), [("2026-12-01T00:00:00Z", {TIME}), (None, set())], ids=["ends", "permanent"]
)
def test_an_active_membership_lasts_until_its_end(tmp_path: Path, until: str | None, keys: set[str]) -> None:
    world = (
        entra().user("alice").group("ops", "alice", role_assignable=True).group_assigned("alice", "ops", until=until)
    )
    hop = _member(world, tmp_path)
    assert hop is not None
    assert hop.keys == keys


def test_the_end_of_an_ownership_is_not_that_of_a_membership(tmp_path: Path) -> None:
    world = entra().user("alice").group("ops", "alice", owners=["alice"])
    world.group_assigned("alice", "ops", "owner", until="2026-12-01T00:00:00Z")
    member, owner = _member(world, tmp_path / "1"), _member(world, tmp_path / "2", EdgeKind.CAN_JOIN_GROUP)
    assert member is not None
    assert owner is not None
    assert (member.keys, owner.keys) == (set(), {TIME})


def test_eligibility_chains_through_groups_into_a_role(tmp_path: Path) -> None:
    world = entra().user("alice").group("staff", "alice").group("ops", role_assignable=True)
    world.role("group:ops", "Global Administrator").group_eligible("group:staff", "ops")
    view = look(world, tmp_path)
    (first,) = view.hops(source=node("alice"), target=node("group:staff"))
    (second,) = view.hops(source=node("group:staff"), target=node("group:ops"), kind=EdgeKind.INHERITS)
    assert (first.keys, second.keys) == (set(), {ACTIVATION})
    active = entra().group("staff").group("ops", "group:staff", role_assignable=True)
    assert not look(active, tmp_path / "2").hops(source=node("group:staff"), target=node("group:ops"))


def test_who_approves_is_told_and_gains_nothing(tmp_path: Path) -> None:
    role = "Global Administrator"
    world = _eligible().activation("member", group="ops", approvers=["bob"])
    world.role("alice", role, eligible=True).activation(role, approvers=["bob"])
    view = look(world, tmp_path)
    assert view.graph.nodes[node("bob")].attributes["approver_of"] == [role, "member of ops"]
    assert "approver_of" not in view.graph.nodes[node("alice")].attributes
    assert not view.hops(source=node("bob"))
