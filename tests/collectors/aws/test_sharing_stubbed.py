"""Shared resources and other ways in, by stubs where moto lacks a service: paged, refused in part, and denied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.aws.fetching import AwsFetch
from collectors.aws.sharing.fetch_data import fetch_dynamodb
from collectors.aws.sharing.fetch_identity_center import fetch_identity_center
from collectors.aws.sharing.fetch_messaging import fetch_sqs
from collectors.aws.sharing.fetch_outside import fetch_identity_pools, fetch_roles_anywhere
from collectors.aws.sharing.fetch_shares import fetch_shares
from collectors.aws.sharing.fetch_watching import fetch_analyzer
from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from tests.collectors.aws.running import NOW
from tests.collectors.aws.seed import ACCOUNT
from tests.collectors.aws.stubs import REGION, Run, answers, denied, in_region, run

__all__ = ["run"]  # a fixture

pytestmark = pytest.mark.needs_moto


# ---- Roles Anywhere and Access Analyzer, which moto lacks


def _anchor(number: int) -> dict[str, Any]:
    arn = f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:trust-anchor/{number}"
    return {"trustAnchorArn": arn, "trustAnchorId": "x" * 36, "name": f"a{number}", "enabled": True}


def test_trust_anchors_are_paged(run: Run, tmp_path: Path) -> None:
    steps = answers(
        ("list_trust_anchors", {}, {"trustAnchors": [_anchor(1)], "nextToken": "t2"}),
        ("list_trust_anchors", {"nextToken": "t2"}, {"trustAnchors": [_anchor(2)]}),
        ("list_profiles", {}, {"profiles": []}),
    )
    assert run(in_region(fetch_roles_anywhere), {"rolesanywhere": steps}).gaps == ()
    assert [each.name for each in to_records(read_evidence([tmp_path])).trust_anchors] == ["a1", "a2"]


def test_trust_anchors_denied(run: Run, tmp_path: Path) -> None:
    fetch = run(in_region(fetch_roles_anywhere), {"rolesanywhere": denied("list_trust_anchors", "list_profiles")})
    assert [gap.permission for gap in fetch.gaps] == ["rolesanywhere:ListProfiles", "rolesanywhere:ListTrustAnchors"]
    assert not (tmp_path / "aws" / ACCOUNT / REGION / "rolesanywhere.list_profiles.json").exists()


ANALYZER = f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/"
OPEN = {"status": {"eq": ["ACTIVE", "ARCHIVED"]}}


def _analyzers() -> dict[str, Any]:
    kinds = {"out": "ORGANIZATION", "unused": "ACCOUNT_UNUSED_ACCESS", "inside": "ACCOUNT_INTERNAL_ACCESS"}
    made = [
        {"arn": ANALYZER + name, "name": name, "type": kind, "createdAt": NOW, "status": "ACTIVE"}
        for name, kind in kinds.items()
    ]
    return {"analyzers": made}


def _finding(number: int, **more: Any) -> dict[str, Any]:
    times = dict.fromkeys(("createdAt", "analyzedAt", "updatedAt"), NOW)
    usual = {"id": f"f{number}", "resourceType": "AWS::S3::Bucket", "resourceOwnerAccount": ACCOUNT, "status": "ACTIVE"}
    return {**usual, **times, **more}


def test_each_kind_of_analyzer_is_asked_by_the_call_that_knows_it(run: Run, tmp_path: Path) -> None:
    ask = {"filter": OPEN, "maxResults": 100}
    steps = answers(
        ("list_analyzers", {"maxResults": 100}, _analyzers()),
        (
            "list_findings", {"analyzerArn": ANALYZER + "out", **ask},
            {"findings": [_finding(1, condition={})], "nextToken": "p2"},
        ),
        (
            "list_findings", {"analyzerArn": ANALYZER + "out", **ask, "nextToken": "p2"},
            {"findings": [_finding(2, condition={}, isPublic=True, principal={"AWS": "*"})]},
        ),
        ("list_findings_v2", {"analyzerArn": ANALYZER + "inside", **ask}, {"findings": []}),
        (
            "list_findings_v2", {"analyzerArn": ANALYZER + "unused", **ask},
            {"findings": [_finding(3, findingType="UnusedIAMRole")]},
        ),
    )  # fmt: skip
    assert run(in_region(fetch_analyzer), {"accessanalyzer": steps}).gaps == ()
    found = to_records(read_evidence([tmp_path])).analyzer_findings
    assert [(each.id, each.kind, each.public) for each in found] == [
        ("f1", "ExternalAccess", None), ("f2", "ExternalAccess", True), ("f3", "UnusedIAMRole", None),
    ]  # fmt: skip


def test_analyzers_denied(run: Run) -> None:
    fetch = run(in_region(fetch_analyzer), {"accessanalyzer": denied("list_analyzers")})
    assert {gap.operation: gap.reason.split(":")[0] for gap in fetch.gaps} == {
        "accessanalyzer.list_analyzers": "AccessDeniedException",
        "accessanalyzer.list_findings": "NotAsked",
        "accessanalyzer.list_findings_v2": "NotAsked",
    }


# ---- RAM principals, Cognito roles, boundaries of permission sets


def test_shares_are_paged(run: Run, tmp_path: Path) -> None:
    share, own = f"arn:aws:ram:{REGION}:{ACCOUNT}:resource-share/1", {"resourceOwner": "SELF", "maxResults": 500}
    steps = answers(
        (
            "get_resource_shares",
            own,
            {"resourceShares": [{"resourceShareArn": share, "name": "s", "status": "ACTIVE"}]},
        ),
        ("list_principals", own, {"principals": [{"id": "1" * 12, "resourceShareArn": share}], "nextToken": "n"}),
        ("list_principals", {**own, "nextToken": "n"}, {"principals": [{"id": "2" * 12, "resourceShareArn": share}]}),
        ("list_resources", own, {"resources": [{"arn": "arn:aws:ec2:r:a:subnet/1", "resourceShareArn": share}]}),
    )
    assert run(in_region(fetch_shares), {"ram": steps}).gaps == ()
    (found,) = to_records(read_evidence([tmp_path])).resource_shares
    assert found.principals == ("1" * 12, "2" * 12)
    assert found.resources == ("arn:aws:ec2:r:a:subnet/1",)


def test_roles_of_an_identity_pool_denied(run: Run, tmp_path: Path) -> None:
    pool = f"{REGION}:11111111-2222-3333-4444-555555555555"

    def steps(stub: Any) -> None:
        listed = {"IdentityPools": [{"IdentityPoolId": pool, "IdentityPoolName": "p"}]}
        stub.add_response("list_identity_pools", listed, {"MaxResults": 60})
        described = {"IdentityPoolId": pool, "IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True}
        stub.add_response("describe_identity_pool", described, {"IdentityPoolId": pool})
        denied("get_identity_pool_roles")(stub)

    fetch = run(in_region(fetch_identity_pools), {"cognito-identity": steps})
    assert [gap.permission for gap in fetch.gaps] == ["cognito-identity:GetIdentityPoolRoles"]
    (found,) = to_records(read_evidence([tmp_path])).identity_pools
    assert (found.allows_guests, found.classic_flow, found.guest_role_arn) == (True, False, "")


NOTHING = {"ResponseMetadata": {"HTTPHeaders": {"content-type": "application/x-amz-json-1.1"}}}
"""A permission set without an inline policy: the vendor's model has no empty text for it."""
INSTANCE = "arn:aws:sso:::instance/ssoins-1111222233334444"
SET = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-1111222233334444"


