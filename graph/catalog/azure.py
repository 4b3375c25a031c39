"""Read what the catalogue says of Azure: published built-in roles and classes of impact of actions.

Input: ``azure_roles.toml``, ``impact_azure.toml``. Output: frozen rows, validated; errors name file, row and field.
Not handled: meaning; what an action lets its holder do to others is code in ``graph/edges/azure``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from collectors.azure.access_types import AzurePermission
from graph.errors import CatalogError
from graph.kinds import Impact

__all__ = ["AzureImpact", "PublishedRole", "azure_admin_probes", "azure_impacts", "azure_roles"]

_ROLES = "azure_roles.toml"
_IMPACT = "impact_azure.toml"


@dataclass(frozen=True, slots=True)
class PublishedRole:
    """A built-in role as Microsoft publishes it."""

    id: str
    name: str
    permissions: tuple[AzurePermission, ...]
    source: str
    partial: bool = False
    """True when the published list is longer than the row."""
    assignable_scopes: tuple[str, ...] = ("/",)
    """In lower case."""


@dataclass(frozen=True, slots=True)
class AzureImpact:
    """A class of impact with the actions that are in it."""

    impact: Impact
    actions: tuple[str, ...]
    data_actions: tuple[str, ...]


def _load(name: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(files("graph.catalog").joinpath(name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"graph/catalog/{name}: {error}") from error


def _text(name: str, number: int, row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise CatalogError(f"graph/catalog/{name}: row {number}: field `{key}` must be text")
    return value


def _texts(name: str, number: int, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise CatalogError(f"graph/catalog/{name}: row {number}: field `{key}` must be a list of text")
    return tuple(value)


@cache
def azure_roles() -> Mapping[str, PublishedRole]:
    """Return the published built-in roles by GUID; raises ``CatalogError`` on a malformed or doubled row."""
    found: dict[str, PublishedRole] = {}
    for number, row in enumerate(_load(_ROLES).get("role", []), start=1):
        role = _role(number, row)
        if role.id in found:
            raise CatalogError(f"graph/catalog/{_ROLES}: row {number}: id `{role.id}` stands twice")
        found[role.id] = role
    return found


def _role(number: int, row: Mapping[str, Any]) -> PublishedRole:
    permission = AzurePermission(
        _texts(_ROLES, number, row, "actions"),
        _texts(_ROLES, number, row, "not_actions"),
        _texts(_ROLES, number, row, "data_actions"),
        _texts(_ROLES, number, row, "not_data_actions"),
        condition=_text(_ROLES, number, row, "condition") if "condition" in row else "",
        condition_version="2.0" if "condition" in row else "",
    )
    if not permission.actions and not permission.data_actions:
        raise CatalogError(f"graph/catalog/{_ROLES}: row {number}: it allows nothing")
    return PublishedRole(
        _text(_ROLES, number, row, "id").lower(),
        _text(_ROLES, number, row, "name"),
        (permission,),
        _text(_ROLES, number, row, "source"),
        row.get("partial") is True,
        tuple(scope.lower() for scope in _texts(_ROLES, number, row, "assignable_scopes")) or ("/",),
    )


@cache
def azure_impacts() -> tuple[AzureImpact, ...]:
    """Return the classes of impact, worst first; raises ``CatalogError`` on a malformed row."""
    rows: list[AzureImpact] = []
    for number, row in enumerate(_load(_IMPACT).get("class", []), start=1):
        name = _text(_IMPACT, number, row, "class")
        if name not in set(Impact):
            raise CatalogError(f"graph/catalog/{_IMPACT}: row {number}: `{name}` is no class of impact")
        actions = _texts(_IMPACT, number, row, "actions")
        rows.append(AzureImpact(Impact(name), actions, _texts(_IMPACT, number, row, "data_actions")))
    order = list(Impact)
    return tuple(sorted(rows, key=lambda each: order.index(each.impact)))


@cache
def azure_admin_probes() -> tuple[str, ...]:
    """Return the actions that one role must allow to count as direct administrator of a scope."""
    probes = _texts(_IMPACT, 0, _load(_IMPACT).get("admin", {}), "probes")
    if not probes:
        raise CatalogError(f"graph/catalog/{_IMPACT}: table `admin`: field `probes` must not be empty")
    return probes
