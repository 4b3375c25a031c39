"""Run the command in this process, as its script does: arguments in, exit code and both streams out.

Input: arguments, standard input, a working directory. Output: ``Answer``.
Not handled: process start; ``start`` runs a real process where that matters.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from nhigraph.cli import main
from tests.repository import ROOT

__all__ = ["Answer", "Command", "start"]


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        assert self.code == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Command:
    """`nhi` on one workspace."""

    workspace: Path

    def __call__(self, *arguments: str | Path, text: str = "", at: Path | None = None) -> Answer:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
        code: Any = 0
        with (
            mock.patch.object(sys, "argv", ["nhi", *map(str, arguments)]),
            mock.patch.object(sys, "stdin", stdin),
            mock.patch.dict(os.environ, {"NHI_WORKSPACE": str(self.workspace), "COLUMNS": "200", "TERM": "dumb"}),
            contextlib.redirect_stdout(streams[0]),
            contextlib.redirect_stderr(streams[1]),
            contextlib.chdir(at or self.workspace.parent),
        ):
            try:
                main()
            except SystemExit as stop:
                code = stop.code
        out, err = (stream.buffer.getvalue().decode() for stream in streams)
        assert "Traceback" not in err
        return Answer(code if isinstance(code, int) else 0, out, err)

    def build(self, *evidence: Path) -> str:
        """Build a snapshot and return its id."""
        answer = self("build", *evidence)
        assert answer.code == 0, answer.err
        return answer.out.strip()

    def radius(self, who: str, *options: str | Path) -> Any:
        """Return the blast radius as JSON."""
        return self("blast-radius", who, "--format", "json", *options).json

    def state(self, who: str, target: str, *options: str | Path) -> str:
        """Return how surely WHO reaches a target: a state, or ``no``."""
        data = self.radius(who, *options)
        return next((row["state"] for row in data["reaches"] if row["id"] == target), "no")


def start(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None, text: str = "") -> Answer:
    """Run `nhi` in a process of its own."""
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv[0] = 'nhi'; from nhigraph.cli import main; main()",
            *map(str, arguments),
        ],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Answer(result.returncode, result.stdout, result.stderr)
