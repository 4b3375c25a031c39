"""Permissions that an application was given, one row a name, with class, consents and whether it is used that way.

Input: ``Tenant``, one service principal, ``Use``. Output: ``Permission`` rows, worst class first.
Handled: delegated permissions over all consents; app roles, those that an agent has from its blueprint too.
Not handled: use of a single permission, which no evidence tells: what counts is whether the application signed in that
way (as a user, as itself) at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from analytics.privilege.answers import Answer, moment_text
from analytics.third_party.app import Permission, PermissionKind, Use, class_rank
from analytics.third_party.names import rated
from analytics.third_party.tenant import Scope, Tenant
from collectors.entra.records import EntraServicePrincipal
from collectors.entra.role_types import EntraAppRoleAssignment
from graph.evaluate.entra.credentials import is_first_party
from graph.evaluate.entra.ids import app_role_grant, node_of

__all__ = ["Clock", "permissions_of"]

_DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""App role id of an assignment without any role:
https://learn.microsoft.com/graph/api/resources/approleassignment (read 2026-11)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of the question, and how long unused is too long."""

    as_of: datetime | None
    days: int
    lower_bound: bool = False
    """The evidence tells no time of its own: it is the newest one that it states, and the true one may be later."""

    def over(self, moment: str) -> Answer:
        """Return whether a time lies further back than the threshold; unknown without both times."""
        if self.as_of is None or not moment:
            return Answer.UNKNOWN
        if self.as_of - datetime.fromisoformat(moment) > timedelta(days=self.days):
            return Answer.YES
        return Answer.UNKNOWN if self.lower_bound else Answer.NO


def permissions_of(tenant: Tenant, principal: EntraServicePrincipal, use: Use, clock: Clock) -> tuple[Permission, ...]:
    """Return what an application was given, worst class first, then by kind and name."""
    rows = [*_delegated(tenant, principal), *_application(tenant, principal)]
    created = moment_text(principal.created_at)
    told = [replace(row, unused=_unused(row, use, created, clock)) for row in rows]
    return tuple(sorted(told, key=lambda row: (class_rank(row.impact), row.kind, row.name.lower(), row.api_id)))


def _delegated(tenant: Tenant, principal: EntraServicePrincipal) -> Iterator[Permission]:
    consents = tenant.delegated.get(principal.id)
    for scope in consents.scopes.values() if consents else ():
        yield _scope_row(tenant, scope)


def _scope_row(tenant: Tenant, scope: Scope) -> Permission:
    api = tenant.principals.get(scope.api)
    impact, classified = rated(api, scope.name)
    return Permission(
        PermissionKind.DELEGATED,
        scope.name,
        api.name if api else scope.api,
        node_of(scope.api),
        impact,
        classified,
        api is None or is_first_party(api),
        scope.everyone,
        scope.users,
        moment_text(scope.since),
        grants=tuple(scope.grants),
        grant_count=scope.grant_count,
    )


def _application(tenant: Tenant, principal: EntraServicePrincipal) -> Iterator[Permission]:
    found: dict[tuple[str, str], Permission] = {}
    for assignment, inherited in _assignments(tenant, principal):
        row = _role_row(tenant, assignment, inherited)
        found.setdefault((row.api_id, row.name.lower()), row)
    yield from found.values()


def _assignments(tenant: Tenant, principal: EntraServicePrincipal) -> Iterator[tuple[EntraAppRoleAssignment, bool]]:
    for own in tenant.app_roles.get(principal.id, ()):
        yield own, False
    for inherited in tenant.inherited_roles(principal):
        yield inherited, True


def _role_row(tenant: Tenant, assignment: EntraAppRoleAssignment, inherited: bool) -> Permission:
    api = tenant.principals.get(assignment.resource_id)
    nothing = assignment.app_role_id == _DEFAULT_ACCESS
    name = "default access" if nothing else tenant.app_role_name(assignment)
    unnamed = name == assignment.app_role_id
    impact, classified = ("", True) if nothing else ("", False) if unnamed else rated(api, name)
    return Permission(
        PermissionKind.APPLICATION,
        name,
        (api.name if api else assignment.resource_name) or assignment.resource_id,
        node_of(assignment.resource_id),
        impact,
        classified,
        api is None or is_first_party(api),
        since=moment_text(assignment.created_at),
        inherited=inherited,
        grants=(app_role_grant(assignment.id),),
        grant_count=1,
    )


def _unused(row: Permission, use: Use, created: str, clock: Clock) -> Answer | None:
    """Return whether a high permission was not used that way for longer than the threshold."""
    if row.high is not Answer.YES:
        return None
    if not use.known:
        return Answer.UNKNOWN
    last = use.last_at
    if use.split:
        last = use.delegated_at if row.kind is PermissionKind.DELEGATED else use.application_at
    # What was given, or made, less than the threshold ago had no time to be unused.
    # The start of a delegated one is whatever was stated when it was made.
    given = row.since if row.kind is PermissionKind.APPLICATION else ""
    begun = clock.over(given or created)
    if begun is Answer.NO or not last:
        return begun
    return clock.over(last)
