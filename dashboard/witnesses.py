"""One way to each of some targets, for the drawing and for the step lists.

Input: a snapshot, a subject, target ids. Output: ``Witness`` by target id.
Handled: the same states and witnesses as ``analytics.reach.blast_radius``; a witness whose conditions contradict each other is
replaced by the next one that does not.
Not handled: further ways to the same target; ``nhi path`` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.paths import find_paths
from analytics.steps import Step, steps_of
from analytics.subjects import Subject, resolve_subject
from analytics.witness import Contradictions
from graph.attacker import edge_levels
from graph.engine import best_state_reach
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["Witness", "admin_nodes", "witnesses_to"]


@dataclass(frozen=True, slots=True)
class Witness:
    """One way."""

    state: State
    steps: tuple[Step, ...]


def admin_nodes(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the id of the node "full control of this scope" by the id of the scope."""
    nodes = (snapshot.node(int(number)) for number in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN))
    return {str(node.attributes.get("scope", node.id)): node.id for node in nodes}


def witnesses_to(snapshot: Snapshot, subject: Subject, targets: Sequence[str]) -> Mapping[str, Witness]:
    """Return a witness for each target that is reached, in the order of the targets.

    Notes
    -----
    One search for all targets together, one more for each target whose first witness contradicts itself.
    """
    levels = edge_levels(snapshot, subject.attacker)
    check = Contradictions(snapshot, levels)
    starts = list(subject.starts)
    found = check.settle(starts, best_state_reach(snapshot.arrays, starts, levels))
    rows: dict[str, Witness] = {}
    for target in targets:
        number = snapshot.node_index(target)
        state = State(int(found.best[number]))
        if state is State.VOID or number in subject.starts:
            continue
        path = found.path_to(snapshot.arrays, number)
        if state is State.CONDITIONAL and check.contradictory(path):
            other = find_paths(snapshot, subject, resolve_subject(snapshot, target), k=1).paths
            if other:
                rows[target] = Witness(other[0].state, other[0].steps)
            continue
        rows[target] = Witness(state, tuple(steps_of(snapshot, path, levels)))
    return rows
