"""Cases: stored secrets of AWS that hold a credential of Entra or AWS, by evidence of each rank.

Input: none (data only). Output: ``CASES``. Not handled: what rules a counterpart out (``stored_not``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benchmarks.accuracy.entra.tenant import Tenant, identifier
from benchmarks.accuracy.joints.beside import HR, tenant
from benchmarks.accuracy.joints.case import RANKS, Case, case, gap, no, yes
from benchmarks.accuracy.joints.cloud import CRM, ROBOT, SYNC, Cloud, access_key, secret_arn
from benchmarks.accuracy.statements import allow, arn

__all__ = ["CASES"]

_PEOPLE: Final = "docs/joints.md#what-people-declare"
_KMS: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"
_POLICY: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html"
_PARAMETER: Final = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html"
)
_HR: Final = f"entra:{HR}"
_CRM: Final = f"entra:{CRM}"
_CLIENT: Final = identifier("client", HR)


def _holding(name: str = "prod/app", tags: Mapping[str, str] | None = None, **more: Any) -> Cloud:
    """Return an account with one secret that ``rita`` may read and ``nora`` may not."""
    return Cloud().robots().stored(name, tags, **more).reader("rita", name).reader("nora")


def _twins() -> Tenant:
    """Return a tenant in which two applications are called ``payroll``."""
    made = Tenant().app("hr-a").secret("hr-a", "a-1").app("hr-b").secret("hr-b", "b-1").app(CRM).secret(CRM, "crm-1")
    for operation in ("applications", "servicePrincipals"):
        for one in made.lists[operation]:
            if one["displayName"].startswith("hr-"):
                one["displayName"] = "payroll"
    return made


_KEYED: Final = Cloud()

CASES: Final[tuple[Case, ...]] = (
    case(
        "stored secret/key id in a tag",
        "The tag has the key id of a client secret.",
        RANKS,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR),
        aws=_holding(tags={"keyId": identifier("key", "hr-1")}),
        entra=tenant(),
    ),
    case(
        "stored secret/key id in the description",
        "The same in words.",
        RANKS,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR, _CRM),
        aws=_holding(description=f"client secret {identifier('key', 'hr-1')} of payroll"),
        entra=tenant(),
    ),
    case(
        "stored secret/app id under a tag that says so",
        "The application has one secret.",
        RANKS,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        aws=_holding(tags={"entra-app-id": _CLIENT}),
        entra=tenant(),
    ),
    case(
        "stored secret/app id under a tag that does not say of what",
        "A guess.",
        RANKS,
        gap("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR),
        aws=_holding(tags={"purpose": _CLIENT}),
        entra=tenant(),
    ),
    case(
        "stored secret/access key",
        "The tag has the id of an access key.",
        RANKS,
        yes("user:rita", f"user:{ROBOT}"),
        no("user:rita", f"user:{SYNC}"),
        no("user:nora", f"user:{ROBOT}"),
        aws=_holding(tags={"access-key-id": access_key(ROBOT)}),
    ),
    case(
        "stored secret/parameter",
        "A SecureString under AWS's own key: who may get it reads it.",
        _PARAMETER,
        yes("user:rita", f"user:{ROBOT}"),
        no("user:rita", f"user:{SYNC}"),
        no("user:nora", f"user:{ROBOT}"),
        aws=Cloud()
        .robots()
        .parameter("/prod/robot", f"secret of {access_key(ROBOT)}")
        .reader("rita", more=[allow("ssm:GetParameter", arn("ssm", "parameter/prod/robot"))])
        .reader("nora", more=[allow("ssm:GetParameter", arn("ssm", "parameter/prod/other"))]),
    ),
    case(
        "stored secret/name",
        "The name of an application in the secret's name is a guess.",
        RANKS,
        gap("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR),
        aws=_holding("prod/hr-provisioning/client-secret"),
        entra=tenant(),
    ),
    case(
        "stored secret/first characters and time",
        "The hint fits two secrets, the time one of them: a guess.",
        RANKS,
        gap("user:rita", _HR),
        no("user:rita", _CRM),
        aws=_holding(tags={"hint": "aZ8"}),
        entra=tenant(),
    ),
    case(
        "stored secret/what is weaker does not count",
        "The key id says crm-sync, the name hr-provisioning.",
        RANKS,
        yes("user:rita", _CRM),
        no("user:rita", _HR),
        aws=_holding(
            "prod/hr-provisioning/client-secret",
            {"keyId": identifier("key", "crm-1")},
            written="2026-05-05T09:00:00+00:00",
        ),
        entra=tenant(),
    ),
    case(
        "stored secret/ambiguous name",
        "Two applications have the name: both are possible, neither is sure.",
        "docs/adr/0018-joints.md",
        gap("user:rita", "entra:hr-a", "entra:hr-b"),
        no("user:rita", _CRM),
        aws=_holding("prod/payroll/client-secret"),
        entra=_twins(),
    ),
    case(
        "stored secret/two secrets of one application",
        "Whichever of them it is, it proves the application.",
        "docs/adr/0018-joints.md",
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        aws=_holding(tags={"entra-app-id": _CLIENT}),
        entra=tenant().secret(HR, "hr-2"),
    ),
    case(
        "declared secret/credential",
        "People say which credential it is.",
        _PEOPLE,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR),
        aws=_holding("prod/database/password"),
        entra=tenant(),
        declared={
            "secrets": [{"secret": secret_arn("prod/database/password"), "credential": identifier("key", "hr-1")}]
        },
    ),
    case(
        "declared secret/another secret's row",
        "The row is about the other secret.",
        _PEOPLE,
        no("user:rita", _HR),
        yes("user:sam", _HR),
        no("user:sam", _CRM),
        aws=_holding("prod/database/password").stored("prod/other").reader("sam", "prod/other"),
        entra=tenant(),
        declared={"secrets": [{"secret": secret_arn("prod/other"), "identity": HR, "type": "secret"}]},
    ),
    case(
        "stored secret/customer key that refuses",
        "Reading needs kms:Decrypt on the customer key as well.",
        _KMS,
        no("user:rita", f"user:{ROBOT}"),
        yes("user:sam", f"user:{ROBOT}"),
        no("user:sam", f"user:{SYNC}"),
        aws=_holding(tags={"access-key-id": access_key(ROBOT)}, key="0a1b2c3d-1111-2222-3333-444455556666")
        .customer_key("0a1b2c3d-1111-2222-3333-444455556666", _KEYED.delegating())
        .reader("sam", "prod/app", more=[allow("kms:Decrypt", arn("kms", "key/0a1b2c3d-1111-2222-3333-444455556666"))]),
    ),
    case(
        "stored secret/key policy that leaves nothing to IAM",
        "The key's policy names one user; an allow of IAM does not help another.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
        no("user:rita", f"user:{ROBOT}"),
        yes("user:sam", f"user:{ROBOT}"),
        aws=Cloud()
        .robots()
        .stored("prod/app", {"access-key-id": access_key(ROBOT)}, key="0a1b2c3d-1111-2222-3333-444455556666")
        .customer_key("0a1b2c3d-1111-2222-3333-444455556666", _KEYED.only("sam"))
        .reader("rita", "prod/app", more=[allow("kms:Decrypt")])
        .reader("sam", "prod/app"),
    ),
    case(
        "stored secret/tenant that was not collected",
        "The tag names an app id of Entra: not looked at is not none.",
        RANKS,
        gap("user:rita", f"client:{HR}"),
        no("user:rita", f"client:{CRM}"),
        no("user:nora", f"client:{HR}"),
        aws=_holding(tags={"entra-app-id": _CLIENT}),
    ),
    case(
        "stored secret/describing is not reading",
        "Metadata and tags are not the value.",
        _POLICY,
        no("user:dora", f"user:{ROBOT}"),
        yes("user:rita", f"user:{ROBOT}"),
        aws=_holding(tags={"access-key-id": access_key(ROBOT)}).reader(
            "dora", more=[allow("secretsmanager:DescribeSecret secretsmanager:ListSecrets")]
        ),
    ),
)
