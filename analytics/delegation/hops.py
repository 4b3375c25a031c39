"""Hops of a chain: the edges of a path put together from one identity to the next.

Input: a path of edges. Output: ``Hop`` rows; which edges delegate, and which nodes a chain may begin and end at.
Handled: hubs, workloads that are taken over, secrets that hold a credential, credentials, full control of an account as
the means: all of them are folded into the hop that they belong to.
Not handled: changes of policies, groups, boundaries and trust, which widen an identity instead of leading to the next;
they count as a last step to full control of an account only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np

from analytics.steps import Step, steps_of
from graph.arrays import CATEGORY_CODES, BoolArray, Int8Array
from graph.decision import Residual, merge_residuals
from graph.kinds import Category, EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["DELEGATES", "OWN_CHANGES", "Hop", "delegating_edges", "hops_of", "members", "sources"]

DELEGATES: Final = (
    EdgeKind.AUTHENTICATES_AS,
    EdgeKind.RUNS_AS,
    EdgeKind.CAN_ASSUME,
    EdgeKind.FEDERATES_INTO,
    EdgeKind.ADMIN_OF,
    EdgeKind.CAN_CREATE_CREDENTIAL,
    EdgeKind.CAN_PASS_ROLE,
    EdgeKind.CAN_TAKE_OVER,
    EdgeKind.CAN_ACCESS,
)
"""Edges that a chain is made of; CAN_ACCESS leads on only from a secret that holds a credential."""
OWN_CHANGES: Final = (EdgeKind.CAN_CHANGE_OWN_POLICY, EdgeKind.CAN_CHANGE_POLICY_OF, EdgeKind.CAN_JOIN_GROUP)
"""Edges into full control of an account that a chain may end with when that is what is asked for."""
Levels = Int8Array | Mapping[int, int]
_PROOF: Final = frozenset({EdgeKind.AUTHENTICATES_AS.value, EdgeKind.ADMIN_OF.value, EdgeKind.RUNS_AS.value})


@dataclass(frozen=True, slots=True)
class Hop:
    """One identity obtains the next."""

    kind: str
    """Edge kind of the step that obtains it; ``SESSION_POLICY`` for a session that is limited."""
    source: str
    target: str
    technique: str
    via: tuple[str, ...]
    """Workload, secret or credential in between."""
    grants: tuple[str, ...]
    conditions: Residual
    state: State
    steps: tuple[Step, ...]


def delegating_edges(snapshot: Snapshot, levels: Int8Array, *, own_changes: bool = False) -> Int8Array:
    """Return the state of the edges that chains are made of, 0 for all others."""
    kinds = (*DELEGATES, *(OWN_CHANGES if own_changes else ()))
    codes = [snapshot.edge_kind_code(kind) for kind in kinds]
    return np.where(np.isin(snapshot.arrays.edge_kind, codes), levels, 0).astype(np.int8)


def members(snapshot: Snapshot) -> BoolArray:
    """Return by node whether it is an identity that a chain goes through or ends at."""
    arrays = snapshot.arrays
    return np.asarray(arrays.node_category == CATEGORY_CODES.index(Category.IDENTITY))


def sources(snapshot: Snapshot) -> BoolArray:
    """Return by node whether a chain may begin there: identities, and parties from outside that may become one."""
    arrays = snapshot.arrays
    found = members(snapshot) | (arrays.node_category == CATEGORY_CODES.index(Category.FEDERATION))
    for number in snapshot.nodes_of_kind(NodeKind.AWS_ACCOUNT).tolist():
        found[number] = not snapshot.node(number).collected
    return np.asarray(found)


def hops_of(snapshot: Snapshot, edges: Sequence[int], levels: Levels) -> tuple[Hop, ...]:
    """Return the hops of a path.

    Parameters
    ----------
    edges
        Edge numbers in order.
    levels
        State of each of these edges, by its number.

    Notes
    -----
    A path that begins with a credential or a workload begins with the identity behind it: that is no hop. Nor is it
    one that the last identity has full control already.
    """
    found = [_hop(snapshot, part, levels) for part in _parts(snapshot, edges)]
    while found and all(step.kind in _PROOF for step in found[0].steps) and not _is_member(snapshot, found[0].source):
        found = found[1:]
    if found and all(step.kind == EdgeKind.ADMIN_OF.value for step in found[-1].steps):
        found = found[:-1]
    return tuple(found)


def _is_member(snapshot: Snapshot, node_id: str) -> bool:
    category = CATEGORY_CODES[int(snapshot.arrays.node_category[snapshot.node_index(node_id)])]
    return category in (Category.IDENTITY, Category.FEDERATION, Category.SCOPE)


def _parts(snapshot: Snapshot, edges: Sequence[int]) -> Iterator[list[int]]:
    """Yield the edges up to each identity."""
    arrays = snapshot.arrays
    identity = CATEGORY_CODES.index(Category.IDENTITY)
    part: list[int] = []
    for edge in edges:
        part.append(edge)
        if arrays.node_category[arrays.indices[edge]] == identity:
            yield part
            part = []
    if part:
        yield part


def _hop(snapshot: Snapshot, edges: Sequence[int], levels: Levels) -> Hop:
    steps = tuple(steps_of(snapshot, edges, levels))
    leading = next((step for step in steps if step.kind not in _PROOF), steps[0])
    between = tuple(step.target for step in steps[:-1])
    return Hop(
        kind=leading.kind,
        source=steps[0].source,
        target=steps[-1].target,
        technique=leading.technique or next((step.technique for step in steps if step.technique), ""),
        via=tuple(dict.fromkeys((*between, *(step.via for step in steps if step.via)))),
        grants=tuple(sorted({grant for step in steps for grant in step.grants})),
        conditions=reduce(lambda left, right: merge_residuals([left, right]), (step.conditions for step in steps)),
        state=min(step.state for step in steps),
        steps=steps,
    )
