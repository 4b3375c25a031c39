"""Which chains are worth judging: shortest ways from sources to the identities that matter most, never all paths.

Input: a snapshot, ends, a least state. Output: ``Candidate`` rows, worst first, and what bounded the search.
Handled: one reverse search for each end and state gives the shortest chain of every source at once; hubs cost nothing.
Not handled: longer ways between the same two; ``nhi path -k`` lists those.
Bounded: ``ENDS`` ends out of ``TRIED``, ``PER_END`` sources for each; both are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.delegation.hops import OWN_CHANGES, members, sources
from graph.arrays import GraphArrays, Int8Array, Int32Array
from graph.engine import reverse_reach
from graph.engine_search import ReverseReach
from graph.kinds import EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["ENDS", "PER_END", "Candidate", "Ends", "Importance", "candidates"]

ENDS: Final = 64
"""Ends of chains that are kept when no end is named."""
TRIED: Final = 256
"""Identities that are searched for chains of enough hops, worst first, until so many ends have some."""
PER_END: Final = 400
"""Sources kept for an end: those that hold least of their own, then the nearest."""
_NONE: Final = 12
"""Rank of an identity that holds no class of impact; full control is 0, H1 to H11 are 1 to 11."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chain that was found and is not judged yet."""

    source: int
    end: int
    state: State
    rank: int
    """Of its end: 0 full control, 1 to 11 the worst class held there, 12 none."""
    weakness: int
    """Rank of its source; the higher the less it holds of its own."""
    hops: int
    """Edges, hubs not counted."""
    edges: tuple[int, ...] = ()


class Importance:
    """How much each identity holds, by the arrays alone."""

    def __init__(self, snapshot: Snapshot, levels: Int8Array) -> None:
        arrays = snapshot.arrays
        rank = np.where(arrays.node_impact > 0, arrays.node_impact, _NONE).astype(np.int8)
        self.scopes: dict[int, list[int]] = {}
        """By identity the administrator nodes that it has or gives itself."""
        codes = [snapshot.edge_kind_code(kind) for kind in (EdgeKind.ADMIN_OF, *OWN_CHANGES)]
        for number in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN).tolist():
            span = slice(int(arrays.r_indptr[number]), int(arrays.r_indptr[number + 1]))
            edges = arrays.r_edge[span]
            kept = (levels[edges] > 0) & np.isin(arrays.edge_kind[edges], codes)
            for identity in np.unique(arrays.r_indices[span][kept]).tolist():
                rank[identity] = 0
                self.scopes.setdefault(identity, []).append(number)
        self.rank: Int8Array = rank


@dataclass(frozen=True, slots=True)
class Ends:
    """Where chains may end."""

    nodes: tuple[int, ...]
    cut: bool
    """There were more."""

    @staticmethod
    def worst(snapshot: Snapshot, importance: Importance, levels: Int8Array) -> Ends:
        """Return the identities that somebody can obtain and that hold most."""
        arrays = snapshot.arrays
        entered = np.zeros(arrays.node_count, dtype=np.bool_)
        entered[arrays.indices[levels > 0]] = True
        nodes = np.flatnonzero(members(snapshot) & entered)
        order = np.lexsort((nodes, importance.rank[nodes]))
        chosen = nodes[order][:TRIED]
        return Ends(tuple(chosen.tolist()), bool(nodes.size > chosen.size))


def candidates(
    snapshot: Snapshot, ends: Ends, levels: Int8Array, importance: Importance, *, least: State, min_hops: int
) -> tuple[list[Candidate], tuple[str, ...]]:
    """Return chains to each end, worst first, and the bounds that were met: ``ends``, ``sources``.

    Parameters
    ----------
    levels
        State of the edges that chains are made of, 0 for others.
    least
        Worst state of a chain that is wanted.
    min_hops
        Fewest edges; a chain has no more hops than edges.
    """
    arrays = snapshot.arrays
    may_begin = sources(snapshot)
    found: list[Candidate] = []
    cut, cut_ends = False, ends.cut
    kept = 0
    wanted = [level for level in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED) if level >= least]
    alive = {level: np.asarray(levels >= level) for level in wanted}
    for place, end in enumerate(ends.nodes):
        before = len(found)
        open_sources = may_begin.copy()
        open_sources[end] = False
        for level in wanted:
            tree = reverse_reach(arrays, [end], alive[level])
            numbers = np.flatnonzero(open_sources & (tree.hops >= 0))
            open_sources[numbers] = False
            numbers = numbers[tree.hops[numbers] >= min_hops]
            chosen = _weakest(numbers, importance.rank, tree.hops)
            cut = cut or chosen.size < numbers.size
            found.extend(_told(tree, int(end), level, importance, chosen, arrays))
        kept += len(found) > before
        if kept == ENDS:
            cut_ends = cut_ends or place + 1 < len(ends.nodes)
            break
    found.sort(key=lambda row: (row.rank, -row.state, -row.weakness, row.hops, row.source, row.end))
    return found, ("ends",) * cut_ends + ("sources",) * cut


def _weakest(numbers: NDArray[np.integer], rank: Int8Array, hops: Int32Array) -> Int32Array:
    order = np.lexsort((numbers, hops[numbers], -rank[numbers].astype(np.int32)))
    return np.asarray(numbers[order][:PER_END], dtype=np.int32)


def _told(
    tree: ReverseReach, end: int, level: State, importance: Importance, chosen: Int32Array, arrays: GraphArrays
) -> Iterator[Candidate]:
    for source in chosen.tolist():
        yield Candidate(
            source,
            end,
            level,
            int(importance.rank[end]),
            int(importance.rank[source]),
            int(tree.hops[source]),
            tree.path_from(arrays, source),
        )
