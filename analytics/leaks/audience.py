"""The audience of a token that has leaked is what it is: nobody can have it changed.

Input: a snapshot, the subject of a token, its audiences. Output: states of edges for its holder.
Handled: federated credentials of Entra that take the standard audience, which the graph leaves without a condition
because whoever asks for a token names it.
Not handled: other trusts, whose conditions on ``aud`` are evaluated with all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analytics.holder import HeldLevels, held_levels
from analytics.subjects import Subject
from graph.evaluate.entra.federation import AUDIENCES
from graph.kinds import EdgeKind
from graph.snapshot import Snapshot

__all__ = ["levels_of_token"]


def levels_of_token(snapshot: Snapshot, subject: Subject, audiences: Sequence[str]) -> HeldLevels | None:
    """Return the states of edges for whoever has a token; ``None`` when its audience changes none.

    Notes
    -----
    Asked with states of its own, a blast radius leaves out what several identities do one after the other.
    """
    if AUDIENCES & {each.lower() for each in audiences}:
        return None
    edges = list(_taking_the_standard_audience(snapshot, subject))
    if not edges:
        return None
    held = held_levels(snapshot, subject)
    own, later = held.own.copy(), held.later.copy()
    own[edges] = 0
    later[edges] = 0
    return replace(held, own=own, later=later)


def _taking_the_standard_audience(snapshot: Snapshot, subject: Subject) -> Iterator[int]:
    arrays, kind = snapshot.arrays, snapshot.edge_kind_code(EdgeKind.FEDERATES_INTO)
    for start in subject.starts:
        for edge in range(int(arrays.indptr[start]), int(arrays.indptr[start + 1])):
            if int(arrays.edge_kind[edge]) != kind:
                continue
            if snapshot.node(int(arrays.indices[edge])).source == "entra" and not _asks_for_audience(snapshot, edge):
                yield edge


def _asks_for_audience(snapshot: Snapshot, edge: int) -> bool:
    residual = snapshot.condition(int(snapshot.arrays.edge_condition[edge]))
    return any(atom.key.endswith(":aud") for clause in residual for atom in clause)
