"""Who could consent to which permissions of an application, and by what.

Input: the records of one tenant, an application and the permissions that it has or asks for. Output: ``ConsentAnswer``.
Handled: what every user may do, custom roles that name a consent policy, the built-in roles that consent for everybody,
active and eligible; permissions of Microsoft Graph that write grants; owners of the API, who grant its app roles.
Not handled: roles at the scope of one application; consent of group, team and chat owners to data of their own group,
which is told as a fact (``group_owners``) and gives no permission in the whole tenant; making oneself able to consent
first: that is a path in the graph. Members of a group are not unfolded: the group stands as holder.

References
----------
https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from collectors.entra.policy_types import EntraConsentPolicy, EntraScope
from collectors.entra.records import EntraServicePrincipal, EntraTenantRecords
from collectors.interface import Presence
from graph.catalog.entra import entra_catalog
from graph.decision import ALWAYS, Residual, Truth, merge_residuals
from graph.evaluate.entra.activation import activation_conditions
from graph.evaluate.entra.conditions import ENABLED, open_condition, until
from graph.evaluate.entra.consent_policies import (
    APPLICATION_ADMIN,
    COMPANY_ADMIN,
    MICROSOFT_GRAPH,
    ConsentEvent,
    built_in_policy,
    policy_allows,
)
from graph.evaluate.entra.consent_types import ConsentAnswer, Consenter, Holder, Verdict, Wanted
from graph.evaluate.entra.ids import app_role_grant, ownership_grant, role_grant
from graph.kinds import State

__all__ = ["ConsentAnswer", "Consenter", "Consents", "Holder", "Verdict", "Wanted", "consents_of"]

_FOR_SELF, _FOR_ALL = "managepermissiongrantsforself.", "managepermissiongrantsforall."
_FOR_OWNED = "managepermissiongrantsforownedresource."
_ACTION = "microsoft.directory/serviceprincipals/"
_BASIC = frozenset({"openid", "profile", "email", "offline_access", "user.read"})
_ROLES = {
    "62e90394-69f5-4237-9190-012177145e10": COMPANY_ADMIN,
    "e8611ab8-c189-46e8-94e1-60213ab1f814": COMPANY_ADMIN,
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": APPLICATION_ADMIN,
    "158c047a-c907-4556-b7ef-446551a6b5f7": APPLICATION_ADMIN,
}
"""Global and Privileged Role Administrator; Application and Cloud Application Administrator, by template id."""
_GRANTERS = frozenset({"fe930be7-5e62-47db-91af-98c3a49a38b1", "9360feb5-f418-4baa-8175-e2a00bac4301"})
"""User Administrator and Directory Writers write delegated consents under no policy:
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference (read 2026-11)."""
_GRANT_ACTIONS = frozenset(
    f"microsoft.directory/oauth2permissiongrants/{each}"
    for each in ("create", "allproperties/update", "allproperties/alltasks", "basic/update")
)
_BOTH = (True, False)
_BY_STATE = {Truth.TRUE: State.VERIFIED, Truth.UNKNOWN: State.UNVERIFIED, Truth.FALSE: State.VOID}
_RISKY = (
    "Its application is registered elsewhere without a verified publisher: such a request of a user goes to an "
    "administrator when Microsoft finds it risky."
)
_POLICY = "The conditions of the consent policy {} were not collected."
_OPEN = "Whether the consent policy {} covers it depends on facts that were not collected."


@dataclass(frozen=True, slots=True)
class _Means:
    name: str
    everybody: bool
    policy: str = ""
    kinds: tuple[bool, ...] = (True, False)
    """Kinds of permission that it covers: app roles (True), delegated ones (False)."""
    not_graph: bool = False
    holders: tuple[Holder, ...] = ()


_BY_PERMISSION = {
    "approleassignment.readwrite.all": _Means("AppRoleAssignment.ReadWrite.All", True, kinds=(True,)),
    "delegatedpermissiongrant.readwrite.all": _Means("DelegatedPermissionGrant.ReadWrite.All", True, kinds=(False,)),
    "application.readwrite.all": _Means("Application.ReadWrite.All", True, kinds=(True,), not_graph=True),
}
"""Microsoft's page says of the last that it grants any app role but those of Microsoft Graph."""


def consents_of(records: EntraTenantRecords) -> Consents:
    """Return the index of who may consent in a tenant; build it once, then ask about any number of applications."""
    return Consents(records)


