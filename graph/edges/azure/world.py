"""Azure while its structure is built: records, what is above what, names for people, and the graph.

Input: ``AzureRecords`` and an ``IdentityGraph`` that Entra's nodes are in already. Output: ``AzureWorld``.
Handled: scopes and principals that evidence merely names: nodes that were not collected.
Not handled: what roles allow.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from collectors.azure.records import AzureRecords
from collectors.azure.records_fields import type_in
from collectors.azure.records_resources import GROUP_TYPE
from collectors.interface import Presence
from graph.evaluate.azure.ids import ROOT, parent_scope, principal_node, scope_node, subscription_of
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["KINDS", "AzureWorld", "kind_of", "told_aliases"]

KINDS = {
    "microsoft.management/managementgroups": NodeKind.AZURE_MANAGEMENT_GROUP,
    "microsoft.resources/subscriptions": NodeKind.AZURE_SUBSCRIPTION,
    GROUP_TYPE: NodeKind.AZURE_RESOURCE_GROUP,
    "microsoft.compute/virtualmachines": NodeKind.AZURE_VIRTUAL_MACHINE,
    "microsoft.compute/virtualmachinescalesets/virtualmachines": NodeKind.AZURE_VIRTUAL_MACHINE,
    "microsoft.compute/virtualmachinescalesets": NodeKind.AZURE_SCALE_SET,
    "microsoft.web/sites": NodeKind.AZURE_APP_SERVICE,
    "microsoft.web/sites/slots": NodeKind.AZURE_APP_SERVICE,
    "microsoft.logic/workflows": NodeKind.AZURE_LOGIC_APP,
    "microsoft.automation/automationaccounts": NodeKind.AZURE_AUTOMATION_ACCOUNT,
    "microsoft.containerservice/managedclusters": NodeKind.AZURE_KUBERNETES_CLUSTER,
    "microsoft.app/containerapps": NodeKind.AZURE_CONTAINER_APP,
    "microsoft.app/jobs": NodeKind.AZURE_CONTAINER_APP,
    "microsoft.containerinstance/containergroups": NodeKind.AZURE_CONTAINER_GROUP,
    "microsoft.keyvault/vaults": NodeKind.AZURE_KEY_VAULT,
    "microsoft.keyvault/vaults/secrets": NodeKind.AZURE_KEY_VAULT_SECRET,
    "microsoft.storage/storageaccounts": NodeKind.AZURE_STORAGE_ACCOUNT,
    "microsoft.managedidentity/userassignedidentities": NodeKind.AZURE_IDENTITY_RESOURCE,
}
"""By ARM type in lower case."""

_WORDS = {
    NodeKind.AZURE_MANAGEMENT_GROUP: "management group",
    NodeKind.AZURE_SUBSCRIPTION: "subscription",
    NodeKind.AZURE_RESOURCE_GROUP: "resource group",
    NodeKind.AZURE_KEY_VAULT: "key vault",
}
_PRINCIPALS = {
    "user": NodeKind.ENTRA_USER,
    "group": NodeKind.ENTRA_GROUP,
    "serviceprincipal": NodeKind.ENTRA_SERVICE_PRINCIPAL,
}
_LOOKED = (Presence.PRESENT, Presence.EMPTY)


def kind_of(scope: str) -> NodeKind:
    """Return the kind of a scope or resource by its id alone."""
    return NodeKind.AZURE_ROOT if scope == ROOT else KINDS.get(type_in(scope), NodeKind.AZURE_RESOURCE)


def told_aliases(scope: str, given_id: str, *more: str) -> list[str]:
    """Return what a thing is called beside its node id: its ARM id as spelled and in lower case, and more."""
    return list(dict.fromkeys(each for each in (given_id, scope, *more) if each))


class AzureWorld:
    """All of Azure that evidence tells."""

    def __init__(self, records: AzureRecords, identity_graph: IdentityGraph) -> None:
        self.records = records
        self.identity_graph = identity_graph
        self.subscriptions = {each.id: each for each in records.subscriptions}
        self.management_groups = {each.id: each for each in records.management_groups}
        self.identities = {each.id: each for each in records.managed_identities}
        self.definitions = {each.id: each for each in records.role_definitions}
        self.vault_of = {each.name.lower(): each for each in records.vaults}
        """Names of key vaults are unique in all of Azure."""

    @cached_property
    def entra_looked_at(self) -> bool:
        """Whether service principals were collected, so that one that is not there does not exist any more."""
        return any(node.kind is NodeKind.ENTRA_TENANT and node.collected for node in self.identity_graph.nodes.values())

    @cached_property
    def by_client(self) -> dict[str, str]:
        """Node of each service principal by its client id."""
        found: dict[str, str] = {}
        for node in self.identity_graph.nodes.values():
            # An application has the same client id; its principal is who acts.
            if node.source == "entra" and node.kind is not NodeKind.ENTRA_APPLICATION:
                client = str(node.attributes.get("app_id", ""))
                if client:
                    found.setdefault(client, node.id)
        return found

    def looked_at(self, scope: str, operation: str) -> bool:
        """Return whether an operation was looked at as a whole in an evidence scope."""
        return self.records.presence.get((scope, operation), Presence.ABSENT) in _LOOKED

    def above(self, scope: str) -> str:
        """Return the scope right above one; empty for the root."""
        if scope == ROOT:
            return ""
        if scope in self.subscriptions:
            return self.subscriptions[scope].parent or ROOT
        if scope in self.management_groups:
            return self.management_groups[scope].parent or ROOT
        return parent_scope(scope) or ROOT

    def owner_scope(self, scope: str) -> str:
        """Return what a node's ``scope`` is: the GUID of its subscription, else of its tenant."""
        subscription = subscription_of(scope)
        if subscription:
            return subscription.rpartition("/")[2]
        group = self.management_groups.get(scope)
        return group.tenant if group else self.tenant

    @cached_property
    def tenant(self) -> str:
        """The tenant of all evidence; empty when it is of several, or none tells."""
        told = {each.tenant for each in self.records.management_groups if each.tenant}
        told |= {each.tenant for each in self.records.subscriptions if each.tenant}
        return next(iter(told)) if len(told) == 1 else ""

    def name_of(self, scope: str) -> str:
        """Return what people call a scope: its kind and name."""
        if scope == ROOT:
            return "the root scope"
        node = self.identity_graph.nodes.get(scope_node(scope))
        kind = node.kind if node else kind_of(scope)
        return f"{_WORDS.get(kind, '')} {node.name if node else scope.rpartition('/')[2]}".strip()

    def add(self, edge: Edge) -> None:
        """Add an edge."""
        self.identity_graph.add_edge(edge)

    def add_node(
        self,
        scope: str,
        kind: NodeKind,
        name: str,
        attributes: dict[str, Any],
        *,
        evidence: str = "",
        collected: bool = True,
    ) -> str:
        """Add the node of a scope or resource, and what contains it; return its id."""
        node = scope_node(scope)
        owner = self.owner_scope(scope)
        self.identity_graph.add_node(
            Node(node, kind, name, "azure", owner, attributes, collected=collected, evidence=evidence)
        )
        return node

    def contain(self, scope: str) -> None:
        """Add the edge from the scope right above, which becomes a node where evidence merely implies it."""
        parent = self.above(scope)
        if parent:
            self.add(Edge(self.refer_scope(parent), scope_node(scope), EdgeKind.CONTAINS, False))

    def refer_scope(self, scope: str) -> str:
        """Return the node of a scope, adding one that was not collected, with what is above it."""
        node = scope_node(scope)
        if node not in self.identity_graph.nodes:
            aliases = told_aliases(scope, "") if scope != ROOT else []
            name = "root scope" if scope == ROOT else scope.rpartition("/")[2]
            self.add_node(scope, kind_of(scope), name, {"aliases": aliases}, collected=False)
            self.contain(scope)
        return node

    def refer_principal(self, principal: str, kind: str = "", name: str = "") -> str:
        """Return the node of a principal, adding one that was not collected where a grant merely names it.

        Parameters
        ----------
        kind
            ``User``, ``Group`` or ``ServicePrincipal``, as the assignment says; it counts where nobody looked at Entra.
        """
        node = principal_node(principal)
        if node not in self.identity_graph.nodes:
            external = NodeKind.ENTRA_EXTERNAL_PRINCIPAL
            told = external if self.entra_looked_at else _PRINCIPALS.get(kind.lower(), external)
            facts = {"unique_id": principal} if told is not external else {}
            self.identity_graph.add_node(
                Node(node, told, name or principal, "entra", self.tenant, facts, collected=False)
            )
        return node

    def grant(self, identity: str, kind: str, holder: str, text: str, evidence: str = "") -> str:
        """Add a grant and return its id."""
        return self.identity_graph.add_grant(Grant(identity, kind, holder, text, evidence))
