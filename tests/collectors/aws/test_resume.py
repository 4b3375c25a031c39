"""A collection that is killed goes on where it was, and ends with the evidence of one that was not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.collectors.aws.proxy import PAGED, AwsProxy
from tests.collectors.aws.running import answer_what_moto_lacks, files
from tests.collectors.aws.seed import ACCOUNT

pytestmark = pytest.mark.needs_moto

PROGRAM = """
import sys
from pathlib import Path
from tests.collectors.aws.running import collect, only

result = collect(Path(sys.argv[1]), workers=int(sys.argv[2]), without=only(*sys.argv[3].split(",")))
print(result.kept)
"""


SERVICES = "iam,organizations,s3,kms,lambda,secretsmanager"
"""Every form of operation, global and regional, is among their operations; the others only take longer."""


def start(folder: Path, workers: int, services: str = SERVICES) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(workers), services]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])


def run(folder: Path, workers: int = 4, services: str = SERVICES) -> int:
    """Collect in a process of its own; returns how many operations it found complete."""
    process = start(folder, workers, services)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return int(output)


def same_evidence(found: dict[str, bytes], wanted: dict[str, bytes]) -> None:
    """Compare every byte, but for how many secrets were redacted: a kill loses that count."""
    manifests = [json.loads(each["manifest.json"]) for each in (found, wanted)]
    for manifest in manifests:
        manifest.pop("redactions")
    assert manifests[0] == manifests[1]
    assert found.keys() == wanted.keys()
    assert {name for name in found if found[name] != wanted[name]} <= {"manifest.json"}


def kill_after(proxy: AwsProxy, folder: Path, requests: int, workers: int) -> None:
    proxy.log.clear()
    process = start(folder, workers)
    deadline = time.monotonic() + 60
    while len(proxy.log) < requests and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    assert process.poll() is None, "ended before it could be killed"
    process.kill()
    process.communicate()


@dataclass
class Undisturbed:
    """A collection that nobody killed."""

    files: dict[str, bytes] = field(default_factory=dict)
    requests: int = 0

    def make(self, proxy: AwsProxy, folder: Path) -> None:
        """Collect once for all tests of a process."""
        if self.files:
            return
        run(folder / "warm up", services="iam")  # moto's first credential report takes one call more than all others
        proxy.log.clear()
        assert run(folder / "whole") == 0
        self.files, self.requests = files(folder / "whole"), len(proxy.log)


@pytest.fixture(scope="module")
def undisturbed() -> Undisturbed:
    return Undisturbed()


@pytest.mark.parametrize(
    ("requests", "workers"),
    [(30, 4), *(pytest.param(*point, marks=pytest.mark.slow) for point in ((1, 4), (8, 1), (45, 1), (80, 4)))],
)
def test_killed_and_resumed(
    proxy: AwsProxy, tmp_path: Path, undisturbed: Undisturbed, requests: int, workers: int
) -> None:
    answer_what_moto_lacks(proxy)
    proxy.page_sizes = dict.fromkeys(PAGED, 1)
    undisturbed.make(proxy, tmp_path)
    proxy.delay_seconds = 0.01
    folder = tmp_path / "killed"
    kill_after(proxy, folder, requests, workers)
    proxy.delay_seconds = 0
    assert json.loads((folder / "manifest.json").read_bytes())["complete"] is False
    text = (folder / "manifest.journal.jsonl").read_text()
    journal = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
    done = {(record["operation"], record.get("region", "")) for record in journal if record["calls"]}
    before = len(proxy.log)
    kept = run(folder, workers)
    assert kept == len(done)
    same_evidence(files(folder), undisturbed.files)
    # What was complete is not asked again: that many requests were saved, at least.
    saved = sum(record["calls"] for record in journal)
    assert len(proxy.log) - before <= undisturbed.requests - saved + 1


@pytest.mark.slow
def test_killed_twice(proxy: AwsProxy, tmp_path: Path, undisturbed: Undisturbed) -> None:
    answer_what_moto_lacks(proxy)
    proxy.page_sizes = dict.fromkeys(PAGED, 1)
    proxy.delay_seconds = 0.01
    folder = tmp_path / "killed"
    kill_after(proxy, folder, 25, 4)
    kill_after(proxy, folder, 25, 2)
    proxy.delay_seconds = 0
    run(folder)
    undisturbed.make(proxy, tmp_path)
    same_evidence(files(folder), undisturbed.files)


def test_a_finished_folder_is_collected_anew(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    run(tmp_path)
    first = files(tmp_path)
    proxy.log.clear()
    assert run(tmp_path) == 0
    assert files(tmp_path) == first
    assert proxy.actions()["iam.GetAccountAuthorizationDetails"] == 1
    assert (tmp_path / "aws" / ACCOUNT).is_dir()
