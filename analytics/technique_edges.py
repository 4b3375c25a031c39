"""The techniques that a subject, or an identity that it becomes, can use: one row each, hubs resolved.

Input: a snapshot, a search result, edge states. Output: ``TechniqueEdge`` rows.
Not handled: whether the subject gets to the source of a technique surely; the row's state is the technique's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from analytics.holder import Found, HeldLevels
from analytics.steps import steps_of
from analytics.subjects import Subject
from graph.arrays import CATEGORY_CODES, GraphArrays, spans
from graph.kinds import Category, EdgeKind, State
from graph.snapshot import Snapshot

__all__ = ["TechniqueEdge", "technique_edges", "technique_sources"]

_MOST_AT_ONCE = 4096
"""Sources whose edges are looked at together: the answer is often full after a few."""


@dataclass(frozen=True, slots=True)
class TechniqueEdge:
    """A technique that the subject, or an identity that it becomes, can use."""

    id: str
    source: str
    target: str
    state: State
    grants: tuple[str, ...]
    via: str
    """What is used on the way: the principal whose policy is rewritten, the workload, or the full control gained."""
    conditions: tuple[str, ...]


def technique_sources(arrays: GraphArrays, subject: Subject, found: Found, own_only: bool) -> list[int]:
    """Return the nodes whose techniques a radius lists: the subject's, and those of identities that it becomes."""
    becomes = {
        CATEGORY_CODES.index(Category.IDENTITY),
        CATEGORY_CODES.index(Category.GROUP),
        CATEGORY_CODES.index(Category.FEDERATION),
        CATEGORY_CODES.index(Category.IDENTITY_STATE),
    }
    starts = list(subject.starts)
    if own_only:
        return starts
    numbers = np.flatnonzero((found.best > 0) & np.isin(arrays.node_category, list(becomes)))
    order = np.lexsort((numbers, found.hops[numbers]))
    return [*starts, *numbers[order][~np.isin(numbers[order], starts)].tolist()]


def technique_edges(
    snapshot: Snapshot, sources: Iterable[int], states: HeldLevels, most: int
) -> tuple[tuple[TechniqueEdge, ...], bool]:
    """Return the technique edges that leave some nodes, ``most`` at most, and whether that cut them."""
    arrays = snapshot.arrays
    rows: dict[TechniqueEdge, None] = {}
    for edge, state in _leaving(arrays, sources, states):
        for path in _through_hub(arrays, edge, state):
            for row in _technique_rows(snapshot, path, state):
                rows[row] = None
            if len(rows) >= most:
                return tuple(rows), True
    return tuple(rows), False


def _leaving(arrays: GraphArrays, sources: Iterable[int], states: HeldLevels) -> Iterator[tuple[int, NDArray[np.int8]]]:
    """Yield the techniques in force that leave some nodes, node by node, with the states that count for each."""
    waiting = iter(sources)
    size = 1
    while some := list(islice(waiting, size)):
        nodes = np.asarray(some, dtype=np.int64)
        edges = spans(arrays.indptr, nodes)
        own = np.repeat(np.isin(nodes, states.held), arrays.indptr[nodes + 1] - arrays.indptr[nodes])
        in_force = np.where(own, states.own[edges], states.later[edges]) != 0
        kept = np.flatnonzero(in_force & (arrays.edge_technique[edges] != 0))
        for edge, held in zip(edges[kept].tolist(), own[kept].tolist(), strict=True):
            yield edge, states.own if held else states.later
        size = min(2 * size, _MOST_AT_ONCE)


def _technique_rows(snapshot: Snapshot, path: tuple[int, ...], state: NDArray[np.int8]) -> Iterator[TechniqueEdge]:
    """Yield the technique on its target; where a workload or a policy is the means, on the principal gained too."""
    step = steps_of(snapshot, path, state)[0]
    sure = min(State(int(state[number])) for number in path)
    conditions = tuple(str(item["text"]) for item in step.data()["conditions"])
    roles = (
        _runs_as(snapshot, int(snapshot.arrays.indices[path[-1]])) if step.kind == EdgeKind.CAN_TAKE_OVER.value else []
    )
    itself = step.source.partition("?")[0]
    if step.target in (step.source, itself) or roles == [itself]:
        return
    yield TechniqueEdge(step.technique, step.source, step.target, sure, step.grants, step.via, conditions)
    if step.kind == EdgeKind.CAN_CHANGE_POLICY_OF.value and step.via not in ("", step.source):
        yield TechniqueEdge(step.technique, step.source, step.via, sure, step.grants, step.target, conditions)
    for role in roles:
        if role != step.source:
            yield TechniqueEdge(step.technique, step.source, role, sure, step.grants, step.target, conditions)


def _runs_as(snapshot: Snapshot, workload: int) -> list[str]:
    arrays = snapshot.arrays
    code = snapshot.edge_kind_code(EdgeKind.RUNS_AS)
    edges = range(int(arrays.indptr[workload]), int(arrays.indptr[workload + 1]))
    return [snapshot.node_id(int(arrays.indices[edge])) for edge in edges if arrays.edge_kind[edge] == code]


def _through_hub(arrays: GraphArrays, edge: int, state: NDArray[np.int8]) -> Iterator[tuple[int, ...]]:
    """Yield the edge alone, or with each edge that leaves the hub it leads to."""
    target = int(arrays.indices[edge])
    if not arrays.hub[target]:
        yield (edge,)
        return
    first, stop = int(arrays.indptr[target]), int(arrays.indptr[target + 1])
    for onward in (np.flatnonzero(state[first:stop]) + first).tolist():
        yield (edge, onward)
