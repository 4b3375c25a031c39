"""Cases of techniques that make a new role or user and become it, from the vendor's documentation.

Input: none. Output: ``cases()``. Not handled: gains short of administration.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, OTHER, A, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.names import ADMINISTRATOR, READ_ONLY
from tests.worlds.statements import Json, allow, deny, trust

__all__ = ["cases"]

ROLE, USER = "nhi-iam-createrole", "nhi-iam-createuser"
MAKE_ROLE = ("iam:CreateRole", "iam:AttachRolePolicy")
MAKE_USER = ("iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey")
APP_ROLES, APP_USERS = A.role("app-*"), A.user("app-*")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
BOTH = {"r-a1": [OTHER], "ou-1": [ACCOUNT]}
_UNREAD = A.policy("unread")


def _bounded(policy: str) -> Json:
    return {"StringEquals": {"iam:PermissionsBoundary": policy}}


def _attaching(policy: str) -> Json:
    return {"ArnEquals": {"iam:PolicyARN": policy}}


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _roles()
    yield from _users()
    yield from _groups()
    for technique, actions in ((ROLE, MAKE_ROLE), (USER, MAKE_USER)):
        yield from _either(technique, actions)
        yield from _boundaries(technique, actions)
        yield from _organization(technique, actions)


def _either(technique: str, actions: tuple[str, ...]) -> Iterator[Case]:
    mine = APP_ROLES if technique == ROLE else APP_USERS
    yield fires(technique, "on everything", here().user("ci", allow(*actions)), grants=1)
    yield fires(technique, "on one name pattern", here().user("ci", allow(*actions, on=mine)))
    yield fires(
        technique, "by a role",
        here().role("app", allow(*actions), trusts=trust(service="ec2.amazonaws.com")), source=A.role("app"),
    )  # fmt: skip
    yield fires(
        technique, "with MFA alone", here().user("ci", allow(*actions, when=MFA)), state=State.CONDITIONAL,
        keys={"aws:multifactorauthpresent"},
    )  # fmt: skip
    for missing in actions:
        kept = [action for action in actions if action != missing]
        yield silent(technique, f"without {missing}", here().user("ci", allow(*kept)))
        yield silent(
            technique, f"{missing} on another name",
            here().user("ci", allow(*kept, on=mine), allow(missing, on=mine.replace("app-", "web-"))),
        )  # fmt: skip
    yield silent(technique, "in another account", here().user("ci", allow(*actions, on=mine.replace(ACCOUNT, OTHER))))
    yield silent(technique, "denied", here().user("ci", allow(*actions), deny(actions[0])))
    yield silent(technique, "an administrator gains nothing", here().user("ci", allow("*")))
    yield silent(
        technique, "a policy that reads alone",
        here().user("ci", allow(actions[0], *actions[2:]), allow(actions[1], when=_attaching(READ_ONLY))),
    )  # fmt: skip
    yield fires(
        technique, "the administrators' policy alone",
        here().user("ci", allow(actions[0], *actions[2:]), allow(actions[1], when=_attaching(ADMINISTRATOR))),
    )  # fmt: skip
    yield silent(
        technique, "creation asks for a policy that it does not carry",
        here().user("ci", allow(*actions, when=_attaching(ADMINISTRATOR))),
    )  # fmt: skip


def _boundaries(technique: str, actions: tuple[str, ...]) -> Iterator[Case]:
    first, given, *rest = actions

    def bounded(policy: str) -> list[Json]:
        return [allow(first, given, when=_bounded(policy)), *([allow(*rest)] if rest else [])]

    def wide() -> World:
        return here().policy("wide", allow("*"))

    yield fires(technique, "a boundary that allows everything", wide().user("ci", *bounded(A.policy("wide"))))
    yield fires(technique, "AWS's widest policy as boundary", here().user("ci", *bounded(ADMINISTRATOR)))
    yield silent(
        technique, "a boundary that allows data alone",
        here().policy("data", allow("s3:*")).user("ci", *bounded(A.policy("data"))),
    )  # fmt: skip
    unlike = {"StringNotEquals": {"iam:PermissionsBoundary": A.policy("data")}}
    yield silent(
        technique, "no other boundary than one that allows data",
        here().policy("data", allow("s3:*")).user("ci", allow(*actions), deny(first, when=unlike)),
    )  # fmt: skip
    yield fires(
        technique, "creation alone unbounded, no boundary asked later", here().user("ci", allow(*actions)),
    )  # fmt: skip
    yield fires(
        technique, "a boundary that was not collected", here().user("ci", *bounded(_UNREAD)),
        state=State.CONDITIONAL, keys={"policy"},
    )  # fmt: skip
    yield silent(
        technique, "boundary on the new one, none allowed for its policy",
        wide().user("ci", allow(first, *rest, when=_bounded(A.policy("wide"))), allow(given, when=_bounded("none"))),
    )  # fmt: skip


def _organization(technique: str, actions: tuple[str, ...]) -> Iterator[Case]:
    def under(*statements: Json, on: str = "ou-1") -> Case:
        where = here().user("ci", allow(*actions)).organization(OTHER, BOTH).scp("guard", *statements, on=on)
        return silent(technique, f"an SCP denies {statements[0]['Action']}", where)

    yield under(deny(actions[0]))
    yield under(deny("iam:PutUserPolicy", "iam:PutRolePolicy"))
    kind = "role" if technique == ROLE else "user"
    only = deny("iam:*", when={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*:{kind}/app-*"}})
    yield silent(
        technique, "an SCP on the very names that it may choose",
        here().user("ci", allow(*actions, on=APP_ROLES if technique == ROLE else APP_USERS))
        .organization(OTHER, BOTH).scp("guard", only, on="ou-1"),
    )  # fmt: skip
    yield fires(
        technique, "an SCP on names that it need not choose",
        here().user("ci", allow(*actions)).organization(OTHER, BOTH).scp("guard", only, on="ou-1"),
    )  # fmt: skip


def _roles() -> Iterator[Case]:
    yield fires(ROLE, "inline policy", here().user("ci", allow("iam:CreateRole", "iam:PutRolePolicy", on=APP_ROLES)))
    yield silent(ROLE, "a role that cannot be assumed", here().user("ci", allow(*MAKE_ROLE), deny("sts:AssumeRole")))
    edge = here().policy("edge", allow("iam:*")).user("ci", allow(*MAKE_ROLE), boundary="edge")
    yield silent(ROLE, "the caller's boundary stops assuming", edge)


def _users() -> Iterator[Case]:
    yield fires(USER, "inline policy", here().user("ci", allow("iam:CreateUser", "iam:PutUserPolicy", MAKE_USER[2])))
    yield fires(
        USER, "a password", here().user("ci", allow("iam:CreateUser", "iam:PutUserPolicy", "iam:CreateLoginProfile"))
    )
    yield silent(USER, "no credential", here().user("ci", allow("iam:CreateUser", "iam:PutUserPolicy")))


def _groups() -> Iterator[Case]:
    joining = ("iam:CreateUser", "iam:AddUserToGroup", "iam:CreateAccessKey")
    admins = here().group("admins", attached=[ADMINISTRATOR])
    yield fires(USER, "a group that administers", admins.user("ci", allow(*joining)), ADMIN, CI, grants=2)
    yield silent(
        USER, "a group that reads", here().group("readers", attached=[READ_ONLY]).user("ci", allow(*joining))
    )  # fmt: skip
    yield silent(
        USER, "another group",
        here().group("admins", attached=[ADMINISTRATOR])
        .user("ci", allow(joining[0], joining[2]), allow(joining[1], on=A.group("readers"))),
    )  # fmt: skip
