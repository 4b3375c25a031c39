"""One case of the set: a small account, one question, the answer that the vendor's documentation gives.

Input: what a file of ``benchmarks.accuracy.cases`` says. Output: ``Case``, and its evidence folder.
Not handled: answering the question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.organization import MANAGER, organization_files
from benchmarks.accuracy.statements import Json, user_arn

__all__ = ["ADMIN", "IAM", "MALLORY", "PF", "RHINO", "SERVICE", "Case", "Expect", "case", "write_case"]

Expect: TypeAlias = Literal["yes", "conditional", "no"]
ADMIN: Final = "admin"
"""The target of most questions: may the caller give itself any action on any resource of the account?"""
MALLORY: Final = user_arn("mallory")
PF: Final = "https://pathfinding.cloud/paths/"
RHINO: Final = "https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/"
IAM: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
SERVICE: Final = "https://docs.aws.amazon.com/service-authorization/latest/reference/"


@dataclass(frozen=True, slots=True)
class Case:
    """A small account and a question."""

    name: str
    """``<technique>/<what is special>``."""
    technique: str
    expect: Expect
    """``conditional``: a condition that evidence alone cannot decide."""
    why: str
    source: str
    accounts: tuple[Account, ...]
    who: str = MALLORY
    target: str = ADMIN
    """``admin`` of the first account, or the id of a principal or resource."""
    declared: Mapping[str, Sequence[Json]] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """Return what the technique's id begins with, such as ``iam``, ``lambda`` or ``guard``."""
        parts = self.technique.split("-")
        return parts[1] if parts[0] == "nhi" else parts[0]

    @property
    def positive(self) -> bool:
        """Tell whether the caller can, or could, reach the target."""
        return self.expect != "no"


def case(
    name: str,
    expect: Expect,
    why: str,
    source: str,
    *accounts: Account,
    who: str = MALLORY,
    target: str = ADMIN,
    declared: Mapping[str, Sequence[Json]] | None = None,
) -> Case:
    """Return a case; its technique is the part of the name before the slash."""
    return Case(name, name.split("/", 1)[0], expect, why, source, accounts, who, target, declared or {})


def write_case(folder: Path, one: Case) -> None:
    """Write a case's evidence, as ``nhi build`` reads it."""
    for account in one.accounts:
        for name, body in account.files():
            _write(folder / "aws" / account.id / name, body)
        if account.organization:
            for name, body in organization_files(account):
                _write(folder / "aws" / MANAGER / name, body)
    for name, rows in one.declared.items():
        _write(folder / "declared" / name, list(rows))


def _write(path: Path, body: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(body, list):
        text = "".join(json.dumps(line) + "\n" for line in body)
        path.with_name(f"{path.name}.jsonl").write_text(text, encoding="utf-8")
    else:
        path.with_name(f"{path.name}.json").write_text(json.dumps(body), encoding="utf-8")
