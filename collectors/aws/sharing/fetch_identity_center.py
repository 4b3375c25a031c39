"""Fetch IAM Identity Center: permission sets, who is assigned them where, and the names of people and groups.

Input: an ``AwsFetch`` and a region. Output: the ``sso-admin.*`` and ``identitystore.*`` files of the region.
Not handled: applications, trusted token issuers; of people and groups nothing but ids and names is written.

An instance lives in one region and answers to the management account and delegated administrators; it is listed in
member accounts, too, where everything further is refused and therefore a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from collectors.aws.fetching import AwsFetch, Request
from collectors.aws.sharing.listing import answered
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_identity_center", "fetch_identity_store"]


def _style(key: str) -> PageStyle:
    # https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html: up to 100 a page
    return PageStyle((key,), "NextToken", "NextToken", "MaxResults", 100)


_INSTANCES = "sso-admin.list_instances"
_SETS = "sso-admin.list_permission_sets"
_ACCOUNTS = "sso-admin.list_accounts_for_provisioned_permission_set"
_ASSIGNMENTS = "sso-admin.list_account_assignments"
_OF_SETS: Mapping[str, PageStyle | None] = {
    "sso-admin.describe_permission_set": None,
    "sso-admin.list_managed_policies_in_permission_set": _style("AttachedManagedPolicies"),
    "sso-admin.list_customer_managed_policy_references_in_permission_set": _style("CustomerManagedPolicyReferences"),
    "sso-admin.get_inline_policy_for_permission_set": None,
    "sso-admin.get_permissions_boundary_for_permission_set": None,
    _ACCOUNTS: _style("AccountIds"),
}
_USERS, _GROUPS, _MEMBERSHIPS = (
    "identitystore.list_users",
    "identitystore.list_groups",
    "identitystore.list_group_memberships",
)
_KEPT = {"Users": ("UserId", "UserName", "DisplayName"), "Groups": ("GroupId", "DisplayName")}
"""A directory tells addresses, telephones, birthdays …, which nothing here needs."""


def fetch_identity_center(fetch: AwsFetch, region: str) -> None:
    """Fetch instances, permission sets and assignments, and the identity stores unless those are left out.

    Notes
    -----
    Six calls a permission set, and one for each account that it is provisioned in.
    """
    store = not fetch.left_out(_USERS)
    if fetch.pages(_INSTANCES, _style("Instances"), region=region) is not CallOutcome.OK:
        for name in (_SETS, *_OF_SETS, _ASSIGNMENTS, *((_USERS, _GROUPS, _MEMBERSHIPS) if store else ())):
            fetch.blocked(name, _INSTANCES, region)
        return
    instances = [item for item in fetch.listed(_INSTANCES, "Instances", region) if item.get("InstanceArn")]
    _fetch_permission_sets(fetch, region, sorted(str(item["InstanceArn"]) for item in instances))
    if store:
        fetch_identity_store(fetch, region, sorted(str(item.get("IdentityStoreId") or "") for item in instances))


def _fetch_permission_sets(fetch: AwsFetch, region: str, instances: list[str]) -> None:
    fetch.each(_SETS, [Request({"InstanceArn": arn}) for arn in instances], region, _style("PermissionSets"))
    if not fetch.known(_SETS, region) and not answered(fetch, _SETS, region):
        for name in (*_OF_SETS, _ASSIGNMENTS):
            fetch.blocked(name, _SETS, region)
        return
    sets = [
        {"InstanceArn": request["InstanceArn"], "PermissionSetArn": arn}
        for request, answer in answered(fetch, _SETS, region)
        for arn in sorted(answer.get("PermissionSets") or ())
    ]
    for name, style in _OF_SETS.items():
        fetch.each(name, [Request(params) for params in sets], region, style)
    if not fetch.known(_ACCOUNTS, region) and not answered(fetch, _ACCOUNTS, region):
        fetch.blocked(_ASSIGNMENTS, _ACCOUNTS, region)
        return
    where = [
        Request({**request, "AccountId": account})
        for request, answer in answered(fetch, _ACCOUNTS, region)
        for account in sorted(answer.get("AccountIds") or ())
    ]
    fetch.each(_ASSIGNMENTS, where, region, _style("AccountAssignments"))


def fetch_identity_store(fetch: AwsFetch, region: str, stores: Iterable[str]) -> None:
    """Fetch ids and names of people and groups, and who is in which group (one call a group)."""
    requests = [Request({"IdentityStoreId": store}) for store in stores if store]
    fetch.each(_USERS, requests, region, _style("Users"), keep=_names_only)
    fetch.each(_GROUPS, requests, region, _style("Groups"), keep=_names_only)
    if not fetch.known(_GROUPS, region) and not answered(fetch, _GROUPS, region):
        fetch.blocked(_MEMBERSHIPS, _GROUPS, region)
        return
    groups = [
        Request({"IdentityStoreId": request["IdentityStoreId"], "GroupId": str(group["GroupId"])})
        for request, answer in answered(fetch, _GROUPS, region)
        for group in answer.get("Groups") or ()
        if group.get("GroupId")
    ]
    fetch.each(_MEMBERSHIPS, groups, region, _style("GroupMemberships"))


def _names_only(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        key: [{name: item[name] for name in names if name in item} for item in body[key]]
        for key, names in _KEPT.items()
        if key in body
    }
