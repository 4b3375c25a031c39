"""Collect a world from the local GitHub in a test: fixed times, no waiting, an app's key.

Input: a folder, a server and settings. Output: the result and what is in the folder.
Not handled: the environment of the process; the ``hub`` fixture sets it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.evidence.writer import EvidenceWriter
from collectors.github.collect import GitHubCollectResult, collect_github
from collectors.github.session import GitHubCollectSettings
from tests.worlds.github import ORG, GitHubWorldFiles, github

__all__ = ["NOW", "Waits", "answers", "collect", "coverage", "errors", "files", "gaps", "world"]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DEPLOY = """
on: push
permissions: { id-token: write }
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: prod
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh ${{ secrets.DEPLOY }}
"""
CHECK = "on: pull_request\njobs:\n  test:\n    runs-on: [self-hosted]\n    steps:\n      - run: make test\n"


def world() -> GitHubWorldFiles:
    """Return an organization in which every operation has something to say."""
    files = (
        github()
        .base("read")
        .owner("olga")
        .user("bob", "carol", "dave")
        .repo("app", pushed_at="2026-05-01T00:00:00Z")
        .access("bob", "write")
        .access("dave", "admin")
        .branch("main", approvals=2, checks=True, bypass=["bob"])
        .branch("release", pushers=["team:ops"], approvals=1)
        .branch("topic", protected=False)
        .environment("prod", reviewers=["olga"], branches=["main"])
        .environment("test")
        .secret("DEPLOY")
        .secret("CLOUD", environment="prod")
        .deploy_key(7)
        .deploy_key(8, write=False)
        .runner(1, labels=["gpu"])
        .workflow("deploy.yml", DEPLOY)
        .workflow("check.yaml", CHECK)
        .repo("site", visibility="public")
        .branch("main", protected=False)
        .workflow("check.yml", CHECK)
        .subject(use_default=False, include_claim_keys=["repo"])
        .repo("notes")
        .branch("main", protected=False)
        .secret("FORGOTTEN")
        .repo("old", archived=True)
        .deploy_key(9)
        .team("ops", "carol", "dave", app="write", site="read")
        .team("leads", "olga", parent="ops", app="admin")
        .org_secret("SHARED")
        .org_secret("CHOSEN", visibility="selected", repos=["app"])
        .org_runner(3, visibility="all", public=True)
        .app(21, contents="write", workflows="write")
        .token(31, "bob", repos=["app"], contents="write")
        .token(32, "carol", metadata="read")
    )
    # In an archived repository nothing runs, and nobody asks what its tokens would say.
    subjects = files.calls["actions.get-custom-oidc-sub-claim-for-repo"]
    subjects[:] = [row for row in subjects if row[0]["repo"] != "old"]
    files._list("orgs.list-outside-collaborators", login="eve", id=77)
    files._list("actions.list-org-variables", name="REGION", value="eu")
    actions = "actions.get-github-actions"
    files.single(f"{actions}-permissions-organization", enabled_repositories="all")
    files.single(
        f"{actions}-default-workflow-permissions-organization",
        default_workflow_permissions="read",
        can_approve_pull_request_reviews=False,
    )
    files.single("oidc.get-oidc-custom-sub-template-for-org", include_claim_keys=["repo", "context"])
    for name in ("app", "site", "notes"):
        files._call(f"{actions}-permissions-repository", {"enabled": True}, owner=ORG, repo=name)
    hook = {
        "id": 1,
        "name": "web",
        "active": True,
        "events": ["push"],
        "config": {
            "url": "https://ci:pa55@hooks.example.com/T0/s3cr3t?key=abc",
            "insecure_ssl": "1",
            "secret": "********",
        },
    }
    files._list("orgs.list-webhooks", **hook)
    files._call("repos.list-webhooks", [hook | {"id": 2, "events": ["release"]}], owner=ORG, repo="app")
    files._call("actions.list-repo-variables", [{"name": "LEVEL", "value": "7"}], owner=ORG, repo="app")
    files._call(
        "actions.list-environment-variables", [{"name": "STAGE"}], owner=ORG, repo="app", environment_name="prod"
    )
    return files


@dataclass
class Waits:
    """A clock that only waiting moves."""

    slept: list[float] = field(default_factory=list)
    told: Callable[[float], None] = lambda seconds: None
    """Hears of every wait."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        """Note a wait."""
        with self.lock:
            self.slept.append(seconds)
        self.told(seconds)

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
) -> GitHubCollectResult:
    """Collect into a folder; waiting takes no time."""
    writer = EvidenceWriter(folder, "test", lambda: NOW)
    clock = waits or Waits()
    try:
        result = collect_github(
            GitHubCollectSettings(**{"calls_a_minute": 0, **settings}),
            writer,
            progress,
            clock=lambda: NOW,
            sleep=clock.sleep,
            monotonic=clock.monotonic,
            jitter=lambda: 0.5,
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


def _lines(folder: Path, name: str) -> list[dict[str, Any]]:
    path = folder / "github" / ORG / f"{name}.jsonl"
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]


def answers(folder: Path, name: str) -> list[tuple[dict[str, Any], Any]]:
    """Return request and answer of each answered line."""
    return [(line["request"], line["response"]) for line in _lines(folder, name) if "response" in line]


def errors(folder: Path, name: str) -> list[tuple[dict[str, Any], str]]:
    """Return request and code of each refused line."""
    return [(line["request"], line["error"]["code"]) for line in _lines(folder, name) if "error" in line]


def gaps(result: GitHubCollectResult) -> set[str]:
    """Return the operation of each gap."""
    return {gap.operation for gap in result.gaps}
