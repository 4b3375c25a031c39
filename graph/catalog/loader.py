"""Read the catalogue files once and validate them, naming file, row and field.

Input: the TOML files beside this module. Output: frozen rows keyed by id.
Not handled: meaning; preconditions with a join or an order are code in ``graph/edges``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graph.errors import CatalogError
from graph.kinds import EdgeKind, Impact

__all__ = [
    "AdminProbes",
    "EdgeRow",
    "ImpactCatalog",
    "Technique",
    "edge_kinds",
    "impact_aws",
    "techniques",
    "techniques_aws",
    "techniques_azure",
    "techniques_entra",
    "techniques_github",
]


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """An edge kind."""

    kind: EdgeKind
    traversable: bool
    cost: int
    description: str


@dataclass(frozen=True, slots=True)
class Technique:
    """A published escalation technique."""

    id: str
    title: str
    edge: EdgeKind
    permissions: tuple[str, ...]
    gain: str
    needs: str
    cost: int
    source: str
    missing: str = ""
    """What an edge is worth where the evidence leaves a precondition open."""
    limits: str = ""
    """What is not handled; may be empty."""


@dataclass(frozen=True, slots=True)
class AdminProbes:
    """What a principal must be allowed, unconditionally, to count as administrator of its account."""

    grant: tuple[str, ...]
    """Actions by which it grants itself any action."""
    reach: tuple[str, ...]
    """A sample of actions on resources, so that a ceiling is seen."""

    @property
    def all(self) -> tuple[str, ...]:
        """Return every probe."""
        return self.grant + self.reach


@dataclass(frozen=True, slots=True)
class ImpactCatalog:
    """Impact classes and administrator probes of one provider."""

    classes: Mapping[Impact, tuple[str, ...]]
    titles: Mapping[Impact, str]
    admin: AdminProbes


def _load(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(files("graph.catalog").joinpath(name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"graph/catalog/{name}: {error}") from error


def _names(folder: str) -> list[str]:
    """Return the TOML files of a folder of the catalogue, in name order."""
    entries = files("graph.catalog").joinpath(folder).iterdir()
    return sorted(f"{folder}/{entry.name}" for entry in entries if entry.name.endswith(".toml"))


def _text(name: str, row: int, table: Mapping[str, Any], key: str, *, empty: bool = False) -> str:
    value = table.get(key)
    if not isinstance(value, str) or (not value and not empty):
        raise CatalogError(f"graph/catalog/{name}: row {row}: field `{key}` must be text")
    return value


def _strings(name: str, row: int, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise CatalogError(f"graph/catalog/{name}: row {row}: field `{key}` must be a list of text")
    return tuple(value)


def _integer(name: str, row: int, table: Mapping[str, Any], key: str) -> int:
    value = table.get(key)
    if not isinstance(value, int):
        raise CatalogError(f"graph/catalog/{name}: row {row}: field `{key}` must be a whole number")
    return value


def _edge_kind(name: str, row: int, text: str) -> EdgeKind:
    try:
        return EdgeKind(text)
    except ValueError:
        raise CatalogError(f"graph/catalog/{name}: row {row}: `{text}` is no edge kind") from None


@cache
def edge_kinds() -> Mapping[EdgeKind, EdgeRow]:
    """Return every edge kind of the catalogue; raises ``CatalogError`` when one is missing or malformed."""
    name = "edges.toml"
    rows: dict[EdgeKind, EdgeRow] = {}
    for number, table in enumerate(_load(name).get("edge", []), start=1):
        kind = _edge_kind(name, number, _text(name, number, table, "kind"))
        if not isinstance(table.get("traversable"), bool):
            raise CatalogError(f"graph/catalog/{name}: row {number}: field `traversable` must be true or false")
        rows[kind] = EdgeRow(
            kind, table["traversable"], _integer(name, number, table, "cost"), _text(name, number, table, "description")
        )
    missing = [kind.value for kind in EdgeKind if kind not in rows]
    if missing:
        raise CatalogError(f"graph/catalog/{name}: no row for {', '.join(missing)}")
    return rows


@cache
def techniques_aws() -> Mapping[str, Technique]:
    """Return AWS techniques keyed by id; raises ``CatalogError`` on a duplicate id or a malformed row."""
    return _techniques("techniques_aws")


@cache
def techniques_entra() -> Mapping[str, Technique]:
    """Return Entra techniques keyed by id; raises ``CatalogError`` on a duplicate id or a malformed row."""
    return _techniques("techniques_entra")


@cache
def techniques_azure() -> Mapping[str, Technique]:
    """Return Azure techniques keyed by id; raises ``CatalogError`` on a duplicate id or a malformed row."""
    return _techniques("techniques_azure")


@cache
def techniques_github() -> Mapping[str, Technique]:
    """Return GitHub techniques keyed by id; raises ``CatalogError`` on a duplicate id or a malformed row."""
    return _techniques("techniques_github")


@cache
def techniques() -> Mapping[str, Technique]:
    """Return the techniques of every provider keyed by id."""
    return {**techniques_aws(), **techniques_entra(), **techniques_azure(), **techniques_github()}


def _techniques(folder: str) -> Mapping[str, Technique]:
    rows: dict[str, Technique] = {}
    for name in _names(folder):
        for number, table in enumerate(_load(name).get("technique", []), start=1):
            row = _technique(name, number, table)
            if row.id in rows:
                raise CatalogError(f"graph/catalog/{name}: row {number}: id `{row.id}` stands twice")
            rows[row.id] = row
    return rows


def _technique(name: str, number: int, table: Mapping[str, Any]) -> Technique:
    return Technique(
        id=_text(name, number, table, "id"),
        title=_text(name, number, table, "title"),
        edge=_edge_kind(name, number, _text(name, number, table, "edge")),
        permissions=_strings(name, number, table, "permissions"),
        gain=_text(name, number, table, "gain"),
        needs=_text(name, number, table, "needs", empty=True),
        cost=_integer(name, number, table, "cost"),
        source=_text(name, number, table, "source"),
        missing=_text(name, number, table, "missing"),
        limits=_text(name, number, table, "limits", empty=True) if "limits" in table else "",
    )


@cache
def impact_aws() -> ImpactCatalog:
    """Return AWS impact classes and administrator probes."""
    name = "impact_aws.toml"
    table = _load(name)
    classes = {Impact(key): _strings(name, 0, table["classes"], key) for key in table["classes"]}
    titles = {Impact(key): _text(name, 0, table["class_titles"], key) for key in table["class_titles"]}
    admin = AdminProbes(
        _strings(name, 0, table["admin"], "grant_probes"), _strings(name, 0, table["admin"], "reach_probes")
    )
    return ImpactCatalog(classes, titles, admin)
