"""What is true of the estate: claims that hold, near twins that do not, and all administrators.

Input: what planted kinds say. Output: ``Truth`` rows of ``truth.jsonl``, the closure over accounts included.
Not handled: claims about the background beyond its administrators.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

__all__ = ["ADMIN", "STATES", "Door", "Truth", "closure", "row"]

ADMIN: Final = "admin_of"
STATES: Final = ("verified", "conditional")
"""Best first."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One thing that is so, or, of a decoy, is not so."""

    id: str
    kind: str
    case: str
    """``planted``, ``decoy``, ``helper`` (also true, not the point), ``administrator`` (background) or ``gained``
    (what an administrator of one account gains in another)."""
    claim: str
    """``admin_of``, ``reaches``, ``finding``, ``pool`` or ``cut``."""
    subject: str
    """ARN, ``oidc://…``, or several ARNs with blanks between (``cut``)."""
    target: str
    """Account id, ARN, or name of a rule (``finding``)."""
    state: str = "verified"
    techniques: tuple[tuple[str, ...], ...] = ()
    """Chains of technique ids that the witness may have; empty: not said. A direct administrator has an empty chain."""
    why: str = ""
    page: str = ""
    also: tuple[str, ...] = ()
    """``reaches``: accounts whose administrators reach it too, ``*``: anybody may; ``pool``: consumers; ``cut``: least
    number of grants."""


@dataclass(frozen=True, slots=True)
class Door:
    """A way for every administrator of one account into another one."""

    start: str
    end: str
    state: str
    granting: bool
    """The administrator first gives an identity of its account what that one lacks."""


def row(truth: Truth) -> dict[str, Any]:
    """Return the row as JSON has it, without empty fields."""
    return {key: value for key, value in asdict(truth).items() if value not in ("", ())}


def closure(
    administrators: Iterable[Truth], doors: Iterable[Door], members: Iterable[str], manager: str
) -> Iterator[Truth]:
    """Yield what administrators of one account gain in others.

    Parameters
    ----------
    administrators
        Claims ``admin_of`` of all identities.
    doors
        Ways for every administrator of an account into another one.
    members
        Accounts with the role that trusts the management account.
    manager
        The management account.
    """
    plain, every = ({manager: dict.fromkeys(members, STATES[0])} for _ in range(2))
    for door in doors:
        for ways in (every, plain) if not door.granting else (every,):
            into = ways.setdefault(door.start, {})
            into[door.end] = _best(into.get(door.end), door.state)
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for truth in administrators:
        held[truth.subject][truth.target] = _best(held[truth.subject].get(truth.target), truth.state)
    for subject, own in held.items():
        at_once = _gained(own, plain)
        for account, state in sorted(_gained(own, every).items()):
            if own.get(account) != state:
                kind = "another account" if at_once.get(account) == state else "another account, by granting"
                name = f"gained/{subject}/{account}"
                yield Truth(name, f"administrator of {kind}", "gained", ADMIN, subject, account, state)


def _best(one: str | None, other: str) -> str:
    return other if one is None else STATES[min(STATES.index(one), STATES.index(other))]


def _gained(own: Mapping[str, str], ways: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the best state of each account: the worst along a way, the best over ways."""
    best = dict(own)
    waiting = sorted(own)
    while waiting:
        account = waiting.pop()
        for end, state in ways.get(account, {}).items():
            through = STATES[max(STATES.index(best[account]), STATES.index(state))]
            better = _best(best.get(end), through)
            if best.get(end) != better:
                best[end] = better
                waiting.append(end)
    return best
