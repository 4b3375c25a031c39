"""Score us on the held-out set of small estates for joints between systems.

Input: options (``python -m benchmarks.accuracy_joints --help``). Output: Markdown on standard output, or with
``--write`` between the markers of ``docs/accuracy.md``.
Not handled: other tools: none that could be installed joins these systems.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.accuracy.claims_report import line_of
from benchmarks.accuracy.entra.score import read_lines, write_lines
from benchmarks.accuracy.joints.cases import all_cases
from benchmarks.accuracy.joints.ours import Given, ask_us
from benchmarks.accuracy.joints.report import BEGIN, END, report
from benchmarks.accuracy.report import put_into

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "accuracy.md"
FIRST: Final = Path(__file__).parent / "accuracy" / "joints" / "first_joints.jsonl"


def main(arguments: list[str] | None = None) -> int:
    """Run the set; the exit code is 1 when an answer differs from it."""
    parser = argparse.ArgumentParser(description="Joints: ours on a held-out set of small estates")
    parser.add_argument("case", nargs="*", help="only cases whose name contains this")
    parser.add_argument("--write", action="store_true", help="write into docs/accuracy.md")
    parser.add_argument("--record", type=Path, help="keep the answers as a record, one line each")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="date to print (default: today)")
    options = parser.parse_args(arguments)
    cases = [one for one in all_cases() if not options.case or any(part in one.name for part in options.case)]
    given: list[Given] = []
    for one in cases:
        with tempfile.TemporaryDirectory() as folder:
            given += ask_us(one, Path(folder))
    if options.record:
        write_lines(options.record, (line_of(one) for one in given))
    names = {one.name for one in cases}
    where = (
        f"`python -m benchmarks.accuracy_joints`, 2 shared cores, 24 GiB, Python {platform.python_version()}, "
        f"{options.date}."
    )
    text = report(cases, given, [line for line in read_lines(FIRST) if line.case in names], where)
    if options.write:
        put_into(DOCUMENT, text, BEGIN, END)
    else:
        sys.stdout.write(text + "\n")
    wrong = sum(not one.right for one in given)
    sys.stderr.write(f"{len(cases)} estates, {len(given)} claims, ours differs on {wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
