"""The calls for other ways into roles (Identity Center, Roles Anywhere, Cognito), for use, findings and trails.

Input: none (data only). Output: tuples that ``operations`` joins. Not handled: making the calls.
"""

from __future__ import annotations

from collectors.interface import Operation

__all__ = ["ACCESS_GLOBAL", "ACCESS_REGIONAL"]

_GONE = ("ResourceNotFoundException",)


def _of_permission_set(method: str, action: str, lost: str) -> Operation:
    return Operation(
        f"sso-admin.{method}",
        f"sso:{action}",
        lost,
        level="resource",
        per_object=True,
        not_found_codes=_GONE,
        may_be_empty=method == "get_inline_policy_for_permission_set",
    )


def _of_store(method: str, action: str, lost: str) -> Operation:
    return Operation(f"identitystore.{method}", f"identitystore:{action}", lost, level="resource", per_object=True)


_IDENTITY_CENTER = (
    Operation(
        "sso-admin.list_instances",
        "sso:ListInstances",
        "Whether the account signs people in through IAM Identity Center.",
        level="regional",
    ),
    _of_permission_set("list_permission_sets", "ListPermissionSets", "Permission sets of IAM Identity Center."),
    _of_permission_set("describe_permission_set", "DescribePermissionSet", "A permission set's name and duration."),
    _of_permission_set(
        "list_managed_policies_in_permission_set",
        "ListManagedPoliciesInPermissionSet",
        "AWS managed policies of a permission set.",
    ),
    _of_permission_set(
        "list_customer_managed_policy_references_in_permission_set",
        "ListCustomerManagedPolicyReferencesInPermissionSet",
        "Customer managed policies that a permission set takes from the accounts that it is assigned in.",
    ),
    _of_permission_set(
        "get_inline_policy_for_permission_set",
        "GetInlinePolicyForPermissionSet",
        "The inline policy of a permission set.",
    ),
    _of_permission_set(
        "get_permissions_boundary_for_permission_set",
        "GetPermissionsBoundaryForPermissionSet",
        "The permissions boundary of a permission set.",
    ),
    _of_permission_set(
        "list_accounts_for_provisioned_permission_set",
        "ListAccountsForProvisionedPermissionSet",
        "In which accounts a permission set is a role.",
    ),
    _of_permission_set("list_account_assignments", "ListAccountAssignments", "Who has which permission set where."),
    _of_store("list_users", "ListUsers", "Names of the people that permission sets are assigned to."),
    _of_store("list_groups", "ListGroups", "Names of the groups that permission sets are assigned to."),
    _of_store("list_group_memberships", "ListGroupMemberships", "Who has a permission set through a group."),
)

_OUTSIDE = (
    Operation(
        "rolesanywhere.list_trust_anchors",
        "rolesanywhere:ListTrustAnchors",
        "Certificate authorities whose certificates may become roles.",
        level="regional",
    ),
    Operation(
        "rolesanywhere.list_profiles",
        "rolesanywhere:ListProfiles",
        "Which roles a certificate may become.",
        level="regional",
    ),
    Operation(
        "cognito-identity.list_identity_pools",
        "cognito-identity:ListIdentityPools",
        "Cognito identity pools.",
        level="regional",
    ),
    Operation(
        "cognito-identity.describe_identity_pool",
        "cognito-identity:DescribeIdentityPool",
        "Whether an identity pool gives credentials to guests, and whom it takes tokens from.",
        level="resource",
        per_object=True,
        not_found_codes=_GONE,
    ),
    Operation(
        "cognito-identity.get_identity_pool_roles",
        "cognito-identity:GetIdentityPoolRoles",
        "Which roles an identity pool hands out.",
        level="resource",
        per_object=True,
        not_found_codes=_GONE,
    ),
)

# ListFindings and ListFindingsV2 are one action, access-analyzer:ListFindings:
# https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindingsV2.html
_WATCHING = (
    Operation("accessanalyzer.list_analyzers", "access-analyzer:ListAnalyzers", "Access analyzers.", level="regional"),
    Operation(
        "accessanalyzer.list_findings",
        "access-analyzer:ListFindings",
        "What IAM Access Analyzer says of access from outside.",
        level="resource",
        per_object=True,
        not_found_codes=_GONE,
    ),
    Operation(
        "accessanalyzer.list_findings_v2",
        "access-analyzer:ListFindings",
        "What IAM Access Analyzer says of unused and of internal access.",
        level="resource",
        per_object=True,
        not_found_codes=_GONE,
    ),
    Operation("cloudtrail.describe_trails", "cloudtrail:DescribeTrails", "CloudTrail trails.", level="regional"),
    Operation(
        "cloudtrail.get_trail_status",
        "cloudtrail:GetTrailStatus",
        "Whether a trail is recording.",
        level="resource",
        per_object=True,
        not_found_codes=("TrailNotFoundException",),
    ),
    Operation(
        "cloudtrail.get_event_selectors",
        "cloudtrail:GetEventSelectors",
        "Which events a trail records.",
        level="resource",
        per_object=True,
        not_found_codes=("TrailNotFoundException",),
    ),
)

ACCESS_REGIONAL: tuple[Operation, ...] = (*_IDENTITY_CENTER, *_OUTSIDE, *_WATCHING)
"""Asked in each region."""

ACCESS_GLOBAL: tuple[Operation, ...] = (
    Operation(
        "iam.generate_service_last_accessed_details",
        "iam:GenerateServiceLastAccessedDetails",
        "Which services an identity has used lately; asked only when wanted.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchEntity", "NoSuchEntityException"),
        opt_in=True,
    ),
    Operation(
        "iam.get_service_last_accessed_details",
        "iam:GetServiceLastAccessedDetails",
        "Which services an identity has used lately; asked only when wanted.",
        level="resource",
        per_object=True,
        not_found_codes=("NoSuchEntity", "NoSuchEntityException"),
        opt_in=True,
    ),
)
"""Asked once an account."""
