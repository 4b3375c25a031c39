"""Score the product on generated estates: ``python -m benchmarks.estate_score [--quick] [--identities N …]``.

Input: options. Output: Markdown: precision and recall by kind and overall, differences, and what build and questions
cost.
Handled: every claim of full control that the product makes is compared with the truth; a claim that no row of the truth
explains is false. Commands that are not there yet are skipped, and the table says so.
Not handled: estates that were not generated; a truth that is wrong in the same way as the product.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.estate.generate import Written, write_estate
from benchmarks.estate_checks import CHECKS, Asked, Verdict

__all__ = ["Measured", "Scores", "main", "precision", "recall", "report", "score"]

_NHI: Final = (sys.executable, "-c", "from nhigraph.cli import main; main()")
SIZES: Final = (300, 3_000, 30_000)
QUICK: Final = (300,)
EVERYONE: Final = 3_000
"""Up to so many identities every claim comes from ``nhi blast-radius --all``, above from one reverse search a scope."""
_RIGHT: Final = ("found", "chain")
_FALSE: Final = ("false", "unplanned")
_MISSED: Final = ("missed", "state")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one command took."""

    what: str
    calls: int
    wall: float
    cpu: float
    peak: float
    """MiB; 0: not measured apart."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """All comparisons and costs of one estate."""

    written: Written
    seed: int
    verdicts: tuple[Verdict, ...]
    skipped: tuple[tuple[str, str], ...]
    """Claim and reason."""
    measured: tuple[Measured, ...]


def precision(verdicts: Iterable[Verdict]) -> float:
    """Return right claims among all sure claims that were made; 1 where none was made."""
    some = list(verdicts)
    right = sum(each.outcome in _RIGHT for each in some)
    false = sum(each.outcome in _FALSE for each in some)
    false += sum(each.outcome == "state" and "expected conditional" in each.note for each in some)
    return right / (right + false) if right + false else 1.0


def recall(verdicts: Iterable[Verdict]) -> float:
    """Return right claims among all that hold; 1 where none holds. An ``unverified`` answer is none."""
    some = list(verdicts)
    right = sum(each.outcome in _RIGHT for each in some)
    missed = sum(each.outcome in _MISSED for each in some)
    missed += sum(each.outcome == "unverified" and "expected" in each.note for each in some)
    return right / (right + missed) if right + missed else 1.0


def _timed(what: str, command: Sequence[str], said: Path) -> Measured:
    """Run a command in a process of its own; its standard output goes into the file."""
    started = time.perf_counter()
    with said.open("wb") as out, said.with_suffix(".err").open("wb") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:
        raise RuntimeError(f"{what} ended with {process.returncode}: {said.with_suffix('.err').read_text()[-400:]}")
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Measured(what, 1, time.perf_counter() - started, usage.ru_utime + usage.ru_stime, peak)


def _documents(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("{\n") or line == "{\n":
                yield json.loads(line + file.read())
                return
            yield json.loads(line)


def _run(folder: Path, measured: list[Measured], *command: str) -> Iterator[Any]:
    said = folder / f"said-{len(measured)}.json"
    arguments = (*_NHI, *command, "--workspace", str(folder / "workspace"))
    measured.append(_timed(f"`nhi {command[0]}`", arguments, said))
    yield from _documents(said)


def _commands() -> set[str]:
    from nhigraph.cli import app

    names = [each.name or getattr(each.callback, "__name__", "") for each in app.registered_commands]
    return {name.replace("_", "-") for name in names}


def score(folder: Path, identities: int, seed: int, everyone: int = EVERYONE) -> Scores:
    """Write an estate, build it, ask, compare.

    Parameters
    ----------
    folder
        Evidence, truth, snapshot and answers stay there.
    everyone
        Up to so many identities ``nhi blast-radius --all`` is asked.
    """
    from graph.snapshot import open_snapshot

    started, cpu = time.perf_counter(), time.process_time()
    written = write_estate(folder, identities, seed)
    measured = [Measured("write the evidence", 1, time.perf_counter() - started, time.process_time() - cpu, 0)]
    run = partial(_run, folder, measured)
    workspace = folder / "workspace"
    command = (*_NHI, "build", str(written.evidence), "--workspace", str(workspace))
    measured.append(_timed("`nhi build`", command, folder / "build.txt"))
    rows = [json.loads(line) for line in written.truth.read_text(encoding="utf-8").splitlines()]
    snapshot = open_snapshot(None, workspace)
    answers = None
    if written.identities <= everyone:
        said = run("blast-radius", "--all", "--limit", "1", "--format", "jsonl")
        answers = {each["subject"]: {"admin_of": each["admin_of"]} for each in said}
    asked = Asked(snapshot, run, answers, frozenset(row["target"] for row in rows))
    verdicts: list[Verdict] = []
    skipped: list[tuple[str, str]] = []
    there = _commands()
    for check in CHECKS:
        if check.command not in there:
            skipped.append((check.claim, f"this version has no command `nhi {check.command}`"))
            continue
        fitting = rows if check.claim == "reaches" else [row for row in rows if row["claim"] == check.claim]
        begun, spent = time.perf_counter(), time.process_time()
        verdicts.extend(check.compare(asked, fitting))
        wall, cpu = time.perf_counter() - begun, time.process_time() - spent
        measured.append(Measured(f"compare `{check.claim}`", len(fitting), wall, cpu, 0, "answers and comparison"))
    if times := sorted(asked.milliseconds):
        p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
        note = f"median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms"
        measured.append(Measured("blast radius of one subject", len(times), sum(times) / 1000, 0, 0, note))
    return Scores(written, seed, tuple(verdicts), tuple(skipped), tuple(measured))


# ---- report


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(map(str, cells))} |"


def _kind_rows(scores: Scores) -> Iterator[tuple[object, ...]]:
    by_kind: dict[str, list[Verdict]] = defaultdict(list)
    for each in scores.verdicts:
        by_kind[each.kind].append(each)
    # What administrators gain elsewhere outnumbers what is planted, so that each has a sum of its own.
    planted = [each for each in scores.verdicts if "/" in each.kind]
    sums = {"**planted and decoys**": planted, "**all**": list(scores.verdicts)}
    for kind, some in (*sorted(by_kind.items()), *sums.items()):
        counts = Counter(each.outcome for each in some)
        right, missed, false = (sum(counts[each] for each in group) for group in (_RIGHT, _MISSED, _FALSE))
        told = (right, missed, counts["quiet"], false, counts["unverified"], counts["chain"])
        yield (kind, *told, f"{precision(some):.3f}", f"{recall(some):.3f}")


def _differences(verdicts: Iterable[Verdict], most: int) -> Iterator[str]:
    """Yield how often each kind differs, with the first notes of each."""
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in verdicts:
        if each.outcome not in ("found", "quiet"):
            grouped[each.kind, each.outcome].append(each.note)
    for (kind, outcome), notes in sorted(grouped.items()):
        yield f"- {outcome}, `{kind}`: {len(notes)}"
        yield from (f"  - {note}" for note in notes[:most])


def report(scores: Scores, differences: int = 3) -> str:
    """Return the Markdown of one estate; of the differences of a kind so many are shown."""
    written = scores.written
    lines = [
        f"### {written.identities:,} identities, {written.accounts} accounts, seed {scores.seed}",
        "",
        f"{written.planted} planted claims, {written.decoys} decoys.",
        "",
    ]
    head = ("kind", "found", "missed", "decoys silent", "false", "unverified", "other chain", "precision", "recall")
    lines += [*_table(head, _kind_rows(scores)), ""]
    lines += [f"Not scored: `{claim}`, {reason}." for claim, reason in scores.skipped]
    lines += ["", *_differences(scores.verdicts, differences)]
    cost = (
        (each.what, f"{each.calls:,}", f"{each.wall:.2f}", f"{each.cpu:.2f}" if each.cpu else "",
         f"{each.peak:,.0f}" if each.peak else "", each.note)
        for each in scores.measured
    )  # fmt: skip
    lines += ["", *_table(("what", "calls or claims", "wall s", "CPU s", "peak MiB", ""), cost), ""]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Score estates and print Markdown; the exit code is 1 when an answer differs from the truth."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estate_score", description=__doc__.splitlines()[0])
    parser.add_argument("--identities", type=int, nargs="+", help="sizes; default: 300, 3,000 and 30,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="300 identities alone")
    parser.add_argument("--everyone", type=int, default=EVERYONE, help="ask `blast-radius --all` up to this size")
    parser.add_argument("--keep", type=Path, help="keep evidence, truth, snapshot and answers in this folder")
    options = parser.parse_args(arguments)
    wrong = 0
    for size in options.identities or (QUICK if options.quick else SIZES):
        with tempfile.TemporaryDirectory() as scratch:
            folder = options.keep / str(size) if options.keep else Path(scratch)
            scores = score(folder, size, options.seed, options.everyone)
            sys.stdout.write(report(scores) + "\n")
            sys.stdout.flush()
            wrong += sum(each.outcome not in ("found", "quiet") for each in scores.verdicts)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
