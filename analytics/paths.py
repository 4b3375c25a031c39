"""A path from one subject to one target: the shortest or cheapest witnesses, bounded, at the best state that there is.

Input: a snapshot, a subject, a target. Output: ``PathAnswer``.
Not handled: enumerating simple paths; more than ``k`` distinct shortest ones are cut, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.effort import cost_of, extra_hops
from analytics.reach import context_data
from analytics.sequences import Sequences, search_sets, settle_sequences
from analytics.steps import Step, steps_of
from analytics.subjects import Subject
from analytics.witness import Contradictions
from graph.engine import k_shortest_paths
from graph.kinds import EdgeKind, State
from graph.snapshot import Snapshot

__all__ = ["By", "FoundPath", "PathAnswer", "find_paths"]

MORE_BY_COST = 32
"""Further witnesses that a search by cost looks at when longer ones than ``max_hops`` are left out of its answer."""


class By(StrEnum):
    """What makes one witness better than another of the same state."""

    HOPS = "hops"
    COST = "cost"
    """Sum of what the steps' techniques cost, 1 (quiet) to 5 (loud)."""


@dataclass(frozen=True, slots=True)
class FoundPath:
    """One witness."""

    state: State
    hops: int
    steps: tuple[Step, ...]
    cost: int
    """Sum of what its steps cost (``analytics.effort``)."""

    def rank(self, by: By) -> tuple[int, int, int]:
        """Return the order of witnesses: surest, then shortest or cheapest."""
        return (-self.state, self.cost, self.hops) if by is By.COST else (-self.state, self.hops, self.cost)


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
    snapshot: Snapshot,
    source: Subject,
    target: Subject,
    *,
    k: int = 3,
    max_hops: int | None = None,
    by: By = By.HOPS,
    least: State = State.UNVERIFIED,
) -> PathAnswer:
    """Return up to ``k`` witnesses.

    Parameters
    ----------
    k
        At least 1; witnesses of a better state come before shorter ones of a lesser state.
    max_hops
        Leave out longer ones.
    by
        Look for the shortest, or for the cheapest, of each state. By cost, longer ones than ``max_hops`` are dropped
        from the cheapest found, which ``cut_by`` then tells.
    least
        Leave out what is less sure.
    """
    sets = search_sets(snapshot, source, max_hops=max_hops)
    by_cost = by is By.COST
    extra = sets.extra
    if by_cost:
        extra = extra_hops(snapshot) if extra is None else extra + extra_hops(snapshot)
    wanted = k + 4 + (MORE_BY_COST if by_cost and max_hops is not None else 0)
    states = sets.levels
    sequences = Sequences.of(snapshot, source, sets)
    check = Contradictions(snapshot, states.own)
    found: list[FoundPath] = []
    seen: set[tuple[int, ...]] = set()
    cut_by = ""
    for level in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
        if len(found) >= k or level < least:
            break
        answer = k_shortest_paths(
            snapshot.arrays,
            list(source.starts),
            list(target.starts),
            states.own,
            wanted + len(found),
            least=int(level),
            max_hops=None if by_cost else max_hops,
            extra=extra,
        )
        cut_by = answer.cut_by or cut_by
        for path in answer.paths:
            edges = check.consistent(path.edges)
            # Parallel edges are one way: the surest of them was found first.
            if path.nodes in seen or edges is None:
                continue
            seen.add(path.nodes)
            told = None if _reached_before(sequences, edges) else _told(sequences, edges)
            if told is not None and max_hops is not None and told.hops > max_hops and by_cost:
                cut_by = "max_hops"
            elif told is not None and not any(_alike(told, other) for other in found):
                found.append(told)
    found += _through_classes(sequences, source, target, check, found)
    found = [row for row in found if row.state >= least]
    found.sort(key=lambda row: row.rank(by))
    if len(found) > k:
        cut_by = cut_by or "k"
    return PathAnswer(source, target, tuple(found[:k]), cut_by, context_data(source.attacker))


def _reached_before(sequences: Sequences, edges: Sequence[int]) -> bool:
    """Return whether what must be held on the way includes the target: the rest of such a witness is no way to it."""
    targets = sequences.snapshot.arrays.indices
    return any(targets[edge] == targets[edges[-1]] for edge in sequences.in_order(edges)[:-1]) if edges else False


def _alike(one: FoundPath, other: FoundPath) -> bool:
    """Return whether two witnesses take the same steps, through whatever classes."""
    if one.state > other.state or len(one.steps) != len(other.steps):
        return False
    pairs = zip(one.steps, other.steps, strict=True)
    return any(step.kind == EdgeKind.CAN_CHANGE_STATE.value for step in one.steps) and all(
        (step.source, step.target, step.technique) == (known.source, known.target, known.technique)
        for step, known in pairs
    )


def _told(sequences: Sequences, edges: Sequence[int]) -> FoundPath | None:
    """Return a witness with its steps in order; ``None`` when a step does not work once it is its turn."""
    snapshot = sequences.snapshot
    ordered = sequences.in_order(edges)
    levels = sequences.sets.levels.along(snapshot.arrays, ordered)
    state = min((State(level) for level in levels.values()), default=State.VERIFIED)
    state = min(state, sequences.outcome(edges))
    if state is State.VOID:
        return None
    steps = tuple(steps_of(snapshot, ordered, levels))
    return FoundPath(state, len(steps), steps, cost_of(snapshot, ordered))


def _through_classes(
    sequences: Sequences, source: Subject, target: Subject, check: Contradictions, found: Sequence[FoundPath]
) -> list[FoundPath]:
    """Return the way through a class that the holder enters too, where others of that class get further."""
    if not sequences.sets.levels.shared:
        return []
    starts = list(source.starts)
    reached = settle_sequences(sequences, starts, check.settle(starts, sequences.sets.found), check)
    best = max((row.state for row in found), default=State.VOID)
    number = max(target.starts, key=lambda node: int(reached.best[node]))
    if int(reached.best[number]) <= best:
        return []
    path = reached.path_to(sequences.snapshot.arrays, number)
    told = _told(sequences, path)
    return [told] if told else []
