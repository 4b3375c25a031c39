"""The state of an estate while a sequence is replayed: what was changed, whom rewritten trust names, used quotas.

Input: none (types). Output: ``EstateState``, immutable; every effect returns a new one.
Handled: one value for each place of an identity (boundary, tag key in any case, device, policy, group): a later change
overwrites; access keys and groups that were added; roles whose trust now names one identity alone.
Not handled: what AWS changes by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Changes", "Effect", "EstateState", "changes_of", "difference"]

Changes = Mapping[str, Mapping[str, str]]
"""Place (``boundary``, ``tag:<key>``, …) to the change that stands there: ``kind``, ``name``, ``value``."""


Effect = Mapping[str, Mapping[str, str] | None]
"""Place to what a step puts there; ``None``: what the evidence shows stands there again."""


def _place(change: Mapping[str, str]) -> str:
    kind, name = change["kind"], change["name"]
    if kind in ("without-boundary", "boundary"):
        return "boundary"
    if kind in ("tag", "untag"):
        return f"tag:{name.lower()}"
    return f"{kind}:{name}"


def changes_of(attributes: Mapping[str, Any]) -> Changes:
    """Return the changes that a changed identity's node stands for; empty for an identity as collected.

    Examples
    --------
    >>> changes_of({"changes": [{"kind": "tag", "name": "Team", "value": "x"}]})["tag:team"]["value"]
    'x'
    """
    return {_place(change): dict(change) for change in attributes.get("changes", ())}


def difference(before: Changes, after: Changes) -> Effect:
    """Return what a step changes that leads from one state of an identity to another.

    Examples
    --------
    >>> difference({"mfa:": {"kind": "mfa"}, "tag:a": {"kind": "tag"}}, {"mfa:": {"kind": "mfa"}})
    {'tag:a': None}
    """
    new: dict[str, Mapping[str, str] | None] = {
        place: change for place, change in after.items() if before.get(place) != change
    }
    return new | {place: None for place in before if place not in after}


@dataclass(frozen=True, slots=True)
class EstateState:
    """What differs from the evidence at one moment of a sequence."""

    changes: Mapping[str, Changes] = field(default_factory=dict)
    """By identity."""
    trusts_only: Mapping[str, str] = field(default_factory=dict)
    """Role to the identity that its rewritten trust names."""
    new_keys: Mapping[str, int] = field(default_factory=dict)
    new_groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, identity: str) -> Changes:
        """Return what was changed of an identity."""
        return self.changes.get(identity, {})

    def changed(self, identity: str, effect: Effect) -> EstateState:
        """Return the state after changes of one identity; what stood in their places is gone."""
        merged: Effect = {**self.of(identity), **effect}
        now = {place: change for place, change in merged.items() if change is not None}
        return replace(self, changes={**self.changes, identity: now})

    def trusting(self, role: str, identity: str) -> EstateState:
        """Return the state after a role's trust was rewritten for one identity."""
        return replace(self, trusts_only={**self.trusts_only, role: identity})

    def with_key(self, user: str) -> EstateState:
        """Return the state after one more access key of a user."""
        return replace(self, new_keys={**self.new_keys, user: self.new_keys.get(user, 0) + 1})

    def in_group(self, user: str, group: str) -> EstateState:
        """Return the state after a user joined a group."""
        return replace(self, new_groups={**self.new_groups, user: self.new_groups.get(user, frozenset()) | {group}})
