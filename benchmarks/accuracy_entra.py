"""Score us, and azath where it answers, on the held-out set of small tenants of Entra ID and Azure.

Input: options (``python -m benchmarks.accuracy_entra --help``). Output: Markdown on standard output, or with
``--write`` between the markers of ``docs/accuracy.md``.
Not handled: other tools; which of them run on such evidence stands in ``docs/accuracy.md``.

azath is installed into an environment of its own in the user's cache folder on first use, unless ``--no-peers``.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.accuracy.entra.case import Case
from benchmarks.accuracy.entra.cases import all_cases
from benchmarks.accuracy.entra.ours import Given, ask_us
from benchmarks.accuracy.entra.peers import ask_azath, asked
from benchmarks.accuracy.entra.report import BEGIN, END, report
from benchmarks.accuracy.entra.score import Line, read_lines, write_lines
from benchmarks.accuracy.environments import NotRun
from benchmarks.accuracy.report import put_into

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "accuracy.md"
RECORDS: Final = Path(__file__).parent / "accuracy" / "entra"
_RECORDED: Final = ("first_entra", "first_azure", "first_second")


def _chosen(parts: Sequence[str], provider: str | None) -> list[Case]:
    return [
        one
        for one in all_cases()
        if (not provider or one.provider == provider) and (not parts or any(part in one.name for part in parts))
    ]


def _asked(cases: Sequence[Case]) -> list[Given]:
    given: list[Given] = []
    for one in cases:
        with tempfile.TemporaryDirectory() as folder:
            given += ask_us(one, Path(folder))
    return given


def _other(cases: Sequence[Case]) -> list[Line] | str:
    if not any(asked(one, claim) for one in cases for claim in one.claims):
        return ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return list(ask_azath(cases, Path(folder)))
        except (NotRun, subprocess.TimeoutExpired) as wrong:
            return str(wrong)


def main(arguments: list[str] | None = None) -> int:
    """Run the set; the exit code is 1 when an answer differs from it."""
    parser = argparse.ArgumentParser(description="Entra ID and Azure: ours on a held-out set of small tenants")
    parser.add_argument("case", nargs="*", help="only cases whose name contains this")
    parser.add_argument("--provider", choices=("Entra", "Azure"), help="only cases of one provider")
    parser.add_argument("--no-peers", action="store_true", help="do not install or run azath")
    parser.add_argument("--write", action="store_true", help="write into docs/accuracy.md")
    parser.add_argument("--record", type=Path, help="keep the answers as a record, one line each")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="date to print (default: today)")
    options = parser.parse_args(arguments)
    cases = _chosen(options.case, options.provider)
    given = _asked(cases)
    if options.record:
        lines = (
            Line(one.case.name, one.claim.subject, one.claim.target, one.claim.expect, one.verdict) for one in given
        )
        write_lines(options.record, lines)
    where = (
        f"`python -m benchmarks.accuracy_entra`, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()}, {options.date}."
    )
    names = {one.name for one in cases}
    first = [line for name in _RECORDED for line in read_lines(RECORDS / f"{name}.jsonl") if line.case in names]
    text = report(cases, given, first, "" if options.no_peers else _other(cases), where)
    if options.write:
        put_into(DOCUMENT, text, BEGIN, END)
    else:
        sys.stdout.write(text + "\n")
    wrong = sum(not one.right for one in given)
    sys.stderr.write(f"{len(cases)} tenants, {len(given)} claims, ours differs on {wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
