"""Render an account's users, groups, roles and policies as IAM answers them.

Input: an ``Account``. Output: the body of ``GetAccountAuthorizationDetails``.
Not handled: what the credential report says; see ``credentials``.
Shape: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from sample_data._make.documents import Json
from sample_data._make.identifiers import days_ago, unique_id
from sample_data._make.parts import Account, Group, Policy, Role, User

__all__ = ["aws_managed_policies", "authorization_details", "policy_arn", "tags_of"]


@cache
def aws_managed_policies() -> dict[str, Json]:
    """Return the AWS-managed policies that Nordlicht uses, keyed by name.

    Notes
    -----
    Documents, versions and dates as published in
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ on 2026-11-01.
    """
    text = files("sample_data").joinpath("_make", "aws_managed_policies.json").read_text(encoding="utf-8")
    policies: dict[str, Json] = json.loads(text)
    return policies


def tags_of(tags: dict[str, str]) -> list[Json]:
    """Return tags as a list of ``Key`` and ``Value``."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def policy_arn(account: Account, name: str) -> str:
    """Return the ARN of a policy named in an account: its own first, else AWS's.

    Raises
    ------
    KeyError
        Neither knows the name.
    """
    for policy in account.policies:
        if policy.name == name:
            return f"arn:aws:iam::{account.id}:policy{policy.path}{name}"
    return f"arn:aws:iam::aws:policy{aws_managed_policies()[name]['Path']}{name}"


def _attached(account: Account, names: tuple[str, ...]) -> list[Json]:
    return [{"PolicyName": name, "PolicyArn": policy_arn(account, name)} for name in names]


def _inline(policies: dict[str, Json]) -> list[Json]:
    return [{"PolicyName": name, "PolicyDocument": body} for name, body in policies.items()]


def _limits(account: Account, boundary: str, tags: dict[str, str]) -> Json:
    limits: Json = {}
    if boundary:
        limits["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": policy_arn(account, boundary),
        }
    return limits | ({"Tags": tags_of(tags)} if tags else {})


def _user(account: Account, user: User) -> Json:
    body: Json = {
        "Path": user.path,
        "UserName": user.name,
        "UserId": unique_id("AIDA", account.id, user.name),
        "Arn": f"arn:aws:iam::{account.id}:user{user.path}{user.name}",
        "CreateDate": days_ago(user.created, "08:12:31"),
    }
    if user.inline:
        body["UserPolicyList"] = _inline(user.inline)
    body |= {"GroupList": list(user.groups), "AttachedManagedPolicies": _attached(account, user.attached)}
    return body | _limits(account, user.boundary, user.tags)


def _group(account: Account, group: Group) -> Json:
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": unique_id("AGPA", account.id, group.name),
        "Arn": f"arn:aws:iam::{account.id}:group{group.path}{group.name}",
        "CreateDate": days_ago(group.created, "09:02:11"),
        "GroupPolicyList": _inline(group.inline),
        "AttachedManagedPolicies": _attached(account, group.attached),
    }


def _instance_profile(account: Account, role: Role, nested: Json) -> Json:
    return {
        "Path": "/",
        "InstanceProfileName": role.name,
        "InstanceProfileId": unique_id("AIPA", account.id, role.name),
        "Arn": f"arn:aws:iam::{account.id}:instance-profile/{role.name}",
        "CreateDate": days_ago(role.created, "10:31:09"),
        "Roles": [nested],
    }


def _role(account: Account, role: Role) -> Json:
    names: Json = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": unique_id("AROA", account.id, role.name),
        "Arn": f"arn:aws:iam::{account.id}:role{role.path}{role.name}",
        "CreateDate": days_ago(role.created, "10:30:57"),
        "AssumeRolePolicyDocument": role.trust,
    }
    used: Json = {}
    if role.used is not None:
        used = {"LastUsedDate": days_ago(role.used), "Region": "eu-central-1"}
    body = names | {
        "InstanceProfileList": [_instance_profile(account, role, names)] if role.profile else [],
        "RolePolicyList": _inline(role.inline),
        "AttachedManagedPolicies": _attached(account, role.attached),
    }
    return body | _limits(account, role.boundary, role.tags) | {"RoleLastUsed": used}


def _uses(account: Account, name: str) -> tuple[int, int]:
    """Return how many identities a policy is attached to, and how many it bounds."""
    identities: list[User | Role] = [*account.users, *account.roles]
    attached = sum(name in holder.attached for holder in [*identities, *account.groups])
    return attached, sum(identity.boundary == name for identity in identities)


def _own_policy(account: Account, policy: Policy) -> Json:
    default = policy.default or len(policy.versions)
    attached, bounded = _uses(account, policy.name)
    numbered = list(enumerate(policy.versions, start=1))
    return {
        "PolicyName": policy.name,
        "PolicyId": unique_id("ANPA", account.id, policy.name),
        "Arn": policy_arn(account, policy.name),
        "Path": policy.path,
        "DefaultVersionId": f"v{default}",
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": bounded,
        "IsAttachable": True,
        "CreateDate": days_ago(policy.versions[0][0], "11:04:22"),
        "UpdateDate": days_ago(policy.versions[-1][0], "11:04:22"),
        "PolicyVersionList": [
            {
                "Document": body,
                "VersionId": f"v{number}",
                "IsDefaultVersion": number == default,
                "CreateDate": days_ago(days, "11:04:22"),
            }
            for number, (days, body) in reversed(numbered)
        ],
    }


def _aws_policy(account: Account, name: str) -> Json:
    facts = aws_managed_policies()[name]
    attached, bounded = _uses(account, name)
    return {
        "PolicyName": name,
        "PolicyId": facts["PolicyId"] or unique_id("ANPA", "000000000000", name),
        "Arn": policy_arn(account, name),
        "Path": facts["Path"],
        "DefaultVersionId": facts["DefaultVersionId"],
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": bounded,
        "IsAttachable": True,
        "CreateDate": facts["CreateDate"],
        "UpdateDate": facts["UpdateDate"],
        "PolicyVersionList": [
            {
                "Document": facts["Document"],
                "VersionId": facts["DefaultVersionId"],
                "IsDefaultVersion": True,
                "CreateDate": facts["UpdateDate"],
            }
        ],
    }


def authorization_details(account: Account) -> Json:
    """Return the merged pages of ``GetAccountAuthorizationDetails``, attached AWS-managed policies included."""
    own = {policy.name for policy in account.policies}
    holders: list[User | Role | Group] = [*account.users, *account.groups, *account.roles]
    vendor = sorted({name for holder in holders for name in holder.attached} - own)
    return {
        "UserDetailList": [_user(account, user) for user in sorted(account.users, key=lambda user: user.name)],
        "GroupDetailList": [_group(account, group) for group in sorted(account.groups, key=lambda group: group.name)],
        "RoleDetailList": [_role(account, role) for role in sorted(account.roles, key=lambda role: role.name)],
        "Policies": [
            *(_own_policy(account, policy) for policy in sorted(account.policies, key=lambda policy: policy.name)),
            *(_aws_policy(account, name) for name in vendor),
        ],
        "IsTruncated": False,
    }
