"""Render what IAM says about credentials: the report, keys, Bedrock API keys, identity providers, the summary.

Input: an ``Account``. Output: answer bodies, and (request, response) pairs for calls made per object.
Not handled: secrets; no answer here can hold one.
Columns of the report: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import base64

from sample_data._make.documents import Json
from sample_data._make.identifiers import access_key_id, days_ago, hex_id, moment, unique_id
from sample_data._make.parts import AccessKey, Account, User

__all__ = [
    "access_key_lists",
    "credential_report",
    "mfa_devices",
    "oidc_providers",
    "saml_providers",
    "service_credentials",
    "summary",
]

_COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated"
)
_GITHUB = "token.actions.githubusercontent.com"
_GLOBAL_SERVICES = frozenset({"iam", "sts", "organizations"})


def _time(days: float, clock: str = "") -> str:
    """Return a time as the report spells it (``+00:00``, where API answers write ``Z``)."""
    return moment(days, clock).isoformat()


def _key_columns(key: AccessKey | None) -> list[str]:
    if key is None:
        return ["false", "N/A", "N/A", "N/A", "N/A"]
    used = ["N/A", "N/A", "N/A"]
    if key.used:
        days, service = key.used
        used = [_time(days), "us-east-1" if service in _GLOBAL_SERVICES else "eu-central-1", service]
    return ["true" if key.active else "false", _time(key.created, "08:15:02"), *used]


def _user_row(account: Account, user: User) -> list[str]:
    password = ["false", "N/A", "N/A", "N/A"]
    if user.password:
        changed, used = user.password
        password = ["true", _time(used), _time(changed, "08:20:44"), "N/A"]
    slots: list[AccessKey | None] = [*user.keys, None, None][:2]
    return [
        user.name,
        f"arn:aws:iam::{account.id}:user{user.path}{user.name}",
        _time(user.created, "08:12:31"),
        *password,
        "true" if user.mfa else "false",
        *_key_columns(slots[0]),
        *_key_columns(slots[1]),
        "false",
        "N/A",
        "false",
        "N/A",
    ]


def _root_row(account: Account) -> list[str]:
    return [
        "<root_account>",
        f"arn:aws:iam::{account.id}:root",
        _time(account.joined, "07:00:12"),
        "not_supported",
        _time(account.joined - 9, "07:31:40"),
        "not_supported",
        "not_supported",
        "true",
        *_key_columns(None),
        *_key_columns(None),
        "false",
        "N/A",
        "false",
        "N/A",
    ]


def credential_report(account: Account) -> Json:
    """Return the answer of ``GetCredentialReport``: CSV in base64, the root user first."""
    rows = [
        _root_row(account),
        *(_user_row(account, user) for user in sorted(account.users, key=lambda user: user.name)),
    ]
    text = "\n".join([_COLUMNS, *(",".join(row) for row in rows)])
    return {
        "Content": base64.b64encode(text.encode()).decode("ascii"),
        "ReportFormat": "text/csv",
        "GeneratedTime": days_ago(0, "05:49:27"),
    }


def access_key_lists(account: Account) -> list[tuple[Json, Json]]:
    """Return ``ListAccessKeys`` for each user with a key."""
    return [
        (
            {"UserName": user.name},
            {
                "AccessKeyMetadata": [
                    {
                        "UserName": user.name,
                        "AccessKeyId": access_key_id(account.id, key.label),
                        "Status": "Active" if key.active else "Inactive",
                        "CreateDate": days_ago(key.created, "08:15:02"),
                    }
                    for key in user.keys
                ],
                "IsTruncated": False,
            },
        )
        for user in sorted(account.users, key=lambda user: user.name)
        if user.keys
    ]


def service_credentials(account: Account) -> Json:
    """Return ``ListServiceSpecificCredentials`` over all users."""
    credentials = []
    for user in account.users:
        for number, key in enumerate(user.bedrock_keys, start=1):
            body: Json = {
                "UserName": user.name,
                "Status": "Active",
                "ServiceCredentialAlias": f"{user.name}-at-{account.id}"
                if number == 1
                else f"{user.name}+{number - 1}-at-{account.id}",
                "CreateDate": days_ago(key.created, "12:41:08"),
                "ServiceSpecificCredentialId": unique_id("ACCA", account.id, f"{user.name}/{number}"),
                "ServiceName": "bedrock.amazonaws.com",
            }
            if key.expires is not None:
                body["ExpirationDate"] = days_ago(-key.expires, "12:41:08")
            credentials.append(body)
    return {"ServiceSpecificCredentials": credentials, "IsTruncated": False}


def _device(user: User) -> str:
    return f"safe-{hex_id(user.name, 8).upper()}"


def mfa_devices(account: Account) -> list[tuple[Json, Json]]:
    """Return ``ListMFADevices`` of the users with a security key; the report says only that there is a device."""
    return [
        (
            {"UserName": user.name},
            {
                "MFADevices": [
                    {
                        "UserName": user.name,
                        "SerialNumber": f"arn:aws:iam::{account.id}:u2f/user/{user.name}/{_device(user)}",
                        "EnableDate": days_ago(user.created, "08:25:00"),
                    }
                ],
                "IsTruncated": False,
            },
        )
        for user in account.users
        if user.tags.get("mfa-device") == "security-key"
    ]


def oidc_providers(account: Account) -> tuple[Json, list[tuple[Json, Json]]]:
    """Return ``ListOpenIDConnectProviders`` and ``GetOpenIDConnectProvider`` for each."""
    if not account.github:
        return {"OpenIDConnectProviderList": []}, []
    arn = f"arn:aws:iam::{account.id}:oidc-provider/{_GITHUB}"
    provider = {
        "Url": _GITHUB,
        "ClientIDList": ["sts.amazonaws.com"],
        "CreateDate": days_ago(1180, "13:20:05"),
        "ThumbprintList": [hex_id(_GITHUB, 40)],
        "Tags": [],
    }
    return {"OpenIDConnectProviderList": [{"Arn": arn}]}, [({"OpenIDConnectProviderArn": arn}, provider)]


def saml_providers(account: Account) -> tuple[Json, list[tuple[Json, Json]]]:
    """Return ``ListSAMLProviders`` and ``GetSAMLProvider`` for each, the metadata without its certificate."""
    if not account.saml:
        return {"SAMLProviderList": []}, []
    arn = f"arn:aws:iam::{account.id}:saml-provider/{account.saml}"
    dates = {"CreateDate": days_ago(1600, "07:50:10"), "ValidUntil": days_ago(-2050, "07:50:10")}
    metadata = (
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.nordlicht.example">'
        "</md:EntityDescriptor>"
    )
    listed = {"SAMLProviderList": [{"Arn": arn, **dates}]}
    return listed, [({"SAMLProviderArn": arn}, {"SAMLMetadataDocument": metadata, **dates, "Tags": []})]


def summary(account: Account) -> Json:
    """Return the part of ``GetAccountSummary`` that counts what this account has."""
    return {
        "SummaryMap": {
            "Users": len(account.users),
            "UsersQuota": 5000,
            "Groups": len(account.groups),
            "GroupsQuota": 300,
            "Roles": len(account.roles),
            "RolesQuota": 1000,
            "Policies": len(account.policies),
            "PoliciesQuota": 1500,
            "InstanceProfiles": sum(role.profile for role in account.roles),
            "InstanceProfilesQuota": 1000,
            "Providers": int(account.github) + bool(account.saml),
            "AccountMFAEnabled": 1,
            "AccountAccessKeysPresent": 0,
            "AccountSigningCertificatesPresent": 0,
            "AccessKeysPerUserQuota": 2,
            "MFADevices": 1 + sum(user.mfa for user in account.users),
            "MFADevicesInUse": 1 + sum(user.mfa for user in account.users),
        }
    }
