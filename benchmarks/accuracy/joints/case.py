"""One case of the held-out set for joints: a small estate of several systems, and claims with their truth.

Input: what a file of ``benchmarks.accuracy.joints.cases`` says. Output: ``Case`` and its evidence folder.
Not handled: answering a claim; states of Terraform, which a command imports (``ours``).

Claims are those of the set for GitHub: ``yes`` is verified, ``gated`` conditional, ``gap`` unverified. Things are
called ``user:NAME`` and ``role:NAME`` (of the account), ``lambda:NAME``, ``eks:NAME``, ``aks:NAME``, ``site:NAME``,
``gh:LOGIN``, ``gitlab:PROJECT``, ``entra:NAME`` (service principal or managed identity), ``client:NAME`` (whatever
bears its app id), ``other:SYSTEM/SCOPE:ID``, ``state:NAME``, ``tenant`` and ``account`` (administer it). ``left`` as a
target means that the person behind the subject is said to be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import TENANT, Tenant
from benchmarks.accuracy.github.case import AS_OF, Claim, gap, gated, no, some, write_file, yes
from benchmarks.accuracy.github.organization import Lines, Organization

__all__ = ["AS_OF", "RANKS", "Case", "Claim", "case", "gap", "gated", "no", "some", "write_case", "yes"]

RANKS: Final = "docs/joints.md#evidence-of-what-a-secret-holds"


@dataclass(frozen=True, slots=True)
class Case:
    """A small estate and the claims about it; a system that is ``None`` was not collected."""

    name: str
    """``<joint>/<what is special>``."""
    why: str
    source: str
    claims: tuple[Claim, ...]
    aws: Account | None = None
    entra: Tenant | None = None
    azure: Scope | None = None
    github: Organization | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further files by path: rows of ``.jsonl``, content of ``.json``, text."""
    declared: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    states: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Text of a state and where it is stored (an address for ``--stored-in``, or empty), by workspace."""

    @property
    def area(self) -> str:
        """Return what the name begins with."""
        return self.name.split("/", 1)[0]


def case(name: str, why: str, source: str, *claims: Iterator[Claim], **systems: Any) -> Case:
    """Return a case; ``systems`` are fields of ``Case``."""
    return Case(name, why, source, tuple(one for some_of in claims for one in some_of), **systems)


def write_case(folder: Path, one: Case) -> None:
    """Write a case's evidence, as ``nhi build`` reads it."""
    if one.github:
        for name, body in one.github.files():
            write_file(folder / "github" / one.github.name / name, body)
    if one.aws:
        for name, body in one.aws.files():
            write_file(folder / "aws" / one.aws.id / name, Lines(body) if isinstance(body, list) else body)
    if one.entra:
        for name, body in one.entra.files():
            write_file(folder / "entra" / TENANT / name, Lines(body) if isinstance(body, list) else body)
    if one.azure:
        for place, name, body in one.azure.files():
            write_file(folder / "azure" / place / name, body)
    for name, rows in one.declared.items():
        write_file(folder / "declared" / name, Lines(rows))
    for name, body in one.more.items():
        lines = name.endswith(".jsonl")
        write_file(folder / name.removesuffix(".jsonl").removesuffix(".json"), Lines(body) if lines else body)
