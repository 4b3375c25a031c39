"""Nodes of imported tables, what is in which scope, and AUTHENTICATES_AS of their credentials.

Input: the world. Output: nodes, CONTAINS, AUTHENTICATES_AS, credential rows.
Handled: rows about what another source collected: its node stays, and learns an owner and an environment where it has
none; credentials that end, are inactive, or belong to a disabled identity.
Not handled: a credential's value, which no table may hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from collectors.other.records import OtherCredential, OtherIdentity
from graph.edges.aws.structure_facts import iso_time
from graph.edges.other.ids import credential_grant, global_id, own_id, scope_of_system
from graph.edges.other.world import SOURCE, OtherWorld
from graph.evaluate.entra.conditions import until
from graph.kinds import Category, EdgeKind, NodeKind
from graph.model import Credential, Edge, Grant, Node

__all__ = ["build_credentials", "build_nodes"]

_KINDS = {
    "human": NodeKind.OTHER_PERSON,
    "group": NodeKind.OTHER_GROUP,
    "workload": NodeKind.OTHER_WORKLOAD,
    "resource": NodeKind.OTHER_RESOURCE,
    "secret": NodeKind.OTHER_SECRET,
    "scope": NodeKind.OTHER_SCOPE,
}


def build_nodes(world: OtherWorld) -> Mapping[str, Sequence[str]]:
    """Add the nodes, and return what is right in each scope."""
    inside: defaultdict[str, list[str]] = defaultdict(list)
    graph = world.identity_graph
    for system in (each.id for each in world.records.systems):
        node = scope_of_system(system)
        graph.add_node(Node(node, NodeKind.OTHER_SCOPE, system, SOURCE, system, {"aliases": [system]}))
    latest = _seen_in_use(world)
    for row in world.records.identities:
        _row(world, row, latest.get(own_id(row.system, row.id), ""))
    for row in world.records.identities:
        node, scope = own_id(row.system, row.id), _scope(world, row, inside)
        if scope and scope != node:
            inside[scope].append(node)
            graph.add_edge(Edge(scope, node, EdgeKind.CONTAINS, False, evidence=str(row.ref)))
    return inside


def _seen_in_use(world: OtherWorld) -> Mapping[str, str]:
    """Return when the table of uses saw each identity last, by node id."""
    latest: dict[str, str] = {}
    for use in world.records.uses:
        if use.identity and use.last_seen is not None:
            node = own_id(use.system, use.identity)
            latest[node] = max(latest.get(node, ""), iso_time(use.last_seen))
    return latest


def _row(world: OtherWorld, row: OtherIdentity, seen: str) -> None:
    graph, identity = world.identity_graph, own_id(row.system, row.id)
    known = graph.nodes.get(identity)
    if row.active is False:
        world.inactive.add(identity)
    if known is not None and known.collected:
        if row.subject:
            text = "columns 'issuer' and 'subject': another source describes the identity; they are not kept"
            world.problem(row.system, "identities", row.ref, row.line, text)
        if known.source == SOURCE:
            world.problem(row.system, "identities", row.ref, row.line, f"column 'id': {row.id!r} is described already")
            return
        graph.nodes[identity] = _laid_over(known, row)
        return
    used = max(iso_time(row.last_used_at), seen)
    facts: dict[str, Any] = {
        "sort": row.kind,
        "system": row.system,
        "created_at": iso_time(row.created_at),
        "last_used_at": used,
        "last_used_known": row.last_used_known or bool(used),
        "aliases": [] if global_id(row.id) else [row.id],
        **({"active": row.active} if row.active is not None else {}),
        **({"environment": row.environment} if row.environment else {}),
        **_owner(row),
        **_token(world, row),
    }
    kind = _KINDS.get(row.kind, NodeKind.OTHER_IDENTITY)
    graph.add_node(
        Node(identity, kind, row.name or row.id, SOURCE, row.system, facts, impact=row.impact, evidence=str(row.ref))
    )


def _token(world: OtherWorld, row: OtherIdentity) -> dict[str, Any]:
    """Return by which tokens an identity or workload is known; the joint of subjects asks for them."""
    if not row.subject:
        return {}
    if row.kind in _KINDS and row.kind != "workload":
        text = f"columns 'issuer' and 'subject': a {row.kind} gets no tokens of its own; they are not kept"
        world.problem(row.system, "identities", row.ref, row.line, text)
        return {}
    return {"token_issuer": row.issuer, "token_subject": row.subject}


def _owner(row: OtherIdentity) -> dict[str, Any]:
    return {"owner_stated": row.owner, "owner_stated_in": str(row.ref)} if row.owner else {}


def _laid_over(known: Node, row: OtherIdentity) -> Node:
    facts = {**_owner(row), **dict(known.attributes)}
    if row.environment:
        facts.setdefault("environment", row.environment)
    return replace(known, attributes=facts)


def _scope(world: OtherWorld, row: OtherIdentity, inside: defaultdict[str, list[str]]) -> str:
    """Return the node id of the scope that a row is in: a described one, one of its name, or the whole system."""
    whole = scope_of_system(row.system)
    if not row.scope:
        return whole if not global_id(row.id) else ""
    scope = own_id(row.system, row.scope)
    known = world.identity_graph.nodes.get(scope)
    if known is None:
        world.identity_graph.add_node(
            Node(
                scope,
                NodeKind.OTHER_SCOPE,
                row.scope,
                SOURCE,
                row.system,
                {"aliases": [row.scope]},
                evidence=str(row.ref),
            )
        )
        inside[whole].append(scope)
        world.identity_graph.add_edge(Edge(whole, scope, EdgeKind.CONTAINS, False, evidence=str(row.ref)))
    elif known.category is not Category.SCOPE:
        text = f"column 'scope': {row.scope!r} is no scope but a {known.kind.value}; the row is taken as outside of it"
        world.problem(row.system, "identities", row.ref, row.line, text)
        return ""
    return scope


def build_credentials(world: OtherWorld) -> None:
    """Add every credential."""
    for row in world.records.credentials:
        _credential(world, row)


def _credential(world: OtherWorld, row: OtherCredential) -> None:
    graph, node = world.identity_graph, own_id(row.system, row.id)
    identity = world.end(row.system, "credentials", row.ref, row.line, "identity", row.identity)
    known = graph.credentials.get(node)
    if known is not None:
        if known.identity != identity.id:
            text = f"column 'identity': {row.id!r} is known as a credential of {known.identity}; the row adds nothing"
            world.problem(row.system, "credentials", row.ref, row.line, text)
        return
    as_of = world.records.as_of
    over = row.expires_at is not None and as_of is not None and row.expires_at <= as_of
    active = row.active is not False and not over
    told = {
        "created_at": iso_time(row.created_at),
        "expires_at": iso_time(row.expires_at),
        "last_used_at": iso_time(row.last_used_at),
        "last_used_known": row.last_used_known,
    }
    name = f"{row.kind} {row.id}"
    if graph.nodes.get(node) is not None and graph.nodes[node].category is not Category.CREDENTIAL:
        text = f"column 'id': {row.id!r} is described as a {graph.nodes[node].kind.value}; the row is left out"
        world.problem(row.system, "credentials", row.ref, row.line, text)
        return
    facts = {**told, "active": active, "hint": row.hint, "identity": identity.id, "key_id": row.id, "aliases": [row.id]}
    graph.add_node(Node(node, NodeKind.OTHER_CREDENTIAL, name, SOURCE, row.system, facts, evidence=str(row.ref)))
    grant = graph.add_grant(
        Grant(credential_grant(row.system, row.id), "key", identity.id, f"{name} of {identity.name}", str(row.ref))
    )
    # Time decides about the end when the question is asked; an inactive one proves nobody.
    usable = row.active is not False and identity.id not in world.inactive
    graph.add_edge(
        Edge(
            node,
            identity.id,
            EdgeKind.AUTHENTICATES_AS,
            usable,
            grants=(grant,),
            conditions=until(row.expires_at),
            evidence=str(row.ref),
        )
    )
    graph.add_credential(
        Credential(
            node,
            identity.id,
            row.kind,
            row.id,
            active,
            row.hint,
            row.fingerprint,
            iso_time(row.created_at),
            iso_time(row.expires_at),
            iso_time(row.last_used_at),
            row.last_used_known,
        )
    )
