"""A path from one subject to one target: the shortest witnesses, bounded, at the best state that there is.

Input: a snapshot, a subject, a target. Output: ``PathAnswer``.
Not handled: enumerating simple paths; more than ``k`` distinct shortest ones are cut, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.holder import HeldLevels, held_levels, search
from analytics.reach import context_data
from analytics.steps import Step, steps_of
from analytics.subjects import Subject
from analytics.witness import Contradictions
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
    states = held_levels(snapshot, source)
    check = Contradictions(snapshot, states.own)
    found: list[FoundPath] = []
    seen: set[tuple[int, ...]] = set()
    cut_by = ""
    for level in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
        if len(found) >= k:
            break
        alive = np.asarray(states.own >= level)
        answer = k_shortest_paths(
            snapshot.arrays, list(source.starts), list(target.starts), alive, k + len(found) + 4, max_hops=max_hops
        )
        cut_by = answer.cut_by or cut_by
        for path in answer.paths:
            edges = check.consistent(path.edges)
            # Parallel edges are one way: the surest of them was found first.
            if path.nodes in seen or edges is None:
                continue
            seen.add(path.nodes)
            found.append(_told(snapshot, edges, path.hops, states))
    found += _through_classes(snapshot, source, target, states, check, max_hops, found)
    found.sort(key=lambda row: (-row.state, row.hops))
    if len(found) > k:
        cut_by = cut_by or "k"
    return PathAnswer(source, target, tuple(found[:k]), cut_by, context_data(source.attacker))


def _told(snapshot: Snapshot, edges: Sequence[int], hops: int, states: HeldLevels) -> FoundPath:
    levels = states.along(snapshot.arrays, edges)
    state = min((State(level) for level in levels.values()), default=State.VERIFIED)
    return FoundPath(state, hops, tuple(steps_of(snapshot, edges, levels)))


def _through_classes(
    snapshot: Snapshot,
    source: Subject,
    target: Subject,
    states: HeldLevels,
    check: Contradictions,
    max_hops: int | None,
    found: Sequence[FoundPath],
) -> list[FoundPath]:
    """Return the way through a class that the holder enters too, where others of that class get further."""
    if not states.shared:
        return []
    reached = check.settle(list(source.starts), search(snapshot, source, states, max_hops=max_hops))
    best = max((row.state for row in found), default=State.VOID)
    number = max(target.starts, key=lambda node: int(reached.best[node]))
    if int(reached.best[number]) <= best:
        return []
    return [_told(snapshot, reached.path_to(snapshot.arrays, number), int(reached.hops[number]), states)]
