"""A collection that is stopped or killed goes on where it was; one that is repeated asks what changed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import CollectorError
from collectors.github.collect import OtherOrganizationError
from tests.collectors.github_live.conftest import Hub
from tests.collectors.github_live.running import Waits, answers, collect, files, world
from tests.worlds.github import GitHubWorldFiles

pytestmark = [pytest.mark.needs_github, pytest.mark.usefixtures("quick_writes")]

PROGRAM = """
import sys
from pathlib import Path
from tests.collectors.github_live.running import collect

print(collect(Path(sys.argv[1]), workers=2).kept)
"""
SECRETS = "actions.list-repo-secrets"


def served(files_: GitHubWorldFiles) -> Any:
    from tests.fakes.github.organization import organization_of

    return organization_of(files_)


def long() -> GitHubWorldFiles:
    found = world()
    for number in range(150):
        found.repo(f"r{number:03}").branch("main", protected=False).workflow("ci.yml", "on: push\njobs: {}\n")
    return found.user(*(f"u{number}" for number in range(130)))


def same(found: Path, wanted: Path) -> None:
    """Compare every byte, but for how many calls were made and how many secrets a killed run had redacted."""
    left, right = files(found), files(wanted)
    for each in (left, right):
        manifest = json.loads(each.pop("manifest.json"))
        manifest.pop("redactions")
        for record in manifest["coverage"]:
            record.pop("calls", None)
        each["manifest.json"] = json.dumps(manifest).encode()
    assert left.keys() == right.keys()
    assert {name for name in left if left[name] != right[name]} == set()


def test_completed_operations_are_kept(hub: Hub, tmp_path: Path) -> None:
    server = hub(served(world()))
    collect(tmp_path / "run", finish=False)
    before = len(server.log)
    result = collect(tmp_path / "run")
    assert {each.operation for each in server.log[before:]} == {"installation", "token"}
    assert result.complete
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


@pytest.mark.parametrize(
    "pattern", [r"/orgs/acme/members.*role=member.*page=2", "RepositoryWorkflows", "/r1../actions/secrets"]
)
def test_an_interrupted_operation_goes_on(hub: Hub, tmp_path: Path, pattern: str) -> None:
    server = hub(served(long()))
    skip = 3 if "secrets" in pattern or "Workflows" in pattern else 0
    server.rule(pattern, times=-1, skip=skip, status=429, headers={"Retry-After": "50"})
    stopped = collect(tmp_path / "run", time_limit_seconds=130, workers=1)
    assert "time limit" in stopped.stopped
    done = [
        each.target + str(each.body)
        for each in server.log
        if each.status == 200 and each.operation not in ("token", "")
    ]
    before = len(server.log)
    server.state.rules.clear()
    assert collect(tmp_path / "run").complete
    again = [
        each.target + str(each.body) for each in server.log[before:] if each.operation not in ("token", "installation")
    ]
    assert not set(done) & set(again)
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def test_pages(hub: Hub, tmp_path: Path) -> None:
    """Lists go on by ``Link``, connections by cursors, and a team that has more than a page is asked of REST."""
    organization = served(long())
    organization.about["teams.list-members-in-org", ("ops",)] = [{"login": f"u{each}", "id": 1} for each in range(130)]
    organization.teams[0]["members"] = [
        {"__typename": "User", "login": f"u{each}", "databaseId": 1} for each in range(130)
    ]
    repository = next(iter(organization.repositories.values()))
    repository["refs"] += [
        {"__typename": "Ref", "name": f"b{each}", "prefix": "refs/heads/", "rules": []} for each in range(250)
    ]
    organization.about[SECRETS, ("notes",)] = [{"name": f"S{each}"} for each in range(230)]
    hub(organization)
    assert collect(tmp_path).complete
    assert [len(body) for _, body in answers(tmp_path, "repos.list-for-org")] == [100, 54]
    assert [len(body) for _, body in answers(tmp_path, "orgs.list-members")] == [1, 100, 33]
    [(request, body)] = answers(tmp_path, "teams.list-members-in-org")
    assert (request["team_slug"], len(body)) == ("ops", 130)
    branches = next(
        body for request, body in answers(tmp_path, "graphql.repository-branches") if request["repo"] == "app"
    )
    assert len(branches["refs"]["nodes"]) == 253
    secrets = next(body for request, body in answers(tmp_path, SECRETS) if request["repo"] == "notes")
    assert (secrets["total_count"], len(secrets["secrets"])) == (230, 230)


def test_a_workflow_file_that_graphql_cuts_is_asked_of_rest(hub: Hub, tmp_path: Path) -> None:
    from collectors.evidence.reader import read_evidence
    from collectors.github.to_records import to_records

    text = "on: workflow_dispatch\njobs: {}\n" + "# long\n" * 20_000
    hub(served(world().workflow("long.yml", text)))
    assert collect(tmp_path).complete
    [(request, body)] = answers(tmp_path, "repos.get-content")
    assert (request["path"], body["text"]) == (".github/workflows/long.yml", text)
    [found] = to_records(read_evidence([tmp_path])).organizations
    old = next(each for each in found.repositories if each.full_name == "acme/old")
    assert [each.triggers for each in old.workflows] == [("workflow_dispatch",)]


def test_what_did_not_change_costs_nothing(hub: Hub, tmp_path: Path) -> None:
    server = hub(served(long()))
    first = collect(tmp_path / "first", depth="full")
    used = server.state.used["core"]
    assert used > 800
    server.refill()
    result = collect(tmp_path / "second", depth="full", earlier=tmp_path / "first")
    assert result.complete
    assert server.state.used["core"] == 4  # two pages each of repositories and of members
    rest = sum(result.calls["REST"].values())
    assert result.unchanged == rest - 4
    assert rest == sum(first.calls["REST"].values())
    same(tmp_path / "first", tmp_path / "second")


def test_what_changed_is_new(hub: Hub, tmp_path: Path) -> None:
    organization = served(world())
    server = hub(organization)
    collect(tmp_path / "first")
    organization.about[SECRETS, ("site",)] = [{"name": "NEW"}]
    organization.about.pop((SECRETS, ("app",)))
    server.refill()
    result = collect(tmp_path / "second", earlier=tmp_path / "first")
    found = {request["repo"]: body["secrets"] for request, body in answers(tmp_path / "second", SECRETS)}
    assert found["site"] == [{"name": "NEW"}]
    assert found["app"] == []
    assert server.state.used["core"] == 2
    collect(tmp_path / "third")
    same(tmp_path / "second", tmp_path / "third")
    assert result.complete


def test_an_earlier_folder_must_be_one(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    (tmp_path / "empty").mkdir()
    for name in ("empty", "missing"):
        with pytest.raises(CollectorError, match="no evidence of an earlier collection"):
            collect(tmp_path / "run", earlier=tmp_path / name)


def test_a_folder_of_another_organization_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    collect(tmp_path, finish=False)
    other = served(world())
    other.login = "other"
    hub(other)
    with pytest.raises(
        OtherOrganizationError, match="unfinished collection of acme, but the credentials are for other"
    ):
        collect(tmp_path)


def test_a_refused_operation_is_tried_again_by_the_run_that_goes_on(hub: Hub, tmp_path: Path) -> None:
    server = hub(served(world()))
    server.rule("/orgs/acme/hooks", status=403, message="no")
    server.rule("/repos/acme/site/actions/secrets", status=404, message="no")
    assert collect(tmp_path, finish=False).gaps
    assert collect(tmp_path).complete
    assert {request["repo"] for request, _ in answers(tmp_path, SECRETS)} == {"app", "site", "notes"}


@pytest.mark.slow
@pytest.mark.parametrize("requests", [3, 15, 40, 150])
def test_killed(hub: Hub, tmp_path: Path, requests: int) -> None:
    server = hub(served(long()))
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "run")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 60
    while len(server.log) < requests and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    assert process.poll() is None, "ended before it could be killed"
    process.kill()
    process.communicate()
    assert collect(tmp_path / "run").complete
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def test_waiting_takes_no_time_in_these_tests() -> None:
    waits = Waits()
    waits.sleep(5)
    assert waits.monotonic() == 5
