"""Answer one action for many principals and many resources without looking at every pair.

Input: principals and resources with their policies. Output: the pairs that are or may be allowed.
Not handled: other actions at the same time; the context that is stated holds for every pair.

Each distinct document is read once: its statements for the action become sets of resources. What no condition, variable
or named principal touches is decided by set operations for a whole row of resources; a pair is handed to ``authorize``
only where one of those can matter. The answer equals ``authorize`` pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from graph.decision import Decision, Outcome
from graph.evaluate.aws.authorize import authorize
from graph.evaluate.aws.bits import ResourceIndex, as_bits, positions
from graph.evaluate.aws.document import Effect, PolicyDocument
from graph.evaluate.aws.layers import LabelledDocument, PolicyLayers
from graph.evaluate.aws.principals import Principal, PrincipalKind, Request, Resource
from graph.evaluate.aws.table import decision_table
from graph.evaluate.aws.targets import ResourceGrants

__all__ = ["Pair", "PairResult", "PrincipalLayers", "ResourceLayers", "allowed_pairs", "layers_of"]

_K = PrincipalKind
_INDEXED: Final = frozenset({_K.USER, _K.ROLE, _K.ROLE_SESSION})
_NOT_REACHED: Final = frozenset({Outcome.DENIED, Outcome.NOT_ALLOWED})


@dataclass(frozen=True, slots=True)
class PrincipalLayers:
    """A principal with the layers that follow from it."""

    principal: Principal
    identity: tuple[LabelledDocument, ...] = ()
    boundary: LabelledDocument | None = None
    scps: tuple[tuple[LabelledDocument, ...], ...] = ()
    session: tuple[LabelledDocument, ...] | None = None


@dataclass(frozen=True, slots=True)
class ResourceLayers:
    """A resource with the layers that follow from it."""

    resource: Resource
    policy: LabelledDocument | None = None
    mandatory: bool = False
    rcps: tuple[tuple[LabelledDocument, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair that is or may be allowed."""

    principal: int
    """Place in the given principals."""
    resource: int
    """Place in the given resources."""
    outcome: Outcome
    decision: Decision | None = None
    """``None`` when sets alone decided that it is allowed."""


@dataclass(slots=True)
class PairResult:
    """All pairs of one question; iterating gives a ``Pair`` for each that is not denied."""

    total: int
    evaluated: int = 0
    """Pairs that ``authorize`` looked at."""
    certain: int = 0
    """Pairs that sets alone found allowed."""
    _rows: list[tuple[int, int, dict[int, Decision]]] = field(default_factory=list)
    _order: tuple[int, ...] = ()

    @property
    def excluded(self) -> int:
        """Pairs that sets alone found not allowed."""
        return self.total - self.evaluated - self.certain

    def __iter__(self) -> Iterator[Pair]:
        for principal, allowed, decisions in self._rows:
            for place in positions(allowed):
                yield Pair(principal, self._order[place], Outcome.ALLOWED)
            for place, decision in decisions.items():
                yield Pair(principal, self._order[place], decision.outcome, decision)


def layers_of(principal: PrincipalLayers, resource: ResourceLayers) -> PolicyLayers:
    """Return the layers of one pair."""
    return PolicyLayers(
        identity=principal.identity,
        boundary=principal.boundary,
        scps=principal.scps,
        rcps=resource.rcps,
        resource=resource.policy,
        session=principal.session,
        resource_mandatory=resource.mandatory,
    )


@dataclass(frozen=True, slots=True)
class _Sets:
    """What a layer says of each resource: surely allowed, possibly allowed, surely denied, possibly denied."""

    allowed: int
    maybe_allowed: int
    denied: int
    maybe_denied: int

    def also(self, other: _Sets) -> _Sets:
        """Join documents of one layer."""
        return _Sets(
            self.allowed | other.allowed,
            self.maybe_allowed | other.maybe_allowed,
            self.denied | other.denied,
            self.maybe_denied | other.maybe_denied,
        )

    def within(self, other: _Sets) -> _Sets:
        """Join layers that must both allow."""
        return _Sets(
            self.allowed & other.allowed,
            self.maybe_allowed & other.maybe_allowed,
            self.denied | other.denied,
            self.maybe_denied | other.maybe_denied,
        )


