"""One person is known by every login; who has left one system has left as an owner in all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.graph.edges_aws.technique_case import CI, here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.aws import World
from tests.worlds.entra import EntraWorldFiles, entra, node, secret

ANNA = "anna@nordlicht.example"
JOINT = "login"


def owned(owner: str = ANNA, *people: dict[str, Any]) -> World:
    """Return an account with a user that names an owner."""
    return here().user("ci", tags={"owner": owner}).declared("people", *people)


def active(found: Joined) -> bool | None:
    """Return whether the owner is still here."""
    value: bool | None = found.facts(CI)["owner_active"]
    return value


def mailed(name: str, mail: str, *, enabled: bool = True) -> EntraWorldFiles:
    """Return a tenant with a user whose mail is not its principal name."""
    people = entra().user(name, enabled=enabled)
    people.lists["users"][-1]["mail"] = mail
    return people


@pytest.mark.parametrize(
    ("people", "rows", "expected", "count"),
    [
        (entra().user("anna", enabled=False), (), False, (1, 0, 0, 0, 0)),
        (entra().user("anna"), (), True, (1, 0, 0, 0, 0)),
        (mailed("a.lind", "Anna@Nordlicht.example", enabled=False), (), False, (1, 0, 0, 0, 0)),
        (entra().user("anna"), ({"login": ANNA, "person": "Anna", "active": "false"},), False, (1, 0, 0, 0, 0)),
        (entra(), ({"login": ANNA, "person": "Anna", "active": "true"},), True, (1, 0, 0, 0, 0)),
        (entra().user("bob", enabled=False), (), None, (0, 0, 0, 0, 1)),
        (mailed("zoe", "anna@other.example", enabled=False), (), None, (0, 0, 0, 1, 0)),
        (
            entra().user("anna", enabled=False),
            ({"login": ANNA, "person": "Anna", "active": "true"},),
            None,
            (0, 0, 1, 0, 0),
        ),
        (
            mailed("a.lind", "a.lind@nordlicht.example", enabled=False),
            (
                {"login": ANNA, "person": "Anna", "active": ""},
                {"login": "a.lind@nordlicht.example", "person": "Anna", "active": ""},
            ),
            False,
            (1, 0, 0, 0, 0),
        ),
    ],
    ids=[
        "account disabled",
        "account enabled",
        "by mail",
        "declared gone",
        "declared here",
        "nobody",
        "same name elsewhere",
        "contradiction",
        "two logins declared as one person",
    ],
)
def test_owner_of_an_aws_identity(
    people: EntraWorldFiles, rows: tuple[dict[str, Any], ...], expected: bool | None, count: tuple[int, ...],
    tmp_path: Path,
) -> None:  # fmt: skip
    found = join(tmp_path, aws=owned(ANNA, *rows), entra=people)
    assert active(found) is expected
    assert figures(found.count(JOINT)) == count


def test_an_address_of_two_people_says_nothing(tmp_path: Path) -> None:
    people = mailed("anna", ANNA, enabled=False)
    people.user("other")
    people.lists["users"][-1]["mail"] = ANNA
    found = join(tmp_path, aws=owned(), entra=people)
    assert active(found) is None
    assert set(found.facts(CI)["owner_candidates"]) == {node("anna"), node("other")}
    assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)


def test_a_name_is_a_candidate_and_no_more(tmp_path: Path) -> None:
    found = join(tmp_path, aws=owned("Anna"), entra=entra().user("anna", enabled=False))
    assert active(found) is None
    assert found.facts(CI)["owner_candidates"] == [node("anna")]
    assert figures(found.count(JOINT)) == (0, 1, 0, 0, 0)


def test_the_account_is_named_on_what_its_person_owns(tmp_path: Path) -> None:
    assert join(tmp_path, aws=owned(), entra=entra().user("anna")).facts(CI)["owner_accounts"] == [node("anna")]


def test_who_is_declared_gone_has_left_as_an_owner_in_entra(tmp_path: Path) -> None:
    people = entra().user("anna").user("bob").app("hr", owners=["anna"]).app("mail", owners=["anna", "bob"])
    gone = {"login": ANNA, "person": "Anna", "active": "false"}
    found = join(tmp_path, aws=here().user("ci").declared("people", gone), entra=people)
    hr, mail = found.facts(node("sp:hr")), found.facts(node("sp:mail"))
    assert (hr["owner"], hr["owner_active"]) == (ANNA, False)
    assert (mail["owner"], mail["owner_active"]) == ("bob@nordlicht.example", True)
    assert found.facts(node("anna"))["person_active"] is False
    assert "person_active" not in found.facts(node("bob"))


def test_a_name_of_two_users_does_not_unsay_what_entra_knows(tmp_path: Path) -> None:
    people = entra().user("anna", enabled=False).user("twin").app("hr", owners=["anna"])
    for user in people.lists["users"]:
        user |= {"displayName": "Anna"}
    people.lists["users"][0]["userPrincipalName"] = ""
    found = join(tmp_path, aws=here().user("ci"), entra=people)
    assert found.facts(node("sp:hr"))["owner_active"] is False


def test_what_owners_rows_say_of_themselves_comes_first(tmp_path: Path) -> None:
    row = {"identity": CI, "owner": ANNA, "active": "true"}
    world = here().user("ci").declared("owners", row)
    assert active(join(tmp_path, aws=world, entra=entra().user("anna", enabled=False))) is True


def test_credentials_carry_no_person(tmp_path: Path) -> None:
    found = join(tmp_path, aws=owned(), entra=entra().user("anna").app("hr", secrets=[secret("one")]))
    assert all("person_active" not in each.attributes for each in found.view.graph.nodes.values())
