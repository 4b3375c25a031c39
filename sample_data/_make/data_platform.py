"""Account 444455556666, data: the lake, and the AI helpers that live on it.

Input: none. Output: ``data_platform``. Not handled: models and agents as objects of their own.
"""

from __future__ import annotations

from sample_data._make.data_pipelines import data_pipelines, pipeline_secrets
from sample_data._make.documents import Json, allow, document, service_trust, trust
from sample_data._make.keys import aws_secrets_key, key_keeper, kms_key
from sample_data._make.management import collector_role, organization_access_role, service_linked_roles
from sample_data._make.parts import REGION, Account, BedrockKey, Bucket, Function, Policy, Region, Role, Secret, User

__all__ = ["data_platform"]

_ID = "444455556666"
_ARN = f"arn:aws:iam::{_ID}"
_FUNCTION = f"arn:aws:lambda:{REGION}:{_ID}:function"
_NOOR = {"owner": "noor.haddad@nordlicht.example", "team": "data", "environment": "data"}
_LOGS = ("AWSLambdaBasicExecutionRole",)


def _lambda_role(
    name: str,
    created: float,
    inline: dict[str, Json] | None = None,
    attached: tuple[str, ...] = (),
    used: float | None = 0.1,
    tags: dict[str, str] | None = None,
) -> Role:
    return Role(
        name,
        created,
        service_trust("lambda"),
        "/service/",
        inline or {},
        _LOGS + attached,
        used=used,
        tags=_NOOR if tags is None else tags,
    )


