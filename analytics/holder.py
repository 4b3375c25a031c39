"""Search from a subject: what its holder can present counts for its own edges, not for those of identities it becomes.

Input: a snapshot and a subject. Output: ``HeldLevels`` (the state of every edge for that holder) and ``Found`` (what is
reached, how surely, by which witness).
Handled: MFA, claims and session names belong to the credential and end with the first hop; an external id, a network
and the time of the question hold throughout; identities held by a long-term key alone pass no condition on MFA; session
policies limit the edges that leave the role.
Not handled: a path that comes back to the subject itself and leaves it again with another credential.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from analytics.new_keys import NewKeys
from analytics.subjects import Subject
from graph.arrays import CATEGORY_CODES, GraphArrays, Int8Array, Int32Array
from graph.attacker import AttackerContext, edge_levels
from graph.engine import BestReach, best_state_reach, reach
from graph.engine_search import Reach
from graph.evaluate.aws.keys import KeyFamily, key_family
from graph.kinds import Category, EdgeKind, State
from graph.snapshot import Snapshot

__all__ = ["Found", "HeldLevels", "held_levels", "held_nodes", "of_the_credential", "onward_context", "search"]

_OF_THE_HOLDER = frozenset({"nhi:session-name", "aws:userid", "entra:activation", "entra:approval", "entra:mfa"})
"""Keys beside those of credentials: what the holder did to sign in or to activate a role, the next identity did not."""
_CHANGED = CATEGORY_CODES.index(Category.IDENTITY_STATE)


@cache
def of_the_credential(key: str) -> bool:
    """Return whether a condition key describes the credential, so that the next identity's differs."""
    return key in _OF_THE_HOLDER or key_family(key) is KeyFamily.CREDENTIAL


@dataclass(frozen=True, slots=True)
class HeldLevels:
    """The state of every edge for the holder of one subject."""

    own: Int8Array
    """As the holder meets them: edges out of ``held`` and of the classes that it enters with its own credential."""
    later: Int8Array
    """As the identities meet them that it becomes; the same array when nothing differs."""
    held: tuple[int, ...]
    """The subject's nodes, the identities that it authenticates as, and these as changed."""
    shared: tuple[int, ...] = ()
    """Classes that the holder enters and whose edges differ for others."""

    def along(self, arrays: GraphArrays, path: Sequence[int]) -> Mapping[int, int]:
        """Return the state of each edge of a path: a class counts as whoever enters it there meets it."""
        states: dict[int, int] = {}
        holder = True
        for edge in path:
            source = int(arrays.edge_source[edge])
            if not arrays.hub[source]:
                holder = source in self.held
            states[int(edge)] = int((self.own if holder else self.later)[edge])
        return states


def held_levels(snapshot: Snapshot, subject: Subject) -> HeldLevels:
    """Return the state of every edge for the holder of a subject.

    Notes
    -----
    O(conditions + edges), twice when the subject states or lacks something of its credential.
    """
    keys = NewKeys.of(snapshot)
    held = held_nodes(snapshot, subject)
    own = keys.living(snapshot.arrays, edge_levels(snapshot, subject.attacker), held)
    onward = onward_context(subject.attacker)
    if onward == subject.attacker and subject.session is None:
        return HeldLevels(own, own, held)
    later = keys.living(snapshot.arrays, edge_levels(snapshot, onward), held)
    arrays = snapshot.arrays
    mixed = later.copy()
    shared = []
    for node in held:
        span = _out(arrays, node)
        mixed[span] = own[span]
        if subject.session is not None and (node in subject.starts or arrays.node_category[node] == _CHANGED):
            _limit(snapshot, subject, mixed, span)
        for hub in {int(target) for target in arrays.indices[span] if arrays.hub[target]}:
            inside = _out(arrays, hub)
            if np.any(own[inside] != later[inside]):
                shared.append(hub)
            mixed[inside] = own[inside]
    return HeldLevels(mixed, later, held, tuple(sorted(set(shared))))


def _out(arrays: GraphArrays, node: int) -> slice:
    return slice(int(arrays.indptr[node]), int(arrays.indptr[node + 1]))


def held_nodes(snapshot: Snapshot, subject: Subject) -> tuple[int, ...]:
    """Return the subject's nodes, the identities that it authenticates as, and these as changed."""
    arrays = snapshot.arrays
    code = snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS)
    proven = [
        int(arrays.indices[edge])
        for node in subject.starts
        for edge in range(*_out(arrays, node).indices(arrays.edge_count))
        if arrays.edge_kind[edge] == code
    ]
    own = tuple(dict.fromkeys((*subject.starts, *proven)))
    return (*own, *_states_of(snapshot, own))


