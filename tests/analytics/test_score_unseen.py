"""Policies that nobody saw leave a range that holds whatever they say; policies that were seen leave none."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.analysis_store import analysis
from analytics.score import Score, score_of
from analytics.score_facts import facts_of_everyone
from analytics.score_unseen import unseen_identities
from graph.build import build_snapshot
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.aws import World, world
from tests.worlds.names import Names
from tests.worlds.statements import Json, allow, deny, trust

ACCOUNT = "111111111111"
A = Names(ACCOUNT)
LISTING = "iam.get_account_authorization_details"
OPEN = {"worst impact", "jewels", "reach"}
SAID: dict[str, Json] = {
    "everything": allow("*"),
    "a harmless list": allow("s3:ListAllMyBuckets"),
    "secrets": allow("secretsmanager:GetSecretValue"),
    "nothing at all": deny("*"),
    "secrets at an address": allow("secretsmanager:*", when={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
}


def _snapshot(where: World, folder: Path) -> Snapshot:
    build_snapshot([where.build(folder / "evidence")], folder / "workspace", product_version="0")
    return open_snapshot(workspace=folder / "workspace")


def _scores(where: World, folder: Path) -> dict[str, Score]:
    snapshot = _snapshot(where, folder)
    return {node.name: score_of(facts) for node, facts in facts_of_everyone(snapshot, analysis(snapshot, None))}


def _estate(how: str, said: Json) -> World:
    """Return an estate where policy p is in force on user u: attached, by a group, as its boundary, or on its role."""
    where = world().account(ACCOUNT).policy("p", said).secret("s").bucket("b").user("bystander", keys=1)
    if how == "group":
        return where.group("g", attached=["p"]).user("u", keys=1, groups=["g"])
    if how == "role":
        return where.role("r", attached=["p"], trusts=trust(A.user("u"))).user("u", keys=1)
    if how == "boundary":
        return where.user("u", allow("*"), keys=1, boundary="p")
    return where.user("u", keys=1, attached=["p"])


@pytest.mark.parametrize("how", ["attached", "group", "role", "boundary"])
def test_the_range_without_a_document_holds_whatever_it_says(how: str, tmp_path: Path) -> None:
    seen = {name: _scores(_estate(how, said), tmp_path / name) for name, said in SAID.items()}
    unseen = _scores(_estate(how, allow("*")).drop_document(A.policy("p")), tmp_path / "unseen")
    assert set(unseen["u"].unknown) >= OPEN
    for name, scores in seen.items():
        assert unseen["u"].low <= scores["u"].low, name
        assert scores["u"].score <= unseen["u"].score, name
        assert not OPEN & set(scores["u"].unknown), name
    assert unseen["u"].blockers == ()
    assert any("full control" in text for text in unseen["u"].possible_blockers)
    assert unseen["bystander"] == seen["a harmless list"]["bystander"], "only whom it may serve is open"


def test_a_user_of_whom_only_the_credential_report_tells(tmp_path: Path) -> None:
    where = world().account(ACCOUNT).user("u", keys=1)
    seen = _scores(where, tmp_path / "seen")["u"]
    unseen = _scores(where.without(LISTING), tmp_path / "unseen")
    assert set(unseen["u"].unknown) >= OPEN
    assert unseen["u"].low <= seen.low <= seen.score < 70 <= unseen["u"].score
    root = next(row for name, row in unseen.items() if name != "u")
    assert root.blockers, "a root user's power hangs on no policy of its own"


def test_what_is_verified_without_the_document_stays_known(tmp_path: Path) -> None:
    where = world().account(ACCOUNT).policy("p", allow("s3:*")).user("u", allow("*"), keys=1, attached=["p"])
    row = _scores(where.drop_document(A.policy("p")), tmp_path)["u"]
    assert row.low >= 70
    assert any("full control" in text for text in row.blockers)
    assert "worst impact" not in row.unknown, "nothing is worse"
    assert {"jewels", "reach"} <= set(row.unknown)


def test_another_account_without_its_listing_opens_nobody_here(tmp_path: Path) -> None:
    where = world().account(ACCOUNT).user("u", keys=1).account("222222222222").user("other").without(LISTING)
    snapshot = _snapshot(where, tmp_path)
    assert [snapshot.node(number).name for number in unseen_identities(snapshot)] == ["other"]
