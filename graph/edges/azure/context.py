"""Everything that builders of Azure's rights share: records, decisions, what is held, memberships, the graph.

Input: Azure and Entra records, an ``IdentityGraph``. Output: ``AzureRights``.
Not handled: nodes of things; the structure of Azure makes those, and what a grant merely names is referred to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collectors.azure.records import AzureRecords
from collectors.entra.records import EntraRecords
from graph.decision import Residual, merge_residuals
from graph.edges.azure.classes import Gain, TargetClass
from graph.edges.azure.held import held_by_principal
from graph.edges.azure.members import groups_by_member
from graph.edges.azure.ways import Need, Way, Ways
from graph.evaluate.azure.authorize import AzureAuthority
from graph.evaluate.azure.ids import principal_node
from graph.evaluate.entra.conditions import ENABLED, open_condition
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, IdentityGraph, Node

__all__ = ["AzureRights"]


class AzureRights:
    """One set of Azure records while edges of rights are built."""

    def __init__(self, records: AzureRecords, entra: EntraRecords, identity_graph: IdentityGraph) -> None:
        self.records = records
        self.identity_graph = identity_graph
        self.authority = AzureAuthority(records)
        self.groups_of = groups_by_member(entra)
        kinds = {user.id: "User" for tenant in entra.tenants for user in tenant.users}
        kinds |= {group.id: "Group" for tenant in entra.tenants for group in tenant.groups}
        kinds |= {each.id: "ServicePrincipal" for tenant in entra.tenants for each in tenant.service_principals}
        self.held = held_by_principal(self.authority, self.groups_of, kinds)
        self.kinds = kinds
        self._disabled = {
            each.id: each.principal_name or each.name
            for tenant in entra.tenants
            for each in tenant.users
            if each.enabled is False
        } | {
            each.id: each.name
            for tenant in entra.tenants
            for each in tenant.service_principals
            if each.enabled is False
        }
        self.ways = Ways(self.authority, self.held, self.groups_of)
        self.entra_tenants = tuple(tenant.tenant.id for tenant in entra.tenants)

    def target_class(self, name: str, words: str, kind: EdgeKind, gains: Iterable[Gain]) -> TargetClass:
        """Return a class of targets."""
        found = TargetClass(name, words, kind, self.authority, self.identity_graph)
        found.fill(gains)
        return found

    def disabled(self, principal: str) -> Residual:
        """Return the condition that a principal is enabled, where it is not."""
        name = self._disabled.get(principal)
        return open_condition(ENABLED, name) if name is not None else ()

    def refer(self, principal: str) -> str:
        """Return the node of a principal, adding one that was not collected where an assignment merely names it."""
        node = principal_node(principal)
        if node not in self.identity_graph.nodes:
            self.identity_graph.add_node(
                Node(node, NodeKind.ENTRA_EXTERNAL_PRINCIPAL, principal, "entra", "", collected=False)
            )
        return node

    def reach(self, technique: str, needs: Sequence[Need], targets: TargetClass) -> None:
        """Add the edges of everybody who has all that a technique needs on targets of a class."""
        for way in self.ways.of(needs):
            self.lead(technique, way, targets)

    def lead(self, technique: str, way: Way, targets: TargetClass) -> None:
        """Add the edge of one way to the targets of a class below its scope."""
        source = self.refer(way.principal)
        waits = merge_residuals([self.authority.stopped(way.scope), self.disabled(way.principal)])
        for end in targets.ends(way.scope, way.cut, shared=way.shared):
            if end.target == source:
                continue
            self.identity_graph.add_edge(
                Edge(
                    source,
                    end.target,
                    end.kind,
                    True,
                    technique,
                    tuple(sorted({*way.grants, *end.grants})) if end.grants else way.grants,
                    merge_residuals([way.conditions, end.conditions, waits]),
                    tuple(sorted(way.cut)),
                    min(way.state, end.state),
                    end.impact,
                    end.via,
                    note=f"{way.note} {end.note}".strip(),
                )
            )

    def admit(self, edge: Edge) -> None:
        """Add an edge."""
        self.identity_graph.add_edge(edge)
