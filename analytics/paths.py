"""A path from one subject to one target: the shortest witnesses, bounded, at the best state that there is.

Input: a snapshot, a subject, a target. Output: ``PathAnswer``.
Not handled: enumerating simple paths; more than ``k`` distinct shortest ones are cut, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.reach import context_data
from analytics.steps import Step, steps_of
from analytics.subjects import Subject
from analytics.witness import Contradictions
from graph.attacker import edge_levels
from graph.engine import k_shortest_paths
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["FoundPath", "PathAnswer", "find_paths"]


@dataclass(frozen=True, slots=True)
class FoundPath:
    """One witness."""

    state: State
    hops: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """Witnesses from a subject to a target, surest and shortest first."""

    source: Subject
    target: Subject
    paths: tuple[FoundPath, ...]
    cut_by: str
    """``""`` when nothing was cut, else what cut it: ``k``, ``max_hops`` or ``budget``."""
    context: dict[str, object]


def find_paths(
    snapshot: Snapshot, source: Subject, target: Subject, *, k: int = 3, max_hops: int | None = None
) -> PathAnswer:
    """Return up to ``k`` witnesses.

    Parameters
    ----------
    k
        At least 1; witnesses of a better state come before shorter ones of a lesser state.
    max_hops
        Leave out longer ones.
    """
    levels = edge_levels(snapshot, source.attacker)
    check = Contradictions(snapshot, levels)
    found: list[FoundPath] = []
    seen: set[tuple[int, ...]] = set()
    cut_by = ""
    for level in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
        if len(found) >= k:
            break
        alive = np.asarray(levels >= level)
        answer = k_shortest_paths(
            snapshot.arrays, list(source.starts), list(target.starts), alive, k + len(found) + 4, max_hops=max_hops
        )
        cut_by = answer.cut_by or cut_by
        for path in answer.paths:
            edges = tuple(path.edges)
            state = State(min((int(levels[edge]) for edge in edges), default=int(State.VERIFIED)))
            if edges in seen or state is not level or check.contradictory(edges):
                continue
            seen.add(edges)
            found.append(FoundPath(state, path.hops, tuple(steps_of(snapshot, edges, levels))))
    if len(found) > k:
        cut_by = cut_by or "k"
    return PathAnswer(source, target, tuple(found[:k]), cut_by, context_data(source.attacker))
