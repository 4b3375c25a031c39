"""How each operation is asked of Microsoft Graph: path, selected fields, page size, expansion, version.

Input: none (data only). Output: ``CALLS``. Not handled: permissions, which ``operations`` declares.

``$select`` names the fields that ``to_records`` reads and no more. Where a page of Graph documents no ``$select`` for a
call, the answer is cut to the same fields before it is written (``cut_here``).
https://learn.microsoft.com/graph/api/overview, each call's page (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

__all__ = ["CALLS", "EXPANSION_LIMIT", "Expansion", "GraphCall"]

EXPANSION_LIMIT = 20
"""Objects that Graph gives of an expanded relationship, without saying that there are more:
https://learn.microsoft.com/graph/query-parameters#expand-parameter (read 2026-11)."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A list that tells a relationship of every object in a few calls."""

    path: str
    """Of the list."""
    relation: str
    select: tuple[str, ...] = ()
    """Fields of the related objects, where the relationship takes a selection."""
    page: int = 999


@dataclass(frozen=True, slots=True)
class GraphCall:
    """One kind of call."""

    path: str
    """Below the version; ``{id}`` where it is about one object."""
    fields: tuple[str, ...]
    """What is kept of each object; sent as ``$select`` unless ``cut_here``."""
    page: int = 0
    """Largest page that Graph documents, sent as ``$top``; 0 where it takes none."""
    filter: str = ""
    """``$filter``, with ``{id}`` where it is about one object."""
    expand: str = ""
    single: bool = False
    """The answer is one object, not a list."""
    beta: bool = False
    cut_here: bool = False
    eventual: bool = False
    """An advanced query: every page is asked with ``ConsistencyLevel: eventual``."""
    expansion: Expansion | None = None
    """The cheaper way to ask it of all objects; ``path`` is then asked where the expansion is full."""
    no_own_call: bool = False
    """The call of its own would need a permission to write: it is never made."""


_CREDENTIALS = ("passwordCredentials", "keyCredentials")
_APPLICATION = (
    *("id", "appId", "displayName", "createdDateTime", "signInAudience", "publisherDomain", "verifiedPublisher"),
    *(*_CREDENTIALS, "servicePrincipalLockConfiguration", "identifierUris", "api"),
)
_PRINCIPAL = (
    *("id", "appId", "displayName", "createdDateTime", "servicePrincipalType", "accountEnabled", "homepage", "tags"),
    *("appOwnerOrganizationId", "alternativeNames", "verifiedPublisher", "appRoles", "oauth2PermissionScopes"),
    *(*_CREDENTIALS, "servicePrincipalNames", "appRoleAssignmentRequired"),
)
_USER = ("id", "displayName", "userPrincipalName", "mail", "accountEnabled", "userType", "createdDateTime")
# v1.0 does not give the expression, without which a flexible credential says nothing:
# https://learn.microsoft.com/graph/api/resources/federatedidentitycredential?view=graph-rest-beta (read 2026-11).
_FEDERATED = ("id", "name", "issuer", "subject", "audiences", "claimsMatchingExpression")
_ASSIGNMENT = (
    "id",
    "principalId",
    "principalType",
    "resourceId",
    "resourceDisplayName",
    "appRoleId",
    "createdDateTime",
)
_ROLE = ("id", "principalId", "roleDefinitionId", "directoryScopeId")
_TIMES = ("startDateTime", "endDateTime")
_AGENT = "microsoft.graph.agentIdentity"
_AGENT_PAGE = 100
"""https://learn.microsoft.com/graph/api/agentidentity-list: the default and the largest page."""


def _owners(path: str) -> GraphCall:
    return GraphCall(f"{path}/{{id}}/owners", ("id",), 999, expansion=Expansion(path, "owners", ("id",)))


