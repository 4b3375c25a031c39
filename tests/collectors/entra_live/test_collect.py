"""A tenant is collected as its files would say it: complete, by few requests, read-only, without secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from collectors.entra.operations import OPERATIONS
from collectors.entra.to_records import to_records
from collectors.evidence.reader import read_evidence
from collectors.interface import EvidenceRef
from tests.collectors.entra_live.conftest import Graph
from tests.collectors.entra_live.running import asked_by_default, collect, coverage, files, lines, values, world
from tests.fakes.graph.tenant import tenant_of
from tests.worlds.entra import TENANT, EntraWorldFiles, entra, oid

pytestmark = [pytest.mark.needs_msgraph, pytest.mark.usefixtures("quick_writes")]


def plain(value: Any) -> Any:
    """Return records without the places that they were read from, and without what was looked at."""
    if isinstance(value, EvidenceRef):
        return None
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__ if name != "presence"}
    return value


def records(folder: Path) -> list[Any]:
    found: list[Any] = plain(to_records(read_evidence([folder])).tenants)
    return found


def test_what_is_collected_says_what_the_tenant_is(graph: Graph, tmp_path: Path) -> None:
    tenant = world()
    graph(tenant_of(tenant))
    result = collect(tmp_path / "live")
    assert result.account == TENANT
    assert result.complete
    assert records(tmp_path / "live") == records(tenant.build(tmp_path / "files"))


def test_the_graph_is_the_same_as_from_files(graph: Graph, tmp_path: Path) -> None:
    tenant = world()
    graph(tenant_of(tenant))
    collect(tmp_path / "live")
    live, told = built(tmp_path / "live"), built(tenant.build(tmp_path / "files"))
    for node in told["nodes"]:  # the files hold assignments from the principal's end, the collection from the API's
        node["attributes"] = node["attributes"].replace('"servicePrincipals.appRoleAssignments",', "")
    assert live.pop("nodes") == told.pop("nodes")
    assert live == told


def built(folder: Path) -> dict[str, list[Any]]:
    """Return nodes and edges of a snapshot, without the places that they were read from."""
    from graph.build import build_snapshot
    from graph.snapshot import open_snapshot

    workspace = folder.with_suffix(".workspace")
    opened = open_snapshot(build_snapshot([folder], workspace, product_version="test").snapshot_id, workspace)
    places = {"evidence", "grant_set"}
    return {
        name: [{key: value for key, value in row.items() if key not in places} for row in opened.table(name).rows()]
        for name in ("nodes", "edges", "grants")
    }


def test_every_operation_is_recorded(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()))
    collect(tmp_path)
    told = coverage(tmp_path)
    assert told.keys() == OPERATIONS.keys()
    assert {name for name, each in told.items() if each["outcome"] == "ok"} == set(asked_by_default())
    assert told["servicePrincipals.appRoleAssignments"]["extra"]["note"].startswith("not needed")
    assert {each["permission"] for each in told.values()} == {each.permission for each in OPERATIONS.values()}


def test_nothing_but_reads_is_sent(graph: Graph, tmp_path: Path) -> None:
    server = graph(tenant_of(world()))
    collect(tmp_path)
    assert {asked.method for asked in server.log if not asked.target.endswith("/$batch")} == {"GET"}
    assert {asked.method for asked in server.log if asked.inside} == {"GET"}


def test_each_list_selects_its_fields(graph: Graph, tmp_path: Path) -> None:
    """Without a selection Graph leaves out what matters, and gives what nobody reads."""
    server = graph(tenant_of(world()))
    collect(tmp_path)
    targets = [asked.target for asked in server.log if not asked.target.endswith("$batch")]
    unselected = {target.partition("?")[0] for target in targets if "$select=" not in target}
    # Their pages document no $select: the answer is cut here.
    assert {re.sub(r"[0-9a-f-]{36}", "{id}", each) for each in unselected} == {
        "/beta/servicePrincipals/{id}/federatedIdentityCredentials",
        "/v1.0/applications/{id}/microsoft.graph.agentIdentityBlueprint/inheritablePermissions",
        "/v1.0/servicePrincipals/{id}/delegatedPermissionClassifications",
        "/v1.0/policies/roleManagementPolicyAssignments",
        "/v1.0/policies/authorizationPolicy",
        "/v1.0/policies/authenticationMethodsPolicy",
        "/v1.0/policies/permissionGrantPolicies",
        "/v1.0/policies/defaultAppManagementPolicy",
        "/v1.0/policies/appManagementPolicies",
        "/v1.0/identity/conditionalAccess/namedLocations",
        "/v1.0/groupSettings",
    }


def test_what_is_not_read_is_not_kept(graph: Graph, tmp_path: Path) -> None:
    tenant = world()
    tenant.singles["policies.authorizationPolicy"] |= {"description": "kept nowhere", "allowInvitesFrom": "everyone"}
    graph(tenant_of(tenant))
    collect(tmp_path)
    found = json.loads((tmp_path / "entra" / TENANT / "policies.authorizationPolicy.json").read_bytes())
    assert found == {"id": "authorizationPolicy", "allowInvitesFrom": "everyone"}


def test_no_secret_is_written(graph: Graph, tmp_path: Path) -> None:
    """Graph gives no secret again; should it ever, nothing of it reaches the disk."""
    tenant = world()
    leaked = "abc8Q~ThisWouldBeTheSecretItself.0123456789"
    for item in tenant.lists["applications"]:
        for each in item["passwordCredentials"]:
            each["secretText"] = leaked
    graph(tenant_of(tenant))
    collect(tmp_path)
    assert not [name for name, content in files(tmp_path).items() if leaked.encode() in content]
    assert json.loads((tmp_path / "manifest.json").read_bytes())["redactions"] == {"client_secret": 1}


def test_service_principals_in_groups_are_seen(graph: Graph, tmp_path: Path) -> None:
    """The first version's own call leaves them out: a workload in a privileged group would go unseen."""
    tenant = world()
    big = ["alice", "bob", *(f"person {number}" for number in range(30)), "sp:deploy"]
    tenant.group("large", *big, role_assignable=True)
    graph(tenant_of(tenant))
    collect(tmp_path)
    members = lines(tmp_path, "groups.members")
    assert {"id": oid("sp:deploy")} in members[oid("group:ops")]
    assert {"id": oid("sp:deploy")} in members[oid("group:large")]
    assert len(members[oid("group:large")]) == len(big)


