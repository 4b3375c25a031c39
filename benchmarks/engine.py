"""Measure the engine against networkx and rustworkx on the same synthetic graphs, in one run.

Input: ``python -m benchmarks.engine [--edges 100000 1000000] [--quick]``. Output: Markdown tables of CPU and wall
seconds (medians), ratios, and peak memory. Not handled: real estates; the shapes are those that identity graphs have:
power-law memberships, chained roles with cycles, hubs, 0.1 % crown jewels. Peers see hubs as plain nodes.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise, product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.world import World, build_world
from graph.arrays import arrays_from_edges
from graph.engine import condense, k_shortest_paths, neighbourhood, reach, reach_counts, reverse_reach, worst_value
from graph.kinds import Category, EdgeKind, NodeKind
from graph.model import Edge, IdentityGraph, Node
from graph.snapshot import SnapshotMeta, open_snapshot, write_snapshot

_ENUMERATED = 20_000
"""Simple paths after which the enumeration by networkx is cut."""


@dataclass(frozen=True)
class Timing:
    """Medians over the repeats."""

    cpu: float
    wall: float
    result: Any


def measure(work: Callable[[], Any], repeats: int) -> Timing:
    """Run some times and take medians; the first run, which loads and compiles, does not count when repeated."""
    cpu, wall = [], []
    result = None
    for _ in range(repeats + (repeats > 1)):
        gc.collect()
        begun = (time.process_time(), time.perf_counter())
        result = work()
        cpu.append(time.process_time() - begun[0])
        wall.append(time.perf_counter() - begun[1])
    kept = slice(1, None) if repeats > 1 else slice(None)
    return Timing(median(cpu[kept]), median(wall[kept]), result)


def peers(world: World) -> dict[str, Callable[[], Any]]:
    """Return graph builders by peer, for those installed."""
    pairs = list(zip(world.source.tolist(), world.target.tolist(), strict=True))
    count = world.arrays.node_count

    def networkx_graph() -> Any:
        import networkx as nx

        graph = nx.DiGraph()
        graph.add_nodes_from(range(count))
        graph.add_edges_from(pairs)
        return graph

    def rustworkx_graph() -> Any:
        import rustworkx as rx

        graph = rx.PyDiGraph(multigraph=True)
        graph.add_nodes_from(range(count))
        graph.extend_from_edge_list(pairs)
        return graph

    return {"networkx": networkx_graph, "rustworkx": rustworkx_graph}


def print_rows(title: str, rows: list[tuple[str, dict[str, tuple[Timing, str]]]]) -> None:
    """Print one table: CPU (wall) seconds by engine, and CPU ratios to the engine's numpy and scipy way."""
    names = ["numpy/scipy", "numba", "networkx", "rustworkx"]
    print(f"\n### {title}\n\nCPU seconds (wall seconds); × is CPU against numpy/scipy\n")
    print("| task | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for task, timings in rows:
        cells = []
        base = timings["numpy/scipy"][0].cpu if "numpy/scipy" in timings else 0.0
        for name in names:
            if name not in timings:
                cells.append("–")
                continue
            timing, mark = timings[name]
            ratio = f", ×{timing.cpu / base:.1f}" if base and name != "numpy/scipy" else ""
            cells.append(f"{timing.cpu:.3g} ({timing.wall:.3g}{ratio}){mark}")
        print(f"| {task} | " + " | ".join(cells) + " |", flush=True)


def large(edges: int, repeats: int) -> None:
    """Measure everything on one large graph."""
    world = build_world(edges)
    arrays, alive = world.arrays, world.alive
    starts = world.identities[:: max(1, world.identities.size // 20)][:20].tolist()
    jewels = world.jewels.tolist()
    category = {"node_category": arrays.node_category}
    rows: list[tuple[str, dict[str, tuple[Timing, str]]]] = []

    def row(task: str, **work: Callable[[], Any]) -> dict[str, tuple[Timing, str]]:
        timings = {name.replace("_", "/"): (measure(each, repeats), "") for name, each in work.items()}
        rows.append((task, timings))
        return timings

    makers = peers(world)
    built = row(
        "build from edge lists",
        numpy_scipy=lambda: arrays_from_edges(arrays.node_count, world.source, world.target, columns=category),
        **makers,
    )
    nx_graph, rx_graph = built["networkx"][0].result, built["rustworkx"][0].result
    radii = row(
        "20 blast radii",
        numpy_scipy=lambda: [reach(arrays, [node], alive).reached().size for node in starts],
        networkx=lambda: [_nx_reach(nx_graph, node) for node in starts],
        rustworkx=lambda: [_rx_reach(rx_graph, node) for node in starts],
    )
    agree = {name: timing.result for name, (timing, _) in radii.items()}
    assert all(answer == agree["numpy/scipy"] for answer in agree.values()), "engines disagree on blast radii"
    row(
        "reverse reach from all jewels, with next hop (networkx: its adjacency, own loop)",
        numpy_scipy=lambda: reverse_reach(arrays, jewels, alive).reached().size,
        networkx=lambda: _nx_reverse(nx_graph, jewels),
    )
    row(
        "strong components (and condensation: ours)",
        numpy_scipy=lambda: condense(arrays, alive).count,
        networkx=lambda: _nx_components(nx_graph),
        rustworkx=lambda: _rx_components(rx_graph),
    )
    identities = world.identities
    jewel_mask = np.isin(np.arange(arrays.node_count), world.jewels)
    anything = [Category.IDENTITY, Category.RESOURCE]
    counts = row(
        f"jewels reached, exact, each of {identities.size:,} identities",
        numpy_scipy=lambda: reach_counts(arrays, identities, alive, jewel_mask, speed="numpy"),
        numba=lambda: reach_counts(arrays, identities, alive, jewel_mask, speed="numba"),
    )
    _extrapolate(counts, radii, len(starts), identities.size)
    reaches = {"numba": lambda: reach_counts(arrays, identities, alive, anything, speed="numba")}
    if edges <= 100_000:
        reaches["numpy_scipy"] = lambda: reach_counts(arrays, identities, alive, anything, speed="numpy")
    everything = row(f"everything reached, exact, each of {identities.size:,} identities", **reaches)
    for position in (0, identities.size // 2):
        radius = reach(arrays, [position], alive).reached()
        wanted = np.isin(arrays.node_category[radius], (0, 5)).sum() - 1
        assert everything["numba"][0].result[position] == wanted, "a sweep disagrees with a search"
    _extrapolate(everything, radii, len(starts), identities.size)
    value = jewel_mask * 3
    row(
        "worst class reached, every node",
        numpy_scipy=lambda: worst_value(arrays, alive, value, speed="numpy"),
        numba=lambda: worst_value(arrays, alive, value, speed="numba"),
    )
    row(
        "neighbourhood of up to 500 nodes as networkx",
        numpy_scipy=lambda: neighbourhood(arrays, starts[:1], alive, max_hops=2).number_of_nodes(),
    )
    print_rows(f"{arrays.edge_count:,} edges, {arrays.node_count:,} nodes, {len(jewels):,} jewels", rows)


def stored(edges: int, repeats: int) -> None:
    """Measure writing a snapshot and opening it in this process, Python objects and files included."""
    world = build_world(edges)
    arrays = world.arrays
    names = [f"arn:aws:iam::111111111111:role/team-{node % 97}/service-{node:07}" for node in range(arrays.node_count)]
    identity_graph = IdentityGraph()
    for node, name in enumerate(names):
        hub = bool(arrays.hub[node])
        identity_graph.add_node(
            Node(name, NodeKind.HUB if hub else NodeKind.AWS_ROLE, name[-7:], "aws", "111111111111")
        )
    ends = zip(world.source.tolist(), world.target.tolist(), strict=True)
    identity_graph.add_edges(Edge(names[a], names[b], EdgeKind.CAN_ASSUME, True) for a, b in ends)
    meta = SnapshotMeta(datetime(2026, 11, 21, tzinfo=UTC), "benchmark")
    with TemporaryDirectory() as folder:
        written = measure(lambda: write_snapshot(identity_graph, Path(folder), meta, ()), 1)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())

        def first_answer() -> int:
            snapshot = open_snapshot(workspace=Path(folder))
            start = snapshot.node_index(names[5])
            return int(reach(snapshot.arrays, [start], snapshot.arrays.traversable).reached().size)

        rows = [
            ("write a snapshot", {"numpy/scipy": (written, "")}),
            ("open it", {"numpy/scipy": (measure(lambda: open_snapshot(workspace=Path(folder)), repeats), "")}),
            ("open it, find a node by id, one blast radius", {"numpy/scipy": (measure(first_answer, repeats), "")}),
        ]
        count = len(identity_graph.edges)
        print_rows(f"Snapshot: {count:,} edges, {len(names):,} nodes, {size / 2**20:.0f} MiB on disk", rows)


def small(repeats: int) -> None:
    """Measure the two worst cases that are small: the layered trust graph and account-root trust."""
    import networkx as nx

    layers = [[0], *([1 + layer * 9 + place for place in range(9)] for layer in range(6))]
    pairs = [pair for here, there in pairwise(layers) for pair in product(here, there)]
    source, target = np.array(pairs).T
    arrays = arrays_from_edges(55, source, target)
    alive = np.ones(arrays.edge_count, dtype=bool)
    graph = nx.DiGraph(pairs)
    rows: list[tuple[str, dict[str, tuple[Timing, str]]]] = []
    enumerated = measure(lambda: sum(1 for _ in islice(nx.all_simple_paths(graph, 0, 54), _ENUMERATED)), 1)
    share = enumerated.result / 9**5
    rows.append(
        (
            f"55 nodes, width 9: 10 witnesses (networkx: {enumerated.result:,} of {9**5:,} simple paths)",
            {
                "numpy/scipy": (measure(lambda: k_shortest_paths(arrays, [0], [54], alive, 10), repeats), ""),
                "networkx": (enumerated, f", cut at {share:.0%}" if share < 1 else ""),
            },
        )
    )
    rows.append(
        (
            "the same: reach and hops of every node",
            {"numpy/scipy": (measure(lambda: reach(arrays, [0], alive), repeats), "")},
        )
    )
    count = 3000
    callers, roles = np.arange(count), np.arange(count + 1, 2 * count + 1)
    hub = np.zeros(2 * count + 1, dtype=bool)
    hub[count] = True
    ends = np.concatenate((callers, np.full(count, count))), np.concatenate((np.full(count, count), roles))
    rooted = arrays_from_edges(2 * count + 1, *ends, hub)
    open_edges = np.ones(rooted.edge_count, dtype=bool)
    plain = nx.DiGraph()
    plain.add_edges_from(zip(*(end.tolist() for end in ends), strict=True))
    rows.append(
        (
            f"account-root trust, 3,000 × 3,000 in {rooted.edge_count:,} edges: reach counts of all callers",
            {
                "numpy/scipy": (
                    measure(lambda: reach_counts(rooted, callers, open_edges, ~hub, speed="numpy"), repeats),
                    "",
                ),
                "numba": (
                    measure(lambda: reach_counts(rooted, callers, open_edges, ~hub, speed="numba"), repeats),
                    "",
                ),
                "networkx": (
                    measure(lambda: [_nx_reach(plain, node) for node in callers.tolist()], 1),
                    "",
                ),
            },
        )
    )
    print_rows("Small and bad", rows)


def _extrapolate(
    timings: dict[str, tuple[Timing, str]],
    radii: dict[str, tuple[Timing, str]],
    sample: int,
    identities: int,
) -> None:
    """Add peers as their blast radii times the number of identities, marked as extrapolated."""
    for name in ("networkx", "rustworkx"):
        once = radii[name][0]
        factor = identities / sample
        timings[name] = (Timing(once.cpu * factor, once.wall * factor, None), " extrapolated")


def _nx_reach(graph: Any, node: int) -> int:
    import networkx as nx

    return 1 + len(nx.descendants(graph, node))


def _rx_reach(graph: Any, node: int) -> int:
    import rustworkx as rx

    return 1 + len(rx.descendants(graph, node))


def _nx_reverse(graph: Any, targets: list[int]) -> int:
    """Search breadth first against the edges; networkx itself offers only slower ways from many starts at once."""
    following = dict.fromkeys(targets, -1)
    wave = list(targets)
    while wave:
        found = []
        for node in wave:
            for caller in graph.pred[node]:
                if caller not in following:
                    following[caller] = node
                    found.append(caller)
        wave = found
    return len(following)


def _nx_components(graph: Any) -> int:
    import networkx as nx

    return int(nx.number_strongly_connected_components(graph))


def _rx_components(graph: Any) -> int:
    import rustworkx as rx

    return len(rx.strongly_connected_components(graph))


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__.splitlines()[0])
    parser.add_argument("--edges", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--quick", action="store_true", help="one small graph, one repeat")
    options = parser.parse_args(arguments)
    repeats = 1 if options.quick else 3
    small(repeats)
    stored(20_000 if options.quick else max(options.edges), repeats)
    for edges in [20_000] if options.quick else options.edges:
        large(edges, repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)
    print(f"\nPeak memory of the whole run, peers included: {peak:.2f} GiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
