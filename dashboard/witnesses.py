"""One way to each of some targets, for the drawing and for the step lists.

Input: a snapshot, a subject, target ids; or full control as a blast radius tells it. Output: ``Witness`` by target id.
Handled: the same search, states and witnesses as ``analytics.reach.blast_radius``.
Not handled: further ways to the same target; ``nhi path`` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.reach import AdminOf
from analytics.steps import Step, short_name
from analytics.subjects import Subject
from analytics.ways import ways_to
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
    numbers = [snapshot.node_index(target) for target in targets]
    return {way.target: Witness(way.state, way.steps) for way in ways_to(snapshot, subject, numbers).values()}
