"""GitHub's rate limits: what each budget has left, when it is filled again, and how fast calls may follow one another.

Input: headers of answers, a monotonic clock. Output: seconds to wait, or why a budget is used up.
Handled: the primary limit of each resource (``core``, ``graphql``, ``audit_log``), pauses that a secondary limit asks
for, an even pace. Not handled: sending and waiting (``transport``).

References
----------
https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (read 2026-11)
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["Budget", "Limits"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What a resource has left."""

    left: int
    limit: int
    until: float
    """When it is filled again, by the monotonic clock."""
    resets_at: int
    """The same by the server's clock, seconds since 1970."""

    @property
    def told(self) -> str:
        """When it is filled again, for a person."""
        return datetime.fromtimestamp(self.resets_at, UTC).strftime("%H:%M UTC")


class Limits:
    """Budgets of one collection, from any number of threads.

    Parameters
    ----------
    monotonic
        Seconds from any fixed point.
    calls_a_minute
        Even pace; 0 for none.
    """

    def __init__(self, monotonic: Callable[[], float], calls_a_minute: int) -> None:
        self._monotonic = monotonic
        self._every = 60.0 / calls_a_minute if calls_a_minute else 0.0
        self._lock = threading.Lock()
        self._budgets: dict[str, Budget] = {}
        self._under_way: Counter[str] = Counter()
        self._next = 0.0
        self._not_before = 0.0

    def note(self, resource: str, headers: Mapping[str, str], cost: int) -> None:
        """Take over what an answer says of its budget, by the server's own clock; other calls are still under way."""
        left, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
        limit = headers.get("x-ratelimit-limit", "")
        if not (left.isdigit() and reset.isdigit()):
            return
        try:
            now = parsedate_to_datetime(headers.get("date", "")).timestamp()
        except ValueError:
            return
        # A second more: both clocks count whole ones.
        wait = max(float(reset) - now, 0.0) + 1.0
        with self._lock:
            total = int(limit) if limit.isdigit() else 0
            others = max(self._under_way[resource] - cost, 0)
            known, now_left = self._budgets.get(resource), int(left) - others
            if known is not None and known.resets_at == int(reset):
                # Answers overtake one another: within an hour a budget does not grow.
                now_left = min(now_left, known.left)
            self._budgets[resource] = Budget(now_left, total, self._monotonic() + wait, int(reset))

    def used_up(self, resource: str, cost: int) -> Budget | None:
        """Take a call's cost from a budget, until ``ended``; return the budget where it does not have that much."""
        with self._lock:
            known = self._budgets.get(resource)
            if known is None or self._monotonic() >= known.until:
                self._budgets.pop(resource, None)
            elif known.left < cost:
                return known
            else:
                self._budgets[resource] = Budget(known.left - cost, known.limit, known.until, known.resets_at)
            self._under_way[resource] += cost
            return None

    def ended(self, resource: str, cost: int, *, free: bool) -> None:
        """Note that a call is not under way any more; a free one gives back what it took."""
        with self._lock:
            self._under_way[resource] -= cost
            known = self._budgets.get(resource)
            if free and known is not None:
                self._budgets[resource] = replace(known, left=known.left + cost)

    def refused(self, resource: str) -> bool:
        """Note that a budget has nothing left; return whether it is known when it is filled again."""
        with self._lock:
            known = self._budgets.get(resource)
            if known is not None:
                self._budgets[resource] = Budget(0, known.limit, known.until, known.resets_at)
            return known is not None

    def budget(self, resource: str) -> Budget | None:
        """Return what a resource has left; ``None`` before any answer, or without limits."""
        with self._lock:
            return self._budgets.get(resource)

    def pause(self, seconds: float) -> None:
        """Let no call begin before so many seconds are over."""
        with self._lock:
            self._not_before = max(self._not_before, self._monotonic() + seconds)

    def turn(self) -> float:
        """Return how long the caller waits for its turn, which is its own from now on."""
        with self._lock:
            now = self._monotonic()
            begin = max(now, self._next, self._not_before)
            self._next = begin + self._every
            return begin - now
