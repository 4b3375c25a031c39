"""Edges of an imported OpenGraph: steps where the kind is known as one, facts otherwise.

Input: the records and their ends. Output: edges, each step with its grant; counts of what is a fact and why.
Handled: full control of a tenant, subscription, management group, organization; what such a scope contains.
Not handled: conditions, which the form has no place for: a step is taken as the other tool says, verified.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from collectors.evidence.some import SomeProblems
from collectors.opengraph.records import OpenEdge
from graph.catalog.opengraph import OpenGraphCatalog, Step
from graph.edges.opengraph.nodes import SOURCE, Ends, NoEndError
from graph.edges.other.control import add_scope_admin
from graph.evaluate.azure.ids import scope_node, subscription_of
from graph.kinds import EdgeKind, Impact, NodeKind
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["Links", "edge_grant"]


def edge_grant(row: OpenEdge) -> str:
    """Return the id of the grant that a step of the graph is: its words alone, so that it can be taken out again."""
    start, end = (f"{'name:' if each.by_name else ''}{each.value}" for each in (row.start, row.end))
    return f"opengraph:edge:{row.scope}:{row.kind}:{start}>{end}"


class Links:
    """Turns edges into those of the graph."""

    def __init__(self, identity_graph: IdentityGraph, ends: Ends, catalog: OpenGraphCatalog) -> None:
        self._graph = identity_graph
        self._ends = ends
        self._catalog = catalog
        self.inside: defaultdict[str, list[str]] = defaultdict(list)
        """Node ids by the scope that contains them."""
        self.unknown: Counter[str] = Counter()
        """Kinds that are not known, with how many edges."""
        self.nowhere: Counter[str] = Counter()
        """Known kinds that are no step at such a target."""
        self.problems: dict[tuple[str, str], SomeProblems] = {}
        """By scope and file: ends that cannot be found."""

    def add(self, row: OpenEdge) -> None:
        """Add one edge."""
        try:
            start, end = self._ends.find(row.scope, row.start), self._ends.find(row.scope, row.end)
        except NoEndError as error:
            key = (row.scope, row.ref.file)
            if key not in self.problems:
                self.problems[key] = SomeProblems(SOURCE, row.scope, "graph", row.ref.file, "What this edge says.")
            self.problems[key].add(row.ref.pointer, f"{error}; the edge is left out")
            return
        step = self._catalog.step(row.kind, self._ends.meant(end))
        if row.kind in self._catalog.contains:
            self._contains(row, start, end)
        elif step is not None and step.traversable:
            self._step(row, start, end, step)
        else:
            self._fact(row, start, end, step)

    def _contains(self, row: OpenEdge, start: Node, end: Node) -> None:
        scope = start.id
        if start.kind is NodeKind.AZURE_RESOURCE_GROUP:  # it has no administrator of its own
            scope = scope_node(subscription_of(start.id.removeprefix("azure:")))
        if end.kind is not NodeKind.AZURE_RESOURCE_GROUP:
            self.inside[scope].append(end.id)
        self._graph.add_edge(
            Edge(start.id, end.id, EdgeKind.CONTAINS, False, evidence=str(row.ref), note=f"{row.kind} of {row.scope}.")
        )

    def _step(self, row: OpenEdge, start: Node, end: Node, step: Step) -> None:
        target, impact = end.id, ""
        if step.admin:
            target, impact = add_scope_admin(self._graph, end, SOURCE), Impact.H1.value
        grant = self._graph.add_grant(
            Grant(edge_grant(row), "imported", start.id, f"{row.kind} on {end.name}", str(row.ref))
        )
        self._graph.add_edge(
            Edge(
                start.id,
                target,
                step.gives,
                True,
                grants=(grant,),
                impact=impact,
                evidence=str(row.ref),
                note=f"{row.kind} of {row.scope}.",
            )
        )

    def _fact(self, row: OpenEdge, start: Node, end: Node, step: Step | None) -> None:
        if step is None:
            (self.nowhere if self._catalog.knows(row.kind) else self.unknown)[row.kind] += 1
        kind = step.gives if step is not None else EdgeKind.RELATES_TO
        self._graph.add_edge(
            Edge(start.id, end.id, kind, False, evidence=str(row.ref), note=f"{row.kind} of {row.scope}.")
        )
