"""Questions about a tenant: alone, and beside an AWS account, which it must not change."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.effort import cost_of
from analytics.ends import end_name
from analytics.inventory import inventory_rows
from analytics.jewels import jewels
from analytics.reach import BlastRadius, admin_witnesses, all_blast_radii, blast_radius, identities
from analytics.steps import short_name
from analytics.subjects import resolve_subject
from collectors.evidence.reader import read_evidence
from graph.build import build_graph, build_snapshot
from graph.kinds import State
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.aws import world as aws_world
from tests.worlds.entra import ADMIN, TENANT, EntraWorldFiles, app_id, entra, node, oid, secret, token
from tests.worlds.names import Names
from tests.worlds.statements import allow, web_trust

ISSUER = "token.actions.githubusercontent.com"
MAIN = "repo:nordlicht/platform:ref:refs/heads/main"
ACCOUNT = "111111111111"
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


def _tenant() -> EntraWorldFiles:
    return (
        entra()
        .user("alice")
        .user("bob")
        .user("gaby")
        .role("gaby", "Global Administrator")
        .role("alice", "Privileged Authentication Administrator")
        .app("deploy", owners=["bob"], secrets=[secret("k"), secret("old", ends="2026-01-01T00:00:00Z")])
        .grants("deploy", "RoleManagement.ReadWrite.Directory")
        .app("pay", federated=[token(MAIN)])
        .blueprint("helper", secrets=[secret("b")], inherits=["Microsoft Graph"])
        .grants("helper", "Mail.Read")
        .agent("helper-1", "helper")
    )


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return _built(tmp_path_factory.mktemp("tenant"))


def _built(folder: Path, *, aws: bool = False) -> Snapshot:
    evidence = _tenant().build(folder / "evidence")
    if aws:
        _account(evidence)
    result = build_snapshot([evidence], folder / "ws", product_version="0", as_of=AS_OF)
    return open_snapshot(folder / "ws" / "snapshots" / result.snapshot_id)


def _account(evidence: Path) -> Path:
    trust = web_trust(Names(ACCOUNT).oidc(ISSUER), {"StringEquals": {f"{ISSUER}:sub": MAIN}})
    account = aws_world().account(ACCOUNT).oidc(ISSUER).role("deploy", trusts=trust).user("ci", allow("iam:*"))
    return account.build(evidence)


def _radius(snapshot: Snapshot, who: str) -> BlastRadius:
    return blast_radius(snapshot, resolve_subject(snapshot, who))


def test_the_inventory_lists_identities_and_not_people(snapshot: Snapshot) -> None:
    rows = {row["name"]: row for row in inventory_rows(snapshot)}
    assert set(rows) == {"deploy", "pay", "helper", "helper-1"}
    assert rows["deploy"]["credentials"] == [secret("k")["keyId"]], "an expired secret is none"
    assert rows["deploy"]["owner"] == "bob@nordlicht.example"
    assert (rows["deploy"]["impact"], rows["helper-1"]["impact"], rows["pay"]["impact"]) == ("H1", "H5", "")
    assert {row["kind"] for row in inventory_rows(snapshot, kind="EntraUser")} == {"EntraUser"}
    assert len(identities(snapshot)) == 4


@pytest.mark.parametrize("who", ["deploy", node("sp:deploy"), app_id("deploy"), oid("sp:deploy")])
def test_who_is_found(snapshot: Snapshot, who: str) -> None:
    assert resolve_subject(snapshot, who).id == node("sp:deploy")


def test_a_person_is_found_by_the_name_of_signing_in(snapshot: Snapshot) -> None:
    assert resolve_subject(snapshot, "alice@nordlicht.example").id == node("alice")


def test_what_a_secret_reaches(snapshot: Snapshot) -> None:
    radius = _radius(snapshot, secret("k")["keyId"])
    assert [(row.scope, row.state) for row in radius.admin_of] == [(f"entra:tenant:{TENANT}", State.VERIFIED)]
    assert node("alice") in {row.id for row in radius.reaches}


def test_an_expired_secret_reaches_nothing(snapshot: Snapshot) -> None:
    radius = _radius(snapshot, secret("old")["keyId"])
    assert (radius.admin_of, radius.reaches) == ((), ())
    assert radius.subject.notes == ("It is inactive and cannot be used now.",)


def test_a_blueprints_secret_reaches_its_agents(snapshot: Snapshot) -> None:
    assert {row.id for row in _radius(snapshot, secret("b")["keyId"]).reaches} == {
        node("sp:helper"),
        node("sp:helper-1"),
        f"entra:api:{oid('sp:Microsoft Graph')}",
    }


def test_being_global_administrator_is_no_step(snapshot: Snapshot) -> None:
    (row,) = _radius(snapshot, node("gaby")).admin_of
    assert row.steps == ()
    (row,) = _radius(snapshot, node("alice")).admin_of
    (step,) = row.steps
    assert step.text == "Alice can make a credential of Gaby by Privileged Authentication Administrator."


def test_texts_name_things(snapshot: Snapshot) -> None:
    (row,) = _radius(snapshot, node("bob")).admin_of
    assert [step.text for step in row.steps] == [
        "Bob can make a credential of deploy by ownership of the application on deploy (application).",
        "deploy can give itself full control of tenant Nordlicht by RoleManagement.ReadWrite.Directory.",
    ]
    told = next(row for row in _radius(snapshot, node("gaby")).reaches if row.id == node("sp:deploy"))
    assert told.hops == 2
    assert short_name(ADMIN) == f"full control of tenant {TENANT}"


def test_ends(snapshot: Snapshot) -> None:
    assert end_name(snapshot, f"admin:{TENANT.upper()}") == ADMIN
    assert end_name(snapshot, "admin:nordlicht.example") == ADMIN
    assert end_name(snapshot, f"admin:{ACCOUNT}") == f"admin:{ACCOUNT}", "there is no such account here"
    assert end_name(snapshot, "deploy") == "deploy"


def test_sweeps(snapshot: Snapshot) -> None:
    found = admin_witnesses(snapshot)
    assert set(found) == {node("sp:deploy")}
    radii = {radius.subject.id: radius for radius in all_blast_radii(snapshot)}
    assert set(radii) == {node(f"sp:{name}") for name in ("deploy", "pay", "helper", "helper-1")}
    assert ADMIN in {jewel.id for jewel in jewels(snapshot)}


def test_a_step_costs_what_its_technique_says(snapshot: Snapshot) -> None:
    edges = [
        number
        for number in range(snapshot.edge_count)
        if snapshot.edge(number).technique in ("entra-application-owner", "entra-group-owner")
    ]
    assert cost_of(snapshot, edges) == 2


def test_a_token_leads_into_both_clouds(tmp_path: Path) -> None:
    snapshot = _built(tmp_path, aws=True)
    radius = _radius(snapshot, f"oidc://{ISSUER}/{MAIN}")
    assert {row.id for row in radius.reaches} >= {node("sp:pay"), Names(ACCOUNT).role("deploy")}
    scopes = {row["source"] for row in snapshot.table("coverage").rows()}
    assert scopes == {"aws", "entra"}
    assert {row["source"] for row in inventory_rows(snapshot)} == {"aws", "entra"}


def test_aws_is_the_same_beside_a_tenant(tmp_path: Path) -> None:
    alone, gaps = build_graph(read_evidence([_account(tmp_path / "alone")]))
    both, _ = build_graph(read_evidence([_account(_tenant().build(tmp_path / "both"))]))

    def of_aws(edges: object) -> set[object]:
        return {edge for edge in edges if not f"{edge.source} {edge.target}".count("entra:")}  # type: ignore[attr-defined]

    shared = {f"oidc://{ISSUER}", f"oidc://{ISSUER}/{MAIN}"}
    assert of_aws(alone.edges) == of_aws(both.edges)
    assert {key: item for key, item in alone.nodes.items() if key not in shared} == {
        key: item
        for key, item in both.nodes.items()
        if not key.startswith(("entra:", "hub:entra:")) and key not in shared
    }
    assert gaps == ()
