"""Ids of the app roles of Microsoft Graph that the collector asks for, for a manifest of an app registration.

Input: none (data only). Output: ``APP_ROLE_IDS``, ``GRAPH_APP_ID``. Not handled: roles that nothing here asks for.
The ids are the same in every tenant: https://learn.microsoft.com/graph/permissions-reference (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["APP_ROLE_IDS", "GRAPH_APP_ID"]

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"

APP_ROLE_IDS: Mapping[str, str] = MappingProxyType(
    {
        "AdministrativeUnit.Read.All": "134fd756-38ce-4afd-ba33-e9623dbe66c2",
        "AgentIdentity.Read.All": "b2b8f011-2898-4234-9092-5059f6c1ebfa",
        "AgentIdentityBlueprint.Read.All": "7547a7d1-36fa-4479-9c31-559a600eaa4f",
        "AgentIdentityBlueprintPrincipal.Read.All": "9361dea9-4524-493d-941d-f1b65aaf6c7c",
        "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
        "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
        "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
        "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
        "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
        "Policy.Read.AuthenticationMethod": "8e3bc81b-d2f3-4b7b-838c-32c88218d2f0",
        "Policy.Read.PermissionGrant": "9e640839-a198-48fb-8b9a-013fd6f6cbcd",
        "PrivilegedAssignmentSchedule.Read.AzureADGroup": "cd4161cb-f098-48f8-a884-1eda9a42434c",
        "PrivilegedEligibilitySchedule.Read.AzureADGroup": "edb419d6-7edc-42a3-9345-509bfdf5d87c",
        "RoleAssignmentSchedule.Read.Directory": "d5fe8ce8-684c-4c83-a52c-46e882ce4be1",
        "RoleEligibilitySchedule.Read.Directory": "ff278e11-4a33-4d0c-83d2-d01dc58929a5",
        "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
        "RoleManagementPolicy.Read.Directory": "fdc4c997-9942-4479-bfcb-75a36d1138df",
        "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    }
)
"""By permission name. A permission without a row is told by name in the manifest's remark."""
