"""The Entra part of a snapshot as the rules ask about it, read once for all of them.

Input: ``RuleContext``. Output: ``Estate``: tenants, identities, applications, people, groups, who owns what, what each
holds through its groups as well, and how bad a fault of each is.
Handled: membership of groups that is in force now; nested groups.
Not handled: credentials (``_entra_credentials``); Microsoft's own applications, which nobody here manages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analytics.rules._context import RuleContext
from analytics.verdicts import Severity, Verdict
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Node

__all__ = [
    "HIGH_CLASSES",
    "IDENTITY_NODES",
    "Estate",
    "Owning",
    "class_rank",
    "counted",
    "estate",
    "named",
    "privileges_of",
    "rows_of",
    "worst_class",
]

HIGH_CLASSES = (Impact.H1.value, Impact.H2.value)
"""Classes by which one identity becomes others: tiers 0 and 1 of the tiering."""
IDENTITY_NODES = (
    NodeKind.ENTRA_SERVICE_PRINCIPAL,
    NodeKind.ENTRA_MANAGED_IDENTITY,
    NodeKind.ENTRA_AGENT_IDENTITY,
    NodeKind.ENTRA_BLUEPRINT_PRINCIPAL,
)
_ORDER = {impact.value: place for place, impact in enumerate(Impact)}
_NONE = len(_ORDER)
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Owning:
    """One ownership."""

    owner: Node
    owned: Node
    grants: tuple[str, ...]


def class_rank(impact: str) -> int:
    """Return the place of a class, worst first; a place behind all for none."""
    return _ORDER.get(impact, _NONE)


def worst_class(classes: Iterable[str]) -> str:
    """Return the worst of some classes, ``""`` for none."""
    return min((each for each in classes if each in _ORDER), key=class_rank, default="")


def counted(count: int, noun: str) -> str:
    """Return a number of things in words: ``1 day``, ``2 days``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def named(names: Sequence[str], most: int = _SHOWN) -> str:
    """Return names as a text that stays short."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def rows_of(node: Node, name: str) -> list[Mapping[str, Any]]:
    """Return rows that a node has as an attribute: ``app_permissions``, ``consents``, ``role_grants`` and others."""
    found = node.attributes.get(name)
    return list(found) if isinstance(found, list) else []


def estate(context: RuleContext) -> Estate:
    """Return the shared estate of a context."""
    return context.shared("entra estate", lambda: Estate(context))


class Estate:
    """Everything of every tenant that was collected."""

    def __init__(self, context: RuleContext) -> None:
        self._context = context
        self.tenants = tuple(
            node for node in context.nodes(NodeKind.ENTRA_TENANT) if node.attributes.get("relation") == "own"
        )
        self._looked_at = {node.scope: frozenset(node.attributes.get("looked_at") or ()) for node in self.tenants}
        self.identities = tuple(context.nodes(*IDENTITY_NODES))
        self.applications = tuple(context.nodes(NodeKind.ENTRA_APPLICATION, NodeKind.ENTRA_BLUEPRINT))
        self.users = tuple(context.nodes(NodeKind.ENTRA_USER))
        self.agent_users = tuple(context.nodes(NodeKind.ENTRA_AGENT_USER))
        self.groups = tuple(context.nodes(NodeKind.ENTRA_GROUP))
        everything = (*self.identities, *self.applications, *self.users, *self.agent_users, *self.groups)
        self.by_id: Mapping[str, Node] = {node.id: node for node in everything}

    def looked_at(self, node: Node, operation: str) -> bool:
        """Return whether an operation was answered in full for the tenant of a node, be it with nothing."""
        return operation in self._looked_at.get(node.scope, frozenset())

    def not_looked_at(self, operation: str, what: str) -> Iterator[Verdict]:
        """Yield a not-judged verdict for each tenant whose evidence lacks an operation, or part of it."""
        for tenant in self.tenants:
            if not self.looked_at(tenant, operation):
                yield Verdict.not_judged(tenant.id, f"{what} (`{operation}` is not, or not in full, in the evidence).")

    def homes_not_known(self) -> Iterator[Verdict]:
        """Yield a not-judged verdict for each tenant whose id is not known: nothing in it is known as foreign."""
        for tenant in self.tenants:
            if not tenant.attributes.get("id_known", True):
                yield Verdict.not_judged(
                    tenant.id, "Which tenant this is is not known, nor what comes from another one."
                )

    @cached_property
    def acting(self) -> tuple[Node, ...]:
        """Return who acts: identities, and applications that have no service principal here."""
        return (*self.identities, *(node for node in self.applications if not node.attributes.get("service_principal")))

    def application_of(self, identity: Node) -> Node | None:
        """Return the application behind an identity, where it is registered here."""
        if identity.kind in (NodeKind.ENTRA_APPLICATION, NodeKind.ENTRA_BLUEPRINT):
            return identity
        return self.by_id.get(str(identity.attributes.get("application", "")))

    def identity_of(self, node: Node) -> Node:
        """Return who acts by an application's credentials: its service principal here, else itself."""
        return self.by_id.get(str(node.attributes.get("service_principal", "")), node)

    # ---- relations ---------------------------------------------------------------------------------------------------

    def edges(self, kind: EdgeKind, state: State = State.UNVERIFIED) -> Iterator[Edge]:
        """Yield edges of a kind between Entra things, at least so sure; those that are no step count as facts."""
        arrays, snapshot = self._context.snapshot.arrays, self._context.snapshot
        numbers = np.flatnonzero(arrays.edge_kind == snapshot.edge_kind_code(kind))
        levels = self._context.levels
        steps = arrays.traversable
        for number in numbers.tolist():
            if steps[number] and levels[number] < state:
                continue
            edge = snapshot.edge(number)
            if edge.target.startswith("entra:"):
                yield edge

    @cached_property
    def ownings(self) -> tuple[Owning, ...]:
        """Return who owns which application, service principal or group, where both were collected."""
        found = []
        for edge in self.edges(EdgeKind.OWNS):
            owner, owned = self.by_id.get(edge.source), self.by_id.get(edge.target)
            if owner is not None and owned is not None:
                found.append(Owning(owner, owned, edge.grants))
        return tuple(found)

    @cached_property
    def _groups_of(self) -> Mapping[str, tuple[str, ...]]:
        above: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges(EdgeKind.INHERITS, State.VERIFIED):
            above[edge.source].append(edge.target)
        return {member: tuple(groups) for member, groups in above.items()}

    def groups_of(self, node_id: str) -> tuple[str, ...]:
        """Return the groups whose assignments somebody has now, nested ones included."""
        seen: dict[str, None] = {}
        queue = list(self._groups_of.get(node_id, ()))
        while queue:
            group = queue.pop()
            if group not in seen:
                seen[group] = None
                queue += self._groups_of.get(group, ())
        return tuple(seen)

    @cached_property
    def tenant_admins(self) -> frozenset[str]:
        """Return who has full control of a tenant now, by itself or as a group."""
        return frozenset(
            edge.source
            for edge in self.edges(EdgeKind.ADMIN_OF, State.VERIFIED)
            if edge.target.startswith("entra:admin:")
        )

    # ---- how much somebody holds -------------------------------------------------------------------------------------

    def held_classes(self, node: Node) -> tuple[str, ...]:
        """Return the classes that somebody holds now, through groups as well, worst first."""
        found = set(node.attributes.get("impact_classes") or ())
        for group in self.groups_of(node.id):
            held = self.by_id.get(group)
            found |= set(held.attributes.get("impact_classes") or ()) if held is not None else set()
        return tuple(sorted(found, key=class_rank))

    def is_tenant_admin(self, node: Node) -> bool:
        """Return whether somebody has full control of the tenant now, through groups as well."""
        return bool(self.tenant_admins & {node.id, *self.groups_of(node.id)})

    def high(self, node: Node) -> bool:
        """Return whether somebody can become other identities: by tier 0 or 1, or by a way to full control."""
        return worst_class(self.held_classes(node)) in HIGH_CLASSES or self._context.privileged(node.id)

    def severity(self, node: Node, usual: Severity) -> Severity:
        """Return the severity of a fault, one level higher where its identity can become others."""
        return usual.raised() if self.high(node) else usual


def privileges_of(node: Node, classes: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return what a node was given and what that is called: grant id and name; only some classes when named."""
    found: list[tuple[str, str]] = []
    for row in rows_of(node, "app_permissions"):
        if row["class"] and (not classes or row["class"] in classes):
            found += [(grant, f"{row['name']} of {row['api']}") for grant in row["grants"]]
    for row in rows_of(node, "role_grants"):
        if row["class"] and not row["eligible"] and (not classes or row["class"] in classes):
            part = "" if row["scope"] == "/" else " over a part of the tenant"
            found.append((str(row["grant"]), f"the role {row['role']}{part}"))
    for row in rows_of(node, "azure_role_grants"):
        wanted = row["class"] and not row["eligible"] and not row["conditional"]
        if wanted and (not classes or row["class"] in classes):
            found.append((str(row["grant"]), f"{row['role']} at {row['scope_name']} of Azure"))
    return found