def test_identity_center(run: Run, tmp_path: Path) -> None:
    """Lists are paged, a boundary that is not found is none, and of people only ids and names are written."""
    ask = {"InstanceArn": INSTANCE, "PermissionSetArn": SET}
    many = {**ask, "MaxResults": 100}
    none: dict[str, Any] = {"CustomerManagedPolicyReferences": []}
    stores = {"IdentityStoreId": "d-1111111111", "MaxResults": 100}

    def center(stub: Any) -> None:
        answers(
            (
                "list_instances", {"MaxResults": 100},
                {"Instances": [{"InstanceArn": INSTANCE, "IdentityStoreId": "d-1111111111"}]},
            ),
            ("list_permission_sets", {"InstanceArn": INSTANCE, "MaxResults": 100}, {"PermissionSets": [SET]}),
            ("describe_permission_set", ask, {"PermissionSet": {"Name": "Dev", "PermissionSetArn": SET}}),
            ("list_managed_policies_in_permission_set", many, {"AttachedManagedPolicies": []}),
            ("list_customer_managed_policy_references_in_permission_set", many, none),
            ("get_inline_policy_for_permission_set", ask, NOTHING),
        )(stub)  # fmt: skip
        stub.add_client_error("get_permissions_boundary_for_permission_set", "ResourceNotFoundException", "none", 400)
        answers(
            ("list_accounts_for_provisioned_permission_set", many, {"AccountIds": ["1" * 12], "NextToken": "n"}),
            ("list_accounts_for_provisioned_permission_set", {**many, "NextToken": "n"}, {"AccountIds": ["2" * 12]}),
            ("list_account_assignments", {**many, "AccountId": "1" * 12}, {"AccountAssignments": []}),
            ("list_account_assignments", {**many, "AccountId": "2" * 12}, {"AccountAssignments": []}),
        )(stub)

    person = {
        "UserId": "1" * 36, "IdentityStoreId": "d-1111111111", "UserName": "ana", "DisplayName": "Ana",
        "UserArn": f"arn:aws:identitystore::{ACCOUNT}:user/d-1111111111/{'1' * 36}", "Revision": "1",
        "Emails": [{"Value": "ana@private.example", "Primary": True}], "Birthdate": "2000-01-01",
    }  # fmt: skip
    store = answers(
        ("list_users", stores, {"Users": [person]}),
        ("list_groups", stores, {"Groups": []}),
    )
    fetch = run(in_region(fetch_identity_center), {"sso-admin": center, "identitystore": store})
    assert fetch.gaps == ()
    text = (tmp_path / "aws" / ACCOUNT / REGION / "identitystore.list_users.jsonl").read_text()
    assert "private" not in text and "2000-01-01" not in text
    records = to_records(read_evidence([tmp_path]))
    (found,) = records.permission_sets
    assert (found.name, found.boundary_arn, found.policies_known) == ("Dev", "", True)
    assert found.provisioned_accounts == ("1" * 12, "2" * 12)
    assert [each.name for each in records.identity_center_users] == ["ana"]


