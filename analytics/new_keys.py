"""What a long-term key cannot do: conditions on MFA fail for whoever holds an identity by an access key alone.

Input: a snapshot. Output: ``NewKeys``: the edges that bring such a key, those that it cannot take, and those that
nobody but the identity's own holder takes.
Handled: new keys (iam-002, iam-003) and found ones; classes; changed states of the identity.
Not handled: an identity that is held by a key and in another way as well: ``analytics.witness`` looks at its paths.

A request signed with a user's long-term access key carries no ``aws:MultiFactorAuthPresent``:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from graph.arrays import CATEGORY_CODES, BoolArray, GraphArrays, Int8Array, Int32Array, Int64Array, edges_into
from graph.attacker import MFA_KEYS, baseline, residual_state
from graph.decision import HOLDS, Residual
from graph.evaluate.aws.context import Context
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["KEY_TECHNIQUES", "NewKeys"]

_MADE: WeakKeyDictionary[Snapshot, NewKeys] = WeakKeyDictionary()
"""What was made already, by snapshot: a question asks several times."""
KEY_TECHNIQUES = ("iam-002", "iam-003")
_OF_THE_ACCOUNT = [CATEGORY_CODES.index(item) for item in (Category.GROUP, Category.IDENTITY_STATE)]


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Masks of edges."""

    brings_key: BoolArray
    """Its target is then held by a long-term key."""
    needs_mfa: BoolArray
    """Its conditions fail without MFA."""
    dead: BoolArray
    """It needs MFA, and only a long-term key leads to its source: nobody takes it but the source's own holder."""
    dead_edges: Int64Array
    """The same as numbers, ascending."""
    matter: bool
    """Whether any path could pass a key and need MFA behind it."""

    @staticmethod
    def of(snapshot: Snapshot) -> NewKeys:
        """Return the masks of a snapshot; one look at every edge, and the rest where keys and MFA are."""
        if snapshot not in _MADE:
            _MADE[snapshot] = _made(snapshot)
        return _MADE[snapshot]

    def own(self, arrays: GraphArrays, nodes: Sequence[int]) -> Int64Array:
        """Return the dead edges that the holders of some nodes take all the same: those of theirs and their classes."""
        sources = {int(node) for node in nodes}
        sources |= {
            int(target)
            for node in nodes
            for target in arrays.indices[arrays.indptr[node] : arrays.indptr[node + 1]]
            if arrays.hub[target]
        }
        spans = [np.arange(arrays.indptr[node], arrays.indptr[node + 1]) for node in sorted(sources)]
        edges = np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)
        return np.asarray(edges[self.dead[edges]], dtype=np.int64)

    def living(self, arrays: GraphArrays, levels: Int8Array, held: Sequence[int]) -> Int8Array:
        """Return edge states without what long-term keys cannot do.

        Parameters
        ----------
        held
            Nodes that the subject holds by credentials of their own.
        """
        if not self.dead_edges.size:
            return levels
        own = self.own(arrays, held)
        result = levels.copy()
        result[self.dead_edges] = 0
        result[own] = levels[own]
        return result


def _made(snapshot: Snapshot) -> NewKeys:
    arrays = snapshot.arrays
    none = np.zeros(arrays.edge_count, dtype=np.bool_)
    no_edges = np.empty(0, dtype=np.int64)
    fails = np.zeros(snapshot.condition_count, dtype=np.bool_)
    fails[_without_mfa(snapshot)] = True
    if not fails.any():
        return NewKeys(none, none, none, no_edges, matter=False)
    some = arrays.conditioned
    some = some[fails[arrays.edge_condition[some]] & arrays.traversable[some]]
    needs_mfa = np.zeros(arrays.edge_count, dtype=np.bool_)
    needs_mfa[some] = True
    brings = _brings_key(snapshot)
    if not some.size or not brings.any():
        return NewKeys(brings, needs_mfa, none, no_edges, matter=False)
    edges = _dead(snapshot, brings, some)
    dead = none
    dead[edges] = True
    return NewKeys(brings, needs_mfa, dead, edges, matter=True)


def _without_mfa(snapshot: Snapshot) -> Int64Array:
    """Return the conditions that speak of MFA and fail without it."""
    attacker = baseline(None).knowing({HOLDS: ("any",)}, MFA_KEYS)
    context = attacker.evaluator_context()
    found = [number for number in range(1, snapshot.condition_count) if _fails(snapshot.condition(number), context)]
    return np.asarray(found, dtype=np.int64)


def _fails(residual: Residual, context: Context) -> bool:
    keys = {atom.key for clause in residual for atom in clause}
    return not MFA_KEYS.isdisjoint(keys) and residual_state(residual, context) is State.VOID


