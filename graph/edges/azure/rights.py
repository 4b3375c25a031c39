"""Every edge that rights in Azure give: full control, workloads, identities, vaults, data.

Input: Azure and Entra records, the graph with the structure of both. Output: edges.
Not handled: structure; ``graph.edges.azure`` has it.
"""

from __future__ import annotations

from collectors.azure.records import AzureRecords
from collectors.entra.records import EntraRecords
from graph.edges.azure.context import AzureRights
from graph.edges.azure.data_access import build_data_access
from graph.edges.azure.identities import build_identity_rights
from graph.edges.azure.impact import build_impacts
from graph.edges.azure.scope_admin import build_scope_admins
from graph.edges.azure.take_over import build_take_overs
from graph.edges.azure.vaults import build_vault_access
from graph.model import IdentityGraph

__all__ = ["build_azure_rights"]


def build_azure_rights(records: AzureRecords, entra: EntraRecords, identity_graph: IdentityGraph) -> None:
    """Add the edges; nodes of principals and things are there already, others are referred to.

    Notes
    -----
    Linear in assignments, resources and deny assignments: classes of targets stand between the two sides.
    """
    if not records.subscriptions and not records.management_groups and not records.role_assignments:
        return
    rights = AzureRights(records, entra, identity_graph)
    build_scope_admins(rights)
    build_take_overs(rights)
    build_identity_rights(rights)
    build_vault_access(rights)
    build_data_access(rights)
    build_impacts(rights)
