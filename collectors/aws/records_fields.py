"""Read one vendor object field by field, and say where one is wrong.

Input: JSON objects with their place. Output: typed values; a gap naming file and pointer for every wrong one.
Not handled: which fields an object has; that is each family's own part.

A missing or wrong id makes the object unusable (``FieldError``, caught by ``Reading.each``); any other wrong field is
reported and reads as absent, so that one odd value does not hide an identity.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import unquote

from collectors.aws.operations import OPERATIONS
from collectors.aws.records import Document
from collectors.errors import EvidenceError
from collectors.evidence.evidence import Call, EvidenceSet, is_refusal
from collectors.evidence.redact import plain_text
from collectors.evidence.times import parse_time
from collectors.interface import EvidenceRef, Gap, Presence

__all__ = ["FieldError", "Fields", "Reading", "arn_account", "arn_region", "partition_of"]

_T = TypeVar("_T")
_ARN_PARTS = 6


class FieldError(EvidenceError):
    """An object lacks an id, or has one of the wrong type; the text names the place."""


class Reading:
    """One pass over the AWS evidence, gathering gaps."""

    def __init__(self, evidence: EvidenceSet) -> None:
        self.evidence = evidence
        self.gaps: list[Gap] = []

    @property
    def accounts(self) -> tuple[str, ...]:
        """Scopes of the evidence, sorted."""
        return self.evidence.scopes("aws")

    def places(self, account: str) -> tuple[str, ...]:
        """Return ``""`` for the global part and every region of an account."""
        return ("", *self.evidence.regions("aws", account))

    def calls(self, operation: str, account: str, region: str | None = None) -> Iterator[tuple[str, Call]]:
        """Yield region and call of an operation; of every region when none is given."""
        for place in self.places(account) if region is None else (region,):
            for call in self.evidence.calls("aws", account, operation, place):
                yield place, call

    def answers(self, operation: str, account: str, region: str | None = None) -> Iterator[tuple[str, Call, Fields]]:
        """Yield region, call and answer of the calls that were answered."""
        for place, call in self.calls(operation, account, region):
            if call.response is not None:
                yield place, call, Fields(call.response, call.ref, self._reporter(operation, account, place))

    def each(self, operation: str, account: str, key: str, build: Callable[[Fields, str, Call], _T]) -> Iterator[_T]:
        """Build a record of every object of a listing; an unusable object becomes a gap.

        Parameters
        ----------
        operation, account
            The listing, in all regions of the account.
        key
            The answer's list.
        build
            Takes the object, its region (empty where global) and its call.
        """
        for region, call, answer in self.answers(operation, account):
            for item in answer.items(key):
                try:
                    yield build(item, region, call)
                except FieldError as error:
                    self.gap(operation, account, region, str(error))

    def gap(self, operation: str, account: str, region: str, reason: str, subject: str = "") -> None:
        """Note something that the evidence could not tell."""
        declared = OPERATIONS.get(operation)
        self.gaps.append(
            Gap(
                "aws",
                f"{account}/{region}" if region else account,
                operation,
                reason,
                declared.permission if declared else "",
                subject,
                declared.lost_without if declared else "",
            )
        )

    def by_request(self, operation: str, account: str, parameter: str) -> dict[tuple[str, str], Call]:
        """Return the calls of a per-object operation by region and the object that they asked for."""
        found: dict[tuple[str, str], Call] = {}
        for region, call in self.calls(operation, account):
            value = call.request.get(parameter)
            if isinstance(value, str) and ((region, value) not in found or call.error is None):
                found[region, value] = call
        return found

    def policy(
        self, operation: str, account: str, region: str, call: Call | None, field: str
    ) -> tuple[Document | None, Presence]:
        """Return an object's own policy and whether it was looked at."""
        if call is None:
            return None, Presence.ABSENT
        if call.response is None:
            return None, Presence.FAILED if is_refusal("aws", operation, call) else Presence.EMPTY
        answer = Fields(call.response, call.ref, self._reporter(operation, account, region))
        if call.response.get(field) in (None, ""):
            return None, Presence.EMPTY
        return answer.document(field), Presence.PRESENT

    def _reporter(self, operation: str, account: str, region: str) -> Callable[[str], None]:
        return lambda reason: self.gap(operation, account, region, reason)


