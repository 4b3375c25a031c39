"""Directory roles, administrators of the tenant, managed identities, agents.

Roles and privileged identity management:
https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-deployment-plan (service principals
cannot be made eligible); agents: https://learn.microsoft.com/entra/agent-id/faq.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.findings import evaluate
from analytics.rules import RULES
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Grant, IdentityGraph, Node
from graph.snapshot import Snapshot, SnapshotMeta, open_snapshot, write_snapshot
from tests.analytics.rules.building import AS_OF, judge
from tests.analytics.rules.entra_cases import Case, check, names
from tests.analytics.rules.scenarios_entra import HIGH, context_policy, months, pair
from tests.worlds.entra import EntraWorldFiles, entra, role_id, token

STANDING, WEAK = "entra-standing-role", "entra-weak-activation"
ADMIN, PATH, BROAD = "entra-tenant-admin", "entra-path-to-admin", "entra-broad-managed-identity"
POOL, ORPHAN, SPONSOR = "entra-blueprint-pool", "entra-orphan-agent-user", "entra-agent-without-sponsor"
GLOBAL, APP_ADMIN = "Global Administrator", "Application Administrator"
TENANT_WIDE = "RoleManagement.ReadWrite.Directory"
SCHEDULE = "roleManagement.directory.roleAssignmentScheduleInstances"


def person(*roles: str, eligible: bool = False, **options: Any) -> EntraWorldFiles:
    """Return a person with directory roles."""
    files = entra().user("ada", **options)
    for role in roles:
        files.role("ada", role, eligible=eligible)
    return files


def eligible(role: str = GLOBAL) -> EntraWorldFiles:
    """Return a person who is eligible for a role."""
    return person(role, eligible=True)


def worker(*permissions: str, role: str = "") -> EntraWorldFiles:
    """Return a managed identity."""
    files = entra().managed_identity("worker").grants("sp:worker", *permissions)
    return files.role("sp:worker", role) if role else files


def agents(
    count: int, *, enabled: bool = True, sponsors: tuple[str, ...] = ("ada",), **options: Any
) -> EntraWorldFiles:
    """Return a blueprint with agents."""
    files = entra().user("ada").user("gone", enabled=False).blueprint("helper", **options)
    for number in range(count):
        files.agent(f"agent-{number}", "helper", sponsors=sponsors, enabled=enabled)
    return files


def unexpanded(role: str) -> EntraWorldFiles:
    """Return settings of a role that were collected without their rules."""
    body = {"id": "p", "roleDefinitionId": role_id(role), "policy": {"id": "x"}}
    return eligible(role).add("policies.roleManagementPolicyAssignments", body)


ROLES = [
    Case(STANDING, "Global Administrator", person(GLOBAL), ("Ada high",)),
    Case(STANDING, "a guest", person(APP_ADMIN, guest=True), ("Ada high",)),
    Case(STANDING, "a role that reads", person("Global Reader")),
    Case(STANDING, "the account of the synchronization", person("Directory Synchronization Accounts")),
    Case(STANDING, "eligible alone", eligible()),
    Case(STANDING, "with an end", person().role("ada", GLOBAL, until="2026-09-01T00:00:00Z")),
    Case(
        STANDING,
        "of an administrative unit",
        person().unit("u").role("ada", "User Administrator", scope="/administrativeUnits/u"),
    ),
    Case(STANDING, "disabled", person(GLOBAL, enabled=False)),
    Case(
        STANDING,
        "two roles are one finding",
        person(GLOBAL, APP_ADMIN),
        ("Ada high",),
        says="Application Administrator, Global Administrator",
    ),
    Case(
        STANDING,
        "a group with members",
        person().group("ops", "ada", role_assignable=True).role("group:ops", GLOBAL),
        ("ops high",),
        says="(1 member)",
    ),
    Case(
        STANDING,
        "a group that members activate",
        person().group("ops", role_assignable=True).role("group:ops", GLOBAL).group_eligible("ada", "ops"),
    ),
    Case(STANDING, "an application is told elsewhere", entra().app("deploy").role("sp:deploy", GLOBAL)),
    Case(STANDING, "schedule not looked at", person(GLOBAL).without(SCHEDULE), (), ("standing or activated",)),
    Case(WEAK, "neither", eligible().activation(GLOBAL), ("Nordlicht high",), says="for Ada"),
    Case(WEAK, "of a lesser role", eligible(APP_ADMIN).activation(APP_ADMIN), ("Nordlicht medium",)),
    Case(WEAK, "approval alone", eligible().activation(GLOBAL, approvers=["ada"])),
    Case(
        WEAK,
        "an authentication context",
        eligible().add("policies.roleManagementPolicyAssignments", context_policy(role_id(GLOBAL))),
    ),
    Case(WEAK, "a role that reads", eligible("Global Reader").activation("Global Reader")),
    Case(WEAK, "nobody is eligible", person(GLOBAL).activation(GLOBAL)),
    Case(WEAK, "settings without rules", unexpanded(GLOBAL), (), ("What activating",)),
    Case(WEAK, "settings not looked at", eligible(), (), ("What activating",)),
]

ADMINISTRATORS = [
    Case(
        ADMIN,
        "by a group",
        entra().app("deploy").group("ga", "sp:deploy", role_assignable=True).role("group:ga", GLOBAL),
        ("deploy high",),
        says="by the group ga",
    ),
    Case(ADMIN, "a managed identity", worker(role=GLOBAL), ("worker high",)),
    Case(ADMIN, "an agent", agents(1).role("sp:agent-0", GLOBAL), ("agent-0 high",)),
    Case(ADMIN, "one step away", entra().app("deploy").grants("deploy", TENANT_WIDE)),
    Case(ADMIN, "a person", person(GLOBAL)),
    Case(ADMIN, "disabled is told elsewhere", entra().app("deploy", enabled=False).role("sp:deploy", GLOBAL)),
    Case(
        ADMIN,
        "grants not looked at",
        entra().app("deploy").without("roleManagement.directory.roleAssignments"),
        (),
        ("Directory roles",),
    ),
    Case(
        PATH,
        "by a group",
        entra()
        .app("deploy")
        .group("pra", "sp:deploy", role_assignable=True)
        .role("group:pra", "Privileged Role Administrator"),
        ("deploy critical",),
        says="has what the group pra is assigned",
    ),
    Case(
        PATH,
        "through another application",
        entra().app("deploy").grants("deploy", HIGH).app("boss").role("sp:boss", GLOBAL),
        ("deploy critical",),
        says="make a credential of boss",
    ),
    Case(PATH, "applications without rights", entra().app("deploy").grants("deploy", HIGH).app("plain")),
    Case(
        PATH,
        "as an administrator who signs in",
        entra().user("gaby").role("gaby", GLOBAL).app("deploy").consent("deploy", "Directory.AccessAsUser.All"),
        ("deploy high",),
        says="if the named conditions",
    ),
    Case(PATH, "direct is told elsewhere", entra().app("deploy").role("sp:deploy", GLOBAL)),
    Case(
        PATH, "the same name at another API", entra().sp("erp").app("deploy").grants("deploy", TENANT_WIDE, api="erp")
    ),
    Case(PATH, "disabled is told elsewhere", entra().app("deploy", enabled=False).grants("deploy", TENANT_WIDE)),
    Case(
        PATH,
        "only on missing evidence",
        entra().app("deploy").grants("deploy", "Domain.ReadWrite.All"),
        (),
        ("rests on missing evidence",),
    ),
    Case(
        PATH,
        "grants not looked at",
        entra().app("deploy").without("servicePrincipals.appRoleAssignments", "servicePrincipals.appRoleAssignedTo"),
        (),
        ("Directory roles, app roles",),
    ),
    Case(BROAD, "tier 1", worker("User.ReadWrite.All"), ("worker high",)),
    Case(BROAD, "a directory role", worker(role="Exchange Administrator"), ("worker medium",)),
    Case(BROAD, "reads people", worker("User.Read.All")),
    Case(BROAD, "a way to full control is told elsewhere", worker(TENANT_WIDE)),
    Case(BROAD, "an application", entra().app("deploy").grants("deploy", HIGH)),
    Case(BROAD, "grants not looked at", worker().without("oauth2PermissionGrants"), (), ("Directory roles",)),
    Case(BROAD, "not looked at", worker().without("servicePrincipals"), (), ("Other managed identities",)),
]

AGENTS = [
    Case(
        POOL,
        "mail",
        agents(2, secrets=[months("b", 6)], inherits=["Microsoft Graph"]).grants("helper", "Mail.Read"),
        ("helper high",),
    ),
    Case(POOL, "federated alone", agents(2, federated=[token("repo:nordlicht/shop:ref:refs/heads/main")])),
    Case(POOL, "one of two is disabled", agents(1, secrets=[months("b", 6)]).agent("off", "helper", enabled=False)),
    Case(POOL, "the secret is over", agents(2, secrets=[months("b", 6) | {"endDateTime": "2026-05-01T00:00:00Z"}])),
    Case(
        POOL,
        "not looked at",
        agents(2, secrets=[months("b", 6)]).without("servicePrincipals"),
        ("helper medium",),
        ("Other credentials",),
    ),
    Case(ORPHAN, "disabled", agents(0).agent_user("u", "gone-agent", enabled=False), ("u low",)),
    Case(ORPHAN, "the agent is disabled", agents(1, enabled=False).agent_user("u", "agent-0")),
    Case(
        ORPHAN,
        "agents not looked at",
        agents(0).agent_user("u", "x").without("servicePrincipals.microsoft.graph.agentIdentity"),
        (),
        ("not in the evidence in full",),
    ),
    Case(
        ORPHAN,
        "no agent named",
        agents(0).add("users.microsoft.graph.agentUser", {"id": role_id("u"), "displayName": "u"}),
        (),
        ("does not say which",),
    ),
    Case(SPONSOR, "who left", agents(1, sponsors=("gone",)), ("agent-0 medium",), says="have left"),
    Case(SPONSOR, "one of two left", agents(1, sponsors=("gone", "ada"))),
    Case(SPONSOR, "privileged", agents(1, sponsors=()).role("sp:agent-0", APP_ADMIN), ("agent-0 high",)),
    Case(SPONSOR, "disabled", agents(1, sponsors=(), enabled=False)),
    Case(
        SPONSOR,
        "not looked at",
        agents(1, sponsors=()).without("servicePrincipals.microsoft.graph.agentIdentity.sponsors"),
        (),
        ("Sponsors are not",),
    ),
]
CASES = ROLES + ADMINISTRATORS + AGENTS


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def test_a_path_names_things_and_not_ids(tmp_path: Path) -> None:
    files = entra().app("deploy").grants("deploy", TENANT_WIDE)
    (finding,) = check(Case(PATH, "", files, ("deploy critical",)), tmp_path).findings
    assert finding.message == (
        "deploy can obtain full control of tenant Nordlicht in 1 step: deploy can give itself full control of tenant "
        f"Nordlicht by {TENANT_WIDE}."
    )
    assert [grant.text for grant in finding.grants] == [f"app role {TENANT_WIDE} of Microsoft Graph"]


def test_an_identity_is_told_by_one_of_the_rules_about_administrators(tmp_path: Path) -> None:
    files = worker(TENANT_WIDE).managed_identity("boss").role("sp:boss", GLOBAL).managed_identity("files")
    files.grants("sp:files", "Files.Read.All")
    report = judge(files.build(tmp_path), ADMIN, also=(PATH, BROAD))
    assert {(row.subject_name, row.rule) for row in report.findings} == {
        ("boss", ADMIN),
        ("worker", PATH),
        ("files", BROAD),
    }


def test_a_certificate_of_a_blueprint_is_a_pool_as_well(tmp_path: Path) -> None:
    folder = agents(2, secrets=[]).build(tmp_path)
    (path,) = folder.rglob("applications.microsoft.graph.agentIdentityBlueprint.json")
    body = json.loads(path.read_text(encoding="utf-8"))
    body["value"][0]["keyCredentials"] = [pair()]
    path.write_text(json.dumps(body), encoding="utf-8")
    (finding,) = judge(folder, POOL).findings
    assert "certificate CN=deploy of the blueprint helper proves 2 agents: agent-0, agent-1" in finding.message


# ---- Azure, whose nodes are built elsewhere ------------------------------------------------------------------------


def _azure(folder: Path, kind: EdgeKind, state: State = State.VERIFIED) -> Snapshot:
    graph, worker_id, end = IdentityGraph(), "entra:w", "azure:admin:/subscriptions/1"
    looked = ["servicePrincipals", "servicePrincipals.appRoleAssignments", "oauth2PermissionGrants"]
    looked.append("roleManagement.directory.roleAssignments")
    graph.add_node(
        Node("entra:tenant:t", NodeKind.ENTRA_TENANT, "T", "entra", "t", {"relation": "own", "looked_at": looked})
    )
    graph.add_node(Node(worker_id, NodeKind.ENTRA_MANAGED_IDENTITY, "worker", "entra", "t"))
    name = "full control of subscription Production"
    graph.add_node(Node(end, NodeKind.SCOPE_ADMIN, name, "azure", "1", {"scope": "/subscriptions/1"}))
    grant = graph.add_grant(Grant("azure:g", "role_assignment", worker_id, "Owner at /subscriptions/1", "a.json#/0"))
    graph.add_edge(Edge(worker_id, end, kind, True, grants=(grant,), state=state))
    write_snapshot(graph, folder, SnapshotMeta(AS_OF, "0", {}, {}), ())
    return open_snapshot(workspace=folder)


def test_full_control_of_a_subscription_is_broad(tmp_path: Path) -> None:
    report = evaluate(_azure(tmp_path, EdgeKind.ADMIN_OF), rules={BROAD: RULES[BROAD]})
    (finding,) = report.findings
    assert finding.message == "The managed identity worker has full control of subscription Production."
    assert (finding.severity.word, [grant.text for grant in finding.grants]) == ("high", ["Owner at /subscriptions/1"])


@pytest.mark.parametrize(
    ("kind", "state"), [(EdgeKind.CAN_ACCESS, State.VERIFIED), (EdgeKind.ADMIN_OF, State.UNVERIFIED)]
)
def test_other_edges_to_a_subscription_are_not(kind: EdgeKind, state: State, tmp_path: Path) -> None:
    assert not evaluate(_azure(tmp_path, kind, state), rules={BROAD: RULES[BROAD]}).findings
