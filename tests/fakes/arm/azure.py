"""What an Azure holds, as the worlds of Azure describe it.

Input: ``AzureWorldFiles``. Output: ``ArmWorld``.
Handled: assignments by scope, at, above and below what is asked; extensions in the lists of machines and resources.
Not handled: anything that changes while it is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.worlds.azure import AzureWorldFiles
from tests.worlds.entra import TENANT

__all__ = ["ArmWorld", "world_of"]

Json = dict[str, Any]
_GROUPS = "/providers/Microsoft.Management/managementGroups/"


@dataclass(slots=True)
class ArmWorld:
    """A tenant's Azure."""

    tenant: str = TENANT
    subscriptions: list[Json] = field(default_factory=list)
    groups: list[Json] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)
    """Management group above, by ARM id of a group or subscription."""
    definitions: list[Json] = field(default_factory=list)
    """Roles with ids that name no scope."""
    access: dict[str, list[Json]] = field(default_factory=dict)
    """Assignments and the like by operation, each once."""
    lists: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By subscription's GUID and operation."""
    objects: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By operation and the object's id in lower case."""
    unregistered: set[tuple[str, str]] = field(default_factory=set)
    """Subscription's GUID and operation whose provider it has not registered."""
    licensed: bool = True
    """Has the licence of Privileged Identity Management."""

    def above(self, scope: str) -> list[str]:
        """Return a management group or subscription and what is above it, the root scope last."""
        found, at = list[str](), scope
        while at:
            found.append(at)
            at = self.parents.get(at, "")
        return [*found, "/"]

    def below(self, group: str) -> list[Json]:
        """Return all descendants of a management group, as ARM lists them."""
        return [
            {
                "id": child,
                "name": child.rpartition("/")[2],
                "type": "/subscriptions" if child.startswith("/sub") else "Microsoft.Management/managementGroups",
                "properties": {"displayName": child.rpartition("/")[2], "parent": {"id": parent}},
            }
            for child, parent in self.parents.items()
            if group in self.above(child)[1:]
        ]

    def listed_access(self, operation: str, scope: str, filter_: str) -> list[Json]:
        """Return what an access operation answers at a scope.

        Raises
        ------
        ValueError
            The filter is none that ARM takes.
        """
        if operation == "authorization.roleDefinitions":
            return self._roles(scope, filter_)
        role = filter_.removeprefix("roleDefinitionId eq '").removesuffix("'") if "roleDefinitionId" in filter_ else ""
        if filter_ not in ("", "atScope()", f"roleDefinitionId eq '{role}'"):
            raise ValueError(filter_)
        place = scope or "/"
        home = "/".join(place.split("/")[:3]) if place.startswith("/subscriptions/") else place
        higher = {each.lower() for each in self.above(home)} | {place.lower()}
        policies = operation.endswith("PolicyAssignments")
        found = []
        for item in self.access.get(operation, ()):
            at = str(item["properties"]["scope"]).lower()
            inside = at.startswith(f"{place.lower()}/") and not filter_
            at_place = at == place.lower() if policies else at in higher
            if (at_place or inside) and (not role or item["properties"]["roleDefinitionId"] == role):
                found.append(item)
        return found

    def _roles(self, scope: str, filter_: str) -> list[Json]:
        if filter_ not in ("", "type eq 'CustomRole'", "type eq 'BuiltInRole'", "atScopeAndBelow()"):
            raise ValueError(filter_)
        kind = filter_.removeprefix("type eq '").removesuffix("'") if filter_.startswith("type") else ""
        prefix = scope if scope.startswith("/subscriptions/") else ""
        places = {each.lower() for each in self.above(scope or "/")}
        below = f"{scope.lower()}/" if filter_ == "atScopeAndBelow()" else "none"
        return [
            item | {"id": prefix + item["id"]}
            for item in self.definitions
            if (not kind or item["properties"]["type"] == kind)
            and any(
                each.lower() in places or each.lower().startswith(below)
                for each in item["properties"]["assignableScopes"]
            )
        ]


def world_of(files: AzureWorldFiles) -> ArmWorld:
    """Return the Azure that a world describes."""
    root = files.places["mg:root"]
    world = ArmWorld(parents=dict(files.parents))
    world.subscriptions = list(files.lists.get(TENANT, {}).get("subscriptions", ()))
    for name, identity in files.places.items():
        if name.startswith("mg:"):
            display = "Tenant Root Group" if identity == root else name[3:]
            kind = "Microsoft.Management/managementGroups"
            facts = {"tenantId": TENANT, "displayName": display}
            world.groups.append(
                {"id": identity, "name": identity.rpartition("/")[2], "type": kind, "properties": facts}
            )
    world.definitions = files._definitions(TENANT)
    _add_access(world, ((operation, body) for operation, _, body in files.above))
    for scope, lists in files.lists.items():
        for name, rows in lists.items():
            if name.startswith("authorization."):
                _add_access(world, ((name, row) for row in rows))
            elif scope != TENANT:
                world.lists[scope, name] = list(rows)
    for scope, lines in files.lines.items():
        for name, found in lines.items():
            for owner, rows in found.items():
                if scope != TENANT:
                    world.objects[name, owner.lower()] = list(rows)
    _show_extensions(world)
    return world


def _add_access(world: ArmWorld, rows: Iterable[tuple[str, Json]]) -> None:
    for operation, body in rows:
        world.access.setdefault(operation, []).append(body)


def _show_extensions(world: ArmWorld) -> None:
    """Name each machine's extensions where ARM does: in the list of machines, by their ids."""
    for (_, name), rows in world.lists.items():
        if name == "compute.virtualMachines":
            for number, row in enumerate(rows):
                found = world.objects.get(("compute.virtualMachines.extensions", str(row["id"]).lower()), [])
                if found:
                    rows[number] = row | {"resources": [{"id": each["id"]} for each in found]}
