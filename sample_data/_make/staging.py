"""Account 333344445555, staging: the runners that enter production, and the developers.

Input: none. Output: ``staging``. Not handled: what production trusts; see ``production_pipelines``.
"""

from __future__ import annotations

from sample_data._make.documents import allow, deny, document, service_trust, trust
from sample_data._make.keys import aws_secrets_key
from sample_data._make.management import collector_role, organization_access_role, service_linked_roles
from sample_data._make.parts import (
    REGION,
    AccessKey,
    Account,
    Bucket,
    Function,
    Instance,
    Policy,
    Region,
    Role,
    Secret,
    User,
)

__all__ = ["staging"]

_ID = "333344445555"
_PEOPLE = "arn:aws:iam::111122223333:role/people/platform-admins"
_PRODUCTION_CI = "arn:aws:iam::222233334444:role/ci"
_LENA = {"owner": "lena.brandt@nordlicht.example", "team": "shop", "environment": "staging"}
_MATS = {"owner": "mats.ekberg@nordlicht.example", "team": "delivery", "environment": "staging"}


def _users() -> tuple[User, ...]:
    return (
        User(
            "ops-oncall",
            610,
            path="/people/",
            password=(83, 0.9),
            mfa=True,
            attached=("staging-oncall",),
            tags={"owner": "mats.ekberg@nordlicht.example", "team": "platform"},
        ),
        User(
            "svc-loadtest",
            270,
            path="/service/",
            keys=(AccessKey("svc-loadtest-1", 66, (6, "lambda")),),
            inline={
                "call-shop": document(
                    allow("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{_ID}:function:shop-checkout")
                )
            },
            tags=_LENA,
        ),
    )


def _runners() -> tuple[Role, ...]:
    def enter(*names: str) -> dict[str, dict[str, object]]:
        return {"enter-production": document(allow("sts:AssumeRole", [f"{_PRODUCTION_CI}/{name}" for name in names]))}

    return (
        Role(
            "ci-runner",
            695,
            service_trust("ec2"),
            path="/ci/",
            profile=True,
            inline=enter("release-manager"),
            attached=("AmazonSSMManagedInstanceCore",),
            used=0.05,
            tags=_MATS,
        ),
        Role(
            "ci-docs-runner",
            305,
            service_trust("ec2"),
            path="/ci/",
            profile=True,
            inline=enter("release-approver", "release-hotfix"),
            attached=("AmazonSSMManagedInstanceCore",),
            used=0.05,
            tags=_MATS,
        ),
    )


def _people_roles() -> tuple[Role, ...]:
    operator = document(
        allow(["ssm:StartSession", "ssm:TerminateSession"], "*", "Sessions"),
        allow(["ec2:DescribeInstances", "ssm:DescribeInstanceInformation", "ssm:DescribeSessions"], "*", "Look"),
    )
    viewer = document(
        allow(["ec2:DescribeInstances", "ssm:DescribeInstanceInformation", "ssm:DescribeSessions"], "*", "Look")
    )
    oncall = trust(f"arn:aws:iam::{_ID}:user/people/ops-oncall")
    return (
        Role("staging-operator", 600, oncall, path="/people/", inline={"operate": operator}, used=1.4, tags=_MATS),
        Role("staging-viewer", 600, oncall, path="/people/", inline={"look": viewer}, used=0.9, tags=_MATS),
        Role(
            "developer",
            540,
            trust(_PEOPLE),
            path="/people/",
            attached=("developer",),
            boundary="developer-boundary",
            used=0.5,
            tags=_LENA,
        ),
        Role("developer-legacy", 1210, trust(_PEOPLE), path="/people/", attached=("developer",), used=122),
    )


def _policies() -> tuple[Policy, ...]:
    developer = document(
        allow("iam:*", "*", "OwnRoles"),
        allow(
            ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
            ["arn:aws:s3:::nordlicht-stg-sandbox", "arn:aws:s3:::nordlicht-stg-sandbox/*"],
        ),
        allow(["logs:FilterLogEvents", "logs:GetLogEvents", "cloudwatch:GetMetricData"], "*", "Look"),
    )
    boundary = document(
        allow(
            [
                "s3:GetObject",
                "s3:PutObject",
                "s3:ListBucket",
                "logs:*",
                "cloudwatch:*",
                "dynamodb:*",
                "lambda:InvokeFunction",
            ],
            "*",
        ),
        allow(["iam:Get*", "iam:List*"], "*", "ReadIam"),
        deny(["logs:DeleteLogGroup", "cloudwatch:DeleteAlarms"], "*", "KeepTheLogs"),
    )
    oncall = document(
        allow("sts:AssumeRole", [f"arn:aws:iam::{_ID}:role/people/staging-{name}" for name in ("operator", "viewer")])
    )
    return (
        Policy("developer", ((1210, developer),), path="/people/"),
        Policy("developer-boundary", ((545, boundary),), path="/boundaries/"),
        Policy("staging-oncall", ((605, oncall),), path="/people/"),
    )


def staging() -> Account:
    """Return the staging account."""
    shop_role = Role(
        "shop-checkout",
        470,
        service_trust("lambda"),
        path="/service/",
        attached=("AWSLambdaBasicExecutionRole",),
        used=0.4,
        tags=_LENA,
        inline={"baskets": document(allow("dynamodb:GetItem", f"arn:aws:dynamodb:{REGION}:{_ID}:table/shop-baskets"))},
    )
    return Account(
        _ID,
        "nordlicht-staging",
        "aws+staging@nordlicht.example",
        1490,
        users=_users(),
        roles=(
            *service_linked_roles(1488),
            organization_access_role(1490),
            collector_role(380),
            *_runners(),
            *_people_roles(),
            shop_role,
        ),
        policies=_policies(),
        buckets=(Bucket("nordlicht-stg-sandbox", 1200), Bucket("nordlicht-stg-fixtures", 800)),
        regions=(
            Region(
                functions=(Function("shop-checkout", "service/shop-checkout", 9, ("TABLE_NAME",), tags=_LENA),),
                instances=(
                    Instance("ci-runner-1", 34, "ci-runner", managed=True, tags={"environment": "staging"}),
                    Instance("ci-docs-runner-1", 34, "ci-docs-runner", managed=True, tags={"environment": "staging"}),
                    Instance("loadgen-1", 34, tags={"environment": "staging"}),
                ),
                kms_keys=(aws_secrets_key(_ID),),
                secrets=(Secret("staging/shop/payment-sandbox-key", 460, 200, 3, tags=_LENA),),
            ),
        ),
    )
