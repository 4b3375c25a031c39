"""What is installed, what it imports, and that the tool settings agree about it."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.repository import PACKAGES, ROOT, STAGES, name, python_files

pytestmark = pytest.mark.needs_checkout

MAY_REACH_THE_NETWORK = ("collectors/", "graph/store/neo4j.py")
# import-linter names top-level modules only, and urllib.parse is harmless.
NETWORK_IN_URLLIB = {"urllib.request", "urllib.error", "urllib.robotparser"}


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_holds_the_packages_and_nothing_else(settings: dict[str, Any]) -> None:
    tool = settings["tool"]
    assert sorted(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == sorted(PACKAGES)
    assert sorted(tool["check-wheel-contents"]["toplevel"]) == sorted(PACKAGES)
    assert set(PACKAGES) < set(tool["hatch"]["build"]["targets"]["sdist"]["only-include"])


def test_the_stages_are_checked_by_every_tool(settings: dict[str, Any]) -> None:
    tool = settings["tool"]
    assert sorted(tool["importlinter"]["root_packages"]) == sorted(STAGES)
    assert tool["importlinter"]["contracts"][0]["layers"] == list(reversed(STAGES))
    assert sorted(tool["pyright"]["include"]) == sorted(STAGES)
    assert f"STAGES := {' '.join(STAGES)}\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_a_regular_package(package: str) -> None:
    if not (ROOT / "nhigraph" / "cli.py").is_file() and not any((ROOT / package).rglob("*.py")):
        pytest.skip(f"{package} holds nothing yet, and there is no command that would need it")
    assert (ROOT / package / "__init__.py").is_file()


def test_each_folder_with_modules_is_a_regular_package() -> None:
    folders = {path.parent for path in python_files() if name(path).split("/")[0] in PACKAGES}
    assert not [name(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()]


def test_the_command_is_declared(settings: dict[str, Any]) -> None:
    assert settings["project"]["scripts"] == {"nhi": "nhigraph.cli:main"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes(), filename=str(path))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_network_access_through_urllib_is_in_collectors_alone() -> None:
    offenders = {
        name(path): sorted(used)
        for path in python_files()
        if name(path).split("/")[0] in PACKAGES and not name(path).startswith(MAY_REACH_THE_NETWORK)
        if (used := _imports(path) & NETWORK_IN_URLLIB)
    }
    assert not offenders


def _modules() -> list[str]:
    found = []
    for path in python_files():
        parts = name(path).removesuffix(".py").removesuffix("/__init__").split("/")
        # Streamlit runs its entry file and views as scripts: importing them draws a page.
        if parts[0] in PACKAGES and parts[0] != "dashboard" and parts[-1] != "__main__":
            found.append(".".join(parts))
    return sorted(found)


def test_every_module_imports_without_extras_and_without_side_effects() -> None:
    """SDKs are imported where they are used: no module may need an extra, print, or write just to be imported."""
    program = (
        "import importlib, sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        sdks = {'azure', 'boto3', 'botocore', 'httpx', 'msgraph', 'msgraph_core', 'numba', 'streamlit'}\n"
        "        if name.split('.')[0] in sdks:\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "failed = []\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        importlib.import_module(name)\n"
        "    except ImportError as error:\n"
        "        failed.append(f'{name}: {error!r}')\n"
        "sys.exit('\\n'.join(failed) or 0)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *_modules()], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr
    assert not result.stdout
