"""Ask azath (MIT) which principals reach Owner of a scope, on the evidence of a small tenant.

Input: a JSON file: list of ``name``, ``entra`` and ``azure`` folders, ``scopes`` (subscription ids), ``claims`` with
``subject`` and ``places`` (resource ids of the target and of what is above it). Output: one JSON line a claim.
Not handled: its reports and language models.

Its own collectors read the evidence: Microsoft Graph through its reader protocol, Resource Manager through the SDK's
own models. Runs in the tool's environment and imports nothing of the project.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class Graph:
    """Microsoft Graph, answered from evidence."""

    def __init__(self, folder: Path) -> None:
        """Read every operation."""
        self.lists = {each.stem: json.loads(each.read_text()).get("value", []) for each in folder.glob("*.json")}
        self.lines: dict[str, dict[str, list[Any]]] = {}
        for each in folder.glob("*.jsonl"):
            rows = (json.loads(line) for line in each.read_text().splitlines())
            self.lines[each.stem] = {row["request"]["id"]: row["response"]["value"] for row in rows}

    def get_one(self, path: str) -> dict[str, Any]:
        """Return the service principal of an application id."""
        found = re.search(r"appId='([^']+)'", path)
        app = found.group(1) if found else ""
        return next(each for each in self.lists["servicePrincipals"] if each["appId"] == app)

    def paged(self, path: str, select: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield what a list of the directory answers."""
        plain = path.split("?", 1)[0].strip("/")
        parts = plain.split("/")
        if parts[0] == "directoryRoles":
            yield from self._roles(parts)
        elif "$filter=appId eq" in path:
            app = path.rsplit("'", 2)[1]
            yield from (each for each in self.lists["applications"] if each["appId"] == app)
        elif len(parts) == 1:
            yield from self.lists.get(parts[0], [])
        else:
            yield from self.lines.get(f"{parts[0]}.{parts[2]}", {}).get(parts[1], [])

    def _roles(self, parts: list[str]) -> Iterator[dict[str, Any]]:
        assigned = [
            each for each in self.lists["roleManagement.directory.roleAssignments"] if each["directoryScopeId"] == "/"
        ]
        if len(parts) == 1:
            for each in self.lists["roleManagement.directory.roleDefinitions"]:
                yield {"id": each["id"], "displayName": each["displayName"], "roleTemplateId": each["templateId"]}
        else:
            yield from ({"id": each["principalId"]} for each in assigned if each["roleDefinitionId"] == parts[1])


def _arm(folder: Path) -> Any:
    """Return a stand-in for the SDK's client whose answers are the SDK's own models."""
    from azure.mgmt.authorization.v2022_04_01 import models

    def values(name: str, model: Any) -> list[Any]:
        found = json.loads((folder / f"authorization.{name}.json").read_text())["value"]
        return [model.deserialize(each) for each in found]

    return SimpleNamespace(
        role_definitions=SimpleNamespace(list=lambda _: values("roleDefinitions", models.RoleDefinition)),
        role_assignments=SimpleNamespace(
            list_for_subscription=lambda: values("roleAssignments", models.RoleAssignment)
        ),
    )


def _findings(case: dict[str, Any], subscription: str) -> list[Any]:
    from azath import pipeline  # type: ignore[import-not-found]
    from azath.collectors import rbac, resources  # type: ignore[import-not-found]

    folder = Path(case["azure"]) / subscription
    rows = json.loads((folder / "resources.json").read_text())["value"]
    pipeline.GraphClient = lambda _: Graph(Path(case["entra"]))
    rbac.AuthorizationManagementClient = lambda *_: _arm(folder)
    resources._rows = lambda *_: [each for each in rows if each.get("identity")]
    settings = SimpleNamespace(azure_subscription_id=subscription, azure_tenant_id="")
    snapshot = pipeline.collect_snapshot(settings, None)
    if snapshot.errors:
        raise RuntimeError("; ".join(snapshot.errors)[:200])
    found: list[Any] = pipeline.analyze(snapshot)
    return found


def main() -> None:
    """Answer every claim of the file that the first argument names."""
    for case in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        try:
            findings = [each for scope in case["scopes"] for each in _findings(case, scope)]
        except Exception as wrong:
            findings, note = [], f"{type(wrong).__name__}: {wrong}"
        else:
            note = ""
        for claim in case["claims"]:
            reached = any(
                each.source_principal.id == claim["subject"]
                and each.target_privilege.startswith("Owner")
                and (each.scope.rstrip("/").lower() or "/") in claim["places"]
                for each in findings
            )
            verdict = "error" if note else "yes" if reached else "no"
            print(json.dumps({"case": case["name"], "claim": claim["index"], "verdict": verdict, "note": note}))


if __name__ == "__main__":
    main()
