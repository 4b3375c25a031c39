"""Which application permissions Graph accepts for each call, from the call's own page (read 2026-11).

Input: none (data only). Output: ``ACCEPTED``. Not handled: delegated permissions.
Written from https://github.com/microsoftgraph/microsoft-graph-docs-contrib (api-reference/…/includes/permissions) and
https://learn.microsoft.com/graph/api, never from what the collector declares.
"""

from __future__ import annotations

__all__ = ["ACCEPTED"]

_APPLICATIONS = "Application.Read.All Application.ReadWrite.All Application.ReadWrite.OwnedBy Directory.Read.All"
_OWNERS = f"{_APPLICATIONS} Directory.ReadWrite.All"
_MEMBERS = "GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All Directory.Read.All"
_UNITS = "AdministrativeUnit.Read.All AdministrativeUnit.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
_ROLES = "RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory Directory.Read.All Directory.ReadWrite.All"

_ROWS = {
    "organization": "Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All",
    # Also User.ReadBasic.All, which gives few fields; accountEnabled and userType are not among them.
    "users": "User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All",
    "users/microsoft.graph.agentUser": "User.Read.All User.ReadWrite.All Directory.Read.All AgentIdUser.ReadWrite.All",
    "groups": f"{_MEMBERS} Directory.ReadWrite.All Group.ManageProtection.All",
    "groups/{id}/members": _MEMBERS,
    "groups/{id}/owners": _MEMBERS,
    "groupSettings": "GroupSettings.Read.All GroupSettings.ReadWrite.All Directory.Read.All Directory.ReadWrite.All",
    "directory/administrativeUnits": _UNITS,
    "directory/administrativeUnits/{id}/members": _UNITS,
    "applications": _APPLICATIONS,
    "applications/{id}/owners": _OWNERS,
    # Directory.Read.All is not among them.
    "applications/{id}/federatedIdentityCredentials": (
        "Application.Read.All Application.ReadWrite.OwnedBy Application.ReadWrite.All"
    ),
    "servicePrincipals/{id}/federatedIdentityCredentials": (
        "Application.Read.All Application.ReadWrite.OwnedBy Application.ReadWrite.All"
    ),
    "servicePrincipals": _APPLICATIONS,
    "servicePrincipals/{id}/owners": _OWNERS,
    "servicePrincipals/{id}/appRoleAssignments": _OWNERS,
    "servicePrincipals/{id}/appRoleAssignedTo": _OWNERS,
    "servicePrincipals/{id}/delegatedPermissionClassifications": (
        "Application.Read.All Application.ReadWrite.OwnedBy Directory.Read.All"
    ),
    # DelegatedPermissionGrant.Read.All exists and is not on the call's page.
    "oauth2PermissionGrants": "Directory.Read.All DelegatedPermissionGrant.ReadWrite.All Directory.ReadWrite.All",
    "applications/microsoft.graph.agentIdentityBlueprint": (
        "AgentIdentityBlueprint.Read.All AgentIdentityBlueprint.ReadWrite.All"
    ),
    "applications/{id}/microsoft.graph.agentIdentityBlueprint/inheritablePermissions": (
        "AgentIdentityBlueprint.Read.All Application.Read.All"
    ),
    "servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal": (
        "AgentIdentityBlueprintPrincipal.Read.All AgentIdentityBlueprintPrincipal.ReadWrite.All"
    ),
    "servicePrincipals/microsoft.graph.agentIdentity": "AgentIdentity.Read.All AgentIdentity.ReadWrite.All",
    "servicePrincipals/{id}/microsoft.graph.agentIdentity/sponsors": "AgentIdentity.ReadWrite.All",
    "roleManagement/directory/roleDefinitions": _ROLES,
    "roleManagement/directory/roleAssignments": _ROLES,
    "roleManagement/directory/roleAssignmentScheduleInstances": (
        "RoleAssignmentSchedule.Read.Directory RoleAssignmentSchedule.ReadWrite.Directory RoleManagement.Read.All "
        "RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory"
    ),
    "roleManagement/directory/roleEligibilityScheduleInstances": (
        "RoleEligibilitySchedule.Read.Directory RoleEligibilitySchedule.ReadWrite.Directory RoleManagement.Read.All "
        "RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory"
    ),
    "policies/roleManagementPolicyAssignments": (
        "RoleManagementPolicy.Read.Directory RoleManagementPolicy.ReadWrite.Directory RoleManagement.Read.All "
        "RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory"
    ),
    "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances": (
        "PrivilegedEligibilitySchedule.Read.AzureADGroup PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"
    ),
    "identityGovernance/privilegedAccess/group/assignmentScheduleInstances": (
        "PrivilegedAssignmentSchedule.Read.AzureADGroup PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"
    ),
    "policies/appManagementPolicies": (
        "Policy.Read.All Policy.Read.ApplicationConfiguration Policy.ReadWrite.ApplicationConfiguration"
    ),
    "policies/appManagementPolicies/{id}/appliesTo": (
        "Application.Read.All Policy.Read.All Policy.Read.ApplicationConfiguration "
        "Policy.ReadWrite.ApplicationConfiguration"
    ),
    "identity/conditionalAccess/namedLocations": "Policy.Read.All",
    "policies/authorizationPolicy": "Policy.Read.All Policy.ReadWrite.Authorization",
    "policies/authenticationMethodsPolicy": (
        "Policy.Read.AuthenticationMethod Policy.ReadWrite.AuthenticationMethod Policy.Read.All"
    ),
    "policies/permissionGrantPolicies": "Policy.Read.PermissionGrant Policy.ReadWrite.PermissionGrant",
    "policies/defaultAppManagementPolicy": (
        "Policy.Read.All Policy.Read.ApplicationConfiguration Policy.ReadWrite.ApplicationConfiguration"
    ),
    # Policy.Read.ConditionalAccess exists and is refused.
    "identity/conditionalAccess/policies": "Policy.Read.All",
    "reports/servicePrincipalSignInActivities": "AuditLog.Read.All Directory.Read.All",
}

ACCEPTED: dict[str, frozenset[str]] = {path: frozenset(names.split()) for path, names in _ROWS.items()}
"""By path below the version, with ``{id}`` for an object's id."""
