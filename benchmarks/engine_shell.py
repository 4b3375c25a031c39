"""Snapshots on disk: writing, opening, first answers, and questions from the shell in processes of their own.

Input: a number of edges. Output: a Markdown table. Snapshots are those of ``benchmarks.big_snapshot``.
Not handled: the sample company (``benchmarks.questions``); a cold disk, since files just written are in memory.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.big_snapshot import write_big_snapshot
from benchmarks.measure import figure, measure, percentile, table
from benchmarks.world import big_world
from graph.kinds import NodeKind
from graph.snapshot import Snapshot, open_snapshot

__all__ = ["main"]

_NHI = (sys.executable, "-c", "from nhigraph.cli import main; main()")


def main(sizes: Sequence[int], runs: int = 10) -> None:
    """Print the table."""
    rows = []
    for edges in sizes:
        with TemporaryDirectory() as folder:
            workspace = Path(folder)
            written = measure(partial(_write, edges, workspace), 1)
            opened = measure(partial(open_snapshot, workspace=workspace), 9)
            arrays = measure(partial(_arrays, workspace), 3)
            snapshot = open_snapshot(workspace=workspace)
            users, jewel = _subjects(snapshot, runs)
            _ask("blast-radius", users[0], "--workspace", folder)
            asked = [_ask("blast-radius", user, "--limit", "100", "--workspace", folder) for user in users]
            paths = [_ask("path", user, jewel, "--workspace", folder) for user in users]
            rows.append(
                [f"{snapshot.edge_count:,}", f"{snapshot.node_count:,}", figure(written.wall), figure(opened.wall),
                 figure(arrays.wall), *_told(asked), *_told(paths)]
            )  # fmt: skip
    table(
        f"Snapshots and {runs} identities asked about from the shell: wall seconds, CPU in brackets",
        ["edges", "nodes", "write", "open", "open and check the arrays", "`nhi blast-radius`, p50", "worst",
         "`nhi path` to a jewel, p50", "worst"],
        rows,
    )  # fmt: skip


def _write(edges: int, workspace: Path) -> str:
    return write_big_snapshot(big_world(edges), workspace)


def _arrays(workspace: Path) -> int:
    return open_snapshot(workspace=workspace).arrays.node_count


def _subjects(snapshot: Snapshot, count: int) -> tuple[list[str], str]:
    """Return users spread over the snapshot, and a bucket that some reach."""
    users = snapshot.nodes_of_kind(NodeKind.AWS_USER)
    arrays = snapshot.arrays
    buckets = snapshot.nodes_of_kind(NodeKind.S3_BUCKET)
    callers = arrays.r_indptr[buckets + 1] - arrays.r_indptr[buckets]
    return [snapshot.node_id(int(user)) for user in users[:: users.size // count][:count]], snapshot.node_id(
        int(buckets[callers.argmax()])
    )


def _ask(*question: str) -> tuple[float, float]:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # Bytecode is kept, as it is where the program is installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([*_NHI, *question, "--format", "json"], check=True, stdout=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _told(spent: list[tuple[float, float]]) -> list[str]:
    columns = [[each[place] for each in spent] for place in (0, 1)]
    return [f"{figure(percentile(columns[0], at))} ({figure(percentile(columns[1], at))})" for at in (50, 100)]
