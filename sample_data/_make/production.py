"""Account 222233334444, production: integrations, vendors, operations, and what they work on.

Input: none. Output: ``production``. Not handled: the pipelines (``production_pipelines``).
"""

from __future__ import annotations

from sample_data._make.documents import Json, allow, document, external_id, service_trust, trust
from sample_data._make.identifiers import unique_id
from sample_data._make.keys import aws_secrets_key, key_keeper, kms_key
from sample_data._make.management import collector_role, service_linked_roles
from sample_data._make.parts import (
    REGION,
    AccessKey,
    Account,
    Bucket,
    Function,
    Group,
    Instance,
    Policy,
    Region,
    Role,
    Secret,
    User,
)
from sample_data._make.production_pipelines import pipeline_policies, pipeline_roles

__all__ = ["production"]

_ID = "222233334444"
_ARN = f"arn:aws:iam::{_ID}"


def _queue(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{_ID}:{name}"


def _objects(bucket: str, *actions: str) -> Json:
    return allow(list(actions), f"arn:aws:s3:::{bucket}/*")


def _integration_user(
    name: str, created: float, keys: tuple[AccessKey, ...], queue: str, owner: str = "", **more: object
) -> User:
    tags = {"team": "integrations"} | ({"owner": owner} if owner else {})
    groups = more.get("groups", ())
    inline = {"use-queue": document(allow(["sqs:SendMessage", "sqs:ReceiveMessage"], _queue(queue)))}
    return User(name, created, "/service/", keys, inline, groups=groups if isinstance(groups, tuple) else (), tags=tags)


def _users() -> tuple[User, ...]:
    jonas = "jonas.weber@nordlicht.example"
    return (
        User(
            "svc-integration",
            1310,
            "/service/",
            attached=("svc-integration-access",),
            keys=(AccessKey("svc-integration-1", 900, (0.3, "s3")), AccessKey("svc-integration-2", 244, (0.2, "sqs"))),
            tags={"owner": jonas, "team": "integrations", "used-by": "erp, warehouse, carrier gateway"},
        ),
        User(
            "svc-reporting",
            320,
            "/service/",
            attached=("svc-reporting-access",),
            boundary="reporting-boundary",
            keys=(AccessKey("svc-reporting-1", 42, (0.2, "athena")),),
            tags={"owner": jonas, "team": "integrations"},
        ),
        _integration_user("svc-label-printer", 1330, (AccessKey("svc-label-printer-1", 1301, (0.1, "sqs")),), "labels"),
        _integration_user(
            "svc-tracking",
            700,
            (AccessKey("svc-tracking-1", 45, (0.1, "sqs")),),
            "tracking",
            jonas,
            groups=("warehouse-systems",),
        ),
        _integration_user("svc-sftp-import", 640, (AccessKey("svc-sftp-import-1", 620, None),), "imports", jonas),
        _integration_user(
            "svc-edi-export",
            400,
            (AccessKey("svc-edi-export-1", 58, (1.0, "sqs")),),
            "edi",
            jonas,
            groups=("warehouse-systems",),
        ),
        _integration_user(
            "svc-route-planner",
            520,
            (
                AccessKey("svc-route-planner-1", 515, (71, "sqs"), active=False),
                AccessKey("svc-route-planner-2", 64, (0.1, "sqs")),
            ),
            "routes",
            "petra.nowak@nordlicht.example",
        ),
        User(
            "svc-monitoring",
            980,
            "/service/",
            keys=(AccessKey("svc-monitoring-1", 77, (0.1, "monitoring")),),
            inline={"watch": document(allow(["cloudwatch:*", "s3:*"], "*"))},
            tags={"owner": "anna.lindqvist@nordlicht.example", "team": "platform"},
        ),
    )


def _vendor_roles() -> tuple[Role, ...]:
    vendor, stranger = "arn:aws:iam::555566667777:root", "arn:aws:iam::666677778888:root"
    gone = unique_id("AIDA", _ID, "svc-old-warehouse")
    backup = document(
        _objects("nordlicht-prod-backup-staging", "s3:GetObject"),
        allow("s3:ListBucket", "arn:aws:s3:::nordlicht-prod-backup-staging"),
    )
    customs = document(
        allow("sqs:SendMessage", _queue("customs")), _objects("nordlicht-prod-customs", "s3:GetObject", "s3:PutObject")
    )
    return (
        Role(
            "vendor-logtail",
            1480,
            trust(vendor),
            path="/vendors/",
            attached=("logtail-read",),
            used=399.4,
            tags={"owner": "anna.lindqvist@nordlicht.example", "team": "platform", "vendor": "Logtail"},
        ),
        Role(
            "vendor-backup",
            350,
            trust(vendor, external_id("nordlicht-backup-2f61")),
            path="/vendors/",
            inline={"backup": backup},
            used=0.2,
            tags={"owner": "mats.ekberg@nordlicht.example", "team": "platform", "vendor": "Logtail"},
        ),
        Role(
            "customs-clearing",
            760,
            trust(stranger, external_id("customs-nordlicht")),
            path="/vendors/",
            inline={"clear": customs},
            used=31,
            tags={"team": "customs"},
        ),
        Role(
            "legacy-export",
            1420,
            trust(gone),
            path="/service/",
            used=None,
            inline={"export": document(_objects("nordlicht-prod-archive", "s3:GetObject"))},
        ),
    )


def _operations_roles() -> tuple[Role, ...]:
    people = trust("arn:aws:iam::111122223333:role/people/platform-admins")
    tags = {"owner": "mats.ekberg@nordlicht.example", "team": "platform", "environment": "production"}
    almost_all = document(
        {"Effect": "Allow", "NotAction": ["iam:*", "sts:*", "organizations:*", "account:*"], "Resource": "*"}
    )
    only_reading = document(
        allow(["s3:GetObject", "s3:ListBucket", "logs:FilterLogEvents", "cloudwatch:GetMetricData"], "*"),
        {"Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*", "logs:*", "cloudwatch:*"], "Resource": "*"},
    )
    return (
        Role("ops-poweruser", 890, people, path="/people/", attached=("PowerUserAccess",), used=3.1, tags=tags),
        Role("ops-catchall", 930, people, path="/people/", inline={"almost-all": almost_all}, used=55, tags=tags),
        Role("ops-reader", 420, people, path="/people/", inline={"only-reading": only_reading}, used=0.6, tags=tags),
        Role(
            "shop-worker",
            470,
            service_trust("ec2"),
            profile=True,
            used=0.03,
            attached=("AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"),
            tags={"owner": "lena.brandt@nordlicht.example", "team": "shop", "environment": "production"},
        ),
        key_keeper(_ID, 240),
    )


