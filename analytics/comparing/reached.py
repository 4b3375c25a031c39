"""Which jewels each identity and credential reaches, set by set, in sweeps over many of them at once.

Input: a snapshot and jewels. Output: the best state of each pair of subject and jewel, some jewels at a time.
Handled: what ``analytics.everyone`` handles; subjects that may meet conditions which exclude each other are searched
alone when they are asked about one by one (``alone``), else their row is an upper bound.
Not handled: sequences of changes by several identities.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.everyone import LEVELS
from analytics.holder import HeldLevels, held_levels, held_nodes, search
from analytics.holder_graph import holder_graph
from analytics.reach import identities
from analytics.subjects import Subject, holder_context, question_time
from analytics.witness import Contradictions
from graph.arrays import CATEGORY_CODES, BoolArray, Int8Array, Int32Array
from graph.attacker import baseline, edge_levels
from graph.engine import reach_counts, reach_counts_by
from graph.kinds import Category
from graph.snapshot import Snapshot

__all__ = ["ReachedSets"]


class ReachedSets:
    """Sets of one snapshot under the baseline context."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        arrays = snapshot.arrays
        credentials = arrays.node_category == CATEGORY_CODES.index(Category.CREDENTIAL)
        self.subjects: Int32Array = np.union1d(identities(snapshot), np.flatnonzero(credentials)).astype(np.int32)
        self._base = edge_levels(snapshot, baseline(question_time(snapshot)))
        self._check = Contradictions(snapshot, self._base)
        self._graph = holder_graph(snapshot, self.subjects, self._check, self._base)

    def doubtful(self) -> BoolArray:
        """Return by subject whether its sets are upper bounds unless it is searched alone."""
        marks = self._graph.marks
        if not marks.any():
            return np.zeros(self.subjects.size, dtype=np.bool_)
        alive = np.asarray(self._graph.level > 0)
        return np.asarray(reach_counts(self._graph.arrays, self._graph.starts, alive, marks) > 1)

    def states(self, nodes: Sequence[int]) -> NDArray[np.int8]:
        """Return subjects × nodes: the best state at which each is reached, 0 for never; itself is never reached.

        Notes
        -----
        One sweep a state; memory grows by 8 bytes a subject and node.
        """
        graph = self._graph
        place = np.full(self.snapshot.node_count, -1, dtype=np.int32)
        place[np.asarray(nodes, dtype=np.int64)] = np.arange(len(nodes))
        behind = np.where(graph.node >= 0, graph.node, 0)
        group = np.where(graph.counts & (graph.node >= 0), place[behind], -1)
        best = np.zeros((self.subjects.size, len(nodes)), dtype=np.int8)
        for level in reversed(LEVELS):
            if level != LEVELS[0] and not (graph.level == level).any():
                continue
            alive = np.asarray(graph.level >= level)
            found = reach_counts_by(graph.arrays, graph.starts, alive, group, len(nodes))
            if graph.tokens:  # a copied subject always reaches the token that stands for itself
                twins = np.flatnonzero(np.isin(self.subjects, np.fromiter(graph.tokens, dtype=np.int64)))
                own = place[self.subjects[twins]]
                found[twins[own >= 0], own[own >= 0]] -= 1
            best[found > 0] = level
        return best

    def alone(self, row: int) -> Int8Array:
        """Return by node the best state at which one subject reaches it, with conditions that exclude each other."""
        number = int(self.subjects[row])
        node = self.snapshot.node(number)
        start = baseline(question_time(self.snapshot))
        attacker = holder_context(node, start) if node.category is Category.CREDENTIAL else start
        subject = Subject(node.id, node.kind.value, node.name, (number,), attacker, node)
        check: Any = self._check
        if attacker == start:
            own = check.new_keys.living(self.snapshot.arrays, self._base, held_nodes(self.snapshot, subject))
            levels = HeldLevels(own, own, subject.starts)
        else:
            levels = held_levels(self.snapshot, subject)
            check = Contradictions(self.snapshot, levels.own)
        best = check.settle(subject.starts, search(self.snapshot, subject, levels)).best.astype(np.int8)
        best[number] = 0
        return np.asarray(best)
