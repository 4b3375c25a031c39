"""Which impact classes H1 to H4 identities obtain by escalation, for all of them together.

Input: a snapshot, ``RuleContext``. Output: ``Gain`` rows by identity: the class, how surely, the witness.
Handled: a first step that is an escalation technique, with role assumptions before it and any step behind it; what is
gained by the technique itself (a resource opened to oneself), by becoming a holder of the class, and by a changed state
of the identity.
Not handled: assumption of roles alone, which is how access is meant to be given; use of a KMS key alone, which opens
nothing without the ciphertext; sequences of several identities.
Cost: two reverse searches for each class and state that occurs, whatever the number of identities.
Errs towards: silence where a class can be had by plain steps as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.rules._context import RuleContext
from analytics.rules._identities import identities
from graph.arrays import IMPACT_CODES, BoolArray
from graph.engine import ReverseReach, reverse_reach
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["CLASSES", "Gain", "held_classes", "impact_gains"]

CLASSES = (Impact.H1, Impact.H2, Impact.H3, Impact.H4)
_MEANT = (EdgeKind.CAN_ASSUME, EdgeKind.FEDERATES_INTO)
"""Edges with a technique of the catalogue that are nevertheless plain access: the role's own policy lets in."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One class that an identity obtains and does not hold."""

    impact: Impact
    state: State
    path: tuple[int, ...]
    """Edge numbers, in order."""


def held_classes(attributes: Mapping[str, object]) -> tuple[Impact, ...]:
    """Return the classes among ``CLASSES`` that an identity's own grants give it, worst first."""
    held = attributes.get("impact_classes")
    return tuple(impact for impact in CLASSES if isinstance(held, list) and impact.value in held)


def impact_gains(snapshot: Snapshot, context: RuleContext) -> Mapping[str, tuple[Gain, ...]]:
    """Return what each identity obtains, by node id, worst class first; once a class, at its best state."""
    return context.shared("impact gains", lambda: _gains(snapshot, context))


def _gains(snapshot: Snapshot, context: RuleContext) -> Mapping[str, tuple[Gain, ...]]:
    askers = {snapshot.node_index(node.id): node.id for node in identities(context)}
    holders = _holders(snapshot, context)
    found: defaultdict[str, list[Gain]] = defaultdict(list)
    for impact in CLASSES:
        done: set[int] = set(holders[impact].tolist())
        for level in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
            sweep = _Sweep(snapshot, context.levels >= level, impact, holders[impact])
            for number, path in sweep.paths(np.asarray(sorted(askers.keys() - done), dtype=np.int64)).items():
                done.add(number)
                found[askers[number]].append(Gain(impact, level, path))
            done.update(sweep.plain.reached().tolist())
    return {identity: tuple(gains) for identity, gains in found.items()}


def _holders(snapshot: Snapshot, context: RuleContext) -> Mapping[Impact, NDArray[np.int64]]:
    rows: dict[Impact, list[int]] = {impact: [] for impact in CLASSES}
    for node in context.nodes(NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_ROOT):
        for impact in held_classes(node.attributes):
            rows[impact].append(snapshot.node_index(node.id))
    return {impact: np.asarray(numbers, dtype=np.int64) for impact, numbers in rows.items()}


class _Sweep:
    """One class under one mask of edges."""

    def __init__(self, snapshot: Snapshot, alive: BoolArray, impact: Impact, holders: NDArray[np.int64]) -> None:
        self._arrays = arrays = snapshot.arrays
        kinds = [snapshot.edge_kind_code(kind) for kind in _MEANT]
        names = snapshot.manifest.codes["edge_technique"]
        without = names.index("") if "" in names else -1
        meant = (arrays.edge_technique == without) | np.isin(arrays.edge_kind, kinds)
        here = np.asarray(arrays.edge_impact == IMPACT_CODES.index(impact.value))
        self._gained = here & ~np.isin(arrays.indices, snapshot.nodes_of_kind(NodeKind.KMS_KEY))
        self._plain_edges = np.asarray(alive & meant)
        self._access = np.asarray(self._plain_edges & self._gained)
        self._holders = holders
        sites = np.union1d(holders, arrays.edge_source[self._access])
        at_all = np.union1d(holders, arrays.edge_source[self._plain_edges & here])
        self.plain = reverse_reach(arrays, at_all, self._plain_edges)
        """Who has the class by plain steps alone."""
        self._onward = reverse_reach(arrays, sites, alive)
        self._best = self._first_edges(np.asarray(alive & ~meant))
        starts = np.asarray(sorted(self._best), dtype=np.int64)
        self._before: ReverseReach = reverse_reach(arrays, starts, self._plain_edges)

    def _first_edges(self, escalations: BoolArray) -> dict[int, int]:
        """Return the escalation edge with the shortest rest by source; of equals the lowest."""
        arrays = self._arrays
        rest = np.where(self._gained, 0, self._onward.hops[arrays.indices])
        edges = np.flatnonzero(escalations & (rest >= 0))
        order = edges[np.lexsort((edges, rest[edges]))]
        best: dict[int, int] = {}
        for edge in order.tolist():
            best.setdefault(int(arrays.edge_source[edge]), edge)
        return best

    def paths(self, askers: NDArray[np.int64]) -> dict[int, tuple[int, ...]]:
        """Return the witness of each asker that obtains the class by escalation and not by plain steps."""
        hops = self._before.hops
        able = askers[(hops[askers] >= 0) & (self.plain.hops[askers] < 0)] if askers.size else askers
        return {number: self._path(number) for number in able.tolist()}

    def _path(self, number: int) -> tuple[int, ...]:
        arrays = self._arrays
        first = self._before.path_from(arrays, number)
        edge = self._best[int(self._before.target[number])]
        head = int(arrays.indices[edge])
        if self._gained[edge]:
            return (*first, edge)
        rest = self._onward.path_from(arrays, head)
        return (*first, edge, *rest, *self._last(int(self._onward.target[head])))

    def _last(self, site: int) -> tuple[int, ...]:
        """Return the access at the end of the way, when it is that and no identity that holds the class."""
        if site in self._holders:
            return ()
        span = np.arange(int(self._arrays.indptr[site]), int(self._arrays.indptr[site + 1]))
        return tuple(span[self._access[span]][:1].tolist())
