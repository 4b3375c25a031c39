"""What passes between a collector, the evidence on disk and the graph builder.

Input: none (types only). Output: operations, evidence references, gaps and coverage records.
Not handled: how an operation is called; that is each collector's own part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["CallOutcome", "CoverageRecord", "EvidenceRef", "Gap", "Operation", "Presence"]


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Where a fact stands in the evidence."""

    file: str
    """Path relative to the evidence root, with forward slashes."""
    pointer: str = ""
    """JSON pointer inside the file; in ``.jsonl`` the first token is the zero-based line."""

    def child(self, *tokens: str | int) -> EvidenceRef:
        """Return the reference of a place further inside.

        Parameters
        ----------
        *tokens
            Object keys and list indexes, outermost first; escaped here as RFC 6901 asks.
        """
        steps = "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
        return EvidenceRef(self.file, self.pointer + steps)

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}" if self.pointer else self.file


class CallOutcome(StrEnum):
    """How a vendor call ended."""

    OK = "ok"
    NONE = "none"
    """A documented not-found answer: asked, and there is none."""
    DENIED = "denied"
    FAILED = "failed"
    """Throttled to the end, timed out, malformed, or cut off."""
    SKIPPED = "skipped"
    """Not asked on purpose (region disabled, service opt-in); the reason says why."""


class Presence(StrEnum):
    """Whether an operation was looked at in one scope."""

    ABSENT = "absent"
    EMPTY = "empty"
    PRESENT = "present"
    PARTIAL = "partial"
    """Some calls of the operation failed or were denied."""
    FAILED = "failed"
    """Asked, and every call failed or was denied."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One vendor call that a collector may make."""

    name: str
    """``<service>.<operation>`` as in the evidence file name, e.g. ``iam.get_account_authorization_details``."""
    permission: str
    """The read permission that the vendor asks for, vendor spelling."""
    lost_without: str
    """What the product cannot say when this is missing; one sentence."""
    level: str = "global"
    """``global`` (once an account), ``organization``, ``regional`` or ``resource`` (once an object)."""
    per_object: bool = False
    """True when written as ``.jsonl``, one line a call."""
    guard: bool = False
    """True when it can only take permission away (SCP, RCP, resource policy): absence leaves states as they are."""
    not_found_codes: tuple[str, ...] = ()
    """Vendor error codes that mean "there is none"."""
    may_be_empty: bool = False
    """True when the vendor answers with no field at all where there is nothing."""
    opt_in: bool = False
    """True when it is asked only if the settings say so."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be looked at."""

    source: str
    scope: str
    """Account, tenant …; with ``/region`` where regional."""
    operation: str
    reason: str
    """One line; names file and place for a malformed file, the vendor's code for a refused call."""
    permission: str = ""
    subject: str = ""
    """The object, where a per-object call failed."""
    lost: str = ""
    """What is lost by it."""


@dataclass(frozen=True, slots=True)
class CoverageRecord:
    """One line of the manifest: what one operation in one scope gave."""

    source: str
    scope: str
    operation: str
    outcome: CallOutcome
    calls: int = 0
    objects: int = 0
    code: str = ""
    message: str = ""
    permission: str = ""
    started_at: str = ""
    ended_at: str = ""
    region: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
