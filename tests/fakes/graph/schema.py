"""Properties that each type of v1.0 has, as far as the collector could ask for them, and what only beta has.

Input: none (data only). Output: ``PROPERTIES``, ``BETA_ONLY``, ``LARGEST_PAGE``. From the resource pages of
https://learn.microsoft.com/graph/api/overview (read 2026-11). Selecting another name is refused, as Graph does.
"""

from __future__ import annotations

__all__ = ["BETA_ONLY", "LARGEST_PAGE", "PROPERTIES"]

_APPLICATION = (
    "id appId displayName createdDateTime signInAudience publisherDomain verifiedPublisher passwordCredentials "
    "keyCredentials servicePrincipalLockConfiguration identifierUris web spa api appRoles tags requiredResourceAccess "
    "notes"
)
_PRINCIPAL = (
    "id appId displayName createdDateTime servicePrincipalType accountEnabled homepage tags appOwnerOrganizationId "
    "alternativeNames verifiedPublisher appRoles oauth2PermissionScopes passwordCredentials keyCredentials notes "
    "servicePrincipalNames appRoleAssignmentRequired disabledByMicrosoftStatus loginUrl logoutUrl "
    "preferredSingleSignOnMode replyUrls"
)
_USER = (
    "id displayName userPrincipalName accountEnabled userType createdDateTime onPremisesSyncEnabled mail jobTitle "
    "signInActivity department"
)
_SCHEDULE = "id principalId roleDefinitionId directoryScopeId appScopeId startDateTime endDateTime memberType"

_ROWS = {
    "organization": "id displayName verifiedDomains tenantType createdDateTime",
    "users": _USER,
    "users/microsoft.graph.agentUser": f"{_USER} identityParentId",
    "groups": (
        "id displayName createdDateTime securityEnabled groupTypes isAssignableToRole onPremisesSyncEnabled "
        "mailEnabled visibility membershipRule membershipRuleProcessingState"
    ),
    "directory/administrativeUnits": "id displayName isMemberManagementRestricted description visibility",
    "applications": _APPLICATION,
    "applications/microsoft.graph.agentIdentityBlueprint": _APPLICATION,
    "servicePrincipals": _PRINCIPAL,
    "servicePrincipals/microsoft.graph.agentIdentity": f"{_PRINCIPAL} agentIdentityBlueprintId createdByAppId",
    "servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal": _PRINCIPAL,
    "oauth2PermissionGrants": "id clientId consentType principalId resourceId scope",
    "roleManagement/directory/roleDefinitions": (
        "id templateId displayName description isBuiltIn isEnabled rolePermissions resourceScopes version"
    ),
    "roleManagement/directory/roleAssignments": "id principalId roleDefinitionId directoryScopeId appScopeId",
    "roleManagement/directory/roleAssignmentScheduleInstances": f"{_SCHEDULE} assignmentType",
    "roleManagement/directory/roleEligibilityScheduleInstances": _SCHEDULE,
    "policies/roleManagementPolicyAssignments": "id policyId roleDefinitionId scopeId scopeType",
    "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances": (
        "id groupId principalId accessId memberType startDateTime endDateTime eligibilityScheduleId"
    ),
    "identityGovernance/privilegedAccess/group/assignmentScheduleInstances": (
        "id groupId principalId accessId memberType assignmentType startDateTime endDateTime assignmentScheduleId"
    ),
    "policies/permissionGrantPolicies": "id displayName description includes excludes",
    "identity/conditionalAccess/policies": (
        "id displayName state createdDateTime modifiedDateTime conditions grantControls sessionControls"
    ),
    "groupSettings": "id displayName templateId values",
    "appRoleAssignment": (
        "id principalId principalType principalDisplayName resourceId resourceDisplayName appRoleId createdDateTime"
    ),
    "directoryObject": "id deletedDateTime",
}

PROPERTIES: dict[str, frozenset[str]] = {path: frozenset(names.split()) for path, names in _ROWS.items()}

BETA_ONLY: dict[str, frozenset[str]] = {
    "roleManagement/directory/roleDefinitions": frozenset({"isPrivileged"}),
    "federatedIdentityCredentials": frozenset({"claimsMatchingExpression"}),
}

LARGEST_PAGE: dict[str, int] = {
    "servicePrincipals/microsoft.graph.agentIdentity": 100,
    "applications/microsoft.graph.agentIdentityBlueprint": 100,
    "servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal": 100,
    "users/microsoft.graph.agentUser": 100,
}
"""Elsewhere 999, and 100 where ``$top`` is not given."""
