"""What was looked at, and what is lost where something was not.

Input: evidence and the operations that a collector knows. Output: one row per scope and operation.
Not handled: what an answer concludes from a missing operation (evaluation and rules do).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.evidence.evidence import EvidenceSet, is_refusal, unfinished_chains
from collectors.evidence.layout import is_regional, operations_of
from collectors.interface import CallOutcome, Operation, Presence

__all__ = ["CoverageRow", "coverage_summary"]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One operation in one scope."""

    source: str
    scope: str
    region: str
    operation: str
    presence: Presence
    calls: int
    """Calls that the evidence holds, refused ones included."""
    refused: int
    problem: str
    """One line when the presence is partial or failed; empty otherwise."""
    permission: str
    lost_without: str
    guard: bool
    """True when what is missing could only take permission away."""
    objects: int = 0
    """What the manifest counts; 0 where there is none."""
    outcome: str = ""
    """How the collector says that it ended, the worst of several runs; empty without a manifest."""
    told: str = ""
    """Why the collector did not ask, in its own words; empty where it asked."""
    ended_at: str = ""
    """When the latest call ended (ISO 8601); empty where nothing says so."""


_WORST = (CallOutcome.DENIED, CallOutcome.FAILED, CallOutcome.SKIPPED, CallOutcome.OK, CallOutcome.NONE)


def coverage_summary(evidence: EvidenceSet, operations: Mapping[str, Operation]) -> list[CoverageRow]:
    """Return a row for every operation in every scope of its source, absent ones included.

    Parameters
    ----------
    evidence
        What was read.
    operations
        Operations of one source by name, as its collector declares them.

    Returns
    -------
    list
        Sorted by scope, region and the operations' own order. Regional operations have a row for every region that
        the evidence knows of the scope, or one with an empty region when it knows none; operations of an organization
        have one row in all while any scope has looked, since only one account of it can.
    """
    source = _source_of(evidence, operations)
    rows = [row for scope in evidence.scopes(source) for row in _scope_rows(evidence, source, scope, operations)]
    seen = {row.operation for row in rows if row.presence is not Presence.ABSENT}
    first: dict[str, CoverageRow] = {}
    for row in rows:
        first.setdefault(row.operation, row)
    return [
        row
        for row in rows
        if operations[row.operation].level != "organization"
        or row.presence is not Presence.ABSENT
        or (row.operation not in seen and row is first[row.operation])
    ]


def _source_of(evidence: EvidenceSet, operations: Mapping[str, Operation]) -> str:
    for source in evidence.sources:
        if operations.keys() <= operations_of(source).keys():
            return source
    return evidence.sources[0] if len(evidence.sources) == 1 else "aws"


def _scope_rows(
    evidence: EvidenceSet, source: str, scope: str, operations: Mapping[str, Operation]
) -> Iterator[CoverageRow]:
    regions = evidence.regions(source, scope)
    for region in ("", *regions):
        for operation in operations.values():
            presence = evidence.presence(source, scope, operation.name, region)
            if presence is Presence.ABSENT and _said_elsewhere(evidence, source, scope, operation.name, region):
                continue
            expected_here = is_regional(source, operation.name) == bool(region) or (not regions and not region)
            if expected_here or presence is not Presence.ABSENT:
                yield _row(evidence, source, scope, region, operation, presence)


def _said_elsewhere(evidence: EvidenceSet, source: str, scope: str, operation: str, region: str) -> bool:
    """Return whether the collector did not ask because another answer says it: recorded as fine, without a file."""
    records = evidence.records(source, scope, operation, region)
    return any(record.outcome is CallOutcome.OK for record in records)


def _row(
    evidence: EvidenceSet, source: str, scope: str, region: str, operation: Operation, presence: Presence
) -> CoverageRow:
    calls = tuple(evidence.calls(source, scope, operation.name, region))
    refused = [call for call in calls if is_refusal(source, operation.name, call)]
    problem = ""
    told = evidence.records(source, scope, operation.name, region)
    outcomes = {record.outcome for record in told}
    outcome = next((each for each in _WORST if each in outcomes), None)
    if presence in (Presence.PARTIAL, Presence.FAILED):
        records = [row for row in told if row.code or row.message]
        if refused and refused[0].error is not None:
            problem = f"{refused[0].error.code} ({len(refused)} of {len(calls)} calls)"
        elif records:
            problem = ": ".join(filter(None, (records[0].code, records[0].message)))
        elif unfinished_chains(calls):
            problem = "cut off: more pages follow"
        else:
            problem = "not readable"
    return CoverageRow(
        source,
        scope,
        region,
        operation.name,
        presence,
        len(calls),
        len(refused),
        problem,
        operation.permission,
        operation.lost_without,
        operation.guard,
        sum(record.objects for record in told),
        outcome.value if outcome else "",
        next((record.message for record in told if record.outcome is CallOutcome.SKIPPED), ""),
        max((record.ended_at for record in told), default=""),
    )
