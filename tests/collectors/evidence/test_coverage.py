"""Coverage rows: what was looked at, what not, and what that costs."""

from __future__ import annotations

import json
from pathlib import Path

from collectors.aws.operations import OPERATIONS, READABLE, REGIONAL
from collectors.evidence.coverage import coverage_summary
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.payloads import ESTATE, PAYLOADS


def test_every_operation_has_a_row() -> None:
    rows = coverage_summary(read_evidence([ESTATE]), OPERATIONS)
    assert {row.operation for row in rows} == set(OPERATIONS)
    assert len(rows) == len(OPERATIONS)
    absent = {row.operation for row in rows if row.presence is Presence.ABSENT}
    assert "iam.list_mfa_devices" in absent and "s3.list_buckets" not in absent
    assert all(row.lost_without and row.permission for row in rows)
    regional = {row.operation for row in rows if row.region}
    assert regional == REGIONAL


def test_a_bare_dump_names_all_that_is_missing() -> None:
    rows = coverage_summary(read_evidence([PAYLOADS / "credential_report.csv"]), OPERATIONS)
    assert [row.operation for row in rows if row.presence is not Presence.ABSENT] == ["iam.get_credential_report"]
    assert {row.operation for row in rows if row.guard} >= {"organizations.list_policies"}


def test_problems_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "aws" / "111111111111"
    folder.mkdir(parents=True)
    refused = {"error": {"code": "AccessDenied", "message": "no"}}
    lines = [{"request": {"Bucket": "a"}, "response": {"Policy": "{}"}}, {"request": {"Bucket": "b"}, **refused}]
    (folder / "s3.get_bucket_policy.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (folder / "s3.list_buckets.json").write_text("{")
    (folder / "iam.list_saml_providers.json").write_text('{"SAMLProviderList": [], "NextToken": "x"}')
    rows = {row.operation: row for row in coverage_summary(read_evidence([tmp_path]), OPERATIONS)}
    policy = rows["s3.get_bucket_policy"]
    assert (policy.presence, policy.calls, policy.refused) == (Presence.PARTIAL, 2, 1)
    assert policy.problem == "AccessDenied (1 of 2 calls)"
    assert rows["s3.list_buckets"].problem == "not readable"
    assert rows["iam.list_saml_providers"].problem == "cut off: more pages follow"


def test_what_the_manifests_say_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "aws" / "111111111111"
    folder.mkdir(parents=True)
    (folder / "iam.list_saml_providers.json").write_text('{"SAMLProviderList": []}')
    place = {"source": "aws", "scope": "111111111111"}
    records = [
        {"operation": "iam.list_saml_providers", "outcome": "ok", "objects": 2, "ended_at": "2026-05-02T00:00:00Z"},
        {"operation": "ec2.describe_regions", "outcome": "skipped", "message": "regions were given"},
        {"operation": "s3.list_buckets", "outcome": "denied", "code": "AccessDenied", "message": "no"},
    ]
    manifest = {
        "schema_version": "1.0",
        "product_version": "0",
        "started_at": "2026-05-01T00:00:00Z",
        "ended_at": "2026-05-03T00:00:00Z",
        "coverage": [place | record for record in records],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    rows = {row.operation: row for row in coverage_summary(read_evidence([tmp_path]), OPERATIONS)}
    read = rows["iam.list_saml_providers"]
    assert (read.outcome, read.objects, read.ended_at, read.told) == ("ok", 2, "2026-05-02T00:00:00Z", "")
    skipped = rows["ec2.describe_regions"]
    assert (skipped.outcome, skipped.told, skipped.presence) == ("skipped", "regions were given", Presence.ABSENT)
    refused = rows["s3.list_buckets"]
    assert (refused.outcome, refused.told, refused.problem) == ("denied", "", "AccessDenied: no")
    untold = rows["iam.list_mfa_devices"]
    assert (untold.outcome, untold.objects, untold.ended_at) == ("", 0, "")


def test_organization_operations_are_missing_once(tmp_path: Path) -> None:
    for account in ("111111111111", "222222222222"):
        folder = tmp_path / "aws" / account
        folder.mkdir(parents=True)
        (folder / "s3.list_buckets.json").write_text('{"Buckets": []}')
    rows = coverage_summary(read_evidence([tmp_path]), OPERATIONS)
    assert sum(row.operation == "organizations.list_policies" for row in rows) == 1
    assert sum(row.operation == "iam.list_saml_providers" for row in rows) == 2


def test_the_operations_table_is_consistent() -> None:
    for name, operation in READABLE.items():
        assert name == operation.name and operation.lost_without.endswith(".")
        assert operation.level in ("global", "organization", "regional", "resource")
        assert operation.per_object or operation.level in ("global", "regional", "organization")
        assert ":" in operation.permission
    assert all(OPERATIONS[name].level in ("regional", "resource") for name in REGIONAL)