def test_a_member_account_may_only_see_that_there_is_an_instance(run: Run) -> None:
    def center(stub: Any) -> None:
        listed = {"Instances": [{"InstanceArn": INSTANCE, "IdentityStoreId": "d-1111111111"}]}
        stub.add_response("list_instances", listed, {"MaxResults": 100})
        denied("list_permission_sets")(stub)

    fetch = run(
        in_region(fetch_identity_center),
        {"sso-admin": center, "identitystore": denied("list_users", "list_groups")},
    )
    asked = {gap.operation for gap in fetch.gaps if not gap.reason.startswith("NotAsked")}
    assert asked == {"sso-admin.list_permission_sets", "identitystore.list_users", "identitystore.list_groups"}
    assert {gap.operation for gap in fetch.gaps} - asked >= {
        "sso-admin.list_account_assignments", "identitystore.list_group_memberships",
    }  # fmt: skip


def test_a_store_that_is_left_out_is_not_asked(run: Run) -> None:
    def fetching(fetch: AwsFetch) -> None:
        fetch.skipped("identitystore.list_users", "left out by the settings")
        fetch_identity_center(fetch, REGION)

    fetch = run(fetching, {"sso-admin": answers(("list_instances", {"MaxResults": 100}, {"Instances": []}))})
    assert fetch.gaps == ()
    assert not any(record.region and "identitystore" in record.operation for record in fetch.writer.coverage)


def test_one_table_denied_leaves_the_others(run: Run, tmp_path: Path) -> None:
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/bbb"

    def steps(stub: Any) -> None:
        stub.add_response("list_tables", {"TableNames": ["bbb"], "LastEvaluatedTableName": "bbb"}, {"Limit": 100})
        stub.add_response(
            "list_tables", {"TableNames": ["aaa"]}, {"Limit": 100, "ExclusiveStartTableName": "bbb"}
        )  # fmt: skip
        stub.add_client_error("describe_table", "AccessDeniedException", "no", 400)
        stub.add_response("describe_table", {"Table": {"TableName": "bbb", "TableArn": arn}}, {"TableName": "bbb"})
        stub.add_client_error("get_resource_policy", "PolicyNotFoundException", "none", 400)

    fetch = run(in_region(fetch_dynamodb), {"dynamodb": steps})
    assert [(gap.operation, gap.subject) for gap in fetch.gaps] == [("dynamodb.describe_table", "aaa")]
    assert [each.name for each in to_records(read_evidence([tmp_path])).resources] == ["bbb"]


def test_queues_denied(run: Run) -> None:
    fetch = run(in_region(fetch_sqs), {"sqs": denied("list_queues")})
    assert [gap.permission for gap in fetch.gaps] == ["sqs:GetQueueAttributes", "sqs:ListQueues"]
