"""What must hold for a permission, as plain logic: conditions are variables, nothing is known of what they mean.

Input: alternatives, ceilings and denies of two sides. Output: whether one side's permission follows from the other's.
Handled: equal conditions are one variable; a condition of a deny counts as failing; what was not understood or not seen
is a variable that nothing can be claimed from.
Not handled: that two different conditions may exclude or imply each other: what needs that is ``UNKNOWN``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import product
from typing import Final

__all__ = ["Permission", "Relation", "Term", "Variable", "relation"]

MAX_VARIABLES: Final = 10
"""Variables of one comparison that are tried in all combinations; more give ``UNKNOWN``."""


@dataclass(frozen=True, slots=True, order=True)
class Variable:
    """One condition that is open."""

    text: str
    unsure: bool = False
    """Not a condition that a caller can meet, but something not understood or not seen."""


Term = frozenset[Variable]
"""Conditions that must hold together; empty: always."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What one side needs for one action on one resource."""

    allows: tuple[Term, ...]
    """One of these; none: never."""
    ceilings: tuple[tuple[Term, ...], ...] = ()
    """One of each of these."""
    denies: tuple[Term, ...] = ()
    """None of these."""

    @property
    def variables(self) -> frozenset[Variable]:
        """Return every condition that it hangs on."""
        terms = (*self.allows, *self.denies, *(term for ceiling in self.ceilings for term in ceiling))
        return frozenset(variable for term in terms for variable in term)

    def holds(self, true: frozenset[Variable]) -> bool:
        """Return whether it is given when exactly these conditions hold."""
        return (
            any(term <= true for term in self.allows)
            and all(any(term <= true for term in ceiling) for ceiling in self.ceilings)
            and not any(term <= true for term in self.denies)
        )

    @property
    def never(self) -> bool:
        """Return whether a layer lacks every allow, or a deny always holds."""
        return not self.allows or not all(self.ceilings) or any(not term for term in self.denies)


class Relation(Enum):
    """How one side's permission stands to the other's."""

    CONTAINED = "contained"
    """Whenever the target has it, the source has it."""
    GAIN = "gain"
    """The target can have it, the source never."""
    UNKNOWN = "unknown"


@lru_cache(maxsize=65536)
def relation(target: Permission, source: Permission) -> Relation:
    """Compare what two sides need for one action on one resource.

    Notes
    -----
    ``CONTAINED`` is claimed when it follows whatever the conditions mean. ``GAIN`` is claimed when the source is
    refused under every combination of conditions and the target is allowed under one, whatever was not understood.
    """
    if target.never:
        return Relation.CONTAINED
    variables = sorted(target.variables | source.variables)
    if len(variables) > MAX_VARIABLES:
        return Relation.UNKNOWN
    unsure = [variable for variable in variables if variable.unsure]
    known = [variable for variable in variables if not variable.unsure]
    contained, refused, can_have = True, True, False
    for stated in _choices(known):
        given = [(target.holds(true), source.holds(true)) for true in (stated | more for more in _choices(unsure))]
        contained = contained and all(has or not gets for gets, has in given)
        refused = refused and not any(has for _, has in given)
        can_have = can_have or all(gets for gets, _ in given)
        if not contained and not refused:
            return Relation.UNKNOWN
    if contained:
        return Relation.CONTAINED
    return Relation.GAIN if refused and can_have else Relation.UNKNOWN


def _choices(variables: Sequence[Variable]) -> Iterator[frozenset[Variable]]:
    for picks in product((False, True), repeat=len(variables)):
        yield frozenset(variable for variable, picked in zip(variables, picks, strict=True) if picked)
