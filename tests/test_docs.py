"""The documentation says what the product does: quoted output, commands, links.

Before nhigraph/cli.py exists the pages about commands may be missing; from then on a missing page fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.repository import ROOT, files, name

pytestmark = pytest.mark.needs_checkout

README = ROOT / "README.md"
COMMANDS = ROOT / "docs" / "commands.md"
HAS_COMMAND = (ROOT / "nhigraph" / "cli.py").is_file()
needs_command = pytest.mark.skipif(not HAS_COMMAND, reason="nhigraph/cli.py does not exist yet")

FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\[[^\]\n]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
ANCHOR = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")


@cache
def _command_names() -> tuple[str, ...]:
    program = (
        "import typer.main, nhigraph.cli as cli\n"
        "def names(command, prefix):\n"
        "    children = getattr(command, 'commands', None)\n"
        "    if not children:\n"
        "        print(' '.join(prefix))\n"
        "        return\n"
        "    for name, child in children.items():\n"
        "        if not child.hidden:\n"
        "            names(child, [*prefix, name])\n"
        "names(typer.main.get_command(cli.app), [])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return tuple(sorted(result.stdout.split("\n")[:-1]))


def _pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def _prose(path: Path) -> str:
    return CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))


def _anchors(path: Path) -> set[str]:
    """Anchors as GitHub makes them from headings; a repeated heading gets -1, -2, …"""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    found = set(ANCHOR.findall(text))
    seen: dict[str, int] = {}
    for heading in HEADING.findall(text):
        plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(slug if count == 0 else f"{slug}-{count}")
    return found


def _dead(path: Path, target: str) -> bool:
    if re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        return False
    place, _, fragment = unquote(target).partition("#")
    if place.startswith("/"):
        return True
    page = path if not place else path.parent / place
    if not page.exists() or not page.resolve().is_relative_to(ROOT):
        return True
    return bool(fragment) and page.suffix == ".md" and fragment not in _anchors(page)


def test_no_dead_relative_link() -> None:
    dead = [
        f"{name(path)}: {target}"
        for path in _pages()
        for target in (*LINK.findall(_prose(path)), *REFERENCE.findall(_prose(path)))
        if _dead(path, target)
    ]
    assert not dead


def test_links_are_judged(tmp_path: Path) -> None:
    page = ROOT / "tests" / "page.md"
    assert _dead(page, "missing.md")
    assert _dead(page, "/docs/absolute.md")
    assert not _dead(page, "https://example.com/x")
    assert not _dead(page, "../pyproject.toml")
    headings = tmp_path / "h.md"
    headings.write_text("# Who can `do` it?\n## Twice\n## Twice\n```\n# no heading\n```\n", encoding="utf-8")
    assert _anchors(headings) == {"who-can-do-it", "twice", "twice-1"}


def test_quoted_output_is_current() -> None:
    result = subprocess.run(
        [sys.executable, os.fspath(ROOT / ".ci" / "quote_output.py"), "--check"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr


@needs_command
def test_the_readme_quotes_the_help() -> None:
    assert "<!-- output of: nhi --help -->\n```text\n" in README.read_text(encoding="utf-8")


@needs_command
def test_every_command_is_documented() -> None:
    text = COMMANDS.read_text(encoding="utf-8")
    headings = {heading.replace("`", "") for heading in HEADING.findall(FENCE.sub("", text))}
    missing = [
        command
        for command in _command_names()
        if not any(f"{heading} ".startswith(f"nhi {command} ") for heading in headings)
    ]
    assert not missing, f"docs/commands.md has no heading `nhi COMMAND` for {missing}"


@needs_command
def test_no_documented_command_is_gone() -> None:
    known = _command_names()
    groups = {command.rpartition(" ")[0] for command in known}
    documented = re.findall(
        r"^#{2,4}\s+`?nhi ([a-z0-9-]+(?: [a-z0-9-]+)*)", COMMANDS.read_text(encoding="utf-8"), re.MULTILINE
    )
    gone = [
        command
        for command in documented
        if command not in known and command not in groups and command.split(" ")[0] not in known
    ]
    assert not gone
