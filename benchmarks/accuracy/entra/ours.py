"""Ask this product the claims of a case: ``nhi build`` once, ``nhi blast-radius WHO --format json`` for each subject.

Input: a case and a temporary folder. Output: a verdict for each claim. Not handled: any other command but ``nhi path``
for secrets: a vault is reached by who uses its keys as well, and only the last step of a path says so.
The commands are called within this process, since starting Python each time takes longer than answering.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy.answers import Verdict
from benchmarks.accuracy.command import command
from benchmarks.accuracy.entra.case import AS_OF, Case, Claim, write_case
from benchmarks.accuracy.entra.tenant import TENANT

__all__ = ["Given", "ask_us"]

_VERDICTS: Final[Mapping[str, Verdict]] = {"verified": "yes", "conditional": "conditional", "unverified": "unknown"}
_BEST: Final = ("verified", "conditional", "unverified")
_FULL: Final = ("sub", "mg")
_VAULT: Final = "vault:"
_KEYS: Final = "uses keys"
_UNKNOWN: Final = "UnknownSubjectError"
"""By name, so that the set imports the command alone."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a tool answered to one claim."""

    case: Case
    claim: Claim
    verdict: Verdict
    techniques: tuple[str, ...] = ()
    """Ids of the steps on the way, where the tool names them."""
    note: str = ""

    @property
    def right(self) -> bool:
        """Tell whether the documentation bears the answer."""
        return self.verdict in self.claim.accepted


def ask_us(one: Case, folder: Path) -> Iterator[Given]:
    """Build a snapshot of the case in the folder and ask each of its claims.

    Yields
    ------
    Given
        ``yes`` for a verified reach, ``conditional``, ``unknown`` for an unverified one, else ``no``. A subject that
        the product does not know, such as a token's subject that nothing trusts, reaches nothing.
    """
    evidence, workspace = folder / "evidence", folder / "workspace"
    write_case(evidence, one)
    try:
        snapshot = command("build", str(evidence), "--as-of", AS_OF, "--workspace", str(workspace)).split()[-1]
    except Exception as wrong:
        yield from (Given(one, claim, "error", note=f"{type(wrong).__name__}: {wrong}"[:160]) for claim in one.claims)
        return
    answers: dict[str, Mapping[str, Any]] = {}
    for claim in one.claims:
        try:
            if claim.target.startswith(_VAULT):
                yield _vault(one, claim, snapshot, workspace)
                continue
            if claim.subject not in answers:
                answers[claim.subject] = _asked(one, claim.subject, snapshot, workspace)
        except Exception as wrong:
            kind = type(wrong).__name__
            yield Given(one, claim, "no" if kind == _UNKNOWN else "error", note=f"{kind}: {wrong}"[:160])
        else:
            yield _given(one, claim, answers[claim.subject])


def _asked(one: Case, subject: str, snapshot: str, workspace: Path) -> Mapping[str, Any]:
    place = ("--workspace", str(workspace), "--snapshot", snapshot, "--format", "json")
    answer: Mapping[str, Any] = json.loads(command("blast-radius", _who(one, subject), *place))
    return answer


def _vault(one: Case, claim: Claim, snapshot: str, workspace: Path) -> Given:
    """Ask for the ways to a vault; those whose last step only uses its keys read no secret."""
    assert one.scope is not None
    target = "azure:" + one.scope.path(f"at:{claim.target.removeprefix(_VAULT)}").lower()
    place = ("--workspace", str(workspace), "--snapshot", snapshot, "--format", "json")
    answer = json.loads(command("path", _who(one, claim.subject), target, "-k", "20", *place))
    states = [each["state"] for each in answer["paths"] if _KEYS not in each["steps"][-1]["text"]]
    best = next((each for each in _BEST if each in states), "")
    return Given(one, claim, _VERDICTS.get(best, "no"))


def _given(one: Case, claim: Claim, answer: Mapping[str, Any]) -> Given:
    states = list(_states(answer, one, claim.target))
    best = next((each for each in _BEST if each in states), "")
    named = tuple(sorted({each["id"] for each in answer["techniques"] if each["id"]}))
    return Given(one, claim, _VERDICTS.get(best, "no"), named)


def _who(one: Case, subject: str) -> str:
    if subject.startswith("oidc://"):
        return subject
    own = one.tenant.id(subject)
    return own if subject.startswith("key:") else f"entra:{own}"


def _states(answer: Mapping[str, Any], one: Case, target: str) -> Iterator[str]:
    kind = target.split(":", 1)[0] if ":" in target else ""
    admin: Sequence[Mapping[str, Any]] = answer["admin_of"]
    if target == "admin":
        yield from (each["state"] for each in admin if each["scope"].endswith(TENANT))
    elif kind in _FULL and one.scope:
        place = one.scope.path(target).lower()
        yield from (each["state"] for each in admin if each["scope"].lower().endswith(place))
    else:
        own = f"entra:{one.tenant.id(target)}"
        yield from (each["state"] for each in answer["reaches"] if each["id"] == own)
