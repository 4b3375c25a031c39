"""A whole account: every declared operation is asked once, answered, recorded and written where the form says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.operations import OPERATIONS, REGIONAL
from collectors.interface import Presence
from tests.collectors.aws.conftest import ReadOnlyHook
from tests.collectors.aws.proxy import AwsProxy
from tests.collectors.aws.running import answer_what_moto_lacks, collect, coverage, files, only
from tests.collectors.aws.seed import ACCOUNT, REGIONS

pytestmark = pytest.mark.needs_moto

ONLY_WITHOUT_REPORT = {"iam.list_virtual_mfa_devices", "iam.list_mfa_devices", "iam.get_login_profile"}


@pytest.fixture
def whole(proxy: AwsProxy) -> AwsProxy:
    answer_what_moto_lacks(proxy)
    return proxy


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_whole_account(whole: AwsProxy, tmp_path: Path, read_only_hook: ReadOnlyHook) -> None:
    result = collect(tmp_path)
    assert result.complete
    assert result.account == ACCOUNT
    assert result.regions == REGIONS
    recorded = coverage(tmp_path)
    for name, operation in OPERATIONS.items():
        for region in REGIONS if name in REGIONAL else ("",):
            skipped = name == "ec2.describe_regions" or operation.opt_in
            assert recorded[name, region]["outcome"] == ("skipped" if skipped else "ok"), name
            unneeded = name in ONLY_WITHOUT_REPORT
            assert (recorded[name, region]["calls"] == 0) is (skipped or unneeded), name
            path = tmp_path / "aws" / ACCOUNT / region / f"{name}.{'jsonl' if operation.per_object else 'json'}"
            assert path.is_file() is not (skipped or unneeded), name
    unasked = {name for name, operation in OPERATIONS.items() if operation.opt_in} | {"ec2.describe_regions"}
    assert set(OPERATIONS) - ONLY_WITHOUT_REPORT - unasked == set(read_only_hook.calls)


def test_what_is_written(whole: AwsProxy, tmp_path: Path) -> None:
    collect(tmp_path)
    home = tmp_path / "aws" / ACCOUNT
    details = json.loads((home / "iam.get_account_authorization_details.json").read_text())
    assert [user["UserName"] for user in details["UserDetailList"]] == ["alice", "ci", "old", "robot"]
    lines = _lines(home / "iam.list_access_keys.jsonl")
    keys = {line["request"]["UserName"]: len(line["response"]["AccessKeyMetadata"]) for line in lines}
    assert keys == {"ci": 1, "old": 1, "robot": 2}
    parents = _lines(home / "organizations.list_accounts_for_parent.jsonl")
    assert sum(len(line["response"]["Accounts"]) for line in parents) == 2
    policies = _lines(home / "eu-west-1" / "lambda.get_policy.jsonl")
    assert [(line["request"]["FunctionName"], line.get("error", {}).get("code")) for line in policies] == [
        ("quiet", "ResourceNotFoundException"), ("shared", None),
    ]  # fmt: skip
    everything = b"".join(files(tmp_path).values())
    assert b"hunter2" not in everything
    assert b"never-read" not in everything


def test_s3_asks_in_the_buckets_own_region(whole: AwsProxy, tmp_path: Path) -> None:
    collect(tmp_path, without=only("s3"))
    regions = {asked.subject: asked.region for asked in whole.log if asked.action == "s3.GetBucketPolicy"}
    assert regions == {"logs": "us-east-1", "data-eu": "eu-west-1"}


def test_details_ask_for_full_pages_with_aws_managed_policies(whole: AwsProxy, tmp_path: Path) -> None:
    collect(tmp_path, without=only("iam"))
    (asked,) = [asked for asked in whole.log if asked.action == "iam.GetAccountAuthorizationDetails"]
    assert asked.params["MaxItems"] == "1000"
    kinds = {value for name, value in asked.params.items() if name.startswith("Filter.")}
    assert kinds == {"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"}


def test_enabled_regions_are_the_default(whole: AwsProxy, tmp_path: Path) -> None:
    result = collect(tmp_path, regions=(), without=only("kms"))
    assert len(result.regions) > 10
    assert set(REGIONS) < set(result.regions)
    assert coverage(tmp_path)["ec2.describe_regions", ""]["outcome"] == "ok"


def test_order_is_the_same_each_time(whole: AwsProxy, tmp_path: Path) -> None:
    for name, workers in (("a", 1), ("b", 6)):
        collect(tmp_path / name, workers=workers)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_services_can_be_left_out(whole: AwsProxy, tmp_path: Path) -> None:
    result = collect(tmp_path, without=only("s3"))
    assert result.complete
    assert set(result.calls) == {"global", "resource"}
    assert coverage(tmp_path)["iam.get_account_authorization_details", ""]["outcome"] == "skipped"
    assert {asked.action.partition(".")[0] for asked in whole.log} == {"sts", "s3"}


def test_an_account_in_no_organization(whole: AwsProxy, tmp_path: Path) -> None:
    text = json.dumps({"__type": "AWSOrganizationsNotInUseException", "message": "not a member of an organization"})
    for action in ("DescribeOrganization", "ListAccounts", "ListRoots", "ListPolicies"):
        whole.answers[f"organizations.{action}"] = lambda _: (400, "application/x-amz-json-1.1", text.encode())
    result = collect(tmp_path, without=only("organizations"))
    assert result.complete
    recorded = coverage(tmp_path)
    assert recorded["organizations.describe_organization", ""]["outcome"] == "none"
    assert recorded["organizations.list_policies", ""]["outcome"] == "ok"
    assert (tmp_path / "aws" / ACCOUNT / "organizations.describe_policy.jsonl").read_bytes() == b""


def test_evidence_reads_back_without_gaps(whole: AwsProxy, tmp_path: Path) -> None:
    from collectors.aws.to_records import to_records
    from collectors.evidence.reader import read_evidence

    collect(tmp_path)
    evidence = read_evidence([tmp_path])
    assert evidence.gaps == ()
    # Regions were given, so the question was left out on purpose: absence, not a gap.
    assert evidence.presence("aws", ACCOUNT, "ec2.describe_regions") is Presence.ABSENT
    assert evidence.presence("aws", ACCOUNT, "iam.get_login_profile") is Presence.ABSENT
    assert evidence.presence("aws", ACCOUNT, "organizations.describe_policy") is Presence.PRESENT
    records = to_records(evidence)
    assert [user.name for user in records.users if not user.is_root] == ["alice", "ci", "old", "robot"]
    assert len([key for key in records.access_keys if key.id]) == 4
    assert {bucket.name: bucket.region for bucket in records.buckets} == {"data-eu": "eu-west-1", "logs": "us-east-1"}
    assert len(records.organization_policies) == 4
    assert evidence.scopes("aws") == (ACCOUNT,)
    assert evidence.regions("aws", ACCOUNT) == REGIONS
