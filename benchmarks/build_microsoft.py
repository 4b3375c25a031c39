"""How a build of Entra and Azure evidence grows: ``python -m benchmarks.build_microsoft [--quick]``.

Input: generated evidence (by number, no randomness): applications with a secret and an owner, app roles of Microsoft
Graph, consents, groups, people and a few administrators; one subscription for each 2,000 resources, machines with an
identity, vaults, and one role assignment a resource at the group, the subscription or the resource.
Output: a table of CPU, wall, nodes, edges and memory; each size in a process of its own, so that peaks do not add up.
Not handled: the truth of the answers, which ``benchmarks.accuracy_entra`` and tests hold; collecting.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

Json = dict[str, Any]
_ALL = UUID("00000000-0000-4000-8000-00000000c0de")
_GRAPH = "00000003-0000-0000-c000-000000000000"
_PERMISSIONS = {
    "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
}
_ROLES = {
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
}
_ACTIONS = {"Reader": ["*/read"], "Contributor": ["*"], "Owner": ["*"]}
_NOT = {"Contributor": ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"]}
_GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
_PER_SUBSCRIPTION = 2_000


def _id(*parts: object) -> str:
    return str(uuid5(_ALL, "/".join(map(str, parts))))


TENANT = _id("tenant")


def _write(folder: Path, name: str, rows: Iterable[Json]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"value": list(rows)}), encoding="utf-8")


def _lines(folder: Path, name: str, rows: Iterable[tuple[str, list[Json]]]) -> None:
    text = "".join(json.dumps({"request": {"id": key}, "response": {"value": found}}) + "\n" for key, found in rows)
    (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def _tenant(root: Path, applications: int) -> None:
    folder = root / "entra" / TENANT
    numbers = range(applications)
    _write(folder, "organization", [{"id": TENANT, "displayName": "Estate", "verifiedDomains": []}])
    _write(folder, "users", (_user(number) for number in numbers))
    _write(folder, "applications", (_application(number) for number in numbers))
    graph = {"id": _id("sp", "graph"), "appId": _GRAPH, "displayName": "Microsoft Graph", "accountEnabled": True}
    roles = [{"id": value, "value": name} for name, value in _PERMISSIONS.items()]
    principals = [_principal(number) for number in numbers]
    _write(folder, "servicePrincipals", [{**graph, "appRoles": roles}, *principals])
    _lines(folder, "applications.owners", ((_id("app", n), [{"id": _id("user", n)}]) for n in numbers))
    _lines(folder, "servicePrincipals.appRoleAssignedTo", [(str(graph["id"]), [_app_role(n) for n in numbers])])
    _write(folder, "oauth2PermissionGrants", (_consent(number) for number in numbers if number % 2))
    groups = range(applications // 10)
    _write(folder, "groups", (_group(number) for number in groups))
    _lines(
        folder,
        "groups.members",
        ((_id("group", n), [{"id": _id("user", n * 10 + k)} for k in range(10)]) for n in groups),
    )
    _lines(folder, "groups.owners", ((_id("group", n), [{"id": _id("user", n)}]) for n in groups))
    _write(folder, "roleManagement.directory.roleDefinitions", [])
    _write(folder, "roleManagement.directory.roleAssignments", (_administrator(number) for number in range(5)))


def _user(number: int) -> Json:
    return {"id": _id("user", number), "displayName": f"user {number}", "userPrincipalName": f"u{number}@e.example",
            "accountEnabled": True, "userType": "Member"}  # fmt: skip


def _application(number: int) -> Json:
    secret = {"keyId": _id("key", number), "displayName": "ci", "hint": "abc",
              "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}  # fmt: skip
    return {"id": _id("app", number), "appId": _id("appid", number), "displayName": f"app {number}",
            "signInAudience": "AzureADMyOrg", "passwordCredentials": [secret], "keyCredentials": [],
            "servicePrincipalLockConfiguration": None}  # fmt: skip


def _principal(number: int) -> Json:
    return {"id": _id("sp", number), "appId": _id("appid", number), "displayName": f"app {number}",
            "servicePrincipalType": "Application", "appOwnerOrganizationId": TENANT, "accountEnabled": True,
            "appRoles": []}  # fmt: skip


def _app_role(number: int) -> Json:
    name = "Application.ReadWrite.All" if number % 100 == 0 else "User.Read.All" if number % 3 else "Mail.Read"
    return {"id": _id("assignment", number), "principalId": _id("sp", number), "principalType": "ServicePrincipal",
            "resourceId": _id("sp", "graph"), "appRoleId": _PERMISSIONS[name]}  # fmt: skip


def _consent(number: int) -> Json:
    return {"id": _id("consent", number), "clientId": _id("sp", number), "consentType": "Principal",
            "principalId": _id("user", number), "resourceId": _id("sp", "graph"),
            "scope": "User.Read Mail.Read"}  # fmt: skip


def _group(number: int) -> Json:
    return {"id": _id("group", number), "displayName": f"group {number}", "securityEnabled": True, "groupTypes": [],
            "isAssignableToRole": number % 50 == 0}  # fmt: skip


def _administrator(number: int) -> Json:
    return {"id": _id("role", number), "principalId": _id("user", number), "directoryScopeId": "/",
            "roleDefinitionId": _GLOBAL_ADMINISTRATOR}  # fmt: skip


def _estate(root: Path, resources: int, applications: int) -> None:
    count = max(1, resources // _PER_SUBSCRIPTION)
    above = root / "azure" / TENANT
    ids = [_id("subscription", number) for number in range(count)]
    group = "/providers/Microsoft.Management/managementGroups/corp"
    children = [{"id": f"/subscriptions/{each}", "type": "/subscriptions", "name": each} for each in ids]
    properties = {"tenantId": TENANT, "displayName": "corp", "details": {"parent": None}, "children": children}
    _write(above, "managementGroups", [{"id": group, "name": "corp", "properties": properties}])
    _write(above, "subscriptions", (_subscription(each) for each in ids))
    for number, each in enumerate(ids):
        mine = range(number, resources, count)
        folder = root / "azure" / each
        _write(folder, "compute.virtualMachines", (_machine(each, n) for n in mine if n % 2))
        _write(folder, "keyvault.vaults", (_vault(each, n) for n in mine if not n % 2))
        _write(folder, "authorization.roleDefinitions", (_definition(each, name) for name in _ROLES))
        _write(folder, "authorization.roleAssignments", (_assignment(each, n, applications) for n in mine))
        _write(folder, "authorization.denyAssignments", [])


def _subscription(each: str) -> Json:
    return {"id": f"/subscriptions/{each}", "subscriptionId": each, "displayName": each[:8], "tenantId": TENANT,
            "state": "Enabled"}  # fmt: skip


def _place(subscription: str, number: int) -> str:
    kind = "Microsoft.Compute/virtualMachines/vm" if number % 2 else "Microsoft.KeyVault/vaults/kv"
    return f"/subscriptions/{subscription}/resourceGroups/rg-{number % 20}/providers/{kind}-{number}"


def _machine(subscription: str, number: int) -> Json:
    identity = {"type": "SystemAssigned", "principalId": _id("mi", number), "tenantId": TENANT}
    return {"id": _place(subscription, number), "name": f"vm-{number}", "type": "Microsoft.Compute/virtualMachines",
            "identity": identity, "properties": {"storageProfile": {"osDisk": {"osType": "Linux"}}}}  # fmt: skip


def _vault(subscription: str, number: int) -> Json:
    return {"id": _place(subscription, number), "name": f"kv-{number}", "type": "Microsoft.KeyVault/vaults",
            "properties": {"tenantId": TENANT, "enableRbacAuthorization": number % 4 == 0,
                           "accessPolicies": []}}  # fmt: skip


def _definition(subscription: str, name: str) -> Json:
    permission = {"actions": _ACTIONS[name], "notActions": _NOT.get(name, []), "dataActions": [], "notDataActions": []}
    place = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{_ROLES[name]}"
    properties = {"roleName": name, "type": "BuiltInRole", "assignableScopes": ["/"], "permissions": [permission]}
    return {"id": place, "name": _ROLES[name], "properties": properties}


def _assignment(subscription: str, number: int, applications: int) -> Json:
    place = _place(subscription, number)
    scope = place if number % 3 else place.partition("/providers/")[0]
    scope = f"/subscriptions/{subscription}" if number % 50 == 0 else scope
    role = "Owner" if number % 500 == 0 else "Contributor" if number % 2 else "Reader"
    name = _id("rbac", number)
    definition = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{_ROLES[role]}"
    properties = {"scope": scope, "roleDefinitionId": definition, "principalId": _id("sp", number % applications),
                  "principalType": "ServicePrincipal", "condition": None}  # fmt: skip
    return {"id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", "name": name,
            "properties": properties}  # fmt: skip


def _one(applications: int, resources: int) -> list[str]:
    from graph.build import build_snapshot

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "evidence"
        _tenant(root, applications)
        _estate(root, resources, applications)
        begun = (time.process_time(), time.perf_counter())
        result = build_snapshot([root], Path(folder) / "workspace", product_version="bench")
        cpu, wall = time.process_time() - begun[0], time.perf_counter() - begun[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    each = cpu * 1000 / (applications + resources)
    return [f"{applications:,}", f"{resources:,}", f"{result.nodes:,}", f"{result.edges:,}", f"{cpu:.2f}",
            f"{each:.2f}", f"{wall:.2f}", f"{peak:.2f}"]  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build_microsoft", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest size alone")
    quick = parser.parse_args(arguments).quick
    head = ("applications", "resources", "nodes", "edges", "CPU s", "CPU ms an object", "wall s", "peak GiB")
    for cells in (head, ("---",) * len(head)):
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
    for applications, resources in ((1_000, 2_000), (10_000, 20_000), (30_000, 60_000))[: 1 if quick else 3]:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            row = pool.submit(_one, applications, resources).result()
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
