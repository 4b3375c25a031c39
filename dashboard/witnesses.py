"""One way to each of some targets, for the drawing and for the step lists.

Input: a snapshot, a subject, target ids; or full control as a blast radius tells it. Output: ``Witness`` by target id.
Handled: the same search, states and witnesses as ``analytics.reach.blast_radius``.
Not handled: further ways to the same target; ``nhi path`` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.reach import AdminOf
from analytics.sequences import Sequences, search_sets, settle_sequences
from analytics.steps import Step, short_name, steps_of
from analytics.subjects import Subject
from analytics.witness import Contradictions
from graph.decision import ALWAYS
from graph.kinds import EdgeKind, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["Witness", "admin_nodes", "control_witness", "witnesses_to"]


@dataclass(frozen=True, slots=True)
class Witness:
    """One way."""

    state: State
    steps: tuple[Step, ...]


def admin_nodes(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the id of the node "full control of this scope" by the id of the scope."""
    nodes = (snapshot.node(int(number)) for number in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN))
    return {str(node.attributes.get("scope", node.id)): node.id for node in nodes}


def control_witness(subject: str, row: AdminOf, node: str) -> Witness:
    """Return the way that a blast radius tells, with the step "is administrator" that it leaves out as self-evident."""
    last = row.steps[-1].target if row.steps else subject
    if last == node:
        return Witness(row.state, row.steps)
    text = f"{short_name(last)} is an administrator as it stands."
    told = Step(EdgeKind.ADMIN_OF.value, last, node, "", (), ALWAYS, (), row.state, "", text)
    return Witness(row.state, (*row.steps, told))


def witnesses_to(snapshot: Snapshot, subject: Subject, targets: Sequence[str]) -> Mapping[str, Witness]:
    """Return a witness for each target that is reached, in the order of the targets.

    Notes
    -----
    One search for all targets together.
    """
    arrays = snapshot.arrays
    sets = search_sets(snapshot, subject)
    states = sets.levels
    starts = list(subject.starts)
    check = Contradictions(snapshot, states.own)
    sequences = Sequences.of(snapshot, subject, sets)
    found = settle_sequences(sequences, starts, check.settle(starts, sets.found), check)
    rows: dict[str, Witness] = {}
    for target in targets:
        number = snapshot.node_index(target)
        state = State(int(found.best[number]))
        if state is not State.VOID and number not in subject.starts:
            path = sequences.in_order(found.path_to(arrays, number))
            rows[target] = Witness(state, tuple(steps_of(snapshot, path, states.along(arrays, path))))
    return rows
