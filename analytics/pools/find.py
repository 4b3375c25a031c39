"""Pools: one identity or credential that two or more consumers use, what it reaches, and what separating it takes.

Input: a snapshot and settings. Output: ``PoolReport``.
Handled: everything that ``analytics.pools.links`` sees set up on purpose, and identities that may enter a role or read
a secret by their own policies; administrators and people are counted apart. Service-linked roles are no pools.
Not handled: which of the consumers made a call; copies of a credential where the product does not look. ``unknown``
names the operations that could add consumers.
Cost: linear in edges and workloads, and one search for each pool that is told.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.jewels import jewels
from analytics.policy import Policy
from analytics.pools.answer import CONFIGURATION, KINDS, PERMISSION, Consumer, EvidenceOf, LeftOut, Pool, PoolReport
from analytics.pools.coverage import NotSeen, Unseen
from analytics.pools.drafts import Draft, drafts
from analytics.pools.facts import Fact, Facts
from analytics.pools.groups import Member, kind_of
from analytics.pools.links import PODS, Evidence, Link
from analytics.pools.reach import TogetherSearch
from analytics.pools.separation import Separation, separation_of, steps_for
from analytics.privilege import entra, other
from analytics.privilege.dormant import last_used
from analytics.rules._context import RuleContext
from analytics.subjects import question_time
from analytics.workload_families import deployment_of
from graph.kinds import IDENTITY_KINDS, NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["KINDS", "SHOWN", "pools"]

SHOWN = 25
"""Consumers listed for each pool unless the caller says otherwise."""
_JEWELS = 10
_NONE = 12
"""Behind the worst impact classes: no class."""


def pools(
    snapshot: Snapshot,
    policy: Policy | None = None,
    *,
    kind: str = "",
    credential: str = "",
    limit: int | None = None,
    shown: int = SHOWN,
) -> PoolReport:
    """Return the pools of a snapshot.

    Parameters
    ----------
    kind
        Only this one of ``KINDS``.
    credential
        Only pools of this node id, or of the identity that it names.
    limit
        Tell so many pools; ``count`` stays exact. Telling costs one search each.
    shown
        Consumers listed for each pool.
    """
    teller = _Teller(snapshot, policy or Policy(), shown)
    found = [draft for draft in drafts(snapshot, teller.context) if not kind or kind_of(draft.group) == kind]
    if credential:
        found = [draft for draft in found if credential in (draft.group.id, teller.identity_of(draft))]
    facts = {id(draft): teller.facts(draft) for draft in found}
    found.sort(key=lambda draft: teller.order(draft, facts[id(draft)]))
    return PoolReport(tuple(teller.pool(draft, facts[id(draft)]) for draft in found[:limit]), len(found))


class _Teller:
    """Tells drafts of one snapshot."""

    def __init__(self, snapshot: Snapshot, policy: Policy, shown: int) -> None:
        self.context = RuleContext(snapshot, policy, question_time(snapshot))
        self._snapshot = snapshot
        self._facts = Facts(snapshot, self.context)
        self._unseen = Unseen(snapshot)
        self._shown = shown
        found = jewels(snapshot, policy.zones, tags=policy.jewel_tags)
        self._search = TogetherSearch(snapshot, found, _JEWELS)

    def identity_of(self, draft: Draft) -> str:
        """Return whom the shared thing proves; ``""``: not known."""
        if draft.group.node >= 0 and draft.group.kind in IDENTITY_KINDS:
            return draft.group.id
        row = self._snapshot.credential(draft.group.id) if draft.group.node >= 0 else None
        return row.identity if row is not None else ""

    def facts(self, draft: Draft) -> tuple[Fact, Fact, Fact]:
        """Return account, environment and owner of the consumers."""
        permitted = draft.permitted
        direct = [number for number in permitted.only_direct().tolist() if number not in draft.accounted]
        left_out = permitted.in_classes({*draft.accounted, permitted.itself} - {-1})
        numbers = [*(member.node for member in draft.group.members), *direct]
        account, environment, owner = (
            self._facts.fact(name, numbers, permitted.shared, permitted.classes, left_out)
            for name in ("account", "environment", "owner")
        )
        return account, environment, owner

    def order(self, draft: Draft, facts: Sequence[Fact]) -> tuple[object, ...]:
        """Set up first, then what crosses environments, then the own impact, then the size."""
        own = int(self._snapshot.arrays.node_impact[draft.group.node]) if draft.group.node >= 0 else 0
        return (
            _basis(draft) != CONFIGURATION,
            facts[1].same is not False,
            own or _NONE,
            -draft.count,
            draft.group.id,
        )

    def pool(self, draft: Draft, facts: tuple[Fact, Fact, Fact]) -> Pool:
        """Return a pool in full."""
        group, identity = draft.group, self.identity_of(draft)
        shared = self._snapshot.node(group.node) if group.node >= 0 else None
        holder = self.context.node(identity) if identity else None
        last = self._last_used(draft, shared, holder)
        separation = separation_of(self._snapshot, holder)
        consumers = self._consumers(draft, shared, separation, last)
        return Pool(
            group.id,
            identity,
            kind_of(group),
            _basis(draft),
            consumers,
            draft.count,
            draft.configured,
            group.open_ended,
            LeftOut(draft.permitted.people, draft.permitted.administrators),
            *facts,
            self._deployment(draft),
            last,
            self._search.of(group.node) if group.node >= 0 else None,
            separation,
            self._unknown(draft, shared),
        )

    def _consumers(self, draft: Draft, shared: Node | None, separation: Separation, last: str) -> tuple[Consumer, ...]:
        members = draft.group.members[: self._shown]
        told = [self._member(member, shared, separation, last) for member in members]
        left = self._shown - len(told)
        if left > 0:
            wanted = draft.permitted.first(left + len(draft.accounted))
            others = [number for number in wanted if number not in draft.accounted][:left]
            told += [self._permitted(number, draft, shared, separation, last) for number in others]
        return tuple(told)

    def _member(self, member: Member, shared: Node | None, separation: Separation, last: str) -> Consumer:
        node = self._snapshot.node(member.node)
        first = member.links[0]
        grants = self._snapshot.edge(first.edge).grants if first.edge >= 0 else ()
        name = member.id if member.kind in (PODS, NodeKind.OIDC_SUBJECT) else node.name
        seen = str(node.attributes.get("last_accessed_at") or "") if first.evidence is Evidence.STORED else ""
        return Consumer(
            member.id,
            member.kind,
            tuple(dict.fromkeys(self._evidence(link) for link in member.links)),
            seen or ("never" if last == "never" else "unknown"),
            member.size,
            member.open_ended,
            *self._place(member.node, node),
            deployment_of(node),
            steps_for(first.evidence, name, shared, separation, grants),
        )

    def _evidence(self, link: Link) -> EvidenceOf:
        if link.edge < 0:
            return EvidenceOf(link.evidence.value, link.pointer, State.VERIFIED.word)
        edge = self._snapshot.edge(link.edge)
        level = State(int(self.context.levels[link.edge])) if edge.traversable else State.UNVERIFIED
        return EvidenceOf(link.evidence.value, edge.evidence or ", ".join(edge.grants), level.word)

    def _permitted(self, number: int, draft: Draft, shared: Node | None, separation: Separation, last: str) -> Consumer:
        node = self._snapshot.node(number)
        evidence = Evidence.TRUST if number in draft.named else Evidence.PERMISSION
        grants, state = self._way(number, draft)
        return Consumer(
            node.id,
            node.kind.value,
            (EvidenceOf(evidence.value, ", ".join(grants), state.word),),
            "never" if last == "never" else "unknown",
            1,
            False,
            *self._place(number, node),
            "",
            steps_for(evidence, node.name, shared, separation, grants),
        )

    def _way(self, number: int, draft: Draft) -> tuple[tuple[str, ...], State]:
        """Return the grants of the surest edge by which an identity gets to what is shared, or to its class."""
        arrays, levels = self._snapshot.arrays, self.context.levels
        ends = [draft.group.node, *draft.permitted.classes]
        span = np.arange(int(arrays.indptr[number]), int(arrays.indptr[number + 1]))
        edges = span[np.isin(arrays.indices[span], ends) & (levels[span] > 0)]
        if not edges.size:
            return (), State.UNVERIFIED  # through a class of classes, whose grants are of several edges
        best = int(edges[np.argmax(levels[edges])])
        return self._snapshot.edge(best).grants, State(int(levels[best]))

    def _place(self, number: int, node: Node) -> tuple[str, str, str]:
        return (
            node.scope,
            self._facts.environment(number),
            str(node.attributes.get("owner") or node.attributes.get("owner_tag") or ""),
        )

    def _deployment(self, draft: Draft) -> Fact:
        workloads = (self._snapshot.node(member.node) for member in draft.group.members)
        texts = [deployment_of(node) for node in workloads]
        blank = draft.count - len(texts)
        return Fact.of([*texts, *[""] * min(blank, 1)])

    def _last_used(self, draft: Draft, shared: Node | None, holder: Node | None) -> str:
        """Return when the shared thing was last used by anyone: a time, ``never`` or ``unknown``."""
        row = self._snapshot.credential(draft.group.id) if draft.group.node >= 0 else None
        if row is not None:
            return row.last_used_at or ("never" if row.last_used_known else "unknown")
        if holder is not None and holder.kind in entra.KINDS:
            return entra.last_used(holder)
        if holder is not None and holder.kind in other.KINDS:
            return other.last_used(holder)
        if holder is not None and holder.kind is not NodeKind.AWS_ROOT:
            return last_used(self.context, holder)
        return str(shared.attributes.get("last_accessed_at") or "unknown") if shared is not None else "unknown"

    def _unknown(self, draft: Draft, shared: Node | None) -> tuple[NotSeen, ...]:
        of_role = draft.group.kind == NodeKind.AWS_ROLE and shared is not None
        return self._unseen.of(shared.scope if of_role and shared is not None else "", keepers=not of_role)


def _basis(draft: Draft) -> str:
    return CONFIGURATION if draft.configured > 1 or draft.group.open_ended else PERMISSION