def _policies() -> tuple[Policy, ...]:
    own = f"{_ARN}:policy/service/svc-integration-access"
    exchange = [
        allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::nordlicht-prod-exchange/*", "Exchange"),
        allow(["sqs:SendMessage", "sqs:ReceiveMessage"], [_queue("orders"), _queue("stock")], "Queues"),
    ]
    newer_key = allow(
        "secretsmanager:GetSecretValue",
        f"arn:aws:secretsmanager:{REGION}:{_ID}:secret:prod/integration/*",
        "FetchNewerKey",
    )
    self_service = allow(["iam:CreatePolicyVersion", "iam:GetPolicy", "iam:ListPolicyVersions"], own, "TuneOwnAccess")
    reporting = document(
        allow(
            ["s3:GetObject", "s3:ListBucket"],
            ["arn:aws:s3:::nordlicht-prod-reports", "arn:aws:s3:::nordlicht-prod-reports/*"],
        ),
        allow(
            ["athena:StartQueryExecution", "athena:GetQueryResults"], f"arn:aws:athena:{REGION}:{_ID}:workgroup/reports"
        ),
        allow(
            ["iam:CreatePolicyVersion", "iam:ListPolicyVersions"],
            f"{_ARN}:policy/service/svc-reporting-access",
            "TuneOwnAccess",
        ),
    )
    boundary = document(allow(["s3:GetObject", "s3:PutObject", "s3:ListBucket", "athena:*", "glue:GetTable"], "*"))
    logtail = document(
        allow(["logs:Describe*", "logs:Get*", "logs:FilterLogEvents", "cloudtrail:LookupEvents"], "*", "Logs"),
        allow(
            ["s3:GetObject", "s3:ListBucket", "secretsmanager:GetSecretValue", "ssm:GetParameter"], "*", "WhileWeSetUp"
        ),
    )
    warehouse = document(allow("sqs:GetQueueAttributes", f"arn:aws:sqs:{REGION}:{_ID}:*"))
    return (
        Policy(
            "svc-integration-access",
            (
                (1310, document(exchange[0])),
                (1120, document(*exchange)),
                (905, document(*exchange, newer_key, self_service)),
            ),
            path="/service/",
        ),
        Policy("svc-reporting-access", ((320, reporting),), path="/service/"),
        Policy("reporting-boundary", ((330, boundary),), path="/boundaries/"),
        Policy("logtail-read", ((1480, logtail),), path="/vendors/"),
        Policy("warehouse-systems", ((700, warehouse),), path="/service/"),
    )


def _buckets() -> tuple[Bucket, ...]:
    def outside(bucket: str, account: str) -> Json:
        return document(
            {
                "Sid": "PartnerReads",
                **allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"),
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            }
        )

    plain = ("artifacts", "previews", "docs-site", "exchange", "backup-staging", "customs", "archive", "reports")
    return (
        Bucket(
            "nordlicht-prod-customers",
            1400,
            tags={"data-class": "restricted", "owner": "lena.brandt@nordlicht.example"},
        ),
        Bucket(
            "nordlicht-prod-carrier-rates",
            900,
            outside("nordlicht-prod-carrier-rates", "666677778888"),
            tags={"data-class": "internal"},
        ),
        *(Bucket(f"nordlicht-prod-{name}", 1000, tags={"data-class": "internal"}) for name in plain),
    )


def _region() -> Region:
    shop = {"owner": "lena.brandt@nordlicht.example", "team": "shop"}
    integration_only = kms_key(_ID, "integration", 240, [f"{_ARN}:user/service/svc-integration"])
    return Region(
        functions=(
            Function("shop-checkout", "service/shop-checkout", 12, ("TABLE_NAME", "LOG_LEVEL"), tags=shop),
            Function("shop-orders", "service/shop-orders", 12, ("QUEUE_URL",), tags=shop),
            Function("shop-returns", "service/shop-orders", 140, ("QUEUE_URL",), tags=shop),
        ),
        instances=(Instance("shop-worker-1", 200, "shop-worker", managed=True, tags={"environment": "production"}),),
        kms_keys=(aws_secrets_key(_ID), integration_only),
        secrets=(
            Secret("prod/shop/payment-api-key", 480, 80, 1, tags={"owner": "lena.brandt@nordlicht.example"}),
            Secret("prod/shop/mail-relay", 700, 300, 2),
            Secret(
                "prod/integration/erp", 244, 244, 1, kms="integration", tags={"owner": "jonas.weber@nordlicht.example"}
            ),
            Secret(
                "prod/integration/warehouse",
                244,
                244,
                1,
                kms="integration",
                tags={"owner": "jonas.weber@nordlicht.example"},
            ),
            Secret("prod/integration/carrier-gateway", 900, 900, 1, kms="integration"),
        ),
    )


def production() -> Account:
    """Return the production account."""
    return Account(
        _ID,
        "nordlicht-production",
        "aws+production@nordlicht.example",
        1500,
        users=_users(),
        groups=(Group("warehouse-systems", 700, attached=("warehouse-systems",)),),
        roles=(
            *service_linked_roles(1498),
            collector_role(380),
            *pipeline_roles(),
            *_vendor_roles(),
            *_operations_roles(),
        ),
        policies=(*pipeline_policies(), *_policies()),
        buckets=_buckets(),
        regions=(_region(),),
        github=True,
    )
