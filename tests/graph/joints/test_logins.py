"""People of GitHub are known by what single sign-on calls them, or by declaration; who has left has left everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.evidence.reader import read_evidence
from collectors.github.to_records import to_records
from tests.graph.edges_aws.technique_case import CI, here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.aws import World
from tests.worlds.entra import EntraWorldFiles, entra, node, oid
from tests.worlds.github import ORG, GitHubWorldFiles, github, place

ANNA = "anna@nordlicht.example"
JOINT = "GitHub login"
GONE = {"login": "github:anna", "person": "Anna Lind", "active": "false"}


def left() -> EntraWorldFiles:
    """Return a tenant whose user Anna is disabled."""
    return entra().user("anna", enabled=False)


def people(*rows: dict[str, Any], owner: str = "") -> World:
    """Return an account with declared people."""
    return here().user("ci", tags={"owner": owner} if owner else None).declared("people", *rows)


def organization() -> GitHubWorldFiles:
    """Return an organization that Anna owns."""
    return github().owner("anna").repo("app")


def active(found: Joined, login: str = "anna") -> bool | None:
    """Return whether the person behind a login is still here; ``None``: not known."""
    value: bool | None = found.facts(place(login)).get("person_active")
    return value


@pytest.mark.parametrize(
    ("world", "tenant", "rows", "expected", "count"),
    [
        (organization().linked("anna", saml=ANNA), left(), (), False, (1, 0, 0, 0, 0)),
        (organization().linked("Anna", saml=ANNA.title()), left(), (), False, (1, 0, 0, 0, 0)),
        (organization().linked("anna", scim=ANNA), left(), (), False, (1, 0, 0, 0, 0)),
        (organization().linked("anna", saml=oid("anna")), left(), (), False, (1, 0, 0, 0, 0)),
        (organization().linked("anna", saml=ANNA), entra().user("anna"), (), True, (1, 0, 0, 0, 0)),
        (organization(), entra(), (GONE,), False, (1, 0, 0, 0, 0)),
        (organization(), entra(), (GONE | {"login": place("anna")},), False, (1, 0, 0, 0, 0)),
        (
            organization(),
            left(),
            (GONE | {"active": ""}, {"login": ANNA, "person": "Anna Lind", "active": ""}),
            False,
            (1, 0, 0, 0, 0),
        ),
        (organization().linked("anna", saml=ANNA), entra().user("anna"), (GONE,), False, (1, 0, 0, 0, 0)),
        (organization(), left(), (), None, (0, 0, 0, 0, 1)),
        (organization().linked("anna", saml="anna@other.example"), left(), (), None, (0, 0, 0, 0, 1)),
        (organization().linked("anna", saml="anna"), left(), (), None, (0, 0, 0, 0, 1)),
        (organization().linked("bob", saml=ANNA), left(), (), None, (1, 0, 0, 0, 1)),
        (organization(), entra(), (GONE | {"login": "anna"},), None, (0, 0, 0, 0, 1)),
        (organization(), entra(), (GONE | {"login": "gitlab:anna"},), None, (0, 0, 0, 0, 1)),
        (
            organization().linked("anna", saml=ANNA),
            left(),
            (GONE | {"active": "true"},),
            None,
            (0, 0, 1, 0, 0),
        ),
        (
            organization().linked("anna", saml=ANNA, scim="bob@nordlicht.example"),
            left().user("bob"),
            (),
            None,
            (0, 0, 1, 0, 0),
        ),
    ],
    ids=[
        "name id",
        "without case",
        "SCIM",
        "object id",
        "still here",
        "declared",
        "declared by node",
        "declared as one person",
        "declared gone, account enabled",
        "nothing links them",
        "another domain",
        "no address",
        "another login is linked",
        "a login of no system",
        "a login of another system",
        "contradiction",
        "two people",
    ],
)
def test_a_login_is_a_person(
    world: GitHubWorldFiles,
    tenant: EntraWorldFiles,
    rows: tuple[dict[str, Any], ...],
    expected: bool | None,
    count: tuple[int, ...],
    tmp_path: Path,
) -> None:
    found = join(tmp_path, aws=people(*rows), entra=tenant, github=world)
    assert active(found) is expected
    assert figures(found.count(JOINT)) == count


def test_the_account_of_the_person_is_named(tmp_path: Path) -> None:
    found = join(tmp_path, entra=left(), github=organization().linked("anna", saml=ANNA))
    assert found.facts(place("anna"))["person_accounts"] == [node("anna")]


def test_who_left_is_known_as_member_and_collaborator_and_token_owner(tmp_path: Path) -> None:
    world = github().user("anna", "bob").team("ops", "anna", app="admin").repo("app").access("anna", "write")
    world.deploy_key(7, by="anna").deploy_key(8, by="bob").token(9, "anna").token(10, "bob")
    found = join(tmp_path, entra=left(), github=world.linked("anna", saml=ANNA))
    assert active(found) is False
    assert active(found, "bob") is None
    assert found.facts(place("key:7"))["added_by_active"] is False
    assert "added_by_active" not in found.facts(place("key:8"))
    token, other = found.facts(place("token:9")), found.facts(place("token:10"))
    assert (token["owner"], token["owner_active"], token["owner_accounts"]) == ("github:anna", False, [node("anna")])
    assert (other["owner"], other["owner_active"]) == ("github:bob", None)


def test_a_declared_owner_of_a_token_comes_first(tmp_path: Path) -> None:
    row = {"identity": place("token:9"), "owner": "bob@nordlicht.example", "active": "true"}
    world = github().user("anna").repo("app").token(9, "anna").linked("anna", saml=ANNA)
    found = join(tmp_path, aws=here().user("ci").declared("owners", row), entra=left(), github=world)
    assert (found.facts(place("token:9"))["owner"], found.facts(place("token:9"))["owner_active"]) == (
        row["owner"],
        True,
    )


def test_who_is_declared_gone_by_login_has_left_as_an_owner_in_aws(tmp_path: Path) -> None:
    world = organization().linked("anna", saml=ANNA)
    found = join(tmp_path / "linked", aws=people(GONE, owner=ANNA), entra=entra().user("anna"), github=world)
    assert found.facts(CI)["owner_active"] is False
    assert found.facts(node("anna"))["person_active"] is False
    twin = join(tmp_path / "not", aws=people(GONE, owner=ANNA), entra=entra().user("anna"), github=organization())
    assert twin.facts(CI)["owner_active"] is True


def test_somebody_that_only_grants_name(tmp_path: Path) -> None:
    world = github().repo("app").access("anna", "write").linked("anna", saml=ANNA)
    found = join(tmp_path, entra=left(), github=world)
    assert active(found) is False


def test_identities_that_scim_provisioned_add_addresses(tmp_path: Path) -> None:
    mails = [{"value": "Anna@Nordlicht.example", "primary": True}]
    row = {"id": "g-1", "userName": "lind", "emails": mails, "active": False}
    world = organization().linked("anna", saml="lind", guid="G-1").linked("", saml=ANNA, guid="g-2")
    world._list("scim.list-provisioned-identities", **row)
    ((identity,),) = [each.identities for each in to_records(read_evidence([world.build(tmp_path)])).organizations]
    assert (identity.login, identity.names, identity.provisioned) == ("anna", ("lind", ANNA), False)
    found = join(tmp_path, entra=left())
    assert (active(found), found.facts(place("anna"))["provisioned"]) == (False, False)


def test_not_being_provisioned_is_not_having_left(tmp_path: Path) -> None:
    row = {"id": "guid-anna", "userName": ANNA, "emails": [], "active": False}
    world = organization().linked("anna", saml=ANNA)
    world._list("scim.list-provisioned-identities", **row)
    assert active(join(tmp_path, entra=entra().user("anna"), github=world)) is True


def test_nodes_as_graphql_wraps_them(tmp_path: Path) -> None:
    world = organization().without("graphql.organization-external-identities")
    world.build(tmp_path)
    nodes = [{"guid": "g", "samlIdentity": {"nameId": ANNA}, "scimIdentity": None, "user": {"login": "anna"}}]
    path = tmp_path / "github" / ORG / "graphql.organization-external-identities.json"
    path.write_text(json.dumps({"nodes": nodes}))
    assert active(join(tmp_path, entra=left())) is False
