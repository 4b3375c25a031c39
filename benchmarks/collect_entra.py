"""Calls, time and memory of one collection of an Entra tenant: ``python -m benchmarks.collect_entra``.

Input: a made-up tenant behind the local Microsoft Graph of the tests, in a process of its own; the collection runs in
another, with the SDK's real client. Output: a Markdown table of requests, wall (both processes) and CPU and peak memory
(the collecting process alone), and one of requests by operation.
Not handled: network latency and throttling of a real tenant.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["main"]

Json = dict[str, Any]
_GRAPH_ROLES = 60
_OWN_APIS = 25


def _id(kind: int, number: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def _secret(number: int) -> Json:
    return {
        "keyId": _id(9, number),
        "hint": "abc",
        "displayName": f"secret {number}",
        "startDateTime": "2025-01-01T00:00:00Z",
        "endDateTime": "2027-01-01T00:00:00Z",
        "customKeyIdentifier": None,
        "secretText": None,
    }


def _roles(api: int, number: int) -> list[Json]:
    return [
        {
            "id": _id(100 + api, each),
            "value": f"Thing{each}.Read.All",
            "displayName": f"Read all things {each}",
            "description": "Allows the app to read all things of the organization without a signed-in user. " * 2,
            "isEnabled": True,
            "allowedMemberTypes": ["Application"],
            "origin": "Application",
        }
        for each in range(number)
    ]


def _principals(number: int, applications: int) -> Iterator[Json]:
    for each in range(number):
        managed = each % 10 == 9
        path = f"/subscriptions/s/resourcegroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/m{each}"
        roles = _roles(each, _GRAPH_ROLES if each == 0 else 3) if each <= _OWN_APIS else []
        yield {
            "id": _id(1, each),
            "appId": _id(2, each),
            "displayName": f"workload {each} of the department that runs it",
            "createdDateTime": "2025-01-01T00:00:00Z",
            "servicePrincipalType": "ManagedIdentity" if managed else "Application",
            "accountEnabled": True,
            "homepage": None,
            "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
            "appOwnerOrganizationId": _id(7, 0 if each < applications else each % 50 + 1),
            "alternativeNames": ["isExplicit=True", path] if managed and each % 100 == 99 else [],
            "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
            "appRoles": roles,
            "oauth2PermissionScopes": [
                {
                    "id": _id(11, each),
                    "value": "user_impersonation",
                    "type": "User",
                    "isEnabled": True,
                    "adminConsentDescription": "Allow the application to access the workload on behalf of the user.",
                    "userConsentDescription": "Allow the application to access the workload on your behalf.",
                }
            ],
            "passwordCredentials": [_secret(each)] if each % 7 == 0 else [],
            "keyCredentials": [],
        }


def _applications(number: int) -> Iterator[Json]:
    for each in range(number):
        yield {
            "id": _id(3, each),
            "appId": _id(2, each),
            "displayName": f"workload {each} of the department that runs it",
            "createdDateTime": "2025-01-01T00:00:00Z",
            "signInAudience": "AzureADMyOrg",
            "publisherDomain": "nordlicht.example",
            "verifiedPublisher": {"displayName": None},
            "passwordCredentials": [_secret(10_000_000 + each * 2), _secret(10_000_001 + each * 2)],
            "keyCredentials": [],
            "servicePrincipalLockConfiguration": None,
        }


def _tenant(principals: int) -> Any:
    from tests.fakes.graph.tenant import GraphTenant

    applications, users, groups = principals // 2, principals, principals // 5
    tenant = GraphTenant(_id(7, 0))
    tenant.collections = {
        "organization": [{"id": tenant.id, "displayName": "Nordlicht", "verifiedDomains": []}],
        "servicePrincipals": list(_principals(principals, applications)),
        "applications": list(_applications(applications)),
        "users": [
            {
                "id": _id(4, each),
                "displayName": f"Person {each}",
                "userPrincipalName": f"person{each}@nordlicht.example",
                "accountEnabled": True,
                "userType": "Member",
                "createdDateTime": "2025-01-01T00:00:00Z",
                "onPremisesSyncEnabled": None,
            }
            for each in range(users)
        ],
        "groups": [
            {
                "id": _id(5, each),
                "displayName": f"Group {each}",
                "createdDateTime": "2025-01-01T00:00:00Z",
                "securityEnabled": True,
                "groupTypes": [],
                "isAssignableToRole": each % 20 == 0,
                "onPremisesSyncEnabled": None,
            }
            for each in range(groups)
        ],
        "oauth2PermissionGrants": [
            {
                "id": f"grant{each}",
                "clientId": _id(1, each),
                "consentType": "AllPrincipals",
                "principalId": None,
                "resourceId": _id(1, each % _OWN_APIS),
                "scope": "openid profile User.Read",
            }
            for each in range(applications)
        ],
        "roleManagement/directory/roleAssignments": [
            {
                "id": f"role{each}",
                "principalId": _id(5, each),
                "roleDefinitionId": _id(6, each % 30),
                "directoryScopeId": "/",
            }
            for each in range(0, groups, 20)
        ],
    }
    tenant.singles = {
        f"policies/{name}": {"id": name}
        for name in ("authorizationPolicy", "authenticationMethodsPolicy", "defaultAppManagementPolicy")
    }
    tenant.relations = _relations(principals, applications, groups)
    return tenant


def _relations(principals: int, applications: int, groups: int) -> dict[tuple[str, str], dict[str, list[Json]]]:
    assigned: dict[str, list[Json]] = {}
    for each in range(principals):
        for role in range(3):
            api = 0 if role < 2 else each % _OWN_APIS + 1
            assigned.setdefault(_id(1, api), []).append(
                {
                    "id": f"assignment{each}-{role}",
                    "principalId": _id(1, each),
                    "principalType": "ServicePrincipal",
                    "principalDisplayName": f"workload {each}",
                    "resourceId": _id(1, api),
                    "resourceDisplayName": f"workload {api}",
                    "appRoleId": _id(100 + api, (each + role) % 3),
                    "createdDateTime": "2025-01-01T00:00:00Z",
                }
            )
    return {
        ("servicePrincipals", "appRoleAssignedTo"): assigned,
        ("servicePrincipals", "owners"): {_id(1, each): [{"id": _id(4, each)}] for each in range(0, principals, 4)},
        ("applications", "owners"): {_id(3, each): [{"id": _id(4, each)}] for each in range(0, applications, 2)},
        ("applications", "federatedIdentityCredentials"): {
            _id(3, each): [
                {
                    "id": _id(8, each),
                    "name": "ci",
                    "issuer": "https://token.actions.githubusercontent.com",
                    "subject": f"repo:nordlicht/r{each}:ref:refs/heads/main",
                    "audiences": ["api://AzureADTokenExchange"],
                }
            ]
            for each in range(0, applications, 5)
        },
        # One group in ten is larger than an expansion shows.
        ("groups", "members"): {
            _id(5, each): [{"id": _id(4, member)} for member in range(150 if each % 10 == 0 else 8)]
            for each in range(groups)
        },
        ("groups", "owners"): {_id(5, each): [{"id": _id(4, each)}] for each in range(0, groups, 3)},
    }


def _serve(principals: int) -> int:
    from tests.fakes.graph.server import GraphServer

    with GraphServer(_tenant(principals)) as server:
        sys.stdout.write(json.dumps(server.environment) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


def _collect() -> int:
    from collectors.entra.collect import collect_entra
    from collectors.entra.session import EntraCollectSettings
    from collectors.evidence.writer import EvidenceWriter

    with tempfile.TemporaryDirectory() as folder:
        writer = EvidenceWriter(Path(folder) / "evidence", "benchmark", lambda: datetime.now(UTC))
        result = collect_entra(EntraCollectSettings(), writer)
        writer.finish()
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "calls": result.calls,
        "batched": result.batched,
        "retries": result.retries,
        "gaps": [f"{gap.operation}: {gap.reason}" for gap in result.gaps],
        "cpu": used.ru_utime + used.ru_stime,
        # Kilobytes, but bytes on macOS.
        "peak": used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        "evidence": size / (1 << 20),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.collect_entra", description="requests, time and memory of a collection"
    )
    parser.add_argument("--principals", type=int, default=10_000, help="service principals; half as many applications")
    parser.add_argument(
        "--serve", action="store_true", help="be the server: print its address, end with standard input"
    )
    parser.add_argument("--collect", action="store_true", help="be the collecting process")
    options = parser.parse_args(arguments)
    if options.serve:
        return _serve(options.principals)
    if options.collect:
        return _collect()
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "benchmarks.collect_entra"]
    serving = [*command, "--serve", "--principals", str(options.principals)]
    with subprocess.Popen(serving, stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        environment = {**os.environ, **json.loads(server.stdout.readline())}
        wall = time.perf_counter()
        ended = subprocess.run([*command, "--collect"], env=environment, stdout=pipe, text=True, check=True)
        wall = time.perf_counter() - wall
        server.stdin.close()
    found = json.loads(ended.stdout)
    requests = sum(sum(calls.values()) for calls in found["calls"].values())
    head = ("service principals", "applications", "requests", "inside batches", "wall s", "CPU s", "peak MiB", "gaps")
    row = (
        f"{options.principals:,}",
        f"{options.principals // 2:,}",
        f"{requests:,}",
        f"{found['batched']:,}",
        f"{wall:.1f}",
        f"{found['cpu']:.1f}",
        f"{found['peak']:.0f}",
        len(found["gaps"]),
    )
    _table(head, [row])
    sys.stdout.write(f"\nevidence: {found['evidence']:.1f} MiB\n\n")
    rows: list[tuple[str, int]] = [
        (name, number) for calls in found["calls"].values() for name, number in calls.items() if number > 1
    ]
    rows.sort(key=lambda row: (-row[1], row[0]))
    _table(("operation", "requests"), rows)
    for gap in found["gaps"]:
        sys.stdout.write(f"gap: {gap}\n")
    return 0


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    for cells in (head, ("---",) * len(head), *rows):
        sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")


if __name__ == "__main__":
    raise SystemExit(main())
