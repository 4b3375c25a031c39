"""Grants added and replaced, identities disabled: as if the evidence had shown it so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.policy_types import Document
from graph.changes import AddGrant, AddKind, Change, DisableIdentity, RemoveGrant, ReplaceGrant
from graph.errors import ChangeError
from graph.evaluate.aws.document import REMOVED, compile_policy
from graph.kinds import EdgeKind, State
from graph.rebuild import rebuild
from graph.snapshot import Snapshot
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, A, here
from tests.worlds.aws import World
from tests.worlds.keep import keep, view_of
from tests.worlds.lay import REF
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import Json, allow, deny, document, public, trust

pytestmark = pytest.mark.usefixtures("quick_writes")

ROLE, BOB = A.role("app"), A.user("bob")
DATA = "arn:aws:s3:::data"
READ = public(allow("s3:GetObject", on=f"{DATA}/*"), {"AWS": CI})
Make = Callable[[bool], World]


def after(snapshot: Snapshot, folder: Path, *changes: Change) -> Snapshot:
    """Return the snapshot with changes."""
    return rebuild(snapshot, changes, folder / "hypothetical")


def ways(snapshot: Snapshot) -> set[Any]:
    """Edges with hubs resolved, without the ids of grants, which an added grant has of its own."""
    return {
        (hop.source, hop.target, hop.kind, hop.technique, hop.conditions, hop.state, hop.via, hop.impact)
        for hop in view_of(snapshot).all_hops
    }


def _base() -> World:
    made = here().user("bob", attached=[ADMINISTRATOR]).role("app", allow("sqs:*"), trusts=trust(BOB))
    return made.bucket("data").bucket("open", public(allow("s3:GetObject", on="arn:aws:s3:::open/*")))


def _statement(there: bool) -> World:
    return _base().user("ci", allow("sqs:*"), *([allow("*")] if there else []))


def _attach(there: bool) -> World:
    return _base().user("ci", attached=[ADMINISTRATOR] if there else [])


def _trust(there: bool) -> World:
    made = _base().user("ci", allow("sts:AssumeRole"))
    return made.role("app", allow("sqs:*"), trusts=[trust(BOB), *([trust(CI)] if there else [])])


def _bucket(there: bool) -> World:
    return _base().user("ci").bucket("data", *([READ] if there else []))


def _group(there: bool) -> World:
    return _base().group("ops", allow("*")).user("ci", groups=["ops"] if there else [])


ADDED: list[tuple[Make, AddGrant, str]] = [
    (_statement, AddGrant(AddKind.STATEMENT, CI, allow("*")), f"aws:statement:{CI}:inline:nhi-what-if-1#0"),
    (_attach, AddGrant(AddKind.ATTACHMENT, CI, name=ADMINISTRATOR), f"aws:attachment:{CI}:{ADMINISTRATOR}"),
    (_trust, AddGrant(AddKind.TRUST, ROLE, trust(CI)), f"aws:trust:{ROLE}#1"),
    (_bucket, AddGrant(AddKind.RESOURCE_POLICY, DATA, READ), f"aws:resource_policy:{DATA}#0"),
    (_group, AddGrant(AddKind.MEMBERSHIP, CI, name="ops"), f"aws:membership:{CI}:ops"),
]


@pytest.mark.parametrize(("make", "change", "grant"), ADDED, ids=lambda each: getattr(each, "kind", ""))
def test_an_added_grant_is_as_if_it_were_there(make: Make, change: AddGrant, grant: str, tmp_path: Path) -> None:
    before, wanted = keep(make(False), tmp_path / "before"), keep(make(True), tmp_path / "wanted")
    found = after(before, tmp_path, change)
    assert ways(found) == ways(wanted) != ways(before)
    assert found.grant(grant) is not None
    assert before.grant(grant) is None
    again = rebuild(found, [RemoveGrant(grant)], tmp_path / "again")
    assert ways(again) == ways(before)
    assert again.manifest.facts["hypothetical"]["of"] == before.id
    assert len(again.manifest.facts["hypothetical"]["changes"]) == 2


def test_a_statement_is_replaced_where_it_stands(tmp_path: Path) -> None:
    made = here().policy("own", allow("sqs:*"), allow("*"), allow("s3:*")).user("ci", attached=["own"])
    before = keep(made, tmp_path / "before")
    found = after(before, tmp_path, ReplaceGrant(f"aws:statement:{A.policy('own')}#1", allow("sns:*")))
    wanted = here().policy("own", allow("sqs:*"), allow("sns:*"), allow("s3:*")).user("ci", attached=["own"])
    assert set(view_of(found).all_hops) == set(view_of(keep(wanted, tmp_path / "wanted")).all_hops)
    assert view_of(before).state(CI, ADMIN) is State.VERIFIED
    assert view_of(found).state(CI, ADMIN) is State.VOID


def test_a_disabled_identity_can_do_nothing(tmp_path: Path) -> None:
    lines = [public(allow("s3:GetObject", on=f"{DATA}/*"), {"AWS": each}) for each in (CI, ROLE)]
    made = here().user("ci", allow("*"), keys=2, password=True).user("bob", allow("sts:AssumeRole"), keys=1)
    before = keep(made.role("app", allow("*"), trusts=trust(BOB)).bucket("data", *lines), tmp_path)
    found = after(before, tmp_path, DisableIdentity(CI), DisableIdentity(ROLE))
    view = view_of(found)
    assert view_of(before).state(CI, ADMIN) is view_of(before).state(ROLE, DATA) is State.VERIFIED
    assert [hop for hop in view.all_hops if hop.source in (CI, ROLE) and hop.kind.value.startswith("CAN_")] == []
    entries = [edge for edge in view.graph.edges if edge.target == CI and edge.kind is EdgeKind.AUTHENTICATES_AS]
    assert [edge.traversable for edge in entries] == [False, False]
    assert {row.active for row in _credentials(found, CI)} == {False}
    assert {row.active for row in _credentials(found, BOB)} == {True}
    assert view.state(BOB, ROLE) is State.VERIFIED


def _credentials(snapshot: Snapshot, user: str) -> list[Any]:
    from graph.model import Credential

    rows = [Credential(**row) for row in snapshot.table("credentials").rows()]
    return [row for row in rows if row.identity == user]


LINKED = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/Linked"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (AddGrant(AddKind.STATEMENT, CI, {"Effect": "Allow"}), "Action is missing"),
        (AddGrant(AddKind.STATEMENT, CI, {**allow("*"), "Effect": "Maybe"}), "/Effect Effect must be Allow or Deny"),
        (AddGrant(AddKind.STATEMENT, CI, {**allow("*"), "Note": 1}), "element Note is not known"),
        (AddGrant(AddKind.STATEMENT, CI, READ), "must not name a Principal"),
        (AddGrant(AddKind.STATEMENT, DATA, allow("*")), "no user, role or group"),
        (AddGrant(AddKind.STATEMENT, LINKED, allow("*")), "service-linked"),
        (AddGrant(AddKind.ATTACHMENT, CI, name=A.policy("nope")), "does not hold the document"),
        (AddGrant(AddKind.TRUST, ROLE, allow("*")), "Principal is missing"),
        (AddGrant(AddKind.TRUST, CI, trust(CI)), "no role"),
        (AddGrant(AddKind.RESOURCE_POLICY, CI, READ), "no resource"),
        (AddGrant(AddKind.MEMBERSHIP, CI, name="op"), "no group `op` (it has dev, ops)"),
        (AddGrant(AddKind.MEMBERSHIP, CI, name="dev"), "already"),
        (AddGrant(AddKind.MEMBERSHIP, ROLE, name="dev"), "no user"),
        (ReplaceGrant("aws:nothing", allow("*")), "there is no grant"),
        (ReplaceGrant(f"aws:membership:{CI}:dev", allow("*")), "only a statement can be replaced"),
        (ReplaceGrant(f"aws:trust:{ROLE}#0", allow("*")), "Principal is missing"),
        (DisableIdentity(DATA), "no user or role"),
        (DisableIdentity(LINKED), "service-linked"),
    ],
)
def test_what_cannot_be_changed_is_told(change: Change, message: str, tmp_path: Path) -> None:
    made = here().group("ops").group("dev").user("ci", groups=["dev"]).role("app", trusts=trust(CI)).bucket("data")
    made.role("Linked", path="/aws-service-role/x.amazonaws.com/", trusts=trust(service="x.amazonaws.com"))
    before = keep(made, tmp_path)
    with pytest.raises(ChangeError, match=r"^change 1: ") as caught:
        after(before, tmp_path, change)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_policy_that_was_not_looked_at_is_not_added_to(tmp_path: Path) -> None:
    before = keep(here().user("ci").bucket("data").without("s3.get_bucket_policy"), tmp_path)
    with pytest.raises(ChangeError, match="was not looked at"):
        after(before, tmp_path, AddGrant(AddKind.RESOURCE_POLICY, DATA, READ))


def test_disabled_twice_is_told(tmp_path: Path) -> None:
    before = keep(here().user("ci"), tmp_path)
    with pytest.raises(ChangeError, match=r"change 2: .*disabled already"):
        after(before, tmp_path, DisableIdentity(CI), DisableIdentity(CI))


def test_what_is_hypothetical_stays_out_of_the_workspace(tmp_path: Path) -> None:
    before = keep(here().user("ci"), tmp_path)
    with pytest.raises(ChangeError, match="holds real snapshots"):
        rebuild(before, [DisableIdentity(CI)], tmp_path / "workspace")


@pytest.mark.parametrize("statement", [allow("*"), deny("*"), READ])
def test_a_removed_statement_says_nothing(statement: Json) -> None:
    body = document(allow("sqs:*"), statement)
    emptied = {**body, "Statement": [body["Statement"][0], dict(REMOVED)]}
    assert [each.index for each in compile_policy(emptied).statements] == [0]
    assert compile_policy({"Statement": dict(REMOVED)}).statements == ()
    assert Document(emptied, REF).body == emptied
