"""A ``RuleReport`` as the JSON document of ``docs/schemas/findings.schema.json``.

Input: ``RuleReport``, coverage. Output: JSON-ready mappings. Not handled: writing them; the age of a snapshot, which
needs a clock and is the command's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analytics.verdicts import Finding, RuleReport

__all__ = ["SCHEMA_VERSION", "finding_data", "report_data"]

SCHEMA_VERSION = "1.0"


def report_data(report: RuleReport, coverage: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the whole answer.

    Parameters
    ----------
    coverage
        What was not looked at, as every answer carries it.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "snapshot": report.snapshot,
        "as_of": _time(report.as_of),
        "coverage": [dict(row) for row in coverage],
        "findings": [finding_data(finding) for finding in report.findings],
        "passed": dict(report.passed),
        "not_judged": [
            {"rule": item.rule, "subject": item.subject, "reason": item.reason} for item in report.not_judged
        ],
        "disabled": list(report.disabled),
        "notices": list(report.notices),
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return one finding; a line of ``--format jsonl``."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity.word,
        "confidence": finding.confidence.value,
        "state": finding.state.word,
        "subject": finding.subject,
        "subject_kind": finding.subject_kind,
        "subject_name": finding.subject_name,
        "scope": finding.scope,
        "key": finding.key,
        "message": finding.message,
        "owner": finding.owner,
        "owner_active": finding.owner_active,
        "steps": [step.data() for step in finding.steps],
        "grants": [{"id": grant.id, "text": grant.text, "evidence": grant.evidence} for grant in finding.grants],
        "related": list(finding.related),
        "evidence": list(finding.evidence),
        "remediation": finding.remediation,
        "frameworks": list(finding.frameworks),
        "first_seen": _time(finding.first_seen),
        "last_seen": _time(finding.last_seen),
        "suppressed_by": finding.suppressed_by,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment is not None else None
