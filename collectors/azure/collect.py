"""Collect the Azure of one tenant into an evidence folder: management groups, and every subscription that can be seen.

Input: settings, an evidence writer, and azure-identity's ordinary credentials.
Output: evidence files and coverage records; an ``AzureCollectResult`` with calls, gaps and whether anything is missing.
Not handled: several tenants in one call, and finishing the manifest: the caller does that, after its last collector.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from collectors.azure.arm_calls import TENANTS, path_of
from collectors.azure.asked import CAUSES, activation_asks, object_asks, text_of
from collectors.azure.fetching import ArmFetch
from collectors.azure.operations import OPERATIONS, SUBSCRIPTION_OPERATIONS, TENANT_OPERATIONS
from collectors.azure.sdk import ArmSession, CutOffError, open_session
from collectors.azure.session import (
    GUID,
    AzureCollectSettings,
    AzureIdentity,
    CredentialsUnusableError,
)
from collectors.azure.tenant import collect_above, find_groups, find_subscriptions
from collectors.azure.transport import ArmCaller, outcome_of_code
from collectors.errors import CollectorError, one_line
from collectors.evidence.writer import EvidenceWriter
from collectors.microsoft import claims_of
from collectors.recording import Recording
from collectors.results import CollectResult

__all__ = ["AzureCollectResult", "OtherTenantError", "check_credentials", "collect_azure", "who_am_i"]

SOURCE = "azure"
_DEFINITIONS = "authorization.roleDefinitions"
_ACTIVATION = "authorization.roleManagementPolicyAssignments"
Task = Callable[[], object]


class OtherTenantError(CollectorError):
    """The evidence folder holds an unfinished collection of another tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureCollectResult(CollectResult):
    """What one collection of a tenant's subscriptions did."""

    subscriptions: int
    """How many were looked at."""


def check_credentials(settings: AzureCollectSettings) -> AzureIdentity:
    """Return which tenant the credentials are of, writing nothing: for use before a folder is opened for writing.

    Raises
    ------
    CollectorError
        One line: a package is missing, no tenant answers, or it is another one than the settings name.
    """
    with closing(open_session(settings)) as session:
        return who_am_i(session, settings)


