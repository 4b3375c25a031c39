"""Ids of the tenant that are the same on every run, and the vendor's own well-known ones.

Input: kinds and names. Output: GUIDs. Not handled: ids of Azure Resource Manager, which are paths.
Well-known ids are Microsoft's published ones: https://learn.microsoft.com/graph/permissions-reference and
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference (2026-11).
"""

from __future__ import annotations

from types import MappingProxyType
from uuid import UUID, uuid5

__all__ = ["DOMAIN", "GRAPH", "GRAPH_ROLES", "MICROSOFT", "ROLES", "TENANT", "guid"]

_COMPANY = UUID("5b0e7f7c-6b55-4f0a-9d0a-3c1f6f1d2b10")
DOMAIN = "nordlicht.example"
GRAPH = "00000003-0000-0000-c000-000000000000"
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""Tenant that Microsoft's own applications are registered in."""


def guid(kind: str, name: str) -> str:
    """Return the id of a made-up thing, the same on every run."""
    return str(uuid5(_COMPANY, f"{kind}/{name}"))


TENANT = guid("tenant", DOMAIN)

GRAPH_ROLES = MappingProxyType(
    {
        "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
        "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
        "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
        "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
        "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
        "RoleManagement.ReadWrite.Directory": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
        "Sites.Selected": "883ea226-0bf2-4a8f-9f9d-92c9162a727d",
        "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    }
)
"""App roles of Microsoft Graph by name."""

ROLES = MappingProxyType(
    {
        "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "Application Developer": "cf1c38e5-3621-4004-a7cb-879624dced7c",
        "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
        "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
    }
)
"""Built-in directory roles by name; the id is that of the template."""
