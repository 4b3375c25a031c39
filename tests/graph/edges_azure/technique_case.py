"""One case of an Azure technique: a tenant with its Azure, who asks, and what must come of it.

Input: none (types and shorthands). Output: ``Case``, ``fires``, ``silent``, ``look``.
Not handled: several steps; a case is about one edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.kinds import State
from tests.worlds.azure import AzureWorldFiles
from tests.worlds.entra import ADMIN, EntraWorldFiles, entra, node
from tests.worlds.view import View

__all__ = ["Case", "fires", "look", "silent"]


@dataclass(frozen=True, slots=True)
class Case:
    """A technique in a tenant."""

    technique: str
    name: str
    world: AzureWorldFiles
    source: str
    target: str
    state: State = State.VERIFIED
    """``VOID``: the near-twin, no edge of this technique from source to target."""
    keys: frozenset[str] = frozenset()
    """Condition keys that are open, exactly these."""
    grants: int = 0
    """How many grants are needed together; checked when given."""
    people: EntraWorldFiles = field(default_factory=entra)
    """What is in the directory beside."""

    def __str__(self) -> str:
        return f"{self.technique}: {self.name}".replace(" ", "-")


def _place(world: AzureWorldFiles, name: str) -> str:
    if name == "tenant":
        return ADMIN
    if name.startswith("entra:"):
        return name
    if name.startswith("admin:"):
        return world.admin(name.removeprefix("admin:"))
    if "/" in name:
        return f"{world.node(name.partition('/')[0])}/secrets/{name.partition('/')[2]}"
    return world.node(name) if name in world.places else node(name)


def fires(
    technique: str,
    name: str,
    world: AzureWorldFiles,
    source: str,
    target: str,
    *,
    state: State = State.VERIFIED,
    keys: set[str] | frozenset[str] = frozenset(),
    grants: int = 0,
    people: EntraWorldFiles | None = None,
) -> Case:
    """Return a case in which the technique works; open conditions make it conditional."""
    found = State.CONDITIONAL if keys and state is State.VERIFIED else state
    ends = (_place(world, source), _place(world, target))
    return Case(technique, name, world, *ends, found, frozenset(keys), grants, people or entra())


def silent(
    technique: str,
    name: str,
    world: AzureWorldFiles,
    source: str,
    target: str,
    *,
    people: EntraWorldFiles | None = None,
) -> Case:
    """Return a near-twin in which it does not."""
    ends = (_place(world, source), _place(world, target))
    return Case(technique, name, world, *ends, State.VOID, people=people or entra())


def look(world: AzureWorldFiles, people: EntraWorldFiles, folder: Path) -> View:
    """Write a tenant's evidence, read it as the product does, and view the graph."""
    people.build(folder)
    identity_graph, gaps = build_graph(read_evidence([world.build(folder)]))
    return View(identity_graph, gaps)