def collect_azure(
    settings: AzureCollectSettings,
    writer: EvidenceWriter,
    progress: Callable[[str], None] = lambda line: None,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> AzureCollectResult:
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
    AzureCollectResult
        Calls, gaps, and whether anything is missing.

    Raises
    ------
    CredentialsUnusableError
        Microsoft accepts no credentials; nothing was written about any tenant.
    OtherTenantError
        The folder holds an unfinished collection of another tenant.
    SdkMissingError
        The packages of the extra ``azure`` are not installed.

    Notes
    -----
    A refused, throttled or cut call never ends the collection: it is a coverage record and a gap that names the
    permission. Calls grow with subscriptions and pages; some questions ARM answers about one object only.
    """
    with closing(open_session(settings)) as session, ThreadPoolExecutor(settings.workers) as pool:
        identity = who_am_i(session, settings)
        _refuse_other_tenant(writer, identity.account)
        caller = ArmCaller(
            session,
            settings.failure_budget_seconds,
            settings.max_attempts,
            sleep,
            monotonic,
            settings.time_limit_seconds,
        )
        versions: dict[str, str] = {}
        recordings: list[Recording] = []

        def fetch_of(scope: str) -> ArmFetch:
            made = Recording(writer, SOURCE, scope, OPERATIONS, outcome_of_code, clock, progress)
            recordings.append(made)
            fetch = ArmFetch(made, caller, settings.root, pool, settings.objects_limit, versions, identity.account)
            for name, reason in _left_out(settings, fetch):
                made.skipped(name, reason)
            return fetch

        above = fetch_of(identity.account)
        groups = find_groups(above)
        found = find_subscriptions(above, settings.subscriptions)
        below = [fetch_of(guid) for guid in (*found.listed, *found.unlisted)]
        if _wanted(above, _DEFINITIONS):
            collect_above(above, groups, _DEFINITIONS)
        # Of a subscription that no list names it is not known whether it may be read at all.
        unlisted = below[len(found.listed) :]
        _run(
            [partial(each.listed, "resources", each.place) for each in unlisted if _wanted(each, "resources")], settings
        )
        readable = [each for each in below if each not in unlisted or _readable(each)]
        _run(_first(above, groups, readable), settings)
        _run(_second(above, readable), settings)
        missing = (gap for each in recordings for gap in each.gaps)
        return AzureCollectResult(
            account=identity.account,
            subscriptions=len(readable),
            calls=caller.counts(),
            retries=caller.retries,
            kept=sum(each.kept for each in recordings),
            gaps=tuple(sorted(missing, key=lambda gap: (gap.scope, gap.operation))),
            stopped=caller.stopped,
        )


def who_am_i(session: ArmSession, settings: AzureCollectSettings) -> AzureIdentity:
    """Return the tenant that answers: the one that the token names, else the only one that the caller is of.

    Raises
    ------
    CredentialsUnusableError
        No tenant answers, or another one than the settings name.
    """
    claims = claims_of(session.token())
    try:
        reply = session.send("GET", settings.root + path_of(TENANTS))
    except CutOffError as error:
        raise CredentialsUnusableError(f"no tenant could be asked ({error.kind}): {one_line(error)}") from error
    body = reply.json()
    body = body if isinstance(body, Mapping) else {}
    if reply.status == 401:
        told = body.get("error") or {}
        raise CredentialsUnusableError(
            f"Azure Resource Manager did not accept the token ({told.get('code', 401)}): "
            f"{one_line(told.get('message', ''))}"
        )
    listed = [text_of(item, "tenantId") for item in body.get("value") or () if isinstance(item, Mapping)]
    tenant = (text_of(claims, "tid") or (listed[0] if len(listed) == 1 else "")).lower()
    if not GUID.fullmatch(tenant):
        raise CredentialsUnusableError("neither the token nor the list of tenants says which tenant it is")
    if settings.tenant and settings.tenant.lower() != tenant:
        raise CredentialsUnusableError(f"the credentials are of tenant {tenant}, not of {settings.tenant}")
    return AzureIdentity(tenant, text_of(claims, "appid") or text_of(claims, "azp"))


def _refuse_other_tenant(writer: EvidenceWriter, tenant: str) -> None:
    of_tenants = {record.scope for record in writer.coverage if record.operation == "subscriptions"}
    others = sorted(of_tenants - {tenant})
    if writer.resumed and others:
        raise OtherTenantError(
            f"{writer.root} holds an unfinished collection of tenant {others[0]}, but the credentials are for "
            f"{tenant}: go on with that tenant's credentials, or name another folder"
        )


def _left_out(settings: AzureCollectSettings, fetch: ArmFetch) -> Iterator[tuple[str, str]]:
    of_tenant = not fetch.place
    for operation in (TENANT_OPERATIONS if of_tenant else SUBSCRIPTION_OPERATIONS).values():
        part = operation.name.partition(".")[0]
        if part in settings.without:
            yield operation.name, "left out by the settings"
        elif of_tenant and part == "authorization" and "managementGroups" in settings.without:
            yield operation.name, "needs managementGroups, which the settings leave out"
        elif operation.opt_in and not settings.app_settings:
            yield operation.name, "asked only when wanted (--app-settings)"


def _wanted(fetch: ArmFetch, name: str) -> bool:
    return not fetch.recording.left_out(name)


def _readable(fetch: ArmFetch) -> bool:
    return fetch.recording.known("resources") or fetch.recording.left_out("resources")


def _first(above: ArmFetch, groups: Mapping[str, str], below: Iterable[ArmFetch]) -> Iterator[Task]:
    """Yield what depends on nothing but where to look: lists, one call a page."""
    for name in TENANT_OPERATIONS:
        if name.startswith("authorization.") and name not in (_DEFINITIONS, _ACTIVATION) and _wanted(above, name):
            yield partial(collect_above, above, groups, name)
    told = not all(_is_custom(item) for item in above.objects(_DEFINITIONS))
    for fetch in below:
        for name, operation in SUBSCRIPTION_OPERATIONS.items():
            if operation.per_object or name == _ACTIVATION or not _wanted(fetch, name):
                continue
            if name == _DEFINITIONS:
                # Roles that can be assigned in a resource group alone are listed below the subscription. Hundreds of
                # built-in ones are the same everywhere: once told they are not written for each subscription.
                yield partial(fetch.listed, name, fetch.place, "atScopeAndBelow()", _is_custom if told else None)
            else:
                yield partial(fetch.listed, name, fetch.place)


def _is_custom(role: Mapping[str, object]) -> bool:
    return text_of(role, "properties", "type") != "BuiltInRole"


def _second(above: ArmFetch, below: Iterable[ArmFetch]) -> Iterator[Task]:
    """Yield what is asked about objects that the first part listed."""
    for fetch in (above, *below):
        if _wanted(fetch, _ACTIVATION):
            yield partial(_activation, fetch)
    for fetch in below:
        for name, cause in CAUSES.items():
            if not _wanted(fetch, name):
                continue
            if fetch.recording.known(cause):
                yield partial(fetch.each, name, object_asks(fetch, name))
            else:
                yield partial(fetch.blocked, name, cause)


def _activation(fetch: ArmFetch) -> None:
    eligible = "authorization.roleEligibilityScheduleInstances"
    if fetch.recording.known(eligible):
        fetch.each(_ACTIVATION, activation_asks(fetch), "asked where somebody is eligible")
    elif fetch.place or fetch.recording.asked(eligible):
        fetch.blocked(_ACTIVATION, eligible)


def _run(tasks: Iterable[Task], settings: AzureCollectSettings) -> None:
    """Run tasks, so many at a time, in their order; the first exception ends all."""
    waiting, lock = iter(tasks), threading.Lock()

    def work() -> None:
        while True:
            with lock:
                task = next(waiting, None)
            if task is None:
                return
            task()

    with ThreadPoolExecutor(settings.workers) as pool:
        ended = [pool.submit(work) for _ in range(settings.workers)]
        try:
            for each in ended:
                each.result()
        except BaseException:
            with lock:
                waiting = iter(())
            raise
