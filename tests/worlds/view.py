"""A view of a graph's edges with the hubs resolved: who gains what, directly.

Input: ``IdentityGraph``. Output: ``Hop`` rows: an edge, or a way through hubs with grants and conditions put together.
Not handled: paths of more than one step; the engine does those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from collectors.interface import Gap
from graph.build import build_graph
from graph.decision import Residual, merge_residuals
from graph.kinds import Category, EdgeKind, State
from graph.model import Edge, IdentityGraph
from tests.worlds.aws import World

__all__ = ["Hop", "View", "look"]


@dataclass(frozen=True, slots=True)
class Hop:
    """Who gains what, by which technique."""

    source: str
    target: str
    kind: EdgeKind
    technique: str
    grants: tuple[str, ...]
    conditions: Residual
    state: State
    """As sure as the surest that it can be: ``CONDITIONAL`` when there are conditions."""
    via: str
    impact: str
    guards: tuple[str, ...]
    note: str

    @property
    def keys(self) -> set[str]:
        """The condition keys that are still open."""
        return {atom.key for clause in self.conditions for atom in clause}


class View:
    """Edges of a graph, hubs resolved."""

    def __init__(self, identity_graph: IdentityGraph, gaps: tuple[Gap, ...] = ()) -> None:
        self.graph = identity_graph
        self.gaps = gaps
        self._out: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in identity_graph.edges:
            self._out[edge.source].append(edge)
        self.all_hops = tuple(dict.fromkeys(self._resolve()))

    def _is_hub(self, node: str) -> bool:
        return self.graph.nodes[node].category is Category.HUB

    def _resolve(self) -> Iterator[Hop]:
        for edge in self.graph.edges:
            if edge.traversable and not self._is_hub(edge.source):
                for way in self._ways((edge,)):
                    yield _joined(way)

    def _ways(self, way: tuple[Edge, ...]) -> Iterator[tuple[Edge, ...]]:
        if not self._is_hub(way[-1].target):
            yield way
            return
        for edge in self._out[way[-1].target]:
            if edge.traversable and edge not in way:
                yield from self._ways((*way, edge))

    def hops(
        self,
        technique: str | None = None,
        source: str | None = None,
        target: str | None = None,
        kind: EdgeKind | None = None,
        impact: str | None = None,
    ) -> tuple[Hop, ...]:
        """Return the traversable hops that match all that is given."""
        wanted = (("technique", technique), ("source", source), ("target", target), ("kind", kind), ("impact", impact))
        return tuple(
            hop for hop in self.all_hops if all(value is None or getattr(hop, name) == value for name, value in wanted)
        )

    def state(self, source: str, target: str, technique: str | None = None, kind: EdgeKind | None = None) -> State:
        """Return the best state of a hop between two nodes; ``VOID`` when there is none."""
        return max((hop.state for hop in self.hops(technique, source, target, kind)), default=State.VOID)

    def targets(self, source: str, kind: EdgeKind, state: State | None = None) -> set[str]:
        """Return what a node reaches by one kind of hop."""
        return {hop.target for hop in self.hops(source=source, kind=kind) if state is None or hop.state is state}

    def pairs(self, kind: EdgeKind | None = None, technique: str | None = None) -> set[tuple[str, str]]:
        """Return sources and targets."""
        return {(hop.source, hop.target) for hop in self.hops(technique, kind=kind)}


def _joined(way: tuple[Edge, ...]) -> Hop:
    conditions = merge_residuals(edge.conditions for edge in way)
    state = min(edge.state for edge in way)
    return Hop(
        source=way[0].source,
        target=way[-1].target,
        kind=way[0].kind,
        technique="+".join(dict.fromkeys(edge.technique for edge in way if edge.technique)),
        grants=tuple(sorted({grant for edge in way for grant in edge.grants})),
        conditions=conditions,
        state=min(state, State.CONDITIONAL) if conditions else state,
        via="+".join(dict.fromkeys(edge.via for edge in way if edge.via)),
        impact="+".join(dict.fromkeys(edge.impact for edge in way if edge.impact)),
        guards=tuple(sorted({guard for edge in way for guard in edge.guards})),
        note=" ".join(edge.note for edge in way if edge.note),
    )


def look(world: World, folder: Path) -> View:
    """Write a world's evidence, read it as the product does, and view the graph."""
    evidence = read_evidence([world.build(folder)])
    records = to_records(evidence)
    for change in world.amendments:
        records = change(records)
    identity_graph, gaps = build_graph(evidence, records)
    return View(identity_graph, gaps)
