"""Cases: states of Terraform.

Input: none (data only). Output: ``CASES``. Not handled: plans.
Attributes: the documentation of the providers azuread and aws.
"""

from __future__ import annotations

import json
from typing import Any, Final

from benchmarks.accuracy.joints.beside import HR, VALUE, password, state, tenant
from benchmarks.accuracy.joints.case import Case, case, gap, no, yes
from benchmarks.accuracy.joints.cloud import CRM, ROBOT, SYNC, Cloud, access_key, secret_arn
from benchmarks.accuracy.statements import allow

__all__ = ["CASES"]

_SENSITIVE: Final = "https://developer.hashicorp.com/terraform/language/manage-sensitive-data"
_S3: Final = "https://developer.hashicorp.com/terraform/language/backend/s3"
_GRAPH: Final = "https://developer.hashicorp.com/terraform/internals/graph"
_VERSION: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html"
_HR: Final = f"entra:{HR}"
_CRM: Final = f"entra:{CRM}"
_PLACE: Final = "s3://acme-states/net/prod.tfstate"
_KEY_VALUE: Final = "wJ2rk7Xn4Qb9Tz1Lc6Vm3Hf8Ds5Gp0Ya7Ue2Ko4"


def _cloud(version: str = "v-1", written: str = "2026-01-10T09:00:00+00:00") -> Cloud:
    made = Cloud().robots().stored("prod/app", written=written, version=version)
    return made.reader("rita", "prod/app").reader("nora")


def _version(text: str, *needs: str, version: str = "v-1") -> tuple[str, str, str, Any, tuple[str, ...]]:
    attributes = {
        "arn": secret_arn("prod/app"),
        "id": f"{secret_arn('prod/app')}|{version}",
        "secret_id": secret_arn("prod/app"),
        "secret_string": text,
        "secret_binary": "",
        "version_id": version,
        "version_stages": ["AWSCURRENT"],
    }
    return "aws", "aws_secretsmanager_secret_version", "app", attributes, needs


def _access_key() -> tuple[str, str, str, Any, tuple[str, ...]]:
    attributes = {
        "id": access_key(ROBOT),
        "user": ROBOT,
        "secret": _KEY_VALUE,
        "status": "Active",
        "create_date": "2025-01-01T00:00:00Z",
    }
    return "aws", "aws_iam_access_key", "robot", attributes, ()


_NEEDS: Final = "azuread_application_password.hr"
_OBJECT: Final = "arn:aws:s3:::acme-states/net/prod.tfstate"

CASES: Final[tuple[Case, ...]] = (
    case(
        "state/the same value",
        "The state says that the secret's value is the application's client secret.",
        _SENSITIVE,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR),
        aws=_cloud(),
        entra=tenant(),
        states={"prod": (state(password(HR, "hr-1"), _version(VALUE, _NEEDS)), "")},
    ),
    case(
        "state/a field of JSON",
        "One field has the value.",
        _SENSITIVE,
        yes("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR),
        aws=_cloud(),
        entra=tenant(),
        states={
            "prod": (
                state(
                    password(HR, "hr-1"),
                    _version(json.dumps({"username": "payroll", "password": VALUE}), _NEEDS),
                ),
                "",
            )
        },
    ),
    case(
        "state/dependency alone",
        "What is depended on need not be what is stored.",
        _GRAPH,
        gap("user:rita", _HR),
        no("user:rita", _CRM),
        no("user:nora", _HR),
        aws=_cloud(),
        entra=tenant(),
        states={"prod": (state(password(HR, "hr-1"), _version(f"https://login?secret={VALUE[::-1]}", _NEEDS)), "")},
    ),
    case(
        "state/another value without a dependency",
        "Both stand in one state and have nothing to do with each other.",
        _GRAPH,
        no("user:rita", _HR, _CRM),
        aws=_cloud(),
        entra=tenant(),
        states={"prod": (state(password(HR, "hr-1"), _version("correct-horse-battery-staple-2026")), "")},
    ),
    case(
        "state/a newer version in the cloud",
        "What the state wrote is not what the secret has now.",
        _VERSION,
        no("user:rita", _HR, _CRM),
        aws=_cloud(version="v-2", written="2026-09-01T09:00:00+00:00"),
        entra=tenant(),
        states={"prod": (state(password(HR, "hr-1"), _version(VALUE, _NEEDS)), "")},
    ),
    case(
        "state/who may read the object in S3",
        "The state has the secret in plain text: whoever reads the object has it.",
        _S3,
        yes("state:prod", _HR),
        yes("user:sam", _HR),
        no("user:tim", _HR, why="Another prefix of the bucket."),
        no("user:sam", _CRM),
        no("state:prod", _CRM),
        aws=Cloud()
        .bucket("acme-states")
        .reader("sam", more=[allow("s3:GetObject", _OBJECT)])
        .reader("tim", more=[allow("s3:GetObject", "arn:aws:s3:::acme-states/web/*")]),
        entra=tenant(),
        states={"prod": (state(password(HR, "hr-1")), _PLACE)},
    ),
    case(
        "state/access key in a state",
        "The secret of an access key is in the state that made it.",
        _S3,
        yes("user:sam", f"user:{ROBOT}"),
        no("user:sam", f"user:{SYNC}"),
        no("user:tim", f"user:{ROBOT}", why="Listing a bucket is not reading its objects."),
        aws=Cloud()
        .robots()
        .bucket("acme-states")
        .reader("sam", more=[allow("s3:GetObject", "arn:aws:s3:::acme-states/*")])
        .reader("tim", more=[allow("s3:ListBucket", "arn:aws:s3:::acme-states")]),
        states={"prod": (state(_access_key()), _PLACE)},
    ),
    case(
        "state/a credential that is gone",
        "The tenant was looked at: the state's client secret is no longer there.",
        "docs/collectors/terraform.md#what-it-gives",
        no("user:rita", _HR),
        no("state:prod", _HR),
        aws=_cloud(),
        entra=tenant(),
        states={"prod": (state(password(HR, "hr-gone"), _version(VALUE, _NEEDS)), "")},
    ),
    case(
        "state/a tenant that was not collected",
        "The state alone knows the application: not looked at is not none.",
        "docs/adr/0022-what-was-not-collected.md",
        no("user:nora", f"client:{HR}", f"user:{ROBOT}"),
        no("user:rita", f"user:{ROBOT}"),
        aws=_cloud(),
        states={"prod": (state(password(HR, "hr-1"), _version(VALUE, _NEEDS)), "")},
    ),
)
