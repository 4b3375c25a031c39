"""Fetching of shared resources and other ways in, against moto as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.sharing import operations
from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from tests.collectors.aws.proxy import AwsProxy
from tests.collectors.aws.running import answer_what_moto_lacks, collect, coverage, only
from tests.collectors.aws.seed import ACCOUNT

pytestmark = pytest.mark.needs_moto

REGION = "us-east-1"
SERVICES = {each.name.partition(".")[0] for each in (*operations.REGIONAL, *operations.GLOBAL)} - {"iam"}


def _body(folder: Path, name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((folder / "aws" / ACCOUNT / REGION / f"{name}.json").read_text())
    return body


def test_the_seeded_account(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    result = collect(tmp_path, without=only(*SERVICES, "kms"))
    assert result.gaps == ()
    outcomes = {
        record["outcome"] for (name, _), record in coverage(tmp_path).items() if name.partition(".")[0] in SERVICES
    }
    assert outcomes == {"ok"}
    evidence = read_evidence([tmp_path])
    records = to_records(evidence)
    assert evidence.gaps == ()
    # moto gives the duration as a number where AWS gives a text, which is a gap as any wrong field is.
    assert {gap.operation for gap in records.gaps} == {"sso-admin.describe_permission_set"}
    here = {each.arn.split(":")[2] for each in records.resources if each.region == REGION}
    assert here == {"sqs", "sns", "dynamodb", "ecr", "execute-api"}
    table = next(each for each in records.resources if each.arn.endswith(":table/orders"))
    assert table.policy is not None and table.settings["LatestStreamArn"]
    assert {grant.operations for grant in records.kms_grants} == {("Decrypt",)}
    assert {each.target_account for each in records.account_assignments} == {ACCOUNT}
    assert {trail.name: (trail.region, trail.multi_region, trail.logging) for trail in records.trails} == {
        "all": ("us-east-1", True, True), "local": ("eu-west-1", False, True),
    }  # fmt: skip
    block = records.accounts[0].public_access_block
    assert block is not None and [name for name, on in block.items() if on] == ["BlockPublicAcls", "IgnorePublicAcls"]
    assert {bucket.name: bucket.acl_groups for bucket in records.buckets} == {"data-eu": {}, "logs": {}}


def test_a_status_is_asked_at_home_alone(proxy: AwsProxy, tmp_path: Path) -> None:
    collect(tmp_path, without=only("cloudtrail"))
    listed = [each.region for each in proxy.log if each.action == "cloudtrail.DescribeTrails"]
    asked = [(each.region, each.params["Name"]) for each in proxy.log if each.action == "cloudtrail.GetTrailStatus"]
    assert sorted(listed) == ["eu-west-1", "us-east-1"]
    homes = sorted((region, arn.split(":")[3], arn.split("/")[-1]) for region, arn in asked)
    assert homes == [("eu-west-1", "eu-west-1", "local"), ("us-east-1", "us-east-1", "all")]


def test_nothing_at_all_is_an_answer_and_a_page_is_not(proxy: AwsProxy, tmp_path: Path) -> None:
    """SQS leaves every field out where there is no queue; a network's login page parses to the same."""
    proxy.answers["sqs.ListQueues"] = lambda _: (200, "application/x-amz-json-1.0", b"{}")
    result = collect(tmp_path / "none", without=only("sqs"), regions=(REGION,))
    assert result.complete
    assert _body(tmp_path / "none", "sqs.list_queues") == {}
    proxy.answers["sqs.ListQueues"] = lambda _: (200, "text/html", b"<html>Please log in</html>")
    result = collect(tmp_path / "page", without=only("sqs"), regions=(REGION,))
    assert {gap.operation for gap in result.gaps} == {"sqs.list_queues", "sqs.get_queue_attributes"}


def test_service_last_accessed_is_asked_only_when_wanted(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    collect(tmp_path, without=only("iam"))
    record = coverage(tmp_path)["iam.generate_service_last_accessed_details", ""]
    assert record["outcome"] == "skipped"
    assert not any("LastAccessed" in each.action for each in proxy.log)
