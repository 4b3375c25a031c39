"""Cases of techniques that put roles into instance profiles, and profiles onto instances, from the vendor's pages.

Input: none. Output: ``cases()``. Not handled: instances that are entered over the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.aws.records import AwsInstanceProfile, AwsRecords
from collectors.interface import EvidenceRef
from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, B, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import allow, deny, trust

__all__ = ["cases"]

ADD = "nhi-iam-addroletoinstanceprofile"
REPLACE, ASSOCIATE = "nhi-ec2-replaceiaminstanceprofileassociation", "nhi-ec2-associateiaminstanceprofile"
EC2 = trust(service="ec2.amazonaws.com")
APP = A.role("app")
LAUNCH = ("iam:PassRole", "ec2:RunInstances")
PUT, TAKE = "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"
NEW = "iam:CreateInstanceProfile"


def _spare(where: World, name: str = "spare") -> World:
    """Add an instance profile without a role."""

    def change(known: AwsRecords) -> AwsRecords:
        profile = AwsInstanceProfile(A.profile(name), name, ACCOUNT, (), EvidenceRef("made-by-a-test.json"))
        return replace(known, instance_profiles=(*known.instance_profiles, profile))

    return where.amend(change)


def _app() -> World:
    return here().role("app", trusts=EC2)


def _taken() -> World:
    """A profile is there and holds another role."""
    return _app().role("web", trusts=EC2, profile=True)


def cases() -> Iterator[Case]:
    """Yield every case."""
    yield from _added()
    for technique, action, carried in (
        (REPLACE, "ec2:ReplaceIamInstanceProfileAssociation", "web"),
        (ASSOCIATE, "ec2:AssociateIamInstanceProfile", ""),
    ):
        yield from _put_on(technique, action, carried)


def _added() -> Iterator[Case]:
    yield fires(ADD, "into an empty profile", _spare(_app().user("ci", allow(*LAUNCH, PUT))), APP)
    yield fires(ADD, "into a new profile", _app().user("ci", allow(*LAUNCH, PUT, NEW)), APP)
    yield fires(
        ADD, "into a new profile of one's own name",
        _app().user("ci", allow(*LAUNCH), allow(PUT, NEW, on=A.profile("app-*"))), APP,
    )  # fmt: skip
    yield fires(ADD, "into a profile that is emptied first", _taken().user("ci", allow(*LAUNCH, PUT, TAKE)), APP)
    yield silent(ADD, "a profile holds one role", _taken().user("ci", allow(*LAUNCH, PUT)), APP)
    yield silent(
        ADD, "another profile may be emptied",
        _taken().user("ci", allow(*LAUNCH, PUT), allow(TAKE, on=A.profile("other"))), APP,
    )  # fmt: skip
    yield silent(ADD, "no profile and none may be made", _app().user("ci", allow(*LAUNCH, PUT)), APP)
    yield silent(
        ADD, "made under one name, filled under another",
        _app().user("ci", allow(*LAUNCH), allow(PUT, on=A.profile("web-*")), allow(NEW, on=A.profile("app-*"))), APP,
    )  # fmt: skip
    yield silent(
        ADD, "a profile holds the role already", here().role("app", trusts=EC2, profile=True)
        .user("ci", allow(*LAUNCH, PUT, NEW)), APP,
    )  # fmt: skip
    yield silent(
        ADD, "the role trusts Lambda", _spare(here().role("app", trusts=trust(service="lambda.amazonaws.com")))
        .user("ci", allow(*LAUNCH, PUT)), APP,
    )  # fmt: skip
    for missing in (*LAUNCH, PUT):
        kept = [action for action in (*LAUNCH, PUT, NEW) if action != missing]
        yield silent(ADD, f"without {missing}", _spare(_app().user("ci", allow(*kept))), APP)
    yield silent(
        ADD, "a role of another account",
        here().user("ci", allow(*LAUNCH, PUT, NEW)).account(OTHER).role("app", trusts=EC2), B.role("app"),
    )  # fmt: skip


def _put_on(technique: str, action: str, carried: str) -> Iterator[Case]:
    def where(*, managed: bool = True, state: str = "running") -> World:
        begun = here().role("app", trusts=EC2, profile=True).role("web", trusts=EC2, profile=True)
        return begun.instance("i-1", carried, managed=managed, state=state)

    session = ("iam:PassRole", action, "ssm:StartSession")
    box = A.instance("i-1")
    yield fires(technique, "and a session", where().user("ci", allow(*session)), APP)
    yield fires(technique, "and a command", where().user("ci", allow("iam:PassRole", action, "ssm:SendCommand")), APP)
    yield fires(
        technique, "on the very instance",
        where().user("ci", allow("iam:PassRole", on=APP), allow(action, "ssm:StartSession", on=box)), APP,
    )  # fmt: skip
    for missing in session:
        kept = [each for each in session if each != missing]
        yield silent(technique, f"without {missing}", where().user("ci", allow(*kept)), APP)
    yield silent(
        technique, "a session on another instance",
        where().user("ci", allow(*session[:2]), allow(session[2], on=A.instance("i-2"))), APP,
    )  # fmt: skip
    yield silent(
        technique, "a command without its document",
        where().user("ci", allow("iam:PassRole", action), allow("ssm:SendCommand", on="arn:aws:ec2:*:*:instance/*")),
        APP,
    )  # fmt: skip
    yield silent(technique, "a session is denied", where().user("ci", allow(*session), deny(session[2])), APP)
    yield silent(technique, "the instance is stopped", where(state="stopped").user("ci", allow(*session)), APP)
    yield silent(technique, "the instance is not managed", where(managed=False).user("ci", allow(*session)), APP)
    yield silent(
        technique, "no instance profile holds the role",
        here().role("app", trusts=EC2).role("web", trusts=EC2, profile=True)
        .instance("i-1", carried, managed=True).user("ci", allow(*session)), APP,
    )  # fmt: skip
    other = "" if carried else "web"
    yield silent(
        technique, "the instance has none to replace" if carried else "the instance has one",
        here().role("app", trusts=EC2, profile=True).role("web", trusts=EC2, profile=True)
        .instance("i-1", other, managed=True).user("ci", allow(*session)), APP,
    )  # fmt: skip
    yield fires(
        technique, "nothing tells whether it is managed",
        where(managed=False).without("ssm.describe_instance_information").user("ci", allow(*session)), APP,
        state=State.CONDITIONAL, keys={"nhi:instance-is-running-and-managed"},
    )  # fmt: skip
