"""CONTROLS: what full control of an imported scope reaches.

Input: what is in each scope. Output: ``ScopeAdmin`` of scopes below one that has one, and the edges out of them.
Handled: scopes in scopes, however deep, cycles too. People are left out: control of a system is not control of them.
Not handled: what a collector of our own has looked at, which it judges itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from graph.edges.other.ids import admin_of
from graph.kinds import Category, EdgeKind, Impact, NodeKind
from graph.model import Edge, IdentityGraph, Node

__all__ = ["add_scope_admin", "spread_control"]

_REACHED = (
    *(Category.IDENTITY, Category.GROUP, Category.CREDENTIAL, Category.WORKLOAD, Category.RESOURCE, Category.SECRET),
)


def add_scope_admin(identity_graph: IdentityGraph, scope: Node, source: str) -> str:
    """Add the node of full control over a scope, unless it is there, and return its id."""
    identity = admin_of(scope)
    if identity not in identity_graph.nodes:
        identity_graph.add_node(
            Node(
                identity,
                NodeKind.SCOPE_ADMIN,
                f"full control of {scope.name}",
                source,
                scope.scope,
                {"scope": scope.id},
                impact=Impact.H1.value,
            )
        )
    return identity


def spread_control(
    identity_graph: IdentityGraph, inside: Mapping[str, Sequence[str]], source: str, judged: Collection[str] = ()
) -> None:
    """Add what full control of each scope reaches.

    Parameters
    ----------
    inside
        Node ids by the node id of the scope that they are right in.
    source
        Of the nodes that are made.
    judged
        Nodes that a collector of our own looked at: where both scope and content are such, nothing is added.

    Notes
    -----
    Linear in what is inside scopes that somebody may control.
    """
    nodes = identity_graph.nodes
    waiting = [scope for scope in inside if scope in nodes and admin_of(nodes[scope]) in nodes]
    done = set(waiting)
    while waiting:
        scope = waiting.pop()
        admin = admin_of(nodes[scope])
        for content in inside.get(scope, ()):
            node = nodes.get(content)
            if node is None or (scope in judged and content in judged):
                continue
            if node.category is Category.SCOPE:
                target = add_scope_admin(identity_graph, node, source)
                if content not in done:
                    done.add(content)
                    waiting.append(content)
            elif node.category in _REACHED:
                target = content
            else:
                continue
            identity_graph.add_edge(Edge(admin, target, EdgeKind.CONTROLS, True, impact=Impact.H1.value))
