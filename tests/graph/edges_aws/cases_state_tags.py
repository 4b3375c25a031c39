"""Cases of changes of tags: an identity's own, so that a condition on ``aws:PrincipalTag`` opens or a deny stops.

Input: none. Output: ``cases()``. Not handled: whole sequences (``tests/analytics``).
Sources: AWS IAM user guide ("Tags for IAM resources", "Controlling access using tags") and API reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, A, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust

__all__ = ["cases"]

APP = A.role("app")
PAYMENTS = {"StringEquals": {"aws:PrincipalTag/team": "payments"}}
HELD_BACK = {"StringEquals": {"aws:PrincipalTag/quarantine": "yes"}}
NOT_THAT = {"ForAnyValue:StringEquals": {"aws:TagKeys": "quarantine"}}
EC2 = trust(service="ec2.amazonaws.com")


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _user()
    yield from _role()
    yield from _targets()


def _guarded() -> World:
    return here().role("app", allow("s3:*"), trusts=trust(ACCOUNT, when=PAYMENTS))


def _tag(**conditions: Any) -> Json:
    return allow("iam:TagUser", when=dict(conditions))


def _user() -> Iterator[Case]:
    one, tagged, asks = "nhi-iam-taguser", f"{CI}?tag:team=payments", allow("sts:AssumeRole")
    yield fires(one, "a trust asks for a tag", _guarded().user("ci", allow("iam:TagUser"), asks), tagged)
    yield fires(
        one,
        "one's own policy asks for a tag",
        here().user("ci", allow("iam:TagUser"), allow("iam:CreateAccessKey", when=PAYMENTS)).user("bob"),
        tagged,
    )
    yield fires(
        one,
        "the value is allowed and the key as it is spelled",
        _guarded().user(
            "ci",
            _tag(
                **{
                    "StringEquals": {"aws:RequestTag/Team": "payments"},
                    "ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]},
                }
            ),
            asks,
        ),
        f"{CI}?tag:Team=payments",
    )
    yield silent(
        one,
        "only another value may be set",
        _guarded().user("ci", _tag(StringEquals={"aws:RequestTag/team": "web"}), asks),
        tagged,
    )
    yield silent(
        one,
        "only other keys may be set",
        _guarded().user("ci", _tag(**{"ForAllValues:StringEquals": {"aws:TagKeys": ["cost-center"]}}), asks),
        tagged,
    )
    yield silent(one, "on other users only", _guarded().user("ci", allow("iam:TagUser", on=A.user("x*")), asks), tagged)
    full = {f"t{number}": "" for number in range(50)}
    yield silent(
        one, "it has fifty tags already", _guarded().user("ci", allow("iam:TagUser"), asks, tags=full), tagged
    )  # fmt: skip
    yield fires(
        one, "it has fifty tags, this one among them",
        _guarded().user("ci", allow("iam:TagUser"), asks, tags=dict(list(full.items())[1:]) | {"team": "web"}), tagged,
    )  # fmt: skip
    yield silent(
        one,
        "it has the tag already",
        _guarded().user("ci", allow("iam:TagUser"), asks, tags={"Team": "payments"}),
        tagged,
    )
    yield silent(one, "nothing is allowed with it either", _guarded().user("ci", allow("iam:TagUser")), tagged)
    yield fires(
        one,
        "of another user, who must be held as well",
        _guarded().user("ci", allow("iam:TagUser", on=A.user("bob"))).user("bob", asks),
        f"{A.user('bob')}?tag:team=payments",
        state=State.CONDITIONAL,
        keys={"nhi:holds"},
    )
    abac = allow("sts:AssumeRole", when={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}})
    there = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT), tags={"team": "ledger"})
    yield fires(
        one, "the tag must equal the role's", there.user("ci", allow("iam:TagUser"), abac), f"{CI}?tag:team=ledger"
    )
    yield silent(
        one,
        "a value that no role bears",
        here().role("app", trusts=trust(ACCOUNT)).user("ci", allow("iam:TagUser"), abac),
        f"{CI}?tag:team=ledger",
    )
    two, clean = "nhi-iam-untaguser", f"{CI}?untag:quarantine"
    guard = deny("sts:*", when=HELD_BACK)
    yield fires(
        two,
        "a deny is guarded by the tag",
        here().role("app", allow("s3:*"), trusts=trust(ACCOUNT)).user(
            "ci", allow("iam:UntagUser"), asks, guard, tags={"quarantine": "yes"}
        ),
        clean,
    )  # fmt: skip
    yield silent(
        two,
        "the deny holds without the tag as well",
        here().role("app", allow("s3:*"), trusts=trust(ACCOUNT)).user(
            "ci", allow("iam:UntagUser"), asks, deny("sts:*"), guard, tags={"quarantine": "yes"}
        ),
        clean,
    )  # fmt: skip
    yield silent(
        two,
        "the key may not be removed",
        here().role("app", allow("s3:*"), trusts=trust(ACCOUNT)).user(
            "ci", allow("iam:UntagUser"), deny("iam:UntagUser", when=NOT_THAT),
            asks, guard, tags={"quarantine": "yes"},
        ),
        clean,
    )  # fmt: skip


def _role() -> Iterator[Case]:
    one, tagged = "nhi-iam-tagrole", f"{APP}?tag:team=payments"
    opens = allow("iam:CreateAccessKey", when=PAYMENTS)
    yield fires(one, "of oneself", here().role("app", allow("iam:TagRole"), opens, trusts=EC2).user("bob"), tagged, APP)
    yield silent(
        one, "a user's tags are another action",
        here().role("app", allow("iam:TagUser"), opens, trusts=EC2).user("bob"), tagged, APP,
    )  # fmt: skip
    two, clean = "nhi-iam-untagrole", f"{APP}?untag:quarantine"
    guard = deny("iam:CreateAccessKey", when=HELD_BACK)
    yield fires(
        two, "a deny is guarded by the tag",
        here().role("app", allow("iam:UntagRole", "iam:CreateAccessKey"), guard, trusts=EC2, tags={"quarantine": "yes"})
        .user("bob"), clean, APP,
    )  # fmt: skip
    yield silent(
        two, "the tag has another value, at which the deny is silent anyway",
        here().role("app", allow("iam:UntagRole", "iam:CreateAccessKey"), guard, trusts=EC2, tags={"quarantine": "no"})
        .user("bob"), clean, APP,
    )  # fmt: skip


def _targets() -> Iterator[Case]:
    dev = {"StringEquals": {"aws:ResourceTag/env": "dev"}}
    sealed = {"StringEquals": {"iam:ResourceTag/sealed": "yes"}}
    role = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT), tags={"env": "prod"})
    one, mine = "nhi-iam-tagrole-assumerole", allow("sts:AssumeRole", when=dev)
    yield fires(one, "only roles with a tag", role.user("ci", mine, allow("iam:TagRole")), APP, grants=3)
    only_cost = {"ForAllValues:StringEquals": {"aws:TagKeys": ["cost"]}}
    role = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT), tags={"env": "prod"})
    yield silent(one, "other keys only", role.user("ci", mine, allow("iam:TagRole", when=only_cost)), APP)
    role = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT), tags={"env": "prod"})
    yield silent(one, "what is tagged must have the tag", role.user("ci", mine, allow("iam:TagRole", when=dev)), APP)
    role = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT), tags={"env": "dev"})
    yield silent(one, "it has the tag already", role.user("ci", mine, allow("iam:TagRole")), APP)
    one = "nhi-iam-untagrole-assumerole"
    for firing, tags in ((True, {"sealed": "yes"}), (False, {"sealed": "no"})):
        role = here().role("app", allow("s3:*"), trusts=trust(ACCOUNT), tags=tags)
        where = role.user("ci", allow("sts:AssumeRole", "iam:UntagRole"), deny("sts:*", when=sealed))
        make = fires if firing else silent
        yield make(one, "a deny guarded by a tag" if firing else "the deny is silent anyway", where, APP)
    for verb, action, tag, target in (
        ("tagrole", "iam:UpdateAssumeRolePolicy", "iam:TagRole", APP),
        ("taguser", "iam:CreateAccessKey", "iam:TagUser", A.user("bob")),
    ):
        one = f"nhi-iam-{verb}-{action.split(':')[1].lower()}"
        for firing, more in ((True, allow(tag)), (False, allow(tag, on=A.user("nobody")))):
            where = here().role("app", allow("s3:*"), trusts=EC2).user("bob")
            make = fires if firing else silent
            where.user("ci", allow(action, when=dev), more)
            yield make(one, "only targets with a tag" if firing else "this one may not be tagged", where, target)
        one = f"nhi-iam-un{verb}-{action.split(':')[1].lower()}"
        for firing, state in ((True, "yes"), (False, "no")):
            where = here().role("app", allow("s3:*"), trusts=EC2, tags={"sealed": state})
            where.user("bob", tags={"sealed": state})
            where.user("ci", allow(action, tag.replace("Tag", "Untag")), deny(action, when=sealed))
            make = fires if firing else silent
            yield make(one, "a deny guarded by a tag" if firing else "the deny is silent anyway", where, target)
