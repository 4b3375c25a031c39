"""Cases: a role is assumed as it stands (sts-001): trust, permission, conditions, other accounts.

Input: none (data only). Output: ``CASES``. Not handled: trusts that are edited first (``iam_principal``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.accuracy.account import Account
from benchmarks.accuracy.case import IAM, MALLORY, PF, Case, case
from benchmarks.accuracy.statements import (
    ACCOUNT,
    BOSS,
    PARTNER,
    Json,
    allow,
    assume,
    deny,
    role_arn,
    service,
    user_arn,
)

__all__ = ["CASES"]

_ASSUME = allow("sts:AssumeRole", BOSS)
_S3: Json = allow("s3:ListAllMyBuckets")
_KEYS = IAM + "reference_policies_condition-keys.html"
_CROSS = IAM + "reference_policies_evaluation-logic-cross-account.html"
_ABC = user_arn("abc", PARTNER)


def _home(*statements: Json, trust: Json, mfa: bool = False, tags: Mapping[str, str] | None = None) -> Account:
    return Account().boss(trust).user("mallory", *statements, mfa=mfa, tags=tags)


def _away(*statements: Json, trust: Json) -> tuple[Account, Account]:
    """Let boss be in the account and abc in the partner's."""
    return Account().boss(trust), Account(id=PARTNER).user("abc", *statements)


def _chain(middle: Json, trust: Json) -> Account:
    worker = role_arn("worker")
    account = Account().boss(trust).role("worker", middle, trust=assume(MALLORY))
    return account.user("mallory", allow("sts:AssumeRole", worker))


