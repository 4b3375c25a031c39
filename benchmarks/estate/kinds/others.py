"""Planted: identities that take another identity of their account that is administrator.

Input: a ``Lab``. Output: ``KINDS``. Not handled: other accounts (``across``), running code (``workloads``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.statements import Json, allow, assume, deny
from benchmarks.estate.ids import unique_id
from benchmarks.estate.lab import Kind, Lab

__all__ = ["KINDS"]

_API: Final = "https://docs.aws.amazon.com/IAM/latest/APIReference/"
_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_STS: Final = "sts:AssumeRole"


def _new_key(lab: Lab) -> None:
    boss = lab.administrator_user(keys=2 if lab.is_twin("two-keys") else 1)
    path = lab.path()
    target = f"arn:aws:iam::{lab.home.id}:user{path}${{aws:username}}" if lab.is_twin("own-key-only") else boss
    lab.admin(lab.user(allow("iam:CreateAccessKey iam:ListAccessKeys", target), path=path), ("iam-002",))


def _password(lab: Lab) -> None:
    boss = lab.administrator_user(password=lab.is_twin("has-a-password"))
    lab.admin(lab.user(allow("iam:CreateLoginProfile", boss)), ("iam-004",))


def _rewrite_trust(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_service("lambda"))
    left_out = "not iam:*" if lab.is_twin("not-action") else "not s3:*"
    statement = allow(left_out, boss)
    if lab.is_twin("other-role"):
        statement = allow("iam:UpdateAssumeRolePolicy", lab.role(lab.trusts_service("lambda")))
    lab.admin(lab.role(lab.trusts_service("ec2"), statement), ("iam-012",), ("iam-019",), ("iam-021",))


def _assume(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_account())
    target = lab.role(lab.trusts_account()) if lab.is_twin("no-allow") else boss
    lab.admin(lab.user(allow(_STS, target)), ("sts-001",))


def _named(lab: Lab) -> None:
    path, name = lab.path(), lab.word("svc")
    deleted = unique_id(lab.estate.seed, "AIDA", lab.home.id, f"deleted{path}")
    if lab.is_twin("deleted-principal"):
        boss = lab.administrator(assume(deleted))
        lab.admin(lab.user(allow(_STS, boss), path=path, name=name))
        return
    subject = lab.user(path=path, name=name)
    lab.administrator(assume(subject))
    lab.admin(subject, ("sts-001",))


def _chain(lab: Lab) -> None:
    boss = lab.administrator(lab.trusts_account())
    names = [lab.word("role") for _ in range(2)]
    path = lab.path()
    first, second = (f"arn:aws:iam::{lab.home.id}:role{path}{name}" for name in names)
    last = [allow(_STS, boss)]
    if lab.is_twin("middle-denied"):
        last.append(deny(_STS))
    lab.role(assume(first), *last, path=path, name=names[1])
    subject = lab.user(allow(_STS, first))
    lab.role(lab.trusts_account(), path=path, name=names[0])
    if not lab.variant:
        lab.helper(first)
        lab.helper(second)
    lab.admin(subject, ("sts-001",) * 3)


def _mfa(lab: Lab) -> None:
    needs: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    statement = allow(_STS, lab.administrator(lab.trusts_account(when=needs)))
    if lab.is_twin("role-caller"):
        subject = lab.role(lab.trusts_service("ecs-tasks"), statement)
    else:
        subject = lab.user(statement, mfa=not lab.is_twin("no-device"), password=True)
    lab.admin(subject, ("sts-001",), state="conditional")


def _tag(lab: Lab) -> None:
    team = lab.word("team")
    boss = lab.administrator(lab.trusts_account(when={"StringEquals": {"aws:PrincipalTag/team": team}}))
    tags = {"team": f"{team}-guests" if lab.is_twin("other-tag") else team}
    lab.admin(lab.role(lab.trusts_service("lambda"), allow(_STS, boss), tags=tags), ("sts-001",))


def _pinned(lab: Lab) -> None:
    path, name = lab.path(), lab.word("role")
    pinned = lab.path() if lab.is_twin("other-path") else path
    when: Json = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{lab.home.id}:role{pinned}*"}}
    boss = lab.administrator(lab.trusts_account(when=when))
    lab.admin(lab.role(lab.trusts_service("lambda"), allow(_STS, boss), path=path, name=name), ("sts-001",))


def _until(lab: Lab) -> None:
    end = "2026-10-01T00:00:00Z" if lab.is_twin("expired") else "2027-10-01T00:00:00Z"
    boss = lab.administrator(lab.trusts_account())
    lab.admin(lab.user(allow(_STS, boss, {"DateLessThan": {"aws:CurrentTime": end}})), ("sts-001",))


KINDS: Final = (
    Kind(
        "others/new-key",
        "It may make an access key of an administrator who has one.",
        _API + "API_CreateAccessKey.html",
        {
            "own-key-only": "The resource is the user's own ARN by ${aws:username}.",
            "two-keys": "A user has at most two access keys; the administrator has two, and it may delete none.",
        },
        _new_key,
    ),
    Kind(
        "others/password",
        "It may give an administrator without a password one.",
        _API + "API_CreateLoginProfile.html",
        {"has-a-password": "The user has a password; CreateLoginProfile then fails (EntityAlreadyExists)."},
        _password,
    ),
    Kind(
        "others/rewrite-trust",
        "Allow with NotAction s3:* on the administrator role includes iam:UpdateAssumeRolePolicy.",
        _GUIDE + "reference_policies_elements_notaction.html",
        {
            "not-action": "NotAction iam:* leaves the action out.",
            "other-role": "It may rewrite the trust of a role without permissions.",
        },
        _rewrite_trust,
    ),
    Kind(
        "others/assume",
        "The role trusts the account, and the caller is allowed to assume it.",
        _GUIDE + "id_roles_update-role-trust-policy.html",
        {"no-allow": "The role trusts the account; the caller's own policy allows another role alone."},
        _assume,
    ),
    Kind(
        "others/named",
        "A trust that names a principal of the same account needs no allow of the principal's own.",
        _GUIDE + "reference_policies_evaluation-logic_policy-eval-basics-single-account.html",
        {"deleted-principal": "The trust names the id of a deleted user; a new user of that name is another one."},
        _named,
    ),
    Kind(
        "others/chain",
        "Three roles, one after the other; the last is administrator.",
        _GUIDE + "id_roles.html#iam-term-role-chaining",
        {"middle-denied": "The second role denies itself sts:AssumeRole."},
        _chain,
    ),
    Kind(
        "others/mfa",
        "The trust asks for MFA, and the user has a device.",
        _GUIDE + "id_credentials_mfa_configure-api-require.html",
        {
            "no-device": "The user has no MFA device and may enrol none.",
            "role-caller": "Temporary credentials of AssumeRole by a service carry no MFA.",
        },
        _mfa,
    ),
    Kind(
        "others/tag",
        "The trust asks for the caller's tag, and the caller bears it.",
        _GUIDE + "tutorial_attribute-based-access-control.html",
        {"other-tag": "The caller's tag begins alike and is another."},
        _tag,
    ),
    Kind(
        "others/pinned",
        "The trust asks for callers below a path, and the caller lies there.",
        _GUIDE + "reference_policies_condition-keys.html#condition-keys-principalarn",
        {"other-path": "The caller lies below another path."},
        _pinned,
    ),
    Kind(
        "others/until",
        "The allow holds until a day that is to come.",
        _GUIDE + "reference_policies_examples_aws-dates.html",
        {"expired": "The allow held until a month ago."},
        _until,
    ),
)
"""Kinds of this module."""
