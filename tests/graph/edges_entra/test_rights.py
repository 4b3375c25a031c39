"""What nodes of a tenant say of their grants, settings and credentials, as rules read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph.evaluate.entra.ids import certificate_node, secret_node
from graph.model import Node
from tests.graph.edges_entra.technique_case import look
from tests.worlds.entra import TENANT, EntraWorldFiles, entra, node, oid, role_id, secret

TENANT_NODE = f"entra:tenant:{TENANT}"
GLOBAL = "Global Administrator"
SIGN = {"keyId": oid("key:1"), "usage": "Sign", "customKeyIdentifier": "AbC"}
VERIFY = {"keyId": oid("key:2"), "usage": "Verify", "customKeyIdentifier": "abc"}


def _nodes(files: EntraWorldFiles, folder: Path) -> dict[str, Node]:
    return dict(look(files, folder).graph.nodes)


def _facts(files: EntraWorldFiles, folder: Path, who: str) -> dict[str, Any]:
    return dict(_nodes(files, folder)[who].attributes)


def test_app_roles_by_name(tmp_path: Path) -> None:
    files = entra().sp("erp").app("pay").grants("pay", "Mail.Read").grants("pay", "Mail.Send", api="erp")
    rows = _facts(files, tmp_path, node("sp:pay"))["app_permissions"]
    assert sorted((row["name"], row["api"], row["class"]) for row in rows) == [
        ("Mail.Read", "Microsoft Graph", "H5"),
        ("Mail.Send", "erp", ""),
    ]


def test_inherited_app_roles_say_so(tmp_path: Path) -> None:
    files = entra().blueprint("helper", inherits=["Microsoft Graph"]).grants("helper", "Mail.Read").agent("a", "helper")
    nodes = _nodes(files, tmp_path)
    assert [row["inherited"] for row in nodes[node("sp:a")].attributes["app_permissions"]] == [True]
    assert [row["inherited"] for row in nodes[node("sp:helper")].attributes["app_permissions"]] == [False]


def test_consents_of_users_are_counted(tmp_path: Path) -> None:
    files = entra().user("ada").user("bob").sp("mailer")
    for user in ("ada", "bob"):
        files.consent("mailer", "offline_access Mail.Read", user=user)
    files.consent("mailer", "User.Read")
    rows = _facts(files, tmp_path, node("sp:mailer"))["consents"]
    assert sorted((row["everyone"], row["users"], len(row["grants"]), row["classes"]) for row in rows) == [
        (False, 2, 2, ["H5"]),
        (True, 0, 1, []),
    ]


@pytest.mark.parametrize(
    ("rules", "activation"),
    [
        ([{"id": "Enablement_EndUser_Assignment", "enabledRules": ["Justification"]}], "open"),
        ([{"id": "Enablement_EndUser_Assignment", "enabledRules": ["MultiFactorAuthentication"]}], "asks"),
        ([{"id": "Approval_EndUser_Assignment", "setting": {"isApprovalRequired": True}}], "asks"),
        ([{"id": "Approval_EndUser_Assignment", "setting": {"isApprovalRequired": False}}], "open"),
        ([{"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": True, "claimValue": "c1"}], "asks"),
        ([{"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": False}], "open"),
        # Of an administrator who makes the assignment, not of the user who activates it.
        ([{"id": "Enablement_Admin_Assignment", "enabledRules": ["MultiFactorAuthentication"]}], "open"),
        (None, "unknown"),
    ],
)
def test_what_activation_asks_for(rules: list[Any] | None, activation: str, tmp_path: Path) -> None:
    policy = {} if rules is None else {"rules": rules}
    files = entra().user("ada").role("ada", GLOBAL, eligible=True)
    files.add(
        "policies.roleManagementPolicyAssignments", {"id": "p", "roleDefinitionId": role_id(GLOBAL), "policy": policy}
    )
    (row,) = _facts(files, tmp_path, node("ada"))["role_grants"]
    assert (row["role"], row["class"], row["scope"], row["eligible"]) == (GLOBAL, "H1", "/", True)
    assert row["activation"] == activation


def test_nothing_given_is_no_attribute(tmp_path: Path) -> None:
    facts = _facts(entra().app("plain"), tmp_path, node("sp:plain"))
    assert not {"app_permissions", "consents", "role_grants"} & set(facts)


def test_what_was_looked_at(tmp_path: Path) -> None:
    looked = _facts(entra().without("users"), tmp_path, TENANT_NODE)["looked_at"]
    assert "groups" in looked
    assert "users" not in looked


def test_the_parts_of_a_signing_certificate_are_told(tmp_path: Path) -> None:
    by_id = secret("x") | {"keyId": SIGN["keyId"]}
    by_print = secret("y") | {"customKeyIdentifier": "ABC"}
    own = secret("z")
    files = entra().sp("saml", secrets=[by_id, by_print, own], more={"keyCredentials": [SIGN, VERIFY]})
    nodes = _nodes(files, tmp_path)
    holder = oid("sp:saml")
    opens = [
        nodes[secret_node(holder, each["keyId"])].attributes["opens_signing_key"] for each in (by_id, by_print, own)
    ]
    assert opens == [True, True, False]
    halves = [
        nodes[certificate_node(holder, each["keyId"])].attributes["half_of_signing_pair"] for each in (SIGN, VERIFY)
    ]
    assert halves == [False, True]


def test_an_empty_publisher_is_not_an_absent_one(tmp_path: Path) -> None:
    nobody = {"verifiedPublisher": json.loads('{"displayName": null}')}
    nodes = _nodes(entra().sp("a", more=nobody).sp("b").app("c", more=nobody).app("d"), tmp_path)
    known = [nodes[node(name)].attributes["verified_publisher_known"] for name in ("sp:a", "sp:b", "app:c", "app:d")]
    assert known == [True, False, True, False]
