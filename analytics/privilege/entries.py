"""Ways into an identity, and for how long each one is open: always, for a time, or not known.

Input: a snapshot, ``RuleContext``. Output: ``Entry`` rows by identity.
Handled: workloads that run as it, tokens, assumption with its conditions, classes of callers. Time, MFA and the age of
a session limit an entry; an external id, a network or a claim does not: who has it has it all the time.
Not handled: whether somebody approves a sign-in at the identity provider, or an assignment of Identity Center ends:
unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from analytics.rules._context import RuleContext
from graph.arrays import Int64Array
from graph.decision import Residual
from graph.kinds import EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["Duration", "Entry", "duration_of", "entries_of"]

_ENTERS = (EdgeKind.RUNS_AS, EdgeKind.FEDERATES_INTO, EdgeKind.CAN_ASSUME)
_PROVIDERS = (NodeKind.AWS_SAML_PROVIDER, NodeKind.IDENTITY_CENTER_PRINCIPAL, NodeKind.PERMISSION_SET)
_LIMITING = frozenset(
    {
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:currenttime",
        "aws:epochtime",
        "aws:tokenissuetime",
    }
)
_SESSION = frozenset({"sts:sourceidentity", "aws:sourceidentity", "sts:rolesessionname", "aws:tagkeys"})
"""Whoever issues the session decides; whether it asks for approval is not in the evidence."""


class Duration(IntEnum):
    """How long a way in is open; the lower the longer."""

    STANDING = 0
    UNKNOWN = 1
    LIMITED = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in."""

    edge: int
    duration: Duration
    state: State
    from_provider: bool
    """By an identity provider or Identity Center, which give what the evidence does not show."""


def duration_of(residual: Residual) -> Duration:
    """Return how long a condition leaves a way open; every clause must hold, by any one of its atoms."""
    found = Duration.STANDING
    for clause in residual:
        keys = {atom.key for atom in clause}
        if keys <= _LIMITING:
            return Duration.LIMITED
        if keys & (_SESSION | _LIMITING) or any(key.startswith("aws:requesttag/") for key in keys):
            found = Duration.UNKNOWN
        if any(atom.operator == "?" for atom in clause):
            found = Duration.UNKNOWN
    return found


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
        duration = duration_of(snapshot.condition(int(arrays.edge_condition[edge])))
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
        ways = {(int(arrays.edge_condition[edge]), int(context.levels[edge])) for edge in edges.tolist()}
        found = [(duration_of(snapshot.condition(condition)), -level) for condition, level in ways]
        best = min(found, default=(Duration.LIMITED, 0))
        return best[0], State(-best[1])

    longest, surest = context.shared(f"entries through class {hub}", make)
    return max(duration, longest), min(state, surest)
