"""Records of shared resources and of other ways into an account: every field is filled, and the joins are right."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.aws import access_types, resource_types
from collectors.aws.records import AwsRecords
from collectors.aws.resource_types import ResourceKind
from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from collectors.interface import Presence
from tests.collectors.aws_records.test_estate import MAIN, one
from tests.collectors.aws_records.test_tolerance import ACCOUNT, records
from tests.collectors.payloads import ESTATE

REGION = "eu-central-1"
ROLE = f"arn:aws:iam::{MAIN}:role/orders"
VENDOR = "arn:aws:iam::999999999999:root"
FAMILY = (
    "resources", "kms_grants", "permission_sets", "account_assignments", "identity_center_users", "trust_anchors",
    "roles_anywhere_profiles", "identity_pools", "resource_shares", "analyzer_findings", "service_uses", "trails",
)  # fmt: skip


@pytest.fixture(scope="module")
def estate() -> AwsRecords:
    return to_records(read_evidence([ESTATE]))


def principals(record: Any) -> object:
    return record.policy.body["Statement"][0]["Principal"]


def test_the_estate_is_read_without_gaps(estate: AwsRecords) -> None:
    assert estate.gaps == ()


# The family of build and event services fills these of a resource; a permission set's default says "all was seen".
FILLED_ELSEWHERE = {
    ("AwsResource", "secret"), ("AwsResource", "last_changed_at"), ("AwsPermissionSet", "policies_known"),
}  # fmt: skip


def test_every_field_is_filled_somewhere(estate: AwsRecords) -> None:
    names = {*access_types.__all__, *resource_types.__all__} - {"ResourceKind"}
    filled: dict[tuple[str, str], bool] = {}
    for family in FAMILY:
        for record in getattr(estate, family):
            for field in dataclasses.fields(record):
                value, key = getattr(record, field.name), (type(record).__name__, field.name)
                known = value not in (None, "", (), {}, field.default)
                filled[key] = filled.get(key, False) or known or (value is False and field.default is None)
    assert {name for name, _ in filled} == names
    assert {key for key, full in filled.items() if not full} <= FILLED_ELSEWHERE


def test_queues_and_topics(estate: AwsRecords) -> None:
    queue = one(estate.resources, arn=f"arn:aws:sqs:{REGION}:{MAIN}:orders")
    assert (queue.kind, queue.name, queue.kms_key_id) == (ResourceKind.SQS_QUEUE, "orders", "alias/orders")
    assert queue.policy_presence is Presence.PRESENT and principals(queue) == {"AWS": VENDOR}
    assert (queue.tags, queue.tags_known) == ({"team": "orders"}, True)
    assert queue.ref.pointer == "/0/response/Attributes"
    dead = one(estate.resources, name="orders-dead")
    assert (dead.policy, dead.policy_presence, dead.kms_key_id) == (None, Presence.EMPTY, "")
    topic = one(estate.resources, kind=ResourceKind.SNS_TOPIC)
    assert (topic.name, topic.account, topic.kms_key_id) == ("alerts", MAIN, "alias/aws/sns")


def test_tables_streams_and_repositories(estate: AwsRecords) -> None:
    table, stream = (
        one(estate.resources, kind=kind) for kind in (ResourceKind.DYNAMODB_TABLE, ResourceKind.DYNAMODB_STREAM)
    )
    assert table.settings == {"LatestStreamArn": stream.arn}
    assert table.policy_presence is Presence.PRESENT and principals(table) == {"AWS": VENDOR}
    assert (stream.policy_presence, stream.settings["StreamEnabled"]) == (Presence.EMPTY, "true")
    assert stream.settings["TableArn"] == table.arn
    repository = one(estate.resources, kind=ResourceKind.ECR_REPOSITORY)
    assert repository.kms_key_id.endswith("1234567890ab") and principals(repository) == {"AWS": VENDOR}


def test_apis(estate: AwsRecords) -> None:
    rest, http, socket = (one(estate.resources, kind=ResourceKind.API, name=name) for name in ("shop", "web", "chat"))
    assert rest.arn == f"arn:aws:execute-api:{REGION}:{MAIN}:a1b2c3d4e5"
    # The vendor gives the policy as the inside of a JSON text.
    assert rest.policy_presence is Presence.PRESENT and principals(rest) == "*"
    assert rest.settings == {
        "protocolType": "REST", "endpointTypes": "REGIONAL", "disableExecuteApiEndpoint": "false",
        "methods": "2", "methods_without_authorizer": "1",
    }  # fmt: skip
    assert (http.settings["routes"], http.settings["routes_without_authorizer"]) == ("2", "1")
    assert http.settings["disableExecuteApiEndpoint"] == "true" and http.policy_presence is Presence.EMPTY
    # Only the opening of a WebSocket is authorized.
    assert (socket.settings["routes"], socket.settings["routes_without_authorizer"]) == ("1", "0")


def test_authorizers(estate: AwsRecords) -> None:
    found = {each.name: each for each in estate.resources if each.kind is ResourceKind.API_AUTHORIZER}
    assert set(found) == {"check", "people", "jwt", "ws"}
    check = found["check"].settings
    assert check["functionArn"] == f"arn:aws:lambda:{REGION}:{MAIN}:function:orders"
    assert (check["authorizerCredentials"], check["type"]) == (ROLE, "TOKEN")
    assert check["api"] == one(estate.resources, name="shop").arn
    assert found["people"].settings["providerARNs"].startswith("arn:aws:cognito-idp:")
    assert "functionArn" not in found["people"].settings
    assert found["jwt"].settings["Issuer"] == "https://login.example.com"


def test_grants(estate: AwsRecords) -> None:
    part, exact = estate.kms_grants
    assert (part.grantee, part.operations) == (ROLE, ("Decrypt", "GenerateDataKey"))
    assert (part.encryption_context, part.encryption_context_exact) == ({"Department": "IT"}, False)
    assert (exact.grantee, exact.encryption_context_exact) == ("dynamodb.eu-central-1.amazonaws.com", True)
    assert part.key_arn == exact.key_arn == estate.kms_keys[0].arn


def test_shares_leave_out_deleted_ones(estate: AwsRecords) -> None:
    (share,) = estate.resource_shares
    assert (share.name, share.principals, share.allows_external) == ("subnets", ("222222222222",), True)
    assert share.resources == (f"arn:aws:ec2:{REGION}:{MAIN}:subnet/subnet-1",)


def test_identity_center(estate: AwsRecords) -> None:
    developer, auditor = (one(estate.permission_sets, name=name) for name in ("Developer", "Auditor"))
    assert [each.name for each in developer.attached] == ["PowerUserAccess"]
    assert developer.customer_managed == ("/plain", "/team/deploy")
    assert (developer.boundary_arn, developer.session_duration) == ("/team/limits", "PT8H")
    assert developer.inline is not None and developer.inline.document.body is not None
    assert (developer.provisioned_accounts, developer.policies_known) == (("222222222222",), True)
    # An empty inline policy, and a boundary that is not found, are none.
    assert (auditor.inline, auditor.boundary_arn, auditor.policies_known) == (None, "", True)
    (assignment,) = estate.account_assignments
    assert (assignment.principal_kind, assignment.principal_id) == ("GROUP", "g-1")
    people = {(each.kind, each.name): each.groups for each in estate.identity_center_users}
    assert people == {("USER", "ana@example.com"): ("g-1",), ("GROUP", "developers"): ()}


def test_ways_in_from_outside(estate: AwsRecords) -> None:
    (pool,) = estate.identity_pools
    assert (pool.allows_guests, pool.classic_flow, pool.role_mapping) == (True, True, "Rules")
    assert (pool.guest_role_arn, pool.mapped_role_arns) == (ROLE, (f"arn:aws:iam::{MAIN}:role/github-deploy",))
    assert pool.providers == {
        f"arn:aws:iam::{MAIN}:oidc-provider/login.example.com": "oidc",
        f"arn:aws:iam::{MAIN}:saml-provider/okta": "saml",
        "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abcdef": "client-1",
        "graph.facebook.com": "7346241598935555",
        "login.shop": "developer",
    }
    assert (estate.trust_anchors[0].enabled, estate.trust_anchors[0].source_kind) == (True, "CERTIFICATE_BUNDLE")
    assert estate.roles_anywhere_profiles[0].role_arns == (ROLE,)


def test_watching(estate: AwsRecords) -> None:
    outside, unused = estate.analyzer_findings
    assert (outside.kind, outside.principal, outside.public) == ("ExternalAccess", {"AWS": "999999999999"}, False)
    assert (unused.kind, unused.resource_arn, unused.public) == ("UnusedIAMRole", ROLE, None)
    (trail,) = estate.trails
    assert (trail.logging, trail.management_events, trail.organization) == (True, True, True)
    assert trail.delivery_error == "AccessDenied"
    never, s3 = estate.service_uses
    assert (never.service, never.last_used_at) == ("lambda", None)
    used = datetime(2025, 11, 1, tzinfo=UTC)
    assert (s3.last_used_at, s3.actions) == (used, {"s3:CreateBucket": used, "s3:DeleteBucket": None})


def test_public_access_of_buckets(estate: AwsRecords) -> None:
    block = one(estate.accounts, id=MAIN).public_access_block
    assert block == {
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": False,
    }  # fmt: skip
    assert one(estate.accounts, id="222222222222").public_access_block is None
    groups = {bucket.name: bucket.acl_groups for bucket in estate.buckets}
    assert groups == {"artifacts": {}, "plain": {"AllUsers": ("READ",)}}


def _refused(**request: str) -> dict[str, Any]:
    return {"request": request, "error": {"code": "AccessDeniedException", "message": "no"}}


def test_an_account_without_a_block_has_none_on_and_a_refusal_is_not_that(tmp_path: Path) -> None:
    none = {"request": {}, "error": {"code": "NoSuchPublicAccessBlockConfiguration", "message": "none"}}
    found = records(tmp_path / "a", s3control__get_public_access_block=[none])
    block = found.accounts[0].public_access_block
    assert block is not None and not any(block.values())
    denied = records(tmp_path / "b", s3control__get_public_access_block=[_refused()], iam__list_saml_providers={})
    assert denied.accounts[0].public_access_block is None


def test_refused_details_leave_what_the_list_says(tmp_path: Path) -> None:
    url = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/jobs"
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:t"
    permission_set = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    found = records(
        tmp_path,
        us_east_1__sqs__list_queues={"QueueUrls": [url, "https://odd"]},
        us_east_1__sqs__get_queue_attributes=[_refused(QueueUrl=url)],
        us_east_1__sns__list_topics={"Topics": [{"TopicArn": topic}, {}]},
        us_east_1__sns__get_topic_attributes=[_refused(TopicArn=topic)],
        **{
            "us_east_1__sso-admin__list_permission_sets": [
                {"request": {"InstanceArn": "i"}, "response": {"PermissionSets": [permission_set]}}
            ],
            "us_east_1__sso-admin__get_inline_policy_for_permission_set": [
                _refused(InstanceArn="i", PermissionSetArn=permission_set)
            ],
        },
    )
    queue, alerts = (one(found.resources, kind=kind) for kind in (ResourceKind.SQS_QUEUE, ResourceKind.SNS_TOPIC))
    assert (queue.arn, queue.policy_presence) == (f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs", Presence.FAILED)
    assert alerts.policy_presence is Presence.FAILED
    (unseen,) = found.permission_sets
    assert (unseen.policies_known, unseen.inline, unseen.instance_arn) == (False, None, "i")
    assert {gap.operation for gap in found.gaps} == {"sqs.get_queue_attributes", "sns.list_topics"}


def test_a_queue_that_is_gone_is_left_out(tmp_path: Path) -> None:
    url = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/jobs"
    gone = {"request": {"QueueUrl": url}, "error": {"code": "AWS.SimpleQueueService.NonExistentQueue", "message": ""}}
    found = records(
        tmp_path, us_east_1__sqs__list_queues={"QueueUrls": [url]}, us_east_1__sqs__get_queue_attributes=[gone]
    )
    assert (found.resources, found.gaps) == ((), ())


def test_a_report_that_is_not_done_is_a_gap(tmp_path: Path) -> None:
    arn, job = f"arn:aws:iam::{ACCOUNT}:role/r", "j" * 36
    found = records(
        tmp_path,
        iam__generate_service_last_accessed_details=[{"request": {"Arn": arn}, "response": {"JobId": job}}],
        iam__get_service_last_accessed_details=[
            {"request": {"JobId": job}, "response": {"JobStatus": "IN_PROGRESS", "ServicesLastAccessed": []}},
            {"request": {"JobId": "k" * 36}, "response": {"JobStatus": "COMPLETED", "ServicesLastAccessed": []}},
        ],
    )
    assert found.service_uses == ()
    assert [(gap.subject, gap.reason.split(": ")[1]) for gap in found.gaps] == [
        (arn, "the job is IN_PROGRESS"),
        ("", "nothing says which identity the job is about"),
    ]


SELECTORS: dict[str, tuple[dict[str, Any] | None, bool | None]] = {
    "not asked": (None, None),
    "writes only": ({"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}, False),
    "data events only": ({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]}, False),
    "advanced, both": (
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]}, True,
    ),
    "advanced, in two parts": (
        {
            "AdvancedEventSelectors": [
                {
                    "FieldSelectors": [
                        {"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": [flag]},
                    ]
                }
                for flag in ("true", "false")
            ]
        }, True,
    ),
    "advanced, data events": (
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]}, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SELECTORS)
def test_management_events(name: str, tmp_path: Path) -> None:
    answer, expected = SELECTORS[name]
    arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/t"
    asked = {} if answer is None else {
        "us_east_1__cloudtrail__get_event_selectors": [{"request": {"TrailName": arn}, "response": answer}]
    }  # fmt: skip
    trails = {"trailList": [{"Name": "t", "TrailARN": arn, "HomeRegion": "us-east-1"}]}
    (trail,) = records(tmp_path, us_east_1__cloudtrail__describe_trails=trails, **asked).trails
    assert trail.management_events is expected
    assert trail.logging is None


def test_a_trail_of_all_regions_is_one_and_its_home_tells(tmp_path: Path) -> None:
    arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/t"
    body = {"trailList": [{"Name": "t", "TrailARN": arn, "HomeRegion": "us-east-1", "IsMultiRegionTrail": True}]}
    (trail,) = records(
        tmp_path,
        eu_west_1__cloudtrail__describe_trails=body,
        us_east_1__cloudtrail__describe_trails=body,
        us_east_1__cloudtrail__get_trail_status=[{"request": {"Name": arn}, "response": {"IsLogging": False}}],
    ).trails
    assert (trail.region, trail.logging, trail.multi_region) == ("us-east-1", False, True)


def test_methods_are_not_counted_where_a_dump_lacks_them(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        us_east_1__apigateway__get_rest_apis={"items": [{"id": "a1", "name": "n", "policy": "{"}]},
        us_east_1__apigateway__get_resources=[
            {"request": {"restApiId": "a1"}, "response": {"items": [{"id": "r", "resourceMethods": {"GET": {}}}]}}
        ],
    )
    (api,) = found.resources
    assert "methods" not in api.settings
    assert api.policy is not None and api.policy.problem
    assert [gap.operation for gap in found.gaps] == ["apigateway.get_rest_apis"]