def test_a_flexible_credential_keeps_its_expression(graph: Graph, tmp_path: Path) -> None:
    """Only beta gives the expression; without it the credential would say nothing of who may come."""
    from tests.worlds.entra import token

    expression = "claims['sub'] matches 'repo:nordlicht/*:ref:refs/heads/main'"
    tenant = entra().app("deploy", federated=[token(expression=expression)])
    tenant.managed_identity("worker").line(
        "servicePrincipals.federatedIdentityCredentials", oid("sp:worker"), token(expression=expression)
    )
    graph(tenant_of(tenant))
    collect(tmp_path)
    for name, owner in (
        ("applications.federatedIdentityCredentials", "app:deploy"),
        ("servicePrincipals.federatedIdentityCredentials", "sp:worker"),
    ):
        [found] = lines(tmp_path, name)[oid(owner)]
        assert found["claimsMatchingExpression"]["value"] == expression


def test_assignments_come_from_the_apis_end(graph: Graph, tmp_path: Path) -> None:
    """One call for each API that offers roles to applications, and none for each client."""
    server = graph(tenant_of(world()))
    collect(tmp_path)
    assert not [asked for asked in server.log if "/appRoleAssignments" in asked.target]
    told = lines(tmp_path, "servicePrincipals.appRoleAssignedTo")
    assert told.keys() == {oid("sp:Microsoft Graph"), oid("sp:own api")}
    assert {each["principalId"] for each in told[oid("sp:Microsoft Graph")]} == {oid("sp:deploy"), oid("sp:worker")}


