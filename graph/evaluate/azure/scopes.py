"""The hierarchy of scopes: root, management groups, subscriptions, resource groups, resources.

Input: management groups and subscriptions as records. Output: ``Scopes``: what is above a scope.
Handled: a subscription whose management group was not told, which then stands below the root alone and is known to.
Not handled: which resources exist; every ARM id has a place.

References
----------
https://learn.microsoft.com/azure/role-based-access-control/scope-overview (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.azure.records import AzureRecords
from graph.evaluate.azure.ids import ROOT, parent_scope, subscription_of, tidy

__all__ = ["Scopes"]


class Scopes:
    """What is above what."""

    def __init__(self, records: AzureRecords) -> None:
        parents: dict[str, str] = {}
        self._unknown: set[str] = set()
        for group in records.management_groups:
            parents[group.id] = group.parent or ROOT
            if not group.parent_known:
                self._unknown.add(group.id)
        for subscription in records.subscriptions:
            parents[subscription.id] = subscription.parent or ROOT
            if not subscription.parent_known:
                self._unknown.add(subscription.id)
        self._parents: Mapping[str, str] = parents
        self._above: dict[str, tuple[str, ...]] = {ROOT: (ROOT,)}

    def parent(self, scope: str) -> str:
        """Return the scope right above one; empty above the root."""
        if scope == ROOT:
            return ""
        return self._parents.get(scope) or parent_scope(scope) or ROOT

    def above(self, scope: str) -> tuple[str, ...]:
        """Return a scope and everything above it, nearest first, the root last."""
        known = self._above.get(scope)
        if known is not None:
            return known
        way: list[str] = []
        place = scope
        while place and place not in self._above and place not in way:
            way.append(place)
            place = self.parent(place)
        rest = self._above.get(place, (ROOT,))
        for each in reversed(way):
            rest = (each, *rest)
            self._above[each] = rest
        return self._above[scope]

    def holds(self, outer: str, inner: str) -> bool:
        """Return whether a scope is another, or above it."""
        return outer == inner or outer in self.above(inner)

    def place_known(self, scope: str) -> bool:
        """Return whether everything above a scope is known; else an assignment above may go unseen."""
        return not any(each in self._unknown for each in self.above(tidy(scope)))

    def subscription(self, scope: str) -> str:
        """Return the subscription that a scope is in; empty above subscriptions."""
        return subscription_of(scope)
