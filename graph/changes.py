"""Changes that a person may think of making: the types alone.

Input: none. Output: ``RemoveGrant``, ``AddGrant``, ``ReplaceGrant``, ``DisableIdentity`` and their union ``Change``.
Not handled: reading them from a file (``graph.change_file``), making them (``graph.changing``), their effect
(``graph.rebuild``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["AddGrant", "AddKind", "Change", "DisableIdentity", "RemoveGrant", "ReplaceGrant", "change_data"]


class AddKind(StrEnum):
    """What kind of grant is added, and with it what ``AddGrant.holder`` is."""

    STATEMENT = "statement"
    """An inline statement of a user, role or group."""
    ATTACHMENT = "attachment"
    """A managed policy, attached to a user, role or group."""
    TRUST = "trust"
    """A statement of a role's trust policy."""
    RESOURCE_POLICY = "resource_policy"
    """A statement of a resource's own policy."""
    MEMBERSHIP = "membership"
    """A user in a group."""


@dataclass(frozen=True, slots=True)
class RemoveGrant:
    """Take a grant away."""

    grant_id: str
    """Id of ``grants.parquet``, or of a guard: ``aws:boundary:ARN``, ``aws:scp:POLICY:TARGET``, ``aws:rcp:…``."""


@dataclass(frozen=True, slots=True)
class AddGrant:
    """Give a grant."""

    kind: AddKind
    holder: str
    """ARN of the user, role, group or resource that carries it."""
    statement: Mapping[str, Any] | None = None
    """The policy statement, for ``statement``, ``trust`` and ``resource_policy``."""
    name: str = ""
    """ARN of the policy for ``attachment``, name of the group for ``membership``."""


@dataclass(frozen=True, slots=True)
class ReplaceGrant:
    """Put another statement where a statement is."""

    grant_id: str
    statement: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DisableIdentity:
    """Contain an identity: its credentials inactive, its password off, everything denied to it."""

    node_id: str
    """ARN of a user or role."""


Change = RemoveGrant | AddGrant | ReplaceGrant | DisableIdentity


def change_data(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Return changes as they stand in a change file."""
    return [_one(change) for change in changes]


def _one(change: Change) -> dict[str, Any]:
    match change:
        case RemoveGrant():
            return {"remove": change.grant_id}
        case ReplaceGrant():
            return {"replace": change.grant_id, "with": dict(change.statement)}
        case DisableIdentity():
            return {"disable": change.node_id}
        case AddGrant():
            return {"add": _added(change)}


def _added(change: AddGrant) -> dict[str, Any]:
    statement = dict(change.statement or {})
    match change.kind:
        case AddKind.STATEMENT:
            return {"holder": change.holder, "statement": statement}
        case AddKind.ATTACHMENT:
            return {"holder": change.holder, "attach": change.name}
        case AddKind.TRUST:
            return {"role": change.holder, "trust": statement}
        case AddKind.RESOURCE_POLICY:
            return {"resource": change.holder, "statement": statement}
        case AddKind.MEMBERSHIP:
            return {"user": change.holder, "group": change.name}
