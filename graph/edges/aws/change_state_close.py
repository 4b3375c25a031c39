"""Drop the changed identities that open nothing, so that only changes which matter are told.

Input: the graph after every other builder. Output: the same graph without useless states, their edges and the classes
that stand for nobody else.
Handled: a state is kept when it gains something that the identity gains in none of the states with fewer of the same
changes, or when it leads to such a state; states of an identity that has full control anyway are dropped.
Not handled: whether what opens is of value.
Complexity: linear in edges; classes are compared once for each pair that occurs.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.decision import HOLDS, Clause, Residual, merge_residuals
from graph.edges.aws.changes import identity_of
from graph.edges.aws.world import AwsWorld
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, IdentityGraph, Node

__all__ = ["close_change_state"]

Gain = tuple[str, EdgeKind, str]
"""Target, kind, technique."""


def close_change_state(world: AwsWorld) -> None:
    """Drop the states that open nothing, and of the others the edges that the identity has anyway.

    Runs after every builder that knows callers.
    """
    graph = world.identity_graph
    states = {node.id: node for node in graph.nodes.values() if node.kind is NodeKind.AWS_CHANGED_IDENTITY}
    if not states:
        return
    gains = _Gains(graph, states)
    kept: set[str] = set()
    while more := {node for node in states if node not in kept and gains.opens(node, kept)}:
        kept |= more | {node for node in gains.held_for(more) if node in states}
    gone = [edge for node in kept for edge in gains.known_already(node)]
    dropped = set(states) - kept
    hubs = {edge.target for node in states for edge in gains.out[node] if edge.target.startswith("hub:")}
    gone += [edge for edge in graph.edges if edge.kind is EdgeKind.CAN_CHANGE_STATE and _held(edge) & dropped]
    for edge in dict.fromkeys(gone):
        del graph.edges[edge]
    _delete(graph, dropped)
    for edge in gains.made_anyway(kept):
        graph.edges.pop(edge, None)
    _close_classes(graph, kept, hubs)
    for arn, views in world.changed.items():
        world.changed[arn] = [view for view in views if view.node not in dropped]


@dataclass(slots=True)
class _Gains:
    """What identities and their states gain, classes resolved when asked."""

    graph: IdentityGraph
    states: Mapping[str, Node]
    out: defaultdict[str, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    by_changes: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict)
    _members: dict[str, dict[Gain, set[Residual]]] = field(default_factory=dict)
    _compared: dict[tuple[str, Residual, frozenset[tuple[str, Residual]]], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wanted = {*self.states, *(identity_of(node) for node in self.states)}
        nodes = self.graph.nodes
        for edge in self.graph.edges:
            hub = edge.source in nodes and nodes[edge.source].kind is NodeKind.HUB
            if edge.source in wanted or hub:
                self.out[edge.source].append(edge)
        for node in self.states:
            self.by_changes[identity_of(node), _words(node)] = node

    def opens(self, node: str, kept: set[str]) -> bool:
        """Return whether a state gains something, a kept state included, that none with fewer of its changes gains."""
        lower = self._lower(node)
        if any(self._controls_all(identity_of(node), other) for other in lower):
            return False
        known, hubs = self._gained(lower)
        return any(self._is_new(edge, known, hubs, kept, node) for edge in self.out[node])

    def known_already(self, node: str) -> list[Edge]:
        """Return the edges of a state that are none of its own: who holds it holds the identity as it was."""
        edges = [edge for other in self._lower(node) for edge in self.out[other]]
        return [
            edge
            for edge in self.out[node]
            if any(
                (other.target, other.kind, other.technique) == (edge.target, edge.kind, edge.technique)
                and set(other.conditions) <= set(edge.conditions)
                and other.state >= edge.state
                for other in edges
            )
        ]

    def held_for(self, nodes: set[str]) -> set[str]:
        """Return the states that must be held while others make some states, where no lesser state serves."""
        needed: set[str] = set()
        by_way: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for edge in self.graph.edges:
            if edge.target in nodes and edge.kind is EdgeKind.CAN_CHANGE_STATE:
                undone = {node for node in _held(edge) if edge.target in self._lower(node)}
                if not undone or not self._made_by_itself(edge.target):
                    by_way[edge.source, edge.target, edge.technique] |= _held(edge)
        for held in by_way.values():
            needed |= {node for node in held if node in self.states and not held & set(self._lower(node))}
        return needed

    def made_anyway(self, kept: set[str]) -> list[Edge]:
        """Return the edges into states that need more changes to be held than another edge of the same source."""
        by_way: defaultdict[tuple[str, str, str], list[Edge]] = defaultdict(list)
        for edge in self.graph.edges:
            if edge.target in kept and edge.kind is EdgeKind.CAN_CHANGE_STATE:
                by_way[edge.source, edge.target, edge.technique].append(edge)
        return [
            edge
            for edges in by_way.values()
            for edge in edges
            for node in _held(edge)
            if node in self.states
            and any(_held(other) & set(self._lower(node)) and _rest(other) <= _rest(edge) for other in edges)
        ]

    def _gained(self, nodes: Iterable[str]) -> tuple[dict[Gain, set[Residual]], frozenset[tuple[str, Residual]]]:
        known: defaultdict[Gain, set[Residual]] = defaultdict(set)
        hubs: set[tuple[str, Residual]] = set()
        for node in nodes:
            for edge in self.out[node]:
                if self._is_hub(edge.target):
                    hubs.add((edge.target, edge.conditions))
                else:
                    known[_gain(edge)].add(edge.conditions)
        return dict(known), frozenset(hubs)

    def _is_new(
        self,
        edge: Edge,
        known: Mapping[Gain, set[Residual]],
        hubs: frozenset[tuple[str, Residual]],
        kept: set[str],
        node: str,
    ) -> bool:
        if self._is_hub(edge.target):
            if edge.kind is EdgeKind.CAN_CHANGE_STATE:
                return self._changes_others(edge, hubs, kept, identity_of(node))
            return self._class_opens(edge, known, hubs)
        if edge.kind is EdgeKind.CAN_CHANGE_STATE and edge.target in self.states:
            if edge.target not in kept or edge.target == node:
                return False
            if edge.target in self._lower(node) and self._made_by_itself(edge.target):
                return False
        if edge.target == identity_of(node):
            return False
        return not self._known(_gain(edge), edge.conditions, known, hubs)

    def _controls_all(self, identity: str, node: str) -> bool:
        """Return whether an identity has full control of its account before the change."""
        account = identity.split(":", 5)[4]
        return any(
            edge.target == f"aws:admin:{account}" and not edge.conditions and edge.state.word == "verified"
            for edge in self.out[node]
        )

    def _lower(self, node: str) -> list[str]:
        identity, words = identity_of(node), sorted(_words(node))
        found = [identity]
        for size in range(1, len(words)):
            for part in itertools.combinations(words, size):
                other = self.by_changes.get((identity, frozenset(part)))
                if other is not None:
                    found.append(other)
        return found

    def _is_hub(self, node: str) -> bool:
        known = self.graph.nodes.get(node)
        return known is not None and known.kind is NodeKind.HUB

    def _of_class(self, hub: str) -> dict[Gain, set[Residual]]:
        if hub not in self._members:
            found: defaultdict[Gain, set[Residual]] = defaultdict(set)
            for edge in self.out[hub]:
                found[_gain(edge)].add(edge.conditions)
            self._members[hub] = dict(found)
        return self._members[hub]

    def _class_opens(
        self, edge: Edge, known: Mapping[Gain, set[Residual]], hubs: frozenset[tuple[str, Residual]]
    ) -> bool:
        if any(hub == edge.target and set(conditions) <= set(edge.conditions) for hub, conditions in hubs):
            return False
        key = (edge.target, edge.conditions, hubs)
        new = self._compared.get(key)
        if new is None:
            new = self._compared[key] = any(
                not self._known(gain, merge_residuals([edge.conditions, residual]), {}, hubs)
                for gain, residuals in self._of_class(edge.target).items()
                for residual in residuals
            )
        if not new or not known:
            return new
        return any(
            not self._known(gain, merge_residuals([edge.conditions, residual]), known, hubs)
            for gain, residuals in self._of_class(edge.target).items()
            for residual in residuals
        )

    def _made_by_itself(self, node: str) -> bool:
        """Return whether an identity gets into a state by changes of itself alone, each adding one."""
        return any(edge.target == node for other in self._lower(node) for edge in self.out[other])

    def _changes_others(self, edge: Edge, hubs: frozenset[tuple[str, Residual]], kept: set[str], identity: str) -> bool:
        """Return whether a class of changes leads a state to a kept state of somebody else that it newly makes."""
        if any(hub == edge.target and set(conditions) <= set(edge.conditions) for hub, conditions in hubs):
            return False
        return any(
            (gain[0] in kept or gain[0] not in self.states) and identity_of(gain[0]) != identity
            for gain in self._of_class(edge.target)
        )

    def _known(
        self,
        gain: Gain,
        conditions: Residual,
        known: Mapping[Gain, set[Residual]],
        hubs: frozenset[tuple[str, Residual]],
    ) -> bool:
        if any(set(residual) <= set(conditions) for residual in known.get(gain, ())):
            return True
        return any(
            set(outer) | set(inner) <= set(conditions)
            for hub, outer in hubs
            for inner in self._of_class(hub).get(gain, ())
        )


def _words(node: str) -> frozenset[str]:
    return frozenset(node.partition("?")[2].split("&"))


def _gain(edge: Edge) -> Gain:
    return (edge.target, edge.kind, edge.technique)


def _held(edge: Edge) -> set[str]:
    """Return the states that an edge needs to be held beside its source."""
    return {value for clause in edge.conditions for atom in clause if atom.key == HOLDS for value in atom.values}


def _rest(edge: Edge) -> set[Clause]:
    """Return the conditions of an edge other than who must be held."""
    return {clause for clause in edge.conditions if all(atom.key != HOLDS for atom in clause)}


def _close_classes(graph: IdentityGraph, states: set[str], hubs: set[str]) -> None:
    """Drop classes that stand for nobody, and members of one that nobody but the member itself enters."""
    callers: defaultdict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        if edge.kind is EdgeKind.CAN_CHANGE_STATE and edge.target.startswith("hub:"):
            callers[edge.target].add(identity_of(edge.source))
    for edge in [edge for edge in graph.edges if edge.target in states and edge.source in callers]:
        if callers[edge.source] == {identity_of(edge.target)}:
            del graph.edges[edge]
    members: defaultdict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        if edge.source in callers:
            members[edge.source].add(identity_of(edge.target))
    for edge in [edge for edge in graph.edges if edge.target in callers]:
        if members[edge.target] <= {identity_of(edge.source)}:
            del graph.edges[edge]
    classes = {node for node in graph.nodes if node in hubs or node in callers}
    entered = {edge.target for edge in graph.edges if edge.target in classes}
    left = {edge.source for edge in graph.edges if edge.source in classes}
    _delete(graph, classes - (entered & left))


def _delete(graph: IdentityGraph, nodes: set[str]) -> None:
    if not nodes:
        return
    for edge in [edge for edge in graph.edges if edge.source in nodes or edge.target in nodes]:
        del graph.edges[edge]
    for node in nodes:
        graph.nodes.pop(node, None)
