"""Steps: the edges of a witness put into words and data, hubs folded into the step that they belong to.

Input: edge numbers of one path. Output: ``Step`` rows as every command prints them.
Not handled: finding the path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.catalog.loader import techniques
from graph.decision import Residual, merge_residuals
from graph.kinds import EdgeKind, State
from graph.model import Edge
from graph.snapshot import Snapshot

__all__ = ["Step", "called", "conditions_data", "fold", "short_name", "steps_of"]

_UNREADABLE = ("entra:", "azure:", "other:", "opengraph:")
"""Ids that say nothing to people, whose nodes are called by their names."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path."""

    kind: str
    source: str
    target: str
    technique: str
    grants: tuple[str, ...]
    conditions: Residual
    guards: tuple[str, ...]
    state: State
    via: str
    text: str
    called: str = ""
    """What the text calls the source, where its id alone says nothing to people."""
    evidence: str = ""
    """``file#pointer`` beyond what the grants carry."""
    note: str = ""
    """One sentence on what is missing or used; the end of the text."""

    def begun_by(self, before: Step) -> Step:
        """Return this step as the holder of ``before`` takes it: both grant sets and conditions, one step."""
        return replace(
            self,
            source=before.source,
            grants=tuple(sorted({*before.grants, *self.grants})),
            conditions=merge_residuals([before.conditions, self.conditions]),
            guards=tuple(sorted({*before.guards, *self.guards})),
            state=min(before.state, self.state),
            text=self.text.replace(
                self.called or short_name(self.source), before.called or short_name(before.source), 1
            ),
            called=before.called,
            evidence=self.evidence or before.evidence,
            note=self.note or before.note,
        )

    def data(self) -> dict[str, Any]:
        """Return the step as every JSON answer carries it."""
        return {
            "kind": self.kind,
            "source": self.source,
            "target": self.target,
            "technique": self.technique,
            "grants": list(self.grants),
            "conditions": conditions_data(self.conditions),
            "guards": list(self.guards),
            "state": self.state.word,
            "via": self.via,
            "text": self.text,
        }


def conditions_data(residual: Residual) -> list[Mapping[str, Any]]:
    """Return open conditions as data: every entry must hold, by any one of its ``any_of``."""
    return [
        {
            "text": " or ".join(str(atom) for atom in clause),
            "any_of": [
                {"key": atom.key, "operator": atom.operator, "values": list(atom.values), "negated": atom.negated}
                for atom in clause
            ],
        }
        for clause in residual
    ]


def short_name(node_id: str) -> str:
    """Return the part of an id that people read: ``user/ci`` of an ARN, the account of an administrator node."""
    if node_id.startswith("aws:admin:"):
        return f"full control of account {node_id.removeprefix('aws:admin:')}"
    if node_id.startswith("entra:admin:"):
        return f"full control of tenant {node_id.removeprefix('entra:admin:')}"
    if node_id.startswith("azure:admin:"):
        return f"full control of {node_id.removeprefix('azure:admin:')}"
    if node_id.startswith("github:admin:"):
        return f"full control of {node_id.removeprefix('github:admin:')}"
    if node_id.startswith("arn:"):
        parts = node_id.split(":", 5)
        return f"{parts[5]} ({parts[4]})" if parts[4] else parts[5]
    return node_id.removeprefix("aws:")


def fold(edges: Sequence[tuple[Edge, State]], hubs: frozenset[str]) -> list[tuple[Edge, State]]:
    """Join ``a -> hub`` and ``hub -> b`` into one edge ``a -> b`` with both grant sets and conditions."""
    folded: list[tuple[Edge, State]] = []
    for edge, state in edges:
        if folded and edge.source in hubs and folded[-1][0].target == edge.source:
            first, first_state = folded.pop()
            edge = Edge(  # the joined edge stands for both
                first.source,
                edge.target,
                edge.kind,
                True,
                edge.technique or first.technique,
                tuple(sorted({*first.grants, *edge.grants})),
                merge_residuals([first.conditions, edge.conditions]),
                tuple(sorted({*first.guards, *edge.guards})),
                min(first.state, edge.state),
                edge.impact or first.impact,
                edge.via or first.via,
                edge.evidence or first.evidence,
                edge.note or first.note,
            )
            state = min(first_state, state)
        folded.append((edge, state))
    return folded