_DIRECTORY: Mapping[str, GraphCall] = {
    "organization": GraphCall("/organization", ("id", "displayName", "verifiedDomains")),
    "users": GraphCall("/users", (*_USER, "onPremisesSyncEnabled"), 999),
    "groups": GraphCall(
        "/groups",
        (
            *("id", "displayName", "createdDateTime", "securityEnabled", "groupTypes", "isAssignableToRole"),
            *("onPremisesSyncEnabled", "membershipRule", "membershipRuleProcessingState"),
        ),
        999,
    ),
    # Of v1.0 the call of its own lists no service principals as members or owners; the expansion and beta do:
    # https://learn.microsoft.com/graph/api/group-list-members?view=graph-rest-beta (read 2026-11).
    "groups.members": GraphCall(
        "/groups/{id}/members", ("id",), 999, beta=True, expansion=Expansion("/groups", "members", ("id",))
    ),
    "groups.owners": replace(_owners("/groups"), beta=True),
    "directory.administrativeUnits": GraphCall(
        "/directory/administrativeUnits", ("id", "displayName", "isMemberManagementRestricted")
    ),
    "directory.administrativeUnits.members": GraphCall("/directory/administrativeUnits/{id}/members", ("id",), 999),
    "groupSettings": GraphCall("/groupSettings", ("id", "templateId", "values"), cut_here=True),
}

_APPLICATIONS: Mapping[str, GraphCall] = {
    "applications": GraphCall("/applications", _APPLICATION, 999),
    "applications.owners": _owners("/applications"),
    "applications.federatedIdentityCredentials": GraphCall(
        "/applications/{id}/federatedIdentityCredentials",
        _FEDERATED,
        beta=True,
        cut_here=True,
        expansion=Expansion("/applications", "federatedIdentityCredentials"),
    ),
    "servicePrincipals": GraphCall("/servicePrincipals", _PRINCIPAL, 999),
    "servicePrincipals.owners": _owners("/servicePrincipals"),
    "servicePrincipals.appRoleAssignments": GraphCall("/servicePrincipals/{id}/appRoleAssignments", _ASSIGNMENT, 999),
    "servicePrincipals.appRoleAssignedTo": GraphCall("/servicePrincipals/{id}/appRoleAssignedTo", _ASSIGNMENT, 999),
    "servicePrincipals.federatedIdentityCredentials": GraphCall(
        "/servicePrincipals/{id}/federatedIdentityCredentials", _FEDERATED, beta=True, cut_here=True
    ),
    "servicePrincipals.delegatedPermissionClassifications": GraphCall(
        "/servicePrincipals/{id}/delegatedPermissionClassifications",
        ("id", "permissionId", "permissionName", "classification"),
        cut_here=True,
    ),
    "oauth2PermissionGrants": GraphCall(
        "/oauth2PermissionGrants", ("id", "clientId", "consentType", "principalId", "resourceId", "scope"), 999
    ),
    "applications.microsoft.graph.agentIdentityBlueprint": GraphCall(
        "/applications/microsoft.graph.agentIdentityBlueprint", _APPLICATION, _AGENT_PAGE
    ),
    "applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions": GraphCall(
        "/applications/{id}/microsoft.graph.agentIdentityBlueprint/inheritablePermissions",
        ("resourceAppId", "inheritableRoles", "inheritableScopes"),
        cut_here=True,
    ),
    "servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal": GraphCall(
        "/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal", _PRINCIPAL, _AGENT_PAGE
    ),
    "servicePrincipals.microsoft.graph.agentIdentity": GraphCall(
        f"/servicePrincipals/{_AGENT}", (*_PRINCIPAL, "agentIdentityBlueprintId"), _AGENT_PAGE
    ),
    "servicePrincipals.microsoft.graph.agentIdentity.sponsors": GraphCall(
        f"/servicePrincipals/{{id}}/{_AGENT}/sponsors",
        ("id",),
        # Its own page asks for AgentIdentity.ReadWrite.All; the list, which expands it, for AgentIdentity.Read.All:
        # https://learn.microsoft.com/graph/api/agentidentity-list-sponsors (read 2026-11).
        no_own_call=True,
        expansion=Expansion(f"/servicePrincipals/{_AGENT}", "sponsors", ("id",), _AGENT_PAGE),
    ),
    "users.microsoft.graph.agentUser": GraphCall(
        "/users/microsoft.graph.agentUser", (*_USER, "identityParentId"), _AGENT_PAGE, expand="sponsors($select=id)"
    ),
}

