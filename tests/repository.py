"""The checkout as the repository tests see it: its root, and the files that are or would be committed."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("collectors", "graph", "analytics", "dashboard", "nhigraph")
"""The packages that hold code, in the order in which they may build on each other."""
PACKAGES = (*STAGES, "sample_data")
"""Everything that the wheel installs."""
NEVER_COMMITTED = {".git", ".venv", ".cache", ".nhi", "__pycache__", "build", "dist"}


@cache
def files() -> tuple[Path, ...]:
    """List the files of the checkout that git knows or would add; all but generated ones where there is no git."""
    listing = (
        subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )
        if (ROOT / ".git").exists()
        else None
    )
    if listing is not None and listing.returncode == 0:
        found = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not NEVER_COMMITTED.intersection(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def name(path: Path) -> str:
    """Return the path relative to the checkout, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def text_files() -> list[tuple[str, str]]:
    """List (name, content) of every file that is text."""
    found: list[tuple[str, str]] = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((name(path), content.decode("utf-8", errors="replace")))
    return found


def python_files() -> list[Path]:
    """List the Python modules of the checkout."""
    return [path for path in files() if path.suffix == ".py"]
