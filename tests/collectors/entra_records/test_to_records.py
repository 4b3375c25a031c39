"""``to_records`` on answers of Graph and of the Azure CLI: joined, tolerant, and silent about secrets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.entra.operations import OPERATIONS
from collectors.entra.permissions import operations_table, permissions_needed
from collectors.entra.records import EntraRecords, EntraTenantRecords
from collectors.entra.to_records import to_records
from collectors.errors import CollectorError
from collectors.evidence.evidence import EvidenceSet
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from graph.build import build_snapshot
from tests.repository import ROOT
from tests.worlds.entra import TENANT, VENDOR, app_id, entra, oid, secret, token

CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#"
SECRET = "abc" + "8Q~" + "dEf0123456789ghijklmnopqrstuvwxyzAB"


def _write(folder: Path, name: str, body: Any) -> Path:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(body), encoding="utf-8")
    return place


def _read(folder: Path) -> tuple[EvidenceSet, EntraRecords]:
    evidence = read_evidence([folder])
    return evidence, to_records(evidence)


def _tenant(folder: Path) -> EntraTenantRecords:
    return _read(folder)[1].tenants[0]


def test_a_whole_tenant(tmp_path: Path) -> None:
    world = (
        entra()
        .user("alice")
        .user("eve", guest=True, enabled=False)
        .app("pay", owners=["alice"], secrets=[secret("k")], federated=[token("repo:o/r:ref:refs/heads/main")])
        .group("ops", "alice", owners=["eve"], role_assignable=True)
        .role("alice", "Global Administrator", eligible=True)
        .activation("Global Administrator", mfa=True, approvers=["alice"])
        .grants("pay", "Mail.Read")
        .consent("pay", "Mail.Send  User.Read", user="alice")
        .blueprint("bp", inherits=["Microsoft Graph"])
        .agent("bot", "bp", sponsors=["alice"])
        .agent_user("botty", "bot")
        .managed_identity("mi")
        .unit("north", "alice", restricted=True)
        .passes(True)
    )
    evidence, records = _read(world.build(tmp_path))
    assert records.gaps == ()
    assert evidence.gaps == ()
    found = records.tenants[0]
    assert (found.tenant.id, found.tenant.name, found.tenant.id_known) == (TENANT, "Nordlicht", True)
    users = {each.id: each for each in found.users}
    assert users[oid("eve")].guest
    assert users[oid("eve")].enabled is False
    assert users[oid("botty")].agent_identity_id == oid("sp:bot")
    pay = next(each for each in found.applications if each.name == "pay")
    assert pay.owners == (oid("alice"),)
    assert (pay.passwords[0].hint, pay.passwords[0].ends_at) == ("abc", datetime(2027, 1, 1, tzinfo=UTC))
    assert pay.federated[0].subject == "repo:o/r:ref:refs/heads/main"
    blueprint = next(each for each in found.applications if each.blueprint)
    assert blueprint.inheritable_roles == (app_id("Microsoft Graph"),)
    assert blueprint.inheritable_scopes == ()
    kinds = {each.name: each.kind for each in found.service_principals}
    assert kinds == {
        "Microsoft Graph": "application",
        "pay": "application",
        "bp": "blueprint",
        "bot": "agent",
        "mi": "managed_identity",
    }
    assert next(each for each in found.service_principals if each.name == "mi").user_assigned
    assert found.groups[0].role_assignable
    assert found.groups[0].members_known
    assert found.consents[0].scopes == ("Mail.Send", "User.Read")
    assert found.role_assignments[0].eligible
    assert (found.role_policies[0].needs_mfa, found.role_policies[0].approvers) == (True, (oid("alice"),))
    assert found.administrative_units[0].restricted
    assert found.policies.temporary_access_pass is True
    assert found.presence["users"] is Presence.PRESENT
    assert found.presence["identity.conditionalAccess.policies"] is Presence.EMPTY
    assert found.presence["reports.servicePrincipalSignInActivities"] is Presence.ABSENT


def test_absent_is_not_empty(tmp_path: Path) -> None:
    found = _tenant(entra().group("ops").without("groups.members", "groups.owners").build(tmp_path))
    assert not found.groups[0].members_known
    assert not found.groups[0].owners_known
    assert found.presence["groups.members"] is Presence.ABSENT


def test_a_refused_call_is_a_gap(tmp_path: Path) -> None:
    folder = entra().app("pay").build(tmp_path)
    line = {"request": {"id": oid("app:pay")}, "error": {"code": "Authorization_RequestDenied", "message": "no"}}
    _write(folder, f"entra/{TENANT}/applications.owners.jsonl", line)
    evidence, records = _read(folder)
    assert records.tenants[0].presence["applications.owners"] is Presence.FAILED
    assert not records.tenants[0].applications[0].owners_known
    assert [(gap.operation, gap.permission, gap.subject) for gap in evidence.gaps] == [
        ("applications.owners", "Application.Read.All", oid("app:pay"))
    ]


def test_an_object_that_is_gone_is_no_gap(tmp_path: Path) -> None:
    folder = entra().app("pay").build(tmp_path)
    line = {"request": {"id": oid("app:gone")}, "error": {"code": "Request_ResourceNotFound", "message": "no"}}
    _write(folder, f"entra/{TENANT}/applications.owners.jsonl", line)
    assert _read(folder)[0].gaps == ()


def test_wrong_fields_are_gaps_with_their_place(tmp_path: Path) -> None:
    place = f"entra/{TENANT}/servicePrincipals.json"
    broken = {
        "value": [
            {"id": oid("sp:a"), "appId": "x", "accountEnabled": "yes", "passwordCredentials": [{"hint": "a"}]},
            {"appId": "y"},
            "text",
            {"id": oid("sp:b"), "appId": "z", "createdDateTime": "soon", "appRoles": {}},
        ]
    }
    _write(tmp_path, place, broken)
    _, records = _read(tmp_path)
    assert [each.id for each in records.tenants[0].service_principals] == sorted([oid("sp:a"), oid("sp:b")])
    reasons = " | ".join(gap.reason for gap in records.gaps)
    for part in (
        f"{place}#/value/0/accountEnabled: must be true or false",
        f"{place}#/value/0/passwordCredentials/0/keyId: is missing",
        f"{place}#/value/1/id: is missing",
        f"{place}#/value/2: must be an object",
        f"{place}#/value/3/createdDateTime: must be a time",
        f"{place}#/value/3/appRoles: must be a list",
    ):
        assert part in reasons
    assert {gap.source for gap in records.gaps} == {"entra"}
    assert all(gap.permission and gap.lost for gap in records.gaps)


def test_a_request_without_its_object_is_a_gap(tmp_path: Path) -> None:
    folder = entra().group("ops").build(tmp_path)
    _write(folder, f"entra/{TENANT}/groups.members.jsonl", {"request": {}, "response": {"value": []}})
    _, records = _read(folder)
    assert "the request does not say which object" in records.gaps[0].reason


def test_expanded_lists_count_where_the_call_is_missing(tmp_path: Path) -> None:
    body = {
        "id": oid("app:pay"),
        "appId": app_id("pay"),
        "owners": [{"id": oid("alice").upper()}],
        "federatedIdentityCredentials": [token("s")],
    }
    _write(tmp_path, f"entra/{TENANT}/applications.json", {"value": [body]})
    found = _tenant(tmp_path).applications[0]
    assert (found.owners, found.owners_known) == ((oid("alice"),), True)
    assert found.federated[0].subject == "s"


def test_secrets_are_taken_out(tmp_path: Path) -> None:
    given = secret("k") | {"secretText": SECRET}
    folder = entra().app("pay", secrets=[given]).build(tmp_path / "evidence")
    evidence, records = _read(folder)
    assert [item.kind for item in evidence.redactions] == ["client_secret"]
    assert SECRET not in repr(records)
    result = build_snapshot([folder], tmp_path / "ws", product_version="0")
    assert result.redactions
    files = [path for path in (tmp_path / "ws").rglob("*") if path.is_file()]
    assert files
    assert not any(SECRET.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("name", "body", "operation"),
    [
        (
            "sp.json",
            {"@odata.context": f"{CONTEXT}servicePrincipals", "value": [{"id": "1", "appId": "2"}]},
            "servicePrincipals",
        ),
        (
            "x.json",
            {"@odata.context": f"{CONTEXT}applications(id,appId,displayName)", "value": [{"id": "1", "appId": "2"}]},
            "applications",
        ),
        ("one.json", {"@odata.context": f"{CONTEXT}users/$entity", "id": "1"}, "users"),
        (
            "r.json",
            {"@odata.context": f"{CONTEXT}roleManagement/directory/roleAssignments", "value": [{"id": "1"}]},
            "roleManagement.directory.roleAssignments",
        ),
        (
            "o.json",
            {"@odata.context": f"{CONTEXT}organization", "value": [{"id": TENANT, "verifiedDomains": []}]},
            "organization",
        ),
        ("azsp.json", [{"id": "1", "appId": "2", "servicePrincipalType": "Application"}], "servicePrincipals"),
        ("azapp.json", [{"id": "1", "appId": "2", "signInAudience": "AzureADMyOrg"}], "applications"),
        (
            "azuser.json",
            [{"id": "1", "userPrincipalName": "a@b.example"}, {"id": "2", "userPrincipalName": "c@b.example"}],
            "users",
        ),
        ("azgroup.json", [{"id": "1", "securityEnabled": True, "groupTypes": []}], "groups"),
        (
            "grants.json",
            {"value": [{"id": "1", "clientId": "a", "consentType": "AllPrincipals", "resourceId": "b"}]},
            "oauth2PermissionGrants",
        ),
        ("empty.json", {"@odata.context": f"{CONTEXT}groups", "value": []}, "groups"),
    ],
)
def test_dumps_that_say_what_they_are(tmp_path: Path, name: str, body: Any, operation: str) -> None:
    evidence = read_evidence([_write(tmp_path, name, body)])
    assert evidence.sources == ("entra",)
    assert {key[3] for key in evidence.store} == {operation}


@pytest.mark.parametrize(
    "body",
    [
        {"@odata.context": f"{CONTEXT}directoryObjects", "value": [{"id": "1"}]},
        {"@odata.context": f"{CONTEXT}applications('1')/owners", "value": [{"id": "1"}]},
        {"value": [{"id": "1"}]},
        {"value": []},
        [{"id": "1", "appId": "2", "servicePrincipalType": "x"}, {"id": "1", "userPrincipalName": "u"}],
    ],
)
def test_dumps_that_do_not(tmp_path: Path, body: Any) -> None:
    with pytest.raises(CollectorError):
        read_evidence([_write(tmp_path, "dump.json", body)])


def test_the_tenant_of_bare_dumps(tmp_path: Path) -> None:
    principals = [
        {
            "id": oid("sp:pay"),
            "appId": app_id("pay"),
            "servicePrincipalType": "Application",
            "appOwnerOrganizationId": TENANT,
        },
        {
            "id": oid("sp:crm"),
            "appId": app_id("crm"),
            "servicePrincipalType": "Application",
            "appOwnerOrganizationId": VENDOR,
        },
    ]
    applications = [{"id": oid("app:pay"), "appId": app_id("pay"), "signInAudience": "AzureADMyOrg"}]
    files = [_write(tmp_path, "sp.json", principals), _write(tmp_path, "apps.json", applications)]
    found = to_records(read_evidence(files)).tenants
    assert [(each.tenant.id, each.tenant.id_known) for each in found] == [(TENANT, True)]
    alone = to_records(read_evidence(files[:1])).tenants[0].tenant
    assert not alone.id_known


def test_dumps_join_a_folder(tmp_path: Path) -> None:
    folder = entra().without("users").build(tmp_path / "evidence")
    dump = _write(tmp_path, "users.json", [{"id": oid("alice"), "userPrincipalName": "alice@nordlicht.example"}])
    evidence = read_evidence([folder, dump])
    assert evidence.scopes("entra") == (TENANT,)
    assert len(to_records(evidence).tenants[0].users) == 1


def test_permissions() -> None:
    needed = permissions_needed()
    assert needed == sorted(set(needed))
    assert set(permissions_needed(opted=True)) - set(needed) == {"AuditLog.Read.All"}
    assert all(".Read" in permission for permission in permissions_needed(opted=True))
    assert "Policy.Read.All" not in permissions_needed(without=["policies", "identity"])


def test_every_operation_says_what_is_lost() -> None:
    assert all(each.permission and each.lost_without.endswith(".") for each in OPERATIONS.values())


@pytest.mark.needs_checkout
def test_the_documentation_has_the_table() -> None:
    page = ROOT / "docs" / "collectors" / "entra.md"
    assert f"\n{operations_table()}\n" in page.read_text(encoding="utf-8")
