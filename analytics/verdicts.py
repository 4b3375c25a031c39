"""What a rule is and what it says: metadata, verdicts, findings.

Input: none (types only). Output: ``RuleMeta``, ``Verdict``, ``Finding``, ``NotJudged``, ``RuleReport``, ``finding_id``.
Not handled: judging, which each file of ``analytics/rules`` does, and running the rules, which ``findings`` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from analytics.steps import Step
from graph.kinds import State

__all__ = [
    "Confidence",
    "Finding",
    "GrantToRemove",
    "NotJudged",
    "Outcome",
    "Reference",
    "RuleMeta",
    "RuleReport",
    "Severity",
    "Verdict",
    "finding_id",
]


class Severity(IntEnum):
    """How bad it is when it is true."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """Return the lower-case name that every output prints."""
        return self.name.lower()

    def raised(self, by: int = 1) -> Severity:
        """Return the severity so many levels higher (lower when negative), within the scale."""
        return Severity(min(max(self + by, Severity.LOW), Severity.CRITICAL))


class Confidence(StrEnum):
    """How sure it is that a finding is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Outcome(StrEnum):
    """What a rule says of one subject."""

    FAILED = "failed"
    PASSED = "passed"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Reference:
    """A page that says so, and when it was looked at."""

    url: str
    as_of: str = ""
    """``YYYY-MM`` when the page, or a stored copy of it, was looked at for this rule; ``""``: named as the place to
    read, not read again."""


@dataclass(frozen=True, slots=True)
class RuleMeta:
    """Everything about a rule but its code. Thresholds are in the policy, never in id or text."""

    id: str
    """Kebab case; the file is the same with underscores, the page ``docs/rules/<id>.md``."""
    title: str
    question: str
    """What is asked of each subject; the answer "yes" is the finding."""
    severity: Severity
    """The usual one; a finding may differ by what is reached."""
    confidence: Confidence
    rationale: str
    remediation: str
    references: tuple[Reference, ...]
    frameworks: tuple[str, ...]
    """Published ids only, e.g. ``NHI5:2025``, ``ASI03``, ``NIST CSF 2.0 PR.AA-05``."""
    since: str
    """Version of the product that had the rule first."""
    limits: tuple[str, ...]
    """What the rule does not see, one sentence each."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one subject."""

    outcome: Outcome
    subject: str
    """Node id."""
    message: str = ""
    """One or two sentences; for ``NOT_JUDGED`` the reason."""
    key: str = ""
    """Tells several findings of one rule on one subject apart; part of the finding's id, so nothing that moves."""
    severity: Severity | None = None
    """Where it differs from the rule's."""
    confidence: Confidence | None = None
    state: State = State.VERIFIED
    steps: tuple[Step, ...] = ()
    """The path that proves it."""
    grants: tuple[str, ...] = ()
    """Grant ids whose removal ends it."""
    evidence: tuple[str, ...] = ()
    """``file#pointer``."""
    related: tuple[str, ...] = ()
    """Node ids of what else is concerned: the key, the trusted account."""

    @staticmethod
    def passed(subject: str) -> Verdict:
        """Return the verdict that the subject was looked at and is fine."""
        return Verdict(Outcome.PASSED, subject)

    @staticmethod
    def not_judged(subject: str, reason: str) -> Verdict:
        """Return the verdict that the evidence does not allow to judge the subject."""
        return Verdict(Outcome.NOT_JUDGED, subject, reason)


@dataclass(frozen=True, slots=True)
class GrantToRemove:
    """A removable unit behind a finding."""

    id: str
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A failed verdict with everything that people need to act on it."""

    id: str
    rule: str
    title: str
    subject: str
    subject_kind: str
    subject_name: str
    scope: str
    """Account."""
    key: str
    severity: Severity
    confidence: Confidence
    state: State
    message: str
    owner: str
    """Who answers for the subject; ``""`` when nobody is named."""
    owner_active: bool | None
    """False: that person has left; ``None``: not known."""
    steps: tuple[Step, ...]
    grants: tuple[GrantToRemove, ...]
    evidence: tuple[str, ...]
    related: tuple[str, ...]
    remediation: str
    frameworks: tuple[str, ...]
    first_seen: datetime | None = None
    """``as_of`` of the earliest snapshot that showed it; ``None`` before the history was asked."""
    last_seen: datetime | None = None
    suppressed_by: str = ""
    """Id of the suppression in force; ``""`` for none."""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A subject that a rule could not judge."""

    rule: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What all rules say of one snapshot."""

    snapshot: str
    as_of: datetime | None
    """``None``: the evidence states no time, so rules about age did not judge."""
    findings: tuple[Finding, ...]
    """Worst first, then by rule, subject and key."""
    passed: Mapping[str, int]
    """Subjects that passed, by rule id; every rule that ran has an entry."""
    not_judged: tuple[NotJudged, ...]
    """By rule, subject and reason."""
    notices: tuple[str, ...] = ()
    """What people must know beside the findings, e.g. suppressions that have expired."""
    disabled: tuple[str, ...] = ()
    """Rules that the policy turned off."""
    worst: Severity | None = field(init=False)
    """Of the findings that are not suppressed."""

    def __post_init__(self) -> None:
        open_ones = [finding.severity for finding in self.findings if not finding.suppressed_by]
        object.__setattr__(self, "worst", max(open_ones, default=None))


def finding_id(rule: str, subject: str, key: str) -> str:
    """Return the stable id of a finding: the same problem has it in every snapshot and on every machine."""
    digest = hashlib.sha256("\0".join((rule, subject, key)).encode("utf-8", "backslashreplace")).hexdigest()
    return f"f-{digest[:20]}"
