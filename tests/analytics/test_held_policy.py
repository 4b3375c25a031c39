"""One held identity writes the policies of another held one: works for both together, for neither alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.paths import find_paths
from analytics.reach import admin_witnesses, all_blast_radii, blast_radius
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.kinds import State
from graph.snapshot import Snapshot, open_snapshot
from tests.graph.edges_aws.technique_case import ADMIN, CI, A, here
from tests.worlds.aws import World
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, deny, trust

WRITER, BOB = A.role("writer"), A.user("bob")


def _look(where: World, folder: Path) -> Snapshot:
    build_snapshot([where.build(folder / "evidence")], folder / "workspace", product_version="0")
    return open_snapshot(None, folder / "workspace")


def _admin(snapshot: Snapshot, who: str) -> tuple[State, list[str]]:
    rows = blast_radius(snapshot, resolve_subject(snapshot, who)).admin_of
    return max((row.state for row in rows), default=State.VOID), [step.technique for row in rows for step in row.steps]


@pytest.mark.parametrize(
    ("action", "technique", "on"),
    [
        ("iam:PutUserPolicy", "iam-007", CI),
        ("iam:AttachUserPolicy", "iam-008", CI),
        ("iam:PutRolePolicy", "iam-005", WRITER),
        ("iam:CreatePolicyVersion", "iam-001", A.policy("mine")),
    ],
)
def test_a_role_writes_for_the_user_who_took_it(action: str, technique: str, on: str, tmp_path: Path) -> None:
    where = here().policy("mine", allow("s3:ListAllMyBuckets"))
    where.role("writer", allow(action, on=on), trusts=trust(CI)).user("ci", attached=["mine"])
    state, steps = _admin(_look(where, tmp_path), CI)
    assert state is State.VERIFIED
    assert steps[-1] == technique


def test_writing_for_somebody_who_is_not_held_gives_nothing(tmp_path: Path) -> None:
    where = here().role("writer", allow("iam:PutUserPolicy", on=BOB), trusts=trust(CI)).user("ci").user("bob")
    assert _admin(_look(where, tmp_path), CI) == (State.VOID, [])


def test_the_writer_alone_gains_nothing(tmp_path: Path) -> None:
    snapshot = _look(here().role("writer", allow("iam:PutUserPolicy", on=CI), trusts=trust(CI)).user("ci"), tmp_path)
    assert _admin(snapshot, WRITER)[0] is State.VOID
    assert WRITER not in admin_witnesses(snapshot), "sweeps leave out what needs a second identity"


def test_a_deny_of_the_written_identity_stays(tmp_path: Path) -> None:
    where = here().role("writer", allow("iam:PutUserPolicy", on=CI), trusts=trust(CI))
    where.user("ci", deny("iam:*", "organizations:*"))
    assert _admin(_look(where, tmp_path), CI)[0] is State.VOID


def test_a_policy_that_may_not_be_attached(tmp_path: Path) -> None:
    when = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}
    where = here().role("writer", allow("iam:AttachUserPolicy", on=CI, when=when), trusts=trust(CI)).user("ci")
    assert _admin(_look(where, tmp_path), CI)[0] is State.VOID


def test_administrators_get_no_such_edges(tmp_path: Path) -> None:
    where = here().role("root-like", trusts=trust(CI), attached=[ADMINISTRATOR]).user("ci").user("bob")
    snapshot = _look(where, tmp_path)
    edges = [snapshot.edge(number) for number in range(snapshot.arrays.edge_count)]
    own = [edge for edge in edges if edge.technique in ("iam-005", "iam-007") and edge.source == A.role("root-like")]
    assert {edge.via for edge in own} == {A.role("root-like")}


# ---- the length of a way counts the steps by which others come to be held


def _two_ways(*, role: bool) -> World:
    where = here().user("ci", allow("*"), deny("s3:*")).user("a")
    return where.role("h", trusts=trust(service="ec2.amazonaws.com"), attached=[ADMINISTRATOR]) if role else where


def test_one_step_alone_comes_before_one_that_needs_another(tmp_path: Path) -> None:
    snapshot = _look(_two_ways(role=True), tmp_path)
    swept = {row.subject.id: row for row in all_blast_radii(snapshot)}[CI]
    radius = blast_radius(snapshot, resolve_subject(snapshot, CI))
    assert [len(row.steps) for row in radius.admin_of] == [len(row.steps) for row in swept.admin_of] == [1]
    assert radius.admin_of[0].steps == swept.admin_of[0].steps
    assert {row.id: row.hops for row in radius.reaches} == {row.id: row.hops for row in swept.reaches}


def test_hops_are_the_steps_told(tmp_path: Path) -> None:
    snapshot = _look(_two_ways(role=True), tmp_path)
    source, target = resolve_subject(snapshot, CI), resolve_subject(snapshot, ADMIN)
    paths = find_paths(snapshot, source, target, k=5).paths
    assert [row.hops for row in paths] == [len(row.steps) for row in paths]
    assert [row.hops for row in paths] == sorted(row.hops for row in paths)


def test_the_steps_to_another_are_counted(tmp_path: Path) -> None:
    where = here().role("writer", allow("iam:PutUserPolicy", on=BOB), trusts=trust(CI)).user("bob")
    where.user("ci", allow("iam:CreateAccessKey", on=BOB))
    snapshot = _look(where.bucket("data"), tmp_path)
    radius = blast_radius(snapshot, resolve_subject(snapshot, CI))
    assert [step.technique for step in radius.admin_of[0].steps] == ["sts-001", "iam-002", "iam-007"]
    assert {row.id: row.hops for row in radius.reaches}["arn:aws:s3:::data"] == 4
