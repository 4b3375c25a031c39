"""Decide which credential a keeper (a stored secret, a setting) holds, from claims that evidence makes about it.

Input: claims, each with its rank, and what is known of the keeper (times, tenant, type, hint). Output: ``Resolution``.
Handled: the strongest evidence wins; a credential that ended before the keeper was last written, or is of another
tenant or type, cannot be it; one that begins later is doubted. Several left over: all are kept, none is sure.
An application that is named without its secret is held for sure where every secret that it can be would do.
Not handled: where the claims come from. Errs towards silence: a claim that is ruled out adds no edge and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from graph.decision import ALWAYS, Residual
from graph.joints.counts import Outcome
from graph.joints.credentials import GUID, Credentials, Held
from graph.kinds import State

__all__ = ["Claim", "Keeper", "Link", "Rank", "Resolution", "resolve"]

_BEFORE, _AFTER = timedelta(days=2), timedelta(days=1)
"""A credential that is made to be stored is stored soon: how long before a secret's writing it began, and how far its
start may lie behind, since clocks differ and whoever makes it may name the start."""
_MOST = 8
"""Alternatives that are kept; more say nothing about any of them."""


class Rank(IntEnum):
    """How strong evidence is."""

    NAME = 1
    TAG = 2
    TIME = 3
    """Made when the keeper was written, of the type that its name says."""
    ROTATION = 4
    HINT = 5
    FINGERPRINT = 6
    ID = 7


_SURE = (Rank.ID, Rank.FINGERPRINT)


@dataclass(frozen=True, slots=True)
class Claim:
    """Evidence that a keeper holds a credential, or one of an identity."""

    rank: Rank
    why: str
    """Where it says so, as it stands in the note of the edge: ``tag entra-app-id names its app id``."""
    credential: str = ""
    """Node id; empty when only the identity is named."""
    identity: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """What is known of what keeps the secret."""

    node: str
    written_at: datetime | None = None
    """When its value was last written, or later; ``None`` when not told."""
    tenant: str = ""
    """The tenant that it says its credential is of; empty when it says none."""
    kind: str = ""
    """``client_secret`` or ``certificate`` where it says which; access keys have ids of their own."""
    hint: str = ""
    """First characters of the value, where the vendor shows them."""
    strict: bool = False
    """Whether a credential that begins later cannot be it, even where its id stands beside the keeper."""


@dataclass(frozen=True, slots=True)
class Link:
    """An edge to be."""

    target: str
    state: State
    note: str
    evidence: str = ""
    conditions: Residual = ALWAYS
    traversable: bool = True
    grants: tuple[str, ...] = ()
    """What it rests on: the credential itself, whose node id is its grant's id as well."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a keeper's claims."""

    outcome: Outcome
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """Credentials that a claim can mean."""

    claim: Claim
    identity: str
    held: tuple[Held, ...]
    doubt: str = ""


def resolve(known: Credentials, keeper: Keeper, claims: Iterable[Claim]) -> Resolution:
    """Return the edges that claims about a keeper are worth."""
    listed = sorted(dict.fromkeys(claims), key=lambda each: -each.rank)
    if not listed:
        return Resolution(Outcome.UNMATCHED)
    possible = [found for claim in listed if (found := _possible(known, keeper, claim))]
    if not possible:
        return Resolution(Outcome.IMPOSSIBLE)
    sure = [found for found in possible if found.claim.rank in _SURE]
    if sure:
        return _of_ids(known, _narrowed(sure))
    best = possible[0].claim.rank
    return _guessed(keeper, [found for found in possible if found.claim.rank == best])


def _possible(known: Credentials, keeper: Keeper, claim: Claim) -> _Found | None:
    """Return what a claim can mean; ``None`` when everything that it names is ruled out."""
    if claim.credential:
        held = known.by_node.get(claim.credential)
        if held is None or not _fits(keeper, held):
            return None
        doubt = ""
        if _begins_later(keeper, held):
            if keeper.strict:
                return None
            doubt = "The credential begins after the secret was last written."
        return _Found(claim, held.identity, (held,), doubt)
    fitting = [each for each in known.of(claim.identity) if _fits(keeper, each) and not _begins_later(keeper, each)]
    if not fitting:
        return None
    soon = [each for each in fitting if _soon_before(keeper, each)]
    return _Found(claim, claim.identity, tuple(soon if len(soon) == 1 else fitting))


def _fits(keeper: Keeper, held: Held) -> bool:
    if keeper.tenant and GUID.fullmatch(held.scope) and held.scope.lower() != keeper.tenant.lower():
        return False  # an account of AWS, or a tenant whose id is not known, has no GUID
    if keeper.kind and held.kind in ("client_secret", "certificate") and held.kind != keeper.kind:
        return False
    if keeper.hint and held.hint and held.hint != keeper.hint:
        return False
    return not (keeper.written_at and held.ends_at and held.ends_at <= keeper.written_at)


def _begins_later(keeper: Keeper, held: Held) -> bool:
    return bool(keeper.written_at and held.starts_at and held.starts_at > keeper.written_at + _AFTER)


def _soon_before(keeper: Keeper, held: Held) -> bool:
    if not keeper.written_at or not held.starts_at:
        return False
    return -_AFTER <= keeper.written_at - held.starts_at <= _BEFORE


def _narrowed(found: Sequence[_Found]) -> list[_Found]:
    """Return one entry for each credential or identity; an identity counts no more where its credential is named."""
    exact = {each.identity for each in found if each.claim.credential}
    kept: dict[tuple[str, str], _Found] = {}
    for each in found:
        if each.claim.credential or each.identity not in exact:
            kept.setdefault((each.identity, each.claim.credential), each)
    return list(kept.values())


def _of_ids(known: Credentials, found: Sequence[_Found]) -> Resolution:
    if len(found) > 1:
        return _alternatives([(each, held) for each in found for held in each.held])
    (only,) = found
    if only.doubt:
        return Resolution(Outcome.UNVERIFIED, (_link(only, only.held[0], State.UNVERIFIED, only.doubt),))
    if len(only.held) == 1:
        return Resolution(Outcome.MATCHED, (_link(only, only.held[0], State.VERIFIED),))
    if all(each.active for each in only.held):
        return _any_of(known, only)
    return _alternatives([(only, held) for held in only.held])


def _any_of(known: Credentials, found: _Found) -> Resolution:
    """Return the links to an identity of which any credential that can be meant would do.

    One for each, beside each other: removing one of the credentials leaves the way that the others would be.
    """
    note = f"Whoever reads it holds a credential: {found.claim.why}; which of {len(found.held)} is not told."
    links = tuple(
        Link(found.identity, edge.state, note, found.claim.evidence, edge.conditions, edge.traversable, (held.node,))
        for held in found.held
        if (edge := known.proof(held)) is not None
    )
    return Resolution(Outcome.MATCHED if links else Outcome.IMPOSSIBLE, links)


def _guessed(keeper: Keeper, found: Sequence[_Found]) -> Resolution:
    pairs: dict[str, tuple[_Found, Held]] = {}
    for each in found:
        for held in each.held:
            if held.active:
                pairs.setdefault(held.node, (each, held))
    if not pairs:
        return Resolution(Outcome.IMPOSSIBLE)
    if len(pairs) == 1:
        ((each, held),) = pairs.values()
        return Resolution(Outcome.UNVERIFIED, (_link(each, held, State.UNVERIFIED, "Nobody confirmed it."),))
    return _alternatives(list(pairs.values()))


def _alternatives(pairs: Sequence[tuple[_Found, Held]]) -> Resolution:
    more = f"Ambiguous: one of {len(pairs)} credentials, and nothing tells which."
    links = tuple(_link(each, held, State.UNVERIFIED, more) for each, held in pairs)
    return Resolution(Outcome.AMBIGUOUS, links if len(links) <= _MOST else ())


def _link(found: _Found, held: Held, state: State, more: str = "") -> Link:
    note = f"Whoever reads it holds this credential: {found.claim.why}."
    return Link(held.node, state, f"{note} {more}".strip(), found.claim.evidence, grants=(held.node,))
