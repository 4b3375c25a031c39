"""Every task of the engine on one world, beside its peers: ``python -m benchmarks.engine_growth EDGES``.

Input: a number of edges. Output: one JSON object on the last line; ``benchmarks.engine`` makes tables of several.
Not handled: names and files (``benchmarks.engine_shell``), bad shapes (``benchmarks.engine_shapes``).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from benchmarks.engine_peers import PEERS, peer
from benchmarks.measure import Timing, each, measure, peak_gib, percentile
from benchmarks.world import World, big_world
from graph.arrays import arrays_from_edges
from graph.engine import condense, k_shortest_paths, reach, reach_counts, reach_counts_by, reverse_reach, worst_value

__all__ = ["main"]

SOURCES = 100
_WAYS = ("numpy", "numba")


def main(arguments: list[str] | None = None) -> int:
    """Measure one size and print JSON."""
    edges = int((arguments or sys.argv[1:])[0])
    world = big_world(edges)
    sys.stdout.write(json.dumps(_tasks(world)) + "\n")
    return 0


def _tasks(world: World) -> dict[str, Any]:
    arrays, alive = world.arrays, world.alive
    large = arrays.edge_count > 2_000_000
    repeats = 3
    for made in ("edge_source", "hub", "traversable"):
        getattr(arrays, made)
    floor = measure(lambda: arrays.indices.max(), 9).cpu
    people = world.identities[:: max(1, world.identities.size // SOURCES)][:SOURCES].tolist()
    hubs = np.argsort(-np.diff(arrays.indptr), kind="stable")[:10].tolist()
    rows: dict[str, dict[str, Any]] = {}

    def row(task: str, name: str, timing: Timing) -> None:
        rows.setdefault(task, {})[name] = [timing.cpu, timing.wall]

    def spread(task: str, name: str, timings: list[Timing]) -> None:
        for percent in (50, 99):
            cpu, wall = ([getattr(timing, of) for timing in timings] for of in ("cpu", "wall"))
            row(f"{task}, p{percent}", name, Timing(percentile(cpu, percent), percentile(wall, percent)))

    category = {"node_category": arrays.node_category}
    build = measure(lambda: arrays_from_edges(arrays.node_count, world.source, world.target, columns=category), 1)
    row("build from edge lists", "numpy", build)
    sizes = [int(reach(arrays, [node], alive).reached().size) for node in people]
    for way in _WAYS:
        spread(
            "blast radius of an identity", way, each(lambda node, w=way: reach(arrays, [node], alive, speed=w), people)
        )
        spread(
            "blast radius of a node of many edges",
            way,
            each(lambda node, w=way: reach(arrays, [node], alive, speed=w), hubs),
        )
    some = people[:20]
    for name in PEERS:
        maker = peer(name, world)
        if maker is None:
            continue
        built = measure(maker, 1)
        row("build from edge lists", name, built)
        radius, components = built.result["radius"], built.result["components"]
        assert radius(some[1]) == sizes[1], f"{name} disagrees on a blast radius"
        spread("blast radius of an identity", name, each(radius, some))
        spread("blast radius of a node of many edges", name, each(radius, hubs))
        row(
            "strong components (ours: and what remains between them)",
            name,
            measure(components, 1 if large else repeats),
        )
        del built, radius, components, maker
    jewels = world.jewels
    mask = np.zeros(arrays.node_count, dtype=bool)
    mask[jewels] = True
    everyone = np.arange(arrays.node_count)
    for way in _WAYS:
        row(
            "who reaches a jewel, with the next edge",
            way,
            measure(lambda w=way: reverse_reach(arrays, jewels, alive, speed=w), repeats),
        )
        row(
            "strong components (ours: and what remains between them)",
            way,
            measure(lambda w=way: condense(arrays, alive, speed=w), repeats),
        )
        row(
            "worst class reached, every node",
            way,
            measure(lambda w=way: worst_value(arrays, alive, mask * 3, speed=w), repeats),
        )
        row(
            "jewels reached, exact, every node",
            way,
            measure(lambda w=way: reach_counts(arrays, everyone, alive, mask, speed=w), repeats),
        )
    spread(
        "three shortest witnesses to a jewel",
        "numpy",
        each(lambda node: k_shortest_paths(arrays, [node], jewels[:1], alive, 3), some),
    )
    count = world.identities.size
    task = "everything reached by kind, exact, each identity"
    kind = np.where(arrays.node_category == 5, 1, 0)
    ways = _WAYS if arrays.edge_count < 200_000 else ("numba",)
    for way in ways:
        work = measure(
            lambda w=way: reach_counts_by(arrays, world.identities, alive, kind, 2, speed=w), 1 if large else repeats
        )
        row(task, way, Timing(work.cpu, work.wall))
        for place in (0, count // 2):
            found = reach(arrays, [int(world.identities[place])], alive).reached()
            assert work.result[place].sum() == found.size - 1, "a sweep disagrees with a search"
    for name in PEERS:
        once = rows["blast radius of an identity, p50"].get(name)
        if once is not None:
            rows[task][name] = [once[0] * count, once[1] * count, "extrapolated"]
    return {
        "edges": arrays.edge_count,
        "nodes": arrays.node_count,
        "identities": int(count),
        "jewels": int(jewels.size),
        "floor": floor,
        "radius": [percentile(sizes, 50), percentile(sizes, 99)],
        "degree": int(np.diff(arrays.indptr).max()),
        "rows": rows,
        "peak": peak_gib(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
