"""Cases of techniques by which an identity takes another principal: credentials, trust, policies.

Input: none. Output: ``cases()``. Not handled: running code (``cases_code``).
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, B, Case, fires, here, silent
from tests.worlds.names import READ_ONLY
from tests.worlds.statements import allow, deny, trust

__all__ = ["cases"]

BOB, APP = A.user("bob"), A.role("app")
EC2 = trust(service="ec2.amazonaws.com")
SLR = "/aws-service-role/lambda.amazonaws.com/"
LINKED = A.role("aws-service-role/lambda.amazonaws.com/AWSServiceRoleForX")
READ_ONLY_ONLY = {"ArnEquals": {"iam:PolicyARN": READ_ONLY}}
ASSUME = allow("sts:AssumeRole")


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _assume_role()
    yield from _access_keys()
    yield from _passwords()
    yield from _rewrite_trust()
    yield from _policy_of_assumable_role()
    yield from _policy_of_user()
    yield from _policy_and_trust()


def _assume_role() -> Iterator[Case]:
    one = "sts-001"
    yield fires(
        one,
        "the account is trusted and the caller allowed",
        here().role("app", trusts=trust(ACCOUNT)).user("ci", ASSUME),
        APP,
        grants=2,
    )
    yield silent(
        one, "the account is trusted, the caller not allowed", here().role("app", trusts=trust(A.root)).user("ci"), APP
    )
    yield fires(one, "a trust that names the user", here().user("ci").role("app", trusts=trust(CI)), APP, grants=1)
    yield silent(one, "denied", here().role("app", trusts=trust(ACCOUNT)).user("ci", ASSUME, deny("sts:*")), APP)
    yield silent(
        one,
        "allowed on another role",
        here().role("app", trusts=trust(ACCOUNT)).user("ci", allow("sts:AssumeRole", on=A.role("web"))),
        APP,
    )
    yield silent(one, "only a service is trusted", here().role("app", trusts=EC2).user("ci", ASSUME), APP)
    yield silent(one, "another account is trusted", here().role("app", trusts=trust(OTHER)).user("ci", ASSUME), APP)
    yield silent(
        one,
        "the trust names a user that was deleted",
        here().role("app", trusts=trust("AIDAQQQQQQQQQQQQQQQQQ")).user("ci", ASSUME),
        APP,
    )
    yield silent(
        one,
        "a boundary leaves it out",
        here().policy("edge", allow("s3:*")).role("app", trusts=trust(ACCOUNT)).user("ci", ASSUME, boundary="edge"),
        APP,
    )
    yield silent(
        one, "an SCP denies it",
        here().role("app", trusts=trust(ACCOUNT)).user("ci", ASSUME)
        .organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]}).scp("guard", deny("sts:AssumeRole"), on="r-a1"),
        APP,
    )  # fmt: skip
    yield fires(
        one, "with an external id",
        here().user("ci", ASSUME).role("app", trusts=trust(ACCOUNT, when={"StringEquals": {"sts:ExternalId": "x7"}})),
        APP, state=State.CONDITIONAL, keys={"sts:externalid"},
    )  # fmt: skip
    yield silent(one, "the root user cannot assume roles", here().role("app", trusts=trust(ACCOUNT)), APP, A.root)


def _access_keys() -> Iterator[Case]:
    one, two = "iam-002", "iam-003"
    create = allow("iam:CreateAccessKey")
    both = allow("iam:CreateAccessKey", "iam:DeleteAccessKey")
    yield fires(one, "no key yet", here().user("ci", create).user("bob"), BOB, grants=1)
    yield fires(one, "one key", here().user("ci", create).user("bob", keys=1), BOB)
    yield silent(one, "two keys are the limit", here().user("ci", both).user("bob", keys=2), BOB)
    yield silent(one, "denied on this user", here().user("ci", create, deny("iam:*", on=BOB)).user("bob"), BOB)
    yield silent(one, "on another user", here().user("ci", allow("iam:CreateAccessKey", on=CI)).user("bob"), BOB)
    yield silent(
        one,
        "a user of another account",
        here().user("ci", create).account(OTHER).user("bob"),
        B.user("bob"),
    )
    yield silent(
        one, "an SCP that allows other services only",
        here().user("ci", create).user("bob").organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]})
        .scp("narrow", allow("s3:*"), on="ou-1", full=False),
        BOB,
    )  # fmt: skip
    yield fires(
        one, "nothing tells of the keys",
        here().user("ci", create).user("bob").without("iam.get_credential_report", "iam.list_access_keys"),
        BOB, noted=True,
    )  # fmt: skip
    yield fires(
        one, "tag on the user",
        here().user("ci", allow("iam:CreateAccessKey", when={"StringEquals": {"aws:ResourceTag/team": "web"}}))
        .user("bob", tags={"team": "web"}),
        BOB,
    )  # fmt: skip
    yield silent(
        one, "another tag on the user",
        here().user("ci", allow("iam:CreateAccessKey", when={"StringEquals": {"aws:ResourceTag/team": "web"}}))
        .user("bob", tags={"team": "pay"}),
        BOB,
    )  # fmt: skip

    yield fires(two, "two keys and one may be deleted", here().user("ci", both).user("bob", keys=2), BOB)
    yield silent(two, "a slot is free", here().user("ci", both).user("bob", keys=1), BOB)
    yield silent(two, "none may be deleted", here().user("ci", create).user("bob", keys=2), BOB)
    yield silent(
        two,
        "keys of somebody else may be deleted",
        here().user("ci", create, allow("iam:DeleteAccessKey", on=A.user("eve"))).user("bob", keys=2),
        BOB,
    )


def _passwords() -> Iterator[Case]:
    one, two = "iam-004", "iam-006"
    create, update = allow("iam:CreateLoginProfile"), allow("iam:UpdateLoginProfile")
    yield fires(one, "no password yet", here().user("ci", create).user("bob"), BOB)
    yield silent(one, "there is a password", here().user("ci", create).user("bob", password=True), BOB)
    yield silent(one, "denied", here().user("ci", create, deny("iam:CreateLoginProfile", on=BOB)).user("bob"), BOB)
    yield fires(
        one,
        "nothing tells of the password",
        here().user("ci", create).user("bob").without("iam.get_credential_report"),
        BOB,
        noted=True,
    )
    yield fires(
        two, "nothing tells of the password",
        here().user("ci", update).user("bob").without("iam.get_credential_report"), BOB,
        state=State.UNVERIFIED, noted=True,
    )  # fmt: skip
    yield fires(two, "there is a password", here().user("ci", update).user("bob", password=True), BOB)
    yield silent(two, "no password yet", here().user("ci", update).user("bob"), BOB)
    yield silent(
        two,
        "on another user",
        here().user("ci", allow("iam:UpdateLoginProfile", on=A.user("eve"))).user("bob", password=True),
        BOB,
    )
    yield fires(
        two, "an MFA device is asked for",
        here().user("ci", update).user("bob", password=True, mfa=True),
        BOB, state=State.CONDITIONAL, keys={"nhi:mfa-device-of-target"},
    )  # fmt: skip


def _rewrite_trust() -> Iterator[Case]:
    one = "iam-012"
    rewrite = allow("iam:UpdateAssumeRolePolicy")
    yield fires(one, "any role", here().user("ci", rewrite).role("app", trusts=EC2), APP)
    yield silent(
        one, "a service-linked role's trust cannot be changed",
        here().user("ci", rewrite)
        .role("AWSServiceRoleForX", trusts=trust(service="lambda.amazonaws.com"), path=SLR), LINKED,
    )  # fmt: skip
    yield silent(
        one,
        "a role of Identity Center is changed by AWS alone",
        here().user("ci", rewrite).role("AWSReservedSSO_x", trusts=EC2, path="/aws-reserved/sso.amazonaws.com/"),
        A.role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_x"),
    )
    yield silent(
        one,
        "the caller's boundary does not let it assume roles",
        here().policy("edge", allow("iam:*")).user("ci", rewrite, boundary="edge").role("app", trusts=EC2),
        APP,
    )
    yield silent(
        one,
        "denied to assume roles",
        here().user("ci", rewrite, deny("sts:AssumeRole")).role("app", trusts=EC2),
        APP,
    )
    yield silent(
        one, "an SCP denies to assume roles",
        here().user("ci", rewrite).role("app", trusts=EC2)
        .organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]}).scp("guard", deny("sts:AssumeRole"), on="ou-1"),
        APP,
    )  # fmt: skip
    yield silent(
        one,
        "on another role",
        here().user("ci", allow("iam:UpdateAssumeRolePolicy", on=A.role("web"))).role("app", trusts=EC2),
        APP,
    )
    yield silent(
        one,
        "a role of another account",
        here().user("ci", rewrite, ASSUME).account(OTHER).role("app", trusts=EC2),
        B.role("app"),
    )


def _policy_of_assumable_role() -> Iterator[Case]:
    trusting = trust(ACCOUNT)
    for one, action in (("iam-014", "iam:AttachRolePolicy"), ("iam-017", "iam:PutRolePolicy")):
        grant = allow(action)
        yield fires(one, "role can be assumed", here().user("ci", grant, ASSUME).role("app", trusts=trusting), via=APP)
        yield silent(one, "role trusts a service alone", here().user("ci", grant, ASSUME).role("app", trusts=EC2))
        yield silent(one, "assuming is not allowed", here().user("ci", grant).role("app", trusts=trusting))
        yield silent(
            one, "the permissions are for different roles",
            here().user("ci", allow(action, on=A.role("web")), allow("sts:AssumeRole", on=APP))
            .role("app", trusts=trusting).role("web", trusts=trusting),
        )  # fmt: skip
        yield silent(
            one, "the role's boundary leaves administration out",
            here().policy("edge", allow("s3:*")).user("ci", grant, ASSUME)
            .role("app", trusts=trusting, boundary="edge"),
        )  # fmt: skip
        yield fires(
            one,
            "permissions of two groups",
            here().group("x", grant).group("y", ASSUME).user("ci", groups=["x", "y"]).role("app", trusts=trusting),
        )
    yield silent(
        "iam-014",
        "iam:PolicyARN admits ReadOnlyAccess alone",
        here().user("ci", allow("iam:AttachRolePolicy", when=READ_ONLY_ONLY), ASSUME).role("app", trusts=trusting),
    )

    one, version = "iam-016", allow("iam:CreatePolicyVersion")
    yield fires(
        one,
        "customer policy of a role that can be assumed",
        here().policy("p", allow("s3:*")).user("ci", version, ASSUME).role("app", trusts=trusting, attached=["p"]),
        via=APP,
    )
    yield silent(
        one,
        "AWS managed policies cannot be edited",
        here().user("ci", version, ASSUME).role("app", trusts=trusting, attached=[READ_ONLY]),
    )
    yield silent(
        one,
        "role trusts a service alone",
        here().policy("p", allow("s3:*")).user("ci", version, ASSUME).role("app", trusts=EC2, attached=["p"]),
    )
    yield silent(
        one, "five versions are there",
        here().policy("p", allow("s3:*"), older=[allow("s3:Get*")] * 4).user("ci", version, ASSUME)
        .role("app", trusts=trusting, attached=["p"]),
    )  # fmt: skip


def _policy_of_user() -> Iterator[Case]:
    for one, action in (("iam-015", "iam:AttachUserPolicy"), ("iam-018", "iam:PutUserPolicy")):
        on_bob = allow(action, "iam:CreateAccessKey", on=BOB)
        yield fires(one, "a key slot is free", here().user("ci", on_bob).user("bob"), via=BOB)
        yield silent(one, "two keys are the limit", here().user("ci", on_bob).user("bob", keys=2))
        yield silent(one, "no key may be made", here().user("ci", allow(action, on=BOB)).user("bob"))
        yield silent(
            one,
            "the other user's boundary leaves administration out",
            here().policy("edge", allow("s3:*")).user("ci", on_bob).user("bob", boundary="edge"),
        )
        yield silent(
            one, "the permissions are for different users",
            here().user("ci", allow(action, on=BOB), allow("iam:CreateAccessKey", on=A.user("eve")))
            .user("bob").user("eve"),
        )  # fmt: skip


def _policy_and_trust() -> Iterator[Case]:
    for one, action in (("iam-019", "iam:AttachRolePolicy"), ("iam-021", "iam:PutRolePolicy")):
        both = allow(action, "iam:UpdateAssumeRolePolicy")
        yield fires(one, "role that trusts a service", here().user("ci", both).role("app", trusts=EC2), via=APP)
        yield silent(
            one, "a service-linked role cannot be changed",
            here().user("ci", both)
            .role("AWSServiceRoleForX", trusts=trust(service="lambda.amazonaws.com"), path=SLR),
        )  # fmt: skip
        yield silent(
            one,
            "a role of Identity Center is changed by AWS alone",
            here().user("ci", both).role("AWSReservedSSO_x", trusts=EC2, path="/aws-reserved/sso.amazonaws.com/"),
        )
        yield silent(
            one,
            "trust may not be rewritten",
            here().user("ci", allow(action)).role("app", trusts=EC2),
        )
        yield silent(
            one, "denied to assume roles", here().user("ci", both, deny("sts:AssumeRole")).role("app", trusts=EC2)
        )
        yield silent(
            one,
            "the role's boundary leaves administration out",
            here().policy("edge", allow("s3:*")).user("ci", both).role("app", trusts=EC2, boundary="edge"),
        )
    one, both = "iam-020", allow("iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy")
    yield fires(
        one,
        "customer policy of a role",
        here().policy("p", allow("s3:*")).user("ci", both).role("app", trusts=EC2, attached=["p"]),
        via=APP,
    )
    yield silent(
        one,
        "AWS managed policies cannot be edited",
        here().user("ci", both).role("app", trusts=EC2, attached=[READ_ONLY]),
    )
    yield silent(
        one, "trust may not be rewritten",
        here().policy("p", allow("s3:*")).user("ci", allow("iam:CreatePolicyVersion"))
        .role("app", trusts=EC2, attached=["p"]),
    )  # fmt: skip
