"""The same questions asked of the engines installed beside ours.

Input: ``World``. Output: callables by task, for each peer that is installed and takes that size.
Not handled: hops and witnesses, which most of them do not give; hubs, which they see as plain nodes.
``rustworkx.reverse()`` hung at 1,000,000 edges and igraph's max-flow did not end at 10,000,000 in earlier measurements:
neither is called.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.world import World

__all__ = ["LARGEST", "PEERS", "Tasks", "peer"]

PEERS = ("scipy", "networkx", "rustworkx", "igraph")
LARGEST = {"scipy": 10**8, "networkx": 200_000, "rustworkx": 2_000_000, "igraph": 2 * 10**7}
"""Edges beyond which a peer is left out: its graph alone would take minutes or most of the memory."""

Tasks = dict[str, Callable[..., Any]]
"""``radius`` (node → number reached, itself included) and ``components`` (→ number)."""


def peer(name: str, world: World) -> Callable[[], Tasks] | None:
    """Return what builds a peer's graph and gives its tasks; ``None``: not installed, or the graph is too large."""
    if find_spec(name) is None or world.arrays.edge_count > LARGEST[name]:
        return None
    return {"scipy": _scipy, "networkx": _networkx, "rustworkx": _rustworkx, "igraph": _igraph}[name](world)


def _scipy(world: World) -> Callable[[], Tasks]:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    count, ones = world.arrays.node_count, np.ones(world.source.size, dtype=np.int8)

    def build() -> Tasks:
        graph = csr_matrix((ones, (world.source, world.target)), shape=(count, count))
        return {
            "radius": lambda node: breadth_first_order(graph, node, return_predecessors=False).size,
            "components": lambda: connected_components(graph, directed=True, connection="strong")[0],
        }

    return build


def _networkx(world: World) -> Callable[[], Tasks]:
    import networkx as nx

    pairs = list(zip(world.source.tolist(), world.target.tolist(), strict=True))

    def build() -> Tasks:
        graph = nx.DiGraph()
        graph.add_nodes_from(range(world.arrays.node_count))
        graph.add_edges_from(pairs)
        return {
            "radius": lambda node: 1 + len(nx.descendants(graph, node)),
            "components": lambda: nx.number_strongly_connected_components(graph),
        }

    return build


def _rustworkx(world: World) -> Callable[[], Tasks]:
    import rustworkx as rx

    pairs = list(zip(world.source.tolist(), world.target.tolist(), strict=True))

    def build() -> Tasks:
        graph = rx.PyDiGraph(multigraph=True)
        graph.add_nodes_from(range(world.arrays.node_count))
        graph.extend_from_edge_list(pairs)
        return {
            "radius": lambda node: 1 + len(rx.descendants(graph, node)),
            "components": lambda: len(rx.strongly_connected_components(graph)),
        }

    return build


def _igraph(world: World) -> Callable[[], Tasks]:
    import igraph

    ends = np.column_stack((world.source, world.target))

    def build() -> Tasks:
        graph = igraph.Graph(n=world.arrays.node_count, edges=ends, directed=True)
        return {
            "radius": lambda node: len(graph.subcomponent(node, mode="out")),
            "components": lambda: len(graph.connected_components(mode="strong")),
        }

    return build
