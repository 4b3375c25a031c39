"""Nodes, credentials, membership, access and attributes of a tenant."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.evidence.reader import read_evidence
from graph.attacker import baseline, residual_state
from graph.build import build_graph
from graph.evaluate.entra.ids import certificate_node, secret_node
from graph.kinds import EdgeKind, NodeKind, State
from tests.graph.edges_entra.technique_case import look
from tests.worlds.entra import (
    ADMIN,
    MICROSOFT,
    TENANT,
    VENDOR,
    EntraWorldFiles,
    app_id,
    entra,
    node,
    oid,
    secret,
    token,
)
from tests.worlds.view import Hop, View

CONTEXT = baseline(datetime(2026, 6, 1, tzinfo=UTC)).evaluator_context()
KEY = {
    "keyId": oid("key:1"),
    "usage": "Verify",
    "startDateTime": "2025-01-01T00:00:00Z",
    "endDateTime": "2027-01-01T00:00:00Z",
}


def _now(hop: Hop) -> State:
    return min(hop.state, State.VERIFIED) if not hop.conditions else residual_state(hop.conditions, CONTEXT)


def _proof(view: View, source: str) -> State:
    return max((_now(hop) for hop in view.hops(source=source, kind=EdgeKind.AUTHENTICATES_AS)), default=State.VOID)


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        ("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", State.VERIFIED),
        ("2025-01-01T00:00:00Z", "2026-05-31T23:59:59Z", State.VOID),
    ],
    ids=["in its time", "expired"],
)
def test_a_secret_proves_in_its_time(tmp_path: Path, starts: str, ends: str, state: State) -> None:
    view = look(entra().app("pay", secrets=[secret("k", starts=starts, ends=ends)]), tmp_path)
    place = secret_node(oid("app:pay"), secret("k")["keyId"])
    assert _proof(view, place) is state
    row = view.graph.credentials[place]
    assert (row.identity, row.kind, row.hint) == (node("sp:pay"), "client_secret", "abc")
    assert row.expires_at == ends


def test_certificates(tmp_path: Path) -> None:
    signing = KEY | {"keyId": oid("key:2"), "usage": "Sign"}
    view = look(entra().app("pay", keys=[KEY, signing]), tmp_path)
    assert _proof(view, certificate_node(oid("app:pay"), oid("key:1"))) is State.VERIFIED
    assert _proof(view, certificate_node(oid("app:pay"), oid("key:2"))) is State.VOID


def test_a_credential_without_a_service_principal_proves_the_application(tmp_path: Path) -> None:
    view = look(entra().app("pay", secrets=[secret("k")], principal=False), tmp_path)
    assert {hop.target for hop in view.hops(kind=EdgeKind.AUTHENTICATES_AS)} == {node("app:pay")}


def test_a_disabled_service_principal_takes_no_token(tmp_path: Path) -> None:
    world = entra().app("pay", enabled=False, secrets=[secret("k")], federated=[token("s")])
    view = look(world, tmp_path)
    assert {hop.kind for hop in view.hops(target=node("sp:pay"))} == {EdgeKind.CONTROLS}
    assert view.graph.nodes[node("sp:pay")].attributes["active"] is False


def test_names_and_ids(tmp_path: Path) -> None:
    world = (
        entra()
        .user("alice")
        .user("bob")
        .app("pay", owners=["bob"], sp_owners=["alice"])
        .sp("crm")
        .managed_identity("mi")
    )
    nodes = look(world.sp("Teams", home=MICROSOFT), tmp_path).graph.nodes
    principal, application = nodes[node("sp:pay")], nodes[node("app:pay")]
    assert (principal.kind, application.kind) == (NodeKind.ENTRA_SERVICE_PRINCIPAL, NodeKind.ENTRA_APPLICATION)
    assert (principal.name, application.name) == ("pay", "pay (application)")
    assert principal.attributes["aliases"] == [app_id("pay")]
    assert application.attributes["aliases"] == []
    assert principal.attributes["owner"] == "alice@nordlicht.example"
    assert principal.attributes["owners"] == ["alice@nordlicht.example", "bob@nordlicht.example"]
    assert (principal.attributes["foreign"], nodes[node("sp:crm")].attributes["foreign"]) == (False, True)
    assert nodes[node("sp:crm")].attributes["app_owner_organization_id"] == VENDOR
    assert nodes[node("sp:mi")].kind is NodeKind.ENTRA_MANAGED_IDENTITY
    assert nodes[node("sp:mi")].attributes["azure_resource"].endswith("/mi")
    assert nodes[node("sp:Teams")].kind is NodeKind.ENTRA_MICROSOFT_PRINCIPAL
    assert not nodes[f"entra:tenant:{VENDOR}"].collected
    assert nodes[f"entra:tenant:{TENANT}"].name == "Nordlicht"
    assert {item.source for item in nodes.values() if item.id.startswith("entra:")} == {"entra"}


def test_an_owner_in_office_comes_first(tmp_path: Path) -> None:
    world = entra().user("alice", enabled=False).user("bob").app("pay", owners=["alice", "bob"])
    left = entra().user("alice", enabled=False).app("pay", owners=["alice"])
    facts = look(world, tmp_path / "1").graph.nodes[node("sp:pay")].attributes
    assert (facts["owner"], facts["owner_active"], facts["owner_source"]) == (
        "bob@nordlicht.example",
        True,
        "Entra owner",
    )
    facts = look(left, tmp_path / "2").graph.nodes[node("sp:pay")].attributes
    assert (facts["owner"], facts["owner_active"]) == ("alice@nordlicht.example", False)


def test_a_sponsor_answers_for_an_agent(tmp_path: Path) -> None:
    facts = look(entra().user("alice").blueprint("bp").agent("bot", "bp", sponsors=["alice"]), tmp_path)
    found = facts.graph.nodes[node("sp:bot")].attributes
    assert (found["owner"], found["owner_source"]) == ("alice@nordlicht.example", "Entra sponsor")
    assert found["blueprint_app_id"] == app_id("bp")


def _member(view: View, source: str, group: str = "group:ops") -> State:
    hops = view.hops(source=node(source), target=node(group), kind=EdgeKind.INHERITS)
    return max((hop.state for hop in hops), default=State.VOID)


def test_membership(tmp_path: Path) -> None:
    world = entra().user("alice").app("ci").group("inner", "alice").group("ops", "group:inner", "sp:ci", "device")
    view = look(world, tmp_path)
    assert _member(view, "alice", "group:inner") is State.VERIFIED
    assert _member(view, "group:inner") is State.VERIFIED
    assert _member(view, "sp:ci") is State.VERIFIED
    assert _member(view, "alice") is State.VOID, "nesting goes edge by edge"
    assert node("device") not in view.graph.nodes


def test_a_group_in_a_role_assignable_group_gives_nothing(tmp_path: Path) -> None:
    world = entra().user("alice").group("inner", "alice").group("ops", "group:inner", role_assignable=True)
    assert _member(look(world, tmp_path), "group:inner") is State.VOID


def test_members_that_were_not_collected_stay(tmp_path: Path) -> None:
    view = look(entra().user("alice").group("ops", "alice").without("users"), tmp_path)
    assert _member(view, "alice") is State.VERIFIED
    assert not view.graph.nodes[node("alice")].collected


def test_eligible_members_wait(tmp_path: Path) -> None:
    view = look(entra().user("alice").group("ops").group_eligible("alice", "ops"), tmp_path)
    (hop,) = view.hops(source=node("alice"), kind=EdgeKind.INHERITS)
    assert hop.keys == {"entra:activation"}
    assert hop.grants == ("entra:group-eligibility:g-alice-ops",)


def _access(view: View, source: str) -> Hop:
    (hop,) = view.hops(source=node(source), kind=EdgeKind.CAN_ACCESS)
    return hop


def test_access_to_an_api(tmp_path: Path) -> None:
    hop = _access(look(entra().app("pay").grants("pay", "Mail.Read"), tmp_path / "1"), "sp:pay")
    assert (hop.impact, hop.state, hop.target) == ("H5", State.VERIFIED, f"entra:api:{oid('sp:Microsoft Graph')}")
    hop = _access(look(entra().app("pay").consent("pay", "openid Mail.Send"), tmp_path / "2"), "sp:pay")
    assert (hop.impact, hop.keys) == ("H10", {"entra:user-sign-in"})
    hop = _access(look(entra().app("pay").consent("pay", "Mail.Read"), tmp_path / "5"), "sp:pay")
    assert (hop.impact, hop.note) == ("H5", ""), "what narrows app roles does not narrow a user's own mail"
    view = look(entra().app("pay").consent("pay", "openid profile User.Read offline_access"), tmp_path / "3")
    assert view.hops(source=node("sp:pay"), kind=EdgeKind.CAN_ACCESS) == ()
    own = entra().app("pay").sp("api", roles=["Mail.Read"]).grants("pay", "Mail.Read", api="api")
    assert _access(look(own, tmp_path / "4"), "sp:pay").impact == "", "another API may name its roles as it likes"


def test_a_permission_that_writes_everywhere_and_is_not_known_is_told(tmp_path: Path) -> None:
    view = look(entra().app("pay").grants("pay", "Teapot.ReadWrite.All"), tmp_path)
    found = view.graph.nodes[node("sp:pay")]
    assert found.attributes["unclassified"] == ["Teapot.ReadWrite.All"]
    assert found.impact == ""
    assert _access(view, "sp:pay").note == "Not classified: Teapot.ReadWrite.All."


def test_a_custom_role_that_writes_and_is_not_known_is_told(tmp_path: Path) -> None:
    actions = ("microsoft.directory/users/password/update", "microsoft.directory/users/standard/read")
    world = entra().user("alice").custom_role("c", *actions).role("alice", "c")
    assert look(world, tmp_path).graph.nodes[node("alice")].attributes["unclassified"] == ["c"]


@pytest.mark.parametrize(
    ("api", "permission", "impact", "told"),
    [
        ("Exchange", "full_access_as_app", "H5", "mailboxes"),
        ("api", "full_access_as_app", "", ""),
        ("SharePoint", "Sites.FullControl.All", "H5", ""),
        ("Microsoft Graph", "Sites.FullControl.All", "H5", ""),
        ("api", "Sites.FullControl.All", "", ""),
        ("Defender", "Machine.LiveResponse", "H6", ""),
        ("Microsoft Graph", "Machine.LiveResponse", "", ""),
        ("Microsoft Graph", "Mail.Read", "H5", "mailboxes"),
        ("Microsoft Graph", "DeviceManagementScripts.ReadWrite.All", "H6", ""),
        ("Microsoft Graph", "OnlineMeetingTranscript.Read.All", "H5", ""),
        ("Microsoft Graph", "AgentIdentity.Create.All", "H2", ""),
        ("Microsoft Graph", "TermStore.ReadWrite.All", "", ""),
        ("Microsoft Graph", "Sites.Selected", "", "It reaches what"),
        ("SharePoint", "Sites.Selected", "", "It reaches what"),
        ("Exchange", "Exchange.ManageAsApp", "", "It runs Exchange"),
        ("api", "Sites.Selected", "", ""),
        ("Microsoft Graph", "Teapot.Manage.All", "", "Not classified: Teapot.Manage.All."),
    ],
)
def test_the_class_of_a_permission_is_that_of_its_api(
    tmp_path: Path, api: str, permission: str, impact: str, told: str
) -> None:
    world = entra().app("pay").sp("api").sp("Exchange").sp("SharePoint").sp("Defender")
    view = look(world.grants("pay", permission, api=api), tmp_path)
    hop = _access(view, "sp:pay")
    assert hop.impact == impact
    assert told in hop.note
    assert bool(hop.note) is bool(told)
    unclassified = [permission] if told.startswith("Not classified") else []
    attributes = view.graph.nodes[node("sp:pay")].attributes
    assert attributes.get("unclassified", []) == unclassified
    assert attributes.get("unknown_reach", []) == ([permission] if told.startswith("It ") else [])


@pytest.mark.parametrize(
    ("world", "impact"),
    [
        (entra().app("pay").grants("pay", "Mail.Read", "AppRoleAssignment.ReadWrite.All"), "H1"),
        (entra().app("pay").grants("pay", "User.Read.All"), ""),
        (entra().app("pay").role("sp:pay", "Helpdesk Administrator"), "H2"),
        (entra().app("pay").role("sp:pay", "Helpdesk Administrator", eligible=True), ""),
    ],
    ids=["worst of several", "none", "role", "eligible is not held"],
)
def test_impact(tmp_path: Path, world: EntraWorldFiles, impact: str) -> None:
    assert look(world, tmp_path).graph.nodes[node("sp:pay")].impact == impact


def test_full_control(tmp_path: Path) -> None:
    world = entra().user("alice").app("pay").sp("crm").sp("Teams", home=MICROSOFT).managed_identity("mi").group("ops")
    view = look(world.role("alice", "Global Administrator"), tmp_path)
    (hop,) = view.hops(source=node("alice"), target=ADMIN)
    assert (hop.kind, hop.technique, hop.state) == (EdgeKind.ADMIN_OF, "", State.VERIFIED)
    reached = {hop.target: hop.state for hop in view.hops(source=ADMIN)}
    assert reached == {
        node("alice"): State.VERIFIED,
        node("sp:pay"): State.VERIFIED,
        node("group:ops"): State.VERIFIED,
        node("sp:crm"): State.UNVERIFIED,
        node("sp:mi"): State.UNVERIFIED,
    }


def test_global_administrator_at_a_scope_is_none(tmp_path: Path) -> None:
    view = look(entra().user("alice").role("alice", "Global Administrator", scope="/administrativeUnits/x"), tmp_path)
    assert view.hops(target=ADMIN) == ()


def test_an_eligible_global_administrator_waits(tmp_path: Path) -> None:
    world = entra().user("alice").role("alice", "Global Administrator", eligible=True)
    (hop,) = look(world.activation("Global Administrator", approvers=[]), tmp_path).hops(target=ADMIN)
    assert hop.keys == {"entra:activation", "entra:approval"}
    assert hop.grants[0].startswith("entra:directory-role-eligibility:")


def test_two_tenants_stand_apart(tmp_path: Path) -> None:
    entra().user("alice").role("alice", "Global Administrator").build(tmp_path)
    other = tmp_path / "entra" / VENDOR
    other.mkdir(parents=True)
    (other / "organization.json").write_text(
        f'{{"value": [{{"id": "{VENDOR}", "displayName": "Vendor", "verifiedDomains": []}}]}}'
    )
    view = look(entra().user("alice").role("alice", "Global Administrator"), tmp_path)
    assert f"entra:admin:{VENDOR}" in view.graph.nodes
    assert view.hops(target=f"entra:admin:{VENDOR}") == ()


def test_the_order_of_evidence_does_not_matter(tmp_path: Path) -> None:
    world = (
        entra()
        .user("alice")
        .user("bob")
        .app("pay", owners=["bob", "alice"])
        .app("ci")
        .role("bob", "User Administrator")
    )
    turned = replace(world, lists={key: list(reversed(rows)) for key, rows in world.lists.items()})
    one, other = look(world, tmp_path / "1"), look(turned, tmp_path / "2")
    assert {(h.source, h.target, h.technique, h.state) for h in one.all_hops} == {
        (h.source, h.target, h.technique, h.state) for h in other.all_hops
    }


def _application_alone(folder: Path, *fields: str) -> View:
    """Return a tenant in which the applications' answers lack some fields."""
    world = entra().user("alice").app("pay", sp_owners=["alice"]).group("ops").role("alice", "Groups Administrator")
    for rows in world.lists.values():
        for row in rows:
            for name in fields:
                row.pop(name, None)
    return look(world, folder)


