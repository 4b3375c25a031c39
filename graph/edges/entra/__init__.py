"""Entra edges: structure, full control, added credentials, users, groups, agents, federation, access."""

from __future__ import annotations

from collectors.entra.records import EntraRecords
from graph.edges.entra.add_credential import build_added_credentials
from graph.edges.entra.admin import build_admin
from graph.edges.entra.agents import build_agents
from graph.edges.entra.api_access import build_api_access
from graph.edges.entra.consent_policies import build_consent_policies
from graph.edges.entra.dynamic_groups import build_dynamic_groups
from graph.edges.entra.federation import build_federation
from graph.edges.entra.foreign import build_foreign
from graph.edges.entra.join_group import build_joined_groups
from graph.edges.entra.membership import build_membership
from graph.edges.entra.owners import build_owners
from graph.edges.entra.reset_user import build_resets
from graph.edges.entra.role_policies import build_role_policies
from graph.edges.entra.structure import build_structure
from graph.edges.entra.structure_credentials import build_credential_nodes
from graph.edges.entra.structure_grants import build_grants
from graph.edges.entra.world import EntraWorld
from graph.model import IdentityGraph

__all__ = ["build_entra_edges"]


def build_entra_edges(records: EntraRecords, identity_graph: IdentityGraph) -> None:
    """Add nodes and edges of every tenant."""
    worlds = [EntraWorld(tenant, identity_graph, records.as_of, records.told_at) for tenant in records.tenants]
    homes = {app_id: node for world in worlds for app_id, node in world.homes()}
    for world in worlds:
        build_structure(world)
    for world in worlds:
        build_grants(world)
        build_credential_nodes(world)
        build_membership(world)
        build_admin(world)
        build_consent_policies(world)
        build_added_credentials(world)
        build_owners(world)
        build_resets(world)
        build_joined_groups(world)
        build_dynamic_groups(world)
        build_role_policies(world)
        build_agents(world)
        build_federation(world)
        build_foreign(world, homes)
        build_api_access(world)
