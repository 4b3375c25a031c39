"""Exit codes 0 to 4, and what goes to which stream."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from collectors import registry
from collectors.interface import Gap
from tests.nhigraph.running import Command, start
from tests.repository import ROOT
from tests.worlds.aws import world


def test_build_prints_the_id_alone(empty: Command, evidence: Path, tmp_path: Path) -> None:
    answer = start("build", evidence, "--workspace", tmp_path / "w", cwd=tmp_path)
    assert answer.code == 0
    assert answer.out.count("\n") == 1
    assert (tmp_path / "w" / "snapshots" / answer.out.strip() / "manifest.json").is_file()
    assert "nodes" in answer.err


def test_data_and_words_are_apart(sample: Command, tmp_path: Path) -> None:
    answer = start("findings", "--format", "json", "--workspace", sample.workspace, cwd=tmp_path)
    assert answer.code == 0
    assert answer.json["findings"]
    assert "checks passed" in answer.err


def test_findings_at_or_above_the_bar_exit_1(sample: Command, tmp_path: Path) -> None:
    assert sample("findings").code == 0
    assert sample("findings", "--fail-on", "critical").code == 1
    assert sample("findings", "--fail-on", "low", "--format", "json").code == 1
    process = start("findings", "--fail-on", "high", "--workspace", sample.workspace, cwd=tmp_path)
    assert process.code == 1
    assert "Traceback" not in process.err


def test_nothing_found_does_not_exit_1(built: Callable[..., Command]) -> None:
    command = built(world().account("111111111111").role("idle", tags={"owner": "team@example.com"}))
    assert command("findings", "--fail-on", "low").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-command"],
        ["blast-radius"],
        ["blast-radius", "x", "--all"],
        ["blast-radius", "--all", "--context", "a=b"],
        ["blast-radius", "x", "--no-such-option"],
        ["blast-radius", "x", "--context", "no-equals-sign"],
        ["blast-radius", "x", "--limit", "0"],
        ["inventory", "--format", "xml"],
        ["inventory", "--kind", "NoSuchKind"],
        ["findings", "--severity", "awful"],
        ["findings", "--fail-on", "awful"],
        ["findings", "--rule", "no-such-rule"],
        ["explain", "x", "no-colon"],
        ["path", "x"],
        ["who-can", "s3:*"],
        ["scan"],
        ["collect"],
        ["collect", "no-such-source"],
        ["permissions", "no-such-source"],
        ["leak", "nothing-in-here"],
        ["build"],
    ],
    ids=" ".join,
)
def test_wrong_use_exits_2(sample: Command, arguments: list[str]) -> None:
    answer = sample(*arguments)
    assert answer.code == 2
    assert answer.err or not arguments
    assert not answer.out or not arguments


def test_no_snapshot_exits_2_and_says_what_to_do(empty: Command) -> None:
    answer = empty("findings")
    assert answer.code == 2
    assert "nhi build" in answer.err
    assert answer.err.count("\n") == 1


def _collector(
    monkeypatch: pytest.MonkeyPatch, evidence: Path, *, gaps: tuple[Gap, ...] = (), stopped: bool = False
) -> None:
    """Register a source whose collector copies evidence and reports gaps."""

    def collect(settings: object, writer: SimpleNamespace, progress: object) -> SimpleNamespace:
        return SimpleNamespace(calls={"account": {"iam.x": 1}}, account="1", retries=0, gaps=gaps, stopped=stopped)

    module = SimpleNamespace(
        collect=collect,
        check_credentials=lambda settings: SimpleNamespace(account="111111111111"),
        settings=lambda **_: None,
    )
    monkeypatch.setitem(sys.modules, "fake_source", module)
    entry = replace(
        registry.COLLECTORS["aws"], name="fake", collect="fake_source:collect", settings="fake_source:settings"
    )
    monkeypatch.setattr(registry, "COLLECTORS", {"fake": entry})


GAP = Gap("aws", "111111111111", "iam.list_users", "AccessDenied", "iam:ListUsers")


def test_incomplete_collection_exits_3(empty: Command, evidence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _collector(monkeypatch, evidence, gaps=(GAP,))
    answer = empty("collect", "fake")
    assert answer.code == 3
    assert "iam:ListUsers" in answer.err
    assert empty("collect", "fake", "--allow-incomplete").code == 0


def test_a_collection_that_was_stopped_exits_3(empty: Command, evidence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _collector(monkeypatch, evidence, stopped=True)
    assert empty("collect", "fake").code == 3


def test_a_complete_collection_exits_0(empty: Command, evidence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _collector(monkeypatch, evidence)
    answer = empty("collect", "fake", "--output", empty.workspace / "out")
    assert answer.code == 0
    assert answer.out == f"{empty.workspace / 'out'}\n"


def test_incomplete_wins_over_findings(empty: Command, evidence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _collector(monkeypatch, evidence, gaps=(GAP,))
    arguments: list[str | Path] = ["scan", "fake", "--evidence", evidence, "--fail-on", "critical", "--format", "json"]
    assert empty(*arguments).code == 3
    assert empty(*arguments, "--allow-incomplete").code == 1
    assert empty(*arguments[:4], "--allow-incomplete").code == 0


def test_scan_of_evidence_reports_findings(empty: Command, evidence: Path) -> None:
    answer = empty("scan", "--evidence", evidence, "--format", "json", "--limit", "3")
    assert len(answer.json["findings"]) == 3
    assert empty("scan", "--evidence", evidence, "--fail-on", "critical").code == 1


def test_a_missing_sdk_is_a_line(empty: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(registry.COLLECTORS["aws"], collect="no_such_package_for_sure:collect")
    monkeypatch.setattr(registry, "COLLECTORS", {"aws": entry})
    answer = empty("collect", "aws")
    assert answer.code == 2
    assert "nhigraph[aws]" in answer.err


def test_nothing_to_read_exits_4(empty: Command, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    answer = empty("build", tmp_path / "nothing")
    assert answer.code == 4
    assert str(tmp_path / "nothing") in answer.err
    assert start("build", "nothing", "--workspace", "w", cwd=tmp_path).code == 4


def test_a_reader_that_goes_away_is_no_error(sample: Command, tmp_path: Path) -> None:
    program = "import sys; sys.argv[0] = 'nhi'; from nhigraph.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "inventory", "--all", "--format", "json", "--workspace", sample.workspace],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) in (0, -signal.SIGPIPE)
    assert "Error" not in errors


def test_help_and_version(empty: Command) -> None:
    assert empty("--version").out.startswith("nhi ")
    for command in ("dashboard", "demo", "doctor", "scan", "collect"):
        answer = empty(command, "--help")
        assert answer.code == 0
        assert answer.out
