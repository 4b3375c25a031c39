"""Ways from many subjects to many targets: for each pair one witness at the best state there is.

Input: a snapshot, subjects, targets. Output: ``Way`` rows, ``Ways``.
Handled: the same search, states and witnesses as ``analytics.reach.blast_radius``, replayed sequences included; one
search a subject whatever the number of targets.
Not handled: further ways of one pair (``analytics.paths``). Rows beyond the limit are counted, not listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from analytics.effort import cost_of
from analytics.sequences import Sequences, search_sets, settle_sequences
from analytics.steps import Step, steps_of
from analytics.subjects import Subject
from analytics.witness import Contradictions
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["Way", "Ways", "ways_between", "ways_to"]


@dataclass(frozen=True, slots=True)
class Way:
    """One way."""

    source: str
    """Id of the subject."""
    target: str
    """Node id."""
    state: State
    steps: tuple[Step, ...]
    cost: int
    """Sum of what its steps cost (``analytics.effort``)."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways of many pairs."""

    rows: tuple[Way, ...]
    """Surest first, then fewest steps, cheapest, by ids."""
    reached: int
    """Pairs between which there is a way, whatever is listed."""
    pairs: int
    """Pairs asked about; a target that is the source itself is none."""
    truncated: bool
    """``rows`` holds fewer than ``reached``."""


def ways_to(snapshot: Snapshot, subject: Subject, targets: Sequence[int]) -> Mapping[int, Way]:
    """Return a witness for each target that a subject reaches, in the order of the targets.

    Parameters
    ----------
    targets
        Node numbers; the subject's own nodes are passed over.

    Notes
    -----
    One search for all targets together, plus what putting each witness into words costs.
    """
    return {found.target: found.told() for found in _found(snapshot, subject, targets)}


@dataclass(frozen=True, slots=True)
class _Found:
    """A witness that is put into words only when it is listed."""

    subject: Subject
    target: int
    state: State
    hops: int
    path: tuple[int, ...]
    sequences: Sequences

    @property
    def rank(self) -> tuple[int, int, str, int]:
        """Return the order of listing: surest, then shortest, then by ids."""
        return (-int(self.state), self.hops, self.subject.id, self.target)

    def told(self) -> Way:
        """Return the witness in words."""
        snapshot = self.sequences.snapshot
        path = self.sequences.in_order(self.path)
        levels = self.sequences.sets.levels.along(snapshot.arrays, path)
        steps = tuple(steps_of(snapshot, path, levels))
        return Way(self.subject.id, snapshot.node_id(self.target), self.state, steps, cost_of(snapshot, path))


def _found(
    snapshot: Snapshot, subject: Subject, targets: Sequence[int], max_hops: int | None = None
) -> Iterator[_Found]:
    sets = search_sets(snapshot, subject, max_hops=max_hops)
    starts = list(subject.starts)
    check = Contradictions(snapshot, sets.levels.own)
    sequences = Sequences.of(snapshot, subject, sets)
    found = settle_sequences(sequences, starts, check.settle(starts, sets.found), check)
    for number in targets:
        state = State(int(found.best[number]))
        if state is not State.VOID and number not in subject.starts:
            path = found.path_to(snapshot.arrays, number)
            yield _Found(subject, number, state, int(found.hops[number]), path, sequences)


def ways_between(
    snapshot: Snapshot,
    sources: Sequence[Subject],
    targets: Sequence[int],
    *,
    limit: int,
    least: State = State.UNVERIFIED,
    max_hops: int | None = None,
) -> Ways:
    """Return one way for each pair of a source and a target.

    Parameters
    ----------
    limit
        List at most so many; ``reached`` stays exact.
    least
        Leave out ways that are less sure.
    max_hops
        Leave out pairs whose witness is longer.

    Notes
    -----
    One search a source; memory for ``limit`` witnesses. Only listed ones are put into words.
    """
    pairs = sum(1 for subject in sources for number in targets if number not in subject.starts)
    reached = 0

    def wanted() -> Iterator[_Found]:
        nonlocal reached
        for subject in sources:
            for found in _found(snapshot, subject, targets, max_hops):
                if found.state >= least and (max_hops is None or found.hops <= max_hops):
                    reached += 1
                    yield found

    listed = nsmallest(limit, wanted(), key=lambda found: found.rank)
    told = (found.told() for found in listed)
    rows = tuple(sorted(told, key=lambda way: (-way.state, len(way.steps), way.cost, way.source, way.target)))
    return Ways(rows, reached, pairs, len(rows) < reached)
