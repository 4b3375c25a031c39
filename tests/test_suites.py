"""The mechanism in conftest.py that names the suites which did not run, tried on a small project of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.needs_checkout

SOURCE = """
import pytest

def test_runs():
    pass

@pytest.mark.needs_browser
def test_browser():
    pass

@pytest.mark.needs_browser
@pytest.mark.xfail(reason="known")
def test_browser_expected_failure():
    raise AssertionError
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    here = Path(__file__).resolve().parent
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()
    (tmp_path / "tests" / "conftest.py").write_text(
        (here / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "pyproject.toml").write_text(
        (here.parent / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "tests" / "test_small.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def run(project: Path, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NHI_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    result = subprocess.run(
        command, cwd=project, env=environment | variables, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    return result.returncode, result.stdout.rstrip().splitlines()


def test_a_suite_that_cannot_run_is_named_last(project: Path) -> None:
    code, lines = run(project, "-n", "2", NHI_BROWSER="no-such-browser")
    assert code == 0
    assert lines[-2] == "suites that did not run:"
    assert lines[-1].startswith("  needs_browser: 2 tests, ")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_required_suite_that_cannot_run_fails(project: Path, workers: str) -> None:
    code, lines = run(project, "-n", workers, NHI_BROWSER="no-such-browser", NHI_REQUIRE_SUITES="1")
    assert code == 1
    assert lines[-2].startswith("suites that did not run, and had to")


def test_without_extras_files_that_need_an_absent_package_are_left_out_by_name(project: Path) -> None:
    (project / "tests" / "test_sdk.py").write_text("import no_such_sdk.client\n", encoding="utf-8")
    code, lines = run(project, "-n", "2", "-k", "test_runs", NHI_WITHOUT_EXTRAS="1")
    assert code == 0
    assert lines[-1] == f"  tests{os.sep}test_sdk.py: no_such_sdk not installed"


def test_otherwise_an_absent_package_is_an_error_and_a_full_run_says_nothing(project: Path) -> None:
    code, lines = run(project, "-k", "test_runs", NHI_REQUIRE_SUITES="1")
    assert code == 0
    assert not any("did not run" in line for line in lines)
    (project / "tests" / "test_sdk.py").write_text("import no_such_sdk.client\n", encoding="utf-8")
    assert run(project, "-k", "test_runs")[0] == pytest.ExitCode.INTERRUPTED
