"""Declared owners, jewels and environments stand on the nodes that they match."""

from __future__ import annotations

from pathlib import Path

from tests.graph.edges_aws.technique_case import CI, A, here
from tests.worlds.statements import allow, trust
from tests.worlds.view import look


def test_declared_facts(tmp_path: Path) -> None:
    where = (
        here().user("ci", allow("s3:*")).role("app", trusts=trust(service="ec2.amazonaws.com"))
        .bucket("data", tags={"data-class": "restricted"}).bucket("logs")
        .declared("owners", {"identity": CI, "owner": "ada@acme.example", "team": "web", "active": False})
        .declared("owners", {"identity": "arn:aws:iam::*:role/*", "owner": "bob@acme.example"})
        .declared("people", {"login": "bob@acme.example", "person": "Bob", "active": True})
        .declared("jewels", {"match": "tag:data-class=restricted", "name": "customer data", "impact": "H5"})
        .declared("environments", {"match": "arn:aws:s3:::*", "environment": "Production"})
    )  # fmt: skip
    nodes = look(where, tmp_path).graph.nodes
    ci, app = nodes[CI].attributes, nodes[A.role("app")].attributes
    assert (ci["owner"], ci["owner_team"], ci["owner_active"]) == ("ada@acme.example", "web", False)
    assert (app["owner"], app["owner_active"]) == ("bob@acme.example", True)
    data, logs = nodes[A.bucket("data")].attributes, nodes[A.bucket("logs")].attributes
    assert data["jewel"] == {"name": "customer data", "impact": "H5"}
    assert "jewel" not in logs
    assert data["environment"] == logs["environment"] == "production"
    assert "environment" not in ci


def test_an_owner_who_is_not_stated_is_not_invented(tmp_path: Path) -> None:
    nodes = look(here().user("ci", tags={"owner": "eve@acme.example"}).user("bob"), tmp_path).graph.nodes
    assert nodes[CI].attributes["owner"] == "eve@acme.example"
    assert nodes[CI].attributes["owner_source"] == "tag"
    assert nodes[CI].attributes["owner_active"] is None
    assert "owner" not in nodes[A.user("bob")].attributes
