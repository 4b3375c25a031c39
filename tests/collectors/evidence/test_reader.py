"""Every accepted form of evidence, and every kind of bad input."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.errors import NothingReadError, UnusableInputError
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.payloads import ESTATE, PAYLOADS

ACCOUNT = "111111111111"
DETAILS = "iam.get_account_authorization_details"
GAAD = ESTATE / "aws" / ACCOUNT / f"{DETAILS}.json"
PAGE: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "Policies": []}


def role(name: str) -> dict[str, Any]:
    return {"RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "AssumeRolePolicyDocument": {}}


def page(*names: str, more: bool = False) -> dict[str, Any]:
    marker = {"Marker": "next"} if more else {}
    return {**PAGE, "RoleDetailList": [role(name) for name in names], "IsTruncated": more, **marker}


def write(path: Path, body: Any, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding=encoding)
    return path


def roles(*paths: Path) -> list[str]:
    calls = read_evidence(paths).calls("aws", ACCOUNT, DETAILS)
    return [item["RoleName"] for call in calls for item in (call.response or {})["RoleDetailList"]]


def test_folder() -> None:
    evidence = read_evidence([ESTATE])
    assert evidence.name == "estate"
    assert evidence.sources == ("aws",)
    assert evidence.scopes("aws") == (ACCOUNT,)
    assert evidence.regions("aws", ACCOUNT) == ("eu-central-1",)
    assert evidence.gaps == () and evidence.redactions == () and evidence.manifests == ()
    call = next(evidence.calls("aws", ACCOUNT, "lambda.get_policy", "eu-central-1"))
    assert call.request == {"FunctionName": "orders"}
    assert str(call.ref) == f"aws/{ACCOUNT}/eu-central-1/lambda.get_policy.jsonl#/0/response"
    assert evidence.declared.owners[0].active is True


@pytest.mark.parametrize("part", ["aws", f"aws/{ACCOUNT}", f"aws/{ACCOUNT}/eu-central-1"])
def test_part_of_a_folder(part: str) -> None:
    evidence = read_evidence([ESTATE / part])
    assert evidence.gaps == ()
    call = next(evidence.calls("aws", ACCOUNT, "lambda.get_policy", "eu-central-1"))
    assert call.ref.file.startswith(f"aws/{ACCOUNT}/")


def test_file_of_a_folder_named_alone() -> None:
    path = ESTATE / "aws" / ACCOUNT / "eu-central-1" / "kms.get_key_policy.jsonl"
    evidence = read_evidence([path])
    assert len(list(evidence.calls("aws", ACCOUNT, "kms.get_key_policy", "eu-central-1"))) == 1


SAME_SHAPE = {"s3control.get_public_access_block.json"}
"""An account's answer looks as a bucket's does, so that keys alone do not tell it."""


@pytest.mark.parametrize("file", sorted({path.name for path in GAAD.parent.glob("*.json")} - SAME_SHAPE))
def test_bare_dump_is_recognised(file: str, tmp_path: Path) -> None:
    """Under a name that says nothing, each dump is recognised by its keys alone."""
    operation = file.removesuffix(".json")
    path = tmp_path / "dump.json"
    shutil.copy(GAAD.parent / file, path)
    evidence = read_evidence([path])
    (scope,) = evidence.scopes("aws")
    assert evidence.operations("aws", scope) == (operation,)
    nameless = {
        "iam.list_service_specific_credentials",
        "iam.list_account_aliases",
        "iam.get_account_summary",
        "s3.list_buckets",
        "ec2.describe_regions",
    }
    assert scope == ("unknown" if operation in nameless else ACCOUNT)


@pytest.mark.parametrize("operation", ["s3.get_public_access_block", "s3control.get_public_access_block"])
def test_a_public_access_block_is_told_by_its_name(tmp_path: Path, operation: str) -> None:
    body = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
    shutil.copy(GAAD, tmp_path / "gaad.json")
    evidence = read_evidence([tmp_path / "gaad.json", write(tmp_path / f"{operation}.json", body)])
    assert evidence.operations("aws", ACCOUNT) == (DETAILS, operation)
    with pytest.raises(UnusableInputError, match="not recognised"):
        read_evidence([write(tmp_path / "dump.json", body)])


def test_nameless_dump_belongs_to_the_only_account(tmp_path: Path) -> None:
    summary = GAAD.parent / "iam.get_account_summary.json"
    shutil.copy(summary, tmp_path / "summary.json")
    shutil.copy(GAAD, tmp_path / "gaad.json")
    evidence = read_evidence([tmp_path / "gaad.json", tmp_path / "summary.json"])
    assert evidence.scopes("aws") == (ACCOUNT,)
    assert evidence.presence("aws", ACCOUNT, "iam.get_account_summary") is Presence.PRESENT


def test_folder_of_bare_dumps(tmp_path: Path) -> None:
    shutil.copy(GAAD, tmp_path / "gaad.json")
    shutil.copy(PAYLOADS / "credential_report.csv", tmp_path / "report.csv")
    evidence = read_evidence([tmp_path])
    assert evidence.operations("aws", ACCOUNT) == (DETAILS, "iam.get_credential_report")
    assert evidence.gaps == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_byte_order_mark_and_wide_encodings(tmp_path: Path, encoding: str) -> None:
    """The redirection of Windows PowerShell writes UTF-16."""
    assert roles(write(tmp_path / "gaad.json", page("a"), encoding)) == ["a"]


def test_pages_as_a_list_and_one_after_the_other(tmp_path: Path) -> None:
    pages = [page("a", more=True), page("b")]
    as_list = write(tmp_path / "list.json", pages)
    appended = write(tmp_path / "appended.json", "\n".join(json.dumps(each) for each in pages))
    assert roles(as_list) == roles(appended) == ["a", "b"]
    assert read_evidence([as_list]).gaps == ()
    assert next(read_evidence([as_list]).calls("aws", ACCOUNT, DETAILS)).ref.pointer == "/0"


def test_pages_as_several_files(tmp_path: Path) -> None:
    first = write(tmp_path / "1.json", page("a", more=True))
    last = write(tmp_path / "2.json", page("b"))
    assert roles(first, last) == ["a", "b"]
    assert read_evidence([first, last]).gaps == ()


def test_truncated_dump_is_incomplete(tmp_path: Path) -> None:
    evidence = read_evidence([write(tmp_path / "gaad.json", page("a", more=True))])
    assert evidence.presence("aws", ACCOUNT, DETAILS) is Presence.PARTIAL
    (gap,) = evidence.gaps
    assert "incomplete" in gap.reason and gap.operation == DETAILS and gap.lost


def test_truncation_is_looked_at_per_request(tmp_path: Path) -> None:
    lines = [
        {"request": {"UserName": "a"}, "response": {"AccessKeyMetadata": [], "IsTruncated": True, "Marker": "m"}},
        {"request": {"UserName": "a", "Marker": "m"}, "response": {"AccessKeyMetadata": [], "IsTruncated": False}},
        {"request": {"UserName": "b"}, "response": {"AccessKeyMetadata": [], "IsTruncated": True, "Marker": "m"}},
    ]
    text = "\n".join(map(json.dumps, lines))
    write(tmp_path / "aws" / ACCOUNT / "iam.list_access_keys.jsonl", text)
    (gap,) = read_evidence([tmp_path]).gaps
    assert gap.subject == "b"


def test_refusals_and_not_found(tmp_path: Path) -> None:
    folder = tmp_path / "aws" / ACCOUNT
    refused = {"error": {"code": "AccessDenied", "message": "User is\nnot authorized"}}
    write(
        folder / "s3.get_bucket_policy.jsonl",
        "\n".join(
            map(
                json.dumps,
                [
                    {"request": {"Bucket": "a"}, "error": {"code": "NoSuchBucketPolicy", "message": ""}},
                    {"request": {"Bucket": "b"}, **refused},
                ],
            )
        ),
    )
    write(folder / "s3.get_public_access_block.jsonl", json.dumps({"request": {"Bucket": "a"}, **refused}))
    write(folder / "s3.list_buckets.json", {"Buckets": []})
    write(folder / "iam.list_access_keys.jsonl", "")
    evidence = read_evidence([tmp_path])
    presence = {name: evidence.presence("aws", ACCOUNT, name) for name in evidence.operations("aws", ACCOUNT)}
    assert presence == {
        "s3.get_bucket_policy": Presence.PARTIAL,
        "s3.get_public_access_block": Presence.FAILED,
        "s3.list_buckets": Presence.EMPTY,
        "iam.list_access_keys": Presence.EMPTY,
    }
    assert evidence.presence("aws", ACCOUNT, DETAILS) is Presence.ABSENT
    assert [(gap.subject, gap.permission) for gap in evidence.gaps] == [
        ("b", "s3:GetBucketPolicy"),
        ("a", "s3:GetBucketPublicAccessBlock"),
    ]
    assert "\n" not in evidence.gaps[0].reason


BAD_FILES = {
    "cut.json": ('{"UserDetailList": [{"UserName": "a"', "line 1, column"),
    "syntax.json": ('{"UserDetailList": [],\n "RoleDetailList": [,]}', "line 2, column 21"),
    "empty.json": ("", "the file is empty"),
    "text.json": ('"hello"', "expected an object"),
    "numbers.json": ("[1, 2]", "#/0: expected an object"),
    "nothing.json": ("[]", "an empty list"),
    "other.json": ('{"value": [{"id": "x"}]}', "not recognised"),
    "deep.json": ("[" * 100_000, "nested too deeply"),
    "long.json": ('{"UserDetailList": ' + "9" * 5000 + "}", "digits"),
    "mixed.json": ('[{"Buckets": []}, {"Accounts": []}]', "different calls"),
    "lines.jsonl": ('{"request": {}, "response": {"Buckets": []}}\n{"request":', "line 2, column"),
    "table.csv": ("a,b\n1,2\n", "not recognised"),
    "picture.png": ("x", "not recognised"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file_named_by_the_user(tmp_path: Path, name: str) -> None:
    text, place = BAD_FILES[name]
    path = write(tmp_path / name, text)
    with pytest.raises(UnusableInputError) as caught:
        read_evidence([path])
    message = str(caught.value)
    assert message.startswith(str(path)) and place in message and "\n" not in message


@pytest.mark.parametrize("name", [name for name in BAD_FILES if name != "lines.jsonl"])
def test_bad_file_of_a_folder_is_a_gap(tmp_path: Path, name: str) -> None:
    write(tmp_path / "good.json", page("a"))
    text, place = BAD_FILES[name]
    write(tmp_path / name, text)
    evidence = read_evidence([tmp_path])
    (gap,) = evidence.gaps
    assert gap.reason.startswith(name) and place in gap.reason
    assert evidence.presence("aws", ACCOUNT, DETAILS) is Presence.PRESENT


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "gaad.json"
    path.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(UnusableInputError, match="byte 7 is not utf-8"):
        read_evidence([path])


def test_broken_file_of_the_form_is_not_an_empty_operation(tmp_path: Path) -> None:
    folder = tmp_path / "aws" / ACCOUNT
    write(folder / f"{DETAILS}.json", "{")
    write(folder / "s3.list_buckets.json", {"Buckets": []})
    write(folder / "iam.list_saml_providers.json", {"value": []})
    write(
        folder / "iam.list_access_keys.jsonl",
        '{"request": {"UserName": "a"}, "response": {"AccessKeyMetadata": []}}\n{"response": 3}\n',
    )
    evidence = read_evidence([tmp_path])
    assert evidence.presence("aws", ACCOUNT, DETAILS) is Presence.FAILED
    assert evidence.presence("aws", ACCOUNT, "iam.list_saml_providers") is Presence.FAILED
    assert evidence.presence("aws", ACCOUNT, "iam.list_access_keys") is Presence.PARTIAL
    gaps = {gap.operation: gap for gap in evidence.gaps}
    assert "line 1, column 2" in gaps[DETAILS].reason and gaps[DETAILS].lost
    assert "SAMLProviderList" in gaps["iam.list_saml_providers"].reason
    assert "iam.list_access_keys.jsonl#/1" in gaps["iam.list_access_keys"].reason


def test_nothing_in_a_folder_is_skipped_silently(tmp_path: Path) -> None:
    write(tmp_path / "good.json", page("a"))
    for name in (
        "README.md",
        ".DS_Store",
        ".git/config",
        "aws/1/not.an_operation.json",
        "a/b/c/d/e.json",
        f"aws/{ACCOUNT}/s3.list_buckets.json.partial",
        "okta/tenant/users.json",
        "declared/colours.csv",
    ):
        write(tmp_path / name, "{}")
    reasons = "\n".join(gap.reason for gap in read_evidence([tmp_path]).gaps)
    for part in (
        "README.md: not recognised",
        ".DS_Store: hidden",
        ".git: hidden",
        "not.an_operation of aws is not read",
        "a/b/c/d/e.json: not recognised",
        "was not finished",
        "no reader for okta",
        "colours.csv",
    ):
        assert part in reasons
    assert len(reasons.splitlines()) == 8


def test_partial_file_means_not_looked_at_to_the_end(tmp_path: Path) -> None:
    write(tmp_path / "aws" / ACCOUNT / f"{DETAILS}.json", page("a"))
    write(tmp_path / "aws" / ACCOUNT / "iam.list_access_keys.jsonl.partial", "")
    evidence = read_evidence([tmp_path])
    assert evidence.presence("aws", ACCOUNT, "iam.list_access_keys") is Presence.FAILED


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingReadError, match="the folder is empty"):
        read_evidence([tmp_path])
    write(tmp_path / "notes.txt", "x")
    with pytest.raises(NothingReadError, match=r"notes\.txt"):
        read_evidence([tmp_path])
    with pytest.raises(NothingReadError):
        read_evidence([])
    with pytest.raises(UnusableInputError, match="no such file"):
        read_evidence([tmp_path / "absent"])


def test_only_refusals_is_nothing(tmp_path: Path) -> None:
    line = {"request": {}, "error": {"code": "AccessDenied", "message": "no"}}
    write(tmp_path / "aws" / ACCOUNT / f"{DETAILS}.jsonl", json.dumps(line))
    with pytest.raises(NothingReadError, match="AccessDenied"):
        read_evidence([tmp_path])


def manifest(**more: Any) -> dict[str, Any]:
    return {
        "schema_version": "1.0",
        "product_version": "0",
        "started_at": "2025-11-01T00:00:00Z",
        "ended_at": "2025-11-01T00:10:00Z",
        "complete": True,
        "coverage": [],
        **more,
    }


def coverage(operation: str, outcome: str, **more: Any) -> dict[str, Any]:
    return {"source": "aws", "scope": ACCOUNT, "operation": operation, "outcome": outcome, **more}


def test_manifest_decides_what_an_empty_file_means(tmp_path: Path) -> None:
    folder = tmp_path / "aws" / ACCOUNT
    write(folder / f"{DETAILS}.json", page("a"))
    write(folder / "iam.list_access_keys.jsonl", "")
    write(
        tmp_path / "manifest.json",
        manifest(
            coverage=[
                coverage("iam.list_access_keys", "denied", code="AccessDenied", message="no"),
                coverage("s3.list_buckets", "none"),
                coverage("iam.get_credential_report", "failed", code="ServiceFailure"),
                coverage("iam.list_mfa_devices", "skipped", message="the report says"),
            ]
        ),
    )
    evidence = read_evidence([tmp_path])
    presence = {name: evidence.presence("aws", ACCOUNT, name) for name in evidence.operations("aws", ACCOUNT)}
    assert presence == {
        DETAILS: Presence.PRESENT,
        "iam.list_access_keys": Presence.FAILED,
        "s3.list_buckets": Presence.EMPTY,
        "iam.get_credential_report": Presence.FAILED,
        "iam.list_mfa_devices": Presence.ABSENT,
    }
    reasons = [gap.reason for gap in evidence.gaps]
    # What was left out on purpose is absent in the coverage; it is not something that could not be looked at.
    assert reasons == ["failed: ServiceFailure", "denied: AccessDenied: no"]
    assert evidence.as_of == datetime(2025, 11, 1, 0, 10, tzinfo=UTC)


def test_newer_manifest_is_refused_and_a_newer_minor_one_is_not(tmp_path: Path) -> None:
    write(tmp_path / "gaad.json", page("a"))
    write(tmp_path / "manifest.json", manifest(schema_version="1.9"))
    assert read_evidence([tmp_path]).gaps == ()
    write(tmp_path / "manifest.json", manifest(schema_version="2.0"))
    with pytest.raises(UnusableInputError, match=r"2\.0 is newer"):
        read_evidence([tmp_path])


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "{}",
        json.dumps(manifest(coverage=[{"source": 1}])),
        json.dumps(manifest(coverage=[coverage("x", "odd")])),
    ],
)
def test_broken_manifest_is_a_gap(tmp_path: Path, body: str) -> None:
    write(tmp_path / "gaad.json", page("a"))
    write(tmp_path / "manifest.json", body)
    (gap,) = read_evidence([tmp_path]).gaps
    assert gap.reason.startswith("manifest.json")


def test_unfinished_collection_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path / "aws" / ACCOUNT / f"{DETAILS}.json", page("a"))
    write(tmp_path / "manifest.json", manifest(complete=False, ended_at=None))
    journal = json.dumps(coverage("s3.list_buckets", "denied", ended_at="2025-11-01T00:03:00Z")) + '\n{"cut'
    write(tmp_path / "manifest.journal.jsonl", journal)
    evidence = read_evidence([tmp_path])
    assert any(gap.reason.endswith("run it again to resume") for gap in evidence.gaps)
    assert evidence.presence("aws", ACCOUNT, "s3.list_buckets") is Presence.FAILED
    assert evidence.as_of == datetime(2025, 11, 1, 0, 3, tzinfo=UTC)


def test_as_of_is_what_the_evidence_states(tmp_path: Path) -> None:
    assert read_evidence([ESTATE]).as_of == datetime(2025, 11, 2, 8, tzinfo=UTC)
    assert read_evidence([PAYLOADS / "credential_report.csv"]).as_of == datetime(2025, 11, 1, 6, tzinfo=UTC)
    assert read_evidence([GAAD]).as_of == datetime(2025, 10, 30, 7, 11, tzinfo=UTC)
    future = {"StringLessThan": {"aws:CurrentTime": "2099-01-01T00:00:00Z"}}
    timeless = page("a")
    timeless["RoleDetailList"][0]["AssumeRolePolicyDocument"] = {"Statement": [{"Condition": future}]}
    assert read_evidence([write(tmp_path / "gaad.json", timeless)]).as_of is None


def test_digest_depends_on_content_alone(tmp_path: Path) -> None:
    shutil.copytree(ESTATE, tmp_path / "copy")
    original, copy = read_evidence([ESTATE]), read_evidence([tmp_path / "copy"])
    assert original.digest == copy.digest
    write(tmp_path / "copy" / "aws" / ACCOUNT / "iam.list_account_aliases.json", {"AccountAliases": []})
    assert read_evidence([tmp_path / "copy"]).digest != original.digest


def test_same_file_name_twice_keeps_references_apart(tmp_path: Path) -> None:
    one = write(tmp_path / "1" / "gaad.json", page("a"))
    two = write(tmp_path / "2" / "gaad.json", page("b"))
    files = {call.ref.file for call in read_evidence([one, two]).calls("aws", ACCOUNT, DETAILS)}
    assert files == {"gaad.json", "gaad.json~2"}


def test_trusted_foreign_account_is_not_taken_for_the_own_one(tmp_path: Path) -> None:
    body = page("a")
    body["RoleDetailList"][0] = {
        "AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": "arn:aws:iam::999999999999:root"}}]},
        "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::888888888888:policy/x"},
        **{key: value for key, value in role("a").items() if key != "AssumeRolePolicyDocument"},
    }
    assert read_evidence([write(tmp_path / "x.json", body)]).scopes("aws") == (ACCOUNT,)
