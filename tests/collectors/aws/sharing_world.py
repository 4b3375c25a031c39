"""What the shared-resource family adds to the seeded account, and AWS-shaped answers to what moto lacks of it.

Input: the address of a moto server; a proxy. Output: nothing; names are constants here.
Not handled: pages, which ``test_sharing.py`` asks with botocore's own stubs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from collectors.aws.sharing.host_prefix import at_numeric_address

__all__ = ["ACTIONS", "JSON_SERVICES", "REST", "WITHHELD", "answer_sharing", "seed_sharing"]

ACCOUNT = "123456789012"
REST = (
    ("apigateway", re.compile(r"^/restapis/?$"), "", "GetRestApis"),
    ("apigateway", re.compile(r"^/restapis/(?P<subject>[^/]+)/authorizers$"), "", "GetRestAuthorizers"),
    ("apigateway", re.compile(r"^/restapis/(?P<subject>[^/]+)/resources$"), "", "GetResources"),
    ("apigateway", re.compile(r"^/v2/apis/?$"), "", "GetApis"),
    ("apigateway", re.compile(r"^/v2/apis/(?P<subject>[^/]+)/authorizers$"), "", "GetAuthorizers"),
    ("apigateway", re.compile(r"^/v2/apis/(?P<subject>[^/]+)/routes$"), "", "GetRoutes"),
    ("ram", re.compile(r"^/getresourceshares$"), "", "GetResourceShares"),
    ("ram", re.compile(r"^/listprincipals$"), "", "ListPrincipals"),
    ("ram", re.compile(r"^/listresources$"), "", "ListResources"),
    ("rolesanywhere", re.compile(r"^/trustanchors$"), "", "ListTrustAnchors"),
    ("rolesanywhere", re.compile(r"^/profiles$"), "", "ListProfiles"),
    ("access-analyzer", re.compile(r"^/analyzer$"), "", "ListAnalyzers"),
    ("access-analyzer", re.compile(r"^/finding$"), "", "ListFindings"),
    ("access-analyzer", re.compile(r"^/findingv2$"), "", "ListFindingsV2"),
    ("s3", re.compile(r"^/v20180820/configuration/publicAccessBlock$"), "", "GetAccountPublicAccessBlock"),
    ("s3", re.compile(r"^/(?P<subject>[^/]+)/?$"), "acl", "GetBucketAcl"),
)
"""Requests that name no action, as ``proxy`` recognises them."""
JSON_SERVICES = (
    "sqs", "dynamodb", "ecr", "apigateway", "ram", "sso", "identitystore", "rolesanywhere", "cognito-identity",
    "access-analyzer", "cloudtrail",
)  # fmt: skip
"""Services, by their name in signatures, whose errors are JSON."""
ACTIONS = {
    "apigateway.get_authorizers": "apigateway.GetRestAuthorizers",
    "apigatewayv2.get_apis": "apigateway.GetApis",
    "apigatewayv2.get_authorizers": "apigateway.GetAuthorizers",
    "apigatewayv2.get_routes": "apigateway.GetRoutes",
    "accessanalyzer.list_analyzers": "access-analyzer.ListAnalyzers",
    "accessanalyzer.list_findings": "access-analyzer.ListFindings",
    "accessanalyzer.list_findings_v2": "access-analyzer.ListFindingsV2",
    "s3control.get_public_access_block": "s3.GetAccountPublicAccessBlock",
    **{
        f"sso-admin.{method}": "sso." + "".join(part.capitalize() for part in method.split("_"))
        for method in (
            "list_instances", "list_permission_sets", "describe_permission_set",
            "list_managed_policies_in_permission_set", "list_customer_managed_policy_references_in_permission_set",
            "get_inline_policy_for_permission_set", "get_permissions_boundary_for_permission_set",
            "list_accounts_for_provisioned_permission_set", "list_account_assignments",
        )
    },
}  # fmt: skip
"""The proxy's name of an operation, where service and action do not spell it."""
_OF_SETS = [
    name for name in ACTIONS
    if name.startswith("sso-admin.") and name not in ("sso-admin.list_instances", "sso-admin.list_permission_sets")
]  # fmt: skip
_STORE = ["identitystore.list_users", "identitystore.list_groups", "identitystore.list_group_memberships"]
WITHHELD: Mapping[str, list[str]] = {
    "sqs.list_queues": ["sqs.get_queue_attributes"],
    "sns.list_topics": ["sns.get_topic_attributes"],
    "dynamodb.list_tables": ["dynamodb.describe_table", "dynamodb.get_resource_policy"],
    "dynamodb.describe_table": ["dynamodb.get_resource_policy"],
    "ecr.describe_repositories": ["ecr.get_repository_policy"],
    "apigateway.get_rest_apis": ["apigateway.get_authorizers", "apigateway.get_resources"],
    "apigatewayv2.get_apis": ["apigatewayv2.get_authorizers", "apigatewayv2.get_routes"],
    "cognito-identity.list_identity_pools": [
        "cognito-identity.describe_identity_pool", "cognito-identity.get_identity_pool_roles",
    ],
    "sso-admin.list_instances": ["sso-admin.list_permission_sets", *_OF_SETS],
    "sso-admin.list_permission_sets": _OF_SETS,
    "sso-admin.list_accounts_for_provisioned_permission_set": ["sso-admin.list_account_assignments"],
    "identitystore.list_groups": ["identitystore.list_group_memberships"],
    "accessanalyzer.list_analyzers": ["accessanalyzer.list_findings", "accessanalyzer.list_findings_v2"],
    "cloudtrail.describe_trails": ["cloudtrail.get_trail_status", "cloudtrail.get_event_selectors"],
}  # fmt: skip
"""Operations that cannot be asked without the one that names their objects."""


