"""IAM Identity Center: permission sets, assignments, and the people and groups that they are assigned to.

Input: ``sso-admin`` and ``identitystore`` answers. Output: records.
Not handled: which reserved role a permission set is in an account (the role's name and path tell), applications.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.access_types import AwsAccountAssignment, AwsIdentityCenterUser, AwsPermissionSet
from collectors.aws.policy_types import AttachedPolicy, InlinePolicy
from collectors.aws.records_fields import FieldError, Fields, Reading
from collectors.aws.sharing.own_policy import answer_of, own_policy
from collectors.evidence.evidence import Call, is_refusal

__all__ = ["read_account_assignments", "read_identity_center_users", "read_permission_sets"]

_SETS = "sso-admin.list_permission_sets"
_SET = "sso-admin.describe_permission_set"
_MANAGED = "sso-admin.list_managed_policies_in_permission_set"
_CUSTOMER = "sso-admin.list_customer_managed_policy_references_in_permission_set"
_INLINE = "sso-admin.get_inline_policy_for_permission_set"
_BOUNDARY = "sso-admin.get_permissions_boundary_for_permission_set"
_ACCOUNTS = "sso-admin.list_accounts_for_provisioned_permission_set"
_POLICIES = (_MANAGED, _CUSTOMER, _INLINE, _BOUNDARY)


def read_permission_sets(reading: Reading, account: str) -> Iterator[AwsPermissionSet]:
    """Yield permission sets; what was refused of one is missing in it, and ``policies_known`` says so."""
    asked = {name: reading.by_request(name, account, "PermissionSetArn") for name in (_SET, *_POLICIES, _ACCOUNTS)}
    for region, call, answer in reading.answers(_SETS, account):
        for index, arn in enumerate(answer.texts("PermissionSets")):
            calls = {name: found.get((region, arn)) for name, found in asked.items()}
            answers = {name: answer_of(reading, name, account, region, found) for name, found in calls.items()}
            described = answers[_SET]
            details = described.inner("PermissionSet") if described else None
            yield AwsPermissionSet(
                arn=arn,
                name=details.text("Name") if details else "",
                instance_arn=str(call.request.get("InstanceArn", "")),
                account=account,
                ref=details.ref if details else answer.ref.child("PermissionSets", index),
                inline=_inline(answers[_INLINE]),
                attached=_attached(answers[_MANAGED]),
                customer_managed=_customer_managed(answers[_CUSTOMER]),
                boundary_arn=_boundary(answers[_BOUNDARY]),
                policies_known=all(_told(name, calls[name]) for name in _POLICIES),
                session_duration=details.text("SessionDuration") if details else "",
                provisioned_accounts=_accounts(answers[_ACCOUNTS]),
            )


def _told(name: str, call: Call | None) -> bool:
    return call is not None and not is_refusal("aws", name, call)


def _inline(answer: Fields | None) -> InlinePolicy | None:
    document, _ = own_policy(answer, "InlinePolicy") if answer else (None, None)
    return InlinePolicy("inline", document) if document else None


def _attached(answer: Fields | None) -> tuple[AttachedPolicy, ...]:
    items = answer.items("AttachedManagedPolicies") if answer else ()
    return tuple(AttachedPolicy(item.text("Arn"), item.text("Name"), item.ref) for item in items if item.text("Arn"))


def _with_path(reference: Fields) -> str:
    return f"{reference.text('Path') or '/'}{reference.text('Name')}"


def _customer_managed(answer: Fields | None) -> tuple[str, ...]:
    items = answer.items("CustomerManagedPolicyReferences") if answer else ()
    return tuple(sorted(_with_path(item) for item in items if item.text("Name")))


def _boundary(answer: Fields | None) -> str:
    if answer is None:
        return ""
    body = answer.inner("PermissionsBoundary")
    reference = body.inner("CustomerManagedPolicyReference")
    return body.text("ManagedPolicyArn") or (_with_path(reference) if reference.text("Name") else "")


def _accounts(answer: Fields | None) -> tuple[str, ...]:
    return tuple(sorted(set(answer.texts("AccountIds")))) if answer else ()


def read_account_assignments(reading: Reading, account: str) -> Iterator[AwsAccountAssignment]:
    """Yield who is assigned which permission set in which account."""
    name = "sso-admin.list_account_assignments"

    def build(item: Fields, _region: str, _call: Call) -> AwsAccountAssignment:
        return AwsAccountAssignment(
            permission_set_arn=item.arn("PermissionSetArn"),
            target_account=item.required("AccountId"),
            principal_kind=item.required("PrincipalType"),
            principal_id=item.required("PrincipalId"),
            ref=item.ref,
        )

    yield from reading.each(name, account, "AccountAssignments", build)


def read_identity_center_users(reading: Reading, account: str) -> Iterator[AwsIdentityCenterUser]:
    """Yield people and groups of the identity stores."""
    groups_of: dict[tuple[str, str], set[str]] = {}
    for _, call, answer in reading.answers("identitystore.list_group_memberships", account):
        for item in answer.items("GroupMemberships"):
            store = item.text("IdentityStoreId") or str(call.request.get("IdentityStoreId", ""))
            group = item.text("GroupId") or str(call.request.get("GroupId", ""))
            groups_of.setdefault((store, item.inner("MemberId").text("UserId")), set()).add(group)
    for name, key, kind in (
        ("identitystore.list_users", "Users", "USER"),
        ("identitystore.list_groups", "Groups", "GROUP"),
    ):
        for region, call, answer in reading.answers(name, account):
            store = str(call.request.get("IdentityStoreId", ""))
            for item in answer.items(key):
                try:
                    person = item.required("UserId" if kind == "USER" else "GroupId")
                except FieldError as error:
                    reading.gap(name, account, region, str(error))
                    continue
                called = item.text("UserName") or item.text("DisplayName")
                groups = tuple(sorted(groups_of.get((store, person), ())))
                yield AwsIdentityCenterUser(person, called, kind, store, item.ref, groups if kind == "USER" else ())
