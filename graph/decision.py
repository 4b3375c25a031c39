"""Three-valued truth, undecided conditions as data, and the decision that every evaluator returns.

Input: none (types only). Output: ``Truth``, ``Atom``, ``Residual``, ``Decision``.
Not handled: what an atom means; each provider's evaluator tests its own atoms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

__all__ = [
    "ALWAYS",
    "HOLDS",
    "Atom",
    "Clause",
    "Deciding",
    "Decision",
    "Outcome",
    "Residual",
    "Truth",
    "merge_residuals",
]


class Truth(Enum):
    """Kleene's three values."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __and__(self, other: Truth) -> Truth:
        return self if self.value <= other.value else other

    def __or__(self, other: Truth) -> Truth:
        return self if self.value >= other.value else other

    def __invert__(self) -> Truth:
        return Truth(2 - self.value)

    @staticmethod
    def of(value: bool) -> Truth:
        """Return ``TRUE`` or ``FALSE``."""
        return Truth.TRUE if value else Truth.FALSE


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """One condition that could not be decided from the evidence.

    ``provider`` names the evaluator that can test it; ``operator`` and ``values`` are in that vendor's spelling.
    """

    key: str
    """Condition key, lower case, e.g. ``aws:multifactorauthpresent``."""
    operator: str
    """Vendor operator with its prefix and suffix, e.g. ``ForAnyValue:StringLikeIfExists``; ``?`` when the thing
    itself is not understood, in which case nothing that a holder presents makes it true."""
    values: tuple[str, ...]
    negated: bool = False
    """True when it comes from a deny: the test must *not* hold."""
    provider: str = "aws"

    def __str__(self) -> str:
        text = f"{self.key} {self.operator} {' | '.join(self.values)}"
        return f"not ({text})" if self.negated else text


Clause = tuple[Atom, ...]
"""Atoms of which at least one must hold; sorted, no duplicates."""

Residual = tuple[Clause, ...]
"""Clauses that must all hold (conjunctive normal form); sorted, no duplicates; ``()`` is always true."""

ALWAYS: Residual = ()

HOLDS = "nhi:holds"
"""Key of the condition that the attacker holds a further identity as well; its value is that identity's node id."""


def merge_residuals(parts: Iterable[Residual]) -> Residual:
    """Return the conjunction of residuals: duplicates dropped, clauses sorted."""
    return tuple(sorted({clause for part in parts for clause in part}))


class Outcome(StrEnum):
    """What an evaluator concludes."""

    ALLOWED = "allowed"
    DENIED = "denied"
    """An explicit deny holds."""
    NOT_ALLOWED = "not_allowed"
    """Nothing (or not every needed layer) allows it: implicit deny."""
    CONDITIONAL = "conditional"
    """Allowed if the residual holds."""
    UNVERIFIED = "unverified"
    """A document is missing or holds something not understood, and it could change the answer."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """A statement that shaped a decision."""

    layer: str
    """``identity``, ``group``, ``boundary``, ``scp``, ``rcp``, ``resource``, ``trust``, ``session``; of Azure
    ``role_assignment``, ``deny_assignment``, ``access_policy``."""
    effect: str
    """``Allow``, ``Deny``, or ``missing`` for a layer that would have had to allow."""
    document: str
    """The label that the caller gave the document (policy ARN, ``role/x inline p``, SCP id …)."""
    statement: int
    """Zero-based index; -1 for ``missing``."""
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to "may this principal do this action on this resource"."""

    outcome: Outcome
    deciding: tuple[Deciding, ...] = ()
    """Statements that produced the outcome; for ``NOT_ALLOWED`` the layers that lacked an allow."""
    alternatives: tuple[Residual, ...] = ()
    """For ``CONDITIONAL``: sufficient residuals, any one of which makes it allowed (an OR of ANDs of ORs)."""
    notes: tuple[str, ...] = ()
    """What was not decided or not understood, in words."""
