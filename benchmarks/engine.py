"""Measure the engine, its growth, its worst shapes, and the engines installed beside it, in one run.

Input: ``python -m benchmarks.engine [--edges N …] [--quick]``. Output: Markdown tables on standard output.
Not handled: real estates; the shapes are those that identity graphs have: power-law memberships, chained roles with
cycles, hubs, 0.1 % crown jewels. Each size runs in a process of its own, which tells its peak memory.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import engine_shapes, engine_shell
from benchmarks.engine_peers import PEERS
from benchmarks.measure import child, figure, table
from benchmarks.world import World, big_world, build_world

__all__ = ["World", "big_world", "build_world", "main"]

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
IDENTITIES = (88_000, 300_000, 1_000_000)
_NAMES = ("numpy", "numba", *PEERS)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__.splitlines()[0])
    parser.add_argument("--edges", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--quick", action="store_true", help="two small sizes")
    options = parser.parse_args(arguments)
    sizes = [10_000, 30_000] if options.quick else options.edges
    results = [child("benchmarks.engine_growth", edges) for edges in sizes]
    for result in results:
        _one_size(result)
    _growth(results)
    largest = max(sizes)
    _counts(largest, [largest * count // 10_000_000 for count in IDENTITIES])
    engine_shell.main(sizes[-1:] if options.quick else sizes[1:], runs=2 if options.quick else 10)
    if not options.quick:
        engine_shapes.main()
    return 0


def _one_size(result: dict[str, Any]) -> None:
    """Print every engine on one size: CPU seconds, wall in brackets, times our better way."""
    rows = []
    for task, timings in result["rows"].items():
        own = min(timings[name][0] for name in ("numpy", "numba") if name in timings)
        cells = [task]
        for name in _NAMES:
            if name not in timings:
                cells.append("–")
                continue
            cpu, wall, *mark = timings[name]
            ratio = f", ×{cpu / own:.3g}" if name in PEERS and own else ""
            cells.append(f"{figure(cpu)} ({figure(wall)}{ratio})" + "".join(f" {word}" for word in mark))
        rows.append([*cells, f"{own / result['floor']:,.0f}"])
    median, tail = result["radius"]
    table(
        f"{result['edges']:,} edges, {result['nodes']:,} nodes, {result['identities']:,} identities, "
        f"{result['jewels']:,} jewels; a radius of {median:,} nodes (p99 {tail:,}); most edges of one node "
        f"{result['degree']:,}; one scan of the int32 targets {figure(result['floor'])} s; "
        f"peak {result['peak']:.2f} GiB with peers",
        ["CPU s (wall s)", *_NAMES, "ours, in scans"],
        rows,
    )


def _growth(results: Sequence[dict[str, Any]]) -> None:
    """Print how our better way grows."""
    rows = []
    for task in results[-1]["rows"]:
        cells = [task]
        for result in results:
            timings = result["rows"].get(task, {})
            own = [timings[name][0] for name in ("numpy", "numba") if name in timings]
            cells.append(f"{figure(min(own))} ({min(own) / result['edges'] * 1e9:,.0f})" if own else "–")
        rows.append(cells)
    table(
        "Growth of our better way: CPU seconds (nanoseconds an edge)",
        ["task", *(f"{result['edges']:,} edges" for result in results)],
        rows,
    )


def _counts(edges: int, identities: Sequence[int]) -> None:
    rows = []
    for count in identities:
        got = child("benchmarks.engine_counts", edges, count)
        rows.append(
            [f"{count:,}", f"{got['nodes']:,}", f"{got['edges']:,}", f"{got['mean']:,.0f}", figure(got["cpu"]),
             figure(got["wall"]), f"{got['before']:.2f}", f"{got['peak']:.2f}"]
        )  # fmt: skip
    table(
        "Exact counts of everything that each identity reaches, in a process of its own",
        [
            "identities",
            "nodes",
            "edges",
            "mean count",
            "CPU s",
            "wall s",
            "GiB before (the graph being made)",
            "peak GiB",
        ],
        rows,
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
