"""Planted: identities that are, or make themselves, administrator of their account.

Input: a ``Lab``. Output: ``KINDS``. Not handled: ways over another identity (``others``, ``workloads``).
"""

from __future__ import annotations

from typing import Final

from benchmarks.accuracy.statements import allow, deny, document, everything
from benchmarks.estate.lab import ADMINISTRATOR, SEALED, Kind, Lab

__all__ = ["KINDS"]

_API: Final = "https://docs.aws.amazon.com/IAM/latest/APIReference/"
_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_LOOK: Final = "iam:GetPolicy iam:GetPolicyVersion iam:ListPolicyVersions"


def _direct(lab: Lab) -> None:
    harmless = document(allow("s3:ListAllMyBuckets cloudwatch:PutMetricData"))
    if lab.is_twin("name-only"):
        policy = lab.policy(harmless, arn=lab.policy_arn("AdministratorAccess"))
    else:
        policy = lab.policy(document(everything()), arn=lab.policy_arn("ReadOnlyReports"))
    lab.admin(lab.role(lab.trusts_service("lambda"), attached=(policy,)), ())


def _new_version(lab: Lab) -> None:
    own, other = lab.policy_arn(), lab.policy(document(allow("s3:ListAllMyBuckets")))
    document_of_own = document(allow(f"iam:CreatePolicyVersion {_LOOK}", other if lab.is_twin("other-policy") else own))
    # A policy has up to five versions; a sixth needs iam:DeletePolicyVersion first.
    lab.policy(*[document_of_own] * (5 if lab.is_twin("five-versions") else 2), arn=own)
    boundary = lab.policy(document(allow("s3:ListAllMyBuckets"))) if lab.is_twin("boundary") else ""
    lab.admin(lab.user(attached=(own,), boundary=boundary), ("iam-001",))


def _older_version(lab: Lab) -> None:
    own = lab.policy_arn()
    right = _LOOK if lab.is_twin("looks-only") else f"iam:SetDefaultPolicyVersion {_LOOK}"
    older = allow("s3:ListAllMyBuckets") if lab.is_twin("harmless-versions") else everything()
    lab.policy(document(older), document(allow(right, own)), arn=own)
    lab.admin(lab.role(lab.trusts_service("ec2"), attached=(own,)), ("nhi-iam-setdefaultpolicyversion",))


def _attach(lab: Lab) -> None:
    path = f"/{SEALED}{lab.path()}" if lab.is_twin("scp") else lab.path()
    name = lab.word("svc")
    only = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/PowerUserAccess"}}
    when = only if lab.is_twin("other-policy-alone") else None
    statement = allow("iam:AttachUserPolicy iam:ListPolicies", lab.user_arn(path, name), when)
    group = lab.word("group")
    lab.group(*([deny("iam:Attach*")] if lab.is_twin("group-denies") else []), name=group)
    lab.admin(lab.user(statement, path=path, name=name, groups=[group]), ("iam-008",))


def _write_inline(lab: Lab) -> None:
    path, name = lab.path(), lab.word("role")
    arn = f"arn:aws:iam::{lab.home.id}:role{path}{name}"
    statements = [allow("iam:PutRolePolicy iam:GetRolePolicy", arn)]
    if lab.is_twin("explicit-deny"):
        statements.append(deny("iam:Put*"))
    lab.admin(lab.role(lab.trusts_service("codebuild"), *statements, path=path, name=name), ("iam-005",))


def _odd_case(lab: Lab) -> None:
    path, name = lab.path(), lab.word("svc")
    arn = lab.user_arn(path.upper() if lab.is_twin("other-path") else path, name)
    lab.admin(lab.user(allow("IAM:putUSERpolicy", arn), path=path, name=name), ("iam-007",))


def _join(lab: Lab) -> None:
    attached = () if lab.is_twin("lost-its-policy") else (ADMINISTRATOR,)
    group = lab.group(attached=attached)
    statements = [allow("iam:AddUserToGroup iam:GetGroup", group)]
    if lab.is_twin("explicit-deny"):
        statements.append(deny("iam:*Group*"))
    lab.admin(lab.user(*statements), ("iam-013",))


def _group_inline(lab: Lab) -> None:
    path, name = lab.path(), lab.word("group")
    group = f"arn:aws:iam::{lab.home.id}:group{path}{name}"
    lab.group(path=path, name=name)
    groups = () if lab.is_twin("no-member") else (name,)
    lab.admin(lab.user(allow("iam:PutGroupPolicy", group), groups=groups), ("iam-011",))


def _lift_boundary(lab: Lab) -> None:
    allowed = "s3:ListAllMyBuckets" if lab.is_twin("boundary-holds") else "iam:DeleteUserPermissionsBoundary"
    boundary = lab.policy(document(allow(allowed)))
    lab.admin(lab.user(everything(), boundary=boundary), ("nhi-iam-deleteuserpermissionsboundary",))


KINDS: Final = (
    Kind(
        "own/harmless-name",
        "The document allows every action; the policy's name says nothing.",
        _GUIDE + "reference_policies_evaluation-logic.html",
        {"name-only": "A customer policy is called AdministratorAccess and its document lists buckets."},
        _direct,
    ),
    Kind(
        "own/new-version",
        "It may write a new default version of the policy that is attached to it.",
        _API + "API_CreatePolicyVersion.html",
        {
            "other-policy": "It may do so with another policy, attached to nobody.",
            "boundary": "Its permissions boundary allows no IAM action.",
            "five-versions": "Five versions exist, it may delete none, and a policy has no sixth.",
        },
        _new_version,
    ),
    Kind(
        "own/older-version",
        "Version 1 of its policy allows everything and it may make it the default.",
        _API + "API_SetDefaultPolicyVersion.html",
        {
            "harmless-versions": "The older version lists buckets.",
            "looks-only": "The permissive version is not the default one, and it may only read versions.",
        },
        _older_version,
    ),
    Kind(
        "own/attach",
        "It may attach any policy to itself.",
        _API + "API_AttachUserPolicy.html",
        {
            "other-policy-alone": "iam:PolicyARN must be PowerUserAccess, which allows no iam:AttachUserPolicy more.",
            "scp": "A service control policy denies it for users under that path.",
            "group-denies": "A group of the user denies iam:Attach*.",
        },
        _attach,
    ),
    Kind(
        "own/write-inline",
        "It may write an inline policy on its own role.",
        _API + "API_PutRolePolicy.html",
        {"explicit-deny": "Its own policy denies iam:Put*, and a deny wins."},
        _write_inline,
    ),
    Kind(
        "own/odd-case",
        "Names of actions are compared without case.",
        _GUIDE + "reference_policies_elements_action.html",
        {"other-path": "ARNs are compared with case, and the path is written in capitals."},
        _odd_case,
    ),
    Kind(
        "own/join-group",
        "It may add itself to a group with AdministratorAccess.",
        _API + "API_AddUserToGroup.html",
        {
            "lost-its-policy": "The group carries no policy any more.",
            "explicit-deny": "Its own policy denies iam:*Group*.",
        },
        _join,
    ),
    Kind(
        "own/group-inline",
        "It may write an inline policy on its own group.",
        _API + "API_PutGroupPolicy.html",
        {"no-member": "It is no member of the group and may not join."},
        _group_inline,
    ),
    Kind(
        "own/lift-boundary",
        "Its boundary lets it remove the boundary, below which everything is allowed.",
        _GUIDE + "access_policies_boundaries.html",
        {"boundary-holds": "The boundary allows no IAM action."},
        _lift_boundary,
    ),
)
"""Kinds of this module."""
