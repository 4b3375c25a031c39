"""Cases: a change of state opens the door first (boundary, tag, device, provider); secrets that hold credentials.

Input: none (data only). Output: ``CASES``. Not handled: changes of policies and trusts.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account, call
from benchmarks.accuracy.case import IAM, MALLORY, PF, Case, case
from benchmarks.accuracy.cases.resources_services import secret
from benchmarks.accuracy.statements import (
    ACCOUNT,
    BOSS,
    Json,
    allow,
    arn,
    assume,
    deny,
    document,
    everything,
    role_arn,
    service,
    user_arn,
)

__all__ = ["CASES"]

_BOUNDARY = IAM + "access_policies_boundaries.html"
_TAGS = IAM + "access_iam-tags.html"
_MFA = IAM + "id_credentials_mfa_enable_virtual.html"
_SAML = IAM + "id_roles_providers_saml.html"
_SECRET = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"
_ASSUME = allow("sts:AssumeRole", BOSS)
_WORKER = role_arn("worker")
_BOB = user_arn("bob")
_TAGGED: Json = assume(ACCOUNT, when={"StringEquals": {"aws:PrincipalTag/access": "full"}})
_WITH_MFA: Json = assume(ACCOUNT, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
_ENROL = "iam:CreateVirtualMFADevice iam:EnableMFADevice"
_BOB_KEY = arn("secretsmanager", "secret:bob-key-AbCdEf")


def _bounded(boundary: str, *statements: Json) -> Account:
    account = Account().policy("limit", allow(boundary)).policy("all", everything())
    return account.user("mallory", everything(), *statements, boundary="limit")


def _bounded_worker(*statements: Json) -> Account:
    account = Account().policy("limit", allow("s3:*"))
    account.role("worker", trust=assume(MALLORY), attached=["AdministratorAccess"], boundary="limit")
    return account.user("mallory", *statements)


def _federated(provider: str, *statements: Json) -> Account:
    name = f"arn:aws:iam::{ACCOUNT}:saml-provider/"
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": name + "corp"},
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    account = Account().boss(trust).user("mallory", allow("iam:UpdateSAMLProvider", name + provider), *statements)
    known = [{"Arn": name + each, "CreateDate": "2025-01-01T00:00:00+00:00"} for each in ("corp", "guests")]
    account.has_global(
        "iam.get_saml_provider",
        [call({"SAMLProviderArn": each["Arn"]}, {"CreateDate": each["CreateDate"]}) for each in known],
    )
    return account.has_global("iam.list_saml_providers", {"SAMLProviderList": known})


def _vault(*statements: Json, key_policy: Json | None = None) -> Account:
    account = Account().user("mallory", *statements).user("bob", attached=["AdministratorAccess"])
    return secret(account, key_policy)


def _holds() -> dict[str, list[Json]]:
    """State that the secret holds bob's access key, as a person would."""
    return {"secrets": [{"secret": _BOB_KEY, "credential": "", "identity": _BOB, "type": "access-key"}]}


