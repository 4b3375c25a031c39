"""Time what everyone reaches, kept and read again, over growing snapshots: ``python -m benchmarks.everyone``.

Input: snapshots of ``benchmarks.big_snapshot`` in a temporary folder. Output: a Markdown table on standard output: CPU
and wall seconds by part and peak memory, each size in a process of its own, and how they grow.
Not handled: other engines (``benchmarks.engine`` has one search each beside the sweeps).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["main"]

_T = TypeVar("_T")
_SIZES = (100_000, 1_000_000, 10_000_000)
_QUICK = (20_000, 100_000)
_PARTS = ("jewels", "copies", "sweeps", "who reaches each jewel", "keep", "read")


def measure(workspace: Path) -> dict[str, Any]:
    """Return CPU and wall seconds of each part for the newest snapshot of a workspace, in this process."""
    from analytics.analysis_store import Analysis, analysis, analysis_folder, keep
    from analytics.everyone import Sweep
    from analytics.jewel_reach import jewel_reach
    from analytics.jewels import jewels
    from graph.snapshot import open_snapshot

    parts: dict[str, tuple[float, float]] = {}

    def timed(name: str, work: Callable[[], _T]) -> _T:
        cpu, wall = time.process_time(), time.perf_counter()
        result = work()
        parts[name] = (time.process_time() - cpu, time.perf_counter() - wall)
        return result

    snapshot = open_snapshot(workspace=workspace)
    edges = snapshot.arrays.edge_count
    treasure = timed("jewels", lambda: jewels(snapshot))
    sweep = timed("copies", lambda: Sweep(snapshot, treasure))
    found = timed("sweeps", sweep.answer)
    reach = timed("who reaches each jewel", lambda: jewel_reach(sweep, found))
    whole = Analysis(found, treasure, reach)
    folder = analysis_folder(snapshot, workspace)
    timed("keep", lambda: keep(snapshot, folder, whole))
    timed("read", lambda: analysis(snapshot, workspace))
    kept = sum(path.stat().st_size for path in folder.iterdir())
    return {
        "edges": edges,
        "nodes": snapshot.node_count,
        "copies": int(sweep.graph.node.size) - snapshot.node_count,
        "subjects": int(found.subjects.size),
        "jewels": len(treasure),
        "inexact": int((~found.exact).sum()),
        "kept_mb": round(kept / 2**20, 1),
        "parts": parts,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _child(workspace: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.everyone", "--measure", str(workspace)]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    row: dict[str, Any] = json.loads(result.stdout)
    return row


def _print(rows: Sequence[dict[str, Any]]) -> None:
    sys.stdout.write("| | " + " | ".join(f"{row['edges']:,} edges" for row in rows) + " |\n")
    sys.stdout.write("|---" * (len(rows) + 1) + "|\n")
    for name in ("nodes", "subjects", "copies", "jewels", "inexact"):
        sys.stdout.write(f"| {name} | " + " | ".join(f"{row[name]:,}" for row in rows) + " |\n")
    for part in _PARTS:
        cells = " | ".join("{:.2f} ({:.2f})".format(*row["parts"][part]) for row in rows)
        sys.stdout.write(f"| {part}, CPU s (wall s) | {cells} |\n")
    totals = [sum(cpu for cpu, _ in row["parts"].values()) for row in rows]
    sys.stdout.write("| all, CPU s | " + " | ".join(f"{total:.2f}" for total in totals) + " |\n")
    growth = ["–", *(f"×{after / before:.1f}" for before, after in pairwise(totals))]
    sys.stdout.write("| growth | " + " | ".join(growth) + " |\n")
    sys.stdout.write("| peak memory, MB | " + " | ".join(f"{row['peak_mb']:,}" for row in rows) + " |\n")
    sys.stdout.write("| kept, MB | " + " | ".join(f"{row['kept_mb']:,}" for row in rows) + " |\n")


def main(arguments: list[str] | None = None) -> int:
    """Print the table; ``--quick`` takes small sizes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everyone", description=main.__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--edges", type=int, nargs="+")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        json.dump(measure(options.measure), sys.stdout)
        return 0
    from benchmarks.big_snapshot import write_big_snapshot
    from benchmarks.world import big_world

    rows = []
    for edges in options.edges or (_QUICK if options.quick else _SIZES):
        with tempfile.TemporaryDirectory() as folder:
            write_big_snapshot(big_world(edges), Path(folder))
            rows.append(_child(Path(folder)))
    _print(rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
