"""One case of an escalation technique: a world, who asks, and what must come of it.

Input: none (types and shorthands). Output: ``Case``, ``fires``, ``silent``.
Not handled: several steps; a case is about one edge.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.kinds import State
from tests.worlds.aws import World, world
from tests.worlds.names import Names

__all__ = ["A", "ACCOUNT", "ADMIN", "B", "CI", "OTHER", "Case", "fires", "here", "silent"]

ACCOUNT, OTHER = "111111111111", "222222222222"
A, B = Names(ACCOUNT), Names(OTHER)
CI = A.user("ci")
"""Who asks, in most cases."""
ADMIN = f"aws:admin:{ACCOUNT}"


@dataclass(frozen=True, slots=True)
class Case:
    """A technique in a world."""

    technique: str
    name: str
    world: World
    target: str
    source: str = CI
    state: State = State.VERIFIED
    """``VOID``: the near-twin, no edge of this technique from source to target."""
    keys: frozenset[str] = frozenset()
    """Condition keys that must be open."""
    via: str = ""
    """Checked when given."""
    grants: int = 0
    """How many grants are needed together; checked when given."""
    noted: bool = False
    """True: the edge must say in words what is not known."""

    def __str__(self) -> str:
        return f"{self.technique}: {self.name}".replace(" ", "-")


def here() -> World:
    """Return a world with the one account."""
    return world().account(ACCOUNT)


def fires(
    technique: str,
    name: str,
    where: World,
    target: str = ADMIN,
    source: str = CI,
    *,
    state: State = State.VERIFIED,
    keys: frozenset[str] | set[str] = frozenset(),
    via: str = "",
    grants: int = 0,
    noted: bool = False,
) -> Case:
    """Return a case in which the technique works."""
    return Case(technique, name, where, target, source, state, frozenset(keys), via, grants, noted)


def silent(technique: str, name: str, where: World, target: str = ADMIN, source: str = CI) -> Case:
    """Return a near-twin in which it does not."""
    return Case(technique, name, where, target, source, State.VOID)
