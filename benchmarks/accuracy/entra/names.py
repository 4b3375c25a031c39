"""Ids that Microsoft publishes: directory roles, application permissions of Microsoft Graph, tenants of Microsoft.

Input: none (data only). Output: tables by name. Not handled: ids of the small tenants themselves (``tenant``).

Role template ids: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
Permission ids: https://learn.microsoft.com/graph/permissions-reference
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["APP_ROLES", "DELEGATED", "GRAPH_APP", "MICROSOFT", "ROLES", "ROLE_ACTIONS"]

GRAPH_APP: Final = "00000003-0000-0000-c000-000000000000"
MICROSOFT: Final = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""The tenant where Microsoft's own applications are registered."""

ROLES: Final[Mapping[str, str]] = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "Privileged Authentication Administrator": "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Application Developer": "cf1c38e5-3621-4004-a7cb-879624dced7c",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Password Administrator": "966707d0-3269-4727-9be2-8c3a10f19b9d",
    "Authentication Administrator": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "Directory Writers": "9360feb5-f418-4baa-8175-e2a00bac4301",
    "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
    "Exchange Administrator": "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
    "Reports Reader": "4a5d8f65-41da-4de4-8968-e035b65339cf",
    "Partner Tier1 Support": "4ba39ca4-527c-499a-b93d-d9b492c50246",
    "Partner Tier2 Support": "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8",
    "Billing Administrator": "b0f54661-2d74-4c50-afa3-1ec803f12efe",
    "Agent ID Administrator": "db506228-d27e-4b7d-95e5-295956d6615f",
    "Hybrid Identity Administrator": "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
    "Intune Administrator": "3a2c62db-5318-420d-8d74-23affee5d9d5",
    "Knowledge Manager": "744ec460-397e-42ad-a462-8b3f9747a02c",
    "Identity Governance Administrator": "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
}

