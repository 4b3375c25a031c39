"""What people state about their estate: owners, environments, crown jewels, accounts, secrets, logins.

Input: ``declared/*.csv`` and ``declared/*.jsonl``. Output: ``Declared``, and a gap for every row that cannot be used.
Not handled: whether the ids that a row names exist; the graph says so when it joins them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from collectors.errors import EvidenceError
from collectors.interface import EvidenceRef, Gap

__all__ = [
    "DECLARED_KINDS",
    "Declared",
    "DeclaredAccount",
    "DeclaredEnvironment",
    "DeclaredJewel",
    "DeclaredOwner",
    "DeclaredPerson",
    "DeclaredSecret",
    "read_declared_file",
]

_TRUE = frozenset({"true", "yes", "1", "y"})
_FALSE = frozenset({"false", "no", "0", "n"})
_RELATIONS = frozenset({"own", "vendor", "unknown"})
_IMPACTS = frozenset(f"H{number}" for number in range(1, 12))


@dataclass(frozen=True, slots=True)
class DeclaredOwner:
    """Who answers for an identity."""

    identity: str
    owner: str
    team: str
    active: bool | None
    """Whether the owner still works here; ``None``: not stated."""
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class DeclaredEnvironment:
    """Which environment the matching objects are in."""

    match: str
    """``*`` glob on the id, or ``tag:KEY=VALUE``."""
    environment: str
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class DeclaredJewel:
    """An object whose loss would hurt most."""

    match: str
    """``*`` glob on the id, or ``tag:KEY=VALUE``."""
    name: str
    impact: str
    """``H1`` … ``H11``, the impact class."""
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class DeclaredAccount:
    """Whose an account is."""

    account: str
    """Id of an AWS account or of an Entra tenant."""
    relation: str
    """``own``, ``vendor`` or ``unknown``."""
    ref: EvidenceRef
    vendor: str = ""
    """The vendor's name, the same for all its accounts and tenants; empty when not stated."""


@dataclass(frozen=True, slots=True)
class DeclaredSecret:
    """Which credential a secret holds; the value is never stated."""

    secret: str
    credential: str
    identity: str
    type: str
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class DeclaredPerson:
    """Which person uses a login."""

    login: str
    person: str
    active: bool | None
    """``None``: not stated."""
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything declared, in file order."""

    owners: tuple[DeclaredOwner, ...] = ()
    environments: tuple[DeclaredEnvironment, ...] = ()
    jewels: tuple[DeclaredJewel, ...] = ()
    accounts: tuple[DeclaredAccount, ...] = ()
    secrets: tuple[DeclaredSecret, ...] = ()
    people: tuple[DeclaredPerson, ...] = ()

    def merged(self, other: Declared) -> Declared:
        """Return both together."""
        return Declared(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Declared)))


DeclaredRow = DeclaredOwner | DeclaredEnvironment | DeclaredJewel | DeclaredAccount | DeclaredSecret | DeclaredPerson
_Row = TypeVar("_Row", bound=DeclaredRow)


class _Fields:
    """One row's fields, read by name; a wrong one raises with its name."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row

    def text(self, name: str) -> str:
        value = self._row.get(name)
        if value is None:
            return ""
        if isinstance(value, bool | dict | list):
            raise EvidenceError(f"{name} must be text")
        return str(value).strip()

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise EvidenceError(f"{name} is missing")
        return value

    def flag(self, name: str) -> bool | None:
        value = self._row.get(name)
        word = value.strip().lower() if isinstance(value, str) else value
        if word is None or word == "":
            return None
        if word is True or word in _TRUE:
            return True
        if word is False or word in _FALSE:
            return False
        raise EvidenceError(f"{name} must be true or false, not {value!r}")

    def one_of(self, name: str, allowed: frozenset[str]) -> str:
        value = self.required(name)
        if value not in allowed:
            raise EvidenceError(f"{name} must be one of {', '.join(sorted(allowed, key=_natural))}, not {value!r}")
        return value

    def match(self) -> str:
        value = self.required("match")
        if value.startswith("tag:") and not ("=" in value and value[4:].split("=", 1)[0]):
            raise EvidenceError(f"match {value!r} must read tag:KEY=VALUE")
        return value

    def account(self) -> str:
        value = self.required("account")
        # A spreadsheet drops the leading zeros of an AWS account id.
        return value.zfill(12) if value.isdigit() else value


