"""Collect one AWS account into an evidence folder.

Input: settings, an evidence writer, and boto3's ordinary credentials.
Output: evidence files and coverage records; a ``AwsCollectResult`` with calls, gaps and whether anything is missing.
Not handled: several accounts in one call (see ``members``), and finishing the manifest: the caller does that, after
its last collector.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from collectors.aws.automation import fetchers as automation
from collectors.aws.calls import Answer, AwsCaller
from collectors.aws.compute import fetchers as compute
from collectors.aws.fetch_ec2_ssm import fetch_ec2, fetch_regions, fetch_ssm
from collectors.aws.fetch_iam import fetch_iam
from collectors.aws.fetch_kms import fetch_kms
from collectors.aws.fetch_lambda import fetch_lambda
from collectors.aws.fetch_organizations import fetch_organizations
from collectors.aws.fetch_s3 import fetch_s3
from collectors.aws.fetch_secretsmanager import fetch_secretsmanager
from collectors.aws.fetch_tags import fetch_tags
from collectors.aws.fetching import SOURCE, AwsFetch
from collectors.aws.operations import OPERATIONS
from collectors.aws.session import AwsCollectSettings, AwsIdentity, open_clients, who_am_i
from collectors.aws.sharing import fetchers as sharing
from collectors.aws.sharing.fetch_service_use import fetch_service_use, skip_service_use
from collectors.errors import CollectorError
from collectors.evidence.writer import EvidenceWriter
from collectors.interface import CallOutcome
from collectors.results import CollectResult

__all__ = ["AwsCollectResult", "OtherAccountError", "check_credentials", "collect_aws"]

_IDENTITY = "sts.get_caller_identity"
_REGIONAL: tuple[tuple[str, Callable[[AwsFetch, str], None]], ...] = (
    ("ec2", fetch_ec2),
    ("kms", fetch_kms),
    ("lambda", fetch_lambda),
    ("resourcegroupstaggingapi", fetch_tags),
    ("secretsmanager", fetch_secretsmanager),
    ("ssm", fetch_ssm),
    *compute.REGIONAL,
    *automation.REGIONAL,
    *sharing.REGIONAL,
)
_EVERYWHERE: tuple[tuple[str, Callable[[AwsFetch], None]], ...] = (
    ("organizations", fetch_organizations),
    ("s3", fetch_s3),
    *compute.EVERYWHERE,
    *automation.EVERYWHERE,
    *sharing.EVERYWHERE,
)


class OtherAccountError(CollectorError):
    """The evidence folder holds an unfinished collection of another account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCollectResult(CollectResult):
    """What one collection of an account did."""

    regions: tuple[str, ...]
    """Regions looked at, sorted."""


def check_credentials(settings: AwsCollectSettings) -> AwsIdentity:
    """Return who the credentials are, writing nothing: for use before a folder is opened for writing.

    Raises
    ------
    CollectorError
        One line: boto3 is missing, or no account answers.
    """
    return who_am_i(open_clients(settings))


def collect_aws(
    settings: AwsCollectSettings,
    writer: EvidenceWriter,
    progress: Callable[[str], None] = lambda line: None,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> AwsCollectResult:
    """Collect the account that the credentials belong to.

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
    sleep
        Waits between questions for the credential report, in seconds.

    Returns
    -------
    AwsCollectResult
        Calls, gaps, and whether anything is missing.

    Raises
    ------
    CredentialsUnusableError
        AWS accepts no credentials; nothing was written about any account.
    OtherAccountError
        The folder holds an unfinished collection of another account.
    SdkMissingError
        boto3 is not installed.

    Notes
    -----
    A refused, throttled or cut call never ends the collection: it is a coverage record and a gap that names the
    permission. Calls grow with pages; per-object policies take one call an object.
    """
    clients = open_clients(settings)
    identity = who_am_i(clients)
    _refuse_other_account(writer, identity.account)
    caller = AwsCaller(
        clients,
        settings.failure_budget_seconds,
        settings.max_attempts,
        time_limit_seconds=settings.time_limit_seconds,
    )
    regions: tuple[str, ...] = ()
    with _ahead(settings.workers) as ahead:
        fetch = AwsFetch(writer, caller, identity.account, clock, progress, ahead)
        for name in OPERATIONS:
            if name.partition(".")[0] in settings.without:
                fetch.skipped(name, "left out by the settings")
        if {service for service, _ in _REGIONAL} - settings.without:
            regions = fetch_regions(fetch, settings.regions, clients.home_region)
        _run(_tasks(settings, fetch, regions, sleep), settings.workers)
    # INVARIANT: recorded last; an account without this record was not collected to the end.
    body = {"Account": identity.account, "Arn": identity.arn}
    if not caller.stopped:
        fetch.keep_one(_IDENTITY, Answer(CallOutcome.OK, body=body))
    return AwsCollectResult(
        account=identity.account,
        regions=regions,
        calls=caller.counts(),
        retries=caller.retries,
        kept=fetch.kept,
        gaps=fetch.gaps,
        stopped=caller.stopped,
    )


def _tasks(
    settings: AwsCollectSettings, fetch: AwsFetch, regions: tuple[str, ...], sleep: Callable[[float], None]
) -> list[Callable[[], None]]:
    tasks: list[Callable[[], None]] = []
    if "iam" not in settings.without:
        tasks.append(partial(_fetch_iam, settings, fetch, sleep))
    tasks += [partial(task, fetch) for service, task in _EVERYWHERE if service not in settings.without]
    for region in regions:
        tasks += [partial(_in_turn, chain, fetch, region) for chain in _chains(settings.without)]
    return tasks


def _chains(without: frozenset[str]) -> list[list[Callable[[AwsFetch, str], None]]]:
    """Return the regional work by service: what a later step asks may depend on what an earlier one listed."""
    chains: dict[str, list[Callable[[AwsFetch, str], None]]] = {}
    for service, task in _REGIONAL:
        if service not in without:
            chains.setdefault(service, []).append(task)
    return list(chains.values())


def _in_turn(chain: Sequence[Callable[[AwsFetch, str], None]], fetch: AwsFetch, region: str) -> None:
    for task in chain:
        task(fetch, region)


def _fetch_iam(settings: AwsCollectSettings, fetch: AwsFetch, sleep: Callable[[float], None]) -> None:
    wait, poll = settings.report_wait_seconds, settings.report_poll_seconds
    fetch_iam(fetch, wait, poll, sleep)
    if settings.service_last_accessed:
        fetch_service_use(fetch, settings.service_last_accessed_actions, wait, poll, sleep)
    else:
        skip_service_use(fetch)


def _ahead(workers: int) -> AbstractContextManager[ThreadPoolExecutor | None]:
    """Return what makes the calls of one operation; a pool of its own, so that no task waits for itself."""
    if workers == 1:
        return nullcontext()
    return ThreadPoolExecutor(max_workers=workers, thread_name_prefix="collect-aws-ahead")


def _run(tasks: list[Callable[[], None]], workers: int) -> None:
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="collect-aws") as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            for future in futures:
                future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _refuse_other_account(writer: EvidenceWriter, account: str) -> None:
    if not writer.resumed:
        return
    records = [record for record in writer.coverage if record.source == SOURCE]
    ended = {record.scope for record in records if record.operation == _IDENTITY}
    others = sorted({record.scope for record in records} - ended - {account})
    if others:
        raise OtherAccountError(
            f"{writer.root} holds an unfinished collection of account {others[0]}, but the credentials are for "
            f"{account}: go on with that account's credentials, or name another folder"
        )