_ROLES: Mapping[str, GraphCall] = {
    "roleManagement.directory.roleDefinitions": GraphCall(
        "/roleManagement/directory/roleDefinitions",
        ("id", "templateId", "displayName", "isBuiltIn", "isEnabled", "rolePermissions"),
    ),
    "roleManagement.directory.roleAssignments": GraphCall("/roleManagement/directory/roleAssignments", _ROLE),
    "roleManagement.directory.roleAssignmentScheduleInstances": GraphCall(
        "/roleManagement/directory/roleAssignmentScheduleInstances", (*_ROLE, "assignmentType", *_TIMES)
    ),
    "roleManagement.directory.roleEligibilityScheduleInstances": GraphCall(
        "/roleManagement/directory/roleEligibilityScheduleInstances", (*_ROLE, *_TIMES)
    ),
    "policies.roleManagementPolicyAssignments": GraphCall(
        "/policies/roleManagementPolicyAssignments",
        ("id", "policyId", "roleDefinitionId", "scopeId", "scopeType", "policy"),
        filter="scopeId eq '/' and scopeType eq 'DirectoryRole'",
        expand="policy($expand=rules)",
        cut_here=True,
    ),
    "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances": GraphCall(
        "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances",
        ("id", "groupId", "principalId", "accessId", "memberType", *_TIMES),
        filter="groupId eq '{id}'",
    ),
    "identityGovernance.privilegedAccess.group.assignmentScheduleInstances": GraphCall(
        "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
        ("id", "groupId", "principalId", "accessId", "memberType", "assignmentType", *_TIMES),
        filter="groupId eq '{id}'",
    ),
}

_POLICIES: Mapping[str, GraphCall] = {
    "policies.authorizationPolicy": GraphCall(
        "/policies/authorizationPolicy",
        (
            *("id", "allowInvitesFrom", "guestUserRoleId", "defaultUserRolePermissions"),
            "permissionGrantPolicyIdsAssignedToDefaultUserRole",
        ),
        single=True,
        cut_here=True,
    ),
    "policies.authenticationMethodsPolicy": GraphCall(
        "/policies/authenticationMethodsPolicy",
        ("id", "authenticationMethodConfigurations"),
        single=True,
        cut_here=True,
    ),
    "policies.permissionGrantPolicies": GraphCall(
        "/policies/permissionGrantPolicies", ("id", "displayName", "includes", "excludes"), cut_here=True
    ),
    "policies.defaultAppManagementPolicy": GraphCall(
        "/policies/defaultAppManagementPolicy",
        ("id", "displayName", "isEnabled", "applicationRestrictions", "servicePrincipalRestrictions"),
        single=True,
        cut_here=True,
    ),
    "policies.appManagementPolicies": GraphCall(
        "/policies/appManagementPolicies", ("id", "displayName", "isEnabled", "restrictions"), cut_here=True
    ),
    "policies.appManagementPolicies.appliesTo": GraphCall("/policies/appManagementPolicies/{id}/appliesTo", ("id",)),
    # Whether a place is trusted is a field of one of the derived types alone: the list cannot select it.
    "identity.conditionalAccess.namedLocations": GraphCall(
        "/identity/conditionalAccess/namedLocations", ("id", "displayName", "isTrusted"), cut_here=True
    ),
    "identity.conditionalAccess.policies": GraphCall(
        "/identity/conditionalAccess/policies",
        (
            *("id", "displayName", "state", "createdDateTime", "modifiedDateTime"),
            *("conditions", "grantControls", "sessionControls"),
        ),
    ),
    "reports.servicePrincipalSignInActivities": GraphCall(
        "/reports/servicePrincipalSignInActivities", ("id", "appId", "lastSignInActivity"), beta=True, cut_here=True
    ),
}

CALLS: Mapping[str, GraphCall] = MappingProxyType({**_DIRECTORY, **_APPLICATIONS, **_ROLES, **_POLICIES})
"""By operation."""
