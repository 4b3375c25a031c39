"""Classes of targets by scope: one node a scope, so that a Contributor over 20,000 machines is 20,001 edges.

Input: targets with the scope that each stands at. Output: ``TargetClass``: the node of everything below a scope, made
when first asked, with edges to the nodes of the scopes inside it and to the targets.
Handled: deny assignments that cut parts out (a node of its own for each such set), subscriptions that are disabled, a
class with a single member (no node, the target itself).
Complexity: O(targets × depth) for each class and each set of denies that somebody meets.
Not handled: who gets there; that is ``ways``.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from graph.decision import ALWAYS, Residual, merge_residuals
from graph.evaluate.azure.authorize import AzureAuthority
from graph.evaluate.azure.ids import hub_node
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["Gain", "TargetClass"]


@dataclass(frozen=True, slots=True)
class Gain:
    """What is gained at one scope."""

    scope: str
    """Where the right must hold."""
    node: str
    state: State = State.VERIFIED
    conditions: Residual = ALWAYS
    note: str = ""
    impact: str = ""
    via: str = ""
    grants: tuple[str, ...] = ()


@dataclass(slots=True)
class TargetClass:
    """Targets of one kind of step."""

    name: str
    """In the ids of its nodes."""
    words: str
    """For people: ``virtual machines``."""
    kind: EdgeKind
    authority: AzureAuthority
    identity_graph: IdentityGraph
    gains: dict[str, list[Gain]] = field(default_factory=lambda: defaultdict(list))
    _inside: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _ends: dict[tuple[str, frozenset[str]], Edge | None] = field(default_factory=dict)

    def fill(self, gains: Iterable[Gain]) -> None:
        """Add targets."""
        for gain in gains:
            self.gains[gain.scope].append(gain)
            way = self.authority.scopes.above(gain.scope)
            for inner, outer in itertools.pairwise(way):
                inside = self._inside[outer]
                if inner in inside:
                    break
                inside[inner] = None

    def end(self, scope: str, cut: frozenset[str]) -> Edge | None:
        """Return the edge into everything below a scope that denies leave; its source is to be set, ``None``: nothing.

        Parameters
        ----------
        cut
            Ids of the deny assignments below the scope that stop who comes.
        """
        if cut:
            # Parts of a class that a deny does not touch are the same for everybody.
            cut &= {deny.id for deny in self.authority.denies_within.get(scope, ())}
        key = (scope, cut)
        if key not in self._ends:
            self._ends[key] = self._made(scope, cut)
        return self._ends[key]

    def _made(self, scope: str, cut: frozenset[str]) -> Edge | None:
        within = self.authority.denies_within.get(scope, ()) if cut else ()
        here = [deny for deny in within if deny.scope == scope and deny.id in cut]
        ends: list[Edge] = []
        if not here:
            ends += [self._to(gain) for gain in self.gains.get(scope, ())]
        if not any(deny.children for deny in here):
            stopped = self.authority.stopped
            for inner in self._inside.get(scope, ()):
                edge = self.end(inner, cut)
                if edge is not None:
                    waits = stopped(inner) if not stopped(scope) else ()
                    ends.append(replace(edge, conditions=merge_residuals([edge.conditions, waits])) if waits else edge)
        if len(ends) < 2:
            return ends[0] if ends else None
        node = hub_node(scope, f"{self.name}{_mark(cut)}")
        self.identity_graph.add_node(Node(node, NodeKind.HUB, f"{self.words} below {scope}", "azure", ""))
        for edge in ends:
            self.identity_graph.add_edge(replace(edge, source=node))
        return Edge("", node, self.kind, True)

    def _to(self, gain: Gain) -> Edge:
        return Edge(
            "",
            gain.node,
            self.kind,
            True,
            grants=gain.grants,
            conditions=gain.conditions,
            state=gain.state,
            impact=gain.impact,
            via=gain.via,
            note=gain.note,
        )


def _mark(cut: frozenset[str]) -> str:
    """Return what tells apart nodes of one scope that other denies cut."""
    return f"-{hashlib.sha256(' '.join(sorted(cut)).encode()).hexdigest()[:8]}" if cut else ""