def _roles() -> tuple[Role, ...]:
    translator = document(
        allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::nordlicht-data-translations/*", "OwnBucket"),
        allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], f"{_FUNCTION}:ai-translator", "OwnFunction"),
        allow("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/*", "Models"),
    )
    secret = f"arn:aws:secretsmanager:{REGION}:{_ID}:secret:data"
    reader = document(
        allow("secretsmanager:GetSecretValue", [f"{secret}/report-signing-*", f"{secret}/customer-pseudonyms-*"]),
        allow("kms:Decrypt", f"arn:aws:kms:{REGION}:{_ID}:key/*"),
    )
    vault = document(allow("secretsmanager:GetSecretValue", f"{secret}/customer-pseudonyms-*"))
    embedding = document(allow("bedrock:InvokeModel", "arn:aws:bedrock:eu-west-1::foundation-model/*"))
    return (
        _lambda_role("ai-summariser", 720, attached=("ai-summariser",), tags={"team": "data", "environment": "data"}),
        _lambda_role("ai-translator", 330, {"translate": translator}),
        _lambda_role("ai-embedding", 150, {"embed": embedding}),
        _lambda_role("platform-maintenance", 1010, attached=("AdministratorAccess",), used=0.9),
        _lambda_role("lake-config-sync", 860, attached=("lake-config-sync",)),
        _lambda_role("lake-catalog-sync", 380, attached=("lake-catalog-sync",)),
        _lambda_role("report-reader", 300, {"read-secrets": reader}),
        _lambda_role("pseudonym-vault", 310, {"read-secrets": vault}),
        Role(
            "lake-analyst",
            500,
            trust("arn:aws:iam::111122223333:role/people/platform-admins"),
            "/people/",
            {
                "read-lake": document(
                    allow(
                        ["s3:GetObject", "s3:ListBucket"],
                        ["arn:aws:s3:::nordlicht-data-lake", "arn:aws:s3:::nordlicht-data-lake/*"],
                    )
                )
            },
            used=4,
            tags=_NOOR,
        ),
        key_keeper(_ID, 320),
    )


def _summariser_policy() -> Policy:
    tickets = allow("s3:GetObject", "arn:aws:s3:::nordlicht-data-tickets/*", "Tickets")
    models = allow("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/*", "Models")
    secrets = allow("secretsmanager:GetSecretValue", "*", "AnyConnector")
    functions = [
        allow("lambda:ListFunctions", "*", "FindOwnTools"),
        allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], f"{_FUNCTION}:*", "DeployOwnTools"),
    ]
    return Policy(
        "ai-summariser",
        (
            (720, document(tickets)),
            (560, document(tickets, models)),
            (330, document(tickets, models, secrets)),
            (88, document(tickets, models, secrets, *functions)),
        ),
        path="/service/",
    )


def _policies() -> tuple[Policy, ...]:
    def sync(name: str, bucket: str) -> Json:
        return document(
            allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/config/*", "Config"),
            allow(
                ["iam:SetDefaultPolicyVersion", "iam:ListPolicyVersions"], f"{_ARN}:policy/service/{name}", "RollBack"
            ),
        )

    everything = document(allow("*", "*", "MigrationWeekend"))
    narrow = document(allow("s3:GetObject", "arn:aws:s3:::nordlicht-data-lake/config/*", "Config"))
    return (
        _summariser_policy(),
        Policy(
            "lake-config-sync",
            ((860, everything), (858, sync("lake-config-sync", "nordlicht-data-lake"))),
            path="/service/",
        ),
        Policy(
            "lake-catalog-sync",
            ((380, narrow), (375, sync("lake-catalog-sync", "nordlicht-data-lake"))),
            path="/service/",
        ),
    )


def _users() -> tuple[User, ...]:
    return (
        User(
            "BedrockAPIKey-k3fw",
            240,
            attached=("AmazonBedrockLimitedAccess",),
            bedrock_keys=(BedrockKey(240, None),),
        ),
        User(
            "BedrockAPIKey-t8mq",
            12,
            attached=("AmazonBedrockLimitedAccess",),
            bedrock_keys=(BedrockKey(12, 18),),
            tags=_NOOR,
        ),
        User(
            "svc-bi-dashboard",
            450,
            path="/service/",
            password=(450, 2.1),
            mfa=False,
            tags=_NOOR,
            inline={
                "read-reports": document(allow("s3:GetObject", "arn:aws:s3:::nordlicht-data-reports/*")),
            },
        ),
    )


def _buckets() -> tuple[Bucket, ...]:
    lake = "nordlicht-data-lake"
    partner = document(
        {
            "Sid": "PartnerReads",
            **allow("s3:GetObject", f"arn:aws:s3:::{lake}/shared/*"),
            "Principal": {"AWS": "arn:aws:iam::666677778888:root"},
        }
    )
    return (
        Bucket(lake, 1100, partner, tags={"data-class": "restricted", **_NOOR}),
        *(
            Bucket(f"nordlicht-data-{name}", 700, tags={"data-class": "internal"})
            for name in ("tickets", "translations", "reports")
        ),
    )


def _main_region() -> Region:
    schedule = document(
        {
            "Sid": "Nightly",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": f"{_FUNCTION}:platform-maintenance",
            "Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:events:{REGION}:{_ID}:rule/nightly-maintenance"}},
        }
    )
    report = [f"{_ARN}:role/service/report-reader"]
    pseudonyms = [f"{_ARN}:role/service/pseudonym-vault"]
    names = ("ai-translator", "lake-config-sync", "lake-catalog-sync", "report-reader", "pseudonym-vault")
    return Region(
        functions=(
            Function("ai-summariser", "service/ai-summariser", 88, ("MODEL_ID", "BUCKET"), tags={"team": "data"}),
            Function("platform-maintenance", "service/platform-maintenance", 400, policy=schedule, tags=_NOOR),
            *(Function(name, f"service/{name}", 60, ("LOG_LEVEL",), tags=_NOOR) for name in names),
        ),
        kms_keys=(
            aws_secrets_key(_ID),
            kms_key(_ID, "reports", 305, report, _NOOR),
            kms_key(_ID, "pseudonyms", 315, pseudonyms, {"data-class": "restricted", **_NOOR}),
        ),
        secrets=(
            Secret("data/report-signing", 300, 120, 1, kms="reports", tags=_NOOR),
            Secret(
                "data/customer-pseudonyms", 310, 310, 1, kms="pseudonyms", tags={"data-class": "restricted", **_NOOR}
            ),
            Secret("data/model-gateway", 330, 90, 1, tags=_NOOR),
            *pipeline_secrets(),
        ),
    )


def data_platform() -> Account:
    """Return the data and AI account."""
    embedding = Function("ai-embedding", "service/ai-embedding", 140, ("MODEL_ID",), tags=_NOOR)
    return Account(
        _ID,
        "nordlicht-data",
        "aws+data@nordlicht.example",
        1120,
        users=_users(),
        roles=(
            *service_linked_roles(1118),
            organization_access_role(1120),
            collector_role(380, secrets_region=REGION),
            *_roles(),
            *data_pipelines(),
        ),
        policies=_policies(),
        buckets=_buckets(),
        github=True,
        regions=(_main_region(), Region("eu-west-1", functions=(embedding,), secrets_denied=True)),
    )
