"""Ways in which a principal may do several things to one target: which assignments, where, under which conditions.

Input: what everybody holds, deny assignments. Output: ``Way`` rows: the scope below which it holds, grants, conditions,
and which deny assignments below that scope cut parts out of it.
Handled: one assignment that gives everything, several of one principal that give it together, conditions, denies.
Not handled: rights of two principals put together; a role that is not known gives no way, ``impact`` tells of it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from collectors.azure.access_types import AzureDenyAssignment, AzurePermission
from graph.decision import ALWAYS, Residual, Truth, merge_residuals
from graph.edges.azure.held import Held
from graph.evaluate.azure.authorize import AzureAuthority, hits
from graph.evaluate.azure.conditions import Asked, Verdict, evaluate_condition
from graph.evaluate.azure.patterns import permits
from graph.kinds import State

__all__ = ["Need", "Way", "Ways"]

_MOST = 32
"""Combinations of assignments of one principal for one technique that are looked at."""


@dataclass(frozen=True, slots=True)
class Need:
    """An action that a technique needs on its target."""

    action: str
    data: bool = False

    def __str__(self) -> str:
        return f"{self.action} (data)" if self.data else self.action


@dataclass(frozen=True, slots=True)
class Way:
    """One minimal way in which a principal has everything that a technique needs."""

    principal: str
    scope: str
    """Everything below it, and it itself, can be a target."""
    grants: tuple[str, ...]
    conditions: Residual = ALWAYS
    state: State = State.VERIFIED
    note: str = ""
    cut: frozenset[str] = frozenset()
    """Ids of deny assignments below the scope that stop it there."""
    own: bool = True
    """False where it gives itself a role first."""
    shared: bool = True
    """True where the denies that cut it are those that stop everybody."""


class _Denials:
    """Deny assignments that bear on ways."""

    def __init__(self, authority: AzureAuthority, groups_of: Mapping[str, tuple[str, ...]]) -> None:
        self._authority = authority
        self._groups_of = groups_of
        self._named = {
            deny.id: frozenset(group for principal in deny.principals for group in groups_of.get(principal, ()))
            for deny in authority.records.deny_assignments
        }
        """Groups that a principal whom a deny names is in."""
        self._about: dict[tuple[str, Need], Truth] = {}

    def of(self, principal: str, needs: Sequence[Need], scope: str) -> Iterator[tuple[AzureDenyAssignment, bool]]:
        """Yield denies at, above or below a scope that stop a principal from one of some needs, and whether surely.

        Notes
        -----
        O(denies below the scope + depth).
        """
        own = (principal, *self._groups_of.get(principal, ()))
        for deny in self._near(scope):
            whole = hits(deny, own)
            if not whole and principal not in self._named[deny.id]:
                continue
            truth = max((self._truth(deny, need) for need in needs), key=lambda each: each.value)
            if truth is not Truth.FALSE:
                # A group of which a member is denied is stopped in part.
                yield deny, truth is Truth.TRUE and whole

    def spares(self, principal: str, needs: Sequence[Need], scope: str) -> bool:
        """Return whether a deny at or below a scope that stops everybody from one of some needs spares a principal."""
        own = {principal, *self._groups_of.get(principal, ())}
        return any(
            deny.everyone
            and not own.isdisjoint(deny.excluded)
            and any(self._truth(deny, need) is not Truth.FALSE for need in needs)
            for deny in self._authority.denies_within.get(scope, ())
        )

    def _near(self, scope: str) -> Iterator[AzureDenyAssignment]:
        yield from self._authority.denies_within.get(scope, ())
        for deny in self._authority.denies_at(scope):
            if deny.scope != scope:
                yield deny

    def _truth(self, deny: AzureDenyAssignment, need: Need) -> Truth:
        key = (deny.id, need)
        if key not in self._about:
            meant = any(permits(permission, need.action, data=need.data) for permission in deny.permissions)
            verdict = evaluate_condition(deny.condition, Asked(need.action)).truth if meant else Truth.FALSE
            self._about[key] = verdict
        return self._about[key]


class Ways:
    """Asks what everybody holds; verdicts about roles are made once."""

    def __init__(
        self, authority: AzureAuthority, held: Mapping[str, Sequence[Held]], groups_of: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.authority = authority
        self.held = held
        self._denials = _Denials(authority, groups_of)
        self._verdicts: dict[tuple[str, str, Need], Verdict | None] = {}
        self._by_role: dict[tuple[str, str], list[Held]] = defaultdict(list)
        for principal in sorted(held):
            for each in held[principal]:
                if each.standing.role is not None:
                    self._by_role[self._role_key(each)].append(each)

    @staticmethod
    def _role_key(held: Held) -> tuple[str, str]:
        assert held.standing.role is not None
        return held.standing.role.guid, held.standing.assignment.condition

    def _verdict(self, held: Held, need: Need) -> Verdict | None:
        """Return how a role with its condition allows a need; ``None`` where it does not."""
        role = held.standing.role
        assert role is not None
        key = (*self._role_key(held), need)
        if key not in self._verdicts:
            self._verdicts[key] = _allows(role.permissions, held.standing.assignment.condition, need)
        return self._verdicts[key]

    def having(self, need: Need) -> Iterator[tuple[Held, Residual]]:
        """Yield who holds one need by one assignment, with its conditions, by role and then as they are held."""
        for rows in self._by_role.values():
            verdict = self._verdict(rows[0], need)
            if verdict is not None:
                for held in rows:
                    yield held, merge_residuals([held.standing.waits, verdict.left])

    def of(self, needs: Sequence[Need]) -> Iterator[Way]:
        """Yield every way in which somebody has all of some needs on one target.

        Notes
        -----
        O(roles × needs + assignments that give one of them); combinations are looked at for one principal alone.
        """
        if len(needs) == 1:
            for held, conditions in self.having(needs[0]):
                alone = Way(held.principal, held.scope, held.grants, conditions, note=held.note, own=held.own)
                yield from self._less_denied(alone, needs)
            return
        by_principal: dict[str, list[dict[Held, Residual]]] = defaultdict(lambda: [{} for _ in needs])
        for number, need in enumerate(needs):
            for held, conditions in self.having(need):
                by_principal[held.principal][number][held] = conditions
        for principal in sorted(by_principal):
            given = by_principal[principal]
            if all(given):
                for way in self._together(principal, given):
                    yield from self._less_denied(way, needs)

    def less_denied(self, way: Way, needs: Sequence[Need]) -> Iterator[Way]:
        """Yield a way with the denies that cut it; nothing where one stops it as a whole."""
        return self._less_denied(way, needs)

    def _together(self, principal: str, given: Sequence[Mapping[Held, Residual]]) -> Iterator[Way]:
        alone = [held for held in given[0] if all(held in each for each in given)]
        for held in alone:
            yield _way(principal, [(held, each[held]) for each in given], held.scope)
        if len(given) == 1:
            return
        rest = [[pair for pair in each.items() if pair[0] not in alone] for each in given]
        for choice in itertools.islice(itertools.product(*rest), _MOST):
            scope = self._meeting([held.scope for held, _ in choice])
            if scope:
                yield _way(principal, choice, scope)

    def _meeting(self, scopes: Sequence[str]) -> str:
        """Return the innermost of scopes that lie in each other; empty where they do not."""
        innermost = max(scopes, key=lambda each: len(self.authority.scopes.above(each)))
        return innermost if all(self.authority.scopes.holds(each, innermost) for each in scopes) else ""

    def _inside(self, deny: AzureDenyAssignment, scope: str) -> bool:
        """Return whether a deny stops some of what is below a scope and not all of it."""
        if deny.scope == scope:
            return not deny.children
        return self.authority.scopes.holds(scope, deny.scope)

    def _less_denied(self, way: Way, needs: Sequence[Need]) -> Iterator[Way]:
        if not self.authority.records.deny_assignments:
            yield way
            return
        cut: set[str] = set()
        state, notes = way.state, [way.note]
        for deny, sure in self._denials.of(way.principal, needs, way.scope):
            if not sure:
                state = State.UNVERIFIED
                notes.append(f"Deny assignment {deny.name or deny.id} may stop it.")
            elif self._inside(deny, way.scope):
                cut.add(deny.id)
            else:
                return
        named = any(deny.id in cut and not deny.everyone for deny in self.authority.denies_within.get(way.scope, ()))
        yield replace(
            way,
            state=state,
            note=" ".join(filter(None, notes)),
            cut=frozenset(cut),
            shared=not cut or not (named or self._denials.spares(way.principal, needs, way.scope)),
        )


def _allows(permissions: Sequence[AzurePermission], condition: str, need: Need) -> Verdict | None:
    best: Verdict | None = None
    asked = Asked(need.action)
    for permission in permissions:
        if permits(permission, need.action, data=need.data):
            found = evaluate_condition(permission.condition, asked)
            if found.truth is not Truth.FALSE and (best is None or found.truth is Truth.TRUE):
                best = found
    if best is None:
        return None
    own = evaluate_condition(condition, asked)
    if own.truth is Truth.FALSE:
        return None
    left = merge_residuals([best.left, own.left])
    return Verdict(Truth.UNKNOWN, left) if left else Verdict(Truth.TRUE)


def _way(principal: str, parts: Sequence[tuple[Held, Residual]], scope: str) -> Way:
    helds = list(dict.fromkeys(held for held, _ in parts))
    return Way(
        principal,
        scope,
        tuple(sorted({grant for held in helds for grant in held.grants})),
        merge_residuals(conditions for _, conditions in parts),
        note=" ".join(dict.fromkeys(held.note for held in helds if held.note)),
        own=all(held.own for held in helds),
    )
