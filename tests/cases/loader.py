"""Reads the corpus of AWS evaluation cases.

Input: ``tests/cases/evaluate_aws/*.toml``. Output: ``Case`` objects, sorted by file, then in the file's order.
Not handled: what an evaluator answers; docs/evaluation/aws-cases.md explains the format.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from tests.reference.aws_world import Json, What, Who, World

FOLDER = Path(__file__).resolve().parent / "evaluate_aws"
Made = TypeVar("Made", Who, What)
WANTS = ("allowed", "denied", "not_allowed", "conditional", "unverified")
MISSABLE = ("identity", "group", "boundary", "scps", "rcps", "resource_policy", "session")
REQUIRED = {"name", "layer", "family", "rule", "source", "principal", "action", "resource", "want"}
OPTIONAL = {
    "context", "absent", "identity", "group", "boundary", "scps", "rcps", "resource_policy", "resource_mandatory",
    "session", "want_residual_keys", *(f"{layer}_missing" for layer in MISSABLE),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One request, its policies and the answer that the vendor's documentation gives."""

    name: str
    file: str
    layer: str
    family: str
    rule: str
    source: str
    world: World
    """Every document that could be read; group policies follow the identity's own."""
    groups: int
    """How many of ``world.identity`` come from groups; they are last."""
    missing: frozenset[str]
    """Layers of which one document exists and could not be read."""
    want: str
    want_residual_keys: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def load_cases() -> tuple[Case, ...]:
    """Return the whole corpus.

    Raises
    ------
    ValueError
        A case has an unknown or lacks a required field, or a field of the wrong form; the text names file and case.
    """
    found: list[Case] = []
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for row in table["case"]:
            try:
                found.append(_case(row, path.name))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path.name}: {row.get('name', '?')}: {error}") from error
    return tuple(found)


def _case(row: Mapping[str, Any], file: str) -> Case:
    wrong = (row.keys() - REQUIRED - OPTIONAL) | (REQUIRED - row.keys())
    if wrong:
        raise ValueError(f"fields unknown or lacking: {sorted(wrong)}")
    if row["want"] not in WANTS:
        raise ValueError(f"want is {row['want']!r}")
    group = _documents(row.get("group", []))
    world = World(
        who=_made(Who, row["principal"]),
        action=row["action"],
        what=_made(What, row["resource"]),
        context={key: tuple(values) for key, values in row.get("context", {}).items()},
        absent=tuple(row.get("absent", [])),
        identity=_documents(row.get("identity", [])) + group,
        boundary=_document(row.get("boundary")),
        scps=tuple(_documents(level) for level in row.get("scps", [])),
        rcps=tuple(_documents(level) for level in row.get("rcps", [])),
        resource_policy=_document(row.get("resource_policy")),
        resource_mandatory=row.get("resource_mandatory", False),
        session=_documents(row.get("session", [])),
    )
    return Case(
        name=row["name"], file=file, layer=row["layer"], family=row["family"], rule=row["rule"], source=row["source"],
        world=world, groups=len(group), missing=frozenset(m for m in MISSABLE if row.get(f"{m}_missing")),
        want=row["want"], want_residual_keys=tuple(row.get("want_residual_keys", [])),
    )  # fmt: skip


def _made(kind: type[Made], row: Mapping[str, Any]) -> Made:
    unknown = row.keys() - {f.name for f in fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} has no {sorted(unknown)}")
    return kind(**row)


def _document(text: str | None) -> Json | None:
    if text is None:
        return None
    document = json.loads(text)
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("a policy is a JSON object with Statement")
    return document


def _documents(texts: list[str]) -> tuple[Json, ...]:
    return tuple(d for d in map(_document, texts) if d is not None)
