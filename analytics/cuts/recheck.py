"""A cut made and looked at: permissions evaluated again without the grants, then the same question asked once more.

Input: a snapshot that keeps its records, a ``CutQuestion``. Output: ``CheckedCut``.
Handled: a way that the snapshot did not list and that the graph without the grants shows: its grants are added to the
cut, a few times over; the bound stays that of the first answer, so that such a cut may say ``bounded``.
Not handled: snapshots without records; the answer then says that nothing was evaluated again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from analytics.cuts.find import CutAnswer, CutGrant, answer_of
from analytics.cuts.network import Demand
from analytics.cuts.situation import CutQuestion, Situation
from analytics.cuts.stopped import Stopped, also_stopped
from analytics.subjects import Subject
from graph.arrays import Int32Array
from graph.changes import RemoveGrant
from graph.errors import GraphError, NodeNotFoundError
from graph.rebuild import rebuild
from graph.snapshot import Snapshot

__all__ = ["CheckedCut", "find_checked_cut"]

_ROUNDS = 4
"""Evaluations, each of which may add grants."""


@dataclass(frozen=True, slots=True)
class CheckedCut:
    """A cut, and what became of it when it was made."""

    answer: CutAnswer
    checked: bool
    """True: permissions were evaluated again and no way is left but those that nothing cuts."""
    why: str
    """Why not, else ``""``."""
    added: tuple[str, ...] = ()
    """Grants that only the evaluation showed to be needed."""
    also_stopped: tuple[Stopped, ...] = ()
    also_stopped_complete: bool = True


def find_checked_cut(snapshot: Snapshot, question: CutQuestion, *, recheck: bool = True) -> CheckedCut:
    """Return a cut, evaluated again in a temporary workspace.

    Parameters
    ----------
    recheck
        False: find the cut alone.

    Notes
    -----
    An evaluation costs what a build costs.
    """
    situation = Situation.of(snapshot, question)
    answer = answer_of(situation)
    if not recheck:
        return CheckedCut(answer, False, "not asked for (--no-recheck)")
    if not answer.grants:
        return CheckedCut(answer, False, "there is nothing to remove")
    with TemporaryDirectory(prefix="nhi-cut-") as folder:
        return _checked(situation, answer, Path(folder))


def _checked(situation: Situation, first: CutAnswer, folder: Path) -> CheckedCut:
    answer = first
    added: list[str] = []
    for number in range(_ROUNDS):
        removed = [row.grant.id for row in answer.grants]
        try:
            changes = [RemoveGrant(grant) for grant in removed]
            after = rebuild(situation.snapshot, changes, folder / str(number))
        except GraphError as error:
            return CheckedCut(answer, False, str(error), tuple(added))
        again = _asked_again(situation, after)
        rest = answer_of(again) if again is not None else None
        stopped, complete = _stopped(situation, after, removed)
        if rest is None or (not rest.grants and not rest.uncuttable_count):
            return CheckedCut(answer, True, "", tuple(added), stopped, complete)
        if rest.uncuttable_count:
            way = rest.uncuttable[0]
            carrying = "that only kept grants carry" if way.kept else "that no grant carries"
            why = f"without these grants a way is left {carrying}: {way.source} to {way.target}"
            return CheckedCut(_left_open(answer, rest), False, why, tuple(added), stopped, complete)
        added += [row.grant.id for row in rest.grants]
        answer = _with_more(answer, rest)
    return CheckedCut(answer, False, f"ways were still found after {_ROUNDS} evaluations", tuple(added))


def _left_open(answer: CutAnswer, rest: CutAnswer) -> CutAnswer:
    """Return the cut as one that leaves ways open, so that nothing is proven of it."""
    return replace(
        answer,
        status="uncuttable",
        uncuttable=(*answer.uncuttable, *rest.uncuttable),
        uncuttable_count=answer.uncuttable_count + rest.uncuttable_count,
        alternatives=(),
        alternatives_complete=False,
    )


def _with_more(answer: CutAnswer, rest: CutAnswer) -> CutAnswer:
    """Return the cut with the grants of another: no longer proven cheapest, unless the bound says so."""
    cost = (answer.cost or 0.0) + (rest.cost or 0.0)
    lower = answer.lower_bound or 0.0
    grants: tuple[CutGrant, ...] = (*answer.grants, *rest.grants)
    status = "optimal" if lower >= cost else "bounded"
    return replace(answer, grants=grants, cost=cost, status=status, alternatives=(), alternatives_complete=False)


def _stopped(situation: Situation, after: Snapshot, removed: Sequence[str]) -> tuple[tuple[Stopped, ...], bool]:
    numbers = {grant: number for number, grant in enumerate(situation.grant_ids)}
    grants = [numbers[grant] for grant in removed if grant in numbers]
    return also_stopped(situation.snapshot, after, grants, situation.sets, situation.problem.edges)


def _asked_again(before: Situation, after: Snapshot) -> Situation | None:
    """Return the same question upon the graph without the grants: the same pairs, but those that nothing separates."""
    snapshot, question = before.snapshot, before.question
    sources = tuple(subject for each in question.sources if (subject := _moved(snapshot, after, each)))
    targets = tuple(int(n) for n in _numbers(snapshot, after, np.asarray(question.targets, dtype=np.int32)))
    if not targets or (question.sources and not sources):
        return None
    asked = replace(question, sources=sources, targets=targets, alternatives=0)
    again = Situation.of(after, asked)
    node = before.ground.node
    demands = []
    for demand in before.problem.demands:
        starts = _numbers(snapshot, after, node[demand.sources])
        starts = starts[[int(number) in again.ground.starts for number in starts.tolist()]]
        ends = _numbers(snapshot, after, node[demand.targets])
        if starts.size and ends.size:
            demands.append(Demand(again.ground.sources(starts), again.ground.targets(ends)))
    return replace(again, demands=tuple(demands)) if demands else None


def _moved(before: Snapshot, after: Snapshot, subject: Subject) -> Subject | None:
    starts = tuple(_numbers(before, after, np.asarray(subject.starts, dtype=np.int32)).tolist())
    node = after.node(starts[0]) if starts and subject.node is not None else None
    return replace(subject, starts=starts, node=node) if starts else None


def _numbers(before: Snapshot, after: Snapshot, nodes: Int32Array) -> Int32Array:
    """Return the numbers that nodes have after a change, those that are gone left out."""
    found = []
    for number in nodes.tolist():
        try:
            found.append(after.node_index(before.node_id(int(number))))
        except NodeNotFoundError:
            continue  # a node that is gone is no source and no target
    return np.asarray(found, dtype=np.int32)
