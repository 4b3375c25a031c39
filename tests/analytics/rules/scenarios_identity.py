"""Scenarios of the rules about identities and their credentials: a vulnerable world and a safe twin each.

Input: none. Output: a table that ``scenarios.SCENARIOS`` holds, and the evidence that ``World`` writes none of.
Not handled: the other rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.analytics.rules.building import ACCOUNT, AS_OF, LAMBDA, NAMES, Key, Scenario, user_world, with_keys
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import allow, trust

__all__ = [
    "IDENTITY_SCENARIOS",
    "Issued",
    "ago",
    "creating",
    "with_certificate",
    "with_issued",
    "with_role_use",
    "with_service_use",
]


def ago(days: int) -> str:
    """Return the moment so many days before ``AS_OF``."""
    return (AS_OF - timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Issued:
    """A service-specific credential; ages in days, ``expires`` in days after ``AS_OF``, ``None``: never."""

    user: str
    age: int
    expires: int | None = None
    service: str = "bedrock.amazonaws.com"
    status: str = "Active"


def with_issued(folder: Path, *items: Issued) -> Path:
    """Write the account's listing of service-specific credentials."""
    rows = [
        {
            "UserName": item.user,
            "Status": item.status,
            "CreateDate": ago(item.age),
            "ServiceSpecificCredentialId": f"ACCA{number:017d}",
            "ServiceName": item.service,
        }
        | ({} if item.expires is None else {"ExpirationDate": ago(-item.expires)})
        for number, item in enumerate(items)
    ]
    body = {"ServiceSpecificCredentials": rows, "IsTruncated": False}
    path = folder / "aws" / ACCOUNT / "iam.list_service_specific_credentials.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return folder


def with_certificate(folder: Path, user: str, age: int, *, active: bool = True) -> Path:
    """Give a user a signing certificate in the credential report."""
    path = folder / "aws" / ACCOUNT / "iam.get_credential_report.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    lines = [line.split(",") for line in body["Content"].split("\n")]
    for cells in lines:
        if cells[0] == user:
            cells[18:20] = [str(active).lower(), ago(age)]
    body["Content"] = "\n".join(",".join(cells) for cells in lines)
    path.write_text(json.dumps(body), encoding="utf-8")
    return folder


def with_role_use(folder: Path, used: Mapping[str, int | None]) -> Path:
    """Say how many days ago roles were last used; ``None``: the evidence does not say."""
    path = folder / "aws" / ACCOUNT / "iam.get_account_authorization_details.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    for role in body["RoleDetailList"]:
        if role["RoleName"] in used:
            days = used[role["RoleName"]]
            role["RoleLastUsed"] = None if days is None else {"LastUsedDate": ago(days), "Region": "eu-west-1"}
            if days is None:
                del role["RoleLastUsed"]
    path.write_text(json.dumps(body), encoding="utf-8")
    return folder


def with_service_use(folder: Path, arn: str, used: Mapping[str, int | None]) -> Path:
    """Write service last accessed data of one identity: days since the last use by service, ``None`` for none."""
    services: Sequence[dict[str, Any]] = [
        {"ServiceName": name, "ServiceNamespace": name} | ({} if days is None else {"LastAuthenticated": ago(days)})
        for name, days in used.items()
    ]
    calls = {
        "generate": ({"Arn": arn}, {"JobId": "job-1"}),
        "get": ({"JobId": "job-1"}, {"JobStatus": "COMPLETED", "ServicesLastAccessed": services}),
    }
    for verb, (request, response) in calls.items():
        path = folder / "aws" / ACCOUNT / f"iam.{verb}_service_last_accessed_details.jsonl"
        path.write_text(json.dumps({"request": request, "response": response}) + "\n", encoding="utf-8")
    return folder


def creating(role: str) -> World:
    """Return an account whose user may start functions as one role; ``reader`` reads secrets, ``plain`` nothing."""
    made = world().account(ACCOUNT).role("reader", allow("secretsmanager:GetSecretValue"), trusts=LAMBDA)
    made.role("plain", allow("s3:ListBucket"), trusts=LAMBDA)
    functions = allow("lambda:CreateFunction", "lambda:InvokeFunction")
    return made.user("ci", allow("iam:PassRole", on=NAMES.role(role)), functions)


def _password(used: int) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        return with_issued(with_keys(user_world("ci", password=True).build(folder), [Key("ci", 300, used)]))

    return build


def _unused(days: int) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        made = world().account(ACCOUNT).role("deploy", trusts=LAMBDA, attached=[ADMINISTRATOR])
        return with_role_use(made.build(folder), {"deploy": days})

    return build


def _crossing(environment: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        made = world().account(ACCOUNT).role("release", trusts=trust(NAMES.user("ci")), tags={"env": environment})
        return made.user("ci", tags={"env": "dev"}).build(folder)

    return build


def _marked(purpose: str) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        return with_keys(user_world("ci", tags={"purpose": purpose}).build(folder), [Key("ci", 300)])

    return build


def _issued(expires: int | None) -> Callable[[Path], Path]:
    return lambda folder: with_issued(user_world("ci").build(folder), Issued("ci", 12, expires))


CI, DEPLOY = NAMES.user("ci"), NAMES.role("deploy")
IDENTITY_SCENARIOS: dict[str, Scenario] = {
    "aws-password-on-nhi": Scenario(_password(90), _password(91), CI),
    "aws-unused-privilege": Scenario(_unused(91), _unused(90), DEPLOY),
    "cross-environment": Scenario(_crossing("prod"), _crossing("development"), CI),
    "aws-impact-reach": Scenario(creating("reader").build, creating("plain").build, CI),
    "aws-honeytoken-hint": Scenario(_marked("honeytoken"), _marked("deployment"), CI),
    "aws-stale-service-credential": Scenario(_issued(None), _issued(18), CI),
}
