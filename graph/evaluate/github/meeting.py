"""Whether some text of a shape, fixed text with free parts, is what a trust accepts.

Input: a shape and an accepted text or pattern. Output: ``meets``. Not handled: which shapes there are (``subjects``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

__all__ = ["FREE", "meets"]

FREE = "\0"
"""Stands for any text without a colon, which GitHub writes as %3A."""


@lru_cache(maxsize=65536)
def meets(form: str, accepted: str, pattern: bool) -> bool:
    """Return whether some text is of a form and accepted.

    Notes
    -----
    O(length of form × length of accepted): both are walked together, the free part takes anything but a colon.
    """
    signs: Sequence[str] = accepted
    states = {(0, False)}
    for sign in signs:
        if pattern and sign == "*":
            states = _any_number(form, states)
        else:
            states = _step(form, states, None if pattern and sign == "?" else sign)
        if not states:
            return False
    return any(_ended(form, at, inside) for at, inside in states)


def _ended(form: str, at: int, inside: bool) -> bool:
    """Return whether a form is complete at a position; ``inside``: its free part has some text already."""
    return at == len(form) or (inside and at == len(form) - 1)


def _step(form: str, states: set[tuple[int, bool]], sign: str | None) -> set[tuple[int, bool]]:
    """Return where a form can be after one more sign, any sign where none is named."""
    found: set[tuple[int, bool]] = set()
    for at, inside in states:
        if at >= len(form):
            continue
        if form[at] != FREE:
            if sign is None or form[at] == sign:
                found.add((at + 1, False))
            continue
        if sign != ":":
            found.add((at, True))
        if inside and at + 1 < len(form) and (sign is None or form[at + 1] == sign):
            found.add((at + 2, False))
    return found


def _any_number(form: str, states: set[tuple[int, bool]]) -> set[tuple[int, bool]]:
    """Return where a form can be after any number of signs."""
    found, edge = set(states), set(states)
    while edge:
        edge = _step(form, edge, None) - found
        found |= edge
    return found
