"""What roles of Azure make of a principal: its classes of impact, and its roles by name, as attributes of its node.

Input: rights. Output: attributes ``azure_roles``, ``azure_role_grants`` and ``impact_classes`` of principals; edges of
unknown roles.
Handled: roles held now and without conditions, at any scope; a role whose definition was not collected (one unverified
edge to its scope, so that nobody takes silence for none).
Not handled: what members of a group have by it; the group has it, and paths lead there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from graph.catalog.azure import azure_impacts
from graph.edges.azure.context import AzureRights
from graph.evaluate.azure.assignments import Standing
from graph.evaluate.azure.definitions import Role
from graph.evaluate.azure.ids import role_grant, scope_node
from graph.evaluate.azure.patterns import permits
from graph.evaluate.entra.rights import worst
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["build_impacts"]


def build_impacts(rights: AzureRights) -> None:
    """Add attributes and edges."""
    roles: dict[str, set[str]] = defaultdict(set)
    grants: dict[str, list[dict[str, Any]]] = defaultdict(list)
    classes: dict[str, set[str]] = defaultdict(set)
    known: dict[str, tuple[str, ...]] = {}
    for standing in rights.authority.standings:
        each = standing.assignment
        node = rights.refer(each.principal_id)
        if standing.role is None:
            _unknown(rights, node, each.scope, standing.role_name)
            continue
        roles[node].add(f"{'eligible: ' if each.eligible else ''}{standing.role_name} at {each.scope}")
        if standing.role.guid not in known:
            known[standing.role.guid] = _classes(standing.role)
        if not standing.waits and not each.condition:
            classes[node].update(known[standing.role.guid])
        grants[node].append(_row(rights, standing, known[standing.role.guid]))
    for node, names in roles.items():
        _mark(rights, node, sorted(names), classes.get(node, set()), grants[node])


def _row(rights: AzureRights, standing: Standing, classes: tuple[str, ...]) -> dict[str, Any]:
    """Return one role with its scope, worst class and grant, as rules tell it."""
    each = standing.assignment
    scope = rights.identity_graph.nodes.get(scope_node(each.scope))
    return {
        "role": standing.role_name,
        "scope": each.scope,
        "scope_name": scope.name if scope is not None else each.scope,
        "class": next(iter(classes), ""),
        "eligible": each.eligible,
        "conditional": bool(standing.waits or each.condition),
        "grant": role_grant(each.id, each.eligible),
    }


def _classes(role: Role) -> tuple[str, ...]:
    found: list[str] = []
    for row in azure_impacts():
        free = [permission for permission in role.permissions if not permission.condition]
        control = any(permits(permission, action) for permission in free for action in row.actions)
        if control or any(permits(permission, action, data=True) for permission in free for action in row.data_actions):
            found.append(row.impact.value)
    return tuple(found)


def _mark(rights: AzureRights, node: str, roles: list[str], classes: set[str], grants: list[dict[str, Any]]) -> None:
    known = rights.identity_graph.nodes[node]
    ordered = worst([*map(str, known.attributes.get("impact_classes") or ()), *classes])
    rows = sorted(grants, key=lambda row: (row["scope"], row["role"], row["grant"]))
    attributes = {**known.attributes, "azure_roles": roles, "azure_role_grants": rows}
    if ordered:
        attributes["impact_classes"] = list(ordered)
    rights.identity_graph.nodes[node] = replace(known, attributes=attributes, impact=next(iter(ordered), known.impact))


def _unknown(rights: AzureRights, node: str, scope: str, role: str) -> None:
    note = f"The definition of role {role} was not collected, and with it what the role allows."
    grants = tuple(
        sorted(
            held.grants[0]
            for held in rights.held[node.removeprefix("entra:")]
            if held.own and held.standing.role is None and held.scope == scope
        )
    )
    rights.admit(
        Edge(node, scope_node(scope), EdgeKind.CAN_ACCESS, True, grants=grants[:1], state=State.UNVERIFIED, note=note)
    )
