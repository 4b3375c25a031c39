"""Who could consent to what an application has: every user for themselves, or the holders of roles and permissions.

Input: records of tenants, an ``App``. Output: ``Could``; ``TenantConsent`` for a tenant as a whole.
Handled: what ``graph.evaluate.entra.consent`` judges, over all permissions of one application together.
Not handled: permissions that an agent has from its blueprint, which were consented to there; owners of groups, teams
and chats, who consent to data of their own.
Errs towards: unknown where the answer hangs on a publisher that was not asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from analytics.privilege.answers import Answer
from analytics.third_party.app import App, Could, CouldMeans, MayConsent, PermissionKind, TenantConsent
from analytics.third_party.tenant import Tenant
from collectors.entra.records import EntraServicePrincipal
from collectors.interface import EvidenceRef
from graph.evaluate.entra.consent import ConsentAnswer, Consenter, Consents, Holder, Wanted, consents_of
from graph.evaluate.entra.holdings import MICROSOFT_GRAPH
from graph.kinds import State

__all__ = ["could_finder", "tenant_consent"]

_POLICY = "policies.authorizationPolicy"
_SHOWN = 5
_BY_STATE = {State.VERIFIED: Answer.YES, State.UNVERIFIED: Answer.UNKNOWN, State.VOID: Answer.NO}
_SOMEBODY = "any publisher"
_FOR_SELF = "ManagePermissionGrantsForSelf."


def could_finder(tenants: Iterable[Tenant]) -> Callable[[App], Could]:
    """Return the function that tells who could consent to an application of one of these tenants."""
    by_id = {tenant.id: tenant for tenant in tenants}
    known: dict[str, Consents] = {}

    def find(app: App) -> Could:
        tenant = by_id[app.tenant]
        if app.tenant not in known:
            known[app.tenant] = consents_of(tenant.records)
        return _could(tenant, known[app.tenant], app)

    return find


def _could(tenant: Tenant, consents: Consents, app: App) -> Could:
    principal = tenant.principals[app.id.removeprefix("entra:")]
    wanted = [
        Wanted(row.api_id.removeprefix("entra:"), row.name, row.kind is PermissionKind.APPLICATION)
        for row in app.permissions
        if not row.inherited
    ]
    answer = consents.who_could_consent(principal, wanted)
    users, why = _users(answer, wanted)
    if users is not Answer.NO and not app.permissions_known.get(PermissionKind.DELEGATED, False):
        users, why = Answer.UNKNOWN, "Its delegated permissions were not looked at as a whole."
    elif users is Answer.NO and not principal.verified_publisher_known and _hangs(consents, principal, wanted):
        users, why = Answer.UNKNOWN, "Whether its publisher is verified was not asked for."
    means = (each for each in answer.consenters if each.holders and each.state is not State.VOID)
    return Could(users, why, tuple(_means(tenant, each) for each in means), answer.unknown)


def _hangs(consents: Consents, principal: EntraServicePrincipal, wanted: list[Wanted]) -> bool:
    """Return whether users could consent if the publisher were verified."""
    verified = replace(principal, verified_publisher=_SOMEBODY, verified_publisher_id=_SOMEBODY)
    return _users(consents.who_could_consent(verified, wanted), wanted)[0] is not Answer.NO


def _users(answer: ConsentAnswer, wanted: list[Wanted]) -> tuple[Answer | None, str]:
    delegated = [each for each in wanted if not each.application]
    if not delegated:
        return None, "It has no delegated permission."
    if _POLICY in answer.unknown:
        return Answer.UNKNOWN, "What users may consent to was not looked at."
    best = {each: (State.VOID, "") for each in delegated}
    by_all = [each for each in answer.consenters if not each.everybody and not each.holders]
    for verdict in (verdict for each in by_all for verdict in each.verdicts):
        if verdict.wanted in best and verdict.state > best[verdict.wanted][0]:
            best[verdict.wanted] = (verdict.state, verdict.note)
    refused = [each.permission for each, (state, _) in best.items() if state is State.VOID]
    if refused:
        return Answer.NO, f"Not to {', '.join(refused[:_SHOWN])}."
    open_ones = [note for state, note in best.values() if state is not State.VERIFIED]
    if open_ones:
        return Answer.UNKNOWN, next((note for note in open_ones if note), "")
    return Answer.YES, f"Under {', '.join(each.policy for each in by_all)}."


def _means(tenant: Tenant, consenter: Consenter) -> CouldMeans:
    now = [each for each in consenter.holders if not each.conditions]
    return CouldMeans(
        consenter.means,
        _BY_STATE.get(consenter.state, Answer.UNKNOWN),
        consenter.everybody,
        _count(now),
        _count(each for each in consenter.holders if each.conditions),
        tuple(dict.fromkeys(tenant.name(each.principal) for each in (now or consenter.holders)))[:_SHOWN],
    )


def _count(holders: Iterable[Holder]) -> int:
    return len({each.principal for each in holders})


def tenant_consent(tenant: Tenant) -> TenantConsent:
    """Return who may consent to what in a tenant: permissions of Microsoft Graph, for somebody else's application.

    What every user may depends on the permission and the application; the policies are told by their names.
    """
    records = tenant.records
    api = next((each.id for each in records.service_principals if each.app_id == MICROSOFT_GRAPH), "")
    anybody = EntraServicePrincipal("", "", "", tenant.id, "application", EvidenceRef("", ""), owner_tenant="elsewhere")
    wanted = (Wanted(api, "Directory.AccessAsUser.All"), Wanted(api, "Mail.Read", application=True))
    answer = consents_of(records).who_could_consent(anybody, wanted)
    assigned = records.policies.user_consent_policies
    policies = tuple(each.rpartition(_FOR_SELF)[2] for each in assigned or () if _FOR_SELF in each)
    return TenantConsent(
        tenant.id,
        records.tenant.name or tenant.id,
        None if assigned is None else policies,
        records.policies.risk_step_up,
        tuple(_may(tenant, each) for each in answer.consenters if each.holders),
        answer.unknown,
    )


def _may(tenant: Tenant, consenter: Consenter) -> MayConsent:
    told = _means(tenant, consenter)
    by_kind = {each.wanted.application: _BY_STATE.get(each.state, Answer.UNKNOWN) for each in consenter.verdicts}
    return MayConsent(
        told.means, told.everybody, by_kind[False], by_kind[True], told.holders, told.conditional, told.names
    )