def steps_of(snapshot: Snapshot, edges: Sequence[int], levels: Any) -> list[Step]:
    """Return the steps of a path.

    Parameters
    ----------
    edges
        Edge numbers, in order, each starting where the one before ends.
    levels
        State of every edge, as ``graph.attacker.edge_levels`` gives it.
    """
    rows = [(snapshot.edge(int(number)), State(int(levels[number]))) for number in edges]
    hubs = frozenset(edge.target for edge, _ in rows if edge.target.startswith("hub:"))
    return [_step(edge, state, _Names(snapshot)) for edge, state in fold(rows, hubs)]


def called(snapshot: Snapshot, node_id: str) -> str:
    """Return what texts call a node: the part of its id that people read, else its name."""
    return _Names(snapshot).of(node_id)


class _Names:
    """What texts call nodes: the part of the id that people read; for ids without one, the node's name."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def given(self, node_id: str) -> str:
        """Return the node's own name where its id says nothing to people; else an empty text."""
        if not node_id.startswith(_UNREADABLE):
            return ""
        return self._snapshot.node(self._snapshot.node_index(node_id)).name

    def of(self, node_id: str) -> str:
        """Return what a text calls a node."""
        return self.given(node_id) or short_name(node_id)


def _step(edge: Edge, state: State, names: _Names) -> Step:
    return Step(
        edge.kind.value,
        edge.source,
        edge.target,
        edge.technique,
        edge.grants,
        edge.conditions,
        edge.guards,
        state,
        edge.via,
        _text(edge, names),
        names.given(edge.source),
        edge.evidence,
        edge.note,
    )


def _text(edge: Edge, names: _Names) -> str:
    source, target = names.of(edge.source), names.of(edge.target)
    technique = techniques().get(edge.technique)
    how = _HOW[edge.kind].format(source=source, target=target)
    if edge.kind is EdgeKind.CAN_JOIN_GROUP and edge.via:
        how = f"{source} can obtain {target} by adding a user to a group"
    if technique is not None and edge.kind is not EdgeKind.CAN_ASSUME:
        through = f" on {names.of(edge.via)}" if edge.via and edge.via != edge.source else ""
        how = f"{how} by {', '.join(technique.permissions)}{through}"
    if edge.impact and edge.kind is EdgeKind.CAN_ACCESS:
        how = f"{how} ({edge.impact})"
    return f"{how}. {edge.note}".strip() if edge.note else f"{how}."


_HOW: Mapping[EdgeKind, str] = {
    EdgeKind.CONTAINS: "{source} contains {target}",
    EdgeKind.MEMBER_OF: "{source} is a member of {target}",
    EdgeKind.AUTHENTICATES_AS: "{source} authenticates as {target}",
    EdgeKind.RUNS_AS: "{source} runs as {target}",
    EdgeKind.TRUSTS: "{target} trusts {source}",
    EdgeKind.CAN_ASSUME: "{source} can assume {target}",
    EdgeKind.FEDERATES_INTO: "A token of {source} becomes {target}",
    EdgeKind.ADMIN_OF: "{source} has {target}",
    EdgeKind.CONTROLS: "{source} includes {target}",
    EdgeKind.CAN_CHANGE_OWN_POLICY: "{source} can give itself {target}",
    EdgeKind.CAN_CHANGE_POLICY_OF: "{source} can obtain {target} through another principal",
    EdgeKind.CAN_JOIN_GROUP: "{source} can add itself to {target}",
    EdgeKind.CAN_CREATE_CREDENTIAL: "{source} can make a credential of {target}",
    EdgeKind.CAN_CHANGE_TRUST: "{source} can make {target} trust it and assume it",
    EdgeKind.CAN_PASS_ROLE: "{source} can start new code as {target}",
    EdgeKind.CAN_TAKE_OVER: "{source} can run code in {target}",
    EdgeKind.CAN_CHANGE_STATE: "{source} can bring about {target}",
    EdgeKind.CAN_GRANT: "{source} can let itself in at {target}",
    EdgeKind.CAN_ACCESS: "{source} can use {target}",
    EdgeKind.OWNS: "{source} owns {target}",
    EdgeKind.INHERITS: "{source} has what the group {target} is assigned",
    EdgeKind.CAN_IMPERSONATE: "{source} can get tokens of {target}",
    EdgeKind.RELATES_TO: "{source} is related to {target}",
}