CASES: Final[tuple[Case, ...]] = (
    case(
        "sts-001/named-and-allowed",
        "yes",
        "The trust names the user, and the user is allowed.",
        PF + "sts-001",
        _home(_ASSUME, trust=assume(MALLORY)),
    ),
    case(
        "sts-001/named-only",
        "yes",
        "Within an account a trust that names the user suffices.",
        IAM + "reference_policies_evaluation-logic.html",
        _home(_S3, trust=assume(MALLORY)),
    ),
    case(
        "sts-001/account-and-allowed",
        "yes",
        "The trust names the account, which delegates to its identity policies.",
        IAM + "reference_policies_elements_principal.html",
        _home(_ASSUME, trust=assume(f"arn:aws:iam::{ACCOUNT}:root")),
    ),
    case(
        "sts-001/account-not-allowed",
        "no",
        "The trust names the account, and no policy of the user allows it to assume the role.",
        IAM + "reference_policies_elements_principal.html",
        _home(_S3, trust=assume(f"arn:aws:iam::{ACCOUNT}:root")),
    ),
    case(
        "sts-001/allowed-not-trusted",
        "no",
        "The user may assume any role; the role trusts another user.",
        IAM + "id_roles_terms-and-concepts.html",
        _home(allow("sts:AssumeRole"), trust=assume(user_arn("bob"))).user("bob", _S3, keys=0),
    ),
    case(
        "sts-001/denied",
        "no",
        "An explicit deny wins over a trust that names the user.",
        IAM + "reference_policies_evaluation-logic_policy-eval-denyallow.html",
        _home(deny("sts:AssumeRole", BOSS), trust=assume(MALLORY)),
    ),
    case(
        "sts-001/denied-elsewhere",
        "yes",
        "The deny is for roles below another path.",
        IAM + "reference_identifiers.html",
        _home(_ASSUME, deny("sts:AssumeRole", role_arn("team/*")), trust=assume(MALLORY)),
    ),
    case(
        "sts-001/deleted-principal",
        "no",
        "The trust holds the id of a deleted user; a new user of the same name is not meant.",
        IAM + "reference_policies_elements_principal.html",
        _home(_ASSUME, trust=assume("AIDAJQABLZS4A3QDU576Q")),
    ),
    case(
        "sts-001/service-only",
        "no",
        "The role trusts Lambda alone.",
        IAM + "id_roles_create_for-service.html",
        _home(_ASSUME, trust=service("lambda")),
    ),
    case(
        "sts-001/mfa-with-device",
        "conditional",
        "The trust asks for MFA, and the user has a device.",
        IAM + "id_credentials_mfa_configure-api-require.html",
        _home(_ASSUME, trust=assume(MALLORY, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), mfa=True),
    ),
    case(
        "sts-001/mfa-without-device",
        "no",
        "The trust asks for MFA; the user has no device and may not enrol one.",
        IAM + "id_credentials_mfa_configure-api-require.html",
        _home(_ASSUME, trust=assume(MALLORY, when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
    ),
    case(
        "sts-001/external-id",
        "conditional",
        "The caller must know the external id.",
        IAM + "id_roles_common-scenarios_third-party.html",
        *_away(_ASSUME, trust=assume(_ABC, when={"StringEquals": {"sts:ExternalId": "x-7731"}})),
        who=_ABC,
    ),
    case(
        "sts-001/principal-tag-equal",
        "yes",
        "The user carries the tag that the trust asks for.",
        _KEYS,
        _home(
            _ASSUME,
            trust=assume(ACCOUNT, when={"StringEquals": {"aws:PrincipalTag/team": "payments"}}),
            tags={"team": "payments"},
        ),
    ),
    case(
        "sts-001/principal-tag-other",
        "no",
        "The user carries another value of the tag.",
        _KEYS,
        _home(
            _ASSUME,
            trust=assume(ACCOUNT, when={"StringEquals": {"aws:PrincipalTag/team": "payments"}}),
            tags={"team": "Payments"},
        ),
    ),
    case(
        "sts-001/principal-arn-other",
        "no",
        "The trust limits the callers to users whose names begin with ops.",
        _KEYS,
        _home(_ASSUME, trust=assume(ACCOUNT, when={"ArnLike": {"aws:PrincipalArn": user_arn("ops-*")}})),
    ),
    case(
        "sts-001/principal-arn-like",
        "yes",
        "The caller's ARN matches the pattern.",
        _KEYS,
        _home(_ASSUME, trust=assume(ACCOUNT, when={"ArnLike": {"aws:PrincipalArn": user_arn("mal*")}})),
    ),
    case(
        "sts-001/date-past",
        "no",
        "The permission ended in 2020.",
        IAM + "reference_policies_examples_aws-dates.html",
        _home(
            allow("sts:AssumeRole", BOSS, {"DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}}),
            trust=assume(ACCOUNT),
        ),
    ),
    case(
        "sts-001/date-running",
        "yes",
        "The permission began in 2020.",
        IAM + "reference_policies_examples_aws-dates.html",
        _home(
            allow("sts:AssumeRole", BOSS, {"DateGreaterThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}}),
            trust=assume(ACCOUNT),
        ),
    ),
    case(
        "sts-001/source-ip",
        "conditional",
        "The call must come from an address that evidence does not tell.",
        IAM + "reference_policies_examples_aws_deny-ip.html",
        _home(allow("sts:AssumeRole", BOSS, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), trust=assume(ACCOUNT)),
    ),
    case(
        "sts-001/chain",
        "yes",
        "A role that the user may assume is trusted by the administrator role.",
        IAM + "id_roles.html",
        _chain(_ASSUME, assume(role_arn("worker"))),
    ),
    case(
        "sts-001/chain-broken",
        "no",
        "The middle role is neither named by the trust nor allowed to assume.",
        IAM + "reference_policies_elements_principal.html",
        _chain(_S3, assume(ACCOUNT)),
    ),
    case(
        "sts-001/other-account-both",
        "yes",
        "Across accounts both sides allow.",
        _CROSS,
        *_away(_ASSUME, trust=assume(f"arn:aws:iam::{PARTNER}:root")),
        who=_ABC,
    ),
    case(
        "sts-001/other-account-trust-only",
        "no",
        "Across accounts a trust alone does not do, even one that names the user.",
        _CROSS,
        *_away(_S3, trust=assume(_ABC)),
        who=_ABC,
    ),
    case(
        "sts-001/other-account-permission-only",
        "no",
        "The role trusts a user of its own account only.",
        _CROSS,
        *_away(_ASSUME, trust=assume(ACCOUNT)),
        who=_ABC,
    ),
    case(
        "sts-001/organization-equal",
        "yes",
        "The caller's organization is the one that the trust asks for.",
        _KEYS,
        _home(_ASSUME, trust=assume(ACCOUNT, when={"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}})).scp(
            deny("organizations:LeaveOrganization")
        ),
    ),
    case(
        "sts-001/organization-other",
        "no",
        "The trust asks for another organization.",
        _KEYS,
        _home(_ASSUME, trust=assume(ACCOUNT, when={"StringEquals": {"aws:PrincipalOrgID": "o-someother1"}})).scp(
            deny("organizations:LeaveOrganization")
        ),
    ),
    case(
        "sts-001/resource-tag-other",
        "no",
        "Roles with a tag may be assumed; this one carries another value.",
        IAM + "access_tags.html",
        Account()
        .role("boss", trust=assume(ACCOUNT), attached=["AdministratorAccess"], tags={"env": "prod"})
        .user("mallory", allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceTag/env": "dev"}})),
    ),
    case(
        "sts-001/resource-tag-equal",
        "yes",
        "The role carries the tag that the permission asks for.",
        IAM + "access_tags.html",
        Account()
        .role("boss", trust=assume(ACCOUNT), attached=["AdministratorAccess"], tags={"env": "dev"})
        .user("mallory", allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceTag/env": "dev"}})),
    ),
    case(
        "sts-001/resource-tag-iam-key",
        "yes",
        "The same by iam:ResourceTag, as AWS's own tutorial writes it.",
        IAM + "tutorial_attribute-based-access-control.html",
        Account()
        .role("boss", trust=assume(ACCOUNT), attached=["AdministratorAccess"], tags={"env": "dev"})
        .user("mallory", allow("sts:AssumeRole", "*", {"StringEquals": {"iam:ResourceTag/env": "dev"}})),
    ),
    case(
        "sts-001/not-administrator",
        "no",
        "The role is called boss and may list buckets.",
        PF + "sts-001",
        Account().role("boss", _S3, trust=assume(MALLORY)).user("mallory", _ASSUME),
    ),
    case(
        "sts-001/boundary-of-the-caller",
        "no",
        "The trust names the account, so the permission comes from the user's policies, which its boundary limits.",
        IAM + "access_policies_boundaries.html",
        Account().boss(assume(ACCOUNT)).policy("limit", allow("s3:*")).user("mallory", _ASSUME, boundary="limit"),
    ),
    case(
        "nhi-sts-assumeroleinmember/management-account",
        "yes",
        "OrganizationAccountAccessRole of a member trusts the management account.",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html",
        Account().role(
            "OrganizationAccountAccessRole",
            trust=assume(f"arn:aws:iam::{PARTNER}:root"),
            attached=["AdministratorAccess"],
        ),
        Account(id=PARTNER).user("abc", allow("sts:AssumeRole", "arn:aws:iam::*:role/OrganizationAccountAccessRole")),
        who=_ABC,
    ),
    case(
        "nhi-sts-assumeroleinmember/other-role-name",
        "no",
        "The permission names another role.",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html",
        Account().role(
            "OrganizationAccountAccessRole",
            trust=assume(f"arn:aws:iam::{PARTNER}:root"),
            attached=["AdministratorAccess"],
        ),
        Account(id=PARTNER).user("abc", allow("sts:AssumeRole", "arn:aws:iam::*:role/ReadOnly")),
        who=_ABC,
    ),
)
