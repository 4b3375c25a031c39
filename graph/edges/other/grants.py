"""Stated grants and uses as edges.

Input: the world, with all nodes in it. Output: CAN_ACCESS, ADMIN_OF, CONTROLS, INHERITS, CAN_IMPERSONATE, CAN_ASSUME
and RUNS_AS, each with its grant; facts where a grant does not fit its target.
Handled: conditions in words and stated doubt; targets of other sources, full control of their scopes included.
Not handled: what a permission's text means: kind and impact class are what the table states.
"""

from __future__ import annotations

from collectors.interface import EvidenceRef
from collectors.other.records import OtherGrant, OtherUse
from graph.decision import Residual, merge_residuals
from graph.edges.aws.structure_facts import iso_time
from graph.edges.other.control import add_scope_admin
from graph.edges.other.ids import grant_id, own_id, use_grant
from graph.edges.other.world import SOURCE, OtherWorld, is_identity, stated
from graph.kinds import Category, EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Grant, Node

__all__ = ["build_grants", "build_uses"]

_ACTED_AS = (Category.IDENTITY, Category.HUMAN, Category.GROUP, Category.WORKLOAD)
_UNNAMED = "what the grant's row does not name"


def build_grants(world: OtherWorld) -> None:
    """Add the edge of every grant."""
    for row in world.records.grants:
        holder = world.end(row.system, "grants", row.ref, row.line, "holder", row.holder)
        target = world.end(row.system, "grants", row.ref, row.line, "target", row.target)
        if holder.category is Category.SCOPE:
            told = f"column 'holder': {row.holder!r} is a scope, and being in one gives nothing; state a group"
            world.problem(row.system, "grants", row.ref, row.line, told)
        _grant(world, row, holder, target)


def _grant(world: OtherWorld, row: OtherGrant, holder: Node, target: Node) -> None:
    identity_graph = world.identity_graph
    text = row.permission or row.kind
    grant = identity_graph.add_grant(
        Grant(grant_id(row.system, row.id), row.kind, holder.id, f"{text} on {target.name}", str(row.ref))
    )
    kind, end, impact = _what(world, row, target)
    if kind in (EdgeKind.RELATES_TO, EdgeKind.MEMBER_OF):
        note = f"Grant {text}, stated as {row.kind}."
        identity_graph.add_edge(Edge(holder.id, end, kind, False, grants=(grant,), evidence=str(row.ref), note=note))
        return
    waits = [stated(row.condition or (_UNNAMED if row.state == "conditional" else ""))]
    if kind in (EdgeKind.CAN_IMPERSONATE, EdgeKind.CAN_ASSUME):
        waits.append(world.into(target))
    doubtful = row.state == "unverified"
    identity_graph.add_edge(
        Edge(
            holder.id,
            end,
            kind,
            True,
            grants=(grant,),
            conditions=merge_residuals(waits),
            state=State.UNVERIFIED if doubtful else State.VERIFIED,
            impact=impact,
            evidence=str(row.ref),
            note=f"Grant {text}{', which its row states as unverified' if doubtful else ''}.",
        )
    )


def _what(world: OtherWorld, row: OtherGrant, target: Node) -> tuple[EdgeKind, str, str]:
    """Return the kind of edge, where it ends, and its class of impact."""
    if row.kind == "admin":
        if target.category is not Category.SCOPE:
            return EdgeKind.CONTROLS, target.id, row.impact
        return EdgeKind.ADMIN_OF, add_scope_admin(world.identity_graph, target, SOURCE), Impact.H1.value
    if row.kind == "access":
        if target.category not in _ACTED_AS:
            return EdgeKind.CAN_ACCESS, target.id, row.impact or target.impact
        hint = "is no way to act as it: state impersonate, assume, member or admin"
    elif row.kind == "member":
        if target.category is Category.GROUP or not target.collected or target.kind is NodeKind.OTHER_IDENTITY:
            return EdgeKind.INHERITS, target.id, ""
        if target.category is Category.SCOPE:
            return EdgeKind.MEMBER_OF, target.id, ""
        hint = "has no members"
    else:
        if is_identity(target):
            kind = EdgeKind.CAN_IMPERSONATE if row.kind == "impersonate" else EdgeKind.CAN_ASSUME
            return kind, target.id, ""
        hint = "is nothing that anybody can act as"
    told = f"column 'kind': {row.kind} of {row.target!r} ({target.kind.value}) {hint}; it is kept as a fact"
    world.problem(row.system, "grants", row.ref, row.line, told)
    return EdgeKind.RELATES_TO, target.id, ""


def build_uses(world: OtherWorld) -> None:
    """Add RUNS_AS from every consumer to what it uses."""
    for row in world.records.uses:
        consumer = _consumer(world, row)
        for column, text in (("credential", row.credential), ("identity", row.identity)):
            if text:
                used = world.end(row.system, "uses", row.ref, row.line, column, text)
                _use(world, row, consumer, used, text)


def _consumer(world: OtherWorld, row: OtherUse) -> Node:
    identity = own_id(row.system, row.consumer)
    known = world.identity_graph.nodes.get(identity)
    if known is not None:
        return known
    facts = {"sort": "workload", "system": row.system, "aliases": [row.consumer]}
    made = Node(identity, NodeKind.OTHER_WORKLOAD, row.consumer, SOURCE, row.system, facts, evidence=str(row.ref))
    world.identity_graph.add_node(made)
    return made


def _use(world: OtherWorld, row: OtherUse, consumer: Node, used: Node, text: str) -> None:
    ref: EvidenceRef = row.ref
    grant = world.identity_graph.add_grant(
        Grant(
            use_grant(row.system, row.consumer, text),
            "use",
            consumer.id,
            f"{consumer.name} has what it needs to use {used.name}",
            str(ref),
        )
    )
    conditions: Residual = world.into(used)
    world.identity_graph.add_edge(
        Edge(
            consumer.id,
            used.id,
            EdgeKind.RUNS_AS,
            True,
            grants=(grant,),
            conditions=conditions,
            evidence=str(ref),
            note=_seen(row),
        )
    )


def _seen(row: OtherUse) -> str:
    times = "" if row.count is None else f" {row.count} times"
    first = f" from {iso_time(row.first_seen)}" if row.first_seen else ""
    last = f" to {iso_time(row.last_seen)}" if row.last_seen else ""
    return f"It was seen to use it{times}{first}{last}." if times or first or last else "It is stated to use it."
