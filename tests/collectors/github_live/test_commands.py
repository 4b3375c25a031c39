"""`nhi collect github`, `nhi scan github`, `--estimate`: what they print, leave behind and exit with."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from collectors.evidence.reader import read_evidence
from collectors.github.estimate import estimate_calls
from collectors.github.session import GitHubCollectSettings
from collectors.github.to_records import to_records
from nhigraph.cli import app
from tests.collectors.github_live.conftest import Hub
from tests.collectors.github_live.running import answers, collect, world
from tests.worlds.github import ORG

client = [pytest.mark.needs_github, pytest.mark.usefixtures("quick_writes")]
TOKEN = "github_pat_" + "b" * 82


def served() -> Any:
    from tests.fakes.github.organization import organization_of

    return organization_of(world())


def run(home: Path, *arguments: str, given: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*arguments, "--workspace", str(home)], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return 2, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


def marked(function: Any) -> Any:
    for mark in client:
        function = mark(function)
    return function


@marked
def test_collect_then_build(hub: Hub, tmp_path: Path) -> None:
    hub(served())
    code, output, told = run(tmp_path, "collect", "github")
    assert code == 0, told
    folder = tmp_path / "evidence" / f"github-{ORG}"
    assert output == f"{folder}\n"
    assert f"collected github account {ORG}: " in told
    assert "GraphQL 8, REST " in told
    assert run(tmp_path, "build", str(folder))[0] == 0
    code, output, told = run(tmp_path, "inventory", "--format", "csv")
    assert code == 0, told
    assert "workflows of acme/app" in output
    assert "github.list" not in told


@marked
def test_a_gap_is_exit_3(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.permissions -= {"secrets"}
    code, _, told = run(tmp_path, "collect", "github")
    assert code == 3
    assert "gap: acme actions.list-repo-secrets: 403: 3 of 3 objects" in told
    assert "(needs repository secrets: read)" in told
    assert run(tmp_path, "scan", "github")[0] == 3
    assert run(tmp_path, "scan", "github", "--allow-incomplete")[0] == 0


@marked
def test_a_scan_names_the_organization(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    assert run(tmp_path, "scan", "github", "--organization", ORG, "--depth", "essential")[0] == 0
    essential = len(server.log)
    assert run(tmp_path, "scan", "github", "--organization", ORG, "--depth", "full")[0] == 0
    assert len(server.log) - essential > essential
    assert run(tmp_path, "scan", "github", "--organization", "elsewhere")[0] == 2


@marked
def test_parts_that_are_left_out_are_no_gap(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    code, _, told = run(
        tmp_path, "collect", "github", "--without", "actions", "--without", "teams", "--depth", "essential"
    )
    assert code == 0, told
    paths = {each.target.partition("?")[0] for each in server.log}
    assert not [path for path in paths if "/actions/" in path and "oidc" not in path]


@marked
def test_the_estimate_is_what_is_then_made(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.organization.single["orgs.get"].update(public_repos=1, total_private_repos=3)
    code, output, told = run(tmp_path, "collect", "github", "--estimate")
    assert code == 0, told
    assert [each.operation for each in server.log if each.operation not in ("installation", "token")] == [
        "orgs.get",
        "rate_limit",
    ]
    assert "REST: about " in told
    assert "calls left of the rate budget" in told
    assert "GraphQL: about 8 calls; 5000 points left of the rate budget" in told
    assert "graphql.repository-branches" in output
    result = collect(tmp_path / "run")
    estimate = estimate_calls(GitHubCollectSettings(), tmp_path / "run")
    last = {row.operation: row.calls for row in estimate.rows if row.bound == "last time"}
    made = result.calls["REST"]
    assert {name: made.get(name) for name in last} == last
    before = {
        row.operation: row.calls for row in estimate_calls(GitHubCollectSettings()).rows if row.bound == "at most"
    }
    assert all(made.get(name, 0) <= most for name, most in before.items())


@marked
def test_earlier(hub: Hub, tmp_path: Path) -> None:
    hub(served())
    assert run(tmp_path, "collect", "github", "-o", str(tmp_path / "one"))[0] == 0
    code, _, told = run(tmp_path, "collect", "github", "-o", str(tmp_path / "two"), "--earlier", str(tmp_path / "one"))
    assert code == 0
    assert " unchanged, " in told
    code, _, told = run(tmp_path, "collect", "github", "-o", str(tmp_path / "two"), "--earlier", str(tmp_path / "two"))
    assert code == 2
    assert "is the folder that is written" in told
    assert answers(tmp_path / "two", "repos.list-for-org")


@marked
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--depth", "deep"), "unknown depth `deep`; known: essential, usual, full"),
        (("--without", "people"), "unknown part of GitHub to leave out: people; known: orgs, teams"),
        (("--organization", "no org"), "`no org` is no login of an organization"),
        (("--tenant", "x"), "`github` has no --tenant"),
        (("--region", "x"), "`github` has no --region"),
    ],
)
def test_wrong_use_is_one_line(hub: Hub, tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    hub(served())
    code, output, text = run(tmp_path, "collect", "github", *arguments)
    assert (code, output) == (2, "")
    assert told in text


@marked
def test_no_credentials(no_github: None, tmp_path: Path) -> None:
    code, output, told = run(tmp_path, "collect", "github")
    assert (code, output) == (2, "")
    assert told.startswith("no credentials of GitHub")
    assert not (tmp_path / "evidence").exists()


@marked
def test_a_leaked_token_is_known_by_the_digest_of_the_audit_log(hub: Hub, tmp_path: Path) -> None:
    digest = base64.b64encode(hashlib.sha256(TOKEN.encode()).digest()).decode()
    organization = served()
    event = {
        "@timestamp": 1_780_000_000_000,
        "action": "git.clone",
        "actor": "bob",
        "actor_ip": "192.0.2.7",
        "hashed_token": digest,
        "programmatic_access_type": "Fine-grained personal access token",
        "token_id": 31,
    }
    classic = {**event, "programmatic_access_type": "Personal access token (classic)", "token_id": 77, "actor": "Carol",
               "hashed_token": "x", "token_scopes": "repo, workflow"}  # fmt: skip
    browser = {"@timestamp": 1, "action": "repo.create", "actor": "olga"}
    machine = {**event, "programmatic_access_type": "GitHub App server-to-server token", "token_id": 5}
    organization.lists["orgs.get-audit-log", ""] = [event, classic, browser, machine]
    server = hub(organization)
    folder = tmp_path / "run"
    code, _, told = run(tmp_path, "collect", "github", "-o", str(folder), "--audit-log", "7")
    assert code == 0, told
    assert any("phrase=created%3A%3E%3D" in each.target and "include=all" in each.target for each in server.log)
    text = (folder / "github" / ORG / "orgs.get-audit-log.jsonl").read_text(encoding="utf-8")
    assert "192.0.2.7" not in text
    assert "repo.create" not in text
    [found] = to_records(read_evidence([folder])).organizations
    tokens = {(each.kind, each.id): each for each in found.tokens}
    assert tokens.keys() == {("fine-grained", 31), ("fine-grained", 32), ("classic", 77)}
    assert tokens["fine-grained", 31].digest == digest
    assert tokens["fine-grained", 31].last_used_at == "2026-05-28T20:26:40Z"
    assert tokens["fine-grained", 31].seen_only is False
    assert (tokens["classic", 77].owner, tokens["classic", 77].scopes) == ("carol", ("repo", "workflow"))
    assert run(tmp_path, "build", str(folder))[0] == 0
    code, output, told = run(tmp_path, "leak", "--format", "json", given=TOKEN)
    assert code == 0, told
    [match] = json.loads(output)["credentials"]
    assert (match["credential"], match["matched_by"]) == ("github:token:fine-grained:31", "digest")
    assert TOKEN not in output


@marked
def test_a_log_that_is_too_long_is_a_gap_and_kept(hub: Hub, tmp_path: Path) -> None:
    organization = served()
    event = {"@timestamp": 1, "hashed_token": "d", "programmatic_access_type": "x", "token_id": 1}
    organization.lists["orgs.get-audit-log", ""] = [event] * 450
    hub(organization)
    [gap] = collect(tmp_path, audit_log_days=30, audit_pages=3).gaps
    assert gap.reason == "PagesLimit: more than 3 pages"
    assert [len(body) for _, body in answers(tmp_path, "orgs.get-audit-log")] == [100, 100, 100]


def test_nothing_of_the_client_is_imported_before_it_is_needed() -> None:
    program = (
        "import sys\n"
        "import collectors.github.collect, collectors.github.estimate, nhigraph.cli\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('httpx', 'jwt', 'graphql')))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert result.stdout.strip() == "[]"
