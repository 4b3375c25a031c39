"""Caller class × target class through one hub, so that many principals with equal rights over many targets add up.

Input: principals, the permissions that a technique needs on one target, candidate targets.
Output: edges; ``principal -> hub -> target`` where a class has several principals and several targets, else direct
ones.
Complexity: O(principals × ways + classes × matching targets); never principals × targets.
Not handled: permissions on a resource other than the target (see ``fresh``); callers give those as ``extra``.
"""

from __future__ import annotations

import hashlib
import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.decision import ALWAYS, Atom, Residual, merge_residuals
from graph.edges.aws.capability import (
    MAX_ALTERNATIVES,
    Capability,
    Ceiling,
    PrincipalView,
    ResourceSlice,
    Way,
    capability,
    on_target,
    resolve_residual,
)
from graph.evaluate.aws.context import Context, Principal, PrincipalKind, Request, Resource, request_context
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["Candidates", "Extra", "Need", "Target", "class_edges"]

MAX_CHOICES = 1024
"""Combinations of one principal's statements that are looked at, one statement a permission: each may be about targets
of
its own, so a cut loses edges; only a principal with dozens of statements for each of several permissions meets it."""
_WILDCARDS = ("*", "?")


@dataclass(frozen=True, slots=True)
class Target:
    """Something a technique can be used on."""

    arn: str
    """What the first permission names and candidates are sorted by."""
    node: str
    """Node that the edge points to."""
    context: Context
    """Facts about it, for conditions on the target."""
    arns: tuple[str, ...] = ()
    """ARN for each need when they differ; ``()``: ``arn`` for all."""
    grants: tuple[str, ...] = ()
    """Grants on the target's side (the trust statement …)."""
    conditions: Residual = ALWAYS
    guards: tuple[str, ...] = ()
    state: State = State.VERIFIED
    via: str = ""
    note: str = ""
    not_for: str = ""
    """A principal for whom it is no gain (itself)."""
    contexts: tuple[Context, ...] = ()
    """Facts for each need when they differ; ``()``: ``context`` for all."""
    before: Context | None = None
    """Facts under which a way that already serves the first need makes this target no gain."""


