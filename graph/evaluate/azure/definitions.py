"""What a role allows: its collected definition, else the published one of a built-in role.

Input: role definitions as records, and the table ``graph/catalog/azure_roles.toml``. Output: ``Role``.
Handled: definitions named in another subscription's spelling: a role has one GUID wherever it is named.
Not handled: what a built-in role allowed at another time than the table's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectors.azure.access_types import AzurePermission, AzureRoleDefinition
from graph.catalog.azure import azure_roles

__all__ = ["Role", "Roles", "role_guid"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role as far as it is known."""

    guid: str
    name: str
    permissions: tuple[AzurePermission, ...]
    built_in: bool
    collected: bool
    """False when the published definition stands in for one that was not collected."""
    assignable_scopes: tuple[str, ...] = ()
    partial: bool = False
    """True when more is published than is known here, so that what it does not name is unknown."""


def role_guid(definition_id: str) -> str:
    """Return the GUID of a role by the id that names its definition."""
    return definition_id.rstrip("/").rpartition("/")[2].lower()


class Roles:
    """Roles by GUID."""

    def __init__(self, definitions: Iterable[AzureRoleDefinition]) -> None:
        self._roles: dict[str, Role] = {}
        for each in definitions:
            guid = (each.role_id or role_guid(each.id)).lower()
            scopes = tuple(scope.lower() for scope in each.assignable_scopes)
            self._roles.setdefault(guid, Role(guid, each.name, each.permissions, each.built_in, True, scopes))

    def get(self, definition_id: str) -> Role | None:
        """Return a role by the id of its definition or by its GUID; ``None`` where nothing says what it allows."""
        guid = role_guid(definition_id)
        found = self._roles.get(guid)
        if found is None and (published := azure_roles().get(guid)) is not None:
            found = Role(
                guid, published.name, published.permissions, True, False, published.assignable_scopes, published.partial
            )
            self._roles[guid] = found
        return found

    def name(self, definition_id: str) -> str:
        """Return a role's name for people; its GUID where it is not known."""
        role = self.get(definition_id)
        return role.name if role is not None and role.name else role_guid(definition_id)

    def known(self) -> tuple[Role, ...]:
        """Return every role that is known, built-in ones of the table as well, by GUID."""
        for guid in azure_roles():
            self.get(guid)
        return tuple(self._roles[guid] for guid in sorted(self._roles))
