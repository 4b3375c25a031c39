"""Many callers with equal rights over many targets stay additive, and exceptions split the class."""

from __future__ import annotations

from pathlib import Path

from graph.kinds import EdgeKind, NodeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, A, here
from tests.worlds.statements import allow, deny, trust
from tests.worlds.view import look

ASSUME = allow("sts:AssumeRole")
COUNT = 50
KIND = EdgeKind.CAN_ASSUME


def test_fifty_users_by_fifty_roles(tmp_path: Path) -> None:
    where = here()
    for number in range(COUNT):
        where.user(f"u{number}", ASSUME).role(f"r{number}", trusts=trust(ACCOUNT))
    where.user("held", ASSUME, deny("sts:AssumeRole", on=A.role("r7"))).user("idle").role("shut")
    view = look(where, tmp_path)
    users = {A.user(f"u{number}") for number in range(COUNT)}
    roles = {A.role(f"r{number}") for number in range(COUNT)}
    pairs = {(hop.source, hop.target) for hop in view.hops("sts-001") if hop.state is State.VERIFIED}
    pairs = {(source, target) for source, target in pairs if ":user/" in source}
    assert pairs == {(user, role) for user in users for role in roles} | {
        (A.user("held"), role) for role in roles - {A.role("r7")}
    }
    edges = [edge for edge in view.graph.edges if edge.kind is KIND]
    assert len(edges) <= 6 * COUNT
    assert all(len(hop.grants) == 2 for hop in view.hops("sts-001") if ":user/" in hop.source)
    hubs = [node for node in view.graph.nodes.values() if node.kind is NodeKind.HUB]
    assert hubs
    assert all(hub.name for hub in hubs)


def test_an_external_id_stays_on_its_own_role(tmp_path: Path) -> None:
    where = here().user("one", ASSUME).user("two", ASSUME).role("plain", trusts=trust(ACCOUNT))
    where.role("safe", trusts=trust(ACCOUNT, when={"StringEquals": {"sts:ExternalId": "x"}}))
    view = look(where, tmp_path)
    for user in ("one", "two"):
        assert view.state(A.user(user), A.role("plain")) is State.VERIFIED
        assert view.state(A.user(user), A.role("safe")) is State.CONDITIONAL


def test_forty_statements_for_forty_roles(tmp_path: Path) -> None:
    names = [f"r{number}" for number in range(40)]
    where = here().user("ci", *[allow("sts:AssumeRole", on=A.role(name)) for name in names])
    for name in names:
        where.role(name, trusts=trust(ACCOUNT))
    assert look(where, tmp_path).targets(A.user("ci"), KIND) == {A.role(name) for name in names}


def test_two_permissions_in_statements_for_each_user(tmp_path: Path) -> None:
    names = [f"u{number}" for number in range(9)]
    where = here().user(
        "ci",
        *[allow("iam:CreateAccessKey", on=A.user(name)) for name in names],
        *[allow("iam:DeleteAccessKey", on=A.user(name)) for name in reversed(names)],
    )
    for name in names:
        where.user(name, keys=2)
    view = look(where, tmp_path)
    assert {hop.target for hop in view.hops("iam-003", A.user("ci"))} == {A.user(name) for name in names}
    assert all(len(hop.grants) == 2 for hop in view.hops("iam-003"))


def test_nobody_gains_itself_through_a_class(tmp_path: Path) -> None:
    where = here().user("one", allow("iam:CreateAccessKey")).user("two", allow("iam:CreateAccessKey"))
    view = look(where, tmp_path)
    pairs = {pair for pair in view.pairs(technique="iam-002") if pair[0] != pair[1]}
    assert pairs == {(A.user("one"), A.user("two")), (A.user("two"), A.user("one"))}


def test_overlapping_grants_are_parallel_ways(tmp_path: Path) -> None:
    where = here().user("ci", allow("iam:CreateAccessKey"), allow("iam:CreateAccessKey", on=A.user("bob"))).user("bob")
    hops = look(where, tmp_path).hops("iam-002", A.user("ci"), A.user("bob"))
    assert len({hop.grants for hop in hops}) == 2
    assert all(len(hop.grants) == 1 for hop in hops)
