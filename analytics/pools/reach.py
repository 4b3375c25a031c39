"""What a pool reaches together: exact counts, full control and jewels, by one search from what is shared.

Input: a snapshot, a node. Output: ``Together``.
Handled: the baseline context, as in the sweep over all identities; contradictions along paths.
Not handled: sequences of state changes; what consumers reach by something else than what they share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.holder import HeldLevels, held_nodes, search
from analytics.jewels import Jewel
from analytics.subjects import Subject, question_time
from analytics.witness import Contradictions
from graph.arrays import CATEGORY_CODES, IMPACT_CODES
from graph.attacker import baseline, edge_levels
from graph.kinds import Category, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["JewelsReached", "Together", "TogetherSearch"]

_HIDDEN = (Category.HUB, Category.PRIVILEGE, Category.IDENTITY_STATE)


@dataclass(frozen=True, slots=True)
class JewelsReached:
    """Jewels among what is reached."""

    count: int
    ids: tuple[str, ...]
    """The worst ones first; cut."""


@dataclass(frozen=True, slots=True)
class Together:
    """What everybody who holds the shared thing reaches."""

    total: int
    by_kind: Mapping[str, int]
    worst_impact: str
    """``H1`` to ``H11``; ``""``: none."""
    admin_of: tuple[tuple[str, State], ...]
    jewels: JewelsReached


class TogetherSearch:
    """One search a question; the states of all edges are resolved once."""

    def __init__(self, snapshot: Snapshot, jewels: Sequence[Jewel], shown: int) -> None:
        self._snapshot = snapshot
        self._attacker = baseline(question_time(snapshot))
        self._levels = edge_levels(snapshot, self._attacker)
        self._check = Contradictions(snapshot, self._levels)
        order = sorted(jewels, key=lambda jewel: (IMPACT_CODES.index(jewel.impact), jewel.node))
        self._jewels = np.array([jewel.node for jewel in order], dtype=np.int64)
        self._shown = shown

    def of(self, number: int) -> Together:
        """Return what the holder of a node reaches."""
        snapshot, arrays = self._snapshot, self._snapshot.arrays
        node = snapshot.node(number)
        subject = Subject(node.id, node.kind.value, node.name, (number,), self._attacker, node)
        keys = self._check.new_keys
        levels = keys.living(arrays, self._levels, held_nodes(snapshot, subject))
        states = HeldLevels(levels, levels, subject.starts)
        found = self._check.settle([number], search(snapshot, subject, states))
        reached = found.best > 0
        reached[number] = False
        hidden = np.isin(arrays.node_category, [CATEGORY_CODES.index(item) for item in _HIDDEN])
        shown = np.flatnonzero(reached & ~hidden).astype(np.int32)
        kinds = snapshot.manifest.codes["node_kind"]
        counts = np.bincount(arrays.node_kind[shown], minlength=len(kinds))
        control = [int(admin) for admin in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN) if reached[admin]]
        own, through = arrays.node_impact[shown], arrays.edge_impact[found.last_edges(arrays, shown)]
        gained = np.concatenate([own[own > 0], through[through > 0], np.ones(1 if control else 0, dtype=np.int8)])
        jewels = self._jewels[reached[self._jewels]] if self._jewels.size else self._jewels
        return Together(
            int(shown.size),
            {kind: int(count) for kind, count in sorted(zip(kinds, counts, strict=True)) if count},
            IMPACT_CODES[int(gained.min())] if gained.size else "",
            tuple(self._scope(admin, int(found.best[admin])) for admin in control),
            JewelsReached(int(jewels.size), tuple(snapshot.node_id(int(each)) for each in jewels[: self._shown])),
        )

    def _scope(self, admin: int, state: int) -> tuple[str, State]:
        node = self._snapshot.node(admin)
        return str(node.attributes.get("scope", node.id)), State(state)
