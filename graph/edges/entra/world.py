"""One tenant while its edges are built: records by id, what everybody holds, and the graph.

Input: ``EntraTenantRecords`` and an ``IdentityGraph``. Output: ``EntraWorld``.
Handled: every edge out of a disabled account or service principal is conditional on its being enabled; whatever proves
a service principal waits for what conditional access asks, and is gone where that always blocks.
Not handled: joins with other systems; federated subjects are nodes that those can share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from collectors.entra.records import (
    EntraApplication,
    EntraServicePrincipal,
    EntraTenantRecords,
    EntraUser,
)
from collectors.entra.role_types import EntraGroupEligibility, EntraRolePolicy
from collectors.interface import Presence
from graph.catalog.entra import entra_catalog
from graph.decision import Residual, merge_residuals
from graph.evaluate.entra.activation import activation_conditions
from graph.evaluate.entra.conditions import ENABLED, open_condition, until
from graph.evaluate.entra.holdings import Holding, holdings_of
from graph.evaluate.entra.ids import hub_node, node_of
from graph.evaluate.entra.restrictions import Restrictions
from graph.evaluate.entra.rights import Right
from graph.evaluate.entra.workload_access import Gate, access_of
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["EntraWorld"]

_PROVES = (
    EdgeKind.AUTHENTICATES_AS,
    EdgeKind.FEDERATES_INTO,
    EdgeKind.CAN_CREATE_CREDENTIAL,
    EdgeKind.CAN_IMPERSONATE,
)
"""Kinds of edges after which a token is asked for as the target."""


class EntraWorld:
    """One tenant."""

    def __init__(
        self,
        records: EntraTenantRecords,
        identity_graph: IdentityGraph,
        as_of: datetime | None,
        told_at: datetime | None,
    ) -> None:
        self.records = records
        self.identity_graph = identity_graph
        self.as_of = as_of
        """The evidence's time, or the newest that it states: what ended before is over."""
        self.told_at = told_at
        """The same where the evidence tells its time: what begins later has not begun."""
        self.tenant = records.tenant.id
        self.users = {each.id: each for each in records.users}
        self.groups = {each.id: each for each in records.groups}
        self.applications = {each.id: each for each in records.applications}
        self.principals = {each.id: each for each in records.service_principals}
        self.application_of = {each.app_id: each for each in records.applications}
        self.principal_of = {each.app_id: each for each in records.service_principals if each.app_id}
        self.units = {each.id: each for each in records.administrative_units}
        self.holdings = holdings_of(records)
        self.definitions = {each.id: each for each in records.role_definitions}
        self.restrictions = Restrictions(records)
        self._disabled = {
            node_of(each.id): each.principal_name or each.name for each in records.users if each.enabled is False
        }
        self._disabled |= {node_of(each.id): each.name for each in records.service_principals if each.enabled is False}
        access = access_of(records)
        gates = {node_of(each.id): access.gate(each) for each in records.service_principals}
        self._gates = {node: gate for node, gate in gates.items() if gate.policies}
        self._group_policies = {(each.group_id, each.role_id): each for each in records.role_policies if each.group_id}
        self._names = {each.id: each.principal_name or each.name for each in records.users}
        self._names |= {each.id: each.name for each in records.groups}
        self.ends = {
            (each.group_id, each.principal_id, each.access): each.ends_at for each in records.group_assignments
        }
        """When a membership or ownership ends that PIM manages, by group, principal and access."""
        self.approves: dict[str, set[str]] = defaultdict(set)
        """Names of roles and of groups' memberships whose activation somebody approves, by object id."""
        for each in records.role_policies:
            for approver in each.approvers if each.needs_approval else ():
                self.approves[approver].add(self._what(each))
        self._hubs: dict[str, None] = {}
        self.restricted = {
            member for unit in records.administrative_units if unit.restricted for member in unit.members
        }
        """Objects whose members only roles of their own administrative unit manage."""
        self.owned: dict[str, list[EntraApplication | EntraServicePrincipal]] = defaultdict(list)
        """Applications and service principals by owner."""
        for application in records.applications:
            for owner in application.owners:
                self.owned[owner].append(application)
        for principal in records.service_principals:
            for owner in principal.owners:
                self.owned[owner].append(principal)
        self.unclassified: dict[str, list[str]] = defaultdict(list)
        """Names that the tiering does not know, by principal."""
        self.unknown_reach: dict[str, list[str]] = defaultdict(list)
        """Names of permissions that reach what single sites or mailboxes grant them, by principal."""

    @property
    def persons(self) -> Iterator[EntraUser]:
        """Users that are people."""
        return (each for each in self.records.users if not each.agent)

    def looked_at(self, operation: str) -> bool:
        """Return whether an operation was looked at as a whole."""
        return self.records.presence.get(operation, Presence.ABSENT) in (Presence.PRESENT, Presence.EMPTY)

    def is_principal(self, object_id: str) -> bool:
        """Return whether an object is a service principal of some kind."""
        return object_id in self.principals

    def is_agent(self, object_id: str) -> bool:
        """Return whether an object is an agent identity or an agent's user account."""
        principal, user = self.principals.get(object_id), self.users.get(object_id)
        return (principal is not None and principal.kind == "agent") or (user is not None and user.agent)

    def disabled(self, node: str) -> Residual:
        """Return the condition that a node is enabled, where it is not."""
        name = self._disabled.get(node)
        return open_condition(ENABLED, name) if name else ()

    def _what(self, policy: EntraRolePolicy) -> str:
        if policy.group_id:
            return f"{policy.role_id} of {self._names.get(policy.group_id, policy.group_id)}"
        definition = self.definitions.get(policy.role_id)
        row = entra_catalog().role(definition.template_id if definition else policy.role_id, "")
        return definition.name if definition and definition.name else row.name if row else policy.role_id

    def name_of(self, object_id: str) -> str:
        """Return the name of a user, a group or a service principal; its id where it was not collected."""
        principal = self.principals.get(object_id)
        return self._names.get(object_id) or (principal.name if principal else object_id)

    def group_policy(self, group: str, access: str) -> EntraRolePolicy | None:
        """Return what activating a group's membership or ownership asks for; ``None`` where that was not looked at."""
        return self._group_policies.get((group, access))

    def activation(self, eligibility: EntraGroupEligibility) -> Residual:
        """Return what must come about before somebody is a member or owner of a group that can activate it."""
        group = self.groups.get(eligibility.group_id)
        what = f"{eligibility.access} of {group.name if group else eligibility.group_id}"
        policy = self._group_policies.get((eligibility.group_id, eligibility.access))
        return merge_residuals([activation_conditions(what, policy, self._names), until(eligibility.ends_at)])

    def gate(self, node: str) -> Gate | None:
        """Return what conditional access asks of a workload; ``None`` where no policy covers it."""
        return self._gates.get(node)

    def add(self, edge: Edge) -> None:
        """Add an edge; out of what is disabled it waits until that is enabled, and into a workload for its gate."""
        if edge.traversable and edge.kind in _PROVES and (gate := self._gates.get(edge.target)):
            if gate.blocked and edge.kind is not EdgeKind.AUTHENTICATES_AS:
                return
            edge = _gated(edge, gate)
        if edge.traversable and (waits := self.disabled(edge.source)):
            edge = replace(edge, conditions=merge_residuals([edge.conditions, waits]))
        self.identity_graph.add_edge(edge)

    def grant(self, identity: str, kind: str, holder: str, text: str, evidence: str = "") -> str:
        """Add a grant and return its id."""
        return self.identity_graph.add_grant(Grant(identity, kind, holder, text, evidence))

    def hub(self, what: str, name: str) -> tuple[str, bool]:
        """Return the node of a class of targets, and whether it is new, so that its members must be added."""
        node = hub_node(self.tenant, what)
        if node in self._hubs:
            return node, False
        self._hubs[node] = None
        self.identity_graph.add_node(Node(node, NodeKind.HUB, name, "entra", self.tenant))
        return node, True

    def refer(self, object_id: str, name: str = "") -> str:
        """Return the node of an object, adding one that was not collected where evidence merely names it."""
        node = node_of(object_id)
        if node not in self.identity_graph.nodes:
            self.identity_graph.add_node(
                Node(node, NodeKind.ENTRA_EXTERNAL_PRINCIPAL, name or object_id, "entra", self.tenant, collected=False)
            )
        return node

    def held(self, *rights: Right) -> Iterator[tuple[str, Holding]]:
        """Yield who holds any of some rights, by principal."""
        for principal in sorted(self.holdings.by_principal):
            for holding in self.holdings.by_principal[principal]:
                if holding.right in rights:
                    yield principal, holding

    def identity_of(self, application: EntraApplication) -> str:
        """Return who acts with an application's credentials: its service principal here, else the application."""
        principal = self.principal_of.get(application.app_id)
        return node_of(principal.id if principal else application.id)

    def homes(self) -> Iterator[tuple[str, str]]:
        """Yield the app ids that are registered here, with who acts by their credentials."""
        for application in self.records.applications:
            yield application.app_id, self.identity_of(application)

    def application_behind(self, principal: EntraServicePrincipal) -> EntraApplication | None:
        """Return the application of a service principal where it is registered here."""
        return self.application_of.get(principal.app_id)

    def edge_of(self, holding: Holding, source: str, target: str, kind: EdgeKind) -> Edge:
        """Return the edge by which a holder takes a target, or a class of them."""
        return Edge(
            node_of(source),
            target,
            kind,
            True,
            holding.technique,
            holding.grants,
            holding.conditions,
            state=holding.state,
            note=holding.note,
        )

    def unsure(self, holding: Holding, state: State, note: str) -> Holding:
        """Return a holding that is at best as sure as a state."""
        if state >= holding.state:
            return holding
        return replace(holding, state=state, note=note or holding.note)


def _gated(edge: Edge, gate: Gate) -> Edge:
    """Return an edge as conditional access leaves it; a credential that is always blocked is a fact and no step."""
    if gate.blocked:
        note = f"Conditional access blocks every token: {', '.join(gate.policies)}."
        return replace(edge, traversable=False, note=f"{edge.note} {note}".strip())
    conditions = merge_residuals([edge.conditions, gate.conditions])
    if gate.unsure:
        note = f"{edge.note} {gate.unsure}".strip()
        return replace(edge, conditions=conditions, state=min(edge.state, State.UNVERIFIED), note=note)
    return replace(edge, conditions=conditions)
