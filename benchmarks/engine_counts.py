"""Exact reach counts alone, for their time and peak memory: ``python -m benchmarks.engine_counts EDGES IDENTITIES``.

Input: numbers of edges and identities. Output: one JSON object on the last line.
Not handled: other tasks.
"""

from __future__ import annotations

import json
import sys

import numpy as np

from benchmarks.measure import measure, peak_gib
from benchmarks.world import build_world
from graph.engine import reach, reach_counts

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Measure counts of everything that each identity reaches, with one warm-up on a small world."""
    edges, identities = map(int, arguments or sys.argv[1:])
    small = build_world(20_000)
    reach_counts(
        small.arrays, small.identities, small.alive, np.ones(small.arrays.node_count, dtype=bool), speed="numba"
    )
    world = build_world(edges, nodes=max(edges // 10, 2 * identities), identities=identities)
    arrays, everything = world.arrays, np.ones(world.arrays.node_count, dtype=bool)
    before = peak_gib()
    timing = measure(lambda: reach_counts(arrays, world.identities, world.alive, everything, speed="numba"), 1)
    last = int(world.identities[-1])
    assert timing.result[-1] == reach(arrays, [last], world.alive).reached().size - 1, "a sweep disagrees with a search"
    answer = {
        "edges": arrays.edge_count,
        "nodes": arrays.node_count,
        "identities": identities,
        "cpu": timing.cpu,
        "wall": timing.wall,
        "mean": float(timing.result.mean()),
        "before": before,
        "peak": peak_gib(),
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
