"""A collection that is stopped or killed goes on where it was, and ends with the evidence of one that was not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collectors.entra.operations import OPERATIONS
from tests.collectors.entra_live.conftest import Graph
from tests.collectors.entra_live.running import Waits, collect, completed, files, values, world
from tests.fakes.graph.server import GraphServer
from tests.fakes.graph.tenant import tenant_of
from tests.worlds.entra import EntraWorldFiles

pytestmark = [pytest.mark.needs_msgraph, pytest.mark.usefixtures("quick_writes")]

PROGRAM = """
import sys
from pathlib import Path
from tests.collectors.entra_live.running import collect

print(collect(Path(sys.argv[1]), workers=int(sys.argv[2])).kept)
"""


def long() -> EntraWorldFiles:
    tenant = world()
    for each in range(2_200):
        tenant.user(f"person {each}")
    for each in range(70):
        tenant.group(f"group {each}", *(f"person {number}" for number in range(25)))
    return completed(tenant)


def same(found: Path, wanted: Path) -> None:
    """Compare every byte, but for how many secrets were redacted: a kill loses that count."""
    left, right = files(found), files(wanted)
    for each in (left, right):
        manifest = json.loads(each.pop("manifest.json"))
        manifest.pop("redactions")
        for record in manifest["coverage"]:
            # How many calls a run made of a list that was begun anew differs.
            record.pop("calls", None), record.get("extra", {}).pop("note", None)
        each["manifest.json"] = json.dumps(manifest).encode()
    assert left.keys() == right.keys()
    assert {name for name in left if left[name] != right[name]} == set()


def test_completed_operations_are_kept(graph: Graph, tmp_path: Path) -> None:
    server = graph(tenant_of(world()))
    collect(tmp_path / "run", finish=False)
    before = len(server.log)
    result = collect(tmp_path / "run")
    asked = [each.target for each in server.log[before:]]
    assert asked == ["/v1.0/organization?$select=id"]
    opt_in = sum(operation.opt_in for operation in OPERATIONS.values())
    assert result.kept >= len(OPERATIONS) - opt_in - 1
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def test_a_list_goes_on_at_its_page(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(tenant_of(long())), Waits()
    # The third page of the users is throttled until time is up; then the same command goes on.
    server.rule(r"/v1\.0/users\?.*skiptoken", times=5, skip=1, retry_after="50")
    stopped = collect(tmp_path / "run", waits=waits, time_limit_seconds=130, workers=1)
    assert "time limit" in stopped.stopped
    before = len(server.log)
    server.state.rules.clear()
    assert collect(tmp_path / "run").complete
    users = [each.target for each in server.log[before:] if "/v1.0/users?" in each.target]
    assert len(users) == 1
    assert "skiptoken=1998" in users[0]
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def test_a_page_token_that_expired_begins_the_list_anew(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(tenant_of(long())), Waits()
    server.rule(r"/v1\.0/users\?.*skiptoken", times=5, skip=1, retry_after="50")
    collect(tmp_path, waits=waits, time_limit_seconds=130, workers=1)
    server.state.rules.clear()
    server.rule(r"/v1\.0/users\?.*skiptoken", status=400, code="Directory_ExpiredPageToken")
    assert collect(tmp_path).complete
    assert len({each["id"] for each in values(tmp_path, "users")}) == len(values(tmp_path, "users")) == 2_204


def test_objects_that_were_asked_are_not_asked_again(graph: Graph, tmp_path: Path) -> None:
    server, waits = graph(tenant_of(long())), Waits()
    server.rule(r"/beta/\$batch", times=-1, skip=2, retry_after="50")
    stopped = collect(tmp_path / "run", waits=waits, time_limit_seconds=130, workers=1)
    assert not stopped.complete
    before = len(server.log)
    server.state.rules.clear()
    assert collect(tmp_path / "run").complete
    again = [
        each for each in server.log[before:] if each.inside and "/groups/" in each.target and "/members" in each.target
    ]
    assert 0 < len(again) < 70
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


@pytest.mark.slow
@pytest.mark.parametrize("requests", [3, 12, 25, 40])
def test_killed(graph: Graph, tmp_path: Path, requests: int) -> None:
    server = graph(tenant_of(long()))
    _kill_after(server, tmp_path / "run", requests)
    assert collect(tmp_path / "run").complete
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def _kill_after(server: GraphServer, folder: Path, requests: int) -> None:
    command = [sys.executable, "-c", PROGRAM, str(folder), "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 60
    while len(server.log) < requests and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    assert process.poll() is None, "ended before it could be killed"
    process.kill()
    process.communicate()
