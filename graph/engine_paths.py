"""Witness paths between two sets of nodes, and bounded neighbourhoods for drawing.

Input: ``GraphArrays``, sources, targets, a mask of edges in force. Output: ``Path``, ``Paths``, a networkx graph.
Not handled: all simple paths, whose number grows exponentially; a bound that cut the answer is always told.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.arrays import BoolArray, GraphArrays, Int32Array
from graph.engine_outlook import Outlook
from graph.engine_search import InForce, NodeNumbers, reach, reverse_reach

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Path", "Paths", "k_shortest_paths", "neighbourhood", "shortest_path"]


@dataclass(frozen=True, slots=True)
class Path:
    """One witness."""

    nodes: tuple[int, ...]
    """Source first; one more than ``edges``."""
    edges: tuple[int, ...]
    hops: int
    """Edges that do not leave a hub."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Several witnesses and whether there are more."""

    paths: tuple[Path, ...]
    """By hops."""
    cut_by: str
    """``""`` when these are all; else the bound that was met first: ``k``, ``max_hops`` or ``budget``."""
    live_edges: int
    """Edges in force that lie between the sources and the targets, the only ones looked at; -1: not counted."""


def shortest_path(
    arrays: GraphArrays,
    sources: NodeNumbers,
    targets: NodeNumbers,
    alive: InForce,
    *,
    max_hops: int | None = None,
    least: int = 1,
) -> Path | None:
    """Return a path of fewest hops from any source to any target; None when there is none within ``max_hops``."""
    found = reach(arrays, sources, alive, targets=targets, max_hops=max_hops, least=least)
    numbers = np.unique(np.asarray(targets, dtype=np.int64))
    hit = numbers[found.hops[numbers] >= 0]
    if not hit.size:
        return None
    node = int(hit[np.argmin(found.hops[hit])])
    return _path(arrays, node, found.path_to(arrays, node))


def k_shortest_paths(
    arrays: GraphArrays,
    sources: NodeNumbers,
    targets: NodeNumbers,
    alive: InForce,
    k: int,
    *,
    max_hops: int | None = None,
    budget: int = 100_000,
    extra: Int32Array | None = None,
    least: int = 1,
    outlook: Outlook | None = None,
) -> Paths:
    """Return up to ``k`` paths of fewest hops that differ in their nodes.

    Parameters
    ----------
    k
        At least 1.
    max_hops
        Leave out longer ones.
    budget
        Bound on partial paths looked at: time and memory stay within it whatever the graph. The first path is found
        all the same.
    extra
        Hops that an edge takes beside its own (``m``), 0 for most.
    least
        Where ``alive`` are levels, the least that counts as in force.
    outlook
        Made for these sources and edges in force, when several targets are asked about: then a search costs what lies
        between, and ``live_edges`` are not counted.

    Notes
    -----
    A path visits no node twice, returns to no source and ends at the first target. Where edges run parallel, the lowest
    of the shortest stands for all. The search is best-first with the exact distance to the targets as its guide, on the
    edges that are both reached from the sources and reaching the targets.
    """
    closed = {int(node) for node in np.unique(np.asarray(sources, dtype=np.int64))}
    view = outlook or Outlook(arrays, sources, alive, least, ends=targets)
    with view.towards(targets, count=outlook is None) as (ahead, live_edges):
        return _search(view, (sorted(closed), targets), (ahead, live_edges), (k, max_hops, budget), extra)


