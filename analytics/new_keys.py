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

import numpy as np

from graph.arrays import CATEGORY_CODES, BoolArray, GraphArrays, Int8Array, Int64Array
from graph.attacker import MFA_KEYS, baseline, residual_state
from graph.decision import HOLDS, Residual
from graph.evaluate.aws.context import Context
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["KEY_TECHNIQUES", "NewKeys"]

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

    @staticmethod
    def of(snapshot: Snapshot) -> NewKeys:
        """Return the masks of a snapshot; O(conditions + edges)."""
        arrays = snapshot.arrays
        needs_mfa = np.isin(arrays.edge_condition, _without_mfa(snapshot)) & np.asarray(arrays.traversable)
        if not needs_mfa.any():
            return NewKeys(needs_mfa, needs_mfa, needs_mfa)
        brings = _brings_key(snapshot)
        if not brings.any():
            return NewKeys(brings, needs_mfa, brings)
        return NewKeys(brings, needs_mfa, _dead(snapshot, brings, needs_mfa))

    @property
    def matter(self) -> bool:
        """Whether any path could pass a key and need MFA behind it."""
        return bool(self.brings_key.any() and self.needs_mfa.any())

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
        if not self.dead.any():
            return levels
        own = self.own(arrays, held)
        result = np.where(self.dead, 0, levels).astype(np.int8)
        result[own] = levels[own]
        return result


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
    techniques = [names.index(name) for name in KEY_TECHNIQUES if name in names]
    brings = np.isin(arrays.edge_technique, techniques)
    if NodeKind.AWS_ACCESS_KEY.value in kinds:
        keys = arrays.node_kind == kinds.index(NodeKind.AWS_ACCESS_KEY.value)
        proves = arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS)
        brings |= proves & keys[arrays.edge_source]
    return np.asarray(brings & arrays.traversable)


def _dead(snapshot: Snapshot, brings: BoolArray, needs_mfa: BoolArray) -> BoolArray:
    arrays = snapshot.arrays
    source, target = arrays.edge_source, arrays.indices
    controls = np.asarray((arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.CONTROLS)) & arrays.traversable)
    by_key = _by_key_only(snapshot, brings, controls)
    classes = np.asarray(arrays.hub)
    entered = np.asarray(arrays.traversable & classes[target])
    classes_by_key = classes & (np.bincount(target[entered & ~by_key[source]], minlength=arrays.node_count) == 0)
    # Who controls the account has what lies in it anyway; a way out of the account stays, as it may come to it so.
    controller = np.full(arrays.node_count, -1, dtype=np.int64)
    controller[target[controls]] = source[controls]
    controller[target[entered]] = controller[source[entered]]
    inside = (controller[source] >= 0) & ((controller[source] == controller[target]) | (controller[source] == target))
    inside |= np.isin(arrays.node_category[target], _OF_THE_ACCOUNT)
    useless = needs_mfa & inside
    out_of_class = np.asarray(arrays.traversable & classes[source] & ~useless)
    serves = np.bincount(source[out_of_class], minlength=arrays.node_count) > 0
    dead = useless & (by_key | classes_by_key)[source]
    return np.asarray(dead | (entered & by_key[source] & ~serves[target]))


def _administrators(snapshot: Snapshot) -> BoolArray:
    """Return the administrators as they stand, and the classes that only these enter."""
    arrays = snapshot.arrays
    direct = arrays.edge_kind == snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
    direct &= (arrays.edge_state == State.VERIFIED) & (arrays.edge_condition == 0)
    found = np.zeros(arrays.node_count, dtype=np.bool_)
    found[arrays.edge_source[direct]] = True
    entered = np.asarray(arrays.traversable & ~found[arrays.edge_source])
    shared = np.bincount(arrays.indices[entered], minlength=arrays.node_count) > 0
    return np.asarray(found | (np.asarray(arrays.hub) & ~shared))


def _by_key_only(snapshot: Snapshot, brings: BoolArray, controls: BoolArray) -> BoolArray:
    """Return the users, as they are and as changed, that others come to hold by a long-term key at most."""
    arrays = snapshot.arrays
    # An administrator has what lies in the account without the user, so its ways to the user are none that matter.
    others = np.asarray(arrays.traversable & ~brings & ~controls & ~_administrators(snapshot)[arrays.edge_source])
    by_key = np.bincount(arrays.indices[others], minlength=arrays.node_count) == 0
    by_key &= np.bincount(arrays.indices[brings], minlength=arrays.node_count) > 0
    by_key &= ~np.asarray(arrays.hub)
    changed = np.flatnonzero(arrays.node_category == CATEGORY_CODES.index(Category.IDENTITY_STATE))
    for number in changed.tolist():
        by_key[number] = by_key[snapshot.node_index(snapshot.node_id(number).partition("?")[0])]
    return np.asarray(by_key)
