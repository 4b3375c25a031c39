"""What is planted in one account: bodies of users, roles, policies and resources, as AWS's answers have them.

Input: names and statements. Output: ``Planted`` with lists of bodies by operation. Not handled: the background.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.accuracy.managed import MANAGED
from benchmarks.accuracy.statements import Json, document
from benchmarks.estate.ids import ago, unique_id

__all__ = ["add_key", "Person", "Planted", "aws_managed", "managed", "principal", "profile_of", "tags_of"]

BORN = ago(700)


def tags_of(tags: Mapping[str, str]) -> list[Json]:
    """Return tags as AWS lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def principal(
    seed: int,
    kind: str,
    account: str,
    path: str,
    name: str,
    statements: Sequence[Json] = (),
    attached: Sequence[str] = (),
    *,
    boundary: str = "",
    tags: Mapping[str, str] | None = None,
) -> Json:
    """Return the body of a ``User``, ``Role`` or ``Group`` as GetAccountAuthorizationDetails has it."""
    body: Json = {
        "Path": path,
        f"{kind}Name": name,
        f"{kind}Id": unique_id(seed, {"User": "AIDA", "Role": "AROA", "Group": "AGPA"}[kind], account, path + name),
        "Arn": f"arn:aws:iam::{account}:{kind.lower()}{path}{name}",
        "CreateDate": BORN,
        "AttachedManagedPolicies": [{"PolicyName": each.rsplit("/", 1)[-1], "PolicyArn": each} for each in attached],
    }
    if statements or kind != "User":
        inline = [{"PolicyName": "inline", "PolicyDocument": document(*statements)}] if statements else []
        body[f"{kind}PolicyList"] = inline
    if kind != "Group":
        body["Tags"] = tags_of(tags or {})
    if boundary:
        body["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": boundary,
        }
    return body


def profile_of(role: Json) -> Json:
    """Return an instance profile of the role's own name that holds it."""
    return {
        "Path": role["Path"],
        "InstanceProfileName": role["RoleName"],
        "InstanceProfileId": "AIPA" + str(role["RoleId"])[4:],
        "Arn": str(role["Arn"]).replace(":role/", ":instance-profile/"),
        "CreateDate": BORN,
        "Roles": [{key: role[key] for key in ("Path", "RoleName", "RoleId", "Arn", "CreateDate")}],
    }


def managed(seed: int, arn: str, documents: Sequence[Json], default: int, attachments: int = 1) -> Json:
    """Return the body of a managed policy; versions count from 1, newest first."""
    path, name = arn.split(":policy", 1)[1].rsplit("/", 1)
    return {
        "PolicyName": name,
        "PolicyId": unique_id(seed, "ANPA", arn, name),
        "Arn": arn,
        "Path": f"{path}/",
        "DefaultVersionId": f"v{default}",
        "AttachmentCount": attachments,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": BORN,
        "UpdateDate": BORN,
        "PolicyVersionList": [
            {"Document": body, "VersionId": f"v{number}", "IsDefaultVersion": number == default, "CreateDate": BORN}
            for number, body in reversed(list(enumerate(documents, 1)))
        ],
    }


def aws_managed(seed: int, name: str) -> Json:
    """Return one of AWS's own policies with its published document."""
    return managed(seed, f"arn:aws:iam::aws:policy/{name}", [MANAGED[name]], 1)


@dataclass(slots=True)
class Person:
    """A user and what it signs in with."""

    body: Json
    keys: tuple[tuple[str, float, float | None], ...] = ()
    """Access keys: id, age in days, days since its last use (``None``: never)."""
    password: bool = False
    mfa: bool = False


@dataclass(slots=True)
class Planted:
    """What planted cases put into one account."""

    id: str
    environment: str = ""
    unit: str = ""
    users: list[Person] = field(default_factory=list)
    groups: list[Json] = field(default_factory=list)
    roles: list[Json] = field(default_factory=list)
    policies: list[Json] = field(default_factory=list)
    bodies: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    """Members of lists, by operation."""
    calls: dict[str, list[tuple[Json, Json]]] = field(default_factory=lambda: defaultdict(list))
    """Request and response, by operation."""
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    """Tags of resources by ARN, as the tagging API lists them."""


def add_key(account: Planted, arn: str, ident: str, statements: Sequence[Json]) -> None:
    """Add a customer's KMS key to an account."""
    account.bodies["kms.list_keys"].append({"KeyId": ident, "KeyArn": arn})
    metadata = {"AWSAccountId": account.id, "KeyId": ident, "Arn": arn, "Enabled": True, "KeyUsage": "ENCRYPT_DECRYPT",
                "KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER"}  # fmt: skip
    account.calls["kms.describe_key"].append(({"KeyId": ident}, {"KeyMetadata": metadata}))
    policy = {"Policy": json.dumps(document(*statements)), "PolicyName": "default"}
    account.calls["kms.get_key_policy"].append(({"KeyId": ident, "PolicyName": "default"}, policy))
    account.calls["kms.list_grants"].append(({"KeyId": ident}, {"Grants": []}))
