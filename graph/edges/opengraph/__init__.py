"""The part of the graph that an imported OpenGraph tells.

Input: ``OpenGraphRecords`` and a graph that all collectors have added to. Output: nodes and edges; gaps that count what
is kept as a fact, what is not described, and what cannot be found.
Not handled: reading the files (``collectors/opengraph``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from collectors.interface import Gap
from collectors.opengraph.records import OpenGraphRecords
from graph.catalog.opengraph import opengraph_catalog
from graph.edges.opengraph.links import Links
from graph.edges.opengraph.nodes import SOURCE, Ends
from graph.edges.other.control import spread_control
from graph.model import IdentityGraph

__all__ = ["build_opengraph"]

_SHOWN = 8


def build_opengraph(records: OpenGraphRecords, identity_graph: IdentityGraph) -> Iterable[Gap]:
    """Add nodes and edges, and return what could not be used as it is meant.

    Notes
    -----
    Linear in nodes and edges.
    """
    if not records.nodes and not records.edges:
        return ()
    judged = {node.id for node in identity_graph.nodes.values() if node.collected}
    catalog = opengraph_catalog()
    ends = Ends(records, identity_graph, catalog)
    links = Links(identity_graph, ends, catalog)
    for row in records.edges:
        links.add(row)
    spread_control(identity_graph, links.inside, SOURCE, judged)
    scopes = sorted({row.scope for row in records.nodes} | {row.scope for row in records.edges})
    return tuple(_gaps(scopes[0] if len(scopes) == 1 else "", ends, links))


def _gaps(scope: str, ends: Ends, links: Links) -> Iterator[Gap]:
    for told in links.problems.values():
        yield from told.gaps()
    rows = (
        (
            links.unknown,
            "edges",
            "are kept as facts and not as steps, since their kind is not known",
            "Ways over them.",
        ),
        (links.nowhere, "edges", "are kept as facts, since their kind is no step at such a target", "Ways over them."),
        (ends.unknown_kinds, "nodes", "are kept as resources, since their kind is not known", "What they are."),
        (ends.outside, "ends of edges", "are described nowhere and kept by their ids alone", "What is behind them."),
    )
    for counts, what, happened, lost in rows:
        if counts:
            yield Gap(SOURCE, scope, "graph", f"{counts.total()} {what} {happened}: {_listed(counts)}", lost=lost)


def _listed(counts: Counter[str]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(f"{name} ({count})" for name, count in ordered[:_SHOWN]) + more
