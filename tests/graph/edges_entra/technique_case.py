"""One case of an Entra technique: a tenant, who asks, and what must come of it.

Input: none (types and shorthands). Output: ``Case``, ``fires``, ``silent``, ``look``.
Not handled: several steps; a case is about one edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.kinds import State
from tests.worlds.entra import ADMIN, EntraWorldFiles, node
from tests.worlds.view import View

__all__ = ["Case", "fires", "look", "silent"]


@dataclass(frozen=True, slots=True)
class Case:
    """A technique in a tenant."""

    technique: str
    name: str
    world: EntraWorldFiles
    source: str
    target: str
    state: State = State.VERIFIED
    """``VOID``: the near-twin, no edge of this technique from source to target."""
    keys: frozenset[str] = frozenset()
    """Condition keys that are open, exactly these."""
    grants: int = 0
    """How many grants are needed together; checked when given."""

    def __str__(self) -> str:
        return f"{self.technique}: {self.name}".replace(" ", "-")


def _place(name: str) -> str:
    return ADMIN if name == "admin" else name if name.startswith(("oidc://", "entra:")) else node(name)


def fires(
    technique: str,
    name: str,
    world: EntraWorldFiles,
    source: str,
    target: str = "admin",
    *,
    state: State = State.VERIFIED,
    keys: set[str] | frozenset[str] = frozenset(),
    grants: int = 0,
) -> Case:
    """Return a case in which the technique works; open conditions make it conditional."""
    found = State.CONDITIONAL if keys and state is State.VERIFIED else state
    return Case(technique, name, world, _place(source), _place(target), found, frozenset(keys), grants)


def silent(technique: str, name: str, world: EntraWorldFiles, source: str, target: str = "admin") -> Case:
    """Return a near-twin in which it does not."""
    return Case(technique, name, world, _place(source), _place(target), State.VOID)


def look(world: EntraWorldFiles, folder: Path) -> View:
    """Write a tenant's evidence, read it as the product does, and view the graph."""
    identity_graph, gaps = build_graph(read_evidence([world.build(folder)]))
    return View(identity_graph, gaps)
