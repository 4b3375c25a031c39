"""Cases of changes of an identity's state: boundary, MFA device, policies and groups that carry a deny.

Input: none. Output: ``cases()``. Not handled: tags (``cases_state_tags``); whole sequences (``tests/analytics``).
Sources: AWS IAM user guide and API reference; each case says what they say, not what the code does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, A, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.names import ADMINISTRATOR, READ_ONLY
from tests.worlds.statements import Json, allow, deny, trust

__all__ = ["cases"]

APP, BOB = A.role("app"), A.user("bob")
FREE, APP_FREE, BOB_FREE = f"{CI}?without-boundary", f"{APP}?without-boundary", f"{BOB}?without-boundary"
DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/ci"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
HOLDS = {"nhi:holds"}
ENROL = ("iam:CreateVirtualMFADevice", "iam:EnableMFADevice")
EC2 = trust(service="ec2.amazonaws.com")
EDGED: dict[str, Any] = {"trusts": EC2, "boundary": "edge"}
STOP = deny("s3:*", "iam:Put*", "iam:Attach*", "iam:*PolicyVersion")


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _delete_boundary()
    yield from _put_boundary()
    yield from _rewrite_boundary()
    yield from _mfa()
    yield from _policies()
    yield from _groups()


def _delete_boundary() -> Iterator[Case]:
    for one, action, me, free in (
        ("nhi-iam-deleteuserpermissionsboundary", "iam:DeleteUserPermissionsBoundary", CI, FREE),
        ("nhi-iam-deleterolepermissionsboundary", "iam:DeleteRolePermissionsBoundary", APP, APP_FREE),
    ):

        def me_under(*edge: Json, own: tuple[Json, ...] = (allow("*"),), is_user: bool = me == CI) -> World:
            bounded = here().policy("edge", *edge)
            return bounded.user("ci", *own, boundary="edge") if is_user else bounded.role("app", *own, **EDGED)

        yield fires(one, "of oneself", me_under(allow("s3:*", action)), free, me, grants=1)
        yield silent(one, "the boundary is in force while it is deleted", me_under(allow("s3:*")), free, me)
        yield silent(one, "the boundary denies its deletion", me_under(allow("*"), deny(action)), free, me)
        yield silent(one, "nothing opens without it", me_under(allow("s3:*", action), own=(allow(action),)), free, me)
        yield silent(one, "a boundary that limits nothing", me_under(allow("*")), free, me)
        with_mfa = me_under(allow("s3:*"), allow(action, when=MFA))
        if me == CI:
            keys = {"aws:multifactorauthpresent"}
            yield fires(one, "with MFA only", with_mfa, free, me, state=State.CONDITIONAL, keys=keys)
        else:
            yield silent(one, "with MFA only, which a role never has", with_mfa, free, me)
    other = here().policy("edge", allow("s3:*")).user("bob", allow("*"), boundary="edge")
    one = "nhi-iam-deleteuserpermissionsboundary"
    yield fires(
        one,
        "of another user, who must be held as well",
        other.user("ci", allow("iam:DeleteUserPermissionsBoundary", on=BOB)),
        BOB_FREE,
        state=State.CONDITIONAL,
        keys=HOLDS,
    )
    yield silent(
        one,
        "a role's boundary is another action",
        here()
        .policy("edge", allow("s3:*"))
        .role("app", allow("*"), trusts=trust(ACCOUNT), boundary="edge")
        .user("ci", allow("iam:DeleteUserPermissionsBoundary")),
        APP_FREE,
    )
    yield silent(
        "nhi-iam-deleterolepermissionsboundary",
        "a role that only AWS can edit",
        here()
        .policy("edge", allow("s3:*"))
        .role("app", allow("*"), trusts=trust(ACCOUNT), boundary="edge", path="/aws-reserved/sso.amazonaws.com/")
        .user("ci", allow("iam:DeleteRolePermissionsBoundary")),
        f"{A.role('aws-reserved/sso.amazonaws.com/app')}?without-boundary",
    )


def _put_boundary() -> Iterator[Case]:
    for kind, me, free in (("User", CI, FREE), ("Role", APP, APP_FREE)):
        one, put = f"nhi-iam-put{kind.lower()}permissionsboundary", f"iam:Put{kind}PermissionsBoundary"

        def mine(statement: Json, *, is_user: bool = kind == "User") -> World:
            bounded = here().policy("edge", allow("s3:*"), statement).policy("wider", allow("s3:*", "ec2:*", "iam:*"))
            if is_user:
                return bounded.user("ci", allow("*"), boundary="edge")
            return bounded.role("app", allow("*"), **EDGED)

        def only(policy: str, put: str = put) -> Json:
            return allow(put, when={"StringEquals": {"iam:PermissionsBoundary": policy}})

        yield fires(one, "any policy in its place", mine(allow(put)), free, me, via=ADMINISTRATOR)
        yield fires(one, "only AdministratorAccess", mine(only(ADMINISTRATOR)), free, me, via=ADMINISTRATOR)
        yield silent(one, "only the same boundary again", mine(only(A.policy("edge"))), free, me)
        yield fires(
            one, "only a wider policy of the account", mine(only(A.policy("wider"))),
            f"{me}?boundary:{A.policy('wider')}", me,
        )  # fmt: skip
        yield silent(one, "only a wider policy of the account, not none", mine(only(A.policy("wider"))), free, me)


def _rewrite_boundary() -> Iterator[Case]:
    one = "nhi-iam-createpolicyversion-boundary"
    rewrite = allow("iam:CreatePolicyVersion", on=A.policy("edge"))
    old = [allow("s3:ListBucket")] * 4
    yield fires(
        one,
        "the boundary's own policy",
        here().policy("edge", allow("s3:*"), rewrite).user("ci", allow("*"), boundary="edge"),
        FREE,
        via=A.policy("edge"),
    )
    yield silent(
        one,
        "five versions are there and none may be deleted",
        here().policy("edge", allow("s3:*"), rewrite, older=old).user("ci", allow("*"), boundary="edge"),
        FREE,
    )
    yield silent(
        one,
        "a policy of AWS cannot be rewritten",
        here().user("ci", allow("*"), boundary=READ_ONLY),
        FREE,
    )
    two = "nhi-iam-setdefaultpolicyversion-boundary"
    back = allow("iam:SetDefaultPolicyVersion", on=A.policy("edge"))
    wide = [[allow("iam:*", "s3:*")]]
    yield fires(
        two,
        "an older version is wider",
        here().policy("edge", allow("s3:*"), back, older=wide).user("ci", allow("*"), boundary="edge"),
        f"{CI}?boundary:{A.policy('edge')}=v1",
    )
    yield silent(
        two,
        "the older version is narrower",
        here().policy("edge", allow("s3:*"), back, older=[[allow("s3:Get*")]]).user("ci", allow("*"), boundary="edge"),
        f"{CI}?boundary:{A.policy('edge')}=v1",
    )


def _mfa() -> Iterator[Case]:
    one, device = "nhi-iam-enablemfadevice", f"{CI}?mfa"
    guarded = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT, when=MFA))
    reads = allow("sts:AssumeRole")
    yield fires(one, "a trust asks for MFA", guarded.user("ci", allow(*ENROL), reads, keys=1), device, grants=1)
    yield fires(
        one,
        "one's own policy asks for MFA",
        here().user("ci", allow(*ENROL), allow("*", when=MFA), keys=1),
        device,
    )
    yield fires(
        one,
        "a deny without MFA leaves the enrolment open",
        here().user(
            "ci", allow("*"), {"Effect": "Deny", "NotAction": list(ENROL), "Resource": "*", "Condition": NO_MFA}, keys=1
        ),
        device,
    )
    twin = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT, when=MFA))
    yield silent(
        one,
        "enabling is allowed on the device, and AWS asks for it on the user",
        twin.user("ci", allow("iam:CreateVirtualMFADevice"), allow("iam:EnableMFADevice", on=DEVICE), reads),
        device,
    )  # fmt: skip
    yield silent(
        one,
        "enrolment itself needs MFA",
        here().user(
            "ci", allow("*"), {"Effect": "Deny", "NotAction": "iam:List*", "Resource": "*", "Condition": NO_MFA}
        ),
        device,
    )
    yield silent(
        one,
        "no device may be made",
        here().role("app", trusts=trust(ACCOUNT, when=MFA)).user("ci", allow("iam:EnableMFADevice"), reads),
        device,
    )
    yield silent(one, "nobody asks for MFA", here().user("ci", allow(*ENROL), reads), device)
    yield silent(
        one,
        "a session of a role carries no MFA",
        here().role("app", allow("*", when=MFA), allow(*ENROL), trusts=EC2),
        f"{APP}?mfa",
        APP,
    )


def _policies() -> Iterator[Case]:
    for kind, me in (("User", CI), ("Role", APP)):
        name = kind.lower()
        one, gone = f"nhi-iam-delete{name}policy", f"{me}?without-policy:inline-2"

        def mine(*inline: Json, attached: tuple[str, ...] = (), is_user: bool = kind == "User") -> World:
            where = here().policy("stop", STOP)
            if is_user:
                return where.user("ci", *inline, attached=attached)
            return where.role("app", *inline, attached=attached, trusts=EC2)

        yield fires(one, "an inline policy with a deny", mine(allow("*"), STOP), gone, me)
        yield silent(
            one,
            "the policy denies its own deletion",
            mine(allow("*"), deny("s3:*", f"iam:Delete{kind}Policy")),
            gone,
            me,
        )
        yield silent(one, "what it denies is not allowed anyway", mine(allow("iam:Delete*"), STOP), gone, me)
        one, gone = f"nhi-iam-detach{name}policy", f"{me}?without-policy:stop"
        yield fires(one, "a managed policy with a deny", mine(allow("*"), attached=("stop",)), gone, me)
        only = {"ArnNotEquals": {"iam:PolicyARN": A.policy("stop")}}
        yield silent(
            one, "any policy but this one",
            mine(allow("s3:*"), allow("iam:Put*"), allow(f"iam:Detach{kind}Policy", when=only), attached=("stop",)),
            gone, me,
        )  # fmt: skip


def _groups() -> Iterator[Case]:
    free = allow("*")
    for one, gone, action in (
        ("nhi-iam-deletegrouppolicy", f"{CI}?without-policy:careful/inline-1", "iam:DeleteGroupPolicy"),
        ("nhi-iam-detachgrouppolicy", f"{CI}?without-policy:careful/stop", "iam:DetachGroupPolicy"),
        ("nhi-iam-removeuserfromgroup", f"{CI}?without-group:careful", "iam:RemoveUserFromGroup"),
    ):
        inline = () if "detach" in one else (STOP,)
        attached = ("stop",) if "detach" in one else ()
        where = here().policy("stop", STOP).group("careful", *inline, attached=attached)
        yield fires(one, "the deny comes with a group", where.user("ci", free, groups=["careful"]), gone)
        twin = here().policy("stop", STOP).group("careful", *inline, attached=attached)
        yield silent(
            one,
            "on other groups only",
            twin.user("ci", allow("s3:*", "iam:Put*"), allow(action, on=A.group("other")), groups=["careful"]),
            gone,
        )