_D: Final = "microsoft.directory/"
ROLE_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Global Administrator": (
        _D + "applications/allProperties/allTasks",
        _D + "groups/allProperties/allTasks",
        _D + "roleAssignments/allProperties/allTasks",
        _D + "roleDefinitions/allProperties/allTasks",
        _D + "servicePrincipals/allProperties/allTasks",
        _D + "users/allProperties/allTasks",
    ),
    "Privileged Role Administrator": (
        _D + "groupsAssignableToRoles/allProperties/update",
        _D + "groupsAssignableToRoles/create",
        _D + "oAuth2PermissionGrants/allProperties/allTasks",
        _D + "roleAssignments/allProperties/allTasks",
        _D + "roleDefinitions/allProperties/allTasks",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin",
    ),
    "Privileged Authentication Administrator": (
        _D + "users/authenticationMethods/create",
        _D + "users/authenticationMethods/delete",
        _D + "users/authenticationMethods/basic/update",
        _D + "users/password/update",
    ),
    "Application Administrator": (
        _D + "applications/create",
        _D + "applications/credentials/update",
        _D + "applications/owners/update",
        _D + "oAuth2PermissionGrants/allProperties/allTasks",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "servicePrincipals/credentials/update",
        _D + "servicePrincipals/managePermissionGrantsForAll.microsoft-application-admin",
        _D + "servicePrincipals/owners/update",
    ),
    "Cloud Application Administrator": (
        _D + "applications/create",
        _D + "applications/credentials/update",
        _D + "applications/owners/update",
        _D + "oAuth2PermissionGrants/allProperties/allTasks",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "servicePrincipals/credentials/update",
        _D + "servicePrincipals/managePermissionGrantsForAll.microsoft-application-admin",
        _D + "servicePrincipals/owners/update",
    ),
    "Application Developer": (_D + "applications/createAsOwner", _D + "servicePrincipals/createAsOwner"),
    "Helpdesk Administrator": (_D + "users/invalidateAllRefreshTokens", _D + "users/password/update"),
    "Password Administrator": (_D + "users/password/update",),
    "Authentication Administrator": (
        _D + "users/authenticationMethods/create",
        _D + "users/authenticationMethods/delete",
        _D + "users/authenticationMethods/basic/update",
        _D + "users/password/update",
    ),
    "User Administrator": (
        _D + "groups/members/update",
        _D + "groups/owners/update",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "users/create",
        _D + "users/password/update",
        _D + "users/userPrincipalName/update",
    ),
    "Groups Administrator": (
        _D + "groups/create",
        _D + "groups/dynamicMembershipRule/update",
        _D + "groups/members/update",
        _D + "groups/owners/update",
    ),
    "Directory Writers": (
        _D + "groups/create",
        _D + "groups/dynamicMembershipRule/update",
        _D + "groups/members/update",
        _D + "groups/owners/update",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "users/create",
    ),
    "Directory Readers": (_D + "users/standard/read", _D + "groups/standard/read"),
    "Exchange Administrator": (
        _D + "groups.unified/create",
        _D + "groups.unified/members/update",
        _D + "groups.unified/owners/update",
    ),
    "Global Reader": (_D + "applications/allProperties/read", _D + "users/allProperties/read"),
    "Security Reader": (_D + "policies/standard/read", _D + "signInReports/allProperties/read"),
    "Reports Reader": (_D + "auditLogs/allProperties/read",),
    "Partner Tier1 Support": (
        _D + "applications/credentials/update",
        _D + "applications/owners/update",
        _D + "groups/members/update",
        _D + "groups/owners/update",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "users/create",
        _D + "users/password/update",
    ),
    "Partner Tier2 Support": (
        _D + "applications/credentials/update",
        _D + "applications/owners/update",
        _D + "groups/members/update",
        _D + "groups/owners/update",
        _D + "roleAssignments/allProperties/allTasks",
        _D + "roleDefinitions/allProperties/allTasks",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "users/create",
        _D + "users/password/update",
    ),
    "Billing Administrator": (_D + "organization/basic/update",),
    "Agent ID Administrator": (_D + "agentIdentities/allProperties/allTasks",),
    "Hybrid Identity Administrator": (
        _D + "applications/create",
        _D + "applications/owners/update",
        _D + "domains/federation/update",
        _D + "servicePrincipals/appRoleAssignedTo/update",
        _D + "servicePrincipals/owners/update",
    ),
    "Intune Administrator": (
        _D + "groups.security/create",
        _D + "groups.security/dynamicMembershipRule/update",
        _D + "groups.security/members/update",
        _D + "groups.security/owners/update",
    ),
    "Knowledge Manager": (_D + "groups.security/members/update", _D + "groups.security/owners/update"),
    "Identity Governance Administrator": (
        _D + "entitlementManagement/allProperties/allTasks",
        _D + "groups/members/update",
        _D + "servicePrincipals/appRoleAssignedTo/update",
    ),
}
"""The actions of each built-in role that matter here; Microsoft Graph lists more."""

APP_ROLES: Final[Mapping[str, str]] = {
    "RoleManagement.ReadWrite.Directory": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Group.ReadWrite.All": "62a82d76-70ea-41e2-9197-370581804d09",
    "GroupMember.ReadWrite.All": "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    "User.ReadWrite.All": "741f803b-c850-494e-b5df-cde7c675a1ca",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "UserAuthenticationMethod.ReadWrite.All": "50483e42-d915-4231-9639-7fdb7fd190e5",
    "UserAuthenticationMethod.Read.All": "38d9df27-64da-44fd-b7c5-a6fbac20248f",
    "User-PasswordProfile.ReadWrite.All": "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7",
    "RoleAssignmentSchedule.ReadWrite.Directory": "dd199f4a-f148-40a4-a2ec-f0069cc799ec",
    "PrivilegedAccess.ReadWrite.AzureADGroup": "2f6817f8-7b12-4f0f-bc18-eeaf60705a9e",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup": "41202f2c-f7ab-45be-b001-85c9728b9d69",
    "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
}

DELEGATED: Final[Mapping[str, str]] = {
    "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    "RoleManagement.ReadWrite.Directory": "d01b97e9-cbc0-49fe-810a-750afd5527a3",
    "Directory.AccessAsUser.All": "0e263e50-5827-48a4-b97c-d940288653c7",
    "Application.ReadWrite.All": "bdfbf15f-ee85-4955-8675-146e8e5296b5",
    "Group.ReadWrite.All": "4e46008b-f24c-477d-8fff-7bb4ec7aafe0",
    "Mail.Read": "570282fd-fa5c-430d-a7fd-fc8dc98a9dca",
}
