"""Policies of a tenant as records: whole, absent, bare, and malformed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.entra.records import EntraRecords, EntraTenantRecords
from collectors.entra.to_records import to_records
from collectors.errors import CollectorError
from collectors.evidence.reader import read_evidence
from tests.worlds.entra import TENANT, entra, oid, scope_id

CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#"


def _write(folder: Path, name: str, body: Any) -> Path:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(body), encoding="utf-8")
    return place


def _records(*inputs: Path) -> EntraRecords:
    return to_records(read_evidence(list(inputs)))


def _tenant(*inputs: Path) -> EntraTenantRecords:
    (tenant,) = _records(*inputs).tenants
    return tenant


def test_every_policy_of_a_tenant(tmp_path: Path) -> None:
    world = entra().user("alice").group("ops", "alice").app("pay").offers("Microsoft Graph", Mail_Read="Admin")
    world.user_consent("microsoft-user-default-low").classify("Microsoft Graph", Mail_Read="low")
    world.consent_policy("Mine", [{"permissionType": "delegated", "permissionClassification": "low"}])
    world.access_policy("wall", covers=["sp:pay"], places={"includeLocations": ["All"]}).place("office", trusted=True)
    after = "2025-06-01T00:00:00Z"
    rule = {"restrictionType": "passwordAddition", "state": "enabled", "restrictForAppsCreatedAfterDateTime": after}
    world.restricts(applications=[rule]).restricts("strict", applications=[rule], on=["app:pay"])
    world.activation("member", group="ops", mfa=True, context="c1").group_assigned("alice", "ops", until=after)
    world.passes(True, groups=["ops"], but=["all_users"])
    tenant = _tenant(world.build(tmp_path))
    (consent,) = tenant.consent_policies
    assert (consent.id, consent.known, consent.includes[0].classification) == ("mine", True, "low")
    assert tenant.classifications == {oid("sp:Microsoft Graph"): {scope_id("Mail.Read"): "low"}}
    assert tenant.policies.user_consent_policies == ("ManagePermissionGrantsForSelf.microsoft-user-default-low",)
    assert tenant.policies.risk_step_up is True
    (graph,) = [each for each in tenant.service_principals if each.name == "Microsoft Graph"]
    assert [(each.value, each.admin_only) for each in graph.scopes] == [("Mail.Read", True)]
    (wall,) = tenant.access_policies
    assert (wall.state, wall.principals, wall.locations, wall.everything, wall.blocks) == (
        "enabled",
        (oid("sp:pay"),),
        ("all",),
        True,
        True,
    )
    assert [(each.name, each.trusted) for each in tenant.named_locations] == [("office", True)]
    default, strict = tenant.app_management_policies
    assert (default.default, default.applications[0].kind) == (True, "passwordaddition")
    assert default.applications[0].created_after == datetime(2025, 6, 1, tzinfo=UTC)
    assert (strict.name, strict.applies_to, strict.applies_known) == ("strict", (oid("app:pay"),), True)
    (policy,) = tenant.role_policies
    assert (policy.group_id, policy.role_id, policy.needs_mfa) == (oid("group:ops"), "member", True)
    assert policy.authentication_context == "c1"
    assert [each.activated for each in tenant.group_assignments] == [True]
    assert tenant.policies.pass_targets == (oid("group:ops"),)


def test_what_was_not_looked_at_is_not_empty(tmp_path: Path) -> None:
    world = entra().without("groupSettings", "policies.authorizationPolicy")
    policies = _tenant(world.build(tmp_path)).policies
    assert (policies.user_consent_policies, policies.risk_step_up, policies.pass_targets) == (None, None, None)


def test_policies_of_people_are_not_kept(tmp_path: Path) -> None:
    body = {"value": [{"id": "1", "state": "enabled", "conditions": {"users": {"includeUsers": ["All"]}}}]}
    place = _write(tmp_path, f"entra/{TENANT}/identity.conditionalAccess.policies.json", body)
    assert _tenant(place.parents[2]).access_policies == ()


def test_risk_levels_as_the_beta_version_has_them(tmp_path: Path) -> None:
    conditions = {
        "clientApplications": {"includeAgentIdServicePrincipals": ["All"]},
        "agentIdRiskLevels": "medium, high",
    }
    body = {"value": [{"id": "1", "state": "enabled", "conditions": conditions}]}
    place = _write(tmp_path, f"entra/{TENANT}/identity.conditionalAccess.policies.json", body)
    (policy,) = _tenant(place.parents[2]).access_policies
    assert (policy.risks, policy.agents, policy.blocks, policy.everything) == (
        ("medium", "high"),
        ("all",),
        False,
        False,
    )


@pytest.mark.parametrize(
    ("operation", "body", "told"),
    [
        ("policies.permissionGrantPolicies", {"displayName": "x"}, "id: is missing"),
        ("policies.permissionGrantPolicies", {"id": "x", "includes": 3, "excludes": []}, "includes: must be a list"),
        ("identity.conditionalAccess.policies", {"state": "enabled"}, "id: is missing"),
        ("identity.conditionalAccess.policies", {"id": "x", "conditions": []}, "conditions: must be an object"),
        ("identity.conditionalAccess.namedLocations", {"displayName": "x"}, "id: is missing"),
        ("policies.appManagementPolicies", {"isEnabled": True}, "id: is missing"),
        ("policies.appManagementPolicies", {"id": "x", "restrictions": 1}, "restrictions: must be an object"),
        ("policies.roleManagementPolicyAssignments", {"scopeType": "Group"}, "is missing"),
        ("groupSettings", {"templateId": 5}, "templateId: must be text"),
    ],
)
def test_what_is_malformed_is_a_gap_with_its_place(tmp_path: Path, operation: str, body: Any, told: str) -> None:
    folder = entra().app("pay").without(operation).build(tmp_path)
    place = f"entra/{TENANT}/{operation}.json"
    _write(tmp_path, place, {"value": [body]})
    records = _records(folder)
    reasons = [gap.reason for gap in records.gaps]
    assert any(place in reason and told in reason for reason in reasons), reasons
    assert len(records.tenants[0].applications) == 1


def test_bare_answers_say_what_they_are(tmp_path: Path) -> None:
    policy = {"id": "mine", "includes": [], "excludes": []}
    one = _write(
        tmp_path, "a.json", {"@odata.context": f"{CONTEXT}policies/permissionGrantPolicies", "value": [policy]}
    )
    place = {"id": "1", "displayName": "office", "isTrusted": True}
    two = _write(
        tmp_path, "b.json", {"@odata.context": f"{CONTEXT}identity/conditionalAccess/namedLocations", "value": [place]}
    )
    tenant = _tenant(one, two)
    assert [each.id for each in tenant.consent_policies] == ["mine"]
    assert [each.name for each in tenant.named_locations] == ["office"]


def test_classifications_alone_do_not_say_whose_they_are(tmp_path: Path) -> None:
    context = f"{CONTEXT}servicePrincipals('1')/delegatedPermissionClassifications"
    body = {"@odata.context": context, "value": [{"permissionId": "1", "classification": "low"}]}
    with pytest.raises(CollectorError):
        read_evidence([_write(tmp_path, "c.json", body)])
