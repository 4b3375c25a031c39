"""Rules that hold for every file of the checkout."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.repository import ROOT, files, name, python_files, text_files

pytestmark = pytest.mark.needs_checkout

MIB = 1 << 20
# The brackets keep a pattern from matching itself. A path begins where no name, address or placeholder precedes it.
MACHINE_PATH = re.compile(r"(?<![\w.:/*~}-])/(?:w[o]rk|f[a]rm|r[o]ot|tmp/b[a]sh_jobs|tmp/pr[o]mpts|tmp/d[e]v)/")
REGISTRY_HOST = re.compile(
    r"(?:py[p]i|python[h]osted|npm[j]s|crat[e]s)\.(?:org|io|com)|rep[o]1?\.mav[e]n|pr[o]xy\.gol[a]ng|d[e]b\.debi[a]n"
    r"|registry\.y[a]rnpkg|ruby[g]ems\.org",
    re.IGNORECASE,
)
PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIV[A]TE KEY-----")
UNTELLING_NAMES = {"utils", "util", "helpers", "helper", "misc", "common"}


def _places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{file}:{number}: {line.strip()[:120]}"
        for file, content in text_files()
        if pattern.search(content)
        for number, line in enumerate(content.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_a_development_machine() -> None:
    assert not _places(MACHINE_PATH)


def test_no_host_name_of_a_package_registry() -> None:
    assert not _places(REGISTRY_HOST)


def test_no_private_key() -> None:
    assert not _places(PRIVATE_KEY)


@pytest.mark.parametrize("text", ["cd /w" + "ork/main", "'/r" + "oot/.venv'", "(/tmp/de" + "v/bin/uv)"])
def test_machine_paths_are_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "managementGroups/r" + "oot/x",
        "arn:aws:iam::1:user/r" + "oot/ci",
        "https://a.example/w" + "ork/x",
        "{base}/r" + "oot/",
    ],
)
def test_ids_and_addresses_are_no_machine_paths(text: str) -> None:
    assert not MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["https://py" + "pi.org/simple", "files.python" + "hosted.org", "pro" + "xy.golang.org"]
)
def test_registry_hosts_are_recognised(text: str) -> None:
    assert REGISTRY_HOST.search(text)


def test_no_large_file_outside_the_sample_data() -> None:
    large = [name(path) for path in files() if path.stat().st_size > MIB and not name(path).startswith("sample_data/")]
    assert not large


def test_constraints_are_hashed_and_name_no_index() -> None:
    for constraints in sorted((ROOT / "constraints").glob("*.txt")):
        text = constraints.read_text(encoding="utf-8")
        requirements = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
        hashed = re.findall(r"^[\w.-]+==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)
        assert requirements and len(requirements) == len(hashed), constraints.name
        assert "://" not in text and "-index" not in text and "--find-links" not in text, constraints.name


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in python_files() if name(path).startswith("tests/")}
    bare = [name(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()]
    assert not bare


def test_tests_that_need_something_say_so_by_a_marker() -> None:
    """An `importorskip` at the top of a module would skip it out of sight of conftest.py."""
    pattern = re.compile(r"^\w*\s*=?\s*pytest\.importorskip\(", re.MULTILINE)
    offenders = [file for file, content in text_files() if file.startswith("tests/") and pattern.search(content)]
    assert not offenders


def test_module_names_tell_what_is_inside() -> None:
    assert not [
        name(path) for path in python_files() if path.stem in UNTELLING_NAMES or path.parent.name in UNTELLING_NAMES
    ]


def test_nothing_in_the_dashboard_shadows_a_package() -> None:
    """Streamlit puts the script's folder first on the path: dashboard/graph.py would be `graph`."""
    names = {entry.stem for entry in (ROOT / "dashboard").glob("*")}
    assert not names & {"analytics", "benchmarks", "collectors", "dashboard", "graph", "nhigraph", "sample_data"}


def _whole_imports(path: Path) -> list[int]:
    tree = ast.parse(path.read_bytes(), filename=str(path))
    wholes = {"analytics", "collectors", "dashboard", "graph"}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name in wholes for alias in node.names)
    ]


def test_no_generic_package_is_imported_whole() -> None:
    """Where another distribution or folder of the same name wins, `import graph` succeeds and fails later."""
    assert not [f"{name(path)}:{line}" for path in python_files() for line in _whole_imports(path)]
