"""Collect a world from the local Graph in a test: fixed times, no waiting, the default credential chain.

Input: a folder, a server and settings. Output: the result and what is in the folder.
Not handled: the environment of the process; the ``graph`` fixture sets it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.entra.collect import EntraCollectResult, collect_entra
from collectors.entra.graph_calls import CALLS
from collectors.entra.operations import OPERATIONS
from collectors.entra.session import EntraCollectSettings
from collectors.evidence.writer import EvidenceWriter
from tests.worlds.entra import EntraWorldFiles, entra, oid, secret, token

__all__ = ["NOW", "Waits", "collect", "completed", "coverage", "files", "gaps", "lines", "values", "world"]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SINGLES = (
    "policies.authorizationPolicy",
    "policies.authenticationMethodsPolicy",
    "policies.defaultAppManagementPolicy",
)
_ASKED_OF = {
    "groups.members": "groups",
    "groups.owners": "groups",
    "directory.administrativeUnits.members": "directory.administrativeUnits",
    "applications.owners": "applications",
    "applications.federatedIdentityCredentials": "applications",
    "servicePrincipals.owners": "servicePrincipals",
}
_KINDS = {
    "applications": ("applications.microsoft.graph.agentIdentityBlueprint",),
    "servicePrincipals": (
        "servicePrincipals.microsoft.graph.agentIdentity",
        "servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal",
    ),
}


def world() -> EntraWorldFiles:
    """Return a tenant in which every operation has something to say."""
    return completed(
        entra()
        .user("alice")
        .user("bob", guest=True)
        .user("carol", enabled=False)
        .app("deploy", owners=["alice"], secrets=[secret("deploy")], federated=[token("repo:nordlicht/site:ref:main")])
        .app("billing", sp_owners=["bob"], lock={"isEnabled": True, "allProperties": True})
        .app("reader")
        .sp("vendor app")
        .sp("own api", roles=["Orders.Read"])
        .managed_identity("worker")
        .grants("deploy", "Application.ReadWrite.All")
        .grants("worker", "RoleManagement.ReadWrite.Directory")
        .grants("reader", "Orders.Read", api="own api")
        .consent("vendor app", "openid Directory.ReadWrite.All")
        .consent("deploy", "User.Read", user="alice")
        .group("ops", "alice", "sp:deploy", owners=["carol"], role_assignable=True)
        .group("everybody", "alice", "bob")
        .unit("north", "alice", restricted=True)
        .role("alice", "Global Administrator", eligible=True)
        .role("group:ops", "Application Administrator")
        .role("sp:billing", "User Administrator", until="2026-12-01T00:00:00Z", activated=True)
        .custom_role("Keys", "microsoft.directory/applications/credentials/update")
        .activation("Global Administrator", mfa=True, approvers=["bob"])
        .group_eligible("bob", "ops", "owner")
        .blueprint("factory", owners=["alice"], secrets=[secret("factory")], inherits=["own api"])
        .agent("agent one", "factory", sponsors=["alice"])
        .agent_user("robot", "agent one")
        .passes(True)
    )


def completed(files: EntraWorldFiles) -> EntraWorldFiles:
    """Return the world as Graph shows it: a null for each selected field, an answer about each object.

    Worlds write what a test needs; a field that a world leaves out would read as one that was not asked for.
    """
    for name, call in CALLS.items():
        for item in files.lists.get(name, ()):
            for each in () if call.cut_here else call.fields:
                item.setdefault(each, None)
        if name == "users.microsoft.graph.agentUser":
            for item in files.lists.get(name, ()):
                item.setdefault("sponsors", [])
    for name, base in _ASKED_OF.items():
        for listed in (base, *_KINDS.get(base, ())):
            for item in files.lists.get(listed, ()):
                files.line(name, item["id"])
    for consent in files.lists.get("oauth2PermissionGrants", ()):
        files.line("servicePrincipals.delegatedPermissionClassifications", consent["resourceId"])
    for name in SINGLES:
        files.singles.setdefault(name, {"id": name.rpartition(".")[2]})
    return files


@dataclass
class Waits:
    """A clock that only waiting moves."""

    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        """Note a wait."""
        self.slept.append(seconds)

    def monotonic(self) -> float:
        """Return the seconds that were waited."""
        return sum(self.slept)


def collect(
    folder: Path,
    *,
    finish: bool = True,
    waits: Waits | None = None,
    progress: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> EntraCollectResult:
    """Collect into a folder; waiting takes no time."""
    writer = EvidenceWriter(folder, "test", lambda: NOW)
    clock = waits or Waits()
    try:
        result = collect_entra(
            EntraCollectSettings(**settings),
            writer,
            progress,
            clock=lambda: NOW,
            sleep=clock.sleep,
            monotonic=clock.monotonic,
        )
    except BaseException:
        writer.close()
        raise
    if finish and not result.stopped:
        writer.finish()
    else:
        writer.close()
    return result


def files(folder: Path) -> dict[str, bytes]:
    """Return every file's content by its path below the folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def coverage(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the manifest's coverage records by operation."""
    records = json.loads((folder / "manifest.json").read_bytes())["coverage"]
    return {record["operation"]: record for record in records}


def values(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    path = next(folder.glob(f"entra/*/{name}.json"))
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["value"]
    return found


def lines(folder: Path, name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the answers about each object, errors as their codes."""
    found = {}
    for text in next(folder.glob(f"entra/*/{name}.jsonl")).read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        found[line["request"]["id"]] = line["response"]["value"] if "response" in line else line["error"]["code"]
    return found


def gaps(result: EntraCollectResult) -> set[str]:
    """Return the operations that are gaps."""
    return {gap.operation for gap in result.gaps}


def asked_by_default() -> Iterable[str]:
    """Return the operations of a collection without options."""
    return [name for name, operation in OPERATIONS.items() if not operation.opt_in]


__all__ += ["asked_by_default", "oid"]
