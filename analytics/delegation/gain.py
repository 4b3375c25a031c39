"""What a hop gains, by class of impact, each with witnesses that the evaluator confirms.

Input: a comparison of two holders. Output: ``Gain``: confirmed examples by class H1 to H11, and the rest.
Handled: the evaluator is asked about each example for both sides; what it does not confirm is not listed, and a gain
of which nothing is confirmed is none that can be claimed.
Not handled: listing every action; the patterns that speak of the gain are told instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from analytics.delegation.compare import Comparison, Gained
from analytics.delegation.holders import Holder, Holders
from analytics.delegation.takes import catalogued
from graph.decision import Outcome
from graph.kinds import Impact

__all__ = ["UNCLASSIFIED", "Gain", "Witness", "confirmed_gain"]

UNCLASSIFIED: Final = "unclassified"
"""Key of witnesses whose action is in no class of impact."""
EXAMPLES: Final = 3
"""Witnesses listed for a class."""
TRIES: Final = 60
"""Examples of one class that the evaluator is asked about at most."""
PATTERNS: Final = 40


@dataclass(frozen=True, slots=True)
class Witness:
    """One thing that the target may do and the source may not."""

    action: str
    resource: str
    conditional: bool
    """The target needs conditions for it."""

    def data(self) -> dict[str, Any]:
        """Return the witness as JSON carries it."""
        return {"action": self.action, "resource": self.resource, "conditional": self.conditional}


@dataclass(frozen=True, slots=True)
class Gain:
    """What one holder has beyond another."""

    by_class: Mapping[str, tuple[Witness, ...]] = field(default_factory=dict)
    """Worst class first, ``unclassified`` last."""
    actions: tuple[str, ...] = ()
    """Patterns of the target's allows that speak of it."""
    unconfirmed: int = 0
    """Classes of actions of which the evaluator confirmed no example."""

    @property
    def worst(self) -> str:
        """Return the worst class; empty when none is gained."""
        return next((name for name in self.by_class if name != UNCLASSIFIED), "")

    def data(self) -> dict[str, list[dict[str, Any]]]:
        """Return the witnesses by class as JSON carries them."""
        return {name: [witness.data() for witness in found] for name, found in self.by_class.items()}

    def and_of(self, other: Gain) -> Gain:
        """Return both gains together."""
        names = _in_order({*self.by_class, *other.by_class})
        merged = {
            name: tuple(dict.fromkeys((*self.by_class.get(name, ()), *other.by_class.get(name, ()))))[:EXAMPLES]
            for name in names
        }
        actions = tuple(dict.fromkeys((*self.actions, *other.actions)))[:PATTERNS]
        return Gain(merged, actions, self.unconfirmed + other.unconfirmed)


def _in_order(names: set[str]) -> list[str]:
    known = [impact.value for impact in Impact if impact.value in names]
    return [*known, *([UNCLASSIFIED] if UNCLASSIFIED in names else [])]


def confirmed_gain(holders: Holders, target: Holder, source: Holder, found: Comparison) -> Gain:
    """Return the gain of a comparison, as far as the evaluator confirms it.

    Notes
    -----
    At most ``TRIES`` questions a class, whatever the size of the policies.
    """
    witnesses: defaultdict[str, list[Witness]] = defaultdict(list)
    tried: defaultdict[str, int] = defaultdict(int)
    patterns: dict[str, None] = {}
    unconfirmed = 0
    listed: set[tuple[str, str]] = set()
    # An example that is a thing says more than the `*` of an action without one.
    for gained in sorted(found.gained, key=lambda item: item.resources[0] == "*"):
        before = sum(map(len, witnesses.values()))
        full = True
        for action in gained.actions:
            name = catalogued()[action][1] if gained.fitting and action in catalogued() else UNCLASSIFIED
            if len(witnesses[name]) >= EXAMPLES or tried[name] >= TRIES or (name, action) in listed:
                continue
            full = False
            tried[name] += 1
            witness = _witness(holders, target, source, gained, action)
            if witness is not None:
                witnesses[name].append(witness)
                listed.add((name, action))
        if full or sum(map(len, witnesses.values())) > before:
            patterns.update(dict.fromkeys(gained.said))
        else:
            unconfirmed += 1
    if any(action in catalogued() for action in map(str.lower, _listed_actions(witnesses))):
        witnesses[UNCLASSIFIED] = [row for row in witnesses[UNCLASSIFIED] if row.action.lower() not in catalogued()]
    by_class = {name: tuple(witnesses[name]) for name in _in_order({key for key, rows in witnesses.items() if rows})}
    return Gain(by_class, tuple(patterns)[:PATTERNS], unconfirmed)


def _listed_actions(witnesses: Mapping[str, list[Witness]]) -> list[str]:
    return [row.action for name, rows in witnesses.items() for row in rows if name != UNCLASSIFIED]


def _witness(holders: Holders, target: Holder, source: Holder, gained: Gained, action: str) -> Witness | None:
    spelled = catalogued().get(action, (action, ""))[0]
    service = action.partition(":")[0]
    # A reader expects an action on something of its own service; where none is among the examples any other proves it.
    order = sorted(gained.resources, key=lambda arn: (not arn.startswith(f"arn:aws:{service}:"), arn != "*"))
    for arn in order[:2]:
        resource = holders.resource(arn, target.account)
        gets = holders.decide(target, spelled, resource)
        if gets is None or gets.outcome not in (Outcome.ALLOWED, Outcome.CONDITIONAL):
            continue
        has = holders.decide(source, spelled, resource)
        if has is None or has.outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
            return Witness(spelled, arn, gets.outcome is Outcome.CONDITIONAL)
    return None
