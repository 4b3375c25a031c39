"""Cases of techniques by which an identity changes its own permissions.

Input: none. Output: ``cases()``. Not handled: other principals' policies (``cases_other_policy``).
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, Case, fires, here, silent
from tests.worlds.names import ADMINISTRATOR, READ_ONLY
from tests.worlds.statements import allow, deny, trust

__all__ = ["cases"]

ADMINS_ONLY = {"ArnEquals": {"iam:PolicyARN": ADMINISTRATOR}}
READ_ONLY_ONLY = {"ArnEquals": {"iam:PolicyARN": READ_ONLY}}
ADMINS = A.group("admins")
BOTH_WIDE = {"ArnLike": {"iam:PolicyARN": [ADMINISTRATOR, "arn:aws:iam::aws:policy/IAM*"]}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SLR = "/aws-service-role/lambda.amazonaws.com/"


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _policy_version()
    yield from _default_version()
    yield from _user_inline()
    yield from _role_inline()
    yield from _user_attach()
    yield from _role_attach()
    yield from _group_policies()
    yield from _join_group()


def _policy_version() -> Iterator[Case]:
    one = "iam-001"
    rewrite = allow("iam:CreatePolicyVersion", on=A.policy("own"))
    old = [allow("s3:ListBucket")] * 4

    yield fires(
        one,
        "policy attached to oneself",
        here().policy("own", rewrite).user("ci", attached=["own"]),
        via=A.policy("own"),
    )
    yield fires(
        one,
        "policy attached to a group of oneself",
        here().policy("own", rewrite).group("devs", attached=["own"]).user("ci", groups=["devs"]),
    )
    yield fires(
        one,
        "policy attached to one's own role",
        here().policy("own", rewrite).role("app", trusts=trust(service="ec2.amazonaws.com"), attached=["own"]),
        source=A.role("app"),
    )
    yield silent(
        one,
        "policy attached to somebody else only",
        here().policy("own", allow("s3:*")).user("ci", rewrite).user("bob", attached=["own"]),
    )
    yield silent(
        one,
        "AWS managed policies cannot be edited",
        here().user("ci", allow("iam:CreatePolicyVersion"), attached=[READ_ONLY]),
    )
    yield silent(
        one,
        "five versions are there and none may be deleted",
        here().policy("own", rewrite, older=old).user("ci", attached=["own"]),
    )
    yield fires(
        one, "five versions are there and one may be deleted",
        here()
        .policy("own", rewrite, older=old)
        .user("ci", allow("iam:DeletePolicyVersion", on=A.policy("own")), attached=["own"]),
        grants=2,
    )  # fmt: skip
    yield fires(
        one, "five versions are there and one may be deleted with MFA",
        here()
        .policy("own", rewrite, older=old)
        .user("ci", allow("iam:DeletePolicyVersion", when=MFA), attached=["own"]),
        state=State.CONDITIONAL, keys={"aws:multifactorauthpresent"},
    )  # fmt: skip
    yield silent(
        one,
        "denied",
        here().policy("own", rewrite).user("ci", deny("iam:CreatePolicyVersion"), attached=["own"]),
    )
    yield silent(
        one,
        "the caller's boundary leaves out IAM",
        here().policy("own", rewrite).policy("edge", allow("s3:*")).user("ci", attached=["own"], boundary="edge"),
    )


def _default_version() -> Iterator[Case]:
    one = "nhi-iam-setdefaultpolicyversion"
    choose = allow("iam:SetDefaultPolicyVersion")
    yield fires(
        one,
        "an older version allows everything",
        here().policy("own", allow("s3:Get*"), older=[allow("*")]).user("ci", choose, attached=["own"]),
    )
    yield silent(
        one,
        "the older version allows less",
        here().policy("own", allow("s3:*"), older=[allow("s3:Get*")]).user("ci", choose, attached=["own"]),
    )
    yield silent(one, "there is one version", here().policy("own", allow("s3:*")).user("ci", choose, attached=["own"]))
    yield silent(
        one,
        "the permissive policy is not attached",
        here().policy("own", allow("s3:*"), older=[allow("*")]).user("ci", choose).user("bob", attached=["own"]),
    )
    yield silent(
        one,
        "allowed on another policy only",
        here()
        .policy("own", allow("s3:Get*"), older=[allow("*")])
        .user("ci", allow("iam:SetDefaultPolicyVersion", on=A.policy("other")), attached=["own"]),
    )


def _user_inline() -> Iterator[Case]:
    one = "iam-007"
    put = allow("iam:PutUserPolicy")
    yield fires(one, "on any user", here().user("ci", put), via=CI, grants=1)
    yield fires(
        one,
        "on a path with the user's own name",
        here().user("ci", allow("iam:PutUserPolicy", on="arn:aws:iam::*:user/${aws:username}")),
    )
    yield silent(one, "on another user", here().user("ci", allow("iam:PutUserPolicy", on=A.user("bob"))).user("bob"))
    yield silent(one, "denied on oneself", here().user("ci", put, deny("iam:PutUserPolicy", on=CI)))
    yield silent(
        one,
        "a boundary leaves administration out",
        here().policy("edge", allow("iam:PutUserPolicy", "s3:*")).user("ci", put, boundary="edge"),
    )
    yield silent(
        one, "an SCP denies it",
        here().user("ci", put).organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]})
        .scp("guard", deny("iam:PutUserPolicy"), on="ou-1"),
    )  # fmt: skip
    yield fires(
        one, "only with MFA",
        here().user("ci", allow("iam:PutUserPolicy", when=MFA)),
        state=State.CONDITIONAL, keys={"aws:multifactorauthpresent"},
    )  # fmt: skip
    yield silent(
        one,
        "on a condition that cannot hold",
        here().user("ci", allow("iam:PutUserPolicy", when={"StringEquals": {"aws:PrincipalAccount": OTHER}})),
    )
    yield fires(
        one, "the document of the boundary is missing",
        here().policy("edge", allow("*")).user("ci", put, boundary="edge").drop_document(A.policy("edge")),
        state=State.CONDITIONAL, keys={"policy"},
    )  # fmt: skip
    yield silent(
        one,
        "a role may, a user asks",
        here().role("app", put, trusts=trust(service="ec2.amazonaws.com")).user("ci"),
    )


def _role_inline() -> Iterator[Case]:
    one = "iam-005"
    app, put = A.role("app"), allow("iam:PutRolePolicy")
    ec2 = trust(service="ec2.amazonaws.com")
    yield fires(one, "on any role", here().role("app", put, trusts=ec2), source=app, via=app)
    yield silent(
        one,
        "on another role only",
        here().role("app", allow("iam:PutRolePolicy", on=A.role("web")), trusts=ec2).role("web", trusts=ec2),
        source=app,
    )
    yield silent(
        one,
        "a boundary leaves administration out",
        here().policy("edge", allow("iam:PutRolePolicy")).role("app", put, trusts=ec2, boundary="edge"),
        source=app,
    )
    yield silent(
        one,
        "a service-linked role is changed by its service alone",
        here().role("AWSServiceRoleForX", put, trusts=trust(service="lambda.amazonaws.com"), path=SLR),
        source=A.role("aws-service-role/lambda.amazonaws.com/AWSServiceRoleForX"),
    )
    yield silent(
        one,
        "a role of Identity Center is changed by AWS alone",
        here().role("AWSReservedSSO_x", put, trusts=ec2, path="/aws-reserved/sso.amazonaws.com/"),
        source=A.role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_x"),
    )


def _user_attach() -> Iterator[Case]:
    one = "iam-008"
    yield fires(one, "any policy", here().user("ci", allow("iam:AttachUserPolicy")), via=CI)
    yield fires(
        one, "AdministratorAccess is admitted", here().user("ci", allow("iam:AttachUserPolicy", when=ADMINS_ONLY))
    )
    yield silent(
        one,
        "iam:PolicyARN admits ReadOnlyAccess alone",
        here().user("ci", allow("iam:AttachUserPolicy", when=READ_ONLY_ONLY)),
    )
    yield silent(
        one, "iam:PolicyARN admits a narrow customer policy alone",
        here().policy("narrow", allow("s3:*"))
        .user("ci", allow("iam:AttachUserPolicy", when={"ArnEquals": {"iam:PolicyARN": A.policy("narrow")}})),
    )  # fmt: skip
    yield fires(
        one, "iam:PolicyARN admits a customer policy that allows everything",
        here().policy("wide", allow("*"))
        .user("ci", allow("iam:AttachUserPolicy", when={"ArnEquals": {"iam:PolicyARN": A.policy("wide")}})),
    )  # fmt: skip
    yield silent(one, "on another user", here().user("ci", allow("iam:AttachUserPolicy", on=A.user("bob"))).user("bob"))
    yield fires(
        one,
        "only AdministratorAccess is denied: IAMFullAccess does as well",
        here().user("ci", allow("iam:AttachUserPolicy"), deny("iam:AttachUserPolicy", when=ADMINS_ONLY)),
    )
    yield silent(
        one,
        "AdministratorAccess and IAMFullAccess are denied",
        here().user("ci", allow("iam:AttachUserPolicy"), deny("iam:AttachUserPolicy", when=BOTH_WIDE)),
    )


def _role_attach() -> Iterator[Case]:
    one, app = "iam-009", A.role("app")
    ec2 = trust(service="ec2.amazonaws.com")
    yield fires(one, "any policy", here().role("app", allow("iam:AttachRolePolicy"), trusts=ec2), source=app)
    yield silent(
        one,
        "iam:PolicyARN admits ReadOnlyAccess alone",
        here().role("app", allow("iam:AttachRolePolicy", when=READ_ONLY_ONLY), trusts=ec2),
        source=app,
    )
    yield silent(
        one,
        "denied for AWS managed and own policies",
        here().role("app", allow("iam:AttachRolePolicy"), deny("iam:Attach*"), trusts=ec2),
        source=app,
    )


def _group_policies() -> Iterator[Case]:
    attach, put = allow("iam:AttachGroupPolicy"), allow("iam:PutGroupPolicy")
    for one, grant in (("iam-010", attach), ("iam-011", put)):
        yield fires(one, "own group", here().group("devs").user("ci", grant, groups=["devs"]))
        yield fires(one, "own group, granted by the group", here().group("devs", grant).user("ci", groups=["devs"]))
        yield silent(one, "not a member", here().group("devs").user("ci", grant))
        action = grant["Action"]
        yield silent(
            one,
            "on another group",
            here().group("devs").group("ops").user("ci", allow(action, on=A.group("ops")), groups=["devs"]),
        )
        yield silent(
            one,
            "a role is in no group",
            here().group("devs").role("app", grant, trusts=trust(service="ec2.amazonaws.com")),
            source=A.role("app"),
        )
    yield silent(
        "iam-010",
        "iam:PolicyARN admits ReadOnlyAccess alone",
        here().group("devs").user("ci", allow("iam:AttachGroupPolicy", when=READ_ONLY_ONLY), groups=["devs"]),
    )


def _join_group() -> Iterator[Case]:
    one = "iam-013"
    add = allow("iam:AddUserToGroup")
    yield fires(one, "a group of administrators", here().group("admins", allow("*")).user("ci", add), ADMINS, grants=1)
    yield silent(
        one, "already a member", here().group("admins", allow("iam:GetUser")).user("ci", add, groups=["admins"]), ADMINS
    )
    yield silent(one, "denied", here().group("admins", allow("*")).user("ci", add, deny("iam:*")), ADMINS)
    yield silent(
        one,
        "on another group",
        here()
        .group("admins", allow("*"))
        .group("devs", allow("s3:*"))
        .user("ci", allow("iam:AddUserToGroup", on=A.group("devs"))),
        ADMINS,
    )
    yield silent(
        one,
        "a role cannot be a member",
        here().group("admins", allow("*")).role("app", add, trusts=trust(service="ec2.amazonaws.com")),
        ADMINS,
        source=A.role("app"),
    )
    ten = [f"g{number}" for number in range(10)]
    full = here().group("admins", allow("*"))
    for name in ten:
        full = full.group(name)
    yield silent(one, "ten groups are the limit", full.user("ci", add, groups=ten), ADMINS)