class Consents:
    """Who may consent in one tenant."""

    def __init__(self, records: EntraTenantRecords) -> None:
        self._records = records
        self._principals = {each.id: each for each in records.service_principals}
        self._applications = {each.app_id for each in records.applications}
        self._policies = {each.id: each for each in records.consent_policies}
        self._disabled = {each.id for each in records.users if each.enabled is False}
        self._disabled |= {each.id for each in records.service_principals if each.enabled is False}
        self._scopes: dict[str, dict[str, EntraScope]] = {}
        self._role_ids: dict[str, dict[str, str]] = {}
        self._means = (*self._of_users(), *self._of_roles(), *self._of_permissions())
        assigned = records.policies.user_consent_policies
        self._group_owners = None if assigned is None else any(_FOR_OWNED in each.lower() for each in assigned)
        looked = ("policies.authorizationPolicy", "roleManagement.directory.roleAssignments")
        self._unknown = tuple(
            name for name in looked if records.presence.get(name) not in (Presence.PRESENT, Presence.EMPTY)
        )

    def who_could_consent(self, client: EntraServicePrincipal, wanted: Iterable[Wanted]) -> ConsentAnswer:
        """Return who could consent to permissions of an application.

        Parameters
        ----------
        client
            The application's service principal here.
        wanted
            What it has or asks for; permissions of several APIs may stand together.

        Notes
        -----
        Linear in the means (a few) times what is wanted; holders are shared between answers.
        """
        events = [(each, self._event(client, each)) for each in wanted]
        found = [self._consenter(means, client, events) for means in self._means]
        found += self._api_owners(events)
        return ConsentAnswer(
            tuple(each for each in found if each.some is not State.VOID), self._group_owners, self._unknown
        )

    def policy_covers(self, policy: str, event: ConsentEvent) -> Truth:
        """Return whether a consent policy, by its id, lets its holder consent to something."""
        return policy_allows(self._policy(policy), event)

    def _policy(self, policy: str) -> EntraConsentPolicy | None:
        return self._policies.get(policy) or built_in_policy(policy, self._records.tenant.id)

    def _event(self, client: EntraServicePrincipal, wanted: Wanted) -> ConsentEvent:
        api = self._principals.get(wanted.api)
        app_id = api.app_id if api else None
        home = client.owner_tenant or (self._records.tenant.id if client.app_id in self._applications else None)
        publisher = client.verified_publisher_id or client.verified_publisher or None
        if publisher is None and client.verified_publisher_known:
            publisher = ""
        if wanted.application:
            identity = self._role_id(api, wanted.permission) if api else None
            return ConsentEvent(client.app_id, home, publisher, app_id, True, identity)
        scope = self._scope(api, wanted.permission) if api else None
        identity = scope.id if scope else None
        classes = self._records.classifications.get(wanted.api)
        known = classes.get(identity, "") if classes is not None and identity is not None else None
        admin_only = scope.admin_only if scope else None
        return ConsentEvent(client.app_id, home, publisher, app_id, False, identity, admin_only, known)

    def _scope(self, api: EntraServicePrincipal, name: str) -> EntraScope | None:
        table = self._scopes.setdefault(api.id, {each.value.lower(): each for each in api.scopes})
        return table.get(name.lower())

    def _role_id(self, api: EntraServicePrincipal, name: str) -> str | None:
        table = self._role_ids.setdefault(api.id, {value.lower(): key for key, value in api.app_roles.items()})
        return table.get(name.lower())

    def _consenter(
        self, means: _Means, client: EntraServicePrincipal, events: list[tuple[Wanted, ConsentEvent]]
    ) -> Consenter:
        verdicts = tuple(self._verdict(means, client, wanted, event) for wanted, event in events)
        return Consenter(means.name, means.holders, means.everybody, means.policy, verdicts)

    def _verdict(self, means: _Means, client: EntraServicePrincipal, wanted: Wanted, event: ConsentEvent) -> Verdict:
        if wanted.application not in means.kinds:
            return Verdict(wanted, State.VOID)
        if means.not_graph:
            if event.api is None:
                return Verdict(wanted, State.UNVERIFIED, "The API was not collected.")
            return Verdict(wanted, State.VOID if event.api == MICROSOFT_GRAPH else State.VERIFIED)
        if not means.policy:
            return Verdict(wanted, State.VERIFIED)
        policy = self._policy(means.policy)
        state = _BY_STATE[policy_allows(policy, event)]
        if state is State.UNVERIFIED:
            return Verdict(
                wanted, state, (_POLICY if policy is None or not policy.known else _OPEN).format(means.policy)
            )
        if state is State.VERIFIED and not means.everybody and self._risky(client, wanted, event):
            return Verdict(wanted, State.UNVERIFIED, _RISKY)
        return Verdict(wanted, state)

    def _risky(self, client: EntraServicePrincipal, wanted: Wanted, event: ConsentEvent) -> bool:
        """Return whether a user's request may go to an administrator after all."""
        if self._records.policies.risk_step_up is False or wanted.permission.lower() in _BASIC:
            return False
        return event.client_tenant != self._records.tenant.id and not event.publisher

    def _api_owners(self, events: list[tuple[Wanted, ConsentEvent]]) -> list[Consenter]:
        """Return the owners of an API, who grant the app roles that it offers."""
        found = []
        for api_id in dict.fromkeys(wanted.api for wanted, _ in events if wanted.application):
            api = self._principals.get(api_id)
            if api is None or not api.owners:
                continue
            holders = tuple(self._holder(owner, ownership_grant(api.id, owner)) for owner in api.owners)
            verdicts = tuple(
                Verdict(wanted, State.VERIFIED if wanted.application and wanted.api == api_id else State.VOID)
                for wanted, _ in events
            )
            found.append(Consenter("owner of the API", holders, True, "", verdicts))
        return found

    def _holder(self, principal: str, grant: str, conditions: Residual = ALWAYS) -> Holder:
        if principal in self._disabled:
            conditions = merge_residuals([conditions, open_condition(ENABLED, principal)])
        return Holder(principal, (grant,), conditions)

    def _of_users(self) -> list[_Means]:
        return [
            _Means("user consent", False, policy=each.lower().rpartition(_FOR_SELF)[2], kinds=(False,))
            for each in self._records.policies.user_consent_policies or ()
            if _FOR_SELF in each.lower()
        ]

    def _of_roles(self) -> list[_Means]:
        holders: dict[tuple[str, str, bool, tuple[bool, ...]], list[Holder]] = defaultdict(list)
        rows: list[tuple[str, str, bool, tuple[bool, ...]]]
        definitions = {each.id: each for each in self._records.role_definitions}
        policies = {each.role_id: each for each in self._records.role_policies if not each.group_id}
        names = {each.id: each.principal_name or each.name for each in self._records.users}
        names |= {each.id: each.name for each in self._records.groups}
        for assignment in self._records.role_assignments:
            if assignment.scope != "/":
                continue
            definition = definitions.get(assignment.role_id)
            if definition is not None and not definition.enabled:
                continue
            if definition is not None and not definition.built_in:
                rows = [(definition.name, *each, _BOTH) for each in _named_policies(definition.actions)]
                if any(action.lower() in _GRANT_ACTIONS for action in definition.actions):
                    rows.append((definition.name, "", True, (False,)))
            else:
                template = definition.template_id if definition else assignment.role_id
                policy = _ROLES.get(template, "")
                row = entra_catalog().role(template, "")
                rows = [(row.name if row else template, policy, True, _BOTH)] if policy else []
                rows += [(row.name, "", True, (False,))] if row and template in _GRANTERS else []
            for name, policy, everybody, kinds in rows:
                conditions = [until(assignment.ends_at)]
                if assignment.eligible:
                    conditions.append(activation_conditions(name, policies.get(assignment.role_id), names))
                grant = role_grant(assignment.id, assignment.eligible)
                holder = self._holder(assignment.principal_id, grant, merge_residuals(conditions))
                holders[name, policy, everybody, kinds if everybody else (False,)].append(holder)
        return [
            _Means(name, everybody, policy, kinds, holders=tuple(found))
            for (name, policy, everybody, kinds), found in holders.items()
        ]

    def _of_permissions(self) -> list[_Means]:
        graph = {each.id: each for each in self._records.service_principals if each.app_id == MICROSOFT_GRAPH}
        known = entra_catalog().permission_ids
        holders: dict[str, list[Holder]] = defaultdict(list)
        for each in self._records.app_role_assignments:
            api = graph.get(each.resource_id)
            if api is None and each.resource_id in self._principals:
                continue  # an API of another name may call its roles as it likes
            name = (api.app_roles.get(each.app_role_id) if api else "") or known.get(each.app_role_id, "")
            if name.lower() in _BY_PERMISSION:
                holders[name.lower()].append(self._holder(each.principal_id, app_role_grant(each.id)))
        return [
            _Means(means.name, True, "", means.kinds, means.not_graph, tuple(holders[name]))
            for name, means in _BY_PERMISSION.items()
            if name in holders
        ]


def _named_policies(actions: Iterable[str]) -> list[tuple[str, bool]]:
    """Return the consent policies that a custom role's actions name, and whether they are for everybody."""
    found = []
    for action in actions:
        text = action.lower()
        for prefix, everybody in ((_ACTION + _FOR_ALL, True), (_ACTION + _FOR_SELF, False)):
            if text.startswith(prefix):
                found.append((text.removeprefix(prefix), everybody))
    return found
