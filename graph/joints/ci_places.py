"""Where secrets and variables of a CI system are in scope, and which public ids stand beside them there.

Input: nodes of GitHub (and of any other system in ``CI_SOURCES``), CONTAINS edges. Output: ``Places``.
Handled: an environment within a repository or project, that within an organization or group, groups in groups; the
nearest place decides; variables of an organization that are not for all repositories.
Not handled: values. What a system must say on its nodes for this: on each place ``variable_ids`` (public id by name),
or on the secret that is an id ``hint``; where it limits them, ``variable_visibility``; on a secret or job of an
environment ``place``, its node.
Complexity: linear in nodes, edges and variables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.joints.credentials import GUID, KEY_ID
from graph.joints.pairs import Group, Part, Role, part_of
from graph.kinds import Category, EdgeKind
from graph.model import IdentityGraph, Node

__all__ = ["CI_SOURCES", "Beside", "Places", "is_ci_secret"]

CI_SOURCES = frozenset({"github", "gitlab", "bitbucket"})
"""Systems that give secrets and variables to jobs by name."""
_MOST_ABOVE = 32
"""Places above one another that are followed; groups of GitLab go 20 deep."""


def is_ci_secret(node: Node) -> bool:
    """Return whether a node is a secret that a CI system gives to jobs."""
    return node.category is Category.SECRET and node.source in CI_SOURCES


@dataclass(slots=True)
class Beside:
    """What stands beside a secret under the same prefix."""

    ids: dict[str, str] = field(default_factory=dict)
    """Name of a variable to the public id in it."""
    tenant: str = ""
    secret_ids: dict[str, None] = field(default_factory=dict)
    """Nodes of secrets that are the id to it, whose values are not known."""
    evidence: str = ""
    """Of the place."""

    def add(self, role: Role, group: Group, name: str, value: str) -> None:
        """Take a variable whose value is a public id."""
        is_app = bool(GUID.fullmatch(value))
        if role is Role.TENANT and is_app:
            self.tenant = value
        elif role is Role.ID and is_app == (group[0] == "application"):
            self.ids[name] = value


class Places:
    """Places of CI systems by node."""

    def __init__(self, identity_graph: IdentityGraph) -> None:
        self._nodes = identity_graph.nodes
        self._above: dict[str, str] = {}
        self._below: defaultdict[str, list[str]] = defaultdict(list)
        self._held: dict[str, dict[Group, Beside]] = {}
        self._hidden: dict[tuple[str, Group], str] = {}
        """Where the id of a group is itself a secret, and so not known: its node."""
        self._merged: dict[str, dict[Group, Beside]] = {}
        for edge in identity_graph.edges:
            if edge.kind is EdgeKind.CONTAINS and self._nodes[edge.source].source in CI_SOURCES:
                self._above[edge.target] = edge.source
                if self._nodes[edge.target].attributes.get("variable_ids"):
                    self._below[edge.source].append(edge.target)
        for node in identity_graph.nodes.values():
            if node.source in CI_SOURCES:
                self._take(node)

    def _take(self, node: Node) -> None:
        if is_ci_secret(node) and (part := part_of(node.name)) and part.role in (Role.ID, Role.TENANT):
            self._take_secret(node, part)
        groups: defaultdict[Group, Beside] = defaultdict(Beside)
        for name, value in sorted((node.attributes.get("variable_ids") or {}).items()):
            if part := part_of(name):
                groups[part.group].add(part.role, part.group, name, str(value))
        for found in groups.values():
            found.evidence = node.evidence
        if groups:
            self._held[node.id] = {**self._held.get(node.id, {}), **groups}

    def _take_secret(self, node: Node, part: Part) -> None:
        """Take a secret that is an id: known where the redactor kept it as public, else known to be there."""
        place, hint = next(self._around(node), ""), str(node.attributes.get("hint") or "")
        if KEY_ID.fullmatch(hint) or GUID.fullmatch(hint):
            found = self._held.setdefault(place, {}).setdefault(part.group, Beside())
            found.add(part.role, part.group, node.name, hint)
            found.evidence = found.evidence or node.evidence
        elif part.role is Role.ID:
            self._hidden[place, part.group] = node.id

    def _around(self, node: Node) -> Iterator[str]:
        """Yield the places in which a secret or job is, the nearest first."""
        if own := str(node.attributes.get("place") or ""):
            yield own
        place = self._above.get(node.id, "")
        for _ in range(_MOST_ABOVE):
            if not place:
                return
            yield place
            place = self._above.get(place, "")

    def beside(self, node: Node, group: Group) -> Beside:
        """Return the ids and the tenant that hold beside a secret.

        The nearest place that has an id decides; where a nearer one keeps it as a secret, it is not known. Ids of
        environments count for a secret of what they are in only where neither it nor anything above has one.
        """
        found = Beside()
        around = list(dict.fromkeys(self._around(node)))
        settled = False
        for number, place in enumerate(around):
            held = self._held.get(place, {}).get(group, Beside())
            visible = {
                name: value for name, value in held.ids.items() if number == 0 or self._given(place, name, around)
            }
            if not settled and visible:
                found.ids, found.evidence, settled = visible, held.evidence, True
            if not settled and (place, group) in self._hidden:
                found.secret_ids[self._hidden[place, group]], settled = None, True
            found.tenant = found.tenant or held.tenant
        if not settled and around:
            self._from_below(around[0], group, found)
        return found

    def _from_below(self, place: str, group: Group, found: Beside) -> None:
        if place not in self._merged:
            self._merged[place] = self._merge(place)
        below = self._merged[place].get(group)
        if below is not None:
            found.ids, found.evidence = below.ids, below.evidence

    def _merge(self, place: str) -> dict[Group, Beside]:
        """Return the ids of everything that is directly in a place, by group."""
        merged: defaultdict[Group, Beside] = defaultdict(Beside)
        for below in self._below.get(place, ()):
            if self._nodes[below].category is Category.SCOPE:
                continue  # an organization's secret and an id of one repository do not belong together
            for group, held in self._held.get(below, {}).items():
                into = merged[group]
                into.ids |= {f"{name} of {self._nodes[below].name}": value for name, value in held.ids.items()}
                into.evidence = into.evidence or held.evidence
        return merged

    def variable(self, node: Node, name: str) -> str:
        """Return the public id in the variable that a job gets under a name, or ``""``."""
        if node.attributes.get("environment") == "*":
            return ""  # which environment, and so whose variable, is not known
        around = list(dict.fromkeys(self._around(node)))
        for place in around:
            value = (
                (self._nodes[place].attributes.get("variable_ids") or {}).get(name) if place in self._nodes else None
            )
            if value and self._given(place, name, around):
                return str(value)
        return ""

    def _given(self, place: str, name: str, around: list[str]) -> bool:
        """Return whether a variable of a place is surely given to what is below it."""
        visibility = (self._nodes[place].attributes.get("variable_visibility") or {}).get(name, "all")
        if visibility == "private":
            return all(
                self._nodes[each].attributes.get("visibility") != "public" for each in around if each in self._nodes
            )
        return str(visibility) == "all"
