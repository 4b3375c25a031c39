"""What was read: every vendor call with its place, and how sure one may be that nothing is missing.

Input: calls, manifests and gaps that ``reader`` gathered. Output: ``EvidenceSet``, asked by scope and operation.
Not handled: the meaning of an answer (``to_records`` of each source).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.evidence.declared import Declared
from collectors.evidence.layout import operations_of
from collectors.evidence.manifest import Manifest
from collectors.evidence.redact import Redaction
from collectors.interface import CallOutcome, CoverageRecord, EvidenceRef, Gap, Presence

__all__ = ["Call", "CallError", "CallKey", "EvidenceSet"]

CallKey = tuple[str, str, str, str]
"""Source, scope, region (empty where not regional), operation."""

PAGE_TOKENS = ("Marker", "NextToken", "NextMarker", "nextToken", "PaginationToken", "ContinuationToken")

_NEXT_PAGES = ("@odata.nextLink", "nextLink", "$skipToken", "skip_token", "skipToken")
"""Of Graph, of Azure Resource Manager and of Azure Resource Graph, the last in the words of the API and of ``az``."""


@dataclass(frozen=True, slots=True)
class CallError:
    """A vendor's refusal."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Call:
    """One vendor call: what was asked and what came back, an answer or a refusal."""

    request: Mapping[str, Any]
    """Parameters under the vendor's names; empty where the file does not say."""
    response: Mapping[str, Any] | None
    error: CallError | None
    ref: EvidenceRef
    """Of the answer itself: a child of it points into ``response``."""


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """All evidence of one build."""

    name: str
    roots: tuple[Path, ...]
    manifests: tuple[Manifest, ...]
    gaps: tuple[Gap, ...]
    """What could not be read, was refused, or is cut off; sorted."""
    redactions: tuple[Redaction, ...]
    declared: Declared
    as_of: datetime | None
    """When the evidence was true: the end of the collection, else the newest time that it states, else ``None``."""
    digest: str
    """SHA-256 over all files, the same in whatever order they were named."""
    store: Mapping[CallKey, tuple[Call, ...]] = field(default_factory=dict, repr=False)
    broken: Mapping[CallKey, int] = field(default_factory=dict, repr=False)
    """Operations of which some file or line could not be used, with how many."""
    _told: Mapping[CallKey, tuple[CoverageRecord, ...]] = field(init=False, repr=False, compare=False)
    """What the manifests say, by operation: one look-up for each, however many there are."""

    def __post_init__(self) -> None:
        told: dict[CallKey, list[CoverageRecord]] = {}
        for manifest in self.manifests:
            for record in manifest.coverage:
                told.setdefault((record.source, record.scope, record.region, record.operation), []).append(record)
        object.__setattr__(self, "_told", {key: tuple(records) for key, records in told.items()})

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources that anything is known of."""
        return tuple(sorted({key[0] for key in self._keys()}))

    def scopes(self, source: str) -> tuple[str, ...]:
        """Accounts, tenants … of a source, from files and manifests."""
        return tuple(sorted({key[1] for key in self._keys() if key[0] == source}))

    def regions(self, source: str, scope: str) -> tuple[str, ...]:
        """Regions of a scope; the global part is not one."""
        return tuple(sorted({key[2] for key in self._keys() if key[:2] == (source, scope) and key[2]}))

    def operations(self, source: str, scope: str, region: str = "") -> tuple[str, ...]:
        """Operations that files or manifests name in a scope."""
        return tuple(sorted({key[3] for key in self._keys() if key[:3] == (source, scope, region)}))

    def calls(self, source: str, scope: str, operation: str, region: str = "") -> Iterator[Call]:
        """Yield the calls of an operation in file order; a paged answer may come as several."""
        yield from self.store.get((source, scope, region, operation), ())

    def records(self, source: str, scope: str, operation: str, region: str = "") -> tuple[CoverageRecord, ...]:
        """Return what the manifests say of an operation; empty for hand-made folders."""
        return self._told.get((source, scope, region, operation), ())

    def presence(self, source: str, scope: str, operation: str, region: str = "") -> Presence:
        """Tell whether an operation was looked at.

        A documented not-found answer counts as looked at. A manifest that says denied or failed wins over
        an empty file; an operation that was skipped on purpose was not looked at.
        """
        key = (source, scope, region, operation)
        calls = self.store.get(key)
        outcomes = {record.outcome for record in self.records(source, scope, operation, region)}
        bad_outcome = bool(outcomes & {CallOutcome.DENIED, CallOutcome.FAILED})
        good_outcome = bool(outcomes & {CallOutcome.OK, CallOutcome.NONE})
        if calls is None:
            if bad_outcome or key in self.broken:
                return Presence.FAILED
            return Presence.EMPTY if CallOutcome.NONE in outcomes else Presence.ABSENT
        refused = sum(1 for call in calls if is_refusal(source, operation, call))
        usable = len(calls) - refused
        if refused or key in self.broken or (bad_outcome and usable):
            return Presence.PARTIAL if usable else Presence.FAILED
        if bad_outcome and not good_outcome:
            return Presence.FAILED
        if unfinished_chains(calls):
            return Presence.PARTIAL
        return Presence.PRESENT if any(_says_something(call) for call in calls) else Presence.EMPTY

    def _keys(self) -> Iterator[CallKey]:
        yield from self.store
        yield from self.broken
        for manifest in self.manifests:
            for record in manifest.coverage:
                yield record.source, record.scope, record.region, record.operation


def is_refusal(source: str, operation: str, call: Call) -> bool:
    """Tell whether a call was refused; a documented not-found answer is none."""
    if call.error is None:
        return False
    declared = operations_of(source).get(operation)
    return declared is None or call.error.code not in declared.not_found_codes


def is_cut_off(response: Mapping[str, Any]) -> bool:
    """Tell whether an answer says that more pages follow it."""
    for flag in ("IsTruncated", "Truncated"):
        if isinstance(response.get(flag), bool):
            return bool(response[flag])
    return any(isinstance(response.get(name), str) and response[name] for name in (*PAGE_TOKENS, *_NEXT_PAGES))


def unfinished_chains(calls: tuple[Call, ...]) -> list[Call]:
    """Return the last page of every paged answer that has no final page.

    Pages belong together when their requests are equal but for the page tokens.
    """
    last: dict[str, Call] = {}
    finished: set[str] = set()
    for call in calls:
        if call.response is None:
            continue
        asked = repr(sorted((key, repr(value)) for key, value in call.request.items() if key not in PAGE_TOKENS))
        last[asked] = call
        if not is_cut_off(call.response):
            finished.add(asked)
    return [call for asked, call in last.items() if asked not in finished]


_NO_CONTENT = frozenset({*PAGE_TOKENS, *_NEXT_PAGES, "IsTruncated", "Truncated"})


def _says_something(call: Call) -> bool:
    if call.response is None:
        return False
    content = [value for key, value in call.response.items() if key not in _NO_CONTENT]
    lists = [value for value in content if isinstance(value, list)]
    return any(lists) if lists else any(value not in (None, "", {}) for value in content)
