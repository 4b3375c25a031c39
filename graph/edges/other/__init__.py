"""The part of the graph that imported tables of other systems tell.

Input: ``OtherRecords`` and a graph that all collectors have added to. Output: nodes and edges; gaps for what does not
fit. Not handled: reading the tables (``collectors/other``).
"""

from __future__ import annotations

from collections.abc import Iterable

from collectors.interface import Gap
from collectors.other.records import OtherRecords
from graph.edges.other.control import spread_control
from graph.edges.other.grants import build_grants, build_uses
from graph.edges.other.identities import build_credentials, build_nodes
from graph.edges.other.world import OtherWorld
from graph.model import IdentityGraph

__all__ = ["build_other"]


def build_other(records: OtherRecords, identity_graph: IdentityGraph) -> Iterable[Gap]:
    """Add nodes and edges, and return what could not be used.

    Notes
    -----
    Linear in rows.
    """
    if records == OtherRecords():
        return ()
    world = OtherWorld(records, identity_graph)
    inside = build_nodes(world)
    build_credentials(world)
    build_uses(world)
    build_grants(world)
    spread_control(identity_graph, inside, "other")
    return tuple(world.gaps())
