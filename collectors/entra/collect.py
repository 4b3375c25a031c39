"""Collect one Entra tenant into an evidence folder.

Input: settings, an evidence writer, and azure-identity's ordinary credentials.
Output: evidence files and coverage records; a ``EntraCollectResult`` with calls, gaps and whether anything is missing.
Not handled: several tenants in one call, and finishing the manifest: the caller does that, after its last collector.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from collectors.entra.fetching import SOURCE, GraphFetch
from collectors.entra.objects import apis_with_app_roles, consented_apis, groups_for_pim, user_assigned_identities
from collectors.entra.operations import OPERATIONS
from collectors.entra.records_directory import GUID
from collectors.entra.sdk import CutOffError, GraphSession, open_session
from collectors.entra.session import (
    CredentialsUnusableError,
    EntraCollectSettings,
    EntraIdentity,
)
from collectors.entra.transport import GraphCaller
from collectors.errors import CollectorError, one_line
from collectors.evidence.writer import EvidenceWriter
from collectors.interface import CallOutcome
from collectors.microsoft import claims_of
from collectors.results import CollectResult

__all__ = ["EntraCollectResult", "OtherTenantError", "check_credentials", "collect_entra", "who_am_i"]

_USABLE = (CallOutcome.OK, CallOutcome.NONE)
_SIGN_INS = "reports.servicePrincipalSignInActivities"
_AGENT = "microsoft.graph.agentIdentity"
_BLUEPRINTS = f"applications.{_AGENT}Blueprint"
_AGENTS = f"servicePrincipals.{_AGENT}"
_PRINCIPALS = f"servicePrincipals.{_AGENT}BlueprintPrincipal"
_PIM_GROUPS = tuple(
    f"identityGovernance.privilegedAccess.group.{kind}ScheduleInstances" for kind in ("eligibility", "assignment")
)
_ASSIGNED_TO = "servicePrincipals.appRoleAssignedTo"
_CLASSIFIED = "servicePrincipals.delegatedPermissionClassifications"

_LISTS = (
    *("servicePrincipals", "applications", "groups", "oauth2PermissionGrants", "directory.administrativeUnits"),
    *(_BLUEPRINTS, _AGENTS, _PRINCIPALS, "users.microsoft.graph.agentUser"),
    *(f"roleManagement.directory.{name}" for name in ("roleDefinitions", "roleAssignments")),
    *(f"roleManagement.directory.role{name}ScheduleInstances" for name in ("Assignment", "Eligibility")),
    *(
        "policies.roleManagementPolicyAssignments",
        "policies.permissionGrantPolicies",
        "identity.conditionalAccess.policies",
    ),
    *("identity.conditionalAccess.namedLocations", "policies.appManagementPolicies", "groupSettings"),
)
"""Lists that depend on nothing, the longest first. The organization and the users are asked apart."""
_SINGLES = (
    "policies.authorizationPolicy",
    "policies.authenticationMethodsPolicy",
    "policies.defaultAppManagementPolicy",
)


class OtherTenantError(CollectorError):
    """The evidence folder holds an unfinished collection of another tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraCollectResult(CollectResult):
    """What one collection of a tenant did."""

    batched: int
    """Requests that went inside of others; one HTTP request holds up to 20."""


def check_credentials(settings: EntraCollectSettings) -> EntraIdentity:
    """Return which tenant the credentials are of, writing nothing: for use before a folder is opened for writing.

    Raises
    ------
    CollectorError
        One line: a package is missing, no tenant answers, or it is another one than the settings name.
    """

    async def ask() -> EntraIdentity:
        """Ask in a session of its own."""
        async with aclosing(open_session(settings)) as session:
            return await who_am_i(session, settings)

    return asyncio.run(ask())


