"""docs/commands.md says every command, option, JSON key, and what the examples print."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import typer.main

from nhigraph.cli import app
from tests.nhigraph.running import Command
from tests.nhigraph.test_answers import QUESTIONS, SCHEMAS
from tests.repository import ROOT

pytestmark = pytest.mark.needs_checkout

FILE = ROOT / "docs" / "commands.md"
# Outside a checkout these tests are left out, but they are collected all the same.
PAGE = FILE.read_text(encoding="utf-8") if FILE.is_file() else ""
SECTIONS = dict(re.findall(r"^## `nhi ([a-z-]+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS: dict[str, Any] = dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def _options() -> Iterator[tuple[str, str]]:
    for name, command in COMMANDS.items():
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("-") and option != "--help":
                    yield name, option


def test_commands_and_sections_are_the_same() -> None:
    assert PAGE
    assert SECTIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize(("command", "option"), sorted(set(_options())))
def test_every_option_is_documented(command: str, option: str) -> None:
    assert re.search(rf"`{re.escape(option)}[` ]", SECTIONS[command]), f"{option} of nhi {command}"


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_is_invented(command: str) -> None:
    known = {option for name, option in _options() if name == command} | {"--help"}
    prose = re.sub(r"```.*?```", "", SECTIONS[command], flags=re.DOTALL)
    mentioned = set(re.findall(r"`(--[a-z-]+)", prose))
    assert mentioned <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_that_parses(command: str) -> None:
    fences = re.findall(r"```\n(.*?)```", SECTIONS[command], re.DOTALL)
    examples = [line for fence in fences for line in fence.splitlines() if line.startswith(f"nhi {command}")]
    assert examples
    for line in examples:
        words = shlex.split(line.split(" < ")[0])[2:]
        COMMANDS[command].make_context(command, words)


@pytest.mark.parametrize("name", sorted({*QUESTIONS, "permissions"}))
def test_every_key_is_documented(name: str) -> None:
    command = QUESTIONS[name][0][0] if name in QUESTIONS else name
    section = SECTIONS[command]
    assert f"schemas/{name}.schema.json" in section
    body = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    head = {"snapshot", "as_of", "as_of_known", "age", "coverage"}
    for key in body["properties"]:
        if name != "permissions":
            assert f"`{key}`" in (PAGE if key in head else section), key


def _told() -> Iterator[tuple[str, list[str]]]:
    for section in SECTIONS.values():
        fences = re.findall(r"```\n(.*?)```", section, re.DOTALL)
        for command, output in pairwise(fences):
            first = command.splitlines()[0]
            if first.startswith("nhi ") and not output.startswith("nhi "):
                yield first, output.splitlines()


@pytest.mark.parametrize(("line", "output"), list(_told()))
def test_the_examples_print_what_the_page_shows(sample: Command, line: str, output: list[str]) -> None:
    answer = sample(*shlex.split(line)[1:])
    assert answer.code == 0, answer.err
    printed = [" ".join(row.split()) for row in answer.out.splitlines()]
    (snapshot,) = {path.name for path in (sample.workspace / "snapshots").iterdir()}
    for shown in output:
        parts = [" ".join(re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{12}", snapshot, part).split()) for part in shown.split("…")]
        pattern = ".*".join(re.escape(part) for part in parts)
        assert any(re.search(pattern, row) for row in printed), shown
