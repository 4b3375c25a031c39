"""Load the public decision table.

Input: ``decision_table.toml`` beside this file. Output: ``DecisionTable``.
Not handled: nothing that AWS decides is written in code; the table is the place to change.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from graph.evaluate.aws.matching import PrincipalMatch
from graph.evaluate.aws.principals import PrincipalKind

__all__ = ["DecisionTable", "Never", "Row", "WithoutPermission", "decision_table"]

_FILE = "decision_table.toml"


@dataclass(frozen=True, slots=True)
class Row:
    """What else must allow when a resource's policy names the caller in one form."""

    account: str
    """``same``, ``cross`` or ``none``."""
    form: str
    """A ``PrincipalMatch``, or ``*``."""
    needs: tuple[str, ...]
    unclear: tuple[str, ...]
    """Layers of whose missing allow AWS says nothing; ``federated``: the caller kind for which the row is unclear."""
    why: str
    action: str = ""
    """The only action that the row holds for; empty: any."""
    kinds: tuple[str, ...] = ()
    """Caller kinds that the row holds for; empty: any."""


@dataclass(frozen=True, slots=True)
class WithoutPermission:
    """A call that needs no permission."""

    action: str
    kinds: tuple[str, ...]
    """Caller kinds that it holds for; empty: all signed callers."""
    source: str


@dataclass(frozen=True, slots=True)
class Never:
    """A call that some caller kinds can never make."""

    action: str
    kinds: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """How AWS combines policy layers."""

    rows: tuple[Row, ...]
    without_permission: tuple[WithoutPermission, ...]
    never: tuple[Never, ...]
    rcp_services: frozenset[str]
    rcp_exempt: frozenset[str]
    """Actions, lower case, that RCPs do not restrict although their service is listed."""

    def rcps_apply(self, action: str) -> bool:
        """Tell whether resource control policies restrict an action."""
        folded = action.lower()
        return folded.partition(":")[0] in self.rcp_services and folded not in self.rcp_exempt

    def row(self, account: str, form: PrincipalMatch, action: str, kind: PrincipalKind) -> Row | None:
        """Return the first row for an account relation, a form, an action and a kind of caller."""
        for row in self.rows:
            if row.account != account or row.form not in (form.value, "*"):
                continue
            if (not row.action or row.action.lower() == action.lower()) and (not row.kinds or kind.value in row.kinds):
                return row
        return None

    def needs_no_permission(self, action: str, kind: PrincipalKind) -> bool:
        """Tell whether a caller kind may always make a call."""
        return any(
            row.action.lower() == action.lower() and (not row.kinds or kind.value in row.kinds)
            for row in self.without_permission
        )

    def refusal(self, action: str, kind: PrincipalKind) -> str:
        """Return why a caller kind can never make a call; empty when it can."""
        for row in self.never:
            if row.action.lower() == action.lower() and kind.value in row.kinds:
                return row.why
        return ""


def _row(body: Mapping[str, Any]) -> Row:
    return Row(
        body["account"],
        body["form"],
        tuple(body["needs"]),
        tuple(body["unclear"]),
        body["why"],
        body.get("action", ""),
        tuple(body.get("kinds", ())),
    )


@lru_cache(maxsize=1)
def decision_table() -> DecisionTable:
    """Return the table, read once."""
    text = resources.files("graph.evaluate.aws").joinpath(_FILE).read_text(encoding="utf-8")
    body = tomllib.loads(text)
    return DecisionTable(
        rows=tuple(_row(row) for row in body["row"]),
        without_permission=tuple(
            WithoutPermission(row["action"], tuple(row.get("kinds", ())), row["source"])
            for row in body["without_permission"]
        ),
        never=tuple(Never(row["action"], tuple(row["kinds"]), row["why"]) for row in body["never"]),
        rcp_services=frozenset(body["rcp"]["services"]),
        rcp_exempt=frozenset(action.lower() for action in body["rcp"]["exempt_actions"]),
    )
