"""Nodes of an imported OpenGraph, and what an edge's end means.

Input: the records and a graph that all collectors have added to. Output: nodes; ``Ends``, which finds ends.
Handled: ends by id, in any case, also outside of the file; ends by name, where exactly one node has it.
Not handled: merging two nodes of one id: the first decides, the kinds of both are searched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from collectors.opengraph.records import OpenEnd, OpenGraphRecords, OpenNode
from graph.catalog.opengraph import OpenGraphCatalog
from graph.edges.opengraph.ids import KnownIds, arn_kind
from graph.evaluate.azure.ids import subscription_of
from graph.kinds import Category, NodeKind, category_of
from graph.model import IdentityGraph, Node

__all__ = ["Ends", "NoEndError"]

SOURCE = "opengraph"


def _place(identity: str, kind: NodeKind | None, row: OpenNode) -> str:
    """Return the account, tenant or subscription that a node of a known provider is in, else the graph's own scope."""
    if kind is NodeKind.ENTRA_TENANT:
        return identity.removeprefix("entra:tenant:")
    if identity.startswith("entra:"):
        return str(row.properties.get("tenantid", "")).lower()
    if identity.startswith("azure:"):
        return subscription_of(identity.removeprefix("azure:")).rpartition("/")[2]
    if kind is not None and identity.startswith("arn:"):
        return identity.split(":")[4]
    return row.scope


_PLAIN = {
    Category.IDENTITY: NodeKind.OTHER_IDENTITY,
    Category.HUMAN: NodeKind.OTHER_PERSON,
    Category.GROUP: NodeKind.OTHER_GROUP,
    Category.CREDENTIAL: NodeKind.OTHER_CREDENTIAL,
    Category.WORKLOAD: NodeKind.OTHER_WORKLOAD,
    Category.RESOURCE: NodeKind.OTHER_RESOURCE,
    Category.SECRET: NodeKind.OTHER_SECRET,
}


def _plain(kind: NodeKind) -> NodeKind:
    """Return the kind of a node that only a graph describes.

    Notes
    -----
    Rules about a provider's own kinds take a node as looked at by that provider's collector, and would call it clean of
    what a graph has no place for. An application carries credentials and is nobody that acts.
    """
    return NodeKind.OTHER_RESOURCE if kind is NodeKind.ENTRA_APPLICATION else _PLAIN.get(category_of(kind), kind)


class NoEndError(Exception):
    """An end by name that no node, or more than one node, has."""


@dataclass(frozen=True, slots=True)
class _Named:
    node: str
    kinds: tuple[str, ...]


class Ends:
    """Nodes of the graph by what edges may call them."""

    def __init__(self, records: OpenGraphRecords, identity_graph: IdentityGraph, catalog: OpenGraphCatalog) -> None:
        self._graph = identity_graph
        self._catalog = catalog
        self._known = KnownIds(identity_graph.nodes.values())
        self._by_id: dict[str, str] = {}
        self._by_upper: dict[str, str | None] = {}
        self._by_name: defaultdict[str, list[_Named]] = defaultdict(list)
        self._meant: dict[str, NodeKind] = {}
        self.unknown_kinds: Counter[str] = Counter()
        """First kinds of nodes of which none is known."""
        self.outside: Counter[str] = Counter()
        """Ids that edges name and no node of a file has, with how many ends."""
        for row in records.nodes:
            self._add(row)

    def _add(self, row: OpenNode) -> None:
        kind = self._catalog.node_kind(row.kinds) or arn_kind(row.id)
        identity = self._known.node_id(row.scope, row.id, kind)
        self._by_id.setdefault(row.id, identity)
        upper = row.id.upper()
        known = self._by_upper.setdefault(upper, identity)
        if known != identity:
            self._by_upper[upper] = None
        if row.name:
            self._by_name[row.name.upper()].append(_Named(identity, row.kinds))
        if kind is None:
            self.unknown_kinds[row.kinds[0]] += 1
        self._meant.setdefault(identity, kind or NodeKind.OTHER_RESOURCE)
        self._graph.add_node(
            Node(
                identity,
                _plain(kind or NodeKind.OTHER_RESOURCE),
                row.name or row.id,
                SOURCE,
                _place(identity, kind, row),
                {
                    "sort": row.kinds[0],
                    "kinds": list(row.kinds),
                    "properties": dict(row.properties),
                    "aliases": [row.id] if row.id != identity else [],
                },
                evidence=str(row.ref),
            )
        )

    def find(self, scope: str, end: OpenEnd) -> Node:
        """Return the node that an end means; one that no file describes is made as not looked at.

        Raises
        ------
        NoEndError
            A name that no node or several nodes have.
        """
        identity = self._named(end) if end.by_name else self._identified(scope, end)
        return self._graph.nodes[identity]

    def meant(self, node: Node) -> NodeKind:
        """Return what a node is in the provider's own words: as its collector says, else as the graph says."""
        return self._meant.get(node.id, node.kind) if node.source == SOURCE else node.kind

    def _named(self, end: OpenEnd) -> str:
        rows = self._by_name.get(end.value.upper(), ())
        found = {row.node for row in rows if not end.kind or end.kind in row.kinds}
        if len(found) == 1:
            return found.pop()
        of_kind = f" of kind {end.kind}" if end.kind else ""
        if not found:
            raise NoEndError(f"no node{of_kind} has the name {end.value!r}")
        raise NoEndError(f"{len(found)} nodes{of_kind} have the name {end.value!r}")

    def _identified(self, scope: str, end: OpenEnd) -> str:
        found = self._by_id.get(end.value) or self._by_upper.get(end.value.upper())
        if found:
            return found
        kind = self._catalog.node_kind((end.kind,)) or arn_kind(end.value)
        identity = self._known.node_id(scope, end.value, kind)
        node = self._graph.nodes.get(identity)
        if node is None:
            facts = {"aliases": [end.value] if end.value != identity else []}
            shown = _plain(kind) if kind is not None else NodeKind.OTHER_EXTERNAL
            node = Node(identity, shown, end.value, SOURCE, scope, facts, collected=False)
            self._graph.add_node(node)
            self._meant.setdefault(identity, kind or shown)
        if not node.collected:
            self.outside[identity] += 1
        return identity
