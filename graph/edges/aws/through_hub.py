"""Callers × targets through one hub, where every caller gains every target by rights that name none of them.

Input: callers with grants and open conditions, targets. Output: edges; direct ones where a side has a single member.
Not handled: rights on the very target; those are ``classes``'s part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.decision import ALWAYS, Residual, merge_residuals
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["Gain", "Holder", "add_through_hub"]


@dataclass(frozen=True, slots=True)
class Holder:
    """A caller and one way in which it holds the rights."""

    node: str
    grants: tuple[str, ...]
    conditions: Residual
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What every caller gains."""

    node: str
    conditions: Residual = ALWAYS
    grants: tuple[str, ...] = ()
    state: State = State.VERIFIED
    note: str = ""
    impact: str = ""
    via: str = ""


def add_through_hub(
    identity_graph: IdentityGraph,
    holders: Sequence[Holder],
    gains: Sequence[Gain],
    *,
    kind: EdgeKind,
    technique: str,
    account: str,
    words: str,
) -> None:
    """Add the edges of one technique.

    Parameters
    ----------
    identity_graph
        Receives hub and edges.
    holders, gains
        Both sides; with more than one on each the edges are their sum, not their product.
    kind, technique
        What the edges are.
    account
        Scope of the hub.
    words
        What the targets are, for people; with technique and account it names the hub.
    """
    if not holders or not gains:
        return
    if len(holders) == 1 or len(gains) == 1:
        identity_graph.add_edges(
            _edge(holder, gain, kind, technique) for holder in holders for gain in gains if holder.node != gain.node
        )
        return
    hub = f"hub:{technique}:{account}:{words}"
    identity_graph.add_node(Node(hub, NodeKind.HUB, f"{technique}: {words}", "aws", account))
    for holder in holders:
        identity_graph.add_edge(
            Edge(holder.node, hub, kind, True, technique, holder.grants, holder.conditions, holder.guards)
        )
    nobody = Holder(hub, (), ALWAYS, ())
    identity_graph.add_edges(_edge(nobody, gain, kind, technique) for gain in gains)


def _edge(holder: Holder, gain: Gain, kind: EdgeKind, technique: str) -> Edge:
    return Edge(
        holder.node,
        gain.node,
        kind,
        True,
        technique,
        tuple(sorted({*holder.grants, *gain.grants})),
        merge_residuals([holder.conditions, gain.conditions]),
        holder.guards,
        gain.state,
        gain.impact,
        gain.via,
        note=gain.note,
    )
