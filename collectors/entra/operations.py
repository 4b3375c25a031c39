"""Every Microsoft Graph call whose answer is read, with the least permission and what is lost without it.

Input: none (data only). Output: ``OPERATIONS``, ``READABLE``, ``REGIONAL``. Not handled: making the calls.
A name is the path below ``/v1.0`` (or ``/beta``) with dots for slashes; an object's id in the middle of a path is left
out, and stands as ``id`` in the request of each line. Permissions are application permissions, from each call's page of
https://learn.microsoft.com/graph/api/overview and https://learn.microsoft.com/graph/permissions-reference (2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from collectors.interface import Operation

__all__ = ["OPERATIONS", "READABLE", "REGIONAL"]

_GONE = ("Request_ResourceNotFound", "ResourceNotFound", "NotFound")
"""Codes that Graph answers for an object that is not there (any more)."""
_NO_PIM = ("AadPremiumLicenseRequired",)
"""Without the licence there is no Privileged Identity Management: nobody is eligible, and nothing is only activated.
https://learn.microsoft.com/entra/id-governance/licensing-fundamentals (read 2026-11)."""


def _each(
    name: str, permission: str, lost: str, *, guard: bool = False, opt_in: bool = False, none: tuple[str, ...] = ()
) -> Operation:
    """Return an operation that is called once an object."""
    return Operation(
        name,
        permission,
        lost,
        level="resource",
        per_object=True,
        guard=guard,
        not_found_codes=(*_GONE, *none),
        opt_in=opt_in,
    )


_TENANT = (
    Operation("organization", "Organization.Read.All", "The tenant's id, name and verified domains."),
    Operation(
        "users", "User.Read.All", "People, guests and agent users: who owns what, and who holds a directory role."
    ),
    Operation("groups", "GroupMember.Read.All", "Groups, and which of them directory roles can be assigned to."),
    _each("groups.members", "GroupMember.Read.All", "Who is in a group, so who has what the group is assigned."),
    _each("groups.owners", "GroupMember.Read.All", "Who may add members to a group, role-assignable ones too."),
    Operation(
        "directory.administrativeUnits",
        "AdministrativeUnit.Read.All",
        "Which administrative units there are, and which restrict who manages their members.",
    ),
    _each(
        "directory.administrativeUnits.members",
        "AdministrativeUnit.Read.All",
        "Which users and groups a role that is scoped to an administrative unit covers.",
    ),
)

_APPLICATIONS = (
    Operation(
        "applications",
        "Application.Read.All",
        "Applications registered here, their secrets and certificates (hints and dates), and instance property locks.",
    ),
    _each("applications.owners", "Application.Read.All", "Who may add a credential to an application by owning it."),
    _each(
        "applications.federatedIdentityCredentials",
        "Application.Read.All",
        "Which outside workloads become an application with a token of their own, without any secret.",
    ),
    Operation(
        "servicePrincipals",
        "Application.Read.All",
        "Every application that has an identity here, vendors' too, managed identities, and the names of app roles.",
    ),
    _each("servicePrincipals.owners", "Application.Read.All", "Who may add a credential to a service principal."),
    _each(
        "servicePrincipals.appRoleAssignments",
        "Application.Read.All",
        "Which permissions of Microsoft Graph and other APIs an application has without a user.",
    ),
    _each(
        "servicePrincipals.appRoleAssignedTo",
        "Application.Read.All",
        "The same, seen from the API: one call for Microsoft Graph shows everybody who has its permissions.",
    ),
    Operation(
        "oauth2PermissionGrants",
        "Directory.Read.All",
        "Delegated consents: what an application may do as the user who signs in to it, for one user or for all.",
    ),
    _each(
        "servicePrincipals.federatedIdentityCredentials",
        "Application.Read.All",
        "Which outside workloads become a user-assigned managed identity.",
    ),
    _each(
        "servicePrincipals.delegatedPermissionClassifications",
        "Application.Read.All",
        "Which delegated permissions of an API count as low, so that users may consent to them; "
        "one call for each API that asks for it.",
    ),
)

