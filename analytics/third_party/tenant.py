"""One tenant's records by what applications are asked about: one pass over consents and app roles.

Input: ``EntraTenantRecords``, what people declare. Output: ``Tenant``.
Handled: partial evidence: what was not looked at is known to be missing.
Not handled: judging any of it.
Cost: linear in consents and their scopes, in assignments and in users.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from analytics.privilege.answers import Answer
from analytics.third_party.app import ConsenterState
from analytics.third_party.names import OFFLINE, holds_data
from collectors.entra.records import EntraServicePrincipal, EntraTenantRecords
from collectors.entra.role_types import EntraAppRoleAssignment, EntraConsent
from collectors.evidence.declared import Declared
from collectors.interface import Presence
from graph.catalog.entra import entra_catalog
from graph.evaluate.entra.ids import consent_grant

__all__ = ["APP_ROLES", "CONSENTS", "SIGN_INS", "USERS", "Delegated", "Scope", "Tenant"]

CONSENTS = "oauth2PermissionGrants"
APP_ROLES = "servicePrincipals.appRoleAssignments"
_FROM_API = "servicePrincipals.appRoleAssignedTo"
SIGN_INS = "reports.servicePrincipalSignInActivities"
USERS = "users"
_LOOKED_AT = (Presence.PRESENT, Presence.EMPTY)
_GRANTS = 25
"""Grants kept of each permission; their number stays exact."""


@dataclass(slots=True)
class Scope:
    """One delegated permission of one application, over all consents."""

    api: str
    """Object id of the API's service principal."""
    name: str
    everyone: bool = False
    users: int = 0
    grants: list[str] = field(default_factory=list)
    grant_count: int = 0
    since: datetime | None = None


@dataclass(slots=True)
class Delegated:
    """All delegated consents of one application."""

    scopes: dict[tuple[str, str], Scope] = field(default_factory=dict)
    """By API and name in lower case."""
    everyone: bool = False
    users: set[str] = field(default_factory=set)
    since: datetime | None = None
    """Start that the oldest consent for everybody states."""
    offline_everyone: bool = False
    offline_users: set[str] = field(default_factory=set)
    data_everyone: dict[str, Answer] = field(default_factory=dict)
    """Name of a permission that opens data, or may."""
    data_users: dict[str, Mapping[str, Answer]] = field(default_factory=dict)
    """The same by user."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the same text of a consent means, whoever gave it."""

    scopes: tuple[tuple[tuple[str, str], str], ...]
    """Key in ``Delegated.scopes`` and name as it is spelt."""
    offline: bool
    data: Mapping[str, Answer]


