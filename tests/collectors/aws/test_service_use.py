"""Service last accessed data, which moto lacks: jobs that are waited for, paged, not done in time, and denied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.fetching import AwsFetch
from collectors.aws.sharing.fetch_service_use import fetch_service_use
from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from tests.collectors.aws.running import NOW
from tests.collectors.aws.seed import ACCOUNT
from tests.collectors.aws.stubs import Run, answers, denied, run

__all__ = ["run"]  # a fixture

pytestmark = pytest.mark.needs_moto

ROLE, LINKED = f"arn:aws:iam::{ACCOUNT}:role/r", f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x/AWSServiceRoleForX"
JOB = "1" * 36


def _use(by_action: bool = False, wait: float = 100.0, waits: list[float] | None = None) -> Callable[[AwsFetch], None]:
    def fetching(fetch: AwsFetch) -> None:
        details = {
            "RoleDetailList": [
                {"Arn": ROLE, "Path": "/"}, {"Arn": LINKED, "Path": "/aws-service-role/x.amazonaws.com/"},
            ],
            "UserDetailList": [],
        }  # fmt: skip
        fetch.writer.json("aws", ACCOUNT, "iam.get_account_authorization_details", details, "")
        fetch_service_use(fetch, by_action, wait, 2.0, (waits if waits is not None else []).append)

    return fetching


def _job(status: str, **more: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    body = {"JobStatus": status, "JobCreationDate": NOW, "JobCompletionDate": NOW, "ServicesLastAccessed": [], **more}
    return "get_service_last_accessed_details", {"JobId": JOB, "MaxItems": 1000}, body


def _generated(granularity: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    return "generate_service_last_accessed_details", {"Arn": ROLE, "Granularity": granularity}, {"JobId": JOB}


def test_service_use_waits_for_its_jobs_and_follows_pages(run: Run, tmp_path: Path) -> None:
    def service(name: str) -> list[dict[str, Any]]:
        return [{"ServiceName": name, "ServiceNamespace": name, "LastAuthenticated": NOW}]

    paged = _job("COMPLETED", ServicesLastAccessed=service("s3"), IsTruncated=True, Marker="m")
    name, asked, body = _job("COMPLETED", ServicesLastAccessed=service("sqs"), IsTruncated=False)
    waits: list[float] = []
    steps = answers(
        _generated("ACTION_LEVEL"),
        _job("IN_PROGRESS"),
        _job("IN_PROGRESS"),
        paged,
        (name, {**asked, "Marker": "m"}, body),
    )
    assert run(_use(by_action=True, waits=waits), {"iam": steps}).gaps == ()
    assert waits == [2.0, 2.0]
    found = to_records(read_evidence([tmp_path])).service_uses
    assert [(use.identity_arn, use.service, use.last_used_at) for use in found] == [
        (ROLE, "s3", NOW),
        (ROLE, "sqs", NOW),
    ]


def test_a_job_that_is_not_done_in_time_is_a_gap_on_reading(run: Run, tmp_path: Path) -> None:
    steps = answers(_generated("SERVICE_LEVEL"), _job("IN_PROGRESS"), _job("IN_PROGRESS"))
    run(_use(wait=2.0), {"iam": steps})
    records = to_records(read_evidence([tmp_path]))
    assert records.service_uses == ()
    found = [gap for gap in records.gaps if gap.operation == "iam.get_service_last_accessed_details"]
    assert [gap.subject for gap in found] == [ROLE]


def test_service_use_denied(run: Run) -> None:
    fetch = run(_use(), {"iam": denied("generate_service_last_accessed_details")})
    assert [gap.permission for gap in fetch.gaps] == [
        "iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails",
    ]  # fmt: skip
    assert fetch.gaps[0].subject == ROLE
