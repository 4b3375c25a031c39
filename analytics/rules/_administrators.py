"""What the rules about administrators say in every provider: who is one at once, and who can become one.

Input: edges, witnesses. Output: verdicts. Not handled: which identities are asked about; each rule says that.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.reach import AdminWitness
from analytics.rules._context import RuleContext
from analytics.steps import short_name
from analytics.verdicts import Confidence, Outcome, Severity, Verdict
from graph.kinds import EdgeKind, State
from graph.model import Edge, Node
from graph.snapshot import Snapshot

__all__ = ["administrator", "can_become", "direct_ways"]


def direct_ways(snapshot: Snapshot, context: RuleContext, node_id: str) -> list[tuple[Edge, State]]:
    """Return the edges by which a node itself is administrator of any scope, with their states."""
    arrays = snapshot.arrays
    source = snapshot.node_index(node_id)
    code = snapshot.edge_kind_code(EdgeKind.ADMIN_OF)
    numbers = range(int(arrays.indptr[source]), int(arrays.indptr[source + 1]))
    found = [(number, State(int(context.levels[number]))) for number in numbers if arrays.edge_kind[number] == code]
    return [(snapshot.edge(number), state) for number, state in found if state > State.VOID]


def administrator(node: Node, ways: Sequence[Edge], state: State, scope: str = "") -> Verdict:
    """Return the finding that an identity is administrator, by the edges that are as sure as its state.

    Parameters
    ----------
    scope
        What the scope's full control is called; default: by its id.
    """
    conditional = state is State.CONDITIONAL
    first = min(ways, key=lambda edge: (len(edge.grants), edge.grants))
    when = " or ".join(sorted({str(atom) for clause in first.conditions for atom in clause}))
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{node.name} has {scope or short_name(first.target)}"
        + (f", when {when}." if conditional else ".")
        + (f" {len(ways)} grants give it, each by itself." if len(ways) > 1 else ""),
        severity=Severity.MEDIUM if conditional else Severity.HIGH,
        confidence=Confidence.MEDIUM if conditional else Confidence.HIGH,
        state=state,
        grants=tuple(dict.fromkeys(grant for edge in ways for grant in edge.grants)),
        related=(first.target,),
    )


def can_become(node: Node, witness: AdminWitness, scope: str) -> Verdict:
    """Return what a way to full control says of an identity: a finding, or not judged where evidence is missing.

    Parameters
    ----------
    scope
        What people call the scope: ``account 111111111111``, ``tenant Nordlicht``.
    """
    if witness.state is State.UNVERIFIED:
        doubt = next(step.text for step in witness.steps if step.state is State.UNVERIFIED)
        return Verdict.not_judged(node.id, f"A path to full control of {scope} rests on missing evidence: {doubt}")
    conditional = witness.state is State.CONDITIONAL
    count = len(witness.steps)
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{node.name} can obtain full control of {scope} in {count} step{'s' if count > 1 else ''}"
        + (", if the named conditions are met" if conditional else "")
        + ": "
        + " ".join(step.text for step in witness.steps),
        severity=Severity.HIGH if conditional else Severity.CRITICAL,
        confidence=Confidence.MEDIUM if conditional else Confidence.HIGH,
        state=witness.state,
        steps=witness.steps,
        grants=tuple(dict.fromkeys(grant for step in witness.steps for grant in step.grants)),
        related=(witness.scope,),
    )
