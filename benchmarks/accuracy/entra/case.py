"""One case of the held-out set for Entra ID and Azure: a small tenant, and claims about it with their truth.

Input: what a file of ``benchmarks.accuracy.entra.cases`` says. Output: ``Case``, ``Claim`` and the evidence folder.
Not handled: answering a claim.

A claim says which answers the vendor's documentation bears. Most bear one: ``yes``, ``no``, or ``conditional`` (a step
is open that the evidence cannot decide, such as the activation of an eligible role). Where the documentation leaves two
open, both are right: ``yes|conditional`` for a password that is reset (whether a second factor is asked for is not in
the evidence), ``no|conditional`` for a disabled account (somebody must enable it first).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.entra.scope import Scope
from benchmarks.accuracy.entra.tenant import TENANT, Tenant

__all__ = [
    "AS_OF",
    "EITHER",
    "GATED",
    "LEARN",
    "NOT_NOW",
    "NOT_SURE",
    "OPEN",
    "Case",
    "Claim",
    "gated",
    "no",
    "some",
    "write_case",
    "yes",
]

AS_OF: Final = "2026-11-30T00:00:00Z"
"""When the claims hold."""
LEARN: Final = "https://learn.microsoft.com/"
GATED: Final = "conditional"
EITHER: Final = "yes|conditional"
NOT_NOW: Final = "no|conditional"
NOT_SURE: Final = "no|conditional|unknown"
OPEN: Final = "yes|conditional|unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """One question about a tenant, and the answers that its documentation bears."""

    subject: str
    """A name, ``key:NAME`` for a credential, or ``oidc://ISSUER/SUBJECT``."""
    target: str
    """``admin`` of the tenant, ``sub:``, ``mg:`` for full control there, ``vault:`` for its secrets, or a name."""
    expect: str
    why: str = ""
    source: str = ""

    @property
    def accepted(self) -> tuple[str, ...]:
        """Return the answers that count as right."""
        return tuple(self.expect.split("|"))

    @property
    def positive(self) -> bool:
        """Tell whether staying silent is wrong."""
        return "no" not in self.accepted


@dataclass(frozen=True, slots=True)
class Case:
    """A small tenant and the claims about it."""

    name: str
    """``<area>/<what is special>``."""
    why: str
    source: str
    tenant: Tenant
    claims: tuple[Claim, ...]
    scope: Scope | None = None
    """The Azure side, where there is one."""
    declared: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def area(self) -> str:
        """Return what the name begins with."""
        return self.name.split("/", 1)[0]

    @property
    def provider(self) -> str:
        """Return which part of the table the case belongs to."""
        return "Azure" if self.scope else "Entra"

    @property
    def batch(self) -> str:
        """Return when it was written: ``first``, or ``second`` after the repairs that the first batch led to."""
        return "second" if "second" in self.area else "first"


def yes(subject: str, target: str, why: str = "", source: str = "") -> Claim:
    """Return a claim that holds."""
    return Claim(subject, target, "yes", why, source)


def no(subject: str, target: str, why: str = "", source: str = "") -> Claim:
    """Return a claim that does not hold."""
    return Claim(subject, target, "no", why, source)


def gated(subject: str, target: str, why: str = "", source: str = "") -> Claim:
    """Return a claim that holds when a condition does that evidence leaves open."""
    return Claim(subject, target, GATED, why, source)


def some(expect: str, subject: str, target: str, why: str = "", source: str = "") -> Claim:
    """Return a claim to which several answers are right."""
    return Claim(subject, target, expect, why, source)


def write_case(folder: Path, one: Case) -> None:
    """Write a case's evidence, as ``nhi build`` reads it."""
    for name, body in one.tenant.files():
        _write(folder / "entra" / TENANT / name, body)
    if one.scope:
        for place, name, body in one.scope.files():
            _write(folder / "azure" / place / name, body)
    for name, rows in one.declared.items():
        _write(folder / "declared" / name, rows)


def _write(path: Path, body: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(body, list):
        text = "".join(json.dumps(line) + "\n" for line in body)
        path.with_name(f"{path.name}.jsonl").write_text(text, encoding="utf-8")
    else:
        path.with_name(f"{path.name}.json").write_text(json.dumps(body), encoding="utf-8")
