"""Read answers of GitHub's REST API: lists, tables with a list inside, calls about one repository, with their places.

Input: an ``EvidenceSet``. Output: ``Reading``, which yields ``Fields`` and gathers gaps.
Handled: a list as the whole answer, ``{"total_count": …, "secrets": […]}``, a single object; owner and repository
in the request, or ``repository`` in full; a bare file of one repository, which names none (a gap).
Not handled: which fields an object has; that is each family's own part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.aws.records_fields import FieldError, Fields
from collectors.evidence.evidence import Call, EvidenceSet
from collectors.evidence.parse import LIST
from collectors.github.graphql_evidence import SAID_BY, translated
from collectors.github.operations import READABLE
from collectors.interface import Gap, Presence

__all__ = ["FieldError", "Fields", "Reading", "full_name", "login_in"]

_LOOKED = (Presence.PRESENT, Presence.EMPTY)


class Reading:
    """One pass over the evidence of one organization, gathering gaps."""

    def __init__(self, evidence: EvidenceSet, scope: str) -> None:
        self.evidence = evidence
        self.scope = scope
        self.gaps: list[Gap] = []

    def calls(self, operation: str) -> Iterator[Call]:
        """Yield the answered calls of an operation."""
        for call in self._all(operation):
            if call.response is not None:
                yield call

    def _all(self, operation: str) -> Iterator[Call]:
        """Yield the calls of an operation, then what GraphQL says instead."""
        yield from self.evidence.calls("github", self.scope, operation)
        yield from translated(self.evidence, self.scope, operation)

    def answer(self, operation: str, call: Call) -> Fields:
        """Return an answer as one object."""
        return Fields(call.response or {}, call.ref, lambda reason: self.gap(operation, reason))

    def of_call(self, operation: str, call: Call, inside: str = "") -> Iterator[Fields]:
        """Yield the objects that one answer lists: as the whole answer, or below a name."""
        body = call.response or {}
        if LIST in body and isinstance(body[LIST], list):
            for index, item in enumerate(body[LIST]):
                place = call.ref.child(index)
                if isinstance(item, Mapping):
                    yield Fields(item, place, lambda reason: self.gap(operation, reason))
                else:
                    self.gap(operation, f"{place}: must be an object, not {type(item).__name__}")
        elif inside in body:
            yield from self.answer(operation, call).items(inside)
        elif "id" in body or "name" in body:
            yield self.answer(operation, call)

    def items(self, operation: str, inside: str = "") -> Iterator[Fields]:
        """Yield every object of a listing."""
        for call in self.calls(operation):
            yield from self.of_call(operation, call, inside)

    def by_repository(self, operation: str) -> dict[str, tuple[Call, ...]]:
        """Return the calls about one repository, refused ones too, by its full name in lower case."""
        found: dict[str, tuple[Call, ...]] = {}
        for call in self._all(operation):
            name = self._repository(call.request)
            if not name:
                self.gap(operation, f"{call.ref}: the request does not say which repository it is about")
                continue
            found[name] = (*found.get(name, ()), call)
        return found

    def _repository(self, request: Mapping[str, Any]) -> str:
        name = request.get("repo") or request.get("repository")
        if not isinstance(name, str) or not name:
            return ""
        owner = request.get("owner")
        owner = owner if isinstance(owner, str) and owner else self.scope
        return (name if "/" in name else f"{owner}/{name}").lower()

    def by_parameter(self, operation: str, *names: str) -> dict[str, tuple[Call, ...]]:
        """Return the answered calls by the value of the first parameter that is there, as lower-case text."""
        found: dict[str, tuple[Call, ...]] = {}
        for call in self.calls(operation):
            value = next((call.request[name] for name in names if name in call.request), None)
            if value in (None, ""):
                self.gap(operation, f"{call.ref}: the request does not say what it is about ({' or '.join(names)})")
                continue
            key = str(value).lower()
            found[key] = (*found.get(key, ()), call)
        return found

    def presence(self, operation: str) -> Presence:
        """Tell whether an operation was looked at, through REST or GraphQL."""
        own = self.evidence.presence("github", self.scope, operation)
        told = [self.evidence.presence("github", self.scope, name) for name in SAID_BY.get(operation, ())]
        if all(each is Presence.ABSENT for each in told):
            return own
        seen = [*told, *([own] if own is not Presence.ABSENT else [])]
        if all(each in _LOOKED for each in seen):
            return Presence.PRESENT if Presence.PRESENT in seen else Presence.EMPTY
        return Presence.FAILED if not any(each in (*_LOOKED, Presence.PARTIAL) for each in seen) else Presence.PARTIAL

    def looked_at(self, operation: str) -> bool:
        """Return whether an operation was looked at as a whole."""
        return self.presence(operation) in _LOOKED

    def gap(self, operation: str, reason: str, subject: str = "") -> None:
        """Note something that the evidence could not tell."""
        declared = READABLE[operation]
        self.gaps.append(
            Gap("github", self.scope, operation, reason, declared.permission, subject, declared.lost_without)
        )


def full_name(item: Fields) -> str:
    """Return a repository's full name in lower case.

    Raises
    ------
    FieldError
        It is missing.
    """
    return item.required("full_name").lower()


def login_in(item: Fields) -> str:
    """Return the login of a person in lower case.

    Raises
    ------
    FieldError
        It is missing.
    """
    return item.required("login").lower()