@dataclass(frozen=True, slots=True)
class Need:
    """A permission needed on the target."""

    action: str
    stated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Candidates:
    """Targets sorted by ARN, found by pattern without looking at each where the pattern has a literal beginning."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._targets = sorted(targets, key=lambda target: (target.arn, target.node, target.via, target.grants))
        self._arns = [target.arn for target in self._targets]

    def __len__(self) -> int:
        return len(self._targets)

    def within(self, part: ResourceSlice) -> Iterator[Target]:
        """Yield targets that the slice may hold: a superset in ARN order for patterns, all for a negated slice."""
        if part.negated or len(part.patterns) > 64:
            yield from self._targets
            return
        spans = sorted(self._span(pattern) for pattern in part.patterns)
        position = 0
        for start, stop in spans:
            for index in range(max(start, position), stop):
                yield self._targets[index]
            position = max(position, stop)

    def _span(self, pattern: str) -> tuple[int, int]:
        cut = min((pattern.find(mark) for mark in _WILDCARDS if mark in pattern), default=-1)
        prefix = pattern if cut < 0 else pattern[:cut]
        start = bisect_left(self._arns, prefix)
        if not prefix:
            return 0, len(self._arns)
        stop = bisect_left(self._arns, prefix + "\U0010ffff") if cut >= 0 else bisect_left(self._arns, prefix + "\x00")
        return start, stop


@dataclass(frozen=True, slots=True)
class _Caller:
    node: str
    grants: tuple[str, ...]
    conditions: Residual
    guards: tuple[str, ...]


@dataclass(slots=True)
class _Class:
    ways: tuple[ResourceSlice, ...]
    rights: tuple[Capability, ...]
    group: str
    account: str
    presents: tuple[tuple[str, tuple[str, ...]], ...] = ()
    held: tuple[ResourceSlice, ...] = ()
    """Targets of the first permission that the callers reach by the very grants of the ways anyhow: no gain there."""
    held_rights: Capability | None = None
    callers: dict[_Caller, None] = field(default_factory=dict)


Extra = Callable[[PrincipalView], Sequence[tuple[tuple[str, ...], Residual]]]
"""For a principal: alternatives (grants, conditions) of what else it needs; empty: it cannot."""


def class_edges(
    identity_graph: IdentityGraph,
    views: Iterable[PrincipalView],
    needs: Sequence[Need],
    candidates_of: Callable[[str], Candidates | None],
    *,
    kind: EdgeKind,
    technique: str,
    extra: Extra | None = None,
    implicit_first_need: bool = False,
    unless_held: bool = False,
    describe: str = "",
    group_of: Callable[[PrincipalView], str] = lambda view: view.account,
    groups_of: Callable[[PrincipalView], Sequence[str]] | None = None,
    impact_of: Callable[[str], str] = lambda node: "",
    purpose: str = "",
) -> None:
    """Add the edges of one technique.

    Parameters
    ----------
    identity_graph
        Receives hubs and edges.
    views
        Principals to consider.
    needs
        Permissions, all on one target.
    candidates_of
        Group of the caller to the targets that it could use this on; ``None`` or empty: none.
    kind, technique
        What the edges are.
    extra
        Further requirements that do not depend on the target.
    implicit_first_need
        The target's own policy grants the first permission, so no identity statement is needed (denies and ceilings
        still apply).
    unless_held
        With ``implicit_first_need``: leave out targets on which the caller has the first permission already by the very
        grants that the others rest on.
    describe
        Words for the hub, e.g. ``roles``.
    group_of
        Callers of different groups never share targets; the account unless the targets look at more of the caller.
    groups_of
        Instead of ``group_of`` where a caller is in several groups.
    impact_of
        Impact class of what is gained, by target node; ``""``: none of its own.
    purpose
        Tells hubs apart where there is no technique id.
    """
    classes: dict[tuple[object, ...], _Class] = {}
    for view in views:
        groups = (group_of(view),) if groups_of is None else groups_of(view)
        names = [name for name in groups if candidates_of(name)]
        if not names:
            continue
        for rest, group, caller in _callers(view, needs, extra, implicit_first_need, unless_held):
            for name in names:
                key = (name, *rest)
                found = classes.get(key)
                if found is None:
                    found = classes[key] = replace(group, group=name, callers={})
                found.callers[caller] = None
    for key, group in classes.items():
        candidates = candidates_of(group.group)
        assert candidates is not None
        # Who needs no allow and who has one may otherwise look alike; their classes lead to different targets.
        named = (implicit_first_need, unless_held, *key)
        _emit(identity_graph, named, group, candidates, _Words(kind, technique, describe, purpose, impact_of))


def _callers(
    view: PrincipalView,
    needs: Sequence[Need],
    extra: Extra | None,
    implicit_first_need: bool,
    unless_held: bool = False,
) -> Iterator[tuple[tuple[object, ...], _Class, _Caller]]:
    """Yield what tells the caller's classes apart beside the group, the class (of no group yet) and the caller."""
    if not all(view.may_allow(need.action) for need in (needs[1:] if implicit_first_need else needs)):
        return
    rights: list[Capability] = []
    own = capability(view, needs[0].action, needs[0].stated) if unless_held else None
    for position, need in enumerate(needs):
        found = capability(view, need.action, need.stated)
        if position == 0 and implicit_first_need:
            found = _granted_by_target(view, need, found)
        if not found.ways:
            return
        rights.append(found)
    extras: Sequence[tuple[tuple[str, ...], Residual]] = [((), ALWAYS)] if extra is None else extra(view)
    if not extras:
        return
    guards = tuple(sorted({label for item in rights for label in item.guard_labels}))
    choices = itertools.islice(itertools.product(*(item.ways for item in rights)), MAX_CHOICES)
    for ways in _minimal(choices):
        slices = tuple(way.slice for way in ways)
        key: tuple[object, ...] = (slices, tuple(item.guard_key for item in rights))
        if view.presents:
            key = (*key, view.presents)
        grants = {grant for way in ways for grant in way.grants}
        held = tuple(way.slice for way in own.ways if grants.issuperset(way.grants)) if own else ()
        if own is not None and held:
            key = (*key, held, own.guard_key)
        for more, conditions in extras:
            caller = _Caller(view.node, tuple(sorted(grants | set(more))), conditions, guards)
            yield key, _Class(slices, tuple(rights), "", view.account, view.presents, held, own), caller


def _granted_by_target(view: PrincipalView, need: Need, rights: Capability) -> Capability:
    """Return the rights of a principal whom the target's own policy lets in as everybody of its account.

    A boundary then takes away only by an explicit deny (``graph/evaluate/aws/decision_table.toml``, form ``wildcard``);
    AWS does not say so of users and trust policies, where a boundary without an allow leaves the access open.
    """
    everything = ResourceSlice(("*",))
    ceilings = rights.ceilings
    if view.boundary is not None:
        above = capability(replace(view, boundary=None), need.action, need.stated).ceilings
        limits = [item for item in ceilings if item not in above]
        ceilings = above
        if need.action == "sts:AssumeRole" and view.principal.kind is not PrincipalKind.ROLE:
            unclear = ResourceSlice(
                ("*",), False, ((Atom("documentation", "?", (f"whether {view.boundary.label} limits",)),),)
            )
            ceilings = (*above, *(Ceiling((*item.slices, unclear)) for item in limits))
    return Capability((Way(everything, ()),), ceilings, rights.denies, rights.guard_labels)


