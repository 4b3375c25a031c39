"""Suites that need something beyond Python: skip them where they cannot run, and never let that go unnoticed.

Input: the markers of ``SUITES`` on tests; the environment variables below.
Output: a skip with its reason, "suites that did not run" after pytest's own last line, fixture `browser_executable`.
Not handled: a module that skips itself while it is being imported (`pytest.importorskip`); mark it instead.

``NHI_REQUIRE_SUITES=1``: a suite that could not run fails the session; Hypothesis draws the same examples each time.
``NHI_WITHOUT_EXTRAS=1``: leave out, by name, test files that import what is not installed (tests of the bare wheel).
``NHI_BROWSER``: the browser to use instead of the first Chromium on the path.
"""

from __future__ import annotations

import ast
import os
import platform
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A check looks at the same examples each time, so that a change is judged by its own faults; people's runs search on.
settings.register_profile("check", derandomize=True)
if os.environ.get("NHI_REQUIRE_SUITES") == "1":
    settings.load_profile("check")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _browser() -> str | None:
    named = os.environ.get("NHI_BROWSER")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


def _missing_modules(*names: str) -> str:
    missing = [name for name in names if find_spec(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


def _browser_obstacle() -> str:
    if obstacle := _missing_modules("playwright", "streamlit"):
        return obstacle
    return "" if _browser() else "no Chromium found (install chromium, or name a browser in NHI_BROWSER)"


def _moto_obstacle() -> str:
    return _missing_modules("moto", "boto3")


def _msgraph_obstacle() -> str:
    return _missing_modules("msgraph", "msgraph_core", "azure")


def _azure_obstacle() -> str:
    if obstacle := _missing_modules("azure", "requests"):
        return obstacle
    return _missing_modules("azure.identity", "azure.mgmt")


def _github_obstacle() -> str:
    return _missing_modules("httpx", "jwt", "cryptography", "graphql")


def _npm_obstacle() -> str:
    if obstacle := _github_obstacle():
        return obstacle
    if shutil.which("npm") is None:
        return "no npm found"
    return "" if platform.system() == "Linux" and platform.machine() == "x86_64" else "its Node is for Linux on x86-64"


SUITES: dict[str, Callable[[], str]] = {
    "needs_azure": _azure_obstacle,
    "needs_browser": _browser_obstacle,
    "needs_github": _github_obstacle,
    "needs_moto": _moto_obstacle,
    "needs_npm": _npm_obstacle,
    "needs_msgraph": _msgraph_obstacle,
}
"""Marker of a suite → why it cannot run here, empty where it can. A further suite is one more row, and a marker in
pyproject.toml."""


@pytest.fixture(scope="module")
def quick_writes() -> Iterator[None]:
    """Write snapshots without waiting for the device, in modules that write hundreds and pull no plug."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def browser_executable() -> str:
    """Path of the Chromium for ``playwright.chromium.launch(executable_path=…, args=["--no-sandbox"])``."""
    executable = _browser()
    if executable is None:
        pytest.fail("a test that uses browser_executable must carry the marker needs_browser")
    return executable


def _absent_imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_bytes(), filename=str(path))
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            names.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            names.add(statement.module)
    return sorted({name.partition(".")[0] for name in names if find_spec(name.partition(".")[0]) is None})


class _SuiteReport:
    """What did not run in this session; under xdist, in all of its workers together."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.skipped: Counter[tuple[str, str]] = Counter()
        """(marker, reason) → number of tests."""
        self.left_out: dict[str, str] = {}
        """Test file → what it imports that is not installed."""

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        if os.environ.get("NHI_WITHOUT_EXTRAS") != "1" or not collection_path.match("test_*.py"):
            return None
        absent = _absent_imports(collection_path)
        if not absent:
            return None
        self.left_out[str(collection_path.relative_to(self.config.rootpath))] = ", ".join(absent)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # An expected failure is reported as skipped too, but it ran.
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for marker in SUITES:
            if marker in report.keywords:
                self.skipped[marker, reason.removeprefix("Skipped: ")] += 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what an xdist worker left out: files are collected there, not here."""
        self.left_out.update(getattr(node, "workeroutput", {}).get("left_out", {}))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output["left_out"] = self.left_out
        elif self.skipped and os.environ.get("NHI_REQUIRE_SUITES") == "1" and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        # After pytest's closing line: what did not run is the last thing read.
        if hasattr(self.config, "workeroutput"):
            return
        lines = [f"{marker}: {count} tests, {reason}" for (marker, reason), count in sorted(self.skipped.items())]
        lines += [f"{name}: {modules} not installed" for name, modules in sorted(self.left_out.items())]
        if not lines:
            return
        writer = self.config.get_terminal_writer()
        required = self.skipped and os.environ.get("NHI_REQUIRE_SUITES") == "1"
        writer.line("suites that did not run" + (", and had to (NHI_REQUIRE_SUITES):" if required else ":"))
        for line in lines:
            writer.line(f"  {line}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_SuiteReport(config), "nhigraph-suites")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    obstacles = {marker: find_obstacle() for marker, find_obstacle in SUITES.items()}
    for item in items:
        for marker, obstacle in obstacles.items():
            if obstacle and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=obstacle))
