"""Ask this product the claims of a case: ``nhi blast-radius WHO --format json`` once for each subject.

Input: a case, how to build its snapshot, what the product calls things. Output: a verdict for each claim.
Not handled: what a case is (``benchmarks.accuracy.github``, ``benchmarks.accuracy.joints``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

from benchmarks.accuracy.answers import Verdict
from benchmarks.accuracy.command import command
from benchmarks.accuracy.github.case import Claim

__all__ = ["Answer", "Given", "ask_claims", "asked"]

Answer: TypeAlias = Mapping[str, Any]
"""What the command prints."""
_VERDICTS: Final[Mapping[str, Verdict]] = {"verified": "yes", "conditional": "conditional", "unverified": "unknown"}
_BEST: Final = ("verified", "conditional", "unverified")
_UNKNOWN: Final = "UnknownSubjectError"
"""By name, so that the sets import the command alone."""


class WithClaims(Protocol):
    """A case of any set."""

    @property
    def name(self) -> str:
        """Return what it is called."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Return what is asked."""


AnyCase = TypeVar("AnyCase", bound=WithClaims)


@dataclass(frozen=True)
class Given(Generic[AnyCase]):
    """What the product answered to one claim.

    Without slots: Python 3.11 cannot make a frozen one with slots through an alias that names the case's type.
    """

    case: AnyCase
    claim: Claim
    verdict: Verdict
    note: str = ""

    @property
    def right(self) -> bool:
        """Tell whether the documentation bears the answer."""
        return self.verdict in self.claim.accepted


def ask_claims(
    one: AnyCase,
    build: Callable[[], str],
    answers_of: Callable[[str, str], list[Answer]],
    states_of: Callable[[Answer, str], Iterable[str]],
) -> Iterator[Given[AnyCase]]:
    """Build a snapshot of the case and ask each of its claims.

    Parameters
    ----------
    one
        The case.
    build
        Builds the snapshot and returns its name.
    answers_of
        Answers about a subject in a snapshot; none where the product does not know it.
    states_of
        States of the steps that lead to a target in an answer.

    Yields
    ------
    Given
        ``yes`` for a verified reach, ``conditional``, ``unknown`` for an unverified one, else ``no``. A subject that
        the product does not know reaches nothing.
    """
    try:
        snapshot = build()
    except Exception as wrong:
        yield from (Given(one, claim, "error", _told(wrong)) for claim in one.claims)
        return
    answers: dict[str, list[Answer]] = {}
    for claim in one.claims:
        try:
            if claim.subject not in answers:
                answers[claim.subject] = answers_of(claim.subject, snapshot)
        except Exception as wrong:
            yield Given(one, claim, "error", _told(wrong))
        else:
            states = [state for answer in answers[claim.subject] for state in states_of(answer, claim.target)]
            best = next((each for each in _BEST if each in states), "")
            yield Given(one, claim, _VERDICTS.get(best, "no"))


def asked(who: str, snapshot: str, workspace: Path) -> Answer:
    """Return what the product says of a subject; an empty answer where it knows no such subject."""
    place = ("--workspace", str(workspace), "--snapshot", snapshot, "--format", "json")
    try:
        answer: Answer = json.loads(command("blast-radius", who, *place))
    except Exception as wrong:
        if type(wrong).__name__ != _UNKNOWN:
            raise
        return {}
    return answer


def _told(wrong: Exception) -> str:
    return f"{type(wrong).__name__}: {wrong}"[:160]