def _minimal(choices: Iterable[tuple[Way, ...]]) -> list[tuple[Way, ...]]:
    """Drop a choice when another one over the same slices needs a strict subset of its grants."""
    kept = list(choices)
    if len(kept) == 1:
        return kept
    by_slices: dict[tuple[ResourceSlice, ...], list[tuple[frozenset[str], tuple[Way, ...]]]] = defaultdict(list)
    for ways in kept:
        grants = frozenset(grant for way in ways for grant in way.grants)
        by_slices[tuple(way.slice for way in ways)].append((grants, ways))
    return [
        ways for group in by_slices.values() for grants, ways in group if not any(other < grants for other, _ in group)
    ]


@dataclass(frozen=True, slots=True)
class _Member:
    target: Target
    conditions: Residual


def _members(group: _Class, candidates: Candidates) -> Iterator[_Member]:
    seen: set[tuple[int, Residual]] = set()
    carried = _carried(group)
    for target in candidates.within(group.ways[0]):
        if _is_held(group, target):
            continue
        if target.before is not None and ALWAYS in on_target(group.ways[0], group.rights[0], target.arn, target.before):
            continue
        options: list[tuple[Residual, ...]] = []
        for position, (way, rights) in enumerate(zip(group.ways, group.rights, strict=True)):
            arn = target.arns[position] if target.arns else target.arn
            facts = target.contexts[position] if target.contexts else target.context
            options.append(on_target(way, rights, arn, facts))
            if not options[-1]:
                break
        else:
            for choice in itertools.islice(itertools.product(*options), MAX_ALTERNATIVES):
                conditions = merge_residuals([*choice, target.conditions])
                if carried is not None:
                    resolved = resolve_residual(conditions, carried)
                    if resolved is None:
                        continue
                    conditions = resolved
                if (id(target), conditions) not in seen:
                    seen.add((id(target), conditions))
                    yield _Member(target, conditions)


def _carried(group: _Class) -> Context | None:
    """Return what every call of the class carries, for conditions on the target's side; ``None``: nothing."""
    if not group.presents:
        return None
    nobody = Principal(PrincipalKind.ACCOUNT, "", "", tags=None, organization_id=None)
    return request_context(Request(nobody, "", Resource(arn=""), dict(group.presents), frozenset()))


def _is_held(group: _Class, target: Target) -> bool:
    """Return whether the callers have the first permission on the target already, without further conditions."""
    rights = group.held_rights
    if rights is None:
        return False
    arn = target.arns[0] if target.arns else target.arn
    return any(ALWAYS in on_target(part, rights, arn, target.context) for part in group.held)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the edges of one call are called."""

    kind: EdgeKind
    technique: str
    describe: str
    purpose: str
    impact_of: Callable[[str], str]


def _emit(identity_graph: IdentityGraph, key: object, group: _Class, candidates: Candidates, words: _Words) -> None:
    kind, technique = words.kind, words.technique
    members = list(_members(group, candidates))
    callers = list(group.callers)
    if not members:
        return
    if len(callers) == 1 or len(members) == 1:
        identity_graph.add_edges(
            _edge(caller.node, member.target.node, words, caller, member)
            for caller in callers
            for member in members
            if caller.node.split("?", 1)[0] not in (member.target.not_for, member.target.node)
            and caller.node != member.target.node
        )
        return
    name = technique or words.purpose or kind.value.lower()
    digest = hashlib.sha256(repr((name, words.describe, key)).encode()).hexdigest()[:16]
    hub = f"hub:{name}:{group.account}:{digest}"
    pattern = ", ".join(group.ways[0].patterns[:3]) + (" …" if len(group.ways[0].patterns) > 3 else "")
    negation = "other than " if group.ways[0].negated else ""
    identity_graph.add_node(
        Node(hub, NodeKind.HUB, f"{name}: {words.describe or 'targets'} {negation}{pattern}", "aws", group.account)
    )
    for caller in callers:
        identity_graph.add_edge(
            Edge(caller.node, hub, kind, True, technique, caller.grants, caller.conditions, caller.guards)
        )
    for member in members:
        target = member.target
        identity_graph.add_edge(
            Edge(
                hub,
                target.node,
                kind,
                True,
                technique,
                tuple(sorted(target.grants)),
                member.conditions,
                target.guards,
                target.state,
                words.impact_of(target.node),
                target.via,
                note=target.note,
            )
        )


def _edge(source: str, destination: str, words: _Words, caller: _Caller, member: _Member) -> Edge:
    target = member.target
    return Edge(
        source,
        destination,
        words.kind,
        True,
        words.technique,
        grants=tuple(sorted({*caller.grants, *target.grants})),
        conditions=merge_residuals([caller.conditions, member.conditions]),
        guards=tuple(sorted({*caller.guards, *target.guards})),
        state=target.state,
        impact=words.impact_of(target.node),
        via=target.via,
        note=target.note,
    )
