"""Read answers of Azure Resource Manager and of the Azure CLI: lists, single objects, per-object calls, their places.

Input: an ``EvidenceSet``. Output: ``Reading``, which yields ``Item`` rows and gathers gaps.
Handled: ``{"value": […]}``, a single object, a list of bare objects (``az … list``), rows of Azure Resource Graph
(``data``); fields below ``properties`` as ARM has them, or beside ``id`` as ``az`` flattens them.
Not handled: which fields an object has; that is each family's own part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from collectors.aws.records_fields import FieldError, Fields
from collectors.azure.operations import OPERATIONS
from collectors.evidence.evidence import Call, EvidenceSet
from collectors.interface import Gap, Presence

__all__ = ["FieldError", "Fields", "Reading", "arm_id", "arm_type", "lower_id", "role_id", "spread", "subscription_in"]

_T = TypeVar("_T")
_ID_PARAMETERS = ("id", "groupId", "resourceId")
_LISTS = ("value", "data")
_ROLES = "/providers/microsoft.authorization/roledefinitions/"


class Reading:
    """One pass over the evidence of one tenant or subscription, gathering gaps."""

    def __init__(self, evidence: EvidenceSet, scope: str) -> None:
        self.evidence = evidence
        self.scope = scope
        self.gaps: list[Gap] = []

    def calls(self, operation: str) -> Iterator[Call]:
        """Yield the answered calls of an operation."""
        for call in self.evidence.calls("azure", self.scope, operation):
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
        """Return the answers of a per-object operation by the lower-case ARM id that was asked about.

        An answer without its request counts by the ids of what it lists: they begin with the object's own.
        """
        found: dict[str, list[Fields]] = {}
        for call in self.calls(operation):
            owner = next((call.request[name] for name in _ID_PARAMETERS if name in call.request), None)
            if isinstance(owner, str) and owner:
                found.setdefault(lower_id(owner), []).extend(self._objects(call, operation))
                continue
            for item in self._objects(call, operation):
                parent = item.text("id").rstrip("/").rsplit("/", 2)[0]
                if parent:
                    found.setdefault(lower_id(parent), []).append(item)
                else:
                    self.gap(operation, f"{item.ref}: neither request nor answer says which object it is about")
        return {owner: tuple(items) for owner, items in found.items()}

    @staticmethod
    def of_all_objects(readings: Sequence[Reading], operation: str) -> dict[str, tuple[Fields, ...]]:
        """Return what ``of_objects`` finds in every scope; an ARM id is the same in all."""
        found: dict[str, tuple[Fields, ...]] = {}
        for reading in readings:
            for owner, items in reading.of_objects(operation).items():
                found[owner] = (*found.get(owner, ()), *items)
        return found

    def presence(self, operation: str) -> Presence:
        """Tell whether an operation was looked at."""
        return self.evidence.presence("azure", self.scope, operation)

    def gap(self, operation: str, reason: str, subject: str = "") -> None:
        """Note something that the evidence could not tell."""
        declared = OPERATIONS[operation]
        self.gaps.append(
            Gap("azure", self.scope, operation, reason, declared.permission, subject, declared.lost_without)
        )

    def _objects(self, call: Call, operation: str) -> Iterator[Fields]:
        answer = Fields(call.response or {}, call.ref, lambda reason: self.gap(operation, reason))
        name = next((name for name in _LISTS if isinstance(answer.body.get(name), list)), None)
        if name is not None and "id" not in answer.body:
            yield from answer.items(name)
        elif "value" in answer.body and "id" not in answer.body:
            yield from answer.items("value")  # no list: tells where it is wrong
        elif answer.body:
            yield answer


def spread(item: Fields) -> Fields:
    """Return where an object's own fields are: below ``properties`` as ARM has them, else beside ``id``."""
    return item.inner("properties") if isinstance(item.body.get("properties"), dict) else item


def lower_id(text: str) -> str:
    """Return an ARM id as records have it: lower case, one slash in front, none behind; empty for none."""
    text = text.strip()
    return "/" + text.strip("/").lower() if text else ""


def arm_id(item: Fields, name: str = "id") -> str:
    """Return an ARM id that the record cannot be used without.

    Raises
    ------
    FieldError
        It is missing or no ARM id.
    """
    value = item.required(name)
    if not value.startswith("/"):
        raise FieldError(f"{item.ref.child(name)}: {value!r} is not an ARM id")
    return lower_id(value)


def arm_type(item: Fields) -> str:
    """Return the ARM type of an object in lower case; from its id where it is not told."""
    value = item.body.get("type")
    if isinstance(value, str) and "/" in value:
        return value.lower()
    return type_in(lower_id(item.text("id")))


def type_in(identity: str) -> str:
    """Return the type that a lower-case ARM id tells; empty for none.

    Examples
    --------
    >>> type_in("/subscriptions/a/resourcegroups/g/providers/microsoft.sql/servers/s/databases/d")
    'microsoft.sql/servers/databases'
    >>> type_in("/subscriptions/a/resourcegroups/g"), type_in("/subscriptions/a"), type_in("/")
    ('microsoft.resources/resourcegroups', 'microsoft.resources/subscriptions', '')
    """
    _, found, rest = identity.rpartition("/providers/")
    if found:
        parts = rest.split("/")
        return "/".join([parts[0], *parts[1::2]])
    parts = identity.strip("/").split("/")
    if parts[0] != "subscriptions":
        return ""
    return "microsoft.resources/subscriptions" if len(parts) <= 2 else "microsoft.resources/resourcegroups"


def role_id(identity: str) -> tuple[str, str]:
    """Return a role definition's id without a subscription, and its GUID; from an id, or a GUID alone."""
    guid = lower_id(identity).rpartition("/")[2]
    return (f"{_ROLES}{guid}", guid) if guid else ("", "")


def subscription_in(identity: str) -> str:
    """Return the GUID of the subscription that an ARM id is in; empty above subscriptions."""
    parts = identity.lower().strip("/").split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "subscriptions" else ""