def _states_of(snapshot: Snapshot, nodes: Sequence[int]) -> list[int]:
    """Return the identities as changed of some nodes: the holder still acts with the same credential."""
    arrays = snapshot.arrays
    changed = np.flatnonzero(arrays.node_category == _CHANGED)
    if not changed.size:
        return []
    ids = {snapshot.node_id(node) for node in nodes}
    return [number for number in changed.tolist() if snapshot.node_id(number).partition("?")[0] in ids]


def onward_context(attacker: AttackerContext) -> AttackerContext:
    """Return what the holder presents as an identity that it becomes: nothing of its first credential."""
    stated = {key: values for key, values in attacker.stated.items() if not of_the_credential(key)}
    absent = frozenset(key for key in attacker.absent if not of_the_credential(key))
    return replace(attacker, stated=stated, absent=absent)


def _limit(snapshot: Snapshot, subject: Subject, levels: Int8Array, span: slice) -> None:
    assert subject.session is not None
    for edge in range(span.start, span.stop):
        if levels[edge]:
            levels[edge] = min(int(levels[edge]), int(subject.session.limit(snapshot.edge(edge))))


@dataclass(frozen=True, slots=True)
class Found:
    """What a subject reaches: ``best`` and ``hops`` by node as in ``BestReach``, witnesses that attain ``best``."""

    best: Int8Array
    hops: Int32Array
    base: BestReach
    after: Mapping[int, Reach] = field(default_factory=dict)
    """By level: what is reached better from identities that the holder became than with its own credential."""
    replaced: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Witnesses, by node, that stand for first ones that contradict themselves."""

    @staticmethod
    def of(base: BestReach) -> Found:
        """Return a search result as it is."""
        return Found(base.best, base.hops, base)

    def path_to(self, arrays: GraphArrays, node: int) -> tuple[int, ...]:
        """Return the edges of the witness, source first; raise ``GraphError`` when the node is not reached."""
        if node in self.replaced:
            return self.replaced[node]
        level = int(self.best[node])
        if level in self.after and int(self.base.best[node]) < level:
            rest = self.after[level].path_to(arrays, node)
            return (*self.base.path_to(arrays, int(arrays.edge_source[rest[0]])), *rest)
        return self.base.path_to(arrays, node)

    def last_edges(self, arrays: GraphArrays, nodes: Int32Array) -> Int32Array:
        """Return for many reached nodes, none of them a start, the edge by which each one's witness enters it."""
        last = np.full(nodes.size, -1, dtype=np.int32)
        for level in sorted(set(self.best[nodes].tolist())):
            here = self.best[nodes] == level
            last[here] = self.base.by_level[int(level)].parent_edge[nodes[here]]
        special = (self.base.best[nodes] != self.best[nodes]) | np.isin(nodes, list(self.replaced))
        for position in np.flatnonzero(special).tolist():
            last[position] = self.last_edge(arrays, int(nodes[position]))
        return last

    def last_edge(self, arrays: GraphArrays, node: int) -> int:
        """Return the edge by which the witness enters a node that is reached and is no start."""
        level = int(self.best[node])
        if node not in self.replaced and int(self.base.best[node]) == level:
            return int(self.base.by_level[level].parent_edge[node])
        return self.path_to(arrays, node)[-1]


def search(
    snapshot: Snapshot,
    subject: Subject,
    levels: HeldLevels,
    *,
    max_hops: int | None = None,
    extra: Int32Array | None = None,
) -> Found:
    """Return what a subject reaches.

    Parameters
    ----------
    levels
        As ``held_levels`` gives them.
    max_hops
        Look no further.
    extra
        Hops that an edge takes beside its own.
    """
    arrays = snapshot.arrays
    found = Found.of(best_state_reach(arrays, list(subject.starts), levels.own, max_hops=max_hops, extra=extra))
    if levels.shared:
        found = _onward(arrays, levels, found, max_hops, extra)
    return found


def _onward(
    arrays: GraphArrays, levels: HeldLevels, found: Found, max_hops: int | None, extra: Int32Array | None
) -> Found:
    """Add what others reach through a class that the holder enters too, but with less to present."""
    best, hops = found.best.copy(), found.hops.copy()
    alive = levels.later.copy()
    for node in levels.held:
        alive[_out(arrays, node)] = 0
    after: dict[int, Reach] = {}
    others = ~np.asarray(arrays.hub)
    others[list(levels.held)] = False
    for level in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
        sources: Sequence[int] = [int(node) for node in np.flatnonzero(others & (found.best >= level))]
        if not sources:
            continue
        onward = reach(arrays, sources, alive, least=int(level), extra=extra)
        for node in np.flatnonzero((onward.hops > 0) & (best < level)).tolist():
            first = int(arrays.edge_source[onward.path_to(arrays, node)[0]])
            total = int(found.hops[first]) + int(onward.hops[node])
            if max_hops is None or total <= max_hops:
                best[node], hops[node] = int(level), total
        after[int(level)] = onward
    return replace(found, best=best, hops=hops, after=after)
