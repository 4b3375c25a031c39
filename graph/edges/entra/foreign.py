"""CAN_IMPERSONATE: another tenant, where an application is registered, acts as its service principal here.

Input: service principals. Output: a node for each other tenant that has an application here, and edges from it.
Handled: Microsoft's own tenants (a node, no step: nobody holds them), disabled principals, a home tenant that was
collected as well: there its application's own service principal is the source, and so whoever holds its credentials.
Not handled: which credentials the application has in a tenant that was not collected.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.credentials import MICROSOFT_TENANTS
from graph.evaluate.entra.ids import node_of, tenant_node
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["build_foreign"]


def build_foreign(world: EntraWorld, homes: Mapping[str, str]) -> None:
    """Add nodes and edges.

    Parameters
    ----------
    homes
        Who acts by the credentials of an application, by its app id, in the tenants that were collected.
    """
    if not world.records.tenant.id_known:
        return
    for principal in world.records.service_principals:
        home = principal.owner_tenant
        if not home or home == world.tenant or principal.app_id in world.application_of:
            continue
        microsoft = home in MICROSOFT_TENANTS
        source = tenant_node(home)
        world.identity_graph.add_node(
            Node(
                source,
                NodeKind.ENTRA_TENANT,
                "Microsoft" if microsoft else home,
                "entra",
                home,
                {"tenant_id": home, "relation": "vendor" if microsoft else "unknown", "aliases": [home]},
                collected=False,
            )
        )
        kind = EdgeKind.TRUSTS if microsoft else EdgeKind.CAN_IMPERSONATE
        grant = world.grant(
            f"entra:service-principal:{principal.id}",
            "service_principal",
            node_of(principal.id),
            f"{principal.name} of tenant {home} was added here",
            str(principal.ref),
        )
        traversable = not microsoft and not world.disabled(node_of(principal.id))
        technique = "" if microsoft else "entra-foreign-application"
        holder = source if microsoft else homes.get(principal.app_id, source)
        world.add(Edge(holder, node_of(principal.id), kind, traversable, technique, (grant,)))
