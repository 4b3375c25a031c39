"""Cases: a caller takes another principal (iam-002 … -004, -006, -012, -014 … -021).

Input: none (data only). Output: ``CASES``. Not handled: a caller's own policies (``iam_self``), roles that may be
assumed as they are (``assume_role``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import IAM, MALLORY, PF, SERVICE, Case, case
from benchmarks.accuracy.statements import ACCOUNT, BOSS, Json, allow, assume, deny, role_arn, service, user_arn

__all__ = ["CASES"]

_BOB = user_arn("bob")
_CAROL = user_arn("carol")
_WORKER = role_arn("worker")
_TEAM = f"arn:aws:iam::{ACCOUNT}:policy/team"
_EC2 = service("ec2")
_S3: Json = allow("s3:ListAllMyBuckets")
_ACTIONS = SERVICE + "list_awsidentityandaccessmanagementiam.html"


def _admin_bob(*statements: Json, keys: int = 0, password: bool = False, mfa: bool = False) -> Account:
    """Let bob be administrator and mallory hold the statements."""
    account = Account().user("mallory", *statements)
    return account.user("bob", attached=["AdministratorAccess"], keys=keys, password=password, mfa=mfa)


def _weak_bob(*statements: Json, keys: int = 0, boundary: str = "") -> Account:
    account = Account().user("mallory", *statements).policy("limit", allow("s3:*"))
    return account.user("bob", _S3, keys=keys, boundary=boundary).user("carol", _S3)


def _worker(*statements: Json, trust: Json = _EC2, boundary: str = "", path: str = "/") -> Account:
    """Let mallory hold the statements beside a role with little."""
    account = Account().user("mallory", *statements).policy("limit", allow("s3:*"))
    return account.role("worker", _S3, trust=trust, boundary=boundary, path=path)


def _team(*statements: Json, trust: Json, attached: bool = True) -> Account:
    account = Account().user("mallory", *statements).policy("team", _S3)
    return account.role("worker", _S3, trust=trust, attached=["team"] if attached else [])


CASES: Final[tuple[Case, ...]] = (
    case(
        "iam-002/admin", "yes", "A key for an administrator.", PF + "iam-002", _admin_bob(allow("iam:CreateAccessKey"))
    ),
    case(
        "iam-002/two-keys",
        "no",
        "A user has two access keys at most, and none may be deleted by this caller.",
        IAM + "reference_iam-quotas.html",
        _admin_bob(allow("iam:CreateAccessKey"), keys=2),
    ),
    case(
        "iam-002/own-only",
        "no",
        "Keys may be made for the caller itself only.",
        IAM + "reference_policies_variables.html",
        _admin_bob(allow("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}")),
    ),
    case(
        "iam-003/two-keys-one-deletable",
        "yes",
        "One of two keys may be deleted, then a new one made.",
        PF + "iam-003",
        _admin_bob(allow("iam:CreateAccessKey iam:DeleteAccessKey", _BOB), keys=2),
    ),
    case(
        "iam-003/deletes-of-another",
        "no",
        "Keys of another user may be deleted; those of the administrator fill its quota.",
        IAM + "reference_iam-quotas.html",
        _admin_bob(allow("iam:CreateAccessKey", _BOB), allow("iam:DeleteAccessKey", _CAROL), keys=2).user("carol", _S3),
    ),
    case(
        "iam-004/no-password-yet",
        "yes",
        "The administrator has no console password, so one may be made.",
        PF + "iam-004",
        _admin_bob(allow("iam:CreateLoginProfile")),
    ),
    case(
        "iam-004/has-password",
        "no",
        "A login profile that exists cannot be created: EntityAlreadyExists.",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html",
        _admin_bob(allow("iam:CreateLoginProfile", _BOB), password=True),
    ),
    case(
        "iam-006/has-password",
        "yes",
        "The administrator's console password may be replaced.",
        PF + "iam-006",
        _admin_bob(allow("iam:UpdateLoginProfile"), password=True),
    ),
    case(
        "iam-006/no-password",
        "no",
        "There is no login profile to update: NoSuchEntity.",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html",
        _admin_bob(allow("iam:UpdateLoginProfile")),
    ),
    case(
        "iam-006/mfa",
        "no",
        "The administrator signs in with an MFA device, so a password alone does not do.",
        IAM + "console_sign-in-mfa.html",
        _admin_bob(allow("iam:UpdateLoginProfile"), password=True, mfa=True),
    ),
    case(
        "iam-012/any-role",
        "yes",
        "A trust that names the caller's own ARN needs no permission to assume.",
        IAM + "reference_policies_evaluation-logic.html",
        Account().boss(_EC2).user("mallory", allow("iam:UpdateAssumeRolePolicy")),
    ),
    case(
        "iam-012/with-assume",
        "yes",
        "The trust may be edited and the role assumed.",
        PF + "iam-012",
        Account().boss(_EC2).user("mallory", allow("iam:UpdateAssumeRolePolicy sts:AssumeRole")),
    ),
    case(
        "iam-012/denied",
        "no",
        "Editing trusts is allowed on any role and denied on this one.",
        IAM + "reference_policies_evaluation-logic_policy-eval-denyallow.html",
        Account()
        .boss(_EC2)
        .user("mallory", allow("iam:UpdateAssumeRolePolicy sts:AssumeRole"), deny("iam:UpdateAssumeRolePolicy", BOSS)),
    ),
    case(
        "iam-012/service-linked",
        "no",
        "The trust of a service-linked role cannot be edited.",
        IAM + "using-service-linked-roles.html",
        Account()
        .user("mallory", allow("iam:UpdateAssumeRolePolicy sts:AssumeRole"))
        .role(
            "AWSServiceRoleForSupport",
            allow("*"),
            trust=service("support"),
            path="/aws-service-role/support.amazonaws.com/",
        ),
    ),
    case(
        "iam-012/other-role",
        "no",
        "Only the trust of a role with little may be edited.",
        _ACTIONS,
        Account()
        .boss(_EC2)
        .role("worker", _S3, trust=_EC2)
        .user("mallory", allow("iam:UpdateAssumeRolePolicy", _WORKER)),
    ),
    case(
        "iam-014/assumable-role",
        "yes",
        "AdministratorAccess may be attached to a role that the caller can assume.",
        PF + "iam-014",
        _worker(allow("iam:AttachRolePolicy sts:AssumeRole"), trust=assume(MALLORY)),
    ),
    case(
        "iam-014/trusts-a-service",
        "no",
        "The role may be given any policy, but trusts EC2 alone, and no instance carries it.",
        IAM + "id_roles_create_for-service.html",
        _worker(allow("iam:AttachRolePolicy sts:AssumeRole", _WORKER)),
    ),
    case(
        "iam-014/role-has-boundary",
        "no",
        "The boundary of the role limits whatever is attached to it.",
        IAM + "access_policies_boundaries.html",
        _worker(allow("iam:AttachRolePolicy sts:AssumeRole", _WORKER), trust=assume(MALLORY), boundary="limit"),
    ),
    case(
        "iam-015/one-user",
        "yes",
        "A user is made administrator and a key of it created.",
        PF + "iam-015",
        _weak_bob(allow("iam:AttachUserPolicy iam:CreateAccessKey", _BOB)),
    ),
    case(
        "iam-015/two-users",
        "no",
        "One user can be made administrator, a key can be made for another.",
        _ACTIONS,
        _weak_bob(allow("iam:AttachUserPolicy", _BOB), allow("iam:CreateAccessKey", _CAROL)),
    ),
    case(
        "iam-015/user-has-boundary",
        "no",
        "The boundary of the user limits whatever is attached to it.",
        IAM + "access_policies_boundaries.html",
        _weak_bob(allow("iam:AttachUserPolicy iam:CreateAccessKey", _BOB), boundary="limit"),
    ),
    case(
        "iam-016/policy-of-the-role",
        "yes",
        "The policy of a role that the caller can assume may be rewritten.",
        PF + "iam-016",
        _team(allow("iam:CreatePolicyVersion", _TEAM), allow("sts:AssumeRole", _WORKER), trust=assume(MALLORY)),
    ),
    case(
        "iam-016/policy-not-attached",
        "no",
        "The policy that may be rewritten is not attached to the role.",
        IAM + "access_policies_managed-versioning.html",
        _team(
            allow("iam:CreatePolicyVersion", _TEAM),
            allow("sts:AssumeRole", _WORKER),
            trust=assume(MALLORY),
            attached=False,
        ),
    ),
    case(
        "iam-017/assumable-role",
        "yes",
        "An inline policy may be written for a role that the caller can assume.",
        PF + "iam-017",
        _worker(allow("iam:PutRolePolicy sts:AssumeRole", _WORKER), trust=assume(ACCOUNT)),
    ),
    case(
        "iam-017/account-trust-no-permission",
        "no",
        "The role trusts the account, and the caller is not allowed to assume it.",
        IAM + "reference_policies_elements_principal.html",
        _worker(allow("iam:PutRolePolicy", _WORKER), trust=assume(ACCOUNT)),
    ),
    case(
        "iam-018/one-user",
        "yes",
        "A user's inline policy is written and a key of it created.",
        PF + "iam-018",
        _weak_bob(allow("iam:PutUserPolicy iam:CreateAccessKey", _BOB), keys=1),
    ),
    case(
        "iam-018/two-keys",
        "no",
        "The user has two keys already.",
        IAM + "reference_iam-quotas.html",
        _weak_bob(allow("iam:PutUserPolicy iam:CreateAccessKey", _BOB), keys=2),
    ),
    case(
        "iam-019/one-role",
        "yes",
        "Trust and policies of one role may be changed.",
        PF + "iam-019",
        _worker(allow("iam:AttachRolePolicy iam:UpdateAssumeRolePolicy")),
    ),
    case(
        "iam-019/two-roles",
        "no",
        "The policies of one role and the trust of another may be changed.",
        _ACTIONS,
        _worker(allow("iam:AttachRolePolicy", _WORKER), allow("iam:UpdateAssumeRolePolicy", role_arn("batch"))).role(
            "batch", _S3, trust=_EC2
        ),
    ),
    case(
        "iam-020/policy-of-the-role",
        "yes",
        "The role's policy is rewritten, then its trust.",
        PF + "iam-020",
        _team(allow("iam:CreatePolicyVersion", _TEAM), allow("iam:UpdateAssumeRolePolicy", _WORKER), trust=_EC2),
    ),
    case(
        "iam-020/scp",
        "no",
        "An SCP denies editing trusts in the account.",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
        _team(allow("iam:CreatePolicyVersion", _TEAM), allow("iam:UpdateAssumeRolePolicy", _WORKER), trust=_EC2).scp(
            deny("iam:UpdateAssumeRolePolicy")
        ),
    ),
    case(
        "iam-021/one-role",
        "yes",
        "Inline policy and trust of one role may be written.",
        PF + "iam-021",
        _worker(allow("iam:PutRolePolicy iam:UpdateAssumeRolePolicy")),
    ),
    case(
        "iam-021/role-has-boundary",
        "no",
        "The boundary of the role limits what the inline policy grants.",
        IAM + "access_policies_boundaries.html",
        _worker(allow("iam:PutRolePolicy iam:UpdateAssumeRolePolicy", _WORKER), boundary="limit"),
    ),
    case(
        "iam-021/service-linked",
        "no",
        "Neither policies nor trust of a service-linked role can be edited.",
        IAM + "using-service-linked-roles.html",
        Account()
        .user("mallory", allow("iam:PutRolePolicy iam:UpdateAssumeRolePolicy sts:AssumeRole"))
        .role(
            "AWSServiceRoleForSupport", _S3, trust=service("support"), path="/aws-service-role/support.amazonaws.com/"
        ),
    ),
)
