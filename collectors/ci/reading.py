"""Read answers of GitLab and Bitbucket: lists, tables with a list inside, calls about one project.

Input: an ``EvidenceSet``. Output: ``Reading``, which yields ``Fields`` and gathers gaps; variables without values.
Handled: a list as the whole answer (GitLab), ``{"values": […]}`` (Bitbucket), a single object.
Not handled: which fields a project has; that is each system's own part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from collectors.aws.records_fields import FieldError, Fields
from collectors.ci.records import CiVariable
from collectors.evidence.evidence import Call, EvidenceSet
from collectors.evidence.parse import LIST
from collectors.evidence.redact import is_redacted
from collectors.interface import Gap, Operation, Presence

__all__ = ["FieldError", "Fields", "Reading"]


class Reading:
    """One pass over the evidence of one group or workspace, gathering gaps."""

    def __init__(self, evidence: EvidenceSet, source: str, scope: str, operations: Mapping[str, Operation]) -> None:
        self.evidence = evidence
        self.source = source
        self.scope = scope
        self.operations = operations
        self.gaps: list[Gap] = []

    def calls(self, operation: str) -> Iterator[Call]:
        """Yield the answered calls of an operation."""
        for call in self.evidence.calls(self.source, self.scope, operation):
            if call.response is not None:
                yield call

    def items(self, operation: str, call: Call) -> Iterator[Fields]:
        """Yield the objects that one answer lists, or the object that it is."""
        body: Mapping[str, Any] = call.response or {}
        inside = next((name for name in (LIST, "values") if isinstance(body.get(name), list)), "")
        if not inside:
            if body:
                yield Fields(body, call.ref, lambda reason: self.gap(operation, reason))
            return
        base = call.ref if inside == LIST else call.ref.child(inside)
        for index, item in enumerate(body[inside]):
            place = base.child(index)
            if isinstance(item, Mapping):
                yield Fields(item, place, lambda reason: self.gap(operation, reason))
            else:
                self.gap(operation, f"{place}: must be an object, not {type(item).__name__}")

    def about(self, operation: str, *names: str) -> Iterator[tuple[str, Call]]:
        """Yield what each answered call is about, by the first parameter of its request that is there, and the call."""
        for call in self.calls(operation):
            value = next((call.request[name] for name in names if call.request.get(name) not in (None, "")), None)
            if value is None:
                self.gap(operation, f"{call.ref}: the request does not say what it is about ({' or '.join(names)})")
            else:
                yield unquote(str(value)), call

    def variables(self, operation: str, call: Call, environment: str = "") -> Iterator[CiVariable]:
        """Yield the variables that one answer lists; a value is looked at only where the redactor replaced it."""
        for item in self.items(operation, call):
            try:
                name = item.required("key")
            except FieldError as error:
                self.gap(operation, str(error))
                continue
            value = item.body.get("value")
            taken: Mapping[str, Any] = value if isinstance(value, Mapping) and is_redacted(value) else {}
            hidden = item.flag("secured")
            yield CiVariable(
                name,
                item.ref,
                environment or item.text("environment_scope") or "*",
                item.flag("protected"),
                item.flag("masked") if hidden is None else hidden,
                str(taken.get("redacted", "")),
                str(taken.get("fingerprint", "")),
                str(taken.get("hint", "")),
            )

    def presence(self) -> dict[str, Presence]:
        """Return what was looked at, by operation."""
        return {name: self.evidence.presence(self.source, self.scope, name) for name in self.operations}

    def gap(self, operation: str, reason: str, subject: str = "") -> None:
        """Note something that the evidence could not tell."""
        declared = self.operations[operation]
        self.gaps.append(
            Gap(self.source, self.scope, operation, reason, declared.permission, subject, declared.lost_without)
        )