def collect_entra(
    settings: EntraCollectSettings,
    writer: EvidenceWriter,
    progress: Callable[[str], None] = lambda line: None,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> EntraCollectResult:
    """Collect the tenant that the credentials belong to.

    Parameters
    ----------
    settings
        What to ask and how long to insist.
    writer
        Open on the evidence folder. Where it resumes an unfinished collection, operations that are complete there are
        not asked again. Call ``writer.finish()`` afterwards, or ``writer.close()`` when ``stopped`` says why.
    progress
        Told one line an operation, in the order in which they end.
    clock
        Times of the coverage records; without one they carry none.
    sleep, monotonic
        Wait and measure between attempts, in seconds.

    Returns
    -------
    EntraCollectResult
        Calls, gaps, and whether anything is missing.

    Raises
    ------
    CredentialsUnusableError
        Microsoft accepts no credentials; nothing was written about any tenant.
    OtherTenantError
        The folder holds an unfinished collection of another tenant.
    SdkMissingError
        The packages of the extra ``entra`` are not installed.

    Notes
    -----
    A refused, throttled or cut call never ends the collection: it is a coverage record and a gap that names the
    permission. Calls grow with pages of lists; what must be asked of each object goes 20 to a request.
    """

    async def run() -> EntraCollectResult:
        """Collect in one session."""
        async with aclosing(open_session(settings)) as session:
            identity = await who_am_i(session, settings)
            _refuse_other_tenant(writer, identity.account)
            caller = GraphCaller(
                session,
                settings.failure_budget_seconds,
                settings.max_attempts,
                sleep,
                monotonic,
                settings.time_limit_seconds,
            )
            fetch = GraphFetch(writer, caller, identity.account, settings.root, clock, progress)
            for name, reason in _left_out(settings):
                fetch.skipped(name, reason)
            await _each(_first(fetch, settings), settings.workers)
            await _each(_second(fetch), settings.workers)
            return EntraCollectResult(
                account=identity.account,
                calls=caller.counts(),
                batched=caller.batched,
                retries=caller.retries,
                kept=fetch.kept,
                gaps=fetch.gaps,
                stopped=caller.stopped,
            )

    return asyncio.run(run())


async def who_am_i(session: GraphSession, settings: EntraCollectSettings) -> EntraIdentity:
    """Return the tenant that answers; where the organization may not be read, the one that the token names.

    Raises
    ------
    CredentialsUnusableError
        No tenant answers, or another one than the settings name.
    """
    claims = claims_of(await session.token())
    try:
        reply = await session.send("GET", f"{settings.root}/v1.0/organization?$select=id", {})
    except CutOffError as error:
        raise CredentialsUnusableError(f"no tenant could be asked ({error.kind}): {one_line(error)}") from error
    body = reply.json()
    if reply.status == 401:
        told = body.get("error") or {}
        raise CredentialsUnusableError(
            f"Microsoft Graph did not accept the token ({told.get('code', 401)}): {one_line(told.get('message', ''))}"
        )
    listed = body.get("value") or [{}]
    tenant = str(listed[0].get("id") or claims.get("tid") or "").lower()
    if not GUID.fullmatch(tenant):
        raise CredentialsUnusableError("neither the organization nor the token says which tenant it is")
    if settings.tenant and settings.tenant.lower() != tenant:
        raise CredentialsUnusableError(f"the credentials are of tenant {tenant}, not of {settings.tenant}")
    return EntraIdentity(tenant, str(claims.get("appid") or claims.get("azp") or ""))


def _refuse_other_tenant(writer: EvidenceWriter, tenant: str) -> None:
    others = sorted({record.scope for record in writer.coverage if record.source == SOURCE} - {tenant})
    if writer.resumed and others:
        raise OtherTenantError(
            f"{writer.root} holds an unfinished collection of tenant {others[0]}, but the credentials are for "
            f"{tenant}: go on with that tenant's credentials, or name another folder"
        )


def _left_out(settings: EntraCollectSettings) -> Iterator[tuple[str, str]]:
    for operation in OPERATIONS.values():
        if operation.name.partition(".")[0] in settings.without:
            yield operation.name, "left out by the settings"
        elif operation.opt_in and not settings.service_last_accessed:
            yield operation.name, "asked only when wanted (--last-accessed)"


def _first(fetch: GraphFetch, settings: EntraCollectSettings) -> Iterator[Awaitable[object]]:
    """Yield what depends on nothing."""
    for name in _LISTS:
        if _wanted(fetch, name):
            yield fetch.listed(name)
    yield _users(fetch, settings.service_last_accessed)
    yield fetch.listed("organization")
    for name in _SINGLES:
        if _wanted(fetch, name):
            yield fetch.one(name)


async def _users(fetch: GraphFetch, sign_ins: bool) -> None:
    """Ask for sign-in activity before users: without the licence, selecting theirs refuses the whole list."""
    known = False
    if sign_ins and _wanted(fetch, _SIGN_INS):
        known = await fetch.listed(_SIGN_INS) in _USABLE
    if _wanted(fetch, "users"):
        await fetch.listed("users", more=("signInActivity",) if known else ())


def _second(fetch: GraphFetch) -> Iterator[Awaitable[object]]:
    """Yield what is asked about objects that the first part listed."""
    agents = (*fetch.ids(_AGENTS), *fetch.ids(_PRINCIPALS))
    yield from _of_all(fetch, "servicePrincipals", ("servicePrincipals.owners",), agents)
    blueprints = tuple(fetch.ids(_BLUEPRINTS))
    own = ("applications.owners", "applications.federatedIdentityCredentials")
    yield from _of_all(fetch, "applications", own, blueprints)
    yield from _of_all(fetch, "groups", ("groups.members", "groups.owners"))
    yield from _of_all(fetch, _AGENTS, (f"{_AGENTS}.sponsors",))
    yield from _of_each(fetch, _BLUEPRINTS, f"{_BLUEPRINTS}.inheritablePermissions", fetch.ids(_BLUEPRINTS))
    units = "directory.administrativeUnits"
    yield from _of_each(fetch, units, f"{units}.members", fetch.ids(units))
    yield from _of_each(
        fetch, "servicePrincipals", _ASSIGNED_TO, apis_with_app_roles(fetch), "APIs that offer roles to applications"
    )
    identities = "servicePrincipals.federatedIdentityCredentials"
    yield from _of_each(
        fetch, "servicePrincipals", identities, user_assigned_identities(fetch), "user-assigned managed identities"
    )
    yield from _of_each(
        fetch, "oauth2PermissionGrants", _CLASSIFIED, consented_apis(fetch), "APIs that are consented to"
    )
    for name in _PIM_GROUPS:
        yield from _of_each(fetch, "groups", name, groups_for_pim(fetch), "groups that can be in PIM")
    single = "policies.appManagementPolicies"
    yield from _of_each(fetch, single, f"{single}.appliesTo", fetch.ids(single))
    if _wanted(fetch, "servicePrincipals.appRoleAssignments"):
        fetch.unneeded("servicePrincipals.appRoleAssignments", f"{_ASSIGNED_TO} shows them from the API's end")


def _of_all(
    fetch: GraphFetch, cause: str, names: tuple[str, ...], others: tuple[str, ...] = ()
) -> Iterator[Awaitable[object]]:
    for name in names:
        if not _wanted(fetch, name):
            continue
        if fetch.known(cause):
            yield fetch.expanded(name, others)
        else:
            fetch.blocked(name, cause)


def _of_each(
    fetch: GraphFetch, cause: str, name: str, ids: Iterator[str], note: str = ""
) -> Iterator[Awaitable[object]]:
    if not _wanted(fetch, name):
        return
    if fetch.known(cause):
        yield fetch.each(name, ids, note)
    elif fetch.left_out(cause):
        fetch.skipped(name, f"needs {cause}, which the settings leave out")
    else:
        fetch.blocked(name, cause)


def _wanted(fetch: GraphFetch, name: str) -> bool:
    return name in OPERATIONS and not fetch.left_out(name)


async def _each(tasks: Iterator[Awaitable[object]], workers: int) -> None:
    """Run tasks, so many at a time, in their order."""

    async def work() -> None:
        for task in tasks:
            await task

    at_work = [asyncio.create_task(work()) for _ in range(workers)]
    try:
        await asyncio.gather(*at_work)
    finally:
        for each in at_work:
            each.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
