"""What a question about privilege says of one identity or credential.

Input: verdicts of rules, coverage. Output: ``Judgement`` rows, ``Looked``.
Not handled: the questions themselves, one a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from analytics.steps import Step
from analytics.verdicts import Outcome, Verdict
from graph.kinds import State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["Answer", "Judgement", "Looked", "answer_of", "joined", "moment_text"]

_SEEN = frozenset({"present", "empty"})


class Answer(StrEnum):
    """Yes, no, or what the evidence does not tell."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to one question about one identity or credential."""

    id: str
    kind: str
    question: str
    verdict: Answer
    reason: str
    """Why, in one sentence or more; for ``unknown`` what is missing."""
    since: str = ""
    """From when it holds, where that is known; ISO 8601."""
    last_used: str = "unknown"
    """A time, ``never`` or ``unknown``."""
    state: State = State.VERIFIED
    """How sure a ``yes`` is."""
    signs: tuple[str, ...] = ()
    """Which of several things make it a ``yes``."""
    looked_at: tuple[str, ...] = ()
    """Operations that the answer rests on and that were answered in full."""
    missing: tuple[str, ...] = ()
    """Operations that could change it and were not, or not in full."""
    grants: tuple[str, ...] = ()
    """Whose removal ends it."""
    steps: tuple[Step, ...] = ()


class Looked:
    """Which operations were answered, by account."""

    def __init__(self, snapshot: Snapshot) -> None:
        presence: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for row in snapshot.coverage:
            presence[str(row["scope"]), str(row["operation"])].add(str(row["presence"]))
        self._presence = presence

    def answered(self, account: str, operation: str) -> bool:
        """Return whether an operation was answered in every region that was asked about; one row suffices."""
        found = self._presence.get((account, operation), set())
        return bool(found) and found <= _SEEN

    def at(self, judgement: Judgement, account: str, operations: Iterable[str]) -> Judgement:
        """Return the judgement with what it rests on."""
        asked = sorted(set(operations))
        seen = tuple(operation for operation in asked if self.answered(account, operation))
        return replace(judgement, looked_at=seen, missing=tuple(each for each in asked if each not in seen))


def answer_of(outcome: Outcome) -> Answer:
    """Return the answer that a rule's outcome is."""
    return {Outcome.FAILED: Answer.YES, Outcome.PASSED: Answer.NO}.get(outcome, Answer.UNKNOWN)


def moment_text(moment: datetime | None) -> str:
    """Return ISO 8601 text; ``""`` for no time."""
    return moment.isoformat().replace("+00:00", "Z") if moment else ""


def joined(node: Node, question: str, verdicts: Sequence[Verdict], fine: str) -> Judgement:
    """Return one judgement for all verdicts of a rule on one identity: the worst, with the reasons of all like it.

    Parameters
    ----------
    fine
        Reason for ``no``.
    """
    failed = [verdict for verdict in verdicts if verdict.outcome is Outcome.FAILED]
    open_ones = [verdict for verdict in verdicts if verdict.outcome is Outcome.NOT_JUDGED]
    told = failed or open_ones
    answer = Answer.YES if failed else Answer.UNKNOWN if open_ones else Answer.NO
    return Judgement(
        node.id,
        node.kind.value,
        question,
        answer,
        " ".join(dict.fromkeys(verdict.message for verdict in told)) or fine,
        state=min((verdict.state for verdict in failed), default=State.VERIFIED),
        grants=tuple(dict.fromkeys(grant for verdict in failed for grant in verdict.grants)),
        steps=failed[0].steps if failed else (),
    )
