"""One case of the held-out set for GitHub: small organizations, what trusts their tokens, and claims with their truth.

Input: what a file of ``benchmarks.accuracy.github.cases`` says. Output: ``Case``, ``Claim`` and the evidence folder.
Not handled: answering a claim.

A claim says which answers the vendors' documentation bears. Most bear one: ``yes``, ``no``, ``conditional`` (somebody
else must review or approve), ``unknown`` (evidence that decides was not collected). Where the documentation leaves two
open, both are right: ``yes|conditional`` where a gate is one that the subject can mostly pass alone (status checks that
a writer can set, a timer, the approval of a first contribution), ``no|conditional`` where somebody else would have to
do the decisive thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.entra.tenant import TENANT, Tenant
from benchmarks.accuracy.github.organization import Lines, Organization

__all__ = [
    "ANYONE",
    "AS_OF",
    "AWS",
    "DOCS",
    "EITHER",
    "LEARN",
    "NOT_ALONE",
    "OPEN",
    "UNSEEN",
    "Case",
    "Claim",
    "case",
    "gap",
    "gated",
    "no",
    "some",
    "write_case",
    "write_file",
    "yes",
]

AS_OF: Final = "2026-11-30T00:00:00Z"
"""When the claims hold."""
DOCS: Final = "https://docs.github.com/en/"
AWS: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
LEARN: Final = "https://learn.microsoft.com/entra/workload-id/"
ANYONE: Final = "anyone"
"""Somebody with an account on GitHub and no role here."""
EITHER: Final = "yes|conditional"
OPEN: Final = "yes|conditional|unknown"
NOT_ALONE: Final = "no|conditional"
UNSEEN: Final = "conditional|unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """One question about a case, and the answers that its documentation bears.

    Subjects: a login, ``anyone``, ``app:SLUG``, ``key:REPOSITORY/TITLE``, ``token:NAME`` (fine-grained),
    ``classic:LOGIN``. Targets: ``org`` (administer the organization), ``admin:REPOSITORY``, ``code:REPOSITORY`` (run a
    workflow of one's own there), ``secret:REPOSITORY/NAME``, ``secret:REPOSITORY/ENVIRONMENT/NAME``, ``shared:NAME``
    (secret of the organization), ``runner:NAME``, ``role:NAME`` of AWS, ``entra:NAME``, ``tenant`` (administer it).
    ``ORGANIZATION:`` stands before a target's repository or a token's name where it is not the first organization's,
    as in ``secret:acme:flows/KEY``.
    """

    subject: str
    target: str
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
    """Small organizations and the claims about them."""

    name: str
    """``<area>/<what is special>``."""
    why: str
    source: str
    organizations: tuple[Organization, ...]
    claims: tuple[Claim, ...]
    account: Account | None = None
    tenant: Tenant | None = None

    @property
    def area(self) -> str:
        """Return what the name begins with."""
        return self.name.split("/", 1)[0]


def case(
    name: str,
    why: str,
    source: str,
    organizations: Organization | tuple[Organization, ...],
    *claims: Iterator[Claim],
    account: Account | None = None,
    tenant: Tenant | None = None,
) -> Case:
    """Return a case of one organization, or of several, the first of which targets mean."""
    several = organizations if isinstance(organizations, tuple) else (organizations,)
    return Case(name, why, source, several, tuple(one for some_of in claims for one in some_of), account, tenant)


def yes(subject: str, *targets: str, why: str = "") -> Iterator[Claim]:
    """Yield claims that hold."""
    return some("yes", subject, *targets, why=why)


def no(subject: str, *targets: str, why: str = "") -> Iterator[Claim]:
    """Yield claims that do not hold."""
    return some("no", subject, *targets, why=why)


def gated(subject: str, *targets: str, why: str = "") -> Iterator[Claim]:
    """Yield claims that hold once somebody else agrees."""
    return some("conditional", subject, *targets, why=why)


def gap(subject: str, *targets: str, why: str = "") -> Iterator[Claim]:
    """Yield claims that evidence leaves open, so that both yes and no would be wrong."""
    return some("unknown", subject, *targets, why=why)


def some(expect: str, subject: str, *targets: str, why: str = "") -> Iterator[Claim]:
    """Yield claims to which several answers are right."""
    for target in targets:
        yield Claim(subject, target, expect, why)


def write_case(folder: Path, one: Case) -> None:
    """Write a case's evidence, as ``nhi build`` reads it."""
    for organization in one.organizations:
        for name, body in organization.files():
            write_file(folder / "github" / organization.name / name, body)
    if one.account:
        for name, body in one.account.files():
            write_file(folder / "aws" / one.account.id / name, Lines(body) if isinstance(body, list) else body)
    if one.tenant:
        for name, body in one.tenant.files():
            write_file(folder / "entra" / TENANT / name, Lines(body) if isinstance(body, list) else body)


def write_file(path: Path, body: Any) -> None:
    """Write text as it is, ``Lines`` as ``.jsonl``, anything else as ``.json``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(body, str):
        path.write_text(body, encoding="utf-8")
    elif isinstance(body, Lines):
        text = "".join(json.dumps(line) + "\n" for line in body)
        path.with_name(f"{path.name}.jsonl").write_text(text, encoding="utf-8")
    else:
        path.with_name(f"{path.name}.json").write_text(json.dumps(body), encoding="utf-8")
