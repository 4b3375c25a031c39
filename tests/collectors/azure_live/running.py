"""Collect a world from the local Azure Resource Manager in a test: fixed times, no waiting, the default credentials.

Input: a folder, a server and settings. Output: the result and what is in the folder.
Not handled: the environment of the process; the ``arm`` fixture sets it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.azure.collect import AzureCollectResult, collect_azure
from collectors.azure.session import AzureCollectSettings
from collectors.evidence.writer import EvidenceWriter
from tests.worlds.azure import AzureWorldFiles, azure, subscription_id
from tests.worlds.entra import token

__all__ = ["NOW", "PROD", "TEST", "Waits", "collect", "coverage", "files", "gaps", "lines", "values", "world"]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PROD, TEST = subscription_id("prod"), subscription_id("test")


def world() -> AzureWorldFiles:
    """Return an Azure in which every operation has something to say."""
    return (
        azure()
        .management_group("corp")
        .management_group("sandbox", parent="corp")
        .subscription("prod", parent="corp", tags={"env": "prod"})
        .identity("deployer", federated=[token("repo:nordlicht/site:ref:main")])
        .vm("web", login=True, system=True)
        .vm("batch", os="Windows", identities=["deployer"])
        .scale_set("pool", system=True)
        .site("shop", references={"DB": ("corp-vault", "db")}, settings={"TOKEN": "hunter2"}, system=True)
        .logic_app("orders", system=True)
        .automation("ops", runbooks=["restart"], hybrid=["own machines"], run_as="runner", system=True)
        .cluster("aks", kubelet="deployer")
        .container_app("api", env=[{"name": "PASSWORD", "value": "hunter2"}], system=True)
        .container_app("nightly", job=True, system=True)
        .container_group("one", system=True)
        .place("factory", "etl", system=True)
        .place("workspace", "ml", system=True)
        .place("ai", "foundry", kind="AIServices", system=True)
        .line("cognitiveservices.accounts.projects", _inside("prod", "foundry"), _project("prod", "foundry", "agents"))
        .place("ai", "speech", kind="SpeechServices")
        .vault("corp-vault", rbac=False, policies={"alice": {"secrets": ["Get"]}}, secrets=["db"])
        .storage("data")
        .role_assignment("alice", "Owner", scope="mg:corp")
        .role_assignment("bob", "Reader", scope="root")
        .role_assignment("sp:deployer", "Contributor", scope="sub:prod")
        .role_assignment("sp:web", "Key Vault Administrator", scope="vault:corp-vault")
        .custom_role("Restarter", "Microsoft.Compute/virtualMachines/restart/action", scopes=("sub:prod",))
        .role_assignment("group:ops", "Restarter", scope="rg:rg")
        .custom_role("Local", "Microsoft.Web/sites/restart/action", scopes=("rg:rg",))
        .role_assignment("group:ops", "Local", scope="rg:rg")
        .role_assignment("bob", "Owner", scope="sub:prod", eligible=True)
        .role_assignment("carol", "Contributor", scope="mg:corp", eligible=True)
        .role_assignment("carol", "Reader", scope="sub:prod", activated=True, until="2026-12-01T00:00:00Z")
        .activation("Owner", scope="sub:prod", mfa=True, approvers=["alice"])
        .activation("Contributor", scope="mg:corp", mfa=True)
        .deny("stack", "*/delete", scope="rg:rg", excluded=["alice"])
        .subscription("test", parent="sandbox")
        .vm("scratch", system=True)
        .role_assignment("sp:scratch", "Contributor", scope="sub:test")
    )


def _inside(subscription: str, account: str) -> str:
    home = f"/subscriptions/{subscription_id(subscription)}/resourceGroups/rg/providers"
    return f"{home}/Microsoft.CognitiveServices/accounts/{account}"


def _project(subscription: str, account: str, name: str) -> dict[str, Any]:
    return {
        "id": f"{_inside(subscription, account)}/projects/{name}",
        "name": f"{account}/{name}",
        "type": "Microsoft.CognitiveServices/accounts/projects",
        "location": "westeurope",
        "identity": {"type": "SystemAssigned", "principalId": "99999999-0000-4000-8000-000000000001"},
        "properties": {},
    }


@dataclass
class Waits:
    """A clock that only waiting moves."""

    slept: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        """Note a wait."""
        with self.lock:
            self.slept.append(seconds)

    def monotonic(self) -> float:
        """Return the seconds that were waited."""
        with self.lock:
            return sum(self.slept)


def collect(
    folder: Path,
    *,
    finish: bool = True,
    waits: Waits | None = None,
    progress: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> AzureCollectResult:
    """Collect into a folder; waiting takes no time."""
    writer = EvidenceWriter(folder, "test", lambda: NOW)
    clock = waits or Waits()
    try:
        result = collect_azure(
            AzureCollectSettings(**settings),
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


def coverage(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the manifest's coverage records by scope and operation."""
    records = json.loads((folder / "manifest.json").read_bytes())["coverage"]
    return {(record["scope"], record["operation"]): record for record in records}


def values(folder: Path, scope: str, name: str) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    found: list[dict[str, Any]] = json.loads((folder / "azure" / scope / f"{name}.json").read_bytes())["value"]
    return found


def lines(folder: Path, scope: str, name: str) -> dict[str, Any]:
    """Return the answers about each object, errors as their codes."""
    found = {}
    for text in (folder / "azure" / scope / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        found[line["request"]["id"]] = line["response"]["value"] if "response" in line else line["error"]["code"]
    return found


def gaps(result: AzureCollectResult) -> set[tuple[str, str]]:
    """Return scope and operation of each gap."""
    return {(gap.scope, gap.operation) for gap in result.gaps}
