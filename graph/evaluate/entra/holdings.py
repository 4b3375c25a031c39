"""Which rights each principal of a tenant holds, by which grants and under which conditions.

Input: the records of one tenant. Output: ``Holding`` rows by principal.
Handled: app roles (also those that agents inherit from their blueprint), active and eligible directory roles with what
activation asks for, activated roles and their end, roles at the scope of a unit or an object, delegated consents joined
with what the users hold who can sign in.
Not handled: membership: a group holds what it is assigned, and its members come by the graph; for consents membership
is followed here. Permissions of other APIs than Microsoft Graph give no right: an API may name its roles as it likes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.entra.records import EntraServicePrincipal, EntraTenantRecords
from collectors.entra.role_types import EntraConsent, EntraRoleAssignment, EntraRoleDefinition
from graph.catalog.entra import entra_catalog
from graph.decision import ALWAYS, Residual, merge_residuals
from graph.evaluate.entra.activation import activation_conditions
from graph.evaluate.entra.conditions import USER_SIGN_IN, open_condition, until
from graph.evaluate.entra.consent_rights import ConsentRights
from graph.evaluate.entra.ids import app_role_grant, consent_grant, ownership_grant, role_grant
from graph.evaluate.entra.memberships import groups_of
from graph.evaluate.entra.rights import Given, Right, rights_of_permission, rights_of_role
from graph.kinds import State

__all__ = ["AS_USER", "MICROSOFT_GRAPH", "Assigned", "Holding", "Holdings", "holdings_of"]

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
"""App id of Microsoft Graph, the same in every tenant."""
AS_USER = "directory.accessasuser.all"
"""The scope with which an application does whatever the user may."""
_DIRECTORY = "directory.readwrite.all"
_IGNORED = "Microsoft tells a known issue: beside Directory.ReadWrite.All, permissions on agents are ignored."
"""https://learn.microsoft.com/graph/api/agentidentityblueprint-post (read 2026-11)."""
_SHOWN = 3
_CREDENTIAL, _GROUP = "entra-delegated-consent-credential", "entra-delegated-consent-group"
_BY_CONSENT = {
    Right.APPLICATION_CREDENTIALS: _CREDENTIAL,
    Right.SINGLE_TENANT_CREDENTIALS: _CREDENTIAL,
    Right.PRINCIPAL_CREDENTIALS: _CREDENTIAL,
    Right.BLUEPRINT_CREDENTIALS: _CREDENTIAL,
    Right.RESET_PASSWORD: _CREDENTIAL,
    Right.GROUP_MEMBERS: _GROUP,
    Right.SECURITY_GROUP_MEMBERS: _GROUP,
    Right.UNIFIED_GROUP_MEMBERS: _GROUP,
    Right.ROLE_GROUP_MEMBERS: _GROUP,
    Right.GROUP_RULES: _GROUP,
    Right.SECURITY_GROUP_RULES: _GROUP,
    Right.USER_PROPERTIES: _GROUP,
    Right.CHANGE_GROUP_POLICY: _GROUP,
}
"""Technique of a right that comes by a consent; ``entra-delegated-consent`` for the others."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A right that somebody holds."""

    right: Right
    technique: str
    means: str
    scope: str
    """``/``, ``/administrativeUnits/<id>`` or ``/<object id>``."""
    grants: tuple[str, ...]
    conditions: Residual = ALWAYS
    state: State = State.VERIFIED
    note: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """An app role that a principal has, by name."""

    principal: str
    api: str
    """Object id of the API's service principal."""
    name: str
    """Empty when the app role is not known by name."""
    grants: tuple[str, ...]
    microsoft_graph: bool = False
    inherited: bool = False
    other_api: str = ""
    """App id of an API that is not Microsoft Graph; ``?`` where the API was not collected and the id is of none."""

    @property
    def api_key(self) -> str:
        """Return how the tiering names the API: empty for Microsoft Graph."""
        return "" if self.microsoft_graph else self.other_api or "?"


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that principals hold."""

    by_principal: Mapping[str, tuple[Holding, ...]]
    assigned: tuple[Assigned, ...]
    roles: Mapping[str, frozenset[str]]
    """Names of directory roles held now, by principal (a group's are its own, not its members')."""
    eligible: Mapping[str, frozenset[str]]


def holdings_of(records: EntraTenantRecords) -> Holdings:
    """Return what every principal of a tenant holds.

    Notes
    -----
    Linear in grants, apart from consents: each looks at what its one user holds, or at the privileged users together.
    """
    index = _Index(records)
    found: dict[str, list[Holding]] = defaultdict(list)
    assigned = tuple(index.assigned())
    consent = ConsentRights(records)
    for each in assigned:
        for given in rights_of_permission(each.name) if each.microsoft_graph else ():
            found[each.principal].append(_holding(given, "/", each.grants))
    for principal in {each.principal for each in assigned if each.microsoft_graph and each.name.lower() == _DIRECTORY}:
        found[principal] = [_ignored(each) for each in found[principal]]
    for assignment in records.role_assignments:
        for given in rights_of_role(assignment.role_id, index.definition(assignment.role_id), consent.given):
            found[assignment.principal_id].append(index.by_role(given, assignment))
    for client, holding in index.by_consents({key: tuple(rows) for key, rows in found.items()}):
        found[client].append(holding)
    return Holdings(
        {key: tuple(dict.fromkeys(rows)) for key, rows in found.items()},
        assigned,
        index.role_names(eligible=False),
        index.role_names(eligible=True),
    )


def _ignored(holding: Holding) -> Holding:
    """Return a permission on agents as it counts beside one on the whole directory."""
    if holding.right is not Right.BLUEPRINT_CREDENTIALS:
        return holding
    return replace(holding, state=State.UNVERIFIED, note=f"{holding.note} {_IGNORED}".strip())


def _holding(given: Given, scope: str, grants: tuple[str, ...], conditions: Residual = ALWAYS) -> Holding:
    return Holding(
        given.right, given.technique, given.means, scope, tuple(sorted(grants)), conditions, given.state, given.doubt
    )


class _Index:
    def __init__(self, records: EntraTenantRecords) -> None:
        self._records = records
        self._definitions = {each.id: each for each in records.role_definitions}
        self._definitions |= {each.template_id: each for each in records.role_definitions if each.built_in}
        self._principals = {each.id: each for each in records.service_principals}
        self._policies = {each.role_id: each for each in records.role_policies if not each.group_id}
        self._names = {each.id: each.principal_name or each.name for each in records.users}
        self._names |= {each.id: each.name for each in records.groups}
        self._persons = {each.id for each in records.users if not each.agent and each.enabled is not False}
        self._groups_of = groups_of(records)
        self._owned = _ownerships(records)
        self._blueprints = {each.app_id: each for each in records.applications if each.blueprint}
        self._blueprint_principals = {
            each.app_id: each for each in records.service_principals if each.kind == "blueprint"
        }

    def definition(self, role_id: str) -> EntraRoleDefinition | None:
        """Return the definition that an assignment names."""
        return self._definitions.get(role_id)

    def assigned(self) -> Iterator[Assigned]:
        """Yield app roles by name, then those that agents inherit."""
        own: dict[str, list[Assigned]] = defaultdict(list)
        for each in self._records.app_role_assignments:
            name, graph = self._app_role(each.resource_id, each.app_role_id)
            api = self._principals.get(each.resource_id)
            other = api.app_id if api is not None and not graph else ""
            grants = (app_role_grant(each.id),)
            row = Assigned(each.principal_id, each.resource_id, name, grants, graph, other_api=other)
            own[each.principal_id].append(row)
            yield row
        for agent in self._records.service_principals:
            if agent.kind == "agent":
                yield from self._inherited(agent, own)

    def _inherited(self, agent: EntraServicePrincipal, own: Mapping[str, list[Assigned]]) -> Iterator[Assigned]:
        blueprint = self._blueprints.get(agent.blueprint_app_id)
        principal = self._blueprint_principals.get(agent.blueprint_app_id)
        if blueprint is None or principal is None:
            return
        for row in own.get(principal.id, ()):
            api = self._principals.get(row.api)
            if api is not None and api.app_id in blueprint.inheritable_roles:
                yield replace(row, principal=agent.id, inherited=True)

    def _app_role(self, resource: str, role: str) -> tuple[str, bool]:
        """Return the name of an app role and whether it is one of Microsoft Graph."""
        api = self._principals.get(resource)
        known = entra_catalog().permission_ids.get(role, "")
        if api is None:
            return known, bool(known)
        graph = api.app_id == MICROSOFT_GRAPH
        return api.app_roles.get(role) or (known if graph else ""), graph

    def by_role(self, given: Given, assignment: EntraRoleAssignment) -> Holding:
        """Return what an assignment gives, with what must come about first."""
        grants = (role_grant(assignment.id, assignment.eligible),)
        conditions = [until(assignment.ends_at)]  # an instance is listed because it has begun
        if assignment.eligible:
            policy = self._policies.get(assignment.role_id)
            conditions.append(activation_conditions(given.means, policy, self._names))
        return _holding(given, assignment.scope, grants, merge_residuals(conditions))

    def role_names(self, *, eligible: bool) -> dict[str, frozenset[str]]:
        """Return the names of roles held, or that may be activated, by principal."""
        found: dict[str, set[str]] = defaultdict(set)
        for each in self._records.role_assignments:
            if each.eligible is eligible:
                found[each.principal_id].add(self._role_name(each.role_id))
        return {key: frozenset(names) for key, names in found.items()}

    def _role_name(self, role_id: str) -> str:
        definition = self._definitions.get(role_id)
        row = entra_catalog().role(definition.template_id if definition else role_id, "")
        if row is not None and (definition is None or definition.built_in):
            return row.name
        return definition.name if definition and definition.name else role_id

    def by_consents(self, known: Mapping[str, tuple[Holding, ...]]) -> Iterator[tuple[str, Holding]]:
        """Yield what applications may do as users who sign in to them."""
        everybody = [(user, holding) for user in sorted(self._persons) for holding in self._of_user(user, known)]
        for consent in self._records.consents:
            api = self._principals.get(consent.resource_id)
            if api is not None and api.app_id != MICROSOFT_GRAPH:
                continue
            users = everybody
            if not consent.everyone:
                one = (consent.principal_id,) if consent.principal_id in self._persons else ()
                users = [(user, holding) for user in one for holding in self._of_user(user, known)]
                users += [(user, holding) for user in one for holding in self._owned.get(user, ())]
            for holding in self._by_consent(consent, users):
                doubt = "" if api else "The API that the consent is for was not collected."
                yield (
                    consent.client_id,
                    replace(holding, state=State.UNVERIFIED, note=doubt) if doubt else holding,
                )

    def _of_user(self, user: str, known: Mapping[str, tuple[Holding, ...]]) -> Iterator[Holding]:
        for principal in (user, *self._groups_of.get(user, ())):
            yield from known.get(principal, ())

    def _by_consent(self, consent: EntraConsent, users: list[tuple[str, Holding]]) -> Iterator[Holding]:
        wanted = [given for scope in consent.scopes for given in rights_of_permission(scope)]
        whole = any(scope.lower() == AS_USER for scope in consent.scopes)
        found: dict[tuple[Right, str], list[tuple[str, Holding]]] = defaultdict(list)
        for user, holding in users:
            for right in _both(holding, wanted, whole):
                found[right, holding.scope].append((user, holding))
        for (right, scope), rows in sorted(found.items()):
            names = tuple(dict.fromkeys(self._names.get(user, user) for user, _ in rows))
            shown = names[:_SHOWN] + (("and others",) if len(names) > _SHOWN else ())
            grants = [consent_grant(consent.id)]
            best = min((holding for _, holding in rows), key=lambda each: (-each.state, len(each.conditions)))
            conditions = [open_condition(USER_SIGN_IN, *shown), best.conditions]
            if len(rows) == 1:
                grants += best.grants
            yield Holding(
                right,
                _BY_CONSENT.get(right, "entra-delegated-consent"),
                best.means,
                scope,
                tuple(sorted(grants)),
                merge_residuals(conditions),
                best.state,
                best.note,
            )


def _ownerships(records: EntraTenantRecords) -> dict[str, list[Holding]]:
    """Return what each person may do by owning, as rights at the scope of what is owned.

    A role-assignable group is left out: for its members a permission of its own is asked for, whoever owns it.
    """
    persons = {each.id for each in records.users if not each.agent and not each.guest}
    found: dict[str, list[Holding]] = defaultdict(list)
    owned = [(each.id, each.owners, Right.GROUP_MEMBERS) for each in records.groups if not each.role_assignable]
    owned += [(each.id, each.owners, Right.APPLICATION_CREDENTIALS) for each in records.applications]
    owned += [(each.id, each.owners, Right.PRINCIPAL_CREDENTIALS) for each in records.service_principals]
    for identity, owners, right in owned:
        for owner in sorted(persons.intersection(owners)):
            grants = (ownership_grant(identity, owner),)
            found[owner].append(Holding(right, "", "ownership", f"/{identity}", grants))
    return found


def _both(holding: Holding, wanted: Iterable[Given], whole: bool) -> Iterator[Right]:
    """Yield what a user's right and a consent allow together."""
    if whole:
        yield holding.right
        return
    for given in wanted:
        stronger = holding.right is Right.ASSIGN_ROLES and given.right is Right.GRANT_APP_ROLES
        if stronger or holding.right in (given.right, Right.ADMINISTRATE):
            yield given.right
