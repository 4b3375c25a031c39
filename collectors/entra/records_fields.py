"""Read answers of Microsoft Graph: lists, single objects, per-object calls and inline expansions, with their places.

Input: an ``EvidenceSet``. Output: ``Reading``, which yields ``Fields`` and gathers gaps.
Handled: ``{"value": […]}``, a single object (``az ad … show``, ``$entity``), a list of bare objects (``az ad … list``),
objects expanded inside others (``$expand=owners``).
Not handled: which fields an object has; that is each family's own part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from collectors.aws.records_fields import FieldError, Fields
from collectors.entra.operations import OPERATIONS
from collectors.evidence.evidence import Call, EvidenceSet
from collectors.interface import Gap, Presence

__all__ = ["FieldError", "Fields", "Reading", "has_list", "ids_of", "object_id", "object_type"]

_T = TypeVar("_T")
_ID_PARAMETERS = ("id", "groupId", "objectId")


class Reading:
    """One pass over the evidence of one tenant, gathering gaps."""

    def __init__(self, evidence: EvidenceSet, scope: str) -> None:
        self.evidence = evidence
        self.scope = scope
        self.gaps: list[Gap] = []

    def calls(self, operation: str) -> Iterator[Call]:
        """Yield the answered calls of an operation."""
        for call in self.evidence.calls("entra", self.scope, operation):
            if call.response is not None:
                yield call

    def items(self, operation: str) -> Iterator[Fields]:
        """Yield every object of a listing."""
        for call in self.calls(operation):
            yield from self._objects(call, operation)

    def each(self, operation: str, build: Callable[[Fields], _T]) -> Iterator[_T]:
        """Build a record of every object of a listing; an unusable object becomes a gap."""
        for item in self.items(operation):
            try:
                yield build(item)
            except FieldError as error:
                self.gap(operation, str(error))

    def of_objects(self, operation: str) -> dict[str, tuple[Fields, ...]]:
        """Return the answers of a per-object operation by the object that was asked about."""
        found: dict[str, tuple[Fields, ...]] = {}
        for call in self.calls(operation):
            owner = next((call.request[name] for name in _ID_PARAMETERS if name in call.request), None)
            if not isinstance(owner, str) or not owner:
                self.gap(operation, f"{call.ref}: the request does not say which object it is about")
                continue
            found[owner.lower()] = (*found.get(owner.lower(), ()), *self._objects(call, operation))
        return found

    def presence(self, operation: str) -> Presence:
        """Tell whether an operation was looked at."""
        return self.evidence.presence("entra", self.scope, operation)

    def looked_at(self, operation: str) -> bool:
        """Return whether an operation was looked at as a whole."""
        return self.presence(operation) in (Presence.PRESENT, Presence.EMPTY)

    def gap(self, operation: str, reason: str, subject: str = "") -> None:
        """Note something that the evidence could not tell."""
        declared = OPERATIONS[operation]
        self.gaps.append(
            Gap("entra", self.scope, operation, reason, declared.permission, subject, declared.lost_without)
        )

    def _objects(self, call: Call, operation: str) -> Iterator[Fields]:
        answer = Fields(call.response or {}, call.ref, lambda reason: self.gap(operation, reason))
        if "value" in answer.body:
            yield from answer.items("value")
        elif "id" in answer.body or "resourceAppId" in answer.body:
            yield answer


def object_type(item: Fields) -> str:
    """Return the last part of ``@odata.type``, in lower case; empty when it is not told."""
    value = item.body.get("@odata.type")
    return value.rpartition(".")[2].lower() if isinstance(value, str) else ""


def ids_of(items: Iterator[Fields] | tuple[Fields, ...]) -> tuple[str, ...]:
    """Return the object ids of a list of directory objects, lower case, in order, each once."""
    found: dict[str, None] = {}
    for item in items:
        try:
            found[item.required("id").lower()] = None
        except FieldError as error:
            item.report("id", str(error).rpartition(": ")[2])
    return tuple(found)


def object_id(item: Fields, name: str = "id") -> str:
    """Return an object id that the record cannot be used without, lower case as Graph compares it."""
    return item.required(name).lower()


def has_list(body: Mapping[str, Any], name: str) -> bool:
    """Return whether an expansion is there, empty or not."""
    return isinstance(body.get(name), list)
