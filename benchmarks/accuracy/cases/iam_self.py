"""Cases: a caller changes what its own policies say (iam-001, -005, -007 … -013, other policy versions).

Input: none (data only). Output: ``CASES``. Not handled: changing another principal (``iam_principal``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import IAM, MALLORY, PF, RHINO, SERVICE, Case, case
from benchmarks.accuracy.statements import ACCOUNT, Json, allow, assume, deny, everything, role_arn, service

__all__ = ["CASES"]

_TEAM = f"arn:aws:iam::{ACCOUNT}:policy/team"
_GROUP = f"arn:aws:iam::{ACCOUNT}:group/"
_WORKER = role_arn("worker")
_EC2 = service("ec2")
_S3: Json = allow("s3:ListAllMyBuckets")


def _user(*statements: Json, boundary: str = "") -> Account:
    return Account().user("mallory", *statements, boundary=boundary)


def _worker(*statements: Json, boundary: str = "") -> Account:
    return Account().role("worker", *statements, trust=_EC2, boundary=boundary)


def _five(edit: str) -> Account:
    older = [[_S3]] * 4
    return Account().policy("team", allow(edit, _TEAM), older=older).user("mallory", attached=["team"])


def _versions(old: Json) -> Account:
    account = Account().policy("team", allow("iam:SetDefaultPolicyVersion", _TEAM), older=[[old]])
    return account.user("mallory", attached=["team"])


CASES: Final[tuple[Case, ...]] = (
    case(
        "iam-001/own-policy",
        "yes",
        "A new default version of the attached policy may say anything.",
        PF + "iam-001",
        Account().policy("team", allow("iam:CreatePolicyVersion", _TEAM)).user("mallory", attached=["team"]),
    ),
    case(
        "iam-001/by-a-group",
        "yes",
        "The policy is attached to a group of the user; the resource is any policy.",
        RHINO,
        Account()
        .policy("team", allow("iam:CreatePolicyVersion"))
        .group("devs", attached=["team"])
        .user("mallory", groups=["devs"]),
    ),
    case(
        "iam-001/policy-of-nobody",
        "no",
        "The only policy that may be edited is attached to no principal.",
        SERVICE + "list_awsidentityandaccessmanagementiam.html",
        _user(allow("iam:CreatePolicyVersion", _TEAM)).policy("team", _S3),
    ),
    case(
        "iam-001/aws-managed",
        "no",
        "Only an AWS-managed policy is attached, and customers cannot edit those.",
        IAM + "access_policies_managed-vs-inline.html",
        Account().user("mallory", allow("iam:CreatePolicyVersion"), attached=["AmazonS3ReadOnlyAccess"]),
    ),
    case(
        "iam-001/five-versions",
        "no",
        "A managed policy has five versions at most, and none may be deleted by this user.",
        IAM + "reference_iam-quotas.html",
        _five("iam:CreatePolicyVersion"),
    ),
    case(
        "iam-001/five-versions-one-deletable",
        "yes",
        "The quota is met, but an older version may be deleted first.",
        IAM + "access_policies_managed-versioning.html",
        _five("iam:CreatePolicyVersion iam:DeletePolicyVersion"),
    ),
    case(
        "iam-001/boundary-stays",
        "no",
        "The boundary lets the policy be edited, but grants nothing beyond that and S3.",
        IAM + "access_policies_boundaries.html",
        Account()
        .policy("limit", allow("iam:CreatePolicyVersion s3:*"))
        .policy("team", allow("iam:CreatePolicyVersion", _TEAM))
        .user("mallory", attached=["team"], boundary="limit"),
    ),
    case(
        "nhi-iam-setdefaultpolicyversion/older-allows-all",
        "yes",
        "An older version of the attached policy allows everything.",
        RHINO,
        _versions(everything()),
    ),
    case(
        "nhi-iam-setdefaultpolicyversion/older-is-small",
        "no",
        "The older version allows listing buckets only.",
        RHINO,
        _versions(_S3),
    ),
    case(
        "iam-005/own-role",
        "yes",
        "A role writes its own inline policy.",
        PF + "iam-005",
        _worker(allow("iam:PutRolePolicy", _WORKER)),
        who=_WORKER,
    ),
    case(
        "iam-005/denied",
        "no",
        "An explicit deny wins over any allow.",
        IAM + "reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html",
        _worker(allow("iam:PutRolePolicy"), deny("iam:Put*")),
        who=_WORKER,
    ),
    case(
        "iam-005/other-role",
        "no",
        "Only another role may be written, which nobody but EC2 can assume, and no instance carries it.",
        SERVICE + "list_awsidentityandaccessmanagementiam.html",
        _worker(allow("iam:PutRolePolicy", role_arn("batch"))).role("batch", trust=_EC2),
        who=_WORKER,
    ),
    case(
        "iam-007/by-variable",
        "yes",
        "The resource is the caller's own name, as a policy variable.",
        IAM + "reference_policies_variables.html",
        _user(allow("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}")),
    ),
    case(
        "iam-007/any",
        "yes",
        "Any user's inline policy may be written.",
        PF + "iam-007",
        _user(allow("iam:PutUserPolicy")),
    ),
    case(
        "iam-007/other-path",
        "no",
        "Users below another path only, and there are none.",
        IAM + "reference_identifiers.html",
        _user(allow("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/team/*")),
    ),
    case(
        "iam-008/any",
        "yes",
        "AdministratorAccess may be attached.",
        PF + "iam-008",
        _user(allow("iam:AttachUserPolicy")),
    ),
    case(
        "iam-008/only-read-only",
        "no",
        "A condition allows one policy to be attached, which reads S3.",
        IAM + "reference_policies_iam-condition-keys.html",
        _user(
            allow(
                "iam:AttachUserPolicy",
                MALLORY,
                {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}},
            )
        ),
    ),
    case(
        "iam-008/only-administrator",
        "yes",
        "A condition allows one policy to be attached, which allows everything.",
        IAM + "reference_policies_iam-condition-keys.html",
        _user(
            allow(
                "iam:AttachUserPolicy",
                MALLORY,
                {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}},
            )
        ).user("root-ops", attached=["AdministratorAccess"]),
    ),
    case(
        "iam-009/own-role",
        "yes",
        "A role attaches AdministratorAccess to itself.",
        PF + "iam-009",
        _worker(allow("iam:AttachRolePolicy", _WORKER)),
        who=_WORKER,
    ),
    case(
        "iam-009/boundary",
        "no",
        "The boundary does not let policies be attached.",
        IAM + "access_policies_boundaries.html",
        _worker(allow("iam:AttachRolePolicy"), boundary="limit").policy("limit", allow("s3:* ec2:*")),
        who=_WORKER,
    ),
    case(
        "iam-010/own-group",
        "yes",
        "AdministratorAccess may be attached to a group of the user.",
        PF + "iam-010",
        Account().group("devs", allow("iam:AttachGroupPolicy", _GROUP + "devs")).user("mallory", groups=["devs"]),
    ),
    case(
        "iam-010/not-a-member",
        "no",
        "The user is no member of the group and cannot join it.",
        SERVICE + "list_awsidentityandaccessmanagementiam.html",
        _user(allow("iam:AttachGroupPolicy", _GROUP + "devs")).group("devs", _S3),
    ),
    case(
        "iam-011/own-group",
        "yes",
        "An inline policy may be written for a group of the user.",
        PF + "iam-011",
        Account().group("devs").user("mallory", allow("iam:PutGroupPolicy", _GROUP + "devs"), groups=["devs"]),
    ),
    case(
        "iam-011/denied-by-the-group",
        "no",
        "The group itself carries a deny of the action.",
        IAM + "reference_policies_evaluation-logic_policy-eval-denyallow.html",
        Account().group("devs", deny("iam:*Group*")).user("mallory", allow("iam:PutGroupPolicy"), groups=["devs"]),
    ),
    case(
        "iam-013/admin-group",
        "yes",
        "The user may add itself to a group with AdministratorAccess.",
        PF + "iam-013",
        _user(allow("iam:AddUserToGroup")).group("ops", attached=["AdministratorAccess"]),
    ),
    case(
        "iam-013/group-is-admin-by-name",
        "no",
        "The group is called admins and may read S3.",
        PF + "iam-013",
        _user(allow("iam:AddUserToGroup")).group("admins", attached=["AmazonS3ReadOnlyAccess"]),
    ),
    case(
        "iam-013/boundary-stays",
        "no",
        "The boundary of the user still limits what the group grants.",
        IAM + "access_policies_boundaries.html",
        _user(allow("iam:AddUserToGroup"), boundary="limit")
        .policy("limit", allow("s3:* iam:AddUserToGroup"))
        .group("ops", attached=["AdministratorAccess"]),
    ),
    case(
        "iam-009/by-assumed-name",
        "no",
        "The role may change a role whose name merely begins like its own, and which it cannot assume.",
        IAM + "reference_identifiers.html",
        _worker(allow("iam:AttachRolePolicy", role_arn("worker-2"))).role("worker-2", trust=_EC2),
        who=_WORKER,
    ),
    case(
        "iam-007/chained-role",
        "yes",
        "A role that the user may assume writes the user's inline policy.",
        PF + "iam-007",
        _user(allow("sts:AssumeRole", _WORKER)).role(
            "worker", allow("iam:PutUserPolicy", MALLORY), trust=assume(MALLORY)
        ),
    ),
)