CASES: Final[tuple[Case, ...]] = (
    case(
        "nhi-iam-deleteuserpermissionsboundary/own",
        "yes",
        "All is allowed within a boundary that lets the boundary be removed.",
        _BOUNDARY,
        _bounded("s3:* iam:DeleteUserPermissionsBoundary"),
    ),
    case(
        "nhi-iam-deleteuserpermissionsboundary/denied",
        "no",
        "Removing the boundary is denied.",
        _BOUNDARY,
        _bounded("s3:* iam:DeleteUserPermissionsBoundary", deny("iam:DeleteUserPermissionsBoundary")),
    ),
    case(
        "nhi-iam-deleteuserpermissionsboundary/little-behind-it",
        "no",
        "Without the boundary the user may still read S3 alone.",
        _BOUNDARY,
        Account()
        .policy("limit", allow("s3:* iam:DeleteUserPermissionsBoundary"))
        .user("mallory", allow("s3:Get* iam:DeleteUserPermissionsBoundary"), boundary="limit"),
    ),
    case(
        "nhi-iam-putuserpermissionsboundary/own",
        "yes",
        "The boundary may be replaced by a policy that allows all.",
        _BOUNDARY,
        _bounded("s3:* iam:PutUserPermissionsBoundary"),
    ),
    case(
        "nhi-iam-putuserpermissionsboundary/one-boundary-only",
        "no",
        "A condition allows the same boundary alone to be set.",
        _BOUNDARY,
        Account()
        .policy("limit", allow("s3:* iam:PutUserPermissionsBoundary"))
        .policy("all", everything())
        .user(
            "mallory",
            allow("not iam:PutUserPermissionsBoundary"),
            allow(
                "iam:PutUserPermissionsBoundary",
                "*",
                {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/limit"}},
            ),
            boundary="limit",
        ),
    ),
    case(
        "nhi-iam-deleterolepermissionsboundary/assumable-role",
        "yes",
        "The boundary of a role that the caller can assume is removed.",
        _BOUNDARY,
        _bounded_worker(allow("iam:DeleteRolePermissionsBoundary", _WORKER)),
    ),
    case(
        "nhi-iam-deleterolepermissionsboundary/other-role",
        "no",
        "The boundary of another role may be removed.",
        _BOUNDARY,
        _bounded_worker(allow("iam:DeleteRolePermissionsBoundary", role_arn("batch"))).role(
            "batch", allow("s3:Get*"), trust=service("ec2")
        ),
    ),
    case(
        "nhi-iam-taguser/own",
        "yes",
        "The trust asks for a tag that the user may give itself.",
        _TAGS,
        Account().boss(_TAGGED).user("mallory", _ASSUME, allow("iam:TagUser", MALLORY)),
    ),
    case(
        "nhi-iam-taguser/other-key",
        "no",
        "The user may set one tag, which is not the one asked for.",
        IAM + "access_tags.html",
        Account()
        .boss(_TAGGED)
        .user(
            "mallory",
            _ASSUME,
            allow("iam:TagUser", MALLORY, {"ForAllValues:StringEquals": {"aws:TagKeys": ["cost-center"]}}),
        ),
    ),
    case(
        "nhi-iam-taguser/other-user",
        "no",
        "Only another user may be tagged.",
        _TAGS,
        Account()
        .boss(_TAGGED)
        .user("bob", allow("s3:Get*"), keys=0)
        .user("mallory", _ASSUME, allow("iam:TagUser", _BOB)),
    ),
    case(
        "nhi-iam-tagrole/target",
        "yes",
        "Roles with a tag may be assumed, and the caller may set that tag.",
        IAM + "tutorial_attribute-based-access-control.html",
        Account()
        .boss(assume(ACCOUNT))
        .user(
            "mallory",
            allow("sts:AssumeRole", "*", {"StringEquals": {"iam:ResourceTag/open": "true"}}),
            allow("iam:TagRole", BOSS),
        ),
    ),
    case(
        "nhi-iam-tagrole/target-by-aws-key",
        "yes",
        "Roles with a tag may be assumed, and the caller may set that tag.",
        IAM + "access_tags.html",
        Account()
        .boss(assume(ACCOUNT))
        .user(
            "mallory",
            allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceTag/open": "true"}}),
            allow("iam:TagRole", BOSS),
        ),
    ),
    case(
        "nhi-iam-tagrole/denied",
        "no",
        "The role may not be tagged.",
        IAM + "access_tags.html",
        Account()
        .boss(assume(ACCOUNT))
        .user(
            "mallory",
            allow("sts:AssumeRole", "*", {"StringEquals": {"iam:ResourceTag/open": "true"}}),
            allow("iam:TagRole"),
            deny("iam:TagRole", BOSS),
        ),
    ),
    case(
        "nhi-iam-enablemfadevice/own",
        "yes",
        "The trust asks for MFA; the user may enrol a device of its own and use it.",
        _MFA,
        Account().boss(_WITH_MFA).user("mallory", _ASSUME, allow(_ENROL)),
    ),
    case(
        "nhi-iam-enablemfadevice/cannot-enable",
        "no",
        "A virtual device may be made, but not be enabled for the user.",
        _MFA,
        Account().boss(_WITH_MFA).user("mallory", _ASSUME, allow("iam:CreateVirtualMFADevice")),
    ),
    case(
        "nhi-iam-updatesamlprovider/provider-of-the-role",
        "yes",
        "Whoever replaces the provider's metadata signs assertions for the role.",
        _SAML,
        _federated("corp"),
    ),
    case(
        "nhi-iam-updatesamlprovider/other-provider",
        "no",
        "The role trusts another provider than the one that may be updated.",
        _SAML,
        _federated("guests"),
    ),
    case(
        "nhi-secretsmanager-getsecretvalue/aws-key",
        "yes",
        "The secret holds an administrator's access key and is encrypted under AWS's key.",
        _SECRET,
        _vault(allow("secretsmanager:GetSecretValue", _BOB_KEY)),
        declared=_holds(),
    ),
    case(
        "nhi-secretsmanager-getsecretvalue/customer-key-no-decrypt",
        "no",
        "The secret is encrypted under a customer key that the caller may not use.",
        _SECRET,
        _vault(
            allow("secretsmanager:GetSecretValue", _BOB_KEY),
            key_policy=document(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ),
        ),
        declared=_holds(),
    ),
    case(
        "nhi-secretsmanager-getsecretvalue/customer-key-and-decrypt",
        "yes",
        "The caller may also decrypt with the key, by a permission that the key policy delegates to.",
        _SECRET,
        _vault(
            allow("secretsmanager:GetSecretValue", _BOB_KEY),
            allow("kms:Decrypt", arn("kms", "key/0a1b2c3d-1111-2222-3333-444455556666")),
            key_policy=document(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ),
        ),
        declared=_holds(),
    ),
    case(
        "nhi-secretsmanager-getsecretvalue/describe-only",
        "no",
        "The secret may be described, not read.",
        _SECRET,
        _vault(allow("secretsmanager:DescribeSecret secretsmanager:ListSecrets")),
        declared=_holds(),
    ),
    case(
        "iam-002/weak-user",
        "no",
        "The user whose key may be made can list buckets.",
        PF + "iam-002",
        Account().user("mallory", allow("iam:CreateAccessKey")).user("bob", allow("s3:ListAllMyBuckets"), keys=0),
    ),
)
