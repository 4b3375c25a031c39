"""The verdict of one hop, and of a whole chain against what was approved, by the formal rule of attenuation.

Input: holders. Output: ``HopVerdict``, ``Bound``. A hop that replaces the authority of its source by the target's own
(AssumeRole, a token, a passed role, a key in a secret) is ``reset-contained`` or ``reset-gain``; one that passes a part
of it on (a session policy) is ``narrowed``, ``equal`` or ``widened``; what cannot be proven is ``unprovable``.
Handled: equal comparisons are made once, by the digests of the two sets.
Not handled: expiry and depth of a delegation, which AWS roles do not carry from hop to hop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from analytics.delegation.compare import Comparison, Wishes, compare
from analytics.delegation.gain import Gain, confirmed_gain
from analytics.delegation.holders import Holder, Holders
from analytics.delegation.one_by_one import ResourcePolicies
from analytics.delegation.sets import PermissionSet, nothing
from analytics.delegation.takes import wishes_for

__all__ = ["Bound", "HopVerdict", "Judge", "Verdict"]


class Verdict(StrEnum):
    """What a hop does to permissions."""

    NARROWED = "narrowed"
    EQUAL = "equal"
    WIDENED = "widened"
    RESET_CONTAINED = "reset-contained"
    RESET_GAIN = "reset-gain"
    UNPROVABLE = "unprovable"


@dataclass(frozen=True, slots=True)
class HopVerdict:
    """A verdict with what is gained."""

    verdict: Verdict
    gain: Gain = field(default_factory=Gain)
    reason: str = ""
    """Why it cannot be proven, or what beside the gain cannot; empty when nothing is open."""


class Bound(StrEnum):
    """How permissions stand to what was approved."""

    WITHIN = "within"
    EXCEEDS = "exceeds"
    UNPROVABLE = "unprovable"


@dataclass(slots=True)
class Judge:
    """Compares the holders of one snapshot."""

    holders: Holders
    _policies: ResourcePolicies = field(init=False)
    _compared: dict[tuple[str, str, tuple[str, ...]], Comparison] = field(default_factory=dict)
    _hops: dict[tuple[str, str, str, str], HopVerdict] = field(default_factory=dict)
    _wishes: dict[str, Wishes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._policies = ResourcePolicies(self.holders)

    def reset(self, source: Holder, target: Holder) -> HopVerdict:
        """Judge a hop by which the source becomes the target."""
        key = (source.id, source.permissions.digest, target.id, target.permissions.digest)
        if key not in self._hops:
            self._hops[key] = self._reset(source, target)
        return self._hops[key]

    def passed_on(self, source: Holder, target: Holder) -> HopVerdict:
        """Judge a hop by which the source passes a part of its permissions on."""
        forth = self._sets(target.permissions, source.permissions)
        if forth.gained:
            return HopVerdict(Verdict.WIDENED, confirmed_gain(self.holders, target, source, forth), _open(forth))
        if forth.unknown:
            return HopVerdict(Verdict.UNPROVABLE, reason=_open(forth))
        back = self._sets(source.permissions, target.permissions)
        if back.gained:
            return HopVerdict(Verdict.NARROWED)
        return HopVerdict(Verdict.UNPROVABLE, reason=_open(back)) if back.unknown else HopVerdict(Verdict.EQUAL)

    def beyond(self, holder: Holder, approved: PermissionSet) -> tuple[Bound, Gain, str]:
        """Return how one holder's permissions stand to a stated envelope, what is beyond it, and what stays open."""
        if holder.unseen:
            return Bound.UNPROVABLE, Gain(), f"{holder.id} was not collected"
        nobody = Holder("", approved, None)
        found = self._sets(holder.permissions, approved)
        gain = confirmed_gain(self.holders, holder, nobody, found)
        verdict = Bound.EXCEEDS if gain.by_class else Bound.WITHIN if found.contained else Bound.UNPROVABLE
        return verdict, gain, _open(found, gain)

    def _reset(self, source: Holder, target: Holder) -> HopVerdict:
        if target.unseen:
            return HopVerdict(
                Verdict.UNPROVABLE, reason=f"{target.id} was not collected, so that its policies are unknown"
            )
        idle = self._sets(target.permissions, nothing(target.account)).contained
        apart = self._policies.compare(target, source, self._wishes_for(target.account), idle=idle)
        found = self._sets(target.permissions, source.permissions, apart.apart)
        together = Comparison((*found.gained, *apart.found.gained), (*found.unknown, *apart.found.unknown))
        gain = confirmed_gain(self.holders, target, source, together)
        if gain.by_class:
            return HopVerdict(Verdict.RESET_GAIN, gain, _open(together, gain))
        if together.contained:
            return HopVerdict(Verdict.RESET_CONTAINED)
        return HopVerdict(Verdict.UNPROVABLE, reason=_open(together, gain))

    def _sets(self, target: PermissionSet, source: PermissionSet, apart: tuple[str, ...] = ()) -> Comparison:
        key = (target.digest, source.digest, apart)
        if key not in self._compared:
            self._compared[key] = compare(target, source, self._wishes_for(target.owner), apart)
        return self._compared[key]

    def _wishes_for(self, account: str) -> Wishes:
        if account not in self._wishes:
            self._wishes[account] = wishes_for(self.holders, account)
        return self._wishes[account]


def _open(found: Comparison, gain: Gain | None = None) -> str:
    reasons = list(found.unknown)
    if gain is not None and gain.unconfirmed:
        reasons.append(f"{gain.unconfirmed} classes of actions that its own policies give were confirmed on no example")
    return "; ".join(reasons)
