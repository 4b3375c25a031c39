"""Score us, and zizmor where it can be asked, on the held-out set of small organizations of GitHub.

Input: options (``python -m benchmarks.accuracy_github --help``). Output: Markdown on standard output, or with
``--write`` between the markers of ``docs/accuracy.md``.
Not handled: tools beside zizmor; which of them could be asked stands in ``docs/accuracy.md``.

zizmor is installed into an environment of its own in the user's cache folder on first use, unless ``--no-peers``.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.accuracy.claims_report import line_of
from benchmarks.accuracy.entra.score import Line, read_lines, write_lines
from benchmarks.accuracy.environments import NotRun
from benchmarks.accuracy.github.case import Case
from benchmarks.accuracy.github.cases import all_cases
from benchmarks.accuracy.github.ours import Given, ask_us
from benchmarks.accuracy.github.peers import ask_zizmor
from benchmarks.accuracy.github.report import BEGIN, END, report
from benchmarks.accuracy.report import put_into

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "accuracy.md"
FIRST: Final = Path(__file__).parent / "accuracy" / "github" / "first_github.jsonl"


def _asked(cases: Sequence[Case]) -> list[Given]:
    given: list[Given] = []
    for one in cases:
        with tempfile.TemporaryDirectory() as folder:
            given += ask_us(one, Path(folder))
    return given


def _other(cases: Sequence[Case]) -> list[Line] | str:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return list(ask_zizmor(cases, Path(folder)))
        except (NotRun, subprocess.TimeoutExpired) as wrong:
            return str(wrong)


def main(arguments: list[str] | None = None) -> int:
    """Run the set; the exit code is 1 when an answer differs from it."""
    parser = argparse.ArgumentParser(description="GitHub: ours on a held-out set of small organizations")
    parser.add_argument("case", nargs="*", help="only cases whose name contains this")
    parser.add_argument("--no-peers", action="store_true", help="do not install or run zizmor")
    parser.add_argument("--write", action="store_true", help="write into docs/accuracy.md")
    parser.add_argument("--record", type=Path, help="keep the answers as a record, one line each")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="date to print (default: today)")
    options = parser.parse_args(arguments)
    cases = [one for one in all_cases() if not options.case or any(part in one.name for part in options.case)]
    given = _asked(cases)
    if options.record:
        write_lines(options.record, (line_of(one) for one in given))
    names = {one.name for one in cases}
    where = (
        f"`python -m benchmarks.accuracy_github`, 2 shared cores, 24 GiB, Python {platform.python_version()}, "
        f"{options.date}."
    )
    first = [line for line in read_lines(FIRST) if line.case in names]
    text = report(cases, given, first, "" if options.no_peers else _other(cases), where)
    if options.write:
        put_into(DOCUMENT, text, BEGIN, END)
    else:
        sys.stdout.write(text + "\n")
    wrong = sum(not one.right for one in given)
    sys.stderr.write(f"{len(cases)} organizations, {len(given)} claims, ours differs on {wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