def _search(
    view: Outlook,
    ends_of_paths: tuple[Sequence[int], NodeNumbers],
    guide: tuple[Int32Array, int],
    bounds: tuple[int, int | None, int],
    extra: Int32Array | None,
) -> Paths:
    """Search best first with the exact hops to the targets as a guide."""
    (sources, targets), (ahead, live_edges), (k, max_hops, budget) = ends_of_paths, guide, bounds
    arrays = view.arrays
    closed = set(sources)
    ends = {int(node) for node in np.unique(np.asarray(targets, dtype=np.int64))}
    heap: list[tuple[int, int, tuple[int, ...], tuple[int, ...]]] = []
    for start in sources:
        if ahead[start] >= 0:
            heap.append((int(ahead[start]), 0, (start,), ()))
    heapq.heapify(heap)
    paths: list[Path] = []
    too_long = False
    pushed = len(heap)
    while heap:
        length, _, nodes, edges = heapq.heappop(heap)
        if max_hops is not None and length > max_hops:
            too_long = True
            break
        last = nodes[-1]
        if last in ends:
            if len(paths) == k:
                return Paths(tuple(paths), "k", live_edges)
            paths.append(Path(nodes, edges, length))
            continue
        done = length - int(ahead[last]) + (0 if arrays.hub[last] else 1)
        for node, edge in _steps(view, last, ahead, extra):
            if node not in nodes and node not in closed:
                length = done + int(ahead[node]) + (0 if extra is None else int(extra[edge]))
                heapq.heappush(heap, (length, -len(nodes), (*nodes, node), (*edges, edge)))
                pushed += 1
        if pushed > budget:
            first = (
                None
                if paths
                else shortest_path(arrays, sources, targets, view.state, max_hops=max_hops, least=view.least)
            )
            return Paths((first,) if first else tuple(paths), "budget", live_edges)
    return Paths(tuple(paths), "max_hops" if too_long else "", live_edges)


def neighbourhood(
    arrays: GraphArrays, centers: NodeNumbers, alive: BoolArray, *, max_hops: int = 2, max_nodes: int = 500
) -> nx.DiGraph:
    """Return what lies within some hops of the centers, against or along edges, as a networkx graph.

    Returns
    -------
    networkx.DiGraph
        Nodes are node numbers with attribute ``hops`` (signed: negative when they lead to a center); an edge has
        ``edges``, the ascending numbers of all parallel alive edges. ``graph["cut"]`` tells whether ``max_nodes`` left
        some out; the nearest stay, then the lowest numbers.
    """
    import networkx as nx

    forward = reach(arrays, centers, alive, max_hops=max_hops).hops
    backward = reverse_reach(arrays, centers, alive, max_hops=max_hops).hops
    distance = np.where(forward < 0, backward, np.where(backward < 0, forward, np.minimum(forward, backward)))
    members = np.flatnonzero(distance >= 0)
    members = members[np.argsort(distance[members], kind="stable")]
    result = nx.DiGraph(cut=bool(members.size > max_nodes))
    for node in members[:max_nodes].tolist():
        ahead = forward[node] >= 0 and (backward[node] < 0 or forward[node] <= backward[node])
        result.add_node(node, hops=int(forward[node]) if ahead else -int(backward[node]))
    shown = np.zeros(arrays.node_count, dtype=np.bool_)
    shown[members[:max_nodes]] = True
    for node in np.flatnonzero(shown).tolist():
        start, stop = int(arrays.indptr[node]), int(arrays.indptr[node + 1])
        inside = np.flatnonzero(alive[start:stop] & shown[arrays.indices[start:stop]]) + start
        for edge in inside.tolist():
            target = int(arrays.indices[edge])
            known = result[node][target]["edges"] if result.has_edge(node, target) else ()
            result.add_edge(node, target, edges=(*known, edge))
    return result


def _path(arrays: GraphArrays, target: int, edges: tuple[int, ...]) -> Path:
    sources = tuple(int(arrays.edge_source[edge]) for edge in edges)
    return Path((*sources, target), edges, sum(1 for node in sources if not arrays.hub[node]))


def _steps(view: Outlook, node: int, ahead: Int32Array, extra: Int32Array | None) -> list[tuple[int, int]]:
    """Return (target, shortest live edge, of these the lowest) for each target of a node that leads on."""
    arrays = view.arrays
    start, stop = int(arrays.indptr[node]), int(arrays.indptr[node + 1])
    live = (view.state[start:stop] >= view.least) & (ahead[arrays.indices[start:stop]] >= 0)
    edges = np.flatnonzero(live) + start
    if extra is not None:
        edges = edges[np.argsort(extra[edges], kind="stable")]
    targets, first = np.unique(arrays.indices[edges], return_index=True)
    return list(zip(targets.tolist(), edges[first].tolist(), strict=True))
