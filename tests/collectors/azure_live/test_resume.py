"""A collection that is stopped or killed goes on where it was, and ends with the evidence of one that was not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.collectors.azure_live.conftest import Arm
from tests.collectors.azure_live.running import PROD, Waits, collect, files, values, world
from tests.fakes.arm.azure import world_of
from tests.fakes.arm.server import ArmServer
from tests.worlds.azure import AzureWorldFiles

pytestmark = [pytest.mark.needs_azure, pytest.mark.usefixtures("quick_writes")]

PROGRAM = """
import sys
from pathlib import Path
from tests.collectors.azure_live.running import collect

print(collect(Path(sys.argv[1]), workers=int(sys.argv[2])).kept)
"""


def long() -> AzureWorldFiles:
    files_ = world().subscription("more")
    for each in range(40):
        files_.vm(f"machine {each}", login=True).role_assignment(f"sp:machine {each}", "Reader", scope="sub:more")
    return files_


def same(found: Path, wanted: Path) -> None:
    """Compare every byte, but for how many secrets were redacted (a kill loses that count) and calls were made."""
    left, right = files(found), files(wanted)
    for each in (left, right):
        manifest = json.loads(each.pop("manifest.json"))
        manifest.pop("redactions")
        for record in manifest["coverage"]:
            record.pop("calls", None)
        each["manifest.json"] = json.dumps(manifest).encode()
    assert left.keys() == right.keys()
    assert {name for name in left if left[name] != right[name]} == set()


def test_completed_operations_are_kept(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    collect(tmp_path / "run", finish=False)
    before = len(server.log)
    result = collect(tmp_path / "run")
    assert [each.target.partition("?")[0] for each in server.log[before:]] == ["/tenants"]
    assert result.complete
    assert result.subscriptions == 2
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def test_a_list_goes_on_at_its_page(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(world_of(long())), Waits()
    server.state.page = 15
    server.rule(r"/virtualMachines\?.*skiptoken", times=-1, skip=1, retry_after="50")
    stopped = collect(tmp_path / "run", waits=waits, time_limit_seconds=130, workers=1)
    assert "time limit" in stopped.stopped
    before = len(server.log)
    server.state.rules.clear()
    assert collect(tmp_path / "run").complete
    again = [
        each.target for each in server.log[before:] if "/virtualMachines?" in each.target and "skiptoken" in each.target
    ]
    assert len(again) == 1
    assert "skiptoken=30" in again[0]
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def test_a_page_token_that_expired_begins_the_list_anew(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(world_of(long())), Waits()
    server.state.page = 15
    server.rule(r"/virtualMachines\?.*skiptoken", times=-1, skip=1, retry_after="50")
    collect(tmp_path, waits=waits, time_limit_seconds=130, workers=1)
    server.state.rules.clear()
    server.rule(r"/virtualMachines\?.*skiptoken", status=400, code="InvalidSkipToken")
    assert collect(tmp_path).complete
    more = next(path.name for path in (tmp_path / "azure").iterdir() if len(_machines(tmp_path, path.name)) == 40)
    assert len({each["id"] for each in _machines(tmp_path, more)}) == 40


def _machines(folder: Path, scope: str) -> list[dict[str, object]]:
    path = folder / "azure" / scope / "compute.virtualMachines.json"
    return values(folder, scope, "compute.virtualMachines") if path.exists() else []


def test_objects_that_were_asked_are_not_asked_again(arm: Arm, tmp_path: Path) -> None:
    server, waits = arm(world_of(long())), Waits()
    server.rule(r"/virtualMachines/machine.*/extensions", times=-1, skip=30, retry_after="50")
    stopped = collect(tmp_path / "run", waits=waits, time_limit_seconds=130, workers=1)
    assert "time limit" in stopped.stopped
    before = len(server.log)
    server.state.rules.clear()
    assert collect(tmp_path / "run").complete
    again = [each for each in server.log[before:] if "/extensions" in each.target and "/machine" in each.target]
    assert len(again) == 10
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def test_a_refused_operation_is_tried_again_by_the_run_that_goes_on(arm: Arm, tmp_path: Path) -> None:
    server = arm(world_of(world()))
    server.rule(rf"/subscriptions/{PROD}/.*Microsoft.Web/sites\?", status=403, code="AuthorizationFailed")
    assert collect(tmp_path, finish=False).gaps
    assert collect(tmp_path).complete
    assert values(tmp_path, PROD, "web.sites")


@pytest.mark.slow
@pytest.mark.parametrize("requests", [3, 12, 40, 110])
def test_killed(arm: Arm, tmp_path: Path, requests: int) -> None:
    server = arm(world_of(long()))
    _kill_after(server, tmp_path / "run", requests)
    assert collect(tmp_path / "run").complete
    collect(tmp_path / "other")
    same(tmp_path / "run", tmp_path / "other")


def _kill_after(server: ArmServer, folder: Path, requests: int) -> None:
    command = [sys.executable, "-c", PROGRAM, str(folder), "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 60
    while len(server.log) < requests and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    assert process.poll() is None, "ended before it could be killed"
    process.kill()
    process.communicate()
