"""One risk score from 0 to 100, for an identity and for the estate: ``docs/score.md`` writes the formula out.

Input: ``Facts`` of an identity. Output: ``Score``: the number, the range that unknown facts leave, every input with its
contribution, and the blockers, which no other input can average away.
Handled: the number is the top of the range, so what nobody looked at never counts as good and learning a fact never
raises it; removing reach never raises it either, since every term grows with its fact and none falls. Who is or becomes
an identity whose policies nobody saw may gain anything: the top of the range assumes it, the blockers do not claim it.
Not handled: how likely an attack is; what collection did not look at beyond the facts named here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from graph.arrays import IMPACT_CODES
from graph.kinds import State

__all__ = ["CLASS_POINTS", "MOST", "EstateScore", "Facts", "Input", "Score", "estate_score", "score_of"]

CLASS_POINTS = (0, 60, 52, 46, 42, 38, 36, 34, 32, 24, 16, 12)
"""Points of the worst class: none, H1 to H11."""
STATE_SHARE = {State.VERIFIED: 1.0, State.CONDITIONAL: 0.6, State.UNVERIFIED: 0.3, State.VOID: 0.0}
"""How much of its points a thing counts at each state."""
MOST = {
    "worst impact": 60.0,
    "jewels": 10.0,
    "reach": 5.0,
    "outside": 10.0,
    "shared": 4.0,
    "standing": 3.0,
    "chain gain": 2.0,
    "unused": 2.0,
    "credential age": 2.0,
    "owner": 2.0,
    "root key": 0.0,
}
"""The most that each input contributes; together 100. A root key sets a floor instead."""
_HALF_JEWELS = 2.0
_REACH_BITS = 16.0
_OLD_DAYS = 365.0
_LEAST_WEIGHT = 0.1
_FULL = 1
_BAD_CLASS = 4
OUTSIDE_CONTROL, OUTSIDE_MAYBE_CONTROL, OUTSIDE_BAD, ROOT_KEY, CONTROL = 95.0, 80.0, 85.0, 80.0, 70.0
"""Floors of the blockers."""
_OWNERS = {"active": 0.0, "left": 1.0, "none": 1.0}
Three = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one identity; ``None`` is unknown, or not looked at."""

    own: int = 0
    """Class of its own permissions: 0 none, 1 to 11."""
    worst: Three = (0, 0, 0)
    """Worst class gained at verified; at conditional or surer; at any state."""
    jewels: Three = (0, 0, 0)
    """Jewels whose best state is verified, conditional, unverified."""
    reached: Three = (0, 0, 0)
    """Things, likewise."""
    control: Three = (0, 0, 0)
    """Scopes under full control, likewise."""
    exact: bool = True
    """False: what is not verified above is an upper bound."""
    unseen: State = State.VOID
    """State at which it is, or becomes, an identity whose policies were not seen: it may gain anything as surely."""
    outside: State | None = State.VOID
    """Best state at which somebody outside the estate becomes it."""
    consumers: int | None = None
    """Workloads, secrets and others that use it."""
    standing: bool | None = None
    """True: its privilege is there at all times; false: only when it is activated."""
    unused: bool | None = None
    """True: not used for longer than the policy allows."""
    credential_days: int | None = None
    """Age of its oldest active long-term credential; 0 when it has none."""
    owner: str | None = None
    """``active``, ``left``, ``none``."""
    chain_gain: int | None = None
    """Worst class that a delegation chain gains over what was delegated: 0 none, 1 to 11."""
    root_key: bool | None = False
    """True: a root user with an active access key."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a score."""

    name: str
    value: Any
    """JSON-ready; ``None`` when unknown."""
    known: bool
    points: float
    """What it contributes to the number."""
    low: float
    """What it contributes at least, whatever the unknown facts turn out to be."""
    most: float


