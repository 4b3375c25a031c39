"""What people state about their estate: owners, environments, crown jewels, accounts, secrets, logins.

Input: ``declared/*.csv`` and ``declared/*.jsonl``. Output: ``Declared``, and a gap for every row that cannot be used.
Not handled: whether the ids that a row names exist; the graph says so when it joins them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TypeVar

from collectors.errors import EvidenceError
from collectors.evidence.rows import RowFields, csv_rows, json_rows
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
    """Id of an AWS account or of an Entra tenant, ``github-app:SLUG`` or ``github:ORGANIZATION``."""
    relation: str
    """``own``, ``vendor`` or ``unknown``."""
    ref: EvidenceRef
    vendor: str = ""
    """The vendor's name, the same for all its accounts and tenants; empty when not stated."""
    name: str = ""
    """What people call it: the domain of a tenant, the name of an account; empty when not stated."""


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


_BUILDERS: dict[str, Callable[[RowFields, EvidenceRef], DeclaredRow]] = {
    "owners": lambda row, ref: DeclaredOwner(
        row.required("identity"), row.required("owner"), row.text("team"), row.flag("active"), ref
    ),
    "environments": lambda row, ref: DeclaredEnvironment(row.match(), row.required("environment"), ref),
    "jewels": lambda row, ref: DeclaredJewel(row.match(), row.required("name"), row.one_of("impact", _IMPACTS), ref),
    "accounts": lambda row, ref: DeclaredAccount(
        row.account(), row.one_of("relation", _RELATIONS), ref, row.text("vendor"), row.text("name")
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
    "accounts": ("account", "relation", "vendor", "name"),
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
    for number, pointer, row in json_rows(text) if lines else csv_rows(text):
        if isinstance(row, EvidenceError):
            gaps.append(_gap(kind, f"{file}: line {number}: {row}"))
            continue
        for name in sorted(set(row) - set(columns) - strangers):
            strangers.add(name)
            gaps.append(_gap(kind, f"{file}: line {number}: column {name!r} is not known ({', '.join(columns)})"))
        try:
            found.append(_BUILDERS[kind](RowFields(row), EvidenceRef(file, pointer)))
        except EvidenceError as error:
            gaps.append(_gap(kind, f"{file}: line {number}: {error}"))
    return Declared(**{kind: tuple(found)}), gaps  # type: ignore[arg-type]  # kind chose the builder


def _gap(kind: str, reason: str) -> Gap:
    return Gap("declared", kind, kind, reason, lost="What this row states.")