def test_roles_for_people_alone_need_no_call(graph: Graph, tmp_path: Path) -> None:
    tenant = world().sp("portal", roles=["Reader"])
    tenant.lists["servicePrincipals"][-1]["appRoles"][0]["allowedMemberTypes"] = ["User"]
    graph(tenant_of(tenant))
    collect(tmp_path)
    assert oid("sp:portal") not in lines(tmp_path, "servicePrincipals.appRoleAssignedTo")


def test_requests_do_not_grow_with_objects(graph: Graph, tmp_path: Path) -> None:
    """300 applications with owners and credentials: the same requests as 3."""

    def requests(number: int) -> int:
        tenant = entra().user("alice")
        for each in range(number):
            tenant.app(f"app {each}", owners=["alice"], sp_owners=["alice"])
        graph(tenant_of(tenant))
        result = collect(tmp_path / str(number), without=frozenset({"policies"}))
        assert len(values(tmp_path / str(number), "applications")) == number
        return sum(sum(calls.values()) for calls in result.calls.values())

    assert requests(300) == requests(3)


def test_left_out_parts_are_no_gap(graph: Graph, tmp_path: Path) -> None:
    server = graph(tenant_of(world()))
    result = collect(tmp_path, without=frozenset({"groups", "identityGovernance", "policies"}))
    assert result.complete
    assert not [asked for asked in server.log if re.search(r"/(groups|policies/role|privilegedAccess)", asked.target)]
    told = coverage(tmp_path)
    assert told["groups.members"]["outcome"] == "skipped"
    assert told["organization"]["outcome"] == "ok"


def test_what_needs_a_part_that_is_left_out_is_left_out(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(world()))
    assert collect(tmp_path, without=frozenset({"groups", "oauth2PermissionGrants"})).complete
    told = coverage(tmp_path)
    for name in (
        "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances",
        "identityGovernance.privilegedAccess.group.assignmentScheduleInstances",
        "servicePrincipals.delegatedPermissionClassifications",
    ):
        assert told[name]["outcome"] == "skipped"


def test_an_empty_tenant(graph: Graph, tmp_path: Path) -> None:
    graph(tenant_of(EntraWorldFiles(lists={"organization": [{"id": TENANT, "displayName": "new"}]})))
    result = collect(tmp_path, without=frozenset({"policies"}))
    assert result.complete
    assert values(tmp_path, "servicePrincipals") == []


def test_sign_ins_are_asked_when_wanted(graph: Graph, tmp_path: Path) -> None:
    tenant = world()
    activity = {"lastSignInDateTime": "2026-05-01T00:00:00Z"}
    tenant.add(
        "reports.servicePrincipalSignInActivities",
        {"id": "x", "appId": tenant.lists["applications"][0]["appId"], "lastSignInActivity": activity},
    )
    tenant.lists["users"][0]["signInActivity"] = activity
    server = graph(tenant_of(tenant))
    assert collect(tmp_path / "with", service_last_accessed=True).complete
    [found] = values(tmp_path / "with", "reports.servicePrincipalSignInActivities")
    assert found["lastSignInActivity"] == activity
    assert values(tmp_path / "with", "users")[0]["signInActivity"] == activity
    before = len(server.log)
    collect(tmp_path / "without")
    assert not [asked for asked in server.log[before:] if "ignIn" in asked.target.replace("signInAudience", "")]


def test_without_the_licence_sign_ins_are_a_gap_and_users_are_not(graph: Graph, tmp_path: Path) -> None:
    tenant = tenant_of(world())
    tenant.licensed = False
    graph(tenant)
    result = collect(tmp_path, service_last_accessed=True)
    [gap] = result.gaps
    assert gap.operation == "reports.servicePrincipalSignInActivities"
    assert "Authentication_RequestFromNonPremiumTenantOrB2CTenant" in gap.reason
    assert "signInActivity" not in values(tmp_path, "users")[0]