def _brings_key(snapshot: Snapshot) -> BoolArray:
    arrays = snapshot.arrays
    names, kinds = snapshot.manifest.codes["edge_technique"], snapshot.manifest.codes["node_kind"]
    brings = np.zeros(arrays.edge_count, dtype=np.bool_)
    for code, name in enumerate(names):
        if name in KEY_TECHNIQUES:
            brings |= arrays.edge_technique == code
    if NodeKind.AWS_ACCESS_KEY.value in kinds:
        proves = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS))
        keys = arrays.node_kind[arrays.edge_source[proves]] == kinds.index(NodeKind.AWS_ACCESS_KEY.value)
        brings[proves[keys]] = True
    return np.asarray(brings & arrays.traversable)


def _dead(snapshot: Snapshot, brings: BoolArray, needs_mfa: Int64Array) -> Int64Array:
    """Return the dead edges, ascending; looks at the edges given, those into classes, and those of controllers."""
    arrays = snapshot.arrays
    source, target = arrays.edge_source, arrays.indices
    controls = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.CONTROLS))
    controls = controls[arrays.traversable[controls]]
    entered = np.sort(edges_into(arrays, np.flatnonzero(arrays.hub)))
    entered = entered[arrays.traversable[entered]]
    by_key = _by_key_only(snapshot, brings, entered)
    classes_by_key = arrays.hub & (np.bincount(target[entered[~by_key[source[entered]]]], minlength=by_key.size) == 0)
    # Who controls the account has what lies in it anyway; a way out of the account stays, as it may come to it so.
    controller = np.full(arrays.node_count, -1, dtype=np.int64)
    controller[target[controls]] = source[controls]
    controller[target[entered]] = controller[source[entered]]
    heads, tips = controller[source[needs_mfa]], target[needs_mfa]
    inside = (heads >= 0) & ((heads == controller[tips]) | (heads == tips))
    inside |= np.isin(arrays.node_category[tips], _OF_THE_ACCOUNT)
    useless = needs_mfa[inside]
    dead = useless[(by_key | classes_by_key)[source[useless]]]
    enters = entered[by_key[source[entered]]]
    return np.union1d(dead, enters[~_serves(arrays, target[enters], useless)])


def _serves(arrays: GraphArrays, classes: Int32Array, useless: Int64Array) -> BoolArray:
    """Return whether each class has an edge out of it that is not useless to whoever holds a key alone."""
    serves = np.zeros(arrays.node_count, dtype=np.bool_)
    for node in set(classes.tolist()):
        span = np.arange(int(arrays.indptr[node]), int(arrays.indptr[node + 1]))
        span = span[arrays.traversable[span]]
        serves[node] = bool(np.isin(span, useless, invert=True).any())
    return np.asarray(serves[classes])


def _administrators(snapshot: Snapshot, entered: Int64Array) -> BoolArray:
    """Return the administrators as they stand, and the classes that only these enter."""
    arrays = snapshot.arrays
    direct = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.ADMIN_OF))
    direct = direct[(arrays.edge_state[direct] == State.VERIFIED) & (arrays.edge_condition[direct] == 0)]
    found = np.zeros(arrays.node_count, dtype=np.bool_)
    found[arrays.edge_source[direct]] = True
    by_others = entered[~found[arrays.edge_source[entered]]]
    shared = np.zeros(arrays.node_count, dtype=np.bool_)
    shared[arrays.indices[by_others]] = True
    return np.asarray(found | (np.asarray(arrays.hub) & ~shared))


def _by_key_only(snapshot: Snapshot, brings: BoolArray, entered: Int64Array) -> BoolArray:
    """Return the users, as they are and as changed, that others come to hold by a long-term key at most."""
    arrays = snapshot.arrays
    by_key = np.zeros(arrays.node_count, dtype=np.bool_)
    by_key[arrays.indices[brings]] = True
    by_key &= ~np.asarray(arrays.hub)
    # An administrator has what lies in the account without the user, so its ways to the user are none that matter.
    into = edges_into(arrays, np.flatnonzero(by_key))
    others = into[arrays.traversable[into] & ~brings[into]]
    others = others[arrays.edge_kind[others] != snapshot.edge_kind_code(EdgeKind.CONTROLS)]
    others = others[~_administrators(snapshot, entered)[arrays.edge_source[others]]]
    by_key[arrays.indices[others]] = False
    if by_key.any():
        changed = np.flatnonzero(arrays.node_category == CATEGORY_CODES.index(Category.IDENTITY_STATE))
        for number in changed.tolist():
            by_key[number] = by_key[snapshot.node_index(snapshot.node_id(number).partition("?")[0])]
    return np.asarray(by_key)
