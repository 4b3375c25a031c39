"""The organization: its tree, its service control policies and its one resource control policy.

Input: the accounts. Output: the ``organizations.*`` answers, as the management account gets them.
Not handled: delegated administrators and policy types that do not limit access.
"""

from __future__ import annotations

import json

from sample_data._make.documents import Json, deny, document
from sample_data._make.identifiers import days_ago
from sample_data._make.parts import Account
from sample_data._make.regional import Lines

__all__ = ["ORGANIZATION_ID", "organization_answers"]

ORGANIZATION_ID = "o-nl7k2v9w3x"
_ROOT = "r-nv42"
_UNITS = {
    "ou-nv42-w0rk1oad": ("Workloads", _ROOT),
    "ou-nv42-pr0duct1": ("Production", "ou-nv42-w0rk1oad"),
    "ou-nv42-stag1ng0": ("Staging", "ou-nv42-w0rk1oad"),
    "ou-nv42-dataa1x0": ("Data", _ROOT),
}
_PLACE = {
    "111122223333": _ROOT,
    "222233334444": "ou-nv42-pr0duct1",
    "333344445555": "ou-nv42-stag1ng0",
    "444455556666": "ou-nv42-dataa1x0",
}
_MANAGEMENT = "111122223333"
_FULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_FULL_RESOURCES = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
_EVERYWHERE = (_ROOT, *_UNITS, *_PLACE)
_SCP, _RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"

_OUR_PRINCIPALS_ONLY: Json = {
    "Sid": "OurPrincipalsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:*", "secretsmanager:*", "kms:*"],
    "Resource": "*",
    "Condition": {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION_ID},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
}

_POLICIES: tuple[tuple[str, str, str, bool, Json, tuple[str, ...]], ...] = (
    ("p-FullAWSAccess", "FullAWSAccess", _SCP, True, _FULL, _EVERYWHERE),
    (
        "p-nlroot01",
        "deny-root-users",
        _SCP,
        False,
        document(deny("*", "*", "NoRootUsers", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})),
        (_ROOT,),
    ),
    (
        "p-nlguard1",
        "protect-the-trail",
        _SCP,
        False,
        document(
            deny(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"], "*", "KeepTheTrail"),
            deny("organizations:LeaveOrganization", "*", "Stay"),
        ),
        (_ROOT,),
    ),
    (
        "p-nlstage1",
        "staging-keeps-out-of-hotfixes",
        _SCP,
        False,
        document(deny("sts:AssumeRole", "arn:aws:iam::222233334444:role/ci/release-hotfix", "NoHotfixFromStaging")),
        ("ou-nv42-stag1ng0",),
    ),
    ("p-RCPFullAWSAccess", "RCPFullAWSAccess", _RCP, True, _FULL_RESOURCES, _EVERYWHERE),
    ("p-nlperim1", "data-for-our-principals-only", _RCP, False, document(_OUR_PRINCIPALS_ONLY), ("ou-nv42-dataa1x0",)),
)
"""Id, name, type, whether AWS's own, document, targets."""


def _arn(kind: str, tail: str) -> str:
    return f"arn:aws:organizations::{_MANAGEMENT}:{kind}/{ORGANIZATION_ID}/{tail}"


def _policy_arn(policy_id: str, kind: str, vendor: bool) -> str:
    folder = kind.lower()
    if vendor:
        return f"arn:aws:organizations::aws:policy/{folder}/{policy_id}"
    return _arn("policy", f"{folder}/{policy_id}")


def _summary(policy_id: str, name: str, kind: str, vendor: bool) -> Json:
    return {
        "Id": policy_id,
        "Arn": _policy_arn(policy_id, kind, vendor),
        "Name": name,
        "Description": "Allows access to every operation" if vendor else "",
        "Type": kind,
        "AwsManaged": vendor,
    }


def _target(target: str, names: dict[str, str]) -> Json:
    if target == _ROOT:
        return {"TargetId": target, "Arn": _arn("root", target), "Name": "Root", "Type": "ROOT"}
    if target in _UNITS:
        return {"TargetId": target, "Arn": _arn("ou", target), "Name": _UNITS[target][0], "Type": "ORGANIZATIONAL_UNIT"}
    return {"TargetId": target, "Arn": _arn("account", target), "Name": names[target], "Type": "ACCOUNT"}


def _account(account: Account) -> Json:
    return {
        "Id": account.id,
        "Arn": _arn("account", account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "JoinedMethod": "INVITED" if account.id == _MANAGEMENT else "CREATED",
        "JoinedTimestamp": days_ago(account.joined, "07:00:12"),
    }


def _tree(accounts: tuple[Account, ...]) -> dict[str, Json | Lines]:
    units: Lines = []
    members: Lines = []
    for parent in (_ROOT, *_UNITS):
        children = [
            {"Id": unit, "Arn": _arn("ou", unit), "Name": name}
            for unit, (name, above) in _UNITS.items()
            if above == parent
        ]
        units.append(({"ParentId": parent}, {"OrganizationalUnits": children}))
        below = [_account(account) for account in accounts if _PLACE[account.id] == parent]
        members.append(({"ParentId": parent}, {"Accounts": below}))
    return {
        "organizations.list_organizational_units_for_parent": units,
        "organizations.list_accounts_for_parent": members,
    }


def organization_answers(accounts: tuple[Account, ...]) -> dict[str, Json | Lines]:
    """Return every answer about the organization, keyed by operation."""
    names = {account.id: account.name for account in accounts}
    management = next(account for account in accounts if account.id == _MANAGEMENT)
    enabled = [{"Type": kind, "Status": "ENABLED"} for kind in (_RCP, _SCP)]
    listed: Lines = [
        ({"Filter": kind}, {"Policies": [_summary(*row[:4]) for row in _POLICIES if row[2] == kind]})
        for kind in (_SCP, _RCP)
    ]
    described: Lines = [
        (
            {"PolicyId": row[0]},
            {"Policy": {"PolicySummary": _summary(*row[:4]), "Content": json.dumps(row[4], separators=(",", ":"))}},
        )
        for row in _POLICIES
    ]
    targets: Lines = [
        ({"PolicyId": row[0]}, {"Targets": [_target(target, names) for target in row[5]]}) for row in _POLICIES
    ]
    return {
        "organizations.describe_organization": {
            "Organization": {
                "Id": ORGANIZATION_ID,
                "Arn": f"arn:aws:organizations::{_MANAGEMENT}:organization/{ORGANIZATION_ID}",
                "FeatureSet": "ALL",
                "MasterAccountArn": _arn("account", _MANAGEMENT),
                "MasterAccountId": _MANAGEMENT,
                "MasterAccountEmail": management.email,
                "AvailablePolicyTypes": [],
            }
        },
        "organizations.list_roots": {
            "Roots": [{"Id": _ROOT, "Arn": _arn("root", _ROOT), "Name": "Root", "PolicyTypes": enabled}]
        },
        "organizations.list_accounts": {"Accounts": [_account(account) for account in accounts]},
        **_tree(accounts),
        "organizations.list_policies": listed,
        "organizations.describe_policy": described,
        "organizations.list_targets_for_policy": targets,
    }
