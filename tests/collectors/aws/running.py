"""Run the collector in a test: fixed times, no waiting, only the services that the test is about.

Input: a folder and settings. Output: the result and what is in the folder.
Not handled: credentials and endpoint; the ``proxy`` fixture sets them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.aws.collect import AwsCollectResult, collect_aws
from collectors.aws.session import SERVICES, AwsCollectSettings
from collectors.evidence.writer import EvidenceWriter
from tests.collectors.aws.automation_world import answer_automation
from tests.collectors.aws.proxy import Asked, AwsProxy
from tests.collectors.aws.seed import ACCOUNT, REGIONS
from tests.collectors.aws.seed_compute import canned_compute
from tests.collectors.aws.sharing_world import answer_sharing

__all__ = ["NOW", "answer_what_moto_lacks", "collect", "coverage", "files", "only"]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_CREDENTIALS = (
    "<ListServiceSpecificCredentialsResponse xmlns='https://iam.amazonaws.com/doc/2010-05-08/'>"
    "<ListServiceSpecificCredentialsResult><ServiceSpecificCredentials><member><UserName>robot</UserName>"
    "<Status>Active</Status><ServiceName>codecommit.amazonaws.com</ServiceName><ServiceUserName>robot-at-1</ServiceUserName>"
    "<ServiceSpecificCredentialId>ACCAEXAMPLE123EXAMPLE</ServiceSpecificCredentialId>"
    "<CreateDate>2026-01-02T03:04:05Z</CreateDate></member></ServiceSpecificCredentials><IsTruncated>false</IsTruncated>"
    "</ListServiceSpecificCredentialsResult></ListServiceSpecificCredentialsResponse>"
)


def answer_what_moto_lacks(proxy: AwsProxy) -> None:
    """Give AWS-shaped answers to the declared calls that moto does not implement."""

    def credentials(_: Asked) -> tuple[int, str, bytes]:
        return 200, "text/xml", _CREDENTIALS.encode()

    def instances(_: Asked) -> tuple[int, str, bytes]:
        return 200, "application/x-amz-json-1.1", json.dumps({"InstanceInformationList": []}).encode()

    proxy.answers["iam.ListServiceSpecificCredentials"] = credentials
    proxy.answers["ssm.DescribeInstanceInformation"] = instances
    canned_compute(proxy.answers)
    answer_sharing(proxy)
    answer_automation(proxy)


def only(*services: str) -> frozenset[str]:
    """Return the services to leave out so that these remain."""
    return frozenset(SERVICES) - set(services)


def collect(folder: Path, *, finish: bool = True, **settings: Any) -> AwsCollectResult:
    """Collect into a folder, with few attempts and the seeded regions unless told otherwise."""
    writer = EvidenceWriter(folder, "test", lambda: NOW)
    usual = {"regions": REGIONS, "max_attempts": 2, "connect_timeout_seconds": 2, "read_timeout_seconds": 20}
    wanted = AwsCollectSettings(**{**usual, **settings})
    try:
        result = collect_aws(wanted, writer, clock=lambda: NOW, sleep=lambda _: None)
    except BaseException:
        writer.close()
        raise
    if finish and not result.stopped:
        writer.finish()
    else:
        writer.close()
    return result


def files(folder: Path) -> dict[str, bytes]:
    """Return every file's content by its path below the folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def coverage(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the manifest's coverage records by operation and region."""
    records = json.loads((folder / "manifest.json").read_bytes())["coverage"]
    assert all(record["scope"] == ACCOUNT for record in records)
    return {(record["operation"], record.get("region", "")): record for record in records}