def _natural(word: str) -> tuple[int, str]:
    return len(word), word


_BUILDERS: dict[str, Callable[[_Fields, EvidenceRef], DeclaredRow]] = {
    "owners": lambda row, ref: DeclaredOwner(
        row.required("identity"), row.required("owner"), row.text("team"), row.flag("active"), ref
    ),
    "environments": lambda row, ref: DeclaredEnvironment(row.match(), row.required("environment"), ref),
    "jewels": lambda row, ref: DeclaredJewel(row.match(), row.required("name"), row.one_of("impact", _IMPACTS), ref),
    "accounts": lambda row, ref: DeclaredAccount(
        row.account(), row.one_of("relation", _RELATIONS), ref, row.text("vendor")
    ),
    "secrets": lambda row, ref: DeclaredSecret(
        row.required("secret"), row.text("credential"), row.text("identity"), row.text("type"), ref
    ),
    "people": lambda row, ref: DeclaredPerson(row.required("login"), row.required("person"), row.flag("active"), ref),
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "owners": ("identity", "owner", "team", "active"),
    "environments": ("match", "environment"),
    "jewels": ("match", "name", "impact"),
    "accounts": ("account", "relation", "vendor"),
    "secrets": ("secret", "credential", "identity", "type"),
    "people": ("login", "person", "active"),
}
DECLARED_KINDS = frozenset(_COLUMNS)
"""File stems that the ``declared`` folder may hold."""


def read_declared_file(kind: str, text: str, file: str, *, lines: bool) -> tuple[Declared, list[Gap]]:
    """Read one file of the ``declared`` folder.

    Parameters
    ----------
    kind
        One of ``DECLARED_KINDS``.
    text
        The file's text.
    file
        Its name relative to the evidence root, for references and gaps.
    lines
        True for JSON Lines, false for CSV.

    Returns
    -------
    tuple
        What the good rows declare; a gap, naming file and line, for every bad row and unknown column.
    """
    gaps: list[Gap] = []
    found: list[DeclaredRow] = []
    strangers: set[str] = set()
    columns = _COLUMNS[kind]
    for number, pointer, row in _json_rows(text) if lines else _csv_rows(text):
        if isinstance(row, EvidenceError):
            gaps.append(_gap(kind, f"{file}: line {number}: {row}"))
            continue
        for name in sorted(set(row) - set(columns) - strangers):
            strangers.add(name)
            gaps.append(_gap(kind, f"{file}: line {number}: column {name!r} is not known ({', '.join(columns)})"))
        try:
            found.append(_BUILDERS[kind](_Fields(row), EvidenceRef(file, pointer)))
        except EvidenceError as error:
            gaps.append(_gap(kind, f"{file}: line {number}: {error}"))
    return Declared(**{kind: tuple(found)}), gaps  # type: ignore[arg-type]  # kind chose the builder


def _gap(kind: str, reason: str) -> Gap:
    return Gap("declared", kind, kind, reason, lost="What this row states.")


def _json_rows(text: str) -> Iterator[tuple[int, str, dict[str, Any] | EvidenceError]]:
    for index, line in enumerate(text.split("\n")):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield index + 1, f"/{index}", EvidenceError("not JSON")
            continue
        if isinstance(row, dict):
            yield index + 1, f"/{index}", row
        else:
            yield index + 1, f"/{index}", EvidenceError("must be a JSON object")


def _csv_rows(text: str) -> Iterator[tuple[int, str, dict[str, Any] | EvidenceError]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header: list[str] | None = None
    count = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield reader.line_num, "", EvidenceError(f"not CSV: {error}")
            return
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            continue
        pointer, count = f"/{count}", count + 1
        if len(cells) > len(header):
            yield reader.line_num, pointer, EvidenceError(f"has {len(cells)} fields, the header has {len(header)}")
        else:
            yield reader.line_num, pointer, dict(zip(header, cells, strict=False))


def _delimiter(text: str) -> str:
    """Return ``;`` for files that a spreadsheet saved in a country where the comma is the decimal sign."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return ";" if ";" in first and "," not in first else ","
