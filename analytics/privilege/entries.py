"""Ways into an identity, and for how long each one is open: always, for a time, or not known.

Input: a snapshot, ``RuleContext``. Output: ``Entry`` rows by identity.
Handled: workloads that run as it, tokens, assumption with its conditions, classes of callers. Time that ends and MFA
limit an entry (``analytics.privilege.durations``); an external id, a network or a claim does not: who has it has it all
the time.
Not handled: whether somebody approves a sign-in at the identity provider, or an assignment of Identity Center ends:
unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.privilege.durations import Duration, durations_of
from analytics.rules._context import RuleContext
from graph.arrays import Int64Array
from graph.kinds import EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["Entry", "entries_of"]

_ENTERS = (EdgeKind.RUNS_AS, EdgeKind.FEDERATES_INTO, EdgeKind.CAN_ASSUME)
_PROVIDERS = (NodeKind.AWS_SAML_PROVIDER, NodeKind.IDENTITY_CENTER_PRINCIPAL, NodeKind.PERMISSION_SET)


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in."""

    edge: int
    duration: Duration
    state: State
    from_provider: bool
    """By an identity provider or Identity Center, which give what the evidence does not show."""


def entries_of(snapshot: Snapshot, context: RuleContext, number: int) -> Iterator[Entry]:
    """Yield the ways into an identity, by edge; full control of an account is none that was opened for it."""
    arrays = snapshot.arrays
    edges: Int64Array = arrays.r_edge[arrays.r_indptr[number] : arrays.r_indptr[number + 1]].astype(np.int64)
    kinds = [snapshot.edge_kind_code(kind) for kind in _ENTERS]
    edges = edges[np.isin(arrays.edge_kind[edges], kinds) & (context.levels[edges] > 0)]
    providers, left_out = context.shared("sources of entries", lambda: _sources(snapshot))
    for edge in edges.tolist():
        source = int(arrays.edge_source[edge])
        if source in left_out:
            continue
        state = State(int(context.levels[edge]))
        duration, _ = durations_of(snapshot, context, source).of(int(arrays.edge_condition[edge]))
        if state is State.UNVERIFIED or source in providers:
            duration = max(duration, Duration.UNKNOWN)
        if arrays.hub[source]:
            duration, state = _through_class(snapshot, context, source, duration, state)
            if state is State.VOID:
                continue
        yield Entry(edge, duration, state, source in providers)


def _sources(snapshot: Snapshot) -> tuple[frozenset[int], frozenset[int]]:
    """Return providers, and sources that are no entry of their own: an issuer's subjects are nodes themselves."""
    left_out = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN, NodeKind.OIDC_ISSUER)
    return frozenset(snapshot.nodes_of_kind(*_PROVIDERS).tolist()), frozenset(left_out.tolist())


def _through_class(
    snapshot: Snapshot, context: RuleContext, hub: int, duration: Duration, state: State
) -> tuple[Duration, State]:
    """Return how long, and how surely, the way is open that the easiest member of a class has."""

    def make() -> tuple[Duration, State]:
        arrays = snapshot.arrays
        edges = arrays.r_edge[arrays.r_indptr[hub] : arrays.r_indptr[hub + 1]].astype(np.int64)
        skipped = snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN, NodeKind.AWS_CHANGED_IDENTITY)
        edges = edges[(context.levels[edges] > 0) & ~np.isin(arrays.edge_source[edges], skipped)]
        found = {
            (
                durations_of(snapshot, context, int(arrays.edge_source[edge])).of(int(arrays.edge_condition[edge]))[0],
                -int(context.levels[edge]),
            )
            for edge in edges.tolist()
        }
        best = min(found, default=(Duration.LIMITED, 0))
        return best[0], State(-best[1])

    longest, surest = context.shared(f"entries through class {hub}", make)
    return max(duration, longest), min(state, surest)
