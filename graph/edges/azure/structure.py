"""Structure of Azure: scopes, resources, key vaults with their secrets, and what contains what.

Input: the world. Output: nodes and CONTAINS edges; full control of each management group and subscription as a node.
Handled: resource groups that only resources imply; scopes that only an assignment names; secrets of vaults by name.
Not handled: who gets there; containment is no path.
"""

from __future__ import annotations

from typing import Any

from collectors.azure.records import AzureResource, AzureVault, AzureVaultSecret
from graph.edges.aws.structure_facts import common_attributes, iso_time
from graph.edges.azure.world import AzureWorld, kind_of, told_aliases
from graph.evaluate.azure.ids import ROOT, admin_node, scope_node, secret_node
from graph.kinds import EdgeKind, Impact, NodeKind
from graph.model import Edge, Node

__all__ = ["build_structure"]


def build_structure(world: AzureWorld) -> None:
    """Add every node that stands for a scope or a resource without code."""
    records = world.records
    if records.management_groups or any(each.scope == ROOT for each in records.role_assignments):
        _root(world)
    for group in records.management_groups:
        name = group.display_name or group.name
        aliases = told_aliases(group.id, group.given_id, group.name)
        facts: dict[str, Any] = {"tenant_id": group.tenant, "aliases": aliases}
        world.add_node(group.id, NodeKind.AZURE_MANAGEMENT_GROUP, name, facts, evidence=str(group.ref))
        _full_control(world, group.id, f"management group {name}")
    for subscription in records.subscriptions:
        guid = subscription.id.rpartition("/")[2]
        facts = {
            "tenant_id": subscription.tenant,
            "relation": "own",
            "state": subscription.state,
            "parent_known": subscription.parent_known,
            "aliases": told_aliases(subscription.id, subscription.given_id, guid),
            **common_attributes(subscription.tags),
        }
        evidence = str(subscription.ref)
        world.add_node(subscription.id, NodeKind.AZURE_SUBSCRIPTION, subscription.name, facts, evidence=evidence)
        _full_control(world, subscription.id, f"subscription {subscription.name}")
    for group in records.management_groups:
        world.contain(group.id)
    for subscription in records.subscriptions:
        world.contain(subscription.id)
    for resource in records.resources:
        _resource(world, resource)
    for vault in records.vaults:
        _vault(world, vault)
    for resource in records.resources:
        world.contain(resource.id)
    for vault in records.vaults:
        world.contain(vault.id)


def _root(world: AzureWorld) -> None:
    world.add_node(ROOT, NodeKind.AZURE_ROOT, "root scope", {"tenant_id": world.tenant})
    _full_control(world, ROOT, "the root scope")


def _full_control(world: AzureWorld, scope: str, words: str) -> None:
    world.identity_graph.add_node(
        Node(
            admin_node(scope),
            NodeKind.SCOPE_ADMIN,
            f"full control of {words}",
            "azure",
            world.owner_scope(scope),
            {"scope": scope_node(scope)},
            impact=Impact.H1.value,
        )
    )


def _resource(world: AzureWorld, resource: AzureResource) -> None:
    attributes: dict[str, Any] = {
        "arm_type": resource.type,
        "location": resource.location,
        "aliases": told_aliases(resource.id, resource.given_id),
        **common_attributes(resource.tags),
    }
    evidence = str(resource.ref)
    world.add_node(resource.id, kind_of(resource.id), resource.name, attributes, evidence=evidence)


def _vault(world: AzureWorld, vault: AzureVault) -> None:
    attributes: dict[str, Any] = {
        "arm_type": "microsoft.keyvault/vaults",
        "location": vault.location,
        "access_by_roles": vault.rbac,
        "access_policies": len(vault.policies),
        "public": vault.public,
        "uri": vault.uri,
        "secrets_known": vault.secrets_known,
        "aliases": told_aliases(vault.id, vault.given_id, vault.uri.rstrip("/")),
        **common_attributes(vault.tags),
    }
    node = world.add_node(vault.id, NodeKind.AZURE_KEY_VAULT, vault.name, attributes, evidence=str(vault.ref))
    uri = vault.uri.rstrip("/") or f"https://{vault.name.lower()}.vault.azure.net"
    told = {each.name: each for each in vault.stored}
    for name in vault.secrets:
        place = secret_node(vault.id, name)
        aliases = [f"{uri}/secrets/{name}", place.removeprefix("azure:"), f"{vault.name}/{name}"]
        world.identity_graph.add_node(
            Node(
                place,
                NodeKind.AZURE_KEY_VAULT_SECRET,
                name,
                "azure",
                world.owner_scope(vault.id),
                {"vault": node, "aliases": aliases, **_written_on(told.get(name))},
                evidence=str(told[name].ref if name in told else vault.ref),
            )
        )
        world.add(Edge(node, place, EdgeKind.CONTAINS, False))


def _written_on(secret: AzureVaultSecret | None) -> dict[str, Any]:
    """Return what is known of a secret beside its name."""
    if secret is None:
        return {}
    return {
        "content_type": secret.content_type,
        "enabled": secret.enabled,
        "updated_at": iso_time(secret.updated_at),
        "expires_at": iso_time(secret.expires_at),
        **common_attributes(secret.tags, secret.created_at),
    }
