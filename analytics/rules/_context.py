"""What every rule may look at beside the snapshot, computed once for all of them.

Input: a snapshot, a policy, a time. Output: ``RuleContext``. Not handled: anything that only one rule needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from analytics.policy import Policy
from analytics.reach import AdminWitness, admin_witnesses
from analytics.verdicts import Severity
from graph.attacker import AttackerContext, baseline, edge_levels
from graph.errors import NodeNotFoundError
from graph.kinds import NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["LOWER_BOUND", "NO_TIME", "RuleContext", "parse_moment"]

_T = TypeVar("_T")
LOWER_BOUND = "The evidence does not say when it was collected, so this may be older than it looks; give `--as-of`."
NO_TIME = "The evidence states no time, so ages cannot be judged; give `--as-of`."
_SEEN = frozenset({"present", "empty"})
_INCOMPLETE = frozenset({"partial", "failed"})


def parse_moment(text: object) -> datetime | None:
    """Return the time behind an attribute; ``None`` for ``""`` or when it is missing."""
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


class RuleContext:
    """Policy, clock, and shared answers about one snapshot."""

    def __init__(self, snapshot: Snapshot, policy: Policy, as_of: datetime | None) -> None:
        self.snapshot = snapshot
        self.policy = policy
        self.as_of = as_of
        self.as_of_is_lower_bound = bool(snapshot.manifest.facts.get("as_of_is_lower_bound")) and (
            as_of == snapshot.manifest.as_of
        )
        """The evidence does not say when it was collected: things are at least as old as they look."""
        self._shared: dict[str, object] = {}

    def shared(self, name: str, make: Callable[[], _T]) -> _T:
        """Return what several rules need, made by the first that asks; ``name`` stands for one thing throughout."""
        if name not in self._shared:
            self._shared[name] = make()
        return cast("_T", self._shared[name])

    @cached_property
    def attacker(self) -> AttackerContext:
        """Return the baseline context, which the sweeps use."""
        return baseline(self.as_of or self.snapshot.manifest.as_of)

    @cached_property
    def admins(self) -> Mapping[str, AdminWitness]:
        """Return the nearest way to full control by identity, at any state."""
        return admin_witnesses(self.snapshot, self.attacker)

    @cached_property
    def levels(self) -> NDArray[np.int8]:
        """Return the state of every edge under the baseline context, by edge number."""
        return edge_levels(self.snapshot, self.attacker)

    def privileged(self, identity: str) -> bool:
        """Return whether the identity is or can become administrator, verified or conditional."""
        witness = self.admins.get(identity)
        return witness is not None and witness.state >= State.CONDITIONAL

    def severity_for(self, identity: str, usual: Severity) -> Severity:
        """Return the severity, one level higher for an identity that is or can become administrator."""
        return usual.raised() if self.privileged(identity) else usual

    def node(self, node_id: str) -> Node | None:
        """Return a node by id; ``None`` when the snapshot does not hold it."""
        try:
            return self.snapshot.node(self.snapshot.node_index(node_id))
        except NodeNotFoundError:
            return None

    def nodes(self, *kinds: NodeKind) -> Iterator[Node]:
        """Yield the collected nodes of some kinds, by id."""
        for number in self.snapshot.nodes_of_kind(*kinds):
            node = self.snapshot.node(int(number))
            if node.collected:
                yield node

    @cached_property
    def accounts(self) -> Mapping[str, Node]:
        """Return account nodes, collected or only referred to, by account id."""
        numbers = self.snapshot.nodes_of_kind(NodeKind.AWS_ACCOUNT)
        return {node.scope: node for node in (self.snapshot.node(int(number)) for number in numbers)}

    def relation_of(self, account: str) -> str:
        """Return whose an account is: ``own``, ``vendor`` or ``unknown``."""
        node = self.accounts.get(account)
        return str(node.attributes.get("relation", "unknown")) if node is not None else "unknown"

    def organization_of(self, account: str) -> str | None:
        """Return the organization id of an account; ``None`` when not known."""
        node = self.accounts.get(account)
        found = str(node.attributes.get("organization", "")) if node is not None else ""
        return found or None

    @cached_property
    def organizations(self) -> frozenset[str]:
        """Return the ids of our organizations; empty when the evidence shows none."""
        numbers = self.snapshot.nodes_of_kind(NodeKind.AWS_ORGANIZATION)
        return frozenset(self.snapshot.node(int(number)).name for number in numbers)

    @cached_property
    def credential_kinds(self) -> Mapping[str, frozenset[str]]:
        """Return the kinds of credentials of each identity that has any."""
        kinds: defaultdict[str, set[str]] = defaultdict(set)
        table = self.snapshot.table("credentials").columns(["identity", "kind"])
        for identity, kind in zip(table["identity"].to_pylist(), table["kind"].to_pylist(), strict=True):
            kinds[identity].add(kind)
        return {identity: frozenset(found) for identity, found in kinds.items()}

    @cached_property
    def _presence(self) -> Mapping[tuple[str, str], str]:
        return {
            (str(row["scope"]), str(row["operation"])): str(row["presence"])
            for row in self.snapshot.coverage
            if row["source"] == "aws" and not row["region"]
        }

    def looked_at(self, account: str, operation: str) -> bool:
        """Return whether a global AWS operation was answered in full for an account, be it with nothing."""
        return self._presence.get((account, operation), "absent") in _SEEN

    def refused(self, account: str, operation: str) -> bool:
        """Return whether the operation was asked and at least one call failed."""
        return self._presence.get((account, operation), "absent") in _INCOMPLETE