class Tenant:
    """One tenant."""

    def __init__(self, records: EntraTenantRecords, declared: Declared) -> None:
        self.records = records
        self.id = records.tenant.id
        self.principals = {each.id: each for each in records.service_principals}
        self.applications = {each.app_id: each for each in records.applications}
        self._users = {each.id: each for each in records.users}
        self._groups = {each.id: each for each in records.groups}
        self._left = {row.login.lower() for row in declared.people if row.active is False}
        self._blueprints = {each.app_id: each for each in records.service_principals if each.kind == "blueprint"}
        self.delegated = self._delegated()
        self.app_roles: Mapping[str, list[EntraAppRoleAssignment]] = self._app_roles()

    def looked_at(self, operation: str) -> bool:
        """Return whether an operation was looked at as a whole."""
        return self.records.presence.get(operation, Presence.ABSENT) in _LOOKED_AT

    @property
    def consents_known(self) -> bool:
        """Return whether all delegated consents are there."""
        return self.looked_at(CONSENTS)

    @property
    def app_roles_known(self) -> bool:
        """Return whether all app roles of applications are there: seen from them, or from Microsoft Graph."""
        return self.looked_at(APP_ROLES) or self.looked_at(_FROM_API)

    def app_role_name(self, assignment: EntraAppRoleAssignment) -> str:
        """Return the name of an app role; its id where nothing names it."""
        api = self.principals.get(assignment.resource_id)
        named = api.app_roles.get(assignment.app_role_id) if api else ""
        return named or entra_catalog().permission_ids.get(assignment.app_role_id, "") or assignment.app_role_id

    def blueprint_of(self, agent: EntraServicePrincipal) -> EntraServicePrincipal | None:
        """Return the blueprint's principal of an agent identity."""
        return self._blueprints.get(agent.blueprint_app_id) if agent.blueprint_app_id else None

    def inherited_roles(self, agent: EntraServicePrincipal) -> Iterator[EntraAppRoleAssignment]:
        """Yield the app roles that an agent identity has from its blueprint."""
        blueprint = self.applications.get(agent.blueprint_app_id) if agent.kind == "agent" else None
        behind = self.blueprint_of(agent)
        if blueprint is None or behind is None:
            return
        for each in self.app_roles.get(behind.id, ()):
            api = self.principals.get(each.resource_id)
            if api is not None and api.app_id in blueprint.inheritable_roles:
                yield each

    def name(self, object_id: str) -> str:
        """Return what people call a user, group or service principal; its id where nothing tells."""
        if user := self._users.get(object_id):
            return user.principal_name or user.name or object_id
        found = self.principals.get(object_id) or self._groups.get(object_id)
        return (found.name if found else "") or object_id

    def has_user(self, user: str) -> bool:
        """Return whether a user was collected."""
        return user in self._users

    def consenter(self, user: str) -> tuple[str, ConsenterState, str]:
        """Return name, state and reason of somebody who consented."""
        found = self._users.get(user)
        if found is None:
            if self.looked_at(USERS):
                return user, ConsenterState.DEPARTED, "not among the users: deleted"
            return user, ConsenterState.UNKNOWN, "users were not looked at"
        name = found.principal_name or found.name or user
        if found.enabled is False:
            return name, ConsenterState.DEPARTED, "disabled"
        if found.principal_name.lower() in self._left:
            return name, ConsenterState.DEPARTED, "declared as left"
        if found.enabled is None:
            return name, ConsenterState.UNKNOWN, "the answer does not say whether the account is enabled"
        return name, ConsenterState.HERE, ""

    def _app_roles(self) -> dict[str, list[EntraAppRoleAssignment]]:
        found: dict[str, list[EntraAppRoleAssignment]] = defaultdict(list)
        for each in self.records.app_role_assignments:
            if each.principal_id in self.principals:
                found[each.principal_id].append(each)
        return found

    def _delegated(self) -> dict[str, Delegated]:
        found: dict[str, Delegated] = {}
        meanings: dict[tuple[str, tuple[str, ...]], _Meaning] = {}
        for consent in self.records.consents:
            key = (consent.resource_id, consent.scopes)
            meaning = meanings.get(key)
            if meaning is None:
                meaning = meanings[key] = self._meaning(*key)
            client = found.get(consent.client_id)
            if client is None:
                client = found[consent.client_id] = Delegated()
            _add(client, consent, meaning)
        return found

    def _meaning(self, api_id: str, names: tuple[str, ...]) -> _Meaning:
        api = self.principals.get(api_id)
        rated = ((name, holds_data(api, name)) for name in names)
        return _Meaning(
            tuple(((api_id, name.lower()), name) for name in names),
            any(name.lower() == OFFLINE for name in names),
            {name: data for name, data in rated if data is not Answer.NO},
        )


def _add(client: Delegated, consent: EntraConsent, meaning: _Meaning) -> None:
    user = consent.principal_id
    if consent.everyone:
        client.everyone = True
        client.since = _older(client.since, consent.started_at)
        client.offline_everyone |= meaning.offline
        client.data_everyone |= meaning.data
    else:
        client.users.add(user)
        if meaning.offline:
            client.offline_users.add(user)
        if meaning.data:
            client.data_users[user] = {**client.data_users.get(user, {}), **meaning.data}
    for key, name in meaning.scopes:
        scope = client.scopes.get(key)
        if scope is None:
            scope = client.scopes[key] = Scope(consent.resource_id, name)
        # INVARIANT: Graph keeps one consent for an application, an API and a user, so that a consent is a user.
        scope.everyone |= consent.everyone
        scope.users += not consent.everyone
        scope.grant_count += 1
        scope.since = _older(scope.since, consent.started_at)
        if len(scope.grants) < _GRANTS:
            scope.grants.append(consent_grant(consent.id))


def _older(first: datetime | None, second: datetime | None) -> datetime | None:
    if first is None or second is None:
        return first or second
    return min(first, second)
