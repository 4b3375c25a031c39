"""How far an application gets: its row of the sweep over everyone, or one search where the sweep has none.

Input: a snapshot, ``Everyone``. Output: ``Radius`` by node id.
Handled: applications of Microsoft's own, which the sweep leaves out: one search each, ``SEARCHES`` of them at most.
Not handled: sequences of several identities; ``nhi blast-radius`` of one application replays them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from analytics.everyone import LEVELS, Everyone
from analytics.jewels import Jewel
from analytics.pools.reach import Together, TogetherSearch
from analytics.third_party.app import Radius
from graph.arrays import IMPACT_CODES
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["SEARCHES", "RadiusFinder", "radius_finder"]

SEARCHES = 200
"""Searches at most for applications that the sweep has no row of; further ones have no radius."""


class RadiusFinder(Protocol):
    """What tells the radius of a node id; ``None`` where it was not computed."""

    def __call__(self, node_id: str, *, alone: bool) -> Radius | None:
        """Return the radius; ``alone``: by a search of its own where the sweep has no row."""
        ...


def radius_finder(snapshot: Snapshot, found: Everyone, jewels: Sequence[Jewel]) -> RadiusFinder:
    """Return what tells the radius of each application."""
    reached, control = found.reached(), found.control
    worst, states = found.worst_with_state()
    left = SEARCHES
    search: TogetherSearch | None = None

    def of_row(row: int) -> Radius:
        nearest = int(found.nearest_scope.node[row])
        return Radius(
            reaches=int(reached[row].sum()),
            worst_impact=IMPACT_CODES[int(worst[row])],
            worst_state=State(int(states[row])).word if states[row] else "",
            control={level.word: int(control[row, place]) for place, level in enumerate(LEVELS) if control[row, place]},
            nearest_control=_scope(snapshot, nearest) if nearest >= 0 else "",
            jewels=int(found.jewels[row].sum()),
            exact=bool(found.exact[row]),
        )

    def find(node_id: str, *, alone: bool) -> Radius | None:
        nonlocal left, search
        number = snapshot.find_id(node_id)
        row = found.row(number) if number is not None else -1
        if row >= 0:
            return of_row(row)
        if number is None or not alone or not left:
            return None
        left -= 1
        search = search or TogetherSearch(snapshot, jewels, 0)
        return _of_search(search.of(number))

    return find


def _scope(snapshot: Snapshot, admin: int) -> str:
    node = snapshot.node(admin)
    return str(node.attributes.get("scope", node.id))


def _of_search(told: Together) -> Radius:
    control: dict[str, int] = {}
    for _, state in told.admin_of:
        control[state.word] = control.get(state.word, 0) + 1
    best = max(told.admin_of, key=lambda row: row[1], default=None)
    # One search says which class is gained and not how surely.
    return Radius(told.total, told.worst_impact, "", control, best[0] if best else "", told.jewels.count, True)
