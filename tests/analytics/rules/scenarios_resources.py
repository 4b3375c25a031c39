"""Scenarios of the rules about resources and workloads: a vulnerable world and a safe twin each.

Input: none. Output: a table that ``scenarios.SCENARIOS`` holds. Not handled: the other rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.analytics.rules.building import ACCOUNT, LAMBDA, NAMES, OTHER, Scenario
from tests.analytics.rules.evidence_files import asked, with_files
from tests.worlds.aws import World, world
from tests.worlds.names import REGION
from tests.worlds.statements import Json, allow, document, public, trust

__all__ = [
    "FUNCTION",
    "POOL",
    "RESOURCE_SCENARIOS",
    "account",
    "bucket_files",
    "pool_world",
    "queue_files",
    "trail_files",
    "url_files",
]

Build = Callable[[Path], Path]
FUNCTION = NAMES.function("hook")
_BUCKET, _KEY, _SECRET = "data", "1234abcd", "db"
_OWNER_ONLY: Json = {"Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "me"}, "Permission": "FULL_CONTROL"}]}
_QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs"
_QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
_TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"
POOL_ID = f"{REGION}:11111111-2222-3333-4444-555555555555"
POOL = f"aws:identity-pool:{ACCOUNT}:{POOL_ID}"


def account() -> World:
    """Return an account with a role for functions."""
    return world().account(ACCOUNT).role("app", trusts=LAMBDA)


def bucket_files(acl: Json | None = None) -> dict[str, Any]:
    """Return the access control list of the bucket and an account without a block of its own."""
    return {
        "/s3.get_bucket_acl": [asked({"Bucket": _BUCKET}, acl or _OWNER_ONLY)],
        "/s3control.get_public_access_block": [
            {
                "request": {"AccountId": ACCOUNT},
                "error": {"code": "NoSuchPublicAccessBlockConfiguration", "message": "none"},
            }
        ],
    }


def queue_files(*policy: Json) -> dict[str, Any]:
    """Return a queue with its policy."""
    attributes = {"QueueArn": _QUEUE} | ({"Policy": json.dumps(document(*policy))} if policy else {})
    return {
        "sqs.list_queues": {"QueueUrls": [_QUEUE_URL]},
        "sqs.get_queue_attributes": [asked({"QueueUrl": _QUEUE_URL}, {"Attributes": attributes})],
    }


def url_files(kind: str = "NONE") -> dict[str, Any]:
    """Return the address of the function."""
    url = {"FunctionArn": FUNCTION, "FunctionUrl": "https://x.lambda-url.aws/", "AuthType": kind}
    return {"lambda.list_function_url_configs": [asked({"FunctionName": "hook"}, {"FunctionUrlConfigs": [url]})]}


def trail_files(logging: bool = True, validation: bool = True, error: str = "", **facts: Any) -> dict[str, Any]:
    """Return a trail for all regions that records management events."""
    body = {"Name": "main", "TrailARN": _TRAIL, "HomeRegion": REGION, "IsMultiRegionTrail": True}
    status = {"IsLogging": logging} | ({"LatestDeliveryError": error} if error else {})
    selectors = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
    return {
        "cloudtrail.describe_trails": {"trailList": [body | {"LogFileValidationEnabled": validation} | facts]},
        "cloudtrail.get_trail_status": [asked({"Name": _TRAIL}, status)],
        "cloudtrail.get_event_selectors": [asked({"TrailName": _TRAIL}, {"TrailARN": _TRAIL} | selectors)],
    }


def pool_world(*rights: Json, classic: bool = True, guests: bool = True) -> Build:
    """Return a pool whose guests become a role with some rights."""
    when = {
        "StringEquals": {"cognito-identity.amazonaws.com:aud": POOL_ID},
        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"},
    }
    trusts = trust(federated="cognito-identity.amazonaws.com", action="sts:AssumeRoleWithWebIdentity", when=when)
    made = world().account(ACCOUNT).role("guest", *rights, trusts=trusts)
    pool = {"IdentityPoolId": POOL_ID, "IdentityPoolName": "app", "AllowUnauthenticatedIdentities": guests}
    return with_files(
        made,
        {
            "cognito-identity.list_identity_pools": {
                "IdentityPools": [{"IdentityPoolId": POOL_ID, "IdentityPoolName": "app"}]
            },
            "cognito-identity.describe_identity_pool": [
                asked({"IdentityPoolId": POOL_ID}, pool | {"AllowClassicFlow": classic})
            ],
            "cognito-identity.get_identity_pool_roles": [
                asked(
                    {"IdentityPoolId": POOL_ID},
                    {"IdentityPoolId": POOL_ID, "Roles": {"unauthenticated": NAMES.role("guest")}},
                )
            ],
        },
    )


def _functions(*names: str) -> Build:
    made = account()
    for name in names:
        made.function(name, "app")
    return made.build


def _variable(value: str) -> Build:
    body = {"FunctionName": "hook", "FunctionArn": FUNCTION, "Role": NAMES.role("app")}
    body |= {"Environment": {"Variables": {"DB_PASSWORD": value, "STAGE": "prod"}}}  # type: ignore[dict-item]
    return with_files(account(), {"lambda.list_functions": {"Functions": [body]}})


def _bucket(*policy: Json, acl: Json | None = None) -> Build:
    return with_files(account().bucket(_BUCKET, *policy), bucket_files(acl))


def _read(principal: Any) -> Json:
    return public(allow("s3:GetObject", on=f"{NAMES.bucket(_BUCKET)}/*"), principal)


def _key(*policy: Json) -> Build:
    own = public(allow("kms:*"), {"AWS": NAMES.root})
    return account().key(_KEY, own, *policy).build


def _secret(principal: Any) -> Build:
    policy = public(allow("secretsmanager:GetSecretValue"), principal)
    key = public(allow("kms:Decrypt"), "*")
    return account().key(_KEY, key).secret(_SECRET, policy, kms=NAMES.key(_KEY)).build


def _rotation(on: bool) -> Build:
    body = {"ARN": NAMES.secret(_SECRET), "Name": _SECRET, "RotationEnabled": on}
    body |= {"LastRotatedDate": "2026-05-20T00:00:00Z"} if on else {}
    return with_files(account().secret(_SECRET), {"secretsmanager.list_secrets": {"SecretList": [body]}})


def _invoked_by_bucket(when: Json | None) -> Build:
    statement = public(allow("lambda:InvokeFunction", on=FUNCTION, when=when), {"Service": "s3.amazonaws.com"})
    return account().function("hook", "app", statement).build


def _anywhere(when: Json | None) -> Build:
    actions = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    return world().account(ACCOUNT).role(
        "machine", trusts=trust(service="rolesanywhere.amazonaws.com", action=actions, when=when)
    ).build  # fmt: skip


_OPEN = public(allow("lambda:InvokeFunction", "lambda:InvokeFunctionUrl", on=FUNCTION))
_OURS = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
_ANCHOR = f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:trust-anchor/a-1"

RESOURCE_SCENARIOS: dict[str, Scenario] = {
    "aws-shared-execution-role": Scenario(_functions("hook", "mail"), _functions("hook"), NAMES.role("app")),
    "aws-secret-in-environment": Scenario(
        _variable("Tr0ub4dor&3-9x"), _variable("{{resolve:secretsmanager:db:SecretString:password}}"), FUNCTION
    ),
    "aws-public-function": Scenario(
        with_files(account().function("hook", "app", _OPEN), url_files()),
        # The near-twin names the account instead of everybody.
        with_files(
            account().function("hook", "app", public(allow("lambda:InvokeFunctionUrl"), {"AWS": ACCOUNT})),
            url_files(),
        ),
        FUNCTION,
    ),
    "aws-public-bucket": Scenario(_bucket(_read("*")), _bucket(_read({"AWS": ACCOUNT})), NAMES.bucket(_BUCKET)),
    "aws-open-key-policy": Scenario(
        _key(public(allow("kms:Decrypt"), "*")),
        _key(public(allow("kms:Decrypt", when={"StringEquals": {"kms:CallerAccount": ACCOUNT}}), "*")),
        NAMES.key(_KEY),
    ),
    "aws-open-secret-policy": Scenario(_secret({"AWS": OTHER}), _secret({"AWS": ACCOUNT}), NAMES.secret(_SECRET)),
    "aws-open-resource-policy": Scenario(
        with_files(account(), queue_files(public(allow("sqs:SendMessage", on=_QUEUE)))),
        with_files(
            account(),
            queue_files(
                public(allow("sqs:SendMessage", on=_QUEUE, when={"ArnEquals": {"aws:SourceArn": NAMES.bucket("x")}}))
            ),
        ),
        _QUEUE,
    ),
    "aws-secret-without-rotation": Scenario(_rotation(False), _rotation(True), NAMES.secret(_SECRET)),
    "aws-trail-gap": Scenario(
        with_files(account(), trail_files(logging=False)), with_files(account(), trail_files()), NAMES.node
    ),
    "aws-confused-deputy": Scenario(_invoked_by_bucket(None), _invoked_by_bucket(_OURS), FUNCTION),
    "aws-guest-identity-pool": Scenario(
        pool_world(allow("s3:GetObject")), pool_world(allow("mobileanalytics:PutEvents")), POOL
    ),
    "aws-role-anywhere-open": Scenario(
        _anywhere(None), _anywhere({"ArnEquals": {"aws:SourceArn": _ANCHOR}}), NAMES.role("machine")
    ),
}
