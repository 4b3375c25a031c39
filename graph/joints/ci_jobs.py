"""What jobs of a CI system give to one step together: a secret, and the id or tenant that stands beside it.

Input: nodes of jobs with ``given`` and ``given_steps``, their edges to secrets. Output: ``Use`` rows by secret.
Handled: names that are given as inputs or variables (``client-secret``, ``ARM_CLIENT_SECRET``), ids that stand in the
file or come from a variable.
Not handled: the value of an id that is itself a secret, which may be declared; commands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.joints.ci_places import CI_SOURCES, Beside, Places
from graph.joints.pairs import Group, Part, Role, part_of
from graph.kinds import Category, EdgeKind
from graph.model import IdentityGraph, Node

__all__ = ["Use", "uses_of_secrets"]

_SECRET, _VARIABLE = "secrets.", "vars."
_HELD = (Role.SECRET, Role.CERTIFICATE, Role.WHOLE)


@dataclass(frozen=True, slots=True)
class Use:
    """A secret as one step gets it."""

    part: Part
    """What the step takes it for."""
    beside: Beside


def uses_of_secrets(identity_graph: IdentityGraph, places: Places) -> dict[str, list[Use]]:
    """Return how jobs use secrets, by the node of the secret; linear in jobs and what they are given."""
    names = _names(identity_graph)
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for job in names:
        node = identity_graph.nodes[job]
        for given in _steps(node):
            for name, use in _uses(node, given, places, names[job]):
                if secret := names[job].get(name):
                    found[secret].append(use)
    return dict(found)


def _names(identity_graph: IdentityGraph) -> dict[str, dict[str, str]]:
    """Return the secrets in each job's scope by name."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for edge in identity_graph.edges:
        if edge.kind is EdgeKind.CAN_ACCESS:
            source, target = identity_graph.nodes.get(edge.source), identity_graph.nodes.get(edge.target)
            if source is None or target is None or source.source not in CI_SOURCES:
                continue
            if target.category is Category.SECRET and _is_job(source):
                found[source.id][target.name.upper()] = target.id
    return found


def _is_job(node: Node) -> bool:
    return bool(node.attributes.get("given") or node.attributes.get("given_steps"))


def _steps(node: Node) -> Iterator[dict[str, str]]:
    """Yield what each step is given, with what the whole job is given; the same twice is told once."""
    shared: Mapping[str, str] = node.attributes.get("given") or {}
    seen: set[frozenset[tuple[str, str]]] = set()
    for own in ({}, *(node.attributes.get("given_steps") or ())):
        given = {**shared, **own}
        key = frozenset(given.items())
        if key not in seen:
            seen.add(key)
            yield given


def _uses(node: Node, given: Mapping[str, str], places: Places, names: Mapping[str, str]) -> Iterator[tuple[str, Use]]:
    groups: defaultdict[Group, Beside] = defaultdict(Beside)
    held: list[tuple[str, Part]] = []
    for name, value in given.items():
        part = part_of(_last(name))
        if part is None:
            continue
        if value.startswith(_SECRET):
            secret = value.removeprefix(_SECRET)
            if part.role in _HELD:
                held.append((secret, part))
            elif part.role is Role.ID and secret in names:
                groups[part.group].secret_ids[names[secret]] = None
            continue
        plain = places.variable(node, value.removeprefix(_VARIABLE)) if value.startswith(_VARIABLE) else value
        if plain:
            groups[part.group].add(part.role, part.group, f"{name} of {node.name}", plain)
            groups[part.group].evidence = node.evidence
    for secret, part in held:
        yield secret, Use(part, groups.get(part.group, Beside()))


def _last(name: str) -> str:
    """Return the name of a value inside JSON text, which is a group of its own."""
    return name.rpartition(".")[2]