def test_a_lock_that_was_not_asked_for_is_not_taken_as_none(tmp_path: Path) -> None:
    view = _application_alone(tmp_path, "servicePrincipalLockConfiguration")
    (hop,) = view.hops("entra-serviceprincipal-owner")
    assert (hop.state, "was not asked for" in hop.note) == (State.UNVERIFIED, True)


def test_a_group_that_may_be_role_assignable_is_unverified(tmp_path: Path) -> None:
    view = _application_alone(tmp_path, "isAssignableToRole")
    (hop,) = view.hops("entra-groups-administrator")
    assert (hop.state, "was not asked for" in hop.note) == (State.UNVERIFIED, True)


def test_without_a_time_of_its_own_what_is_listed_has_begun(tmp_path: Path) -> None:
    folder = entra().app("pay", secrets=[secret("k", starts="2025-06-01T00:00:00Z")]).build(tmp_path)
    place = secret_node(oid("app:pay"), secret("k")["keyId"])
    for as_of, keys in ((None, 1), (datetime(2025, 2, 1, tzinfo=UTC), 2)):
        identity_graph, _ = build_graph(read_evidence([folder]), as_of=as_of)
        (hop,) = View(identity_graph).hops(source=place)
        assert len(hop.conditions) == keys
        assert identity_graph.nodes[place].attributes["active"] is (as_of is None)


def test_a_home_tenant_that_was_collected_as_well(tmp_path: Path) -> None:
    entra().app("crm", principal=False).sp("crm", home=TENANT).build(tmp_path)
    elsewhere = tmp_path / "entra" / VENDOR
    elsewhere.mkdir(parents=True)
    rows = [{"id": oid("sp:crm there"), "appId": app_id("crm"), "displayName": "crm", "appOwnerOrganizationId": TENANT}]
    (elsewhere / "servicePrincipals.json").write_text(json.dumps({"value": rows}))
    identity_graph, _ = build_graph(read_evidence([tmp_path]))
    (hop,) = View(identity_graph).hops("entra-foreign-application")
    assert (hop.source, hop.target) == (node("sp:crm"), node("sp:crm there"))
