"""Ask this product the claims of a case about joints: ``nhi import terraform``, ``nhi build``, ``nhi blast-radius``.

Input: a case and a temporary folder. Output: a verdict for each claim. Not handled: any other command.
Whether a person is said to be gone is ``person_active`` of the node in ``nodes.parquet`` (``docs/snapshot.md``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from pyarrow import parquet

from benchmarks.accuracy.asking import Answer, ask_claims, asked
from benchmarks.accuracy.asking import Given as AnyGiven
from benchmarks.accuracy.command import command
from benchmarks.accuracy.entra.tenant import TENANT, identifier
from benchmarks.accuracy.joints.case import AS_OF, Case, write_case
from benchmarks.accuracy.statements import ACCOUNT, arn, role_arn, user_arn

__all__ = ["Given", "ask_us"]

Given: TypeAlias = AnyGiven[Case]
_LEFT: Final = "left"


def ask_us(one: Case, folder: Path) -> Iterator[Given]:
    """Build a snapshot of the case in the folder and ask each of its claims, as ``ask_claims`` says."""
    evidence, workspace = folder / "evidence", folder / "workspace"

    def build() -> str:
        for name, (text, stored_in) in one.states.items():
            _import(folder, name, text, stored_in)
        imported = [str(folder / "states" / name) for name in one.states]
        place = ("--as-of", AS_OF, "--workspace", str(workspace))
        return command("build", str(evidence), *imported, *place).split()[-1]

    def answers(subject: str, snapshot: str) -> list[Answer]:
        who = _node(one, subject)
        answer = asked(who, snapshot, workspace)
        gone = _attributes(workspace, who).get("person_active") is False
        return [{**answer, _LEFT: gone}] if answer else []

    write_case(evidence, one)
    yield from ask_claims(one, build, answers, lambda answer, target: _states(answer, one, target))


def _import(folder: Path, name: str, text: str, stored_in: str) -> None:
    file = folder / f"{name}.tfstate"
    file.write_text(text, encoding="utf-8")
    kept = ("--stored-in", stored_in) if stored_in else ()
    place = ("--output", str(folder / "states" / name), "--workspace", str(folder / "workspace"))
    command("import", "terraform", str(file), "--name", name, *kept, *place)


def _attributes(workspace: Path, node: str) -> dict[str, Any]:
    for file in workspace.rglob("nodes.parquet"):
        for row in parquet.read_table(file, columns=["id", "attributes"]).to_pylist():
            if row["id"] == node:
                found: dict[str, Any] = json.loads(row["attributes"])
                return found
    return {}


def _states(answer: Answer, one: Case, target: str) -> Iterator[str]:
    if target == _LEFT:
        yield from ["verified"] if answer[_LEFT] else []
    elif target in ("tenant", "account"):
        scope = TENANT if target == "tenant" else ACCOUNT
        yield from (each["state"] for each in answer["admin_of"] if each["scope"].endswith(scope))
    elif target.startswith("client:"):
        own = identifier("client", target.removeprefix("client:"))
        yield from (each["state"] for each in answer["reaches"] if own in each["id"])
    else:
        node = _node(one, target)
        yield from (each["state"] for each in answer["reaches"] if each["id"] == node)


def _node(one: Case, thing: str) -> str:
    """Return the id of a thing, as ``docs/adr`` says what nodes are called."""
    kind, name = thing.split(":", 1)
    if kind == "role":
        return role_arn(name)
    if kind == "user":
        return user_arn(name)
    if kind == "lambda":
        return arn("lambda", f"function:{name}")
    if kind == "eks":
        return arn("eks", f"cluster/{name}")
    if kind in ("aks", "site"):
        assert one.azure is not None
        return "azure:" + one.azure.path(f"at:{name}").lower()
    if kind == "entra":
        assert one.entra is not None
        return f"entra:{one.entra.id(name)}"
    other = {"gh": "github:user:", "gitlab": "gitlab:ci:", "state": "terraform:"}.get(kind)
    return f"{other}{name}" if other else thing