class _Reader:
    """Turns documents into sets of resources, once each."""

    def __init__(self, action: str, index: ResourceIndex) -> None:
        self._action = action
        self._index = index
        self._documents: dict[str, _Sets] = {}
        self._rows: dict[tuple[object, ...], _Sets] = {}

    def _document(self, document: PolicyDocument) -> _Sets:
        found = self._documents.get(document.digest)
        if found is None:
            found = self._documents[document.digest] = self._read(document)
        return found

    def _read(self, document: PolicyDocument) -> _Sets:
        sets = {Effect.ALLOW: [0, 0], Effect.DENY: [0, 0]}
        for statement in document.statements:
            if not statement.covers_action(self._action):
                continue
            sure, possible = self._index.covered(statement)
            named = statement.principals is not None and not (
                statement.principals.anyone and not statement.principals.not_principal
            )
            pair = sets[statement.effect]
            pair[1] |= possible
            if not (statement.conditions or statement.problems or named):
                pair[0] |= sure
        return _Sets(*sets[Effect.ALLOW], *sets[Effect.DENY])

    def layer(self, documents: Iterable[LabelledDocument]) -> _Sets:
        """Return what the documents of one layer say together."""
        result = _Sets(0, 0, 0, 0)
        for item in documents:
            everything = self._index.everything
            unread = _Sets(0, everything, 0, everything)
            result = result.also(unread if item.document is None else self._document(item.document))
        return result

    def levels(self, levels: Iterable[tuple[LabelledDocument, ...]]) -> _Sets:
        """Return what levels that must all allow say together."""
        everything = self._index.everything
        result = _Sets(everything, everything, 0, 0)
        for level in levels:
            result = result.within(self.layer(level))
        return result

    def row(self, layers: PrincipalLayers) -> tuple[_Sets, _Sets]:
        """Return what a principal's own layers say, and its SCPs; principals with equal documents share the work."""
        linked = layers.principal.service_linked
        own = self._shared(
            ("own", _digests(layers.identity), _digests([layers.boundary] if layers.boundary else []),
             layers.boundary is None, _digests(layers.session or ())),
            lambda: self._own(layers),
        )  # fmt: skip
        scps = () if linked else layers.scps
        guard = self._shared(("scp", *(_digests(level) for level in scps)), lambda: self.levels(scps))
        return own, guard

    def _shared(self, key: tuple[object, ...], make: Callable[[], _Sets]) -> _Sets:
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = make()
        return found

    def _own(self, layers: PrincipalLayers) -> _Sets:
        result = self.layer(layers.identity)
        if layers.boundary is not None:
            result = result.within(self.layer([layers.boundary]))
        if layers.session:
            result = result.within(self.layer(layers.session))
        return result


def _digests(documents: Iterable[LabelledDocument]) -> tuple[str, ...]:
    return tuple("" if item.document is None else item.document.digest for item in documents)


def allowed_pairs(
    action: str,
    principals: Sequence[PrincipalLayers],
    resources: Sequence[ResourceLayers],
    *,
    stated: Mapping[str, tuple[str, ...]] | None = None,
    absent: frozenset[str] = frozenset(),
) -> PairResult:
    """Find which principals may do an action on which resources.

    Parameters
    ----------
    action
        ``service:Action``.
    principals, resources
        Both sides with their layers; results name them by place.
    stated, absent
        What is stated of the request context of every pair.

    Returns
    -------
    PairResult
        Iterates over the pairs that are allowed, conditional or unverified: by principal, within it first those that
        sets decided.

    Notes
    -----
    Work grows with distinct documents x resources and with the pairs that a condition or a resource policy touches.
    """
    index = ResourceIndex([item.resource.arn for item in resources])
    ordered = [resources[place] for place in index.order]
    grants = ResourceGrants(action, index, [(item.resource, item.policy, item.mandatory) for item in ordered])
    reader = _Reader(action, index)
    table = decision_table()
    if table.rcps_apply(action):
        guards = _rcp_sets(reader, index, ordered)
    else:
        guards = _Sets(index.everything, index.everything, 0, 0)
    open_sets = _Sets(index.everything, index.everything, 0, 0)
    result = PairResult(len(principals) * len(resources), _order=index.order)
    for place, layers in enumerate(principals):
        principal = layers.principal
        special = table.needs_no_permission(action, principal.kind) or table.refusal(action, principal.kind)
        if principal.kind in _INDEXED and not special:
            sure, open_pairs = _decide(layers, reader, grants, open_sets if principal.service_linked else guards)
        else:
            sure, open_pairs = 0, index.everything
        decisions: dict[int, Decision] = {}
        for spot in positions(open_pairs):
            target = ordered[spot]
            request = Request(principal, action, target.resource, stated or {}, absent)
            decision = authorize(request, layers_of(layers, target))
            result.evaluated += 1
            if decision.outcome not in _NOT_REACHED:
                decisions[int(spot)] = decision
        result.certain += sure.bit_count()
        if sure or decisions:
            result._rows.append((place, sure, decisions))
    return result


def _rcp_sets(reader: _Reader, index: ResourceIndex, ordered: Sequence[ResourceLayers]) -> _Sets:
    """Return what the RCPs say of each resource; resources with equal RCPs are looked at together."""
    groups: dict[tuple[tuple[str, ...], ...], list[int]] = {}
    for spot, item in enumerate(ordered):
        groups.setdefault(tuple(_digests(level) for level in item.rcps), []).append(spot)
    result = _Sets(0, 0, 0, 0)
    for spots in groups.values():
        sets = reader.levels(ordered[spots[0]].rcps)
        members = as_bits(spots)
        result = result.also(
            _Sets(
                sets.allowed & members, sets.maybe_allowed & members, sets.denied & members, sets.maybe_denied & members
            )
        )
    return result


def _decide(layers: PrincipalLayers, reader: _Reader, grants: ResourceGrants, rcps: _Sets) -> tuple[int, int]:
    """Return the resources surely allowed to one principal, and those that need a look at the pair."""
    own, scps = reader.row(layers)
    guard = scps.within(rcps)
    named = grants.of(layers.principal)
    denied = own.denied | guard.denied | named.denied
    maybe_denied = own.maybe_denied | guard.maybe_denied | named.maybe_denied
    reach = (grants.same(layers.principal.account) & ~grants.mandatory & own.maybe_allowed) | (
        named.maybe_allowed & (grants.same(layers.principal.account) | own.maybe_allowed)
    )
    reach |= grants.unowned & (own.maybe_allowed | named.maybe_allowed)
    candidates = reach & guard.maybe_allowed & ~denied
    sure = (
        candidates
        & grants.same(layers.principal.account)
        & ~grants.mandatory
        & own.allowed
        & guard.allowed
        & ~maybe_denied
    )
    return sure, candidates & ~sure
