"""Ways from identities of one system to full control in another, by where they arrive.

Input: ``RuleContext``. Output: ``Crossing`` rows, made once; scopes of administrators; systems with evidence.
Handled: AWS, GitHub, Entra with Azure, imported systems; the best state, then the shortest way.
Not handled: people; what only a sequence of changes by several identities obtains.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.rules._context import RuleContext
from analytics.witness import Contradictions
from graph.arrays import CATEGORY_CODES
from graph.engine import reverse_reach
from graph.kinds import IDENTITY_KINDS, Category, NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["Crossing", "crossings", "scopes", "systems_collected", "unknown_bearers"]

_SYSTEMS = {"aws": "AWS", "entra": "Entra and Azure", "azure": "Entra and Azure", "github": "GitHub"}
_SCOPES = {
    NodeKind.AWS_ACCOUNT: "AWS",
    NodeKind.ENTRA_TENANT: "Entra and Azure",
    NodeKind.AZURE_SUBSCRIPTION: "Entra and Azure",
    NodeKind.GITHUB_ORGANIZATION: "GitHub",
}
_SOURCES = (
    *IDENTITY_KINDS,
    NodeKind.GITHUB_DEPLOY_KEY,
    NodeKind.GITHUB_TOKEN,
    NodeKind.GITHUB_ANYONE,
    NodeKind.AWS_ACCESS_KEY,
)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Ways from one system that arrive in another by one identity and end at one scope."""

    source_system: str
    target_system: str
    arrival: str
    """Node id of the first identity of the target's system on the way; the scope where there is none."""
    scope: str
    """Node id of the scope that is controlled."""
    state: State
    path: tuple[int, ...]
    """Edges of the shortest way among the surest."""
    sources: tuple[str, ...]
    """Node ids of everybody who comes this way, the one of the path first."""
    contradicts: bool


def systems_collected(context: RuleContext) -> frozenset[str]:
    """Return the systems of which at least one scope was collected."""
    found = {_SCOPES[node.kind] for node in context.nodes(*_SCOPES)}
    others = context.snapshot.nodes_of_kind(NodeKind.OTHER_IDENTITY)
    return frozenset(found | ({"other"} if others.size else set()))


def scopes(context: RuleContext) -> tuple[str, ...]:
    """Return the scopes of which somebody may be administrator, as node ids."""
    return tuple(sorted({_scope(context.snapshot, number) for number in _targets(context)}))


def _targets(context: RuleContext) -> list[int]:
    numbers = context.snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN).tolist()
    return [number for number in numbers if context.snapshot.node(number).collected]


def _scope(snapshot: Snapshot, number: int) -> str:
    node = snapshot.node(number)
    return str(node.attributes.get("scope", node.id))


def crossings(context: RuleContext) -> tuple[Crossing, ...]:
    """Return every crossing, by source system, arrival and scope.

    Notes
    -----
    One reverse search a system and state for all identities together.
    """
    return context.shared("crossings", lambda: tuple(_crossings(context)))


def unknown_bearers(context: RuleContext) -> dict[str, str]:
    """Return the scopes that tokens lead to of which nothing tells who has them, each with such a subject."""
    snapshot, arrays = context.snapshot, context.snapshot.arrays
    subjects = [
        number for number in snapshot.nodes_of_kind(NodeKind.OIDC_SUBJECT).tolist() if _unknown(context, number)
    ]
    targets = np.asarray(_targets(context), dtype=np.int32)
    ways = reverse_reach(arrays, targets, np.asarray(context.levels >= State.UNVERIFIED))
    found: dict[str, str] = {}
    for number in subjects:
        if ways.hops[number] >= 0:
            found.setdefault(_scope(snapshot, int(ways.target[number])), snapshot.node(number).name)
    return found


def _unknown(context: RuleContext, number: int) -> bool:
    """Return whether nothing tells who bears a subject: its system was not collected, or not in full."""
    node, arrays = context.snapshot.node(number), context.snapshot.arrays
    if "github" in node.attributes:
        return node.attributes["github"] in ("not collected", "unverified")
    into = arrays.r_edge[arrays.r_indptr[number] : arrays.r_indptr[number + 1]]
    return not bool((context.levels[into] > 0).any())


def _systems_of_nodes(snapshot: Snapshot) -> list[str]:
    """Return the system of each node by its number; ``""`` for what stands between systems."""
    table = snapshot.table("nodes").columns(["source", "scope"])
    rows = zip(table["source"].to_pylist(), table["scope"].to_pylist(), strict=True)
    return [_SYSTEMS.get(source, str(scope) if source in ("other", "opengraph") else "") for source, scope in rows]


def _crossings(context: RuleContext) -> Iterator[Crossing]:
    snapshot, arrays = context.snapshot, context.snapshot.arrays
    system = _systems_of_nodes(snapshot)
    check = Contradictions(snapshot, context.levels)
    living = np.asarray(~check.new_keys.dead)
    starts = snapshot.nodes_of_kind(*_SOURCES).tolist()
    targets: defaultdict[str, list[int]] = defaultdict(list)
    for number in _targets(context):
        targets[system[number]].append(number)
    for target_system, numbers in sorted(targets.items()):
        settled: set[int] = set()
        groups: dict[tuple[str, int, int], _Group] = {}
        for state in (State.VERIFIED, State.CONDITIONAL, State.UNVERIFIED):
            alive = np.asarray((context.levels >= state) & living)
            ways = reverse_reach(arrays, np.asarray(numbers, dtype=np.int32), alive)
            for start in starts:
                if start in settled or ways.hops[start] < 0 or system[start] in ("", target_system):
                    continue
                settled.add(start)
                path = ways.path_from(arrays, start)
                arrival = _arrival(context, path, system, target_system)
                group = groups.setdefault((system[start], arrival, int(ways.target[start])), _Group(state))
                group.add(state, start, path)
        for (source_system, arrival, end), group in sorted(groups.items()):
            yield Crossing(
                source_system,
                target_system,
                snapshot.node_id(arrival) if arrival >= 0 else _scope(snapshot, end),
                _scope(snapshot, end),
                group.state,
                group.path,
                tuple(snapshot.node_id(number) for number in group.sources),
                bool(check.possible and check.contradictory(group.path)),
            )


@dataclass(slots=True)
class _Group:
    """Ways that are told together: those of the best state first, and its shortest one at the head."""

    state: State
    path: tuple[int, ...] = ()
    sources: list[int] = field(default_factory=list)

    def add(self, state: State, start: int, path: tuple[int, ...]) -> None:
        """Add a way; states come best first, and ways that only missing evidence would give are not counted."""
        if state is self.state and (not self.sources or len(path) < len(self.path)):
            self.path = path
            self.sources.insert(0, start)
        elif state is self.state or state is not State.UNVERIFIED:
            self.sources.append(start)


def _arrival(context: RuleContext, path: Sequence[int], system: Sequence[str], target_system: str) -> int:
    """Return the identity by which a path is in its last system for good; -1 where there is none."""
    arrays = context.snapshot.arrays
    identity = CATEGORY_CODES.index(Category.IDENTITY)
    found = -1
    for edge in reversed(path):
        source = int(arrays.edge_source[edge])
        if system[source] not in ("", target_system):
            break
        if system[source] == target_system and arrays.node_category[source] == identity:
            found = source
    return found
