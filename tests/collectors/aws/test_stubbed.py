"""Service-specific credentials, which moto lacks: paged and refused, checked against botocore's own model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.calls import AwsCaller
from collectors.aws.fetch_iam import fetch_iam, report_rows, users_to_ask
from collectors.aws.fetching import AwsFetch
from collectors.evidence.writer import EvidenceWriter
from tests.collectors.aws.running import NOW
from tests.collectors.aws.seed import ACCOUNT

pytestmark = pytest.mark.needs_moto

NAME = "iam.list_service_specific_credentials"
HEADER = "user,arn,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated\n"
REPORT = HEADER + (
    "<root_account>,arn:aws:iam::123456789012:root,true,2020-01-01T00:00:00+00:00,false,N/A\n"
    "active,arn:aws:iam::123456789012:user/active,true,2020-01-01T00:00:00+00:00,false,N/A\n"
    "inactive,arn:aws:iam::123456789012:user/inactive,false,N/A,false,2020-01-01T00:00:00+00:00\n"
    "none,arn:aws:iam::123456789012:user/none,false,N/A,false,N/A\n"
)


class StubbedClients:
    """One stubbed IAM client; every other service would be a mistake."""

    home_region = "us-east-1"

    def __init__(self) -> None:
        import boto3
        from botocore.stub import Stubber

        self._iam = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x").client(
            "iam", region_name="us-east-1"
        )
        self.stub = Stubber(self._iam)

    def client(self, service: str, region: str = "") -> Any:
        assert service == "iam"
        return self._iam


@pytest.fixture
def stubbed() -> Iterator[StubbedClients]:
    clients = StubbedClients()
    with clients.stub:
        yield clients


def _fetch(clients: StubbedClients, folder: Path) -> AwsFetch:
    writer = EvidenceWriter(folder, "test", lambda: NOW)
    fetch = AwsFetch(writer, AwsCaller(clients, 10), ACCOUNT, None, lambda _: None)  # type: ignore[arg-type]
    fetch_iam(fetch, 0, 0, lambda _: None)
    writer.finish()
    return fetch


def _before(stub: Any, users: tuple[str, ...] = (), report: str = HEADER) -> None:
    details = [
        {
            "UserName": name,
            "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
            "Path": "/",
            "UserId": f"AIDAEXAMPLE{name:A<9.9}",
            "CreateDate": NOW,
        }
        for name in users
    ]
    stub.add_response("get_account_authorization_details", {
        "UserDetailList": details, "GroupDetailList": [], "RoleDetailList": [], "Policies": [], "IsTruncated": False,
    })  # fmt: skip
    stub.add_response("generate_credential_report", {"State": "COMPLETE"})
    stub.add_response("get_credential_report", {"Content": report.encode(), "ReportFormat": "text/csv"})


def _after(stub: Any) -> None:
    stub.add_response("get_account_summary", {"SummaryMap": {"AccountMFAEnabled": 1}})
    stub.add_response("list_account_aliases", {"AccountAliases": [], "IsTruncated": False})
    stub.add_response("list_open_id_connect_providers", {"OpenIDConnectProviderList": []})
    stub.add_response("list_saml_providers", {"SAMLProviderList": []})


def _credential(number: int) -> dict[str, Any]:
    return {
        "UserName": "robot",
        "Status": "Active",
        "ServiceUserName": f"robot-{number}",
        "ServiceName": "bedrock.amazonaws.com",
        "CreateDate": datetime(2026, 1, number, tzinfo=UTC),
        "ServiceSpecificCredentialId": f"ACCAEXAMPLE00000000{number}",
    }


def test_paged(stubbed: StubbedClients, tmp_path: Path) -> None:
    _before(stubbed.stub)
    asked = {"AllUsers": True, "MaxItems": 1000}
    stubbed.stub.add_response(
        "list_service_specific_credentials",
        {"ServiceSpecificCredentials": [_credential(1), _credential(2)], "IsTruncated": True, "Marker": "m2"}, asked,
    )  # fmt: skip
    stubbed.stub.add_response(
        "list_service_specific_credentials",
        {"ServiceSpecificCredentials": [_credential(3)], "IsTruncated": False}, {**asked, "Marker": "m2"},
    )  # fmt: skip
    _after(stubbed.stub)
    fetch = _fetch(stubbed, tmp_path)
    stubbed.stub.assert_no_pending_responses()
    assert fetch.gaps == ()
    body = json.loads((tmp_path / "aws" / ACCOUNT / f"{NAME}.json").read_text())
    assert [each["ServiceSpecificCredentialId"][-1] for each in body["ServiceSpecificCredentials"]] == ["1", "2", "3"]
    assert body["ServiceSpecificCredentials"][0]["CreateDate"] == "2026-01-01T00:00:00Z"
    (record,) = [record for record in fetch.writer.coverage if record.operation == NAME]
    assert (record.calls, record.objects) == (2, 3)


def test_denied(stubbed: StubbedClients, tmp_path: Path) -> None:
    _before(stubbed.stub)
    stubbed.stub.add_client_error("list_service_specific_credentials", "AccessDenied", "no", 403)
    _after(stubbed.stub)
    (gap,) = _fetch(stubbed, tmp_path).gaps
    assert (gap.operation, gap.permission) == (NAME, "iam:ListServiceSpecificCredentials")
    (line,) = (tmp_path / "aws" / ACCOUNT / f"{NAME}.jsonl").read_text().splitlines()
    assert json.loads(line) == {"request": {}, "error": {"code": "AccessDenied", "message": "no"}}


def test_an_sdk_too_old_for_the_parameter_is_a_gap(stubbed: StubbedClients, tmp_path: Path) -> None:
    from botocore.exceptions import ParamValidationError

    _before(stubbed.stub)
    _after(stubbed.stub)
    client = stubbed.client("iam")

    def refuse(**kwargs: Any) -> None:
        raise ParamValidationError(report='Unknown parameter in input: "AllUsers"')

    client.list_service_specific_credentials = refuse
    (gap,) = _fetch(stubbed, tmp_path).gaps
    assert gap.reason.startswith("ParamValidationError: ")
    assert "AllUsers" in gap.reason


def test_only_users_with_a_key_are_asked(stubbed: StubbedClients, tmp_path: Path) -> None:
    """An inactive key is one; a user younger than the report is asked for everything that the report would say."""
    _before(stubbed.stub, ("active", "inactive", "none", "young"), REPORT)
    for name in ("active", "inactive", "young"):
        body = {"AccessKeyMetadata": [], "IsTruncated": False}
        stubbed.stub.add_response("list_access_keys", body, {"UserName": name, "MaxItems": 1000})
    stubbed.stub.add_response(
        "list_virtual_mfa_devices", {"VirtualMFADevices": [], "IsTruncated": False},
        {"AssignmentStatus": "Assigned", "MaxItems": 1000},
    )  # fmt: skip
    stubbed.stub.add_response(
        "list_mfa_devices", {"MFADevices": [], "IsTruncated": False}, {"UserName": "young", "MaxItems": 1000}
    )
    stubbed.stub.add_client_error(
        "get_login_profile", "NoSuchEntity", "none", 404, expected_params={"UserName": "young"}
    )
    stubbed.stub.add_response("list_service_specific_credentials", {"ServiceSpecificCredentials": []})
    _after(stubbed.stub)
    fetch = _fetch(stubbed, tmp_path)
    stubbed.stub.assert_no_pending_responses()
    assert fetch.gaps == ()
    (record,) = [record for record in fetch.writer.coverage if record.operation == "iam.get_login_profile"]
    assert record.extra == {"note": "users that are younger than the credential report"}


@pytest.mark.parametrize("content", [None, "not base64!", "aGVsbG8=", 7])
def test_a_report_that_cannot_be_read_is_none(content: object) -> None:
    assert report_rows({"Content": content}) is None


def test_users_to_ask() -> None:
    assert users_to_ask(["b", "a"], None) == (["a", "b"], ["a", "b"])
    assert users_to_ask(None, []) == ([], [])
