"""Read the permissions and roles of Entra that have a class of impact alone, in groups, validated.

Input: the TOML files of ``impact_entra/``. Output: ``GroupedRow``.
Not handled: rights; those stand in ``impact_entra.toml``, which ``entra`` reads.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graph.errors import CatalogError
from graph.kinds import Impact

__all__ = ["Grouped", "GroupedRow", "grouped"]

_FOLDER = "impact_entra"


@dataclass(frozen=True, slots=True)
class GroupedRow:
    """A permission or a role without a right."""

    name: str
    id: str
    impact: str
    role: bool
    api: str
    """App id of the API that a permission is of; empty for Microsoft Graph and for roles."""
    note: str
    """What an edge that rests on it says besides."""
    reach_unknown: bool
    """Nothing that is collected tells what it reaches."""
    source: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """Everything that the folder says."""

    rows: tuple[GroupedRow, ...]
    privileged: frozenset[str]
    """Names of directory roles that Microsoft labels privileged, lower case."""


@cache
def grouped() -> Grouped:
    """Return every row; raises ``CatalogError`` on a malformed one or a name that stands twice."""
    rows: list[GroupedRow] = []
    privileged: frozenset[str] = frozenset()
    for entry in sorted(files("graph.catalog").joinpath(_FOLDER).iterdir(), key=lambda each: each.name):
        if not entry.name.endswith(".toml"):
            continue
        place = f"graph/catalog/{_FOLDER}/{entry.name}"
        try:
            table = tomllib.loads(entry.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise CatalogError(f"{place}: {error}") from error
        privileged |= {name.lower() for name in table.get("privileged", [])}
        for number, group in enumerate(table.get("group", []), 1):
            rows += _rows(f"{place}: group {number}", group)
    seen: set[tuple[str, bool, str]] = set()
    for row in rows:
        key = (row.api, row.role, row.name.lower())
        if key in seen:
            raise CatalogError(f"graph/catalog/{_FOLDER}: `{row.name}` stands twice")
        seen.add(key)
    return Grouped(tuple(rows), privileged)


def _rows(place: str, group: Mapping[str, Any]) -> Iterator[GroupedRow]:
    impact, reach = _text(place, group, "class", empty=True), _text(place, group, "reach", empty=True)
    if impact and impact not in set(Impact):
        raise CatalogError(f"{place}: `{impact}` is no class of impact")
    if reach not in ("", "unknown"):
        raise CatalogError(f"{place}: field `reach` must be `unknown` or absent")
    _text(place, group, "what")
    for kind in ("permissions", "roles"):
        table = group.get(kind, {})
        if not isinstance(table, Mapping) or not all(isinstance(value, str) for value in table.values()):
            raise CatalogError(f"{place}: field `{kind}` must map names to ids")
        for name, identity in table.items():
            yield GroupedRow(
                name,
                identity.lower(),
                impact,
                kind == "roles",
                _text(place, group, "api", empty=True).lower(),
                _text(place, group, "note", empty=True),
                reach == "unknown",
                _text(place, group, "source"),
            )


def _text(place: str, group: Mapping[str, Any], key: str, *, empty: bool = False) -> str:
    value = group.get(key, "" if empty else None)
    if not isinstance(value, str) or not (value or empty):
        raise CatalogError(f"{place}: field `{key}` must be text")
    return value
