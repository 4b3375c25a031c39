"""What every part of a small tenant rests on: ids, and lists that are filled by name.

Input: names. Output: ``TenantBase``, and ``identifier``. Not handled: which operations there are (``tenant``).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeAlias

__all__ = [
    "DEFINITIONS",
    "EARLIER",
    "EVERY_TYPE",
    "GRAPH",
    "LATER",
    "TENANT",
    "VENDOR",
    "Json",
    "TenantBase",
    "app_role",
    "app_roles",
    "identifier",
]

Json: TypeAlias = dict[str, Any]
TENANT: Final = "5f0c8a52-1d1e-4b9c-8a55-0c1f6f7d0001"
VENDOR: Final = "9d2e7b10-6a4f-4e5c-9b7a-3c2d1e0f0002"
EARLIER: Final = "2026-01-10T08:00:00Z"
LATER: Final = "2027-06-10T08:00:00Z"
GRAPH: Final = "Microsoft Graph"
EVERY_TYPE: Final = "#microsoft.graph."
DEFINITIONS: Final = "roleManagement.directory.roleDefinitions"
_SPACE: Final = uuid.UUID("6f7d0c1f-4b9c-4a55-8a52-5f0c1d1e0003")


def identifier(kind: str, name: str) -> str:
    """Return the id of a thing of a small tenant: the same for the same name."""
    return str(uuid.uuid5(_SPACE, f"{kind}:{name}"))


def app_role(value: str, own: str) -> Json:
    """Return an app role as Microsoft Graph answers it."""
    return {
        "id": own,
        "value": value,
        "displayName": value,
        "description": value,
        "isEnabled": True,
        "origin": "Application",
        "allowedMemberTypes": ["Application"],
    }


def app_roles(roles: Mapping[str, str]) -> list[Json]:
    """Return app roles from their ids by value."""
    return [app_role(value, own) for value, own in roles.items()]


@dataclass(slots=True)
class TenantBase:
    """Lists by operation; every method that adds returns the tenant."""

    kinds: dict[str, str] = field(default_factory=dict)
    """By name: ``user``, ``group``, ``sp``, ``unit``; an application's plain name means its service principal."""
    lists: dict[str, list[Json]] = field(default_factory=dict)
    links: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """By operation and owner's id: names of what is linked."""
    objects: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    """By operation and owner's id: whole objects."""
    policies: dict[str, Json] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)

    def id(self, name: str) -> str:
        """Return the object id behind a name; ``app:NAME`` means the application, ``key:NAME`` a credential."""
        if ":" in name:
            kind, rest = name.split(":", 1)
            return identifier(kind, rest)
        return identifier(self.kinds[name], name)

    def _add(self, operation: str, **values: Any) -> Self:
        self.lists.setdefault(operation, []).append(values)
        return self

    def _link(self, operation: str, own: str, names: Sequence[str]) -> Self:
        self.links.setdefault(operation, {}).setdefault(own, []).extend(names)
        return self

    def _of(self, operation: str, own: str) -> Json:
        return next(one for one in self.lists[operation] if one["id"] == own)

    def _principal(
        self,
        name: str,
        home: str | None,
        *,
        kind: str = "Application",
        audience: str | None = None,
        enabled: bool = True,
        roles: Mapping[str, str] | None = None,
    ) -> None:
        self.kinds[name] = "sp"
        self.objects.setdefault("servicePrincipals.appRoleAssignments", {}).setdefault(identifier("sp", name), [])
        self._add(
            "servicePrincipals",
            id=identifier("sp", name),
            appId=identifier("client", name),
            displayName=name,
            appOwnerOrganizationId=home,
            servicePrincipalType=kind,
            accountEnabled=enabled,
            alternativeNames=[],
            appRoles=app_roles(roles or {}),
            oauth2PermissionScopes=[],
            passwordCredentials=[],
            keyCredentials=[],
            servicePrincipalNames=[identifier("client", name)],
            signInAudience=audience,
            appRoleAssignmentRequired=False,
            tags=[],
            verifiedPublisher={"displayName": None, "verifiedPublisherId": None, "addedDateTime": None},
        )
