"""Every task of the engine on one world, beside its peers: ``python -m benchmarks.engine_growth EDGES``.

Input: a number of edges. Output: one JSON object on the last line; ``benchmarks.engine`` makes tables of several.
Not handled: names and files (``benchmarks.engine_shell``), bad shapes (``benchmarks.engine_shapes``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.engine_peers import PEERS, peer
from benchmarks.measure import Timing, each, measure, peak_gib, percentile
from benchmarks.world import World, big_world
from graph.arrays import arrays_from_edges
from graph.engine import (
    Speed,
    condense,
    k_shortest_paths,
    reach,
    reach_counts,
    reach_counts_by,
    reverse_reach,
    worst_value,
)

__all__ = ["main"]

SOURCES = 100
_WAYS: tuple[Speed, ...] = ("numpy", "numba")
_RADIUS = "blast radius of an identity"
_WIDE = "blast radius of a node of many edges"
_COMPONENTS = "strong components (ours: and what remains between them)"


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
    floor = measure(arrays.indices.max, 9).cpu
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
        spread(_RADIUS, way, each(_radius(world, way), people))
        spread(_WIDE, way, each(_radius(world, way), hubs))
    some = people[:20]
    for name in PEERS:
        maker = peer(name, world)
        if maker is None:
            continue
        built = measure(maker, 1)
        row("build from edge lists", name, built)
        radius, components = built.result["radius"], built.result["components"]
        assert radius(some[1]) == sizes[1], f"{name} disagrees on a blast radius"
        spread(_RADIUS, name, each(radius, some))
        spread(_WIDE, name, each(radius, hubs))
        row(
            _COMPONENTS,
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
            measure(partial(reverse_reach, arrays, jewels, alive, speed=way), repeats),
        )
        row(
            _COMPONENTS,
            way,
            measure(partial(condense, arrays, alive, speed=way), repeats),
        )
        row(
            "worst class reached, every node",
            way,
            measure(partial(worst_value, arrays, alive, mask * 3, speed=way), repeats),
        )
        row(
            "jewels reached, exact, every node",
            way,
            measure(partial(reach_counts, arrays, everyone, alive, mask, speed=way), repeats),
        )
    spread(
        "three shortest witnesses to a jewel",
        "numpy",
        each(lambda node: k_shortest_paths(arrays, [node], jewels[:1], alive, 3), some),
    )
    count = world.identities.size
    task = "everything reached by kind, exact, each identity"
    kind = np.where(arrays.node_category == 5, 1, 0)
    ways: tuple[Speed, ...] = _WAYS if arrays.edge_count < 200_000 else ("numba",)
    for way in ways:
        work = measure(
            partial(reach_counts_by, arrays, world.identities, alive, kind, 2, speed=way), 1 if large else repeats
        )
        row(task, way, Timing(work.cpu, work.wall))
        for place in (0, count // 2):
            found = reach(arrays, [int(world.identities[place])], alive).reached()
            assert work.result[place].sum() == found.size - 1, "a sweep disagrees with a search"
    for name in PEERS:
        once = rows[f"{_RADIUS}, p50"].get(name)
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


def _radius(world: World, way: Speed) -> Callable[[int], object]:
    return lambda node: reach(world.arrays, [node], world.alive, speed=way)


if __name__ == "__main__":
    raise SystemExit(main())