class Fields:
    """One JSON object with its place."""

    __slots__ = ("_report", "body", "ref")

    def __init__(self, body: Mapping[str, Any], ref: EvidenceRef, report: Callable[[str], None]) -> None:
        self.body = body
        self.ref = ref
        self._report = report

    def required(self, name: str) -> str:
        """Return a text that the object cannot be used without.

        Raises
        ------
        FieldError
            It is missing, empty or no text.
        """
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            what = "is missing" if value in (None, "") else f"must be text, not {type(value).__name__}"
            raise FieldError(f"{self.ref.child(name)}: {what}")
        return value

    def arn(self, name: str = "Arn") -> str:
        """Return an ARN that the object cannot be used without."""
        value = self.required(name)
        if not value.startswith("arn:") or value.count(":") < _ARN_PARTS - 1:
            raise FieldError(f"{self.ref.child(name)}: {value!r} is not an ARN")
        return value

    def text(self, name: str) -> str:
        """Return a text; empty when absent."""
        value = self.body.get(name)
        if value is None:
            return ""
        text = plain_text(value)
        if text is None:
            self._wrong(name, "text")
        return text or ""

    def flag(self, name: str) -> bool | None:
        """Return a truth value; ``None`` when absent."""
        value = self.body.get(name)
        if value is None or isinstance(value, bool):
            return value
        self._wrong(name, "true or false")
        return None

    def number(self, name: str) -> int | None:
        """Return a whole number; ``None`` when absent."""
        value = self.body.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self._wrong(name, "a whole number")
        return None

    def time(self, name: str) -> datetime | None:
        """Return a time; ``None`` when absent."""
        value = self.body.get(name)
        moment = parse_time(value)
        if moment is None and value not in (None, ""):
            self._wrong(name, "a time")
        return moment

    def inner(self, name: str) -> Fields:
        """Return an object inside; an empty one when absent."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, Mapping):
            self._wrong(name, "an object")
            value = None
        return Fields(value or {}, self.ref.child(name), self._report)

    def items(self, name: str) -> Iterator[Fields]:
        """Yield the objects of a list; an absent list has none."""
        for index, item in enumerate(self._list(name)):
            place = self.ref.child(name, index)
            if isinstance(item, Mapping):
                yield Fields(item, place, self._report)
            else:
                self._report(f"{place}: must be an object, not {type(item).__name__}")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list; an absent list has none."""
        found = []
        for index, item in enumerate(self._list(name)):
            if isinstance(item, str):
                found.append(item)
            else:
                self._report(f"{self.ref.child(name, index)}: must be text, not {type(item).__name__}")
        return tuple(found)

    def tags(self, name: str = "Tags", key: str = "Key", value: str = "Value") -> dict[str, str]:
        """Return tags, whether a list of pairs or an object; a redacted value reads ``<redacted:kind>``."""
        body = self.body.get(name)
        if isinstance(body, Mapping):
            inner = self.inner(name)
            return {tag: inner.text(tag) for tag in body}
        found: dict[str, str] = {}
        for pair in self.items(name):
            if tag := pair.text(key):
                found[tag] = pair.text(value)
            elif pair.body.get(key) in (None, ""):
                pair.report(key, "is missing")
        return found

    def document(self, name: str) -> Document:
        """Return a policy document given as an object, as JSON text, or as URL-encoded JSON text.

        References
        ----------
        IAM's own API gives policy documents URL-encoded after RFC 3986:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html (read 2025-11).
        """
        place = self.ref.child(name)
        value = self.body.get(name)
        body, problem = _document_body(value)
        if problem:
            self._report(f"{place}: policy document {problem}")
        return Document(body, place, problem)

    def report(self, name: str, problem: str) -> None:
        """Note a problem of one field as a gap."""
        self._report(f"{self.ref.child(name)}: {problem}")

    def _list(self, name: str) -> list[Any]:
        value = self.body.get(name)
        if isinstance(value, list):
            return value
        if value is not None:
            self._wrong(name, "a list")
        return []

    def _wrong(self, name: str, wanted: str) -> None:
        value = self.body[name]
        shown = repr(value) if isinstance(value, str) else type(value).__name__
        self._report(f"{self.ref.child(name)}: must be {wanted}, not {shown}")


def _document_body(value: Any) -> tuple[Mapping[str, Any] | None, str]:
    if value is None or value == "":
        return None, "is missing"
    if isinstance(value, str):
        text = value.lstrip("\ufeff \t\r\n")
        try:
            value = json.loads(unquote(text, errors="strict") if text.startswith("%") else text)
        except json.JSONDecodeError as error:
            return None, f"is not JSON (line {error.lineno}, column {error.colno})"
        except (ValueError, RecursionError):
            return None, "is not JSON"
    if isinstance(value, Mapping):
        return value, ""
    return None, f"must be an object, not {type(value).__name__}"


def arn_account(arn: str) -> str:
    """Return the account part of an ARN; empty when it has none."""
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[4] if len(parts) == _ARN_PARTS else ""


def arn_region(arn: str) -> str:
    """Return the region part of an ARN; empty when it has none."""
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[3] if len(parts) == _ARN_PARTS else ""


def partition_of(region: str) -> str:
    """Return the partition that a region is in.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (read 2025-11).
    """
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
