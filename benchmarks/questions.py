"""Time questions from the shell, each in a process of its own: ``python -m benchmarks.questions``.

Input: the sample company, built into a temporary workspace. Output: a Markdown table on standard output.
Not handled: a large estate; ``benchmarks/engine.py`` and ``benchmarks/build_aws.py`` measure growth.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

__all__ = ["main"]

_NHI = (sys.executable, "-c", "from nhigraph.cli import main; main()")
_SUMMARISER = "arn:aws:iam::444455556666:role/service/ai-summariser"
_QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("blast-radius", _SUMMARISER),
    ("path", _SUMMARISER, "admin:444455556666"),
    ("explain", _SUMMARISER, "s3:GetObject", "arn:aws:s3:::x"),
    ("inventory",),
    ("leak", "AKIATHPRDSKWOABHLRME"),
    ("findings",),
)


def _spent(command: Sequence[str], workspace: Path) -> tuple[float, float]:
    """Return wall and CPU seconds of one run."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*_NHI, *command, "--workspace", str(workspace)], check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: Sequence[str] | None = None) -> int:
    """Print wall and CPU seconds, the least of some runs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args(arguments).runs
    sys.stdout.write("| question | wall s | CPU s |\n|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        evidence = str(files("sample_data").joinpath("evidence"))
        for command in (("build", evidence), *_QUESTIONS):
            measured = [_spent(command, workspace) for _ in range(runs if command[0] != "build" else 1)]
            wall, cpu = min(each[0] for each in measured), min(each[1] for each in measured)
            sys.stdout.write(f"| `nhi {command[0]}` | {wall:.2f} | {cpu:.2f} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
