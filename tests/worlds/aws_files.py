"""Writes a world's evidence files, one operation a file, in the vendor's shapes.

Input: ``AccountFiles``, ``OrganizationFiles``, declared rows. Output: files below a folder.
Not handled: manifests; a folder without one is as if hand-made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.worlds.names import REGION, Names
from tests.worlds.statements import Json, allow, document

__all__ = ["AccountFiles", "OrganizationFiles", "write_world"]

_FULL = {"SERVICE_CONTROL_POLICY": "p-FullAWSAccess", "RESOURCE_CONTROL_POLICY": "p-RCPFullAWSAccess"}
_REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
_BORN = "2025-01-01T00:00:00+00:00"


@dataclass(slots=True)
class AccountFiles:
    """Everything that one account's evidence will hold."""

    account: str
    policies: dict[str, Json] = field(default_factory=dict)
    users: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, Json] = field(default_factory=dict)
    roles: dict[str, Json] = field(default_factory=dict)
    sign_in: dict[str, tuple[int, bool, bool]] = field(default_factory=dict)
    """Number of access keys, has a password, has MFA, by user."""
    functions: dict[str, Json] = field(default_factory=dict)
    function_policies: dict[str, Json | None] = field(default_factory=dict)
    instances: dict[str, Json] = field(default_factory=dict)
    managed: list[str] = field(default_factory=list)
    buckets: dict[str, Json | None] = field(default_factory=dict)
    blocked: dict[str, bool] = field(default_factory=dict)
    keys: dict[str, tuple[Json, str]] = field(default_factory=dict)
    secrets: dict[str, Json] = field(default_factory=dict)
    secret_policies: dict[str, Json | None] = field(default_factory=dict)
    oidc: dict[str, Json] = field(default_factory=dict)
    saml: list[Json] = field(default_factory=list)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)

    def files(self) -> Iterator[tuple[str, str, Any]]:
        """Yield region, operation and content; a list is one call a line."""
        yield from (("", name, body) for name, body in self._global())
        yield from ((REGION, name, body) for name, body in self._regional())

    def _global(self) -> Iterator[tuple[str, Any]]:
        yield (
            "iam.get_account_authorization_details",
            {
                "UserDetailList": list(self.users.values()),
                "GroupDetailList": list(self.groups.values()),
                "RoleDetailList": list(self.roles.values()),
                "Policies": list(self.policies.values()),
            },
        )
        yield "iam.get_credential_report", {"Content": self._report(), "ReportFormat": "text/csv"}
        yield (
            "iam.list_access_keys",
            [
                _call({"UserName": name}, {"AccessKeyMetadata": list(self._keys_of(name)), "IsTruncated": False})
                for name in self.users
            ],
        )
        yield "iam.list_open_id_connect_providers", {"OpenIDConnectProviderList": [{"Arn": arn} for arn in self.oidc]}
        yield (
            "iam.get_open_id_connect_provider",
            [_call({"OpenIDConnectProviderArn": arn}, body) for arn, body in self.oidc.items()],
        )
        yield "iam.list_saml_providers", {"SAMLProviderList": self.saml}
        yield "s3.list_buckets", {"Buckets": [{"Name": name, "BucketRegion": REGION} for name in self.buckets]}
        yield (
            "s3.get_bucket_policy",
            [
                _policy_call({"Bucket": name}, "Policy", body, "NoSuchBucketPolicy")
                for name, body in self.buckets.items()
            ],
        )
        settings = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        yield (
            "s3.get_public_access_block",
            [
                _call({"Bucket": name}, {"PublicAccessBlockConfiguration": dict.fromkeys(settings, on)})
                for name, on in self.blocked.items()
            ],
        )

    def _regional(self) -> Iterator[tuple[str, Any]]:
        yield "lambda.list_functions", {"Functions": list(self.functions.values())}
        yield (
            "lambda.get_policy",
            [
                _policy_call({"FunctionName": name}, "Policy", body, "ResourceNotFoundException")
                for name, body in self.function_policies.items()
            ],
        )
        instances = [{"OwnerId": self.account, "Instances": [body]} for body in self.instances.values()]
        yield "ec2.describe_instances", {"Reservations": instances}
        yield "ec2.describe_iam_instance_profile_associations", {"IamInstanceProfileAssociations": []}
        yield (
            "ssm.describe_instance_information",
            {"InstanceInformationList": [{"InstanceId": each, "PingStatus": "Online"} for each in self.managed]},
        )
        names = Names(self.account)
        yield "kms.list_keys", {"Keys": [{"KeyId": key, "KeyArn": names.key(key)} for key in self.keys]}
        yield (
            "kms.describe_key",
            [
                _call({"KeyId": key}, {"KeyMetadata": {"KeyId": key, "Arn": names.key(key), "KeyManager": manager}})
                for key, (_, manager) in self.keys.items()
            ],
        )
        yield (
            "kms.get_key_policy",
            [
                _policy_call({"KeyId": key, "PolicyName": "default"}, "Policy", body, "NotFoundException")
                for key, (body, _) in self.keys.items()
            ],
        )
        yield "kms.list_aliases", {"Aliases": []}
        yield "secretsmanager.list_secrets", {"SecretList": list(self.secrets.values())}
        yield (
            "secretsmanager.get_resource_policy",
            [
                _call(
                    {"SecretId": self.secrets[name]["ARN"]},
                    {"ARN": self.secrets[name]["ARN"], "Name": name}
                    | ({"ResourcePolicy": json.dumps(body)} if body else {}),
                )
                for name, body in self.secret_policies.items()
            ],
        )
        yield (
            "resourcegroupstaggingapi.get_resources",
            {
                "ResourceTagMappingList": [
                    {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
                    for arn, tags in self.tags.items()
                    if tags
                ]
            },
        )

    def _keys_of(self, name: str) -> Iterator[Json]:
        for number in range(self.sign_in[name][0]):
            key_id = "AKIA" + self.users[name]["UserId"][4:19] + "AB"[number]
            yield {"UserName": name, "AccessKeyId": key_id, "Status": "Active", "CreateDate": _BORN}

    def _report(self) -> str:
        rows = [("<root_account>", Names(self.account).root, 0, "not_supported", True)]
        rows += [
            (name, body["Arn"], self.sign_in[name][0], str(self.sign_in[name][1]).lower(), self.sign_in[name][2])
            for name, body in self.users.items()
        ]
        lines = [_REPORT]
        for name, arn, keys, password, mfa in rows:
            slots = [f"true,{_BORN},N/A,N/A,N/A" if number < keys else "false,N/A,N/A,N/A,N/A" for number in (0, 1)]
            start = f"{name},{arn},{_BORN},{password},N/A,N/A,N/A,{str(mfa).lower()}"
            lines.append(",".join([start, *slots, "false,N/A,false,N/A"]))
        return "\n".join(lines)


@dataclass(slots=True)
class OrganizationFiles:
    """An organization: its tree, and policies with what they are attached to."""

    id: str
    management: str
    tree: dict[str, list[str]]
    policies: list[tuple[str, str, Json, str]] = field(default_factory=list)
    """Name, type, document, target."""
    not_full: set[tuple[str, str]] = field(default_factory=set)
    """Type and target that have no full-access policy."""
    root: str = "r-a1"

    def files(self) -> Iterator[tuple[str, str, Any]]:
        """Yield region, operation and content, as for an account."""
        yield from (("", f"organizations.{name}", body) for name, body in self._operations())

    def _operations(self) -> Iterator[tuple[str, Any]]:
        yield "describe_organization", {"Organization": {"Id": self.id, "MasterAccountId": self.management}}
        kinds = [{"Type": kind, "Status": "ENABLED"} for kind in _FULL]
        yield "list_roots", {"Roots": [{"Id": self.root, "PolicyTypes": kinds}]}
        units = [each for each in self.tree if each != self.root]
        yield (
            "list_organizational_units_for_parent",
            [_call({"ParentId": self.root}, {"OrganizationalUnits": [{"Id": each} for each in units]})],
        )
        yield "list_accounts", {"Accounts": [_member(each) for ids in self.tree.values() for each in ids]}
        yield (
            "list_accounts_for_parent",
            [
                _call({"ParentId": unit}, {"Accounts": [_member(each) for each in ids]})
                for unit, ids in self.tree.items()
            ],
        )
        targets = dict(self._targets())
        yield (
            "list_policies",
            [
                _call(
                    {"Filter": kind},
                    {"Policies": [summary for summary, _ in found.values() if summary["Type"] == kind]},
                )
                for kind, found in ((kind, dict(self._policies())) for kind in _FULL)
            ],
        )
        yield (
            "describe_policy",
            [
                _call({"PolicyId": key}, {"Policy": {"PolicySummary": summary, "Content": json.dumps(body)}})
                for key, (summary, body) in self._policies()
            ],
        )
        yield (
            "list_targets_for_policy",
            [
                _call({"PolicyId": key}, {"Targets": [{"TargetId": each} for each in ids]})
                for key, ids in targets.items()
            ],
        )

    def _policies(self) -> Iterator[tuple[str, tuple[Json, Json]]]:
        for kind, key in _FULL.items():
            everything = allow("*") | ({"Principal": "*"} if kind.startswith("RESOURCE") else {})
            yield key, ({"Id": key, "Name": key[2:], "Type": kind}, document(everything))
        for name, kind, body, _ in self.policies:
            yield f"p-{name}", ({"Id": f"p-{name}", "Name": name, "Type": kind}, body)

    def _targets(self) -> Iterator[tuple[str, list[str]]]:
        everywhere = [self.root, *self.tree, *(each for ids in self.tree.values() for each in ids)]
        for kind, key in _FULL.items():
            yield key, [each for each in dict.fromkeys(everywhere) if (kind, each) not in self.not_full]
        for name, _, _, target in self.policies:
            yield f"p-{name}", [target]


def _member(account: str) -> Json:
    return {"Id": account, "Name": f"account-{account[:3]}", "Status": "ACTIVE"}


def _call(request: Mapping[str, Any], response: Mapping[str, Any]) -> Json:
    return {"request": dict(request), "response": dict(response)}


def _policy_call(request: Mapping[str, Any], name: str, body: Json | None, none_code: str) -> Json:
    if body is None:
        return {"request": dict(request), "error": {"code": none_code, "message": "none"}}
    return _call(request, {name: json.dumps(body)})


def write_world(
    folder: Path,
    accounts: Mapping[str, AccountFiles],
    organization: OrganizationFiles | None,
    declared: Mapping[str, Iterable[Json]],
) -> None:
    """Write every file of a world."""
    for account in accounts.values():
        files = [*account.files()]
        if organization is not None and organization.management == account.account:
            files += organization.files()
        for region, operation, body in files:
            if operation not in account.without:
                _write(folder / "aws" / account.account / region, operation, body)
    for kind, rows in declared.items():
        _write(folder / "declared", kind, list(rows))


def _write(folder: Path, name: str, body: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(body, list):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in body), encoding="utf-8")
    else:
        (folder / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