def answer_sharing(proxy: Any) -> None:
    """Give AWS-shaped answers to what moto does not implement."""
    born = "2026-01-01T00:00:00Z"
    analyzer = f"arn:aws:access-analyzer:us-east-1:{ACCOUNT}:analyzer/"
    answers: dict[str, Any] = {
        "apigateway.GetAuthorizers": {"items": []},
        "ram.ListPrincipals": {"principals": []},
        "ram.ListResources": {"resources": []},
        "rolesanywhere.ListTrustAnchors": {"trustAnchors": []},
        "rolesanywhere.ListProfiles": {"profiles": []},
        "cognito-identity.GetIdentityPoolRoles": {"IdentityPoolId": "us-east-1:11111111-2222-3333-4444-555555555555"},
        "sso.GetPermissionsBoundaryForPermissionSet": {
            "PermissionsBoundary": {"ManagedPolicyArn": "arn:aws:iam::aws:policy/x"}
        },
        "access-analyzer.ListAnalyzers": {
            "analyzers": [
                {"arn": analyzer + name, "name": name, "type": kind, "createdAt": born, "status": "ACTIVE"}
                for name, kind in (("out", "ACCOUNT"), ("unused", "ACCOUNT_UNUSED_ACCESS"))
            ]
        },
        # moto's carries the time of the call.
        "cloudtrail.GetTrailStatus": {"IsLogging": True, "LatestDeliveryTime": 1767225600, "StartLoggingTime": 1},
        "access-analyzer.ListFindings": {"findings": []},
        "access-analyzer.ListFindingsV2": {"findings": []},
    }  # fmt: skip
    for action, body in answers.items():
        text = json.dumps(body).encode()
        proxy.answers[action] = lambda _, text=text: (200, "application/json", text)


def seed_sharing(client: Any, url: str, region: str, role: str) -> None:
    """Create one of each in a region; Identity Center, which lives in one region, is moto's own."""
    queue = client(url, "sqs", region).create_queue(QueueName="jobs")["QueueUrl"]
    assert queue
    client(url, "sns", region).create_topic(Name="alerts")
    keys = client(url, "kms", region)
    key = keys.list_keys()["Keys"][0]["KeyId"]
    keys.create_grant(KeyId=key, GranteePrincipal=role, Operations=["Decrypt"])
    table = client(url, "dynamodb", region)
    arn = table.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]["TableArn"]
    allow = {"Effect": "Allow", "Principal": {"AWS": role}, "Resource": arn, "Action": "dynamodb:GetItem"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    table.put_resource_policy(ResourceArn=arn, Policy=document)
    client(url, "ecr", region).create_repository(repositoryName="app")
    api = client(url, "apigateway", region).create_rest_api(name="shop")["id"]
    assert api
    client(url, "apigatewayv2", region).create_api(Name="web", ProtocolType="HTTP")
    client(url, "cognito-identity", region).create_identity_pool(
        IdentityPoolName="people", AllowUnauthenticatedIdentities=False
    )
    _seed_permission_set(client(url, "sso-admin", region), client(url, "identitystore", region))
    at_numeric_address(client(url, "s3control", region)).put_public_access_block(
        AccountId=ACCOUNT,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True, "IgnorePublicAcls": True,
            "BlockPublicPolicy": False, "RestrictPublicBuckets": False,
        },
    )  # fmt: skip
    everywhere = region == "us-east-1"
    trail, name = client(url, "cloudtrail", region), "all" if everywhere else "local"
    trail.create_trail(Name=name, S3BucketName="logs", IsMultiRegionTrail=everywhere)
    trail.start_logging(Name=name)


def _seed_permission_set(center: Any, store: Any) -> None:
    (found,) = center.list_instances()["Instances"]
    instance = found["InstanceArn"]
    store.create_group(IdentityStoreId=found["IdentityStoreId"], DisplayName="developers")
    made = center.create_permission_set(Name="Developer", InstanceArn=instance)["PermissionSet"]["PermissionSetArn"]
    center.create_account_assignment(
        InstanceArn=instance,
        TargetId=ACCOUNT,
        TargetType="AWS_ACCOUNT",
        PermissionSetArn=made,
        PrincipalType="USER",
        PrincipalId="11111111-2222-3333-4444-555555555555",
    )
    center.provision_permission_set(
        InstanceArn=instance, PermissionSetArn=made, TargetType="AWS_ACCOUNT", TargetId=ACCOUNT
    )
