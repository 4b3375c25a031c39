"""Users, groups, roles and managed policies from the account authorization details.

Input: ``iam.get_account_authorization_details`` (also several pages, also URL-encoded documents) and
``iam.list_instance_profiles``. Output: records. Not handled: credentials (``records_credentials``), evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from collectors.aws.records import (
    AttachedPolicy,
    AwsGroup,
    AwsInstanceProfile,
    AwsManagedPolicy,
    AwsRole,
    AwsUser,
    InlinePolicy,
    PolicyVersion,
)
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account
from collectors.evidence.evidence import Call

__all__ = ["DETAILS", "read_groups", "read_instance_profiles", "read_managed_policies", "read_roles", "read_users"]

DETAILS = "iam.get_account_authorization_details"
_DEFAULT_SESSION_SECONDS = 3600
_Holder = TypeVar("_Holder", AwsUser, AwsGroup, AwsRole)


def read_users(reading: Reading) -> dict[str, AwsUser]:
    """Return users by ARN; of an account that several dumps show, the first wins."""
    found: dict[str, AwsUser] = {}
    for account in reading.accounts:
        _note_absent_list(reading, account, "UserDetailList")
        for user in reading.each(DETAILS, account, "UserDetailList", _user):
            _keep_first(reading, account, found, user)
    return found


def read_groups(reading: Reading) -> dict[str, AwsGroup]:
    """Return groups by ARN."""
    found: dict[str, AwsGroup] = {}
    for account in reading.accounts:
        _note_absent_list(reading, account, "GroupDetailList")
        for group in reading.each(DETAILS, account, "GroupDetailList", _group):
            _keep_first(reading, account, found, group)
    return found


def read_roles(reading: Reading) -> dict[str, AwsRole]:
    """Return roles by ARN."""
    found: dict[str, AwsRole] = {}
    for account in reading.accounts:
        _note_absent_list(reading, account, "RoleDetailList")
        for role in reading.each(DETAILS, account, "RoleDetailList", _role):
            _keep_first(reading, account, found, role)
    return found


def _note_absent_list(reading: Reading, account: str, key: str) -> None:
    """Say when no answer has a list at all: an empty one means none, an absent one was not looked at."""
    answers = [answer for _, _, answer in reading.answers(DETAILS, account)]
    if answers and not any(key in answer.body for answer in answers):
        reading.gap(DETAILS, account, "", f"{answers[0].ref}: {key} is missing; there may be some")


def _keep_first(reading: Reading, account: str, found: dict[str, _Holder], holder: _Holder) -> None:
    """Keep the first of several with one ARN, and say when another one tells otherwise."""
    first = found.setdefault(holder.arn, holder)
    if first is not holder and _rights(first) != _rights(holder):
        reason = f"{holder.ref}: differs from {first.ref}, which has the same ARN and is used"
        reading.gap(DETAILS, account, "", reason, holder.arn)


def _rights(holder: AwsUser | AwsGroup | AwsRole) -> tuple[object, ...]:
    """Return what decides of a principal, without the places where it stands."""
    facts: tuple[object, ...] = (
        holder.unique_id,
        sorted((policy.name, repr(policy.document.body)) for policy in holder.inline),
        sorted(policy.arn for policy in holder.attached),
    )
    if isinstance(holder, AwsUser):
        return (*facts, sorted(holder.groups), holder.boundary_arn, dict(holder.tags))
    if isinstance(holder, AwsRole):
        return (*facts, holder.trust.body, holder.boundary_arn, dict(holder.tags))
    return facts


def read_managed_policies(reading: Reading) -> dict[str, AwsManagedPolicy]:
    """Return managed policies by ARN; AWS's own are the same in every account, the first one with documents wins."""
    found: dict[str, AwsManagedPolicy] = {}
    for account in reading.accounts:
        for policy in reading.each(DETAILS, account, "Policies", _managed_policy(account)):
            if policy.arn not in found or (policy.versions and not found[policy.arn].versions):
                found[policy.arn] = policy
    return found


def read_instance_profiles(reading: Reading) -> dict[str, AwsInstanceProfile]:
    """Return instance profiles by ARN, from the roles that they hold and from their own listing."""
    found: dict[str, AwsInstanceProfile] = {}
    for account in reading.accounts:
        for profiles in reading.each(DETAILS, account, "RoleDetailList", _profiles_of_role):
            for profile in profiles:
                found.setdefault(profile.arn, profile)
        for profile in reading.each("iam.list_instance_profiles", account, "InstanceProfiles", _listed_profile):
            found.setdefault(profile.arn, profile)
    return found


def _own_account(arn: str, item: Fields) -> str:
    account = arn_account(arn)
    if not account:
        raise FieldError(f"{item.ref.child('Arn')}: {arn!r} names no account")
    return account


