"""Missing operations, wrong fields, and credentials whose sightings disagree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from collectors.aws.records import AwsRecords
from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.payloads import PAYLOADS

ACCOUNT = "111111111111"
IAM = f"arn:aws:iam::{ACCOUNT}"
TRUST = {"Version": "2012-10-17", "Statement": []}


def role(name: str, **more: Any) -> dict[str, Any]:
    return {"RoleName": name, "Arn": f"{IAM}:role/{name}", "AssumeRolePolicyDocument": TRUST, **more}


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"UserName": name, "Arn": f"{IAM}:user/{name}", "GroupList": [], "AttachedManagedPolicies": [], **more}


def details(users: list[Any] = [], roles: list[Any] = [], **more: Any) -> dict[str, Any]:  # noqa: B006
    return {"UserDetailList": users, "RoleDetailList": roles, "GroupDetailList": [], "Policies": [], **more}


def records(root: Path, **files: Any) -> AwsRecords:
    """Write ``service__operation`` (or ``region__service__operation``) files and read them back."""
    for name, body in files.items():
        parts = name.split("__")
        folder = root / "aws" / ACCOUNT / ("/".join(part.replace("_", "-") for part in parts[:-2]))
        folder.mkdir(parents=True, exist_ok=True)
        stem = f"{parts[-2]}.{parts[-1]}"
        if isinstance(body, list):
            (folder / f"{stem}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in body))
        else:
            (folder / f"{stem}.json").write_text(json.dumps(body))
    return to_records(read_evidence([root]))


def test_details_alone(tmp_path: Path) -> None:
    found = records(tmp_path, iam__get_account_authorization_details=details([user("a")], [role("r")]))
    assert [each.name for each in found.roles] == ["r"]
    assert (found.users[0].has_password, found.users[0].mfa_active) == (None, None)
    assert found.access_keys == () and found.organization is None
    assert found.roles[0].last_used_known is False
    assert found.accounts[0].collected and found.accounts[0].parents == ()
    assert found.presence[ACCOUNT, "iam.get_credential_report"] is Presence.ABSENT


def test_one_wrong_object_is_a_gap_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = [
        {"RoleName": "no-arn"},
        {"RoleName": 7, "Arn": f"{IAM}:role/seven"},
        {"RoleName": "foreign", "Arn": "not-an-arn"},
        "text",
        role("late", CreateDate="yesterday"),
        role("odd", AttachedManagedPolicies="none", RolePolicyList=[{"PolicyName": "p", "PolicyDocument": "{"}]),
        role("lost", AssumeRolePolicyDocument=[]),
    ]
    found = records(tmp_path, iam__get_account_authorization_details=details([], [*bad, role("good")]))
    assert [each.name for each in found.roles] == ["good", "late", "lost", "odd"]
    file = f"aws/{ACCOUNT}/iam.get_account_authorization_details.json"
    assert {gap.reason.split(": ")[0] for gap in found.gaps} == {
        f"{file}#/RoleDetailList/{place}"
        for place in (
            "0/Arn",
            "1/RoleName",
            "2/Arn",
            "3",
            "4/CreateDate",
            "5/AttachedManagedPolicies",
            "5/RolePolicyList/0/PolicyDocument",
            "6/AssumeRolePolicyDocument",
        )
    }
    lost, odd = found.roles[2], found.roles[3]
    assert lost.trust.body is None and lost.trust.problem == "must be an object, not list"
    assert odd.inline[0].document.body is None and "not JSON" in odd.inline[0].document.problem
    assert found.roles[1].created_at is None


def test_a_wrong_list_does_not_stop_the_account(tmp_path: Path) -> None:
    found = records(
        tmp_path, iam__get_account_authorization_details={**details([user("a")]), "RoleDetailList": {"RoleName": "x"}}
    )
    assert [each.name for each in found.users] == ["a"]
    assert any("/RoleDetailList: must be a list, not dict" in gap.reason for gap in found.gaps)


def test_report_alone_gives_users_whose_policies_are_unknown() -> None:
    found = to_records(read_evidence([PAYLOADS / "credential_report.csv"]))
    assert {each.name: each.policies_known for each in found.users} == {
        "root": True,
        "deploy": False,
        "alice": False,
        "BedrockAPIKey-ab12": False,
    }
    assert [each.path for each in found.users if each.name == "alice"] == ["/people/"]
    keys = [(each.id, each.slot, each.active) for each in found.access_keys if each.user_arn.endswith("deploy")]
    assert keys == [("", 1, True), ("", 2, False)]
    assert found.signing_certificates[0].id == "cert_1"
    assert found.accounts[0].collected is False


def report(*rows: str) -> dict[str, str]:
    header = (PAYLOADS / "credential_report.csv").read_text().splitlines()[0]
    return {"Content": "\n".join([header, *rows]), "GeneratedTime": "2025-11-02T08:00:00+00:00"}


def report_row(name: str, first: tuple[str, str], second: tuple[str, str] = ("false", "N/A")) -> str:
    keys = [
        f"{active},{rotated},2025-10-0{slot}T00:00:00+00:00,eu-west-1,s3"
        for slot, (active, rotated) in enumerate((first, second), start=1)
    ]
    created = "2024-01-01T00:00:00+00:00"
    return f"{name},{IAM}:user/{name},{created},false,N/A,N/A,N/A,false,{','.join(keys)},false,N/A,false,N/A"


def listing(name: str, *keys: tuple[str, str, str]) -> dict[str, Any]:
    metadata = [{"UserName": name, "AccessKeyId": i, "Status": s, "CreateDate": c} for i, s, c in keys]
    return {"request": {"UserName": name}, "response": {"AccessKeyMetadata": metadata, "IsTruncated": False}}


def keys_of(found: AwsRecords) -> list[tuple[str, int, bool]]:
    return [(key.id, key.slot, key.last_used_known) for key in found.access_keys]


def test_key_rotated_since_the_report_has_no_slot(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([user("a")]),
        iam__get_credential_report=report(report_row("a", ("true", "2024-01-01T00:00:00+00:00"))),
        iam__list_access_keys=[listing("a", ("AKIANEW", "Active", "2025-11-02T09:00:00+00:00"))],
    )
    assert keys_of(found) == [("AKIANEW", 0, False)]


def test_status_change_moves_the_reports_time(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([user("a")]),
        iam__get_credential_report=report(report_row("a", ("false", "2025-05-01T00:00:00+00:00"))),
        iam__list_access_keys=[listing("a", ("AKIAOLD", "Inactive", "2024-01-01T00:00:00+00:00"))],
    )
    assert keys_of(found) == [("AKIAOLD", 1, True)]


def test_slots_may_be_in_the_other_order(tmp_path: Path) -> None:
    times = "2024-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([user("a")]),
        iam__get_credential_report=report(report_row("a", ("true", times[0]), ("true", times[1]))),
        iam__list_access_keys=[listing("a", ("AKIAB", "Active", times[1]), ("AKIAC", "Active", times[0]))],
    )
    assert keys_of(found) == [("AKIAB", 2, True), ("AKIAC", 1, True)]


def test_refused_key_listing_leaves_the_reports_keys(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([user("a")]),
        iam__get_credential_report=report(report_row("a", ("true", "2024-01-01T00:00:00+00:00"))),
        iam__list_access_keys=[{"request": {"UserName": "a"}, "error": {"code": "AccessDenied", "message": "no"}}],
    )
    assert keys_of(found) == [("", 1, True)]
    assert found.presence[ACCOUNT, "iam.list_access_keys"] is Presence.FAILED


def test_user_deleted_since_the_report_is_no_user(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([user("a")]),
        iam__get_credential_report=report(report_row("gone", ("true", "2024-01-01T00:00:00+00:00"))),
    )
    assert [each.name for each in found.users] == ["a"]
    assert found.access_keys == ()


def test_without_a_report_devices_profiles_and_summary_tell(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([user(name) for name in "abcd"]),
        iam__list_virtual_mfa_devices={"VirtualMFADevices": [{"SerialNumber": "s", "User": {"Arn": f"{IAM}:user/a"}}]},
        iam__list_mfa_devices=[
            {"request": {"UserName": "b"}, "response": {"MFADevices": []}},
            {"request": {"UserName": "d"}, "error": {"code": "AccessDenied", "message": ""}},
        ],
        iam__get_login_profile=[
            {"request": {"UserName": "a"}, "response": {"LoginProfile": {"UserName": "a"}}},
            {"request": {"UserName": "b"}, "error": {"code": "NoSuchEntity", "message": ""}},
            {"request": {"UserName": "c"}, "error": {"code": "Throttling", "message": ""}},
        ],
        iam__get_account_summary={"SummaryMap": {"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1}},
    )
    state = {each.name: (each.has_password, each.mfa_active) for each in found.users}
    assert state == {
        "a": (True, True),
        "b": (False, False),
        "c": (None, None),
        "d": (None, None),
        "root": (None, False),
    }
    assert any("root user has an access key" in gap.reason for gap in found.gaps)


def test_aws_managed_policies_of_several_accounts_are_one(tmp_path: Path) -> None:
    admin = {"PolicyName": "AdministratorAccess", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": {"Version": "2012-10-17", "Statement": []}}
    for account, versions in (("111111111111", []), ("222222222222", [version]), ("333333333333", [version])):
        folder = tmp_path / "aws" / account
        folder.mkdir(parents=True)
        body = details([], [], Policies=[{**admin, "DefaultVersionId": "v1", "PolicyVersionList": versions}])
        (folder / "iam.get_account_authorization_details.json").write_text(json.dumps(body))
    found = to_records(read_evidence([tmp_path]))
    policy = found.managed_policies[0]
    assert len(found.managed_policies) == 1
    assert (policy.account, policy.aws_managed, len(policy.versions)) == ("222222222222", True, 1)


def test_policy_of_an_object_distinguishes_none_refused_and_not_asked(tmp_path: Path) -> None:
    names = ("none", "refused", "missing")
    functions = [
        {
            "FunctionName": name,
            "FunctionArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}",
            "Role": f"{IAM}:role/r",
        }
        for name in names
    ]
    found = records(
        tmp_path,
        eu_west_1__lambda__list_functions={"Functions": functions},
        eu_west_1__lambda__get_policy=[
            {"request": {"FunctionName": "none"}, "error": {"code": "ResourceNotFoundException", "message": ""}},
            {"request": {"FunctionName": "refused"}, "error": {"code": "AccessDeniedException", "message": ""}},
        ],
    )
    presence = {each.name: each.policy_presence for each in found.functions}
    assert presence == {"none": Presence.EMPTY, "refused": Presence.FAILED, "missing": Presence.ABSENT}
    assert found.presence[f"{ACCOUNT}/eu-west-1", "lambda.get_policy"] is Presence.PARTIAL


def test_systems_manager_not_asked_is_unknown(tmp_path: Path) -> None:
    reservations = {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [{"InstanceId": "i-1", "State": {}}]}]}
    found = records(tmp_path / "a", eu_west_1__ec2__describe_instances=reservations)
    assert found.instances[0].ssm_managed is None
    found = records(
        tmp_path / "b",
        eu_west_1__ec2__describe_instances=reservations,
        eu_west_1__ssm__describe_instance_information=[],
    )
    assert found.instances[0].ssm_managed is False


def test_unlisted_control_policy_text_and_targets_are_unknown(tmp_path: Path) -> None:
    policy = {"Id": "p-1", "Name": "deny", "Type": "SERVICE_CONTROL_POLICY"}
    found = records(
        tmp_path,
        organizations__list_policies=[{"request": {"Filter": policy["Type"]}, "response": {"Policies": [policy]}}],
        organizations__describe_policy=[
            {"request": {"PolicyId": "p-1"}, "error": {"code": "AccessDeniedException", "message": ""}}
        ],
    )
    assert found.organization_policies[0].document.body is None
    assert "not collected" in found.organization_policies[0].document.problem
    assert found.organization_policies[0].targets_known is False


def test_account_in_no_organization(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        iam__get_account_authorization_details=details([user("a")]),
        organizations__describe_organization=[
            {"request": {}, "error": {"code": "AWSOrganizationsNotInUseException", "message": ""}}
        ],
    )
    assert (found.accounts[0].organization_id, found.accounts[0].organization_known) == ("", True)


def test_folder_of_one_account_with_another_accounts_identities(tmp_path: Path) -> None:
    stray = {"UserName": "x", "Arn": "arn:aws:iam::222222222222:user/x"}
    found = records(tmp_path, iam__get_account_authorization_details=details([stray]))
    assert found.users[0].account == "222222222222"
    assert any("holds identities of 222222222222" in gap.reason for gap in found.gaps)


def test_kms_manager_is_unknown_without_its_answer(tmp_path: Path) -> None:
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/"
    keys = [{"KeyId": name, "KeyArn": arn + name} for name in ("a", "b")]
    found = records(
        tmp_path,
        eu_west_1__kms__list_keys={"Keys": keys},
        eu_west_1__kms__list_aliases={"Aliases": [{"AliasName": "alias/aws/s3", "TargetKeyId": "b"}]},
        eu_west_1__kms__list_resource_tags=[
            {"request": {"KeyId": "a"}, "response": {"Tags": [{"TagKey": "k", "TagValue": "v"}]}}
        ],
    )
    assert [(key.manager, key.tags, key.tags_known) for key in found.kms_keys] == [
        ("", {"k": "v"}, True),
        ("AWS", {}, False),
    ]
    assert found.kms_keys[0].policy_presence is Presence.ABSENT
