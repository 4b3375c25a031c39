"""One application or key seen in several systems: where its credential lies, and where its public id is named.

Input: the graph with the edges of every joint. Output: facts of credentials and of whom they prove: ``seen_in`` and
``seen_at`` (systems and places of which a verified step says that the credential lies there), ``seen_count``,
``maybe_in`` (systems of which an unverified one does), ``named_in`` and ``named_at`` (systems and places whose
variables, settings or workflow files have its public id); figures.
Handled: stored secrets, secrets and jobs of CI systems, settings of workloads.
Not handled: logs of use; ids in free text. Places are listed up to ``SHOWN``; the systems are complete.
Complexity: linear in edges and in ids, but for sorting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.credentials import Credentials
from graph.kinds import Category, EdgeKind, State
from graph.model import IdentityGraph, Node

__all__ = ["SHOWN", "join_sightings"]

SHOWN = 25
_KEEPERS = (Category.SECRET, Category.WORKLOAD)


@dataclass(slots=True)
class _Seen:
    """Places of one credential or identity, with their system."""

    sure: dict[str, str] = field(default_factory=dict)
    maybe: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Return what the node says of it."""
        found: dict[str, Any] = {}
        if self.sure:
            found |= {"seen_in": sorted(set(self.sure.values())), "seen_at": sorted(self.sure)[:SHOWN]}
            found["seen_count"] = len(self.sure)
        if maybe := set(self.maybe.values()) - set(self.sure.values()):
            found["maybe_in"] = sorted(maybe)
        if self.named:
            found |= {"named_in": sorted(set(self.named.values())), "named_at": sorted(self.named)[:SHOWN]}
        return found

    def outcome(self) -> Outcome:
        """Return whether it lies in several systems."""
        if len(set(self.sure.values())) > 1:
            return Outcome.MATCHED
        return Outcome.UNVERIFIED if len({*self.sure.values(), *self.maybe.values()}) > 1 else Outcome.UNMATCHED


def join_sightings(identity_graph: IdentityGraph, known: Credentials) -> JointCount:
    """Write the facts and count what lies in several systems."""
    tally = Tally("credential in several systems", "credentials that lie in a secret or a setting")
    seen = _lying(identity_graph)
    for found in seen.values():
        tally.add(found.outcome())
    for node, ids in _naming(identity_graph):
        for value in dict.fromkeys(ids):
            for target in (*(held.node for held in known.with_id(value)), *known.identities(value)):
                seen[target].named[node.id] = node.source
    for target in list(seen):
        if target in known.by_node:
            _add(seen[known.by_node[target].identity], seen[target])
    for node in list(identity_graph.nodes.values()):
        # What carries the credentials of an application says of it what is said of who acts by them.
        of = node.id if node.id in seen else str(node.attributes.get("service_principal") or "")
        if of in seen and (facts := seen[of].facts()):
            identity_graph.nodes[node.id] = replace(node, attributes={**node.attributes, **facts})
    return tally.done()


def _lying(identity_graph: IdentityGraph) -> defaultdict[str, _Seen]:
    seen: defaultdict[str, _Seen] = defaultdict(_Seen)
    for edge in identity_graph.edges:
        if edge.kind is EdgeKind.AUTHENTICATES_AS and edge.traversable:
            node = identity_graph.nodes[edge.source]
            if node.category in _KEEPERS:
                found = seen[edge.target]
                (found.sure if edge.state is State.VERIFIED else found.maybe)[node.id] = node.source
    return seen


def _naming(identity_graph: IdentityGraph) -> Iterator[tuple[Node, list[str]]]:
    """Yield nodes that have public ids of credentials or applications, with these ids."""
    for node in identity_graph.nodes.values():
        facts = node.attributes
        ids: list[str] = []
        for name in ("variable_ids", "environment_key_ids", "environment_app_ids", "given"):
            ids += map(str, (facts.get(name) or {}).values())
        for given in facts.get("given_steps") or ():
            ids += map(str, given.values())
        if ids:
            yield node, ids


def _add(into: _Seen, found: _Seen) -> None:
    into.sure |= found.sure
    into.maybe |= found.maybe
    into.named |= found.named
