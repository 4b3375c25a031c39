"""What a secret holds: declared links are steps, tags are facts, nothing is guessed."""

from __future__ import annotations

from pathlib import Path

from collectors.evidence.declared import Declared, DeclaredSecret
from collectors.interface import EvidenceRef
from graph.joints.credentials import Credentials
from graph.joints.declared_secrets import link_declared_secrets
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import IdentityGraph, Node
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, A, here
from tests.worlds.statements import allow
from tests.worlds.view import look

BOB, SECRET, KEY = A.user("bob"), A.secret("db"), "aws:key:AKIAEXAMPLE"
KIND = EdgeKind.AUTHENTICATES_AS


def test_a_path_leads_through_the_secret(tmp_path: Path) -> None:
    where = here().secret("db").user("bob").user("ci", allow("secretsmanager:GetSecretValue"))
    row = {"secret": SECRET, "credential": "", "identity": BOB, "type": "access key"}
    view = look(where.declared("secrets", row), tmp_path)
    assert view.state(CI, SECRET, kind=EdgeKind.CAN_ACCESS) is State.VERIFIED
    (hop,) = view.hops(source=SECRET, kind=KIND)
    assert (hop.target, hop.state) == (BOB, State.VERIFIED)
    assert hop.grants == (f"declared:secret:{SECRET}:{BOB}",)


def test_a_tag_is_a_fact_and_no_step(tmp_path: Path) -> None:
    view = look(here().secret("db", tags={"identity": BOB}).user("bob"), tmp_path)
    (edge,) = [edge for edge in view.graph.edges if edge.source == SECRET]
    assert (edge.target, edge.kind, edge.traversable) == (BOB, KIND, False)
    assert "Tag identity" in edge.note


def _linked(*rows: tuple[str, str, str]) -> IdentityGraph:
    """Link rows of secret, credential and identity in a graph with one key, its user, and two secrets of one name."""
    graph = IdentityGraph()
    for node in (
        Node(SECRET, NodeKind.SECRET, "db", "aws", ACCOUNT),
        Node(SECRET + "2", NodeKind.SECRET, "twice", "aws", ACCOUNT),
        Node(SECRET + "3", NodeKind.SECRET, "twice", "aws", ACCOUNT),
        Node(BOB, NodeKind.AWS_USER, "bob", "aws", ACCOUNT, {"unique_id": "AIDAEXAMPLE"}),
        Node(KEY, NodeKind.AWS_ACCESS_KEY, "key", "aws", ACCOUNT, {"aliases": ["AKIAEXAMPLE"]}),
    ):
        graph.add_node(node)
    ref = EvidenceRef("declared/secrets.csv")
    link_declared_secrets(
        graph, Declared(secrets=tuple(DeclaredSecret(*row, "", ref) for row in rows)), Credentials(graph)
    )
    return graph


def test_the_credential_comes_before_the_identity() -> None:
    (edge,) = _linked((SECRET, "AKIAEXAMPLE", BOB)).edges
    assert edge.target == KEY


def test_ids_of_the_vendor_are_understood() -> None:
    (edge,) = _linked(("db", "", "AIDAEXAMPLE")).edges
    assert (edge.source, edge.target) == (SECRET, BOB)


def test_a_name_that_two_secrets_share_is_no_link() -> None:
    assert not _linked(("twice", "", BOB)).edges


def test_a_row_about_nothing_known_adds_nothing() -> None:
    assert not _linked(("gone", "", BOB), (SECRET, "AKIAOTHER", "arn:aws:iam::111111111111:user/gone")).edges
