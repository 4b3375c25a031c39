"""Cases: who is administrator already, whatever its policies are called; what guards take away.

Input: none (data only). Output: ``CASES``. Not handled: what an administrator does next.
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import IAM, MALLORY, Case, case
from benchmarks.accuracy.statements import ACCOUNT, allow, assume, deny, everything

__all__ = ["CASES"]

_SCP = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
_MANAGED = "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/"
_BOUNDARY = IAM + "access_policies_boundaries.html"
_NOT_ACTION = IAM + "reference_policies_elements_notaction.html"
_DENY = IAM + "reference_policies_evaluation-logic_policy-eval-denyallow.html"
_MFA = IAM + "reference_policies_examples_aws_my-sec-creds-self-manage.html"

CASES: Final[tuple[Case, ...]] = (
    case(
        "admin-direct/managed",
        "yes",
        "AdministratorAccess is attached.",
        _MANAGED + "AdministratorAccess.html",
        Account().user("mallory", attached=["AdministratorAccess"]),
    ),
    case(
        "admin-direct/own-policy-of-that-name",
        "no",
        "A customer policy is called AdministratorAccess and reads S3.",
        IAM + "access_policies_managed-vs-inline.html",
        Account().policy("AdministratorAccess", allow("s3:Get*")).user("mallory", attached=["AdministratorAccess"]),
    ),
    case(
        "admin-direct/harmless-name",
        "yes",
        "A customer policy is called ReadOnly and allows everything.",
        IAM + "access_policies_managed-vs-inline.html",
        Account().policy("ReadOnly", everything()).user("mallory", attached=["ReadOnly"]),
    ),
    case(
        "admin-direct/inline",
        "yes",
        "An inline policy allows everything.",
        IAM + "access_policies_managed-vs-inline.html",
        Account().user("mallory", everything()),
    ),
    case(
        "admin-direct/group",
        "yes",
        "A group of the user has AdministratorAccess.",
        IAM + "id_groups.html",
        Account().group("ops", attached=["AdministratorAccess"]).user("mallory", groups=["ops"]),
    ),
    case(
        "admin-direct/group-inline",
        "yes",
        "A group of the user has an inline policy that allows everything.",
        IAM + "id_groups.html",
        Account().group("ops", everything()).user("mallory", groups=["ops"]),
    ),
    case(
        "admin-direct/group-of-others",
        "no",
        "The group is an administrator's, and the user is no member.",
        IAM + "id_groups.html",
        Account().group("ops", attached=["AdministratorAccess"]).user("mallory", allow("s3:Get*")),
    ),
    case(
        "admin-direct/power-user",
        "no",
        "PowerUserAccess leaves IAM out, and there is no role to use.",
        _MANAGED + "PowerUserAccess.html",
        Account().user("mallory", attached=["PowerUserAccess"]),
    ),
    case(
        "admin-direct/iam-full-access",
        "yes",
        "IAMFullAccess lets the user write its own policy.",
        _MANAGED + "IAMFullAccess.html",
        Account().user("mallory", attached=["IAMFullAccess"]),
    ),
    case(
        "admin-direct/iam-read-only",
        "no",
        "IAMReadOnlyAccess changes nothing.",
        _MANAGED + "IAMReadOnlyAccess.html",
        Account().user("mallory", attached=["IAMReadOnlyAccess"]),
    ),
    case(
        "admin-direct/s3-full-access",
        "no",
        "AmazonS3FullAccess is full access to S3 alone.",
        _MANAGED + "AmazonS3FullAccess.html",
        Account().user("mallory", attached=["AmazonS3FullAccess"]),
    ),
    case(
        "admin-direct/ec2-full-access",
        "no",
        "AmazonEC2FullAccess may not pass a role, and no instance carries one.",
        _MANAGED + "AmazonEC2FullAccess.html",
        Account().user("mallory", attached=["AmazonEC2FullAccess"]),
    ),
    case(
        "admin-direct/action-by-wildcards",
        "yes",
        "A pattern with * and ? covers iam:PutUserPolicy.",
        IAM + "reference_policies_elements_action.html",
        Account().user("mallory", allow("iam:Pu?User*")),
    ),
    case(
        "guard-boundary/admin-with-boundary",
        "no",
        "AdministratorAccess within a boundary of S3.",
        _BOUNDARY,
        Account().policy("limit", allow("s3:*")).user("mallory", attached=["AdministratorAccess"], boundary="limit"),
    ),
    case(
        "guard-boundary/boundary-allows-all",
        "yes",
        "The boundary allows everything.",
        _BOUNDARY,
        Account().policy("limit", everything()).user("mallory", attached=["AdministratorAccess"], boundary="limit"),
    ),
    case(
        "guard-boundary/boundary-grants-nothing",
        "no",
        "A boundary that allows everything grants nothing by itself.",
        _BOUNDARY,
        Account().policy("limit", everything()).user("mallory", allow("s3:Get*"), boundary="limit"),
    ),
    case(
        "guard-boundary/boundary-without-iam",
        "no",
        "The boundary allows all but IAM, Organizations, accounts and sign-in; there is no role.",
        _NOT_ACTION,
        Account()
        .policy("limit", allow("not iam:* organizations:* account:* sts:*"))
        .user("mallory", attached=["AdministratorAccess"], boundary="limit"),
    ),
    case(
        "guard-scp/allow-list",
        "no",
        "The account's SCP allows S3 alone.",
        _SCP,
        Account().user("mallory", attached=["AdministratorAccess"]).scp(allow("s3:*"), replace=True),
    ),
    case(
        "guard-scp/harmless-deny",
        "yes",
        "The SCP keeps the account from leaving the organization, and no more.",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html",
        Account().user("mallory", attached=["AdministratorAccess"]).scp(deny("organizations:LeaveOrganization")),
    ),
    case(
        "guard-scp/deny-all-but-a-role",
        "no",
        "The SCP denies IAM to everybody except one role, which is not the caller.",
        _SCP,
        Account()
        .user("mallory", allow("iam:*"))
        .scp(deny("iam:*", "*", {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/deployer"}})),
    ),
    case(
        "guard-scp/caller-is-exempt",
        "yes",
        "The SCP denies IAM to everybody except the caller.",
        _SCP,
        Account()
        .user("mallory", allow("iam:*"))
        .scp(deny("iam:*", "*", {"ArnNotLike": {"aws:PrincipalArn": MALLORY}})),
    ),
    case(
        "guard-deny/iam-and-sts",
        "no",
        "Everything is allowed, IAM and STS are denied, and there is no role.",
        _DENY,
        Account().user("mallory", everything(), deny("iam:* sts:*")),
    ),
    case(
        "guard-deny/not-action",
        "no",
        "All but S3 is denied.",
        _NOT_ACTION,
        Account().user("mallory", everything(), deny("not s3:*")),
    ),
    case(
        "guard-deny/one-user",
        "yes",
        "The deny is about another user; the caller's own policy may be written.",
        _DENY,
        Account()
        .user("bob", allow("s3:Get*"), keys=0)
        .user("mallory", allow("iam:*"), deny("iam:*", f"arn:aws:iam::{ACCOUNT}:user/bob")),
    ),
    case(
        "guard-deny/by-the-group",
        "no",
        "A group denies what the user's own policy allows.",
        _DENY,
        Account().group("limited", deny("*")).user("mallory", everything(), groups=["limited"]),
    ),
    case(
        "guard-deny/without-mfa-has-device",
        "conditional",
        "All is denied without MFA, and the user has a device.",
        _MFA,
        Account().user(
            "mallory",
            everything(),
            deny("*", "*", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
            mfa=True,
        ),
    ),
    case(
        "guard-deny/without-mfa-no-device",
        "no",
        "All is denied without MFA; the user has no device and cannot enrol one.",
        _MFA,
        Account().user(
            "mallory",
            everything(),
            deny("*", "*", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
        ),
    ),
    case(
        "guard-notaction/all-but-s3",
        "yes",
        "Allow with NotAction s3:* allows IAM.",
        _NOT_ACTION,
        Account().user("mallory", allow("not s3:*")),
    ),
    case(
        "guard-notaction/all-but-iam",
        "no",
        "Allow with NotAction leaves IAM and STS out, and there is no role.",
        _NOT_ACTION,
        Account().user("mallory", allow("not iam:* sts:* organizations:* account:*")),
    ),
    case(
        "guard-notaction/case-does-not-matter",
        "no",
        "Action names are not case sensitive: NotAction IAM:* leaves all of iam out.",
        IAM + "reference_policies_elements_action.html",
        Account().user("mallory", allow("not IAM:* STS:* organizations:* account:*")),
    ),
    case(
        "guard-condition/never-holds",
        "no",
        "The allow asks for a tag that the user does not carry.",
        IAM + "access_iam-tags.html",
        Account().user(
            "mallory", allow("*", "*", {"StringEquals": {"aws:PrincipalTag/admin": "true"}}), tags={"admin": "false"}
        ),
    ),
    case(
        "guard-condition/holds",
        "yes",
        "The allow asks for a tag that the user carries.",
        IAM + "access_iam-tags.html",
        Account().user(
            "mallory", allow("*", "*", {"StringEquals": {"aws:PrincipalTag/admin": "true"}}), tags={"admin": "true"}
        ),
    ),
    case(
        "guard-resource/own-arn-only",
        "yes",
        "All of IAM on the own user: the own policy may be written.",
        IAM + "reference_policies_elements_resource.html",
        Account().user("mallory", allow("iam:*", MALLORY)),
    ),
    case(
        "guard-resource/not-resource",
        "no",
        "All of IAM on whatever is not a user, group, role or policy of the account.",
        IAM + "reference_policies_elements_notresource.html",
        Account().user(
            "mallory",
            {
                "Effect": "Allow",
                "Action": "iam:*",
                "NotResource": [f"arn:aws:iam::{ACCOUNT}:{kind}/*" for kind in ("user", "group", "role", "policy")],
            },
        ),
    ),
    case(
        "admin-direct/assumable-power-user",
        "no",
        "The role that may be assumed has PowerUserAccess.",
        _MANAGED + "PowerUserAccess.html",
        Account().role("power", trust=assume(MALLORY), attached=["PowerUserAccess"]).user("mallory", allow("s3:Get*")),
    ),
)
