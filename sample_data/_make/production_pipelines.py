"""Account 222233334444, production: who deploys into it, and the release roles that staging may enter.

Input: none. Output: roles and policies for ``production``. Not handled: what the deployed things do.
"""

from __future__ import annotations

from sample_data._make.documents import (
    MFA,
    Json,
    allow,
    document,
    github_subject,
    service_trust,
    trust,
    web_identity_trust,
)
from sample_data._make.parts import Policy, Role

__all__ = ["pipeline_policies", "pipeline_roles"]

_ID = "222233334444"
_GITHUB = f"arn:aws:iam::{_ID}:oidc-provider/token.actions.githubusercontent.com"
_STAGING = "arn:aws:iam::333344445555:root"
_FUNCTIONS = f"arn:aws:lambda:eu-central-1:{_ID}:function"


def _github_role(
    name: str,
    created: float,
    condition: tuple[str, str, str],
    inline: dict[str, Json],
    owner: str,
    attached: tuple[str, ...] = (),
    used: float | None = 0.4,
) -> Role:
    tags = {"team": "delivery", "environment": "production"} | ({"owner": owner} if owner else {})
    body = web_identity_trust(_GITHUB, github_subject(*condition))
    return Role(name, created, body, path="/ci/", inline=inline, attached=attached, used=used, tags=tags)


def _site(bucket: str) -> Json:
    return document(
        allow(["s3:PutObject", "s3:DeleteObject"], f"arn:aws:s3:::{bucket}/*"),
        allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"),
    )


def _release_role(name: str, created: float, condition: object, used: float | None) -> Role:
    arn = f"arn:aws:iam::{_ID}:role/ci/{name}"
    release = document(
        allow(["iam:AttachRolePolicy", "iam:DetachRolePolicy"], arn, "OwnPolicies"),
        allow(
            ["ecs:UpdateService", "ecs:DescribeServices"], f"arn:aws:ecs:eu-central-1:{_ID}:service/shop/*", "Release"
        ),
    )
    return Role(
        name,
        created,
        trust(_STAGING, MFA if condition else None),
        path="/ci/",
        inline={"release": release},
        used=used,
        tags={"owner": "mats.ekberg@nordlicht.example", "team": "delivery", "environment": "production"},
    )


def pipeline_policies() -> tuple[Policy, ...]:
    """Return the customer managed policies of the pipelines."""
    deploy = document(
        allow(["lambda:CreateFunction", "lambda:InvokeFunction", "lambda:GetFunction"], "*", "Functions"),
        allow("lambda:UpdateFunctionCode", f"{_FUNCTIONS}:shop-*", "ShopFunctions"),
        allow("iam:PassRole", f"arn:aws:iam::{_ID}:role/service/*", "PassServiceRoles"),
        allow("s3:PutObject", "arn:aws:s3:::nordlicht-prod-artifacts/*", "Artifacts"),
    )
    release = document(
        allow(
            ["lambda:CreateFunction", "lambda:InvokeFunction", "lambda:GetFunction"],
            f"{_FUNCTIONS}:shop-*",
            "Functions",
        ),
        allow(["ecs:RegisterTaskDefinition", "ecs:DescribeServices"], "*", "Tasks"),
        allow("ecs:UpdateService", f"arn:aws:ecs:eu-central-1:{_ID}:service/shop/*", "Services"),
        allow(
            "iam:PassRole",
            f"arn:aws:iam::{_ID}:role/service/shop-task",
            "PassOneRoleToOneService",
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        allow("s3:PutObject", "arn:aws:s3:::nordlicht-prod-artifacts/shop/*", "Artifacts"),
    )
    return (
        Policy("gha-deploy", ((830, deploy),), path="/ci/"),
        Policy("gha-shop-release", ((290, release),), path="/ci/"),
    )


def pipeline_roles() -> tuple[Role, ...]:
    """Return the roles of GitHub workflows, of releases, and of what workflows deploy."""
    nightly = document(
        allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-central-1:{_ID}:secret:prod/*")
    )
    tickets = document(
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], f"arn:aws:sqs:eu-central-1:{_ID}:shop-orders")
    )
    checkout = document(
        allow(["dynamodb:GetItem", "dynamodb:PutItem"], f"arn:aws:dynamodb:eu-central-1:{_ID}:table/shop-baskets"),
    )
    service_tags = {"owner": "lena.brandt@nordlicht.example", "team": "shop", "environment": "production"}
    return (
        _github_role(
            "gha-deploy",
            830,
            ("StringLike", "repo:nordlicht/*", "sts.amazonaws.com"),
            {},
            "anna.lindqvist@nordlicht.example",
            ("gha-deploy",),
        ),
        _github_role(
            "gha-shop-release",
            290,
            ("StringEquals", "repo:nordlicht/shop:environment:production", "sts.amazonaws.com"),
            {},
            "lena.brandt@nordlicht.example",
            ("gha-shop-release",),
        ),
        _github_role(
            "gha-preview",
            510,
            ("StringEquals", "repo:nordlicht/storefront:pull_request", ""),
            {"publish": _site("nordlicht-prod-previews")},
            "lena.brandt@nordlicht.example",
        ),
        _github_role(
            "gha-nightly",
            260,
            ("StringEquals", "repo:nordlicht/tools:*", "sts.amazonaws.com"),
            {"read-secrets": nightly},
            "lena.brandt@nordlicht.example",
            used=None,
        ),
        _github_role(
            "gha-docs",
            640,
            ("StringLike", "repo:nordlicht*", "sts.amazonaws.com"),
            {"publish": _site("nordlicht-prod-docs-site")},
            "",
        ),
        Role(
            "platform-automation",
            820,
            service_trust("lambda"),
            path="/service/",
            attached=("AdministratorAccess",),
            used=212,
            tags={"owner": "mats.ekberg@nordlicht.example", "team": "platform", "environment": "production"},
        ),
        Role(
            "shop-task",
            480,
            service_trust("ecs-tasks"),
            path="/service/",
            used=0.05,
            tags=service_tags,
            inline={
                "payment-key": document(
                    allow(
                        "secretsmanager:GetSecretValue",
                        f"arn:aws:secretsmanager:eu-central-1:{_ID}:secret:prod/shop/payment-*",
                    )
                )
            },
        ),
        Role(
            "shop-checkout",
            480,
            service_trust("lambda"),
            path="/service/",
            inline={"baskets": checkout},
            attached=("AWSLambdaBasicExecutionRole",),
            used=0.02,
            tags=service_tags,
        ),
        Role(
            "shop-orders",
            475,
            service_trust("lambda"),
            path="/service/",
            inline={"orders": tickets},
            attached=("AWSLambdaBasicExecutionRole",),
            used=0.02,
            tags=service_tags,
        ),
        _release_role("release-manager", 690, None, 2.2),
        _release_role("release-approver", 300, MFA, None),
        _release_role("release-hotfix", 300, None, None),
    )
