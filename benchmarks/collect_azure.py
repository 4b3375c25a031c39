"""Calls, time and memory of one collection of Azure: ``python -m benchmarks.collect_azure``.

Input: a made-up Azure behind the local Resource Manager of the tests, in a process of its own; the collection runs in
another, with Microsoft's own pipeline. Output: a Markdown table of calls, wall (both processes) and CPU and peak memory
(the collecting process alone), and one of calls by operation.
Not handled: network latency and throttling of a real Azure.
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
_BUILT_IN, _CUSTOM, _GROUPS, _ELIGIBLE = 800, 30, 20, 50
_AUTHORIZATION = "/providers/Microsoft.Authorization"
_ABOVE = "/providers/Microsoft.Management/managementGroups"
_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"

_MIX = (
    ("compute.virtualMachines", "Microsoft.Compute/virtualMachines", 15),
    ("web.sites", "Microsoft.Web/sites", 10),
    ("managedidentity.userAssignedIdentities", _IDENTITIES, 6),
    ("keyvault.vaults", "Microsoft.KeyVault/vaults", 4),
    ("storage.storageAccounts", "Microsoft.Storage/storageAccounts", 12),
    ("logic.workflows", "Microsoft.Logic/workflows", 3),
    ("automation.automationAccounts", "Microsoft.Automation/automationAccounts", 1),
    ("containerservice.managedClusters", "Microsoft.ContainerService/managedClusters", 1),
    ("", "Microsoft.Network/networkInterfaces", 24),
    ("", "Microsoft.Compute/disks", 24),
)
"""Operation that lists it, if any, its type, and how many of a hundred resources are of it."""


def _id(kind: int, number: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def _resource(home: str, kind: str, number: int) -> Json:
    return {
        "id": f"{home}/resourceGroups/group-{number % 40}/providers/{kind}/thing-{number}",
        "name": f"thing-{number}",
        "type": kind,
        "location": "westeurope",
        "tags": {"owner": f"team-{number % 30}@nordlicht.example", "environment": "prod", "costcenter": "4711"},
    }


def _whole(row: Json, kind: str, number: int) -> Json:
    """Return a resource as the list of its own type has it."""
    facts: Json = {"provisioningState": "Succeeded", "tenantId": _id(7, 0), "timeCreated": "2025-01-01T00:00:00Z"}
    if kind.endswith("virtualMachines"):
        facts["storageProfile"] = {
            "osDisk": {"osType": "Linux", "managedDisk": {"id": f"{row['id']}-disk"}},
            "imageReference": {"publisher": "canonical", "offer": "ubuntu", "sku": "server", "version": "latest"},
        }
        facts["networkProfile"] = {"networkInterfaces": [{"id": f"{row['id']}-nic"}]}
    if kind == _IDENTITIES:
        facts |= {"principalId": _id(1, number), "clientId": _id(2, number)}
    if kind.endswith("vaults"):
        facts |= {"enableRbacAuthorization": number % 2 == 0, "vaultUri": f"https://thing-{number}.vault.azure.net/"}
        facts["accessPolicies"] = [
            {"tenantId": _id(7, 0), "objectId": _id(1, each), "permissions": {"secrets": ["get", "list"], "keys": []}}
            for each in range(0 if number % 2 == 0 else 8)
        ]
    identity = {"type": "SystemAssigned", "principalId": _id(3, number), "tenantId": _id(7, 0)}
    return row | {"properties": facts} | ({"identity": identity} if kind != _IDENTITIES else {})


def _definitions() -> Iterator[Json]:
    for each in range(_BUILT_IN + _CUSTOM):
        custom = each >= _BUILT_IN
        yield {
            "id": f"{_AUTHORIZATION}/roleDefinitions/{_id(6, each)}",
            "name": _id(6, each),
            "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {
                "roleName": f"Role {each}",
                "type": "CustomRole" if custom else "BuiltInRole",
                "description": "Lets you manage everything of a thing, but not access to it. " * 2,
                "assignableScopes": [f"{_ABOVE}/{_id(7, 0)}"] if custom else ["/"],
                "permissions": [
                    {
                        "actions": [f"Microsoft.Thing{each}/part{part}/*" for part in range(12)],
                        "notActions": [],
                        "dataActions": [],
                        "notDataActions": [],
                    }
                ],
            },
        }


def _assignment(kind: str, home: str, place: str, number: int) -> Json:
    return {
        "id": f"{place}{_AUTHORIZATION}/{kind}/{_id(8, number)}",
        "name": _id(8, number),
        "type": f"Microsoft.Authorization/{kind}",
        "properties": {
            "roleDefinitionId": f"{home}{_AUTHORIZATION}/roleDefinitions/{_id(6, number % 60)}",
            "principalId": _id(1, number % 3_000),
            "principalType": "ServicePrincipal",
            "scope": place,
            "condition": None,
            "conditionVersion": None,
            "createdOn": "2025-01-01T00:00:00.0000000Z",
            "updatedOn": "2025-01-01T00:00:00.0000000Z",
            "createdBy": _id(4, 1),
            "updatedBy": _id(4, 1),
            "delegatedManagedIdentityResourceId": None,
            "description": None,
        },
    }


def _azure(subscriptions: int, resources: int, assignments: int) -> Any:
    from tests.fakes.arm.azure import ArmWorld

    world = ArmWorld(_id(7, 0))
    root = f"{_ABOVE}/{world.tenant}"
    for each in range(_GROUPS):
        identity = root if not each else f"{_ABOVE}/group-{each}"
        facts = {"tenantId": world.tenant, "displayName": f"Group {each}"}
        kind = "Microsoft.Management/managementGroups"
        world.groups.append({"id": identity, "name": identity.rpartition("/")[2], "type": kind, "properties": facts})
        if each:
            world.parents[identity] = root if each < 5 else f"{_ABOVE}/group-{each // 4}"
    world.definitions = list(_definitions())
    for number in range(subscriptions):
        guid = _id(5, number)
        home = f"/subscriptions/{guid}"
        world.parents[home] = f"{_ABOVE}/group-{number % (_GROUPS - 1) + 1}"
        world.subscriptions.append(
            {
                "id": home,
                "subscriptionId": guid,
                "tenantId": world.tenant,
                "displayName": f"sub {number}",
                "state": "Enabled",
            }
        )
        _fill(world, guid, home, number, resources // subscriptions, assignments // subscriptions)
    return world


def _fill(world: Any, guid: str, home: str, number: int, resources: int, assignments: int) -> None:
    rows: list[Json] = []
    for name, kind, share in _MIX:
        for _ in range(resources * share // 100):
            at = number * 1_000_000 + len(rows)
            row = _resource(home, kind, at)
            rows.append(row)
            if name:
                world.lists.setdefault((guid, name), []).append(_whole(row, kind, at))
            _objects(world, guid, name, row, at)
    world.lists[guid, "resources"] = rows
    world.lists[guid, "resourceGroups"] = [
        {
            "id": f"{home}/resourceGroups/group-{each}",
            "name": f"group-{each}",
            "type": "Microsoft.Resources/resourceGroups",
        }
        for each in range(40)
    ]
    places = [home, *(row["id"] for row in rows)]
    for each in range(assignments):
        place = places[each % len(places)] if each % 3 else home
        row = _assignment("roleAssignments", home, place, number * 1_000_000 + each)
        world.access.setdefault("authorization.roleAssignments", []).append(row)
    for each in range(_ELIGIBLE):
        kind = "roleEligibilityScheduleInstances"
        row = _assignment(kind, home, f"{home}/resourceGroups/group-{each % 10}", number * 1_000_000 + each // 10 * 60)
        world.access.setdefault(f"authorization.{kind}", []).append(row)


def _objects(world: Any, guid: str, name: str, row: Json, at: int) -> None:
    own = str(row["id"]).lower()
    if name == "compute.virtualMachines" and at % 2:
        world.lists[guid, name][-1]["resources"] = [{"id": f"{row['id']}/extensions/monitor"}]
        facts = {"publisher": "Microsoft.Azure.Monitor", "type": "AzureMonitorLinuxAgent", "typeHandlerVersion": "1.0"}
        world.objects["compute.virtualMachines.extensions", own] = [
            {"id": f"{row['id']}/extensions/monitor", "name": "monitor", "properties": facts}
        ]
    if name == "keyvault.vaults":
        world.objects["keyvault.vaults.secrets", own] = [
            {"id": f"{row['id']}/secrets/s{each}", "name": f"s{each}", "properties": {}} for each in range(12)
        ]


def _serve(subscriptions: int, resources: int, assignments: int) -> int:
    from tests.fakes.arm.server import ArmServer

    with ArmServer(_azure(subscriptions, resources, assignments)) as server:
        sys.stdout.write(json.dumps(server.environment) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


def _collect() -> int:
    from collectors.azure.collect import collect_azure
    from collectors.azure.session import AzureCollectSettings
    from collectors.evidence.writer import EvidenceWriter

    with tempfile.TemporaryDirectory() as folder:
        writer = EvidenceWriter(Path(folder) / "evidence", "benchmark", lambda: datetime.now(UTC))
        result = collect_azure(AzureCollectSettings(), writer)
        writer.finish()
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "calls": result.calls,
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
        prog="python -m benchmarks.collect_azure", description="calls, time and memory of a collection"
    )
    parser.add_argument("--subscriptions", type=int, default=10)
    parser.add_argument("--resources", type=int, default=20_000, help="in all subscriptions together")
    parser.add_argument("--assignments", type=int, default=20_000, help="role assignments in all of them together")
    parser.add_argument(
        "--serve", action="store_true", help="be the server: print its address, end with standard input"
    )
    parser.add_argument("--collect", action="store_true", help="be the collecting process")
    options = parser.parse_args(arguments)
    if options.serve:
        return _serve(options.subscriptions, options.resources, options.assignments)
    if options.collect:
        return _collect()
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "benchmarks.collect_azure"]
    sizes = ("subscriptions", "resources", "assignments")
    given = [text for name in sizes for text in (f"--{name}", str(getattr(options, name)))]
    with subprocess.Popen([*command, "--serve", *given], stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        environment = {**os.environ, **json.loads(server.stdout.readline())}
        wall = time.perf_counter()
        ended = subprocess.run([*command, "--collect"], env=environment, stdout=pipe, text=True, check=True)
        wall = time.perf_counter() - wall
        server.stdin.close()
    found = json.loads(ended.stdout)
    calls = sum(sum(each.values()) for each in found["calls"].values())
    head = (*sizes, "calls", "wall s", "CPU s", "peak MiB", "gaps")
    row = (
        *(f"{getattr(options, name):,}" for name in sizes),
        f"{calls:,}",
        f"{wall:.1f}",
        f"{found['cpu']:.1f}",
        f"{found['peak']:.0f}",
        len(found["gaps"]),
    )
    _table(head, [row])
    sys.stdout.write(f"\nevidence: {found['evidence']:.1f} MiB\n\n")
    by_name: list[tuple[str, int]] = [pair for each in found["calls"].values() for pair in each.items()]
    by_name.sort(key=lambda pair: (-pair[1], pair[0]))
    _table(("operation", "calls"), by_name)
    for gap in found["gaps"]:
        sys.stdout.write(f"gap: {gap}\n")
    return 0


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    for cells in (head, ("---",) * len(head), *rows):
        sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")


if __name__ == "__main__":
    raise SystemExit(main())
