"""Read what the kinds of BloodHound's graphs are here, validated, naming file and row.

Input: ``opengraph.toml``. Output: ``OpenGraphCatalog``.
Not handled: ids, and where an edge ends when it gives full control (``graph/edges/opengraph``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graph.catalog.loader import edge_kinds
from graph.errors import CatalogError
from graph.kinds import EdgeKind, NodeKind

__all__ = ["OpenGraphCatalog", "Step", "opengraph_catalog"]

_FILE = "opengraph.toml"
_OWN = "NHI_"


@dataclass(frozen=True, slots=True)
class Step:
    """What an edge of the graph is here."""

    gives: EdgeKind
    traversable: bool
    targets: frozenset[NodeKind] = frozenset()
    """Kinds at which it holds; empty: all."""
    admin: bool = False
    """It ends at full control of its target."""


@dataclass(frozen=True, slots=True)
class OpenGraphCatalog:
    """Kinds that are known."""

    nodes: Mapping[str, NodeKind]
    edges: Mapping[str, tuple[Step, ...]]
    contains: frozenset[str]
    """Edges that say what is in a scope."""

    def node_kind(self, kinds: tuple[str, ...]) -> NodeKind | None:
        """Return what a node is; ``None`` where none of its kinds is known."""
        return next((self.nodes[kind] for kind in kinds if kind in self.nodes), None)

    def knows(self, edge: str) -> bool:
        """Return whether an edge's kind is known, as a step or as containment."""
        return edge in self.edges or edge in self.contains

    def step(self, edge: str, target: NodeKind) -> Step | None:
        """Return the step that an edge is at such a target; ``None``: it is a fact."""
        return next((row for row in self.edges.get(edge, ()) if not row.targets or target in row.targets), None)


@cache
def opengraph_catalog() -> OpenGraphCatalog:
    """Return the catalogue.

    Raises
    ------
    CatalogError
        A row is not of the form; the message names it.
    """
    body = tomllib.loads(files("graph.catalog").joinpath(_FILE).read_text(encoding="utf-8"))
    nodes = {name: _kind(NodeKind, kind, f"[nodes] {name}") for name, kind in body["nodes"].items()}
    edges: dict[str, list[Step]] = {}
    walked = {kind: row.traversable for kind, row in edge_kinds().items()}
    for number, row in enumerate(body["edge"], start=1):
        step = _step(row, f"[[edge]] {number}", walked)
        for name in row["names"]:
            edges.setdefault(name, []).append(step)
    own = {f"{_OWN}{kind.value}": [Step(kind, walked[kind])] for kind in EdgeKind}
    known = {name: tuple(steps) for name, steps in (edges | own).items()}
    return OpenGraphCatalog(nodes, known, frozenset(body["contains"]["names"]))


def _step(row: Mapping[str, Any], place: str, walked: Mapping[EdgeKind, bool]) -> Step:
    strange = row.keys() - {"names", "gives", "targets", "admin"}
    if strange or not row.get("names"):
        raise CatalogError(f"{_FILE}: {place}: {', '.join(sorted(strange)) or 'names'} is wrong")
    gives = _kind(EdgeKind, row["gives"], place)
    targets = frozenset(_kind(NodeKind, each, place) for each in row.get("targets", ()))
    return Step(gives, walked[gives], targets, bool(row.get("admin", False)))


def _kind(words: Any, value: str, place: str) -> Any:
    try:
        return words(value)
    except ValueError as error:
        raise CatalogError(f"{_FILE}: {place}: {value!r} is no {words.__name__}") from error
