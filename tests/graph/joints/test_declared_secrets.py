"""What a secret holds: declared links are steps, tags are facts, nothing is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.evidence.declared import Declared, DeclaredSecret
from collectors.interface import EvidenceRef
from graph.joints.credentials import Credentials
from graph.joints.declared_secrets import link_declared_secrets
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import IdentityGraph, Node
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, A, here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.azure import AzureWorldFiles, azure
from tests.worlds.entra import app_id, entra, node, oid, secret
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
    for each in (
        Node(SECRET, NodeKind.SECRET, "db", "aws", ACCOUNT),
        Node(SECRET + "2", NodeKind.SECRET, "twice", "aws", ACCOUNT),
        Node(SECRET + "3", NodeKind.SECRET, "twice", "aws", ACCOUNT),
        Node(BOB, NodeKind.AWS_USER, "bob", "aws", ACCOUNT, {"unique_id": "AIDAEXAMPLE"}),
        Node(KEY, NodeKind.AWS_ACCESS_KEY, "key", "aws", ACCOUNT, {"aliases": ["AKIAEXAMPLE"]}),
    ):
        graph.add_node(each)
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


def _stated(folder: Path, *rows: dict[str, str], azure_world: AzureWorldFiles | None = None, **app: Any) -> Joined:
    people = entra().app("hr", secrets=[secret("one")], **app)
    return join(folder, aws=here().secret("db").declared("secrets", *rows), entra=people, azure=azure_world)


PASSWORD = f"entra:password:{oid('app:hr')}:{secret('one')['keyId']}"


@pytest.mark.parametrize(
    ("row", "target"),
    [
        ({"credential": secret("one")["keyId"]}, PASSWORD),
        ({"credential": secret("one")["keyId"].upper()}, PASSWORD),
        ({"credential": app_id("hr")}, node("sp:hr")),
        ({"identity": app_id("hr"), "type": "client_secret"}, node("sp:hr")),
        ({"identity": oid("sp:hr")}, node("sp:hr")),
        ({"identity": oid("app:hr")}, node("sp:hr")),
        ({"identity": "hr"}, node("sp:hr")),
    ],
)
def test_credentials_of_entra_are_declared_like_keys(row: dict[str, str], target: str, tmp_path: Path) -> None:
    found = _stated(tmp_path, {"secret": SECRET, **row})
    assert found.held(SECRET) == {target: State.VERIFIED}
    assert figures(found.count("declared secret")) == (1, 0, 0, 0, 0)
    assert figures(found.count("stored secret")) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ({"identity": app_id("hr"), "type": "certificate"}, (0, 0, 0, 1, 0)),
        ({"identity": "another"}, (0, 0, 0, 0, 1)),
        ({"credential": secret("two")["keyId"]}, (0, 0, 0, 0, 1)),
    ],
)
def test_a_row_that_cannot_be_is_counted(row: dict[str, str], count: tuple[int, ...], tmp_path: Path) -> None:
    found = _stated(tmp_path, {"secret": SECRET, **row})
    assert found.holds(SECRET) == []
    assert figures(found.count("declared secret")) == count


def test_a_name_that_two_applications_share_is_no_link(tmp_path: Path) -> None:
    people = entra().app("hr", secrets=[secret("one")]).app("twin", secrets=[secret("two")])
    for kind in ("applications", "servicePrincipals"):
        people.lists[kind][-1]["displayName"] = "hr"
    world = here().secret("db").declared("secrets", {"secret": SECRET, "identity": "hr"})
    assert join(tmp_path, aws=world, entra=people).holds(SECRET) == []


def test_a_declared_application_lasts_as_long_as_its_secret(tmp_path: Path) -> None:
    (edge,) = _stated(tmp_path, {"secret": SECRET, "identity": app_id("hr")}).holds(SECRET)
    assert [atom.key for clause in edge.conditions for atom in clause] == ["nhi:currenttime"]
    assert edge.grants == (f"declared:secret:{SECRET}:{node('sp:hr')}",)


def test_secrets_of_key_vaults_are_declared_by_any_of_their_names(tmp_path: Path) -> None:
    for number, name in enumerate(("kv/sso", "https://kv.vault.azure.net/secrets/sso", "sso", "")):
        world = azure().subscription("prod").vault("kv", secrets=["sso"])
        place = f"{world.arm('vault:kv')}/secrets/sso"
        row = {"secret": name or place, "credential": secret("one")["keyId"]}
        found = _stated(tmp_path / str(number), row, azure_world=world)
        assert found.held(f"azure:{place.lower()}") == {PASSWORD: State.VERIFIED}, row


def test_a_disabled_secret_of_a_key_vault_is_given_to_nobody(tmp_path: Path) -> None:
    world = azure().subscription("prod").vault("kv", secrets=["sso"])
    place = world.arm("vault:kv")
    world.lines[world.current]["keyvault.vaults.secrets"][place][0]["properties"] = {"attributes": {"enabled": False}}
    found = _stated(tmp_path, {"secret": "kv/sso", "identity": "hr"}, azure_world=world)
    (edge,) = found.holds(f"azure:{place.lower()}/secrets/sso")
    assert (edge.traversable, "disabled" in edge.note) == (False, True)