@dataclass(frozen=True, slots=True)
class Score:
    """The answer for one identity."""

    score: float
    """0 to 100: the highest that the facts allow."""
    low: float
    """The lowest that they allow; equal to ``score`` when every input is known."""
    blockers: tuple[str, ...]
    """What must not be accepted, worst first; each one sets a floor."""
    possible_blockers: tuple[str, ...]
    """What else could be true as far as anybody looked: floors of ``score`` alone."""
    inputs: tuple[Input, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the inputs that nobody looked at, or that evidence leaves open."""
        return tuple(item.name for item in self.inputs if not item.known)


@dataclass(frozen=True, slots=True)
class EstateScore:
    """The answer for all identities together."""

    score: float
    low: float
    worst: float
    """Score of the worst identity: a floor."""
    spread: float
    """Added for how many others are bad as well."""
    identities: int


def score_of(facts: Facts) -> Score:
    """Return the score of one identity."""
    bad, good = _assumed(facts, worst=True), _assumed(facts, worst=False)
    high, low = _points(bad), _points(good)
    known = _known(facts)
    values = _values(facts)
    inputs = tuple(
        Input(name, values[name], known[name], round(high[name], 1), round(low[name], 1), MOST[name]) for name in MOST
    )
    floors, sure = _blockers(bad), [text for _, text in _blockers(good)]
    return Score(
        score=round(min(100.0, max([sum(high.values()), *(floor for floor, _ in floors)])), 1),
        low=round(min(100.0, max([sum(low.values()), *(floor for floor, _ in _blockers(good))])), 1),
        blockers=tuple(sure),
        possible_blockers=tuple(text for _, text in floors if text not in sure),
        inputs=inputs,
    )


def estate_score(scores: Iterable[Score]) -> EstateScore:
    """Return the score of an estate: its worst identity, and up to half of what is left for how many are bad.

    Notes
    -----
    Never an average: a thousand harmless identities do not make one outside administrator harmless.
    """
    rows = list(scores)
    worst = max((row.score for row in rows), default=0.0)
    high = _spread(row.score for row in rows)
    least = max((row.low for row in rows), default=0.0)
    low = _spread(row.low for row in rows)
    spread = (100.0 - worst) * high
    return EstateScore(
        score=round(worst + spread, 1),
        low=round(least + (100.0 - least) * low, 1),
        worst=worst,
        spread=round(spread, 1),
        identities=len(rows),
    )


def _spread(scores: Iterable[float]) -> float:
    bad = sum((score / 100.0) ** 2 for score in scores)
    return float(0.5 * (1.0 - 2.0 ** (-bad / 10.0)))


def _assumed(facts: Facts, *, worst: bool) -> Facts:
    """Return facts with every unknown at its worst, or at its best."""
    choices: dict[str, tuple[Any, Any]] = {
        "outside": (State.VERIFIED, State.VOID),
        "consumers": (math.inf, 0),
        "standing": (True, False),
        "unused": (True, False),
        "credential_days": (math.inf, 0),
        "owner": ("none", "active"),
        "chain_gain": (1, 0),
        "root_key": (True, False),
    }
    chosen = {name: pair[0 if worst else 1] for name, pair in choices.items() if getattr(facts, name) is None}
    if facts.unseen and worst:
        chosen |= _anything(facts)
    elif (facts.unseen or not facts.exact) and not worst:
        for name in ("jewels", "reached", "control"):
            chosen[name] = (getattr(facts, name)[0], 0, 0)
        chosen["worst"] = (facts.worst[0],) * 3
    return replace(facts, **chosen)


def _anything(facts: Facts) -> dict[str, Any]:
    """Return the facts of somebody who gains anything as surely as it gains the policies that nobody saw."""
    place = State.VERIFIED - facts.unseen
    chosen: dict[str, Any] = {"worst": (*facts.worst[:place], *(_FULL for _ in facts.worst[place:]))}
    for name, more in (("jewels", math.inf), ("reached", math.inf), ("control", 1)):
        counts = list(getattr(facts, name))
        counts[place] += more
        chosen[name] = tuple(counts)
    return chosen


def _known(facts: Facts) -> dict[str, bool]:
    settled = facts.exact and not facts.unseen
    return {
        # Nothing is worse than full control: where that is sure, nothing is left open.
        "worst impact": settled or (facts.exact and _FULL in (facts.own, facts.worst[0])),
        "jewels": settled,
        "reach": settled,
        "outside": facts.outside is not None,
        "shared": facts.consumers is not None,
        "standing": facts.standing is not None,
        "chain gain": facts.chain_gain is not None,
        "unused": facts.unused is not None,
        "credential age": facts.credential_days is not None,
        "owner": facts.owner is not None,
        "root key": facts.root_key is not None,
    }


def _values(facts: Facts) -> dict[str, Any]:
    def three(counts: Three) -> dict[str, int]:
        return dict(zip(("verified", "conditional", "unverified"), counts, strict=True))

    gained = dict(
        zip(("verified", "conditional", "unverified"), (IMPACT_CODES[code] for code in facts.worst), strict=True)
    )
    return {
        "worst impact": {"own": IMPACT_CODES[facts.own], **gained},
        "jewels": three(facts.jewels),
        "reach": three(facts.reached),
        "outside": None if facts.outside is None else (facts.outside.word if facts.outside else "none"),
        "shared": facts.consumers,
        "standing": facts.standing,
        "chain gain": None if facts.chain_gain is None else IMPACT_CODES[facts.chain_gain],
        "unused": facts.unused,
        "credential age": facts.credential_days,
        "owner": facts.owner,
        "root key": facts.root_key,
    }


def _points(facts: Facts) -> dict[str, float]:
    """Return what each input contributes; every term grows with its fact."""
    severity = max(
        float(CLASS_POINTS[facts.own]),
        *(CLASS_POINTS[code] * share for code, share in zip(facts.worst, _shares(), strict=True)),
    )
    # The circumstances of an identity matter as much as what it can do.
    weight = max(_LEAST_WEIGHT, severity / MOST["worst impact"])
    consumers = facts.consumers or 0
    parts = {
        "outside": STATE_SHARE[facts.outside or State.VOID],
        "shared": 1.0 - 2.0 ** (-max(0, consumers - 1) / 2.0),
        "standing": 1.0 if facts.standing else 0.0,
        "chain gain": CLASS_POINTS[facts.chain_gain or 0] / CLASS_POINTS[1],
        "unused": 1.0 if facts.unused else 0.0,
        "credential age": min(1.0, (facts.credential_days or 0) / _OLD_DAYS),
        "owner": _OWNERS[facts.owner or "active"],
        "root key": 0.0,  # its floor says it
    }
    return {
        "worst impact": severity,
        "jewels": MOST["jewels"] * (1.0 - 2.0 ** (-_weighed(facts.jewels) / _HALF_JEWELS)),
        "reach": MOST["reach"] * min(1.0, math.log2(1.0 + _weighed(facts.reached)) / _REACH_BITS),
        **{name: MOST[name] * part * weight for name, part in parts.items()},
    }


def _shares() -> tuple[float, float, float]:
    return STATE_SHARE[State.VERIFIED], STATE_SHARE[State.CONDITIONAL], STATE_SHARE[State.UNVERIFIED]


def _weighed(counts: Three) -> float:
    return sum(count * share for count, share in zip(counts, _shares(), strict=True))


def _blockers(facts: Facts) -> list[tuple[float, str]]:
    outside = facts.outside or State.VOID
    classes = [code for code in (facts.own, facts.worst[0]) if code]
    rows = [
        (OUTSIDE_CONTROL, "somebody outside becomes it, and it has full control of a scope: both verified"),
        (OUTSIDE_BAD, "somebody outside becomes it, and it gains a class of H1 to H4: both verified"),
        (OUTSIDE_MAYBE_CONTROL, "somebody outside may become it, and it may have full control of a scope"),
        (ROOT_KEY, "it is a root user with an active access key"),
        (CONTROL, "it has, or can give itself, full control of a scope: verified"),
    ]
    holds = [
        outside is State.VERIFIED and facts.control[0] > 0,
        outside is State.VERIFIED and bool(classes) and min(classes) <= _BAD_CLASS,
        outside >= State.CONDITIONAL and facts.control[0] + facts.control[1] > 0,
        bool(facts.root_key),
        facts.control[0] > 0,
    ]
    return [row for row, true in zip(rows, holds, strict=True) if true]
