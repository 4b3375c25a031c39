"""Score us, PMapper, cloudsplaining, nhinsight and sxaiam on one set of small AWS accounts.

Input: options (``python -m benchmarks.accuracy_aws --help``). Output: Markdown on standard output, or with ``--write``
between the markers of ``docs/accuracy.md``.
Not handled: tools that need an account or a server; techniques of other clouds.

Each other tool is installed into an environment of its own in the user's cache folder on first use; set ``UV`` to the
program when it is not on the path, or leave the tools out with ``--no-peers``.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.accuracy.answers import Answer
from benchmarks.accuracy.case import Case, write_case
from benchmarks.accuracy.cases import all_cases
from benchmarks.accuracy.environments import NotRun, ask_peer
from benchmarks.accuracy.ours import ask_us
from benchmarks.accuracy.peers.registry import PEERS, Peer, asked
from benchmarks.accuracy.report import Outcome, put_into, report

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "accuracy.md"
_CLAIM: Final = "All cases."


def _chosen(parts: Sequence[str]) -> list[Case]:
    return [one for one in all_cases() if not parts or any(part in one.name for part in parts)]


def ours(cases: Iterable[Case]) -> Outcome:
    """Ask this product every case, each in folders of its own; a failure is an answer too."""
    answers: dict[str, Answer] = {}
    for one in cases:
        with tempfile.TemporaryDirectory() as folder:
            try:
                answers[one.name] = ask_us(one, Path(folder))
            except Exception as wrong:
                answers[one.name] = Answer(one.name, "error", note=f"{type(wrong).__name__}: {wrong}"[:120])
    return Outcome("NHIGraph", _version(), _CLAIM, answers)


def theirs(peer: Peer, cases: Sequence[Case], folder: Path) -> Outcome:
    """Ask another tool the cases that it claims to answer."""
    some = [one for one in cases if asked(peer, one)]
    folders = {one.name: folder / one.name.replace("/", "_") for one in some}
    try:
        answers = ask_peer(peer, some, folders, folder) if some else {}
    except (NotRun, subprocess.TimeoutExpired) as wrong:
        return Outcome(peer.name, peer.package, peer.claim, reason=str(wrong))
    return Outcome(peer.name, peer.package, peer.claim, answers)


def _version() -> str:
    from nhigraph import __version__

    return __version__


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison; the exit code is 1 when our answer to a case differs from the set."""
    parser = argparse.ArgumentParser(description="AWS escalation: ours and four other tools on one set of accounts")
    parser.add_argument("case", nargs="*", help="only cases whose name contains this")
    parser.add_argument("--no-peers", action="store_true", help="do not install or run the other tools")
    parser.add_argument("--peer", action="append", help="only this other tool; may be repeated")
    parser.add_argument("--write", action="store_true", help="write into docs/accuracy.md")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="date to print (default: today)")
    options = parser.parse_args(arguments)
    cases = _chosen(options.case)
    outcomes = [ours(cases)]
    with tempfile.TemporaryDirectory() as scratch:
        for one in cases:
            write_case(Path(scratch) / one.name.replace("/", "_"), one)
        for peer in () if options.no_peers else PEERS:
            if not options.peer or peer.name in options.peer:
                outcomes.append(theirs(peer, cases, Path(scratch)))
    where = (
        f"`python -m benchmarks.accuracy_aws`, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.system()}, {options.date}."
    )
    text = report(cases, outcomes, where)
    if options.write:
        put_into(DOCUMENT, text)
    else:
        sys.stdout.write(text + "\n")
    wrong = sum(outcomes[0].answers[one.name].verdict != one.expect for one in cases)
    sys.stderr.write(f"{len(cases)} cases, ours differs on {wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
