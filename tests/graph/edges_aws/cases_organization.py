"""Cases of techniques that lead from the management account into its organization.

Input: none. Output: ``cases()``. Not handled: roles that trust the management account (``cases_other_principal``).
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.kinds import State
from tests.graph.edges_aws.technique_case import ACCOUNT, OTHER, A, B, Case, fires, here, silent
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, deny, trust

__all__ = ["cases"]

ROOT, ORGANIZATION, MEMBER = B.root, "aws:organization:o-a1", f"aws:admin:{OTHER}"
TASK = "arn:aws:iam::aws:policy/root-task/"
SERVICE = "stacksets.cloudformation.amazonaws.com"
STACKS = ("cloudformation:CreateStackSet", "cloudformation:CreateStackInstances")


def cases() -> Iterator[Case]:
    """Yield every case; the management account is the caller's unless the case says otherwise."""
    yield from _root_sessions()
    yield from _guards()
    yield from _stack_sets()


def _managing(*rights: Json) -> World:
    """Return an organization that the caller's account manages, with one member."""
    where = here().user("ci", *rights).account(OTHER).user("bob")
    return where.organization(ACCOUNT, {"r-a1": [ACCOUNT], "ou-1": [OTHER]})


def _member(*rights: Json) -> World:
    """Return an organization that the other account manages."""
    where = here().user("ci", *rights).account(OTHER).user("bob")
    return where.organization(OTHER, {"r-a1": [OTHER], "ou-1": [ACCOUNT]})


def _root_sessions() -> Iterator[Case]:
    one, assume = "nhi-sts-assumeroot", allow("sts:AssumeRoot")

    def tasks(*names: str) -> Json:
        return allow("sts:AssumeRoot", when={"ArnEquals": {"sts:TaskPolicyArn": [TASK + name for name in names]}})

    yield fires(
        one, "any task", _managing(assume), ROOT, state=State.UNVERIFIED, keys={"nhi:mailbox-of-root-user"}, noted=True
    )
    yield fires(one, "password recovery", _managing(tasks("IAMCreateRootUserPassword")), ROOT, state=State.UNVERIFIED)
    yield silent(
        one, "tasks that end in no credential",
        _managing(tasks("IAMAuditRootUserCredentials", "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy")), ROOT,
    )  # fmt: skip
    yield silent(one, "from a member account", _member(assume), ROOT)
    yield silent(one, "the management account's own root user", _managing(assume), A.root)
    yield silent(one, "another account", _managing(allow("sts:AssumeRoot", on=A.root)), ROOT)


def _guards() -> Iterator[Case]:
    one, two = "nhi-organizations-detachpolicy", "nhi-organizations-updatepolicy"
    rights = {one: allow("organizations:DetachPolicy"), two: allow("organizations:UpdatePolicy")}
    for technique, right in rights.items():
        guarded = _managing(right).scp("guard", deny("s3:*"), on="ou-1")
        yield fires(technique, "a deny", guarded, ORGANIZATION, noted=True)
        alone = _managing(right).scp("guard", deny("s3:*"), on=ACCOUNT)
        yield silent(technique, "on the management account alone", alone, ORGANIZATION)
        yield silent(technique, "no policy takes anything away", _managing(right), ORGANIZATION)
        yield silent(
            technique, "from a member account", _member(right).scp("guard", deny("s3:*"), on="ou-1"), ORGANIZATION
        )
        yield silent(
            technique, "denied to the caller",
            _managing(right, deny("organizations:*")).scp("guard", deny("s3:*"), on="ou-1"), ORGANIZATION,
        )  # fmt: skip
    target = allow("organizations:DetachPolicy", on=f"arn:aws:organizations::{ACCOUNT}:ou/*")
    yield silent(one, "on the target alone", _managing(target).scp("guard", deny("s3:*"), on="ou-1"), ORGANIZATION)
    yield silent(
        one, "the last policy of its target",
        _managing(rights[one]).scp("narrow", allow("s3:*"), on="ou-1", full=False), ORGANIZATION,
    )  # fmt: skip
    yield fires(
        two, "an allow list", _managing(rights[two]).scp("narrow", allow("s3:*"), on="ou-1", full=False), ORGANIZATION
    )


def _stack_sets() -> Iterator[Case]:
    one, both = "nhi-cloudformation-createstackset", allow(*STACKS)

    def linked(where: World) -> World:
        path = f"/aws-service-role/{SERVICE}/"
        return where.account(ACCOUNT).role("AWSServiceRoleForX", trusts=trust(service=SERVICE), path=path)

    yield fires(one, "trusted access is on", linked(_managing(both)), MEMBER, grants=1)
    yield silent(one, "trusted access is off", _managing(both), MEMBER)
    yield silent(one, "no instances", linked(_managing(allow(STACKS[0]))), MEMBER)
    yield silent(one, "from a member account", linked(_member(both)), MEMBER)
    yield silent(one, "the management account itself", linked(_managing(both)), f"aws:admin:{ACCOUNT}")
    yield silent(
        one, "an SCP leaves no administration there",
        linked(_managing(both).scp("guard", deny("iam:*"), on="ou-1")), MEMBER,
    )  # fmt: skip
