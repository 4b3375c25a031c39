"""Azure edges: structure, managed identities and their workloads, grants, federation; ``rights`` has the rest."""

from __future__ import annotations

from collectors.azure.records import AzureRecords
from graph.edges.azure.federation import build_federation
from graph.edges.azure.structure import build_structure
from graph.edges.azure.structure_grants import build_grants
from graph.edges.azure.structure_identities import build_identities
from graph.edges.azure.structure_workloads import build_running, build_workloads
from graph.edges.azure.world import AzureWorld
from graph.model import IdentityGraph

__all__ = ["build_azure_edges"]


def build_azure_edges(records: AzureRecords, identity_graph: IdentityGraph) -> None:
    """Add nodes and edges of Azure; Entra's are there already, since who acts in Azure is a principal of Entra."""
    if records == AzureRecords():
        return
    world = AzureWorld(records, identity_graph)
    build_structure(world)
    build_workloads(world)
    build_identities(world)
    build_running(world)
    build_grants(world)
    build_federation(world)
    # What rights give follows in ``rights``, which asks Entra's records as well.
