"""Fetch when each identity last used each service, on request.

Input: an ``AwsFetch`` after IAM's own answers, and settings. Output: two ``iam.*`` files of the account.
Not handled: groups and policies, service-linked roles (AWS's own use), the organization's report.

IAM makes one report an identity, as a job: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectors.aws.fetching import AwsFetch, Request
from collectors.aws.sharing.listing import answered
from collectors.paging import PageStyle

__all__ = ["fetch_service_use", "skip_service_use"]

_DETAILS = "iam.get_account_authorization_details"
_GENERATE, _GET = "iam.generate_service_last_accessed_details", "iam.get_service_last_accessed_details"
_SERVICES = PageStyle(("ServicesLastAccessed",), "Marker", "Marker", "MaxItems", 1000, "IsTruncated")


def skip_service_use(fetch: AwsFetch) -> None:
    """Note that nobody asked for it: that is no gap."""
    for name in (_GENERATE, _GET):
        fetch.skipped(name, "asked only when the settings say so")


def fetch_service_use(
    fetch: AwsFetch, by_action: bool, wait_seconds: float, poll_seconds: float, sleep: Callable[[float], None]
) -> None:
    """Have a report made for every user and role, then fetch them all.

    Parameters
    ----------
    fetch
        Holds the account's authorization details.
    by_action
        Ask for actions as well, where AWS tells them.
    wait_seconds, poll_seconds, sleep
        How long to wait for jobs that are not done, all together, and how.

    Notes
    -----
    Two calls an identity at least: all jobs are started before the first is read, so that hardly one is waited for. A
    job that is not done in time stays as it is in the evidence (``IN_PROGRESS``) and is a gap on reading.
    """
    if fetch.body(_DETAILS) is None:
        for name in (_GENERATE, _GET):
            fetch.blocked(name, _DETAILS)
        return
    granularity = "ACTION_LEVEL" if by_action else "SERVICE_LEVEL"
    requests = [Request({"Arn": arn, "Granularity": granularity}) for arn in _identities(fetch)]
    fetch.each(_GENERATE, requests)
    jobs = [answer["JobId"] for _, answer in answered(fetch, _GENERATE, "") if answer.get("JobId")]
    if not jobs and not fetch.known(_GENERATE):
        fetch.blocked(_GET, _GENERATE)
        return
    waited = 0.0

    def again(body: Mapping[str, Any]) -> bool:
        nonlocal waited
        if body.get("JobStatus") != "IN_PROGRESS" or waited >= wait_seconds:
            return False
        sleep(poll_seconds)
        waited += poll_seconds
        return True

    fetch.each(_GET, [Request({"JobId": job}) for job in jobs], style=_SERVICES, again=again)


def _identities(fetch: AwsFetch) -> list[str]:
    found = [item for key in ("UserDetailList", "RoleDetailList") for item in fetch.listed(_DETAILS, key)]
    return sorted(
        str(item["Arn"])
        for item in found
        if item.get("Arn") and not str(item.get("Path") or "").startswith("/aws-service-role/")
    )