_AGENTS = (
    Operation(
        "applications.microsoft.graph.agentIdentityBlueprint",
        "AgentIdentityBlueprint.Read.All",
        "Agent identity blueprints: their credentials prove every agent made from them.",
    ),
    _each(
        "applications.microsoft.graph.agentIdentityBlueprint.inheritablePermissions",
        "AgentIdentityBlueprint.Read.All",
        "Which permissions of a blueprint its agent identities have as well.",
    ),
    Operation(
        "servicePrincipals.microsoft.graph.agentIdentityBlueprintPrincipal",
        "AgentIdentityBlueprintPrincipal.Read.All",
        "A blueprint's identity in this tenant.",
    ),
    Operation(
        "servicePrincipals.microsoft.graph.agentIdentity",
        "AgentIdentity.Read.All",
        "Agent identities and the blueprint that each comes from.",
    ),
    _each(
        "servicePrincipals.microsoft.graph.agentIdentity.sponsors",
        "AgentIdentity.Read.All",
        "Which people answer for an agent identity.",
    ),
    Operation("users.microsoft.graph.agentUser", "User.Read.All", "Users that agent identities act as."),
)

_ROLES = (
    Operation(
        "roleManagement.directory.roleDefinitions",
        "RoleManagement.Read.Directory",
        "What custom roles allow; built-in ones are known without it.",
    ),
    Operation(
        "roleManagement.directory.roleAssignments",
        "RoleManagement.Read.Directory",
        "Who holds a directory role now, Global Administrator included.",
    ),
    Operation(
        "roleManagement.directory.roleAssignmentScheduleInstances",
        "RoleAssignmentSchedule.Read.Directory",
        "Which active roles are only activated for a time.",
        not_found_codes=_NO_PIM,
    ),
    Operation(
        "roleManagement.directory.roleEligibilityScheduleInstances",
        "RoleEligibilitySchedule.Read.Directory",
        "Who can activate a directory role.",
        not_found_codes=_NO_PIM,
    ),
    Operation(
        "policies.roleManagementPolicyAssignments",
        "RoleManagementPolicy.Read.Directory",
        "What activating a role, or a group's membership or ownership, asks for: a second factor, approval, and whose.",
        guard=True,
        not_found_codes=_NO_PIM,
    ),
    _each(
        "identityGovernance.privilegedAccess.group.eligibilityScheduleInstances",
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        "Who can activate the membership or ownership of a group.",
        none=_NO_PIM,
    ),
    _each(
        "identityGovernance.privilegedAccess.group.assignmentScheduleInstances",
        "PrivilegedAssignmentSchedule.Read.AzureADGroup",
        "Which memberships and ownerships of groups are only activated, or end.",
        guard=True,
        none=_NO_PIM,
    ),
)

_POLICIES = (
    Operation(
        "policies.authorizationPolicy",
        "Policy.Read.All",
        "What every user may do: register applications, consent, invite guests.",
    ),
    Operation(
        "policies.authenticationMethodsPolicy",
        "Policy.Read.AuthenticationMethod",
        "Whether a Temporary Access Pass can be made, the way from writing authentication methods to being a user.",
    ),
    Operation(
        "policies.permissionGrantPolicies",
        "Policy.Read.PermissionGrant",
        "What users and custom roles may consent to.",
    ),
    Operation(
        "policies.defaultAppManagementPolicy",
        "Policy.Read.All",
        "Whether new secrets are forbidden throughout the tenant.",
        guard=True,
    ),
    Operation(
        "identity.conditionalAccess.policies",
        "Policy.Read.All",
        "What sign-ins, of workloads as well, must present.",
        guard=True,
    ),
    Operation(
        "reports.servicePrincipalSignInActivities",
        "AuditLog.Read.All",
        "When a service principal, and each of its credentials, was used last; needs a P1 or P2 licence.",
        opt_in=True,
    ),
    Operation(
        "groupSettings",
        "GroupSettings.Read.All",
        "Whether a user's risky consent goes to an administrator, which it does by default.",
    ),
    Operation(
        "identity.conditionalAccess.namedLocations",
        "Policy.Read.All",
        "The names of locations that conditional access speaks of, and which of them are trusted.",
        guard=True,
    ),
    Operation(
        "policies.appManagementPolicies",
        "Policy.Read.All",
        "Which policies on new secrets and certificates replace the tenant's default for single applications.",
        guard=True,
    ),
    _each(
        "policies.appManagementPolicies.appliesTo",
        "Application.Read.All",
        "To which applications and service principals such a policy applies; needs `Policy.Read.All` as well.",
        guard=True,
    ),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for operation in (*_TENANT, *_APPLICATIONS, *_AGENTS, *_ROLES, *_POLICIES)}
)
"""By name, in the order of the documentation."""

READABLE: Mapping[str, Operation] = OPERATIONS
"""Operations whose files are understood."""

REGIONAL: frozenset[str] = frozenset()
"""None: a tenant has no regions."""
