"""Read the tiering of Entra permissions and roles, validated, naming file, row and field.

Input: ``impact_entra.toml`` and ``impact_entra/``. Output: ``EntraCatalog``.
Not handled: meaning; what a right reaches is code in ``graph/evaluate/entra`` and ``graph/edges/entra``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from graph.catalog.entra_groups import grouped
from graph.catalog.loader import techniques_entra
from graph.errors import CatalogError
from graph.kinds import Impact

__all__ = ["ActionRow", "EntraCatalog", "EntraRow", "ResetRow", "entra_catalog"]

_FILE = "impact_entra.toml"


@dataclass(frozen=True, slots=True)
class EntraRow:
    """A permission of Microsoft Graph, or a built-in directory role."""

    name: str
    id: str
    """App role id or template id; empty where it is known by name alone."""
    impact: str
    rights: Mapping[str, str]
    """Right to technique id; the technique is empty for full control itself."""
    doubt: str = ""
    doubts: Mapping[str, str] = field(default_factory=dict)
    """Right to what is doubtful of it alone."""
    note: str = ""
    """What an edge that rests on it says besides."""
    reach_unknown: bool = False
    """Nothing that is collected tells what it reaches."""

    def doubt_of(self, right: str) -> str:
        """Return why a right is at best unverified; empty when it is as sure as the grant."""
        return self.doubts.get(right, self.doubt)


@dataclass(frozen=True, slots=True)
class ResetRow:
    """Whose password a role can reset."""

    role: str
    roles: frozenset[str]
    """Names of the roles that a user may hold and still be reset."""
    everybody: bool
    methods: bool
    """It can change second factors too."""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action of a custom role."""

    action: str
    right: str
    technique: str
    doubt: str = ""

    def covers(self, action: str) -> bool:
        """Return whether an action, in any case, is meant by this row."""
        mine, other = self.action.lower(), action.lower()
        return other.startswith(mine[:-1]) if mine.endswith("*") else other == mine


@dataclass(frozen=True, slots=True)
class EntraCatalog:
    """The whole tiering."""

    permissions: Mapping[str, EntraRow]
    """Of Microsoft Graph, by name, lower case."""
    other_apis: Mapping[tuple[str, str], EntraRow]
    """Of Microsoft's other APIs, by app id and name, lower case."""
    permission_ids: Mapping[str, str]
    """App role id to name."""
    roles: Mapping[str, EntraRow]
    """By template id, and by name in lower case."""
    resets: Mapping[str, ResetRow]
    """By name of the role or permission."""
    actions: tuple[ActionRow, ...]
    privileged: frozenset[str]
    """Names of built-in roles that Microsoft labels privileged, lower case."""

    def permission(self, name: str, api: str = "") -> EntraRow | None:
        """Return the row of a permission of Microsoft Graph, or of another API by its app id."""
        return self.other_apis.get((api, name.lower())) if api else self.permissions.get(name.lower())

    def role(self, template: str, name: str) -> EntraRow | None:
        """Return the row of a built-in role by its template id, else by its name."""
        return self.roles.get(template.lower()) or self.roles.get(name.lower())

    def action(self, action: str) -> ActionRow | None:
        """Return the first row that means an action."""
        return next((row for row in self.actions if row.covers(action)), None)


@cache
def entra_catalog() -> EntraCatalog:
    """Return the tiering; raises ``CatalogError`` on a malformed row or an unknown technique."""
    try:
        table = tomllib.loads(files("graph.catalog").joinpath(_FILE).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"graph/catalog/{_FILE}: {error}") from error
    permissions = [_row("permission", number, row) for number, row in enumerate(table.get("permission", []), 1)]
    roles = [_row("role", number, row) for number, row in enumerate(table.get("role", []), 1)]
    classed = grouped()
    others = {}
    for each in classed.rows:
        plain = EntraRow(each.name, each.id, each.impact, {}, note=each.note, reach_unknown=each.reach_unknown)
        if each.api:
            others[each.api, each.name.lower()] = plain
        else:
            (roles if each.role else permissions).append(plain)
    _once("permission", permissions)
    _once("role", roles)
    by_role = {row.name.lower(): row for row in roles} | {row.id: row for row in roles if row.id}
    resets = [_reset(number, row) for number, row in enumerate(table.get("reset", []), 1)]
    actions = tuple(_action(number, row) for number, row in enumerate(table.get("action", []), 1))
    return EntraCatalog(
        {row.name.lower(): row for row in permissions},
        others,
        {row.id: row.name for row in permissions if row.id},
        by_role,
        {row.role: row for row in resets},
        actions,
        classed.privileged,
    )


def _once(kind: str, rows: list[EntraRow]) -> None:
    for keys in ([row.name.lower() for row in rows], [row.id for row in rows if row.id]):
        twice = {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
        if twice:
            raise CatalogError(f"graph/catalog/{_FILE}: {kind} `{min(twice)}` stands twice")


def _text(kind: str, number: int, row: Mapping[str, Any], key: str, *, empty: bool = False) -> str:
    value = row.get(key, "" if empty else None)
    if not isinstance(value, str) or not (value or empty):
        raise CatalogError(f"graph/catalog/{_FILE}: {kind} {number}: field `{key}` must be text")
    return value


def _row(kind: str, number: int, row: Mapping[str, Any]) -> EntraRow:
    impact = _text(kind, number, row, "class", empty=True)
    if impact and impact not in set(Impact):
        raise CatalogError(f"graph/catalog/{_FILE}: {kind} {number}: `{impact}` is no class of impact")
    rights = row.get("rights", {})
    if not isinstance(rights, Mapping) or not all(isinstance(value, str) for value in rights.values()):
        raise CatalogError(f"graph/catalog/{_FILE}: {kind} {number}: field `rights` must map rights to techniques")
    for technique in rights.values():
        _known(kind, number, technique)
    name, identity = _text(kind, number, row, "name"), _text(kind, number, row, "id", empty=True)
    doubts = row.get("doubts", {})
    if not isinstance(doubts, Mapping) or not set(doubts) <= set(rights):
        raise CatalogError(f"graph/catalog/{_FILE}: {kind} {number}: field `doubts` must map rights to text")
    doubt = _text(kind, number, row, "doubt", empty=True)
    return EntraRow(name, identity.lower(), impact, dict(rights), doubt, dict(doubts))


def _known(kind: str, number: int, technique: str) -> None:
    if technique and technique not in techniques_entra():
        raise CatalogError(f"graph/catalog/{_FILE}: {kind} {number}: `{technique}` is no technique")


def _reset(number: int, row: Mapping[str, Any]) -> ResetRow:
    roles = row.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise CatalogError(f"graph/catalog/{_FILE}: reset {number}: field `roles` must be a list of text")
    return ResetRow(
        _text("reset", number, row, "role"),
        frozenset(roles),
        row.get("all") is True,
        row.get("methods") is True,
    )


def _action(number: int, row: Mapping[str, Any]) -> ActionRow:
    technique = _text("action", number, row, "technique")
    _known("action", number, technique)
    return ActionRow(
        _text("action", number, row, "action"),
        _text("action", number, row, "right"),
        technique,
        _text("action", number, row, "doubt", empty=True),
    )
