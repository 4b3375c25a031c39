"""Classes of targets by scope: one node a scope, so that a Contributor over 20,000 machines is 20,001 edges.

Input: targets with the scope that each stands at. Output: ``TargetClass``: the node of everything below a scope, made
when first asked, with edges to the targets; a class leads to targets alone and never to another class.
Handled: deny assignments that cut parts out, subscriptions that are disabled, a class with a single member (no node,
the target itself).
Complexity: O(targets × depth) for each class and for the denies that hit everybody; whom a deny spares, or names, gets
edges to the parts that are left, as many as there are scopes right below those on the way to the denies.
Not handled: who gets there; that is ``ways``.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
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
    _whole: dict[tuple[str, frozenset[str]], Edge | None] = field(default_factory=dict)

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

    def ends(self, scope: str, cut: frozenset[str], *, shared: bool = True) -> Iterator[Edge]:
        """Yield edges into everything below a scope that denies leave; their sources are to be set.

        Parameters
        ----------
        cut
            Ids of the deny assignments below the scope that stop who comes.
        shared
            True where these are what stops everybody, so that a class of its own is worth making.
        """
        cut = self._near(scope, cut)
        if not cut or shared:
            key = (scope, cut)
            if key not in self._whole:
                self._whole[key] = self._made(scope, cut)
            edge = self._whole[key]
            if edge is not None:
                yield edge
            return
        here, below = self._stopped_here(scope, cut)
        if not here:
            yield from (self._to(gain) for gain in self.gains.get(scope, ()))
        outside = not self.authority.stopped(scope)
        for inner in self._inside.get(scope, ()) if not below else ():
            waits = self.authority.stopped(inner) if outside else ALWAYS
            for edge in self.ends(inner, cut, shared=False):
                yield replace(edge, conditions=merge_residuals([edge.conditions, waits])) if waits else edge

    def _near(self, scope: str, cut: frozenset[str]) -> frozenset[str]:
        """Return the denies of some that are at a scope or below it."""
        return cut and cut & {deny.id for deny in self.authority.denies_within.get(scope, ())}

    def _stopped_here(self, scope: str, cut: frozenset[str]) -> tuple[bool, bool]:
        """Return whether a deny stops a scope itself, and whether one stops what is below it."""
        here = [deny for deny in self.authority.denies_within.get(scope, ()) if deny.scope == scope and deny.id in cut]
        return bool(here), any(deny.children for deny in here)

    def _made(self, scope: str, cut: frozenset[str]) -> Edge | None:
        ends = list(self._targets(scope, cut))
        if len(ends) < 2:
            return ends[0] if ends else None
        node = hub_node(scope, f"{self.name}{_mark(cut)}")
        self.identity_graph.add_node(Node(node, NodeKind.HUB, f"{self.words} below {scope}", "azure", ""))
        for edge in ends:
            self.identity_graph.add_edge(replace(edge, source=node))
        return Edge("", node, self.kind, True)

    def _targets(self, scope: str, cut: frozenset[str]) -> Iterator[Edge]:
        """Yield the edges to every target below a scope; out of a disabled subscription they wait for it."""
        outside = not self.authority.stopped(scope)
        queue: list[tuple[str, Residual]] = [(scope, ALWAYS)]
        while queue:
            place, waits = queue.pop()
            here, below = self._stopped_here(place, cut) if cut else (False, False)
            for gain in self.gains.get(place, ()) if not here else ():
                edge = self._to(gain)
                yield replace(edge, conditions=merge_residuals([edge.conditions, waits])) if waits else edge
            for inner in self._inside.get(place, ()) if not below else ():
                queue.append((inner, waits or (self.authority.stopped(inner) if outside else ALWAYS)))

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
