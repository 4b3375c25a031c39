"""Managed identities as Azure shows them, joined with the service principals that Entra shows.

Input: the world. Output: nodes of managed identities, and of user-assigned ones as resources; attributes of those that
Entra made already: the resource, its tags, client id, what they are assigned to.
Handled: an identity that Entra did not show, or nobody looked: its node is made from Azure.
Not handled: what the identity may do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collectors.azure.records import AzureManagedIdentity, AzureResource, AzureWorkload
from graph.edges.aws.structure_facts import common_attributes, iso_time
from graph.edges.azure.world import AzureWorld, told_aliases
from graph.evaluate.azure.ids import principal_node, scope_node
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["build_identities"]


def build_identities(world: AzureWorld) -> None:
    """Add or enrich every managed identity."""
    users = _users(world)
    for identity in world.records.managed_identities:
        _resource(world, identity)
        facts: dict[str, Any] = {
            "unique_id": identity.principal_id,
            "app_id": identity.client_id,
            "azure_resource": identity.id,
            "user_assigned": True,
            "federated_known": identity.federated_known,
            "workloads": users.get(identity.id, []),
            **_owned(identity.tags),
        }
        if identity.created_at:
            facts["created_at"] = iso_time(identity.created_at)
        aliases = told_aliases(identity.id, identity.given_id, identity.client_id)
        _put(world, identity.principal_id, identity.name, facts, aliases, str(identity.ref))
    for holder in _holders(world):
        if holder.system_principal_id:
            facts = {
                "unique_id": holder.system_principal_id,
                "azure_resource": holder.id,
                "user_assigned": False,
                "workloads": [scope_node(holder.id)],
                **_owned(holder.tags),
            }
            _put(world, holder.system_principal_id, holder.name, facts, [], str(holder.ref))
        for identity_id, principal in holder.user_principals.items():
            if identity_id not in world.identities:
                name = identity_id.rpartition("/")[2]
                facts = {
                    "unique_id": principal,
                    "azure_resource": identity_id,
                    "user_assigned": True,
                    "workloads": users.get(identity_id, []),
                }
                _put(world, principal, name, facts, told_aliases(identity_id, ""), str(holder.ref))


def _holders(world: AzureWorld) -> tuple[AzureWorkload | AzureResource, ...]:
    return (*world.records.workloads, *world.records.resources)


def _users(world: AzureWorld) -> Mapping[str, list[str]]:
    """Return the nodes of what has each user-assigned identity, by the identity's ARM id."""
    found: dict[str, list[str]] = defaultdict(list)
    for holder in _holders(world):
        for identity in holder.user_assigned:
            found[identity].append(scope_node(holder.id))
    return {identity: sorted(nodes) for identity, nodes in found.items()}


def _owned(tags: Mapping[str, str]) -> dict[str, Any]:
    return common_attributes(tags) if tags else {}


def _resource(world: AzureWorld, identity: AzureManagedIdentity) -> None:
    """Add the identity as a resource; its plain name and ARM id mean who acts."""
    facts = {
        "arm_type": "microsoft.managedidentity/userassignedidentities",
        "principal": principal_node(identity.principal_id),
        **common_attributes(identity.tags),
    }
    kind, name = NodeKind.AZURE_IDENTITY_RESOURCE, f"{identity.name} (resource)"
    world.add_node(identity.id, kind, name, facts, evidence=str(identity.ref))
    world.contain(identity.id)


def _put(
    world: AzureWorld, principal: str, name: str, facts: dict[str, Any], aliases: list[str], evidence: str
) -> None:
    """Add the node of a principal, or lay what Azure tells over what Entra told."""
    node = principal_node(principal)
    known = world.identity_graph.nodes.get(node)
    if known is None or not known.collected:
        attributes = {**facts, "aliases": aliases}
        kind = NodeKind.ENTRA_MANAGED_IDENTITY
        world.identity_graph.add_node(Node(node, kind, name, "entra", world.tenant, attributes, evidence=evidence))
        return
    told = {key: value for key, value in facts.items() if value not in ("", None) and not _better(known, key)}
    told["workloads"] = sorted({*known.attributes.get("workloads", ()), *facts["workloads"]})
    told["aliases"] = list(dict.fromkeys([*known.attributes.get("aliases", ()), *aliases]))
    world.identity_graph.nodes[node] = replace(known, attributes={**known.attributes, **told})


def _better(known: Node, key: str) -> bool:
    """Return whether what Entra told of a fact counts: an owner it names, and what it says of the object itself."""
    if key == "owner_tag":
        return bool(known.attributes.get("owner"))
    return key in ("unique_id", "app_id", "created_at") and bool(known.attributes.get(key))