def _user(item: Fields, _region: str, _call: Call) -> AwsUser:
    arn = item.arn()
    return AwsUser(
        arn=arn,
        unique_id=item.text("UserId"),
        name=item.required("UserName"),
        path=item.text("Path") or "/",
        account=_own_account(arn, item),
        ref=item.ref,
        created_at=item.time("CreateDate"),
        tags=item.tags(),
        inline=tuple(_inline(item, "UserPolicyList")),
        attached=tuple(_attached(item)),
        groups=item.texts("GroupList"),
        boundary_arn=_boundary(item),
        password_last_used_at=item.time("PasswordLastUsed"),
    )


def _group(item: Fields, _region: str, _call: Call) -> AwsGroup:
    arn = item.arn()
    return AwsGroup(
        arn=arn,
        unique_id=item.text("GroupId"),
        name=item.required("GroupName"),
        path=item.text("Path") or "/",
        account=_own_account(arn, item),
        ref=item.ref,
        inline=tuple(_inline(item, "GroupPolicyList")),
        attached=tuple(_attached(item)),
    )


def _role(item: Fields, _region: str, _call: Call) -> AwsRole:
    arn = item.arn()
    last_used = item.inner("RoleLastUsed")
    return AwsRole(
        arn=arn,
        unique_id=item.text("RoleId"),
        name=item.required("RoleName"),
        path=item.text("Path") or "/",
        account=_own_account(arn, item),
        trust=item.document("AssumeRolePolicyDocument"),
        ref=item.ref,
        created_at=item.time("CreateDate"),
        tags=item.tags(),
        inline=tuple(_inline(item, "RolePolicyList")),
        attached=tuple(_attached(item)),
        boundary_arn=_boundary(item),
        last_used_at=last_used.time("LastUsedDate"),
        last_used_region=last_used.text("Region"),
        last_used_known=isinstance(item.body.get("RoleLastUsed"), dict),
        instance_profiles=tuple(profile.text("Arn") for profile in item.items("InstanceProfileList")),
        max_session_seconds=item.number("MaxSessionDuration") or _DEFAULT_SESSION_SECONDS,
    )


def _inline(item: Fields, name: str) -> Iterator[InlinePolicy]:
    for policy in item.items(name):
        yield InlinePolicy(policy.text("PolicyName"), policy.document("PolicyDocument"))


def _attached(item: Fields) -> Iterator[AttachedPolicy]:
    for policy in item.items("AttachedManagedPolicies"):
        arn = policy.text("PolicyArn")
        if arn:
            yield AttachedPolicy(arn, policy.text("PolicyName") or arn.rsplit("/", 1)[-1], policy.ref)
        else:
            policy.report("PolicyArn", "is missing")


def _boundary(item: Fields) -> str | None:
    return item.inner("PermissionsBoundary").text("PermissionsBoundaryArn") or None


def _managed_policy(account: str) -> Callable[[Fields, str, Call], AwsManagedPolicy]:
    """Return a builder for one account's evidence: AWS's own ARNs do not say the account."""

    def build(item: Fields, _region: str, _call: Call) -> AwsManagedPolicy:
        arn = item.arn()
        owner = arn_account(arn)
        return AwsManagedPolicy(
            arn=arn,
            name=item.text("PolicyName") or arn.rsplit("/", 1)[-1],
            account=account if owner == "aws" else owner,
            aws_managed=owner == "aws",
            default_version_id=item.text("DefaultVersionId"),
            versions=tuple(_versions(item)),
            ref=item.ref,
        )

    return build


def _versions(item: Fields) -> Iterator[PolicyVersion]:
    default = item.text("DefaultVersionId")
    for version in item.items("PolicyVersionList"):
        if "Document" in version.body:
            is_default = version.flag("IsDefaultVersion")
            version_id = version.text("VersionId")
            yield PolicyVersion(
                version_id, version_id == default if is_default is None else is_default, version.document("Document")
            )


def _profiles_of_role(item: Fields, _region: str, _call: Call) -> tuple[AwsInstanceProfile, ...]:
    role_arn = item.text("Arn")
    return tuple(_profile(profile, (role_arn,) if role_arn else ()) for profile in item.items("InstanceProfileList"))


def _listed_profile(item: Fields, _region: str, _call: Call) -> AwsInstanceProfile:
    return _profile(item, ())


def _profile(item: Fields, owners: tuple[str, ...]) -> AwsInstanceProfile:
    arn = item.arn()
    roles = tuple(role.text("Arn") for role in item.items("Roles") if role.text("Arn"))
    return AwsInstanceProfile(
        arn, item.text("InstanceProfileName") or arn.rsplit("/", 1)[-1], arn_account(arn), roles or owners, item.ref
    )
