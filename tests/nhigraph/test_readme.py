"""README shows what the commands print on the sample company: each line shown is a line printed, in that order."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.nhigraph.running import Command
from tests.repository import ROOT

pytestmark = pytest.mark.needs_checkout

FILE = ROOT / "README.md"
# Outside a checkout these tests are left out, but they are collected all the same.
PAGE = FILE.read_text(encoding="utf-8") if FILE.is_file() else ""
SHOWN = [block.splitlines() for block in re.findall(r"```text\n(\$ nhi .*?)```", PAGE, re.DOTALL)]


def _begins(printed: str, shown: str) -> bool:
    """Return whether a line is the one shown, which may leave out its end after an ellipsis."""
    return printed.startswith(shown.removesuffix("…")) if shown.endswith("…") else printed == shown


def test_the_story_is_told_by_many_commands() -> None:
    assert {"blast-radius", "cut", "what-if", "path", "chains", "pools", "jewels", "privilege", "score"} <= {
        block[0].split()[2] for block in SHOWN
    }


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block[0][2:60])
def test_readme_shows_what_is_printed(sample: Command, block: list[str]) -> None:
    answer = sample(*shlex.split(block[0])[2:])
    assert answer.code == 0, answer.err
    printed = iter(answer.out.splitlines())
    for line in block[1:]:
        assert any(_begins(found, line) for found in printed), line
